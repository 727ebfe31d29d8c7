/* Language tags (BCP 47, RFC 5646): whether the subtags are registered. */
#ifndef SERAI_CSAF_SUBTAGS_H
#define SERAI_CSAF_SUBTAGS_H

#include "base/span.h"

enum tag_state {
    TAG_GOOD,
    TAG_MALFORMED, /* not of the form of RFC 5646 2.1 */
    TAG_UNKNOWN,   /* a subtag that is not in the registry */
    TAG_PRIVATE, /* good, but with a subtag of private use: x-…, qaa-qtz, Qaaa-Qabx, AA, QM-QZ, XA-XZ, ZZ */
    TAG_DEFAULT, /* i-default */
};

/* In any case; *subtag (may be NULL) is the one that made it so, part of the tag. */
enum tag_state language_tag(struct span tag, struct span *subtag);

/* The form alone, as the pattern of CSAF 2.0 3.1.4 has it. */
bool language_tag_form(struct span tag);

#endif

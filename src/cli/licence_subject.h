/* The document that an extract or a list of questions is about. */
#ifndef SERAI_CLI_LICENCE_SUBJECT_H
#define SERAI_CLI_LICENCE_SUBJECT_H

#include "store/store.h"

struct subject_named {
    struct span issuer;       /* two letters: of a licence; three: of a travel document */
    struct traveller_key key; /* under which it is known here */
};

/* "KZ:number" of a driving licence, or its digest in 64 hexadecimal digits; "KAZ:number" of a travel
 * document, as in its machine-readable zone; "-" for the number: it is on standard input. Reason "request".
 */
MUST_USE bool subject_read(const char *text, const struct store *s, struct arena *a,
                           struct subject_named *out, struct why *w);

#endif

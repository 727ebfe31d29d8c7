/* What verifying one thing can end in. One scale for seals, chips, licences, lists and receipts. */
#ifndef SERAI_BASE_RESULT_H
#define SERAI_BASE_RESULT_H

#include "base/span.h"

enum result {
    RESULT_GENUINE,      /* every check done and passed */
    RESULT_EXPIRED,      /* authentic, past its own last day */
    RESULT_FORGED,       /* a proof fails that cannot fail by reading less */
    RESULT_REVOKED,      /* everything holds, but the signer or the thing is revoked */
    RESULT_NO_ANCHOR,    /* everything inside holds, the issuer's key is unknown */
    RESULT_UNDETERMINED, /* evidence is missing, or the thing is not signed */
    RESULT_MALFORMED,    /* cannot be read under the rules; says nothing about authenticity */
    RESULT_WELL_FORMED,  /* unsigned things only: can be read, proves nothing */
};

/* The word of the interface: "no-anchor". */
const char *result_word(enum result r);
MUST_USE bool result_from_word(struct span s, enum result *out);

/* How strictly deviations from the standards are held against a document: notes, or refusals. */
enum profile { PROFILE_LENIENT, PROFILE_STRICT };

#endif

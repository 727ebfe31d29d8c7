/*
 * Active authentication (Doc 9303-11 6.1): a chip proves that it holds the private key of its DG15, so that
 * it is no copy. The challenge must have been chosen at random by whoever read the chip, just then.
 */
#ifndef SERAI_SEAL_ACTIVE_AUTHENTICATION_H
#define SERAI_SEAL_ACTIVE_AUTHENTICATION_H

#include "base/result.h"
#include "crypto/digest.h"
#include "wire/security_infos.h"

enum { AA_CHALLENGE = 8 };

struct active_authentication {
    struct span challenge; /* RND.IFD: AA_CHALLENGE bytes */
    struct span response;  /* what INTERNAL AUTHENTICATE gave, without status word; empty: it gave nothing */
    struct span dg15;      /* whole files, tag included, proven by EF.SOD; */
    struct span dg14;      /* with an EC key needed for the algorithm; empty: not there */
};

/*
 * RESULT_GENUINE: the response is the key's signature over the challenge; *digest is the one it used.
 * RESULT_FORGED: it is not. RESULT_UNDETERMINED: no answer, a challenge of another length, a key or algorithm
 * that is not supported or not stated. RESULT_MALFORMED: DG15 or DG14 cannot be read. Reason
 * "active-authentication" but for what keys and files give. What DG15 says is taken as it is: that EF.SOD
 * covers it is the caller's to know.
 */
enum result active_authentication_verify(const struct active_authentication *in, enum digest_alg *digest,
                                         struct findings *f, struct why *w);

#endif

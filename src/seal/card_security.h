/*
 * EF.CardSecurity (Doc 9303-11 9.2.11): SecurityInfos signed by a document signer, as EF.SOD is, but of
 * another type: neither may be taken for the other.
 */
#ifndef SERAI_SEAL_CARD_SECURITY_H
#define SERAI_SEAL_CARD_SECURITY_H

#include "seal/chip.h"

struct card_security {
    enum result result;
    struct why why;    /* set unless genuine */
    struct span infos; /* content: a SET OF SecurityInfo; believed only when the result says so */
    enum step signature, message_digest, chain;
    bool has_signing_time;
    unix_time signing_time;
    bool has_signer;
    struct certificate signer;
    struct path path;
};

/* A ContentInfo with eContentType 0.4.0.127.0.7.3.2.1 and nothing after it. Of opt counts what is said of
 * anchors, time, profile, dsc and CRLs. Results and reasons are those of chip_verify. */
enum result card_security_verify(struct span in, const struct chip_options *opt, struct arena *a,
                                 struct card_security *out, struct findings *f);

/* Whether the bytes start as one. */
bool card_security_likely(struct span in);

#endif

/*
 * Passive authentication of a travel document chip (Doc 9303-11 5.1): EF.SOD, the data groups it covers, the
 * document signer and its country. One result, every step's own outcome, and findings.
 */
#ifndef SERAI_SEAL_CHIP_H
#define SERAI_SEAL_CHIP_H

#include "base/arena.h"
#include "seal/path.h"
#include "wire/lds.h"

struct stopwatch; /* base/stopwatch.h */

/* A file of the chip as read, outer tag included. EF.COM may be among them. */
struct data_group {
    uint8_t number; /* 1..16 when the reader knows; 0: by its tag */
    struct span bytes;
};

enum group_state {
    GROUP_ABSENT,      /* neither listed nor supplied */
    GROUP_HOLDS,       /* listed, supplied, same hash */
    GROUP_ALTERED,     /* listed, supplied, another hash */
    GROUP_INJECTED,    /* supplied, not listed */
    GROUP_NOT_CHECKED, /* listed, not supplied */
};

enum step { STEP_NOT_DONE, STEP_HOLDS, STEP_FAILS };

struct chip_options {
    const struct anchor_set *anchors;
    unix_time at;
    enum profile profile;
    uint32_t required;      /* bit n: DGn must be supplied; 0: every one that is listed */
    const struct span *dsc; /* document signers from elsewhere, for SODs without one */
    size_t n_dsc;
    bool crl_required; /* without a current list the result is undetermined */

    /* Active authentication (seal/active_authentication.h), done by whoever read the chip; both empty: not
     * done. */
    struct span aa_challenge, aa_response;
    struct span
        ca_record; /* of chip authentication (card/chip_authentication.h), by the same; empty: not done */
    struct span card_security; /* EF.CardSecurity, EF.CardAccess as read; empty: not there */
    struct span card_access;
    struct stopwatch *watch; /* of "signature", "chain", "revocation", "groups"; NULL: not measured */
};

struct chip {
    enum result result;
    struct why why; /* set unless genuine */
    int32_t lds_version;
    struct span lds_text, unicode_text; /* "0108", "040000": of LDS version 1; else empty */
    enum digest_alg lds_digest;
    struct span hash[LDS_GROUPS + 1]; /* as listed; empty: not listed */
    enum group_state group[LDS_GROUPS + 1];
    enum step signature, message_digest, chain;
    enum step active_authentication, chip_authentication; /* done, and with a key that is proven */
    bool has_card_security;
    enum result card_security;
    struct span card_security_infos; /* its content, when genuine */
    bool has_com;
    uint32_t com_groups; /* what EF.COM announces: bit n for DGn; not signed */
    struct sig_alg sig_alg;
    bool has_signing_time;
    unix_time signing_time;
    struct span mrz; /* of DG1, when supplied and well-formed; believed only when the result says so */
    bool has_signer;
    struct certificate signer; /* spans point into the SOD or opt->dsc */
    struct path path;          /* when chain is STEP_HOLDS */
};

/*
 * The first that applies, from the top: malformed, forged, revoked, no-anchor, undetermined, expired, genuine
 * (the reasons: doc/chip.md). Every step is done as far as it can be, whatever the others gave.
 * The profile changes no result: deviations are findings, warnings in the strict profile. With whatever says
 * that the document is genuine, a note says when a copy of the chip is not ruled out. Spans of *out point
 * into sod, dg and opt, or live in the arena. Returns out->result.
 */
enum result chip_verify(struct span sod, const struct data_group *dg, size_t n,
                        const struct chip_options *opt, struct arena *a, struct chip *out,
                        struct findings *f);

#endif

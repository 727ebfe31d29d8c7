/*
 * Certificates of the licence trust model (ISO/IEC 18013-5 Annex B, C.1.7.2): what each role must look like,
 * and the one-step path from a signer to its issuing authority.
 */
#ifndef SERAI_SEAL_MDL_CERTIFICATE_H
#define SERAI_SEAL_MDL_CERTIFICATE_H

#include "seal/path.h"

enum mdl_role {
    MDL_IACA,          /* issuing authority, the anchor */
    MDL_SIGNER,        /* document signer */
    MDL_STATUS_SIGNER, /* of status and identifier lists */
    MDL_READER,
    MDL_LIST_SIGNER, /* of a list of authorities (VICAL) */
};

/* der as one certificate. Reason CERT_PARSE; offsets count from base. */
MUST_USE bool mdl_certificate_parse(struct span der, const uint8_t *base, struct certificate *out,
                                    struct why *w);

/*
 * Whether it looks as its role must. Reasons in this order: CERT_PARSE (an extension that is not what it
 * says), CERT_KEY, CERT_EKU, CERT_KU, CERT_CRITEXT, CERT_PROFILE. PROFILE_LENIENT takes some deviations of
 * real certificates (doc/licences.md) and names each in f.
 */
MUST_USE bool mdl_certificate_check(const struct certificate *c, enum mdl_role role, enum profile profile,
                                    const uint8_t *base, struct findings *f, struct why *w);

/* The same with the key of the certificate at hand; NULL: it cannot be used. */
MUST_USE bool mdl_certificate_check_key(const struct certificate *c, const struct public_key *key,
                                        enum mdl_role role, enum profile profile, const uint8_t *base,
                                        struct findings *f, struct why *w);

/*
 * From the signer to an issuer of the set in one step: KEY_UNSUPPORTED (this build cannot verify with the
 * key of the issuer that it names), CERT_UNTRUSTED, or CERT_PATHLEN when the other
 * certificates of its chain lead there through an intermediate; then CERT_COUNTRY (C differs, or ST where
 * both have one) and CERT_VALIDITY at that time; CERT_REVOKED when a list of the set names it. An anchor that
 * is the signer itself, vouched for as a signer, is taken as it is; one that only lists past their last day
 * vouch for is none. *out is filled from CERT_COUNTRY on.
 */
MUST_USE bool mdl_path_find(const struct anchor_set *set, const struct certificate *signer,
                            const struct span *others, size_t n, unix_time at, const uint8_t *base,
                            struct path *out, struct why *w);

/* The same for another purpose than driving licences: lists of authorities hang under anchors for lists. */
MUST_USE bool mdl_path_for(const struct anchor_set *set, unsigned need, const struct certificate *signer,
                           const struct span *others, size_t n, unix_time at, const uint8_t *base,
                           struct path *out, struct why *w);

/*
 * The anchor, or another certificate of its name and key, that somebody vouches for as an authority of that
 * type of document (anchor_typed); NULL: none. *by as there.
 */
const struct anchor *mdl_anchor_for(const struct anchor_set *set, const struct anchor *a, struct span type,
                                    unix_time at, const struct anchor_origin **by);

/* Whether the signer names a state when its authority does (Annex B): CERT_PROFILE, in the lenient profile a
 * finding. After mdl_path_find. */
MUST_USE bool mdl_path_states(const struct path *p, const struct certificate *signer, enum profile profile,
                              const uint8_t *base, struct findings *f, struct why *w);

/* Subject stateOrProvinceName; empty when absent. */
struct span mdl_certificate_state(const struct certificate *c);

#endif

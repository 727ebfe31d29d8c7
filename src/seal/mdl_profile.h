/*
 * The profiles of certificates for licences (ISO/IEC 18013-5 Annex B, C.1.7.2) as numbers, for the files that
 * judge by them: one that stops at the first error (mdl_certificate.c), one that tells all of an entry
 * (vical_entry.c).
 */
#ifndef SERAI_SEAL_MDL_PROFILE_H
#define SERAI_SEAL_MDL_PROFILE_H

#include "seal/mdl_certificate.h"

/* Extensions 2.5.29.n as bits; every other is unknown. */
enum { SKI = 14, KEY_USAGE = 15, ISSUER_NAME = 18, BASIC = 19, CRL_POINTS = 31, AKI = 35, EKU = 37 };
#define BIT(n) (UINT64_C(1) << (n))
/* nameConstraints, policyMappings, policyConstraints, freshestCRL, inhibitAnyPolicy */
#define FORBIDDEN (BIT(30) | BIT(33) | BIT(36) | BIT(46) | BIT(54))
#define KNOWN                                                                                                \
    (BIT(SKI) | BIT(KEY_USAGE) | BIT(ISSUER_NAME) | BIT(BASIC) | BIT(CRL_POINTS) | BIT(AKI) | BIT(EKU) |     \
     FORBIDDEN)

struct mdl_profile {
    unsigned days; /* of validity, at most */
    uint16_t key_usage;
    bool eku_required, eku_critical, edwards, country;
    uint64_t required;  /* extensions without which there is CERT_PROFILE */
    struct span eku[2]; /* the first must be among them when there is one; no others */
};

const struct mdl_profile *mdl_profile_of(enum mdl_role role);
bool mdl_curve_allowed(enum curve c);
/* ECDSA with SHA-2. */
bool mdl_signed_well(const struct sig_alg *a);

#endif

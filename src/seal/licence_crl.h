/*
 * Revocation lists of the licence trust model (ISO/IEC 18013-5 B.1.9; RFC 5280 6.3): full, of version 2,
 * signed by the authority itself. They revoke document signers and other signers, never a single licence.
 */
#ifndef SERAI_SEAL_LICENCE_CRL_H
#define SERAI_SEAL_LICENCE_CRL_H

#include "base/result.h"
#include "seal/certificate.h"

/*
 * What a list says of a certificate that authority has certified. genuine: a current list does not name it;
 * revoked, reason CERT_REVOKED; else the first of CRL_PARSE, CRL_ISSUER, CRL_SIG, CRL_NOT_YET, CRL_STALE:
 * then nothing is known. A list without nextUpdate is held current for 90 days. Deviations that change
 * nothing are findings CRL_PROFILE.
 */
enum result licence_crl_check(struct span der, const struct certificate *authority,
                              const struct certificate *certificate, unix_time at, struct findings *f,
                              struct why *w);

#endif

/* What the files of seal/mdoc_issue share. */
#ifndef SERAI_SEAL_MDOC_ISSUE_INTERNAL_H
#define SERAI_SEAL_MDOC_ISSUE_INTERNAL_H

#include "seal/mdoc_issue.h"

/* Certificates of signer and authority against their profiles. */
MUST_USE bool mdoc_issue_check_signer(const struct mdoc_issuer *by, struct why *w);
/* The finished document as a strict verifier will see it, and what it says. */
MUST_USE bool mdoc_issue_check(const struct mdoc_issue_order *o, const struct mdoc_issuer *by,
                               struct span issuer_signed, struct arena *a, struct findings *f, struct why *w);

#endif

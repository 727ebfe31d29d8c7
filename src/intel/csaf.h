/*
 * CSAF advisories as STIX: a report of the advisory, its vulnerabilities, its products as software, and which
 * product is affected by what. Reads only what is needed; whether the document keeps CSAF's rules is checked
 * elsewhere.
 */
#ifndef SERAI_INTEL_CSAF_H
#define SERAI_INTEL_CSAF_H

#include "base/arena.h"
#include "intel/row.h"

struct csaf_stats {
    size_t vulnerabilities, products, relationships;
    size_t refused;  /* products without a name, vulnerabilities without CVE and title */
    size_t dangling; /* statuses of products that the document does not define */
};

/*
 * Relationships from a vulnerability to software: "affects" (first_affected, known_affected, last_affected),
 * "fixed-in" (first_fixed, fixed), "not-affecting" (known_not_affected), "under-investigation".
 * TLP is the document's, or the caller's if stricter. False: no JSON, or no CSAF document ("csaf").
 */
MUST_USE bool csaf_to_stix(struct span json, const struct intel_about *about, const struct intel_sink *sink,
                           struct arena *a, struct csaf_stats *out, struct why *w);

#endif

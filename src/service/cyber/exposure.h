/*
 * What members' assets are exposed to: advisories (CSAF product trees) and known exploited vulnerabilities
 * (KEV) against lists of assets. Kept up to date change by change: a new advisory, catalogue or list touches
 * only the products it is about, and what stands then is the same as if everything were counted anew.
 *
 * Assets are held by what they are compared by (the variant: names, package URL, version); what an advisory
 * says is judged once for each variant and vulnerability, whoever runs it. One thread at a time.
 */
#ifndef SERAI_SERVICE_CYBER_EXPOSURE_H
#define SERAI_SERVICE_CYBER_EXPOSURE_H

#include "csaf/csaf.h"
#include "service/cyber/asset.h"

struct exposure;

struct exposure *exposure_new(void);
void exposure_free(struct exposure *e); /* NULL allowed */

/* In the order in which they overrule each other: of several statements about one version the first counts.
 */
enum exposure_state {
    EXPOSURE_AFFECTED,
    EXPOSURE_UNKNOWN, /* under investigation, or it cannot be told: why says it */
    EXPOSURE_FIXED,
    EXPOSURE_NOT_AFFECTED,
    EXPOSURE_UNNAMED, /* unknown too: the product is named, this version is not */
};
/* "affected", "unknown", "fixed", "not-affected"; EXPOSURE_UNNAMED is "unknown" outside. */
const char *exposure_state_word(enum exposure_state s);

enum exposure_why {
    WHY_STATED,         /* an advisory says so of this version */
    WHY_INVESTIGATED,   /* it is under investigation */
    WHY_RANGE,          /* range and version have no order that is known here */
    WHY_NO_VERSION,     /* the asset's version is not said */
    WHY_VERSION_ABSENT, /* no statement names this version */
    WHY_KEV_ALONE, /* exploited according to KEV, which has no versions, and no advisory about it is here */
};
const char *exposure_why_word(enum exposure_why y); /* "stated", … */
const char *exposure_why_say(enum exposure_why y);  /* one sentence */

enum exposure_severity {
    SEVERITY_UNKNOWN,
    SEVERITY_NONE,
    SEVERITY_LOW,
    SEVERITY_MEDIUM,
    SEVERITY_HIGH,
    SEVERITY_CRITICAL,
    SEVERITIES
};
const char *exposure_severity_word(enum exposure_severity s); /* "high" */

/* One entry of the catalogue of known exploited vulnerabilities. */
struct exposure_known {
    struct span cve, vendor, product;
    unix_time added, due; /* 0: not said */
};

/* ---- changes ---- */

/* A list by its id, anew: what stood under it is gone. Then its rows. */
void exposure_list(struct exposure *e, struct span list);
MUST_USE bool exposure_add(struct exposure *e, struct span list, const struct asset_item *x, struct why *w);

/*
 * An advisory by publisher's namespace and id; *taken false: a newer one, or this one, stands already. Reason
 * "csaf" (no id or date), "too-large".
 */
MUST_USE bool exposure_advise(struct exposure *e, const struct csaf *c, bool *taken, struct why *w);
/* The whole catalogue; n 0: none. */
MUST_USE bool exposure_exploited(struct exposure *e, const struct exposure_known *k, size_t n, struct why *w);

/* ---- what stands ---- */

struct exposure_result {
    uint32_t variant, cve;
    enum exposure_state state;
    enum exposure_why why;
    enum exposure_severity severity;
    struct span advisory, place; /* its id, and where in it (JSON pointer); KEV: "KEV", the CVE */
    struct span id;              /* CVE, or "ADVISORY#n" of a vulnerability without one */
    bool exploited;              /* in KEV */
    unix_time due;
};

/* Who holds a variant, and how often. */
struct exposure_holding {
    uint32_t variant;
    struct span organisation, sector;
    bool facing;
    uint64_t count;
};

struct exposure_variant {
    struct span name, purl, version; /* keys: asset_key, asset_purl_key */
};

uint32_t exposure_variants(const struct exposure *e); /* also such as nobody holds any more */
void exposure_variant_of(const struct exposure *e, uint32_t variant, struct exposure_variant *out);
/* How many results a variant has, in the order of the CVE's text; and the i-th. */
size_t exposure_results(const struct exposure *e, uint32_t variant);
void exposure_result_at(const struct exposure *e, uint32_t variant, size_t i, struct exposure_result *out);

/* Each holding once, equal ones of all lists together, in no order; until one returns false. */
typedef bool exposure_holding_fn(void *ctx, const struct exposure_holding *h);
void exposure_holdings(const struct exposure *e, exposure_holding_fn *one, void *ctx);

struct exposure_counts {
    size_t lists, rows, variants, advisories, statements, exploited;
    uint64_t judged; /* variants judged since the start: what increments cost */
};
void exposure_counts_of(const struct exposure *e, struct exposure_counts *out);

/* All variants anew. */
void exposure_recount(struct exposure *e);

#endif

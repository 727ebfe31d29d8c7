/*
 * Travel: what a traveller presented, from verified bytes to facts of the agreement. Bytes are never looked
 * at here: a zone comes parsed, a seal comes verified, and a seal that is not genuine gives no fact but its
 * result.
 */
#ifndef SERAI_SERVICE_TRAVEL_INTAKE_H
#define SERAI_SERVICE_TRAVEL_INTAKE_H

#include "agreement/facts.h"
#include "base/result.h"
#include "seal/visible.h"
#include "wire/mrz.h"

struct travel_document {
    bool present;
    bool readable;    /* every digit, date and name reads well */
    struct mrz mrz;   /* of DG1 when its chip proves it, or when there are no lines; else the printed lines */
    bool has_chip;    /* a chip was read; then the document is worth what its chip is worth */
    enum result chip; /* only when has_chip */
};

/* In what the printed lines and DG1 differ: DIFFERS_ bits. Both parsed. */
enum {
    DIFFERS_NUMBER = 1,
    DIFFERS_BIRTH = 2,
    DIFFERS_EXPIRY = 4,
    DIFFERS_NAME = 8,
    DIFFERS_NATIONALITY = 16,
    DIFFERS_ISSUER = 32,
    DIFFERENCES = 6
};

/*
 * DG1 repeats the zone (Doc 9303-10 4.7.1), so every field must be the same. Of lines that do not read well
 * only the fields with a check digit of their own that holds are compared: a misread letter is no difference.
 */
unsigned travel_lines_differ(const struct mrz *lines, const struct mrz *dg1);
const char *difference_word(unsigned bit); /* of one bit: "number", "date of birth", … */

/* What speaks against the bearer in the evidence itself, as a set. */
enum {
    CONTRADICTION_FORGED = 1,
    CONTRADICTION_REVOKED = 2,
    CONTRADICTION_TWO_DOCUMENTS = 4,
    CONTRADICTION_LINES = 8,       /* lines against chip */
    CONTRADICTION_PERMISSION = 16, /* of another */
    CONTRADICTION_LISTED = 32      /* the document is listed as lost, stolen or revoked */
};

/* The word of evidence.contradiction for a set; "several" when it holds more than one. */
const char *contradiction_word(unsigned set);

/* How a permission and the travel document belong together (reference: Doc 9303-7; names may be cut in both).
 */
enum match { MATCH_UNKNOWN, MATCH_YES, MATCH_NUMBER, MATCH_NAME, MATCH_BIRTH, MATCH_NATIONALITY };

struct travel_permission {
    bool present;
    enum result result;
    struct mrz mrz; /* the zone inside the seal; only when has_mrz */
    bool has_mrz;
    const char *kind;     /* "eco visa", "visa" */
    const char *issuer;   /* "KZ"; NULL unknown */
    char number[65];      /* of the permission; "" unknown */
    struct span passport; /* number of the passport it was issued for */
    struct span purpose;  /* "pilgrimage"; empty unknown */
    struct date from;     /* unset: not stated */
    struct date until;
    int entries;   /* 0 unlimited; -1 not stated */
    bool has_stay; /* stated, and not left to the authority */
    uint8_t stay_days, stay_months, stay_years;
};

/* A permission out of a verified seal; false when the seal is no visa. now resolves centuries. */
MUST_USE bool travel_permission_of(const struct visible_seal *s, unix_time now, struct arena *a,
                                   struct travel_permission *out);

/* Whether the permission was issued for this document, and if not, what differs first. */
enum match travel_match(const struct travel_document *d, const struct travel_permission *p);
const char *match_word(enum match m); /* "passport-number", … */

/* Days of stay a permission allows when entered on that day. */
int travel_permission_days(const struct travel_permission *p, struct date on);

/* Whether something is so, as the officer says it. */
enum travel_said { TRAVEL_NOT_SAID, TRAVEL_YES, TRAVEL_NO };

/* As seen at the desk: nobody verifies a policy here. */
struct travel_insurance {
    enum travel_said held; /* travel insurance */
    struct date until;     /* unset: not said */
    bool cover_said;
    int64_t cover;                 /* in whole units of the currency */
    struct span currency;          /* "usd"; empty: not said */
    enum travel_said vehicle;      /* the traveller brings one */
    enum travel_said vehicle_card; /* with an international motor insurance card */
};

/* What only this case says, beside the documents; empty spans and 0 are absent. */
struct travel_circumstances {
    struct span purpose, mode, post, from;
    int64_t stay_days;
    const char *entering;    /* member, "IR" */
    unsigned contradictions; /* CONTRADICTION_ bits: all of the evidence was looked at */
    struct span listing;     /* word of document.listed; empty: not known */
    bool listing_unknown;    /* its State keeps a list, and what it says now is not known here */
    bool examined_said, examined;
    struct travel_insurance insurance;
    bool quota_known;
    int64_t quota_used; /* admitted in the period of the quota that applies */
    bool uses_known;
    int64_t uses; /* entries recorded under the permission */
    bool stays_known;
    const struct stay *stays;
    size_t n_stays;
};

/* Every fact that is known, and none that is not. Spans in *out live as long as the arguments. */
void travel_facts(const struct travel_document *d, const struct travel_permission *p,
                  const struct travel_circumstances *c, struct date on, struct facts *out);

#endif

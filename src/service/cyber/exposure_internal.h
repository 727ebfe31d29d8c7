/* What the files of the exposure engine share. */
#ifndef SERAI_SERVICE_CYBER_EXPOSURE_INTERNAL_H
#define SERAI_SERVICE_CYBER_EXPOSURE_INTERNAL_H

#include "service/cyber/exposure.h"
#include "service/cyber/exposure_pool.h"

enum { EXPOSURE_KEYS = 3 };

/* One standing of one product in one vulnerability. Texts are numbers of the pool. */
struct statement {
    uint32_t key[EXPOSURE_KEYS]; /* by name, by CPE, by package URL; POOL_NONE: none */
    uint32_t version;            /* POOL_NONE: whatever version */
    uint32_t cve, place;
    uint8_t status; /* enum csaf_status */
    uint8_t severity;
    bool exact;
};

struct advisory {
    uint32_t id, name, date; /* namespace and id; the id alone; current_release_date */
    struct statement *item;
    uint32_t n, cap;
};

struct at_statement {
    uint32_t advisory, item;
};

/* Everything that has one key. */
struct under_key {
    struct at_statement *said;
    uint32_t n_said, cap_said;
    uint32_t *variant;
    uint32_t n_variants, cap_variants;
    uint32_t *known; /* of e->known */
    uint32_t n_known, cap_known;
};

struct found {
    uint32_t cve, advisory, item; /* advisory POOL_NONE: item is of e->known */
    uint8_t rank;                 /* enum exposure_state, or KEV_RANK */
    uint8_t why;
};
enum { KEV_RANK = EXPOSURE_UNNAMED + 1 };

struct variant {
    struct found *found;
    uint32_t n;
    uint32_t stamp; /* of the change that judged it last */
};

struct known {
    uint32_t cve, key;
    unix_time added, due;
};

struct list_row {
    uint32_t holding, count;
};

struct asset_list {
    uint32_t id;
    struct list_row *row;
    uint32_t n, cap;
};

struct exposure {
    struct pool text;
    bool full;
    struct advisory *advisory;
    uint32_t advisories, advisory_cap;
    uint32_t *place_of_key; /* by number of a text: of key, or POOL_NONE */
    uint32_t places;
    struct under_key *key;
    uint32_t keys, key_cap;
    struct tuples variant_keys; /* name, CPE, purl, version */
    struct variant *variant;
    uint32_t variant_cap;
    struct tuples holdings; /* variant, organisation, sector, facing */
    uint64_t *held;
    uint32_t held_cap;
    struct asset_list *list;
    uint32_t lists, list_cap;
    struct known *known;
    uint32_t knowns;
    uint32_t *known_of; /* by number of a CVE's text: of known, or POOL_NONE */
    uint32_t known_of_n;
    struct found *scratch;
    uint32_t scratch_n, scratch_cap;
    uint32_t stamp;
    uint64_t judged;
};

/* NULL: POOL_NONE. */
struct under_key *exposure_under(struct exposure *e, uint32_t key);
struct under_key *exposure_under_known(const struct exposure *e, uint32_t key);
void exposure_judge(struct exposure *e, uint32_t variant);
/* Those with that key, once in one change (e->stamp). */
void exposure_judge_key(struct exposure *e, uint32_t key);
/* Of a statement about a version. */
void exposure_state_of(const struct statement *s, struct span range, struct span version,
                       enum exposure_state *state, enum exposure_why *why);
uint32_t exposure_key_of(struct exposure *e, struct span vendor, struct span product);
uint32_t exposure_purl_key_of(struct exposure *e, struct span purl);

#endif

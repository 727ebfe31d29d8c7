/*
 * Security advisories in the Common Security Advisory Framework, CSAF 2.0 (OASIS standard of 2022-11-18): a
 * document is read, checked and taken apart; it is never changed. No input or output, no clock.
 *
 * All spans and tables are the arena's or the text's own; the text must outlive them.
 */
#ifndef SERAI_CSAF_CSAF_H
#define SERAI_CSAF_CSAF_H

#include "base/buffer.h"
#include "base/date.h"
#include "wire/json.h"

#define CSAF_NONE ((uint32_t)-1)

enum csaf_tlp { CSAF_UNLABELED, CSAF_WHITE, CSAF_GREEN, CSAF_AMBER, CSAF_RED };
/* "WHITE"; "UNLABELED". */
const char *csaf_tlp_word(enum csaf_tlp t);

/* How a product came to be defined. */
enum csaf_origin { CSAF_OF_BRANCH, CSAF_OF_LIST, CSAF_OF_RELATIONSHIP };

/* A full product name (3.1.3): everything that an inventory can be compared with. Absent: empty. */
struct csaf_product {
    struct span id, name;
    json_ref at; /* the full_product_name_t */
    enum csaf_origin origin;
    /* Of the branches above it, the one nearest to it of each category. */
    struct span vendor, product, family, version;
    bool version_is_range; /* category product_version_range */
    uint32_t branch;       /* the branch it stands in; CSAF_NONE */
    /* Of its product_identification_helper. */
    struct span cpe, purl;
    json_ref helper; /* JSON_NONE; the rest of it: hashes, model_numbers, serial_numbers, skus, … */
    /* Of a relationship: the word, and the two products by place in csaf.product, or CSAF_NONE. */
    struct span relation;
    uint32_t part, whole;
};

struct csaf_branch {
    json_ref at;
    struct span category, name;
    uint32_t parent; /* CSAF_NONE: the tree itself */
};

struct csaf_group {
    struct span id;
    json_ref at;
};

enum csaf_status {
    CSAF_FIRST_AFFECTED,
    CSAF_FIRST_FIXED,
    CSAF_FIXED,
    CSAF_KNOWN_AFFECTED,
    CSAF_KNOWN_NOT_AFFECTED,
    CSAF_LAST_AFFECTED,
    CSAF_RECOMMENDED,
    CSAF_UNDER_INVESTIGATION,
    CSAF_STATUSES,
};
/* "known_affected" */
const char *csaf_status_word(enum csaf_status s);

/* One product in one list of one vulnerability, as written: an unknown product has product == CSAF_NONE. */
struct csaf_standing {
    json_ref at; /* the id in the list */
    uint32_t product;
    enum csaf_status status;
};

struct csaf_vulnerability {
    json_ref at;
    struct span cve, title, cwe;
    uint32_t standing, standings; /* first of csaf.standing, and how many */
};

/* A place in a sorted list of ids. */
struct csaf_id {
    struct span id;
    uint32_t of;
};

struct csaf {
    struct json j;
    struct arena *a;
    json_ref document, tracking, tree, vulnerabilities;
    struct span version; /* csaf_version: "2.0" */
    struct span id, title, category, language, status, revision;
    struct span initial_release, current_release; /* as written */
    struct span publisher, publisher_namespace;
    enum csaf_tlp tlp;
    bool tlp_known; /* false: a label that CSAF 2.0 does not have; tlp is CSAF_RED then */
    struct csaf_branch *branch;
    struct csaf_product *product;
    struct csaf_group *group;
    struct csaf_vulnerability *vulnerability;
    struct csaf_standing *standing;
    uint32_t branches, products, groups, vulnerability_count, standings;
    struct csaf_id *product_id, *group_id; /* sorted by id, then by place: as many as products, groups */
};

/*
 * Reads a text of at most LIMIT_CSAF bytes. What is not of the shape is passed over here: csaf_check says it.
 * False: it is no JSON (reasons of json_parse), no object, or larger than a ceiling ("too-large").
 */
MUST_USE bool csaf_read(struct span text, struct arena *a, struct csaf *out, struct why *w);

/* The first product, or group, of that id; CSAF_NONE. */
uint32_t csaf_product_of(const struct csaf *c, struct span id);
uint32_t csaf_group_of(const struct csaf *c, struct span id);

/* How hard a finding is: 6.1 makes the document invalid, 6.2 is a warning, 6.3 is for information. */
enum csaf_class { CSAF_SCHEMA, CSAF_MANDATORY, CSAF_OPTIONAL, CSAF_INFORMATIVE };

/* Validators of 9.1.14, 9.1.15, 9.1.16. */
enum csaf_depth { CSAF_BASIC, CSAF_EXTENDED, CSAF_FULL };

struct csaf_finding {
    const char *test; /* "6.1.1"; "schema" */
    enum csaf_class class;
    json_ref at;      /* json_pointer says where */
    const char *says; /* one sentence; holds text of the document, made harmless */
    const char *mend; /* what to do; static, "" for none */
};

struct csaf_findings {
    struct csaf_finding *item; /* the arena's; in the order of the tests, then of the document */
    uint32_t n, cap;
    uint32_t lost;     /* beyond LIMIT_CSAF_FINDINGS */
    uint32_t count[4]; /* of each class, the lost ones too */
};

/* Valid (9.1.1): no finding of the schema and none of 6.1. */
static inline bool csaf_valid(const struct csaf_findings *f)
{
    return f->count[CSAF_SCHEMA] + f->count[CSAF_MANDATORY] == 0;
}

/*
 * Schema, all tests of 6.1, those of 6.2 for CSAF_EXTENDED, those of 6.3 for CSAF_FULL but 6.3.6, 6.3.7
 * (network) and 6.3.8 (dictionary). Tests also run on what the schema refuses, as far as it goes. A document
 * of CSAF 2.1 is checked by the tests that both have, see csaf_is_2_1. False: the arena is full, "too-large".
 */
MUST_USE bool csaf_check(const struct csaf *c, enum csaf_depth depth, struct csaf_findings *out,
                         struct why *w);

/* Says that it is CSAF 2.1: recognised, and only partly checked. */
static inline bool csaf_is_2_1(const struct csaf *c)
{
    return span_eq_str(c->version, "2.1");
}

/* The tests there are, for listings; ends with a test NULL. */
struct csaf_check;
struct csaf_test {
    const char *test, *title;
    enum csaf_class class;
    const char *mend;                  /* what to do about a finding */
    void (*run)(struct csaf_check *x); /* NULL: needs a network or a dictionary, not run */
};
extern const struct csaf_test csaf_tests[];

/* 5.1: the name of the file with this tracking id, ".json" included. */
void csaf_filename(struct span id, struct buffer *out);

/*
 * Which products a vulnerability concerns, flattened for comparison with an inventory: each standing with
 * its product and, for a product of a relationship, the part it is about (product_reference) too. Calls back
 * until false is returned.
 */
struct csaf_match {
    const struct csaf_vulnerability *vulnerability;
    const struct csaf_product *product;
    enum csaf_status status;
};
typedef bool (*csaf_product_fn)(void *ctx, const struct csaf_match *m);
void csaf_products(const struct csaf *c, csaf_product_fn fn, void *ctx);

/* A date and time of a document (RFC 3339), comparable to the last digit of its fraction: <0, 0, >0. */
MUST_USE bool csaf_time_parse(struct span s, unix_time *out);
int csaf_time_cmp(struct span a, struct span b);

#endif

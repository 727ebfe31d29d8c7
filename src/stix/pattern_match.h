/*
 * Evaluates a pattern over observations (STIX 2.1 sections 9.4 to 9.7).
 *
 * What an observation is made of comes through a view: JSON (observed-data with `objects` or `object_refs`)
 * or a flat array of facts that a caller fills from a log record without building JSON.
 *
 * Semantics, where the standard leaves room:
 *  - An observation is the span [first, last] and stands for `number` observations, each usable once. A
 * pattern matches if observations can be chosen for its brackets so that all constraints hold, each for
 * itself, at some moment of each span: WITHIN s: latest first <= earliest last + s; a FOLLOWEDBY b: latest
 * first of a <= earliest last of b; START x STOP y: last >= x and first < y.
 *  - WITHIN counts its bound in, as the reference implementation and its tests do; 9.5.1 says "equal or
 * later".
 *  - A property that is absent makes a comparison false, whatever the operator and NOT (9.6). A value of
 * another type makes it false, and != true; NOT turns that, but for an order (<, <=, >, >=), which stays
 * false.
 *  - NOT EXISTS holds for an object of the type that has nothing at the path; 9.6 would make it always false.
 *  - [*] is true if one value is; NOT is asked of each value.
 *  - A reference that is not resolved is not followed; positions in a list of references stay.
 *  - Objects of types that are no cyber-observables of STIX (observed-data, identity, ...) are not looked at.
 */
#ifndef SERAI_STIX_PATTERN_MATCH_H
#define SERAI_STIX_PATTERN_MATCH_H

#include "stix/pattern.h"
#include "wire/json.h"

/* A value at an object path. */
enum pattern_value_kind {
    PATTERN_VALUE_NULL,
    PATTERN_VALUE_BOOLEAN,
    PATTERN_VALUE_INTEGER,
    PATTERN_VALUE_REAL,
    PATTERN_VALUE_TEXT,   /* UTF-8 */
    PATTERN_VALUE_OCTETS, /* of a property named _bin or _hex, decoded */
    PATTERN_VALUE_OTHER,  /* a list, an object, an object followed through a reference: there, but not
                             comparable */
};

struct pattern_value {
    enum pattern_value_kind kind;
    bool boolean;
    int64_t integer;
    double real;
    struct span text; /* text and octets; need not outlive the call it is given to */
};

/* Called with each value at a path; true ends the walk. */
typedef bool pattern_visit(const struct pattern_value *v, void *arg);

/* How the evaluator sees the objects of one observation. `is`: whether an object is of c's type. `values`
 * gives the values at the path of c in an object of c's type, until visit returns true; that is its result.
 * `field`: of c in the table the pattern was compiled with, PATTERN_NONE without one. */
struct pattern_view {
    bool (*is)(const void *of, uint32_t object, const struct pattern_comparison *c);
    bool (*values)(const void *of, uint32_t object, const struct pattern_comparison *c, uint32_t field,
                   struct arena *scratch, pattern_visit *visit, void *arg);
};

struct pattern_observation {
    struct pattern_time first, last; /* first <= last */
    uint64_t number;                 /* >= 1 */
    const struct pattern_view *view;
    const void *of;
    uint32_t objects;
};

/*
 * The facts of a log record. A caller has one constant table of the fields it can supply, each an object path
 * as pattern_print_path writes it: "domain-name:value", "network-traffic:dst_ref.value",
 * "file:hashes.'SHA-256'", "domain-name:resolves_to_refs[*].value". A fact is a value of a field of an
 * object; facts with the same object number speak of one object, whose type is the field's. A field with [*]
 * may have several facts; `index` is the place in the list, so that a pattern's [n] finds it. Values of a
 * referenced object are facts of the object that refers (network-traffic:dst_ref.value); the same value is
 * mostly also an object of its own (ipv4-addr:value).
 */
struct pattern_fields {
    const char *const *path;
    uint32_t n;
};

struct pattern_fact {
    uint32_t object; /* < LIMIT_PATTERN_FACT_OBJECTS */
    uint32_t field;
    uint32_t index;
    struct pattern_value value;
};

struct pattern_facts {
    const struct pattern_fields *fields;
    const struct pattern_fact *fact;
    uint32_t n;
};

/* An observation over facts that stay where they are. at: the record's time. */
struct pattern_observation pattern_observation_of(const struct pattern_facts *f, struct pattern_time at);

/*
 * A pattern ready to be evaluated: regular expressions compiled, LIKE and MATCHES in normal form C, addresses
 * read. Immutable, may be shared by threads. p and its text must outlive it; so must fields, which may be
 * NULL (JSON only). Free with pattern_code_free, which frees regular expressions; the rest is the arena's.
 * Reasons: "regex", "too-large".
 */
struct pattern_code;
MUST_USE bool pattern_compile(const struct pattern *p, const struct pattern_fields *fields, struct arena *a,
                              struct pattern_code **out, struct why *w);
void pattern_code_free(struct pattern_code *code); /* NULL allowed */
const struct pattern *pattern_of(const struct pattern_code *code);
/* The caller's field of a comparison; PATTERN_NONE. */
uint32_t pattern_field_of(const struct pattern_code *code, uint32_t comparison);

/* What one thread needs to evaluate; used again and again. */
struct pattern_work;
struct pattern_work *pattern_work_new(void);
void pattern_work_free(struct pattern_work *work); /* NULL allowed */

enum pattern_verdict {
    PATTERN_NO_MATCH,
    PATTERN_MATCH,
    PATTERN_UNDETERMINED, /* a ceiling was met before it could be known: why says which */
};

/* One bracket against one observation. Undetermined: a regular expression met its match limit
 * ("match-limit"), or values their ceiling. */
enum pattern_verdict pattern_bracket(const struct pattern_code *code, uint32_t bracket,
                                     const struct pattern_observation *o, struct pattern_work *work,
                                     struct why *w);

/* Which observation stands for which bracket. */
struct pattern_bound {
    uint32_t bracket, observation;
    uint64_t number; /* of its observations: more than one under REPEATS */
};

struct pattern_binding {
    const struct pattern_bound *bound; /* by bracket, then observation */
    uint32_t n;
};

/*
 * The pattern over a list. Exact: a match is shown by its binding (the arena's; binding may be NULL), no
 * match holds for every choice. Finding a choice is hard in general; the search ends after
 * LIMIT_PATTERN_STEPS with undetermined and reason "too-complex", never with a wrong answer.
 */
enum pattern_verdict pattern_match(const struct pattern_code *code, const struct pattern_observation *o,
                                   uint32_t n, struct pattern_work *work, struct arena *a,
                                   struct pattern_binding *binding, struct why *w);

/*
 * Observations out of JSON: a bundle, an observed-data, or an array of either; references are resolved over
 * all bundles. Observed-data without the three required properties, with number_observed < 1 or last before
 * first are an error ("observed-data"). j must outlive the list. id: of the observed-data, "" if it has none.
 */
struct pattern_observed {
    const struct pattern_observation *o;
    const struct span *id;
    uint32_t n;
};

MUST_USE bool pattern_observed_read(const struct json *j, struct arena *a, struct pattern_observed *out,
                                    struct why *w);

#endif

/*
 * One STIX 2.1 object out of its bytes, checked against the standard: all 19 domain objects, 18 observables,
 * 2 relationship objects, marking-definition, language-content and extension-definition; custom types and
 * extensions are kept. The rules are tables (stix/types.h): one row a property.
 *
 * STIX 2.0 objects are read as what they become in 2.1: see `upgraded`.
 */
#ifndef SERAI_STIX_OBJECT_H
#define SERAI_STIX_OBJECT_H

#include "base/arena.h"
#include "base/date.h"
#include "base/why.h"
#include "stix/id.h"
#include "wire/json.h"

/* A timestamp (2.16) to its last digit. */
struct stix_time {
    unix_time seconds; /* 23:59:60 is the second after */
    uint32_t nanos;
    uint8_t digits;      /* of the fraction as written, at most 255 counted */
    bool set;            /* false: absent */
    struct span further; /* digits after the ninth without zeros at the end; mostly empty */
};

MUST_USE bool stix_time_read(struct span s, struct stix_time *out);
/* Order of instants, whatever the number of digits; what is not set stands before all that is. */
int stix_time_cmp(const struct stix_time *a, const struct stix_time *b);
/* Rounded down, from 1970 on; 0 when not set. */
int64_t stix_time_micros(const struct stix_time *t);

enum { STIX_TIME_TEXT = 28 };

/* "2026-03-01T08:00:00.000Z", six digits where microseconds need them. Returns out. */
const char *stix_time_text(int64_t micros, char out[STIX_TIME_TEXT]);

enum stix_class {
    STIX_SDO,
    STIX_SRO,
    STIX_SCO,
    STIX_META,   /* marking-definition, language-content, extension-definition */
    STIX_BUNDLE, /* never an object of a collection */
    STIX_CUSTOM, /* a type that STIX 2.1 does not define */
};

/* A note is worth knowing and no offence: an observable's id that is not the derived one. */
enum stix_level { STIX_MUST, STIX_SHOULD, STIX_NOTE };

enum { STIX_PATH = 120, STIX_FINDINGS = 32 };

struct stix_finding {
    enum stix_level level;
    struct why why;       /* reason word, offset in the object's bytes, clause, sentence */
    char path[STIX_PATH]; /* "external_references[0].url", cut at the end when longer */
};

struct stix_findings {
    size_t must, should, notes;              /* how many were found, those without room too */
    size_t n;                                /* how many are kept */
    struct stix_finding item[STIX_FINDINGS]; /* only [0, n) is initialised */
};

static inline void stix_findings_init(struct stix_findings *f)
{
    f->must = f->should = f->notes = f->n = 0;
}

struct stix_how {
    bool strict;       /* look for what SHOULD be too */
    bool v20;          /* what has no spec_version of its own is STIX 2.0: its bundle says so */
    bool any_pattern;  /* patterns are not looked into: the caller compiles them anyway */
    bool no_sco_check; /* ids of observables are not derived again; a finding only under strict */
};

/* Spans are parts of the text, or the arena's where the text has escapes. */
struct stix_object {
    struct span text; /* the object's bytes */
    struct json json; /* its nodes, and those around it */
    json_ref at;      /* the object; JSON_ROOT when it was read alone */
    enum stix_class class;
    struct span type;
    struct span id; /* as written */
    struct stix_uuid uuid;
    bool v20;                           /* STIX 2.0 content: no spec_version of its own, or "2.0" */
    struct span spec_version;           /* "2.1" also where an observable leaves it out (3.2); "2.0" */
    struct stix_time created, modified; /* modified of 2.2: also absent for SCOs, marking-definitions */
    bool revoked;
    bool has_creator;
    struct stix_uuid creator;                        /* of created_by_ref, an identity */
    int confidence;                                  /* 0..100; -1: absent */
    json_ref labels, markings, granular, extensions; /* arrays and an object; JSON_NONE: absent */
    json_ref external_references;
    /* Of indicators. A 2.0 indicator has pattern_type "stix". */
    struct span pattern, pattern_type;
    struct stix_time valid_from, valid_until;
    /* Of relationships and sightings. */
    struct span relationship_type;
    json_ref source_ref, target_ref, sighting_of_ref;
};

/*
 * Reads and checks one object. Nodes and unescaped texts are the arena's, which may be reset after each
 * object. False when it is no JSON object or breaks a MUST: w has the first, f (may be NULL) all that were
 * found. *out then holds type and id where they could be read, else empty spans, and nothing else to rely on.
 */
MUST_USE bool stix_read(struct span text, const struct stix_how *how, struct arena *a,
                        struct stix_object *out, struct stix_findings *f, struct why *w);

/* The same of a value inside a parsed text; offsets count from the beginning of that text. */
MUST_USE bool stix_read_value(const struct json *j, json_ref v, const struct stix_how *how, struct arena *a,
                              struct stix_object *out, struct stix_findings *f, struct why *w);

/* The version of an object (TAXII 2.1 3.4): modified, else created; not set for most observables. */
static inline const struct stix_time *stix_version(const struct stix_object *o)
{
    return o->modified.set ? &o->modified : &o->created;
}

/* Walks all references of an object, embedded ones too: names that end in _ref or _refs (3.1). */
struct stix_reference {
    struct span property; /* "object_refs" */
    struct span id;       /* as written; not always a valid one in custom properties */
    size_t offset;
};

struct stix_references {
    const struct stix_object *object;
    json_ref at, list_end;
    struct span property;
};

static inline struct stix_references stix_references_of(const struct stix_object *o)
{
    return (struct stix_references){ .object = o, .at = o->at };
}

bool stix_reference_next(struct stix_references *r, struct stix_reference *out);

const char *stix_class_word(enum stix_class c); /* "sdo" */

#endif

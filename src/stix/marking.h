/*
 * Markings: the Traffic Light Protocol as one order for all formats, and what the markings of one STIX object
 * come to. Several markings: the strictest counts. A marking that nobody here knows counts as red and is
 * referred to a person. An object without any is not clear: the rules of its collection say what it is.
 */
#ifndef SERAI_STIX_MARKING_H
#define SERAI_STIX_MARKING_H

#include "stix/id.h"
#include "stix/object.h"

/* Mildest first: compare with <. TLP 1 white is clear. */
enum tlp { TLP_CLEAR, TLP_GREEN, TLP_AMBER, TLP_AMBER_STRICT, TLP_RED };

enum { TLP_LEVELS = TLP_RED + 1 };

enum tlp_spelling {
    TLP_STIX,    /* "clear", "amber+strict"; in also "white" */
    TLP_CSAF_20, /* "WHITE", "RED"; out: amber+strict is RED, which CSAF 2.0 cannot say otherwise */
    TLP_CSAF_21, /* "CLEAR", "AMBER+STRICT": CACAO too */
    TLP_MISP,    /* "tlp:clear"; in also "tlp:white" */
};

/* A spelling read as it is defined, upper and lower case told apart except in MISP tags. */
MUST_USE bool tlp_read(enum tlp_spelling in, struct span s, enum tlp *out);
const char *tlp_word(enum tlp_spelling in, enum tlp t);

static inline enum tlp tlp_stricter(enum tlp a, enum tlp b)
{
    return a > b ? a : b;
}

/* The nine marking-definitions of TLP 1 (7.2.1) and TLP 2.0 by their UUIDs. version: 1 or 2. */
MUST_USE bool stix_tlp_of(const struct stix_uuid *id, enum tlp *out, unsigned *version);
/* The id that we write: of TLP 2.0. "marking-definition--…", static. */
const char *stix_tlp_id(enum tlp t);
/* The whole object of that id, as JSON; static. */
struct span stix_tlp_object(enum tlp t);

enum stix_marking_kind {
    STIX_MARKING_UNKNOWN,
    STIX_MARKING_TLP,
    STIX_MARKING_STATEMENT, /* terms of use: travel along, restrict nobody */
};

struct stix_marking {
    enum stix_marking_kind kind;
    enum tlp tlp;          /* of TLP */
    unsigned tlp_version;  /* 1 or 2 */
    struct span statement; /* of a statement; the marking-definition's bytes or the arena's */
};

/*
 * What a marking-definition object says. One that claims to be TLP without having one of the nine ids, or has
 * one of them and says something else, is unknown (7.2.1: no others may be made).
 */
void stix_marking_read(const struct stix_object *o, struct arena *a, struct stix_marking *out);

/* What marking-definition this is, when the caller has seen one; false: never seen. */
typedef bool (*stix_marking_look)(void *ctx, const struct stix_uuid *id, struct stix_marking *out);

enum { STIX_STATEMENTS = 16 };

/* What all markings of one object come to. */
struct stix_marks {
    bool marked;       /* a TLP marking, or an unknown one: tlp says which; else the collection's rules do */
    enum tlp tlp;      /* the strictest, object's and granular ones together */
    bool refer;        /* an unknown marking: a person looks at it */
    bool granular;     /* some marking is of a part */
    enum tlp parts;    /* the strictest among the granular ones, when granular */
    size_t statements; /* how many; the first STIX_STATEMENTS are here */
    struct stix_uuid statement[STIX_STATEMENTS];
};

/* look may be NULL: then only the nine TLP ids are known. Needs an object that stix_read took. */
void stix_marks_of(const struct stix_object *o, stix_marking_look look, void *ctx, struct stix_marks *out);

/*
 * What a selector of a granular marking points at (7.2.3.1: names with '.', items as [n]); JSON_NONE when
 * there is nothing, or the selector is none.
 */
json_ref stix_select(const struct json *j, json_ref object, struct span selector);

#endif

/*
 * Strict JSON (RFC 8259) without copies. A text becomes a flat array of nodes in document order; strings and
 * numbers stay where they are and are decoded when asked for. Refused besides bad grammar: text that is not
 * UTF-8, lone surrogates, a member name twice in one object (compared after unescaping), nesting deeper than
 * LIMIT_JSON_DEPTH, more than LIMIT_JSON_NODES values. No recursion; time linear but for sorting the names of
 * objects with many members.
 */
#ifndef SERAI_WIRE_JSON_H
#define SERAI_WIRE_JSON_H

#include "base/arena.h"
#include "base/why.h"

enum json_kind {
    JSON_KIND_NULL,
    JSON_KIND_FALSE,
    JSON_KIND_TRUE,
    JSON_KIND_NUMBER,
    JSON_KIND_STRING,
    JSON_KIND_ARRAY,
    JSON_KIND_OBJECT,
};

/* A value by its place in the array. Functions take JSON_NONE for "absent" and pass it on, so that look-ups
 * chain. */
typedef uint32_t json_ref;

enum { JSON_ROOT = 0 };
#define JSON_NONE ((json_ref)-1)

struct json_node {
    uint32_t at;   /* offset of the value; of a string: of the byte after the quote */
    uint32_t len;  /* bytes as written; of a string: between the quotes */
    json_ref next; /* the node after this value and all it holds */
    uint8_t kind;
    bool escaped; /* string: holds at least one backslash */
};

/* Immutable once parsed. An object's members are a string node for the name, then the value. */
struct json {
    struct span text; /* the caller's bytes; must outlive this */
    const struct json_node *node;
    uint32_t n;
};

/*
 * Reads one value with white space around it and nothing else; text is shorter than 4 GiB. Nodes are the
 * arena's. Reasons: "json" (grammar), "utf-8", "surrogate", "duplicate-member", "too-deep", "too-large".
 */
MUST_USE bool json_parse(struct span text, struct arena *a, struct json *out, struct why *w);

static inline bool json_is(const struct json *j, json_ref v, enum json_kind kind)
{
    return v != JSON_NONE && j->node[v].kind == kind;
}

/* The value as it is written, quotes and brackets included. Empty for JSON_NONE. */
struct span json_source(const struct json *j, json_ref v);

/* Offset in the text, for messages; WHY_NO_OFFSET for JSON_NONE. */
size_t json_offset(const struct json *j, json_ref v);

/* The member's value; JSON_NONE when obj is no object or has no such member. name holds no NUL. */
json_ref json_member(const struct json *j, json_ref obj, const char *name);

/*
 * Walks the items of an array or the members of an object: json_first, then json_after until JSON_NONE. In an
 * object each step is a member's name; its value is json_value_of. How many there are: json_count (linear).
 */
json_ref json_first(const struct json *j, json_ref container);
json_ref json_after(const struct json *j, json_ref container, json_ref item);
json_ref json_value_of(const struct json *j, json_ref name);
size_t json_count(const struct json *j, json_ref container);

/* A string, or a member's name, unescaped: part of the text itself unless it has escapes, then the arena's.
 * False when it is no string or the arena is at its ceiling. */
MUST_USE bool json_text_of(const struct json *j, json_ref v, struct arena *a, struct span *out);

/* The string equals s. */
bool json_text_is(const struct json *j, json_ref v, const char *s);

/* An integer as written: digits with an optional minus, no fraction, no exponent, in the range of int64_t. */
MUST_USE bool json_int64(const struct json *j, json_ref v, int64_t *out);

/* Any number as the nearest double, independent of the locale. False for other kinds and beyond the range. */
MUST_USE bool json_double(const struct json *j, json_ref v, double *out);

/* In brackets because another library has a macro of that name. */
MUST_USE bool(json_boolean)(const struct json *j, json_ref v, bool *out);

#endif

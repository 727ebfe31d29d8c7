/*
 * Shapes of JSON documents as tables: which members there are, of which kind, with which words, how many. A
 * check walks document and tables side by side, without recursion, and says everything that does not fit.
 * Tables may refer to themselves.
 */
#ifndef SERAI_WIRE_JSON_SHAPE_H
#define SERAI_WIRE_JSON_SHAPE_H

#include "base/buffer.h"
#include "wire/json.h"

enum shape_kind {
    SHAPE_ANY,
    SHAPE_TEXT,
    SHAPE_TEXT_OR_NULL,
    SHAPE_NUMBER,
    SHAPE_INTEGER, /* a number without a fraction: 2.0 is one */
    SHAPE_BOOLEAN,
    SHAPE_ARRAY,
    SHAPE_OBJECT,
};

struct shape;

struct shape_member {
    const char *name;
    const struct shape *shape;
    bool required;
};

/* A word, or sentence, about what a text has to be, and whether it is. s has no escapes left. */
struct shape_text {
    bool (*fits)(struct span s);
    const char *is; /* "a date and time (RFC 3339)" */
};

struct shape {
    enum shape_kind kind;
    /* Text: at least `least` characters; one of words (ends with NULL); as text says. */
    const char *const *words;
    const struct shape_text *text;
    uint32_t least; /* text: characters; array: items; object: members */
    uint32_t most;  /* object: members; 0: any number */
    /* Number. */
    bool bounded;
    double low, high;
    /* Array. */
    const struct shape *item;
    bool unique;
    /* Object: its members; others fit `other` (by its name fitting `key`), when there is one. */
    const struct shape_member *member;
    uint32_t members;
    const struct shape_text *key;
    const struct shape *other;
    /* What a table cannot say: true, or one sentence about what is wrong. */
    bool (*also)(const struct json *j, json_ref v, const char **says);
    /* Instead of this shape another one that the value itself names; NULL: none fits, `says` why. */
    const struct shape *(*choose)(const struct json *j, json_ref v, const char **says);
};

enum shape_fault {
    SHAPE_KIND,    /* another kind of value */
    SHAPE_MISSING, /* a required member; at is the object */
    SHAPE_LENGTH,  /* too short, too few or too many */
    SHAPE_WORD,    /* none of the words */
    SHAPE_PATTERN, /* text of the wrong form */
    SHAPE_RANGE,   /* number out of range */
    SHAPE_SAME,    /* two equal items; at is the second */
    SHAPE_OTHER,   /* what `also` or `choose` says */
    SHAPE_UNKNOWN, /* a member that no table has: allowed; at is its name */
};

/* says: one sentence, gone after the call; name of a missing member in it. Returns false to stop. */
typedef bool (*shape_tell)(void *ctx, enum shape_fault fault, json_ref at, const char *says);

/*
 * Tells of each fault in the order of the document, of each value once. Memory is the arena's. False with
 * reason "too-large" when it is full; what was told before stands.
 */
MUST_USE bool json_shape_check(const struct json *j, json_ref v, const struct shape *s, struct arena *a,
                               shape_tell tell, void *ctx, struct why *w);

/* The JSON pointer (RFC 6901) of a value or of a member's name: found by walking down from the root. */
void json_pointer(const struct json *j, json_ref v, struct buffer *out);

#endif

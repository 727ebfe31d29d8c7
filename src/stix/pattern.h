/*
 * The pattern language of STIX 2.1 (section 9), read into a flat tree and written back. Pure: no input or
 * output, no clock, no globals, no recursion.
 *
 *   pattern.h        read, check, print, level                    (this file)
 *   pattern_match.h  compile, and evaluate over a list of observations
 *   pattern_watch.h  the same over a stream, with bounded memory
 *   pattern_index.h  which patterns are plain lists of equalities; which literals the others need
 *   pattern_say.h    what a pattern looks for, in words
 *
 * A detector reads each indicator with pattern_parse, takes what pattern_equalities (pattern_index.h) gives
 * into its own tables, compiles the rest with its table of fields (pattern_match.h: struct pattern_fields),
 * puts them into one pattern_watch, and hands each log record to it as a flat array of facts (struct
 * pattern_fact).
 */
#ifndef SERAI_STIX_PATTERN_H
#define SERAI_STIX_PATTERN_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/limits.h"
#include "base/why.h"

/* A point in time, exact: seconds since 1970-01-01T00:00:00Z and 10^-18 seconds. */
struct pattern_time {
    int64_t seconds;
    uint64_t fraction; /* < 10^18 */
};

int pattern_time_cmp(struct pattern_time a, struct pattern_time b);

/* 2.16: RFC 3339 in capitals with Z, up to 18 digits of fraction that count (zeros behind them are dropped).
 * A second of 60 is the first of the next minute. */
MUST_USE bool pattern_time_read(struct span s, struct pattern_time *out);

enum pattern_constant_kind {
    PATTERN_INTEGER, /* within +-(2^53 - 1), 2.7 */
    PATTERN_FLOAT,
    PATTERN_STRING,
    PATTERN_BINARY, /* b'..' and h'..', decoded */
    PATTERN_BOOLEAN,
    PATTERN_TIMESTAMP,
};

struct pattern_constant {
    enum pattern_constant_kind kind;
    bool boolean;
    bool hex;         /* binary: written as h'..' */
    uint32_t at;      /* offset in the pattern */
    struct span text; /* string: unescaped; binary: its octets; otherwise as written */
    int64_t integer;  /* integer */
    double real;      /* float, and integer too */
    struct pattern_time time;
};

enum pattern_operator {
    PATTERN_EQ,
    PATTERN_NE,
    PATTERN_LT,
    PATTERN_LE,
    PATTERN_GT,
    PATTERN_GE,
    PATTERN_IN,
    PATTERN_LIKE,
    PATTERN_MATCHES,
    PATTERN_ISSUBSET,
    PATTERN_ISSUPERSET,
    PATTERN_EXISTS,
};

enum pattern_step_kind { PATTERN_KEY, PATTERN_INDEX, PATTERN_ALL };

/* One step of an object path (9.7): a key, [n] or [*]. */
struct pattern_step {
    enum pattern_step_kind kind;
    int64_t index;   /* may be negative: then nothing is there */
    struct span key; /* unquoted */
};

struct pattern_comparison {
    struct span type; /* "file" */
    const struct pattern_step *step;
    uint32_t steps; /* >= 1, the first is a key */
    enum pattern_operator op;
    bool negated;                      /* NOT */
    const struct pattern_constant *of; /* one; for IN any number; for EXISTS none */
    uint32_t constants;
    uint32_t at; /* offset of the object type */
};

enum pattern_kind {
    PATTERN_COMPARISON,
    PATTERN_BOTH,   /* AND inside brackets */
    PATTERN_EITHER, /* OR inside brackets */
    PATTERN_BRACKET,
    PATTERN_AND,
    PATTERN_OR,
    PATTERN_FOLLOWEDBY,
    PATTERN_REPEATS,
    PATTERN_WITHIN,
    PATTERN_START_STOP,
};

/*
 * A node of the tree. Nodes stand in post-order: what a node holds is [first, itself), its right (or only)
 * operand is the node before it, its left operand the node before that one's first. So a loop over the array
 * evaluates it without a stack of its own where `parent` and `left` are used.
 */
struct pattern_node {
    enum pattern_kind kind;
    bool left;                       /* the left operand of its parent */
    uint32_t first;                  /* where its subtree begins; itself for a comparison */
    uint32_t parent;                 /* PATTERN_NONE for the root */
    uint32_t at;                     /* offset in the text of what names it */
    uint32_t which;                  /* comparison: its number; bracket: its number from the left */
    uint64_t times;                  /* REPEATS */
    struct span seconds;             /* WITHIN, as written */
    struct pattern_time window;      /* WITHIN, as a span of time */
    struct pattern_time start, stop; /* START .. STOP */
};

#define PATTERN_NONE UINT32_MAX

/* Immutable once parsed. The root is the last node. */
struct pattern {
    struct span text; /* the caller's; must outlive this */
    const struct pattern_node *node;
    uint32_t nodes;
    const struct pattern_comparison *comparison;
    uint32_t comparisons;
    uint32_t brackets;
    uint32_t old_form; /* offset of the first form that only STIX 2.0 has (START '..'); PATTERN_NONE */
};

/*
 * Reads a pattern: grammar of 9.4 to 9.7 with the operators of 9.6.1, precedence of 9.5.3, comments as in the
 * grammar of OASIS. Nodes and decoded constants are the arena's. A pattern that is not read must not match
 * anything (9.4). Reasons:
 *   "syntax"             something else was expected; the detail says what
 *   "constant"           a constant of no value: a timestamp, hex, Base64, an integer out of range
 *   "qualifier"          a second one of a kind, REPEATS 0, WITHIN 0, STOP not after START
 *   "mixed-set"          the set of IN is not of one type
 *   "address"            ISSUBSET or ISSUPERSET with what is no address or range
 *   "utf-8", "too-large", "too-deep"
 */
MUST_USE bool pattern_parse(struct span text, struct arena *a, struct pattern *out, struct why *w);

/*
 * What a pattern of STIX 2.1 has to keep besides: no form of STIX 2.0 ("old-form"), hashes of the right
 * length
 * ("hash"), regular expressions that PCRE reads ("regex"). The first offence; true if there is none.
 */
MUST_USE bool pattern_check(const struct pattern *p, struct why *w);

/*
 * An AND whose operands cannot hold for one object, because their object types differ (9.5): such a part
 * never matches, though the grammar has it. Offset of the first; PATTERN_NONE.
 */
uint32_t pattern_never(const struct pattern *p);

/* 12.7: 1 one bracket, 2 AND and OR between brackets, 3 all else. */
unsigned pattern_level(const struct pattern *p);

/* The pattern in one spelling: single blanks, no needless parentheses but those that bind qualifiers, `=` for
 * `==`, `!=` for `<>`. Reading it again gives an equal tree and the same text. */
void pattern_print(const struct pattern *p, struct buffer *out);
/* One object path, "file:hashes.'SHA-256'". */
void pattern_print_path(const struct pattern_comparison *c, struct buffer *out);

/* What stands behind the operator; behind the operand: " WITHIN 5 SECONDS". */
void pattern_print_constants(const struct pattern_comparison *c, struct buffer *out);
void pattern_print_qualifier(const struct pattern_node *n, struct buffer *out);

const char *pattern_operator_word(enum pattern_operator op);

/* Line and column (in characters) of an offset, both from 1. */
void pattern_place(struct span text, size_t offset, size_t *line, size_t *column);

#endif

/*
 * CBOR (RFC 8949) read in place. cbor_check judges a whole item once, before anything is read from it; the
 * cursor then reads it in a straight line. The cursor is safe on bytes that were never checked, too: every
 * length is compared with what is left, and its error is sticky. No recursion, no copies.
 */
#ifndef SERAI_WIRE_CBOR_H
#define SERAI_WIRE_CBOR_H

#include "base/arena.h"
#include "base/why.h"

enum cbor_major {
    CBOR_UINT,
    CBOR_NINT, /* -1 - argument */
    CBOR_BYTES,
    CBOR_TEXT,
    CBOR_ARRAY,
    CBOR_MAP,
    CBOR_TAG,
    CBOR_OTHER, /* false, true, null, undefined, simple values, floats */
    CBOR_NONE,  /* nothing: at the end, or after an error */
};

enum { CBOR_FALSE = 20, CBOR_TRUE = 21, CBOR_NULL = 22 };
enum { CBOR_TAG_TDATE = 0, CBOR_TAG_ENCODED = 24, CBOR_TAG_FULL_DATE = 1004 };

/*
 * Exactly one well-formed item in in, of definite lengths, heads in their shortest form, text in UTF-8, no
 * key twice in a map, at most LIMIT_CBOR_DEPTH deep and LIMIT_CBOR_ITEMS items. What an encoded item (tag 24)
 * holds is bytes here. The first offence by its position gives reason and offset: CBOR_TRUNCATED  an item,
 * length or count runs past the end CBOR_TRAILING   bytes remain CBOR_INDEFINITE, CBOR_NONPREFERRED,
 * CBOR_DUPKEY (at the second key), CBOR_UTF8, CBOR_DEPTH CBOR_ILLFORMED  reserved head, stray break, simple
 * value below 32 in two bytes nonpreferred: NULL refuses heads longer than needed; else they are counted
 * there.
 */
MUST_USE bool cbor_check(struct span in, size_t *nonpreferred, struct arena *scratch, struct why *w);

struct cbor {
    const uint8_t *base; /* offsets count from here */
    const uint8_t *p, *end;
    const uint8_t *bad_at; /* where the first error is; NULL: none */
    const char *what;      /* what is wrong there */
};

struct cbor cbor_of(struct span s);
/* Over an item that lies in what c reads: offsets go on counting from the same base. */
struct cbor cbor_within(const struct cbor *c, struct span part);

static inline bool cbor_ok(const struct cbor *c)
{
    return !c->bad_at;
}

static inline bool cbor_more(const struct cbor *c)
{
    return !c->bad_at && c->p != c->end;
}

static inline size_t cbor_offset(const struct cbor *c)
{
    return (size_t)((c->bad_at ? c->bad_at : c->p) - c->base);
}

/* Records an error at p (NULL: where the cursor stands); the first one stays. */
void cbor_fail(struct cbor *c, const uint8_t *p, const char *what);

/* What comes next. */
enum cbor_major cbor_peek(const struct cbor *c);

/* Each reads the next item, which must be of that kind; else an error, and zero or the empty span. */
uint64_t cbor_uint(struct cbor *c);
int64_t cbor_int(struct cbor *c); /* CBOR_UINT or CBOR_NINT that fits */
struct span cbor_bytes(struct cbor *c);
struct span cbor_text(struct cbor *c);
bool cbor_bool(struct cbor *c);
void cbor_null(struct cbor *c);
uint64_t cbor_tag(struct cbor *c); /* the item it tags follows */
/* How many items (ARRAY), or pairs of key and value (MAP), follow. */
size_t cbor_array(struct cbor *c);
size_t cbor_map(struct cbor *c);
/* One item, whatever it holds, with its head. */
struct span cbor_item(struct cbor *c);

/* Tag 24 over a byte string (RFC 8949 3.4.5.1): its content; *whole (may be NULL) gets tag and head too. */
struct span cbor_encoded(struct cbor *c, struct span *whole);

/* Steps over the next item when it is that one, which keys of maps are asked. */
bool cbor_is_text(struct cbor *c, struct span text);
bool cbor_next_int_is(struct cbor *c, int64_t n);
/* The key of a map whose keys stand in one order: fails on another. */
void cbor_key(struct cbor *c, int64_t key);

/* The value of a key in a map of items that were checked: true with *value the whole item. Linear. */
bool cbor_find_text(struct span map, struct span key, struct span *value);
bool cbor_find_int(struct span map, int64_t key, struct span *value);

/* False with reason "STRUCT" at the error, or when anything is left; true when all was read. */
MUST_USE bool cbor_finish(const struct cbor *c, const char *clause, struct why *w);

#endif

/*
 * DER (X.690) read in place: a cursor with a sticky error, no recursion, no allocation. Lengths must be
 * minimal and tag numbers fit one byte, always: no real certificate, list or chip has anything else.
 * Indefinite lengths (BER) are read only by a cursor made with der_ber. Every length is compared with the
 * bytes that are left before it is used.
 *
 * Read in a straight line, der_close what was opened, and ask once with der_done: after an error every read
 * gives the empty span or zero.
 */
#ifndef SERAI_WIRE_DER_H
#define SERAI_WIRE_DER_H

#include "base/limits.h"
#include "base/why.h"

enum {
    DER_BOOLEAN = 0x01,
    DER_INTEGER = 0x02,
    DER_BIT_STRING = 0x03,
    DER_OCTET_STRING = 0x04,
    DER_NULL = 0x05,
    DER_OID = 0x06,
    DER_UTF8_STRING = 0x0c,
    DER_NUMERIC_STRING = 0x12,
    DER_PRINTABLE_STRING = 0x13,
    DER_T61_STRING = 0x14,
    DER_IA5_STRING = 0x16,
    DER_UTC_TIME = 0x17,
    DER_GENERALIZED_TIME = 0x18,
    DER_VISIBLE_STRING = 0x1a,
    DER_UNIVERSAL_STRING = 0x1c,
    DER_BMP_STRING = 0x1e,
    DER_SEQUENCE = 0x30,
    DER_SET = 0x31,
    DER_OCTETS_IN_PIECES = 0x24, /* constructed OCTET STRING, BER only */
};

/* Context-specific tags: [n] primitive and constructed. */
#define DER_CONTEXT(n)             ((uint8_t)(0x80 | (n)))
#define DER_CONTEXT_CONSTRUCTED(n) ((uint8_t)(0xa0 | (n)))

struct der {
    const uint8_t *base; /* offsets count from here */
    const uint8_t *p, *end;
    const uint8_t *bad_at; /* where the first error is; NULL: none */
    const char *what;      /* what is wrong there */
    uint8_t depth;
    bool ber;
};

struct der_item {
    uint8_t tag;      /* 0: none */
    struct span all;  /* identifier, length and content octets */
    struct span body; /* content octets, without the end-of-contents of an indefinite length */
};

struct der der_of(struct span s);
struct der der_ber(struct span s); /* also accepts indefinite lengths */
/* Over a part of what d reads, for example the content of an OCTET STRING: same offsets, one level deeper. */
struct der der_within(const struct der *d, struct span part);

static inline bool der_ok(const struct der *d)
{
    return !d->bad_at;
}

/* Nothing failed and nothing is left. */
static inline bool der_done(const struct der *d)
{
    return !d->bad_at && d->p == d->end;
}

static inline bool der_more(const struct der *d)
{
    return !d->bad_at && d->p != d->end;
}

static inline size_t der_offset(const struct der *d)
{
    return (size_t)((d->bad_at ? d->bad_at : d->p) - d->base);
}

/* Records an error at p (NULL: where the cursor stands); the first one stays. */
void der_fail(struct der *d, const uint8_t *p, const char *what);

/* The tag that comes next; -1 at the end or after an error. */
static inline int der_peek(const struct der *d)
{
    return der_more(d) ? *d->p : -1;
}

/* The next item, whatever it is. */
struct der_item der_any(struct der *d);
/* The next item, which must have that tag. */
struct der_item der_get(struct der *d, uint8_t tag);
/* The content octets of it. */
struct span der_take(struct der *d, uint8_t tag);
/* False, and nothing read, when the next item has another tag. */
bool der_optional(struct der *d, uint8_t tag, struct der_item *out);

/* A cursor over the content of the next item; after an error one that has failed as well. */
struct der der_open(struct der *d, uint8_t tag);
/* Takes over an error of the inner cursor; bytes left in it are one. */
void der_close(struct der *d, const struct der *inner);

/* Content octets of an INTEGER in its shortest form. */
struct span der_integer(struct der *d);
/* An INTEGER from 0 to INT32_MAX. */
int32_t der_small(struct der *d);
/* The bits of a BIT STRING of whole bytes. */
struct span der_bits(struct der *d);
struct span der_oid(struct der *d);
/* DEFAULT FALSE: true when TRUE stands there; nothing is read when it is absent. X.690 11.1 wants FF for
 * TRUE; real country signers have 01, so any byte but 00 counts. */
bool der_flag(struct der *d);

/* False with the given reason at the offset of the error, or "bytes left" when the cursor is not at its end.
 * True when der_done. */
MUST_USE bool der_finish(const struct der *d, const char *reason, const char *clause, struct why *w);

/*
 * Walks the whole tree of s in one pass: exactly one item, every constructed one filled exactly by its parts,
 * at most LIMIT_DER_DEPTH deep. Reason "der". *indefinite (may be NULL) counts the indefinite lengths;
 * allowed only with ber.
 */
MUST_USE bool der_check(struct span s, bool ber, size_t *indefinite, struct why *w);

/* Length of the first item at the start of s, tag and length octets included, when it can be read; else 0. */
size_t der_item_length(struct span s);

#endif

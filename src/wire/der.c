#include "wire/der.h"

#define CLAUSE "X.690"

struct header {
    uint8_t tag;
    size_t head, body; /* octets of tag and length, and of the content */
    bool indefinite;
};

/* The length octets after the first, for all but the short form. */
static const char *read_length(const uint8_t *p, size_t n, bool ber, struct header *h)
{
    size_t octets = p[1] & 0x7f, v = 0;

    if (octets == 0) {
        if (!ber || !(p[0] & 0x20))
            return "indefinite length";
        h->indefinite = true;
        h->head = 2;
        h->body = 0;
        return NULL;
    }
    if (octets > 4)
        return "length of more than four bytes";
    if (octets > n - 2)
        return "ends inside a tag or length";
    for (size_t i = 0; i < octets; i++)
        v = v << 8 | p[2 + i];
    if (v < 0x80 || p[2] == 0)
        return "length not in its shortest form";
    h->head = 2 + octets;
    h->body = v;
    return v > n - h->head ? "length beyond the end" : NULL;
}

/* X.690 8.1.2, 8.1.3 and 10.1. Returns what is wrong, or NULL. n bytes are left. Most lengths take one octet,
 * and this is where reading spends its time: inline. */
static inline const char *read_header(const uint8_t *p, size_t n, bool ber, struct header *h)
{
    if (n < 2)
        return "ends inside a tag or length";
    h->tag = p[0];
    h->indefinite = false;
    if ((p[0] & 0x1f) == 0x1f)
        return "tag number in several bytes";
    if (p[1] >= 0x80)
        return read_length(p, n, ber, h);
    h->head = 2;
    h->body = p[1];
    return h->body > n - 2 ? "length beyond the end" : NULL;
}

/*
 * The end-of-contents that closes an indefinite length whose content starts at p: sets *body to the octets
 * before it. Definite items are stepped over, so that this is linear; nesting is counted, not recursed.
 */
static const char *find_end(const uint8_t *p, const uint8_t *end, size_t *body, const uint8_t **at)
{
    const uint8_t *q = p;
    unsigned open = 1;

    for (;;) {
        struct header h = { 0 };
        const char *what = read_header(q, (size_t)(end - q), true, &h);

        *at = q;
        if (what)
            return what;
        if (h.tag == 0) {
            if (h.body != 0 || h.head != 2)
                return "end-of-contents with content";
            if (--open == 0) {
                *body = (size_t)(q - p);
                return NULL;
            }
        } else if (h.indefinite && ++open > LIMIT_DER_DEPTH) {
            return "nested too deeply";
        }
        q += h.head + h.body;
    }
}

static struct der cursor(struct span s, bool ber)
{
    static const uint8_t none;
    const uint8_t *p = s.p ? s.p : &none;

    return (struct der){ .base = p, .p = p, .end = p + s.n, .ber = ber };
}

struct der der_of(struct span s)
{
    return cursor(s, false);
}

struct der der_ber(struct span s)
{
    return cursor(s, true);
}

struct der der_within(const struct der *d, struct span part)
{
    struct der in = *d;

    if (in.bad_at)
        return in;
    in.p = part.p ? part.p : in.base;
    in.end = in.p + part.n;
    in.depth++;
    return in;
}

void der_fail(struct der *d, const uint8_t *p, const char *what)
{
    if (d->bad_at)
        return;
    d->bad_at = p ? p : d->p;
    d->what = what;
}

/* Inline in the functions below, which are what reading is made of. */
static inline struct der_item next_item(struct der *d)
{
    struct header h = { 0 };
    struct der_item out;
    const uint8_t *at = d->p;
    const char *what;
    size_t tail = 0;

    if (d->bad_at)
        return (struct der_item){ 0 };
    what = read_header(d->p, (size_t)(d->end - d->p), d->ber, &h);
    if (!what && h.tag == 0)
        what = "tag 0";
    if (!what && h.indefinite) {
        what = find_end(d->p + h.head, d->end, &h.body, &at);
        tail = 2;
    }
    if (what) {
        der_fail(d, at, what);
        return (struct der_item){ 0 };
    }
    out.tag = h.tag;
    out.all = span_of(d->p, h.head + h.body + tail);
    out.body = span_of(d->p + h.head, h.body);
    d->p += out.all.n;
    return out;
}

struct der_item der_any(struct der *d)
{
    return next_item(d);
}

static inline struct der_item get_item(struct der *d, uint8_t tag)
{
    if (!d->bad_at && d->p == d->end)
        der_fail(d, NULL, "ends where an item must follow");
    if (!d->bad_at && *d->p != tag) /* NOLINT(clang-analyzer-core.NullDereference): not at the end */
        der_fail(d, NULL, "another type than expected");
    return next_item(d);
}

struct der_item der_get(struct der *d, uint8_t tag)
{
    return get_item(d, tag);
}

struct span der_take(struct der *d, uint8_t tag)
{
    return get_item(d, tag).body;
}

bool der_optional(struct der *d, uint8_t tag, struct der_item *out)
{
    if (der_peek(d) != tag)
        return false;
    *out = next_item(d);
    return der_ok(d);
}

struct der der_open(struct der *d, uint8_t tag)
{
    struct der_item item = get_item(d, tag);
    struct der in = *d;

    if (!d->bad_at && d->depth >= LIMIT_DER_DEPTH)
        der_fail(d, item.all.p, "nested too deeply");
    if (d->bad_at) {
        in.bad_at = d->bad_at;
        in.what = d->what;
        in.p = in.end = d->bad_at;
        return in;
    }
    in.p = item.body.p;
    in.end = item.body.p + item.body.n;
    in.depth = (uint8_t)(d->depth + 1);
    return in;
}

void der_close(struct der *d, const struct der *inner)
{
    if (inner->bad_at)
        der_fail(d, inner->bad_at, inner->what);
    else if (inner->p != inner->end)
        der_fail(d, inner->p, "bytes after the last expected item");
}

struct span der_integer(struct der *d)
{
    struct der_item i = get_item(d, DER_INTEGER);

    if (der_ok(d) && i.body.n == 0)
        der_fail(d, i.all.p, "empty INTEGER");
    if (i.body.n > 1 &&
        ((i.body.p[0] == 0 && i.body.p[1] < 0x80) || (i.body.p[0] == 0xff && i.body.p[1] >= 0x80)))
        der_fail(d, i.all.p, "INTEGER not in its shortest form");
    return der_ok(d) ? i.body : (struct span){ 0 };
}

int32_t der_small(struct der *d)
{
    const uint8_t *at = d->p;
    struct span s = der_integer(d);
    int32_t v = 0;

    if (der_ok(d) && (s.n == 0 || s.n > 4 || s.p[0] >= 0x80))
        der_fail(d, at, "number out of range");
    if (!der_ok(d))
        return 0;
    for (size_t i = 0; i < s.n; i++)
        v = v << 8 | s.p[i];
    return v;
}

struct span der_bits(struct der *d)
{
    struct der_item i = get_item(d, DER_BIT_STRING);

    if (der_ok(d) && (i.body.n == 0 || i.body.p[0] != 0))
        der_fail(d, i.all.p, "BIT STRING not of whole bytes");
    return der_ok(d) ? span_of(i.body.p + 1, i.body.n - 1) : (struct span){ 0 };
}

struct span der_oid(struct der *d)
{
    struct der_item i = get_item(d, DER_OID);

    if (der_ok(d) && (i.body.n == 0 || i.body.p[i.body.n - 1] >= 0x80))
        der_fail(d, i.all.p, "bad OBJECT IDENTIFIER");
    return der_ok(d) ? i.body : (struct span){ 0 };
}

bool der_flag(struct der *d)
{
    struct der_item i;

    if (!der_optional(d, DER_BOOLEAN, &i))
        return false;
    if (i.body.n != 1)
        der_fail(d, i.all.p, "BOOLEAN is not one byte");
    return der_ok(d) && i.body.p[0] != 0;
}

bool der_finish(const struct der *d, const char *reason, const char *clause, struct why *w)
{
    if (d->bad_at)
        return why_set(w, reason, der_offset(d), clause, "%s", d->what);
    if (d->p != d->end)
        return why_set(w, reason, der_offset(d), clause, "bytes after the last expected item");
    return true;
}

/* A constructed item that is open: where its content must end, NULL: with an end-of-contents; and the end of
 * the innermost item of definite length, which bounds what is in it. */
struct level {
    const uint8_t *end, *bound;
};

struct walk {
    struct level level[LIMIT_DER_DEPTH + 1]; /* the first is the whole input */
    size_t depth, indefinite;
};

static const char *enter(struct walk *k, const struct header *h, const uint8_t *p)
{
    struct level *in = &k->level[k->depth + 1];

    if (k->depth == LIMIT_DER_DEPTH)
        return "nested too deeply";
    in->end = h->indefinite ? NULL : p + h->body;
    in->bound = h->indefinite ? in[-1].bound : in->end;
    k->indefinite += h->indefinite;
    k->depth++;
    return NULL;
}

/* Leaves every constructed item that ends at p. Where an end-of-contents stands, p is stepped over it. */
static const uint8_t *leave(struct walk *k, const uint8_t *p)
{
    for (; k->depth > 0; k->depth--) {
        const struct level *in = &k->level[k->depth];

        if (in->end == p)
            continue;
        if (in->end || in->bound - p < 2 || p[0] != 0 || p[1] != 0)
            break;
        p += 2;
    }
    return p;
}

bool der_check(struct span s, bool ber, size_t *indefinite, struct why *w)
{
    const uint8_t *p = s.p, *end = s.n ? s.p + s.n : s.p;
    struct walk k;

    k.level[0] = (struct level){ end, end };
    k.depth = k.indefinite = 0;
    do {
        struct header h;
        size_t left = p ? (size_t)(k.level[k.depth].bound - p) : 0;
        const char *what = left ? read_header(p, left, ber, &h) : "ends where an item must follow";

        if (!what && h.tag == 0)
            what = "tag 0";
        if (!what && (h.tag & 0x20))
            what = enter(&k, &h, p + h.head);
        if (what)
            return why_set(w, "der", p ? (size_t)(p - s.p) : 0, CLAUSE, "%s", what);
        p += h.tag & 0x20 ? h.head : h.head + h.body;
        p = leave(&k, p);
    } while (k.depth > 0);
    if (p != end)
        return why_set(w, "der", (size_t)(p - s.p), CLAUSE, "bytes after the end");
    if (indefinite)
        *indefinite = k.indefinite;
    return true;
}

size_t der_item_length(struct span s)
{
    struct header h = { 0 };

    if (s.n == 0 || read_header(s.p, s.n, false, &h))
        return 0;
    return h.head + h.body;
}

#include "wire/cbor.h"

#include "wire/cbor_head.h"

static struct cbor_head next(struct cbor *c, enum cbor_major want, const char *what)
{
    struct cbor_head h = { .major = CBOR_NONE };
    const char *fault;

    if (c->bad_at)
        return h;
    if (c->p == c->end) {
        cbor_fail(c, NULL, "ends where an item must follow");
        return h;
    }
    fault = cbor_head_read(c->p, (size_t)(c->end - c->p), &h);
    if (fault || (want != CBOR_NONE && h.major != want)) {
        cbor_fail(c, NULL, fault ? "cannot be read" : what);
        return (struct cbor_head){ .major = CBOR_NONE };
    }
    c->p += h.n;
    return h;
}

struct cbor cbor_of(struct span s)
{
    static const uint8_t none;
    const uint8_t *p = s.p ? s.p : &none;

    return (struct cbor){ .base = p, .p = p, .end = p + s.n };
}

struct cbor cbor_within(const struct cbor *c, struct span part)
{
    struct cbor in = *c;

    if (in.bad_at)
        return in;
    in.p = part.p ? part.p : in.base;
    in.end = in.p + part.n;
    return in;
}

void cbor_fail(struct cbor *c, const uint8_t *p, const char *what)
{
    if (c->bad_at)
        return;
    c->bad_at = p ? p : c->p;
    c->what = what;
}

enum cbor_major cbor_peek(const struct cbor *c)
{
    return cbor_more(c) ? (enum cbor_major)(*c->p >> 5) : CBOR_NONE;
}

uint64_t cbor_uint(struct cbor *c)
{
    return next(c, CBOR_UINT, "expected an unsigned integer").arg;
}

int64_t cbor_int(struct cbor *c)
{
    const uint8_t *at = c->p;
    bool negative = cbor_peek(c) == CBOR_NINT;
    uint64_t v = next(c, negative ? CBOR_NINT : CBOR_UINT, "expected an integer").arg;

    if (v > INT64_MAX) {
        cbor_fail(c, at, "the integer is too large");
        return 0;
    }
    return negative ? -1 - (int64_t)v : (int64_t)v;
}

static struct span string(struct cbor *c, enum cbor_major major, const char *what)
{
    struct cbor_head h = next(c, major, what);
    struct span s = { 0 };

    if (h.major != major)
        return s;
    s = span_of(c->p, (size_t)h.arg); /* cbor_head_read has compared it with what is left */
    c->p += s.n;
    return s;
}

struct span cbor_bytes(struct cbor *c)
{
    return string(c, CBOR_BYTES, "expected a byte string");
}

struct span cbor_text(struct cbor *c)
{
    return string(c, CBOR_TEXT, "expected a text string");
}

bool cbor_bool(struct cbor *c)
{
    const uint8_t *at = c->p;
    struct cbor_head h = next(c, CBOR_OTHER, "expected true or false");

    if (h.major == CBOR_OTHER && (h.n != 1 || (h.arg != CBOR_FALSE && h.arg != CBOR_TRUE)))
        cbor_fail(c, at, "expected true or false");
    return cbor_ok(c) && h.arg == CBOR_TRUE;
}

void cbor_null(struct cbor *c)
{
    const uint8_t *at = c->p;
    struct cbor_head h = next(c, CBOR_OTHER, "expected null");

    if (h.major == CBOR_OTHER && (h.n != 1 || h.arg != CBOR_NULL))
        cbor_fail(c, at, "expected null");
}

uint64_t cbor_tag(struct cbor *c)
{
    return next(c, CBOR_TAG, "expected a tag").arg;
}

size_t cbor_array(struct cbor *c)
{
    return (size_t)next(c, CBOR_ARRAY, "expected an array").arg;
}

size_t cbor_map(struct cbor *c)
{
    return (size_t)next(c, CBOR_MAP, "expected a map").arg;
}

/* Counts the items that are still to come instead of descending. */
struct span cbor_item(struct cbor *c)
{
    const uint8_t *start = c->p;
    uint64_t left = 1;

    while (left > 0 && !c->bad_at) {
        struct cbor_head h = next(c, CBOR_NONE, NULL);

        left--;
        if (h.major == CBOR_BYTES || h.major == CBOR_TEXT)
            c->p += h.arg;
        else if (h.major == CBOR_ARRAY)
            left += h.arg;
        else if (h.major == CBOR_MAP)
            left += 2 * h.arg;
        else if (h.major == CBOR_TAG)
            left++;
        if (left > (uint64_t)(c->end - c->p))
            cbor_fail(c, NULL, "ends where an item must follow");
    }
    return c->bad_at ? (struct span){ 0 } : span_of(start, (size_t)(c->p - start));
}

struct span cbor_encoded(struct cbor *c, struct span *whole)
{
    const uint8_t *start = c->p;
    struct span body;

    if (cbor_tag(c) != CBOR_TAG_ENCODED)
        cbor_fail(c, start, "expected an encoded item (tag 24)");
    body = cbor_bytes(c);
    if (cbor_ok(c) && whole)
        *whole = span_of(start, (size_t)(c->p - start));
    return body;
}

bool cbor_is_text(struct cbor *c, struct span text)
{
    struct cbor ahead = *c;
    struct span s;

    if (cbor_peek(c) != CBOR_TEXT)
        return false;
    s = cbor_text(&ahead);
    if (!cbor_ok(&ahead) || !span_eq(s, text))
        return false;
    *c = ahead;
    return true;
}

bool cbor_next_int_is(struct cbor *c, int64_t n)
{
    struct cbor ahead = *c;
    int64_t v;

    if (cbor_peek(c) != CBOR_UINT && cbor_peek(c) != CBOR_NINT)
        return false;
    v = cbor_int(&ahead);
    if (!cbor_ok(&ahead) || v != n)
        return false;
    *c = ahead;
    return true;
}

void cbor_key(struct cbor *c, int64_t key)
{
    if (cbor_ok(c) && !cbor_next_int_is(c, key))
        cbor_fail(c, NULL, "another key than belongs here");
}

bool cbor_find_text(struct span map, struct span key, struct span *value)
{
    struct cbor c = cbor_of(map);

    for (size_t n = cbor_map(&c); n > 0 && cbor_ok(&c); n--) {
        if (cbor_is_text(&c, key)) {
            *value = cbor_item(&c);
            return cbor_ok(&c);
        }
        (void)cbor_item(&c);
        (void)cbor_item(&c);
    }
    return false;
}

bool cbor_find_int(struct span map, int64_t key, struct span *value)
{
    struct cbor c = cbor_of(map);

    for (size_t n = cbor_map(&c); n > 0 && cbor_ok(&c); n--) {
        if (cbor_next_int_is(&c, key)) {
            *value = cbor_item(&c);
            return cbor_ok(&c);
        }
        (void)cbor_item(&c);
        (void)cbor_item(&c);
    }
    return false;
}

bool cbor_finish(const struct cbor *c, const char *clause, struct why *w)
{
    if (c->bad_at)
        return why_set(w, "STRUCT", cbor_offset(c), clause, "%s", c->what);
    if (c->p != c->end)
        return why_set(w, "STRUCT", cbor_offset(c), clause, "more members than the structure has");
    return true;
}

#include "seal/name.h"

#include "base/text.h"
#include "seal/certificate.h"

enum { NAME_PARTS = 32 };

struct name_parts name_parts(struct span name)
{
    struct der d = der_of(name), rdns = der_open(&d, DER_SEQUENCE);
    struct name_parts n = { .rdns = rdns, .rdn = rdns };

    n.rdn.p = n.rdn.end;
    return n;
}

bool name_next(struct name_parts *n, struct name_part *out)
{
    struct der pair;
    struct der_item value;

    if (!der_ok(&n->rdns))
        return false;
    if (n->rdn.p == n->rdn.end) {
        if (n->rdns.p == n->rdns.end)
            return false;
        n->rdn = der_open(&n->rdns, DER_SET);
    }
    pair = der_open(&n->rdn, DER_SEQUENCE);
    out->type = der_oid(&pair);
    value = der_any(&pair);
    der_close(&n->rdn, &pair);
    if (!der_ok(&n->rdn)) {
        der_fail(&n->rdns, n->rdn.bad_at, n->rdn.what);
        return false;
    }
    out->tag = value.tag;
    out->value = value.body;
    return true;
}

/* Text of a name, character by character: case folded, blanks at both ends dropped and runs of them made one.
 */
struct folded {
    struct reader r;
    uint8_t tag;
    bool begun;
    uint32_t next; /* character behind a run of blanks; 0: none */
};

static struct folded fold(const struct name_part *p)
{
    return (struct folded){ .r = rd_of(p->value), .tag = p->tag };
}

/* 0 at the end. A byte that is no character stands for itself, above all Unicode. */
static uint32_t read_character(struct folded *f)
{
    struct reader before = f->r;
    uint32_t c;

    if (rd_left(&f->r) == 0)
        return 0;
    if (f->tag == DER_BMP_STRING && rd_left(&f->r) >= 2)
        return rd_u16(&f->r);
    if (f->tag == DER_UNIVERSAL_STRING && rd_left(&f->r) >= 4)
        return rd_u32(&f->r);
    if (f->tag == DER_UTF8_STRING) {
        c = utf8_next(&f->r);
        if (rd_ok(&f->r))
            return c;
        f->r = before;
        return 0x80000000u | rd_u8(&f->r);
    }
    return rd_u8(&f->r);
}

/* Upper to lower case in Latin, Greek and Cyrillic: what country signers are written in. */
static uint32_t lower(uint32_t c)
{
    if ((c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde && c != 0xd7) || (c >= 0x391 && c <= 0x3a9) ||
        (c >= 0x410 && c <= 0x42f))
        return c + 0x20;
    if (c >= 0x400 && c <= 0x40f)
        return c + 0x50;
    if ((c >= 0x100 && c <= 0x137) || (c >= 0x460 && c <= 0x481) || (c >= 0x48a && c <= 0x4bf) ||
        (c >= 0x4d0 && c <= 0x52f))
        return c | 1;
    return c;
}

/* A printable ASCII character other than a blank, in a text of one byte each or UTF-8; 0: anything else. */
static inline uint32_t plain_character(struct folded *f)
{
    uint8_t c;

    if (f->next || f->r.p == f->r.end || f->tag == DER_BMP_STRING || f->tag == DER_UNIVERSAL_STRING)
        return 0;
    c = *f->r.p;
    if (c <= ' ' || c >= 0x7f)
        return 0;
    f->r.p++;
    f->begun = true;
    return c >= 'A' && c <= 'Z' ? c + 0x20u : c;
}

static uint32_t next_character(struct folded *f)
{
    uint32_t c = plain_character(f);
    bool blank = false;

    if (c)
        return c;
    c = f->next;
    f->next = 0;
    if (c)
        return c;
    /* A NUL inside a text must not end it. */
    for (;;) {
        bool end = rd_left(&f->r) == 0;

        c = read_character(f);
        if (end)
            return 0;
        if (c != ' ')
            break;
        blank = true;
    }
    c = c ? lower(c) : 0x40000000u;
    if (blank && f->begun) {
        f->next = c;
        return ' ';
    }
    f->begun = true;
    return c;
}

/* 64-bit mixing of splitmix64: the names hashed come from trusted lists, so nobody gains by making them
 * collide. */
static uint64_t mix(uint64_t h)
{
    h = (h ^ h >> 30) * 0xbf58476d1ce4e5b9u;
    h = (h ^ h >> 27) * 0x94d049bb133111ebu;
    return h ^ h >> 31;
}

/* Equal for parts of one type that same_text holds equal. */
static uint64_t part_hash(const struct name_part *p)
{
    struct folded f = fold(p);
    uint64_t h = 0;
    uint32_t c;

    for (size_t i = 0; i < p->type.n; i++)
        h = (h ^ p->type.p[i]) * 0x100000001b3u;
    while ((c = next_character(&f)) != 0)
        h = (h ^ c) * 0x100000001b3u;
    return mix(h);
}

static bool same_text(const struct name_part *a, const struct name_part *b)
{
    struct folded x, y;
    uint32_t c;

    if (a->tag == b->tag && span_eq(a->value, b->value))
        return true;
    x = fold(a);
    y = fold(b);
    do {
        c = next_character(&x);
        if (c != next_character(&y))
            return false;
    } while (c);
    return true;
}

/* The parts of a name, with hashes of their texts when they are wanted. */
struct parts {
    size_t n;
    struct name_part part[NAME_PARTS];
    uint64_t hash[NAME_PARTS];
};

static bool collect(struct span name, bool texts, struct parts *out)
{
    struct name_parts it = name_parts(name);

    for (out->n = 0; out->n < NAME_PARTS; out->n++) {
        if (!name_next(&it, &out->part[out->n]))
            return der_done(&it.rdns);
        out->hash[out->n] = texts ? part_hash(&out->part[out->n]) : 0;
    }
    return false;
}

static bool same_bytes(const struct name_part *a, const struct name_part *b)
{
    return a->tag == b->tag && span_eq(a->value, b->value);
}

/* Every part of a has its own in b, and none is left. Texts are compared only where their hashes are equal: a
 * name of long, almost equal parts costs no more than reading it. */
static bool same_parts(struct span a, struct span b, bool texts)
{
    struct parts x, y;
    uint32_t used = 0;

    if (!collect(a, texts, &x) || !collect(b, texts, &y) || x.n != y.n)
        return false;
    for (size_t i = 0; i < x.n; i++) {
        size_t j = 0;

        while (j < x.n &&
               ((used >> j & 1) || x.hash[i] != y.hash[j] || !span_eq(x.part[i].type, y.part[j].type) ||
                !(texts ? same_text : same_bytes)(&x.part[i], &y.part[j])))
            j++;
        if (j == x.n)
            return false;
        used |= 1u << j;
    }
    return true;
}

bool names_equal(struct span a, struct span b)
{
    return span_eq(a, b) || same_parts(a, b, true);
}

bool names_reordered(struct span a, struct span b)
{
    return same_parts(a, b, false);
}

uint64_t name_hash(struct span name)
{
    struct name_parts it = name_parts(name);
    struct name_part p;
    uint64_t sum = 0;

    while (name_next(&it, &p)) {
        sum += part_hash(&p); /* a sum, because order does not count */
    }
    return sum;
}

static const char *type_name(struct span type)
{
    static const struct {
        uint8_t id;
        const char *name;
    } names[] = { { 3, "CN" }, { 4, "SN" }, { 5, "serialNumber" }, { 6, "C" },
                  { 7, "L" },  { 8, "ST" }, { 10, "O" },           { 11, "OU" } };

    if (type.n == 3 && type.p[0] == 0x55 && type.p[1] == 0x04)
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
            if (names[i].id == type.p[2])
                return names[i].name;
    return NULL;
}

void name_put(struct buffer *b, struct span name)
{
    struct name_parts it = name_parts(name);
    struct name_part p;
    bool first = true;

    while (name_next(&it, &p)) {
        const char *type = type_name(p.type);
        struct folded f = fold(&p);

        if (!first)
            buf_str(b, ", ");
        first = false;
        if (type)
            buf_str(b, type);
        else
            hex_put(b, p.type);
        buf_u8(b, '=');
        while (rd_left(&f.r) > 0) {
            uint32_t c = read_character(&f);

            utf8_put(b, c < 0x20 || c == 0x7f || c > 0x10ffff || (c >= 0xd800 && c < 0xe000) ? '?' : c);
        }
    }
}

/* Reads status tokens and what they hold. */
#include "seal/status_list.h"

#include "base/limits.h"
#include "seal/status_internal.h"
#include "wire/inflate.h"

#define CLAUSE "Token Status List 5.2"

enum { CLAIM_SUBJECT = 2, CLAIM_EXPIRES = 4, CLAIM_ISSUED = 6 };
enum { CLAIM_IDENTIFIERS = 65530, CLAIM_LIST = 65533, CLAIM_TTL = 65534 };

uint64_t status_count(const struct status_values *v)
{
    return (uint64_t)v->data.n * 8 / v->bits;
}

bool status_at(const struct status_values *v, uint64_t index, unsigned *out)
{
    unsigned per_byte = 8 / v->bits;

    if (index >= status_count(v))
        return false;
    *out = (unsigned)v->data.p[index / per_byte] >> index % per_byte * v->bits & ((1u << v->bits) - 1);
    return true;
}

bool status_unpack(uint64_t bits, bool any_bits, struct span packed, size_t at, struct arena *a,
                   struct status_values *out, struct why *w)
{
    struct why cause = { .offset = WHY_NO_OFFSET };
    struct span data;
    size_t n;

    if (bits != 1 && (!any_bits || (bits != 2 && bits != 4 && bits != 8)))
        return why_set(w, "STATUS_BITS", at, any_bits ? CLAUSE : "ISO/IEC 18013-5 12.3.6",
                       "values of %llu bits are not allowed here", (unsigned long long)bits);
    if (zlib_inflated_size(packed, LIMIT_STATUS_LIST, a, &n, &cause) &&
        zlib_inflate(packed, n + 1, a, &data, &cause)) {
        *out = (struct status_values){ .bits = (unsigned)bits, .data = data };
        return true;
    }
    if (strcmp(cause.reason, "too-large") == 0)
        return why_set(w, "STATUS_TOO_LARGE", at, CLAUSE, "the list inflates to more than %d bytes",
                       LIMIT_STATUS_LIST);
    if (cause.offset != WHY_NO_OFFSET)
        at += cause.offset;
    return why_set(w, "STATUS_ZLIB", at, "RFC 1950", "%s", cause.detail);
}

/* StatusList = { bits, lst, ? aggregation_uri }, the next item. */
static void read_list(struct cbor *c, struct status_token *t)
{
    const uint8_t *at = c->p;
    bool bits = false, packed = false;

    for (size_t n = cbor_map(c); n > 0 && cbor_ok(c); n--) {
        if (cbor_is_text(c, SPAN("bits"))) {
            t->bits = cbor_uint(c);
            bits = true;
        } else if (cbor_is_text(c, SPAN("lst"))) {
            t->packed = cbor_bytes(c);
            t->packed_at = t->packed.n ? (size_t)(t->packed.p - c->base) : cbor_offset(c);
            packed = true;
        } else {
            (void)cbor_item(c);
            (void)cbor_item(c);
        }
    }
    if (cbor_ok(c) && (!bits || !packed))
        cbor_fail(c, at, "a status list without bits or lst");
    t->has_list = true;
}

bool status_values_read(struct span map, const uint8_t *base, struct arena *a, struct status_values *out,
                        struct why *w)
{
    struct cbor c = cbor_of(map);
    struct status_token t = { 0 };

    c.base = base;
    read_list(&c, &t);
    return cbor_finish(&c, CLAUSE, w) && status_unpack(t.bits, true, t.packed, t.packed_at, a, out, w);
}

bool status_map_likely(struct span in)
{
    struct cbor c = cbor_of(in);

    if (cbor_peek(&c) != CBOR_MAP || cbor_map(&c) == 0)
        return false;
    return cbor_is_text(&c, SPAN("bits")) || cbor_is_text(&c, SPAN("lst")) ||
           cbor_is_text(&c, SPAN("aggregation_uri"));
}

/* IdentifierList = { identifiers: { * bstr: {} } }, the next item. */
static void read_identifiers(struct cbor *c, struct status_token *t)
{
    const uint8_t *at = c->p;

    for (size_t n = cbor_map(c); n > 0 && cbor_ok(c); n--) {
        const uint8_t *from;

        if (!cbor_is_text(c, SPAN("identifiers"))) {
            (void)cbor_item(c);
            (void)cbor_item(c);
            continue;
        }
        from = c->p;
        t->n_identifiers = cbor_map(c);
        for (size_t i = t->n_identifiers; i > 0 && cbor_ok(c); i--) {
            (void)cbor_bytes(c);
            if (cbor_ok(c) && cbor_peek(c) != CBOR_MAP)
                cbor_fail(c, NULL, "expected a map");
            (void)cbor_item(c);
        }
        if (cbor_ok(c))
            t->identifiers = span_of(from, (size_t)(c->p - from));
    }
    if (cbor_ok(c) && t->identifiers.n == 0)
        cbor_fail(c, at, "an identifier list without identifiers");
    t->has_identifiers = true;
}

/* NumericDate (RFC 8392 2), whole seconds. */
static unix_time read_time(struct cbor *c)
{
    const uint8_t *at = c->p;
    uint64_t v = cbor_uint(c);

    if (v > INT64_MAX / 2)
        cbor_fail(c, at, "no such time");
    return cbor_ok(c) ? (unix_time)v : 0;
}

static void read_claim(struct cbor *c, int64_t claim, struct status_token *t)
{
    switch (claim) {
    case CLAIM_SUBJECT:
        t->subject = cbor_text(c);
        t->has_subject = true;
        break;
    case CLAIM_EXPIRES:
        t->expires = read_time(c);
        t->has_expires = true;
        break;
    case CLAIM_ISSUED:
        t->issued = read_time(c);
        t->has_issued = true;
        break;
    case CLAIM_TTL:
        t->ttl = cbor_uint(c);
        t->has_ttl = true;
        break;
    case CLAIM_LIST:
        read_list(c, t);
        break;
    case CLAIM_IDENTIFIERS:
        read_identifiers(c, t);
        break;
    default:
        (void)cbor_item(c);
        break;
    }
}

static bool read_claims(struct cbor c, struct status_token *t, struct why *w)
{
    for (size_t n = cbor_map(&c); n > 0 && cbor_ok(&c); n--) {
        if (cbor_peek(&c) == CBOR_TEXT) {
            (void)cbor_text(&c);
            (void)cbor_item(&c);
        } else {
            int64_t claim = cbor_int(&c);

            if (cbor_ok(&c))
                read_claim(&c, claim, t);
        }
    }
    return cbor_finish(&c, "RFC 8392 3", w);
}

static bool parse_cwt(struct span in, enum profile profile, struct arena *a, struct status_token *t,
                      struct findings *f, struct why *w)
{
    bool lenient = profile == PROFILE_LENIENT;
    struct cbor all = cbor_of(in), c;
    size_t long_heads = 0, more = 0;

    if (!cbor_check(in, lenient ? &long_heads : NULL, a, w) ||
        !cose_parse(in, in.p, COSE_SIGN1, lenient ? COSE_EITHER : COSE_TAGGED, lenient ? &long_heads : NULL,
                    a, &t->cose, w))
        return false;
    if (!t->cose.detached) {
        if (!cbor_check(t->cose.payload, lenient ? &more : NULL, a, w)) {
            why_shift(w, (size_t)(t->cose.payload.p - in.p));
            return false;
        }
        c = cbor_within(&all, t->cose.payload);
        if (!read_claims(c, t, w))
            return false;
    }
    if (!t->cose.tagged)
        finding_add(f, FINDING_NOTE, "STRUCT", 0, "RFC 9052 4.2", "not tagged as a COSE_Sign1");
    if (long_heads + more)
        finding_add(f, FINDING_NOTE, "CBOR_NONPREFERRED", WHY_NO_OFFSET, "RFC 8949 4.1",
                    "%zu heads longer than needed", long_heads + more);
    c = cbor_of(t->cose.type);
    if (cbor_peek(&c) == CBOR_TEXT)
        t->type = cbor_text(&c);
    return true;
}

/* Three parts of base64 whose header is JSON. */
static bool like_jwt(struct span in)
{
    const uint8_t *dot = memchr(in.p, '.', in.n);

    return span_starts(in, SPAN("eyJ")) && dot &&
           memchr(dot + 1, '.', in.n - (size_t)(dot + 1 - in.p)) != NULL;
}

bool status_token_likely(struct span in)
{
    struct cbor c = cbor_of(in), p;

    if (in.n < 2 || (in.p[0] != 0x84 && (in.p[0] != 0xd2 || in.p[1] != 0x84)))
        return like_jwt(in);
    if (cbor_peek(&c) == CBOR_TAG)
        (void)cbor_tag(&c);
    (void)cbor_array(&c);
    (void)cbor_bytes(&c);
    (void)cbor_item(&c);
    p = cbor_of(cbor_bytes(&c));
    if (!cbor_ok(&c) || cbor_peek(&p) != CBOR_MAP)
        return false;
    for (size_t n = cbor_map(&p); n > 0 && cbor_ok(&p); n--) {
        if (cbor_next_int_is(&p, CLAIM_LIST) || cbor_next_int_is(&p, CLAIM_IDENTIFIERS))
            return true;
        (void)cbor_item(&p);
        (void)cbor_item(&p);
    }
    return false;
}

bool status_token_parse(struct span in, enum profile profile, struct arena *a, struct status_token *out,
                        struct findings *f, struct why *w)
{
    struct status_token t = { .all = in };

    if (span_starts(in, SPAN("eyJ")) ? !status_parse_jwt(in, a, &t, w) : !parse_cwt(in, profile, a, &t, f, w))
        return false;
    *out = t;
    return true;
}

bool status_listed(const struct status_list *l, struct span identifier)
{
    struct cbor c = cbor_of(l->token.identifiers);

    for (size_t n = cbor_map(&c); n > 0 && cbor_ok(&c); n--) {
        if (span_eq(cbor_bytes(&c), identifier) && cbor_ok(&c))
            return true;
        (void)cbor_item(&c);
    }
    return false;
}

bool status_reference_of(const struct mdoc_status *s, struct status_reference *out)
{
    if (s->has_list)
        *out = (struct status_reference){
            .kind = STATUS_LIST, .uri = s->list_uri, .index = s->index, .certificate = s->list_certificate
        };
    else if (s->has_identifiers)
        *out = (struct status_reference){ .kind = STATUS_IDENTIFIERS,
                                          .uri = s->identifiers_uri,
                                          .identifier = s->identifier,
                                          .certificate = s->identifiers_certificate };
    return s->has_list || s->has_identifiers;
}

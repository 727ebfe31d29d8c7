#include "wire/idb.h"

#include <stdio.h>

#include "base/text.h"
#include "wire/c40.h"
#include "wire/inflate.h"

static const char clause[] = "ICAO TR Datastructure for Barcode";

enum { TEXT_HEAD = 5 };

static bool country(struct reader *r, struct idb *v, struct why *w)
{
    struct span in = rd_take(r, 2);
    size_t n;

    if (!rd_ok(r))
        return why_set(w, "truncated", 0, clause, "the header is cut");
    if (!c40_decode(in, ' ', v->text, &n, w))
        return false;
    while (n && v->text[n - 1] == ' ')
        n--;
    if (n == 0)
        return why_set(w, "country", 0, clause, "no issuing country");
    v->country = span_of(v->text, n);
    return true;
}

/* What only a signed barcode has in its header, with or without the mask. */
static bool signed_head(struct reader *r, bool masked, struct idb *v, struct why *w)
{
    uint8_t mask;
    size_t at;

    v->algorithm = rd_u8(r);
    v->cert_ref = rd_take(r, IDB_CERT_REF);
    v->masked = masked;
    at = rd_offset(r);
    mask = masked ? rd_u8(r) : 0;
    if (!seal_masked_date(mask, rd_u24(r), v->date_text, &v->date))
        return why_set(w, rd_ok(r) ? "date" : "truncated", at, clause, "no date of signature");
    if (v->algorithm < 1 || v->algorithm > 3)
        return why_set(w, "algorithm", 2, clause, "algorithm %u is none of 1, 2, 3", v->algorithm);
    return true;
}

static bool messages(struct span group, size_t base, struct idb *v, struct why *w)
{
    struct reader r = rd_of(group);
    uint64_t seen[4] = { 0 };
    struct seal_message m;

    while (rd_left(&r)) {
        if (!seal_tlv_next(&r, clause, &m, w)) {
            why_shift(w, base);
            return false;
        }
        m.offset += base;
        if (seen[m.tag / 64] >> m.tag % 64 & 1)
            return why_set(w, "duplicate-message", m.offset, clause, "message %02X twice", m.tag);
        seen[m.tag / 64] |= (uint64_t)1 << m.tag % 64;
        if (v->n == LIMIT_SEAL_MESSAGES)
            return why_set(w, "too-large", m.offset, clause, "more messages than the limit");
        v->message[v->n++] = m;
    }
    if (v->n == 0)
        return why_set(w, "no-messages", base, clause, "no message in the group");
    return true;
}

/* The zones after the header: 61, then 7E if any, then 7F if any. */
static bool zones(struct reader *r, struct idb *v, struct why *w)
{
    struct seal_message m;

    if (rd_peek(r) != IDB_MESSAGES)
        return why_set(w, "no-messages", rd_offset(r), clause, "the header is not followed by messages");
    if (!seal_tlv_next(r, clause, &m, w))
        return false;
    v->signed_bytes = span_of(r->start, rd_offset(r));
    if (!messages(m.value, rd_offset(r) - m.value.n, v, w))
        return false;
    if (rd_peek(r) == IDB_CERTIFICATE) {
        if (!seal_tlv_next(r, clause, &m, w))
            return false;
        v->certificate = m.value;
    }
    if (rd_peek(r) == IDB_SIGNATURE) {
        size_t at = rd_offset(r);

        if (!v->has_signature_flag)
            return why_set(w, "signature-zone", at, clause, "a signature in a barcode marked as unsigned");
        if (!seal_tlv_next(r, clause, &m, w))
            return false;
        if (m.value.n == 0 || m.value.n % 2)
            return why_set(w, "signature-zone", at, clause, "a signature zone of %zu bytes", m.value.n);
        v->signature = m.value;
    }
    if (rd_left(r))
        return why_set(w, "trailing", rd_offset(r), clause, "something after the last zone");
    return true;
}

static bool payload(struct idb *v, bool masked, struct why *w)
{
    struct reader r = rd_of(v->payload);

    v->n = 0;
    v->certificate = v->signature = (struct span){ NULL, 0 };
    return country(&r, v, w) && (!v->has_signature_flag || signed_head(&r, masked, v, w)) && zones(&r, v, w);
}

static bool decode(struct span in, struct arena *a, struct idb *v, struct why *w)
{
    size_t bad_at, size = (in.n - TEXT_HEAD) * 5 / 8;
    struct buffer b;
    uint8_t *mem = arena_alloc(a, size);

    if (!mem)
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "more than memory allows");
    buf_init_fixed(&b, mem, size);
    if (!base32_decode(span_sub(in, TEXT_HEAD, in.n), &b, &bad_at))
        return why_set(w, "base32", TEXT_HEAD + bad_at, "RFC 4648 6",
                       "not upper case Base32 without padding, or unused bits that are set");
    v->payload = buf_span(&b);
    return !v->zipped || zlib_inflate(v->payload, LIMIT_SEAL, a, &v->payload, w);
}

bool idb_parse(struct span in, struct arena *a, struct idb *out, struct why *w)
{
    struct why first = { 0 }, second = { 0 };
    uint8_t flag;

    if (!span_starts(in, SPAN("RDB1")) && !span_starts(in, SPAN("NDB1")))
        return why_set(w, "magic", 0, clause, "the text starts with neither RDB1 nor NDB1");
    if (in.n < TEXT_HEAD)
        return why_set(w, "truncated", in.n, clause, "the flag is missing");
    if (in.n > TEXT_HEAD + LIMIT_SEAL / 5 * 8 + 8)
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "%zu characters are more than a seal can have",
                       in.n);
    flag = (uint8_t)(in.p[4] - 'A');
    if (flag > 3)
        return why_set(w, "flag", 4, clause, "the flag is none of A, B, C, D");
    *out = (struct idb){ .has_signature_flag = flag & 1, .zipped = flag >> 1 };
    if (!decode(in, a, out, w))
        return false;
    if (payload(out, true, &first))
        return true;
    if (out->has_signature_flag && out->payload.n > 11 && out->payload.p[11] == IDB_MESSAGES &&
        payload(out, false, &second))
        return true;
    /* Told of the form that was begun: with a mask unless only the other can be meant. */
    if (second.reason && !(out->payload.n > 12 && out->payload.p[12] == IDB_MESSAGES))
        first = second;
    return why_set(w, first.reason, first.offset, first.clause, "%s", first.detail);
}

bool idb_put_head(struct buffer *b, const struct idb_head *h, struct why *w)
{
    char text[8];
    int n;

    if (h->country.n < 1 || h->country.n > 3)
        return why_set(w, "country", WHY_NO_OFFSET, clause, "a country has up to three characters");
    n = snprintf(text, sizeof text, "%-3.*s", (int)h->country.n, (const char *)h->country.p);
    if (!c40_put(b, span_of(text, (size_t)n), w))
        return false;
    if (!h->is_signed)
        return true;
    if (h->cert_ref.n != IDB_CERT_REF || h->algorithm < 1 || h->algorithm > 3 || !date_is_set(h->date))
        return why_set(w, "header", WHY_NO_OFFSET, clause,
                       "algorithm, certificate reference and date are required");
    buf_u8(b, h->algorithm);
    buf_put(b, h->cert_ref);
    buf_u8(b, 0);
    buf_be(b, seal_date_number(h->date), 3);
    return true;
}

bool idb_put_text(struct buffer *b, struct span in, bool is_signed, bool zipped, struct why *w)
{
    struct buffer z;
    bool ok = true;

    buf_init(&z, 2 * LIMIT_SEAL);
    if (in.n > LIMIT_SEAL)
        ok = why_set(w, "too-large", WHY_NO_OFFSET, clause, "%zu bytes are more than a seal can have", in.n);
    else if (zipped)
        ok = zlib_deflate(in, &z, w);
    if (ok) {
        buf_str(b, "RDB1");
        buf_u8(b, (uint8_t)('A' + is_signed + 2 * zipped));
        base32_put(b, zipped ? buf_span(&z) : in);
    }
    buf_free(&z);
    return ok;
}

#include "wire/vds.h"

#include <stdio.h>

#include "base/text.h"
#include "wire/c40.h"

static const char clause[] = "Doc 9303-13 header";
static const char zone[] = "Doc 9303-13 messages";

/* C40 from the cursor into the seal's own text, at *used. */
static bool characters(struct reader *r, size_t bytes, struct vds *v, size_t *used, struct span *out,
                       struct why *w)
{
    size_t at = rd_offset(r), n = 0;
    struct span in = rd_take(r, bytes);

    if (!rd_ok(r) || *used + c40_chars(bytes) > sizeof v->text)
        return why_set(w, "truncated", at, clause, "the header is cut");
    if (!c40_decode(in, ' ', v->text + *used, &n, w)) {
        why_shift(w, at);
        return false;
    }
    *out = span_of(v->text + *used, n);
    *used += n;
    return true;
}

static struct span without_fillers(struct span s)
{
    while (s.n && s.p[s.n - 1] == ' ') /* NOLINT(clang-analyzer-core.uninitialized.Branch): decoded before */
        s.n--;
    return s;
}

static int digit_value(uint8_t c)
{
    if (ascii_digit(c))
        return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Signer and certificate reference in the given form. */
static bool reference(struct reader *r, enum vds_reference form, struct vds *v, size_t *used, struct why *w)
{
    size_t at = rd_offset(r), length;
    struct span s = { NULL, 0 };
    int hi, lo, base = form == VDS_REF_DECIMAL ? 10 : 16;

    if (form == VDS_REF_FIVE || form == VDS_REF_OLD) {
        if (!characters(r, 6, v, used, &s, w))
            return false;
        if (s.n != 9)
            return why_set(w, "reference", at, clause, "signer and reference are not nine characters");
        v->signer = span_sub(s, 0, 4);
        v->ref = without_fillers(span_sub(s, 4, 9));
        return true;
    }
    if (!characters(r, 4, v, used, &s, w))
        return false;
    if (s.n != 6)
        return why_set(w, "reference", at, clause, "signer and length are not six characters");
    hi = digit_value(s.p[4]);
    lo = digit_value(s.p[5]);
    if (hi < 0 || hi >= base || lo < 0 || lo >= base || (hi == 0 && lo == 0))
        return why_set(w, "reference", at, clause, "no length of the certificate reference");
    v->signer = span_sub(s, 0, 4);
    length = (size_t)(hi * base + lo);
    at = rd_offset(r);
    if (!characters(r, c40_bytes(length), v, used, &s, w))
        return false;
    v->ref = without_fillers(span_sub(s, 0, length));
    if (s.n < length || without_fillers(s).n > length)
        return why_set(w, "reference", at, clause, "the reference is not as long as announced");
    return true;
}

static bool head(struct reader *r, enum vds_reference form, struct vds *v, struct why *w)
{
    size_t used = 0, at;
    struct span country;

    (void)rd_take(r, 2);
    if (!characters(r, 2, v, &used, &country, w) || !reference(r, form, v, &used, w))
        return false;
    v->country = without_fillers(country);
    if (v->country.n == 0)
        return why_set(w, "country", 2, clause, "no issuing country");
    for (int i = 0; i < 2; i++) {
        at = rd_offset(r);
        if (!seal_date(rd_u24(r), i ? &v->signed_on : &v->issued))
            return why_set(w, rd_ok(r) ? "date" : "truncated", at, clause, "no date of %s",
                           i ? "signature" : "issue");
    }
    v->document_ref = rd_u16(r);
    if (!rd_ok(r))
        return why_set(w, "truncated", rd_offset(r), clause, "the header is cut");
    v->head = span_of(r->start, rd_offset(r));
    return true;
}

static bool messages(struct reader *r, struct vds *v, struct why *w)
{
    uint64_t seen[4] = { 0 };
    struct seal_message m;

    while (rd_left(r)) {
        if (!seal_tlv_next(r, zone, &m, w))
            return false;
        if (m.tag == VDS_SIGNATURE) {
            if (rd_left(r))
                return why_set(w, "signature-zone", rd_offset(r), zone, "something after the signature zone");
            if (m.value.n == 0 || m.value.n % 2)
                return why_set(w, "signature-zone", m.offset, zone, "a signature zone of %zu bytes",
                               m.value.n);
            v->signature = m.value;
            v->signed_bytes = span_of(r->start, m.offset);
            return true;
        }
        if (seen[m.tag / 64] >> m.tag % 64 & 1)
            return why_set(w, "duplicate-message", m.offset, zone, "message %02X twice", m.tag);
        seen[m.tag / 64] |= (uint64_t)1 << m.tag % 64;
        if (v->n == LIMIT_SEAL_MESSAGES)
            return why_set(w, "too-large", m.offset, zone, "more messages than the limit");
        v->message[v->n++] = m;
    }
    v->signed_bytes = span_of(r->start, rd_offset(r));
    return true;
}

static bool parse_as(struct span in, enum vds_reference form, struct vds *v, struct why *w)
{
    struct reader r = rd_of(in);

    v->form = form;
    v->n = 0;
    v->signature = (struct span){ NULL, 0 };
    if (!head(&r, form, v, w) || !messages(&r, v, w))
        return false;
    if (v->n == 0)
        return why_set(w, "no-messages", rd_offset(&r), zone, "a header without messages");
    return true;
}

bool vds_parse(struct span in, struct vds *out, struct why *w)
{
    static const enum vds_reference forms[] = { VDS_REF_HEX, VDS_REF_DECIMAL, VDS_REF_OLD };
    struct why first = { 0 }, other;

    if (in.n > LIMIT_SEAL)
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "%zu bytes are more than a seal can have",
                       in.n);
    if (in.n < 2 || in.p[0] != VDS_MAGIC)
        return why_set(w, in.n < 2 ? "truncated" : "magic", 0, clause, "a seal starts with DC");
    if (in.p[1] != 2 && in.p[1] != 3)
        return why_set(w, "version", 1, clause, "version byte %02X is neither 02 nor 03", in.p[1]);
    out->version = (uint8_t)(in.p[1] + 1);
    if (in.p[1] == 2)
        return parse_as(in, VDS_REF_FIVE, out, w);
    for (size_t i = 0; i < 3; i++) {
        why_clear(&other);
        if (parse_as(in, forms[i], out, i ? &other : &first))
            return true;
    }
    return why_set(w, first.reason, first.offset, first.clause, "%s", first.detail);
}

bool vds_put_head(struct buffer *b, const struct vds_head *h, struct why *w)
{
    char text[16];
    int n;

    if (h->version != 3 && h->version != 4)
        return why_set(w, "version", WHY_NO_OFFSET, clause, "only versions 3 and 4 can be written");
    if (h->country.n < 1 || h->country.n > 3 || h->signer.n != 4 || h->ref.n < 1 ||
        h->ref.n > (h->version == 3 ? 5u : 0xffu))
        return why_set(
            w, "reference", WHY_NO_OFFSET, clause,
            "country of up to three, signer of four, reference of up to five characters (version 4: 255)");
    if (!date_is_set(h->issued) || !date_is_set(h->signed_on))
        return why_set(w, "date", WHY_NO_OFFSET, clause, "the dates of issue and signature are required");
    buf_u8(b, VDS_MAGIC);
    buf_u8(b, (uint8_t)(h->version - 1));
    n = snprintf(text, sizeof text, "%-3.*s", (int)h->country.n, (const char *)h->country.p);
    if (!c40_put(b, span_of(text, (size_t)n), w))
        return false;
    if (h->version == 3) {
        n = snprintf(text, sizeof text, "%.4s%0*d%.*s", (const char *)h->signer.p, 5 - (int)h->ref.n, 0,
                     (int)h->ref.n, (const char *)h->ref.p);
        if (h->ref.n == 5)
            n = snprintf(text, sizeof text, "%.4s%.5s", (const char *)h->signer.p, (const char *)h->ref.p);
        if (!c40_put(b, span_of(text, (size_t)n), w))
            return false;
    } else {
        n = snprintf(text, sizeof text, "%.4s%02zX", (const char *)h->signer.p, h->ref.n);
        if (!c40_put(b, span_of(text, (size_t)n), w) || !c40_put(b, h->ref, w))
            return false;
    }
    buf_be(b, seal_date_number(h->issued), 3);
    buf_be(b, seal_date_number(h->signed_on), 3);
    buf_be(b, h->document_ref, 2);
    return true;
}

#include "log/retention.h"

#include "log/leaf.h"
#include "log/origin.h"
#include "wire/cbor_write.h"

static const char clause[] = "RFC 8949 4.2.1";

enum { TYPE = LEAF_TYPE_KEY, TIME = 5, ORIGIN = 20, STREAM = 30, AUDIENCE, DAYS, BASIS };
enum { MOST_DAYS = 100 * 1000, MOST_BASIS = 200 };

static const struct span POLICY = { (const uint8_t *)"retention", 9 };
static const struct span EXPIRY = { (const uint8_t *)"expiry", 6 };

bool retention_is(struct span entry)
{
    struct cbor c = cbor_of(entry);
    struct span type = leaf_take_type(&c);

    return cbor_ok(&c) && (span_eq(type, POLICY) || span_eq(type, EXPIRY));
}

static void take_policy(struct cbor *c, struct retention *r)
{
    uint64_t days;

    cbor_key(c, STREAM);
    r->stream = cbor_text(c);
    cbor_key(c, AUDIENCE);
    r->audience = cbor_text(c);
    cbor_key(c, DAYS);
    days = cbor_uint(c);
    r->days = days <= MOST_DAYS ? (uint32_t)days : 0;
    cbor_key(c, BASIS);
    r->basis = cbor_text(c);
}

bool retention_parse(struct span entry, struct retention *out, struct why *w)
{
    struct cbor c = cbor_of(entry);
    struct retention r = { 0 };
    struct span type = leaf_take_type(&c);
    struct buffer b;
    bool same;

    r.expiry = span_eq(type, EXPIRY);
    if (cbor_ok(&c) && !r.expiry && !span_eq(type, POLICY))
        cbor_fail(&c, entry.p, "neither retention nor expiry");
    cbor_key(&c, TIME);
    r.time = cbor_int(&c);
    if (r.expiry) {
        cbor_key(&c, ORIGIN);
        r.origin = cbor_text(&c);
    } else {
        take_policy(&c, &r);
    }
    if (!cbor_ok(&c) || cbor_more(&c))
        return why_set(w, "retention", cbor_offset(&c), clause, "%s", c.what ? c.what : "bytes follow");
    buf_init(&b, entry.n + 1);
    same = retention_put(&r, &b) && span_eq(buf_span(&b), entry);
    buf_free(&b);
    if (!same)
        return why_set(w, "retention", 0, clause,
                       "a name, time or number of days that cannot be, or not the deterministic encoding");
    *out = r;
    return true;
}

static bool valid(const struct retention *r)
{
    struct origin o;

    if (r->time < 0)
        return false;
    if (r->expiry)
        return origin_parse(r->origin, &o, NULL);
    return origin_stream_valid(r->stream) && origin_audience_valid(r->audience) && r->days > 0 &&
           r->days <= MOST_DAYS && r->basis.n > 0 && r->basis.n <= MOST_BASIS;
}

bool retention_put(const struct retention *r, struct buffer *b)
{
    if (!valid(r))
        return false;
    cbor_put_map(b, r->expiry ? 3 : 6);
    cbor_put_int(b, TYPE);
    cbor_put_text(b, r->expiry ? EXPIRY : POLICY);
    cbor_put_int(b, TIME);
    cbor_put_int(b, r->time);
    if (r->expiry) {
        cbor_put_int(b, ORIGIN);
        cbor_put_text(b, r->origin);
        return buf_ok(b);
    }
    cbor_put_int(b, STREAM);
    cbor_put_text(b, r->stream);
    cbor_put_int(b, AUDIENCE);
    cbor_put_text(b, r->audience);
    cbor_put_int(b, DAYS);
    cbor_put_int(b, r->days);
    cbor_put_int(b, BASIS);
    cbor_put_text(b, r->basis);
    return buf_ok(b);
}

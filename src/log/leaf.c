#include "log/leaf.h"

#include "base/text.h"
#include "crypto/aead.h"
#include "crypto/hmac.h"
#include "crypto/node_key.h"
#include "wire/cbor_write.h"

_Static_assert((int)LEAF_SEAL == (int)GCM_TAG, "the seal of a body is its tag");

static const char clause[] = "RFC 8949 4.2.1";

const struct span LEAF_ERASURE = { (const uint8_t *)"erasure", 7 };

enum {
    TYPE = LEAF_TYPE_KEY,
    ISSUER,
    STREAM,
    SUBJECT,
    TIME,
    BODY,
    COMMITMENT,
    AUDIENCE,
    INDEX,
    REASON,
    SHARD
};
enum { NAME_MAX_BYTES = 64, AUDIENCE_MAX_BYTES = 128 };

static bool name_valid(struct span s, bool upper, size_t most)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_lower(s.p[i]) && !ascii_digit(s.p[i]) && !memchr("-./", s.p[i], 3) &&
            !(upper && ascii_upper(s.p[i])))
            return false;
    return s.n > 0 && s.n <= most;
}

static bool is_erasure(const struct leaf *l)
{
    return span_eq(l->type, LEAF_ERASURE);
}

static bool erasure_valid(const struct leaf *l)
{
    return !l->has_subject && l->erased <= INT64_MAX && name_valid(l->reason, false, NAME_MAX_BYTES) &&
           (l->shard.n == 0 || name_valid(l->shard, false, NAME_MAX_BYTES));
}

static bool leaf_valid(const struct leaf *l)
{
    return name_valid(l->type, false, NAME_MAX_BYTES) && name_valid(l->issuer, true, NAME_MAX_BYTES) &&
           name_valid(l->stream, false, NAME_MAX_BYTES) &&
           name_valid(l->audience, false, AUDIENCE_MAX_BYTES) && l->time >= 0 &&
           (!is_erasure(l) || erasure_valid(l));
}

/* How many pairs the map has. */
static size_t pairs_of(const struct leaf *l)
{
    return is_erasure(l) ? 8U + (l->shard.n > 0) : 7U + l->has_subject;
}

static void take_bytes(struct cbor *c, uint8_t *out, size_t n)
{
    const uint8_t *at = c->p;
    struct span s = cbor_bytes(c);

    if (cbor_ok(c) && s.n != n)
        cbor_fail(c, at, "a byte string of another length");
    else if (cbor_ok(c))
        memcpy(out, s.p, n);
}

static void take_header(struct cbor *c, struct leaf *l)
{
    size_t n = cbor_map(c);

    cbor_key(c, TYPE);
    l->type = cbor_text(c);
    cbor_key(c, ISSUER);
    l->issuer = cbor_text(c);
    cbor_key(c, STREAM);
    l->stream = cbor_text(c);
    l->has_subject = cbor_more(c) && cbor_next_int_is(c, SUBJECT);
    if (l->has_subject)
        take_bytes(c, l->subject, sizeof l->subject);
    cbor_key(c, TIME);
    l->time = cbor_int(c);
    cbor_key(c, BODY);
    take_bytes(c, l->body, sizeof l->body);
    if (!is_erasure(l)) {
        cbor_key(c, COMMITMENT);
        take_bytes(c, l->commitment, sizeof l->commitment);
    }
    cbor_key(c, AUDIENCE);
    l->audience = cbor_text(c);
    if (is_erasure(l)) {
        cbor_key(c, INDEX);
        l->erased = cbor_uint(c);
        cbor_key(c, REASON);
        l->reason = cbor_text(c);
        if (cbor_more(c) && cbor_next_int_is(c, SHARD))
            l->shard = cbor_text(c);
    }
    if (cbor_ok(c) && n != pairs_of(l))
        cbor_fail(c, c->base, "a map of another size");
}

static size_t first_difference(struct span a, struct span b)
{
    size_t i = 0;

    while (i < a.n && i < b.n && a.p[i] == b.p[i])
        i++;
    return i;
}

struct span leaf_take_type(struct cbor *c)
{
    (void)cbor_map(c);
    cbor_key(c, TYPE);
    return cbor_text(c);
}

bool leaf_parse(struct span entry, struct leaf *out, struct why *w)
{
    uint8_t again[LEAF_MAX];
    struct cbor c = cbor_of(entry);
    struct leaf l = { 0 };
    struct buffer b;

    take_header(&c, &l);
    if (!cbor_ok(&c) || cbor_more(&c))
        return why_set(w, "leaf", cbor_offset(&c), clause, "%s", c.what ? c.what : "bytes follow the header");
    buf_init_fixed(&b, again, sizeof again);
    if (!leaf_put(&l, &b))
        return why_set(w, "leaf", 0, NULL, "a name or a time that no header has");
    /* One header, one encoding: what was read is what would be written. */
    if (!span_eq(buf_span(&b), entry))
        return why_set(w, "leaf", first_difference(buf_span(&b), entry), clause,
                       "not the deterministic encoding");
    *out = l;
    return true;
}

static void put_erasure(const struct leaf *l, struct buffer *b)
{
    cbor_put_int(b, INDEX);
    cbor_put_head(b, CBOR_UINT, l->erased);
    cbor_put_int(b, REASON);
    cbor_put_text(b, l->reason);
    if (l->shard.n == 0)
        return;
    cbor_put_int(b, SHARD);
    cbor_put_text(b, l->shard);
}

bool leaf_put(const struct leaf *l, struct buffer *b)
{
    if (!leaf_valid(l))
        return false;
    cbor_put_map(b, pairs_of(l));
    cbor_put_int(b, TYPE);
    cbor_put_text(b, l->type);
    cbor_put_int(b, ISSUER);
    cbor_put_text(b, l->issuer);
    cbor_put_int(b, STREAM);
    cbor_put_text(b, l->stream);
    if (l->has_subject) {
        cbor_put_int(b, SUBJECT);
        cbor_put_bytes(b, span_of(l->subject, sizeof l->subject));
    }
    cbor_put_int(b, TIME);
    cbor_put_int(b, l->time);
    cbor_put_int(b, BODY);
    cbor_put_bytes(b, span_of(l->body, sizeof l->body));
    if (!is_erasure(l)) {
        cbor_put_int(b, COMMITMENT);
        cbor_put_bytes(b, span_of(l->commitment, sizeof l->commitment));
    }
    cbor_put_int(b, AUDIENCE);
    cbor_put_text(b, l->audience);
    if (is_erasure(l))
        put_erasure(l, b);
    return buf_ok(b);
}

void leaf_subject(struct span secret, struct span audience, struct span subject, uint8_t out[LEAF_TAG])
{
    static const uint8_t zero = 0;
    struct span part[] = { SPAN("serai subject"), span_of(&zero, 1), audience, span_of(&zero, 1), subject };
    struct digest d;

    hmac_sha256(secret, part, 5, &d);
    memcpy(out, d.b, LEAF_TAG);
}

static void commit(struct span body, const uint8_t salt[LEAF_SALT], uint8_t out[LEAF_HASH])
{
    struct digest d;

    hmac_sha256(span_of(salt, LEAF_SALT), &body, 1, &d);
    memcpy(out, d.b, LEAF_HASH);
}

/* The salt is fresh, so its key is used once: the IV may be fixed. */
static const uint8_t iv[GCM_IV];

static void key_of(const uint8_t salt[LEAF_SALT], uint8_t key[GCM_KEY])
{
    hkdf_sha256(span_of(salt, LEAF_SALT), (struct span){ 0 }, SPAN("serai log body"), key, GCM_KEY);
}

void leaf_seal(struct span body, const uint8_t salt[LEAF_SALT], struct leaf *l, struct buffer *sealed)
{
    uint8_t key[GCM_KEY], *p = buf_grow(sealed, body.n + GCM_TAG);
    struct digest d;

    if (!p)
        return;
    key_of(salt, key);
    gcm_seal(key, iv, body, p);
    wipe(key, sizeof key);
    digest_of(DIGEST_SHA256, span_of(p, body.n + GCM_TAG), &d);
    memcpy(l->body, d.b, LEAF_HASH);
    commit(body, salt, l->commitment);
}

bool leaf_open(const struct leaf *l, const uint8_t salt[LEAF_SALT], struct span sealed, struct buffer *body,
               struct why *w)
{
    uint8_t key[GCM_KEY], commitment[LEAF_HASH], *p;
    size_t before = body->n, n = sealed.n - GCM_TAG;
    struct digest d;
    bool ok;

    digest_of(DIGEST_SHA256, sealed, &d);
    if (sealed.n < GCM_TAG || memcmp(d.b, l->body, LEAF_HASH) != 0)
        return why_set(w, "body", WHY_NO_OFFSET, NULL, "the sealed body is not that of the entry");
    p = buf_grow(body, n + 1); /* never a NULL, also for no bytes */
    if (!p)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    body->n--;
    key_of(salt, key);
    ok = gcm_open(key, iv, sealed, p);
    wipe(key, sizeof key);
    if (ok)
        commit(span_of(p, n), salt, commitment);
    if (ok && memcmp(commitment, l->commitment, LEAF_HASH) == 0)
        return true;
    body->n = before;
    return why_set(w, "body", WHY_NO_OFFSET, NULL, "the entry does not commit to this body and salt");
}

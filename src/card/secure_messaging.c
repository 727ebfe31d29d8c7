#include "card/secure_messaging.h"

#include "base/reader.h"
#include "crypto/node_key.h"
#include "wire/lds.h"

enum {
    DO_CRYPTOGRAM_TLV = 0x85, /* of commands with an odd instruction byte, whose data are data objects */
    DO_CRYPTOGRAM = 0x87,     /* a byte 01 for padding method 2, then the cryptogram */
    DO_MAC = 0x8e,
    DO_LE = 0x97,
    DO_STATUS = 0x99,
};

static const char clause[] = "Doc 9303-11 9.8";

void session_begin(struct session *s, enum cipher_alg alg, struct span secret, const uint8_t *ssc)
{
    struct session fresh = { .alive = true };

    kdf(alg, secret, KDF_ENC, &fresh.enc);
    kdf(alg, secret, KDF_MAC, &fresh.mac);
    if (ssc)
        memcpy(fresh.ssc, ssc, cipher_block(alg));
    wipe(s, sizeof *s);
    *s = fresh;
    wipe(&fresh, sizeof fresh);
}

void session_end(struct session *s)
{
    wipe(s, sizeof *s);
}

static void count(struct session *s)
{
    for (size_t i = cipher_block(s->enc.alg); i-- > 0;)
        if (++s->ssc[i] != 0)
            return;
}

/* 9.8.6.1: the encrypted counter for AES; zeros for Triple DES. */
static void starting_vector(const struct session *s, uint8_t iv[CIPHER_BLOCK_MAX])
{
    memset(iv, 0, CIPHER_BLOCK_MAX);
    if (s->enc.alg != CIPHER_3DES)
        cipher_encrypt(&s->enc, NULL, span_of(s->ssc, cipher_block(s->enc.alg)), iv);
}

/* The code over counter, header (a whole number of blocks, may be empty) and data objects, padded. */
static void code_over(const struct session *s, struct span header, struct span objects, uint8_t mac[MAC_SIZE])
{
    size_t block = cipher_block(s->mac.alg);
    uint8_t pad[CIPHER_BLOCK_MAX];
    const struct span part[] = { span_of(s->ssc, block), header, objects,
                                 span_of(pad, objects.n ? pad_method2(objects.n, block, pad) : 0) };

    mac_parts(&s->mac, part, sizeof part / sizeof part[0], mac);
}

static void put_length(struct buffer *b, size_t n)
{
    if (n >= 0x80)
        buf_u8(b, n > 0xff ? 0x82 : 0x81);
    buf_be(b, n, n > 0xff ? 2 : 1);
}

/* DO'87 or DO'85 over the data of c. */
static void put_cryptogram(const struct session *s, const struct apdu *c, struct buffer *b)
{
    size_t block = cipher_block(s->enc.alg);
    uint8_t pad[CIPHER_BLOCK_MAX], iv[CIPHER_BLOCK_MAX];
    size_t padding = pad_method2(c->data.n, block, pad), whole = c->data.n + padding;
    bool even = c->ins % 2 == 0;
    uint8_t *p;

    buf_u8(b, even ? DO_CRYPTOGRAM : DO_CRYPTOGRAM_TLV);
    put_length(b, whole + even);
    if (even)
        buf_u8(b, 0x01);
    p = buf_grow(b, whole);
    if (!p)
        return;
    memcpy(p, c->data.p, c->data.n);
    memcpy(p + c->data.n, pad, padding);
    starting_vector(s, iv);
    cipher_encrypt(&s->enc, iv, span_of(p, whole), p);
}

static void put_le(const struct apdu *c, bool extended, struct buffer *b)
{
    size_t width = extended && c->le > APDU_SHORT_LE ? 2 : 1;

    buf_u8(b, DO_LE);
    buf_u8(b, (uint8_t)width);
    buf_be(b, c->le, width); /* the largest is written as zero */
}

bool session_protect(struct session *s, const struct apdu *c, bool extended, struct buffer *out,
                     struct why *w)
{
    size_t block = cipher_block(s->enc.alg);
    uint8_t header[CIPHER_BLOCK_MAX] = { c->cla | 0x0c, c->ins, c->p1, c->p2, 0x80 }, mac[MAC_SIZE];
    struct session before = *s;
    struct buffer objects;
    struct apdu whole = *c;
    bool ok;

    buf_init(&objects, APDU_EXTENDED_DATA);
    count(s);
    if (c->data.n)
        put_cryptogram(s, c, &objects);
    if (c->le)
        put_le(c, extended, &objects);
    whole.cla = c->cla | 0x0c;
    code_over(s, span_of(header, block), buf_span(&objects), mac);
    buf_u8(&objects, DO_MAC);
    buf_u8(&objects, sizeof mac);
    buf_put(&objects, span_of(mac, sizeof mac));

    whole.data = buf_span(&objects);
    whole.le = extended && (whole.data.n > APDU_SHORT_DATA || c->le > APDU_SHORT_LE) ? APDU_EXTENDED_LE
                                                                                     : APDU_SHORT_LE;
    ok = buf_ok(&objects) && (extended || (whole.data.n <= APDU_SHORT_DATA && c->le <= APDU_SHORT_LE));
    if (ok)
        apdu_put(out, &whole);
    ok = ok && buf_ok(out);
    if (!ok) {
        *s = before;
        (void)why_set(w, "too-large", WHY_NO_OFFSET, clause,
                      "a protected command with %zu bytes does not fit into one APDU", c->data.n);
    }
    wipe(&before, sizeof before);
    buf_free(&objects);
    return ok;
}

struct objects {
    struct span cryptogram, status, mac;
    struct span covered; /* what the code is over: everything before it */
    uint8_t tag;         /* of the cryptogram; 0: there is none */
};

/* [85 or 87] 99 8E, each once, in this order, and nothing else (9.8.4, response APDU). */
static bool read_objects(struct span in, uint8_t ins, struct objects *o)
{
    struct reader r = rd_of(in);
    struct span value;
    uint32_t tag;

    if (!lds_next(&r, &tag, &value))
        return false;
    if (tag == DO_CRYPTOGRAM || (tag == DO_CRYPTOGRAM_TLV && ins % 2)) {
        o->tag = (uint8_t)tag;
        o->cryptogram = value;
        if (!lds_next(&r, &tag, &value))
            return false;
    }
    if (tag != DO_STATUS || value.n != 2)
        return false;
    o->status = value;
    o->covered = span_sub(in, 0, rd_offset(&r));
    if (!lds_next(&r, &tag, &value) || tag != DO_MAC || value.n != MAC_SIZE)
        return false;
    o->mac = value;
    return rd_done(&r);
}

/* The code held. */
static bool open_cryptogram(const struct session *s, const struct objects *o, struct buffer *plain)
{
    size_t block = cipher_block(s->enc.alg), n;
    uint8_t iv[CIPHER_BLOCK_MAX];
    struct span c = o->cryptogram;
    uint8_t *p;

    if (o->tag == DO_CRYPTOGRAM) {
        if (c.n == 0 || c.p[0] != 0x01)
            return false;
        c = span_sub(c, 1, c.n);
    }
    if (c.n == 0 || c.n % block != 0)
        return false;
    p = buf_grow(plain, c.n);
    if (!p)
        return false;
    starting_vector(s, iv);
    cipher_decrypt(&s->enc, iv, c, p);
    if (!unpad_method2(span_of(p, c.n), block, &n))
        return false;
    plain->n = n;
    return true;
}

static bool unprotect(struct session *s, uint8_t ins, struct span response, struct buffer *plain,
                      struct reply *out, struct why *w)
{
    struct objects o = { 0 };
    uint8_t mac[MAC_SIZE];
    struct reply outer;

    if (!reply_parse(response, &outer, w))
        return false;
    if (outer.data.n == 0)
        return why_set(w, "secure-messaging", WHY_NO_OFFSET, clause,
                       "the chip gave up the protected session (status %04X)", outer.sw);
    if (!read_objects(outer.data, ins, &o))
        return why_set(w, "secure-messaging", WHY_NO_OFFSET, clause,
                       "the protected answer does not have the objects it must have");
    count(s);
    code_over(s, (struct span){ 0 }, o.covered, mac);
    if (!same_secret(mac, o.mac.p, sizeof mac))
        return why_set(w, "mac", WHY_NO_OFFSET, clause,
                       "the answer is not the chip's: its authentication code does not hold");
    if ((o.status.p[0] << 8 | o.status.p[1]) != outer.sw)
        return why_set(w, "secure-messaging", WHY_NO_OFFSET, clause,
                       "the status word was changed on the way");
    if (o.tag && !open_cryptogram(s, &o, plain))
        return why_set(w, "secure-messaging", WHY_NO_OFFSET, clause,
                       "the encrypted data are not well-formed");
    *out = (struct reply){ buf_span(plain), outer.sw };
    return true;
}

bool session_unprotect(struct session *s, uint8_t ins, struct span response, struct buffer *plain,
                       struct reply *out, struct why *w)
{
    buf_reset(plain);
    if (!s->alive)
        return why_set(w, "session", WHY_NO_OFFSET, clause, "the session with the chip has ended");
    if (unprotect(s, ins, response, plain, out, w))
        return true;
    session_end(s);
    if (plain->n)
        wipe(plain->p, plain->n);
    buf_reset(plain);
    return false;
}

#include "make_certificate.h"

#include <stdlib.h>

#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/buffer.h"
#include "wire/der.h"
#include "wire/der_write.h"

static void need(bool holds)
{
    if (!holds)
        abort();
}

static struct span keep(struct buffer *b, struct arena *a)
{
    struct span s;

    need(buf_ok(b));
    s = arena_copy(a, buf_span(b));
    buf_free(b);
    return s;
}

static const char *const digest_oid[] = { "\x2b\x0e\x03\x02\x1a", "\x60\x86\x48\x01\x65\x03\x04\x02\x04",
                                          "\x60\x86\x48\x01\x65\x03\x04\x02\x01",
                                          "\x60\x86\x48\x01\x65\x03\x04\x02\x02",
                                          "\x60\x86\x48\x01\x65\x03\x04\x02\x03" };

static void put_digest(struct buffer *b, enum digest_alg d)
{
    size_t at = der_put_begin(b, DER_SEQUENCE);

    der_put(b, DER_OID, span_str(digest_oid[d]));
    der_put_end(b, at);
}

static void put_pss(struct buffer *b, const struct signing *s)
{
    size_t at = der_put_begin(b, DER_SEQUENCE), f = der_put_begin(b, DER_CONTEXT_CONSTRUCTED(0)), mgf;

    put_digest(b, s->digest);
    der_put_end(b, f);
    f = der_put_begin(b, DER_CONTEXT_CONSTRUCTED(1));
    mgf = der_put_begin(b, DER_SEQUENCE);
    der_put(b, DER_OID, SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08"));
    put_digest(b, s->digest);
    der_put_end(b, mgf);
    der_put_end(b, f);
    f = der_put_begin(b, DER_CONTEXT_CONSTRUCTED(2));
    der_put_uint(b, (uint64_t)s->salt);
    der_put_end(b, f);
    der_put_end(b, at);
}

struct span signing_algorithm(const struct signing *s, struct arena *a)
{
    static const uint8_t rsa[] = { 5, 14, 11, 12, 13 }, ec[] = { 1, 1, 2, 3, 4 };
    uint8_t pkcs1[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, rsa[s->digest] };
    uint8_t ecdsa[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, ec[s->digest] };
    struct buffer b;
    size_t at;

    buf_init(&b, 512);
    at = der_put_begin(&b, DER_SEQUENCE);
    if (s->how == SIGN_ECDSA)
        der_put(&b, DER_OID,
                s->digest == DIGEST_SHA1 ? SPAN("\x2a\x86\x48\xce\x3d\x04\x01") : span_of(ecdsa, 8));
    else if (s->how == SIGN_PSS)
        der_put(&b, DER_OID, SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a"));
    else
        der_put(&b, DER_OID, span_of(pkcs1, 9));
    if (s->how == SIGN_PSS)
        put_pss(&b, s);
    der_put_end(&b, at);
    return keep(&b, a);
}

/* PKCS #1 with a DigestInfo that lacks the NULL of its algorithm. */
static struct span raw_block(const struct signing *s, struct span message, struct arena *a)
{
    size_t n = (size_t)EVP_PKEY_get_size(s->key);
    uint8_t *block = arena_alloc(a, n);
    struct buffer info;
    struct digest d;
    size_t at;

    digest_of(s->digest, message, &d);
    buf_init(&info, 256);
    at = der_put_begin(&info, DER_SEQUENCE);
    put_digest(&info, s->digest);
    der_put(&info, DER_OCTET_STRING, digest_span(&d));
    der_put_end(&info, at);
    memset(block, 0xff, n);
    block[0] = 0;
    block[1] = 1;
    block[n - info.n - 1] = 0;
    memcpy(block + n - info.n, info.p, info.n);
    buf_free(&info);
    return span_of(block, n);
}

struct span signing_make(const struct signing *s, struct span message, struct arena *a)
{
    static const char *const names[] = { "SHA1", "SHA224", "SHA256", "SHA384", "SHA512" };
    size_t n = (size_t)EVP_PKEY_get_size(s->key);
    uint8_t *out = arena_alloc(a, n);

    if (s->how == SIGN_RSA_NO_NULL) {
        EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(s->key, NULL);
        struct span block = raw_block(s, message, a);

        need(EVP_PKEY_sign_init(c) == 1 && EVP_PKEY_CTX_set_rsa_padding(c, RSA_NO_PADDING) == 1 &&
             EVP_PKEY_sign(c, out, &n, block.p, block.n) == 1);
        EVP_PKEY_CTX_free(c);
    } else {
        EVP_MD_CTX *m = EVP_MD_CTX_new();
        EVP_PKEY_CTX *c;

        need(EVP_DigestSignInit_ex(m, &c, names[s->digest], NULL, NULL, s->key, NULL) == 1);
        if (s->how == SIGN_PSS)
            need(EVP_PKEY_CTX_set_rsa_padding(c, RSA_PKCS1_PSS_PADDING) == 1 &&
                 EVP_PKEY_CTX_set_rsa_pss_saltlen(c, s->salt) == 1);
        need(EVP_DigestSign(m, out, &n, message.p, message.n) == 1);
        EVP_MD_CTX_free(m);
    }
    return span_of(out, n);
}

EVP_PKEY *key_rsa(unsigned bits, unsigned exponent)
{
    EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    BIGNUM *e = BN_new();
    EVP_PKEY *k = NULL;

    need(BN_set_word(e, exponent) == 1 && EVP_PKEY_keygen_init(c) == 1 &&
         EVP_PKEY_CTX_set_rsa_keygen_bits(c, (int)bits) == 1 &&
         EVP_PKEY_CTX_set1_rsa_keygen_pubexp(c, e) == 1 && EVP_PKEY_generate(c, &k) == 1);
    BN_free(e);
    EVP_PKEY_CTX_free(c);
    return k;
}

EVP_PKEY *key_ec(const char *curve, bool explicit_parameters)
{
    EVP_PKEY *k = EVP_EC_gen(curve);

    need(k != NULL);
    if (explicit_parameters)
        need(EVP_PKEY_set_utf8_string_param(k, "encoding", "explicit") == 1);
    return k;
}

struct span key_spki(EVP_PKEY *k, struct arena *a)
{
    uint8_t *der = NULL;
    int n = i2d_PUBKEY(k, &der);
    struct span s;

    need(n > 0);
    s = arena_copy(a, span_of(der, (size_t)n));
    OPENSSL_free(der);
    return s;
}

static void put_part(struct buffer *b, uint8_t type, uint8_t tag, const char *text)
{
    uint8_t oid[] = { 0x55, 0x04, type };
    size_t set = der_put_begin(b, DER_SET), pair = der_put_begin(b, DER_SEQUENCE);

    der_put(b, DER_OID, span_of(oid, 3));
    der_put(b, tag, span_str(text));
    der_put_end(b, pair);
    der_put_end(b, set);
}

struct span name_make(const char *country, const char *common, uint8_t tag, bool reversed, struct arena *a)
{
    struct buffer b;
    size_t at;

    buf_init(&b, 4096);
    at = der_put_begin(&b, DER_SEQUENCE);
    if (reversed)
        put_part(&b, 3, tag, common);
    put_part(&b, 6, DER_PRINTABLE_STRING, country);
    if (!reversed)
        put_part(&b, 3, tag, common);
    der_put_end(&b, at);
    return keep(&b, a);
}

static void put_extension(struct buffer *b, struct span oid, bool critical, struct span value)
{
    size_t at = der_put_begin(b, DER_SEQUENCE);

    der_put(b, DER_OID, oid);
    if (critical)
        der_put_bool(b, true);
    der_put(b, DER_OCTET_STRING, value);
    der_put_end(b, at);
}

struct span extension_make(struct span oid, bool critical, struct span value, struct arena *a)
{
    struct buffer b;

    buf_init(&b, 1 << 20);
    put_extension(&b, oid, critical, value);
    return keep(&b, a);
}

static void put_key_id(struct buffer *b, struct span oid, uint8_t tag, struct span id)
{
    struct buffer v;
    size_t at;

    if (id.n == 0)
        return;
    buf_init(&v, 256);
    if (tag == DER_OCTET_STRING) {
        der_put(&v, tag, id);
    } else {
        at = der_put_begin(&v, DER_SEQUENCE);
        der_put(&v, tag, id);
        der_put_end(&v, at);
    }
    put_extension(b, oid, false, buf_span(&v));
    buf_free(&v);
}

static void put_time(struct buffer *b, const char *text)
{
    der_put(b, strlen(text) == 13 ? DER_UTC_TIME : DER_GENERALIZED_TIME, span_str(text));
}

static struct span tbs_make(const struct odd_certificate *o, struct arena *a)
{
    struct buffer b;
    size_t tbs, at, list;

    buf_init(&b, 1 << 20);
    tbs = der_put_begin(&b, DER_SEQUENCE);
    der_put(&b, DER_CONTEXT_CONSTRUCTED(0), SPAN("\x02\x01\x02"));
    der_put(&b, DER_INTEGER, o->serial.n ? o->serial : SPAN("\x01"));
    buf_put(&b, signing_algorithm(&o->by, a));
    buf_put(&b, o->issuer);
    at = der_put_begin(&b, DER_SEQUENCE);
    put_time(&b, o->from ? o->from : "200101000000Z");
    put_time(&b, o->to ? o->to : "400101000000Z");
    der_put_end(&b, at);
    buf_put(&b, o->subject);
    buf_put(&b, o->spki.n ? o->spki : key_spki(o->key, a));
    at = der_put_begin(&b, DER_CONTEXT_CONSTRUCTED(3));
    list = der_put_begin(&b, DER_SEQUENCE);
    if (!o->no_key_usage)
        put_extension(&b, SPAN("\x55\x1d\x0f"), true,
                      o->ca ? SPAN("\x03\x02\x01\x06") : SPAN("\x03\x02\x07\x80"));
    if (o->ca)
        put_extension(&b, SPAN("\x55\x1d\x13"), true, SPAN("\x30\x06\x01\x01\xff\x02\x01\x00"));
    put_key_id(&b, SPAN("\x55\x1d\x0e"), DER_OCTET_STRING, o->ski);
    put_key_id(&b, SPAN("\x55\x1d\x23"), DER_CONTEXT(0), o->aki);
    buf_put(&b, o->more);
    der_put_end(&b, list);
    der_put_end(&b, at);
    der_put_end(&b, tbs);
    return keep(&b, a);
}

struct span certificate_make(const struct odd_certificate *o, struct arena *a)
{
    struct span tbs = tbs_make(o, a);
    struct buffer b;
    size_t at;

    buf_init(&b, 1 << 20);
    at = der_put_begin(&b, DER_SEQUENCE);
    buf_put(&b, tbs);
    buf_put(&b, signing_algorithm(&o->by, a));
    der_put_bits(&b, signing_make(&o->by, tbs, a));
    der_put_end(&b, at);
    return keep(&b, a);
}

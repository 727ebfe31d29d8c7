#include "link/transport.h"

#include "base/limits.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "wire/der.h"
#include "wire/der_write.h"
#include "wire/pem.h"

enum { COMMON_NAME = 64, CERTIFICATE_ROOM = 1024 };

#define OID_ED25519     SPAN("\x2b\x65\x70")
#define OID_COMMON_NAME SPAN("\x55\x04\x03")

static void put_algorithm(struct buffer *b)
{
    size_t at = der_put_begin(b, DER_SEQUENCE);

    der_put(b, DER_OID, OID_ED25519);
    der_put_end(b, at);
}

static void put_name(struct buffer *b, struct span name)
{
    size_t list = der_put_begin(b, DER_SEQUENCE), set = der_put_begin(b, DER_SET),
           pair = der_put_begin(b, DER_SEQUENCE);

    der_put(b, DER_OID, OID_COMMON_NAME);
    der_put(b, DER_UTF8_STRING, name);
    der_put_end(b, pair);
    der_put_end(b, set);
    der_put_end(b, list);
}

/* RFC 5280 4.1.2.5: the last date stands for "no end". */
static void put_validity(struct buffer *b, unix_time now)
{
    size_t at = der_put_begin(b, DER_SEQUENCE);

    der_put_time(b, now);
    der_put(b, DER_GENERALIZED_TIME, SPAN("99991231235959Z"));
    der_put_end(b, at);
}

static void put_tbs(struct buffer *b, struct span name, unix_time now, const uint8_t pub[NODE_PUBLIC_KEY])
{
    size_t tbs = der_put_begin(b, DER_SEQUENCE), at = der_put_begin(b, DER_CONTEXT_CONSTRUCTED(0));
    struct digest serial;

    der_put_uint(b, 2);
    der_put_end(b, at);
    digest_of(DIGEST_SHA256, span_of(pub, NODE_PUBLIC_KEY), &serial);
    der_put_number(b, span_sub(digest_span(&serial), 0, 16));
    put_algorithm(b);
    put_name(b, name);
    put_validity(b, now);
    put_name(b, name);
    at = der_put_begin(b, DER_SEQUENCE);
    put_algorithm(b);
    der_put_bits(b, span_of(pub, NODE_PUBLIC_KEY));
    der_put_end(b, at);
    der_put_end(b, tbs);
}

static void put_pem(const char *label, struct span der, struct buffer *out)
{
    uint8_t mem[2 * CERTIFICATE_ROOM];
    struct buffer text;

    buf_init_fixed(&text, mem, sizeof mem);
    base64_put(&text, der, BASE64_STD);
    buf_printf(out, "-----BEGIN %s-----\n", label);
    for (struct span rest = buf_span(&text); rest.n; rest = span_sub(rest, 64, rest.n)) {
        buf_put(out, span_sub(rest, 0, 64));
        buf_u8(out, '\n');
    }
    buf_printf(out, "-----END %s-----\n", label);
    wipe(mem, sizeof mem);
}

/* RFC 8410 7: the key is an OCTET STRING in one. */
static void put_key(const uint8_t seed[NODE_SEED], struct buffer *out)
{
    uint8_t mem[64];
    struct buffer b;
    size_t all, at;

    buf_init_fixed(&b, mem, sizeof mem);
    all = der_put_begin(&b, DER_SEQUENCE);
    der_put_uint(&b, 0);
    put_algorithm(&b);
    at = der_put_begin(&b, DER_OCTET_STRING);
    der_put(&b, DER_OCTET_STRING, span_of(seed, NODE_SEED));
    der_put_end(&b, at);
    der_put_end(&b, all);
    put_pem("PRIVATE KEY", buf_span(&b), out);
    wipe(mem, sizeof mem);
}

bool transport_make(const uint8_t seed[NODE_SEED], struct span name, unix_time now,
                    struct buffer *certificate, struct buffer *key, struct why *w)
{
    uint8_t pub[NODE_PUBLIC_KEY], secret[NODE_SECRET_KEY], sig[NODE_SIGNATURE];
    uint8_t tbs_mem[CERTIFICATE_ROOM], der_mem[CERTIFICATE_ROOM];
    struct buffer tbs, der;
    size_t at;

    if (name.n == 0 || name.n > COMMON_NAME)
        return why_set(w, "transport", WHY_NO_OFFSET, "RFC 5280 A.1",
                       "the name of a certificate has 1 to 64 bytes");
    node_key_from_seed(seed, pub, secret);
    buf_init_fixed(&tbs, tbs_mem, sizeof tbs_mem);
    buf_init_fixed(&der, der_mem, sizeof der_mem);
    put_tbs(&tbs, name, now, pub);
    node_sign(buf_span(&tbs), secret, sig);
    wipe(secret, sizeof secret);
    at = der_put_begin(&der, DER_SEQUENCE);
    buf_put(&der, buf_span(&tbs));
    put_algorithm(&der);
    der_put_bits(&der, span_of(sig, sizeof sig));
    der_put_end(&der, at);
    put_pem("CERTIFICATE", buf_span(&der), certificate);
    put_key(seed, key);
    return (buf_ok(&tbs) && buf_ok(&der) && buf_ok(certificate) && buf_ok(key)) ||
           why_set(w, "transport", WHY_NO_OFFSET, NULL, "no memory left for this");
}

static bool is_certificate(struct span label)
{
    return span_eq(label, SPAN("CERTIFICATE"));
}

/* RFC 5280 4.1: what stands before subjectPublicKeyInfo is passed over. */
static bool pin_of_der(struct span der, uint8_t pin[TRANSPORT_PIN], struct why *w)
{
    struct der d = der_of(der), certificate = der_open(&d, DER_SEQUENCE), tbs;
    struct span spki;
    struct digest digest;

    tbs = der_open(&certificate, DER_SEQUENCE);
    if (der_peek(&tbs) == DER_CONTEXT_CONSTRUCTED(0))
        (void)der_take(&tbs, DER_CONTEXT_CONSTRUCTED(0));
    (void)der_take(&tbs, DER_INTEGER);
    for (unsigned i = 0; i < 4; i++) /* signature, issuer, validity, subject */
        (void)der_take(&tbs, DER_SEQUENCE);
    spki = der_get(&tbs, DER_SEQUENCE).all;
    if (!der_ok(&tbs) || spki.n == 0)
        return why_set(w, "transport", WHY_NO_OFFSET, "RFC 5280 4.1", "this is no certificate");
    digest_of(DIGEST_SHA256, spki, &digest);
    memcpy(pin, digest.b, TRANSPORT_PIN);
    return true;
}

bool transport_pin(struct span certificate, uint8_t pin[TRANSPORT_PIN], struct why *w)
{
    struct pem_text text;
    struct arena a;
    bool found = false, ok;

    if (certificate.n && certificate.p[0] == DER_SEQUENCE)
        return pin_of_der(certificate, pin, w);
    arena_init(&a, 2 * LIMIT_CERTIFICATE);
    while (!found && pem_next(&certificate, is_certificate, &a, &text))
        found = is_certificate(text.label) && text.state == PEM_GOOD;
    ok = found ? pin_of_der(text.bytes, pin, w)
               : why_set(w, "transport", WHY_NO_OFFSET, "RFC 7468", "there is no certificate in it");
    arena_free(&a);
    return ok;
}

#include "make_mdoc.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "crypto/hmac.h"
#include "seal/issue_certificate.h"
#include "seal/mdoc_transcript.h"
#include "wire/cbor_write.h"

#define SPACE "org.iso.18013.5.1"

static void must(bool ok)
{
    if (!ok)
        abort();
}

static const char *const names[] = { "family_name", "given_name", "issuing_country", "document_number" };
static const char *const values[] = { "SPECIMEN", "ANNA", "UT", "SPECIMEN-1" };
enum { NAMES = 4 };

static void put_item(struct buffer *b, unsigned id)
{
    static const uint8_t random[32] = { 1, 2, 3 };
    char other[32];

    cbor_put_map(b, 4);
    cbor_put_str(b, "digestID");
    cbor_put_int(b, id);
    cbor_put_str(b, "random");
    cbor_put_bytes(b, span_of(random, sizeof random));
    cbor_put_str(b, "elementIdentifier");
    (void)snprintf(other, sizeof other, "element_%u", id);
    cbor_put_str(b, id < NAMES ? names[id] : other);
    cbor_put_str(b, "elementValue");
    cbor_put_str(b, id < NAMES ? values[id] : "SPECIMEN");
}

/* COSE and ISO/IEC 18013-5 numbers of what a key may be. */
static const struct sort {
    enum key_kind kind;
    enum curve curve;
    int alg, crv;
    size_t field;
} sorts[] = {
    { KEY_EC, CURVE_P256, -7, 1, 32 },     { KEY_EC, CURVE_P384, -35, 2, 48 },
    { KEY_EC, CURVE_P521, -36, 3, 66 },    { KEY_EC, CURVE_BP256, -7, 256, 32 },
    { KEY_EC, CURVE_BP320, -35, 257, 40 }, { KEY_EC, CURVE_BP384, -35, 258, 48 },
    { KEY_EC, CURVE_BP512, -36, 259, 64 }, { KEY_ED25519, CURVE_NONE, -8, 6, 32 },
    { KEY_ED448, CURVE_NONE, -8, 7, 57 },
};

static const struct sort *sort_of(const struct private_key *k)
{
    for (size_t i = 0; i < sizeof sorts / sizeof sorts[0]; i++)
        if (sorts[i].kind == private_key_kind(k) && sorts[i].curve == private_key_curve(k))
            return &sorts[i];
    abort();
}

/* The coordinates of a key stand at the end of its SubjectPublicKeyInfo. */
static void put_key(struct buffer *b, const struct private_key *k)
{
    const struct sort *sort = sort_of(k);
    size_t numbers = sort->kind == KEY_EC ? 2 : 1;
    struct buffer spki;

    buf_init(&spki, 1024);
    private_key_spki(k, &spki);
    cbor_put_map(b, 2 + numbers);
    cbor_put_int(b, 1);
    cbor_put_int(b, (int64_t)numbers);
    cbor_put_int(b, -1);
    cbor_put_int(b, sort->crv);
    for (size_t i = 0; i < numbers; i++) {
        size_t at = spki.n - (numbers - i) * sort->field;

        cbor_put_int(b, -2 - (int64_t)i);
        cbor_put_bytes(b, span_sub(buf_span(&spki), at, at + sort->field));
    }
    buf_free(&spki);
}

static void put_time(struct buffer *b, const char *name, const char *time)
{
    cbor_put_str(b, name);
    cbor_put_head(b, CBOR_TAG, CBOR_TAG_TDATE);
    cbor_put_str(b, time);
}

static void put_mso(struct buffer *b, const struct mdoc_order *o)
{
    cbor_put_map(b, 6);
    cbor_put_str(b, "version");
    cbor_put_str(b, "1.0");
    cbor_put_str(b, "digestAlgorithm");
    cbor_put_str(b, "SHA-256");
    cbor_put_str(b, "valueDigests");
    cbor_put_map(b, 1);
    cbor_put_str(b, SPACE);
    cbor_put_map(b, o->items);
    for (unsigned i = 0; i < o->items; i++) {
        struct buffer item, whole;
        struct digest d;

        buf_init(&item, 1024);
        buf_init(&whole, 1024);
        put_item(&item, i);
        cbor_put_encoded(&whole, buf_span(&item));
        digest_of(DIGEST_SHA256, buf_span(&whole), &d);
        cbor_put_int(b, i);
        cbor_put_bytes(b, digest_span(&d));
        buf_free(&item);
        buf_free(&whole);
    }
    cbor_put_str(b, "deviceKeyInfo");
    cbor_put_map(b, 1);
    cbor_put_str(b, "deviceKey");
    put_key(b, o->device);
    cbor_put_str(b, "docType");
    cbor_put_str(b, SPACE ".mDL");
    cbor_put_str(b, "validityInfo");
    cbor_put_map(b, 3);
    put_time(b, "signed", "2026-07-01T00:00:00Z");
    put_time(b, "validFrom", "2026-07-01T00:00:00Z");
    put_time(b, "validUntil", "2027-06-30T00:00:00Z");
}

/* Sig_structure or MAC_structure over payload. */
static void put_structure(struct buffer *b, const char *what, struct span header, struct span payload)
{
    cbor_put_array(b, 4);
    cbor_put_str(b, what);
    cbor_put_bytes(b, header);
    cbor_put_bytes(b, (struct span){ 0 });
    cbor_put_bytes(b, payload);
}

/* The COSE_Sign1 has the payload only when it is attached. */
static void put_sign1(struct buffer *b, const struct private_key *key, struct span certificate,
                      struct span payload, bool attached)
{
    const struct sort *sort = sort_of(key);
    struct sig_alg alg = { .scheme = sort->kind == KEY_EC ? SIG_ECDSA_RAW : SIG_EDDSA };
    struct buffer s, sig, header;
    struct arena a;
    struct span whole;

    arena_init(&a, 1 << 21);
    buf_init(&s, 1 << 20);
    buf_init(&sig, 1024);
    buf_init(&header, 64);
    cbor_put_map(&header, 1);
    cbor_put_int(&header, 1);
    cbor_put_int(&header, sort->alg);
    put_structure(&s, "Signature1", buf_span(&header), payload);
    if (sort->kind == KEY_EC)
        alg.digest = digest_for_curve(sort->curve);
    whole = buf_span(&s);
    must(signature_make_parts(key, &alg, &whole, 1, &a, &sig, NULL));
    cbor_put_array(b, 4);
    cbor_put_bytes(b, buf_span(&header));
    cbor_put_map(b, certificate.n ? 1 : 0);
    if (certificate.n) {
        cbor_put_int(b, 33);
        cbor_put_bytes(b, certificate);
    }
    if (attached)
        cbor_put_bytes(b, payload);
    else
        cbor_put_null(b);
    cbor_put_bytes(b, buf_span(&sig));
    buf_free(&s);
    buf_free(&sig);
    buf_free(&header);
    arena_free(&a);
}

/* The code of the device, with the key that both sides agree on. */
static void put_mac0(struct buffer *b, const struct mdoc_order *o, struct span payload)
{
    struct span header = SPAN("\xa1\x01\x05"), whole;
    struct public_key *device;
    struct buffer spki, s;
    uint8_t key[32];
    struct digest d;

    buf_init(&spki, 1024);
    buf_init(&s, 1 << 16);
    private_key_spki(o->device, &spki);
    must(public_key_from_spki(buf_span(&spki), &device, NULL) &&
         mac_key_derive(o->reader, device, o->transcript, key, NULL));
    put_structure(&s, "MAC0", header, payload);
    whole = buf_span(&s);
    hmac_sha256(span_of(key, sizeof key), &whole, 1, &d);
    cbor_put_array(b, 4);
    cbor_put_bytes(b, header);
    cbor_put_map(b, 0);
    cbor_put_null(b);
    cbor_put_bytes(b, digest_span(&d));
    public_key_free(device);
    buf_free(&spki);
    buf_free(&s);
}

static void put_certificate(struct buffer *b, const struct mdoc_order *o)
{
    struct certificate_order order = {
        CERTIFICATE_COUNTRY_SIGNER, "UT", NULL, "Licences SPECIMEN", 1, 1767225600, 2082758400, NULL
    };
    struct buffer ca;

    buf_init(&ca, 4096);
    must(certificate_issue(&order, o->authority, o->authority, (struct span){ 0 }, &ca, NULL));
    if (o->authority_der)
        buf_put(o->authority_der, buf_span(&ca));
    order = (struct certificate_order){ CERTIFICATE_DOCUMENT_SIGNER, "UT",       "SPECIMEN", "Signer",
                                        o->serial ? o->serial : 2,   1767225600, 1830211200, NULL };
    must(certificate_issue(&order, o->issuer, o->authority, buf_span(&ca), b, NULL));
    buf_free(&ca);
}

static void put_issuer_signed(struct buffer *b, const struct mdoc_order *o)
{
    struct buffer mso, payload, certificate, item;

    buf_init(&mso, 1 << 20);
    buf_init(&payload, 1 << 20);
    buf_init(&certificate, 8192);
    buf_init(&item, 4096);
    put_mso(&mso, o);
    cbor_put_encoded(&payload, buf_span(&mso));
    put_certificate(&certificate, o);
    cbor_put_map(b, 2);
    cbor_put_str(b, "nameSpaces");
    cbor_put_map(b, 1);
    cbor_put_str(b, SPACE);
    cbor_put_array(b, o->items);
    for (unsigned i = 0; i < o->items; i++) {
        buf_reset(&item);
        put_item(&item, i);
        cbor_put_encoded(b, buf_span(&item));
    }
    cbor_put_str(b, "issuerAuth");
    put_sign1(b, o->issuer, buf_span(&certificate), buf_span(&payload), true);
    buf_free(&mso);
    buf_free(&payload);
    buf_free(&certificate);
    buf_free(&item);
}

static void put_device_signed(struct buffer *b, const struct mdoc_order *o)
{
    struct buffer content, whole;

    buf_init(&content, 65536);
    buf_init(&whole, 65536);
    cbor_put_array(&content, 4);
    cbor_put_str(&content, "DeviceAuthentication");
    buf_put(&content, o->transcript);
    cbor_put_str(&content, o->doc_type);
    cbor_put_encoded(&content, SPAN("\xa0"));
    cbor_put_encoded(&whole, buf_span(&content));
    cbor_put_map(b, 2);
    cbor_put_str(b, "nameSpaces");
    cbor_put_encoded(b, SPAN("\xa0"));
    cbor_put_str(b, "deviceAuth");
    cbor_put_map(b, 1);
    cbor_put_str(b, o->reader ? "deviceMac" : "deviceSignature");
    if (o->reader)
        put_mac0(b, o, buf_span(&whole));
    else
        put_sign1(b, o->device, (struct span){ 0 }, buf_span(&whole), false);
    buf_free(&content);
    buf_free(&whole);
}

void make_mdoc(const struct mdoc_order *o, struct buffer *out)
{
    cbor_put_map(out, 3);
    cbor_put_str(out, "version");
    cbor_put_str(out, "1.0");
    cbor_put_str(out, "documents");
    cbor_put_array(out, 1);
    cbor_put_map(out, 3);
    cbor_put_str(out, "docType");
    cbor_put_str(out, o->doc_type);
    cbor_put_str(out, "issuerSigned");
    put_issuer_signed(out, o);
    cbor_put_str(out, "deviceSigned");
    put_device_signed(out, o);
    cbor_put_str(out, "status");
    cbor_put_int(out, 0);
    must(buf_ok(out));
}

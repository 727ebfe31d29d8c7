#include "seal/cms.h"

#include "seal/algorithm.h"
#include "seal/name.h"
#include "wire/der.h"
#include "wire/der_write.h"

#define CLAUSE "RFC 5652 5"

#define OID_SIGNED_DATA    SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02")
#define OID_CONTENT_TYPE   SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03")
#define OID_MESSAGE_DIGEST SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04")
#define OID_SIGNING_TIME   SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x05")

/* What is read besides the result. */
struct reading {
    struct cms c;
    struct arena *a;
    struct findings *f;
    struct why *w;
    bool refused; /* w holds a reason that is not one of syntax */
};

/* An OCTET STRING, or BER pieces of one, joined in the arena. */
static struct span content_octets(struct reading *k, struct der *d)
{
    struct der pieces, again;
    size_t n = 0;
    uint8_t *p;

    if (der_peek(d) != DER_OCTETS_IN_PIECES)
        return der_take(d, DER_OCTET_STRING);
    if (!d->ber)
        der_fail(d, NULL, "OCTET STRING in pieces");
    pieces = der_open(d, DER_OCTETS_IN_PIECES);
    again = pieces;
    while (der_more(&pieces))
        n += der_take(&pieces, DER_OCTET_STRING).n;
    der_close(d, &pieces);
    p = der_ok(d) ? arena_alloc(k->a, n ? n : 1) : NULL;
    if (!p) {
        der_fail(d, NULL, "content is too large");
        return (struct span){ 0 };
    }
    n = 0;
    while (der_more(&again)) {
        struct span piece = der_take(&again, DER_OCTET_STRING);

        if (piece.n)
            memcpy(p + n, piece.p, piece.n);
        n += piece.n;
    }
    return span_of(p, n);
}

/* Not covered by the signature, so it must say what is signed: known digests, the signer's among them. */
static unsigned read_digest_algorithms(struct reading *k, struct der *d)
{
    struct der set = der_open(d, DER_SET);
    enum digest_alg alg;
    unsigned known = 0;

    /* RFC 5652 5.1 allows none; then nothing is signed (CVE-2026-45447). */
    if (der_ok(&set) && !der_more(&set))
        der_fail(&set, NULL, "no digest algorithm");
    while (der_more(&set) && !k->refused) {
        if (digest_alg_read(&set, &alg, k->w))
            known |= 1u << alg;
        else if (der_ok(&set))
            k->refused = true;
    }
    if (!k->refused)
        der_close(d, &set);
    return known;
}

static void read_content(struct reading *k, struct der *d)
{
    struct der info = der_open(d, DER_SEQUENCE), explicit;

    k->c.content_type = der_oid(&info);
    explicit = der_open(&info, DER_CONTEXT_CONSTRUCTED(0));
    k->c.content = content_octets(k, &explicit);
    der_close(&info, &explicit);
    der_close(d, &info);
}

/* CertificateSet: only plain certificates count. */
static void read_certificates(struct reading *k, struct der *d)
{
    struct der set;

    if (der_peek(d) != DER_CONTEXT_CONSTRUCTED(0))
        return;
    set = der_open(d, DER_CONTEXT_CONSTRUCTED(0));
    while (der_more(&set)) {
        struct der_item item = der_any(&set);

        if (item.tag != DER_SEQUENCE)
            continue;
        if (k->c.n_certificates == CMS_CERTIFICATES)
            der_fail(&set, item.all.p, "too many certificates");
        else
            k->c.certificate[k->c.n_certificates++] = item.all;
    }
    der_close(d, &set);
}

/* The single value of a known attribute; a second one of the same kind is an error. */
static void read_attribute(struct reading *k, struct der *set, unsigned *seen)
{
    struct der attr = der_open(set, DER_SEQUENCE);
    const uint8_t *at = attr.p;
    struct span oid = der_oid(&attr), type;
    struct der values = der_open(&attr, DER_SET);
    unsigned kind = 0;

    if (span_eq(oid, OID_CONTENT_TYPE)) {
        kind = 1;
        type = der_oid(&values);
        if (der_ok(&values) && !span_eq(type, k->c.content_type))
            der_fail(&values, at, "content-type attribute differs from eContentType");
    } else if (span_eq(oid, OID_MESSAGE_DIGEST)) {
        kind = 2;
        k->c.message_digest = der_take(&values, DER_OCTET_STRING);
    } else if (span_eq(oid, OID_SIGNING_TIME)) {
        kind = 4;
        k->c.signing_time = certificate_time(&values);
        k->c.has_signing_time = der_ok(&values);
    } else {
        values.p = values.end;
    }
    if (*seen & kind)
        der_fail(&values, at, "the same attribute twice");
    *seen |= kind;
    der_close(&attr, &values);
    der_close(set, &attr);
}

/* RFC 5652 5.3, 11. What is signed is known to be DER before anything in it is read. */
static void read_attributes(struct reading *k, struct der *d)
{
    struct der_item item = der_get(d, DER_CONTEXT_CONSTRUCTED(0));
    struct der set;
    unsigned seen = 0;

    if (!der_ok(d))
        return;
    if (k->c.indefinite && !der_check(item.all, false, NULL, NULL))
        der_fail(d, item.all.p, "signed attributes are not DER");
    k->c.attributes = item.body;
    set = der_within(d, item.body);
    set.ber = false;
    while (der_more(&set))
        read_attribute(k, &set, &seen);
    if (der_ok(&set) && (seen & 3) != 3)
        der_fail(&set, item.all.p, "content-type or message-digest is missing");
    der_close(d, &set);
}

static void read_signer_id(struct reading *k, struct der *d)
{
    struct der_item ski;
    struct der id;

    if (der_optional(d, DER_CONTEXT(0), &ski)) {
        k->c.ski = ski.body;
        if (ski.body.n == 0)
            der_fail(d, ski.all.p, "empty key identifier");
        return;
    }
    id = der_open(d, DER_SEQUENCE);
    k->c.issuer = der_get(&id, DER_SEQUENCE).all;
    k->c.serial = der_take(&id, DER_INTEGER);
    der_close(d, &id);
}

static void read_signer(struct reading *k, struct der *d, unsigned digests)
{
    struct der set = der_open(d, DER_SET), info;
    struct der_item unsigned_attributes;
    const uint8_t *at;
    int32_t version;

    if (der_ok(&set) && !der_more(&set))
        der_fail(&set, NULL, "no SignerInfo: nothing is signed");
    info = der_open(&set, DER_SEQUENCE);
    at = info.p;
    version = der_small(&info);
    read_signer_id(k, &info);
    if (der_ok(&info) && version != (k->c.ski.n ? 3 : 1))
        der_fail(&info, at, "SignerInfo version does not fit how the signer is named");
    if (der_ok(&info) && !digest_alg_read(&info, &k->c.digest, k->w) && der_ok(&info))
        k->refused = true;
    if (!k->refused && der_ok(&info) && !(digests & 1u << k->c.digest))
        der_fail(&info, at, "the signer's digest algorithm is not among those of SignedData");
    if (!k->refused)
        read_attributes(k, &info);
    if (!k->refused && der_ok(&info) && !sig_alg_read(&info, &k->c.digest, &k->c.sig_alg, k->w) &&
        der_ok(&info))
        k->refused = true;
    if (k->refused)
        return;
    k->c.signature = der_take(&info, DER_OCTET_STRING);
    (void)der_optional(&info, DER_CONTEXT_CONSTRUCTED(1), &unsigned_attributes);
    der_close(&set, &info);
    if (der_more(&set))
        der_fail(&set, NULL, "more than one SignerInfo");
    der_close(d, &set);
}

static void read_signed_data(struct reading *k, struct der *d)
{
    struct der sd = der_open(d, DER_SEQUENCE);
    const uint8_t *at = sd.p;
    int32_t version = der_small(&sd);
    struct der_item crls;
    unsigned digests;

    /* Not covered by the signature; Doc 9303-10 4.6.2.2 and 9303-12 want 3. */
    if (der_ok(&sd) && version != 3)
        der_fail(&sd, at, "SignedData is not version 3");
    digests = read_digest_algorithms(k, &sd);
    if (k->refused)
        return;
    read_content(k, &sd);
    read_certificates(k, &sd);
    (void)der_optional(&sd, DER_CONTEXT_CONSTRUCTED(1), &crls);
    read_signer(k, &sd, digests);
    if (!k->refused)
        der_close(d, &sd);
}

bool cms_parse(struct span in, struct arena *a, struct cms *out, struct findings *f, struct why *w)
{
    struct reading k = { .a = a, .f = f, .w = w };
    struct der d = der_ber(in), info, explicit;
    const uint8_t *at;
    struct span type;

    if (!der_check(in, true, &k.c.indefinite, w))
        return false;
    info = der_open(&d, DER_SEQUENCE);
    at = info.p;
    type = der_oid(&info);
    if (der_ok(&info) && !span_eq(type, OID_SIGNED_DATA))
        der_fail(&info, at, "not SignedData");
    explicit = der_open(&info, DER_CONTEXT_CONSTRUCTED(0));
    read_signed_data(&k, &explicit);
    if (k.refused)
        return false;
    der_close(&info, &explicit);
    der_close(&d, &info);
    if (!der_done(&d))
        return der_finish(&d, "cms", CLAUSE, w);
    *out = k.c;
    return true;
}

enum cms_match cms_names(const struct cms *c, const struct certificate *signer)
{
    if (c->ski.n)
        return span_eq(c->ski, signer->ski) ? CMS_SAME : CMS_OTHER;
    if (!span_eq(c->serial, signer->serial))
        return CMS_OTHER;
    if (span_eq(c->issuer, signer->issuer))
        return CMS_SAME;
    if (names_reordered(c->issuer, signer->issuer))
        return CMS_REORDERED;
    return names_equal(c->issuer, signer->issuer) ? CMS_ALMOST : CMS_OTHER;
}

bool cms_digest_holds(const struct cms *c)
{
    struct digest d;

    digest_of(c->digest, c->content, &d);
    return span_eq(digest_span(&d), c->message_digest);
}

bool cms_signature_holds(const struct cms *c, const struct public_key *key, struct why *w)
{
    uint8_t mem[8];
    struct buffer head;
    struct digest d;
    size_t n = c->attributes.n, octets = 0;

    buf_init_fixed(&head, mem, sizeof mem);
    buf_u8(&head, DER_SET);
    for (size_t v = n; v; v >>= 8)
        octets++;
    if (n >= 0x80)
        buf_u8(&head, (uint8_t)(0x80 | octets));
    buf_be(&head, n, n >= 0x80 ? octets : 1);
    digest_parts(c->sig_alg.digest, (const struct span[]){ buf_span(&head), c->attributes }, 2, &d);
    return signature_verify(key, &c->sig_alg, &d, c->signature, w);
}

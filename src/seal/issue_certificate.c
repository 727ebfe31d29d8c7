#include "seal/issue_certificate.h"

#include "base/text.h"
#include "seal/certificate.h"
#include "wire/der.h"
#include "wire/der_write.h"

enum { CERTIFICATE_MAX = 8192 };

#define OID_KEY_USAGE     SPAN("\x55\x1d\x0f")
#define OID_BASIC         SPAN("\x55\x1d\x13")
#define OID_SKI           SPAN("\x55\x1d\x0e")
#define OID_AKI           SPAN("\x55\x1d\x23")
#define OID_EKU           SPAN("\x55\x1d\x25")
#define OID_DOCUMENT_TYPE SPAN("\x67\x81\x08\x01\x01\x06\x02")
#define OID_LIST_SIGNER   SPAN("\x67\x81\x08\x01\x01\x03")
#define OID_VDSNC_SIGNER  SPAN("\x67\x81\x08\x01\x01\x0e\x02")

static void put_algorithm(struct buffer *b, enum digest_alg digest)
{
    static const struct {
        const char *oid;
        size_t n;
    } ecdsa[] = { [DIGEST_SHA1] = { "\x2a\x86\x48\xce\x3d\x04\x01", 7 },
                  [DIGEST_SHA224] = { "\x2a\x86\x48\xce\x3d\x04\x03\x01", 8 },
                  [DIGEST_SHA256] = { "\x2a\x86\x48\xce\x3d\x04\x03\x02", 8 },
                  [DIGEST_SHA384] = { "\x2a\x86\x48\xce\x3d\x04\x03\x03", 8 },
                  [DIGEST_SHA512] = { "\x2a\x86\x48\xce\x3d\x04\x03\x04", 8 } };
    size_t at = der_put_begin(b, DER_SEQUENCE);

    der_put(b, DER_OID, span_of(ecdsa[digest].oid, ecdsa[digest].n));
    der_put_end(b, at);
}

static void put_name_part(struct buffer *b, struct span oid, uint8_t tag, const char *text)
{
    size_t set, pair;

    if (!text)
        return;
    set = der_put_begin(b, DER_SET);
    pair = der_put_begin(b, DER_SEQUENCE);
    der_put(b, DER_OID, oid);
    der_put(b, tag, span_str(text));
    der_put_end(b, pair);
    der_put_end(b, set);
}

static void put_subject(struct buffer *b, const struct certificate_order *o)
{
    size_t at = der_put_begin(b, DER_SEQUENCE);

    put_name_part(b, SPAN("\x55\x04\x06"), DER_PRINTABLE_STRING, o->country);
    put_name_part(b, SPAN("\x55\x04\x0a"), DER_UTF8_STRING, o->organization);
    put_name_part(b, SPAN("\x55\x04\x03"), DER_UTF8_STRING, o->common_name);
    der_put_end(b, at);
}

struct extension {
    size_t ext, octets;
};

static struct extension begin(struct buffer *b, struct span oid, bool critical)
{
    struct extension e = { .ext = der_put_begin(b, DER_SEQUENCE) };

    der_put(b, DER_OID, oid);
    if (critical)
        der_put_bool(b, true);
    e.octets = der_put_begin(b, DER_OCTET_STRING);
    return e;
}

static void end(struct buffer *b, struct extension e)
{
    der_put_end(b, e.octets);
    der_put_end(b, e.ext);
}

static void put_document_types(struct buffer *b, const char *types)
{
    struct extension e = begin(b, OID_DOCUMENT_TYPE, false);
    size_t seq = der_put_begin(b, DER_SEQUENCE), set;
    struct span rest = span_str(types), type;

    der_put_uint(b, 0);
    set = der_put_begin(b, DER_SET);
    while (text_split(&rest, ' ', &type))
        if (type.n)
            der_put(b, DER_PRINTABLE_STRING, type);
    der_put_end(b, set);
    der_put_end(b, seq);
    end(b, e);
}

/* ski: of the subject; aki: of the issuer, empty when it has none. */
static void put_extensions(struct buffer *b, const struct certificate_order *o, struct span ski,
                           struct span aki)
{
    bool ca = o->role == CERTIFICATE_COUNTRY_SIGNER;
    size_t context = der_put_begin(b, DER_CONTEXT_CONSTRUCTED(3)), list = der_put_begin(b, DER_SEQUENCE), at;
    struct extension e = begin(b, OID_KEY_USAGE, true);

    /* keyCertSign and cRLSign, or digitalSignature; with the count of unused bits in front. */
    der_put(b, DER_BIT_STRING, ca ? SPAN("\x01\x06") : SPAN("\x07\x80"));
    end(b, e);
    if (ca) {
        e = begin(b, OID_BASIC, true);
        at = der_put_begin(b, DER_SEQUENCE);
        der_put_bool(b, true);
        der_put_uint(b, 0);
        der_put_end(b, at);
        end(b, e);
    }
    e = begin(b, OID_SKI, false);
    der_put(b, DER_OCTET_STRING, ski);
    end(b, e);
    if (aki.n) {
        e = begin(b, OID_AKI, false);
        at = der_put_begin(b, DER_SEQUENCE);
        der_put(b, DER_CONTEXT(0), aki);
        der_put_end(b, at);
        end(b, e);
    }
    if (o->role == CERTIFICATE_VDSNC_SIGNER || o->role == CERTIFICATE_LIST_SIGNER) {
        e = begin(b, OID_EKU, true);
        at = der_put_begin(b, DER_SEQUENCE);
        der_put(b, DER_OID, o->role == CERTIFICATE_LIST_SIGNER ? OID_LIST_SIGNER : OID_VDSNC_SIGNER);
        der_put_end(b, at);
        end(b, e);
    }
    if (o->document_types)
        put_document_types(b, o->document_types);
    der_put_end(b, list);
    der_put_end(b, context);
}

/* RFC 5280 4.2.1.2 (1): SHA-1 over the bits of the public key. */
static void key_id(struct span spki, struct digest *out)
{
    struct der d = der_of(spki), in = der_open(&d, DER_SEQUENCE);

    (void)der_take(&in, DER_SEQUENCE);
    digest_of(DIGEST_SHA1, der_bits(&in), out);
}

static bool sensible(const struct certificate_order *o, struct why *w)
{
    if (!o->country || strlen(o->country) != 2 || !ascii_upper(o->country[0]) || !ascii_upper(o->country[1]))
        return why_set(w, "request", WHY_NO_OFFSET, "Doc 9303-12 7.1", "country must be two capital letters");
    if (!o->common_name || !*o->common_name)
        return why_set(w, "request", WHY_NO_OFFSET, "Doc 9303-12 7.1", "common name is missing");
    if (o->role == CERTIFICATE_SEAL_SIGNER && strlen(o->common_name) != 2)
        return why_set(w, "request", WHY_NO_OFFSET, "Doc 9303-13 2.3",
                       "a seal signer is named by two characters");
    if (o->serial == 0 || o->not_before >= o->not_after)
        return why_set(w, "request", WHY_NO_OFFSET, "RFC 5280 4.1.2",
                       "serial is 0, or the validity is empty");
    return true;
}

static void put_tbs(struct buffer *b, const struct certificate_order *o, enum digest_alg digest,
                    struct span spki, const struct certificate *issuer)
{
    size_t tbs = der_put_begin(b, DER_SEQUENCE), at = der_put_begin(b, DER_CONTEXT_CONSTRUCTED(0));
    struct digest ski;

    der_put_uint(b, 2);
    der_put_end(b, at);
    der_put_uint(b, o->serial);
    put_algorithm(b, digest);
    if (issuer)
        buf_put(b, issuer->subject);
    else
        put_subject(b, o);
    at = der_put_begin(b, DER_SEQUENCE);
    der_put_time(b, o->not_before);
    der_put_time(b, o->not_after);
    der_put_end(b, at);
    put_subject(b, o);
    buf_put(b, spki);
    key_id(spki, &ski);
    put_extensions(b, o, digest_span(&ski), issuer ? issuer->ski : digest_span(&ski));
    der_put_end(b, tbs);
}

bool certificate_issue(const struct certificate_order *o, const struct private_key *subject,
                       const struct private_key *issuer_key, struct span issuer_der, struct buffer *out,
                       struct why *w)
{
    enum digest_alg digest = digest_for_curve(private_key_curve(issuer_key));
    uint8_t tbs_mem[CERTIFICATE_MAX], spki_mem[1024], sig_mem[256];
    struct certificate issuer;
    struct buffer tbs, spki, sig;
    struct digest d;
    size_t at;

    if (!sensible(o, w))
        return false;
    if (issuer_der.n && !certificate_parse(issuer_der, &issuer, NULL, w))
        return false;
    buf_init_fixed(&tbs, tbs_mem, sizeof tbs_mem);
    buf_init_fixed(&spki, spki_mem, sizeof spki_mem);
    buf_init_fixed(&sig, sig_mem, sizeof sig_mem);
    private_key_spki(subject, &spki);
    put_tbs(&tbs, o, digest, buf_span(&spki), issuer_der.n ? &issuer : NULL);
    if (!buf_ok(&tbs) || !buf_ok(&spki))
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "the certificate would be larger than %d bytes",
                       CERTIFICATE_MAX);
    digest_of(digest, buf_span(&tbs), &d);
    if (!signature_make(issuer_key, SIG_ECDSA_DER, &d, &sig, w))
        return false;
    at = der_put_begin(out, DER_SEQUENCE);
    buf_put(out, buf_span(&tbs));
    put_algorithm(out, digest);
    der_put_bits(out, buf_span(&sig));
    der_put_end(out, at);
    return buf_ok(out) || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

void certificate_pem(struct span der, struct buffer *out)
{
    struct buffer text;
    struct span rest;

    buf_init(&text, 2 * LIMIT_CERTIFICATE);
    base64_put(&text, der, BASE64_STD);
    buf_str(out, "-----BEGIN CERTIFICATE-----\n");
    for (rest = buf_span(&text); rest.n; rest = span_sub(rest, 64, rest.n)) {
        buf_put(out, span_sub(rest, 0, 64));
        buf_u8(out, '\n');
    }
    buf_str(out, "-----END CERTIFICATE-----\n");
    buf_free(&text);
}

#include "seal/mdl_issue_certificate.h"

#include "wire/der.h"
#include "wire/der_write.h"

#define CLAUSE "ISO/IEC 18013-5 Annex B"

enum { CERTIFICATE_MAX = 4096 };

/* keyUsage as BIT STRING with its count of unused bits in front; extKeyUsage; empty: none. */
static const struct {
    struct span key_usage, eku;
} roles[] = {
    [MDL_IACA] = { SPAN("\x01\x06"), { NULL, 0 } },
    [MDL_SIGNER] = { SPAN("\x07\x80"), SPAN("\x28\x81\x8c\x5d\x05\x01\x02") },
    [MDL_STATUS_SIGNER] = { SPAN("\x07\x80"), { NULL, 0 } },
    [MDL_READER] = { SPAN("\x07\x80"), SPAN("\x28\x81\x8c\x5d\x05\x01\x06") },
    [MDL_LIST_SIGNER] = { SPAN("\x06\x40"), SPAN("\x28\x81\x8c\x5d\x05\x01\x08") },
};

static void put_algorithm(struct buffer *b, enum digest_alg digest)
{
    struct span oid = digest == DIGEST_SHA512   ? SPAN("\x2a\x86\x48\xce\x3d\x04\x03\x04")
                      : digest == DIGEST_SHA384 ? SPAN("\x2a\x86\x48\xce\x3d\x04\x03\x03")
                                                : SPAN("\x2a\x86\x48\xce\x3d\x04\x03\x02");
    size_t at = der_put_begin(b, DER_SEQUENCE);

    der_put(b, DER_OID, oid);
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

static void put_subject(struct buffer *b, const struct mdl_certificate_order *o)
{
    size_t at = der_put_begin(b, DER_SEQUENCE);

    put_name_part(b, SPAN("\x55\x04\x06"), DER_PRINTABLE_STRING, o->country);
    put_name_part(b, SPAN("\x55\x04\x08"), DER_UTF8_STRING, o->state);
    put_name_part(b, SPAN("\x55\x04\x0a"), DER_UTF8_STRING, o->organization);
    put_name_part(b, SPAN("\x55\x04\x03"), DER_UTF8_STRING, o->common_name);
    der_put_end(b, at);
}

struct extension {
    size_t ext, octets;
};

static struct extension begin(struct buffer *b, char n, bool critical)
{
    const uint8_t oid[] = { 0x55, 0x1d, (uint8_t)n };
    struct extension e = { .ext = der_put_begin(b, DER_SEQUENCE) };

    der_put(b, DER_OID, span_of(oid, sizeof oid));
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

static void put_basic(struct buffer *b)
{
    struct extension e = begin(b, 19, true);
    size_t at = der_put_begin(b, DER_SEQUENCE);

    der_put_bool(b, true);
    der_put_uint(b, 0);
    der_put_end(b, at);
    end(b, e);
}

/* issuerAltName: one URI. */
static void put_authority(struct buffer *b, const char *url)
{
    struct extension e = begin(b, 18, false);
    size_t at = der_put_begin(b, DER_SEQUENCE);

    der_put(b, DER_CONTEXT(6), span_str(url));
    der_put_end(b, at);
    end(b, e);
}

/* SEQUENCE of one DistributionPoint whose fullName is one URI (RFC 5280 4.2.1.13). */
static void put_crl_point(struct buffer *b, const char *url)
{
    struct extension e = begin(b, 31, false);
    size_t list = der_put_begin(b, DER_SEQUENCE), point = der_put_begin(b, DER_SEQUENCE),
           name = der_put_begin(b, DER_CONTEXT_CONSTRUCTED(0)),
           full = der_put_begin(b, DER_CONTEXT_CONSTRUCTED(0));

    der_put(b, DER_CONTEXT(6), span_str(url));
    der_put_end(b, full);
    der_put_end(b, name);
    der_put_end(b, point);
    der_put_end(b, list);
    end(b, e);
}

static void put_extensions(struct buffer *b, const struct mdl_certificate_order *o, struct span ski,
                           struct span aki)
{
    size_t context = der_put_begin(b, DER_CONTEXT_CONSTRUCTED(3)), list = der_put_begin(b, DER_SEQUENCE), at;
    struct extension e = begin(b, 15, true);

    der_put(b, DER_BIT_STRING, roles[o->role].key_usage);
    end(b, e);
    if (o->role == MDL_IACA)
        put_basic(b);
    e = begin(b, 14, false);
    der_put(b, DER_OCTET_STRING, ski);
    end(b, e);
    if (o->role != MDL_IACA) {
        e = begin(b, 35, false);
        at = der_put_begin(b, DER_SEQUENCE);
        der_put(b, DER_CONTEXT(0), aki);
        der_put_end(b, at);
        end(b, e);
    }
    if (roles[o->role].eku.n) {
        e = begin(b, 37, true);
        at = der_put_begin(b, DER_SEQUENCE);
        der_put(b, DER_OID, roles[o->role].eku);
        der_put_end(b, at);
        end(b, e);
    }
    if (o->authority_url)
        put_authority(b, o->authority_url);
    if (o->crl_url)
        put_crl_point(b, o->crl_url);
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

static void put_tbs(struct buffer *b, const struct mdl_certificate_order *o, enum digest_alg digest,
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

bool mdl_certificate_issue(const struct mdl_certificate_order *o, struct span spki,
                           const struct private_key *issuer_key, struct span issuer_der, struct buffer *out,
                           struct why *w)
{
    enum digest_alg digest = digest_for_curve(private_key_curve(issuer_key));
    uint8_t tbs_mem[CERTIFICATE_MAX], all_mem[CERTIFICATE_MAX], sig_mem[256];
    struct certificate issuer, made;
    struct buffer tbs, sig, all;
    struct digest d;
    size_t at;

    if (!o->country || !o->common_name || o->serial == 0)
        return why_set(w, "request", WHY_NO_OFFSET, CLAUSE, "country, common name or serial is missing");
    if (issuer_der.n && !certificate_parse(issuer_der, &issuer, NULL, w))
        return false;
    if (digest == DIGEST_SHA1 || digest == DIGEST_SHA224)
        digest = DIGEST_SHA256;
    buf_init_fixed(&tbs, tbs_mem, sizeof tbs_mem);
    buf_init_fixed(&sig, sig_mem, sizeof sig_mem);
    buf_init_fixed(&all, all_mem, sizeof all_mem);
    put_tbs(&tbs, o, digest, spki, issuer_der.n ? &issuer : NULL);
    digest_of(digest, buf_span(&tbs), &d);
    if (!signature_make(issuer_key, SIG_ECDSA_DER, &d, &sig, w))
        return false;
    at = der_put_begin(&all, DER_SEQUENCE);
    buf_put(&all, buf_span(&tbs));
    put_algorithm(&all, digest);
    der_put_bits(&all, buf_span(&sig));
    der_put_end(&all, at);
    if (!buf_ok(&tbs) || !buf_ok(&all))
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "the certificate would be too large");
    if (!mdl_certificate_parse(buf_span(&all), all_mem, &made, w) ||
        !mdl_certificate_check(&made, o->role, PROFILE_STRICT, all_mem, NULL, w))
        return false;
    buf_put(out, buf_span(&all));
    return buf_ok(out) || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

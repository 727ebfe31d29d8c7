#include "seal/algorithm.h"

#define NOT_SUPPORTED "algorithm-not-supported"

static const struct {
    struct span oid;
    enum digest_alg digest;
} digests[] = {
    { { (const uint8_t *)"\x60\x86\x48\x01\x65\x03\x04\x02\x01", 9 }, DIGEST_SHA256 },
    { { (const uint8_t *)"\x2b\x0e\x03\x02\x1a", 5 }, DIGEST_SHA1 },
    { { (const uint8_t *)"\x60\x86\x48\x01\x65\x03\x04\x02\x03", 9 }, DIGEST_SHA512 },
    { { (const uint8_t *)"\x60\x86\x48\x01\x65\x03\x04\x02\x02", 9 }, DIGEST_SHA384 },
    { { (const uint8_t *)"\x60\x86\x48\x01\x65\x03\x04\x02\x04", 9 }, DIGEST_SHA224 },
};

/* by_digest: the identifier names no digest of its own. */
static const struct {
    struct span oid;
    enum sig_scheme scheme;
    enum digest_alg digest;
    bool by_digest;
} schemes[] = {
    /* RFC 8017 A.2.4 */
    { { (const uint8_t *)"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b", 9 }, SIG_RSA_PKCS1, DIGEST_SHA256, false },
    { { (const uint8_t *)"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05", 9 }, SIG_RSA_PKCS1, DIGEST_SHA1, false },
    { { (const uint8_t *)"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d", 9 }, SIG_RSA_PKCS1, DIGEST_SHA512, false },
    { { (const uint8_t *)"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c", 9 }, SIG_RSA_PKCS1, DIGEST_SHA384, false },
    { { (const uint8_t *)"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0e", 9 }, SIG_RSA_PKCS1, DIGEST_SHA224, false },
    { { (const uint8_t *)"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", 9 }, SIG_RSA_PKCS1, DIGEST_SHA1, true },
    /* RFC 5758 3.2 */
    { { (const uint8_t *)"\x2a\x86\x48\xce\x3d\x04\x03\x02", 8 }, SIG_ECDSA_DER, DIGEST_SHA256, false },
    { { (const uint8_t *)"\x2a\x86\x48\xce\x3d\x04\x03\x03", 8 }, SIG_ECDSA_DER, DIGEST_SHA384, false },
    { { (const uint8_t *)"\x2a\x86\x48\xce\x3d\x04\x03\x04", 8 }, SIG_ECDSA_DER, DIGEST_SHA512, false },
    { { (const uint8_t *)"\x2a\x86\x48\xce\x3d\x04\x03\x01", 8 }, SIG_ECDSA_DER, DIGEST_SHA224, false },
    { { (const uint8_t *)"\x2a\x86\x48\xce\x3d\x04\x01", 7 }, SIG_ECDSA_DER, DIGEST_SHA1, false },
    { { (const uint8_t *)"\x2a\x86\x48\xce\x3d\x02\x01", 7 }, SIG_ECDSA_DER, DIGEST_SHA1, true },
    /* BSI TR-03111 5.2.1.1, ecdsa-plain-signatures */
    { { (const uint8_t *)"\x04\x00\x7f\x00\x07\x01\x01\x04\x01\x01", 10 },
      SIG_ECDSA_RAW,
      DIGEST_SHA1,
      false },
    { { (const uint8_t *)"\x04\x00\x7f\x00\x07\x01\x01\x04\x01\x02", 10 },
      SIG_ECDSA_RAW,
      DIGEST_SHA224,
      false },
    { { (const uint8_t *)"\x04\x00\x7f\x00\x07\x01\x01\x04\x01\x03", 10 },
      SIG_ECDSA_RAW,
      DIGEST_SHA256,
      false },
    { { (const uint8_t *)"\x04\x00\x7f\x00\x07\x01\x01\x04\x01\x04", 10 },
      SIG_ECDSA_RAW,
      DIGEST_SHA384,
      false },
    { { (const uint8_t *)"\x04\x00\x7f\x00\x07\x01\x01\x04\x01\x05", 10 },
      SIG_ECDSA_RAW,
      DIGEST_SHA512,
      false },
};

#define OID_RSASSA_PSS SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a")
#define OID_MGF1       SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08")

/* Parameters that must be absent or NULL (RFC 4055 2.1, RFC 5758 3.2). */
static void no_parameters(struct der *d)
{
    struct der_item null;

    if (der_optional(d, DER_NULL, &null) && null.body.n != 0)
        der_fail(d, null.all.p, "NULL with content");
}

bool digest_alg_read(struct der *d, enum digest_alg *out, struct why *w)
{
    struct der alg = der_open(d, DER_SEQUENCE);
    size_t at = der_offset(&alg);
    struct span oid = der_oid(&alg);

    no_parameters(&alg);
    der_close(d, &alg);
    if (!der_ok(d))
        return false;
    for (size_t i = 0; i < sizeof digests / sizeof digests[0]; i++) {
        if (span_eq(oid, digests[i].oid)) {
            *out = digests[i].digest;
            return true;
        }
    }
    return why_set(w, NOT_SUPPORTED, at, "Doc 9303-12 4.4", "unknown digest algorithm");
}

/* MaskGenAlgorithm: only MGF1 is defined (RFC 4055 2.2). */
static bool mgf_read(struct der *d, enum digest_alg *out, struct why *w)
{
    struct der alg = der_open(d, DER_SEQUENCE);
    size_t at = der_offset(&alg);
    struct span oid = der_oid(&alg);
    bool ok;

    if (der_ok(&alg) && !span_eq(oid, OID_MGF1))
        return why_set(w, NOT_SUPPORTED, at, "RFC 4055 2.2", "unknown mask generation function");
    ok = digest_alg_read(&alg, out, w);
    der_close(d, &alg);
    return ok;
}

/* RSASSA-PSS-params (RFC 4055 3.1), every field tagged, with defaults of SHA-1, 20 bytes and trailer 1. */
static bool pss_read(struct der *d, struct sig_alg *a, struct why *w)
{
    struct der params = der_open(d, DER_SEQUENCE), field;
    int32_t salt = 20, trailer = 1;
    bool ok = true;

    a->digest = a->mgf = DIGEST_SHA1;
    if (der_peek(&params) == DER_CONTEXT_CONSTRUCTED(0)) {
        field = der_open(&params, DER_CONTEXT_CONSTRUCTED(0));
        ok = digest_alg_read(&field, &a->digest, w);
        der_close(&params, &field);
    }
    if (ok && der_peek(&params) == DER_CONTEXT_CONSTRUCTED(1)) {
        field = der_open(&params, DER_CONTEXT_CONSTRUCTED(1));
        ok = mgf_read(&field, &a->mgf, w);
        der_close(&params, &field);
    }
    if (ok && der_peek(&params) == DER_CONTEXT_CONSTRUCTED(2)) {
        field = der_open(&params, DER_CONTEXT_CONSTRUCTED(2));
        salt = der_small(&field);
        der_close(&params, &field);
    }
    if (ok && der_peek(&params) == DER_CONTEXT_CONSTRUCTED(3)) {
        field = der_open(&params, DER_CONTEXT_CONSTRUCTED(3));
        trailer = der_small(&field);
        der_close(&params, &field);
    }
    if (ok || !der_ok(&params))
        der_close(d, &params);
    if (ok && der_ok(d) && (salt > 1024 || trailer != 1))
        return why_set(w, NOT_SUPPORTED, WHY_NO_OFFSET, "RFC 4055 3.1", "PSS with salt %d and trailer %d",
                       salt, trailer);
    a->salt = (uint16_t)salt;
    return ok && der_ok(d);
}

bool sig_alg_read(struct der *d, const enum digest_alg *digest, struct sig_alg *out, struct why *w)
{
    struct der alg = der_open(d, DER_SEQUENCE);
    size_t at = der_offset(&alg);
    struct span oid = der_oid(&alg);
    struct sig_alg a = { 0 };

    if (!der_ok(&alg)) {
        der_close(d, &alg);
        return false;
    }
    if (span_eq(oid, OID_RSASSA_PSS)) {
        a.scheme = SIG_RSA_PSS;
        if (!pss_read(&alg, &a, w)) {
            if (!der_ok(&alg))
                der_close(d, &alg);
            return false;
        }
        der_close(d, &alg);
        *out = a;
        return der_ok(d);
    }
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        if (!span_eq(oid, schemes[i].oid) || (schemes[i].by_digest && !digest))
            continue;
        /* id-ecPublicKey may name its curve again; nothing is taken from there. */
        if (schemes[i].by_digest && schemes[i].scheme == SIG_ECDSA_DER && der_more(&alg))
            (void)der_any(&alg);
        else
            no_parameters(&alg);
        der_close(d, &alg);
        a.scheme = schemes[i].scheme;
        a.digest = schemes[i].by_digest && digest ? *digest : schemes[i].digest;
        *out = a;
        return der_ok(d);
    }
    return why_set(w, NOT_SUPPORTED, at, "Doc 9303-12 4.4", "unknown signature algorithm");
}

const char *sig_alg_name(const struct sig_alg *a)
{
    static const char *const names[5][5] = {
        { "ECDSA SHA-1", "ECDSA SHA-224", "ECDSA SHA-256", "ECDSA SHA-384", "ECDSA SHA-512" },
        { "ECDSA SHA-1", "ECDSA SHA-224", "ECDSA SHA-256", "ECDSA SHA-384", "ECDSA SHA-512" },
        { "RSA SHA-1", "RSA SHA-224", "RSA SHA-256", "RSA SHA-384", "RSA SHA-512" },
        { "RSA-PSS SHA-1", "RSA-PSS SHA-224", "RSA-PSS SHA-256", "RSA-PSS SHA-384", "RSA-PSS SHA-512" },
        { "EdDSA", "EdDSA", "EdDSA", "EdDSA", "EdDSA" },
    };

    return names[a->scheme][a->digest];
}

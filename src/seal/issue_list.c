#include "seal/issue_list.h"

#include <stdlib.h>

#include "base/limits.h"
#include "seal/certificate.h"
#include "wire/der.h"
#include "wire/der_write.h"

#define OID_SIGNED_DATA    SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02")
#define OID_MASTER_LIST    SPAN("\x67\x81\x08\x01\x01\x02")
#define OID_LIST_SIGNER    SPAN("\x67\x81\x08\x01\x01\x03")
#define OID_CONTENT_TYPE   SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03")
#define OID_MESSAGE_DIGEST SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04")
#define OID_SIGNING_TIME   SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x05")

/* RFC 5754 2 and 3.3: without parameters. The last octet of the two families of identifiers. */
static const struct {
    uint8_t sha, ecdsa;
} last_octet[] = {
    [DIGEST_SHA224] = { 4, 1 },
    [DIGEST_SHA256] = { 1, 2 },
    [DIGEST_SHA384] = { 2, 3 },
    [DIGEST_SHA512] = { 3, 4 },
};

static void put_algorithm(struct buffer *b, struct span family, uint8_t last)
{
    size_t at = der_put_begin(b, DER_SEQUENCE), oid = der_put_begin(b, DER_OID);

    buf_put(b, family);
    buf_u8(b, last);
    der_put_end(b, oid);
    der_put_end(b, at);
}

static void put_digest_algorithm(struct buffer *b, enum digest_alg alg)
{
    put_algorithm(b, SPAN("\x60\x86\x48\x01\x65\x03\x04\x02"), last_octet[alg].sha);
}

static int by_bytes(const void *a, const void *b)
{
    return span_cmp(*(const struct span *)a, *(const struct span *)b);
}

/* CscaMasterList ::= SEQUENCE { version 0, SET OF Certificate }, in DER order (X.690 11.6). */
static void put_list(struct buffer *b, const struct list_order *o)
{
    struct span *sorted = calloc(o->n + 1, sizeof *sorted);
    size_t list, set;

    if (!sorted)
        abort();
    memcpy(sorted, o->certificate, o->n * sizeof *sorted);
    qsort(sorted, o->n, sizeof *sorted, by_bytes);
    list = der_put_begin(b, DER_SEQUENCE);
    der_put_uint(b, 0);
    set = der_put_begin(b, DER_SET);
    for (size_t i = 0; i < o->n; i++)
        buf_put(b, sorted[i]);
    der_put_end(b, set);
    der_put_end(b, list);
    free(sorted);
}

static size_t begin_attribute(struct buffer *b, struct span oid, size_t *set)
{
    size_t at = der_put_begin(b, DER_SEQUENCE);

    der_put(b, DER_OID, oid);
    *set = der_put_begin(b, DER_SET);
    return at;
}

static void end_attribute(struct buffer *b, size_t at, size_t set)
{
    der_put_end(b, set);
    der_put_end(b, at);
}

/*
 * The content of SignedAttributes (RFC 5652 5.3). In DER order as they stand: contents of 24, 28 and at least
 * 43 octets, and the length comes first.
 */
static void put_attributes(struct buffer *b, const struct digest *d, unix_time signing_time)
{
    size_t set, at = begin_attribute(b, OID_CONTENT_TYPE, &set);

    der_put(b, DER_OID, OID_MASTER_LIST);
    end_attribute(b, at, set);
    at = begin_attribute(b, OID_SIGNING_TIME, &set);
    der_put_time(b, signing_time);
    end_attribute(b, at, set);
    at = begin_attribute(b, OID_MESSAGE_DIGEST, &set);
    der_put(b, DER_OCTET_STRING, digest_span(d));
    end_attribute(b, at, set);
}

static bool signer_fits(const struct list_order *o, const struct private_key *key, struct certificate *c,
                        struct why *w)
{
    uint8_t mem[1024];
    struct buffer spki;

    if (!certificate_parse(o->signer, c, NULL, w))
        return false;
    buf_init_fixed(&spki, mem, sizeof mem);
    private_key_spki(key, &spki);
    if (!certificate_has_eku(c, OID_LIST_SIGNER) || c->ski.n == 0)
        return why_set(w, "request", WHY_NO_OFFSET, "Doc 9303-12 9",
                       "the certificate is not one for signers of master lists");
    return span_eq(c->spki, buf_span(&spki)) ||
           why_set(w, "request", WHY_NO_OFFSET, "Doc 9303-12 9", "the certificate is not that of the key");
}

static void put_signer_info(struct buffer *b, const struct certificate *signer, enum digest_alg alg,
                            struct span attributes, struct span signature)
{
    size_t info = der_put_begin(b, DER_SEQUENCE);

    der_put_uint(b, 3);
    der_put(b, DER_CONTEXT(0), signer->ski);
    put_digest_algorithm(b, alg);
    der_put(b, DER_CONTEXT_CONSTRUCTED(0), attributes);
    put_algorithm(b, SPAN("\x2a\x86\x48\xce\x3d\x04\x03"), last_octet[alg].ecdsa);
    der_put(b, DER_OCTET_STRING, signature);
    der_put_end(b, info);
}

static void put_signed_data(struct buffer *b, const struct list_order *o, enum digest_alg alg,
                            struct span content)
{
    size_t at;

    der_put_uint(b, 3);
    at = der_put_begin(b, DER_SET);
    put_digest_algorithm(b, alg);
    der_put_end(b, at);
    at = der_put_begin(b, DER_SEQUENCE);
    der_put(b, DER_OID, OID_MASTER_LIST);
    size_t explicit = der_put_begin(b, DER_CONTEXT_CONSTRUCTED(0));
    der_put(b, DER_OCTET_STRING, content);
    der_put_end(b, explicit);
    der_put_end(b, at);
    at = der_put_begin(b, DER_CONTEXT_CONSTRUCTED(0));
    /* CertificateSet is a SET OF: in DER order too. */
    if (span_cmp(o->signer, o->country) < 0 || o->country.n == 0) {
        buf_put(b, o->signer);
        buf_put(b, o->country);
    } else {
        buf_put(b, o->country);
        buf_put(b, o->signer);
    }
    der_put_end(b, at);
}

bool master_list_issue(const struct list_order *o, const struct private_key *key, struct buffer *out,
                       struct why *w)
{
    enum digest_alg alg = digest_for_curve(private_key_curve(key));
    uint8_t attributes_mem[512], sig_mem[256];
    struct buffer list, attributes, set, sig;
    struct certificate signer;
    struct digest d;
    size_t info, explicit, data, infos;
    bool ok;

    if (!signer_fits(o, key, &signer, w))
        return false;
    buf_init(&list, LIMIT_FILE);
    buf_init(&set, sizeof attributes_mem + 8);
    buf_init_fixed(&attributes, attributes_mem, sizeof attributes_mem);
    buf_init_fixed(&sig, sig_mem, sizeof sig_mem);
    put_list(&list, o);
    digest_of(alg, buf_span(&list), &d);
    put_attributes(&attributes, &d, o->signing_time);
    der_put(&set, DER_SET, buf_span(&attributes)); /* signed as a SET OF (RFC 5652 5.4) */
    digest_of(alg, buf_span(&set), &d);
    ok = signature_make(key, SIG_ECDSA_DER, &d, &sig, w);
    if (ok) {
        info = der_put_begin(out, DER_SEQUENCE);
        der_put(out, DER_OID, OID_SIGNED_DATA);
        explicit = der_put_begin(out, DER_CONTEXT_CONSTRUCTED(0));
        data = der_put_begin(out, DER_SEQUENCE);
        put_signed_data(out, o, alg, buf_span(&list));
        infos = der_put_begin(out, DER_SET);
        put_signer_info(out, &signer, alg, buf_span(&attributes), buf_span(&sig));
        der_put_end(out, infos);
        der_put_end(out, data);
        der_put_end(out, explicit);
        der_put_end(out, info);
        ok = (buf_ok(out) && buf_ok(&list)) || why_set(w, "too-large", WHY_NO_OFFSET, NULL,
                                                       "the list would be larger than %d bytes", LIMIT_FILE);
    }
    buf_free(&list);
    buf_free(&set);
    return ok;
}

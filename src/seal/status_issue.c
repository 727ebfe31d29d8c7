#include "seal/status_issue.h"

#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "seal/mdl_certificate.h"
#include "wire/cbor_write.h"
#include "wire/inflate.h"
#include "wire/json_write.h"

#define CLAUSE "Token Status List 5"

enum { CLAIM_SUBJECT = 2, CLAIM_EXPIRES = 4, CLAIM_ISSUED = 6 };
enum { CLAIM_IDENTIFIERS = 65530, CLAIM_LIST = 65533, CLAIM_TTL = 65534 };
enum { HEADER_ALG = 1, HEADER_TYPE = 16, HEADER_CHAIN = 33 };

/* Who signs: the certificate, the key that is its key, and the algorithm that goes with the key. */
struct signer {
    const struct private_key *key;
    struct span der;
    enum cose_alg alg;
    struct sig_alg sig;
};

static bool open_signer(const struct private_key *key, struct span der, struct arena *a, struct signer *out,
                        struct why *w)
{
    static const enum cose_alg algs[] = { COSE_ES256, COSE_ES384, COSE_ES512 };
    struct public_key *public = NULL;
    struct certificate c;
    uint8_t mem[1024];
    struct buffer own;

    if (!mdl_certificate_parse(der, der.p, &c, w) ||
        !mdl_certificate_check(&c, MDL_STATUS_SIGNER, PROFILE_STRICT, der.p, NULL, w))
        return false;
    buf_init_fixed(&own, mem, sizeof mem);
    private_key_spki(key, &own);
    *out = (struct signer){ .key = key, .der = der };
    if (!buf_ok(&own) || !span_eq(buf_span(&own), c.spki) || !public_key_place_spki(c.spki, a, &public, NULL))
        return why_set(w, "COSE_ALG_KEY", WHY_NO_OFFSET, CLAUSE, "the key is not that of the certificate");
    for (size_t i = 0; !out->alg && i < sizeof algs / sizeof *algs; i++)
        if (cose_alg_fits(algs[i], public, &out->sig))
            out->alg = algs[i];
    public_key_clear(public);
    return out->alg || why_set(w, "COSE_ALG_KEY", WHY_NO_OFFSET, CLAUSE, "no algorithm goes with the key");
}

static bool sign(const struct signer *s, const struct span *part, size_t n, struct buffer *out, struct why *w)
{
    struct digest d;

    digest_parts(s->sig.digest, part, n, &d);
    return signature_make(s->key, s->sig.scheme, &d, out, w);
}

static bool check_order(const struct status_order *o, struct why *w)
{
    if (o->uri.n == 0 || utf8_valid_to(o->uri) != o->uri.n)
        return why_set(w, "STATUS_SUB", WHY_NO_OFFSET, CLAUSE, "no address that licences can name");
    if (o->issued <= 0 || o->expires <= o->issued)
        return why_set(w, "STATUS_STRUCT", WHY_NO_OFFSET, CLAUSE, "the token ends before it begins");
    if (o->kind == STATUS_IDENTIFIERS && o->json)
        return why_set(w, "STATUS_TYPE", WHY_NO_OFFSET, CLAUSE, "an identifier list is a CWT");
    return true;
}

static void put_identifiers(struct buffer *b, const struct status_order *o)
{
    cbor_put_int(b, CLAIM_IDENTIFIERS);
    cbor_put_map(b, 1);
    cbor_put_str(b, "identifiers");
    cbor_put_map(b, o->n_identifiers);
    for (size_t i = 0; i < o->n_identifiers; i++) {
        cbor_put_bytes(b, o->identifier[i]);
        cbor_put_map(b, 0);
    }
}

static void put_claims(struct buffer *b, const struct status_order *o, struct span packed)
{
    cbor_put_map(b, 4 + (size_t)(o->ttl != 0));
    cbor_put_int(b, CLAIM_SUBJECT);
    cbor_put_text(b, o->uri);
    cbor_put_int(b, CLAIM_EXPIRES);
    cbor_put_int(b, o->expires);
    cbor_put_int(b, CLAIM_ISSUED);
    cbor_put_int(b, o->issued);
    if (o->kind == STATUS_IDENTIFIERS) {
        put_identifiers(b, o);
    } else {
        cbor_put_int(b, CLAIM_LIST);
        cbor_put_map(b, 2);
        cbor_put_str(b, "bits");
        cbor_put_int(b, (int64_t)o->values.bits);
        cbor_put_str(b, "lst");
        cbor_put_bytes(b, packed);
    }
    if (o->ttl) {
        cbor_put_int(b, CLAIM_TTL);
        cbor_put_int(b, (int64_t)o->ttl);
    }
}

static bool write_cwt(const struct status_order *o, const struct signer *s, struct span packed,
                      struct buffer *out, struct why *w)
{
    struct buffer head, claims, start, sig;
    uint8_t sig_mem[256];
    struct span part[2];
    bool ok;

    buf_init(&head, LIMIT_CERTIFICATE + 256);
    buf_init(&claims, LIMIT_FILE);
    buf_init(&start, LIMIT_CERTIFICATE + 512);
    buf_init_fixed(&sig, sig_mem, sizeof sig_mem);
    cbor_put_map(&head, 3);
    cbor_put_int(&head, HEADER_ALG);
    cbor_put_int(&head, s->alg);
    cbor_put_int(&head, HEADER_TYPE);
    cbor_put_str(&head,
                 o->kind == STATUS_LIST ? "application/statuslist+cwt" : "application/identifierlist+cwt");
    cbor_put_int(&head, HEADER_CHAIN);
    cbor_put_bytes(&head, s->der);
    put_claims(&claims, o, packed);
    cbor_put_array(&start, 4);
    cbor_put_str(&start, "Signature1");
    cbor_put_bytes(&start, buf_span(&head));
    cbor_put_bytes(&start, (struct span){ 0 });
    cbor_put_head(&start, CBOR_BYTES, claims.n);
    part[0] = buf_span(&start);
    part[1] = buf_span(&claims);
    ok = buf_ok(&head) && buf_ok(&claims) && buf_ok(&start)
             ? sign(s, part, 2, &sig, w)
             : why_set(w, "STATUS_TOO_LARGE", WHY_NO_OFFSET, CLAUSE, "the token is too large");
    if (ok) {
        cbor_put_head(out, CBOR_TAG, 18);
        cbor_put_array(out, 4);
        cbor_put_bytes(out, buf_span(&head));
        cbor_put_map(out, 0);
        cbor_put_bytes(out, buf_span(&claims));
        cbor_put_bytes(out, buf_span(&sig));
    }
    buf_free(&start);
    buf_free(&claims);
    buf_free(&head);
    return ok;
}

static void put_jwt_header(struct buffer *b, const struct signer *s)
{
    struct json_writer j = json_to(b);
    struct buffer der;

    buf_init(&der, 2 * LIMIT_CERTIFICATE);
    base64_put(&der, s->der, BASE64_STD);
    jw_object(&j, NULL);
    jw_str(&j, "alg", cose_alg_name(s->alg));
    jw_str(&j, "typ", "statuslist+jwt");
    jw_array(&j, "x5c");
    jw_text(&j, NULL, buf_span(&der));
    jw_array_end(&j);
    jw_object_end(&j);
    buf_free(&der);
}

static void put_jwt_claims(struct buffer *b, const struct status_order *o, struct span packed)
{
    struct json_writer j = json_to(b);
    struct buffer list;

    buf_init(&list, LIMIT_FILE);
    base64_put(&list, packed, BASE64_URL);
    jw_object(&j, NULL);
    jw_text(&j, "sub", o->uri);
    jw_int(&j, "iat", o->issued);
    jw_int(&j, "exp", o->expires);
    if (o->ttl)
        jw_int(&j, "ttl", (int64_t)o->ttl);
    jw_object(&j, "status_list");
    jw_int(&j, "bits", (int64_t)o->values.bits);
    jw_text(&j, "lst", buf_ok(&list) ? buf_span(&list) : (struct span){ 0 });
    jw_object_end(&j);
    jw_object_end(&j);
    buf_free(&list);
}

static bool write_jwt(const struct status_order *o, const struct signer *s, struct span packed,
                      struct buffer *out, struct why *w)
{
    struct buffer part, sig;
    uint8_t sig_mem[256];
    size_t from = out->n;
    struct span input;

    buf_init(&part, LIMIT_FILE);
    buf_init_fixed(&sig, sig_mem, sizeof sig_mem);
    put_jwt_header(&part, s);
    base64_put(out, buf_span(&part), BASE64_URL);
    buf_u8(out, '.');
    buf_free(&part);
    buf_init(&part, LIMIT_FILE);
    put_jwt_claims(&part, o, packed);
    base64_put(out, buf_span(&part), BASE64_URL);
    buf_free(&part);
    if (!buf_ok(out))
        return why_set(w, "STATUS_TOO_LARGE", WHY_NO_OFFSET, CLAUSE, "the token is too large");
    input = span_of(out->p + from, out->n - from);
    if (!sign(s, &input, 1, &sig, w))
        return false;
    buf_u8(out, '.');
    base64_put(out, buf_span(&sig), BASE64_URL);
    return true;
}

/* What strict verification makes of it, against the certificate itself. */
static bool passes(struct span token, const struct status_order *o, struct span signer, struct arena *a,
                   struct why *w)
{
    const struct status_options opt = { .certificate = signer,
                                        .at = o->issued,
                                        .profile = PROFILE_STRICT,
                                        .uri = &o->uri,
                                        .kind = &o->kind,
                                        .any_bits = o->other_documents };
    struct status_list *l = arena_alloc(a, sizeof *l);

    if (!l)
        return why_set(w, "STATUS_TOO_LARGE", WHY_NO_OFFSET, CLAUSE, "no memory left for this");
    if (status_list_verify(token, &opt, a, l, NULL) == RESULT_GENUINE)
        return true;
    if (w)
        *w = l->why;
    return false;
}

static bool pack(const struct status_order *o, struct buffer *out, struct why *w)
{
    if (o->kind == STATUS_IDENTIFIERS)
        return true;
    if (o->values.data.n > LIMIT_STATUS_LIST)
        return why_set(w, "STATUS_TOO_LARGE", WHY_NO_OFFSET, CLAUSE, "the list is longer than %d bytes",
                       LIMIT_STATUS_LIST);
    if (o->values.bits != 1 && !o->other_documents)
        return why_set(w, "STATUS_BITS", WHY_NO_OFFSET, "ISO/IEC 18013-5 12.3.6",
                       "a list of licences has one bit for each");
    return zlib_deflate(o->values.data, out, w);
}

bool status_issue(const struct status_order *o, const struct private_key *key, struct span signer,
                  struct arena *a, struct buffer *out, struct why *w)
{
    struct buffer packed, token;
    struct signer s;
    bool ok;

    if (!check_order(o, w) || !open_signer(key, signer, a, &s, w))
        return false;
    buf_init(&packed, LIMIT_STATUS_LIST + LIMIT_STATUS_LIST / 16);
    buf_init(&token, LIMIT_FILE);
    ok =
        pack(o, &packed, w) &&
        (o->json ? write_jwt(o, &s, buf_span(&packed), &token, w)
                 : write_cwt(o, &s, buf_span(&packed), &token, w)) &&
        (buf_ok(&token) || why_set(w, "STATUS_TOO_LARGE", WHY_NO_OFFSET, CLAUSE, "the token is too large")) &&
        passes(buf_span(&token), o, signer, a, w);
    if (ok)
        buf_put(out, buf_span(&token));
    buf_free(&token);
    buf_free(&packed);
    return ok &&
           (buf_ok(out) || why_set(w, "STATUS_TOO_LARGE", WHY_NO_OFFSET, CLAUSE, "no memory left for this"));
}

bool status_values_make(unsigned bits, uint64_t n, struct arena *a, uint8_t **ret, struct status_values *out,
                        struct why *w)
{
    uint8_t *data;
    size_t bytes;

    if (bits != 1 && bits != 2 && bits != 4 && bits != 8)
        return why_set(w, "STATUS_BITS", WHY_NO_OFFSET, "Token Status List 4.1",
                       "values of %u bits: 1, 2, 4 or 8 are allowed", bits);
    if (n > (uint64_t)LIMIT_STATUS_LIST * 8 / bits)
        return why_set(w, "STATUS_TOO_LARGE", WHY_NO_OFFSET, CLAUSE, "the list is longer than %d bytes",
                       LIMIT_STATUS_LIST);
    bytes = (size_t)((n * bits + 7) / 8);
    data = arena_alloc(a, bytes ? bytes : 1);
    if (!data)
        return why_set(w, "STATUS_TOO_LARGE", WHY_NO_OFFSET, CLAUSE, "no memory left for this");
    *ret = data;
    *out = (struct status_values){ .bits = bits, .data = span_of(data, bytes) };
    return true;
}

bool status_values_set(const struct status_values *v, uint8_t *data, uint64_t index, unsigned value,
                       struct why *w)
{
    unsigned per_byte = 8 / v->bits, mask = (1u << v->bits) - 1, shift;

    if (index >= status_count(v))
        return why_set(w, "STATUS_INDEX", WHY_NO_OFFSET, "Token Status List 4.1",
                       "position %llu is past the end", (unsigned long long)index);
    if (value > mask)
        return why_set(w, "STATUS_BITS", WHY_NO_OFFSET, "Token Status List 7.1",
                       "the value %u does not fit into %u bits", value, v->bits);
    shift = (unsigned)(index % per_byte) * v->bits;
    data[index / per_byte] = (uint8_t)((data[index / per_byte] & ~(mask << shift)) | value << shift);
    return true;
}

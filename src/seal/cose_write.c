#include "seal/cose_write.h"

#include "crypto/hmac.h"
#include "crypto/node_key.h"
#include "wire/cbor_write.h"
#include "wire/der.h"

enum { PROTECTED_MAX = 64, COSE_ALG_SHA256 = -16, KTY_OKP = 1, KTY_EC2 = 2 };

static const struct {
    enum curve curve;
    enum cose_alg alg;
    int64_t crv;
    enum digest_alg digest;
    size_t field;
} curves[] = {
    { CURVE_P256, COSE_ES256, 1, DIGEST_SHA256, 32 },    { CURVE_P384, COSE_ES384, 2, DIGEST_SHA384, 48 },
    { CURVE_P521, COSE_ES512, 3, DIGEST_SHA512, 66 },    { CURVE_BP256, COSE_ES256, 256, DIGEST_SHA256, 32 },
    { CURVE_BP320, COSE_ES384, 257, DIGEST_SHA384, 40 }, { CURVE_BP384, COSE_ES384, 258, DIGEST_SHA384, 48 },
    { CURVE_BP512, COSE_ES512, 259, DIGEST_SHA512, 64 },
};
enum { CURVES = sizeof curves / sizeof curves[0] };

/* RFC 8410 3, by the last byte of the OBJECT IDENTIFIER; crv as in RFC 9053 7.2. */
static const struct {
    uint8_t oid;
    int64_t crv;
    size_t n;
} octet_keys[] = { { 110, 4, 32 }, { 111, 5, 56 }, { 112, 6, 32 }, { 113, 7, 57 } };

/* --- signatures --- */

static bool algorithm(const struct private_key *key, enum cose_alg *alg, struct sig_alg *sig)
{
    enum key_kind kind = private_key_kind(key);

    if (kind == KEY_ED25519 || kind == KEY_ED448) {
        *alg = COSE_EDDSA;
        *sig = (struct sig_alg){ .scheme = SIG_EDDSA };
        return true;
    }
    for (size_t i = 0; i < CURVES; i++) {
        if (kind == KEY_EC && curves[i].curve == private_key_curve(key)) {
            *alg = curves[i].alg;
            *sig = (struct sig_alg){ .scheme = SIG_ECDSA_RAW, .digest = curves[i].digest };
            return true;
        }
    }
    return false;
}

enum cose_alg cose_alg_of(const struct private_key *key)
{
    enum cose_alg alg;
    struct sig_alg sig;

    return algorithm(key, &alg, &sig) ? alg : COSE_ALG_UNUSABLE;
}

static void put_protected(struct buffer *b, enum cose_alg alg, const struct cose_signer *s)
{
    bool x5t = s && s->x5t && s->n_chain;
    struct digest d;

    cbor_put_map(b, x5t ? 2 : 1);
    cbor_put_int(b, 1);
    cbor_put_int(b, alg);
    if (!x5t)
        return;
    digest_of(DIGEST_SHA256, s->chain[0], &d);
    cbor_put_int(b, 34);
    cbor_put_array(b, 2);
    cbor_put_int(b, COSE_ALG_SHA256);
    cbor_put_bytes(b, digest_span(&d));
}

/* RFC 9360 2: one certificate as it is, several as an array. */
static void put_chain(struct buffer *b, const struct cose_signer *s)
{
    cbor_put_map(b, s->n_chain ? 1 : 0);
    if (s->n_chain == 0)
        return;
    cbor_put_int(b, 33);
    if (s->n_chain > 1)
        cbor_put_array(b, s->n_chain);
    for (size_t i = 0; i < s->n_chain; i++)
        cbor_put_bytes(b, s->chain[i]);
}

static size_t content_bytes(const struct cose_content *c)
{
    size_t n = 0;

    for (size_t i = 0; i < c->n; i++)
        n += c->part[i].n;
    return n;
}

enum { STRUCTURE = 3 + COSE_PARTS };

/* Sig_structure or MAC_structure (RFC 9052 4.4, 6.3) without external data: head is filled, and all of it
 * stands in part. */
static size_t structure(const char *context, struct span header, const struct cose_content *c,
                        struct buffer *head, struct span part[STRUCTURE])
{
    size_t n = 0;

    cbor_put_array(head, 4);
    cbor_put_str(head, context);
    cbor_put_bytes(head, header);
    cbor_put_bytes(head, (struct span){ 0 });
    cbor_put_head(head, CBOR_BYTES, content_bytes(c));
    part[n++] = buf_span(head);
    for (size_t i = 0; i < c->n && i < COSE_PARTS; i++)
        part[n++] = c->part[i];
    return n;
}

static void put_payload(struct buffer *b, const struct cose_content *c, bool attached)
{
    if (!attached) {
        cbor_put_null(b);
        return;
    }
    cbor_put_head(b, CBOR_BYTES, content_bytes(c));
    for (size_t i = 0; i < c->n; i++)
        buf_put(b, c->part[i]);
}

bool cose_sign1_put(struct buffer *b, const struct cose_signer *s, const struct cose_content *content,
                    bool attached, struct arena *scratch, struct why *w)
{
    uint8_t header_mem[PROTECTED_MAX], head_mem[2 * PROTECTED_MAX], sig_mem[160];
    struct buffer header, head, sig;
    struct span part[STRUCTURE];
    enum cose_alg alg;
    struct sig_alg how;
    size_t n;

    if (!algorithm(s->key, &alg, &how))
        return why_set(w, "COSE_ALG_KEY", WHY_NO_OFFSET, "RFC 9053 2.1", "the key makes no signature here");
    buf_init_fixed(&header, header_mem, sizeof header_mem);
    buf_init_fixed(&head, head_mem, sizeof head_mem);
    buf_init_fixed(&sig, sig_mem, sizeof sig_mem);
    put_protected(&header, alg, s);
    n = structure("Signature1", buf_span(&header), content, &head, part);
    if (!signature_make_parts(s->key, &how, part, n, scratch, &sig, w))
        return false;
    cbor_put_array(b, 4);
    cbor_put_bytes(b, buf_span(&header));
    put_chain(b, s);
    put_payload(b, content, attached);
    cbor_put_bytes(b, buf_span(&sig));
    return buf_ok(b) || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

void cose_mac0_put(struct buffer *b, const uint8_t key[32], const struct cose_content *content)
{
    uint8_t header_mem[8], head_mem[PROTECTED_MAX];
    struct buffer header, head;
    struct span part[STRUCTURE];
    struct digest d;
    size_t n;

    buf_init_fixed(&header, header_mem, sizeof header_mem);
    buf_init_fixed(&head, head_mem, sizeof head_mem);
    put_protected(&header, COSE_HMAC_256, NULL);
    n = structure("MAC0", buf_span(&header), content, &head, part);
    hmac_sha256(span_of(key, 32), part, n, &d);
    cbor_put_array(b, 4);
    cbor_put_bytes(b, buf_span(&header));
    cbor_put_map(b, 0);
    cbor_put_null(b);
    cbor_put_bytes(b, digest_span(&d));
}

/* --- keys --- */

static void put_key(struct buffer *b, int64_t kty, int64_t crv, struct span x, struct span y)
{
    cbor_put_map(b, y.n ? 4 : 3);
    cbor_put_int(b, 1);
    cbor_put_int(b, kty);
    cbor_put_int(b, -1);
    cbor_put_int(b, crv);
    cbor_put_int(b, -2);
    cbor_put_bytes(b, x);
    if (y.n == 0)
        return;
    cbor_put_int(b, -3);
    cbor_put_bytes(b, y);
}

static bool unusable(struct why *w, const char *detail)
{
    return why_set(w, "DEVICE_KEY", WHY_NO_OFFSET, "RFC 9053 7", "%s", detail);
}

/* Whether it is one that reads back; the point is on its curve then. */
static bool put_checked(struct buffer *b, const struct cose_key *k, struct arena *scratch, struct why *w)
{
    struct public_key *key;

    if (!cose_key_public(k, scratch, &key, "DEVICE_KEY", w))
        return false;
    public_key_clear(key);
    if (!k->y_is_sign) {
        put_key(b, k->kty, k->crv, k->x, k->y);
        return true;
    }
    cbor_put_map(b, 4);
    cbor_put_int(b, 1);
    cbor_put_int(b, k->kty);
    cbor_put_int(b, -1);
    cbor_put_int(b, k->crv);
    cbor_put_int(b, -2);
    cbor_put_bytes(b, k->x);
    cbor_put_int(b, -3);
    cbor_put_bool(b, k->y_sign);
    return true;
}

bool cose_key_put(struct buffer *b, const struct cose_key *k, struct arena *scratch, struct why *w)
{
    struct cose_key clean = *k;

    if (k->kty == KTY_OKP) {
        clean.has_y = clean.y_is_sign = false;
        clean.y = (struct span){ 0 };
    }
    return put_checked(b, &clean, scratch, w);
}

/* The point of an EC key, uncompressed. */
static bool ec_key(struct span spki, struct span bits, struct arena *scratch, struct cose_key *k,
                   struct why *w)
{
    struct public_key *key;
    enum curve curve;

    if (!public_key_place_spki(spki, scratch, &key, NULL) || public_key_kind(key) != KEY_EC)
        return unusable(w, "not a public key on a curve");
    curve = public_key_curve(key);
    public_key_clear(key);
    for (size_t i = 0; i < CURVES; i++) {
        if (curves[i].curve != curve || bits.n != 1 + 2 * curves[i].field)
            continue;
        *k = (struct cose_key){ .kty = KTY_EC2,
                                .crv = curves[i].crv,
                                .x = span_sub(bits, 1, 1 + curves[i].field),
                                .y = span_sub(bits, 1 + curves[i].field, bits.n),
                                .has_y = true };
        return true;
    }
    return unusable(w, "a curve that devices do not use, or a compressed point");
}

bool cose_key_put_spki(struct buffer *b, struct span spki, struct arena *scratch, struct why *w)
{
    struct der d = der_of(spki), in = der_open(&d, DER_SEQUENCE), alg = der_open(&in, DER_SEQUENCE);
    struct span oid = der_oid(&alg), bits = der_bits(&in);
    struct cose_key k = { 0 };

    der_close(&d, &in);
    if (!der_ok(&alg) || !der_done(&d))
        return unusable(w, "not a SubjectPublicKeyInfo");
    for (size_t i = 0; oid.n == 3 && i < sizeof octet_keys / sizeof octet_keys[0]; i++)
        if (oid.p[0] == 0x2b && oid.p[1] == 0x65 && oid.p[2] == octet_keys[i].oid && der_done(&alg) &&
            bits.n == octet_keys[i].n)
            k = (struct cose_key){ .kty = KTY_OKP, .crv = octet_keys[i].crv, .x = bits };
    if (!k.kty && !ec_key(spki, bits, scratch, &k, w))
        return false;
    return put_checked(b, &k, scratch, w);
}

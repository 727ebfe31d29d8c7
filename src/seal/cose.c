#include "seal/cose.h"

#include "crypto/cipher.h"
#include "crypto/hmac.h"
#include "wire/cbor_write.h"

#define CLAUSE "RFC 9052 3"

enum { COSE_KID = 8 };
enum { LABEL_ALG = 1, LABEL_CRIT = 2, LABEL_KID = 4, LABEL_TYPE = 16, LABEL_X5CHAIN = 33, LABEL_X5T = 34 };

static enum cose_alg alg_of(struct span item)
{
    struct cbor c = cbor_of(item);
    int64_t alg = cbor_int(&c);

    if (!cbor_ok(&c))
        return COSE_ALG_UNUSABLE;
    switch (alg) {
    case COSE_HMAC_256:
    case COSE_ES256:
    case COSE_EDDSA:
    case COSE_ES384:
    case COSE_ES512:
    case COSE_PS256:
        return (enum cose_alg)alg;
    default:
        return COSE_ALG_UNUSABLE;
    }
}

/* RFC 9360 2: one certificate, or an array of them. */
static void check_chain(struct cbor *c, struct span item)
{
    struct cbor in = cbor_within(c, item);

    if (cbor_peek(&in) == CBOR_ARRAY)
        for (size_t n = cbor_array(&in); n > 0 && cbor_ok(&in); n--)
            (void)cbor_bytes(&in);
    else
        (void)cbor_bytes(&in);
    if (!cbor_ok(&in))
        cbor_fail(c, in.bad_at, in.what);
}

static void take_label(struct cose *out, struct cbor *c, int64_t label, const uint8_t *at, struct span item,
                       bool is_protected)
{
    switch (label) {
    case LABEL_ALG:
        if (is_protected)
            out->alg = alg_of(item);
        break;
    case LABEL_CRIT:
        out->crit = at;
        break;
    case LABEL_KID:
        *(is_protected ? &out->kid_protected : &out->kid_unprotected) = item;
        break;
    case LABEL_TYPE:
        if (is_protected)
            out->type = item;
        break;
    case LABEL_X5CHAIN:
        if (item.n == 1 && *item.p >> 5 == CBOR_OTHER)
            break; /* null: one library writes it for none */
        check_chain(c, item);
        *(is_protected ? &out->chain_protected : &out->chain_unprotected) = item;
        break;
    case LABEL_X5T:
        if (is_protected || out->x5t.n == 0)
            out->x5t = item;
        break;
    default:
        break;
    }
}

static void read_headers(struct cose *out, struct cbor *c, bool is_protected)
{
    for (size_t n = cbor_map(c); n > 0 && cbor_ok(c); n--) {
        const uint8_t *at = c->p;
        bool is_text = cbor_peek(c) == CBOR_TEXT;
        int64_t label = 0;

        if (is_text)
            (void)cbor_text(c);
        else
            label = cbor_int(c);
        struct span item = cbor_item(c);

        if (cbor_ok(c) && !is_text)
            take_label(out, c, label, at, item, is_protected);
    }
}

static bool read_protected(struct cose *out, struct cbor *c, struct span body, size_t *nonpreferred,
                           struct arena *scratch, struct why *w)
{
    struct cbor in = cbor_within(c, body);
    size_t more = 0;

    out->protected_header = body;
    if (body.n == 0)
        return true;
    if (!cbor_check(body, nonpreferred ? &more : NULL, scratch, w)) {
        why_shift(w, (size_t)(body.p - c->base));
        return false;
    }
    if (nonpreferred)
        *nonpreferred += more;
    read_headers(out, &in, true);
    return cbor_finish(&in, CLAUSE, w);
}

bool cose_parse(struct span item, const uint8_t *base, enum cose_kind kind, enum cose_tagging tagging,
                size_t *nonpreferred, struct arena *scratch, struct cose *out, struct why *w)
{
    struct cbor c = cbor_of(item);
    struct cose r = { .base = base, .kind = kind, .all = item };
    struct span body;
    const uint8_t *at;

    c.base = base;
    r.tagged = cbor_peek(&c) == CBOR_TAG;
    if (r.tagged) {
        if (cbor_tag(&c) != (kind == COSE_SIGN1 ? 18 : 17) || tagging == COSE_UNTAGGED)
            cbor_fail(&c, item.p, "a tag where there must be none, or another tag");
    } else if (tagging == COSE_TAGGED) {
        cbor_fail(&c, item.p, "expected a tagged COSE structure");
    }
    at = c.p;
    if (cbor_array(&c) != 4)
        cbor_fail(&c, at, "not an array of four");
    body = cbor_bytes(&c);
    if (cbor_ok(&c) && !read_protected(&r, &c, body, nonpreferred, scratch, w))
        return false;
    at = c.p;
    read_headers(&r, &c, false);
    if (cbor_ok(&c))
        r.unprotected_header = span_of(at, (size_t)(c.p - at));
    r.detached = cbor_peek(&c) == CBOR_OTHER;
    if (r.detached)
        cbor_null(&c);
    else
        r.payload = cbor_bytes(&c);
    r.proof = cbor_bytes(&c);
    if (!cbor_finish(&c, "RFC 9052 4.2", w))
        return false;
    *out = r;
    return true;
}

static size_t offset(const struct cose *c, const uint8_t *p)
{
    return (size_t)(p - c->base);
}

bool cose_check_form(const struct cose *c, bool detached, struct why *w)
{
    if (c->detached != detached)
        return why_set(w, "COSE_PAYLOAD", offset(c, c->all.p), "RFC 9052 4.1",
                       detached ? "the payload is attached" : "the payload is null");
    if (c->alg == COSE_ALG_UNUSABLE || c->alg == COSE_PS256 ||
        (c->alg == COSE_HMAC_256) != (c->kind == COSE_MAC0))
        return why_set(w, "COSE_ALG", offset(c, c->all.p), "RFC 9052 3.1",
                       "no usable algorithm in the protected header");
    if (c->crit)
        return why_set(w, "COSE_CRIT", offset(c, c->crit), "RFC 9052 3.1",
                       "headers are declared critical that are not evaluated here");
    return true;
}

bool cose_chain(const struct cose *c, struct span *out, size_t max, size_t *n, struct why *w)
{
    struct span chain = c->chain_protected.n ? c->chain_protected : c->chain_unprotected;
    struct cbor in = cbor_of(chain);
    size_t count = 1;

    if (c->chain_protected.n && c->chain_unprotected.n && !span_eq(c->chain_protected, c->chain_unprotected))
        return why_set(w, "CERT_AMBIGUOUS", offset(c, c->chain_unprotected.p), "RFC 9360 2",
                       "the two headers name different certificates");
    if (chain.n && cbor_peek(&in) == CBOR_ARRAY)
        count = cbor_array(&in);
    if (chain.n == 0 || count == 0)
        return why_set(w, "CERT_MISSING", offset(c, chain.n ? chain.p : c->all.p), "RFC 9360 2",
                       "no certificate of the signer");
    *n = count;
    for (size_t i = 0; i < count && i < max; i++)
        out[i] = cbor_bytes(&in);
    return true;
}

bool cose_check_x5t(const struct cose *c, struct span certificate, struct why *w)
{
    static const struct {
        int64_t alg;
        enum digest_alg digest;
    } algs[] = { { -16, DIGEST_SHA256 }, { -43, DIGEST_SHA384 }, { -44, DIGEST_SHA512 } };
    struct cbor in = cbor_of(c->x5t);
    struct digest d;
    struct span hash = { 0 };
    int64_t alg = 0;

    if (c->x5t.n == 0)
        return true;
    if (cbor_array(&in) == 2) {
        alg = cbor_int(&in);
        hash = cbor_bytes(&in);
    }
    for (size_t i = 0; i < sizeof algs / sizeof algs[0] && cbor_ok(&in); i++) {
        if (algs[i].alg != alg)
            continue;
        digest_of(algs[i].digest, certificate, &d);
        if (span_eq(hash, digest_span(&d)))
            return true;
    }
    return why_set(w, "CERT_X5T", offset(c, c->x5t.p), "RFC 9360 2",
                   "not a known hash of the first certificate");
}

bool cose_check_kid(const struct cose *c, struct span certificate, struct why *w)
{
    struct span item = c->kid_protected.n ? c->kid_protected : c->kid_unprotected, kid = { 0 };
    struct cbor in = cbor_of(item);
    struct digest d;

    if (item.n)
        kid = cbor_bytes(&in);
    digest_of(DIGEST_SHA256, certificate, &d);
    return (item.n && cbor_ok(&in) && span_eq(kid, span_sub(digest_span(&d), 0, COSE_KID))) ||
           why_set(w, "CERT_KID", offset(c, item.n ? item.p : c->all.p), "RFC 9052 3.1",
                   item.n ? "the kid names another certificate" : "no kid names the certificate");
}

bool cose_alg_fits(enum cose_alg alg, const struct public_key *key, struct sig_alg *out)
{
    static const struct {
        enum cose_alg alg;
        enum curve curve;
        enum digest_alg digest;
    } fits[] = {
        { COSE_ES256, CURVE_P256, DIGEST_SHA256 },  { COSE_ES384, CURVE_P384, DIGEST_SHA384 },
        { COSE_ES512, CURVE_P521, DIGEST_SHA512 },  { COSE_ES256, CURVE_BP256, DIGEST_SHA256 },
        { COSE_ES384, CURVE_BP320, DIGEST_SHA384 }, { COSE_ES384, CURVE_BP384, DIGEST_SHA384 },
        { COSE_ES512, CURVE_BP512, DIGEST_SHA512 },
    };
    enum key_kind kind = public_key_kind(key);

    if (alg == COSE_EDDSA && (kind == KEY_ED25519 || kind == KEY_ED448)) {
        *out = (struct sig_alg){ .scheme = SIG_EDDSA };
        return true;
    }
    if (alg == COSE_PS256 && kind == KEY_RSA) {
        *out = (struct sig_alg){
            .scheme = SIG_RSA_PSS, .digest = DIGEST_SHA256, .mgf = DIGEST_SHA256, .salt = 32
        };
        return true;
    }
    for (size_t i = 0; i < sizeof fits / sizeof fits[0]; i++) {
        if (kind == KEY_EC && fits[i].alg == alg && fits[i].curve == public_key_curve(key)) {
            *out = (struct sig_alg){ .scheme = SIG_ECDSA_RAW, .digest = fits[i].digest };
            return true;
        }
    }
    return false;
}

const char *cose_alg_name(enum cose_alg alg)
{
    switch (alg) {
    case COSE_HMAC_256:
        return "HMAC 256/256";
    case COSE_ES256:
        return "ES256";
    case COSE_EDDSA:
        return "EdDSA";
    case COSE_ES384:
        return "ES384";
    case COSE_ES512:
        return "ES512";
    case COSE_PS256:
        return "PS256";
    case COSE_ALG_UNUSABLE:
        break;
    }
    return "none";
}

/* Sig_structure or MAC_structure as parts, its heads in head. */
struct structure {
    uint8_t head[3][9];
    struct span part[6 + COSE_PARTS];
    size_t n;
};

static void add(struct structure *s, struct span part)
{
    s->part[s->n++] = part;
}

static void describe(const struct cose *c, struct span aad, const struct cose_content *detached,
                     struct structure *s)
{
    const struct cose_content attached = { &c->payload, 1 }, *content = detached ? detached : &attached;
    size_t total = 0;

    s->n = 0;
    for (size_t i = 0; i < content->n; i++)
        total += content->part[i].n;
    add(s, c->kind == COSE_SIGN1 ? SPAN("\x84\x6a"
                                        "Signature1")
                                 : SPAN("\x84\x64"
                                        "MAC0"));
    add(s, span_of(s->head[0], cbor_head_bytes(CBOR_BYTES, c->protected_header.n, s->head[0])));
    add(s, c->protected_header);
    add(s, span_of(s->head[1], cbor_head_bytes(CBOR_BYTES, aad.n, s->head[1])));
    add(s, aad);
    add(s, span_of(s->head[2], cbor_head_bytes(CBOR_BYTES, total, s->head[2])));
    for (size_t i = 0; i < content->n && i < COSE_PARTS; i++)
        add(s, content->part[i]);
}

bool cose_verify(const struct cose *c, const struct public_key *key, struct span external_aad,
                 const struct cose_content *detached, struct arena *scratch, const char *bad, struct why *w)
{
    struct structure s;
    struct sig_alg alg;
    struct why cause = { .offset = WHY_NO_OFFSET };

    if (!cose_alg_fits(c->alg, key, &alg))
        return why_set(w, "COSE_ALG_KEY", offset(c, c->all.p), "RFC 9053 2.1", "%s does not go with the key",
                       cose_alg_name(c->alg));
    if (c->proof.n != signature_bytes(key, alg.scheme))
        return why_set(w, "COSE_SIG_LEN", offset(c, c->proof.p), "RFC 9053 2.1",
                       "signature of %zu bytes instead of %zu", c->proof.n, signature_bytes(key, alg.scheme));
    describe(c, external_aad, detached, &s);
    if (signature_verify_parts(key, &alg, s.part, s.n, c->proof, scratch, &cause))
        return true;
    return why_set(w, strcmp(cause.reason, "key-not-supported") == 0 ? "KEY_UNSUPPORTED" : bad,
                   offset(c, c->proof.p), "RFC 9052 4.4", "%s", cause.detail);
}

bool cose_verify_mac(const struct cose *c, struct span key, struct span external_aad,
                     const struct cose_content *detached, const char *bad, struct why *w)
{
    struct structure s;
    struct digest d;

    describe(c, external_aad, detached, &s);
    hmac_sha256(key, s.part, s.n, &d);
    if (c->proof.n != d.n || !same_secret(c->proof.p, d.b, d.n))
        return why_set(w, bad, offset(c, c->proof.p), "RFC 9052 6.3",
                       "the message authentication code does not hold");
    return true;
}

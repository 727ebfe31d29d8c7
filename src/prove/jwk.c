#include "prove/jwk.h"

#include "base/limits.h"
#include "base/text.h"
#include "wire/der_write.h"
#include "wire/json.h"

enum { RSA_BITS_LEAST = 2048 };

static const struct {
    const char *name, *kty, *crv;
    struct sig_alg sig;
} algs[JWS_ALGS] = {
    [JWS_ES256] = { "ES256", "EC", "P-256", { SIG_ECDSA_RAW, DIGEST_SHA256, DIGEST_SHA256, 0 } },
    [JWS_RS256] = { "RS256", "RSA", NULL, { SIG_RSA_PKCS1, DIGEST_SHA256, DIGEST_SHA256, 0 } },
    [JWS_PS256] = { "PS256", "RSA", NULL, { SIG_RSA_PSS, DIGEST_SHA256, DIGEST_SHA256, 32 } },
    [JWS_EDDSA] = { "EdDSA", "OKP", "Ed25519", { SIG_EDDSA, DIGEST_SHA512, DIGEST_SHA512, 0 } },
};

const char *jws_name(enum jws_alg alg)
{
    return algs[alg].name;
}

bool jws_alg_named(struct span name, enum jws_alg *out)
{
    for (unsigned i = 0; i < JWS_ALGS; i++)
        if (span_eq_str(name, algs[i].name)) {
            *out = (enum jws_alg)i;
            return true;
        }
    return false;
}

struct sig_alg jws_sig(enum jws_alg alg)
{
    return algs[alg].sig;
}

/* A member in base64url, in the arena. */
static bool octets(const struct json *j, json_ref obj, const char *name, struct arena *a, struct span *out)
{
    struct span text;
    struct buffer b;
    uint8_t *room;
    size_t at;

    if (!json_text_of(j, json_member(j, obj, name), a, &text) || !text.n)
        return false;
    room = arena_alloc(a, text.n);
    if (!room)
        return false;
    buf_init_fixed(&b, room, text.n);
    if (!base64_decode(text, BASE64_URL, &b, &at) || !buf_ok(&b))
        return false;
    *out = buf_span(&b);
    return true;
}

static bool optional_is(const struct json *j, json_ref key, const char *name, const char *value)
{
    json_ref m = json_member(j, key, name);

    return m == JSON_NONE || json_text_is(j, m, value);
}

/* key_ops, where there is one, has "verify". */
static bool may_verify(const struct json *j, json_ref key)
{
    json_ref ops = json_member(j, key, "key_ops");

    if (ops == JSON_NONE)
        return true;
    for (json_ref i = json_first(j, ops); i != JSON_NONE; i = json_after(j, ops, i))
        if (json_text_is(j, i, "verify"))
            return true;
    return false;
}

/* By what is said of it; the numbers are read later. */
static bool fits(const struct json *j, json_ref key, enum jws_alg alg)
{
    return json_text_is(j, json_member(j, key, "kty"), algs[alg].kty) &&
           (!algs[alg].crv || json_text_is(j, json_member(j, key, "crv"), algs[alg].crv)) &&
           optional_is(j, key, "use", "sig") && optional_is(j, key, "alg", algs[alg].name) &&
           may_verify(j, key) && json_member(j, key, "d") == JSON_NONE;
}

/* SubjectPublicKeyInfo of an RSA key (RFC 3279 2.3.1). */
static bool rsa_key(struct span n, struct span e, struct arena *a, struct public_key **ret, struct why *w)
{
    static const uint8_t encryption[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01 };
    struct span zero = { NULL, 0 }, inner, der;
    struct buffer b;
    size_t whole, part;
    bool ok;

    buf_init(&b, LIMIT_OIDC_BODY);
    whole = der_put_begin(&b, 0x30);
    der_put_number(&b, n);
    der_put_number(&b, e);
    der_put_end(&b, whole);
    inner = arena_copy(a, buf_span(&b));
    buf_reset(&b);
    whole = der_put_begin(&b, 0x30);
    part = der_put_begin(&b, 0x30);
    der_put(&b, 0x06, span_of(encryption, sizeof encryption));
    der_put(&b, 0x05, zero);
    der_put_end(&b, part);
    der_put_bits(&b, inner);
    der_put_end(&b, whole);
    der = arena_copy(a, buf_span(&b));
    ok = buf_ok(&b) && inner.n && der.n && public_key_place_spki(der, a, ret, w);
    buf_free(&b);
    return ok;
}

static bool place(const struct json *j, json_ref key, enum jws_alg alg, struct arena *a,
                  struct public_key **ret, struct why *w)
{
    struct span x, y;
    uint8_t *point;

    switch (alg) {
    case JWS_ES256:
        if (!octets(j, key, "x", a, &x) || !octets(j, key, "y", a, &y) || x.n != 32 || y.n != 32 ||
            !(point = arena_alloc(a, 65)))
            return false;
        point[0] = 4;
        memcpy(point + 1, x.p, 32);
        memcpy(point + 33, y.p, 32);
        return public_key_place_point(CURVE_P256, span_of(point, 65), a, ret, w);
    case JWS_EDDSA:
        return octets(j, key, "x", a, &x) && public_key_place_edwards(KEY_ED25519, x, a, ret, w);
    case JWS_RS256:
    case JWS_PS256:
        if (!octets(j, key, "n", a, &x) || !octets(j, key, "e", a, &y) || !rsa_key(x, y, a, ret, w))
            return false;
        if (public_key_bits(*ret) >= RSA_BITS_LEAST)
            return true;
        public_key_clear(*ret);
        return false;
    case JWS_ALGS:
        break;
    }
    return false;
}

bool jwk_find(struct span keys, struct span kid, enum jws_alg alg, struct arena *a, struct public_key **ret,
              struct why *w)
{
    struct why inner = { .reason = NULL };
    struct json j;
    json_ref list, found = JSON_NONE;
    size_t n = 0;

    if (!json_parse(keys, a, &j, &inner))
        return why_set(w, "keys", inner.offset, "RFC 7517 5", "the provider's keys are no JSON: %s",
                       inner.detail);
    list = json_member(&j, JSON_ROOT, "keys");
    if (!json_is(&j, list, JSON_KIND_ARRAY) || json_count(&j, list) > LIMIT_OIDC_KEYS)
        return why_set(w, "keys", WHY_NO_OFFSET, "RFC 7517 5", "the provider's keys are no list of up to %d",
                       LIMIT_OIDC_KEYS);
    for (json_ref i = json_first(&j, list); i != JSON_NONE; i = json_after(&j, list, i)) {
        struct span own = { NULL, 0 };

        if (!fits(&j, i, alg))
            continue;
        if (kid.n && (!json_text_of(&j, json_member(&j, i, "kid"), a, &own) || !span_eq(own, kid)))
            continue;
        found = i;
        n++;
    }
    if (n != 1)
        return why_set(w, "token-key", WHY_NO_OFFSET, "OpenID Connect Core 10.1",
                       "%s of the provider's keys fits the token", n ? "more than one" : "none");
    if (!place(&j, found, alg, a, ret, &inner))
        return why_set(w, "keys", json_offset(&j, found), "RFC 7518 6", "the provider's key cannot be used");
    return true;
}

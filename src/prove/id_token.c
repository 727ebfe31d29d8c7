#include "prove/id_token.h"

#include "base/limits.h"
#include "base/text.h"

static bool bad(struct why *w, const char *reason, const char *what)
{
    return why_set(w, reason, WHY_NO_OFFSET, "OpenID Connect Core 3.1.3.7", "%s", what);
}

struct parts {
    struct span header, claims, signature; /* decoded */
    struct span signed_text;               /* of the token: header.claims */
};

static bool decoded(struct span text, struct arena *a, struct span *out)
{
    uint8_t *room = arena_alloc(a, text.n + 1);
    struct buffer b;
    size_t at;

    if (!text.n || !room)
        return false;
    buf_init_fixed(&b, room, text.n + 1);
    if (!base64_decode(text, BASE64_URL, &b, &at) || !buf_ok(&b))
        return false;
    *out = buf_span(&b);
    return true;
}

static bool split(struct span token, struct arena *a, struct parts *out)
{
    struct span rest = token, h, c;
    struct parts p;

    if (token.n > LIMIT_ID_TOKEN || !text_split(&rest, '.', &h) || !text_split(&rest, '.', &c) ||
        memchr(token.p, '=', token.n) || !decoded(h, a, &p.header) || !decoded(c, a, &p.claims) ||
        !decoded(rest, a, &p.signature))
        return false;
    p.signed_text = span_sub(token, 0, h.n + 1 + c.n);
    *out = p;
    return true;
}

/* The header names an algorithm that is taken, and a key; nothing it says of keys themselves is looked at. */
static bool header(const struct parts *p, unsigned allowed, struct arena *a, enum jws_alg *alg,
                   struct span *kid, struct why *w)
{
    struct why inner = { .reason = NULL };
    struct span name;
    struct json j;
    json_ref k;

    if (!json_parse(p->header, a, &j, &inner) || !json_is(&j, JSON_ROOT, JSON_KIND_OBJECT))
        return bad(w, "token-format", "the token's header is no JSON object");
    if (json_member(&j, JSON_ROOT, "crit") != JSON_NONE)
        return bad(w, "token-format", "the token asks for extensions that are not known here");
    if (!json_text_of(&j, json_member(&j, JSON_ROOT, "alg"), a, &name) || !jws_alg_named(name, alg) ||
        !(allowed & 1u << *alg))
        return bad(w, "token-algorithm", "the token's algorithm is not one that is taken");
    k = json_member(&j, JSON_ROOT, "kid");
    *kid = (struct span){ NULL, 0 };
    if (k != JSON_NONE && (!json_text_of(&j, k, a, kid) || !kid->n))
        return bad(w, "token-format", "the token's kid is no text");
    return true;
}

static bool signature(const struct parts *p, enum jws_alg alg, struct span kid, struct span keys,
                      struct arena *a, struct why *w)
{
    struct why inner = { .reason = NULL };
    struct sig_alg sig = jws_sig(alg);
    struct public_key *key;
    bool ok;

    if (!jwk_find(keys, kid, alg, a, &key, w))
        return false;
    ok = signature_verify_parts(key, &sig, &p->signed_text, 1, p->signature, a, &inner);
    public_key_clear(key);
    return ok || bad(w, "token-signature", "the token's signature does not hold");
}

/* A text, or a list of texts with this one in it; *alone: with nothing else. */
static bool audience(const struct json *j, const char *client, bool *alone)
{
    json_ref aud = json_member(j, JSON_ROOT, "aud");
    bool found = false;

    *alone = json_text_is(j, aud, client) || json_count(j, aud) == 1;
    if (!json_is(j, aud, JSON_KIND_ARRAY))
        return json_text_is(j, aud, client);
    for (json_ref i = json_first(j, aud); i != JSON_NONE; i = json_after(j, aud, i))
        found |= json_text_is(j, i, client);
    return found;
}

static bool for_us(const struct json *j, const struct id_token_wanted *v, struct why *w)
{
    json_ref azp = json_member(j, JSON_ROOT, "azp");
    bool alone;

    if (!json_text_is(j, json_member(j, JSON_ROOT, "iss"), v->issuer))
        return bad(w, "token-issuer", "the token is of another issuer");
    if (!audience(j, v->client, &alone))
        return bad(w, "token-audience", "the token is not for this node");
    if (azp == JSON_NONE ? !alone : !json_text_is(j, azp, v->client))
        return bad(w, "token-audience", "the token was given to another party");
    return true;
}

/* Seconds; a fraction is cut off (RFC 7519 2 allows one). */
static bool seconds(const struct json *j, const char *name, unix_time *out)
{
    double v;

    if (!json_double(j, json_member(j, JSON_ROOT, name), &v) || v < 0 || v > 253402300799.0)
        return false;
    *out = (unix_time)v;
    return true;
}

static bool in_time(const struct json *j, unix_time now, struct why *w)
{
    unix_time at;

    if (!seconds(j, "exp", &at) || now >= at + LIMIT_ID_TOKEN_SKEW)
        return bad(w, "token-expired", "the token has expired, or does not say when it does");
    if (json_member(j, JSON_ROOT, "nbf") != JSON_NONE &&
        (!seconds(j, "nbf", &at) || at > now + LIMIT_ID_TOKEN_SKEW))
        return bad(w, "token-time", "the token is not valid yet");
    if (!seconds(j, "iat", &at) || at > now + LIMIT_ID_TOKEN_SKEW || now - at > LIMIT_ID_TOKEN_AGE)
        return bad(w, "token-time", "the token was issued too long ago, or in the future");
    return true;
}

bool id_token_verify(struct span token, struct span keys, const struct id_token_wanted *v, struct arena *a,
                     struct id_token *out, struct why *w)
{
    struct why inner = { .reason = NULL };
    struct id_token t = { 0 };
    struct parts p = { 0 };
    struct span kid = { NULL, 0 }, nonce = { NULL, 0 };
    enum jws_alg alg = JWS_ES256;

    if (!split(token, a, &p))
        return bad(w, "token-format", "the token is not three parts of base64url");
    if (!header(&p, v->algs, a, &alg, &kid, w) || !signature(&p, alg, kid, keys, a, w))
        return false;
    if (!json_parse(p.claims, a, &t.claims, &inner) || !json_is(&t.claims, JSON_ROOT, JSON_KIND_OBJECT))
        return bad(w, "token-format", "the token's claims are no JSON object");
    if (!for_us(&t.claims, v, w) || !in_time(&t.claims, v->now, w))
        return false;
    if (!v->nonce.n || !json_text_of(&t.claims, json_member(&t.claims, JSON_ROOT, "nonce"), a, &nonce) ||
        !span_eq(nonce, v->nonce))
        return bad(w, "token-nonce", "the token is of another sign-in");
    if (!json_text_of(&t.claims, json_member(&t.claims, JSON_ROOT, "sub"), a, &t.subject) || !t.subject.n ||
        t.subject.n > 255)
        return bad(w, "token-subject", "the token does not say whom it is about");
    *out = t;
    return true;
}

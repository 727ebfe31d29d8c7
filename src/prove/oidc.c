#include "prove/oidc.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/text.h"
#include "crypto/node_key.h"

enum { VERIFIER = 43 }; /* characters of 32 bytes in base64url */

struct described {
    struct span authorization, token, keys;
};

struct oidc {
    const struct oidc_config *c;
    const struct oidc_network *net;
    pthread_mutex_t lock;
    /* What the provider says of itself, and its keys: texts, read anew for each sign-in. */
    struct buffer about, keys;
    unix_time about_at, keys_at; /* fetched */
    unix_time keys_tried;        /* whether or not they came; 0: never */
};

static bool bad(struct why *w, const char *what)
{
    return why_set(w, "provider", WHY_NO_OFFSET, "OpenID Connect Discovery 4.3", "%s", what);
}

/* https, or http to this machine alone. No user, no fragment, nothing a URL must not hold. */
static bool address_good(struct span s)
{
    static const char *const own[] = { "http://127.0.0.1", "http://[::1]", "http://localhost" };
    struct span rest = { NULL, 0 };

    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~' || strchr("\"<>\\^`{|}#@", s.p[i]))
            return false;
    if (span_starts(s, SPAN("https://")))
        return s.n > 8 && s.p[8] != '/' && s.p[8] != ':' && s.p[8] != '?';
    for (size_t i = 0; i < sizeof own / sizeof *own && !rest.p; i++)
        if (span_starts(s, span_str(own[i])))
            rest = span_sub(s, strlen(own[i]), s.n).n ? span_sub(s, strlen(own[i]), s.n) : SPAN("/");
    return rest.p && rest.n && (rest.p[0] == '/' || rest.p[0] == ':');
}

bool oidc_open(const struct oidc_config *c, const struct oidc_network *n, struct oidc **ret, struct why *w)
{
    struct oidc *o;

    if (!address_good(span_str(c->issuer)) || !address_good(span_str(c->redirect)) || strchr(c->issuer, '?'))
        return why_set(w, "config", WHY_NO_OFFSET, NULL,
                       "the OpenID provider and the way back need https addresses");
    o = calloc(1, sizeof *o);
    if (!o || pthread_mutex_init(&o->lock, NULL) != 0)
        abort();
    o->c = c;
    o->net = n;
    buf_init(&o->about, LIMIT_OIDC_BODY);
    buf_init(&o->keys, LIMIT_OIDC_BODY);
    *ret = o;
    return true;
}

void oidc_close(struct oidc *o)
{
    if (!o)
        return;
    buf_free(&o->about);
    buf_free(&o->keys);
    (void)pthread_mutex_destroy(&o->lock);
    free(o);
}

/* A text that is held: true with a copy in the arena when it is younger than `most`. */
static bool held(struct oidc *o, struct buffer *b, unix_time at, unix_time now, int most, struct arena *a,
                 struct span *out)
{
    bool ok;

    (void)pthread_mutex_lock(&o->lock);
    ok = b->n && now >= at && now - at < most;
    *out = ok ? arena_copy(a, buf_span(b)) : (struct span){ NULL, 0 };
    (void)pthread_mutex_unlock(&o->lock);
    return out->n > 0;
}

static void hold(struct oidc *o, struct buffer *b, unix_time *at, unix_time now, struct span text)
{
    (void)pthread_mutex_lock(&o->lock);
    buf_reset(b);
    buf_put(b, text);
    *at = now;
    (void)pthread_mutex_unlock(&o->lock);
}

/* What the network says, where it keeps to its bound. */
static bool ask(const struct oidc *o, const char *url, const char *form, struct arena *a, struct span *out,
                struct why *w)
{
    if (!o->net->ask(o->net->ctx, url, form, a, out, w))
        return bad(w, "the provider did not answer");
    return out->n <= LIMIT_OIDC_BODY || bad(w, "the provider's answer is too long");
}

static bool address(const struct json *j, const char *name, struct arena *a, struct span *out)
{
    return json_text_of(j, json_member(j, JSON_ROOT, name), a, out) && address_good(*out);
}

/* Where there is a list of that name, it has that word. */
static bool offers(const struct json *j, const char *name, const char *word)
{
    json_ref list = json_member(j, JSON_ROOT, name);

    if (list == JSON_NONE)
        return true;
    for (json_ref i = json_first(j, list); i != JSON_NONE; i = json_after(j, list, i))
        if (json_text_is(j, i, word))
            return true;
    return false;
}

static bool describe(const struct oidc *o, struct span text, struct arena *a, struct described *out,
                     struct why *w)
{
    struct why inner = { .reason = NULL };
    struct described d = { 0 };
    struct json j;

    if (!json_parse(text, a, &j, &inner))
        return bad(w, "what the provider says of itself is no JSON");
    if (!json_text_is(&j, json_member(&j, JSON_ROOT, "issuer"), o->c->issuer))
        return bad(w, "the provider names another issuer");
    if (!address(&j, "authorization_endpoint", a, &d.authorization) ||
        !address(&j, "token_endpoint", a, &d.token) || !address(&j, "jwks_uri", a, &d.keys))
        return bad(w, "the provider names an address that is missing or not https");
    if (!offers(&j, "response_types_supported", "code") ||
        !offers(&j, "code_challenge_methods_supported", "S256"))
        return bad(w, "the provider does not offer codes with PKCE");
    *out = d;
    return true;
}

static bool discover(struct oidc *o, unix_time now, struct arena *a, struct described *out, struct why *w)
{
    struct span text, issuer = span_str(o->c->issuer);
    struct buffer url;
    bool fresh, ok;

    fresh = !held(o, &o->about, o->about_at, now, LIMIT_OIDC_KEPT, a, &text);
    if (fresh) {
        if (issuer.n && issuer.p[issuer.n - 1] == '/')
            issuer.n--;
        buf_init(&url, LIMIT_OIDC_BODY);
        buf_put(&url, issuer);
        buf_str(&url, "/.well-known/openid-configuration");
        ok = ask(o, buf_cstr(&url), NULL, a, &text, w);
        buf_free(&url);
        if (!ok)
            return false;
    }
    if (!describe(o, text, a, out, w))
        return false;
    if (fresh)
        hold(o, &o->about, &o->about_at, now, text);
    return true;
}

/* RFC 3986 2.3: all but the unreserved escaped. */
static void put_escaped(struct buffer *b, struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (ascii_digit(s.p[i]) || ascii_upper(s.p[i]) || ascii_lower(s.p[i]) ||
            (s.p[i] && strchr("-._~", s.p[i])))
            buf_u8(b, s.p[i]);
        else
            buf_printf(b, "%%%02X", s.p[i]);
}

static void put_pair(struct buffer *b, const char *sep, const char *name, struct span value)
{
    buf_str(b, sep);
    buf_str(b, name);
    buf_u8(b, '=');
    put_escaped(b, value);
}

static void put_base64(struct buffer *b, struct span s)
{
    base64_put(b, s, BASE64_URL);
}

bool oidc_begin(struct oidc *o, struct challenges *c, const struct challenge_to *to, struct span next,
                const uint8_t random[OIDC_RANDOM], unix_time now, struct arena *a, const char **url,
                struct why *w)
{
    struct described d = { 0 };
    struct digest s256;
    struct buffer b, kept;
    char nonce[64], state[64], pkce[64];
    uint8_t room[LIMIT_CHALLENGE_KEPT];
    struct buffer t;

    if (!discover(o, now, a, &d, w))
        return false;
    /* Kept with the state: verifier, nonce, and where the browser wanted to go. */
    buf_init_fixed(&kept, room, sizeof room);
    put_base64(&kept, span_of(random + CHALLENGE_BYTES, CHALLENGE_BYTES));
    put_base64(&kept, span_of(random + 2 * CHALLENGE_BYTES, CHALLENGE_BYTES));
    buf_put(&kept, next);
    if (!buf_ok(&kept))
        return bad(w, "the page to return to has too long a name");
    digest_of(DIGEST_SHA256, span_sub(buf_span(&kept), 0, VERIFIER), &s256);
    buf_init_fixed(&t, pkce, sizeof pkce);
    put_base64(&t, digest_span(&s256));
    (void)buf_cstr(&t);
    buf_init_fixed(&t, state, sizeof state);
    put_base64(&t, span_of(random, CHALLENGE_BYTES));
    (void)buf_cstr(&t);
    memcpy(nonce, kept.p + VERIFIER, VERIFIER);
    buf_init(&b, LIMIT_OIDC_BODY);
    buf_put(&b, d.authorization);
    put_pair(&b, d.authorization.p && memchr(d.authorization.p, '?', d.authorization.n) ? "&" : "?",
             "response_type", SPAN("code"));
    put_pair(&b, "&", "client_id", span_str(o->c->client));
    put_pair(&b, "&", "redirect_uri", span_str(o->c->redirect));
    put_pair(&b, "&", "scope", span_str(o->c->scope));
    put_pair(&b, "&", "state", span_str(state));
    put_pair(&b, "&", "nonce", span_of(nonce, VERIFIER));
    put_pair(&b, "&", "code_challenge", span_str(pkce));
    put_pair(&b, "&", "code_challenge_method", SPAN("S256"));
    *url = arena_str(a, buf_span(&b));
    buf_free(&b);
    if (!*url)
        return bad(w, "no memory left for this");
    challenge_give(c, CHALLENGE_PROVIDER, to, buf_span(&kept), random, now);
    return true;
}

/* Trades the code for an ID token. */
static bool trade(struct oidc *o, const struct described *d, struct span code, struct span verifier,
                  struct arena *a, struct span *token, struct why *w)
{
    struct why inner = { .reason = NULL };
    struct buffer form;
    char *room;
    size_t most;
    struct span said;
    struct json j;
    const char *url = arena_str(a, d->token);
    bool ok;

    if (code.n > LIMIT_OIDC_CODE)
        return bad(w, "the provider's code is too long");
    /* One piece of memory, so that all of it can be wiped: the secret and the code stand in it. */
    most = 256 + 3 * (code.n + verifier.n + strlen(o->c->redirect) + strlen(o->c->client) +
                      (o->c->secret ? strlen(o->c->secret) : 0));
    room = malloc(most);
    if (!room)
        abort();
    buf_init_fixed(&form, room, most);
    put_pair(&form, "", "grant_type", SPAN("authorization_code"));
    put_pair(&form, "&", "code", code);
    put_pair(&form, "&", "redirect_uri", span_str(o->c->redirect));
    put_pair(&form, "&", "client_id", span_str(o->c->client));
    put_pair(&form, "&", "code_verifier", verifier);
    if (o->c->secret)
        put_pair(&form, "&", "client_secret", span_str(o->c->secret));
    ok = url && ask(o, url, buf_cstr(&form), a, &said, w);
    wipe(room, most);
    free(room);
    if (!ok)
        return bad(w, "the provider did not take the code");
    return (json_parse(said, a, &j, &inner) &&
            json_text_of(&j, json_member(&j, JSON_ROOT, "id_token"), a, token)) ||
           bad(w, "the provider answered without an ID token");
}

/*
 * The keys: those that are held, or fetched when there are none that are fresh, or `anew`. False with anew
 * when it is too early for another try; without, each sign-in may try: it costs the provider no more than the
 * code.
 */
static bool keys_of(struct oidc *o, const struct described *d, bool anew, unix_time now, struct arena *a,
                    struct span *out, struct why *w)
{
    const char *url = arena_str(a, d->keys);
    struct why inner = { .reason = NULL };
    struct json j;
    bool early;

    if (!anew && held(o, &o->keys, o->keys_at, now, LIMIT_OIDC_KEPT, a, out))
        return true;
    (void)pthread_mutex_lock(&o->lock);
    early = anew && o->keys_tried && now >= o->keys_tried && now - o->keys_tried < LIMIT_OIDC_AGAIN;
    o->keys_tried = early ? o->keys_tried : now;
    (void)pthread_mutex_unlock(&o->lock);
    if (early)
        return bad(w, "the provider's keys were asked for a moment ago");
    if (!url || !ask(o, url, NULL, a, out, w))
        return bad(w, "the provider's keys could not be fetched");
    if (!json_parse(*out, a, &j, &inner) || !json_is(&j, json_member(&j, JSON_ROOT, "keys"), JSON_KIND_ARRAY))
        return bad(w, "what the provider calls its keys is no list of keys");
    hold(o, &o->keys, &o->keys_at, now, *out);
    return true;
}

bool oidc_finish(struct oidc *o, struct challenges *c, struct span bound, const struct oidc_back *back,
                 unix_time now, struct arena *a, struct id_token *token, struct span *next, struct why *w)
{
    struct id_token_wanted wanted = { o->c->issuer, o->c->client, { NULL, 0 }, o->c->algs, now };
    struct challenge_kept kept;
    struct described d = { 0 };
    struct span text = SPAN(""), keys = SPAN(""), all;
    struct buffer state;
    uint8_t room[CHALLENGE_BYTES];
    struct why first = { .reason = NULL };
    size_t at;

    buf_init_fixed(&state, room, sizeof room);
    if (!base64_decode(back->state, BASE64_URL, &state, &at) || !buf_ok(&state))
        return why_set(w, "challenge-unknown", WHY_NO_OFFSET, NULL, "this attempt was never begun here");
    if (!challenge_take(c, CHALLENGE_PROVIDER, bound, buf_span(&state), now, &kept, w))
        return false;
    if (back->issuer.n && !span_eq_str(back->issuer, o->c->issuer))
        return why_set(w, "token-issuer", WHY_NO_OFFSET, "RFC 9207 2.4", "another provider answered");
    if (!back->code.n)
        return bad(w, "the provider did not let the person in");
    all = arena_copy(a, span_of(kept.b, kept.n));
    if (all.n < (size_t)2 * VERIFIER)
        return bad(w, "no memory left for this");
    wanted.nonce = span_sub(all, VERIFIER, (size_t)2 * VERIFIER);
    if (!discover(o, now, a, &d, w) || !trade(o, &d, back->code, span_sub(all, 0, VERIFIER), a, &text, w) ||
        !keys_of(o, &d, false, now, a, &keys, w))
        return false;
    if (!id_token_verify(text, keys, &wanted, a, token, &first)) {
        /* A key that is not known may be a new one. */
        if (!first.reason || strcmp(first.reason, "token-key") != 0 ||
            !keys_of(o, &d, true, now, a, &keys, NULL))
            return why_set(w, first.reason, first.offset, first.clause, "%s", first.detail);
        if (!id_token_verify(text, keys, &wanted, a, token, w))
            return false;
    }
    *next = span_sub(all, (size_t)2 * VERIFIER, all.n);
    return true;
}

#include "node/proving.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "crypto/cipher.h"
#include "crypto/node_key.h"
#include "files/durable.h"
#include "node/exchange.h"
#include "service/person/person.h"

enum { SECRET = 1024, REDIRECT = 512, COOKIE = 256 };

struct proving {
    const struct prove_config *config;
    struct challenges *challenges;
    struct passkey_place place;
    struct oidc_config provider;
    struct oidc_network network;
    struct oidc *oidc;
    char secret[SECRET], redirect[REDIRECT], ca[4096];
};

static bool read_secret(struct proving *p, struct why *w)
{
    struct span file;
    struct arena a;
    bool there = false, ok;

    if (!p->config->secret_file)
        return true;
    arena_init(&a, 1 << 16);
    ok = file_read(p->config->secret_file, SECRET - 1, &a, &file, &there, w);
    if (ok && there) {
        file = text_trim(file);
        if (file.n)
            memcpy(p->secret, file.p, file.n);
    }
    arena_free(&a);
    if (ok && (!there || !p->secret[0]))
        ok = why_set(w, "io", WHY_NO_OFFSET, NULL, "%s: no secret is there", p->config->secret_file);
    p->provider.secret = p->secret;
    return ok;
}

static bool open_provider(struct proving *p, struct why *w)
{
    const struct prove_config *c = p->config;

    if (!c->issuer)
        return true;
    (void)snprintf(p->redirect, sizeof p->redirect, "%s/v1/sign-in/provider/back", c->origin[0]);
    (void)snprintf(p->ca, sizeof p->ca, "%s", c->ca ? c->ca : "");
    p->provider = (struct oidc_config){ .issuer = c->issuer,
                                        .client = c->client,
                                        .redirect = p->redirect,
                                        .scope = "openid",
                                        .algs = (1u << JWS_ALGS) - 1 };
    p->network = (struct oidc_network){ provider_http, p->ca };
    return read_secret(p, w) && oidc_open(&p->provider, &p->network, &p->oidc, w);
}

bool proving_open(const struct prove_config *c, struct proving **ret, struct why *w)
{
    struct proving *p;

    *ret = NULL;
    if (!c)
        return true;
    p = calloc(1, sizeof *p);
    if (!p)
        abort();
    p->config = c;
    p->challenges = challenges_new();
    p->place = (struct passkey_place){ .id = c->place, .origin = c->origin, .n_origins = c->n_origins };
    if (!open_provider(p, w)) {
        proving_close(p);
        return false;
    }
    *ret = p;
    return true;
}

void proving_close(struct proving *p)
{
    if (!p)
        return;
    oidc_close(p->oidc);
    challenges_free(p->challenges);
    wipe(p->secret, sizeof p->secret);
    free(p);
}

const struct passkey_place *proving_passkeys(const struct proving *p, const char *host)
{
    if (!p || !p->place.id || !host)
        return NULL;
    for (size_t i = 0; i < p->place.n_origins; i++)
        if (strcmp(strstr(p->place.origin[i], "://") + 3, host) == 0)
            return &p->place;
    return NULL;
}

struct oidc *proving_provider(const struct proving *p)
{
    return p ? p->oidc : NULL;
}

struct challenges *proving_challenges(const struct proving *p)
{
    return p->challenges;
}

static void cookie_name(const struct node_view *v, char out[COOKIE])
{
    (void)snprintf(out, COOKIE, "%sserai-begun-%u", v->node->config.tls_certificate ? "__Host-" : "",
                   (unsigned)v->node->config.port);
}

void proving_begin(char begun[PROVING_BEGUN])
{
    uint8_t raw[CHALLENGE_BYTES], mem[PROVING_BEGUN + 4];
    struct buffer b;

    random_bytes(raw, sizeof raw);
    buf_init_fixed(&b, mem, sizeof mem);
    base64_put(&b, span_of(raw, sizeof raw), BASE64_URL);
    memcpy(begun, b.p, PROVING_BEGUN - 1);
    begun[PROVING_BEGUN - 1] = 0;
}

void proving_put_cookie(const struct node_view *v, const char *begun, struct arena *a,
                        struct http_answer *out)
{
    char name[COOKIE], text[COOKIE + 128];
    const char *value;

    cookie_name(v, name);
    (void)snprintf(text, sizeof text, "%s=%s; Path=/; HttpOnly; SameSite=Lax; Max-Age=%d%s", name, begun,
                   LIMIT_CHALLENGE_SECONDS, v->node->config.tls_certificate ? "; Secure" : "");
    value = arena_str(a, span_str(text));
    if (!value || out->n_own == HTTP_OWN)
        return;
    out->own[out->n_own].name = "Set-Cookie";
    out->own[out->n_own++].value = value;
}

struct span proving_begun(const struct node_view *v, const struct http_request *r)
{
    char name[COOKIE];

    cookie_name(v, name);
    return r->cookie ? person_cookie(span_str(r->cookie), span_str(name)) : (struct span){ NULL, 0 };
}

/* /v1/sign-in/provider: the browser is sent to the ministry's OpenID provider, and comes back. */
#include <stdio.h>

#include "crypto/node_key.h"
#include "node/handlers.h"
#include "node/proving.h"
#include "node/sign_in.h"

enum { MEMORY = 4 << 20, PATH = 700 };

static bool is_on(const struct node_view *v, struct arena *a, struct http_answer *out)
{
    if (v->o->sign_in && proving_provider(v->o->proving))
        return true;
    answer_refuse(out, 409, "provider-off", "This node sends nobody to a provider.", a);
    return false;
}

static void lead(struct http_answer *out, const char *where)
{
    out->status = 303; /* cookies that are set stay */
    out->body = (struct span){ NULL, 0 };
    out->type = NULL;
    if (out->n_own == HTTP_OWN)
        return;
    out->own[out->n_own].name = "Location";
    out->own[out->n_own++].value = where;
}

/* Back to the page, which says in words what the reason means. */
static void lead_back(const struct why *w, struct arena *a, struct http_answer *out)
{
    char where[PATH];
    const char *why = strncmp(w->reason, "challenge", 9) == 0 ? "begun"
                      : strcmp(w->reason, "credential") == 0  ? "provider-nobody"
                      : strcmp(w->reason, "provider-role") == 0 || strcmp(w->reason, "roles") == 0
                          ? "provider-role"
                          : "provider";

    (void)snprintf(where, sizeof where, "/signin.html?why=%s&reason=%s", why, w->reason);
    lead(out, arena_str(a, span_str(where)));
    out->reason = w->reason;
}

static struct span own_path(const char *text)
{
    struct span path = text ? span_str(text) : SPAN("");

    return person_path_is_own(path) && path.n <= LIMIT_OIDC_NEXT ? path : SPAN("/start.html");
}

void handle_provider(const struct node_view *v, const struct http_request *r, struct arena *a,
                     struct http_answer *out)
{
    uint8_t network[SIGN_IN_NETWORK], random[OIDC_RANDOM];
    const unix_time now = v->o->now(v->o->ctx);
    struct why w = { 0 };
    char begun[PROVING_BEGUN];
    struct challenge_to to = { .from = span_of(network, sizeof network) };
    const char *url, *where = NULL;
    struct arena own;

    if (!is_on(v, a, out) || sign_in_too_often(v->o->sign_in, r, now, a, out))
        return;
    proving_begin(begun);
    proving_put_cookie(v, begun, a, out);
    sign_in_network(r, network);
    to.bound = span_str(begun);
    random_bytes(random, sizeof random);
    arena_init(&own, MEMORY);
    if (oidc_begin(proving_provider(v->o->proving), proving_challenges(v->o->proving), &to,
                   own_path(http_query(r, "next")), random, now, &own, &url, &w))
        where = arena_str(a, span_str(url));
    arena_free(&own);
    if (where)
        lead(out, where);
    else
        lead_back(&w, a, out);
}

static struct span query(const struct http_request *r, const char *name)
{
    const char *value = http_query(r, name);

    return value ? span_str(value) : (struct span){ NULL, 0 };
}

/* Who it is; roles and where to go on. */
static bool finish(const struct node_view *v, const struct http_request *r, const struct person_desk *d,
                   struct arena *a, struct span *person, unsigned *roles, struct span *next, struct why *w)
{
    const struct prove_config *c = v->o->config->prove;
    const struct person_claims claims = { c->claim, c->n_roles, c->role };
    const struct oidc_back back = { query(r, "state"), query(r, "code"), query(r, "iss") };
    struct id_token token;

    return oidc_finish(proving_provider(v->o->proving), proving_challenges(v->o->proving),
                       proving_begun(v, r), &back, d->now, a, &token, next, w) &&
           person_provider_prove(d, span_str(c->issuer), &token, &claims, a, person, roles, w);
}

void handle_provider_back(const struct node_view *v, const struct http_request *r, struct arena *a,
                          struct http_answer *out)
{
    struct span person, next;
    struct why w = { 0 };
    struct person_desk d;
    struct arena own;
    unsigned roles;

    if (!is_on(v, a, out))
        return;
    d = sign_in_desk(v->o->sign_in, v->o->now(v->o->ctx));
    if (sign_in_too_often(v->o->sign_in, r, d.now, a, out))
        return;
    arena_init(&own, MEMORY);
    if (finish(v, r, &d, &own, &person, &roles, &next, &w)) {
        sign_in_let_in(&d, v->o->sign_in, person, WAY_OIDC, roles, a, out);
        if (out->status == 200)
            lead(out, arena_str(a, next)); /* an own path: handle_provider looked */
        else
            lead_back(&(struct why){ .reason = out->reason }, a, out);
    } else {
        sign_in_failed(v->o->sign_in, r, d.now);
        lead_back(&w, a, out);
    }
    arena_free(&own);
}

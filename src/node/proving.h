/* Ways of signing in whose proof takes two steps: passkeys and the ministry's OpenID provider. What the first
 * step gave out is in memory only. */
#ifndef SERAI_NODE_PROVING_H
#define SERAI_NODE_PROVING_H

#include "node/prove_config.h"
#include "node/routes.h"
#include "prove/oidc.h"
#include "prove/passkey.h"

struct proving;

/* True with *ret NULL: neither is configured. c must outlive it. Reasons "config", "io" (the secret). */
MUST_USE bool proving_open(const struct prove_config *c, struct proving **ret, struct why *w);
void proving_close(struct proving *p); /* NULL allowed */

/* All take NULL. */
/* Where passkeys are offered on the host that the browser asked; NULL: they are not. */
const struct passkey_place *proving_passkeys(const struct proving *p, const char *host);
struct oidc *proving_provider(const struct proving *p);
struct challenges *proving_challenges(const struct proving *p);

/*
 * The cookie that binds the second step to the browser of the first. It comes along when another site leads
 * back (SameSite=Lax), lasts as long as a challenge, and opens nothing.
 */
enum { PROVING_BEGUN = 44 };
void proving_begin(char begun[PROVING_BEGUN]);
/* Once the answer is filled. */
void proving_put_cookie(const struct node_view *v, const char *begun, struct arena *a,
                        struct http_answer *out);
/* What the browser sent; empty: none. */
struct span proving_begun(const struct node_view *v, const struct http_request *r);

/* provider_http.c: the provider asked by libcurl; ca NULL: whom the system believes. */
bool provider_http(void *ca, const char *url, const char *form, struct arena *a, struct span *out,
                   struct why *w);

#endif

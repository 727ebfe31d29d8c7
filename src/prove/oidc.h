/*
 * Signing in with the ministry's OpenID provider: authorization code with PKCE (RFC 6749 4.1, RFC 7636),
 * state and nonce. The network, the clock and random numbers are arguments. Used by several threads.
 */
#ifndef SERAI_PROVE_OIDC_H
#define SERAI_PROVE_OIDC_H

#include "prove/challenge.h"
#include "prove/id_token.h"

struct oidc_config {
    const char *issuer, *client;
    const char *secret;   /* of the client; NULL: a public one, PKCE alone */
    const char *redirect; /* of this node: https://serai.example/v1/sign-in/provider/back */
    const char *scope;    /* "openid" */
    unsigned algs;        /* bit 1 << enum jws_alg */
};

/* Gets url, or posts the form to it; at most LIMIT_OIDC_BODY bytes come back, in the arena; more are refused.
 * An answer other than 200 is a failure, and no redirect is followed. */
struct oidc_network {
    bool (*ask)(void *ctx, const char *url, const char *form, struct arena *a, struct span *out,
                struct why *w);
    void *ctx;
};

struct oidc;

/* c and the network must outlive it. Reason "config": an address that is neither https nor of this machine.
 */
MUST_USE bool oidc_open(const struct oidc_config *c, const struct oidc_network *n, struct oidc **ret,
                        struct why *w);
void oidc_close(struct oidc *o); /* NULL allowed */

/*
 * Where the browser is to be sent; in the arena. to->bound: the browser, by a cookie; next: where it wanted
 * to go, handed back by oidc_finish. random: 96 bytes. Reason "provider" and those of the network.
 */
enum { OIDC_RANDOM = 3 * CHALLENGE_BYTES };
MUST_USE bool oidc_begin(struct oidc *o, struct challenges *c, const struct challenge_to *to,
                         struct span next, const uint8_t random[OIDC_RANDOM], unix_time now, struct arena *a,
                         const char **url, struct why *w);

/* What the browser brought back. */
struct oidc_back {
    struct span state, code, issuer; /* issuer (RFC 9207): empty when the provider does not say */
};

/*
 * Who it is: token->subject of the configured issuer; next as it was given. The state is used up by the first
 * call. Keys that are missing or older than LIMIT_OIDC_KEPT are fetched; for a token that names one which is
 * not known, anew, not sooner than LIMIT_OIDC_AGAIN after the last try. Where a fetch fails, keys keep the
 * age they have. Reasons: those of challenge_take and id_token_verify, "provider", and the network's.
 */
MUST_USE bool oidc_finish(struct oidc *o, struct challenges *c, struct span bound,
                          const struct oidc_back *back, unix_time now, struct arena *a,
                          struct id_token *token, struct span *next, struct why *w);

#endif

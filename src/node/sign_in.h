/*
 * The gate before the operations of the public port: who is signed in, what their roles open, in whose name
 * they speak. Which role opens what: service/person/role.h. The console's files are open to everybody; they
 * hold nothing.
 */
#ifndef SERAI_NODE_SIGN_IN_H
#define SERAI_NODE_SIGN_IN_H

#include "node/routes.h"
#include "service/person/person.h"

#define SIGN_IN_FILE "sign-in.secret"

struct sign_in;

struct sign_in_options {
    struct store *store;
    const char *folder;           /* the node's: SIGN_IN_FILE stands there while it runs */
    unsigned idle_minutes, hours; /* 0: PERSON_IDLE_MINUTES, PERSON_HOURS */
    bool tls;
};

/*
 * Writes SIGN_IN_FILE: a secret for who may read the node's folder, and so could do everything there anyway;
 * it counts on this machine alone, with every role, and is another one at each start. Reason "io".
 */
MUST_USE bool sign_in_open(const struct sign_in_options *o, struct sign_in **ret, struct why *w);
void sign_in_close(struct sign_in *s); /* NULL allowed */

/* The second line of SIGN_IN_FILE: where the node listens. Called once, before requests are answered. */
MUST_USE bool sign_in_at(struct sign_in *s, const char *url, uint16_t port, struct why *w);

/*
 * While nobody has a lasting way to sign in: the person "first" with every role, and a link for it that works
 * once, on this machine. *made false: somebody has one.
 */
MUST_USE bool sign_in_first(struct sign_in *s, unix_time now, bool *made, char link[PERSON_SECRET],
                            struct why *w);

/*
 * Whether the operation may be asked for: r->who is set when somebody is known. False: out says why: 401
 * "sign-in", "session", "session-idle", "session-ended", "token", "token-ended"; 403 "role", "origin"; 429
 * "tries".
 */
MUST_USE bool sign_in_gate(struct sign_in *s, const struct route *route, struct http_request *r,
                           unix_time now, struct arena *a, struct http_answer *out);

/*
 * Once the body is there: whoever is named as officer or office in the request is who is signed in. A person
 * has one id and at most one office, so that two officers are two persons; a program names those behind it as
 * ID/NAME. Where a second officer is named, both ask for the same within a day, each naming the other: the
 * later one's request is done. False: 403 "officer" or "office", 409 "second".
 */
MUST_USE bool sign_in_speaks(struct sign_in *s, const struct route *route, const struct http_request *r,
                             unix_time now, struct arena *a, struct http_answer *out);

/* For the ways of signing in, and what is done with persons. */
struct person_desk sign_in_desk(struct sign_in *s, unix_time now);

/* What is counted as one network: an address, of IPv6 its /64. */
enum { SIGN_IN_NETWORK = 16 };
void sign_in_network(const struct http_request *r, uint8_t out[SIGN_IN_NETWORK]);

/* Attempts that fail are counted by address: of IPv6 its /64. True: there were too many within a minute, and
 * out is 429 "tries". */
bool sign_in_too_often(struct sign_in *s, const struct http_request *r, unix_time now, struct arena *a,
                       struct http_answer *out);
void sign_in_failed(struct sign_in *s, const struct http_request *r, unix_time now);

/* sign_in_handlers.c: a session of that person, with the roles of theirs that are in `some`: the cookie, and
 * what GET /v1/sign-in would say; 403 "roles". And 403 for who was not proved, which counts as an attempt. */
void sign_in_let_in(const struct person_desk *d, struct sign_in *s, struct span person, enum person_way how,
                    unsigned some, struct arena *a, struct http_answer *out);
void sign_in_refused(struct sign_in *s, const struct http_request *r, unix_time now, const struct why *w,
                     struct arena *a, struct http_answer *out);

/* The session's secret as the browser sent it; empty: none. */
struct span sign_in_cookie(const struct sign_in *s, const struct http_request *r);
/* Sets it, or with token NULL removes it: HttpOnly, SameSite=Strict, for this host and, by its name, this
 * port; under TLS Secure with the prefix __Host- (RFC 6265bis 4.1.3). */
void sign_in_put_cookie(const struct sign_in *s, const char *token, struct arena *a, struct http_answer *out);

/* Whether the session of r->who still stands. Does not count as use; by any thread. */
bool sign_in_stands(struct sign_in *s, const uint8_t hash[SESSION_HASH], unix_time now);

/* Programs' tokens are looked up anew: something was changed about somebody. */
void sign_in_forget(struct sign_in *s);

#endif

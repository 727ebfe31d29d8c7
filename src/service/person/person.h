/*
 * Persons who sign in at a node, and their sessions. Ways of signing in prove who somebody is and hand that
 * over (person_session_open); what is done afterwards asks the session alone. Secrets handed out are 256
 * random bits as base64url; the store has their SHA-256. All that happens is in the chain of store/persons.h.
 */
#ifndef SERAI_SERVICE_PERSON_PERSON_H
#define SERAI_SERVICE_PERSON_PERSON_H

#include "service/person/role.h"
#include "store/persons.h"

enum { PERSON_SECRET = 44, PERSON_LINK_SECONDS = 900, PERSON_IDLE_SECONDS = 900, PERSON_SECONDS = 36000 };

enum person_way { WAY_LINK, WAY_CERTIFICATE, WAY_PASSKEY, WAY_OIDC, WAY_TOKEN };
/* "link", "certificate", "passkey", "oidc", "token": also the kind of its credentials. */
const char *person_way_word(enum person_way how);

struct person_desk {
    struct store *store;
    unix_time now;
    void (*random)(void *p, size_t n);
    unsigned idle, absolute; /* seconds; 0: PERSON_IDLE_SECONDS, PERSON_SECONDS */
};

struct person_session {
    struct span person, name, how, purposes; /* in the arena */
    unsigned roles;                          /* of now, not of when it was opened */
    unix_time ends;
};

/* Ids are 1..64 visible ASCII characters. Reasons "person", "roles". */
MUST_USE bool person_add(const struct person_desk *d, struct span id, struct span name, struct span roles,
                         struct span purposes, struct why *w);
MUST_USE bool person_remove(const struct person_desk *d, struct span id, struct why *w);

/* That person was proved, by this way. The secret is new each time: what the browser had before is worth
 * nothing here. Reason "person": there is none of that id. */
MUST_USE bool person_session_open(const struct person_desk *d, struct span person, enum person_way how,
                                  char token[PERSON_SECRET], struct why *w);
/* Whose session it is, and that it was used now. Reasons "session" (unknown, or the person is gone),
 * "session-idle", "session-ended". */
MUST_USE bool person_session_find(const struct person_desk *d, struct span token, struct arena *a,
                                  struct person_session *out, struct why *w);
MUST_USE bool person_session_close(const struct person_desk *d, struct span token, struct why *w);

/* A link for one use within PERSON_LINK_SECONDS; from whose use on the person is proved. Reasons of use:
 * "link" (unknown), "link-used", "link-ended". */
MUST_USE bool person_link_make(const struct person_desk *d, struct span person, char token[PERSON_SECRET],
                               struct why *w);
MUST_USE bool person_link_use(const struct person_desk *d, struct span token, struct arena *a,
                              struct span *person, struct why *w);

/* For a program: a bearer token with some of the person's roles, until ends. Reasons of find: "token",
 * "token-ended". */
MUST_USE bool person_token_make(const struct person_desk *d, struct span person, struct span roles,
                                unix_time ends, char token[PERSON_SECRET], struct why *w);
MUST_USE bool person_token_find(const struct person_desk *d, struct span token, struct arena *a,
                                struct person_session *out, struct why *w);

/* One more in the chain of what happened, for ways of signing in: "refused" and the like. */
MUST_USE bool person_say(const struct person_desk *d, struct span person, const char *event,
                         enum person_way how, struct why *w);

/* The chain holds from its first event on; *n how many. Reason "chain": which one does not follow. */
MUST_USE bool person_chain_holds(const struct person_desk *d, size_t *n, struct why *w);

/* The value of a cookie in a Cookie header (RFC 6265 4.2.1); empty: absent, or there twice. */
struct span person_cookie(struct span header, struct span name);

/* A path of this very site that a page may go to after signing in: begins with one '/', and nothing in it
 * makes a browser leave (no "//", no backslash, no control characters, nothing but visible ASCII). */
bool person_path_is_own(struct span path);

#endif

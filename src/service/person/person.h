/*
 * Persons who sign in at a node, and their sessions. Ways of signing in prove who somebody is and hand that
 * over (person_session_open); what is done afterwards asks the session alone. Secrets handed out are 256
 * random bits as base64url; the store has their SHA-256. All that happens is in the chain of store/persons.h.
 */
#ifndef SERAI_SERVICE_PERSON_PERSON_H
#define SERAI_SERVICE_PERSON_PERSON_H

#include "service/person/role.h"
#include "service/person/sessions.h"
#include "store/persons.h"

enum { PERSON_SECRET = 44, PERSON_LINK_SECONDS = 900, PERSON_IDLE_MINUTES = 15, PERSON_HOURS = 10 };

enum person_way { WAY_LINK, WAY_CERTIFICATE, WAY_PASSKEY, WAY_OIDC, WAY_TOKEN };
/* "link", "certificate", "passkey", "oidc", "token": also the kind of its credentials. */
const char *person_way_word(enum person_way how);

struct person_desk {
    struct store *store;
    unix_time now;
    void (*random)(void *p, size_t n);
    struct sessions *sessions; /* NULL: nobody can be signed in, as beside a node that is stopped */
};

/* Adds, or replaces what is said of the person, whose sessions end: what is opened anew has the new roles.
 * Ids are 1..64 visible ASCII characters. added is not read. Reasons "person", "roles". */
MUST_USE bool person_put(const struct person_desk *d, const struct person_row *p, struct why *w);
/* With all credentials and sessions. Reason "person". */
MUST_USE bool person_remove(const struct person_desk *d, struct span id, struct why *w);

/* That person was proved, by this way. The secret is new each time: what the browser had before is worth
 * nothing here. Reason "person": there is none of that id. */
MUST_USE bool person_session_open(const struct person_desk *d, struct span person, enum person_way how,
                                  char token[PERSON_SECRET], struct why *w);
/* With only those of the person's roles that are among `some`; reason "roles": none is. */
MUST_USE bool person_session_open_some(const struct person_desk *d, struct span person, enum person_way how,
                                       unsigned some, char token[PERSON_SECRET], struct why *w);
/* Whose session it is, and that it was used now; sessions_find. */
MUST_USE bool person_session_find(const struct person_desk *d, struct span token, struct arena *a,
                                  struct person_session *out, struct why *w);
MUST_USE bool person_session_close(const struct person_desk *d, struct span token, struct why *w);
/* All of a person but that of except, which may be empty. */
MUST_USE bool person_sessions_close(const struct person_desk *d, struct span person, struct span except,
                                    struct why *w);

/* A link for one use within PERSON_LINK_SECONDS, by which the person is proved. here: on the node's own
 * machine alone. Reasons of use: "link" (unknown), "link-used", "link-ended", "link-place". */
MUST_USE bool person_link_make(const struct person_desk *d, struct span person, bool here,
                               char token[PERSON_SECRET], struct why *w);
MUST_USE bool person_link_use(const struct person_desk *d, struct span token, bool here, struct arena *a,
                              struct span *person, struct why *w);

/* For a program: a bearer token with some of the person's roles, until ends. Reasons of find: "token",
 * "token-ended". */
MUST_USE bool person_token_make(const struct person_desk *d, struct span person, struct span roles,
                                struct span label, unix_time ends, char token[PERSON_SECRET], struct why *w);
MUST_USE bool person_token_find(const struct person_desk *d, struct span token, struct arena *a,
                                struct person_session *out, struct why *w);

/* What a person signs in with, besides links and tokens. Reasons "person", "credential". */
MUST_USE bool person_credential_put(const struct person_desk *d, const struct credential_row *c,
                                    enum person_way how, struct why *w);
/* Whatever it is; the person's sessions end, as somebody else may have opened them by it. */
MUST_USE bool person_credential_drop(const struct person_desk *d, struct span person, struct span kind,
                                     struct span id, struct why *w);
/* Whose it is. Reason "credential": it is nobody's. */
MUST_USE bool person_credential_of(const struct person_desk *d, enum person_way how, struct span id,
                                   struct arena *a, struct credential_row *out, struct why *w);

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

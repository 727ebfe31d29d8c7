/*
 * Who is signed in at this node, in memory only: after a restart everybody signs in again. Sessions are found
 * by the SHA-256 of their secret. Used by several threads.
 */
#ifndef SERAI_SERVICE_PERSON_SESSIONS_H
#define SERAI_SERVICE_PERSON_SESSIONS_H

#include "base/arena.h"
#include "base/date.h"
#include "base/why.h"

enum { SESSION_HASH = 32 };

struct person_session {
    struct span person, name, how, purposes, office;
    unsigned roles;             /* of now, not of when it was opened */
    unix_time ends;             /* at the latest */
    bool token;                 /* of a program */
    bool folder;                /* of who may read the node's folder */
    uint8_t hash[SESSION_HASH]; /* by which it is found; not of folder */
};

struct sessions;

/* idle, absolute: seconds. */
struct sessions *sessions_new(unsigned idle, unsigned absolute);
void sessions_free(struct sessions *s); /* NULL allowed */

/* x is copied. Where there are LIMIT_SESSIONS, or LIMIT_PERSON_SESSIONS of the person, the one that was not
 * used for longest ends. */
void sessions_put(struct sessions *s, const uint8_t hash[SESSION_HASH], const struct person_session *x,
                  unix_time now);
/* What it fills is the arena's. Counts as use. Reasons "session", "session-idle", "session-ended". */
MUST_USE bool sessions_find(struct sessions *s, const uint8_t hash[SESSION_HASH], unix_time now,
                            struct arena *a, struct person_session *out, struct why *w);
/* Whether it is there and in time. Does not count as use. */
bool sessions_stand(struct sessions *s, const uint8_t hash[SESSION_HASH], unix_time now);
/* True: it was there; its person, in the arena. */
bool sessions_end(struct sessions *s, const uint8_t hash[SESSION_HASH], struct arena *a, struct span *person);
/* All of a person, but for the one of except (may be NULL). */
void sessions_end_of(struct sessions *s, struct span person, const uint8_t *except);
void sessions_end_all(struct sessions *s);

#endif

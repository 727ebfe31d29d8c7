/*
 * Links: calls to the other members' nodes over mutual TLS 1.3 (libcurl). Who is there is known by its key
 * alone: the SHA-256 of the SubjectPublicKeyInfo of its transport certificate (a pin), as the roster has it;
 * no certification authority, no name and no date of a certificate counts. Connections are kept alive and
 * used again. May be called by many threads.
 */
#ifndef SERAI_LINK_LINK_H
#define SERAI_LINK_LINK_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/date.h"
#include "base/limits.h"
#include "base/why.h"
#include "link/transport.h"

struct links;

struct links_options {
    struct span certificate, key; /* PEM; of this member's transport key; copied */
    /* Milliseconds that never go back, for back-off and ages; called by several threads. */
    int64_t (*clock_ms)(void *ctx);
    void *ctx;
    void (*random)(void *p, size_t n); /* for jitter */
    unsigned most;                     /* connections to one member at once; 0: LIMIT_LINK_CALLS */
};

/* A member as its link needs it. */
struct link_peer {
    struct span member;  /* "KZ" */
    struct span address; /* "https://10.0.0.2:7411"; empty: only it calls others */
    size_t n_pins;       /* 0: no key of it is known, and nothing is sent to it */
    uint8_t pin[LIMIT_LINK_PINS][TRANSPORT_PIN];
};

/* Reasons: "transport" (certificate and key cannot be read or are no pair), "link". */
MUST_USE bool links_new(const struct links_options *o, struct links **ret, struct why *w);
void links_free(struct links *l); /* after the last call returned; NULL allowed */
/* Calls under way end within a second, reason "unreachable", and later ones at once: the node stops. */
void links_cut(struct links *l);

/*
 * From now on these, at most LIMIT_LINKS, are who can be called; others are no more. Calls under way end by
 * what held when they began. A changed address or pin closes the kept connections, and is tried at once.
 */
void links_set(struct links *l, const struct link_peer *peer, size_t n);

struct link_request {
    const char *method, *path; /* "GET", "/logs" */
    const char *type;          /* Content-Type of body; NULL: none is sent */
    struct span body;          /* sent with POST, empty or not */
    size_t most;               /* of the answer, bytes; 0: LIMIT_LINK_ANSWER */
    int64_t timeout_ms;        /* for all of it; 0: LIMIT_LINK_SECONDS */
};

struct link_answer {
    unsigned status;  /* of HTTP, 100..599: also 403, 404, 503 are answers */
    struct span body; /* in the arena */
    char type[64];    /* Content-Type; empty: none; cut when it is longer */
};

/*
 * True when an answer came, whatever its status. Reasons:
 *   "no-member"    not one of links_set
 *   "no-address"   it has none, or no key of it is known: it must call us
 *   "unreachable"  no connection, or it broke
 *   "peer"         somebody with another key, or without TLS 1.3, is there: nothing was sent to him
 *   "timeout"      no whole answer in time, or no connection became free
 *   "too-large"    the answer is longer than most
 *   "backing-off"  it did not answer before, and is not called again before its time
 */
MUST_USE bool link_call(struct links *l, struct span member, const struct link_request *q, struct arena *a,
                        struct link_answer *out, struct why *w);

/* The same with the body in place of what out holds; out's own ceiling is a limit too. */
MUST_USE bool link_call_into(struct links *l, struct span member, const struct link_request *q,
                             struct buffer *out, unsigned *status, char type[64], struct why *w);

/* The member was heard of (it called us): it is called again without waiting for the end of the back-off. */
void link_heard(struct links *l, struct span member);

/* How long after the n-th failure in a row (from 1) nothing is tried: doubled each time up to a ceiling, and
 * of that between a half and the whole, by random. Milliseconds. */
int64_t link_back_off(unsigned failures, uint32_t random);

struct link_state {
    char member[8];
    bool has_address, called, up;                      /* up: the last call was answered */
    int64_t since_ms;                                  /* up or not, since; by the clock */
    int64_t success_ms, failure_ms, heard_ms, next_ms; /* last ones; not called before next; -1: never */
    unsigned failures;                                 /* in a row */
    const char *reason;                                /* of the last failure; NULL: none */
    char detail[WHY_DETAIL];
    uint64_t calls, failed, refused; /* refused: those that back-off ended at once */
    uint64_t sent, received;         /* bytes of bodies */
    uint64_t connections;            /* opened */
    int64_t date;                    /* as the last answer said: its clock; 0: it said none */
    unsigned busy;                   /* calls under way */
};

/* At most LIMIT_LINKS of out are filled; how many. */
size_t links_state(struct links *l, struct link_state *out, size_t room);

#endif

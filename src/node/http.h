/* One request and its answer, without the server library: what routes see. */
#ifndef SERAI_NODE_HTTP_H
#define SERAI_NODE_HTTP_H

#include "base/arena.h"
#include "base/why.h"
#include "wire/coding.h"

struct sockaddr;
struct person_session; /* service/person/sessions.h */
struct events_stream;

enum { HTTP_QUERY = 16, HTTP_OWN = 12 };

/*
 * For a handler that must not hold up the thread it is called by: once the answer is filled, from whatever
 * thread, it calls ready; or it calls by_worker without an answer, and is called again with leave to wait.
 * One of the two, once, and nothing of the request may be touched after it.
 */
struct http_later {
    void (*ready)(void *ctx);
    void (*by_worker)(void *ctx);
    void *ctx;
};

struct http_request {
    const char *method, *path;
    const char *host, *origin, *fetch_site, *content_type, *if_none_match; /* headers; NULL: absent */
    const char *accept, *authorization, *cookie, *last_event;
    enum coding takes; /* the coding the client likes best */
    uint64_t length;   /* Content-Length; 0: none was said */
    size_t n_query;
    struct {
        const char *name, *value;
    } query[HTTP_QUERY]; /* decoded; parameters beyond are dropped */
    bool query_lost;
    size_t n_own; /* headers that begin with "Serai-"; those beyond are dropped */
    struct {
        const char *name, *value;
    } own[HTTP_OWN];
    bool own_lost;               /* too many, or one twice */
    bool ambiguous;              /* two hosts or two lengths: a proxy in front may have read the other one */
    const struct sockaddr *peer; /* who is connected; NULL: not known */
    struct span member;          /* on the members' port: who asks, by its transport key; else empty */
    bool edge;                   /* the member is this one, and it is one of its nodes at desks that asks */
    const struct person_session *who; /* signed in, on the public port; NULL: nobody, or nobody needs to */
    const char
        *certificate; /* of an officer, shown on this connection: SHA-256 of its key, hex; NULL: none */
    struct span body;
    void *stream;                   /* of a route that has one, instead of the body */
    const struct http_later *later; /* NULL: answer before returning, and wait if need be */
};

struct http_answer {
    unsigned status;
    const char *type;   /* content type */
    struct span body;   /* lives in the request's arena or as long as the node */
    void *heap;         /* freed once the answer was sent; NULL: nothing */
    const char *etag;   /* quoted; NULL: must not be stored */
    bool varies;        /* another client may get another coding of it */
    enum coding coding; /* of the body as it is here */
    const char *cache;  /* Cache-Control of what is no page; NULL: by the tag */
    bool runs_wasm;     /* a page whose policy must allow WebAssembly */
    const char *allow;  /* methods, on 405 */
    size_t n_own;       /* further headers */
    struct {
        const char *name, *value; /* printable ASCII, in the arena or static */
    } own[HTTP_OWN];
    struct events_stream *events; /* with 200: instead of a body */
    bool retry;                   /* the same request may be sent again soon: Retry-After */
    const char *reason;           /* of an error, for the log */
    const uint8_t *id; /* LOG_ID bytes that stand for the request's id in the log; NULL: it had none */
    unsigned checked;  /* 1 + enum metric_check when a check was answered; 0: none was */
    unsigned outcome;  /* enum outcome of that check */
    unsigned tells;    /* topics of node/events.h that it changed, besides those of its route */
};

/* The value of a query parameter; NULL when it is absent. */
const char *http_query(const struct http_request *r, const char *name);
/* A decimal number up to most; *out is left when the parameter is absent. Reason "query". */
MUST_USE bool http_query_number(const struct http_request *r, const char *name, int64_t most, int64_t *out,
                                struct why *w);

/* The value of a header "Serai-…", ignoring case; NULL when it is absent. */
const char *http_own(const struct http_request *r, const char *name);

/* body must be JSON. */
void answer_json(struct http_answer *out, unsigned status, struct span body);

/* Schema Error; the hint comes from the reason. */
void answer_error(struct http_answer *out, unsigned status, const struct why *w, struct arena *a);

/* The same from one sentence; reason and detail static. */
void answer_refuse(struct http_answer *out, unsigned status, const char *reason, const char *detail,
                   struct arena *a);

#endif

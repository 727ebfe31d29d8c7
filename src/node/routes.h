/* The table of operations: the one place that says what the node answers. web/openapi.json is tested against
 * it. */
#ifndef SERAI_NODE_ROUTES_H
#define SERAI_NODE_ROUTES_H

#include "node/assets.h"
#include "node/http.h"
#include "node/node.h"
#include "paper/paper.h"

/* What handlers work with; nothing in it changes during a request. */
struct node_view {
    const struct node_options *o;
    const struct check_context *check; /* with the anchors of beliefs */
    const struct beliefs *beliefs;     /* NULL: the node has no keeper */
    const struct assets *assets;
    struct node *node; /* what it counts */
    unix_time started;
};

enum route_thread {
    ROUTE_AT_ONCE, /* a look-up, by the server's thread */
    ROUTE_WORKER,  /* works or waits longer: by a worker */
    ROUTE_BEGINS, /* a small one is begun by the server's thread and ends by http_later; others by a worker */
};

enum route_port {
    ROUTE_PUBLIC,  /* of people and their programs */
    ROUTE_MEMBERS, /* of other members' nodes */
};

/*
 * A body that is worked on while it arrives, and kept by who works on it. All but finish by the server's
 * thread: they compute and return.
 */
struct route_stream {
    /* What the request carries as `stream`; NULL: no memory. */
    void *(*begin)(const struct node_view *v, const struct http_request *r, struct arena *a);
    /* 0, or the status it is refused with; w says why. */
    unsigned (*take)(void *stream, struct span piece, struct why *w);
    /* Once, after the answer was sent or the connection was lost: also in the middle of the body. */
    void (*drop)(void *stream);
};

struct route {
    const char *method;       /* "GET" also answers HEAD */
    const char *path;         /* "/log/…": all below, "/x/{id}": one part; the handler reads it */
    const char *operation;    /* operationId; NULL: a file of the console, not part of the interface */
    const char *content_type; /* of the body it takes; "*": any, NULL: takes none */
    enum route_thread thread;
    void (*handle)(const struct node_view *v, const struct http_request *r, struct arena *a,
                   struct http_answer *out);
    bool always; /* also in maintenance */
    enum route_port port;
    size_t most; /* of the body, bytes; 0: LIMIT_EVIDENCE */
    bool waits;  /* for others rather than for a processor, however long its body is */
    /* A refusal before the handler is asked, in the operation's own form; NULL: the schema Error. */
    void (*refuse)(unsigned status, const struct why *w, struct arena *a, struct http_answer *out);
    const struct route_stream *stream; /* NULL: the handler gets the body whole; goes with refuse */
    /*
     * The answer is sent packed to who takes it. Only of what is the same for everybody who asks: an answer
     * that holds something of a person or a secret beside words that came from outside, in the request or
     * kept from an earlier one, would tell by its length, which TLS does not hide, what the secret is
     * (BREACH). So checks, notices, hits, complaints, applications, cases, slots, lists of travellers and
     * objects of the cyber service go out as they are.
     */
    bool packs;
    unsigned tells;  /* topics of node/events.h that a request which went well has changed */
    bool edges;      /* of the members' port: also for this member's nodes at desks */
    paper_of *paper; /* its answer is also had on paper, as application/pdf (node/paper.h); NULL: it is not */
};

size_t route_count(void); /* of the public port */
const struct route *route_at(size_t i);
/* The place of a route for counting: those of both tables, then one for the console, one for NULL, one for
 * TAXII. */
size_t route_place(const struct route *r);
/* The word for a place: operationId, "console", "none"; NULL past the end. */
const char *route_place_word(size_t place);

/*
 * The route for method and path. NULL with out filled: 404, 405 with Allow, 421 wrong host, 403 foreign
 * origin, 415 wrong content type. Looks at headers only, before any byte of the body is taken.
 */
const struct route *route_find(const struct node_view *v, const struct http_request *r, struct arena *a,
                               struct http_answer *out);

/* advisory_handlers.c: the path is one of the published advisories. */
bool advisory_path(const struct node_view *v, const char *path);

/* The same on the members' port, for somebody who is known to be one: 400, 404, 405. */
const struct route *route_find_member(const struct http_request *r, struct arena *a, struct http_answer *out);

#endif

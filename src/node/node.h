/*
 * The node: one process that answers the HTTP interface (web/openapi.json) and serves the console. It holds
 * no state of its own beside what check/ and store/ keep.
 */
#ifndef SERAI_NODE_NODE_H
#define SERAI_NODE_NODE_H

#include "check/check.h"
#include "node/config.h"
#include "node/keeper.h"

struct node;
struct federation;
struct taxii; /* node/taxii.h */
struct instance;
struct sign_in;   /* node/sign_in.h */
struct proving;   /* node/proving.h */
struct list_desk; /* service/notice/list_desk.h */

/* One answered request. Holds no body, no query value and no path of the caller: nothing personal. */
struct access_line {
    const char *method;
    const char *operation; /* operationId; "console" for a file of it, "none" when no route fits */
    const char *route;     /* pattern: "/v1/check"; "-" when none fits */
    unsigned status;
    uint64_t took_us;
    size_t received, sent; /* bytes of the bodies */
    const char *reason;    /* of an error; NULL: none */
    const uint8_t *id;     /* keyed digest of the request's id (node/node_log.h); NULL: it had none */
};

struct exposure_live;
struct events; /* node/events.h */

struct node_options {
    const struct node_config *config;
    const struct check_context *check; /* agreement, anchors or store NULL: the node runs, but is not ready */
    struct keeper *keeper; /* what is believed, instead of the anchors of check; NULL: these, and no list */
    const struct instance *instance; /* issues permissions; NULL: it issues none */
    struct list_desk *lists;         /* published lists; NULL: the node keeps none */
    struct taxii *taxii;             /* TAXII 2.1; NULL: not served */
    struct span agreement_text;      /* the exact bytes that were parsed */
    const char *data;                /* folder that holds web/ */
    const char *folder;              /* of node.conf, for GET /v1/operator; NULL: no findings */
    const char *maintenance;         /* while this file is there nothing is done; NULL: never */
    struct federation *federation;   /* what answers on the members' port; NULL: that is not opened */
    struct exposure_live *exposure;  /* the exposure engine that is kept; NULL: each match makes its own */
    struct sign_in *sign_in;         /* NULL: whoever reaches the public port may ask for everything */
    struct proving *proving;         /* passkeys, the ministry's accounts; NULL: neither is offered */
    struct events *events;           /* told of what changes; NULL: GET /v1/events is not served */
    bool reader;                     /* a reader of chips stands here: POST /v1/read */
    unsigned request_seconds;        /* for a client to send a whole request; 0: LIMIT_CONNECTION_SECONDS */
    unix_time (*now)(void *ctx);     /* called by several threads */
    void (*log)(void *ctx, const struct access_line *line); /* called by several threads; NULL: no log */
    void *ctx;
};

/*
 * Starts threads and returns. What options point to must outlive the node. Reasons: "address-in-use",
 * "address", "address-public" (not loopback and no TLS), "console" (a file of web/ is missing), "tls",
 * "node".
 */
MUST_USE bool node_start(const struct node_options *o, struct node **ret, struct why *w);

uint16_t node_port(const struct node *n);
uint16_t node_peer_port(const struct node *n); /* 0: not open */

/*
 * Takes no more connections, lets requests under way finish (those still being sent by their client for at
 * most LIMIT_STOP_SECONDS), then frees. NULL allowed.
 */
void node_stop(struct node *n);

#endif

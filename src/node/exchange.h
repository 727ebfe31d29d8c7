/* One request on its way through the server: headers, body, work, answer. */
#ifndef SERAI_NODE_EXCHANGE_H
#define SERAI_NODE_EXCHANGE_H

#include <microhttpd.h>
#include <stdatomic.h>

#include "node/connections.h"
#include "node/maintenance.h"
#include "node/metrics.h"
#include "node/routes.h"
#include "node/workers.h"

/* A port of the node; the server library hands it to each request. */
struct port {
    struct node *node;
    enum route_port which;
    struct MHD_Daemon *daemon; /* NULL: not open */
    int fd;                    /* listening; -1: none */
};

struct node {
    struct node_options o;     /* config replaced by the one below */
    struct node_config config; /* with the port in use */
    struct arena arena;        /* console, certificates */
    struct assets assets;
    struct node_view view; /* of requests: without beliefs */
    struct port open, members;
    struct workers *workers;
    struct connections *connections;
    _Atomic unsigned in_flight; /* requests begun and not yet answered */
    _Atomic unsigned begun;     /* of those, the ones that end by http_later */
    _Atomic size_t bodies;      /* bytes of request bodies held */
    struct maintenance maintenance;
    bool counts; /* metrics are not off */
    struct metrics metrics;
    _Atomic bool stopping;
    _Atomic bool closing; /* nothing more is begun outside the workers */
};

/* The server library calls these. cls is the struct port. */
enum MHD_Result exchange_step(void *cls, struct MHD_Connection *c, const char *url, const char *method,
                              const char *version, const char *data, size_t *n, void **state);
void exchange_end(void *cls, struct MHD_Connection *c, void **state, enum MHD_RequestTerminationCode how);

#endif

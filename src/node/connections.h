/*
 * Every open connection and since when it owes a whole request. The server library's own time-out starts
 * again with each byte, so that a client sending one byte now and then would hold a connection for ever; this
 * one does not.
 */
#ifndef SERAI_NODE_CONNECTIONS_H
#define SERAI_NODE_CONNECTIONS_H

#include "base/arena.h"
#include "base/why.h"

struct connections;
struct connection;

MUST_USE bool connections_start(unsigned seconds, struct connections **ret, struct why *w);
void connections_stop(struct connections *cs); /* after the last connection_close; NULL allowed */

struct connection *connection_open(struct connections *cs, int fd);
void connection_close(struct connections *cs, struct connection *c); /* before fd is closed */

/* For the request under way; the block it keeps from one to the next saves most of the allocations. */
struct arena *connection_arena(struct connection *c);

/* On the members' port: who is there. Filled once, by whoever looks first; of the connection's thread. */
struct connection_peer {
    bool looked, certified; /* certified: it showed a certificate, whose pin this is */
    uint8_t pin[32];
    char member[8];
};
struct connection_peer *connection_peer(struct connection *c);

/* The client owes a request, or the rest of an answer's reading, from now on. */
void connection_waits(struct connection *c);
/* The node works: no deadline. */
void connection_works(struct connection *c);

#endif

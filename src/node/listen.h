/* The socket a node listens on. */
#ifndef SERAI_NODE_LISTEN_H
#define SERAI_NODE_LISTEN_H

#include "node/config.h"

/* A listening socket; *port is the one in use. Reasons "address", "address-in-use". */
MUST_USE bool listen_on(const struct node_config *c, int *fd, uint16_t *port, struct why *w);

#endif

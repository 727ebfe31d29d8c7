/* The socket a node listens on. */
#ifndef SERAI_NODE_LISTEN_H
#define SERAI_NODE_LISTEN_H

#include "base/why.h"

/* A listening socket on that address; wanted 0: any free port; *port is the one in use. key is the word of
 * node.conf that says it, for messages. Reasons "address", "address-in-use". */
MUST_USE bool listen_on(const char *host, uint16_t wanted, const char *key, int *fd, uint16_t *port,
                        struct why *w);

#endif

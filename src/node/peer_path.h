/*
 * Paths below /log/ and /witness/ on the members' port: "<hex SHA-256 of an origin>/<file>". What is not
 * exactly of this form names nothing: no "%", no "..", no empty part, no other sign than those of files of
 * a log.
 */
#ifndef SERAI_NODE_PEER_PATH_H
#define SERAI_NODE_PEER_PATH_H

#include "base/span.h"

enum { PEER_PATH = 160 }; /* bytes of a path at most */

struct peer_path {
    uint8_t hash[32];
    struct span file; /* "checkpoint", "tile/0/x001/234.p/8", "body/<hex>"; points into path */
};

/* prefix: "/log/", "/witness/". */
MUST_USE bool peer_path_parse(struct span path, struct span prefix, struct peer_path *out);

#endif

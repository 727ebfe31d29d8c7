/* The console's catalogues, for what the node itself says in a reader's language. */
#ifndef SERAI_NODE_SPOKEN_H
#define SERAI_NODE_SPOKEN_H

#include "agreement/tongue.h"
#include "node/assets.h"

/* As long as the assets live. */
struct tongues node_tongues(const struct assets *assets);

#endif

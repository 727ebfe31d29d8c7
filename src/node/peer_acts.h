/* Acts, cards and certificates, fetched whole from one member's node (GET /acts). */
#ifndef SERAI_NODE_PEER_ACTS_H
#define SERAI_NODE_PEER_ACTS_H

#include "node/federation.h"

/*
 * Takes into the node's acts folder what that member's node has and this one lacks; each act is verified with
 * its own key. seen: the digest of what was taken last, which is not taken again; NULL: always. True also
 * when the member has none. Reasons of link_call, "status", "config" and of acts_folder_receive.
 */
MUST_USE bool peer_acts_take(const struct federation_step *s, struct span at, struct digest *seen,
                             struct why *w);

#endif

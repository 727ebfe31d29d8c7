/*
 * The streams of the member whose node this is, as node.conf says: its log key, the folders LOGS/own and, for
 * what was signed last, LOGS-KEEP/own (or LOGS/own.keep; with LOGS-KEEP in etcd that folder has marks alone),
 * the secret of subject tags in LOGS/subject.secret.
 */
#ifndef SERAI_NODE_OWN_STREAMS_H
#define SERAI_NODE_OWN_STREAMS_H

#include "log/streams.h"
#include "node/config.h"
#include "seal/signing_key.h"

struct own_streams {
    const char *folder, *keep; /* the arena's */
    const char *kept;          /* "etcd …": the checkpoints are kept there instead; NULL: in keep */
    struct signing_key key;
    uint8_t before[NODE_PUBLIC_KEY]; /* the log key that this one replaced, if there is one: */
    bool has_before;
    struct streams *streams; /* NULL: not open */
};

/*
 * write: false only finds the key and the folders, while nothing may be signed. It must not move afterwards.
 * Reasons: "config" (no log-key, no logs); "locked": another process, the node that runs, has them; those of
 * signing_key_open and streams_open.
 */
MUST_USE bool own_streams_open(const struct node_config *c, bool write, unix_time now, struct arena *a,
                               struct own_streams *out, struct why *w);
void own_streams_close(struct own_streams *o); /* one that is all zero is well */

#endif

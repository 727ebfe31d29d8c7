/* What the handlers of desks (stays, complaints) share: who may come, and how their answers end. */
#ifndef SERAI_NODE_DESK_ANSWER_H
#define SERAI_NODE_DESK_ANSWER_H

#include "node/handlers.h"

struct desk_gate {
    const char
        *not_here;  /* for offices only, from the node's own machine: what others are told; NULL: open */
    bool agreement; /* one is needed besides the store */
    size_t most;    /* bytes of the body */
    const char *too_large;
};
/* False: out says why. A proxy on the node's own machine lets in whom it knows. */
bool desk_admits(const struct node_view *v, const struct http_request *r, const struct desk_gate *g,
                 struct arena *a, struct http_answer *out);

/* The status of a reason; a list ends with reason NULL. Of the store's own it is 503, of others 400. */
struct desk_status {
    const char *reason;
    unsigned status;
};
/* b as the answer, or w; frees b. */
void desk_finish(bool ok, unsigned status, const struct desk_status *known, struct buffer *b,
                 const struct why *w, struct arena *a, struct http_answer *out);

#endif

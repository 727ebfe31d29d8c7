/* A member says that a log of its grew: the next round begins now. */
#include "node/handlers.h"
#include "node/part_grew.h"

void handle_peer_grew(const struct node_view *v, const struct http_request *r, struct arena *a,
                      struct http_answer *out)
{
    (void)a;
    if (grew_take(v->o->federation, r->member))
        federation_poke(v->o->federation, "sync");
    *out = (struct http_answer){ .status = 204, .type = "text/plain; charset=utf-8" };
}

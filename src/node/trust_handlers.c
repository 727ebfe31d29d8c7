/* What other members fetch of the bloc's trust list. */
#include "node/handlers.h"

/* Tagged by its digest, so that who has it already gets nothing again. */
void handle_trust_acts(const struct node_view *v, const struct http_request *r, struct arena *a,
                       struct http_answer *out)
{
    const struct beliefs *b = v->beliefs;

    if (!b || !b->has_acts) {
        answer_refuse(out, 503, "not-ready", "This node keeps no trust list of the bloc.", a);
        return;
    }
    *out = (struct http_answer){
        .status = 200, .type = "text/plain; charset=utf-8", .body = b->bundle, .etag = b->tag
    };
    if (r->if_none_match && strstr(r->if_none_match, b->tag)) {
        out->status = 304;
        out->body = (struct span){ NULL, 0 };
    }
}

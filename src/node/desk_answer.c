#include "node/desk_answer.h"

#include "node/caller.h"

bool desk_admits(const struct node_view *v, const struct http_request *r, const struct desk_gate *g,
                 struct arena *a, struct http_answer *out)
{
    if (g->not_here && !caller_is_here(r)) {
        answer_refuse(out, 403, "not-here", g->not_here, a);
        return false;
    }
    if (!v->check->store || (g->agreement && !v->check->agreement)) {
        answer_refuse(out, 503, "not-ready",
                      g->agreement ? "This node has no store or no agreement." : "This node has no store.",
                      a);
        return false;
    }
    if (r->body.n > g->most) {
        answer_refuse(out, 413, "too-large", g->too_large, a);
        return false;
    }
    return true;
}

static unsigned status_of(const struct desk_status *known, const struct why *w)
{
    for (; w->reason && known->reason; known++)
        if (strcmp(w->reason, known->reason) == 0)
            return known->status;
    return w->reason && strncmp(w->reason, "store", 5) == 0 ? 503 : 400;
}

void desk_finish(bool ok, unsigned status, const struct desk_status *known, struct buffer *b,
                 const struct why *w, struct arena *a, struct http_answer *out)
{
    if (ok)
        answer_json(out, status, arena_copy(a, buf_span(b)));
    else
        answer_error(out, status_of(known, w), w, a);
    buf_free(b);
}

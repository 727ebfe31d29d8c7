/* What a traveller needs: a question without a person in it. Nothing is recorded, nothing of it is logged. */
#include "check/need.h"
#include "node/handlers.h"

enum { ANSWER_BYTES = 4 * 1024 * 1024 };

static bool read_query(const struct http_request *r, struct need_request *q, struct why *w)
{
    need_request_init(q);
    for (size_t i = 0; i < r->n_query; i++)
        if (!need_set(q, r->query[i].name, span_str(r->query[i].value), w))
            return false;
    return true;
}

void handle_need(const struct node_view *v, const struct http_request *r, struct arena *a,
                 struct http_answer *out)
{
    struct need_request *q = arena_alloc(a, sizeof *q);
    struct buffer b;
    struct why w;

    why_clear(&w);
    if (!v->check->agreement) {
        answer_refuse(out, 503, "not-ready", "This node has no agreement.", a);
        return;
    }
    buf_init(&b, ANSWER_BYTES);
    if (!q)
        answer_refuse(out, 413, "too-large", "There is no room for this journey.", a);
    else if (!read_query(r, q, &w) || !need_answer(v->check->agreement, q, a, &b, &w))
        answer_error(out, w.reason && strcmp(w.reason, "too-large") == 0 ? 413 : 400, &w, a);
    else
        answer_json(out, 200, arena_copy(a, buf_span(&b)));
    buf_free(&b);
}

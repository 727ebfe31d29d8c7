/* Hits: what officers look at and close, and what members ask each other about them. Nothing of them is
 * logged; whoever looks says who and why, in the body and never in an address. */
#include "check/hits.h"
#include "node/caller.h"
#include "node/federation.h"
#include "node/handlers.h"

enum { ANSWER_BYTES = 4 * 1024 * 1024, BODY_BYTES = 16 * 1024 };

static unsigned status_of(const struct why *w)
{
    static const struct {
        const char *reason;
        unsigned status;
    } known[] = { { "too-large", 413 },    { "hit-unknown", 404 },  { "task-unknown", 404 },
                  { "case-unknown", 404 }, { "hit-state", 409 },    { "hit-erased", 409 },
                  { "case-state", 409 },   { "same-officer", 403 }, { "officer", 403 },
                  { "no-desk", 503 } };

    for (size_t i = 0; w->reason && i < sizeof known / sizeof *known; i++)
        if (strcmp(w->reason, known[i].reason) == 0)
            return known[i].status;
    return w->reason && strncmp(w->reason, "store", 5) == 0 ? 503 : 400;
}

/* From the node's own machine: a proxy there lets in whom it knows. */
static bool may(const struct node_view *v, const struct http_request *r, struct arena *a,
                struct http_answer *out)
{
    if (!caller_is_here(r))
        answer_refuse(out, 403, "not-here", "Hits are dealt with from the node's own machine.", a);
    else if (!v->check->hits || !v->check->store)
        answer_refuse(out, 503, "not-ready",
                      "This node screens no names: node.conf names no folder `lookup`.", a);
    else if (r->body.n > BODY_BYTES)
        answer_refuse(out, 413, "too-large", "A reason has at most 2000 bytes.", a);
    else
        return true;
    return false;
}

static void run(hits_op *op, const struct node_view *v, const struct http_request *r, struct arena *a,
                struct http_answer *out)
{
    struct hits_call c = { .late = 0 };
    struct buffer b;
    struct why w;

    if (!may(v, r, a, out))
        return;
    c.desk = v->check->hits;
    c.now = v->o->now(v->o->ctx);
    why_clear(&w);
    buf_init(&b, ANSWER_BYTES);
    if (op(&c, r->body, a, &b, &w)) {
        if (v->o->federation)
            federation_poke(v->o->federation, "ask");
        answer_json(out, 200, arena_copy(a, buf_span(&b)));
    } else {
        answer_error(out, status_of(&w), &w, a);
    }
    buf_free(&b);
}

#define HANDLER(name, op)                                                                                    \
    void name(const struct node_view *v, const struct http_request *r, struct arena *a,                      \
              struct http_answer *out)                                                                       \
    {                                                                                                        \
        run(op, v, r, a, out);                                                                               \
    }

HANDLER(handle_hits, hits_list)
HANDLER(handle_hit_show, hits_show)
HANDLER(handle_hit_close, hits_close)
HANDLER(handle_hit_tasks, hits_tasks)
HANDLER(handle_hit_task, hits_task)
HANDLER(handle_hit_answer, hits_answer)
HANDLER(handle_hit_statistics, hits_statistics)

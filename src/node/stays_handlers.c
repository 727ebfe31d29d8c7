/* Stays: who is over, what was recorded of one traveller, movements of exit lanes and those that were missed.
 */
#include "base/text.h"
#include "check/stays.h"
#include "node/desk_answer.h"

enum { ANSWER_BYTES = 4 * 1024 * 1024, BODY_BYTES = 4096 };

static const struct desk_status known[] = { { "too-large", 413 }, { "request-conflict", 409 },
                                            { "no-gap", 409 },    { "not-agreed", 403 },
                                            { "not-ready", 503 }, { NULL, 0 } };

/* Exit lanes write from anywhere they reach the node; officers look from its own machine. */
static bool open_desk(const struct node_view *v, const struct http_request *r, bool officer, struct arena *a,
                      struct stays_desk *d, struct http_answer *out)
{
    const struct desk_gate gate = {
        .not_here = officer ? "Stays are looked up from the node's own machine." : NULL,
        .agreement = true,
        .most = BODY_BYTES,
        .too_large = "Such a request has at most 4096 bytes.",
    };
    const struct check_context *c = v->check;

    if (!desk_admits(v, r, &gate, a, out))
        return false;
    *d = (struct stays_desk){ c->store,      c->agreement,        c->office, span_str(c->member),
                              c->utc_offset, v->o->now(v->o->ctx) };
    return true;
}

void handle_stays_overdue(const struct node_view *v, const struct http_request *r, struct arena *a,
                          struct http_answer *out)
{
    struct overdue_query q = { .all = http_query(r, "all") != NULL };
    struct stays_desk d;
    struct buffer b;
    struct why w;
    size_t n = 0;
    bool ok;

    if (!open_desk(v, r, true, a, &d, out))
        return;
    why_clear(&w);
    buf_init(&b, ANSWER_BYTES);
    ok = http_query_number(r, "within", 3650, &q.within, &w) &&
         http_query_number(r, "after", INT64_MAX / 16, &q.after, &w) &&
         stays_overdue_json(&d, &q, a, &b, &n, &w);
    desk_finish(ok, 200, known, &b, &w, a, out);
}

void handle_stays(const struct node_view *v, const struct http_request *r, struct arena *a,
                  struct http_answer *out)
{
    struct stays_desk d;
    struct buffer b;
    struct why w;
    int over = 0;
    bool ok;

    if (!open_desk(v, r, true, a, &d, out))
        return;
    why_clear(&w);
    buf_init(&b, ANSWER_BYTES);
    ok = stays_of_json(&d, r->body, a, &b, &over, &w);
    desk_finish(ok, 200, known, &b, &w, a, out);
}

void handle_movement(const struct node_view *v, const struct http_request *r, struct arena *a,
                     struct http_answer *out)
{
    struct stays_desk d;
    struct buffer b;
    struct why w;
    bool ok;

    if (!open_desk(v, r, false, a, &d, out))
        return;
    why_clear(&w);
    buf_init(&b, ANSWER_BYTES);
    ok = stays_movement_json(&d, r->body, a, &b, &w);
    desk_finish(ok, 200, known, &b, &w, a, out);
}

/* Counts by day: stays, told to many, and those who wait for desks. */
#include "node/desk_answer.h"
#include "service/travel/statistics.h"

enum { ANSWER_BYTES = 4 * 1024 * 1024, MEMORY = 128 << 20, DAYS = 30 };

static const struct desk_status known[] = { { "too-large", 413 }, { NULL, 0 } };

typedef bool statistics(const struct statistics_place *p, int64_t days, struct arena *a, struct buffer *out,
                        struct why *w);

static void run(statistics *count, const struct node_view *v, const struct http_request *r, struct arena *a,
                struct http_answer *out)
{
    const struct desk_gate gate = { .not_here = "Statistics are looked at from the node's own machine.",
                                    .agreement = true };
    const struct check_context *c = v->check;
    const struct statistics_place p = { c->store, c->agreement, span_str(c->member), c->utc_offset,
                                        v->o->now(v->o->ctx) };
    int64_t days = DAYS;
    struct arena own;
    struct buffer b;
    struct why w;
    bool ok;

    if (!desk_admits(v, r, &gate, a, out))
        return;
    why_clear(&w);
    arena_init(&own, MEMORY);
    buf_init(&b, ANSWER_BYTES);
    ok = http_query_number(r, "days", LIMIT_STATISTICS_DAYS, &days, &w) && count(&p, days, &own, &b, &w);
    arena_free(&own);
    desk_finish(ok, 200, known, &b, &w, a, out);
}

void handle_stay_statistics(const struct node_view *v, const struct http_request *r, struct arena *a,
                            struct http_answer *out)
{
    run(stay_statistics, v, r, a, out);
}

void handle_queue_statistics(const struct node_view *v, const struct http_request *r, struct arena *a,
                             struct http_answer *out)
{
    run(queue_statistics, v, r, a, out);
}

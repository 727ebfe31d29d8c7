/* GET /v1/federation: the members as this node knows them: standing, link, logs kept of each, own logs. */
#include "log/forks.h"
#include "log/origin.h"
#include "node/federation.h"
#include "node/handlers.h"
#include "node/sync_report.h"
#include "sync/replica.h"
#include "wire/json_write.h"

enum { ANSWER_BYTES = 4 << 20 };

/* What the parts of the answer are made of; report and rows empty: the node has no part in the federation. */
struct view {
    const struct node_view *v;
    struct federation *f; /* NULL: none */
    const struct roster *roster;
    unix_time now;
    struct sync_report *report;
    const struct replica_row *row;
    size_t n_rows;
    struct link_state link[LIMIT_LINKS];
    size_t n_links;
};

static void put_time(struct json_writer *j, const char *key, unix_time t)
{
    char text[TIME_TEXT];

    jw_str(j, key, t ? time_format(t, text) : NULL);
}

/* A moment of the clock that never goes back, as a time; -1: never. */
static void put_ms(const struct view *x, struct json_writer *j, const char *key, int64_t ms)
{
    put_time(j, key, ms < 0 ? 0 : x->now - (x->f->clock_ms(NULL) - ms) / 1000);
}

static void put_link(const struct view *x, struct json_writer *j, struct span state)
{
    for (size_t i = 0; x->f && i < x->n_links; i++) {
        const struct link_state *s = &x->link[i];

        if (!span_eq_str(state, s->member))
            continue;
        jw_object(j, "link");
        jw_bool(j, "has_address", s->has_address);
        jw_bool(j, "up", s->up);
        put_ms(x, j, "answered", s->success_ms);
        put_ms(x, j, "heard", s->heard_ms);
        jw_str(j, "reason", s->up ? NULL : s->reason);
        jw_int(j, "calls", (int64_t)s->calls);
        jw_int(j, "failed", (int64_t)s->failed);
        jw_object_end(j);
        return;
    }
    jw_null(j, "link");
}

static void put_report(const struct view *x, struct json_writer *j, struct span state)
{
    const struct sync_member_report *m = NULL;

    for (size_t i = 0; x->report && i < x->report->n; i++)
        if (span_eq_str(state, x->report->member[i].member))
            m = &x->report->member[i];
    jw_bool(j, "stale", m && m->stale);
    jw_bool(j, "reached", m && m->reached);
    if (m && m->has_clock)
        jw_int(j, "clock", m->clock);
    else
        jw_null(j, "clock");
}

static void put_name(struct json_writer *j, struct span origin)
{
    struct origin o = { .year = 0 };
    struct why w = { 0 };
    bool named = origin_parse(origin, &o, &w);

    jw_text(j, "origin", origin);
    jw_text(j, "stream", named ? o.stream : span_of(NULL, 0));
    jw_text(j, "audience", named ? o.audience : span_of(NULL, 0));
}

static void put_replica(struct json_writer *j, const struct replica_row *r)
{
    jw_object(j, NULL);
    put_name(j, r->origin);
    jw_int(j, "size", (int64_t)r->accepted_size);
    jw_int(j, "held", (int64_t)replica_published(r));
    jw_int(j, "witnessed", (int64_t)replica_witnessed(r));
    put_time(j, "looked", r->looked);
    put_time(j, "grown", r->grown);
    if (r->reason.n)
        jw_text(j, "reason", r->reason);
    else
        jw_null(j, "reason");
    jw_bool(j, "two_histories", r->fork.n > 0);
    jw_object_end(j);
}

static void put_replicas(const struct view *x, struct json_writer *j, struct span state)
{
    jw_array(j, "logs");
    for (size_t i = 0; i < x->n_rows; i++) {
        const struct roster_member *owner = roster_of_origin(x->roster, x->row[i].origin);

        if (owner && span_eq(owner->state, state))
            put_replica(j, &x->row[i]);
    }
    jw_array_end(j);
}

static void put_standing(struct json_writer *j, const struct roster_member *m)
{
    jw_str(j, "standing", m ? roster_word(m->standing) : NULL);
    put_time(j, "since", m ? m->since : 0);
    if (m && m->name.n)
        jw_text(j, "name", m->name);
    else
        jw_null(j, "name");
    jw_bool(j, "other_text", m && m->other_text);
    jw_bool(j, "witness", m && m->n_witness > 0);
}

static void put_member(const struct view *x, struct json_writer *j, struct span state)
{
    const struct roster_member *m = x->roster ? roster_find(x->roster, state) : NULL;

    jw_object(j, NULL);
    jw_text(j, "member", state);
    jw_bool(j, "own", span_eq_str(state, x->v->check->member));
    put_standing(j, m);
    put_link(x, j, state);
    put_report(x, j, state);
    put_replicas(x, j, state);
    jw_object_end(j);
}

static void put_own(const struct view *x, struct json_writer *j, struct arena *a)
{
    struct stream_state *s = NULL;
    size_t n = 0;
    struct why w = { 0 };

    jw_array(j, "own");
    if (x->f && x->f->streams && !streams_states(x->f->streams, a, &s, &n, &w))
        n = 0;
    for (size_t i = 0; i < n; i++) {
        jw_object(j, NULL);
        put_name(j, s[i].origin);
        jw_int(j, "published", (int64_t)s[i].published);
        jw_int(j, "witnessed", (int64_t)s[i].witnessed);
        put_time(j, "witnessed_at", s[i].witnessed_at);
        put_time(j, "waiting_since", s[i].waiting_since);
        jw_array(j, "by");
        for (size_t k = 0; k < s[i].n_by; k++)
            jw_text(j, NULL, s[i].by[k]);
        jw_array_end(j);
        jw_str(j, "reason", s[i].why.reason);
        jw_object_end(j);
    }
    jw_array_end(j);
}

static bool count_one(void *ctx, const uint8_t hash[32])
{
    int64_t *n = ctx;

    (void)hash;
    ++*n;
    return true;
}

static void put_all(const struct view *x, struct json_writer *j, struct arena *a)
{
    struct span state[BLOC_PARTIES];
    size_t n = agreement_parties(x->v->check->agreement, state, BLOC_PARTIES);
    int64_t forks = 0;

    if (x->f && x->f->forks)
        forks_each(x->f->forks, count_one, &forks);
    jw_object(j, NULL);
    put_time(j, "at", x->now);
    jw_bool(j, "takes_part", x->f != NULL);
    jw_int(j, "stale_after", (int64_t)x->v->o->config->stale_hours * 3600);
    jw_int(j, "forks", forks);
    jw_int(j, "needed", x->roster ? x->roster->witnesses : 0);
    jw_int(j, "reached", x->report ? x->report->reached : 0);
    jw_array(j, "members");
    for (size_t i = 0; i < n && i < BLOC_PARTIES; i++)
        put_member(x, j, state[i]);
    jw_array_end(j);
    put_own(x, j, a);
    jw_object_end(j);
}

static bool gather(struct view *x, struct arena *a, struct why *w)
{
    const struct instance *i;

    if (!x->f)
        return true;
    i = x->f->o.instance;
    x->report = arena_alloc(a, sizeof *x->report);
    x->n_links = links_state(x->f->links, x->link, LIMIT_LINKS);
    return x->report && sync_report(x->f, x->v->started, x->now, a, x->report, w) &&
           (!x->roster || !i->store || replica_list(i->store, a, &x->row, &x->n_rows, w));
}

void handle_federation(const struct node_view *v, const struct http_request *r, struct arena *a,
                       struct http_answer *out)
{
    struct view *x = arena_alloc(a, sizeof *x);
    struct why w = { 0 };
    struct buffer b;
    struct json_writer j = json_to(&b);

    (void)r;
    if (!x || !v->check->agreement) {
        answer_refuse(out, 503, "not-ready", "This node has no agreement yet.", a);
        return;
    }
    *x = (struct view){ .v = v,
                        .f = v->o->federation,
                        .roster = v->beliefs ? v->beliefs->roster : NULL,
                        .now = v->o->now(v->o->ctx) };
    if (!gather(x, a, &w)) {
        answer_error(out, 503, &w, a);
        return;
    }
    buf_init(&b, ANSWER_BYTES);
    put_all(x, &j, a);
    if (buf_ok(&b))
        answer_json(out, 200, arena_copy(a, buf_span(&b)));
    else
        answer_refuse(out, 500, "internal", "The answer is longer than an answer may be.", a);
    buf_free(&b);
}

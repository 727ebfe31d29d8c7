#include "check/inspect.h"
#include "node/events.h"
#include "node/handlers.h"
#include "node/metrics.h"
#include "node/node_log.h"

enum { INSPECTION_BYTES = 4 * 1024 * 1024, INSPECT_NAME = 255 };

unsigned check_status_of(const struct why *w)
{
    if (!w->reason)
        return 500;
    if (strcmp(w->reason, "too-large") == 0)
        return 413;
    if (strcmp(w->reason, "request-conflict") == 0)
        return 409;
    if (strncmp(w->reason, "store", 5) == 0 || strncmp(w->reason, "token", 5) == 0)
        return 503;
    return 400;
}

/* A check between its two halves. */
struct pending {
    struct check_request request;
    struct check *check;
    struct arena *arena;
    struct http_answer *out;
    const struct http_later *later;
    const uint8_t *id; /* for the log */
};

/* For the log: a digest with the store's own key, since an id may be anything the caller has, also a number
 * of a document. */
static const uint8_t *log_id(const struct node_view *v, struct span id, struct arena *a)
{
    struct traveller_key key;

    if (!v->o->log || !v->check->store || id.n == 0)
        return NULL;
    store_subject_key(v->check->store, SPAN("log"), (struct span){ NULL, 0 }, id, &key);
    return arena_copy(a, span_of(key.b, LOG_ID)).p;
}

static void put_answer(struct http_answer *out, bool ok, const struct check_answer *answer,
                       const struct why *w, struct arena *a)
{
    if (ok) {
        answer_json(out, 200, answer->json);
        out->checked = 1 + METRIC_TRAVELLER;
        out->outcome = answer->outcome;
        out->tells = answer->hits ? EVENTS_HITS : 0;
    } else {
        answer_error(out, check_status_of(w), w, a);
    }
}

/* Called by the store's thread. */
static void recorded(void *ctx, const struct store_outcome *o)
{
    struct pending *p = ctx;
    struct check_answer answer;
    struct why w;
    bool ok;

    why_clear(&w);
    ok = check_end(p->check, o, &answer, &w);
    if (!ok && check_again(&w)) {
        p->later->by_worker(p->later->ctx);
        return;
    }
    put_answer(p->out, ok, &answer, &w, p->arena);
    p->out->id = p->id;
    p->later->ready(p->later->ctx);
}

/* No picture: decided here, and answered when the record is on disk. */
static void begin_check(const struct node_view *v, struct pending *p)
{
    struct why w;

    why_clear(&w);
    if (check_begin(v->check, &p->request, v->o->now(v->o->ctx), p->arena, &p->check, recorded, p, &w))
        return;
    put_answer(p->out, false, NULL, &w, p->arena);
    p->out->id = p->id;
    p->later->ready(p->later->ctx);
}

static void run_check(const struct node_view *v, const struct check_request *r, struct arena *a,
                      struct http_answer *out)
{
    struct check_answer answer;
    struct why w;
    bool ok;

    why_clear(&w);
    ok = check_run(v->check, r, v->o->now(v->o->ctx), a, &answer, &w);
    put_answer(out, ok, &answer, &w, a);
    out->id = log_id(v, r->id, a);
}

void handle_check(const struct node_view *v, const struct http_request *r, struct arena *a,
                  struct http_answer *out)
{
    const struct check_context *c = v->check;
    struct pending *p = arena_alloc(a, sizeof *p);
    struct why w;

    why_clear(&w);
    *p = (struct pending){ .arena = a, .out = out, .later = r->later };
    if (!c->agreement || !c->anchors)
        answer_refuse(out, 503, "not-ready", "This node has no agreement or no trust anchors yet.", a);
    else if (!check_request_from_json(r->body, &p->request, a, &w))
        put_answer(out, false, NULL, &w, a);
    else if (!r->later)
        run_check(v, &p->request, a, out);
    else if (check_is_short(c, &p->request)) {
        p->id = log_id(v, p->request.id, a);
        begin_check(v, p);
        return;
    } else {
        r->later->by_worker(r->later->ctx);
        return;
    }
    if (r->later)
        r->later->ready(r->later->ctx);
}

static bool inspect_query(const struct http_request *r, struct inspect_options *opt, struct why *w)
{
    const char *at = http_query(r, "at"), *profile = http_query(r, "profile");

    if (at && !time_parse(span_str(at), &opt->at))
        return why_set(w, "query", WHY_NO_OFFSET, "RFC 3339",
                       "at is not a date or a time such as 2026-01-31T12:00:00Z");
    if (profile && strcmp(profile, "strict") != 0 && strcmp(profile, "lenient") != 0)
        return why_set(w, "query", WHY_NO_OFFSET, NULL, "profile is neither strict nor lenient");
    opt->profile = profile && strcmp(profile, "strict") == 0 ? PROFILE_STRICT : PROFILE_LENIENT;
    return true;
}

void handle_inspect(const struct node_view *v, const struct http_request *r, struct arena *a,
                    struct http_answer *out)
{
    struct inspect_options opt = { .anchors = v->check->anchors,
                                   .at = v->o->now(v->o->ctx),
                                   .status = { .tokens = v->beliefs ? v->beliefs->status : NULL } };
    const char *name = http_query(r, "name");
    struct buffer b;
    struct why w;

    why_clear(&w);
    if (!inspect_query(r, &opt, &w)) {
        answer_error(out, 400, &w, a);
        return;
    }
    if (name && strlen(name) > INSPECT_NAME) {
        answer_refuse(out, 400, "query", "name is longer than 255 bytes", a);
        return;
    }
    if (r->body.n == 0) {
        answer_refuse(out, 400, "request", "There is nothing to inspect: the body is empty.", a);
        return;
    }
    buf_init(&b, INSPECTION_BYTES);
    (void)inspect(name ? name : "-", r->body, &opt, a, &b);
    if (buf_ok(&b))
        answer_json(out, 200, arena_copy(a, buf_span(&b)));
    else
        answer_refuse(out, 413, "too-large", "What this file holds is longer than an answer may be.", a);
    buf_free(&b);
}

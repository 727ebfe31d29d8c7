/* What other members ask this one, and answers of theirs that come later; on the members' port. */
#include "node/events.h"
#include "node/handlers.h"
#include "service/ask/ask.h"

static unsigned status_of(const struct why *w)
{
    if (strcmp(w->reason, "no-question") == 0)
        return 404;
    if (strncmp(w->reason, "store", 5) == 0 || strncmp(w->reason, "service-", 8) == 0 ||
        strcmp(w->reason, "too-large") == 0 || strcmp(w->reason, "token") == 0 ||
        strcmp(w->reason, "no-key") == 0)
        return 503;
    return 400;
}

/* What pages see of a topic's questions and answers. */
static unsigned shown_as(struct span topic)
{
    static const struct {
        const char *topic;
        unsigned topics;
    } known[] = {
        { "permission consultation", EVENTS_DESK }, { "hit", EVENTS_HITS },
        { "misused identity", EVENTS_NOTICES },     { "offence", EVENTS_ROADSIDE },
        { "offence step", EVENTS_ROADSIDE },
    };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (span_eq_str(topic, known[i].topic))
            return known[i].topics;
    return 0;
}

/* Of a question that was answered, so that its bytes are good. */
static void tell_asked(struct events *e, struct span question, struct arena *a)
{
    struct ask_question q;
    struct why w;

    why_clear(&w);
    if (e && ask_question_stored(question, a, &q, &w))
        events_tell(e, shown_as(q.topic));
}

/* A refusal is an answer as well: signed, with 200. The asker may send the same bytes again at any time. */
static void put_answer(struct http_answer *out, bool ok, struct span answer, const struct why *w,
                       struct arena *a)
{
    if (ok) {
        out->status = 200;
        out->type = ASK_CONTENT_TYPE;
        out->body = answer;
        return;
    }
    answer_error(out, status_of(w), w, a);
    out->retry = out->status == 503;
}

/* A question whose answer is on its way to the disk. */
struct pending {
    const struct http_later *later;
    struct http_answer *out;
    struct arena *arena;
    struct events *events;
    struct span question;
    struct ask_visit *visit;
};

/* By the store's thread. */
static void recorded(void *ctx)
{
    struct pending *p = ctx;
    struct span answer = { NULL, 0 };
    struct why w;
    bool ok;

    why_clear(&w);
    ok = ask_desk_end(p->visit, &answer, &w);
    if (!ok && strcmp(w.reason, "repeated") == 0) {
        p->later->by_worker(p->later->ctx);
        return;
    }
    put_answer(p->out, ok, answer, &w, p->arena);
    if (ok)
        tell_asked(p->events, p->question, p->arena);
    p->later->ready(p->later->ctx);
}

static void begin(const struct ask_desk *desk, const struct http_request *r, struct events *events,
                  unix_time now, struct arena *a, struct http_answer *out)
{
    struct pending *p = arena_alloc(a, sizeof *p);
    const struct http_later *later = r->later;
    struct span answer = { NULL, 0 };
    struct why w;
    bool ok;

    why_clear(&w);
    if (!p) {
        later->by_worker(later->ctx);
        return;
    }
    *p = (struct pending){ .later = later, .out = out, .arena = a, .events = events, .question = r->body };
    ok = ask_desk_begin(desk, r->member, r->body, now, a, recorded, p, &p->visit, &answer, &w);
    if (!ok && strcmp(w.reason, "topic-waits") == 0) {
        later->by_worker(later->ctx);
        return;
    }
    if (ok && p->visit)
        return;
    put_answer(out, ok, answer, &w, a);
    later->ready(later->ctx);
}

void handle_peer_ask(const struct node_view *v, const struct http_request *r, struct arena *a,
                     struct http_answer *out)
{
    const struct ask_desk *desk = v->check->desk;
    unix_time now = v->o->now(v->o->ctx);
    struct span answer = { NULL, 0 };
    struct why w;
    bool ok;

    why_clear(&w);
    if (desk && desk->store && r->later) {
        begin(desk, r, v->o->events, now, a, out);
        return;
    }
    if (!desk || !desk->store) {
        answer_refuse(out, 503, "not-ready", "This node has no store: it can answer nothing.", a);
        if (r->later)
            r->later->ready(r->later->ctx);
        return;
    }
    ok = ask_desk_answer(desk, r->member, r->body, now, a, &answer, &w);
    put_answer(out, ok, answer, &w, a);
    if (ok)
        tell_asked(v->o->events, r->body, a);
}

/* Recorded when it is said to be received; the same answer again is received again. */
void handle_peer_answer(const struct node_view *v, const struct http_request *r, struct arena *a,
                        struct http_answer *out)
{
    const struct ask_office *office = v->check->office;
    struct ask_outcome got;
    struct ask_answer read;
    struct why w;

    why_clear(&w);
    if (!office || !office->store) {
        answer_refuse(out, 503, "not-ready", "This node has no store: it asked nothing.", a);
        return;
    }
    if (!ask_receive(office, r->member, r->body, v->o->now(v->o->ctx), a, &got, &w)) {
        answer_error(out, status_of(&w), &w, a);
        out->retry = out->status == 503;
        return;
    }
    if (ask_answer_stored(r->body, a, &read, &w))
        events_tell(v->o->events, shown_as(read.topic));
    out->status = 204;
}

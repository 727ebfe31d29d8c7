#include "service/ask/runner.h"

#include <stdlib.h>

#include "service/ask/internal.h"

enum {
    PAGE = 100,
    TOPICS = 64,
    TRIES = 4096,
    PASS_BYTES = 64 << 20,
    DOWN = 64,
    FIRST_PAUSE = 5,
    LONGEST_PAUSE = 3600
};

/* When a case is tried next. Two cases in one place try oftener, nothing else. */
struct tries {
    int64_t seq;
    unsigned n;
    unix_time next;
};

struct ask_runner {
    struct ask_runner_options o;
    struct arena page, one; /* of a page of cases; of one of them */
    struct tries tries[TRIES];
    uint8_t down[DOWN][2]; /* members not reached in this pass */
    size_t n_down;
    bool (*ended)(void *ctx);
    void *ended_ctx;
    struct span agreed[TOPICS]; /* topics of the agreement */
    size_t n_agreed;
    struct ask_runner_state state;
};

int64_t ask_pause(unsigned tries)
{
    int64_t pause = FIRST_PAUSE;

    for (unsigned i = 1; i < tries && pause < LONGEST_PAUSE; i++)
        pause *= 2;
    return pause < LONGEST_PAUSE ? pause : LONGEST_PAUSE;
}

struct ask_runner *ask_runner_new(const struct ask_runner_options *o)
{
    struct ask_runner *r = calloc(1, sizeof *r);

    if (!r)
        abort();
    r->o = *o;
    r->n_agreed = agreement_asked(o->office->agreement, r->agreed, TOPICS);
    arena_init(&r->page, PASS_BYTES);
    arena_init(&r->one, PASS_BYTES);
    return r;
}

void ask_runner_free(struct ask_runner *r)
{
    if (!r)
        return;
    arena_free(&r->page);
    arena_free(&r->one);
    free(r);
}

void ask_runner_state(const struct ask_runner *r, struct ask_runner_state *out)
{
    *out = r->state;
}

static const struct ask_topic *topic_of(const struct ask_runner *r, struct span kind)
{
    for (const struct ask_topic *const *t = r->o.topics; *t; t++)
        if (span_eq_str(kind, (*t)->name))
            return *t;
    return NULL;
}

/* What a case of ours waits for; false: it is none of a question. Of a topic that only the agreement knows:
 * an answer, now or later. */
static bool due_of(const struct ask_runner *r, struct span kind, enum ask_due *due)
{
    const struct ask_topic *t = topic_of(r, kind);
    size_t i = 0;

    while (!t && i < r->n_agreed && !span_eq(kind, r->agreed[i]))
        i++;
    *due = t ? t->due : ASK_DUE_LATER;
    return t || i < r->n_agreed;
}

/* ---- when to try ---- */

static struct tries *tries_of(struct ask_runner *r, int64_t seq)
{
    struct tries *t = &r->tries[(uint64_t)seq % TRIES];

    if (t->seq != seq)
        *t = (struct tries){ .seq = seq };
    return t;
}

static bool is_down(const struct ask_runner *r, struct span member)
{
    for (size_t i = 0; i < r->n_down; i++)
        if (span_eq(member, span_of(r->down[i], 2)))
            return true;
    return false;
}

static bool may_try(struct ask_runner *r, const struct case_view *v, unix_time now)
{
    return !is_down(r, v->record.name.other) && tries_of(r, v->seq)->next <= now;
}

static void tried(struct ask_runner *r, const struct case_view *v, bool reached, unix_time now)
{
    struct tries *t = tries_of(r, v->seq);

    t->next = now + ask_pause(++t->n);
    if (!reached && r->n_down < DOWN && v->record.name.other.n == 2)
        memcpy(r->down[r->n_down++], v->record.name.other.p, 2);
}

/* ---- what is done with one case ---- */

/* Records something that happened once; that the case moved on meanwhile is no failure. */
static bool note(struct ask_runner *r, const struct case_view *v, const struct case_event *e, bool *noted,
                 struct why *w)
{
    enum store_put what = STORE_NEW;
    struct why once;

    why_clear(&once);
    *noted = false;
    if (store_put_event(r->o.office->store, &v->record.name, e, &what, &once)) {
        *noted = what == STORE_NEW;
        return true;
    }
    if (strcmp(once.reason, "case-state") == 0 || strcmp(once.reason, "case-unknown") == 0)
        return true;
    *w = once;
    return false;
}

static bool turn_late(struct ask_runner *r, const struct case_view *v, unix_time now, struct why *w)
{
    const struct case_event e = { .id = SPAN("deadline"),
                                  .what = SPAN("late"),
                                  .state = span_str(ask_state_word(ASK_LATE)),
                                  .from = v->record.state,
                                  .at = now };
    bool noted;

    if (!note(r, v, &e, &noted, w))
        return false;
    r->state.late += noted;
    if (noted && r->o.office->counts)
        ask_count_one(&r->o.office->counts->late);
    return true;
}

/* A question of ours, open or not got there. */
static bool send_again(struct ask_runner *r, const struct case_view *v, unix_time now, struct why *w)
{
    struct ask_outcome out = { 0 };
    enum ask_due due;

    if (v->record.until < now)
        return turn_late(r, v, now, w);
    r->state.open++;
    if (!due_of(r, v->record.kind, &due) || due == ASK_DUE_NOTHING || now - v->record.at < LIMIT_ASK_GRACE ||
        !may_try(r, v, now))
        return true;
    arena_reset(&r->one);
    if (!ask_again(r->o.office, v->record.name.other, v->record.name.reference, now, &r->one, &out, w))
        return false;
    r->state.sent++;
    if (r->o.office->counts)
        ask_count_one(&r->o.office->counts->resent);
    r->state.failed += out.state == ASK_UNREACHABLE;
    r->state.settled += out.state != ASK_UNREACHABLE && out.state != ASK_OPEN;
    tried(r, v, out.state != ASK_UNREACHABLE || out.reason.n > 0, now);
    return true;
}

/* A question of ours that was acknowledged and whose answer has not come. */
static bool wait_on(struct ask_runner *r, const struct case_view *v, unix_time now, struct why *w)
{
    if (v->record.name.side != CASE_OURS)
        return true;
    r->state.open++;
    return v->record.until >= now || turn_late(r, v, now, w);
}

/* A question of others that someone here has yet to answer. */
static bool remind(struct ask_runner *r, const struct case_view *v, unix_time now, struct why *w)
{
    const struct case_event e = { .id = SPAN("reminder"), .what = SPAN("to be answered soon"), .at = now };
    bool noted;

    if (v->record.name.side != CASE_THEIRS || v->record.until - LIMIT_ASK_REMINDER > now)
        return true;
    r->state.due_soon++;
    if (!note(r, v, &e, &noted, w))
        return false;
    r->state.reminded += noted;
    return true;
}

static bool deliver(struct ask_runner *r, const struct case_view *v, unix_time now, struct why *w)
{
    const struct case_event *e;
    struct case_event done = { .id = SPAN("delivered"), .what = SPAN("delivered"), .at = now };
    struct case_view whole;
    struct ask_answer n;
    struct why lost;
    bool found = false, noted;

    r->state.undelivered++;
    if (v->record.name.side != CASE_THEIRS || !r->o.deliver || !may_try(r, v, now))
        return true;
    arena_reset(&r->one);
    why_clear(&lost);
    if (!store_find_case(r->o.office->store, &v->record.name, &found, &r->one, &whole, w))
        return false;
    e = found ? ask_event(&whole, ASK_EVENT_ANSWER) : NULL;
    if (!e || !ask_answer_stored(e->body, &r->one, &n, w))
        return !e;
    if (!r->o.deliver(r->o.ctx, v->record.name.other, e->body, &r->one, &lost)) {
        tried(r, v, false, now);
        return true;
    }
    done.state = span_str(ask_said_word(n.said));
    done.from = v->record.state;
    if (!note(r, v, &done, &noted, w))
        return false;
    r->state.delivered += noted;
    if (noted && r->o.office->counts)
        ask_count_one(&r->o.office->counts->delivered);
    return true;
}

/* ---- a pass ---- */

typedef bool one_case(struct ask_runner *r, const struct case_view *v, unix_time now, struct why *w);

static bool each(struct ask_runner *r, enum case_side side, const char *state, struct span kind,
                 one_case *one, unix_time now, struct why *w)
{
    struct case_filter f = { .side = side, .state = span_str(state), .kind = kind, .most = PAGE };
    const struct case_view *page = NULL;
    bool ended = false;
    size_t n;

    do {
        arena_reset(&r->page);
        n = 0;
        if (!store_list_cases(r->o.office->store, &f, &r->page, &page, &n, &f.before, w))
            return false;
        for (size_t i = 0; i < n && !ended; i++) {
            if (!one(r, &page[i], now, w))
                return false;
            ended = r->ended && r->ended(r->ended_ctx);
        }
    } while (f.before && !ended);
    return true;
}

/* Cases of a topic that a person may answer. */
static bool wait_for(struct ask_runner *r, struct span kind, unix_time now, struct why *w)
{
    return each(r, CASE_OURS, ask_said_word(ASK_SAID_ACKNOWLEDGED), kind, wait_on, now, w) &&
           each(r, CASE_THEIRS, ask_said_word(ASK_SAID_ACKNOWLEDGED), kind, remind, now, w);
}

bool ask_runner_pass(struct ask_runner *r, unix_time now, bool (*ended)(void *ctx), void *ctx, struct why *w)
{
    const struct span all = { NULL, 0 };

    r->n_down = 0;
    r->ended = ended;
    r->ended_ctx = ctx;
    r->state.open = r->state.undelivered = r->state.due_soon = 0;
    if (!each(r, CASE_OURS, ask_state_word(ASK_OPEN), all, send_again, now, w) ||
        !each(r, CASE_OURS, ask_state_word(ASK_UNREACHABLE), all, send_again, now, w) ||
        !each(r, CASE_THEIRS, ASK_STATE_UNDELIVERED, all, deliver, now, w))
        return false;
    for (const struct ask_topic *const *t = r->o.topics; *t; t++)
        if ((*t)->due == ASK_DUE_LATER && !wait_for(r, span_str((*t)->name), now, w))
            return false;
    for (size_t i = 0; i < r->n_agreed; i++)
        if (!topic_of(r, r->agreed[i]) && !wait_for(r, r->agreed[i], now, w))
            return false;
    return true;
}

/* Prior consultation: who is asked, what was answered, and what time brings. */
#include <stdio.h>

#include "service/travel/application_internal.h"

enum { DAY = 24 * 60 * 60 };

static const char *const words[] = { "none yet", "no objection", "objection", "silent: no objection",
                                     "silent: objection" };

const char *application_opinion_word(enum application_opinion o)
{
    return words[o];
}

bool application_opinion_objects(enum application_opinion o)
{
    return o == OPINION_OBJECTION || o == OPINION_SILENT_OBJECTION;
}

/* The home State only where it is a party and not this member; nobody twice. */
size_t application_to_consult(const struct application_desk *d, const struct application_view *v,
                              const struct permission_consultation *who[LIMIT_PERMISSION_ITEMS],
                              struct span member[LIMIT_PERMISSION_ITEMS])
{
    size_t n = 0, k;

    for (size_t i = 0; v->kind && i < v->kind->n_consultations; i++) {
        const struct permission_consultation *c = &v->kind->consultations[i];
        struct span m = c->home ? span_str(v->app.nationality) : c->member;

        if (!m.n || span_eq(m, d->member) || !agreement_is_party(d->agreement, m))
            continue;
        for (k = 0; k < n && !span_eq(member[k], m); k++)
            ;
        if (k < n)
            continue;
        who[n] = c;
        member[n++] = m;
    }
    return n;
}

/* "KZABCDEFGHIJ.IR.2": the application, the member, the submission. */
static struct span question_name(const struct application_view *v, struct span member, struct arena *a)
{
    char text[64];
    int submissions = 0;

    for (size_t i = 0; i < v->row.n_events; i++)
        submissions += span_eq_str(v->row.event[i].what, application_step_word(STEP_SUBMITTED));
    (void)snprintf(text, sizeof text, "%.*s.%.*s.%d", (int)v->row.reference.n,
                   (const char *)v->row.reference.p, (int)member.n, (const char *)member.p, submissions);
    return arena_copy(a, span_str(text));
}

/* When the newest submission was sent: days to answer begin then. */
static unix_time submitted_at(const struct application_view *v)
{
    unix_time at = 0;

    for (size_t i = 0; i < v->row.n_events; i++)
        if (span_eq_str(v->row.event[i].what, application_step_word(STEP_SUBMITTED)))
            at = v->row.event[i].at;
    return at;
}

static bool was_submitted(const struct application_view *v)
{
    return submitted_at(v) != 0 && v->state != APPLICATION_DRAFT;
}

static void take_answer(struct application_consulted *c, const struct ask_outcome *o, struct arena *a)
{
    struct opinion x;

    c->asked = o->state;
    if ((o->state != ASK_ANSWERED && o->state != ASK_LATE) || !o->body.n ||
        !opinion_read(o->body, a, &x, NULL))
        return;
    c->opinion = x.objects ? OPINION_OBJECTION : OPINION_NO_OBJECTION;
    c->reason = x.reason;
    c->officer = x.officer;
    c->at = o->at;
    c->late = o->state == ASK_LATE;
}

bool application_consulted(const struct application_desk *d, struct application_view *v, unix_time now,
                           struct arena *a, struct why *w)
{
    const struct permission_consultation *who[LIMIT_PERMISSION_ITEMS];
    struct span member[LIMIT_PERMISSION_ITEMS];
    size_t n = was_submitted(v) ? application_to_consult(d, v, who, member) : 0;

    v->n_consulted = 0;
    for (size_t i = 0; i < n; i++) {
        struct application_consulted *c = &v->consulted[v->n_consulted++];
        struct ask_outcome o;
        bool found = false;

        *c = (struct application_consulted){ .member = arena_copy(a, member[i]),
                                             .reference = question_name(v, member[i], a),
                                             .asked = ASK_OPEN,
                                             .until = submitted_at(v) + (unix_time)who[i]->days * DAY };
        if (!c->member.p || !c->reference.p)
            return application_no_room(w);
        if (d->office && !ask_look(d->office, c->member, c->reference, now, a, &found, &o, w))
            return false;
        if (found)
            take_answer(c, &o, a);
        if (c->opinion == OPINION_NONE && now > c->until)
            c->opinion =
                who[i]->silence == SILENCE_OBJECTION ? OPINION_SILENT_OBJECTION : OPINION_SILENT_NO_OBJECTION;
    }
    return true;
}

/* ---- asking ---- */

static struct span body_of(const struct application_view *v, struct arena *a)
{
    const struct application *x = &v->app;
    const struct consultation c = { .reference = v->row.reference,
                                    .kind = v->row.kind,
                                    .purpose = v->row.purpose,
                                    .passport = x->passport,
                                    .from = x->from,
                                    .until = x->until,
                                    .entries = x->entries < 0 ? 1 : x->entries,
                                    .stay = x->stay };
    struct buffer b;
    struct span out;

    buf_init(&b, 4096);
    consultation_put(&c, &b);
    out = buf_ok(&b) ? arena_copy(a, buf_span(&b)) : (struct span){ NULL, 0 };
    buf_free(&b);
    return out;
}

/* The same order again sends the same bytes again, so that a crash between two members asks nobody twice. */
static bool ask_member(const struct application_desk *d, const struct application_view *v,
                       const struct application_consulted *c, unix_time now, struct arena *a, struct why *w)
{
    const struct ask_order q = { .topic = &consultation_topic,
                                 .reference = c->reference,
                                 .to = c->member,
                                 .purpose = SPAN(CONSULTATION_PURPOSE),
                                 .article = span_str(v->kind->article),
                                 .at = submitted_at(v),
                                 .until = c->until,
                                 .body = body_of(v, a) };
    struct ask_outcome o;

    (void)now;
    return q.body.p ? ask(d->office, &q, a, &o, w) : application_no_room(w);
}

static bool is_open(const struct application_view *v)
{
    for (size_t i = 0; i < v->n_consulted; i++)
        if (v->consulted[i].opinion == OPINION_NONE)
            return true;
    return false;
}

static unix_time remind_at(const struct application_consulted *c, unix_time begun)
{
    unix_time day = c->until - LIMIT_ASK_REMINDER, half = begun + (c->until - begun) / 2;

    return day > half ? day : half;
}

/* The next reminder or end of days. */
static unix_time next_due(const struct application_view *v, unix_time now)
{
    unix_time due = 0, t;

    for (size_t i = 0; i < v->n_consulted; i++) {
        const struct application_consulted *c = &v->consulted[i];

        if (c->opinion != OPINION_NONE)
            continue;
        t = remind_at(c, submitted_at(v));
        t = t > now ? t : c->until + 1;
        due = !due || t < due ? t : due;
    }
    return due;
}

static bool was_reminded(const struct application_view *v)
{
    for (size_t i = v->row.n_events; i-- > 0;) {
        if (span_eq_str(v->row.event[i].what, application_step_word(STEP_REMINDED)))
            return true;
        if (span_eq_str(v->row.event[i].what, application_step_word(STEP_SUBMITTED)))
            return false;
    }
    return false;
}

/* A reminder is the same question once more, before its days are over. */
static bool remind(const struct application_desk *d, struct application_view *v, unix_time now,
                   struct arena *a, struct why *w)
{
    const struct span nobody = { NULL, 0 };
    struct application_change change = { .due = 0 };
    struct ask_outcome o;
    bool due = false;

    for (size_t i = 0; i < v->n_consulted; i++) {
        struct application_consulted *c = &v->consulted[i];

        if (c->opinion != OPINION_NONE || now < remind_at(c, submitted_at(v)))
            continue;
        due = true;
        if (d->office && !ask_again(d->office, c->member, c->reference, now, a, &o, w))
            return false;
    }
    if (!due || was_reminded(v))
        return true;
    change.due = next_due(v, now);
    return application_move(d, v, STEP_REMINDED, nobody, nobody, &change, now, a, w);
}

/* ---- what time brings ---- */

static bool begin(const struct application_desk *d, struct application_view *v, unix_time now,
                  struct arena *a, struct why *w)
{
    const struct span nobody = { NULL, 0 };
    struct application_change c = { 0 };

    if (!is_open(v))
        return application_move(d, v, STEP_ANSWERED, nobody, nobody, &c, now, a, w);
    for (size_t i = 0; d->office && i < v->n_consulted; i++)
        if (!ask_member(d, v, &v->consulted[i], now, a, w))
            return false;
    c.due = next_due(v, now);
    return application_move(d, v, STEP_CONSULTED, nobody, nobody, &c, now, a, w);
}

static bool days_are_over(const struct application_desk *d, const struct application_view *v, unix_time now)
{
    return date_is_set(v->app.until) && date_cmp(v->app.until, application_day(d, now)) < 0;
}

static bool expire(const struct application_desk *d, struct application_view *v, unix_time now,
                   struct arena *a, struct why *w)
{
    const struct span nobody = { NULL, 0 };
    struct application_change c = { .counted = SPAN("expired"), .year = application_day(d, now).year };

    return application_move(d, v, STEP_EXPIRED, nobody, nobody, &c, now, a, w);
}

bool application_tick(const struct application_desk *d, struct application_view *v, unix_time now,
                      struct arena *a, struct why *w)
{
    const struct span nobody = { NULL, 0 };
    struct application_change c = { 0 };

    if (v->state == APPLICATION_DRAFT)
        return v->row.due > now || expire(d, v, now, a, w);
    if (v->state == APPLICATION_SUBMITTED && v->kind && !begin(d, v, now, a, w))
        return false;
    if ((v->state == APPLICATION_CONSULTING || v->state == APPLICATION_TO_DECIDE) && days_are_over(d, v, now))
        return expire(d, v, now, a, w);
    if (v->state != APPLICATION_CONSULTING)
        return true;
    if (!is_open(v))
        return application_move(d, v, STEP_ANSWERED, nobody, nobody, &c, now, a, w);
    return remind(d, v, now, a, w);
}

static bool tick_page(const struct application_desk *d, const struct application_row *page, size_t n,
                      unix_time now, struct arena *scratch, bool (*ended)(void *ctx), void *ctx,
                      size_t *moved, struct why *w)
{
    struct application_view *v;
    int64_t events;
    bool found = false;

    for (size_t i = 0; i < n && !(ended && ended(ctx)); i++) {
        arena_reset(scratch);
        v = arena_alloc(scratch, sizeof *v);
        if (!v)
            return application_no_room(w);
        if (!application_open(d, page[i].reference, now, scratch, &found, v, w))
            return false;
        events = v->row.events;
        why_clear(w);
        if (found && !application_tick(d, v, now, scratch, w) && strcmp(w->reason, "application-moved") != 0)
            return false;
        *moved += found && v->row.events != events;
    }
    return true;
}

static bool tick_state(const struct application_desk *d, const struct application_filter *from, unix_time now,
                       bool (*ended)(void *ctx), void *ctx, size_t *moved, struct why *w)
{
    struct application_filter f = *from;
    const struct application_row *page = NULL;
    struct arena a, scratch;
    size_t n = 0;
    bool ok;

    arena_init(&a, LIMIT_REQUEST_MEMORY);
    arena_init(&scratch, LIMIT_REQUEST_MEMORY);
    do {
        arena_reset(&a);
        ok = store_list_applications(d->store, &f, &a, &page, &n, &f.before, w) &&
             tick_page(d, page, n, now, &scratch, ended, ctx, moved, w);
    } while (ok && f.before && !(ended && ended(ctx)));
    arena_free(&scratch);
    arena_free(&a);
    return ok;
}

bool application_pass(const struct application_desk *d, unix_time now, bool (*ended)(void *ctx), void *ctx,
                      size_t *moved, struct why *w)
{
    const struct application_filter due = { .due_by = now }, consulting = { .state = SPAN("consulting") };
    int64_t erased = 0;

    *moved = 0;
    return tick_state(d, &due, now, ended, ctx, moved, w) &&
           tick_state(d, &consulting, now, ended, ctx, moved, w) &&
           store_expire_applications(d->store, now, &erased, w);
}

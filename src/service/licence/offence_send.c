/* Notices and steps on their way to the other member: recorded first, sent until it has them. */
#include <stdio.h>

#include "service/licence/offence_internal.h"

enum { ATTEMPTS = 999, REFERENCE = 65 };

static struct ask_order order_of(const struct ask_office *o, const struct ask_topic *topic, struct span to,
                                 struct span reference, struct span body, unix_time now, struct arena *a)
{
    return (struct ask_order){ .topic = topic,
                               .reference = reference,
                               .to = to,
                               .purpose = SPAN(OFFENCE_PURPOSE),
                               .article = ask_article(o, topic, to, SPAN(OFFENCE_PURPOSE), now, a),
                               .at = now,
                               .until = now + LIMIT_ASK_SECONDS,
                               .body = body };
}

/* Neither answered nor given up. */
static bool on_its_way(struct span transport)
{
    return span_eq_str(transport, "open") || span_eq_str(transport, "unreachable");
}

/* ---- notices ---- */

static bool notice_bytes(const struct offence_notice *x, struct arena *a, struct span *out, struct why *w)
{
    struct span copy = { NULL, 0 };
    struct buffer b;

    buf_init(&b, OFFENCE_NOTICE_BYTES);
    offence_notice_put(x, &b);
    if (buf_ok(&b))
        copy = arena_copy(a, buf_span(&b));
    buf_free(&b);
    if (!copy.p)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    *out = copy;
    return true;
}

/* What the store says of it now. */
static bool outcome_of(const struct ask_office *o, const struct case_name *name, struct arena *a,
                       struct offence_outcome *out, struct why *w)
{
    struct offence *of = arena_alloc(a, sizeof *of);
    bool found = false;

    if (!of)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!offence_find(o->store, name, a, &found, of, w))
        return false;
    if (!found)
        return why_set(w, "case-unknown", WHY_NO_OFFSET, NULL, "there is no notice under this reference");
    out->transport = of->transport;
    out->state = of->state;
    out->delivered = of->state != OFFENCE_NO_WORD;
    if (span_eq_str(of->transport, "refused"))
        out->refused = arena_str(a, of->refused);
    return true;
}

static bool notice_check(const struct ask_office *o, struct span to, struct span reference,
                         const struct offence_notice *x, unix_time now, struct why *w)
{
    const char *fault = offence_notice_fault(x);

    if (!fault && reference.n > OFFENCE_REFERENCE)
        fault = "the reference has more than 48 characters";
    if (!fault && !reference.n)
        fault = "the reference is missing";
    if (!fault && span_eq(to, o->member))
        fault = "the member to be notified is this one";
    if (!fault && !span_eq(x->where, o->member))
        fault = "the act did not happen in this member";
    if (!fault && x->at > now + LIMIT_ASK_SKEW)
        fault = "the act lies in the future";
    return !fault || why_set(w, "request", WHY_NO_OFFSET, NULL, "%s", fault);
}

bool offence_notify(const struct ask_office *o, struct span to, struct span reference,
                    const struct offence_notice *x, unix_time now, struct arena *a,
                    struct offence_outcome *out, struct why *w)
{
    const struct case_name name = { CASE_OURS, to, reference };
    struct offence_outcome r = { .what = STORE_NEW };
    struct ask_order order;
    struct ask_outcome got;
    struct ask_question before;
    struct case_view v;
    struct span body = { NULL, 0 };
    bool found = false, again = true;

    if (!notice_check(o, to, reference, x, now, w) || !notice_bytes(x, a, &body, w) ||
        !store_find_case(o->store, &name, &found, a, &v, w))
        return false;
    if (found) { /* what was acknowledged must not be asked again: its state is no longer that of the asking
                  */
        if (!ask_question_stored(v.record.body, a, &before, w))
            return false;
        r.what = span_eq(before.body, body) && span_eq_str(v.record.kind, offence_topic.name)
                     ? STORE_REPEATED
                     : STORE_CONFLICT;
        again = on_its_way(v.record.state);
    }
    order = order_of(o, &offence_topic, to, reference, body, now, a);
    if (r.what != STORE_CONFLICT && again && !ask(o, &order, a, &got, w))
        return false;
    if (r.what != STORE_CONFLICT && again && got.state == ASK_REFUSED &&
        span_eq_str(got.reason, "reference-used"))
        r.what = STORE_CONFLICT; /* of a notice to another member */
    if (r.what != STORE_CONFLICT && !outcome_of(o, &name, a, &r, w))
        return false;
    *out = r;
    return true;
}

/* ---- steps ---- */

/* What became of sending one. */
struct sent {
    bool delivered, waits;
    const char *refused;
};

/* "IR.fine-1.2.1": notifier, reference, place, attempt. The case of the message, not of the notice. */
static struct span message_name(const struct offence_step *x, int attempt, char out[REFERENCE])
{
    (void)snprintf(out, REFERENCE, "%.*s.%.*s.%d.%d", (int)x->notifier.n, (const char *)x->notifier.p,
                   (int)x->reference.n, (const char *)x->reference.p, (int)x->n, attempt);
    return span_str(out);
}

static bool retriable(struct span reason)
{
    static const char *const words[] = { "out-of-order", "not-delivered", "no-notice", "past-deadline",
                                         "future" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (span_eq_str(reason, words[i]))
            return true;
    return false;
}

/* The message of that attempt; *body: of the step in it. */
static bool find_message(struct store *s, struct span to, const struct offence_step *x, int attempt,
                         struct arena *a, bool *found, struct case_view *v, struct span *body, struct why *w)
{
    char text[REFERENCE];
    const struct case_name name = { CASE_OURS, to, message_name(x, attempt, text) };
    struct ask_question q;

    if (!store_find_case(s, &name, found, a, v, w))
        return false;
    if (!*found)
        return true;
    if (!ask_question_stored(v->record.body, a, &q, w))
        return false;
    *body = q.body;
    return true;
}

static struct span refusal_of(const struct case_view *v)
{
    return v->n_events ? v->event[v->n_events - 1].what : (struct span){ NULL, 0 };
}

static bool carry_step(const struct ask_office *o, struct span to, const struct offence_step *x, int attempt,
                       struct span body, unix_time now, struct arena *a, struct sent *out, struct why *w)
{
    char text[REFERENCE];
    const struct ask_order order =
        order_of(o, &offence_step_topic, to, message_name(x, attempt, text), body, now, a);
    struct ask_outcome got;

    if (!ask(o, &order, a, &got, w))
        return false;
    *out = (struct sent){ .delivered = got.acknowledged };
    if (got.state == ASK_REFUSED) {
        out->waits = retriable(got.reason);
        out->refused = arena_str(a, got.reason);
    } else {
        out->waits = !got.acknowledged;
    }
    return true;
}

/*
 * Sends a step under the first attempt that is not used up: one that was refused because something before it
 * was missing there, or that came too late, is said again under a new name. At most one goes out.
 */
static bool send_step(const struct ask_office *o, struct span to, const struct offence_step *x, unix_time now,
                      struct arena *a, struct sent *out, struct why *w)
{
    struct span body = { NULL, 0 }, old = { NULL, 0 };
    struct case_view v;
    bool found = false;

    if (!offence_step_bytes(x, a, &body, w))
        return false;
    for (int k = 1; k <= ATTEMPTS; k++) {
        if (!find_message(o->store, to, x, k, a, &found, &v, &old, w))
            return false;
        if (!found)
            return carry_step(o, to, x, k, body, now, a, out, w);
        if (span_eq_str(v.record.state, "acknowledged")) {
            *out = (struct sent){ .delivered = true };
            return true;
        }
        if (span_eq_str(v.record.state, "refused")) {
            if (!span_eq(old, body) || retriable(refusal_of(&v)))
                continue;
            *out = (struct sent){ .refused = arena_str(a, refusal_of(&v)) };
            return true;
        }
        if (now > v.record.until)
            continue;
        return carry_step(o, to, x, k, old, now, a, out, w);
    }
    return why_set(w, "request", WHY_NO_OFFSET, NULL, "the step was sent too often");
}

/* Home's step that waits to be counted by the notifier. */
static bool find_proposal(struct store *s, const struct offence *of, unix_time now, struct arena *a,
                          bool *found, struct offence_step *x, bool *accepted, struct why *w)
{
    struct offence_step at = { .reference = of->name.reference,
                               .notifier = of->name.other,
                               .n = (int64_t)of->n + 1 };
    struct case_view v;
    struct span body = { NULL, 0 };
    bool there = false;

    *found = false;
    for (int k = 1; k <= ATTEMPTS; k++) {
        if (!find_message(s, of->name.other, &at, k, a, &there, &v, &body, w))
            return false;
        if (!there)
            return true;
        *accepted = span_eq_str(v.record.state, "acknowledged");
        *found = *accepted || (on_its_way(v.record.state) && now <= v.record.until) ||
                 (span_eq_str(v.record.state, "refused") && retriable(refusal_of(&v)));
        if (*found && !offence_step_read(body, a, x, w))
            return false;
        if (*accepted)
            return true;
    }
    return true;
}

/* Home counts what the notifier has counted. */
static bool settle(const struct ask_office *o, const struct offence *of, const struct offence_step *x,
                   unix_time now, struct arena *a, struct why *w)
{
    const char *refused;

    if (!offence_count(o->store, of, x, OFFENCE_HOME, now, a, &refused, w))
        return false;
    return !refused || why_set(w, "case-state", WHY_NO_OFFSET, NULL,
                               "the step was accepted, and cannot be counted here: %s", refused);
}

static bool same_content(const struct offence_step *x, const struct offence_step *y)
{
    return x->word == y->word && span_eq(x->amount, y->amount) && span_eq(x->currency, y->currency) &&
           date_cmp(x->day, y->day) == 0 && span_eq(x->payment, y->payment) &&
           span_eq(x->reason, y->reason) && span_eq(x->before, y->before);
}

static bool resend_home(const struct ask_office *o, const struct offence *of, unix_time now, struct arena *a,
                        bool *waits, struct why *w)
{
    struct offence_step x = { 0 };
    struct sent sent = { 0 };
    bool found = false, accepted = false;

    *waits = false;
    if (!find_proposal(o->store, of, now, a, &found, &x, &accepted, w))
        return false;
    if (!found)
        return true;
    if (!accepted && !send_step(o, of->name.other, &x, now, a, &sent, w))
        return false;
    if (accepted || sent.delivered)
        return settle(o, of, &x, now, a, w);
    *waits = sent.waits;
    return true;
}

static bool resend_notifier(const struct ask_office *o, const struct offence *of, unix_time now,
                            struct arena *a, bool *waits, struct why *w)
{
    struct offence_outcome notice;
    struct sent sent = { .delivered = true };

    if (on_its_way(of->transport)) {
        if (!offence_notify(o, of->name.other, of->name.reference, &of->notice, now, a, &notice, w))
            return false;
        *waits = on_its_way(notice.transport);
        return true;
    }
    for (size_t i = 0; i < of->n && sent.delivered; i++)
        if (of->by_us[i] && !send_step(o, of->name.other, &of->step[i], now, a, &sent, w))
            return false;
    *waits = sent.waits;
    return true;
}

bool offence_resend(const struct ask_office *o, const struct offence *of, unix_time now, struct arena *a,
                    bool *waits, struct why *w)
{
    return of->name.side == CASE_OURS ? resend_notifier(o, of, now, a, waits, w)
                                      : resend_home(o, of, now, a, waits, w);
}

/* ---- saying ---- */

static bool say_as_notifier(const struct ask_office *o, const struct offence *of,
                            const struct offence_step *x, unix_time now, struct arena *a,
                            struct offence_outcome *out, struct why *w)
{
    struct offence *counted = arena_alloc(a, sizeof *counted);
    bool waits = false, found = false;

    if (!counted)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!offence_count(o->store, of, x, OFFENCE_NOTIFIER, now, a, &out->refused, w))
        return false;
    if (out->refused)
        return true;
    if (!offence_find(o->store, &of->name, a, &found, counted, w) ||
        (found && !resend_notifier(o, counted, now, a, &waits, w)))
        return false;
    out->delivered = !waits;
    return true;
}

static bool say_as_home(const struct ask_office *o, const struct offence *of, const struct offence_step *x,
                        unix_time now, struct arena *a, struct offence_outcome *out, struct why *w)
{
    struct offence_step waiting = { 0 };
    struct sent sent = { 0 };
    bool found = false, accepted = false;

    if (!find_proposal(o->store, of, now, a, &found, &waiting, &accepted, w))
        return false;
    if (accepted)
        return settle(o, of, &waiting, now, a, w) &&
               why_set(w, "case-state", WHY_NO_OFFSET, NULL, "the notice has moved on: look at it again");
    if (found && !same_content(&waiting, x)) {
        out->refused = "pending";
        return true;
    }
    if (!send_step(o, of->name.other, found ? &waiting : x, now, a, &sent, w))
        return false;
    out->delivered = sent.delivered;
    out->refused = sent.waits ? NULL : sent.refused;
    return !sent.delivered || settle(o, of, found ? &waiting : x, now, a, w);
}

static bool said_last(const struct offence *of, const struct offence_step *x)
{
    return of->n && of->by_us[of->n - 1] && same_content(&of->step[of->n - 1], x);
}

bool offence_say(const struct ask_office *o, const struct offence *of, const struct offence_step *step,
                 unix_time now, struct arena *a, struct offence_outcome *out, struct why *w)
{
    enum offence_side side = offence_own_side(of);
    struct offence_step x = *step;
    struct offence_outcome r = { .what = STORE_NEW }, seen = { 0 };
    const char *fault;
    bool waits = false;

    x.reference = of->name.reference;
    x.notifier = side == OFFENCE_NOTIFIER ? o->member : of->name.other;
    x.from = o->member;
    x.n = (int64_t)of->n + 1;
    x.at = now;
    fault = offence_step_fault(&x);
    if (fault)
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "%s", fault);
    if (said_last(of, &x)) {
        r.what = STORE_REPEATED;
        if (!offence_resend(o, of, now, a, &waits, w))
            return false;
        r.delivered = !waits;
    } else {
        r.refused = of->n == OFFENCE_STEPS ? "closed" : offence_objection(of->state, side, x.word);
        if (!r.refused && !(side == OFFENCE_NOTIFIER ? say_as_notifier(o, of, &x, now, a, &r, w)
                                                     : say_as_home(o, of, &x, now, a, &r, w)))
            return false;
    }
    if (!outcome_of(o, &of->name, a, &seen, w))
        return false;
    r.transport = seen.transport;
    r.state = seen.state;
    *out = r;
    return true;
}

bool offence_waits(struct store *s, const struct offence *of, struct arena *a, bool *waits, struct why *w)
{
    struct offence_step x;
    struct case_view v;
    struct span body = { NULL, 0 };
    bool found = false, accepted = false, delivered = false;
    size_t last = of->n;

    if (of->name.side == CASE_THEIRS) {
        if (!find_proposal(s, of, 0, a, &found, &x, &accepted, w))
            return false;
        *waits = found;
        return true;
    }
    while (last > 0 && !of->by_us[last - 1])
        last--;
    for (int k = 1; last && k <= ATTEMPTS && !delivered; k++) {
        if (!find_message(s, of->name.other, &of->step[last - 1], k, a, &found, &v, &body, w))
            return false;
        if (!found)
            break;
        delivered = span_eq_str(v.record.state, "acknowledged") ||
                    (span_eq_str(v.record.state, "refused") && !retriable(refusal_of(&v)));
    }
    *waits = on_its_way(of->transport) || (last && !delivered);
    return true;
}

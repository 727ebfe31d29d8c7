/* The asking side: recorded, carried, judged, recorded. */
#include "base/text.h"
#include "crypto/digest.h"
#include "service/ask/internal.h"

static const char *const state_words[] = { [ASK_OPEN] = "open",       [ASK_ANSWERED] = "answered",
                                           [ASK_LATE] = "late",       [ASK_UNREACHABLE] = "unreachable",
                                           [ASK_REFUSED] = "refused", [ASK_UNKNOWN] = "unknown" };

const char *ask_state_word(enum ask_state s)
{
    return state_words[s];
}

/* "unreachable" as what happened, when there is nothing more to say of it. */
static const char carriage_failed[] = "unreachable";

/* A question of this office's, as it is recorded. */
struct errand {
    const struct ask_office *o;
    const struct ask_topic *topic;
    struct ask_question q;
    struct span bytes;
    struct span state; /* of the case, as last seen */
    struct span last;  /* what happened last; empty: nothing */
    size_t events;
};

enum { FAILURES = 16 };

static struct case_name name_of(const struct errand *e)
{
    return (struct case_name){ CASE_OURS, e->q.to, e->q.reference };
}

static void outcome_begin(const struct errand *e, struct ask_outcome *out)
{
    *out = (struct ask_outcome){ .state = ASK_OPEN, .reference = e->q.reference, .from = e->q.to };
}

/* ---- judging an answer ---- */

static const char *forged(const struct errand *e, const struct ask_sealed *sealed, const struct ask_answer *n,
                          struct arena *a)
{
    static const char *const words[][2] = { { "key", "answer-key" }, { "aad", "answer-aad" } };
    const struct ask_binding as = ask_answer_binding(n, e->q.purpose);
    struct why bad;

    why_clear(&bad);
    if (ask_verify(sealed, &as, &e->o->keys, a, &bad))
        return NULL;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(bad.reason, words[i][0]) == 0)
            return words[i][1];
    return "answer-signature";
}

/* NULL, or why these bytes are no answer to the question. */
static const char *judge(const struct errand *e, struct span bytes, unix_time now, struct arena *a,
                         struct ask_answer *n)
{
    struct ask_sealed sealed;
    struct digest hash;
    const char *wrong;
    struct why bad;

    why_clear(&bad);
    if (!ask_sealed_read(bytes, a, &sealed, &bad))
        return strcmp(bad.reason, "unsigned") == 0 ? "answer-unsigned" : "answer-malformed";
    if (!ask_answer_open(&sealed, a, n, &bad) || (e->topic && n->body.n > ask_most(e->topic)))
        return "answer-malformed";
    digest_of(DIGEST_SHA256, e->bytes, &hash);
    if (!span_eq(n->from, e->q.to))
        return "answer-from-another";
    if (!span_eq(n->reference, e->q.reference) || !span_eq(n->topic, e->q.topic) ||
        !span_eq(n->to, e->q.from) || !span_eq(n->question, digest_span(&hash)))
        return "answer-other-question";
    wrong = forged(e, &sealed, n, a);
    if (wrong)
        return wrong;
    if (n->at < e->q.at - LIMIT_ASK_SKEW || n->at > now + LIMIT_ASK_SKEW)
        return "answer-time";
    return NULL;
}

/* came: when the answer was here, which says whether it was in time. */
static void outcome_of_answer(const struct ask_question *q, const struct ask_answer *n, unix_time came,
                              struct ask_outcome *out)
{
    out->at = n->at;
    out->body = n->body;
    out->reason = n->reason;
    switch (n->said) {
    case ASK_SAID_ANSWERED:
        out->state = came > q->until ? ASK_LATE : ASK_ANSWERED;
        break;
    case ASK_SAID_ACKNOWLEDGED:
        out->state = came > q->until ? ASK_LATE : ASK_OPEN;
        out->acknowledged = true;
        break;
    case ASK_SAID_REFUSED:
        out->state = ASK_REFUSED;
        break;
    case ASK_SAID_UNKNOWN:
        out->state = ASK_UNKNOWN;
        break;
    }
}

/* ---- what is recorded already ---- */

static enum ask_state state_from(struct span word)
{
    for (size_t i = 0; i < sizeof state_words / sizeof *state_words; i++)
        if (span_eq_str(word, state_words[i]))
            return (enum ask_state)i;
    return ASK_OPEN;
}

/* Nothing that can be read as an answer is there. */
static void outcome_of_silence(const struct case_view *v, unix_time now, struct ask_outcome *out)
{
    const struct case_event *last = v->n_events ? &v->event[v->n_events - 1] : NULL;

    out->state = state_from(v->record.state);
    if (out->state == ASK_OPEN && now > v->record.until)
        out->state = ASK_LATE;
    out->ours = out->state == ASK_REFUSED;
    if (last && (out->ours || (out->state == ASK_UNREACHABLE && !span_eq_str(last->what, carriage_failed))))
        out->reason = last->what;
}

static bool outcome_of_view(const struct case_view *v, unix_time now, struct arena *a,
                            struct ask_outcome *out, struct why *w)
{
    const struct case_event *e = ask_event(v, ASK_EVENT_ANSWER);
    struct ask_question q;
    struct ask_answer n;

    if (!ask_question_stored(v->record.body, a, &q, w))
        return false;
    *out = (struct ask_outcome){ .reference = v->record.name.reference, .from = v->record.name.other };
    if (!e)
        outcome_of_silence(v, now, out);
    else if (!ask_answer_stored(e->body, a, &n, w))
        return false;
    else
        outcome_of_answer(&q, &n, e->at, out);
    if (ask_event(v, ASK_EVENT_ACKNOWLEDGED))
        out->acknowledged = true;
    return true;
}

/* What stands there now instead of what was to be recorded. */
static bool outcome_recorded(const struct errand *e, unix_time now, struct arena *a, struct ask_outcome *out,
                             struct why *w)
{
    const struct case_name name = name_of(e);
    struct case_view v;
    bool found;

    if (!store_find_case(e->o->store, &name, &found, a, &v, w))
        return false;
    return (found || why_set(w, "case-unknown", WHY_NO_OFFSET, NULL, "the question was erased meanwhile")) &&
           outcome_of_view(&v, now, a, out, w);
}

/* ---- what comes back ---- */

/* An event of the question; when something else was recorded before it, that stands. */
static bool put(const struct errand *e, const struct case_event *event, struct arena *a,
                struct ask_outcome *out, struct why *w)
{
    const struct case_name name = name_of(e);
    enum store_put what = STORE_NEW;
    struct why once;

    why_clear(&once);
    if (!store_put_event(e->o->store, &name, event, &what, &once)) {
        if (strcmp(once.reason, "case-state") != 0) {
            *w = once;
            return false;
        }
        what = STORE_CONFLICT;
    }
    return what == STORE_NEW || outcome_recorded(e, event->at, a, out, w);
}

/* Tries are without number, and what comes of them is not recorded without end: the same failure once in a
 * row, and not more than so many of all. */
static bool is_recorded(const struct errand *e, const char *what)
{
    return span_eq_str(e->state, ask_state_word(ASK_UNREACHABLE)) &&
           (span_eq_str(e->last, what) || e->events >= FAILURES);
}

static bool put_silence(const struct errand *e, const char *what, struct span bytes, unix_time now,
                        struct arena *a, struct ask_outcome *out, struct why *w)
{
    struct ask_outcome silent;
    struct case_event event = { .what = span_str(what), .from = e->state, .at = now, .body = bytes };

    outcome_begin(e, &silent);
    silent.state = now > e->q.until ? ASK_LATE : ASK_UNREACHABLE;
    if (what != carriage_failed)
        silent.reason = span_str(what);
    event.state = span_str(ask_state_word(silent.state));
    *out = silent;
    if (silent.state == ASK_UNREACHABLE && is_recorded(e, what))
        return true;
    return put(e, &event, a, out, w);
}

static bool put_answer(const struct errand *e, const struct ask_answer *n, struct span bytes, unix_time now,
                       struct arena *a, struct ask_outcome *out, struct why *w)
{
    bool later = n->said == ASK_SAID_ACKNOWLEDGED;
    struct case_event event = { .id = later ? SPAN(ASK_EVENT_ACKNOWLEDGED) : SPAN(ASK_EVENT_ANSWER),
                                .what = n->reason.n ? n->reason : span_str(ask_said_word(n->said)),
                                .at = now,
                                .body = bytes };

    outcome_begin(e, out);
    outcome_of_answer(&e->q, n, now, out);
    event.state = span_str(later ? ask_said_word(n->said) : ask_state_word(out->state));
    return put(e, &event, a, out, w);
}

static bool settle(const struct errand *e, struct span bytes, unix_time now, struct arena *a,
                   struct ask_outcome *out, struct why *w)
{
    struct ask_answer n;
    const char *wrong = judge(e, bytes, now, a, &n);

    if (wrong)
        return put_silence(e, wrong, span_sub(bytes, 0, LIMIT_ASK_MESSAGE), now, a, out, w);
    return put_answer(e, &n, bytes, now, a, out, w);
}

static bool carry(const struct errand *e, unix_time now, struct arena *a, struct ask_outcome *out,
                  struct why *w)
{
    const struct ask_carrier *c = &e->o->carrier;
    struct span answer = { NULL, 0 };
    struct why lost;
    bool carried;

    why_clear(&lost);
    carried = c->carry && c->carry(c->ctx, e->q.to, e->bytes, e->q.until, a, &answer, &lost);
    if (e->o->now)
        now = e->o->now(e->o->ctx);
    if (!carried)
        return put_silence(e, carriage_failed, (struct span){ NULL, 0 }, now, a, out, w);
    if (answer.n)
        return settle(e, answer, now, a, out, w);
    outcome_begin(e, out);
    return true;
}

/* ---- asking ---- */

/* Time, which the question says as well, and 88 random bits: those of one moment stand side by side in an
 * index of references. */
static struct span make_reference(const struct ask_office *o, unix_time at, struct arena *a)
{
    uint8_t mem[48], random[16];
    struct buffer b;

    o->random(random, sizeof random);
    for (int i = 0; i < 5; i++)
        random[i] = (uint8_t)((uint64_t)at >> (8 * (4 - i)));
    buf_init_fixed(&b, mem, sizeof mem);
    buf_put(&b, o->member);
    buf_u8(&b, '-');
    base32_put(&b, span_of(random, sizeof random));
    return arena_copy(a, buf_span(&b));
}

static bool order_check(const struct ask_order *q, struct why *w)
{
    const char *what = NULL;

    if (!ask_member_valid(q->to))
        what = "the member asked: two capital letters";
    else if (q->purpose.n && !ask_word_valid(q->purpose))
        what = "the purpose: words of ASCII characters";
    else if (!ask_word_valid(q->article))
        what = "the article";
    else if (q->role.n && !ask_word_valid(q->role))
        what = "the role: words of ASCII characters";
    else if (q->reference.n && !ask_reference_valid(q->reference))
        what = "the reference: 1 to 64 visible ASCII characters";
    else if (q->body.n > ask_most(q->topic))
        what = "the body: it is too long";
    return !what || why_set(w, "request", WHY_NO_OFFSET, NULL, "%s", what);
}

/* With the objection to it, if there is one, in the same commit. */
static bool record(struct errand *e, const struct ask_order *order, const char *objection,
                   enum store_put *what, struct arena *a, struct why *w)
{
    const struct ask_question *q = &e->q;
    struct case_record r = { .name = name_of(e),
                             .kind = q->topic,
                             .purpose = q->purpose.n ? q->purpose : SPAN(ASK_NO_PURPOSE),
                             .article = q->article,
                             .at = q->at,
                             .until = q->until,
                             .state = SPAN("open"),
                             .body = e->bytes };
    const struct case_event refused = { .what = span_str(objection),
                                        .state = span_str(ask_state_word(ASK_REFUSED)),
                                        .at = q->at };

    r.has_subject = e->topic->subject(e->o->store, q, a, &r.subject);
    if (!r.has_subject && order->has_subject) {
        r.has_subject = true;
        r.subject = order->subject;
    }
    e->state = r.state;
    return store_put_case(e->o->store, &r, &refused, objection ? 1 : 0, what, w);
}

static bool same_order(const struct ask_question *a, const struct ask_question *b)
{
    return span_eq(a->topic, b->topic) && span_eq(a->from, b->from) && span_eq(a->to, b->to) &&
           span_eq(a->purpose, b->purpose) && span_eq(a->article, b->article) && span_eq(a->role, b->role) &&
           span_eq(a->body, b->body);
}

/* Whether something may still come of it. */
static bool on_its_way(const struct case_view *v, unix_time now)
{
    return !ask_event(v, ASK_EVENT_ANSWER) && !span_eq_str(v->record.state, ask_state_word(ASK_REFUSED)) &&
           now <= v->record.until;
}

/* The question of then in its own bytes, unless it is settled. */
static bool carry_again(struct errand *e, const struct case_view *v, unix_time now, struct arena *a,
                        struct ask_outcome *out, struct why *w)
{
    if (!on_its_way(v, now))
        return outcome_of_view(v, now, a, out, w);
    e->bytes = v->record.body;
    e->state = v->record.state;
    e->events = v->n_events;
    if (v->n_events)
        e->last = v->event[v->n_events - 1].what;
    return carry(e, now, a, out, w);
}

/* The reference is known. */
static bool asked_before(struct errand *e, unix_time now, struct arena *a, struct ask_outcome *out,
                         struct why *w)
{
    const struct case_name name = name_of(e);
    struct ask_question before;
    struct case_view v;
    bool found;

    if (!store_find_case(e->o->store, &name, &found, a, &v, w))
        return false;
    if (found && !ask_question_stored(v.record.body, a, &before, w))
        return false;
    if (!found || !same_order(&before, &e->q)) {
        outcome_begin(e, out);
        out->state = ASK_REFUSED;
        out->ours = true;
        out->reason = SPAN("reference-used");
        return true;
    }
    e->q = before;
    return carry_again(e, &v, now, a, out, w);
}

bool ask_again(const struct ask_office *o, struct span to, struct span reference, unix_time now,
               struct arena *a, struct ask_outcome *out, struct why *w)
{
    const struct case_name name = { CASE_OURS, to, reference };
    struct errand e = { .o = o };
    struct ask_outcome got;
    struct case_view v;
    bool found;

    if (!store_find_case(o->store, &name, &found, a, &v, w))
        return false;
    if (!found)
        return why_set(w, "no-question", WHY_NO_OFFSET, NULL,
                       "that member was not asked under this reference");
    if (!ask_question_stored(v.record.body, a, &e.q, w) || !carry_again(&e, &v, now, a, &got, w))
        return false;
    ask_count_asked(o->counts, e.q.topic, got.state);
    *out = got;
    return true;
}

static bool put_question(const struct ask_office *o, const struct ask_order *q, struct arena *a,
                         struct ask_outcome *out, struct why *w)
{
    struct errand e = { .o = o,
                        .topic = q->topic,
                        .q = { q->reference, span_str(q->topic->name), o->member, q->to, q->purpose,
                               q->article, q->at, q->until, q->body, q->role } };
    enum store_put what = STORE_NEW;
    const char *objection;

    if (!order_check(q, w))
        return false;
    if (!e.q.reference.n)
        e.q.reference = make_reference(o, q->at, a);
    if (!e.q.role.n) {
        const struct asking asked = { .article = q->article,
                                      .topic = e.q.topic,
                                      .purpose = q->purpose,
                                      .from = o->member,
                                      .to = q->to,
                                      .on = date_of_time(q->at) };
        struct span article;

        ask_basis(o, &asked, a, &article, &e.q.role);
    }
    if (!ask_question_sign(&e.q, o->signer, a, &e.bytes, w))
        return false;
    objection = ask_objection(o->agreement, o->law, q->topic, &e.q, q->at);
    if (!record(&e, q, objection, &what, a, w))
        return false;
    if (what != STORE_NEW)
        return asked_before(&e, q->at, a, out, w);
    if (!objection)
        return carry(&e, q->at, a, out, w);
    outcome_begin(&e, out);
    out->state = ASK_REFUSED;
    out->ours = true;
    out->reason = span_str(objection);
    return true;
}

bool ask(const struct ask_office *o, const struct ask_order *q, struct arena *a, struct ask_outcome *out,
         struct why *w)
{
    struct ask_outcome got;

    if (!put_question(o, q, a, &got, w))
        return false;
    ask_count_asked(o->counts, span_str(q->topic->name), got.state);
    *out = got;
    return true;
}

bool ask_receive(const struct ask_office *o, struct span sender, struct span answer, unix_time now,
                 struct arena *a, struct ask_outcome *out, struct why *w)
{
    struct errand e = { .o = o };
    struct case_name name = { CASE_OURS, sender, { NULL, 0 } };
    struct ask_outcome got;
    struct ask_answer n;
    struct case_view v;
    const char *wrong;
    bool found;

    if (!ask_answer_stored(answer, a, &n, w))
        return false;
    name.reference = n.reference;
    if (!store_find_case(o->store, &name, &found, a, &v, w))
        return false;
    if (!found)
        return why_set(w, "no-question", WHY_NO_OFFSET, NULL,
                       "that member was not asked under this reference");
    if (!ask_question_stored(v.record.body, a, &e.q, w))
        return false;
    e.bytes = v.record.body;
    e.state = v.record.state;
    wrong = judge(&e, answer, now, a, &n);
    if (wrong)
        return why_set(w, wrong, WHY_NO_OFFSET, NULL, "this is no answer to the question of that reference");
    if (!put_answer(&e, &n, answer, now, a, &got, w))
        return false;
    *out = got;
    return true;
}

bool ask_look(const struct ask_office *o, struct span to, struct span reference, unix_time now,
              struct arena *a, bool *found, struct ask_outcome *out, struct why *w)
{
    const struct case_name name = { CASE_OURS, to, reference };
    struct ask_outcome known;
    struct case_view v;
    bool there;

    if (!store_find_case(o->store, &name, &there, a, &v, w))
        return false;
    if (there && !outcome_of_view(&v, now, a, &known, w))
        return false;
    *found = there;
    if (there)
        *out = known;
    return true;
}

/* The answering side: judges a question, has its topic answer it, records both, and only then speaks. */
#include "crypto/digest.h"
#include "service/ask/internal.h"

/* A question on its way through a desk. */
struct ask_visit {
    const struct ask_desk *d;
    const struct ask_topic *topic; /* NULL: none of this desk */
    struct ask_question q;
    struct span bytes;
    unix_time now;
    struct ask_reply reply;
    struct digest hash;
    /* What is recorded of it; of one that is begun also how that ended. */
    struct case_record record;
    struct case_event event;
    struct span answer;
    void (*done)(void *ctx);
    void *ctx;
    bool ok;
    enum store_put what;
    struct why why;
};

static const struct ask_topic *topic_of(const struct ask_desk *d, struct span name)
{
    for (const struct ask_topic *const *t = d->topics; *t; t++)
        if (span_eq_str(name, (*t)->name))
            return *t;
    return NULL;
}

static void refuse(struct ask_reply *r, const char *reason)
{
    *r = (struct ask_reply){ .said = ASK_SAID_REFUSED, .reason = reason };
}

static bool message(const struct ask_visit *v, struct arena *a, struct span *out, struct why *w)
{
    struct ask_answer n = { .reference = v->q.reference,
                            .topic = v->q.topic,
                            .from = v->d->member,
                            .to = v->q.from,
                            .question = digest_span(&v->hash),
                            .said = v->reply.said,
                            .reason = span_str(v->reply.reason),
                            .at = v->now,
                            .body = v->reply.body };

    ask_count_answered(v->d->counts, n.topic, n.said);
    return ask_answer_sign(&n, v->q.purpose, v->d->signer, a, out, w);
}

/* What was said to the same bytes before; STORE_CONFLICT: the reference stands for other bytes. */
static bool said_before(const struct ask_visit *v, bool *found, enum store_put *what, struct arena *a,
                        struct span *answer, struct why *w)
{
    const struct case_name name = { CASE_THEIRS, v->q.from, v->q.reference };
    const struct case_event *e;
    struct case_view c;

    if (!store_find_case(v->d->store, &name, found, a, &c, w))
        return false;
    if (!*found)
        return true;
    *what = span_eq(c.record.body, v->bytes) ? STORE_REPEATED : STORE_CONFLICT;
    e = ask_event(&c, ASK_EVENT_ANSWER);
    if (!e)
        e = ask_event(&c, ASK_EVENT_ACKNOWLEDGED);
    if (!e)
        *what = STORE_CONFLICT;
    else
        *answer = e->body;
    return true;
}

/* Kept beside the case that has the reference already; the bytes are not. */
static bool note_replay(const struct ask_visit *v, struct why *w)
{
    const struct case_name name = { CASE_THEIRS, v->q.from, v->q.reference };
    const struct case_event e = { .what = SPAN("replayed with other content"), .at = v->now };
    enum store_put what;

    return store_put_event(v->d->store, &name, &e, &what, w);
}

/* The case with its answer. */
static void describe(struct ask_visit *v, struct arena *a)
{
    const struct ask_question *q = &v->q;
    const char *said = ask_said_word(v->reply.said);
    bool later = v->reply.said == ASK_SAID_ACKNOWLEDGED;

    v->record = (struct case_record){ .name = { CASE_THEIRS, q->from, q->reference },
                                      .kind = q->topic,
                                      .purpose = q->purpose.n ? q->purpose : SPAN(ASK_NO_PURPOSE),
                                      .article = q->article,
                                      .at = q->at,
                                      .until = q->until,
                                      .state = SPAN("open"),
                                      .body = v->bytes };
    v->event = (struct case_event){ .id = later ? SPAN(ASK_EVENT_ACKNOWLEDGED) : SPAN(ASK_EVENT_ANSWER),
                                    .what = span_str(v->reply.reason ? v->reply.reason : said),
                                    .state = span_str(v->reply.state ? v->reply.state : said),
                                    .at = v->now,
                                    .body = v->answer };
    if (v->topic)
        v->record.has_subject = v->topic->subject(v->d->store, q, a, &v->record.subject);
    if (!v->record.has_subject && v->reply.has_subject) {
        v->record.has_subject = true;
        v->record.subject = v->reply.subject;
    }
}

/* A refusal of what cannot be recorded under its sender's name. */
static bool turn_away(struct ask_visit *v, const char *reason, struct arena *a, struct span *answer,
                      struct why *w)
{
    refuse(&v->reply, reason);
    return message(v, a, answer, w);
}

static bool decide(struct ask_visit *v, struct arena *a, struct why *w)
{
    const char *objection = ask_objection(v->d->agreement, v->d->law, v->topic, &v->q, v->now);

    if (objection) {
        refuse(&v->reply, objection);
        return true;
    }
    return v->topic->answer(v->d, &v->q, v->now, a, &v->reply, w);
}

static bool answer_it(struct ask_visit *v, struct arena *a, struct why *w)
{
    if (!decide(v, a, w) || !message(v, a, &v->answer, w))
        return false;
    describe(v, a);
    return true;
}

/* Decided and recorded in one commit. Of two equal questions at once one is recorded, and both get its
 * answer. */
static bool visit(struct ask_visit *v, struct arena *a, struct span *answer, struct why *w)
{
    enum store_put what = STORE_NEW;
    bool found = false;
    struct span n = { NULL, 0 };

    if (!said_before(v, &found, &what, a, &n, w))
        return false;
    if (!found && (!answer_it(v, a, w) || !store_put_case(v->d->store, &v->record, &v->event, 1, &what, w)))
        return false;
    if (!found)
        n = v->answer;
    if (!found && what == STORE_REPEATED && !said_before(v, &found, &what, a, &n, w))
        return false;
    if (what == STORE_CONFLICT)
        return note_replay(v, w) && turn_away(v, "replayed", a, answer, w);
    *answer = n;
    return true;
}

/* Nothing of it can be trusted to be a question: the answer names what it is an answer to by the hash alone.
 */
static void unnamed(struct ask_visit *v, struct span sender)
{
    v->q =
        (struct ask_question){ .reference = SPAN("unreadable"), .topic = SPAN("unreadable"), .from = sender };
}

/* NULL, or why this is no question of who sent it to this member. *named: it says which question it is. */
static const char *misses(struct ask_visit *v, struct span sender, struct arena *a, bool *named)
{
    struct ask_sealed sealed;
    struct ask_binding as;
    struct why bad;

    why_clear(&bad);
    *named = false;
    if (!ask_sealed_read(v->bytes, a, &sealed, &bad))
        return strcmp(bad.reason, "unsigned") == 0 ? "unsigned" : "malformed";
    if (!ask_question_open(&sealed, a, &v->q, &bad))
        return "malformed";
    *named = true;
    if (!span_eq(v->q.from, sender))
        return "sender";
    if (!span_eq(v->q.to, v->d->member))
        return "not-for-us";
    as = ask_question_binding(&v->q);
    return ask_verify(&sealed, &as, &v->d->keys, a, &bad) ? NULL : bad.reason;
}

/* True: turned away with an answer, or *good: it may be answered. */
static bool arrive(struct ask_visit *v, struct span sender, struct arena *a, bool *good, struct span *answer,
                   struct why *w)
{
    const char *wrong;
    bool named;

    digest_of(DIGEST_SHA256, v->bytes, &v->hash);
    wrong = misses(v, sender, a, &named);
    if (wrong && !named)
        unnamed(v, sender);
    v->q.from = sender;
    v->topic = wrong ? NULL : topic_of(v->d, v->q.topic);
    if (!wrong && v->q.body.n > ask_most(v->topic))
        wrong = "too-large";
    *good = !wrong;
    return !wrong || turn_away(v, wrong, a, answer, w);
}

bool ask_desk_answer(const struct ask_desk *d, struct span sender, struct span question, unix_time now,
                     struct arena *a, struct span *answer, struct why *w)
{
    struct ask_visit v = { .d = d, .bytes = question, .now = now };
    bool good = false;

    return arrive(&v, sender, a, &good, answer, w) && (!good || visit(&v, a, answer, w));
}

static void recorded(void *ctx, bool ok, enum store_put what, const struct why *w)
{
    struct ask_visit *v = ctx;

    v->ok = ok;
    v->what = what;
    v->why = *w;
    v->done(v->ctx);
}

/* Nearly every reference is new: it is put without looking first. */
bool ask_desk_begin(const struct ask_desk *d, struct span sender, struct span question, unix_time now,
                    struct arena *a, void (*done)(void *ctx), void *ctx, struct ask_visit **ret,
                    struct span *answer, struct why *w)
{
    struct ask_visit *v = arena_alloc(a, sizeof *v);
    bool good = false;

    if (!v)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    *v = (struct ask_visit){ .d = d, .bytes = question, .now = now, .done = done, .ctx = ctx };
    if (!arrive(v, sender, a, &good, answer, w))
        return false;
    *ret = NULL;
    if (!good)
        return true;
    if (v->topic && v->topic->waits)
        return why_set(w, "topic-waits", WHY_NO_OFFSET, NULL, "this answer takes longer");
    if (!answer_it(v, a, w))
        return false;
    *ret = v; /* before it may be done */
    return store_put_case_later(d->store, &v->record, &v->event, 1, a, recorded, v, w);
}

bool ask_desk_end(const struct ask_visit *v, struct span *answer, struct why *w)
{
    if (!v->ok) {
        *w = v->why;
        return false;
    }
    if (v->what != STORE_NEW)
        return why_set(w, "repeated", WHY_NO_OFFSET, NULL, "this reference was used before");
    *answer = v->answer;
    return true;
}

bool ask_desk_later(const struct ask_desk *d, struct span asker, struct span reference,
                    const struct ask_reply *reply, unix_time now, struct arena *a, struct span *out,
                    struct why *w)
{
    const struct case_name name = { CASE_THEIRS, asker, reference };
    struct case_event e = { .id = SPAN(ASK_EVENT_ANSWER), .at = now };
    struct ask_visit v = { .d = d, .now = now, .reply = *reply };
    enum store_put what;
    struct case_view c;
    struct span bytes;
    bool found;

    if (!store_find_case(d->store, &name, &found, a, &c, w))
        return false;
    if (!found)
        return why_set(w, "case-unknown", WHY_NO_OFFSET, NULL, "there is no question under this reference");
    digest_of(DIGEST_SHA256, c.record.body, &v.hash);
    if (!ask_question_stored(c.record.body, a, &v.q, w) || !message(&v, a, &bytes, w))
        return false;
    e.what = span_str(reply->reason ? reply->reason : ask_said_word(reply->said));
    e.state = SPAN(ASK_STATE_UNDELIVERED);
    e.body = bytes;
    if (!store_put_event(d->store, &name, &e, &what, w))
        return false;
    if (what == STORE_CONFLICT) { /* answered before: that answer stands */
        const struct case_event *old = ask_event(&c, ASK_EVENT_ANSWER);

        if (!old)
            return why_set(w, "case-state", WHY_NO_OFFSET, NULL, "the question was answered meanwhile");
        bytes = old->body;
    }
    *out = bytes;
    return true;
}

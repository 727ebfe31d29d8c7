/* What stands open between members: questions about hits that we put, and those that somebody here answers.
 */
#include "base/text.h"
#include "service/notice/hit_ask.h"

enum { PAGE = 200, DAY = 86400 };

/* Ours waits until an answer or a refusal is there; theirs until somebody here has answered. */
static bool is_open(const struct case_record *r)
{
    if (span_eq_str(r->state, ask_said_word(ASK_SAID_ACKNOWLEDGED)))
        return true;
    return r->name.side == CASE_OURS && (span_eq_str(r->state, ask_state_word(ASK_OPEN)) ||
                                         span_eq_str(r->state, ask_state_word(ASK_UNREACHABLE)) ||
                                         span_eq_str(r->state, ask_state_word(ASK_LATE)));
}

static void task_of(const struct case_record *r, unix_time now, struct hit_task *t)
{
    size_t dot = r->name.reference.n;

    while (dot && r->name.reference.p[dot - 1] != '.')
        dot--;
    *t = (struct hit_task){ .side = r->name.side,
                            .member = r->name.other,
                            .reference = r->name.reference,
                            .at = r->at,
                            .until = r->until,
                            .state = r->state,
                            .open = is_open(r) };
    if (r->name.side == CASE_OURS && dot > 1)
        t->hit = span_sub(r->name.reference, 0, dot - 1);
    t->overdue = t->open && now > t->until;
}

bool hit_tasks(const struct hit_desk *d, bool late, int64_t within, unix_time now, struct arena *a,
               const struct hit_task **ret, size_t *n, struct why *w)
{
    struct case_filter f = { .kind = span_str(hit_topic.name), .most = LIMIT_CASE_PAGE };
    struct hit_task *list = arena_array(a, PAGE, sizeof *list);
    const struct case_view *page = NULL;
    size_t k = 0, in_page = 0;

    if (!list)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    do {
        if (!store_list_cases(d->store, &f, a, &page, &in_page, &f.before, w))
            return false;
        for (size_t i = 0; i < in_page && k < PAGE; i++) {
            task_of(&page[i].record, now, &list[k]);
            k += !late || (list[k].open && now > list[k].until - within);
        }
    } while (f.before && k < PAGE);
    *ret = list;
    *n = k;
    return true;
}

static bool find(const struct hit_desk *d, struct span member, struct span reference, struct arena *a,
                 struct case_view *c, struct hit_question *q, struct why *w)
{
    const struct case_name name = { CASE_THEIRS, member, reference };
    struct ask_question message;
    bool found = false;

    if (!store_find_case(d->store, &name, &found, a, c, w))
        return false;
    if (!found || !span_eq_str(c->record.kind, hit_topic.name))
        return why_set(w, "task-unknown", WHY_NO_OFFSET, NULL,
                       "that member asked nothing about a hit under this reference");
    return ask_question_stored(c->record.body, a, &message, w) && hit_question_read(message.body, a, q, w);
}

/* Who looked stands in the case of the question, before it is told. */
static bool note(const struct hit_desk *d, const struct hit_caller *c, const struct case_name *name,
                 unix_time now, struct why *w)
{
    const struct case_event e = { .what = SPAN("looked"), .at = now, .body = c->officer };
    enum store_put what;

    return store_put_event(d->store, name, &e, &what, w);
}

bool hit_task_show(const struct hit_desk *d, const struct hit_caller *c, struct span member,
                   struct span reference, unix_time now, struct arena *a, struct hit_task *task,
                   struct hit_question *q, struct why *w)
{
    struct case_view v;

    if (!hit_caller_check(c, w) || !find(d, member, reference, a, &v, q, w) ||
        !note(d, c, &v.record.name, now, w))
        return false;
    task_of(&v.record, now, task);
    return true;
}

/* ---- the answer ---- */

static bool reply_ok(const struct hit_reply *r, struct why *w)
{
    if (!hit_says_ok(r->says))
        return why_set(w, "says", WHY_NO_OFFSET, NULL,
                       "the answer is the person, not the person or cannot say");
    return (r->text.n && r->text.n <= 2000 && utf8_valid_to(r->text) == r->text.n) ||
           why_set(w, "reason", WHY_NO_OFFSET, NULL, "say what to do, or why, in at most 2000 bytes");
}

static struct span misused_body(const struct hit_question *q, const struct hit_desk *d, unix_time now,
                                struct arena *a)
{
    const struct misused_identity m = { .entity = q->entity,
                                        .version = q->version,
                                        .issuer = q->traveller.issuer,
                                        .number = q->traveller.number,
                                        .until = now + (unix_time)d->rules->remember_days * DAY };
    struct buffer b;
    struct span out;

    buf_init(&b, 4096);
    misused_identity_put(&m, &b);
    out = buf_ok(&b) ? arena_copy(a, buf_span(&b)) : (struct span){ NULL, 0 };
    buf_free(&b);
    return out;
}

/* All other parties but the one that met the person, who knows. What does not get there is sent again. */
static size_t tell(const struct hit_desk *d, const struct hit_caller *c, struct span asker,
                   const struct hit_question *q, unix_time now, struct arena *a)
{
    struct span party[64], body = misused_body(q, d, now, a);
    size_t n = agreement_parties(d->agreement, party, 64), told = 0;

    for (size_t i = 0; d->office && body.p && i < n && i < 64; i++) {
        struct ask_order o = { .topic = &misused_identity_topic,
                               .to = party[i],
                               .purpose = c->purpose,
                               .article = ask_article(d->office, &misused_identity_topic, party[i],
                                                      c->purpose, now, a),
                               .at = now,
                               .until = now + 7 * DAY,
                               .body = body,
                               .role = c->office };
        struct ask_outcome out;
        struct why failed;

        why_clear(&failed);
        if (span_eq(party[i], d->member) || span_eq(party[i], asker))
            continue;
        if (ask(d->office, &o, a, &out, &failed) && out.state != ASK_REFUSED)
            told++;
    }
    return told;
}

bool hit_task_answer(const struct hit_desk *d, const struct hit_caller *c, struct span member,
                     struct span reference, const struct hit_reply *r, unix_time now, struct arena *a,
                     size_t *told, struct why *w)
{
    struct ask_reply reply = { .said = ASK_SAID_ANSWERED };
    struct hit_reply x = { r->says, r->text, c->officer };
    struct hit_question q = { .consent = false };
    struct case_view v;
    struct span message;
    struct buffer b;
    bool ok;

    if (!d->desk)
        return why_set(w, "no-desk", WHY_NO_OFFSET, NULL, "this node answers no questions");
    if (!hit_caller_check(c, w) || !reply_ok(r, w) || !find(d, member, reference, a, &v, &q, w))
        return false;
    buf_init(&b, 4096);
    hit_reply_put(&x, &b);
    reply.body = buf_span(&b);
    ok = buf_ok(&b) ? ask_desk_later(d->desk, member, reference, &reply, now, a, &message, w)
                    : why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the answer is too long");
    buf_free(&b);
    if (!ok)
        return false;
    *told = span_eq_str(r->says, "not the person") && q.consent && q.traveller.number.n
                ? tell(d, c, member, &q, now, a)
                : 0;
    return true;
}

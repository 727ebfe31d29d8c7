/* The owner is asked, and answers; others are told of a misused identity. */
#include "service/notice/hit_ask.h"

#include <stdio.h>

enum { HOUR = 3600, DAY = 86400, REFERENCE = 64 };

/* ---- the topics ---- */

static bool subject_of(const struct store *s, const struct hit_traveller *t, struct traveller_key *out)
{
    if (!t->issuer.n || !t->number.n)
        return false;
    store_traveller_key(s, t->issuer, t->number, out);
    return true;
}

static bool hit_subject(const struct store *s, const struct ask_question *q, struct arena *a,
                        struct traveller_key *out)
{
    struct hit_question h;

    return hit_question_read(q->body, a, &h, NULL) && subject_of(s, &h.traveller, out);
}

/* A person answers: it is acknowledged, and waits. */
static bool hit_answer_later(const struct ask_desk *d, const struct ask_question *q, unix_time now,
                             struct arena *a, struct ask_reply *out, struct why *w)
{
    struct hit_question h;

    (void)d;
    (void)now;
    (void)w;
    *out = (struct ask_reply){ .said = ASK_SAID_ACKNOWLEDGED };
    if (!hit_question_read(q->body, a, &h, NULL))
        *out = (struct ask_reply){ .said = ASK_SAID_REFUSED, .reason = "body" };
    return true;
}

const struct ask_topic hit_topic = {
    .name = "hit", .most = 8192, .due = ASK_DUE_LATER, .subject = hit_subject, .answer = hit_answer_later
};

static bool misused_subject(const struct store *s, const struct ask_question *q, struct arena *a,
                            struct traveller_key *out)
{
    struct misused_identity m;

    if (!misused_identity_read(q->body, a, &m, NULL))
        return false;
    store_traveller_key(s, m.issuer, m.number, out);
    return true;
}

/* "KZ-2026-17": a notice of another than who asks is not the asker's to speak of. */
static bool is_of(struct span entity, struct span member)
{
    return entity.n > member.n + 1 && span_starts(entity, member) && entity.p[member.n] == '-';
}

static bool take_misused(const struct ask_desk *d, const struct ask_question *q, unix_time now,
                         struct arena *a, struct ask_reply *out, struct why *w)
{
    struct misused_identity m;
    struct traveller_key key;
    struct hit_memory memory;

    if (!misused_identity_read(q->body, a, &m, NULL)) {
        *out = (struct ask_reply){ .said = ASK_SAID_REFUSED, .reason = "body" };
        return true;
    }
    if (!is_of(m.entity, q->from)) {
        *out = (struct ask_reply){ .said = ASK_SAID_REFUSED, .reason = "not-the-owner" };
        return true;
    }
    store_hit_memory_key(d->store, m.issuer, m.number, SPAN(SCREEN_NOTICES), m.entity, &key);
    memory = (struct hit_memory){ .version = m.version, .until = m.until, .told = true };
    if (memory.until > now + (unix_time)hit_defaults.remember_days * DAY)
        memory.until = now + (unix_time)hit_defaults.remember_days * DAY;
    *out = (struct ask_reply){ .said = ASK_SAID_ANSWERED };
    return store_remember_hit(d->store, &key, &memory, w);
}

const struct ask_topic misused_identity_topic = { .name = "misused identity",
                                                  .most = 4096,
                                                  .due = ASK_DUE_ANSWER,
                                                  .subject = misused_subject,
                                                  .answer = take_misused };

/* ---- asking the owner ---- */

static unsigned asked_before(const struct hit_view *v)
{
    unsigned n = 0;

    for (size_t i = 0; i < v->n_events; i++)
        n += span_eq_str(v->event[i].what, "asked");
    return n;
}

static struct span reference_of(struct span hit, unsigned n, struct arena *a)
{
    char text[REFERENCE];

    (void)snprintf(text, sizeof text, "%.*s.%u", (int)hit.n, (const char *)hit.p, n);
    return arena_copy(a, span_str(text));
}

static struct span body_of(const struct hit_shown *h, const struct hit_order *o, struct arena *a)
{
    const struct hit_question q = { .entity = h->view.row.entity,
                                    .version = h->view.row.version,
                                    .outcome = o->outcome,
                                    .reason = o->reason,
                                    .consent = o->consent,
                                    .traveller = h->traveller };
    struct buffer b;
    struct span out;

    buf_init(&b, 8192);
    hit_question_put(&q, &b);
    out = buf_ok(&b) ? arena_copy(a, buf_span(&b)) : (struct span){ NULL, 0 };
    buf_free(&b);
    return out;
}

static bool note_asked(const struct hit_desk *d, const struct hit_shown *h, struct span reference,
                       const struct hit_order *o, unix_time now, struct why *w)
{
    const struct hit_event e = { .at = now,
                                 .what = SPAN("asked"),
                                 .state = SPAN("closed"),
                                 .officer = o->by.officer,
                                 .purpose = o->by.purpose,
                                 .body = reference };

    return store_note_hit(d->store, h->view.row.id, &e, w);
}

/* Whether it got there is the runner's care; what the agreement does not allow is told. The hit is closed
 * either way. */
bool hit_ask_owner(const struct hit_desk *d, const struct hit_shown *h, const struct hit_order *o,
                   unix_time now, struct arena *a, struct hit_closed *out, struct why *w)
{
    struct ask_order q = { .topic = &hit_topic,
                           .reference = reference_of(h->view.row.id, asked_before(&h->view) + 1, a),
                           .to = h->view.row.owner,
                           .purpose = o->by.purpose,
                           .at = now,
                           .until = now + (unix_time)d->rules->answer_hours * HOUR,
                           .body = body_of(h, o, a),
                           .role = o->by.office };
    struct ask_outcome got;
    struct why failed;

    why_clear(&failed);
    if (!q.reference.p || !q.body.p)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!d->office) {
        out->asked_reason = SPAN("no-office");
        return true;
    }
    q.article = ask_article(d->office, &hit_topic, q.to, q.purpose, now, a);
    if (!note_asked(d, h, q.reference, o, now, w))
        return false;
    if (!ask(d->office, &q, a, &got, &failed)) {
        out->asked_reason = span_str(failed.reason);
        return true;
    }
    out->asked = got.state == ASK_OPEN || got.state == ASK_UNREACHABLE || got.state == ASK_ANSWERED;
    out->asked_reason = got.state == ASK_REFUSED ? got.reason : (struct span){ NULL, 0 };
    return true;
}

bool hit_owner_said(const struct hit_desk *d, const struct hit_view *v, unix_time now, struct arena *a,
                    struct hit_owner_said *out, struct why *w)
{
    struct hit_owner_said s = { .asked = false };
    struct case_view c;
    struct ask_outcome o;
    bool found = false;

    for (size_t i = 0; i < v->n_events; i++)
        if (span_eq_str(v->event[i].what, "asked"))
            s.reference = v->event[i].body;
    *out = s;
    if (!s.reference.n || !d->office)
        return true;
    if (!ask_look(d->office, v->row.owner, s.reference, now, a, &found, &o, w))
        return false;
    if (!found)
        return true;
    s.asked = true;
    s.state = o.state;
    s.at = o.at;
    s.reason = o.reason;
    if (store_find_case(d->store, &(struct case_name){ CASE_OURS, v->row.owner, s.reference }, &found, a, &c,
                        w) &&
        found)
        s.until = c.record.until;
    if ((o.state == ASK_ANSWERED || o.state == ASK_LATE) && o.body.n &&
        !hit_reply_read(o.body, a, &s.reply, NULL))
        s.reply = (struct hit_reply){ .says = { NULL, 0 } };
    *out = s;
    return true;
}

/* What asking and answering have in common. */
#include "service/ask/internal.h"

static bool purpose_allowed(const struct ask_topic *t, struct span purpose)
{
    for (const char *const *p = t->purposes; *p; p++)
        if (span_eq_str(purpose, *p))
            return true;
    return false;
}

const char *ask_objection(const struct agreement *a, const struct ask_topic *t, const struct ask_question *q,
                          unix_time now)
{
    if (!agreement_is_party(a, q->from) || !agreement_is_party(a, q->to))
        return "not-a-party";
    if (!t)
        return "topic";
    if (!q->purpose.n)
        return "purpose-missing";
    if (!purpose_allowed(t, q->purpose))
        return "purpose";
    if (!t->basis(a, q->article))
        return "article";
    if (q->until <= q->at || q->until - q->at > LIMIT_ASK_SECONDS)
        return "deadline";
    if (q->at > now + LIMIT_ASK_SKEW)
        return "future";
    return now > q->until ? "past-deadline" : NULL;
}

const struct case_event *ask_event(const struct case_view *v, const char *id)
{
    for (size_t i = 0; i < v->n_events; i++)
        if (span_eq_str(v->event[i].id, id))
            return &v->event[i];
    return NULL;
}

static bool bytes_of(struct buffer *b, struct arena *a, struct span *out, struct why *w)
{
    struct span copy = { NULL, 0 };

    if (buf_ok(b))
        copy = arena_copy(a, buf_span(b));
    buf_free(b);
    if (!copy.p)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no room for a message between members");
    *out = copy;
    return true;
}

bool ask_question_bytes(const struct ask_question *q, struct arena *a, struct span *out, struct why *w)
{
    struct buffer b;

    buf_init(&b, LIMIT_ASK_MESSAGE);
    ask_question_put(q, &b);
    return bytes_of(&b, a, out, w);
}

bool ask_answer_bytes(const struct ask_answer *n, struct arena *a, struct span *out, struct why *w)
{
    struct buffer b;

    buf_init(&b, LIMIT_ASK_MESSAGE);
    ask_answer_put(n, &b);
    return bytes_of(&b, a, out, w);
}

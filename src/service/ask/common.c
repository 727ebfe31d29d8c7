/* What asking and answering have in common. */
#include "service/ask/internal.h"
#include "wire/cbor_write.h"

static const char *denied_on(const struct agreement *a, const struct ask_law *law,
                             const struct ask_question *q, unix_time at)
{
    const struct asking asking = { .article = q->article,
                                   .topic = q->topic,
                                   .purpose = q->purpose,
                                   .role = q->role,
                                   .from = q->from,
                                   .to = q->to,
                                   .on = date_of_time(at) };

    return law ? law->asking(law->ctx, &asking) : agreement_asking(a, &asking);
}

const char *ask_objection(const struct agreement *a, const struct ask_law *law, const struct ask_topic *t,
                          const struct ask_question *q, unix_time now)
{
    const char *denied;

    if (!agreement_is_party(a, q->from) || !agreement_is_party(a, q->to))
        return "not-a-party";
    if (!t)
        return "topic";
    denied = denied_on(a, law, q, q->at);
    if (!denied && now != q->at)
        denied = denied_on(a, law, q, now);
    if (denied)
        return denied;
    if (q->until <= q->at || q->until - q->at > LIMIT_ASK_SECONDS)
        return "deadline";
    if (q->at > now + LIMIT_ASK_SKEW)
        return "future";
    return now > q->until ? "past-deadline" : NULL;
}

void ask_basis(const struct ask_office *o, const struct asking *q, struct arena *a, struct span *article,
               struct span *role)
{
    if (o->law && o->law->basis) {
        o->law->basis(o->law->ctx, q, a, article, role);
        return;
    }
    *article = q->article.n ? q->article : agreement_asking_article(o->agreement, q->topic, q->purpose);
    *role = agreement_asking_role(o->agreement, *article, q->topic, q->purpose);
}

struct span ask_article(const struct ask_office *o, const struct ask_topic *t, struct span to,
                        struct span purpose, unix_time at, struct arena *a)
{
    const struct asking q = {
        .topic = span_str(t->name), .purpose = purpose, .from = o->member, .to = to, .on = date_of_time(at)
    };
    struct span article = { NULL, 0 }, role;

    ask_basis(o, &q, a, &article, &role);
    return article.n ? article : SPAN("none");
}

const struct case_event *ask_event(const struct case_view *v, const char *id)
{
    for (size_t i = 0; i < v->n_events; i++)
        if (span_eq_str(v->event[i].id, id))
            return &v->event[i];
    return NULL;
}

static struct span written(struct buffer *b, struct arena *a)
{
    struct span copy = { NULL, 0 };

    if (buf_ok(b))
        copy = arena_copy(a, buf_span(b));
    buf_free(b);
    return copy;
}

static bool sign(struct span message, const struct ask_binding *as, const struct signer *s, struct arena *a,
                 struct span *out, struct why *w)
{
    if (!message.p)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!s)
        return why_set(w, "no-key", WHY_NO_OFFSET, NULL,
                       "this node has no node key: it cannot sign what it asks or answers");
    return ask_sign(as, message, s, a, out, w);
}

/* The body behind the signed message. */
static bool append(struct span body, struct arena *a, struct span *out, struct why *w)
{
    size_t room = out->n + 16 + body.n;
    uint8_t *mem = arena_alloc(a, room);
    struct buffer b;

    if (!mem)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    buf_init_fixed(&b, mem, room);
    buf_put(&b, *out);
    cbor_put_bytes(&b, body);
    *out = buf_span(&b);
    return true;
}

bool ask_question_sign(const struct ask_question *q, const struct signer *s, struct arena *a,
                       struct span *out, struct why *w)
{
    const struct ask_binding as = ask_question_binding(q);
    struct ask_question said = *q;
    struct buffer b;

    if (q->body.n > LIMIT_ASK_BESIDE)
        ask_beside_of(q->body, &said.beside);
    buf_init(&b, LIMIT_ASK_MESSAGE);
    ask_question_put(&said, &b);
    return sign(written(&b, a), &as, s, a, out, w) && (!said.beside.size || append(q->body, a, out, w));
}

bool ask_answer_sign(const struct ask_answer *n, struct span purpose, const struct signer *s, struct arena *a,
                     struct span *out, struct why *w)
{
    const struct ask_binding as = ask_answer_binding(n, purpose);
    struct ask_answer said = *n;
    struct buffer b;

    if (n->body.n > LIMIT_ASK_BESIDE)
        ask_beside_of(n->body, &said.beside);
    buf_init(&b, LIMIT_ASK_MESSAGE);
    ask_answer_put(&said, &b);
    return sign(written(&b, a), &as, s, a, out, w) && (!said.beside.size || append(n->body, a, out, w));
}

bool ask_question_open(const struct ask_sealed *m, struct arena *a, struct ask_question *out, struct why *w)
{
    struct ask_question q;

    if (!ask_question_read(m->message, a, &q, w) || !ask_beside_take(m, &q.beside, &q.body, w))
        return false;
    *out = q;
    return true;
}

bool ask_answer_open(const struct ask_sealed *m, struct arena *a, struct ask_answer *out, struct why *w)
{
    struct ask_answer n;

    if (!ask_answer_read(m->message, a, &n, w) || !ask_beside_take(m, &n.beside, &n.body, w))
        return false;
    *out = n;
    return true;
}

bool ask_question_stored(struct span in, struct arena *a, struct ask_question *out, struct why *w)
{
    struct ask_sealed m;

    return ask_stored_read(in, a, &m, w) && ask_question_open(&m, a, out, w);
}

bool ask_answer_stored(struct span in, struct arena *a, struct ask_answer *out, struct why *w)
{
    struct ask_sealed m;

    return ask_stored_read(in, a, &m, w) && ask_answer_open(&m, a, out, w);
}

#include "service/ask/proof.h"

#include "crypto/digest.h"
#include "service/ask/internal.h"
#include "wire/cbor_write.h"

static const char *const answers[ASK_PROOF_ANSWERS] = { ASK_EVENT_ACKNOWLEDGED, ASK_EVENT_ANSWER };

static bool is_signed(struct span bytes, struct arena *a, struct why *w)
{
    struct ask_sealed m;

    return ask_sealed_read(bytes, a, &m, w);
}

bool ask_proof_put(const struct case_view *v, struct arena *a, struct buffer *b, struct why *w)
{
    struct span part[1 + ASK_PROOF_ANSWERS] = { v->record.body };
    size_t n = 1;

    for (size_t i = 0; i < ASK_PROOF_ANSWERS; i++) {
        const struct case_event *e = ask_event(v, answers[i]);

        if (e)
            part[n++] = e->body;
    }
    for (size_t i = 0; i < n; i++)
        if (!is_signed(part[i], a, w))
            return false;
    cbor_put_array(b, n);
    for (size_t i = 0; i < n; i++)
        cbor_put_bytes(b, part[i]);
    return buf_ok(b) || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

bool ask_proof_read(struct span in, struct arena *a, struct ask_proof *out, struct why *w)
{
    struct ask_proof p = { 0 };
    struct ask_sealed m;
    struct cbor c = cbor_of(in);
    size_t n;

    if (!cbor_check(in, NULL, a, w))
        return false;
    n = cbor_array(&c);
    if (cbor_ok(&c) && (n == 0 || n > 1 + ASK_PROOF_ANSWERS))
        cbor_fail(&c, in.p, "expected a question and at most two answers");
    p.question_bytes = cbor_bytes(&c);
    for (; cbor_ok(&c) && p.n + 1 < n; p.n++)
        p.answer_bytes[p.n] = cbor_bytes(&c);
    if (!cbor_finish(&c, NULL, w) || !ask_sealed_read(p.question_bytes, a, &m, w) ||
        !ask_question_open(&m, a, &p.question, w))
        return false;
    for (size_t i = 0; i < p.n; i++)
        if (!ask_sealed_read(p.answer_bytes[i], a, &m, w) || !ask_answer_open(&m, a, &p.answer[i], w))
            return false;
    *out = p;
    return true;
}

static bool verify(struct span bytes, const struct ask_binding *as, const struct ask_keys *keys,
                   struct arena *a, struct why *w)
{
    struct ask_sealed m;

    return ask_sealed_read(bytes, a, &m, w) && ask_verify(&m, as, keys, a, w);
}

static bool answers_it(const struct ask_proof *p, const struct ask_answer *n)
{
    struct digest hash;

    digest_of(DIGEST_SHA256, p->question_bytes, &hash);
    return span_eq(n->reference, p->question.reference) && span_eq(n->topic, p->question.topic) &&
           span_eq(n->from, p->question.to) && span_eq(n->to, p->question.from) &&
           span_eq(n->question, digest_span(&hash));
}

bool ask_proof_verify(const struct ask_proof *p, const struct ask_keys *keys, struct arena *a, struct why *w)
{
    struct ask_binding as = ask_question_binding(&p->question);

    if (!verify(p->question_bytes, &as, keys, a, w))
        return false;
    for (size_t i = 0; i < p->n; i++) {
        if (!answers_it(p, &p->answer[i]))
            return why_set(w, "other-question", WHY_NO_OFFSET, NULL, "an answer is to another question");
        as = ask_answer_binding(&p->answer[i], p->question.purpose);
        if (!verify(p->answer_bytes[i], &as, keys, a, w))
            return false;
    }
    return true;
}

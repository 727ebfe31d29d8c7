/*
 * Messages between members. The first byte says which reader; what is read writes back to the same bytes, and
 * the word that an agreement decides by is "valid" for nothing but a document in use.
 */
#include <stdlib.h>

#include "service/ask/proof.h"
#include "service/licence/entry.h"
#include "service/licence/status.h"
#include "wire/cbor_write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void same(struct buffer *b, struct span in)
{
    if (!buf_ok(b) || !span_eq(buf_span(b), in))
        abort();
    buf_free(b);
}

static void question(struct span in, struct arena *a, struct why *w)
{
    struct ask_question q;
    struct buffer b;

    if (!ask_question_read(in, a, &q, w))
        return;
    buf_init(&b, LIMIT_ASK_MESSAGE);
    ask_question_put(&q, &b);
    same(&b, in);
}

static void answer(struct span in, struct arena *a, struct why *w)
{
    struct ask_answer n;
    struct buffer b;

    if (!ask_answer_read(in, a, &n, w))
        return;
    if ((n.said == ASK_SAID_REFUSED) != (n.reason.n > 0))
        abort();
    buf_init(&b, LIMIT_ASK_MESSAGE);
    ask_answer_put(&n, &b);
    same(&b, in);
}

static void entry(struct span in, struct arena *a, struct why *w)
{
    struct licence_entry e;
    struct buffer b;

    if (!licence_entry_read(in, a, &e, w))
        return;
    buf_init(&b, LIMIT_ASK_MESSAGE);
    licence_entry_put(&e, &b);
    same(&b, in);
}

static void status(struct span in, struct arena *a, struct why *w)
{
    struct licence_status s = { .state = ASK_ANSWERED };
    struct span fact;

    if (!licence_status_read(in, a, &s, w))
        return;
    fact = licence_status_fact(&s, SPAN("B"));
    if (span_eq_str(fact, "valid") && !licence_in_use(s.standing))
        abort();
    s.state = ASK_LATE;
    if (licence_status_fact(&s, SPAN("B")).n)
        abort();
}

/* Read as signed; written again from its parts it is the same, and no key of a table of none proves it. */
static void sealed(struct span in, struct arena *a, struct why *w)
{
    static const struct ask_key_table nobody = { NULL, 0 };
    const struct ask_keys keys = ask_keys_of_table(&nobody);
    const struct ask_binding as = { .from = SPAN("IR"), .to = SPAN("KZ") };
    struct ask_sealed m;
    struct buffer b;

    if (!ask_sealed_read(in, a, &m, w))
        return;
    buf_init(&b, in.n + 64);
    cbor_put_head(&b, CBOR_TAG, 18);
    cbor_put_array(&b, 4);
    cbor_put_bytes(&b, m.protected_header);
    cbor_put_map(&b, 0);
    cbor_put_bytes(&b, m.message);
    cbor_put_bytes(&b, m.signature);
    if (m.beside.n)
        cbor_put_bytes(&b, m.beside);
    same(&b, in);
    if (ask_verify(&m, &as, &keys, a, w))
        abort();
}

static void proof(struct span in, struct arena *a, struct why *w)
{
    struct ask_proof p;

    if (ask_proof_read(in, a, &p, w) && p.n > ASK_PROOF_ANSWERS)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static void (*const readers[])(struct span, struct arena *, struct why *) = { question, answer, entry,
                                                                                  status,   sealed, proof };
    struct arena a;
    struct why w;

    if (n == 0)
        return 0;
    why_clear(&w);
    arena_init(&a, 8 << 20);
    readers[data[0] % 6](span_of(data + 1, n - 1), &a, &w);
    arena_free(&a);
    return 0;
}

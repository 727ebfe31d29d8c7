/*
 * Notices and steps as members send them, requests and answers as people do. The first byte says which
 * reader; what is read of a member writes back to the same bytes, and whatever is read keeps to its own
 * rules.
 */
#include <stdlib.h>

#include "service/licence/offence.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void same(struct buffer *b, struct span in)
{
    if (!buf_ok(b) || !span_eq(buf_span(b), in))
        abort();
    buf_free(b);
}

static void notice(struct span in, struct arena *a, struct why *w)
{
    struct offence_notice x;
    struct buffer b;

    if (!offence_notice_read(in, a, &x, w))
        return;
    if (!x.redress.n || offence_notice_fault(&x))
        abort();
    buf_init(&b, LIMIT_ASK_MESSAGE);
    offence_notice_put(&x, &b);
    same(&b, in);
}

static void step(struct span in, struct arena *a, struct why *w)
{
    struct offence_step x;
    struct buffer b;

    if (!offence_step_read(in, a, &x, w))
        return;
    if (x.n < 1 || x.n > OFFENCE_STEPS || offence_step_fault(&x))
        abort();
    buf_init(&b, LIMIT_ASK_MESSAGE);
    offence_step_put(&x, &b);
    same(&b, in);
}

static void request(struct span in, struct arena *a, struct why *w)
{
    const struct offence_defaults d = { SPAN("IR"), SPAN("SPECIMEN police"), SPAN("SPECIMEN court"), 30 };
    struct offence_request q;

    if (offence_request_read(in, &d, a, &q, w) && offence_notice_fault(&q.notice))
        abort();
}

static void answer(struct span in, struct arena *a, struct why *w)
{
    struct offence_answer q;

    if (offence_answer_read(in, a, &q, w) && q.step.word <= OFFENCE_ACKNOWLEDGED)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static void (*const readers[])(struct span, struct arena *, struct why *) = { notice, step, request,
                                                                                  answer };
    struct arena a;
    struct why w;

    if (n == 0)
        return 0;
    why_clear(&w);
    arena_init(&a, 8 << 20);
    readers[data[0] % 4](span_of(data + 1, n - 1), &a, &w);
    arena_free(&a);
    return 0;
}

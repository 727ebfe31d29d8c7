/* What a member published about notices: whatever is accepted is written again to the same bytes, and judging
 * it reads nothing outside of it. */
#include <stdlib.h>

#include "service/notice/notice_statement.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void same(struct span json, struct buffer *b, bool written)
{
    if (!written || !span_eq(buf_span(b), json))
        abort();
}

static void look(struct span json, struct arena *a)
{
    const struct notice *x = NULL;
    struct notice *draft = NULL;
    struct notice_statement s;
    struct buffer b;

    buf_init(&b, 1 << 20);
    if (notice_read(json, a, &x, NULL))
        same(json, &b, notice_put(x, a, &b, NULL));
    buf_reset(&b);
    if (notice_statement_read(json, a, &s, NULL))
        same(json, &b, notice_statement_put(&s, a, &b, NULL));
    buf_reset(&b);
    if (notice_read_draft(json, a, &draft, NULL) && notice_put(draft, a, &b, NULL)) {
        struct notice *again = NULL;

        /* What an officer saves can be loaded again. */
        if (!notice_read_draft(buf_span(&b), a, &again, NULL))
            abort();
    }
    buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct span in = span_of(p, n), json = in;
    bool notice = false;
    struct arena a;

    arena_init(&a, 64 << 20);
    look(in, &a);
    if (notice_open(in, SPAN("kz.specimen"), NULL, &notice, &json, NULL))
        look(json, &a);
    arena_free(&a);
    return 0;
}

/* Tables of documents as registers give them out: whatever row is accepted can be published, and is read back
 * the same. */
#include <stdlib.h>

#include "base/text.h"
#include "service/notice/document_row.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static bool same(void *ctx, const struct document_entry *e, struct why *w)
{
    const struct document_entry *was = ctx;

    (void)w;
    if (e->kind != was->kind || e->status != was->status || date_cmp(e->on, was->on) != 0 ||
        !span_eq(document_number_span(&e->number), document_number_span(&was->number)) ||
        !span_eq(document_number_span(&e->to), document_number_span(&was->to)))
        abort();
    return true;
}

static void publish(struct document_entry *e)
{
    struct buffer b;

    buf_init(&b, 4096);
    documents_begin(&b);
    documents_put(e, &b);
    if (!documents_read(buf_span(&b), true, same, e, NULL))
        abort();
    buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct span rest = span_of(p, n), line = { 0 };
    struct document_table t;
    struct document_entry e;
    struct arena a;

    if (!text_split(&rest, '\n', &line) || !document_table_begin(line, &t, NULL))
        return 0;
    arena_init(&a, 64 * 1024);
    if (t.json)
        rest = span_of(p, n);
    for (unsigned i = 0; i < 20 && text_split(&rest, '\n', &line); i++) {
        arena_reset(&a);
        if (document_row_read(&t, line, &a, &e, NULL))
            publish(&e);
    }
    arena_free(&a);
    return 0;
}

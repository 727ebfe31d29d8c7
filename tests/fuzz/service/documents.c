/* What a member published as a list of documents: whatever is accepted is written again to the same bytes. */
#include <stdlib.h>

#include "service/notice/documents.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static bool again(void *ctx, const struct document_entry *e, struct why *w)
{
    (void)w;
    documents_put(e, ctx);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    for (int listed = 0; listed < 2; listed++) {
        struct buffer b;

        buf_init(&b, 1 << 20);
        documents_begin(&b);
        if (documents_read(span_of(p, n), listed, again, &b, NULL) && !span_eq(buf_span(&b), span_of(p, n)))
            abort();
        buf_free(&b);
    }
    return 0;
}

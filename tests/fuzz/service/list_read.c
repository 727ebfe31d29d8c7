/* Published lists of every form, in pieces: whatever is handed on reads the same again. */
#include <stdlib.h>

#include "service/notice/list_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static bool take(void *ctx, const struct list_entry *e, struct why *w)
{
    struct list_entry again;
    struct names_about about;
    struct buffer one, two;
    struct arena a;

    (void)ctx, (void)w;
    arena_init(&a, 64 << 20);
    buf_init(&one, 16 << 20);
    buf_init(&two, 16 << 20);
    list_entry_write(&one, e);
    list_entry_about(e, &about);
    if (!buf_ok(&one) || !list_entry_read(buf_span(&one), &a, &again, NULL))
        abort();
    list_entry_write(&two, &again);
    if (!span_eq(buf_span(&one), buf_span(&two)) || !list_entry_caption(e).n)
        abort();
    buf_free(&one);
    buf_free(&two);
    arena_free(&a);
    return true;
}

static bool refused(void *ctx, uint64_t line, struct span id, const struct why *why, struct why *w)
{
    (void)ctx, (void)line, (void)id, (void)w;
    if (!why->reason)
        abort();
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    const struct list_sink sink = { NULL, take, refused };
    struct list_stated stated;
    struct list_reader *r;
    enum list_format f;
    size_t piece;
    bool ok = true;

    if (n < 2 || !list_format_detect(span_of(p + 1, n - 1), &f, NULL))
        return 0;
    piece = 1 + p[0] % 97;
    r = list_reader_new(f, &sink);
    for (size_t at = 1; ok && at < n; at += piece)
        ok = list_reader_feed(r, span_sub(span_of(p, n), at, at + piece), NULL);
    if (ok && list_reader_end(r, &stated, NULL) && stated.stated > stated.entries + stated.refused)
        abort();
    list_reader_free(r);
    return 0;
}

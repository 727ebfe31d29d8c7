/* A matcher over a few indicators and a text, and the hits as lines. */
#ifndef SERAI_TESTS_UNIT_DETECT_SUPPORT_H
#define SERAI_TESTS_UNIT_DETECT_SUPPORT_H

#include "vectors.h"

#include <stdlib.h>

#include "crypto/node_key.h"
#include "detect/build.h"
#include "detect/input.h"
#include "detect/live.h"
#include "detect/log.h"
#include "detect/source.h"

struct hits {
    struct buffer b; /* "line field id match[ list]*\n" */
    const char *file;
    size_t n;
};

static inline void on_hit(void *ctx, const struct detect_hit *h)
{
    struct hits *t = ctx;

    if (t->file)
        buf_printf(&t->b, "%s ", t->file);
    buf_printf(&t->b, "%llu %s ", (unsigned long long)h->line, h->field);
    buf_put(&t->b, h->indicator->id);
    buf_printf(&t->b, " %s", detect_match_word(h->match));
    for (size_t i = 0; i < h->lists_n; i++) {
        buf_u8(&t->b, ' ');
        buf_put(&t->b, h->lists[i]);
    }
    buf_u8(&t->b, '\n');
    t->n++;
}

static inline struct detect_build *new_build(enum detect_sign sign)
{
    struct detect_build_how how = { .sign = sign, .made = 1790000000 };

    random_bytes(&how.key, sizeof how.key);
    random_bytes(how.identity, sizeof how.identity);
    return detect_build_new(&how);
}

static inline void read_source(struct detect_build *b, struct span text, struct detect_source_counts *c)
{
    const struct detect_source_how how = { .name = SPAN("list") };
    struct why w = { 0 };

    if (!detect_source_read(b, text, &how, c, &w))
        fail_msg("%s: %s", w.reason, w.detail);
}

/* An image in memory of such a list. */
static inline void image_of(struct span list, struct detect_image *out)
{
    struct detect_build *b = new_build(DETECT_ALERT);
    struct detect_source_counts c = { 0 };
    struct why w = { 0 };

    read_source(b, list, &c);
    if (!detect_build_memory(b, out, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    detect_build_free(b);
}

static inline void image_release(struct detect_image *i)
{
    void *p = (void *)(uintptr_t)i->p;

    detect_image_close(i);
    free(p);
}

/* The text in a buffer with what readers want behind it. */
static inline void run_log(struct detect_log *l, struct detect_matcher *m, struct span text, uint64_t first)
{
    uint8_t *p = malloc(text.n + LOG_PAD);

    if (text.n)
        memcpy(p, text.p, text.n);
    memset(p + text.n, 0, LOG_PAD);
    (void)detect_log_piece(l, m, p, text.n, first);
    free(p);
}

static inline const char *match_text(const struct detect_image *i, const struct detect_log_how *how,
                                     const char *text, struct hits *t, struct detect_counts *c)
{
    struct detect_set set = { .layer = { *i }, .layers = 1 };
    struct detect_matcher *m = detect_matcher_new(on_hit, t);
    struct detect_log *l = detect_log_new(how);

    buf_init(&t->b, 64 << 20);
    t->n = 0;
    detect_matcher_use(m, &set);
    run_log(l, m, span_str(text), 1);
    if (c)
        *c = *detect_matcher_counts(m);
    detect_log_free(l);
    detect_matcher_free(m);
    return buf_cstr(&t->b);
}

#endif

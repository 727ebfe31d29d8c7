/* Any bytes as a list: each row's value is clean, and nothing is lost. */
#include <stdlib.h>

#include "intel/indicator.h"
#include "intel/list.h"
#include "intel/misp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static bool on_row(void *ctx, const struct intel_row *r)
{
    static const struct intel_about about = { .confidence = -1 };
    struct intel_value v;
    struct buffer b;

    if (!intel_read_value(r->value, r->kind, &v, NULL) || v.kind != r->kind ||
        !span_eq(intel_value_span(&v), r->value) || r->confidence > 100)
        abort();
    buf_init(&b, 1 << 20);
    indicator_put(&b, r, &about, NULL);
    if (!buf_ok(&b))
        abort();
    buf_free(&b);
    ++*(size_t *)ctx;
    return true;
}

static bool on_line(void *ctx, struct span md5, struct span event)
{
    (void)ctx;
    if (md5.n != 32 || event.n != 36)
        abort();
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const struct intel_about about = { .confidence = -1 };
    struct pattern_part part[PATTERN_PARTS];
    size_t rows = 0, parts;
    const struct intel_sink sink = { .row = on_row, .ctx = &rows };
    struct list_stats s;
    struct arena a;
    bool any;

    for (int f = LIST_AUTO; f <= LIST_FILE_PATTERNS; f++) {
        arena_init(&a, 64 << 20);
        rows = 0;
        if (intel_list_read(span_of(data, n), (enum list_format)f, &about, &sink, &a, &s, NULL) &&
            rows != s.rows)
            abort();
        arena_free(&a);
    }
    arena_init(&a, 1 << 20);
    (void)!misp_read_hashes(span_of(data, n), on_line, &sink, &rows, NULL);
    (void)!indicator_read_pattern(span_of(data, n), &a, part, PATTERN_PARTS, &parts, &any);
    arena_free(&a);
    return 0;
}

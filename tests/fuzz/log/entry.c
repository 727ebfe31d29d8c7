/* What others send to a log: entries' headers, files of two histories. The first byte says what. */
#include <stdlib.h>

#include "log/fork.h"
#include "log/leaf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void need(bool ok)
{
    if (!ok)
        abort();
}

static void header(struct span in)
{
    struct why w = { 0 };
    struct leaf l;
    struct buffer b;

    if (!leaf_parse(in, &l, &w)) {
        need(w.reason && w.offset <= in.n);
        return;
    }
    buf_init(&b, in.n + 1);
    need(leaf_put(&l, &b) && span_eq(buf_span(&b), in));
    buf_free(&b);
}

static void fork_file(struct span in)
{
    static struct fork_file f;
    static struct policy none;
    struct why w = { 0 };
    struct arena a;

    if (!fork_parse(in, &f, &w)) {
        need(w.reason && (w.offset == WHY_NO_OFFSET || w.offset <= in.n));
        return;
    }
    arena_init(&a, 1 << 20);
    need(!fork_check(&f, &none, &a, NULL));
    arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    if (n > 0)
        (data[0] & 1 ? fork_file : header)(span_of(data + 1, n - 1));
    return 0;
}

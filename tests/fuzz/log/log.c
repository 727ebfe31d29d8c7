/* What others wrote of a log: read without harm, and written again as it was. The first byte says what. */
#include <stdlib.h>

#include "log/proof_file.h"
#include "log/tile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void need(bool ok)
{
    if (!ok)
        abort();
}

static void checkpoint(struct span in)
{
    struct checkpoint c;
    struct why w = { 0 };
    struct buffer b;

    if (!checkpoint_parse(in, &c, &w)) {
        need(w.reason && w.offset <= in.n);
        return;
    }
    if (c.n_extensions)
        return;
    buf_init(&b, in.n + 1);
    checkpoint_put(c.origin, c.size, &c.root, &b);
    need(buf_ok(&b) && span_eq(buf_span(&b), in));
    buf_free(&b);
}

static void path(struct span in)
{
    char again[TILE_PATH];
    struct tile t;

    if (!tile_path_parse(in, &t))
        return;
    tile_path(&t, again);
    need(span_eq_str(in, again));
}

static void bundle(struct span in)
{
    struct span entry[TILE_WIDTH];
    struct why w = { 0 };

    if (in.n && !bundle_parse(span_sub(in, 1, in.n), in.p[0], entry, &w))
        need(w.reason && w.offset <= in.n);
}

static void policy(struct span in)
{
    static struct policy p;
    struct why w = { 0 };

    if (!policy_parse(in, &p, &w))
        need(w.reason && w.offset <= in.n);
    else
        need(p.n_logs <= LIMIT_POLICY && p.n <= LIMIT_POLICY && p.quorum <= p.n);
}

static void proof(struct span in)
{
    static struct proof_file f;
    static struct policy none;
    struct policy_verdict v;
    struct tree_hash leaf;
    struct why w = { 0 };
    struct arena a;

    if (!proof_file_parse(in, &f, &w)) {
        need(w.reason && (w.offset == WHY_NO_OFFSET || w.offset <= in.n));
        return;
    }
    arena_init(&a, 1 << 20);
    tree_leaf(in, &leaf);
    need(f.n < TREE_LEVELS && !proof_file_check(&f, &none, &leaf, &a, &v, NULL));
    arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static void (*const what[])(struct span) = { checkpoint, path, bundle, policy, proof };

    if (n > 0)
        what[data[0] % (sizeof what / sizeof *what)](span_of(data + 1, n - 1));
    return 0;
}

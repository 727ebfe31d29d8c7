/* A pattern is read, printed, and read again as the same; what else is asked of it does not fail. */
#include <stdlib.h>

#include "stix/pattern_index.h"
#include "stix/pattern_say.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same(const struct pattern *a, const struct pattern *b)
{
    if (a->nodes != b->nodes || a->comparisons != b->comparisons || a->brackets != b->brackets)
        abort();
    for (uint32_t i = 0; i < a->nodes; i++) {
        const struct pattern_node *x = &a->node[i], *y = &b->node[i];

        if (x->kind != y->kind || x->first != y->first || x->left != y->left || x->parent != y->parent ||
            x->which != y->which || x->times != y->times || pattern_time_cmp(x->window, y->window) != 0 ||
            pattern_time_cmp(x->start, y->start) != 0 || pattern_time_cmp(x->stop, y->stop) != 0)
            abort();
    }
    for (uint32_t i = 0; i < a->comparisons; i++)
        if (a->comparison[i].op != b->comparison[i].op || a->comparison[i].steps != b->comparison[i].steps ||
            a->comparison[i].constants != b->comparison[i].constants ||
            a->comparison[i].negated != b->comparison[i].negated)
            abort();
}

static void ask(const struct pattern *p, struct arena *a)
{
    struct buffer b;
    uint32_t n;

    (void)!pattern_check(p, NULL);
    (void)pattern_never(p);
    (void)pattern_equalities(p, NULL, NULL);
    for (uint32_t i = 0; i < p->brackets && i < 8; i++)
        (void)pattern_literals(p, i, a, &n);
    buf_init(&b, 1 << 22);
    pattern_say(p, &b);
    if (pattern_level(p) < 1 || pattern_level(p) > 3)
        abort();
    buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct buffer once, twice;
    struct pattern p, again;
    struct why w = { 0 };

    arena_init(&a, 64 << 20);
    buf_init(&once, 1 << 22);
    buf_init(&twice, 1 << 22);
    if (pattern_parse(span_of(data, size), &a, &p, &w)) {
        pattern_print(&p, &once);
        if (!pattern_parse(buf_span(&once), &a, &again, &w))
            abort();
        same(&p, &again);
        pattern_print(&again, &twice);
        if (!span_eq(buf_span(&once), buf_span(&twice)))
            abort();
        ask(&p, &a);
    } else if (!w.reason || (w.offset != WHY_NO_OFFSET && w.offset > size)) {
        abort();
    }
    buf_free(&once);
    buf_free(&twice);
    arena_free(&a);
    return 0;
}

/* Any bytes as the plan of a drill: what is accepted is marked throughout and within its own bounds. */
#include <stdlib.h>

#include "service/cyber/drill.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static bool marked(struct span s)
{
    return span_starts(s, SPAN("EXERCISE"));
}

static void check(const struct drill_inject *x, const struct drill_plan *p)
{
    bool object = span_eq_str(x->what, "object");

    if (!marked(x->title) || (!object && !marked(x->content)) || !x->n_to || x->n_to > DRILL_MEMBERS ||
        x->n_expect > DRILL_EXPECTS || p->from + (unix_time)x->after * 60 >= p->until)
        abort();
    for (size_t i = 0; i < x->n_to; i++) {
        size_t k = 0;

        while (k < p->n_member && !span_eq(p->member[k], x->to[i]))
            k++;
        if (k == p->n_member)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct drill_plan p;
    struct arena a;

    arena_init(&a, 64 << 20);
    if (drill_plan_read(span_of(data, n), &a, &p, NULL)) {
        if (!marked(p.title) || p.from >= p.until || !p.n_inject || p.n_inject > DRILL_INJECTS)
            abort();
        for (size_t i = 0; i < p.n_inject; i++)
            check(&p.inject[i], &p);
    }
    arena_free(&a);
    return 0;
}

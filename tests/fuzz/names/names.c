/* Two names, a line feed between: scores stay within 0 and 1, every word is explained once, and whatever is
 * read compares with itself as the same. */
#include <stdlib.h>

#include "names/explain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Each word of both sides has its reason. */
static bool explained(const struct names_name *x, const struct names_name *y, const struct names_match *m)
{
    struct names_reason r[NAMES_REASONS];
    size_t a = 0, b = 0, n;
    struct arena arena;

    arena_init(&arena, 1 << 20);
    n = names_explain(&arena, x, y, m, r);
    for (size_t i = 0; i < n; i++) {
        a += r[i].query.n > 0;
        b += r[i].candidate.n > 0;
        for (size_t k = 0; k < r[i].query.n; k++)
            a += r[i].query.p[k] == ' ';
        for (size_t k = 0; k < r[i].candidate.n; k++)
            b += r[i].candidate.p[k] == ' ';
    }
    arena_free(&arena);
    return a == x->n && b == y->n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct names *t;
    const uint8_t *lf = n ? memchr(data, '\n', n) : NULL;
    struct span a = span_of(data, lf ? (size_t)(lf - data) : n),
                b = lf ? span_of(lf + 1, n - a.n - 1) : (struct span){ NULL, 0 };
    enum names_schema schema = n & 1 ? NAMES_ORGANIZATION : NAMES_PERSON;
    struct names_name x, y;
    struct names_match m;
    struct why w = { 0 };

    if (!t)
        t = names_open(&w);
    if (!t || !names_read(t, a, schema, &x, &w) || !names_read(t, b, schema, &y, &w))
        return 0;
    names_compare(t, NULL, schema, &x, &y, &m);
    if (!(m.score >= 0 && m.score <= 1))
        abort();
    if (x.n && y.n && !explained(&x, &y, &m))
        abort();
    names_compare(t, NULL, schema, &x, &x, &m);
    if (x.n && m.score != 1)
        abort();
    return 0;
}

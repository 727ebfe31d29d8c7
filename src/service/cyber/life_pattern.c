/* What a pattern comes to: a list of values, or itself. */
#include <stdlib.h>

#include "base/scratch.h"
#include "service/cyber/life_internal.h"
#include "stix/pattern_index.h"

struct taking {
    struct life *life;
    struct named **out;
    size_t n;
    bool whole; /* the pattern itself is needed */
};

static bool one(const struct pattern_equality *e, void *arg)
{
    static const enum detect_kind kinds[] = {
        [PATTERN_IPV4] = DETECT_IPV4, [PATTERN_IPV6] = DETECT_IPV6,     [PATTERN_DOMAIN] = DETECT_DOMAIN,
        [PATTERN_URL] = DETECT_URL,   [PATTERN_EMAIL] = DETECT_MAIL,    [PATTERN_MD5] = DETECT_MD5,
        [PATTERN_SHA1] = DETECT_SHA1, [PATTERN_SHA256] = DETECT_SHA256, [PATTERN_SHA512] = DETECT_SHA512,
    };
    uint8_t UNINITIALIZED form[DETECT_VALUE];
    struct taking *t = arg;
    enum detect_kind kind = kinds[e->kind];
    struct why w = { 0 };
    struct buffer b;

    buf_init_fixed(&b, form, sizeof form);
    if (e->referred || t->n == LIFE_VALUES) {
        t->whole = true;
        return false;
    }
    /* A value that is none, and a name of one label, which would be met everywhere: no detector takes them.
     */
    if (!detect_put_value(&b, e->value, &kind, &w) || (kind == DETECT_DOMAIN && !memchr(b.p, '.', b.n)))
        return true;
    t->out[t->n++] = life_name(t->life, kind, buf_span(&b));
    return true;
}

static int by_place(const void *a, const void *b)
{
    const struct named *x = *(struct named *const *)a, *y = *(struct named *const *)b;

    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return span_cmp(span_of(x->p, x->length), span_of(y->p, y->length));
}

size_t life_values_of(struct life *l, struct span pattern, struct arena *a, struct named **out)
{
    struct taking t = { l, out, 0, false };
    struct pattern p;
    struct why w = { 0 };
    size_t n = 0;

    if (!pattern_parse(pattern, a, &p, &w))
        return 0;
    if (!pattern_equalities(&p, NULL, NULL) || !pattern_equalities(&p, one, &t) || t.whole) {
        out[0] = life_name(l, DETECT_KINDS, pattern);
        return pattern.n <= DETECT_VALUE;
    }
    qsort(out, t.n, sizeof(struct named *), by_place);
    for (size_t i = 0; i < t.n; i++)
        if (!n || out[n - 1] != out[i])
            out[n++] = out[i];
    return n;
}

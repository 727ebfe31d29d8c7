/* Counts of hits, for statistics: nobody's data. */
#include "service/notice/hit.h"

static bool same(const struct hit_figure *x, const struct hit_count *c)
{
    return span_eq(x->owner, c->owner) && span_eq(x->kind, c->kind);
}

static void add(struct hit_figure *x, const struct hit_count *c)
{
    x->hits += c->n;
    x->seconds += c->outcome.n ? c->seconds : 0;
    if (!c->outcome.n)
        x->open += c->n;
    else if (span_eq_str(c->outcome, "no match"))
        x->no_match += c->n;
    else if (span_eq_str(c->outcome, "possible"))
        x->possible += c->n;
    else
        x->confirmed += c->n;
}

/* The counts come by owner and kind. */
bool hit_figures(struct store *s, unix_time from, unix_time to, struct arena *a,
                 const struct hit_figure **ret, size_t *n, struct why *w)
{
    const struct hit_count *c = NULL;
    struct hit_figure *x;
    size_t n_counts = 0, k = 0;

    if (!store_count_hits(s, from, to, a, &c, &n_counts, w))
        return false;
    x = arena_array(a, n_counts + 1, sizeof *x);
    if (!x)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    for (size_t i = 0; i < n_counts; i++) {
        if (!k || !same(&x[k - 1], &c[i]))
            x[k++] = (struct hit_figure){ .owner = c[i].owner, .kind = c[i].kind };
        add(&x[k - 1], &c[i]);
    }
    *ret = x;
    *n = k;
    return true;
}

static bool member_figures(void *ctx, unix_time from, unix_time to, struct arena *a,
                           const struct notice_hit_figures **ret, size_t *n, struct why *w)
{
    const struct hit_figure *x = NULL;
    struct notice_hit_figures *out;
    size_t n_figures = 0, k = 0;

    if (!hit_figures(ctx, from, to, a, &x, &n_figures, w))
        return false;
    out = arena_array(a, n_figures + 1, sizeof *out);
    if (!out)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    for (size_t i = 0; i < n_figures; i++) {
        if (x[i].owner.n != 2) /* a list's name */
            continue;
        if (!k || !span_eq_str(x[i].owner, out[k - 1].member)) {
            out[k] = (struct notice_hit_figures){ .hits = 0 };
            memcpy(out[k++].member, x[i].owner.p, 2);
        }
        out[k - 1].hits += x[i].hits;
        out[k - 1].no_match += x[i].no_match;
        out[k - 1].possible += x[i].possible;
        out[k - 1].confirmed += x[i].confirmed;
    }
    *ret = out;
    *n = k;
    return true;
}

struct notice_hit_source hit_figure_source(struct store *s)
{
    return (struct notice_hit_source){ .ctx = s, .figures = member_figures };
}

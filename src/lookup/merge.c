#include "lookup/merge.h"

/* A heap of the sources that have more: the smallest fingerprint first, of equal ones the later source. */
struct heap {
    struct merge_source *s;
    size_t n;
    uint16_t at[MERGE_SOURCES];
};

static bool before(const struct heap *h, uint16_t a, uint16_t b)
{
    lookup_print x = h->s[a].now.print, y = h->s[b].now.print;

    return x != y ? x < y : a > b;
}

static void sink(struct heap *h, size_t i)
{
    for (;;) {
        size_t least = i;
        uint16_t was = h->at[i];

        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < h->n; child++)
            if (before(h, h->at[child], h->at[least]))
                least = child;
        if (least == i)
            return;
        h->at[i] = h->at[least];
        h->at[least] = was;
        i = least;
    }
}

/* *more false: it ended. */
static bool advance(struct merge_source *s, bool *more, struct why *w)
{
    *more = s->at < s->n;
    if (!*more)
        return true;
    if (!s->image) {
        s->now = s->entry[s->at++];
        return true;
    }
    s->now.state = TABLE_PUT;
    return pages_at(s->image, s->at++, &s->now.print, &s->now.value) ||
           why_set(w, "damaged", WHY_NO_OFFSET, NULL,
                   "the image of a set has a page that is not as it was written");
}

static bool fill(struct heap *h, size_t n, struct why *w)
{
    bool more;

    for (size_t i = 0; i < n; i++) {
        if (!advance(&h->s[i], &more, w))
            return false;
        if (more)
            h->at[h->n++] = (uint16_t)i;
    }
    for (size_t i = h->n / 2; i-- > 0;)
        sink(h, i);
    return true;
}

bool merge_run(struct merge_source *s, size_t n,
               bool (*one)(void *ctx, lookup_print p, uint32_t value, struct why *w), void *ctx,
               struct why *w)
{
    struct heap h = { .s = s };
    lookup_print last = 0;
    bool any = false, more;

    if (n > MERGE_SOURCES)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "too many parts to merge at once");
    if (!fill(&h, n, w))
        return false;
    while (h.n) {
        struct merge_source *top = &s[h.at[0]];
        struct table_entry e = top->now;

        if ((!any || e.print != last) && e.state == TABLE_PUT && !one(ctx, e.print, e.value, w))
            return false;
        any = true;
        last = e.print;
        if (!advance(top, &more, w))
            return false;
        if (!more)
            h.at[0] = h.at[--h.n];
        sink(&h, 0);
    }
    return true;
}

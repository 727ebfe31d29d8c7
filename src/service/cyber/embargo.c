#include "service/cyber/embargo.h"

#include <stdlib.h>

enum { AT_ONCE = 256 };

struct look {
    unix_time now;
    uint32_t next;
};

static bool has_end(const struct cyber_label *l)
{
    return (l->flags & CYBER_EMBARGO) && l->until;
}

/* Asked inside the scan for each record: those that have ended are found, of the others the first is kept. */
static bool ended(void *ctx, const struct cyber_label *l)
{
    struct look *k = ctx;

    if (!has_end(l))
        return false;
    if ((unix_time)l->until <= k->now)
        return true;
    if (!k->next || l->until < k->next)
        k->next = l->until;
    return false;
}

static bool lift(struct object_store *s, uint64_t sequence, size_t *lifted, struct why *w)
{
    struct object_new n = { .instead = sequence };
    uint8_t *text;
    bool ok;

    if (!object_store_row(s, sequence, &n.row) || !has_end(&n.row.label))
        return true; /* deleted meanwhile */
    text = malloc((size_t)n.row.n + 1);
    if (!text)
        abort();
    n.text = span_of(text, n.row.n);
    n.type = object_store_type(s, n.row.type);
    n.row.label.flags &= (uint8_t)~CYBER_EMBARGO;
    n.row.label.until = 0;
    ok = object_store_bytes(s, &sequence, 1, text, n.row.n, w) &&
         object_store_add(s, n.row.collection, &n, 1, w);
    *lifted += ok && n.outcome == OBJECT_ADDED;
    free(text);
    return ok;
}

static bool lift_page(struct object_store *s, const struct object_page *p, size_t *lifted, struct why *w)
{
    for (size_t i = 0; i < p->n; i++)
        if (!lift(s, p->sequence[i], lifted, w))
            return false;
    return true;
}

bool cyber_lift_embargoes(struct object_store *s, struct cyber_embargoes *e, unix_time now, size_t *lifted,
                          struct why *w)
{
    const uint64_t newest = object_store_newest(s);
    const bool due = e->next && (unix_time)e->next <= now;
    struct look k = { now, due ? 0 : e->next };
    struct object_query q = { .collection = OBJECT_ANY,
                              .may = ended,
                              .ctx = &k,
                              .after = due ? 0 : e->looked,
                              .until = newest,
                              .versions = OBJECT_ALL,
                              .limit = AT_ONCE };
    struct object_page p;
    bool more = newest > q.after, ok = true;

    *lifted = 0;
    while (ok && more) {
        object_store_find(s, &q, &p);
        ok = lift_page(s, &p, lifted, w);
        more = p.more;
        if (p.n)
            q.after = p.sequence[p.n - 1];
        object_page_free(&p);
    }
    if (ok)
        *e = (struct cyber_embargoes){ .looked = newest, .next = k.next };
    return ok;
}

#include "lookup/table.h"

#include <stdlib.h>

#include "lookup/bytes.h"

enum { FIRST = 256 };

static struct table_entry *place(struct table_entry *entry, size_t room, lookup_print p)
{
    size_t at = (size_t)mix64(p) & (room - 1);

    while (entry[at].state != TABLE_FREE && entry[at].print != p)
        at = (at + 1) & (room - 1);
    return &entry[at];
}

static void grow(struct table *t)
{
    size_t room = t->room ? 2 * t->room : FIRST;
    struct table_entry *entry = calloc(room, sizeof *entry);

    if (!entry)
        abort();
    for (size_t i = 0; i < t->room; i++)
        if (t->entry[i].state != TABLE_FREE)
            *place(entry, room, t->entry[i].print) = t->entry[i];
    free(t->entry);
    t->entry = entry;
    t->room = room;
}

void table_set(struct table *t, const struct lookup_change *c)
{
    struct table_entry *e;

    if (2 * (t->n + 1) > t->room)
        grow(t);
    e = place(t->entry, t->room, c->print);
    t->n += e->state == TABLE_FREE;
    *e = (struct table_entry){ c->print, c->gone ? 0 : c->value, c->gone ? TABLE_GONE : TABLE_PUT, { 0 } };
}

const struct table_entry *table_find(const struct table *t, lookup_print p)
{
    const struct table_entry *e;

    if (t->n == 0)
        return NULL;
    e = place(t->entry, t->room, p);
    return e->state == TABLE_FREE ? NULL : e;
}

void table_join(struct table *t, const struct table *over)
{
    for (size_t i = 0; i < over->room; i++) {
        const struct table_entry *e = &over->entry[i];

        if (e->state != TABLE_FREE)
            table_set(t, &(struct lookup_change){ e->print, e->value, e->state == TABLE_GONE });
    }
}

/* Eight passes over a byte each, the last byte first: equal fingerprints stay in their order. */
size_t table_sort(struct table_entry *e, size_t n, struct table_entry *other)
{
    size_t kept = 0;

    for (unsigned shift = 0; shift < 64; shift += 8) {
        size_t start[257] = { 0 };
        struct table_entry *was = e;

        for (size_t i = 0; i < n; i++)
            start[(e[i].print >> shift & 0xff) + 1]++;
        for (unsigned b = 0; b < 256; b++)
            start[b + 1] += start[b];
        for (size_t i = 0; i < n; i++)
            other[start[e[i].print >> shift & 0xff]++] = e[i];
        e = other;
        other = was;
    }
    for (size_t i = 0; i < n; i++)
        if (i + 1 == n || e[i].print != e[i + 1].print)
            e[kept++] = e[i];
    return kept;
}

struct table_entry *table_sorted(const struct table *t)
{
    struct table_entry *out = malloc((t->n + 1) * sizeof *out), *other = malloc((t->n + 1) * sizeof *out);
    size_t n = 0;

    if (!out || !other)
        abort();
    for (size_t i = 0; i < t->room; i++)
        if (t->entry[i].state != TABLE_FREE)
            out[n++] = t->entry[i];
    (void)table_sort(out, n, other);
    free(other);
    return out;
}

void table_free(struct table *t)
{
    free(t->entry);
    *t = (struct table){ 0 };
}

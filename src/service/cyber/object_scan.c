/*
 * Which records a query finds. Every condition is asked for each record while walking, the reader's first:
 * nothing is decided with a record that the reader may not see.
 */
#include <stdlib.h>

#include "service/cyber/object_internal.h"

enum { MEMO = 64, FORGET = 64 * 1024 };

struct scan {
    const struct object_store *s;
    const struct object_query *q;
    uint32_t rows; /* on disk when the scan began */
    size_t collections;
    uint16_t type[64];
    size_t n_types;
    struct object_part *hint;
    struct { /* what was found of an object, so that many versions of one are not walked again and again */
        uint32_t object, first, last;
        uint8_t highest;
    } memo[MEMO];
    struct object_page *page;
    size_t cap;
    bool full;
};

static const struct object_row *row_of(struct scan *c, uint32_t row)
{
    struct object_part *p = c->hint;

    if (!p || row < p->first || row - p->first >= p->n)
        p = c->hint = object_part_of(c->s, row);
    return &p->rows[row - p->first];
}

static bool seen(const struct scan *c, const struct object_row *r, uint32_t row)
{
    return row < c->rows && !object_index_gone(&c->s->index, row) &&
           (!c->q->may || c->q->may(c->q->ctx, &r->label));
}

static bool spec_fits(struct scan *c, const struct object_row *r, uint8_t highest)
{
    if (c->q->n_specs == 0)
        return !highest || r->spec == highest;
    for (size_t i = 0; i < c->q->n_specs; i++)
        if (c->q->spec[i] == r->spec)
            return true;
    return false;
}

/* The highest specification version of an object among what the reader sees; 0: it does not matter. */
static uint8_t highest_of(struct scan *c, const struct object_head *h)
{
    uint8_t highest = 0;

    if (!c->q->highest_spec || !h->mixed || c->q->n_specs)
        return 0;
    for (uint32_t at = h->newest; at; at = c->s->index.link[at - 1].older) {
        const struct object_row *r = row_of(c, at - 1);

        if (r->spec > highest && seen(c, r, at - 1))
            highest = r->spec;
    }
    return highest;
}

/* All but which version it is. */
static bool passes(struct scan *c, const struct object_row *r, uint32_t row, uint8_t highest)
{
    return seen(c, r, row) && (!c->q->dated || r->date_added > c->q->added_after) && spec_fits(c, r, highest);
}

/* First and last version that pass, once for each object. */
static size_t memo_of(struct scan *c, uint32_t object)
{
    const struct object_index *x = &c->s->index;
    const struct object_head *h = &x->head[object];
    size_t i = object % MEMO;

    if (c->memo[i].object == object)
        return i;
    c->memo[i].object = object;
    c->memo[i].first = c->memo[i].last = 0;
    c->memo[i].highest = highest_of(c, h);
    for (uint32_t at = h->newest; at && !c->memo[i].last; at = x->link[at - 1].older)
        if (passes(c, row_of(c, at - 1), at - 1, c->memo[i].highest))
            c->memo[i].last = at;
    for (uint32_t at = h->oldest; at && !c->memo[i].first; at = x->link[at - 1].newer)
        if (passes(c, row_of(c, at - 1), at - 1, c->memo[i].highest))
            c->memo[i].first = at;
    return i;
}

static bool is_named(const struct object_query *q, const struct object_row *r)
{
    for (size_t i = 0; i < q->n_versions; i++)
        if (object_version_cmp(q->version[i].version, q->version[i].rest, r->version, r->version_rest) == 0)
            return true;
    return false;
}

static bool version_fits(struct scan *c, const struct object_row *r, uint32_t row)
{
    const struct object_query *q = c->q;
    unsigned want = q->versions || q->n_versions ? q->versions : OBJECT_ALL;
    uint32_t object = c->s->index.link[row].object;
    const struct object_head *h = &c->s->index.head[object];
    size_t i;

    if (h->newest == h->oldest) /* the only one */
        return spec_fits(c, r, 0) && ((want & (OBJECT_ALL | OBJECT_LAST | OBJECT_FIRST)) || is_named(q, r));
    i = memo_of(c, object);
    if (!spec_fits(c, r, c->memo[i].highest))
        return false;
    return (want & OBJECT_ALL) || is_named(q, r) || ((want & OBJECT_LAST) && c->memo[i].last == row + 1) ||
           ((want & OBJECT_FIRST) && c->memo[i].first == row + 1);
}

static bool type_fits(const struct scan *c, const struct object_row *r)
{
    for (size_t i = 0; i < c->n_types; i++)
        if (c->type[i] == r->type)
            return true;
    return c->q->n_types == 0;
}

/* False: the page is full and this one comes after it. */
static bool put(struct scan *c, const struct object_row *r, uint32_t row)
{
    struct object_page *p = c->page;

    if ((c->q->limit && p->n == c->q->limit) ||
        (c->q->most_bytes && p->n && p->bytes + r->n + 1 > c->q->most_bytes)) {
        p->more = true;
        return false;
    }
    if (p->n == c->cap) {
        c->cap = c->cap ? c->cap * 2 : 64;
        p->sequence = realloc(p->sequence, c->cap * sizeof *p->sequence);
        if (!p->sequence)
            abort();
    }
    p->bytes += r->n + (p->n > 0);
    if (p->n == 0)
        p->first = r->date_added;
    p->last = r->date_added;
    p->sequence[p->n++] = (uint64_t)row + 1;
    return true;
}

/* One row; false: the page is full. */
static bool look(struct scan *c, uint32_t row)
{
    const struct object_row *r = row_of(c, row);

    if ((c->q->collection != OBJECT_ANY && r->collection != c->q->collection) || !type_fits(c, r) ||
        !seen(c, r, row) || (c->q->dated && r->date_added <= c->q->added_after) || !version_fits(c, r, row))
        return true;
    return put(c, r, row);
}

/* The first place in the list whose row is at least `row`, and whose date_added is later. */
static size_t start_of(struct scan *c, const struct object_list *l)
{
    size_t from = 0, to = l->n;

    while (from < to) {
        size_t mid = (from + to) / 2;

        if (l->row[mid] < c->q->after ||
            (c->q->dated && row_of(c, l->row[mid])->date_added <= c->q->added_after))
            from = mid + 1;
        else
            to = mid;
    }
    return from;
}

/* Under the lock. How many rows were looked at. */
static size_t walk_list(struct scan *c)
{
    const struct object_list *l = &c->s->index.list[c->q->collection];
    size_t start = start_of(c, l), i = start;

    for (; i < l->n && l->row[i] < c->rows; i++)
        if ((c->q->until && l->row[i] >= c->q->until) || !look(c, l->row[i]))
            break;
    return i - start;
}

static size_t walk_all(struct scan *c)
{
    uint64_t i = c->q->after;

    for (; i < c->rows && (!c->q->until || i < c->q->until); i++)
        if (!look(c, (uint32_t)i))
            break;
    return i - c->q->after;
}

static int by_row(const void *a, const void *b)
{
    uint32_t x, y;

    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x < y ? -1 : x > y;
}

struct rows {
    uint32_t *p;
    size_t n, cap;
};

static void rows_add(struct rows *l, uint32_t row)
{
    if (l->n == l->cap) {
        l->cap = l->cap ? l->cap * 2 : 16;
        l->p = realloc(l->p, l->cap * sizeof *l->p);
        if (!l->p)
            abort();
    }
    l->p[l->n++] = row;
}

static void rows_of(struct scan *c, uint16_t collection, uint16_t type, const struct stix_uuid *id,
                    struct rows *out)
{
    const struct object_index *x = &c->s->index;
    uint32_t object = object_index_find(c->s, collection, type, id);

    if (!object)
        return;
    for (uint32_t at = x->head[object].newest; at; at = x->link[at - 1].older)
        if (at - 1 < c->rows && at - 1 >= c->q->after && (!c->q->until || at - 1 < c->q->until))
            rows_add(out, at - 1);
}

/* An object is looked for in each collection that has any: every probe is a place in memory of its own. */
static size_t walk_ids(struct scan *c, const uint16_t *type, const bool *known)
{
    const struct object_query *q = c->q;
    size_t from = q->collection == OBJECT_ANY ? 0 : q->collection, n,
           to = q->collection == OBJECT_ANY ? c->collections : from + 1;
    struct rows found = { 0 };

    for (size_t i = 0; i < q->n_ids; i++)
        for (size_t k = from; known[i] && k < to; k++)
            if (c->s->index.list[k].n)
                rows_of(c, (uint16_t)k, type[i], &q->id[i].uuid, &found);
    if (found.n)
        qsort(found.p, found.n, sizeof *found.p, by_row);
    for (size_t i = 0; i < found.n; i++)
        if ((i == 0 || found.p[i] != found.p[i - 1]) && !look(c, found.p[i]))
            break;
    n = found.n;
    free(found.p);
    return n;
}

void object_store_find(struct object_store *s, const struct object_query *q, struct object_page *out)
{
    struct scan c = { .s = s, .q = q, .page = out, .collections = object_names_collections(s) };
    uint16_t *type = calloc(q->n_ids + 1, sizeof *type);
    bool *known = calloc(q->n_ids + 1, sizeof *known);
    size_t looked = 0;

    if (!type || !known)
        abort();
    *out = (struct object_page){ 0 };
    for (size_t i = 0; i < q->n_ids; i++)
        known[i] = object_names_type_known(s, q->id[i].type, &type[i]);
    for (size_t i = 0; i < q->n_types && c.n_types < sizeof c.type / sizeof *c.type; i++)
        c.n_types += object_names_type_known(s, q->type[i], &c.type[c.n_types]);
    if (q->collection != OBJECT_ANY && q->collection >= OBJECT_COLLECTIONS)
        goto out;
    (void)pthread_rwlock_rdlock(&s->lock);
    c.rows = s->durable;
    if (s->n_parts && c.rows)
        looked = q->n_ids                      ? walk_ids(&c, type, known)
                 : q->collection == OBJECT_ANY ? walk_all(&c)
                                               : walk_list(&c);
    if (atomic_fetch_add(&s->looked, looked) + looked > FORGET) {
        atomic_store(&s->looked, 0);
        object_parts_forget(s);
    }
    (void)pthread_rwlock_unlock(&s->lock);
out:
    free(type);
    free(known);
}

size_t object_store_versions(struct object_store *s, const struct stix_id *id, struct object_row *row,
                             uint64_t *sequence, size_t room)
{
    const struct object_query q = { .collection = OBJECT_ANY };
    struct scan c = { .s = s, .q = &q, .collections = object_names_collections(s) };
    struct rows found = { 0 };
    uint16_t type;
    size_t n = 0;

    if (!object_names_type_known(s, id->type, &type))
        return 0;
    (void)pthread_rwlock_rdlock(&s->lock);
    c.rows = s->durable;
    for (size_t k = 0; c.rows && k < c.collections; k++)
        if (s->index.list[k].n)
            rows_of(&c, (uint16_t)k, type, &id->uuid, &found);
    if (found.n > 1)
        qsort(found.p, found.n, sizeof *found.p, by_row);
    for (size_t i = 0; i < found.n; i++) {
        if (object_index_gone(&s->index, found.p[i]) || n++ >= room)
            continue;
        row[n - 1] = *object_part_row(s, found.p[i]);
        sequence[n - 1] = (uint64_t)found.p[i] + 1;
    }
    atomic_fetch_add(&s->looked, found.n);
    (void)pthread_rwlock_unlock(&s->lock);
    free(found.p);
    return n;
}

bool object_store_after(struct object_store *s, uint16_t collection, int64_t added_after, size_t few)
{
    const struct object_list *l = &s->index.list[collection];
    bool so;

    (void)pthread_rwlock_rdlock(&s->lock);
    so = l->n <= few || object_part_row(s, l->row[l->n - few - 1])->date_added <= added_after;
    (void)pthread_rwlock_unlock(&s->lock);
    return so;
}

void object_page_free(struct object_page *p)
{
    free(p->sequence);
    *p = (struct object_page){ 0 };
}

size_t object_store_count(struct object_store *s, uint16_t collection,
                          bool (*may)(void *ctx, const struct cyber_label *label), void *ctx)
{
    const struct object_query q = { .collection = collection, .may = may, .ctx = ctx };
    struct object_page p;
    size_t n;

    object_store_find(s, &q, &p);
    n = p.n;
    object_page_free(&p);
    return n;
}

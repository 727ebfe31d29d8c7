#include "sync/consumers.h"

#include "sync/internal.h"

enum { AT_ONCE = 64 };

struct delivery {
    struct store *store;
    const struct sync_consumer *c;
    const struct replica_row *row;
    struct origin origin;
    struct span owner;
    struct sync_delivery *out;
    struct buffer body;
    struct why *w;
};

static enum sync_needs needs_of(const struct sync_consumer *c, struct span type)
{
    return c->needs ? c->needs(c->ctx, type) : SYNC_WITNESSED;
}

/* *taken false: the consumer does not take it now. */
static bool tell(struct delivery *d, const struct replica_entry *e, bool *taken)
{
    struct sync_record r = { .origin = &d->origin,
                             .owner = d->owner,
                             .index = e->index,
                             .leaf = &e->leaf,
                             .erased = e->body == REPLICA_BODY_ERASED };
    struct why y = { 0 };

    buf_reset(&d->body);
    if (!r.erased && !leaf_open(&e->leaf, body_salt(e->sealed), body_sealed(e->sealed), &d->body, d->w))
        return false;
    r.body = buf_span(&d->body);
    *taken = d->c->take(d->c->ctx, &r, &y);
    if (!*taken && !d->out->why.reason)
        d->out->why = y;
    if (d->body.n)
        wipe(d->body.p, d->body.n);
    return true;
}

/* A batch under way: where the cursor goes, and what it goes past. */
struct batch {
    struct replica_op op[AT_ONCE + 1];
    size_t n;
    uint64_t next;
    bool stopped;
};

static bool take_entry(struct delivery *d, const struct replica_entry *e, enum sync_needs needs,
                       struct batch *b)
{
    bool taken = true;

    if (!e->is_leaf || span_eq(e->leaf.type, LEAF_ERASURE) || !leaf_fits(&e->leaf, &d->origin, d->owner)) {
        d->out->passed += needs == SYNC_PUBLISHED;
    } else if (needs_of(d->c, e->leaf.type) == needs) {
        if (e->body == REPLICA_BODY_MISSING)
            b->op[b->n++] = (struct replica_op){ .what = REPLICA_PUT_LATE,
                                                 .name = span_str(d->c->name),
                                                 .a = (int64_t)e->index };
        else if (!tell(d, e, &taken))
            return false;
        else
            d->out->told += taken;
    }
    if (taken)
        b->next = e->index + 1;
    b->stopped = !taken;
    return true;
}

static bool save(struct delivery *d, enum sync_needs needs, struct batch *b)
{
    b->op[b->n++] = (struct replica_op){
        .what = REPLICA_PUT_CURSOR, .name = span_str(d->c->name), .a = needs, .b = (int64_t)b->next
    };
    return store_replica_change(d->store, NULL, NULL, d->row->id, b->op, b->n, d->w);
}

static bool take_cursor(void *ctx, const struct replica_line *l, struct why *w)
{
    (void)w;
    *(uint64_t *)ctx = (uint64_t)l->b;
    return true;
}

static bool deliver_batch(struct delivery *d, enum sync_needs needs, uint64_t limit, struct batch *b)
{
    struct replica_entry *e = NULL;
    struct arena a;
    uint64_t next, from = b->next;
    size_t n = 0, most = limit - from < AT_ONCE ? (size_t)(limit - from) : AT_ONCE;
    bool ok;

    arena_init(&a, LIMIT_REQUEST_MEMORY);
    ok = replica_entries(d->store, d->row, from, most, (struct span){ 0 }, true, &a, &e, &n, &next, d->w);
    for (size_t i = 0; ok && i < n && !b->stopped; i++)
        ok = take_entry(d, &e[i], needs, b);
    /* What was taken counts, also when what follows could not be. */
    if (b->next > from && !save(d, needs, b))
        ok = false;
    b->n = 0;
    arena_free(&a);
    return ok;
}

static bool deliver_log(struct delivery *d, enum sync_needs needs, size_t most)
{
    uint64_t limit = needs == SYNC_PUBLISHED ? replica_published(d->row) : replica_witnessed(d->row);
    const struct replica_op q = { .name = span_str(d->c->name), .a = needs };
    struct batch b = { .n = 0 };
    uint64_t from = 0;

    if (limit > d->row->bodies)
        limit = d->row->bodies;
    if (!store_replica_look(d->store, REPLICA_CURSOR, d->row->id, &q, take_cursor, &from, d->w))
        return false;
    b.next = from;
    while (b.next < limit && b.next - from < most && !b.stopped)
        if (!deliver_batch(d, needs, limit, &b))
            return false;
    if (needs == SYNC_WITNESSED)
        d->out->waiting += d->row->held - b.next;
    return true;
}

struct late {
    uint64_t entry[AT_ONCE];
    size_t n;
};

static bool add_late(void *ctx, const struct replica_line *l, struct why *w)
{
    struct late *g = ctx;

    (void)w;
    if (g->n < AT_ONCE)
        g->entry[g->n++] = (uint64_t)l->a;
    return true;
}

static bool deliver_one_late(struct delivery *d, uint64_t index)
{
    const struct replica_op done = { .what = REPLICA_DROP_LATE,
                                     .name = span_str(d->c->name),
                                     .a = (int64_t)index };
    struct replica_entry e;
    struct arena a;
    bool taken = false, ok;

    arena_init(&a, LIMIT_REQUEST_MEMORY);
    ok = replica_entry(d->store, d->row, index, &a, &e, d->w);
    if (ok && (e.body == REPLICA_BODY_THERE || e.body == REPLICA_BODY_ERASED))
        ok = tell(d, &e, &taken);
    if (ok && taken) {
        d->out->late++;
        ok = store_replica_change(d->store, NULL, NULL, d->row->id, &done, 1, d->w);
    }
    arena_free(&a);
    return ok;
}

/* Records that were passed without their bodies. */
static bool deliver_late(struct delivery *d)
{
    const struct replica_op q = { .name = span_str(d->c->name), .a = AT_ONCE };
    struct late g = { .n = 0 };

    if (!store_replica_look(d->store, REPLICA_LATE, d->row->id, &q, add_late, &g, d->w))
        return false;
    for (size_t i = 0; i < g.n; i++)
        if (!deliver_one_late(d, g.entry[i]))
            return false;
    return true;
}

bool sync_deliver(struct store *s, const struct sync_consumer *c,
                  struct span (*owner)(void *ctx, struct span name), void *ctx, size_t most,
                  struct sync_delivery *out, struct why *w)
{
    struct delivery d = { .store = s, .c = c, .out = out, .w = w };
    const struct replica_row *row = NULL;
    struct arena a;
    size_t n = 0;
    bool ok;

    *out = (struct sync_delivery){ 0 };
    arena_init(&a, LIMIT_REQUEST_MEMORY);
    buf_init(&d.body, LIMIT_LOG_BODY);
    ok = replica_list(s, &a, &row, &n, w);
    for (size_t i = 0; ok && i < n; i++) {
        d.row = &row[i];
        if (!origin_parse(row[i].origin, &d.origin, NULL) || !span_eq_str(d.origin.stream, c->stream))
            continue;
        d.owner = owner(ctx, d.origin.name);
        if (d.owner.n)
            ok = deliver_late(&d) && deliver_log(&d, SYNC_PUBLISHED, most) &&
                 deliver_log(&d, SYNC_WITNESSED, most);
    }
    buf_free(&d.body);
    arena_free(&a);
    return ok;
}

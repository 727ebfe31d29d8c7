/* Erasures that stand in another member's log are carried out here too. */
#include "log/retention.h"
#include "sync/internal.h"

enum { AT_ONCE = 256, OPS = 16384 };

struct row_of {
    uint64_t index, first;
    unsigned n;
    struct span bytes;
    struct arena *arena;
};

static bool take_row(void *ctx, const struct replica_line *l, struct why *w)
{
    struct row_of *r = ctx;

    if (r->index < (uint64_t)l->a || r->index >= (uint64_t)(l->a + l->b))
        return true;
    r->first = (uint64_t)l->a;
    r->n = (unsigned)l->b;
    r->bytes = arena_copy(r->arena, l->bytes);
    return r->bytes.p || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

/* The row again, without that body. */
static bool without(const struct row_of *r, struct arena *a, struct span *out, struct why *w)
{
    struct body_slot slot[TILE_WIDTH];
    struct buffer b;
    bool ok;

    if (!body_bundle_parse(r->bytes, r->n, slot, NULL, w))
        return false;
    slot[r->index - r->first] = (struct body_slot){ .kind = BODY_SLOT_ERASED };
    buf_init(&b, r->bytes.n + 4);
    ok = true;
    for (unsigned i = 0; i < r->n && ok; i++)
        ok = body_bundle_put(&slot[i], &b);
    *out = arena_copy(a, buf_span(&b));
    wipe(b.p, b.n);
    buf_free(&b);
    return (ok && out->p) || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

bool erase_one(struct store *s, const struct replica_row *r, uint64_t index, struct arena *a, struct why *w)
{
    struct row_of row = { .index = index, .arena = a };
    const struct replica_op q = { .a = (int64_t)(index / TILE_WIDTH * TILE_WIDTH), .b = (int64_t)index + 1 };
    const int64_t i = (int64_t)index;
    struct span bytes = { 0 };

    if (!store_replica_look(s, REPLICA_BODIES, r->id, &q, take_row, &row, w))
        return false;
    if (row.n == 0)
        return why_set(w, "store-damaged", WHY_NO_OFFSET, NULL, "bodies of a replica are missing");
    if (!without(&row, a, &bytes, w))
        return false;
    const struct replica_op op[] = {
        { .what = REPLICA_DROP_BODIES, .a = (int64_t)row.first, .b = (int64_t)row.first + 1 },
        { .what = REPLICA_PUT_BODIES, .a = (int64_t)row.first, .b = row.n, .bytes = bytes },
        { .what = REPLICA_DROP_PARTS, .a = i, .b = i + 1 },
        { .what = REPLICA_DROP_MISSING, .a = i, .b = i + 1 },
    };

    return store_replica_change(s, NULL, NULL, r->id, op, sizeof op / sizeof *op, w);
}

/* All bodies of a log, asked for or not, are gone: the time of keeping is over. */
static bool erase_log(struct store *s, const struct replica_row *r, struct arena *a, struct why *w)
{
    static const uint8_t erased[4 * TILE_WIDTH] = { 0 };
    struct replica_op *op = arena_array(a, OPS, sizeof *op);
    uint8_t *all = arena_alloc(a, sizeof erased);
    struct replica_row next = *r;
    size_t n = 0;

    if (!op || !all)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    memset(all, 0xff, sizeof erased);
    op[n++] = (struct replica_op){ .what = REPLICA_DROP_PARTS, .b = INT64_MAX };
    op[n++] = (struct replica_op){ .what = REPLICA_DROP_MISSING, .b = INT64_MAX };
    op[n++] = (struct replica_op){ .what = REPLICA_DROP_BODIES, .b = INT64_MAX };
    for (uint64_t at = 0; at < r->held; at += TILE_WIDTH) {
        unsigned width = tile_width(0, at / TILE_WIDTH, r->held);

        if (n == OPS) { /* the rows of what follows are made when it is carried out again */
            if (!store_replica_change(s, NULL, NULL, r->id, op, n, w))
                return false;
            n = 0;
        }
        op[n++] = (struct replica_op){
            .what = REPLICA_PUT_BODIES, .a = (int64_t)at, .b = width, .bytes = span_of(all, 4 * width)
        };
    }
    next.bodies = r->held;
    return store_replica_change(s, &next, r, 0, op, n, w);
}

struct list {
    uint64_t entry[AT_ONCE];
    size_t n;
};

static bool add_pending(void *ctx, const struct replica_line *l, struct why *w)
{
    struct list *p = ctx;

    (void)w;
    if (p->n < AT_ONCE)
        p->entry[p->n++] = (uint64_t)l->a;
    return true;
}

enum erased {
    ERASED_DONE,
    ERASED_LATER, /* what it speaks of is not here yet */
    ERASED_NOT,   /* it speaks of nothing that could be here */
};

/* The log that an erasure speaks of: of the same stream, of its own year or another one. */
static bool other_log(struct store *s, const struct replica_row *r, struct span shard, struct span origin,
                      struct arena *a, struct replica_row *out, enum erased *what, struct why *w)
{
    struct origin mine, its;
    struct buffer b;
    char name[ORIGIN_MAX];
    bool found = false;

    *what = ERASED_NOT;
    if (!origin_parse(r->origin, &mine, NULL))
        return true;
    buf_init_fixed(&b, name, sizeof name);
    if (origin.n == 0) {
        buf_put(&b, span_sub(r->origin, 0, (size_t)(mine.shard.p - r->origin.p)));
        buf_put(&b, shard.n ? shard : mine.shard);
        origin = buf_span(&b);
    }
    if (!origin_parse(origin, &its, NULL) || !span_eq(mine.name, its.name) ||
        !span_eq(mine.stream, its.stream) || !span_eq(mine.audience, its.audience))
        return true;
    if (!replica_find(s, origin, &found, a, out, w))
        return false;
    *what = found ? ERASED_DONE : ERASED_LATER;
    return true;
}

static bool erase_body(struct store *s, const struct replica_row *r, const struct leaf *l, struct arena *a,
                       enum erased *what, struct why *w)
{
    struct replica_row its = { 0 };
    struct replica_entry e;

    if (!other_log(s, r, l->shard, (struct span){ 0 }, a, &its, what, w))
        return false;
    if (*what != ERASED_DONE)
        return true;
    if (l->erased >= its.bodies) {
        *what = ERASED_LATER;
        return true;
    }
    if (!replica_entry(s, &its, l->erased, a, &e, w))
        return false;
    if (e.body == REPLICA_BODY_NONE || !e.is_leaf || memcmp(e.leaf.body, l->body, LEAF_HASH) != 0) {
        *what = ERASED_NOT;
        return true;
    }
    return e.body == REPLICA_BODY_ERASED || erase_one(s, &its, l->erased, a, w);
}

static bool expire(struct store *s, const struct replica_row *r, const struct retention *t, struct arena *a,
                   enum erased *what, struct why *w)
{
    struct replica_row its = { 0 };

    if (!other_log(s, r, (struct span){ 0 }, t->origin, a, &its, what, w))
        return false;
    if (*what != ERASED_DONE)
        return true;
    if (its.held < its.accepted_size) {
        *what = ERASED_LATER;
        return true;
    }
    return erase_log(s, &its, a, w);
}

static bool carry_out(struct store *s, const struct replica_row *r, uint64_t entry, struct arena *a,
                      uint64_t *erased, struct why *w)
{
    const struct replica_op done = { .what = REPLICA_DROP_ERASURE, .a = (int64_t)entry };
    enum erased what = ERASED_NOT;
    struct retention t;
    struct replica_entry e;
    bool ok = replica_entry(s, r, entry, a, &e, w);

    if (ok && e.is_leaf)
        ok = erase_body(s, r, &e.leaf, a, &what, w);
    else if (ok && retention_parse(e.bytes, &t, NULL) && t.expiry)
        ok = expire(s, r, &t, a, &what, w);
    if (!ok || what == ERASED_LATER)
        return ok;
    *erased += what == ERASED_DONE;
    return store_replica_change(s, NULL, NULL, r->id, &done, 1, w);
}

bool erase_pending(struct store *s, const struct replica_row *r, struct arena *up, uint64_t *erased,
                   struct why *w)
{
    const struct replica_op q = { .a = AT_ONCE };
    struct list *list = arena_alloc(up, sizeof *list);
    uint64_t before = *erased;

    if (!list)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!store_replica_look(s, REPLICA_ERASURES, r->id, &q, add_pending, list, w))
        return false;
    for (size_t i = 0; i < list->n; i++) {
        struct arena a;
        bool ok;

        arena_init(&a, 64 << 20);
        ok = carry_out(s, r, list->entry[i], &a, erased, w);
        arena_free(&a);
        if (!ok)
            return false;
    }
    return *erased == before || store_settle(s, w);
}

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
    return r->bytes.p || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no room for bodies");
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
    return (ok && out->p) || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no room for bodies");
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
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no room for an expiry");
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

struct pending {
    uint64_t entry;
    uint8_t body[LEAF_HASH];
};

struct list {
    struct pending item[AT_ONCE];
    size_t n;
};

static bool add_pending(void *ctx, const struct replica_line *l, struct why *w)
{
    struct list *p = ctx;

    if (l->bytes.n != LEAF_HASH)
        return why_set(w, "store-damaged", WHY_NO_OFFSET, NULL, "an erasure without the hash of a body");
    if (p->n < AT_ONCE) {
        p->item[p->n].entry = (uint64_t)l->a;
        memcpy(p->item[p->n++].body, l->bytes.p, LEAF_HASH);
    }
    return true;
}

/* A log of the same owner, stream and audience: another year's, or the same. */
static bool same_stream(struct span a, struct span b)
{
    struct origin x, y;

    return origin_parse(a, &x, NULL) && origin_parse(b, &y, NULL) && span_eq(x.name, y.name) &&
           span_eq(x.stream, y.stream) && span_eq(x.audience, y.audience);
}

enum erased { ERASED_DONE, ERASED_LATER, ERASED_NOWHERE };

/* In the log itself, or another of its stream. LATER: not all of it is here yet. */
static bool erase_body(struct store *s, const struct replica_row *row, size_t n, struct span origin,
                       const uint8_t hash[LEAF_HASH], struct arena *a, enum erased *what, struct why *w)
{
    *what = ERASED_NOWHERE;
    for (size_t i = 0; i < n; i++) {
        struct replica_entry e;
        bool found = false;

        if (!same_stream(row[i].origin, origin))
            continue;
        if (!body_find(s, &row[i], hash, a, &found, &e, w))
            return false;
        if (found && e.index < row[i].bodies) {
            *what = ERASED_DONE;
            return e.body == REPLICA_BODY_ERASED || erase_one(s, &row[i], e.index, a, w);
        }
        if (found || row[i].held < row[i].accepted_size || row[i].bodies < row[i].held)
            *what = ERASED_LATER;
    }
    return true;
}

static bool expire(struct store *s, const struct replica_row *row, size_t n, const struct replica_row *r,
                   uint64_t entry, struct arena *a, enum erased *what, struct why *w)
{
    struct replica_entry e;
    struct retention t;

    *what = ERASED_NOWHERE;
    if (!replica_entry(s, r, entry, a, &e, w))
        return false;
    if (!retention_parse(e.bytes, &t, NULL) || !t.expiry || !same_stream(t.origin, r->origin))
        return true;
    for (size_t i = 0; i < n; i++) {
        struct replica_row old = { 0 };
        bool found = false;

        if (!span_eq(row[i].origin, t.origin))
            continue;
        *what = row[i].held < row[i].accepted_size ? ERASED_LATER : ERASED_DONE;
        if (*what == ERASED_LATER)
            return true;
        return replica_find(s, t.origin, &found, a, &old, w) && (!found || erase_log(s, &old, a, w));
    }
    return true;
}

static bool carry_out(struct store *s, const struct replica_row *row, size_t n, const struct replica_row *r,
                      const struct pending *p, struct arena *a, uint64_t *erased, struct why *w)
{
    static const uint8_t all[LEAF_HASH];
    const struct replica_op done = { .what = REPLICA_DROP_ERASURE, .a = (int64_t)p->entry };
    enum erased what;
    bool ok = memcmp(p->body, all, LEAF_HASH) == 0 ? expire(s, row, n, r, p->entry, a, &what, w)
                                                   : erase_body(s, row, n, r->origin, p->body, a, &what, w);

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
    struct replica_row *row = NULL;
    uint64_t before = *erased;
    size_t n = 0;

    if (!list)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no room for erasures");
    if (!store_replica_look(s, REPLICA_ERASURES, r->id, &q, add_pending, list, w))
        return false;
    if (list->n == 0)
        return true;
    if (!store_replicas(s, up, &row, &n, w))
        return false;
    for (size_t i = 0; i < list->n; i++) {
        struct arena a;
        bool ok;

        arena_init(&a, 64 << 20);
        ok = carry_out(s, row, n, r, &list->item[i], &a, erased, w);
        arena_free(&a);
        if (!ok)
            return false;
    }
    return *erased == before || store_settle(s, w);
}

#include "sync/replica.h"

#include "base/reader.h"
#include "sync/internal.h"

static bool no_room(struct why *w)
{
    return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

/* Rows of entries or bodies one behind another, without a gap. */
struct rows {
    struct buffer *to;
    uint64_t next;
};

static bool add_row(void *ctx, const struct replica_line *l, struct why *w)
{
    struct rows *r = ctx;

    if ((uint64_t)l->a != r->next)
        return why_set(w, "store-damaged", WHY_NO_OFFSET, NULL, "entry %llu of a replica is missing",
                       (unsigned long long)r->next);
    r->next += (uint64_t)l->b;
    buf_put(r->to, l->bytes);
    return buf_ok(r->to) || no_room(w);
}

static bool get_rows(struct store *s, enum replica_look what, const struct replica_row *r, uint64_t bundle,
                     size_t most, struct arena *a, struct span *out, uint64_t *end, struct why *w)
{
    uint64_t first = bundle * TILE_WIDTH;
    const struct replica_op q = { .a = (int64_t)first, .b = (int64_t)first + TILE_WIDTH, .c = -1 };
    struct buffer b;
    struct rows rows = { &b, first };
    bool ok;

    buf_init(&b, most);
    ok = store_replica_look(s, what, r->id, &q, add_row, &rows, w);
    if (ok) {
        *out = arena_copy(a, buf_span(&b));
        *end = rows.next;
        ok = out->p || b.n == 0 || no_room(w);
    }
    buf_free(&b);
    return ok;
}

bool bundle_get(struct store *s, const struct replica_row *r, uint64_t bundle, struct arena *a,
                struct span *out, unsigned *width, struct why *w)
{
    uint64_t end = 0;

    if (!get_rows(s, REPLICA_ENTRIES, r, bundle, TILE_BUNDLE, a, out, &end, w))
        return false;
    *width = (unsigned)(end - bundle * TILE_WIDTH);
    return true;
}

/* The bodies of a bundle as they are in the store, and those that stand alone; asked for: entries below
 * r->bodies. */
struct bundle_bodies {
    struct body_slot slot[TILE_WIDTH];
    unsigned n;
    bool missing[TILE_WIDTH];
    uint64_t base;
};

static bool mark_missing(void *ctx, const struct replica_line *l, struct why *w)
{
    struct bundle_bodies *b = ctx;

    (void)w;
    if ((uint64_t)l->a - b->base < TILE_WIDTH)
        b->missing[(uint64_t)l->a - b->base] = true;
    return true;
}

static bool bodies_get(struct store *s, const struct replica_row *r, uint64_t bundle, struct arena *a,
                       struct bundle_bodies *out, struct why *w)
{
    const struct replica_op q = { .a = (int64_t)(bundle * TILE_WIDTH),
                                  .b = (int64_t)(bundle * TILE_WIDTH) + TILE_WIDTH };
    struct span bytes = { 0 };
    uint64_t end = 0;

    out->base = bundle * TILE_WIDTH;
    if (!get_rows(s, REPLICA_BODIES, r, bundle, BODY_BUNDLE, a, &bytes, &end, w))
        return false;
    out->n = (unsigned)(end - out->base);
    return body_bundle_parse(bytes, out->n, out->slot, NULL, w) &&
           store_replica_look(s, REPLICA_ABSENT, r->id, &q, mark_missing, out, w);
}

static bool add_part(void *ctx, const struct replica_line *l, struct why *w)
{
    buf_put(ctx, l->bytes);
    return buf_ok(ctx) || no_room(w);
}

static bool part_get(struct store *s, const struct replica_row *r, uint64_t index, struct arena *a,
                     struct span *out, struct why *w)
{
    const struct replica_op q = { .a = (int64_t)index };
    struct buffer b;
    bool ok;

    buf_init(&b, BODY_ALONE);
    ok = store_replica_look(s, REPLICA_PARTS, r->id, &q, add_part, &b, w);
    if (ok) {
        *out = arena_copy(a, buf_span(&b));
        ok = out->p || b.n == 0 || no_room(w);
    }
    buf_free(&b);
    return ok;
}

static bool set_body(struct store *s, const struct replica_row *r, const struct bundle_bodies *b,
                     struct arena *a, struct replica_entry *e, struct why *w)
{
    unsigned at = (unsigned)(e->index - b->base);
    const struct body_slot *slot = &b->slot[at];

    if (!e->is_leaf || span_eq(e->leaf.type, LEAF_ERASURE))
        return true;
    if (e->index >= r->bodies || at >= b->n) {
        e->body = REPLICA_BODY_UNKNOWN;
        return true;
    }
    if (slot->kind == BODY_SLOT_ERASED) {
        e->body = REPLICA_BODY_ERASED;
        return true;
    }
    e->sealed = slot->kind == BODY_SLOT_HERE ? slot->kept : (struct span){ 0 };
    if (slot->kind == BODY_SLOT_NONE && !b->missing[at] && !part_get(s, r, e->index, a, &e->sealed, w))
        return false;
    e->body = e->sealed.n ? REPLICA_BODY_THERE : REPLICA_BODY_MISSING;
    return true;
}

static void set_entry(struct replica_entry *e, uint64_t index, struct span bytes)
{
    *e = (struct replica_entry){ .index = index, .bytes = bytes };
    e->is_leaf = leaf_parse(bytes, &e->leaf, NULL);
    e->body = REPLICA_BODY_NONE;
}

struct listing {
    struct store *store;
    const struct replica_row *row;
    struct span type;
    bool bodies;
    uint64_t mask;
    struct replica_entry *entry;
    size_t n, most;
    uint64_t next;
};

/* The rows of bundles that hold no entry of the type are skipped without being read. */
struct scan {
    uint64_t from, to;
    uint64_t hit; /* the bundle of the first row that may have one; UINT64_MAX: none */
};

static bool scan_row(void *ctx, const struct replica_line *l, struct why *w)
{
    struct scan *c = ctx;

    (void)w;
    if (l->bytes.n && (uint64_t)(l->a + l->b) > c->from && c->hit == UINT64_MAX)
        c->hit = (uint64_t)l->a / TILE_WIDTH;
    return true;
}

static bool next_bundle(struct listing *g, uint64_t *bundle, struct why *w)
{
    enum { STRIDE = 64 * TILE_WIDTH };
    uint64_t at = g->next;

    *bundle = at / TILE_WIDTH;
    if (g->mask == UINT64_MAX)
        return true;
    while (at < g->row->held) {
        struct scan c = { at, at + STRIDE, UINT64_MAX };
        const struct replica_op q = { .a = (int64_t)(at / TILE_WIDTH * TILE_WIDTH),
                                      .b = (int64_t)(at / TILE_WIDTH * TILE_WIDTH) + STRIDE,
                                      .c = (int64_t)g->mask };

        if (!store_replica_look(g->store, REPLICA_ENTRIES, g->row->id, &q, scan_row, &c, w))
            return false;
        if (c.hit != UINT64_MAX) {
            *bundle = c.hit;
            if (c.hit * TILE_WIDTH > g->next)
                g->next = c.hit * TILE_WIDTH;
            return true;
        }
        at = at / TILE_WIDTH * TILE_WIDTH + STRIDE;
    }
    g->next = g->row->held;
    return true;
}

static bool list_bundle(struct listing *g, uint64_t bundle, struct arena *a, struct why *w)
{
    struct bundle_bodies *bodies = g->bodies ? arena_alloc(a, sizeof *bodies) : NULL;
    struct span bytes = { 0 }, entry[TILE_WIDTH];
    unsigned width = 0;

    if ((g->bodies && !bodies) || !bundle_get(g->store, g->row, bundle, a, &bytes, &width, w) ||
        !bundle_parse(bytes, width, entry, w) ||
        (bodies && !bodies_get(g->store, g->row, bundle, a, bodies, w)))
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    while (g->next < g->row->held && g->next / TILE_WIDTH == bundle && g->n < g->most) {
        struct replica_entry *e = &g->entry[g->n];
        unsigned at = (unsigned)(g->next % TILE_WIDTH);

        if (at >= width)
            return why_set(w, "store-damaged", WHY_NO_OFFSET, NULL, "entry %llu of a replica is missing",
                           (unsigned long long)g->next);
        set_entry(e, g->next, entry[at]);
        if (g->type.n == 0 || (e->is_leaf && span_eq(e->leaf.type, g->type))) {
            if (bodies && !set_body(g->store, g->row, bodies, a, e, w))
                return false;
            g->n++;
        }
        g->next++;
    }
    return true;
}

static uint64_t mask_of(const struct replica_row *r, struct span type)
{
    size_t bit = type_bit(r->types, type);

    if (type.n == 0)
        return UINT64_MAX;
    return bit < LIMIT_REPLICA_TYPES ? 1ULL << bit : 1ULL << TYPE_OTHER;
}

bool replica_entries(struct store *s, const struct replica_row *r, uint64_t from, size_t most,
                     struct span type, bool bodies, struct arena *a, struct replica_entry **ret, size_t *n,
                     uint64_t *next, struct why *w)
{
    struct listing g = { .store = s,
                         .row = r,
                         .type = type,
                         .bodies = bodies,
                         .mask = mask_of(r, type),
                         .most = most,
                         .next = from };
    uint64_t bundle;

    g.entry = arena_array(a, most, sizeof *g.entry);
    if (!g.entry)
        return no_room(w);
    while (g.next < r->held && g.n < most) {
        struct why y = { 0 };
        size_t had = g.n;

        if (!next_bundle(&g, &bundle, w))
            return false;
        if (g.next >= r->held)
            break;
        if (list_bundle(&g, bundle, a, &y))
            continue;
        /* What is there already is told; the rest comes with the next call. */
        if (y.reason && strcmp(y.reason, "too-large") == 0 && had > 0) {
            g.next = g.entry[had - 1].index + 1;
            g.n = had;
            break;
        }
        return why_set(w, y.reason, y.offset, y.clause, "%s", y.detail);
    }
    *ret = g.entry;
    *n = g.n;
    *next = g.next;
    return true;
}

static bool one_entry(struct store *s, const struct replica_row *r, uint64_t index, struct arena *a,
                      struct replica_entry *out, struct why *w)
{
    struct replica_entry *e = NULL;
    uint64_t next;
    size_t n = 0;

    if (!replica_entries(s, r, index, 1, (struct span){ 0 }, true, a, &e, &n, &next, w))
        return false;
    if (n != 1)
        return why_set(w, "range", WHY_NO_OFFSET, NULL, "the replica holds no such entry");
    *out = *e;
    return true;
}

bool replica_entry(struct store *s, const struct replica_row *r, uint64_t index, struct arena *a,
                   struct replica_entry *out, struct why *w)
{
    return one_entry(s, r, index, a, out, w);
}

static bool about(const struct replica_entry *e, const uint8_t tag[LEAF_TAG])
{
    return e->is_leaf && e->leaf.has_subject && memcmp(e->leaf.subject, tag, LEAF_TAG) == 0;
}

/* Those of the bundle at the end, which has no keys yet. */
static bool add_tail(struct store *s, const struct replica_row *r, const uint8_t tag[LEAF_TAG],
                     struct arena *a, struct replica_entry *out, size_t *n, struct why *w)
{
    uint64_t from = r->held / TILE_WIDTH * TILE_WIDTH, next;
    struct replica_entry *e = NULL;
    size_t k = 0;

    if (!replica_entries(s, r, from, TILE_WIDTH, (struct span){ 0 }, true, a, &e, &k, &next, w))
        return false;
    for (size_t i = 0; i < k; i++)
        if (about(&e[i], tag))
            out[(*n)++] = e[i];
    return true;
}

bool replica_subject(struct store *s, const struct replica_row *r, const uint8_t tag[LEAF_TAG], size_t most,
                     struct arena *a, struct replica_entry **ret, size_t *n, struct why *w)
{
    struct replica_entry *e;
    uint64_t *at = NULL;
    size_t keys = 0, k = 0;

    if (!keys_find(s, r, tag, a, &at, &keys, w))
        return false;
    if (keys > most)
        at += keys - most;
    keys = keys > most ? most : keys;
    e = arena_array(a, keys + TILE_WIDTH, sizeof *e);
    if (!e)
        return no_room(w);
    for (size_t i = 0; i < keys; i++) {
        if (!one_entry(s, r, at[i], a, &e[k], w))
            return false;
        k += about(&e[k], tag);
    }
    if (!add_tail(s, r, tag, a, e, &k, w))
        return false;
    *ret = k > most ? e + (k - most) : e;
    *n = k > most ? most : k;
    return true;
}

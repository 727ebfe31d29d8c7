/* Where subjects stand, of a piece on its way; and how they are found again. */
#include <stdlib.h>

#include "base/text.h"
#include "log/retention.h"
#include "sync/piece.h"

bool piece_op(struct piece *c, struct replica_op op)
{
    if (!c->op)
        c->op = arena_array(&c->arena, PIECE_OPS, sizeof *c->op);
    if (!c->op || c->n_op == PIECE_OPS)
        return why_set(c->p->w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    c->op[c->n_op++] = op;
    return true;
}

static void put_key(struct buffer *b, const uint8_t *key, uint64_t index)
{
    uint8_t *to = buf_grow(b, KEY_BYTES);

    if (!to)
        return;
    memcpy(to, key, KEY_PREFIX);
    to[KEY_PREFIX] = (uint8_t)(index % SEGMENT >> 8);
    to[KEY_PREFIX + 1] = (uint8_t)index;
}

/* The bit of a type, which is added to the log's list while there is room. */
static uint64_t bit_of(struct piece *c, struct span type)
{
    struct span line = { 0 }, rest = buf_span(&c->types);
    size_t bit = 0;

    if (c->last_type.n && span_eq(type, c->last_type))
        return 1ULL << c->last_bit;
    while (text_split(&rest, '\n', &line) && !span_eq(line, type))
        bit++;
    if (!span_eq(line, type) || !c->types.n) {
        if (bit >= LIMIT_REPLICA_TYPES || c->types.n + type.n >= LIMIT_REPLICA_TYPES_TEXT)
            return 1ULL << TYPE_OTHER;
        buf_put(&c->types, type);
        buf_u8(&c->types, '\n');
    }
    c->last_type = arena_copy(&c->arena, type);
    c->last_bit = bit;
    return 1ULL << bit;
}

static bool record(struct piece *c, uint64_t index, const struct leaf *l, bool fresh)
{
    struct pull *p = c->p;

    if (fresh && !leaf_fits(l, &p->origin, p->opt->owner))
        finding_add(p->findings, FINDING_WARNING, "leaf", WHY_NO_OFFSET, NULL,
                    "entry %llu is headed for another stream, audience or member than its log is of",
                    (unsigned long long)index);
    if (l->has_subject)
        put_key(&c->keys, l->subject, index);
    if (!fresh || !span_eq(l->type, LEAF_ERASURE))
        return true;
    return piece_op(c, (struct replica_op){ .what = REPLICA_PUT_ERASURE, .a = (int64_t)index });
}

bool piece_entry(struct piece *c, uint64_t index, struct span entry, bool fresh, uint64_t *types)
{
    struct leaf l;

    if (leaf_parse(entry, &l, NULL)) {
        *types = bit_of(c, l.type);
        return record(c, index, &l, fresh);
    }
    *types = 1ULL << TYPE_NO_LEAF;
    if (!fresh || !retention_is(entry))
        return true;
    return piece_op(c, (struct replica_op){ .what = REPLICA_PUT_ERASURE, .a = (int64_t)index });
}

struct gather {
    struct buffer *to;
};

static bool gather_tail(void *ctx, const struct replica_line *l, struct why *w)
{
    struct gather *g = ctx;

    buf_put(g->to, l->bytes);
    return buf_ok(g->to) || why_set(w, "store-damaged", WHY_NO_OFFSET, NULL, "more keys than a segment has");
}

/* Keys by their first byte, each in the order of its entries. */
static bool put_buckets(struct piece *c, uint64_t segment, struct span early, struct span late)
{
    const struct span part[2] = { early, late };
    uint8_t *row[KEY_BUCKETS] = { NULL };
    size_t n[KEY_BUCKETS] = { 0 };

    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i + KEY_BYTES <= part[k].n; i += KEY_BYTES)
            n[part[k].p[i]] += KEY_BYTES;
    for (size_t b = 0; b < KEY_BUCKETS; b++) {
        if (n[b] == 0)
            continue;
        row[b] = arena_alloc(&c->arena, n[b]);
        if (!row[b] || !piece_op(c, (struct replica_op){ .what = REPLICA_PUT_TAGS,
                                                         .a = (int64_t)b,
                                                         .b = (int64_t)segment,
                                                         .bytes = span_of(row[b], n[b]) }))
            return why_set(c->p->w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    }
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i + KEY_BYTES <= part[k].n; i += KEY_BYTES) {
            uint8_t **to = &row[part[k].p[i]];

            memcpy(*to, part[k].p + i, KEY_BYTES);
            *to += KEY_BYTES;
        }
    return true;
}

/* Keys of its bundles that were written with earlier pieces come back, and stand in the buckets now. */
static bool segment_full(struct piece *c, uint64_t segment)
{
    const struct replica_op q = { .a = (int64_t)(segment * SEGMENT_BUNDLES), .b = (int64_t)c->key_bundle };
    struct buffer early;
    struct gather g = { &early };
    bool ok = true;

    buf_init(&early, (size_t)SEGMENT * KEY_BYTES);
    if (q.b > q.a)
        ok = store_replica_look(c->p->store, REPLICA_TAIL, c->p->row.id, &q, gather_tail, &g, c->p->w) &&
             piece_op(c,
                      (struct replica_op){ .what = REPLICA_DROP_TAGS, .a = BUCKET_TAIL, .b = q.a, .c = q.b });
    ok = ok && put_buckets(c, segment, buf_span(&early), buf_span(&c->keys));
    buf_free(&early);
    buf_reset(&c->keys);
    c->n_keyed = 0;
    return ok;
}

bool piece_bundle_full(struct piece *c, uint64_t bundle)
{
    if (c->n_keyed == 0)
        c->key_bundle = bundle;
    if (!buf_ok(&c->keys))
        return why_set(c->p->w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    c->end[c->n_keyed] = c->keys.n;
    c->n_keyed++;
    return (bundle + 1) % SEGMENT_BUNDLES != 0 || segment_full(c, bundle / SEGMENT_BUNDLES);
}

bool piece_keys_end(struct piece *c)
{
    size_t at = 0;

    for (unsigned i = 0; i < c->n_keyed; at = c->end[i++]) {
        struct replica_op op = { .what = REPLICA_PUT_TAGS,
                                 .a = BUCKET_TAIL,
                                 .b = (int64_t)(c->key_bundle + i),
                                 .bytes = span_sub(buf_span(&c->keys), at, c->end[i]) };

        if (op.bytes.n && !piece_op(c, op))
            return false;
    }
    return true;
}

struct found_keys {
    const uint8_t *key;
    struct arena *arena;
    uint64_t *at;
    size_t n, cap;
};

static bool match(void *ctx, const struct replica_line *l, struct why *w)
{
    struct found_keys *f = ctx;
    uint64_t first =
        l->a == BUCKET_TAIL ? (uint64_t)l->b * TILE_WIDTH / SEGMENT * SEGMENT : (uint64_t)l->b * SEGMENT;

    for (size_t i = 0; i + KEY_BYTES <= l->bytes.n; i += KEY_BYTES) {
        const uint8_t *k = l->bytes.p + i;

        if (memcmp(k, f->key, KEY_PREFIX) != 0)
            continue;
        if (f->n == f->cap) {
            size_t cap = f->cap ? 2 * f->cap : 16;
            uint64_t *more = arena_array(f->arena, cap, sizeof *more);

            if (!more)
                return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more entries of one subject than fit");
            if (f->n)
                memcpy(more, f->at, f->n * sizeof *more);
            f->at = more;
            f->cap = cap;
        }
        f->at[f->n++] = first + (uint64_t)(k[KEY_PREFIX] << 8 | k[KEY_PREFIX + 1]);
    }
    return true;
}

bool keys_find(struct store *s, const struct replica_row *r, const uint8_t key[KEY_PREFIX], struct arena *a,
               uint64_t **ret, size_t *n, struct why *w)
{
    struct found_keys f = { .key = key, .arena = a };
    const struct replica_op full = { .a = key[0] };
    const struct replica_op tail = { .a = (int64_t)(r->held / SEGMENT * SEGMENT_BUNDLES),
                                     .b = (int64_t)(r->held / TILE_WIDTH) };

    if (!store_replica_look(s, REPLICA_TAGS, r->id, &full, match, &f, w) ||
        !store_replica_look(s, REPLICA_TAIL, r->id, &tail, match, &f, w))
        return false;
    *ret = f.at;
    *n = f.n;
    return true;
}

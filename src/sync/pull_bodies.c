/* Bodies of entries that are held: each opens with its leaf before it is written. */
#include "crypto/digest.h"
#include "sync/internal.h"

enum {
    AGAIN_SECONDS = 300, /* a body that nobody had is asked for again after that */
    AGAIN = 64,          /* of them in one step */
    OPS = 2048,
};

/* Bodies on their way: what becomes of [p->row.bodies, upto). */
struct bodies {
    struct pull *p;
    struct arena arena;
    struct replica_op *op;
    size_t n_op, bytes;
    uint64_t upto;
    uint64_t have; /* the bundle in file, with its slots; UINT64_MAX: none */
    unsigned have_width;
    struct buffer file, alone, opened;
    struct body_slot slot[TILE_WIDTH];
};

static bool no_room(struct bodies *b)
{
    return why_set(b->p->w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

static bool op(struct bodies *b, struct replica_op o)
{
    if (b->n_op == OPS)
        return no_room(b);
    b->op[b->n_op++] = o;
    return true;
}

static bool is_record(const struct replica_entry *e)
{
    return e->is_leaf && !span_eq(e->leaf.type, LEAF_ERASURE);
}

/* It is the sealed body that the leaf names, and opens to what the leaf commits to. */
static bool fits(struct bodies *b, const struct replica_entry *e, struct span kept)
{
    struct span sealed = body_sealed(kept);
    struct digest d;

    if (kept.n < LEAF_SALT + LEAF_SEAL)
        return false;
    digest_of(DIGEST_SHA256, sealed, &d);
    buf_reset(&b->opened);
    if (memcmp(d.b, e->leaf.body, LEAF_HASH) == 0 &&
        leaf_open(&e->leaf, body_salt(kept), sealed, &b->opened, NULL))
        return true;
    finding_add(b->p->findings, FINDING_WARNING, "body", WHY_NO_OFFSET, NULL,
                "the body of entry %llu is not what its header commits to", (unsigned long long)e->index);
    return false;
}

/* The body bundle of that number, as wide as the source has it; not there, or of no use: none of it. */
static bool fetch(struct bodies *b, uint64_t bundle)
{
    struct pull *p = b->p;
    unsigned width = tile_width(0, bundle, p->accepted.size);
    char path[TILE_PATH];
    struct why y = { 0 };
    bool found = false;

    if (b->have == bundle)
        return true;
    b->have = bundle;
    b->have_width = 0;
    body_bundle_path(bundle, width, path);
    if (!p->source->get(p->source->ctx, path, BODY_BUNDLE, &b->file, &found, p->w))
        return false;
    if (!found && width < TILE_WIDTH) {
        body_bundle_path(bundle, TILE_WIDTH, path);
        if (!p->source->get(p->source->ctx, path, BODY_BUNDLE, &b->file, &found, p->w))
            return false;
    }
    if (!found)
        return true;
    p->report->bytes += b->file.n;
    if (body_bundle_parse(buf_span(&b->file), width, b->slot, NULL, &y))
        b->have_width = width;
    else
        finding_add(p->findings, FINDING_WARNING, "body", WHY_NO_OFFSET, NULL, "%s: %s", path, y.detail);
    return true;
}

static bool fetch_alone(struct bodies *b, const struct replica_entry *e, struct span *kept)
{
    struct pull *p = b->p;
    char path[BODY_PATH];
    bool found = false;

    body_alone_path(e->leaf.body, path);
    if (!p->source->get(p->source->ctx, path, BODY_ALONE, &b->alone, &found, p->w))
        return false;
    p->report->bytes += b->alone.n;
    if (found && b->alone.n && fits(b, e, buf_span(&b->alone)))
        *kept = arena_copy(&b->arena, buf_span(&b->alone));
    return true;
}

/*
 * What the source says of one body. Only the owner is believed that one was erased: at anybody else it is
 * missing, and the owner is asked later.
 */
static bool settle(struct bodies *b, const struct replica_entry *e, struct body_slot *out)
{
    unsigned at = (unsigned)(e->index % TILE_WIDTH);

    *out = (struct body_slot){ .kind = BODY_SLOT_NONE };
    if (!fetch(b, e->index / TILE_WIDTH))
        return false;
    if (at < b->have_width && b->slot[at].kind == BODY_SLOT_ERASED && b->p->opt->from_owner) {
        out->kind = BODY_SLOT_ERASED;
        return true;
    }
    if (at < b->have_width && b->slot[at].kind == BODY_SLOT_HERE) {
        if (fits(b, e, b->slot[at].kept))
            *out = b->slot[at];
        return true;
    }
    if (at < b->have_width && b->slot[at].kind == BODY_SLOT_NONE && !fetch_alone(b, e, &out->kept))
        return false;
    out->kind = out->kept.n ? BODY_SLOT_HERE : BODY_SLOT_NONE;
    return true;
}

/* A body that stands alone, in parts. */
static bool put_parts(struct bodies *b, const struct replica_entry *e, struct span kept)
{
    for (size_t at = 0, part = 0; at < kept.n; at += LIMIT_REPLICA_ROW, part++)
        if (!op(b, (struct replica_op){ .what = REPLICA_PUT_PART,
                                        .a = (int64_t)e->index,
                                        .b = (int64_t)part,
                                        .name = arena_copy(&b->arena, span_of(e->leaf.body, LEAF_HASH)),
                                        .bytes = span_sub(kept, at, at + LIMIT_REPLICA_ROW) }))
            return false;
    b->bytes += kept.n;
    return true;
}

struct row {
    uint64_t first;
    unsigned n;
    struct buffer bytes;
};

static bool row_end(struct bodies *b, struct row *r)
{
    struct span bytes = arena_copy(&b->arena, buf_span(&r->bytes));

    if (r->n == 0)
        return true;
    if (!bytes.p)
        return no_room(b);
    b->bytes += bytes.n;
    if (!op(b, (struct replica_op){
                   .what = REPLICA_PUT_BODIES, .a = (int64_t)r->first, .b = r->n, .bytes = bytes }))
        return false;
    r->first += r->n;
    r->n = 0;
    buf_reset(&r->bytes);
    return true;
}

static bool put_one(struct bodies *b, struct row *r, const struct replica_entry *e)
{
    struct body_slot slot = { .kind = BODY_SLOT_NONE };
    struct pull *p = b->p;

    if (is_record(e) && !settle(b, e, &slot))
        return false;
    p->report->bodies += slot.kind == BODY_SLOT_HERE;
    p->report->missing += is_record(e) && slot.kind == BODY_SLOT_NONE;
    if (is_record(e) && slot.kind == BODY_SLOT_NONE &&
        !op(b,
            (struct replica_op){ .what = REPLICA_PUT_MISSING, .a = (int64_t)e->index, .b = (int64_t)p->now }))
        return false;
    if (slot.kind == BODY_SLOT_HERE && slot.kept.n > BODY_IN_BUNDLE) {
        if (!put_parts(b, e, slot.kept))
            return false;
        slot = (struct body_slot){ .kind = BODY_SLOT_NONE };
    }
    if (r->n && r->bytes.n + slot.kept.n + 4 > LIMIT_REPLICA_ROW && !row_end(b, r))
        return false;
    r->n++;
    return body_bundle_put(&slot, &r->bytes) || no_room(b);
}

/* The entries of one bundle that are held and not asked for yet. */
static bool take_bundle(struct bodies *b)
{
    struct pull *p = b->p;
    unsigned most = TILE_WIDTH - (unsigned)(b->upto % TILE_WIDTH);
    struct row r = { .first = b->upto };
    struct replica_entry *e = NULL;
    uint64_t next = b->upto;
    size_t n = 0;
    bool ok;

    if (!replica_entries(p->store, &p->row, b->upto, most, (struct span){ 0 }, false, &b->arena, &e, &n,
                         &next, p->w))
        return false;
    buf_init(&r.bytes, LIMIT_REPLICA_ROW + 2 * BODY_IN_BUNDLE);
    ok = true;
    for (size_t i = 0; i < n && ok; i++)
        ok = put_one(b, &r, &e[i]);
    ok = ok && row_end(b, &r);
    buf_free(&r.bytes);
    if (ok)
        b->upto = next;
    return ok;
}

static bool begin(struct bodies *b)
{
    b->n_op = b->bytes = 0;
    arena_reset(&b->arena);
    b->op = arena_array(&b->arena, OPS, sizeof *b->op);
    return b->op || no_room(b);
}

static bool take_new(struct bodies *b)
{
    struct pull *p = b->p;

    while (p->row.bodies < p->row.held) {
        if (!begin(b))
            return false;
        b->upto = p->row.bodies;
        while (b->upto < p->row.held && b->bytes < LIMIT_PULL_BODIES && b->n_op < OPS - 4 * TILE_WIDTH)
            if (!take_bundle(b))
                return false;
        p->next = p->row;
        p->next.bodies = b->upto;
        if (!pull_commit(p, b->op, b->n_op))
            return false;
        if (p->report->bytes >= p->opt->budget.bytes)
            break;
    }
    if (p->row.bodies < p->row.held)
        p->report->end = PULL_MORE;
    return true;
}

struct again {
    uint64_t entry[AGAIN];
    size_t n;
};

static bool add_again(void *ctx, const struct replica_line *l, struct why *w)
{
    struct again *g = ctx;

    (void)w;
    if (g->n < AGAIN)
        g->entry[g->n++] = (uint64_t)l->a;
    return true;
}

static bool ask_again(struct bodies *b, uint64_t index)
{
    struct pull *p = b->p;
    const struct replica_op gone = { .what = REPLICA_DROP_MISSING,
                                     .a = (int64_t)index,
                                     .b = (int64_t)index + 1 };
    struct body_slot slot;
    struct replica_entry e;

    if (!begin(b) || !replica_entry(p->store, &p->row, index, &b->arena, &e, p->w) || !settle(b, &e, &slot))
        return false;
    if (slot.kind == BODY_SLOT_ERASED)
        return erase_one(p->store, &p->row, index, p->arena, p->w);
    if (slot.kind == BODY_SLOT_NONE) {
        if (!op(b, (struct replica_op){
                       .what = REPLICA_PUT_MISSING, .a = (int64_t)index, .b = (int64_t)p->now }))
            return false;
    } else if (!op(b, gone) || !put_parts(b, &e, slot.kept)) {
        return false;
    }
    p->report->bodies += slot.kind == BODY_SLOT_HERE;
    return store_replica_change(p->store, NULL, NULL, p->row.id, b->op, b->n_op, p->w);
}

static bool take_missing(struct bodies *b)
{
    struct pull *p = b->p;
    const struct replica_op q = { .a = p->now - AGAIN_SECONDS, .b = AGAIN };
    struct again g = { .n = 0 };

    if (!store_replica_look(p->store, REPLICA_MISSING, p->row.id, &q, add_again, &g, p->w))
        return false;
    b->have = UINT64_MAX;
    for (size_t i = 0; i < g.n && p->report->bytes < p->opt->budget.bytes; i++)
        if (!ask_again(b, g.entry[i]))
            return false;
    return true;
}

bool pull_bodies(struct pull *p)
{
    struct bodies *b = arena_alloc(p->arena, sizeof *b);
    bool ok;

    if (!b)
        return why_set(p->w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    *b = (struct bodies){ .p = p, .have = UINT64_MAX };
    arena_init(&b->arena, 64 << 20);
    buf_init(&b->file, BODY_BUNDLE);
    buf_init(&b->alone, BODY_ALONE);
    buf_init(&b->opened, LIMIT_LOG_BODY);
    ok = take_new(b) && take_missing(b);
    wipe(b->opened.p, b->opened.cap);
    buf_free(&b->opened);
    buf_free(&b->alone);
    buf_free(&b->file);
    arena_free(&b->arena);
    return ok;
}

/* A log that was restored takes from others what it lacks. */
#include "log/writer_internal.h"

#include "crypto/digest.h"

static const char clause[] = "C2SP tlog-tiles";

/* Roots that must be met on the way from what is here to what the mirror has. */
struct waypoints {
    const struct signed_checkpoint *at[3]; /* kept, published, of the mirror */
};

static bool meets(const struct log_writer *l, const struct waypoints *p, struct why *w)
{
    struct tree_hash root;

    for (size_t i = 0; i < 3; i++) {
        const struct checkpoint *c = &p->at[i]->checkpoint;

        if (p->at[i]->text.n == 0 || c->size != l->edge.size)
            continue;
        edge_root(&l->edge, &root);
        if (!tree_hash_eq(&root, &c->root))
            return why_set(w, "history", WHY_NO_OFFSET, clause,
                           "the mirror did not grow out of the checkpoint of %llu entries that was signed",
                           (unsigned long long)c->size);
    }
    return true;
}

/* The body that stands alone at the mirror, when it is that of the entry. */
static struct span alone_of(const struct log_source *mirror, const struct leaf *leaf, struct buffer *file)
{
    char path[BODY_PATH];
    bool found = false;

    body_alone_path(leaf->body, path);
    if (!mirror->get(mirror->ctx, path, BODY_ALONE, file, &found, NULL) || !found)
        return (struct span){ 0 };
    return buf_span(file);
}

/* The mirror proves nothing of a body: what is not that of the entry is missing here, and no failure. */
static bool add_body_of(struct log_writer *l, const struct log_source *mirror, struct span entry,
                        const struct body_slot *slot, struct why *w)
{
    static const struct body_slot none = { .kind = BODY_SLOT_NONE };
    struct span kept = slot->kept;
    struct buffer file;
    struct digest d;
    struct leaf leaf;
    bool ok;

    if (slot->kind == BODY_SLOT_ERASED || !leaf_parse(entry, &leaf, NULL) || span_eq(leaf.type, LEAF_ERASURE))
        return body_edge_add_slot(&l->body, slot->kind == BODY_SLOT_ERASED ? slot : &none);
    buf_init(&file, BODY_ALONE);
    if (slot->kind == BODY_SLOT_NONE)
        kept = alone_of(mirror, &leaf, &file);
    if (kept.n >= LEAF_SALT + LEAF_SEAL)
        digest_of(DIGEST_SHA256, body_sealed(kept), &d);
    if (kept.n < LEAF_SALT + LEAF_SEAL || memcmp(d.b, leaf.body, LEAF_HASH) != 0)
        kept = (struct span){ 0 };
    ok = body_edge_add(&l->body, &l->files, leaf.body, kept, w);
    buf_free(&file);
    return ok;
}

/* The bodies of a bundle as the mirror has them; without any, all are missing. */
static void bodies_of(const struct log_source *mirror, uint64_t index, unsigned width, struct buffer *file,
                      struct body_slot slot[TILE_WIDTH])
{
    unsigned try[] = { width, TILE_WIDTH };
    char path[TILE_PATH];
    bool found = false;
    size_t end;

    for (size_t i = 0; i < 2 && !found; i++) {
        body_bundle_path(index, try[i], path);
        found = mirror->get(mirror->ctx, path, BODY_BUNDLE, file, &found, NULL) && found &&
                body_bundle_parse(buf_span(file), width, slot, &end, NULL);
    }
    if (!found)
        memset(slot, 0, TILE_WIDTH * sizeof *slot);
}

/* Entries from what is here up to that size, out of the mirror's bundles. */
static bool fetch_tail(struct log_writer *l, const struct log_source *mirror, uint64_t size,
                       const struct waypoints *p, struct why *w)
{
    bool bodies = l->bodies && !l->rehearsal, ok = true;
    struct body_slot slot[TILE_WIDTH];
    struct span entry[TILE_WIDTH];
    struct buffer file, beside;
    char path[TILE_PATH];
    unsigned width;

    buf_init(&file, TILE_BUNDLE);
    buf_init(&beside, BODY_BUNDLE);
    while (ok && l->edge.size < size) {
        struct tile t = { .entries = true, .index = l->edge.size / TILE_WIDTH };

        t.width = tile_width(0, t.index, size);
        ok =
            log_tile_get(mirror, t, &file, &width, path, w) && bundle_parse(buf_span(&file), width, entry, w);
        if (ok && bodies)
            bodies_of(mirror, t.index, t.width, &beside, slot);
        for (unsigned i = l->edge.size % TILE_WIDTH; ok && i < t.width; i++)
            ok = (!bodies || add_body_of(l, mirror, entry[i], &slot[i], w)) && writer_take(l, entry[i], w) &&
                 meets(l, p, w);
    }
    buf_free(&file);
    buf_free(&beside);
    return ok;
}

/* The mirror's checkpoint, which must reach as far as all that was signed here. */
static bool mirror_checkpoint(struct log_writer *l, const struct log_source *mirror,
                              const struct waypoints *p, struct arena *a, struct signed_checkpoint *out,
                              struct why *w)
{
    struct buffer b;
    bool found, ok;

    buf_init(&b, LIMIT_CHECKPOINT);
    ok = mirror->get(mirror->ctx, "checkpoint", LIMIT_CHECKPOINT, &b, &found, w) &&
         (found || why_set(w, "missing", WHY_NO_OFFSET, clause, "checkpoint: the mirror has none")) &&
         writer_judge(l, arena_copy(a, buf_span(&b)), "the mirror", a, out, w);
    buf_free(&b);
    for (size_t i = 0; ok && i < 2; i++)
        if (out->checkpoint.size < p->at[i]->checkpoint.size)
            ok = why_set(w, "restored", WHY_NO_OFFSET, clause,
                         "the mirror has %llu entries, and %llu were signed: another mirror may have more",
                         (unsigned long long)out->checkpoint.size,
                         (unsigned long long)p->at[i]->checkpoint.size);
    return ok;
}

/* Goes on from the published checkpoint when the folder still holds what it says, else from nothing. */
static uint64_t base_of(struct log_writer *l, const struct signed_checkpoint *published)
{
    if (published->text.n && writer_load(l, &published->checkpoint, NULL))
        return l->edge.size;
    edge_init(&l->edge, writer_tile_full, l);
    l->bundle.n = 0;
    body_edge_clear(&l->body);
    return 0;
}

/* From what is here to what the mirror has; the edge is that of the mirror afterwards. */
static bool walk_to(struct log_writer *l, const struct log_source *mirror, const struct waypoints *p,
                    struct why *w)
{
    const struct checkpoint *k = &p->at[0]->checkpoint;

    l->committed = base_of(l, p->at[1]);
    if (p->at[0]->text.n && k->size < l->committed && !writer_grew_from(l, k, l->committed, w))
        return false;
    return meets(l, p, w) && fetch_tail(l, mirror, p->at[2]->checkpoint.size, p, w);
}

bool log_writer_repair(struct log_writer *l, const struct log_source *mirror, struct arena *a, struct why *w)
{
    struct signed_checkpoint *c = arena_array(a, 3, sizeof *c);
    struct waypoints p;

    if (!c)
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "no memory left for this");
    if (l->blocked.reason && strcmp(l->blocked.reason, "fork") == 0)
        return writer_refuse(l, w);
    p = (struct waypoints){ { &c[0], &c[1], &c[2] } };
    if (!writer_kept(l, a, &c[0], w) || !writer_published(l, a, &c[1], w) ||
        !mirror_checkpoint(l, mirror, &p, a, &c[2], w))
        return false;
    /* First without writing: whatever is left here is not spoilt by a mirror that does not hold. */
    l->rehearsal = true;
    if (!walk_to(l, mirror, &p, w))
        return false;
    l->rehearsal = false;
    if (!walk_to(l, mirror, &p, w) || !writer_edge(l, w))
        return false;
    l->kept.n = 0;
    buf_put(&l->kept, c[0].text);
    if (!writer_settle(l, c[2].text, a, w))
        return false;
    why_clear(&l->blocked);
    return true;
}

bool log_writer_recall(struct log_writer *l, struct span note, struct arena *a, struct why *w)
{
    struct signed_checkpoint *c = arena_array(a, 2, sizeof *c);

    if (!c)
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "no memory left for this");
    if (!writer_judge(l, note, "what was kept elsewhere", a, &c[0], w) || !writer_kept(l, a, &c[1], w))
        return false;
    if (c[0].text.n == 0 || (c[1].text.n && c[0].checkpoint.size < c[1].checkpoint.size))
        return true;
    if (c[1].text.n && c[0].checkpoint.size == c[1].checkpoint.size)
        return tree_hash_eq(&c[0].checkpoint.root, &c[1].checkpoint.root) ||
               why_set(w, "fork", WHY_NO_OFFSET, clause, "of %llu entries another root was signed",
                       (unsigned long long)c[0].checkpoint.size);
    return l->keeper.swap(l->keeper.ctx, c[1].text, note, a, w) && writer_weigh(l, w);
}

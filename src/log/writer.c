#include "log/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "crypto/digest.h"
#include "files/durable.h"
#include "log/body_edge.h"
#include "log/edge.h"
#include "log/files.h"
#include "log/keep.h"

static const char clause[] = "C2SP tlog-tiles";

/* A checkpoint that stands somewhere, signed by this log's key; there: its text is not empty. */
struct signed_checkpoint {
    struct span text;
    struct note note;
    struct checkpoint checkpoint;
};

struct log_writer {
    char *folder, *origin;
    char *keep; /* where: for messages */
    struct log_keep keeper;
    struct note_key key;
    const struct signer *signer;
    const uint8_t (*before)[NODE_PUBLIC_KEY]; /* only while it is opened */
    size_t n_before;
    int lock_folder;
    struct log_files files;
    struct edge edge;
    struct buffer bundle; /* entries of the level 0 tile that is not full */
    bool bodies;
    struct body_edge body; /* beside them */
    uint64_t committed;    /* size of the last checkpoint */
    struct buffer kept;    /* that checkpoint, as it stands in KEEP; empty: none */
    struct why blocked;    /* why nothing may be signed */
    bool rehearsal;        /* hashes, and writes nothing */
    struct why *w;         /* of the call under way, for what the edge calls */
};

static bool refuse(const struct log_writer *l, struct why *w)
{
    return why_set(w, l->blocked.reason, l->blocked.offset, l->blocked.clause, "%s", l->blocked.detail);
}

static bool fail(struct log_writer *l, const struct why *y, struct why *w)
{
    l->blocked = *y;
    return refuse(l, w);
}

/* Level 0 is written with its bundle. */
static bool tile_full(void *ctx, unsigned level, uint64_t index, const struct tree_hash *hash)
{
    struct tile t = { .level = level, .index = index, .width = TILE_WIDTH };
    struct log_writer *l = ctx;
    char path[TILE_PATH];

    tile_path(&t, path);
    if (!l->rehearsal && !log_files_write(&l->files, path, span_of(hash, TILE_BYTES), l->w))
        return false;
    t.entries = level == 0;
    tile_path(&t, path);
    if (t.entries && !l->rehearsal && !log_files_write(&l->files, path, buf_span(&l->bundle), l->w))
        return false;
    if (!t.entries)
        return true;
    l->bundle.n = 0;
    return !l->bodies || body_edge_write(&l->body, l->rehearsal ? NULL : &l->files, index, l->w);
}

static bool add(struct log_writer *l, struct span entry, struct why *w)
{
    struct tree_hash leaf;

    l->w = w;
    if (!bundle_put(entry, &l->bundle) || !buf_ok(&l->bundle))
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "an entry has at most %d bytes", TILE_ENTRY);
    tree_leaf(entry, &leaf);
    return edge_append(&l->edge, &leaf);
}

/* The tiles at the edge that grew since the last checkpoint, as wide as they are now. */
static bool write_edge(struct log_writer *l, struct why *w)
{
    char path[TILE_PATH];

    for (unsigned level = 0; level < TILE_LEVELS; level++) {
        struct tile t = { .level = level, .index = l->edge.index[level], .width = l->edge.n[level] };

        if (t.width == 0 || l->edge.size >> 8 * level == l->committed >> 8 * level)
            continue;
        tile_path(&t, path);
        if (!log_files_write(&l->files, path, span_of(l->edge.hash[level], t.width * (size_t)TREE_HASH), w))
            return false;
        t.entries = level == 0;
        tile_path(&t, path);
        if (t.entries && !log_files_write(&l->files, path, buf_span(&l->bundle), w))
            return false;
    }
    if (l->bodies && l->edge.size != l->committed &&
        !body_edge_write(&l->body, &l->files, l->edge.index[0], w))
        return false;
    return log_files_sync(&l->files, w);
}

static void drop_narrower(struct log_writer *l, struct tile t)
{
    char path[TILE_PATH], folder[TILE_PATH + 2];

    tile_path(&t, path);
    (void)snprintf(folder, sizeof folder, "%s.p", path);
    log_files_drop_folder(&l->files, folder);
}

/* Narrower tiles of those that are full now: nobody needs them any more. */
static void drop_partial(struct log_writer *l, uint64_t before)
{
    for (unsigned level = 0; level < TILE_LEVELS; level++) {
        struct tile t = { .level = level, .index = before >> 8 * level >> 8, .width = TILE_WIDTH };

        if (t.index == l->edge.index[level] || (before >> 8 * level) % TILE_WIDTH == 0)
            continue;
        drop_narrower(l, t);
        t.entries = level == 0;
        if (t.entries)
            drop_narrower(l, t);
    }
}

static bool put_checkpoint(struct log_writer *l, struct arena *a, struct span *out, struct why *w)
{
    struct tree_hash root;
    struct buffer b;
    bool ok;

    buf_init(&b, LIMIT_CHECKPOINT);
    edge_root(&l->edge, &root);
    checkpoint_put(span_str(l->origin), l->edge.size, &root, &b);
    *out = arena_copy(a, buf_span(&b));
    buf_u8(&b, '\n');
    ok = out->p && note_key_sign(&l->key, l->signer, *out, 0, a, &b, w) && buf_ok(&b);
    if (ok)
        *out = arena_copy(a, buf_span(&b));
    buf_free(&b);
    return (ok && out->p) || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no room for the checkpoint");
}

static bool publish(struct log_writer *l, struct span note, struct why *w)
{
    return file_replace(l->folder, "checkpoint", note, l->files.steps, w);
}

/* The note is kept before it is published, and nothing of it is seen before it is kept. */
static bool settle(struct log_writer *l, struct span note, struct arena *a, struct why *w)
{
    uint64_t before = l->committed;

    if (!l->keeper.swap(l->keeper.ctx, buf_span(&l->kept), note, a, w) || !publish(l, note, w))
        return false;
    l->kept.n = 0;
    buf_put(&l->kept, note);
    l->committed = l->edge.size;
    drop_partial(l, before);
    if (l->bodies)
        body_edge_settled(&l->files, before, l->committed);
    return buf_ok(&l->kept) || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no room for the checkpoint");
}

const struct why *log_writer_read_only(const struct log_writer *l)
{
    return l->blocked.reason ? &l->blocked : NULL;
}

uint64_t log_writer_size(const struct log_writer *l)
{
    return l->committed;
}

struct span log_writer_checkpoint(const struct log_writer *l)
{
    return buf_span(&l->kept);
}

/* The slot of the body is there before the entry makes its bundle full. */
static bool add_with(struct log_writer *l, struct span entry, const uint8_t *hash, struct span kept,
                     uint64_t *index, struct why *w)
{
    static const uint8_t none[LEAF_HASH];
    uint64_t at = l->edge.size;
    struct why y = { 0 };

    if (l->blocked.reason)
        return refuse(l, w);
    if (entry.n > TILE_ENTRY || kept.n > BODY_ALONE)
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "an entry has at most %d bytes, a body %d",
                       TILE_ENTRY, LIMIT_LOG_BODY);
    if (l->bodies && !body_edge_add(&l->body, &l->files, hash ? hash : none, kept, &y))
        return fail(l, &y, w);
    if (!add(l, entry, &y))
        return fail(l, &y, w);
    if (index)
        *index = at;
    return true;
}

bool log_writer_add(struct log_writer *l, struct span entry, uint64_t *index, struct why *w)
{
    return add_with(l, entry, NULL, (struct span){ 0 }, index, w);
}

bool log_writer_add_body(struct log_writer *l, struct span entry, const uint8_t hash[LEAF_HASH],
                         struct span kept, uint64_t *index, struct why *w)
{
    if (!l->bodies || kept.n < LEAF_SALT + LEAF_SEAL)
        return why_set(w, "body", WHY_NO_OFFSET, NULL, "this log has no bodies, or this is none");
    return add_with(l, entry, hash, kept, index, w);
}

bool log_writer_erase(struct log_writer *l, uint64_t index, const uint8_t hash[LEAF_HASH], struct why *w)
{
    if (index >= l->committed)
        return why_set(w, "range", WHY_NO_OFFSET, clause, "the log has no such entry");
    /* In memory first: a file that is written from now on has it no more. */
    if (index / TILE_WIDTH == l->edge.index[0])
        body_edge_erase(&l->body, (unsigned)(index % TILE_WIDTH));
    return body_erase(l->folder, index, hash, l->files.steps, w);
}

bool log_writer_commit(struct log_writer *l, struct why *w)
{
    struct why y = { 0 };
    struct span note;
    struct arena a;
    bool ok;

    if (l->blocked.reason)
        return refuse(l, w);
    if (l->edge.size == l->committed && l->kept.n)
        return true;
    arena_init(&a, 4 * LIMIT_CHECKPOINT);
    ok = write_edge(l, &y) && put_checkpoint(l, &a, &note, &y) && settle(l, note, &a, &y);
    arena_free(&a);
    return ok || fail(l, &y, w);
}

/* A key that was replaced: its owner, who says so, has both. */
static bool signed_before(const struct log_writer *l, const struct note *note, struct arena *a)
{
    struct note_key k;

    for (size_t i = 0; i < l->n_before; i++) {
        note_key_of(l->key.name, NOTE_KEY_ED25519, l->before[i], &k);
        if (note_key_check(note, &k, a, NULL) == NOTE_SIGNED)
            return true;
    }
    return false;
}

/* What stands at a place, judged by the log's own key. */
static bool judge(const struct log_writer *l, struct span text, const char *where, struct arena *a,
                  struct signed_checkpoint *out, struct why *w)
{
    *out = (struct signed_checkpoint){ .text = text };
    if (text.n == 0)
        return true;
    if (!note_parse(text, &out->note, w) || !checkpoint_parse(out->note.text, &out->checkpoint, w))
        return false;
    if (!span_eq_str(out->checkpoint.origin, l->origin))
        return why_set(w, "origin", 0, clause, "the checkpoint in %s is that of another log", where);
    return note_key_check(&out->note, &l->key, a, NULL) == NOTE_SIGNED || signed_before(l, &out->note, a) ||
           why_set(w, "signature", WHY_NO_OFFSET, "C2SP signed-note",
                   "the checkpoint in %s is not signed by this key", where);
}

static bool read_published(const struct log_writer *l, struct arena *a, struct signed_checkpoint *out,
                           struct why *w)
{
    char path[LIMIT_LOG_PATH];
    struct span text;
    bool there;

    if ((size_t)snprintf(path, sizeof path, "%s/checkpoint", l->folder) >= sizeof path)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    return file_read(path, LIMIT_CHECKPOINT, a, &text, &there, w) && judge(l, text, l->folder, a, out, w);
}

static bool read_kept(const struct log_writer *l, struct arena *a, struct signed_checkpoint *out,
                      struct why *w)
{
    struct span text;

    return l->keeper.get(l->keeper.ctx, a, &text, w) && judge(l, text, l->keep, a, out, w);
}

/* The entries of the tile at the edge, whose hashes are there already. */
static bool load_bundle(struct log_writer *l, const struct log_source *s, struct why *w)
{
    struct tile t = { .entries = true, .index = l->edge.index[0], .width = l->edge.n[0] };
    struct span entry[TILE_WIDTH];
    struct tree_hash leaf;
    struct buffer file;
    char path[TILE_PATH];
    unsigned width;
    bool ok;

    if (t.width == 0)
        return true;
    buf_init(&file, TILE_BUNDLE);
    ok = log_tile_get(s, t, &file, &width, path, w) && bundle_parse(buf_span(&file), width, entry, w);
    for (unsigned i = 0; ok && i < t.width; i++) {
        tree_leaf(entry[i], &leaf);
        ok = (tree_hash_eq(&leaf, &l->edge.hash[0][i]) && bundle_put(entry[i], &l->bundle)) ||
             why_set(w, "bundle", WHY_NO_OFFSET, clause, "%s: entry %u is not the one of its tile", path, i);
    }
    buf_free(&file);
    return ok;
}

/* The edge of a log of that size out of its own files, which must have that root. */
static bool load_edge(struct log_writer *l, const struct checkpoint *c, struct why *w)
{
    struct log_source s = log_folder(l->folder);
    struct tree_hash root;
    struct buffer file;
    char path[TILE_PATH];
    unsigned width;
    bool ok = true;

    edge_init(&l->edge, tile_full, l);
    l->bundle.n = 0;
    buf_init(&file, TILE_BYTES);
    for (unsigned level = 0; ok && level < TILE_LEVELS; level++) {
        struct tile t = { .level = level, .index = c->size >> 8 * level >> 8 };

        t.width = l->edge.n[level] = tile_width(level, t.index, c->size);
        l->edge.index[level] = t.index;
        ok = t.width == 0 || log_tile_get(&s, t, &file, &width, path, w);
        if (ok && t.width)
            memcpy(l->edge.hash[level], file.p, t.width * (size_t)TREE_HASH);
    }
    buf_free(&file);
    l->edge.size = c->size;
    if (!ok || !load_bundle(l, &s, w))
        return false;
    edge_root(&l->edge, &root);
    if (!tree_hash_eq(&root, &c->root))
        return why_set(w, "root", WHY_NO_OFFSET, clause, "the tiles have another root than the checkpoint");
    return !l->bodies || l->rehearsal || body_edge_load(&l->body, &l->files, c->size, w);
}

/* Whether the folder holds the tree that an earlier checkpoint speaks of, as a part of what it holds. */
static bool grew_from(const struct log_writer *l, const struct checkpoint *earlier, uint64_t size,
                      struct why *w)
{
    struct log_source s = log_folder(l->folder);
    struct tile_tree tiles = { .source = &s, .size = size };
    struct tree_source from = { tile_tree_node, &tiles };
    struct tree_hash root;
    bool ok;

    buf_init(&tiles.file, TILE_BYTES);
    ok = tree_source_root(&from, earlier->size, &root, w) &&
         (tree_hash_eq(&root, &earlier->root) ||
          why_set(w, "history", WHY_NO_OFFSET, clause,
                  "a checkpoint of %llu entries was published that this log did not grow out of",
                  (unsigned long long)earlier->size));
    buf_free(&tiles.file);
    return ok;
}

static void block(struct log_writer *l, const char *reason, const struct why *y)
{
    (void)why_set(&l->blocked, reason, WHY_NO_OFFSET, NULL, "%s", y->detail);
}

/* What is kept is the truth; what is published may be older by what a crash cut off, and nothing else. */
static void resume(struct log_writer *l, const struct signed_checkpoint *kept,
                   const struct signed_checkpoint *published, struct why *y)
{
    const struct checkpoint *k = &kept->checkpoint, *p = &published->checkpoint;

    if (kept->text.n == 0 && published->text.n) {
        (void)why_set(y, "", WHY_NO_OFFSET, NULL, "nothing is kept in %s: what was signed last is not known",
                      l->keep);
        block(l, "keep-lost", y);
    } else if (p->size > k->size) {
        (void)why_set(y, "", WHY_NO_OFFSET, NULL,
                      "%llu entries are published, and %s knows only of %llu: it was restored from a copy",
                      (unsigned long long)p->size, l->keep, (unsigned long long)k->size);
        block(l, "keep-lost", y);
    } else if (!load_edge(l, k, y) || !grew_from(l, p, k->size, y)) {
        block(l, "restored", y);
    }
}

static bool republish(struct log_writer *l, const struct signed_checkpoint *kept,
                      const struct signed_checkpoint *published, struct why *w)
{
    buf_put(&l->kept, kept->text);
    if (l->blocked.reason)
        return true;
    l->committed = l->edge.size;
    if (kept->text.n == 0 || (published->text.n && published->checkpoint.size == l->committed))
        return true; /* with the cosignatures that it may have by now */
    return publish(l, kept->text, w);
}

/* The key was replaced: what the one before signed last stands under this one from here on. */
static bool sign_again(struct log_writer *l, const struct signed_checkpoint *kept, struct arena *a,
                       struct why *w)
{
    struct span note;

    if (l->blocked.reason || kept->text.n == 0 ||
        note_key_check(&kept->note, &l->key, a, NULL) == NOTE_SIGNED)
        return true;
    return put_checkpoint(l, a, &note, w) && settle(l, note, a, w);
}

static bool take_lock(const char *folder, int *fd, struct why *w)
{
    *fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*fd < 0)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot open %s: %s", folder, strerror(errno));
    return file_lock(*fd) ||
           why_set(w, "locked", WHY_NO_OFFSET, NULL, "another process writes to %s", folder);
}

/* Two histories of this key were found (log/recover.h): whatever else stands here, it signs nothing more. */
static void heed_fork(struct log_writer *l)
{
    char path[LIMIT_LOG_PATH];

    if ((size_t)snprintf(path, sizeof path, "%s/fork", l->folder) < sizeof path && access(path, F_OK) == 0)
        (void)why_set(&l->blocked, "fork", WHY_NO_OFFSET, NULL,
                      "%s proves that this key has signed two histories", path);
}

/* What stands in KEEP and in the folder, and what follows from it. */
static bool weigh(struct log_writer *l, struct why *w)
{
    struct signed_checkpoint *c; /* kept, published */
    struct why y = { 0 };
    struct tree_hash none;
    struct arena a;
    bool ok;

    arena_init(&a, 16 * LIMIT_CHECKPOINT);
    c = arena_array(&a, 2, sizeof *c);
    ok = c && read_kept(l, &a, &c[0], w) && read_published(l, &a, &c[1], w);
    if (ok) {
        tree_empty(&none);
        for (size_t i = 0; i < 2; i++)
            if (c[i].text.n == 0)
                c[i].checkpoint.root = none;
        why_clear(&l->blocked);
        heed_fork(l);
        resume(l, &c[0], &c[1], &y);
        l->kept.n = 0;
        ok = republish(l, &c[0], &c[1], w) && sign_again(l, &c[0], &a, w);
    }
    arena_free(&a);
    return ok;
}

static bool start(struct log_writer *l, struct why *w)
{
    return log_keep_open(l->keep, span_str(l->origin), l->files.steps, &l->keeper, w) &&
           folder_make(l->folder, l->files.steps, w) && take_lock(l->folder, &l->lock_folder, w) &&
           weigh(l, w);
}

static char *text_of(struct span s, const char *behind)
{
    size_t n = s.n + strlen(behind) + 1;
    char *p = malloc(n);

    if (!p)
        abort();
    (void)snprintf(p, n, "%.*s%s", (int)s.n, (const char *)s.p, behind);
    return p;
}

/* Without slashes at its end: what is kept stands beside it. */
static struct span plain_name(const char *folder)
{
    struct span s = span_str(folder);

    while (s.n > 1 && s.p[s.n - 1] == '/')
        s.n--;
    return s;
}

struct log_writer *log_writer_open(const struct log_writer_options *opt, struct why *w)
{
    struct log_writer *l = calloc(1, sizeof *l);
    struct span folder = plain_name(opt->folder);

    if (!l)
        abort();
    l->folder = text_of(folder, "");
    l->keep = opt->keep ? text_of(plain_name(opt->keep), "") : text_of(folder, ".keep");
    l->origin = text_of(opt->origin.n ? opt->origin : opt->key->name, "");
    l->key = *opt->key;
    l->signer = opt->signer;
    l->before = opt->before;
    l->n_before = opt->n_before;
    l->lock_folder = -1;
    log_files_init(&l->files, l->folder, opt->steps);
    buf_init(&l->bundle, TILE_BUNDLE);
    l->bodies = opt->bodies;
    body_edge_init(&l->body);
    buf_init(&l->kept, LIMIT_CHECKPOINT);
    edge_init(&l->edge, tile_full, l);
    if (opt->key->type == NOTE_KEY_ED25519 ? start(l, w)
                                           : why_set(w, "key", WHY_NO_OFFSET, "C2SP tlog-checkpoint",
                                                     "the key of a log is one of type 0x01"))
        return l;
    log_writer_close(l);
    return NULL;
}

void log_writer_close(struct log_writer *l)
{
    if (!l)
        return;
    if (l->lock_folder >= 0)
        (void)close(l->lock_folder);
    log_keep_close(&l->keeper);
    log_files_free(&l->files);
    buf_free(&l->bundle);
    body_edge_free(&l->body);
    buf_free(&l->kept);
    free(l->folder);
    free(l->keep);
    free(l->origin);
    free(l);
}

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
            ok = (!bodies || add_body_of(l, mirror, entry[i], &slot[i], w)) && add(l, entry[i], w) &&
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
         judge(l, arena_copy(a, buf_span(&b)), "the mirror", a, out, w);
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
    if (published->text.n && load_edge(l, &published->checkpoint, NULL))
        return l->edge.size;
    edge_init(&l->edge, tile_full, l);
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
    if (p->at[0]->text.n && k->size < l->committed && !grew_from(l, k, l->committed, w))
        return false;
    return meets(l, p, w) && fetch_tail(l, mirror, p->at[2]->checkpoint.size, p, w);
}

bool log_writer_repair(struct log_writer *l, const struct log_source *mirror, struct arena *a, struct why *w)
{
    struct signed_checkpoint *c = arena_array(a, 3, sizeof *c);
    struct waypoints p;

    if (!c)
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "no room for three checkpoints");
    if (l->blocked.reason && strcmp(l->blocked.reason, "fork") == 0)
        return refuse(l, w);
    p = (struct waypoints){ { &c[0], &c[1], &c[2] } };
    if (!read_kept(l, a, &c[0], w) || !read_published(l, a, &c[1], w) ||
        !mirror_checkpoint(l, mirror, &p, a, &c[2], w))
        return false;
    /* First without writing: whatever is left here is not spoilt by a mirror that does not hold. */
    l->rehearsal = true;
    if (!walk_to(l, mirror, &p, w))
        return false;
    l->rehearsal = false;
    if (!walk_to(l, mirror, &p, w) || !write_edge(l, w))
        return false;
    l->kept.n = 0;
    buf_put(&l->kept, c[0].text);
    if (!settle(l, c[2].text, a, w))
        return false;
    why_clear(&l->blocked);
    return true;
}

bool log_writer_recall(struct log_writer *l, struct span note, struct arena *a, struct why *w)
{
    struct signed_checkpoint *c = arena_array(a, 2, sizeof *c);

    if (!c)
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "no room for two checkpoints");
    if (!judge(l, note, "what was kept elsewhere", a, &c[0], w) || !read_kept(l, a, &c[1], w))
        return false;
    if (c[0].text.n == 0 || (c[1].text.n && c[0].checkpoint.size < c[1].checkpoint.size))
        return true;
    if (c[1].text.n && c[0].checkpoint.size == c[1].checkpoint.size)
        return tree_hash_eq(&c[0].checkpoint.root, &c[1].checkpoint.root) ||
               why_set(w, "fork", WHY_NO_OFFSET, clause, "of %llu entries another root was signed",
                       (unsigned long long)c[0].checkpoint.size);
    return l->keeper.swap(l->keeper.ctx, c[1].text, note, a, w) && weigh(l, w);
}

bool log_writer_publish(struct log_writer *l, struct span note, struct why *w)
{
    struct signed_checkpoint *c;
    struct why y = { 0 };
    struct arena a;
    bool ok;

    if (l->blocked.reason)
        return refuse(l, w);
    arena_init(&a, 4 * LIMIT_CHECKPOINT);
    c = arena_array(&a, 2, sizeof *c);
    ok = c && judge(l, note, "the cosigned note", &a, &c[0], w) &&
         judge(l, buf_span(&l->kept), "the log", &a, &c[1], w);
    if (ok && !span_eq(c[0].note.text, c[1].note.text))
        ok = why_set(w, "checkpoint", 0, clause, "the cosigned note is not the newest checkpoint");
    if (ok && !publish(l, note, &y))
        ok = fail(l, &y, w);
    arena_free(&a);
    return ok;
}

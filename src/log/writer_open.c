/* A log is opened: what stands there, and whether it may be written. */
#include "log/writer_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char clause[] = "C2SP tlog-tiles";

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
bool writer_judge(const struct log_writer *l, struct span text, const char *where, struct arena *a,
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

bool writer_published(const struct log_writer *l, struct arena *a, struct signed_checkpoint *out,
                      struct why *w)
{
    char path[LIMIT_LOG_PATH];
    struct span text;
    bool there;

    if ((size_t)snprintf(path, sizeof path, "%s/checkpoint", l->folder) >= sizeof path)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    return file_read(path, LIMIT_CHECKPOINT, a, &text, &there, w) &&
           writer_judge(l, text, l->folder, a, out, w);
}

bool writer_kept(const struct log_writer *l, struct arena *a, struct signed_checkpoint *out, struct why *w)
{
    struct span text;

    return l->keeper.get(l->keeper.ctx, a, &text, w) && writer_judge(l, text, l->keep, a, out, w);
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
bool writer_load(struct log_writer *l, const struct checkpoint *c, struct why *w)
{
    struct log_source s = log_folder(l->folder);
    struct tree_hash root;
    struct buffer file;
    char path[TILE_PATH];
    unsigned width;
    bool ok = true;

    edge_init(&l->edge, writer_tile_full, l);
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
bool writer_grew_from(const struct log_writer *l, const struct checkpoint *earlier, uint64_t size,
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
    } else if (!writer_load(l, k, y) || !writer_grew_from(l, p, k->size, y)) {
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
    return writer_publish(l, kept->text, w);
}

/* The key was replaced: what the one before signed last stands under this one from here on. */
static bool sign_again(struct log_writer *l, const struct signed_checkpoint *kept, struct arena *a,
                       struct why *w)
{
    struct span note;

    if (l->blocked.reason || kept->text.n == 0 ||
        note_key_check(&kept->note, &l->key, a, NULL) == NOTE_SIGNED)
        return true;
    return writer_sign(l, a, &note, w) && writer_settle(l, note, a, w);
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
bool writer_weigh(struct log_writer *l, struct why *w)
{
    struct signed_checkpoint *c; /* kept, published */
    struct why y = { 0 };
    struct tree_hash none;
    struct arena a;
    bool ok;

    arena_init(&a, 16 * LIMIT_CHECKPOINT);
    c = arena_array(&a, 2, sizeof *c);
    ok = c && writer_kept(l, &a, &c[0], w) && writer_published(l, &a, &c[1], w);
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
           writer_weigh(l, w);
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
    edge_init(&l->edge, writer_tile_full, l);
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

#include "sync/stick.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/digest.h"
#include "log/files.h"

void log_name(struct span origin, char out[65])
{
    struct digest d;

    digest_of(DIGEST_SHA256, origin, &d);
    for (size_t i = 0; i < 32; i++)
        (void)snprintf(out + 2 * i, 3, "%02x", d.b[i]);
}

struct stick {
    const struct log_source *source;
    char root[LIMIT_LOG_PATH];
    struct log_files files;
    struct buffer file;
    struct stick_counts *n;
    struct why *w;
};

static bool there(const struct stick *k, const char *path)
{
    char name[LIMIT_LOG_PATH + 128];
    struct stat st;

    (void)snprintf(name, sizeof name, "%s/%s", k->root, path);
    return stat(name, &st) == 0 && st.st_size > 0;
}

static bool put(struct stick *k, const char *path)
{
    k->n->files++;
    k->n->bytes += k->file.n;
    return log_files_write(&k->files, path, buf_span(&k->file), k->w);
}

/* The file as the source has it, which may be the full one where a partial one is gone. */
static bool put_tile(struct stick *k, struct tile t)
{
    char path[TILE_PATH];
    unsigned width;

    if (t.width == 0)
        return true;
    tile_path(&t, path);
    if (there(k, path))
        return true;
    return log_tile_get(k->source, t, &k->file, &width, path, k->w) && put(k, path);
}

/* Bodies change: they are erased. They are written anew each time, and one that is not there is no error. */
static bool put_bodies(struct stick *k, uint64_t bundle, unsigned width)
{
    char path[TILE_PATH];
    bool found = false;

    body_bundle_path(bundle, width, path);
    if (!k->source->get(k->source->ctx, path, BODY_BUNDLE, &k->file, &found, k->w))
        return false;
    return !found || put(k, path);
}

/* Bodies of that bundle that stand alone. */
static bool put_alone(struct stick *k, uint64_t bundle, unsigned width)
{
    struct tile t = { .entries = true, .index = bundle, .width = width };
    struct span entry[TILE_WIDTH];
    struct body_slot slot[TILE_WIDTH];
    struct buffer entries;
    char path[TILE_PATH], alone[BODY_PATH];
    bool found = false, ok;
    unsigned wide;

    if (k->file.n == 0 || !body_bundle_parse(buf_span(&k->file), width, slot, NULL, NULL))
        return true;
    buf_init(&entries, TILE_BUNDLE);
    ok = log_tile_get(k->source, t, &entries, &wide, path, k->w) &&
         bundle_parse(buf_span(&entries), wide, entry, k->w);
    for (unsigned i = 0; ok && i < width; i++) {
        struct leaf l;

        if (slot[i].kind != BODY_SLOT_NONE || !leaf_parse(entry[i], &l, NULL) ||
            span_eq(l.type, LEAF_ERASURE))
            continue;
        body_alone_path(l.body, alone);
        ok = k->source->get(k->source->ctx, alone, BODY_ALONE, &k->file, &found, k->w) &&
             (!found || k->file.n == 0 || put(k, alone));
    }
    buf_free(&entries);
    return ok;
}

static bool put_all(struct stick *k, uint64_t size)
{
    for (uint64_t i = 0; i * TILE_WIDTH < size; i++) {
        unsigned width = tile_width(0, i, size);

        if (!put_tile(k, (struct tile){ .entries = true, .index = i, .width = width }) ||
            !put_bodies(k, i, width) || !put_alone(k, i, width))
            return false;
    }
    for (unsigned level = 0; level < TILE_LEVELS && size >> (8 * level); level++)
        for (uint64_t i = 0; i <= (size >> (8 * level)) / TILE_WIDTH; i++)
            if (!put_tile(k,
                          (struct tile){ .level = level, .index = i, .width = tile_width(level, i, size) }))
                return false;
    return true;
}

static bool put_note(struct stick *k, const char *path, struct span note)
{
    buf_reset(&k->file);
    buf_put(&k->file, note);
    return note.n == 0 || put(k, path);
}

static bool get_note(struct stick *k, const char *path, struct arena *a, struct span *note)
{
    bool found = false;

    if (!k->source->get(k->source->ctx, path, LIMIT_CHECKPOINT, &k->file, &found, k->w))
        return false;
    *note = found ? arena_copy(a, buf_span(&k->file)) : (struct span){ 0 };
    return true;
}

static bool write_log(struct stick *k, const char *folder, struct arena *a)
{
    struct note *parsed = arena_alloc(a, sizeof *parsed);
    struct span note = { 0 }, witnessed = { 0 };
    struct checkpoint c;
    char name[65];
    bool ok;

    if (!parsed || !get_note(k, "checkpoint", a, &note) || !get_note(k, "witnessed", a, &witnessed))
        return false;
    if (note.n == 0)
        return why_set(k->w, "missing", WHY_NO_OFFSET, NULL, "checkpoint: the source has none of this log");
    if (!note_parse(note, parsed, k->w) || !checkpoint_parse(parsed->text, &c, k->w))
        return false;
    log_name(c.origin, name);
    if (snprintf(k->root, sizeof k->root, "%s/%s", folder, name) >= (int)sizeof k->root)
        return why_set(k->w, "io", WHY_NO_OFFSET, NULL, "the name of the folder is too long");
    log_files_init(&k->files, k->root, NULL);
    ok = folder_make(folder, NULL, k->w) && folder_make(k->root, NULL, k->w) && put_all(k, c.size) &&
         log_files_sync(&k->files, k->w) && put_note(k, "witnessed", witnessed) &&
         put_note(k, "checkpoint", note) && log_files_sync(&k->files, k->w);
    log_files_free(&k->files);
    if (ok) {
        k->n->logs++;
        k->n->entries += c.size;
    }
    return ok;
}

bool stick_write(const struct log_source *source, const char *folder, struct stick_counts *n, struct why *w)
{
    struct stick k = { .source = source, .n = n, .w = w };
    struct arena a;
    bool ok;

    arena_init(&a, 4 << 20);
    buf_init(&k.file, TILE_BUNDLE);
    ok = write_log(&k, folder, &a);
    buf_free(&k.file);
    arena_free(&a);
    return ok;
}

bool stick_origin(const char *folder, const char *log, struct arena *a, struct span *origin, struct why *w)
{
    struct note *parsed = arena_alloc(a, sizeof *parsed);
    char path[LIMIT_LOG_PATH];
    struct span note = { 0 };
    struct checkpoint c;
    bool found = false;

    if (!parsed || snprintf(path, sizeof path, "%s/%s/checkpoint", folder, log) >= (int)sizeof path)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the name of the folder is too long");
    if (!file_read(path, LIMIT_CHECKPOINT, a, &note, &found, w))
        return false;
    if (!found)
        return why_set(w, "missing", WHY_NO_OFFSET, NULL, "%s holds no log: there is no checkpoint", log);
    if (!note_parse(note, parsed, w) || !checkpoint_parse(parsed->text, &c, w))
        return false;
    *origin = c.origin;
    return true;
}

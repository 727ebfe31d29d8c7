#include "log/body_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "log/files.h"

enum { OPEN_FOLDERS = 8 };

static bool join(const char *root, const char *path, char out[LIMIT_LOG_PATH], struct why *w)
{
    int n = snprintf(out, LIMIT_LOG_PATH, "%s/%s", root, path);

    return (n > 0 && n < LIMIT_LOG_PATH) || why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
}

static bool is_expired(const char *root, bool *expired, struct why *w)
{
    char path[LIMIT_LOG_PATH];

    if (!join(root, "bodies/expired", path, w))
        return false;
    *expired = access(path, F_OK) == 0;
    return true;
}

/* The width after `least` among a bundle's files in that folder that is the next one up; 0: none. */
static unsigned next_width(const char *folder, unsigned least)
{
    const struct dirent *e;
    unsigned best = 0;
    DIR *d = opendir(folder);

    while (d && (e = readdir(d))) {
        char *end;
        unsigned long v = strtoul(e->d_name, &end, 10);

        if (*end == '\0' && v >= least && v < TILE_WIDTH && (!best || v < best))
            best = (unsigned)v;
    }
    if (d)
        (void)closedir(d);
    return best;
}

static bool partial_folder(const char *root, uint64_t index, char out[LIMIT_LOG_PATH], struct why *w)
{
    char path[TILE_PATH], with[TILE_PATH + 2];

    body_bundle_path(index, TILE_WIDTH, path);
    (void)snprintf(with, sizeof with, "%s.p", path);
    return join(root, with, out, w);
}

/* The file of that width, or the next wider one, which the writer has finished; *found false: none. */
static bool get_widened(const char *root, uint64_t index, unsigned width, struct buffer *out, bool *found,
                        struct why *w)
{
    struct log_source s = log_folder(root);
    char path[TILE_PATH], folder[LIMIT_LOG_PATH];
    unsigned wider;

    body_bundle_path(index, width, path);
    if (!s.get(s.ctx, path, BODY_BUNDLE, out, found, w))
        return false;
    if (*found || width == TILE_WIDTH)
        return true;
    if (!partial_folder(root, index, folder, w))
        return false;
    wider = next_width(folder, width);
    body_bundle_path(index, wider ? wider : TILE_WIDTH, path);
    return s.get(s.ctx, path, BODY_BUNDLE, out, found, w);
}

bool body_bundle_read(const char *root, uint64_t index, unsigned width, struct buffer *out,
                      enum body_state *state, struct why *w)
{
    struct body_slot slot[TILE_WIDTH];
    bool expired, found = false;
    size_t end;

    out->n = 0;
    if (!is_expired(root, &expired, w))
        return false;
    /* Twice: a writer may have put a wider one in its place meanwhile. */
    for (int i = 0; !expired && !found && i < 2; i++)
        if (!get_widened(root, index, width, out, &found, w))
            return false;
    *state = expired ? BODY_ERASED : found ? BODY_THERE : BODY_MISSING;
    if (*state != BODY_THERE)
        return true;
    if (!body_bundle_parse(buf_span(out), width, slot, &end, w))
        return false;
    out->n = end;
    return true;
}

static bool open_kept(const struct leaf *l, struct span kept, struct arena *a, struct span *body,
                      struct why *w)
{
    struct buffer b;
    bool ok;

    if (kept.n < LEAF_SALT + LEAF_SEAL)
        return why_set(w, "body", WHY_NO_OFFSET, NULL, "the file of the body is damaged");
    buf_init(&b, LIMIT_LOG_BODY + 1);
    ok = leaf_open(l, body_salt(kept), body_sealed(kept), &b, w);
    if (ok && b.n) {
        *body = arena_copy(a, buf_span(&b));
        ok = body->p || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    }
    buf_free(&b);
    return ok;
}

static bool read_alone(const char *root, const struct leaf *l, struct arena *a, enum body_state *state,
                       struct span *body, struct why *w)
{
    struct log_source s = log_folder(root);
    struct buffer file;
    char path[BODY_PATH];
    bool found, ok;

    buf_init(&file, BODY_ALONE);
    body_alone_path(l->body, path);
    ok = s.get(s.ctx, path, BODY_ALONE, &file, &found, w);
    if (ok)
        *state = !found ? BODY_MISSING : file.n == 0 ? BODY_ERASED : BODY_THERE;
    ok = ok && (*state != BODY_THERE || open_kept(l, buf_span(&file), a, body, w));
    buf_free(&file);
    return ok;
}

bool body_read(const char *root, uint64_t index, const struct leaf *l, struct arena *a,
               enum body_state *state, struct span *body, struct why *w)
{
    struct body_slot slot[TILE_WIDTH];
    unsigned at = (unsigned)(index % TILE_WIDTH);
    struct buffer file;
    bool ok;

    *body = (struct span){ 0 };
    buf_init(&file, BODY_BUNDLE);
    ok = body_bundle_read(root, index / TILE_WIDTH, at + 1, &file, state, w) &&
         (*state != BODY_THERE || body_bundle_parse(buf_span(&file), at + 1, slot, NULL, w));
    if (ok && *state == BODY_THERE) {
        if (slot[at].kind == BODY_SLOT_ERASED)
            *state = BODY_ERASED;
        else if (slot[at].kind == BODY_SLOT_NONE)
            ok = read_alone(root, l, a, state, body, w);
        else
            ok = open_kept(l, slot[at].kept, a, body, w);
    }
    buf_free(&file);
    return ok;
}

/* The file again, with that slot erased; nothing to do when it is not so wide, or was erased. */
static bool erase_in(const char *path, unsigned width, unsigned at, const struct folder_steps *steps,
                     struct why *w)
{
    static const struct body_slot erased = { .kind = BODY_SLOT_ERASED };
    struct body_slot slot[TILE_WIDTH];
    char folder[LIMIT_LOG_PATH];
    struct buffer again;
    struct arena a;
    struct span was;
    bool there, ok;

    if (at >= width)
        return true;
    arena_init(&a, BODY_BUNDLE + 4096);
    buf_init(&again, BODY_BUNDLE);
    ok = file_read(path, BODY_BUNDLE, &a, &was, &there, w) &&
         (!there || body_bundle_parse(was, width, slot, NULL, w));
    if (ok && there && slot[at].kind != BODY_SLOT_ERASED) {
        slot[at] = erased;
        for (unsigned i = 0; i < width; i++)
            ok = body_bundle_put(&slot[i], &again) && ok;
        (void)snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
        ok = ok && file_replace(folder, strrchr(path, '/') + 1, buf_span(&again), steps, w);
    }
    buf_free(&again);
    arena_free(&a);
    return ok;
}

static bool erase_partial(const char *root, uint64_t index, unsigned at, const struct folder_steps *steps,
                          struct why *w)
{
    char folder[LIMIT_LOG_PATH], path[LIMIT_LOG_PATH], name[TILE_PATH];
    unsigned width = 0;

    if (!partial_folder(root, index, folder, w))
        return false;
    while ((width = next_width(folder, width + 1))) {
        body_bundle_path(index, width, name);
        if (!join(root, name, path, w) || !erase_in(path, width, at, steps, w))
            return false;
    }
    return true;
}

/* An empty file says that a body stood here. */
static bool erase_alone(const char *root, const uint8_t hash[LEAF_HASH], const struct folder_steps *steps,
                        struct why *w)
{
    char name[BODY_PATH], path[LIMIT_LOG_PATH], folder[LIMIT_LOG_PATH];

    body_alone_path(hash, name);
    if (!join(root, name, path, w) || !join(root, "body", folder, w))
        return false;
    return access(path, F_OK) != 0 ||
           file_replace(folder, strrchr(name, '/') + 1, (struct span){ 0 }, steps, w);
}

bool body_erase(const char *root, uint64_t index, const uint8_t hash[LEAF_HASH],
                const struct folder_steps *steps, struct why *w)
{
    unsigned at = (unsigned)(index % TILE_WIDTH);
    char name[TILE_PATH], path[LIMIT_LOG_PATH];

    body_bundle_path(index / TILE_WIDTH, TILE_WIDTH, name);
    return join(root, name, path, w) && erase_in(path, TILE_WIDTH, at, steps, w) &&
           erase_partial(root, index / TILE_WIDTH, at, steps, w) && erase_alone(root, hash, steps, w);
}

/* What is found on the way down: all but the mark goes. */
static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    if (kind == FTW_F && !(at->level == 1 && strcmp(path + at->base, "expired") == 0))
        (void)unlink(path);
    else if (kind == FTW_DP)
        (void)rmdir(path);
    return 0;
}

static bool remove_below(const char *root, const char *name, struct why *w)
{
    char path[LIMIT_LOG_PATH];

    if (!join(root, name, path, w))
        return false;
    return nftw(path, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS) == 0 || errno == ENOENT ||
           why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot look through %s: %s", path, strerror(errno));
}

bool body_expire(const char *root, const struct folder_steps *steps, struct why *w)
{
    char path[LIMIT_LOG_PATH];
    bool expired, ok;
    int fd;

    if (!join(root, "bodies", path, w) || !folder_make(path, steps, w) || !is_expired(root, &expired, w) ||
        (!expired && !file_create(path, "expired", SPAN("expired\n"), steps, w)))
        return false;
    if (steps)
        steps->before(steps->ctx, "remove bodies");
    if (!remove_below(root, "bodies", w) || !remove_below(root, "body", w))
        return false;
    if (steps)
        steps->before(steps->ctx, "sync all");
    fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ok = fd >= 0 && syncfs(fd) == 0;
    if (!ok)
        (void)why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot write to %s: %s", path, strerror(errno));
    if (fd >= 0)
        (void)close(fd);
    return ok;
}

static bool get(void *ctx, const char *path, size_t most, struct buffer *out, bool *found, struct why *w)
{
    struct log_source s = log_folder(ctx);
    enum body_state state;
    uint64_t index;
    unsigned width;

    if (!body_bundle_path_parse(span_str(path), &index, &width))
        return s.get(s.ctx, path, most, out, found, w);
    if (!body_bundle_read(ctx, index, width, out, &state, w))
        return false;
    *found = state == BODY_THERE;
    if (*found && out->n > most)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "%s is longer than such a file may be", path);
    return true;
}

struct log_source body_folder(const char *root)
{
    return (struct log_source){ get, (void *)(uintptr_t)root };
}

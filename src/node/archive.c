#include "node/archive.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"

static bool io(struct why *w, const char *what, const char *path)
{
    return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot %s %s: %s", what, path, strerror(errno));
}

bool archive_create(const char *path, struct archive_writer *out, struct why *w)
{
    int fd;

    *out = (struct archive_writer){ 0 };
    buf_init(&out->manifest, LIMIT_BACKUP_MANIFEST);
    if ((size_t)snprintf(out->path, sizeof out->path, "%s", path) >= sizeof out->path)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    (void)snprintf(out->part, sizeof out->part, "%s.part", path);
    if (access(path, F_OK) == 0)
        return why_set(w, "exists", WHY_NO_OFFSET, NULL, "%s is there already", path);
    (void)unlink(out->part); /* of a run that was cut off */
    fd = open(out->part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    out->f = fd < 0 ? NULL : fdopen(fd, "wb");
    return out->f || io(w, "create", out->part);
}

static bool put(struct archive_writer *a, struct span s, struct why *w)
{
    a->bytes += s.n;
    return s.n == 0 || fwrite(s.p, 1, s.n, a->f) == s.n || io(w, "write", a->part);
}

static bool put_head(struct archive_writer *a, const char *name, unsigned mode, unix_time time, uint64_t size,
                     struct why *w)
{
    struct ustar m = { .mode = mode, .size = size, .time = time };
    uint8_t block[USTAR_BLOCK];

    if ((size_t)snprintf(m.name, sizeof m.name, "%s", name) >= sizeof m.name)
        return why_set(w, "archive", WHY_NO_OFFSET, NULL, "%s: a name too long for an archive", name);
    return ustar_put(&m, block, w) && put(a, span_of(block, sizeof block), w);
}

static bool put_end(struct archive_writer *a, const char *name, uint64_t size, const struct digest_run *run,
                    struct why *w)
{
    static const uint8_t zero[USTAR_BLOCK];
    struct digest d;

    digest_end(run, &d);
    hex_put(&a->manifest, digest_span(&d));
    buf_printf(&a->manifest, "  %s\n", name);
    a->files++;
    return put(a, span_of(zero, ustar_padding(size)), w) &&
           (buf_ok(&a->manifest) ||
            why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more files than a back-up may have"));
}

bool archive_bytes(struct archive_writer *a, const char *name, unsigned mode, unix_time time, struct span s,
                   struct why *w)
{
    struct digest_run run;

    digest_begin(DIGEST_SHA256, &run);
    digest_more(&run, s);
    return put_head(a, name, mode, time, s.n, w) && put(a, s, w) && put_end(a, name, s.n, &run, w);
}

static bool copy(struct archive_writer *a, int fd, const char *path, uint64_t size, struct digest_run *run,
                 struct why *w)
{
    uint8_t piece[ARCHIVE_PIECE];

    while (size) {
        ssize_t n = read(fd, piece, size < sizeof piece ? (size_t)size : sizeof piece);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return io(w, "read", path);
        if (n == 0)
            return why_set(w, "changed", WHY_NO_OFFSET, NULL, "%s became shorter while it was read", path);
        digest_more(run, span_of(piece, (size_t)n));
        if (!put(a, span_of(piece, (size_t)n), w))
            return false;
        size -= (uint64_t)n;
    }
    return true;
}

bool archive_file(struct archive_writer *a, const char *name, const char *path, struct why *w)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY);
    struct digest_run run;
    struct stat st;
    bool ok;

    if (fd < 0)
        return io(w, "open", path);
    ok = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    if (!ok)
        (void)why_set(w, "io", WHY_NO_OFFSET, NULL, "%s is no plain file", path);
    digest_begin(DIGEST_SHA256, &run);
    ok = ok && put_head(a, name, st.st_mode & 0777, st.st_mtime, (uint64_t)st.st_size, w) &&
         copy(a, fd, path, (uint64_t)st.st_size, &run, w) && put_end(a, name, (uint64_t)st.st_size, &run, w);
    (void)close(fd);
    return ok;
}

/* The name itself is on disk too. */
static bool sync_parent(const char *path, struct why *w)
{
    const char *slash = strrchr(path, '/');
    char parent[ARCHIVE_PATH];
    bool ok;
    int fd;

    (void)snprintf(parent, sizeof parent, "%.*s", slash && slash != path ? (int)(slash - path) : 1,
                   slash ? path : ".");
    fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ok = fd >= 0 && fsync(fd) == 0;
    if (!ok)
        (void)io(w, "write to the folder", parent);
    if (fd >= 0)
        (void)close(fd);
    return ok;
}

bool archive_finish(struct archive_writer *a, struct why *w)
{
    static const uint8_t zero[2 * USTAR_BLOCK];

    if (!put(a, span_of(zero, sizeof zero), w))
        return false;
    if (fflush(a->f) != 0 || fsync(fileno(a->f)) != 0 || link(a->part, a->path) != 0)
        return io(w, "finish", a->path);
    (void)unlink(a->part);
    return sync_parent(a->path, w);
}

void archive_end(struct archive_writer *a)
{
    if (a->f && fclose(a->f) == 0)
        (void)unlink(a->part);
    a->f = NULL;
    buf_free(&a->manifest);
}

static bool cut(struct why *w, FILE *f)
{
    return ferror(f) ? why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot be read: %s", strerror(errno))
                     : why_set(w, "archive", WHY_NO_OFFSET, NULL, "the archive is cut");
}

/* The bytes of a member, and what fills its last block, which is empty. */
static bool read_member(FILE *f, const struct archive_reader *r, const struct ustar *m, struct why *w)
{
    uint8_t piece[ARCHIVE_PIECE];
    struct digest_run run;
    struct digest d;
    size_t padding = ustar_padding(m->size);

    digest_begin(DIGEST_SHA256, &run);
    for (uint64_t left = m->size; left;) {
        size_t n = left < sizeof piece ? (size_t)left : sizeof piece;

        if (fread(piece, 1, n, f) != n)
            return cut(w, f);
        digest_more(&run, span_of(piece, n));
        if (!r->piece(r->ctx, span_of(piece, n), w))
            return false;
        left -= n;
    }
    if (padding && fread(piece, 1, padding, f) != padding)
        return cut(w, f);
    for (size_t i = 0; i < padding; i++)
        if (piece[i])
            return why_set(w, "archive", WHY_NO_OFFSET, NULL, "bytes stand behind %s", m->name);
    digest_end(&run, &d);
    return r->end(r->ctx, m, &d, w);
}

/* After the first empty block only empty ones follow. */
static bool read_rest(FILE *f, struct why *w)
{
    uint8_t piece[USTAR_BLOCK];
    size_t n, blocks = 1;

    while ((n = fread(piece, 1, sizeof piece, f)) > 0) {
        for (size_t i = 0; i < n; i++)
            if (piece[i])
                return why_set(w, "archive", WHY_NO_OFFSET, NULL, "bytes stand behind the archive's end");
        blocks++;
    }
    return (!ferror(f) && blocks >= 2) || cut(w, f);
}

bool archive_read(FILE *f, const struct archive_reader *r, struct why *w)
{
    uint8_t block[USTAR_BLOCK];
    struct ustar m;
    bool end = false;

    for (;;) {
        if (fread(block, 1, sizeof block, f) != sizeof block)
            return cut(w, f);
        if (!ustar_parse(block, &m, &end, w))
            return false;
        if (end)
            return read_rest(f, w);
        if (!r->begin(r->ctx, &m, w) || !read_member(f, r, &m, w))
            return false;
    }
}

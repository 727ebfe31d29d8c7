#include "log/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAMES = 64 << 20, MANY = 4096 /* bytes of names: some 100 files */ };

static bool io(struct why *w, const char *what, const char *path)
{
    return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot %s %s: %s", what, path, strerror(errno));
}

static void step(const struct log_files *f, const char *name)
{
    if (f->steps)
        f->steps->before(f->steps->ctx, name);
}

void log_files_init(struct log_files *f, const char *root, const struct folder_steps *steps)
{
    *f = (struct log_files){ .root = root, .steps = steps };
    buf_init(&f->written, NAMES);
    buf_init(&f->folders, NAMES);
}

void log_files_free(struct log_files *f)
{
    buf_free(&f->written);
    buf_free(&f->folders);
}

static bool full_path(const struct log_files *f, const char *path, char out[LIMIT_LOG_PATH], struct why *w)
{
    int n = snprintf(out, LIMIT_LOG_PATH, "%s/%s", f->root, path);

    return (n > 0 && n < LIMIT_LOG_PATH) || why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
}

static void remember(struct buffer *names, const char *name)
{
    buf_put(names, span_of(name, strlen(name) + 1));
}

static bool stands_in(const struct buffer *names, const char *name)
{
    for (size_t at = 0; at < names->n; at += strlen((const char *)names->p + at) + 1)
        if (strcmp((const char *)names->p + at, name) == 0)
            return true;
    return false;
}

/* The folder that holds a file gets a name it did not have: it goes to disk, too. */
static void remember_parent(struct log_files *f, const char *path)
{
    char parent[LIMIT_LOG_PATH];
    const char *slash = strrchr(path, '/');

    (void)snprintf(parent, sizeof parent, "%.*s", (int)(slash - path), path);
    if (!stands_in(&f->folders, parent))
        remember(&f->folders, parent);
}

/* Each folder between the root and the file. path is the full one. */
static bool make_folders(struct log_files *f, char *path, struct why *w)
{
    for (char *p = path + strlen(f->root) + 1; (p = strchr(p, '/')); p++) {
        bool ok;

        *p = '\0';
        step(f, "make folder");
        ok = mkdir(path, 0755) == 0;
        if (ok)
            remember_parent(f, path);
        else if (errno != EEXIST)
            (void)io(w, "make", path);
        ok = ok || errno == EEXIST;
        *p = '/';
        if (!ok)
            return false;
    }
    return true;
}

static bool write_all(int fd, struct span s)
{
    while (s.n) {
        ssize_t n = write(fd, s.p, s.n);

        if (n < 0)
            return false;
        s = span_sub(s, (size_t)n, s.n);
    }
    return true;
}

bool log_files_write(struct log_files *f, const char *path, struct span s, struct why *w)
{
    char full[LIMIT_LOG_PATH];
    int fd;
    bool ok;

    if (!full_path(f, path, full, w))
        return false;
    step(f, "create file");
    fd = open(full, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0 && errno == ENOENT) {
        if (!make_folders(f, full, w))
            return false;
        fd = open(full, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    }
    if (fd < 0)
        return io(w, "create", full);
    step(f, "write file");
    ok = write_all(fd, s);
    if (close(fd) != 0 || !ok)
        return io(w, "write", full);
    remember(&f->written, full);
    remember_parent(f, full);
    return (buf_ok(&f->written) && buf_ok(&f->folders)) ||
           why_set(w, "too-large", WHY_NO_OFFSET, NULL, "too many files in one batch");
}

static bool sync_one(const char *path, int flags, struct why *w)
{
    int fd = open(path, flags | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (!ok)
        (void)io(w, "write", path);
    if (fd >= 0)
        (void)close(fd);
    return ok;
}

static bool sync_all(struct log_files *f, const char *what, struct buffer *names, int flags, struct why *w)
{
    for (size_t at = 0; at < names->n; at += strlen((const char *)names->p + at) + 1) {
        step(f, what);
        if (!sync_one((const char *)names->p + at, flags, w))
            return false;
    }
    names->n = 0;
    return true;
}

/* Many files go to disk in one turn of the file system: a sync of each costs as much as writing it. */
static bool sync_together(struct log_files *f, struct why *w)
{
    int fd = open(f->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok;

    step(f, "sync all");
    ok = fd >= 0 && syncfs(fd) == 0;
    if (!ok)
        (void)io(w, "write to", f->root);
    if (fd >= 0)
        (void)close(fd);
    f->written.n = f->folders.n = 0;
    return ok;
}

bool log_files_sync(struct log_files *f, struct why *w)
{
    if (f->written.n > MANY)
        return sync_together(f, w);
    return sync_all(f, "sync file", &f->written, O_RDONLY, w) &&
           sync_all(f, "sync folder", &f->folders, O_RDONLY | O_DIRECTORY, w);
}

void log_files_drop(const struct log_files *f, const char *path)
{
    char full[LIMIT_LOG_PATH];

    if (!full_path(f, path, full, NULL))
        return;
    step(f, "remove file");
    (void)unlink(full);
}

void log_files_drop_others(const struct log_files *f, const char *path, const char *keep)
{
    char full[LIMIT_LOG_PATH];
    const struct dirent *e;
    DIR *d;

    if (!full_path(f, path, full, NULL))
        return;
    d = opendir(full);
    if (!d)
        return;
    while ((e = readdir(d)))
        if (e->d_name[0] != '.' && strcmp(e->d_name, keep) != 0) {
            step(f, "remove file");
            (void)unlinkat(dirfd(d), e->d_name, 0);
        }
    (void)closedir(d);
}

void log_files_drop_folder(const struct log_files *f, const char *path)
{
    char full[LIMIT_LOG_PATH];

    log_files_drop_others(f, path, "");
    if (!full_path(f, path, full, NULL))
        return;
    step(f, "remove folder");
    (void)rmdir(full);
}

static bool get(void *ctx, const char *path, size_t most, struct buffer *out, bool *found, struct why *w)
{
    struct log_files f = { .root = ctx };
    char full[LIMIT_LOG_PATH];
    struct stat st;
    uint8_t *p;
    int fd;
    bool ok;

    out->n = 0;
    if (!full_path(&f, path, full, w))
        return false;
    fd = open(full, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    *found = fd >= 0;
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR || io(w, "open", full);
    ok = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size >= 0 && (size_t)st.st_size <= most;
    if (!ok)
        (void)why_set(w, "io", WHY_NO_OFFSET, NULL, "%s is no file, or longer than such a file may be", path);
    p = ok && st.st_size ? buf_grow(out, (size_t)st.st_size) : NULL;
    for (size_t n = 0; ok && p && n < (size_t)st.st_size;) {
        ssize_t part = read(fd, p + n, (size_t)st.st_size - n);

        ok = part > 0 || io(w, "read", full);
        n += part > 0 ? (size_t)part : 0;
    }
    (void)close(fd);
    return ok &&
           (p || st.st_size == 0 || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this"));
}

struct log_source log_folder(const char *root)
{
    return (struct log_source){ get, (void *)(uintptr_t)root };
}

#include "files/durable.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"

enum { PATH = 4096, LOCK_TRIES = 10 };

static bool io(struct why *w, const char *what, const char *path)
{
    return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot %s %s: %s", what, path, strerror(errno));
}

static void step(const struct folder_steps *s, const char *name)
{
    if (s)
        s->before(s->ctx, name);
}

bool file_lock(int fd)
{
    const struct timespec pause = { .tv_nsec = 2 * 1000 * 1000 };

    for (int i = 0; i < LOCK_TRIES; i++) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0)
            return true;
        if (errno != EWOULDBLOCK && errno != EINTR)
            return false;
        (void)nanosleep(&pause, NULL);
    }
    errno = EWOULDBLOCK;
    return false;
}

bool file_is_locked(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    bool locked;

    if (fd < 0)
        return false;
    locked = flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    (void)close(fd);
    return locked;
}

bool file_read(const char *path, size_t most, struct arena *a, struct span *out, bool *there, struct why *w)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    struct stat st;
    uint8_t *p;
    size_t n = 0;
    bool ok = false;

    *there = fd >= 0;
    if (fd < 0) {
        *out = (struct span){ NULL, 0 };
        return errno == ENOENT || errno == ENOTDIR || io(w, "open", path);
    }
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size < 0 || (size_t)st.st_size > most) {
        (void)why_set(w, "too-large", WHY_NO_OFFSET, NULL, "%s is no file, or longer than %zu bytes", path,
                      most);
        goto out;
    }
    p = arena_alloc(a, (size_t)st.st_size + 1);
    if (!p) {
        (void)why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
        goto out;
    }
    while (n < (size_t)st.st_size) {
        ssize_t got = read(fd, p + n, (size_t)st.st_size - n);

        if (got <= 0) {
            (void)io(w, "read", path);
            goto out;
        }
        n += (size_t)got;
    }
    *out = span_of(p, n);
    ok = true;
out:
    (void)close(fd);
    return ok;
}

/* What was made or renamed in a folder is on disk. */
static bool sync_folder(const char *path, struct why *w)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (!ok)
        (void)io(w, "write to the folder", path);
    if (fd >= 0)
        (void)close(fd);
    return ok;
}

bool folder_make(const char *path, const struct folder_steps *steps, struct why *w)
{
    const char *slash = strrchr(path, '/');
    char parent[PATH];

    step(steps, "make folder");
    if (mkdir(path, 0755) != 0)
        return errno == EEXIST || io(w, "make", path);
    (void)snprintf(parent, sizeof parent, "%.*s", slash && slash != path ? (int)(slash - path) : 1,
                   slash ? path : ".");
    return sync_folder(parent, w);
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

/* The bytes under a name that nobody reads. Only one process writes here, so the name may be a fixed one. */
static bool write_draft(const char *draft, struct span s, const struct folder_steps *steps, struct why *w)
{
    int fd;
    bool ok;

    (void)unlink(draft); /* of a run that was cut off */
    step(steps, "create draft");
    fd = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0)
        return io(w, "create", draft);
    step(steps, "write draft");
    ok = write_all(fd, s);
    step(steps, "sync draft");
    ok = ok && fsync(fd) == 0;
    if (close(fd) != 0 || !ok) {
        (void)io(w, "write", draft);
        (void)unlink(draft);
        return false;
    }
    return true;
}

bool file_create(const char *folder, const char *name, struct span s, const struct folder_steps *steps,
                 struct why *w)
{
    char path[PATH], draft[PATH];
    bool ok;

    if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, name) >= sizeof path ||
        (size_t)snprintf(draft, sizeof draft, "%s/.draft", folder) >= sizeof draft)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    if (!write_draft(draft, s, steps, w))
        return false;
    step(steps, "name it");
    ok = link(draft, path) == 0; /* unlike rename, never in place of another */
    if (!ok && errno == EEXIST)
        (void)why_set(w, "exists", WHY_NO_OFFSET, NULL, "%s is there already", path);
    else if (!ok)
        (void)io(w, "create", path);
    step(steps, "drop draft");
    (void)unlink(draft);
    step(steps, "sync folder");
    return ok && sync_folder(folder, w);
}

bool file_replace(const char *folder, const char *name, struct span s, const struct folder_steps *steps,
                  struct why *w)
{
    char path[PATH], draft[PATH];

    if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, name) >= sizeof path ||
        (size_t)snprintf(draft, sizeof draft, "%s/.draft", folder) >= sizeof draft)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    if (!write_draft(draft, s, steps, w))
        return false;
    step(steps, "replace");
    if (rename(draft, path) != 0)
        return io(w, "replace", path);
    step(steps, "sync folder");
    return sync_folder(folder, w);
}

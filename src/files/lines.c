#include "files/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME = 128, TURNS = 1000 };

static bool io(struct why *w, const char *name)
{
    return why_set(w, "io", WHY_NO_OFFSET, NULL, "%s: %s", name, strerror(errno));
}

/* Each step leaves every line in one of the files. */
static bool move_on(int folder, const char *name, unsigned older)
{
    char from[NAME], to[NAME];

    for (unsigned i = older; i > 0; i--) {
        (void)snprintf(to, sizeof to, "%s.%u", name, i);
        (void)snprintf(from, sizeof from, i > 1 ? "%s.%u" : "%s", name, i - 1);
        if (renameat(folder, from, folder, to) != 0 && errno != ENOENT)
            return false;
    }
    return (older || unlinkat(folder, name, 0) == 0) && fsync(folder) == 0;
}

/* Whether what was opened is still what the name leads to: another may have moved it before the lock. */
static bool is_current(int folder, const char *name, int fd, struct stat *st)
{
    struct stat now;

    return fstat(fd, st) == 0 && fstatat(folder, name, &now, AT_SYMLINK_NOFOLLOW) == 0 &&
           st->st_ino == now.st_ino && st->st_dev == now.st_dev;
}

/* Whole, or not at all: of a full disk no piece of a line is left. */
static bool put(int fd, struct span line, off_t end)
{
    if (write(fd, line.p, line.n) == (ssize_t)line.n)
        return fdatasync(fd) == 0;
    if (ftruncate(fd, end) != 0)
        errno = EIO; /* a piece stays */
    return false;
}

enum turn { DONE, AGAIN, FAILED };

static enum turn turn(int folder, const char *name, struct span line, uint64_t most, unsigned older)
{
    int fd = openat(folder, name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    enum turn t = FAILED;
    struct stat st;

    if (fd < 0)
        return FAILED;
    if (flock(fd, LOCK_EX) != 0) {
        t = errno == EINTR ? AGAIN : FAILED;
    } else if (!is_current(folder, name, fd, &st)) {
        t = AGAIN;
    } else if (!S_ISREG(st.st_mode)) {
        errno = EINVAL;
    } else if ((uint64_t)st.st_size + line.n > most) {
        t = move_on(folder, name, older) ? AGAIN : FAILED;
    } else if (put(fd, line, st.st_size) && (st.st_size || fsync(folder) == 0)) {
        t = DONE;
    }
    (void)close(fd); /* with the lock */
    return t;
}

bool lines_append(const char *folder, const char *name, struct span line, uint64_t most, unsigned older,
                  struct why *w)
{
    enum turn t = AGAIN;
    int at;

    if (line.n > most)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "a line of %zu bytes", line.n);
    at = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (at < 0)
        return io(w, folder);
    for (int i = 0; t == AGAIN && i < TURNS; i++)
        t = turn(at, name, line, most, older);
    if (t != DONE)
        (void)io(w, name);
    (void)close(at);
    return t == DONE;
}

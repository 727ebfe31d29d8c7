#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "store/internal.h"

/* The number its holder wrote; 0 when there is none to read. */
static long holder(int fd)
{
    char text[24] = "";

    return pread(fd, text, sizeof text - 1, 0) > 0 ? strtol(text, NULL, 10) : 0;
}

/* The kernel drops the lock with the process, so a file left behind locks nobody out. The number is for
 * people: on a full disk it may be missing. */
bool lock_take(const char *path, int *fd, struct why *w)
{
    char name[4096], pid[24];
    int f, n;

    if (snprintf(name, sizeof name, "%s.lock", path) >= (int)sizeof name)
        return why_set(w, "store", WHY_NO_OFFSET, NULL, "the path of the store is too long");
    f = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (f < 0)
        return why_errno(w, errno, "the store's lock file");
    if (flock(f, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK)
            (void)why_set(w, "store-locked", WHY_NO_OFFSET, NULL,
                          "process %ld has the store open for writing: end it first, or read only",
                          holder(f));
        else
            (void)why_errno(w, errno, "the lock on the store");
        (void)close(f);
        return false;
    }
    n = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    if (ftruncate(f, 0) != 0 || pwrite(f, pid, (size_t)n, 0) != n)
        errno = 0; /* only the number is missing */
    *fd = f;
    return true;
}

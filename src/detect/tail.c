#include "detect/tail.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_MOST = 4096 };

struct detect_tail {
    char path[PATH_MOST];
    struct detect_log *log;
    struct detect_log_how how;
    struct detect_lines lines;
    struct detect_place place; /* of the first byte in lines */
    int fd;
    bool moved; /* the name stands for another file; the old one is read once more */
    struct detect_tail_told told;
};

struct detect_tail *detect_tail_new(const char *path, const struct detect_log_how *how,
                                    const struct detect_place *place, struct span head)
{
    struct detect_tail *t = calloc(1, sizeof *t);

    if (!t)
        abort();
    (void)snprintf(t->path, sizeof t->path, "%s", path);
    t->how = *how;
    t->log = detect_log_new(how);
    t->fd = -1;
    t->place = *place;
    t->lines.line = place->line;
    if (head.n)
        detect_log_set_head(t->log, head);
    return t;
}

void detect_tail_free(struct detect_tail *t)
{
    if (!t)
        return;
    if (t->fd >= 0)
        (void)close(t->fd);
    detect_log_free(t->log);
    detect_lines_free(&t->lines);
    free(t);
}

const char *detect_tail_path(const struct detect_tail *t)
{
    return t->path;
}

void detect_tail_place(const struct detect_tail *t, struct detect_place *out)
{
    *out = t->place;
    out->line = t->lines.line;
}

struct span detect_tail_head(const struct detect_tail *t)
{
    return detect_log_head(t->log);
}

struct detect_tail_told detect_tail_told(const struct detect_tail *t)
{
    return t->told;
}

/* The bytes before the place are those that were read. */
static bool marked(int fd, const struct detect_place *p)
{
    uint8_t mark[TAIL_MARK];

    return p->mark_n == 0 ||
           (pread(fd, mark, p->mark_n, (off_t)(p->offset - p->mark_n)) == (ssize_t)p->mark_n &&
            memcmp(mark, p->mark, p->mark_n) == 0);
}

static void from_the_beginning(struct detect_tail *t, const struct stat *st)
{
    detect_lines_free(&t->lines);
    detect_log_set_head(t->log, (struct span){ NULL, 0 });
    t->place = (struct detect_place){ .device = st->st_dev, .inode = st->st_ino };
    t->moved = false;
}

/* The file that was read before, under the name that it has now in its folder. */
static int find_moved(const struct detect_tail *t)
{
    char folder[PATH_MOST], path[2 * PATH_MOST];
    const char *slash = strrchr(t->path, '/');
    struct dirent *e;
    struct stat st;
    DIR *d;
    int fd = -1;

    (void)snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - t->path + 1) : 2,
                   slash ? t->path : "./");
    d = opendir(folder);
    while (d && fd < 0 && (e = readdir(d)) != NULL) {
        if (e->d_ino != t->place.inode)
            continue;
        (void)snprintf(path, sizeof path, "%s%s", folder, e->d_name);
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
        if (fd >= 0 && (fstat(fd, &st) != 0 || st.st_dev != t->place.device || st.st_ino != t->place.inode ||
                        !marked(fd, &t->place))) {
            (void)close(fd);
            fd = -1;
        }
    }
    if (d)
        (void)closedir(d);
    return fd;
}

/* False: failed; t->fd stays -1 when there is no file yet. */
static bool open_place(struct detect_tail *t, struct why *w)
{
    struct stat st;
    int fd = open(t->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

    if (fd < 0 && errno != ENOENT)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot open %s: %s", t->path, strerror(errno));
    if (fd >= 0 && fstat(fd, &st) != 0) {
        (void)close(fd);
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot look at %s: %s", t->path, strerror(errno));
    }
    if (t->place.inode == 0 || (fd >= 0 && st.st_dev == t->place.device && st.st_ino == t->place.inode)) {
        if (fd >= 0 && t->place.inode == 0)
            from_the_beginning(t, &st);
        t->fd = fd;
        return true;
    }
    /* Rotated while nobody looked. */
    t->fd = find_moved(t);
    if (t->fd >= 0) {
        if (fd >= 0)
            (void)close(fd);
        return true;
    }
    t->told.lost++;
    t->place.inode = 0;
    t->fd = fd;
    if (fd >= 0)
        from_the_beginning(t, &st);
    return true;
}

/* Bytes that go on being kept of what was dealt with. */
static void advance(struct detect_tail *t, size_t n)
{
    struct detect_place *p = &t->place;
    off_t at;

    if (n == 0)
        return;
    p->offset += n;
    p->mark_n = p->offset < TAIL_MARK ? (uint32_t)p->offset : TAIL_MARK;
    at = (off_t)(p->offset - p->mark_n);
    if (pread(t->fd, p->mark, p->mark_n, at) != (ssize_t)p->mark_n)
        p->mark_n = 0;
}

static bool read_on(struct detect_tail *t, struct detect_matcher *m, size_t *n, struct why *w)
{
    size_t room;
    uint8_t *p = detect_lines_room(&t->lines, &room);
    ssize_t got;

    if (room > INPUT_PIECE)
        room = INPUT_PIECE;
    do
        got = pread(t->fd, p, room, (off_t)(t->place.offset + t->lines.n));
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot read %s: %s", t->path, strerror(errno));
    *n = (size_t)got;
    if (got)
        advance(t, detect_lines_take(&t->lines, (size_t)got, false, t->log, m));
    return true;
}

/* At the end of the file for now: is it still the one that the name stands for? */
static bool at_the_end(struct detect_tail *t, struct detect_matcher *m, enum detect_tail_state *state)
{
    struct stat now, ours;

    if (fstat(t->fd, &ours) != 0)
        return true;
    if ((uint64_t)ours.st_size < t->place.offset + t->lines.n || !marked(t->fd, &t->place)) {
        t->told.truncated++;
        from_the_beginning(t, &ours);
        *state = TAIL_READ;
        return true;
    }
    if (stat(t->path, &now) != 0 || (now.st_dev == ours.st_dev && now.st_ino == ours.st_ino))
        return true;
    *state = TAIL_READ;
    if (!t->moved) { /* what was written between reading and renaming */
        t->moved = true;
        return true;
    }
    advance(t, detect_lines_take(&t->lines, 0, true, t->log, m));
    (void)close(t->fd);
    t->fd = -1;
    t->place.inode = 0;
    t->told.rotated++;
    return true;
}

bool detect_tail_step(struct detect_tail *t, struct detect_matcher *m, bool finish,
                      enum detect_tail_state *state, struct why *w)
{
    size_t n = 0;

    *state = TAIL_IDLE;
    if (t->fd < 0 && !open_place(t, w))
        return false;
    if (t->fd < 0)
        return true;
    if (t->lines.n == 0 && t->place.mark_n && !marked(t->fd, &t->place))
        return at_the_end(t, m, state);
    if (!read_on(t, m, &n, w))
        return false;
    if (n) {
        *state = TAIL_READ;
        return true;
    }
    if (!at_the_end(t, m, state))
        return false;
    if (finish && *state == TAIL_IDLE && t->lines.n)
        advance(t, detect_lines_take(&t->lines, 0, true, t->log, m));
    return true;
}

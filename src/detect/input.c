#include "detect/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

enum { PACKED = 256 * 1024 };
enum packing { AS_IT_IS, GZIP, ZSTD };

struct detect_input {
    int fd;
    enum packing packing;
    bool ended, within; /* within: a packed frame is not at its end */
    z_stream z;
    ZSTD_DStream *d;
    size_t at, n;
    uint8_t packed[PACKED];
};

static bool io(struct why *w, const char *what)
{
    return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot %s: %s", what, strerror(errno));
}

static bool fill(struct detect_input *in, struct why *w)
{
    ssize_t n;

    do
        n = read(in->fd, in->packed + in->n, sizeof in->packed - in->n);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return io(w, "read the log");
    in->ended |= n == 0;
    in->n += (size_t)n;
    return true;
}

static bool prepare(struct detect_input *in, struct why *w)
{
    while (in->n < 4 && !in->ended)
        if (!fill(in, w))
            return false;
    if (in->n >= 2 && in->packed[0] == 0x1f && in->packed[1] == 0x8b) {
        in->packing = GZIP;
        if (inflateInit2(&in->z, 15 + 16) != Z_OK)
            abort();
    } else if (in->n >= 4 && memcmp(in->packed, "\x28\xb5\x2f\xfd", 4) == 0) {
        in->packing = ZSTD;
        in->d = ZSTD_createDStream();
        if (!in->d)
            abort();
        (void)ZSTD_initDStream(in->d);
    }
    return true;
}

bool detect_input_open(const char *path, struct detect_input **ret, struct why *w)
{
    struct detect_input *in = calloc(1, sizeof *in);

    if (!in)
        abort();
    in->fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (in->fd < 0) {
        (void)why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot open %s: %s", path, strerror(errno));
        free(in);
        return false;
    }
    if (!prepare(in, w)) {
        detect_input_close(in);
        return false;
    }
    *ret = in;
    return true;
}

void detect_input_close(struct detect_input *in)
{
    if (!in)
        return;
    if (in->packing == GZIP)
        (void)inflateEnd(&in->z);
    ZSTD_freeDStream(in->d);
    (void)close(in->fd);
    free(in);
}

static bool broken(struct why *w)
{
    return why_set(w, "packed", WHY_NO_OFFSET, NULL, "the packed log is damaged or cut");
}

/* Some of what is packed in [at, n). */
static bool unpack_gzip(struct detect_input *in, uint8_t *out, size_t room, size_t *n, struct why *w)
{
    int rc;

    if (!in->within && in->at < in->n) {
        if (inflateReset(&in->z) != Z_OK)
            return broken(w);
        in->within = true;
    }
    in->z.next_in = in->packed + in->at;
    in->z.avail_in = (uInt)(in->n - in->at);
    in->z.next_out = out;
    in->z.avail_out = (uInt)room;
    rc = inflate(&in->z, Z_NO_FLUSH);
    if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
        return broken(w);
    in->within = rc != Z_STREAM_END;
    in->at = in->n - in->z.avail_in;
    *n = room - in->z.avail_out;
    return true;
}

static bool unpack_zstd(struct detect_input *in, uint8_t *out, size_t room, size_t *n, struct why *w)
{
    ZSTD_inBuffer from = { in->packed, in->n, in->at };
    ZSTD_outBuffer to = { out, room, 0 };
    size_t rc = ZSTD_decompressStream(in->d, &to, &from);

    if (ZSTD_isError(rc))
        return broken(w);
    in->within = rc != 0;
    in->at = from.pos;
    *n = to.pos;
    return true;
}

bool detect_input_read(struct detect_input *in, uint8_t *out, size_t room, size_t *n, struct why *w)
{
    ssize_t got;

    *n = 0;
    if (room > INT32_MAX)
        room = INT32_MAX;
    if (in->packing == AS_IT_IS) {
        if (in->at < in->n) {
            *n = in->n - in->at < room ? in->n - in->at : room;
            memcpy(out, in->packed + in->at, *n);
            in->at += *n;
            return true;
        }
        do
            got = read(in->fd, out, room);
        while (got < 0 && errno == EINTR);
        *n = got > 0 ? (size_t)got : 0;
        return got >= 0 || io(w, "read the log");
    }
    for (;;) {
        if (in->at == in->n && !in->ended) {
            in->at = in->n = 0;
            if (!fill(in, w))
                return false;
        }
        if (in->at == in->n && in->ended && !in->within)
            return true;
        if (!(in->packing == GZIP ? unpack_gzip(in, out, room, n, w) : unpack_zstd(in, out, room, n, w)))
            return false;
        if (*n)
            return true;
        if (in->at == in->n && in->ended)
            return !in->within || broken(w);
    }
}

uint8_t *detect_lines_room(struct detect_lines *l, size_t *room)
{
    if (l->room - l->n < INPUT_PIECE) {
        l->room = l->n + 2 * (size_t)INPUT_PIECE;
        l->p = realloc(l->p, l->room + LOG_PAD);
        if (!l->p)
            abort();
        memset(l->p + l->room, 0, LOG_PAD);
    }
    *room = l->room - l->n;
    return l->p + l->n;
}

/* The rest of a line that is too long. */
static size_t skip(struct detect_lines *l, bool end)
{
    uint8_t *nl = l->n ? memchr(l->p, '\n', l->n) : NULL;
    size_t n = nl ? (size_t)(nl - l->p) + 1 : l->n;

    if (nl || end) {
        l->skipping = false;
        l->line++;
        l->too_long++;
    }
    memmove(l->p, l->p + n, l->n - n);
    l->n -= n;
    return n;
}

size_t detect_lines_take(struct detect_lines *l, size_t n, bool end, struct detect_log *log,
                         struct detect_matcher *m)
{
    uint8_t *nl, after;
    size_t done = 0, whole;

    l->n += n;
    if (l->skipping)
        done = skip(l, end);
    nl = l->n ? memrchr(l->p, '\n', l->n) : NULL;
    whole = end ? l->n : nl ? (size_t)(nl - l->p) + 1 : 0;
    if (whole == 0 && l->n > INPUT_LINE) {
        l->skipping = true;
        done += l->n;
        l->n = 0;
    }
    if (whole == 0)
        return done;
    /* Behind the last line stands the beginning of the next one: it is kept from the reader's mark. */
    after = l->p[whole];
    l->line += detect_log_piece(log, m, l->p, whole, l->line + 1);
    l->p[whole] = after;
    memmove(l->p, l->p + whole, l->n - whole);
    l->n -= whole;
    return done + whole;
}

void detect_lines_free(struct detect_lines *l)
{
    free(l->p);
    memset(l, 0, sizeof *l);
}

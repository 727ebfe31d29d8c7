#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buffer.h"
#include "crypto/digest.h"
#include "lookup/bytes.h"
#include "lookup/image_internal.h"

enum { PAGES = 64, PATH = 4096, INDEX_MOST = 1 << 30 };

struct pages_writer {
    int fd;
    char path[PATH];
    uint64_t n, pages;
    lookup_print last;
    unsigned filled;     /* whole pages in room */
    unsigned in_page;    /* entries in the one under way */
    struct buffer index; /* first fingerprints */
    uint8_t room[PAGES * IMAGE_PAGE];
};

static bool io(const struct pages_writer *iw, struct why *w)
{
    return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot write %s: %s", iw->path, strerror(errno));
}

static bool put_at(const struct pages_writer *iw, const uint8_t *p, size_t n, uint64_t at, struct why *w)
{
    while (n) {
        ssize_t done = pwrite(iw->fd, p, n, (off_t)at);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return io(iw, w);
        p += done;
        n -= (size_t)done;
        at += (uint64_t)done;
    }
    return true;
}

bool pages_write_begin(const char *path, struct pages_writer **ret, struct why *w)
{
    struct pages_writer *iw = calloc(1, sizeof *iw);

    if (!iw)
        abort();
    buf_init(&iw->index, INDEX_MOST);
    iw->fd = -1;
    if (strlen(path) >= sizeof iw->path) {
        pages_write_abandon(iw);
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    }
    memcpy(iw->path, path, strlen(path) + 1);
    iw->fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (iw->fd < 0) {
        (void)io(iw, w);
        iw->path[0] = 0; /* not ours */
        pages_write_abandon(iw);
        return false;
    }
    *ret = iw;
    return true;
}

static bool flush(struct pages_writer *iw, struct why *w)
{
    uint64_t at = (1 + iw->pages - iw->filled) * IMAGE_PAGE;
    unsigned n = iw->filled;

    iw->filled = 0;
    return put_at(iw, iw->room, (size_t)n * IMAGE_PAGE, at, w);
}

static void end_page(struct pages_writer *iw)
{
    uint8_t *page = iw->room + (size_t)iw->filled * IMAGE_PAGE;

    put_le32(page + IMAGE_CHECK_AT, image_page_check(page, iw->pages));
    iw->pages++;
    iw->filled++;
    iw->in_page = 0;
}

bool pages_write(struct pages_writer *iw, lookup_print p, uint32_t value, struct why *w)
{
    uint8_t *page = iw->room + (size_t)iw->filled * IMAGE_PAGE;

    if (iw->n && p <= iw->last)
        return why_set(w, "order", WHY_NO_OFFSET, NULL, "entries of an image come in order, each once");
    if (iw->in_page == 0) {
        uint8_t first[8];

        memset(page, 0, IMAGE_PAGE);
        put_le64(first, p);
        buf_put(&iw->index, span_of(first, 8));
    }
    put_le64(page + 8 * (size_t)iw->in_page, p);
    put_le32(page + IMAGE_VALUES_AT + 4 * (size_t)iw->in_page, value);
    iw->last = p;
    iw->n++;
    if (++iw->in_page == IMAGE_ENTRIES)
        end_page(iw);
    return iw->filled < PAGES || flush(iw, w);
}

static bool put_header(struct pages_writer *iw, struct why *w)
{
    uint8_t head[IMAGE_PAGE] = { 0 };
    const struct span part[2] = { span_of(head, IMAGE_HASH_AT), buf_span(&iw->index) };
    struct digest d;

    memcpy(head, IMAGE_MAGIC, 8);
    put_le32(head + IMAGE_VERSION_AT, IMAGE_VERSION);
    put_le64(head + IMAGE_N_AT, iw->n);
    digest_parts(DIGEST_SHA256, part, 2, &d);
    memcpy(head + IMAGE_HASH_AT, d.b, IMAGE_HASH);
    return put_at(iw, head, sizeof head, 0, w);
}

static bool finish(struct pages_writer *iw, struct why *w)
{
    if (iw->in_page)
        end_page(iw);
    if (!buf_ok(&iw->index))
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "too many entries for one image");
    if (!flush(iw, w) || !put_at(iw, iw->index.p, iw->index.n, (1 + iw->pages) * IMAGE_PAGE, w) ||
        !put_header(iw, w))
        return false;
    return fsync(iw->fd) == 0 || io(iw, w);
}

bool pages_write_end(struct pages_writer *iw, struct why *w)
{
    bool ok = finish(iw, w);

    if (ok)
        iw->path[0] = 0; /* it stays */
    pages_write_abandon(iw);
    return ok;
}

void pages_write_abandon(struct pages_writer *iw)
{
    if (!iw)
        return;
    if (iw->fd >= 0)
        (void)close(iw->fd);
    if (iw->path[0] && iw->fd >= 0)
        (void)unlink(iw->path);
    buf_free(&iw->index);
    free(iw);
}

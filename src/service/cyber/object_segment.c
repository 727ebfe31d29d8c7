/*
 * A tail that is full, compressed: blocks of whole objects, each object with one comma behind it, then the
 * index of blocks, the rows, the sequences that were deleted meanwhile, and a foot of 64 bytes. Written
 * beside, on disk, then renamed: it is there whole or not at all. Objects that were deleted before leave no
 * bytes.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "crypto/digest.h"
#include "service/cyber/object_internal.h"

enum { LEVEL = 3, FOOT = 64, AHEAD = 256 * 1024 };
static const char magic[8] = "SERAIOS1";

struct foot {
    char magic[8];
    uint32_t first, rows, blocks, deleted;
    uint64_t index_at, bytes;
    uint8_t sum[GROUP_SUM]; /* of index, rows, deleted */
    uint8_t rest[8];
};
_Static_assert(sizeof(struct foot) == FOOT, "feet are stored as they are");

/* While one is written. */
struct maker {
    int fd;
    uint64_t at, from; /* in the file; of all objects */
    ZSTD_CCtx *zstd;
    struct buffer block, packed;
    struct buffer ahead; /* of the tail, from ahead_at on: objects follow each other there */
    uint64_t ahead_at;
    struct object_block *index;
    uint32_t n_blocks;
    struct object_row *row;
};

static void path_of(const struct object_store *s, const char *kind, uint32_t number,
                    char path[OBJECT_PATH + 20])
{
    (void)snprintf(path, OBJECT_PATH + 20, "%s/%s-%08x", s->folder, kind, number);
}

static bool write_all(int fd, const void *p, size_t n)
{
    const uint8_t *b = p;

    while (n) {
        ssize_t done = write(fd, b, n);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        b += done;
        n -= (size_t)done;
    }
    return true;
}

static bool read_at(int fd, uint8_t *p, size_t n, uint64_t at)
{
    while (n) {
        ssize_t got = pread(fd, p, n, (off_t)at);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        p += got;
        n -= (size_t)got;
        at += (uint64_t)got;
    }
    return true;
}

static bool flush_block(struct maker *m)
{
    size_t n, bound = ZSTD_compressBound(m->block.n);
    uint8_t *to;

    if (m->block.n == 0)
        return true;
    buf_reset(&m->packed);
    to = buf_grow(&m->packed, bound);
    n = to ? ZSTD_compress2(m->zstd, to, bound, m->block.p, m->block.n) : 0;
    if (!to || ZSTD_isError(n) || !write_all(m->fd, to, n))
        return false;
    m->index[m->n_blocks++] = (struct object_block){
        .from = m->from, .at = m->at, .n = (uint32_t)m->block.n, .packed = (uint32_t)n
    };
    m->at += n;
    m->from += m->block.n;
    buf_reset(&m->block);
    return true;
}

/* Bytes of the tail. */
static bool tail_copy(struct maker *m, const struct object_part *tail, uint8_t *to, size_t n, uint64_t at)
{
    size_t some;

    if (at >= m->ahead_at && at - m->ahead_at <= m->ahead.n && n <= m->ahead.n - (at - m->ahead_at)) {
        memcpy(to, m->ahead.p + (at - m->ahead_at), n);
        return true;
    }
    if (n > AHEAD || at > tail->size)
        return read_at(tail->fd, to, n, at);
    some = tail->size - at < AHEAD ? (size_t)(tail->size - at) : AHEAD;
    buf_reset(&m->ahead);
    m->ahead_at = at;
    if (!buf_grow(&m->ahead, some) || !read_at(tail->fd, m->ahead.p, some, at) || n > some)
        return false;
    memcpy(to, m->ahead.p, n);
    return true;
}

/* One object; a large one stands alone in its block. */
static bool put_object(struct maker *m, const struct object_part *tail, uint32_t i, bool gone)
{
    const struct object_row *r = &tail->rows[i];
    uint8_t *to;

    m->row[i] = *r;
    m->row[i].at = m->from + m->block.n;
    if (gone) {
        m->row[i].n = 0;
        return true;
    }
    if (m->block.n && m->block.n + r->n + 1 > OBJECT_BLOCK) {
        if (!flush_block(m))
            return false;
        m->row[i].at = m->from;
    }
    to = buf_grow(&m->block, r->n + 1u);
    if (!to || !tail_copy(m, tail, to, r->n, r->at))
        return false;
    to[r->n] = ',';
    return true;
}

static bool put_end(struct maker *m, const struct object_part *tail)
{
    struct foot f = { .first = tail->first,
                      .rows = tail->n,
                      .blocks = m->n_blocks,
                      .deleted = (uint32_t)tail->n_deleted,
                      .bytes = m->from };
    const struct span part[3] = { span_of(m->index, m->n_blocks * sizeof *m->index),
                                  span_of(m->row, tail->n * sizeof *m->row),
                                  span_of(tail->deleted, tail->n_deleted * sizeof *tail->deleted) };
    static const uint8_t zeros[8];
    size_t fill = (8 - m->at % 8) % 8;
    struct digest d;

    memcpy(f.magic, magic, sizeof magic);
    f.index_at = m->at + fill;
    digest_parts(DIGEST_SHA256, part, 3, &d);
    memcpy(f.sum, d.b, sizeof f.sum);
    return write_all(m->fd, zeros, fill) && write_all(m->fd, part[0].p, part[0].n) &&
           write_all(m->fd, part[1].p, part[1].n) && write_all(m->fd, part[2].p, part[2].n) &&
           write_all(m->fd, &f, sizeof f);
}

static bool was_deleted(struct object_store *s, uint32_t row)
{
    bool gone;

    (void)pthread_rwlock_rdlock(&s->lock);
    gone = object_index_gone(&s->index, row);
    (void)pthread_rwlock_unlock(&s->lock);
    return gone;
}

static bool make(struct object_store *s, const struct object_part *tail, struct maker *m)
{
    for (uint32_t i = 0; i < tail->n; i++)
        if (!put_object(m, tail, i, was_deleted(s, tail->first + i)))
            return false;
    return flush_block(m) && put_end(m, tail);
}

static void maker_free(struct maker *m)
{
    ZSTD_freeCCtx(m->zstd);
    buf_free(&m->block);
    buf_free(&m->packed);
    buf_free(&m->ahead);
    free(m->index);
    free(m->row);
    if (m->fd >= 0)
        (void)close(m->fd);
}

static bool sync_folder(const struct object_store *s)
{
    int fd = open(s->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0)
        (void)close(fd);
    return ok;
}

bool object_segment_write(struct object_store *s, const struct object_part *tail, struct why *w)
{
    struct maker m = { .zstd = ZSTD_createCCtx() };
    char path[OBJECT_PATH + 20], draft[OBJECT_PATH + 20];
    bool ok;

    path_of(s, "seg", tail->number, path);
    path_of(s, "new", tail->number, draft);
    m.index = calloc(tail->n + 1u, sizeof *m.index);
    m.row = calloc(tail->n + 1u, sizeof *m.row);
    if (!m.zstd || !m.index || !m.row)
        abort();
    (void)ZSTD_CCtx_setParameter(m.zstd, ZSTD_c_compressionLevel, LEVEL);
    (void)ZSTD_CCtx_setParameter(m.zstd, ZSTD_c_checksumFlag, 1);
    buf_init(&m.block, (size_t)1 << 31);
    buf_init(&m.packed, (size_t)1 << 31);
    buf_init(&m.ahead, (size_t)1 << 31);
    object_step(s, "create segment");
    m.fd = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    object_step(s, "write segment");
    ok = m.fd >= 0 && make(s, tail, &m);
    object_step(s, "sync segment");
    ok = ok && fsync(m.fd) == 0;
    object_step(s, "rename segment");
    ok = ok && rename(draft, path) == 0;
    object_step(s, "sync folder of segment");
    ok = ok && sync_folder(s);
    if (!ok) {
        (void)object_io(w, "write", path);
        (void)unlink(draft);
    }
    maker_free(&m);
    return ok;
}

/* What the foot says fits in the file, and blocks follow each other. */
static bool foot_fits(const struct foot *f, uint64_t size)
{
    uint64_t want = (uint64_t)f->blocks * sizeof(struct object_block) +
                    (uint64_t)f->rows * sizeof(struct object_row) + (uint64_t)f->deleted * sizeof(uint64_t);

    return memcmp(f->magic, magic, sizeof magic) == 0 && f->index_at % 8 == 0 && f->index_at < size &&
           size - f->index_at >= FOOT && size - f->index_at - FOOT == want;
}

static bool blocks_fit(const struct object_part *p, uint64_t index_at)
{
    uint64_t from = 0, at = 0;

    for (uint32_t i = 0; i < p->n_blocks; i++) {
        const struct object_block *b = &p->block[i];

        if (b->from != from || b->at != at || b->packed > index_at - at)
            return false;
        from += b->n;
        at += b->packed;
    }
    for (uint32_t i = 0; i < p->n; i++)
        if (p->rows[i].collection >= OBJECT_COLLECTIONS ||
            (p->rows[i].n && (p->rows[i].at > from || p->rows[i].n >= from - p->rows[i].at)))
            return false;
    return from == p->bytes;
}

static bool map_rows(struct object_part *p, const struct foot *f, uint64_t size)
{
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), start = f->index_at / page * page;
    const uint8_t *at;
    struct digest d;

    p->map_n = size - start;
    p->map = mmap(NULL, p->map_n, PROT_READ, MAP_SHARED, p->fd, (off_t)start);
    if (p->map == MAP_FAILED) {
        p->map = NULL;
        return false;
    }
    at = (const uint8_t *)p->map + (f->index_at - start);
    digest_of(DIGEST_SHA256, span_of(at, size - f->index_at - FOOT), &d);
    if (memcmp(d.b, f->sum, sizeof f->sum) != 0)
        return false;
    p->block = (const void *)at;
    p->n_blocks = f->blocks;
    at += f->blocks * sizeof(struct object_block);
    p->rows = (const void *)at;
    p->n = f->rows;
    at += f->rows * sizeof(struct object_row);
    for (uint32_t i = 0; i < f->deleted; i++) {
        uint64_t gone;

        memcpy(&gone, at + i * sizeof gone, sizeof gone);
        object_tail_add_deleted(p, gone);
    }
    p->bytes = f->bytes;
    return blocks_fit(p, f->index_at);
}

bool object_segment_open(struct object_store *s, uint32_t number, struct object_part **ret, struct why *w)
{
    struct object_part *p = object_part_new(number, 0);
    char path[OBJECT_PATH + 20];
    struct stat st;
    struct foot f;

    path_of(s, "seg", number, path);
    p->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (p->fd < 0 || fstat(p->fd, &st) != 0) {
        object_part_drop(p);
        return object_io(w, "open", path);
    }
    if (st.st_size < FOOT || !read_at(p->fd, (uint8_t *)&f, sizeof f, (uint64_t)st.st_size - FOOT) ||
        !foot_fits(&f, (uint64_t)st.st_size) || !map_rows(p, &f, (uint64_t)st.st_size)) {
        object_part_drop(p);
        return why_set(w, "corrupt", WHY_NO_OFFSET, NULL, "%s is not as it was written", path);
    }
    p->first = f.first;
    p->size = (uint64_t)st.st_size;
    *ret = p;
    return true;
}

void object_cache_init(struct object_cache *c)
{
    memset(c, 0, sizeof *c);
    (void)pthread_mutex_init(&c->lock, NULL);
}

void object_cache_free(struct object_cache *c)
{
    for (size_t i = 0; i < CACHE_PLACES; i++)
        free(c->place[i].p);
    while (c->n_contexts)
        ZSTD_freeDCtx(c->context[--c->n_contexts]);
    (void)pthread_mutex_destroy(&c->lock);
}

void object_cache_forget(struct object_cache *c, const struct object_part *p)
{
    (void)pthread_mutex_lock(&c->lock);
    for (size_t i = 0; i < CACHE_PLACES; i++)
        if (c->place[i].part == p)
            c->place[i].part = NULL;
    (void)pthread_mutex_unlock(&c->lock);
}

static ZSTD_DCtx *context_take(struct object_cache *c)
{
    void *z = NULL;

    (void)pthread_mutex_lock(&c->lock);
    if (c->n_contexts)
        z = c->context[--c->n_contexts];
    (void)pthread_mutex_unlock(&c->lock);
    if (!z)
        z = ZSTD_createDCtx();
    if (!z)
        abort();
    return z;
}

static void context_give(struct object_cache *c, ZSTD_DCtx *z)
{
    (void)pthread_mutex_lock(&c->lock);
    if (c->n_contexts < CONTEXTS) {
        c->context[c->n_contexts++] = z;
        z = NULL;
    }
    (void)pthread_mutex_unlock(&c->lock);
    ZSTD_freeDCtx(z);
}

static size_t place_of(const struct object_part *p, uint32_t block)
{
    return ((size_t)p->number * 31 + block) % CACHE_PLACES;
}

static bool cached(struct object_cache *c, const struct object_part *p, uint32_t block, uint32_t from,
                   uint32_t n, uint8_t *out)
{
    size_t i = place_of(p, block);
    bool hit;

    (void)pthread_mutex_lock(&c->lock);
    hit = c->place[i].part == p && c->place[i].block == block;
    if (hit)
        memcpy(out, c->place[i].p + from, n);
    (void)pthread_mutex_unlock(&c->lock);
    return hit;
}

static void cache_put(struct object_cache *c, const struct object_part *p, uint32_t block, const uint8_t *b,
                      uint32_t n)
{
    size_t i = place_of(p, block);

    if (n > CACHE_BYTES)
        return;
    (void)pthread_mutex_lock(&c->lock);
    if (!c->place[i].p)
        c->place[i].p = malloc(CACHE_BYTES);
    if (!c->place[i].p)
        abort();
    memcpy(c->place[i].p, b, n);
    c->place[i].part = p;
    c->place[i].block = block;
    (void)pthread_mutex_unlock(&c->lock);
}

/* Bytes [from, from + n) of one block: straight into place when it is wanted whole. */
static bool block_read(struct object_store *s, ZSTD_DCtx *z, struct buffer *packed, struct buffer *whole,
                       const struct object_part *p, uint32_t block, uint32_t from, uint32_t n, uint8_t *out)
{
    const struct object_block *b = &p->block[block];
    bool all = from == 0 && n == b->n;
    uint8_t *in, *to = out;

    if (!all && cached(&s->cache, p, block, from, n, out))
        return true;
    buf_reset(packed);
    buf_reset(whole);
    in = buf_grow(packed, b->packed);
    if (!all)
        to = buf_grow(whole, b->n);
    if (!in || !to || !read_at(p->fd, in, b->packed, b->at) ||
        ZSTD_decompressDCtx(z, to, b->n, in, b->packed) != b->n)
        return false;
    if (!all) {
        memcpy(out, to + from, n);
        cache_put(&s->cache, p, block, to, b->n);
    }
    return true;
}

bool object_segment_read(struct object_store *s, const struct object_part *p, uint64_t from, uint64_t n,
                         uint8_t *out, struct why *w)
{
    uint32_t low = 0, high = p->n_blocks;
    ZSTD_DCtx *z;
    struct buffer packed, whole;
    bool ok = true;

    if (n == 0)
        return true;
    while (high - low > 1) {
        uint32_t mid = (low + high) / 2;

        *(p->block[mid].from <= from ? &low : &high) = mid;
    }
    z = context_take(&s->cache);
    buf_init(&packed, (size_t)1 << 31);
    buf_init(&whole, (size_t)1 << 31);
    for (; ok && n; low++) {
        const struct object_block *b = &p->block[low];
        uint64_t skip = from - b->from, some = b->n - skip < n ? b->n - skip : n;

        ok = block_read(s, z, &packed, &whole, p, low, (uint32_t)skip, (uint32_t)some, out);
        out += some;
        from += some;
        n -= some;
    }
    buf_free(&packed);
    buf_free(&whole);
    context_give(&s->cache, z);
    return ok ||
           why_set(w, "corrupt", WHY_NO_OFFSET, NULL, "a block of segment %08x cannot be read", p->number);
}

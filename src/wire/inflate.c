#include "wire/inflate.h"

#include <zlib.h>

#include "base/limits.h"

static const char clause[] = "RFC 1950";

static void *from_arena(void *a, unsigned count, unsigned size)
{
    return arena_array(a, count, size);
}

static void stay(void *a, void *p)
{
    (void)a;
    (void)p;
}

bool zlib_inflate(struct span in, size_t ceiling, struct arena *a, struct span *out, struct why *w)
{
    z_stream z = { .zalloc = from_arena, .zfree = stay, .opaque = a };
    uint8_t *mem = arena_alloc(a, ceiling);
    int rc;

    if (!mem || in.n > UINT32_MAX / 2 || ceiling > UINT32_MAX / 2)
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "more than memory allows");
    z.next_in = (z_const Bytef *)(uintptr_t)in.p;
    z.avail_in = (uInt)in.n;
    z.next_out = mem;
    z.avail_out = (uInt)ceiling;
    if (inflateInit(&z) != Z_OK)
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "no memory left for this");
    rc = inflate(&z, Z_FINISH);
    (void)inflateEnd(&z);
    if (rc != Z_STREAM_END && z.avail_out == 0)
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "inflates to more than %zu bytes", ceiling);
    if (rc != Z_STREAM_END)
        return why_set(w, "zlib", in.n - z.avail_in, clause, "no complete zlib stream");
    if (z.avail_in)
        return why_set(w, "zlib", in.n - z.avail_in, clause, "bytes after the end of the stream");
    *out = span_of(mem, ceiling - z.avail_out);
    return true;
}

bool zlib_inflated_size(struct span in, size_t ceiling, struct arena *a, size_t *out, struct why *w)
{
    z_stream z = { .zalloc = from_arena, .zfree = stay, .opaque = a };
    uint8_t window[8192];
    size_t total = 0;
    int rc = Z_OK;

    if (in.n > UINT32_MAX / 2)
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "more than memory allows");
    z.next_in = (z_const Bytef *)(uintptr_t)in.p;
    z.avail_in = (uInt)in.n;
    if (inflateInit(&z) != Z_OK)
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "no memory left for this");
    while (rc == Z_OK && total <= ceiling) {
        z.next_out = window;
        z.avail_out = sizeof window;
        rc = inflate(&z, Z_NO_FLUSH);
        total += sizeof window - z.avail_out;
    }
    (void)inflateEnd(&z);
    if (total > ceiling)
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "inflates to more than %zu bytes", ceiling);
    if (rc != Z_STREAM_END)
        return why_set(w, "zlib", in.n - z.avail_in, clause, "no complete zlib stream");
    if (z.avail_in)
        return why_set(w, "zlib", in.n - z.avail_in, clause, "bytes after the end of the stream");
    *out = total;
    return true;
}

bool zlib_deflate(struct span in, struct buffer *out, struct why *w)
{
    uLongf n = compressBound(in.n);
    size_t before = out->n;
    uint8_t *p;

    if (in.n > LIMIT_STATUS_LIST)
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "more than %d bytes", LIMIT_STATUS_LIST);
    p = buf_grow(out, n);
    if (!p || compress2(p, &n, in.p, in.n, Z_BEST_COMPRESSION) != Z_OK)
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "no memory left for this");
    out->n = before + n;
    return true;
}

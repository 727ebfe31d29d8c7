#include "wire/gzip.h"

#include <zlib.h>

static const char clause[] = "RFC 1952";

enum { PIECE = 64 * 1024, GZIP_WINDOW = 15 + 16 };

static bool zeros(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i])
            return false;
    return true;
}

/* One member: up to its end, or the first thing wrong. */
static bool member(z_stream *z, struct buffer *out, struct why *w, size_t whole)
{
    uint8_t piece[PIECE];
    int rc = Z_OK;

    while (rc == Z_OK) {
        z->next_out = piece;
        z->avail_out = sizeof piece;
        rc = inflate(z, Z_NO_FLUSH);
        if (rc != Z_OK && rc != Z_STREAM_END)
            return why_set(w, "gzip", whole - z->avail_in, clause, "damaged or cut");
        buf_put(out, span_of(piece, sizeof piece - z->avail_out));
        if (!buf_ok(out))
            return why_set(w, "too-large", WHY_NO_OFFSET, clause, "unpacks to more than %zu bytes",
                           out->ceiling);
    }
    return true;
}

bool gzip_unpack(struct span in, struct buffer *out, struct why *w)
{
    z_stream z = { 0 };
    size_t before = out->n;
    bool ok;

    if (!gzip_is(in) || in.n > UINT32_MAX / 2)
        return why_set(w, "gzip", 0, clause, "no gzip file");
    z.next_in = (z_const Bytef *)(uintptr_t)in.p;
    z.avail_in = (uInt)in.n;
    if (inflateInit2(&z, GZIP_WINDOW) != Z_OK)
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "no memory left for this");
    ok = member(&z, out, w, in.n);
    while (ok && z.avail_in && !zeros(span_of(z.next_in, z.avail_in)))
        ok = inflateReset(&z) == Z_OK && member(&z, out, w, in.n);
    (void)inflateEnd(&z);
    if (!ok)
        out->n = before < out->n ? before : out->n;
    return ok;
}

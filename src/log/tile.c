#include "log/tile.h"

#include <stdio.h>

#include "base/reader.h"
#include "base/text.h"
#include "log/checkpoint.h"

static const char clause[] = "C2SP tlog-tiles";

void tile_path(const struct tile *t, char out[TILE_PATH])
{
    unsigned group[7];
    size_t n = 0, at;
    uint64_t rest = t->index;

    do {
        group[n++] = (unsigned)(rest % 1000);
        rest /= 1000;
    } while (rest);
    if (t->entries)
        at = (size_t)snprintf(out, TILE_PATH, "tile/entries");
    else
        at = (size_t)snprintf(out, TILE_PATH, "tile/%u", t->level);
    while (n-- > 0)
        at += (size_t)snprintf(out + at, TILE_PATH - at, n ? "/x%03u" : "/%03u", group[n]);
    if (t->width < TILE_WIDTH)
        (void)snprintf(out + at, TILE_PATH - at, ".p/%u", t->width);
}

/* "tile/entries/" or "tile/LEVEL/" at the beginning of *s, which moves past it. */
static bool read_kind(struct span *s, struct tile *t)
{
    struct span part = { 0 };
    uint64_t v;

    if (!text_split(s, '/', &part) || !span_eq_str(part, "tile") || !text_split(s, '/', &part))
        return false;
    t->entries = span_eq_str(part, "entries");
    if (t->entries)
        return true;
    if (!checkpoint_number(part, &v) || v > 63)
        return false;
    t->level = (unsigned)v;
    return true;
}

static bool read_index(struct span *s, struct tile *t)
{
    struct span part = { 0 };
    bool more = true;

    for (size_t groups = 0; more && groups < 6; groups++) {
        struct span digits;

        if (!text_split(s, '/', &part))
            return false;
        more = part.n && part.p[0] == 'x';
        digits = more ? span_sub(part, 1, part.n) : span_sub(part, 0, 3);
        for (size_t i = 0; i < digits.n; i++)
            if (!ascii_digit(digits.p[i]))
                return false;
        if (digits.n != 3)
            return false;
        t->index = t->index * 1000 + (uint64_t)(digits.p[0] - '0') * 100 +
                   (uint64_t)(digits.p[1] - '0') * 10 + (uint64_t)(digits.p[2] - '0');
    }
    if (more)
        return false;
    part = span_sub(part, 3, part.n);
    if (part.n == 0)
        return s->n == 0;
    return span_eq_str(part, ".p") && s->n > 0;
}

bool tile_path_parse(struct span path, struct tile *out)
{
    struct tile t = { .width = TILE_WIDTH };
    struct span rest = path;
    char again[TILE_PATH];
    uint64_t v;

    if (!read_kind(&rest, &t) || !read_index(&rest, &t))
        return false;
    if (rest.n) {
        if (!checkpoint_number(rest, &v) || v == 0 || v >= TILE_WIDTH)
            return false;
        t.width = (unsigned)v;
    }
    tile_path(&t, again);
    if (!span_eq_str(path, again))
        return false;
    *out = t;
    return true;
}

unsigned tile_width(unsigned level, uint64_t index, uint64_t size)
{
    uint64_t hashes = level * 8 < 64 ? size >> (level * 8) : 0;

    if (index > hashes / TILE_WIDTH)
        return 0;
    if (index < hashes / TILE_WIDTH)
        return TILE_WIDTH;
    return (unsigned)(hashes % TILE_WIDTH);
}

void tile_root(const struct tree_hash *hash, size_t n, struct tree_hash *out)
{
    tree_root_of(hash, n, out);
}

bool bundle_parse(struct span bundle, unsigned width, struct span entry[TILE_WIDTH], struct why *w)
{
    struct reader r = rd_of(bundle);

    for (unsigned i = 0; i < width; i++) {
        size_t at = bundle.n - rd_left(&r), n = rd_u16(&r);

        entry[i] = rd_take(&r, n);
        if (!rd_ok(&r))
            return why_set(w, "bundle", at, clause, "the bundle ends in entry %u of %u", i, width);
    }
    if (rd_left(&r))
        return why_set(w, "bundle", bundle.n - rd_left(&r), clause, "bytes follow the last entry");
    return true;
}

bool bundle_put(struct span entry, struct buffer *b)
{
    if (entry.n > TILE_ENTRY)
        return false;
    buf_u8(b, (uint8_t)(entry.n >> 8));
    buf_u8(b, (uint8_t)entry.n);
    buf_put(b, entry);
    return true;
}

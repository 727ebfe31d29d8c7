#include "log/body_bundle.h"

#include <stdio.h>

#include "base/reader.h"
#include "base/text.h"

static const uint32_t NONE = 0xfffffffe, ERASED = 0xffffffff;

enum { LEAST = LEAF_SALT + LEAF_SEAL };

static bool wrong(struct why *w, size_t at, const char *what, unsigned entry)
{
    return why_set(w, "bundle", at, NULL, "bodies: %s, at entry %u", what, entry);
}

bool body_bundle_parse(struct span bundle, unsigned width, struct body_slot slot[TILE_WIDTH], size_t *end,
                       struct why *w)
{
    struct reader r = rd_of(bundle);

    for (unsigned i = 0; i < width; i++) {
        size_t at = rd_offset(&r);
        uint32_t n = rd_u32(&r);

        slot[i] = (struct body_slot){ .kind = n == ERASED ? BODY_SLOT_ERASED
                                              : n == NONE ? BODY_SLOT_NONE
                                                          : BODY_SLOT_HERE };
        if (rd_ok(&r) && slot[i].kind == BODY_SLOT_HERE && (n < LEAST || n > BODY_IN_BUNDLE))
            return wrong(w, at, "a length that no body has", i);
        if (slot[i].kind == BODY_SLOT_HERE)
            slot[i].kept = rd_take(&r, n);
        if (!rd_ok(&r))
            return wrong(w, at, "the bundle ends", i);
    }
    if (!end && rd_left(&r))
        return wrong(w, rd_offset(&r), "bytes follow the last one", width);
    if (end)
        *end = rd_offset(&r);
    return true;
}

bool body_bundle_put(const struct body_slot *slot, struct buffer *b)
{
    if (slot->kind != BODY_SLOT_HERE) {
        buf_be(b, slot->kind == BODY_SLOT_NONE ? NONE : ERASED, 4);
        return buf_ok(b);
    }
    if (slot->kept.n < LEAST || slot->kept.n > BODY_IN_BUNDLE)
        return false;
    buf_be(b, slot->kept.n, 4);
    buf_put(b, slot->kept);
    return buf_ok(b);
}

/* The numbers are those of the tiles of level 0: "tile/0/…" behind another word. */
static const char tile_row[] = "tile/0", row[] = "bodies";

void body_bundle_path(uint64_t index, unsigned width, char out[TILE_PATH])
{
    struct tile t = { .index = index, .width = width };
    char path[TILE_PATH];

    tile_path(&t, path);
    (void)snprintf(out, TILE_PATH, "%s%s", row, path + sizeof tile_row - 1);
}

bool body_bundle_path_parse(struct span path, uint64_t *index, unsigned *width)
{
    char as_tile[TILE_PATH];
    struct tile t;

    if (path.n < sizeof row || path.n >= TILE_PATH || !span_starts(path, SPAN("bodies/")))
        return false;
    (void)snprintf(as_tile, sizeof as_tile, "%s%.*s", tile_row, (int)(path.n - sizeof row + 1),
                   (const char *)path.p + sizeof row - 1);
    /* A NUL in the path would hide what follows it. */
    if (strlen(as_tile) != path.n || !tile_path_parse(span_str(as_tile), &t))
        return false;
    *index = t.index;
    *width = t.width;
    return true;
}

void body_alone_path(const uint8_t hash[LEAF_HASH], char out[BODY_PATH])
{
    struct buffer b;

    buf_init_fixed(&b, out, BODY_PATH);
    buf_str(&b, "body/");
    hex_put(&b, span_of(hash, LEAF_HASH));
    (void)buf_cstr(&b);
}

static int digit(uint8_t c)
{
    return ascii_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool body_alone_path_parse(struct span path, uint8_t hash[LEAF_HASH])
{
    uint8_t h[LEAF_HASH];

    if (path.n != BODY_PATH - 1 || !span_starts(path, SPAN("body/")))
        return false;
    for (size_t i = 0; i < LEAF_HASH; i++) {
        int high = digit(path.p[5 + 2 * i]), low = digit(path.p[6 + 2 * i]);

        if (high < 0 || low < 0)
            return false;
        h[i] = (uint8_t)(high << 4 | low);
    }
    memcpy(hash, h, LEAF_HASH);
    return true;
}

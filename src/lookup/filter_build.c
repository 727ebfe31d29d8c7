/*
 * Building: every fingerprint gets three places in three segments behind one another. A place that only one
 * fingerprint has is taken off with it, until none is left; in the opposite order the words are then set so
 * that the three together give the fingerprint's own. Only whole numbers decide, so that one set gives one
 * image everywhere.
 */
#include <stdlib.h>

#include "lookup/filter_internal.h"

enum { TRIES = 100 };

/* From so many entries on a segment has 3, 4, … bits: 3.33^(bits - 2.25). */
static unsigned segment_bits(size_t n)
{
    static const uint32_t from[] = { 3,     9,      28,     92,      304,     1010,     3362,     11193,
                                     37273, 124118, 413310, 1376322, 4583150, 15261887, 50822082, 169237530 };
    unsigned bits = 2;

    for (size_t i = 0; i < sizeof from / sizeof *from && n >= from[i]; i++)
        bits++;
    return bits;
}

/* Places for n entries: more in proportion when they are few. By floor(log2(n)), in thousandths. */
static uint64_t capacity(size_t n)
{
    static const uint16_t share[] = { 5858, 5858, 3367, 2536, 2121, 1872, 1706, 1587, 1498, 1429, 1374,
                                      1328, 1291, 1259, 1231, 1208, 1187, 1169, 1152, 1138, 1125 };
    unsigned log = 0;

    while (log + 1 < sizeof share / sizeof *share && n >> (log + 1))
        log++;
    return ((uint64_t)n * share[log] + 999) / 1000;
}

static struct filter_part shape(size_t n)
{
    struct filter_part p = { .n = (uint32_t)n, .segment_bits = (uint8_t)segment_bits(n) };
    uint64_t length = UINT64_C(1) << p.segment_bits;
    uint64_t segments = (capacity(n) + length - 1) >> p.segment_bits;

    p.starts = (uint32_t)((segments > 3 ? segments - 2 : 1) * length);
    return p;
}

/* What stands at one place: how many, which of their three places it is (of one alone: that one), and the
 * hashes, each over the other. */
struct work {
    uint8_t *count; /* 4 for each; the two low bits: places, over one another */
    uint64_t *hash;
    uint32_t *alone;
    uint64_t *order;
    uint8_t *place;
};

static bool spread(const lookup_print *p, size_t n, const struct filter_part *part, struct work *k)
{
    bool full = false;

    for (size_t i = 0; i < n; i++) {
        uint64_t h = filter_hash(p[i], part->tries);
        struct filter_spot s = filter_spot_of(h, part->starts, part->segment_bits);

        for (unsigned j = 0; j < 3; j++) {
            full = full || k->count[s.at[j]] >= 252;
            k->count[s.at[j]] = (uint8_t)((k->count[s.at[j]] + 4) ^ j);
            k->hash[s.at[j]] ^= h;
        }
    }
    return !full;
}

/* How many could be taken off: n when it worked. Counts only fall, so a place is alone at most once. */
static size_t peel(const struct filter_part *part, uint64_t words, struct work *k)
{
    size_t waiting = 0, off = 0;

    for (uint32_t i = 0; i < words; i++)
        if (k->count[i] >> 2 == 1)
            k->alone[waiting++] = i;
    while (waiting) {
        uint32_t at = k->alone[--waiting];
        struct filter_spot s;
        uint64_t h;

        if (k->count[at] >> 2 != 1)
            continue;
        h = k->hash[at];
        s = filter_spot_of(h, part->starts, part->segment_bits);
        k->order[off] = h;
        k->place[off++] = k->count[at] & 3;
        for (unsigned j = 0; j < 3; j++) {
            k->count[s.at[j]] = (uint8_t)((k->count[s.at[j]] - 4) ^ j);
            k->hash[s.at[j]] ^= h;
            if (k->count[s.at[j]] >> 2 == 1)
                k->alone[waiting++] = s.at[j];
        }
    }
    return off;
}

static void set_words(const struct filter_part *part, uint64_t words, const struct work *k, uint8_t *to)
{
    memset(to, 0, 2 * words);
    for (size_t i = part->n; i-- > 0;) {
        struct filter_spot s = filter_spot_of(k->order[i], part->starts, part->segment_bits);
        unsigned v = s.word;

        for (unsigned j = 0; j < 3; j++)
            if (j != k->place[i])
                v ^= (unsigned)to[2 * (size_t)s.at[j]] | (unsigned)to[2 * (size_t)s.at[j] + 1] << 8;
        to[2 * (size_t)s.at[k->place[i]]] = (uint8_t)v;
        to[2 * (size_t)s.at[k->place[i]] + 1] = (uint8_t)(v >> 8);
    }
}

static bool try_all(const lookup_print *p, size_t n, struct filter_part *part, uint64_t words, struct work *k)
{
    for (unsigned t = 0; t < TRIES; t++) {
        part->tries = (uint8_t)t;
        memset(k->count, 0, words);
        memset(k->hash, 0, words * sizeof *k->hash);
        if (spread(p, n, part, k) && peel(part, words, k) == n)
            return true;
    }
    return false;
}

bool filter_part_build(const lookup_print *p, size_t n, struct filter_part *part, struct buffer *out,
                       struct why *w)
{
    struct filter_part made = shape(n);
    uint64_t words = filter_part_words(&made);
    struct work k = { 0 };
    uint8_t *to;
    bool ok = false;

    if (n == 0) {
        *part = (struct filter_part){ .segment_bits = made.segment_bits };
        return true;
    }
    if (n > UINT32_MAX / 8)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "too many fingerprints in one part");
    k = (struct work){ malloc(words), malloc(words * sizeof *k.hash), malloc(words * sizeof *k.alone),
                       malloc(n * sizeof *k.order), malloc(n) };
    if (!k.count || !k.hash || !k.alone || !k.order || !k.place)
        abort();
    if (!try_all(p, n, &made, words, &k))
        (void)why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no filter could be made of these fingerprints");
    else if (!(to = buf_grow(out, 2 * words)))
        (void)why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    else {
        set_words(&made, words, &k, to);
        *part = made;
        ok = true;
    }
    free(k.count);
    free(k.hash);
    free(k.alone);
    free(k.order);
    free(k.place);
    return ok;
}

#include "lookup/filter.h"

#include "crypto/digest.h"
#include "lookup/filter_internal.h"

static bool bad(struct why *w, size_t at, const char *what)
{
    return why_set(w, "image", at, NULL, "the compact set %s", what);
}

void filter_file_hash(struct span file, size_t at, uint8_t out[LOOKUP_HASH])
{
    const struct span part[2] = { span_sub(file, 0, at), span_sub(file, at + LOOKUP_HASH, file.n) };
    struct digest d;

    digest_parts(DIGEST_SHA256, part, 2, &d);
    memcpy(out, d.b, LOOKUP_HASH);
}

static bool is_whole(struct span file, size_t hash_at, struct why *w)
{
    uint8_t hash[LOOKUP_HASH];

    filter_file_hash(file, hash_at, hash);
    return memcmp(hash, file.p + hash_at, LOOKUP_HASH) == 0 ||
           why_set(w, "damaged", hash_at, NULL, "the compact set is not as it was made");
}

unsigned filter_bits_for(uint64_t n)
{
    unsigned bits = 0;

    while (bits < FILTER_BITS_MOST && n >> bits > FILTER_PART_MOST)
        bits++;
    return bits;
}

/* Every part lies behind the one before it, within the words, and so do all places that it may give. */
static bool table_fits(const struct lookup_image *i, struct why *w)
{
    uint64_t words = 0, n = 0;

    for (size_t k = 0; k < (size_t)1 << i->parts_bits; k++) {
        struct filter_part p = filter_part_at(i->table + k * FILTER_PART);

        if (p.segment_bits > FILTER_SEGMENT_MOST || p.first != words ||
            (p.n && (p.starts == 0 || p.starts & ((UINT32_C(1) << p.segment_bits) - 1))))
            return bad(w, FILTER_HEAD + k * FILTER_PART, "has a part that cannot be");
        words += filter_part_words(&p);
        n += p.n;
    }
    return (words == i->words.n / 2 && n == i->n) || bad(w, FILTER_N_AT, "has other parts than it says");
}

bool lookup_image_open(struct span file, struct lookup_image *out, struct why *w)
{
    struct lookup_image i = { 0 };
    uint64_t table, words;

    if (file.n < FILTER_HEAD || memcmp(file.p, FILTER_MAGIC, 8) != 0)
        return bad(w, 0, "does not begin like one");
    if (le32(file.p + FILTER_VERSION_AT) != FILTER_VERSION)
        return bad(w, FILTER_VERSION_AT, "is of another version");
    i.parts_bits = le32(file.p + FILTER_BITS_AT);
    i.n = le64(file.p + FILTER_N_AT);
    i.as_of = (unix_time)le64(file.p + FILTER_TIME_AT);
    words = le64(file.p + FILTER_WORDS_AT);
    if (i.parts_bits > FILTER_BITS_MOST || i.as_of < 0 || words > UINT32_MAX)
        return bad(w, FILTER_BITS_AT, "has a head that cannot be");
    table = (uint64_t)FILTER_PART << i.parts_bits;
    if (file.n != FILTER_HEAD + table + 2 * words)
        return bad(w, file.n, "is cut, or longer than it says");
    if (!is_whole(file, FILTER_HASH_AT, w))
        return false;
    memcpy(i.hash, file.p + FILTER_HASH_AT, LOOKUP_HASH);
    i.table = file.p + FILTER_HEAD;
    i.words = span_of(file.p + FILTER_HEAD + table, (size_t)(2 * words));
    if (!table_fits(&i, w))
        return false;
    *out = i;
    return true;
}

static uint16_t word_at(const uint8_t *p, uint32_t at)
{
    return (uint16_t)(p[2 * (size_t)at] | p[2 * (size_t)at + 1] << 8);
}

bool lookup_image_has(const struct lookup_image *i, lookup_print p)
{
    size_t k = i->parts_bits ? (size_t)(p >> (64 - i->parts_bits)) : 0;
    struct filter_part part = filter_part_at(i->table + k * FILTER_PART);
    const uint8_t *words = i->words.p + 2 * (size_t)part.first;
    struct filter_spot s;

    if (part.n == 0)
        return false;
    s = filter_spot_of(filter_hash(p, part.tries), part.starts, part.segment_bits);
    return s.word == (word_at(words, s.at[0]) ^ word_at(words, s.at[1]) ^ word_at(words, s.at[2]));
}

static bool sorted_has(const uint8_t *p, size_t n, lookup_print v)
{
    size_t lo = 0, hi = n;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (le64(p + 8 * mid) < v)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < n && le64(p + 8 * lo) == v;
}

struct lookup_answer lookup_filter_ask(const struct lookup_image *i, const struct lookup_delta *d,
                                       lookup_print p)
{
    struct lookup_answer a = { .state = LOOKUP_NOT_LISTED, .as_of = i->as_of };

    if (d && memcmp(d->image, i->hash, LOOKUP_HASH) == 0) {
        a.as_of = d->as_of;
        if (sorted_has(d->added, d->n_added, p)) {
            a.state = LOOKUP_LISTED;
            return a;
        }
        if (sorted_has(d->gone, d->n_gone, p))
            return a;
    }
    if (lookup_image_has(i, p))
        a.state = LOOKUP_PERHAPS;
    return a;
}

static bool in_order(const uint8_t *p, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (le64(p + 8 * (i - 1)) >= le64(p + 8 * i))
            return false;
    return true;
}

static bool none_in_both(const struct lookup_delta *d)
{
    for (size_t a = 0, g = 0; a < d->n_added && g < d->n_gone;) {
        uint64_t x = le64(d->added + 8 * a), y = le64(d->gone + 8 * g);

        if (x == y)
            return false;
        a += x < y;
        g += y < x;
    }
    return true;
}

bool lookup_delta_open(struct span file, struct lookup_delta *out, struct why *w)
{
    struct lookup_delta d = { 0 };
    uint64_t added, gone, most;

    if (file.n < DELTA_HEAD || memcmp(file.p, DELTA_MAGIC, 8) != 0)
        return bad(w, 0, "does not begin like a delta");
    if (le32(file.p + FILTER_VERSION_AT) != FILTER_VERSION)
        return bad(w, FILTER_VERSION_AT, "has a delta of another version");
    added = le64(file.p + DELTA_ADDED_AT);
    gone = le64(file.p + DELTA_GONE_AT);
    most = (file.n - DELTA_HEAD) / 8;
    if (added > most || gone > most - added || file.n != DELTA_HEAD + 8 * (added + gone))
        return bad(w, DELTA_ADDED_AT, "has a delta that is cut, or longer than it says");
    if (!is_whole(file, DELTA_HASH_AT, w))
        return false;
    memcpy(d.image, file.p + DELTA_IMAGE_AT, LOOKUP_HASH);
    d.sequence = le64(file.p + DELTA_SEQUENCE_AT);
    d.as_of = (unix_time)le64(file.p + DELTA_TIME_AT);
    d.n_added = (size_t)added;
    d.n_gone = (size_t)gone;
    d.added = file.p + DELTA_HEAD;
    d.gone = d.added + 8 * d.n_added;
    if (d.as_of < 0 || !in_order(d.added, d.n_added) || !in_order(d.gone, d.n_gone) || !none_in_both(&d))
        return bad(w, DELTA_HEAD, "has a delta that is not in order");
    *out = d;
    return true;
}

#include <stdlib.h>

#include "lookup/filter_internal.h"

/* An image under way: parts are built as soon as the next one begins. */
struct making {
    struct buffer *out;
    size_t start; /* of the image in out */
    unsigned bits;
    size_t part; /* under way */
    uint64_t words, n;
    lookup_print *held, last; /* of that part */
    size_t n_held, room;
};

static bool end_part(struct making *m, struct why *w)
{
    struct filter_part p;
    uint8_t *row;

    if (!filter_part_build(m->held, m->n_held, &p, m->out, w))
        return false;
    p.first = (uint32_t)m->words;
    m->words += filter_part_words(&p);
    if (m->words > UINT32_MAX)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "too many fingerprints for one compact set");
    row = m->out->p + m->start + FILTER_HEAD + m->part * FILTER_PART;
    put_le32(row, p.first);
    put_le32(row + 4, p.starts);
    put_le32(row + 8, p.n);
    row[12] = p.segment_bits;
    row[13] = p.tries;
    m->n += m->n_held;
    m->n_held = 0;
    m->part++;
    return true;
}

static bool hold(struct making *m, lookup_print p, struct why *w)
{
    if ((m->n || m->n_held) && p <= m->last)
        return why_set(w, "order", WHY_NO_OFFSET, NULL, "fingerprints come in order, each once");
    while (m->part < (m->bits ? (size_t)(p >> (64 - m->bits)) : 0))
        if (!end_part(m, w))
            return false;
    if (m->n_held == m->room) {
        m->room = m->room ? 2 * m->room : 4096;
        m->held = realloc(m->held, m->room * sizeof *m->held);
        if (!m->held)
            abort();
    }
    m->held[m->n_held++] = m->last = p;
    return true;
}

static bool begin(struct making *m, uint64_t n, struct buffer *out, struct why *w)
{
    uint8_t *head;

    *m = (struct making){ .out = out, .start = out->n, .bits = filter_bits_for(n) };
    head = buf_grow(out, FILTER_HEAD + ((size_t)FILTER_PART << m->bits));
    if (!head)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    memset(head, 0, FILTER_HEAD + ((size_t)FILTER_PART << m->bits));
    return true;
}

static bool end(struct making *m, unix_time as_of, struct why *w)
{
    uint8_t *head;

    while (m->part < (size_t)1 << m->bits)
        if (!end_part(m, w))
            return false;
    head = m->out->p + m->start;
    memcpy(head, FILTER_MAGIC, 8);
    put_le32(head + FILTER_VERSION_AT, FILTER_VERSION);
    put_le32(head + FILTER_BITS_AT, m->bits);
    put_le64(head + FILTER_N_AT, m->n);
    put_le64(head + FILTER_TIME_AT, (uint64_t)as_of);
    put_le64(head + FILTER_WORDS_AT, m->words);
    filter_file_hash(span_of(head, m->out->n - m->start), FILTER_HASH_AT, head + FILTER_HASH_AT);
    return true;
}

bool lookup_image_build(const lookup_print *sorted, size_t n, unix_time as_of, struct buffer *out,
                        struct why *w)
{
    struct making m;
    bool ok = begin(&m, n, out, w);

    for (size_t i = 0; ok && i < n; i++)
        ok = hold(&m, sorted[i], w);
    ok = ok && end(&m, as_of, w);
    free(m.held);
    return ok;
}

struct walk {
    struct making m;
    uint64_t n;
    bool counting, ok;
    struct why *w;
};

static bool walk_one(void *ctx, lookup_print p, uint32_t value)
{
    struct walk *k = ctx;

    (void)value;
    if (k->counting)
        k->n++;
    else
        k->ok = hold(&k->m, p, k->w);
    return k->ok;
}

/* The set may change between counting and building: then it is done again. */
bool lookup_image_of_set(struct lookup_exact *x, unix_time as_of, struct buffer *out, struct why *w)
{
    size_t start = out->n;
    bool whole = true, again = true;
    struct walk k = { .counting = true, .ok = true, .w = w };

    lookup_exact_each(x, walk_one, &k, &whole);
    while (whole && again && k.ok) {
        out->n = start;
        if (!begin(&k.m, k.n, out, w))
            return false;
        k.counting = false;
        lookup_exact_each(x, walk_one, &k, &whole);
        k.ok = k.ok && whole && end(&k.m, as_of, w);
        free(k.m.held);
        again = k.ok && filter_bits_for(k.m.n) != k.m.bits;
        k.n = k.m.n;
    }
    if (!whole)
        return why_set(w, "damaged", WHY_NO_OFFSET, NULL, "a page of the exact set is not as it was written");
    return k.ok;
}

bool lookup_delta_put(const struct lookup_delta *d, const lookup_print *added, const lookup_print *gone,
                      struct buffer *out)
{
    size_t start = out->n, n = d->n_added + d->n_gone;
    uint8_t *head = buf_grow(out, DELTA_HEAD + 8 * n);

    if (!head)
        return false;
    memset(head, 0, DELTA_HEAD);
    memcpy(head, DELTA_MAGIC, 8);
    put_le32(head + FILTER_VERSION_AT, FILTER_VERSION);
    memcpy(head + DELTA_IMAGE_AT, d->image, LOOKUP_HASH);
    put_le64(head + DELTA_SEQUENCE_AT, d->sequence);
    put_le64(head + DELTA_TIME_AT, (uint64_t)d->as_of);
    put_le64(head + DELTA_ADDED_AT, d->n_added);
    put_le64(head + DELTA_GONE_AT, d->n_gone);
    for (size_t i = 0; i < n; i++)
        put_le64(head + DELTA_HEAD + 8 * i, i < d->n_added ? added[i] : gone[i - d->n_added]);
    filter_file_hash(span_of(head, out->n - start), DELTA_HASH_AT, head + DELTA_HASH_AT);
    return true;
}

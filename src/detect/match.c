#include "detect/match.h"

#include <stdlib.h>

#include "base/text.h"
#include "detect/image_internal.h"
#include "detect/match_internal.h"
#include "detect/observation.h"

enum { PARENT_WEIGHT = 50 /* per cent of the weight for names below a domain */, NAMED_LISTS = 64 };

const char *detect_match_word(enum detect_match m)
{
    static const char *const word[] = { "exact",        "parent",        "cidr",   "prefix",
                                        "domain-exact", "domain-parent", "pattern" };

    return (unsigned)m < sizeof word / sizeof *word ? word[m] : "?";
}

struct detect_matcher *detect_matcher_new(detect_hit_fn hit, void *ctx)
{
    struct detect_matcher *m = malloc(sizeof *m);

    if (!m)
        abort();
    memset(m, 0, offsetof(struct detect_matcher, side_bytes));
    m->hit = hit;
    m->ctx = ctx;
    return m;
}

void detect_matcher_free(struct detect_matcher *m)
{
    if (m)
        free(m->pending);
    free(m);
}

void detect_matcher_use(struct detect_matcher *m, const struct detect_set *s)
{
    m->set = s;
    m->key = s->layer[0].key;
    m->kinds = 0;
    m->bits4 = m->bits6[0] = m->bits6[1] = m->bits6[2] = 0;
    for (size_t i = 0; i < s->layers; i++) {
        m->kinds |= s->layer[i].kinds;
        m->bits4 |= s->layer[i].bits4;
        for (unsigned k = 0; k < 3; k++)
            m->bits6[k] |= s->layer[i].bits6[k];
    }
}

const struct detect_counts *detect_matcher_counts(const struct detect_matcher *m)
{
    return &m->counts;
}

void detect_piece_begin(struct detect_matcher *m, uint64_t first_line, const char *const *slot_name,
                        bool (*time_of)(void *, const uint8_t *, size_t, unix_time *), void *reader)
{
    m->first_line = first_line;
    m->lines = 0;
    m->slot_name = slot_name;
    m->time_of = time_of;
    m->reader = reader;
}

void detect_piece_end(struct detect_matcher *m)
{
    m->counts.lines = m->first_line + m->lines - 1;
    detect_flush_lines(m);
}

/* ---- taking values */

static bool hex_byte(const uint8_t *p, uint64_t *out)
{
    uint64_t v = 0;

    for (unsigned i = 0; i < 2; i++) {
        uint8_t c = p[i], l = c | 0x20;

        if (!ascii_digit(c) && (l < 'a' || l > 'f'))
            return false;
        v = v << 4 | (ascii_digit(c) ? c - (unsigned)'0' : l - (unsigned)'a' + 10);
    }
    *out = v;
    return true;
}

uint8_t *detect_side(struct detect_matcher *m, size_t most)
{
    if (most > SIDE_VALUE)
        return NULL;
    if (m->side + most > SIDE) {
        detect_flush(m);
        m->side = 0;
        m->fields = 0; /* some of them stood here */
    }
    return m->side_bytes + m->side;
}

static void probe6(struct detect_matcher *m, unsigned slot, const uint8_t a[16], const uint8_t *p, size_t n)
{
    uint8_t form[17];

    if (m->kinds & 1u << DETECT_IPV6)
        detect_push(m, detect_hash_of(&m->key, DETECT_IPV6, a, 16), DETECT_IPV6, slot, p, n, 0, false);
    for (unsigned w = 0; w < 3; w++)
        for (uint64_t bits = m->bits6[w]; bits; bits &= bits - 1) {
            unsigned k = 64 * w + (unsigned)__builtin_ctzll(bits);

            memset(form, 0, sizeof form);
            form[0] = (uint8_t)k;
            memcpy(form + 1, a, (k + 7) / 8);
            if (k % 8)
                form[1 + k / 8] &= (uint8_t)(0xff00 >> k % 8);
            detect_push(m, detect_hash_of(&m->key, DETECT_CIDR6, form, 17), DETECT_CIDR6, slot, p, n, k,
                        false);
        }
}

static bool take_address(struct detect_matcher *m, unsigned slot, const uint8_t *p, size_t n)
{
    enum detect_kind kind;
    uint8_t a[16];
    size_t an;

    if (!detect_read_address(span_of(p, n), &kind, a, &an))
        return false;
    if (kind == DETECT_IPV6)
        probe6(m, slot, a, p, n);
    else
        detect_probe4(m, slot, (uint32_t)a[0] << 24 | (uint32_t)a[1] << 16 | (uint32_t)a[2] << 8 | a[3], p,
                      n);
    return true;
}

void detect_take_address6(struct detect_matcher *m, unsigned slot, const uint8_t *p, size_t n)
{
    (void)take_address(m, slot, p, n);
}

size_t detect_unescape(const uint8_t *p, size_t n, uint8_t *out)
{
    size_t k = 0;

    for (size_t i = 0; i < n;) {
        uint64_t v = 0;

        if (p[i] == '\\' && n - i >= 4 && p[i + 1] == 'x' && hex_byte(p + i + 2, &v)) {
            out[k++] = (uint8_t)v;
            i += 4;
        } else {
            out[k++] = p[i++];
        }
    }
    return k;
}

void detect_take_slow(struct detect_matcher *m, unsigned slot, const uint8_t *p, size_t n, bool mail)
{
    uint8_t *to = detect_side(m, DETECT_NAME + 1 + 32);
    struct buffer b;
    unsigned port;
    struct span host;

    if (n + DETECT_PAD <= SIDE_VALUE && memchr(p, '\\', n)) {
        to = detect_side(m, n + DETECT_PAD);
        if (!to)
            return;
        n = detect_unescape(p, n, to);
        p = to;
        detect_side_used(m, n + DETECT_PAD);
        to = detect_side(m, DETECT_NAME + 1 + 32);
    }
    if (!to || n > SIDE_VALUE || (!mail && take_address(m, slot, p, n)))
        return;
    host = detect_host_of(span_of(p, n), &port);
    if (host.n < n && take_address(m, slot, host.p, host.n))
        return;
    buf_init_fixed(&b, to, DETECT_NAME + 1);
    if (!detect_put_domain(&b, host) || !buf_ok(&b))
        return;
    detect_side_used(m, b.n + DETECT_PAD);
    detect_take_name(m, slot, to, b.n, mail);
}

static void take_form(struct detect_matcher *m, enum detect_kind kind, unsigned slot, const uint8_t *form,
                      size_t n, const uint8_t *p, size_t pn)
{
    if (m->kinds & 1u << kind)
        detect_push(m, detect_hash_of(&m->key, kind, form, n), kind, slot, p, pn, 0, false);
}

void detect_take_hash(struct detect_matcher *m, unsigned slot, const uint8_t *p, size_t n)
{
    uint8_t form[64];
    struct buffer b;
    enum detect_kind kind;

    if (!(m->kinds & (1u << DETECT_MD5 | 1u << DETECT_SHA1 | 1u << DETECT_SHA256 | 1u << DETECT_SHA512)))
        return;
    buf_init_fixed(&b, form, sizeof form);
    if (detect_put_hash(&b, span_of(p, n), &kind))
        take_form(m, kind, slot, form, b.n, p, n);
}

void detect_take_mail(struct detect_matcher *m, unsigned slot, const uint8_t *p, size_t n)
{
    uint8_t form[1024];
    struct buffer b;
    size_t at = n;

    buf_init_fixed(&b, form, sizeof form);
    if (n > 2 && p[0] == '<' && p[n - 1] == '>') {
        p++;
        n -= 2;
    }
    if (!detect_put_mail(&b, span_of(p, n)) || !buf_ok(&b))
        return;
    take_form(m, DETECT_MAIL, slot, form, b.n, p, n);
    while (at > 0 && p[at - 1] != '@')
        at--;
    if (at < n)
        detect_take_name(m, slot, p + at, n - at, true);
}

void detect_take_url(struct detect_matcher *m, unsigned slot, struct span host, unsigned port,
                     struct span rest)
{
    uint8_t *to;
    struct buffer b;

    if (!(m->kinds & (1u << DETECT_URL | 1u << DETECT_URL_PREFIX)) || host.n + rest.n + 64 > SIDE_VALUE)
        return;
    to = detect_side(m, host.n + rest.n + 64);
    if (!to)
        return;
    buf_init_fixed(&b, to, host.n + rest.n + 64);
    if (!(host.n ? detect_put_url_of(&b, host, port, rest) : detect_put_url(&b, rest)) || !buf_ok(&b))
        return;
    detect_side_used(m, b.n);
    take_form(m, DETECT_URL, slot, to, b.n, to, b.n);
    if (m->kinds & 1u << DETECT_URL_PREFIX)
        for (size_t i = 0; i < b.n; i++)
            if (to[i] == '/')
                detect_push(m, detect_hash_of(&m->key, DETECT_URL_PREFIX, to, i + 1), DETECT_URL_PREFIX, slot,
                            to, b.n, (unsigned)i + 1, false);
}

void detect_take_any(struct detect_matcher *m, unsigned slot, const uint8_t *p, size_t n)
{
    if (n == 0)
        return;
    if (n == 32 || n == 40 || n == 64 || n == 128)
        detect_take_hash(m, slot, p, n);
    if (memchr(p, '@', n) && !memchr(p, '/', n))
        detect_take_mail(m, slot, p, n);
    else if (memchr(p, '/', n))
        detect_take_url(m, slot, (struct span){ NULL, 0 }, 0, span_of(p, n));
    else
        detect_take_host(m, slot, p, n);
}

/* ---- answering */

static void keep(struct detect_matcher *m, struct pending p)
{
    if (m->pending_n == m->pending_room) {
        m->pending_room = m->pending_room ? 2 * m->pending_room : 64;
        m->pending = realloc(m->pending, m->pending_room * sizeof *m->pending);
        if (!m->pending)
            abort();
    }
    m->pending[m->pending_n++] = p;
}

/* The value that was hashed, in its form; false: it is no such value after all. */
static bool form_of(const struct probe *q, struct buffer *b, enum detect_match *match)
{
    struct span v = span_of(q->p, q->n), whole;
    enum detect_kind kind = DETECT_KINDS;
    uint8_t a[17];
    size_t n = 0;
    unsigned port;

    switch ((enum detect_kind)q->kind) {
    case DETECT_IPV4:
    case DETECT_IPV6:
    case DETECT_CIDR4:
    case DETECT_CIDR6:
        if (!detect_read_address(v, &kind, a + 1, &n) &&
            !detect_read_address(detect_host_of(v, &port), &kind, a + 1, &n))
            return false;
        if (q->kind == DETECT_IPV4 || q->kind == DETECT_IPV6) {
            buf_put(b, span_of(a + 1, n));
            return true;
        }
        *match = MATCH_CIDR;
        for (size_t i = 0; i < 8 * n; i++)
            if (i >= q->part)
                a[1 + i / 8] &= (uint8_t) ~(0x80 >> i % 8);
        a[0] = (uint8_t)q->part;
        buf_put(b, span_of(a, n + 1));
        return true;
    case DETECT_DOMAIN:
        if (!detect_put_domain(b, v) || b->n != q->n)
            return false;
        whole = buf_span(b);
        *match = q->mail   ? (q->part ? MATCH_DOMAIN_PARENT : MATCH_DOMAIN_EXACT)
                 : q->part ? MATCH_PARENT
                           : MATCH_EXACT;
        if (q->part >= whole.n)
            return false;
        memmove(b->p, b->p + q->part, whole.n - q->part);
        b->n = whole.n - q->part;
        return true;
    case DETECT_MD5:
    case DETECT_SHA1:
    case DETECT_SHA256:
    case DETECT_SHA512:
        return detect_put_hash(b, v, &kind) && kind == (enum detect_kind)q->kind;
    case DETECT_MAIL:
        return detect_put_mail(b, v);
    case DETECT_URL:
        buf_put(b, v);
        return true;
    case DETECT_URL_PREFIX:
        *match = MATCH_PREFIX;
        return true;
    case DETECT_TEXT:
    case DETECT_KINDS:
        break;
    }
    return false;
}

/* The URL begins with the prefix, and it ends there at a boundary. */
static bool has_prefix(const struct probe *q, struct span prefix)
{
    uint8_t next = prefix.n < q->n ? q->p[prefix.n] : 0;

    if (!span_starts(span_of(q->p, q->n), prefix))
        return false;
    return next == 0 || next == '/' || next == '?' || prefix.p[prefix.n - 1] == '/';
}

static void resolve(struct detect_matcher *m, const struct probe *q, size_t layer)
{
    const struct detect_image *i = &m->set->layer[layer];
    struct detect_found UNINITIALIZED f;
    uint8_t UNINITIALIZED room[DETECT_VALUE];
    enum detect_match match = MATCH_EXACT;
    struct buffer b;
    uint64_t at = 0;

    if (!detect_image_perhaps(i, q->print))
        return;
    buf_init_fixed(&b, room, sizeof room);
    if (!form_of(q, &b, &match) || !buf_ok(&b))
        return;
    while (detect_image_next(i, q->print, q->kind, buf_span(&b), &at, &f))
        if (q->kind != DETECT_URL_PREFIX || has_prefix(q, f.indicator.value))
            keep(m, (struct pending){ f.place, (uint32_t)f.length, q->slot, (uint8_t)match, (uint8_t)layer });
}

static int by_place(const void *a, const void *b)
{
    const struct pending *x = a, *y = b;

    if (x->slot != y->slot)
        return x->slot < y->slot ? -1 : 1;
    if (x->layer != y->layer)
        return x->layer < y->layer ? -1 : 1;
    if (x->place != y->place)
        return x->place < y->place ? -1 : 1;
    return (x->match > y->match) - (x->match < y->match);
}

static size_t lists_of(const struct detect_matcher *m, const struct detect_indicator *x, struct span *out)
{
    uint16_t number[NAMED_LISTS];
    size_t n =
        m->set->warnings ? detect_warnings_of(m->set->warnings, x->kind, x->value, number, NAMED_LISTS) : 0;

    for (size_t i = 0; i < n; i++)
        out[i] = detect_warnings_name(m->set->warnings, number[i]);
    return n;
}

static void give(struct detect_matcher *m, uint32_t line, const struct pending *p, struct detect_found *f)
{
    bool pattern = p->layer == LAYER_PATTERN;
    struct detect_hit hit = { .line = m->first_line + line,
                              .field = pattern ? "pattern" : m->slot_name[p->slot],
                              .match = p->match };
    struct span lists[NAMED_LISTS];
    uint8_t room[DETECT_VALUE * 2];
    struct buffer b;

    hit.indicator = &f->indicator;
    hit.timed = m->time_of && m->time_of(m->reader, m->line[line], m->line_n[line], &hit.time);
    buf_init_fixed(&b, room, sizeof room);
    if (f->indicator.id.n == 0) {
        detect_put_readable(&b, f->indicator.kind, f->indicator.value);
        f->indicator.id = buf_span(&b);
    }
    if (!detect_set_counts(m->set, pattern ? 0 : p->layer, f->indicator.id)) {
        m->counts.withdrawn++;
        return;
    }
    if (hit.timed && ((f->indicator.from && hit.time < f->indicator.from) ||
                      (f->indicator.until && hit.time >= f->indicator.until))) {
        m->counts.expired++;
        return;
    }
    hit.weight = f->indicator.weight;
    if (hit.match == MATCH_PARENT || hit.match == MATCH_DOMAIN_PARENT)
        hit.weight = hit.weight * PARENT_WEIGHT / 100;
    hit.lists_n = pattern ? 0 : lists_of(m, &f->indicator, lists);
    hit.lists = lists;
    m->counts.hits++;
    m->hit(m->ctx, &hit);
}

/* The hits of one line, each once. */
static void give_line(struct detect_matcher *m)
{
    struct detect_found UNINITIALIZED f;

    if (m->pending_n > 1)
        qsort(m->pending, m->pending_n, sizeof *m->pending, by_place);
    for (size_t i = 0; i < m->pending_n; i++) {
        const struct pending *p = &m->pending[i];

        if (i && by_place(p - 1, p) == 0)
            continue;
        if (p->layer == LAYER_PATTERN)
            f.indicator = *detect_patterns_indicator(m->patterns, p->place);
        else if (!detect_image_record(&m->set->layer[p->layer], p->place, p->length, &f))
            continue;
        give(m, m->pending_line, p, &f);
    }
    m->pending_n = 0;
}

void detect_flush(struct detect_matcher *m)
{
    uint32_t kept = 0;
    uint8_t layer[QUEUE_ROOM];

    for (uint32_t i = 0; i < m->queued; i++) {
        uint64_t h = m->queue[i].print;
        uint8_t in = 0;

        for (size_t k = 0; k < m->set->layers; k++)
            in |= (uint8_t)(detect_bloom_has(&m->set->layer[k], h) << k);
        if (!in)
            continue;
        if (in & 1)
            __builtin_prefetch(m->set->layer[0].bucket + 4 * detect_bucket_of(&m->set->layer[0], h));
        layer[kept] = in;
        m->queue[kept++] = m->queue[i];
    }
    for (uint32_t i = 0; i < kept; i++)
        if (layer[i] & 1)
            __builtin_prefetch(
                m->set->layer[0].records +
                le32(m->set->layer[0].bucket + 4 * detect_bucket_of(&m->set->layer[0], m->queue[i].print)));
    for (uint32_t i = 0; i < kept; i++) {
        if (m->pending_n && m->queue[i].line != m->pending_line)
            give_line(m);
        m->pending_line = m->queue[i].line;
        for (size_t k = 0; k < m->set->layers; k++)
            if (layer[i] >> k & 1)
                resolve(m, &m->queue[i], k);
    }
    m->queued = 0;
}

void detect_flush_lines(struct detect_matcher *m)
{
    detect_flush(m);
    if (m->pending_n)
        give_line(m);
}

/* Hits of lines before go out first. */
void detect_keep_pattern(struct detect_matcher *m, uint32_t pattern)
{
    detect_flush(m);
    if (m->pending_n && m->pending_line != m->lines)
        give_line(m);
    m->pending_line = m->lines;
    keep(m, (struct pending){ pattern, 0, UINT16_MAX, MATCH_PATTERN, LAYER_PATTERN });
}

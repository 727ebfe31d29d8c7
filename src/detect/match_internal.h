/* The queue of a matcher, for readers: hot, so inline. */
#ifndef SERAI_DETECT_MATCH_INTERNAL_H
#define SERAI_DETECT_MATCH_INTERNAL_H

#include "base/scratch.h"
#include "detect/match.h"
#include "detect/scan.h"

enum {
    LAYER_PATTERN = 255, /* of a pending hit: place is the number of the pattern */
    QUEUE = 2048,        /* probes after which they are answered */
    QUEUE_ROOM = QUEUE + 512,
    MATCH_LINES = 1 << 15, /* of one piece */
    SIDE = 256 * 1024,     /* values that do not stand in the log as they are */
    SIDE_VALUE = 8192,     /* the longest of them */
    RECORD_FIELDS = 512,   /* kept of one record for patterns */
};

/* What a field holds. */
enum detect_what {
    WHAT_NOTHING,
    WHAT_ADDRESS,
    WHAT_NAME, /* of a host: also with a port, also an address */
    WHAT_HOST, /* the same, and the host of the record's URL */
    WHAT_URI,  /* the rest of the record's URL */
    WHAT_URL_PORT,
    WHAT_URL, /* a whole one */
    WHAT_HASH,
    WHAT_MAIL,
    WHAT_ANY, /* a value of any of these */
    WHAT_TIME,
    WHAT_TEXT, /* for patterns alone */
};

struct probe {
    uint64_t print;
    const uint8_t *p; /* the whole value as it stands */
    uint32_t n;
    uint32_t line; /* of the piece */
    uint16_t slot; /* of the field */
    uint16_t part; /* where the parent begins; bits of a prefix; bytes of a URL prefix */
    uint8_t kind;
    uint8_t mail; /* the domain of a mail address */
};

struct field {
    const uint8_t *p;
    uint32_t n;
    uint16_t slot;
    uint8_t what;
};

/* A hit of the current line, before validity is looked at. */
struct pending {
    uint64_t place;
    uint32_t length;
    uint16_t slot;
    uint8_t match, layer;
};

struct detect_matcher {
    detect_hit_fn hit;
    void *ctx;
    const struct detect_set *set;
    struct detect_key key;
    uint32_t kinds;
    uint64_t bits4, bits6[3];
    struct detect_counts counts;
    /* the piece */
    uint64_t first_line;
    uint32_t lines;
    const uint8_t *line[MATCH_LINES];
    uint32_t line_n[MATCH_LINES];
    const char *const *slot_name;
    bool (*time_of)(void *reader, const uint8_t *line, size_t n, unix_time *out);
    void *reader;
    /* what waits */
    uint32_t queued, side;
    struct probe queue[QUEUE_ROOM];
    uint32_t pending_line;
    size_t pending_n, pending_room;
    struct pending *pending;
    /* fields of the record, when patterns want them */
    bool collect;
    void (*observe)(void *observer, struct detect_matcher *m, uint32_t line);
    void *observer;
    const struct detect_patterns *patterns;
    uint64_t slots_epoch; /* grows when slot_name means other fields */
    size_t fields;
    struct field field[RECORD_FIELDS];
    uint8_t side_bytes[SIDE + DETECT_PAD];
};

void detect_flush(struct detect_matcher *m);
/* All hits of lines so far are given out. */
void detect_flush_lines(struct detect_matcher *m);
/* A pattern that the line at hand completes. */
void detect_keep_pattern(struct detect_matcher *m, uint32_t pattern);
/* Values that need a closer look: other scripts, escapes, ports, IPv6. */
void detect_take_slow(struct detect_matcher *m, unsigned slot, const uint8_t *p, size_t n, bool mail);
void detect_take_address6(struct detect_matcher *m, unsigned slot, const uint8_t *p, size_t n);
void detect_take_hash(struct detect_matcher *m, unsigned slot, const uint8_t *p, size_t n);
void detect_take_mail(struct detect_matcher *m, unsigned slot, const uint8_t *p, size_t n);
/* host and rest as they stand in the record; host empty: rest is a whole URL. */
void detect_take_url(struct detect_matcher *m, unsigned slot, struct span host, unsigned port,
                     struct span rest);
void detect_take_any(struct detect_matcher *m, unsigned slot, const uint8_t *p, size_t n);
/* Zeek's \xNN undone; out has room for n. The bytes written. */
size_t detect_unescape(const uint8_t *p, size_t n, uint8_t *out);
/* Room for most bytes that stay until the hits are given out; NULL: longer than SIDE_VALUE. */
uint8_t *detect_side(struct detect_matcher *m, size_t most);
static inline void detect_side_used(struct detect_matcher *m, size_t n)
{
    m->side += (uint32_t)n;
}

static inline void detect_push(struct detect_matcher *m, uint64_t print, unsigned kind, unsigned slot,
                               const uint8_t *p, size_t n, unsigned part, bool mail)
{
    struct probe *q;

    if (m->queued == QUEUE_ROOM)
        detect_flush(m);
    __builtin_prefetch(detect_bloom_at(&m->set->layer[0], print));
    q = &m->queue[m->queued++];
    q->print = print;
    q->p = p;
    q->n = (uint32_t)n;
    q->line = m->lines;
    q->slot = (uint16_t)slot;
    q->part = (uint16_t)part;
    q->kind = (uint8_t)kind;
    q->mail = mail;
}

static inline uint64_t detect_print4(const struct detect_key *k, unsigned kind, uint32_t a, unsigned bits)
{
    uint8_t form[5] = { (uint8_t)bits, (uint8_t)(a >> 24), (uint8_t)(a >> 16), (uint8_t)(a >> 8),
                        (uint8_t)a };

    return kind == DETECT_IPV4 ? detect_hash_of(k, kind, form + 1, 4) : detect_hash_of(k, kind, form, 5);
}

static inline void detect_probe4(struct detect_matcher *m, unsigned slot, uint32_t a, const uint8_t *p,
                                 size_t n)
{
    bool any = false;

    for (size_t i = 0; i < m->set->layers; i++)
        any |= (m->set->layer[i].kinds & (1u << DETECT_IPV4 | 1u << DETECT_CIDR4)) &&
               detect_net24_has(&m->set->layer[i], a);
    if (!any)
        return;
    detect_push(m, detect_print4(&m->key, DETECT_IPV4, a, 0), DETECT_IPV4, slot, p, n, 0, false);
    for (uint64_t bits = m->bits4; bits; bits &= bits - 1) {
        unsigned k = (unsigned)__builtin_ctzll(bits);

        detect_push(m, detect_print4(&m->key, DETECT_CIDR4, k ? a & UINT32_MAX << (32 - k) : 0, k),
                    DETECT_CIDR4, slot, p, n, k, false);
    }
}

/* Up to three digits; reads three bytes. */
static inline uint32_t detect_octet(const uint8_t *p, uint32_t n)
{
    uint32_t a = p[0] - (uint32_t)'0', b = p[1] - (uint32_t)'0', c = p[2] - (uint32_t)'0';
    uint32_t two = n > 1 ? a * 10 + b : a;

    return n > 2 ? two * 10 + c : two;
}

/* Four times one to three digits, with no branch that depends on where the dots stand: in logs nobody can
 * foretell that. False: not so; then look closer. p has at least 16 bytes that may be read; n is 7 to 15. */
static inline bool detect_plain_ipv4(const uint8_t *p, uint32_t n, uint32_t *out, bool *fits)
{
    uint32_t rest, digits, dots = scan_digits(p, &digits), live = (1u << n) - 1, e[4], v[4];

    dots &= live;
    if (((dots | digits) & live) != live || dots == 0)
        return false;
    e[0] = (uint32_t)__builtin_ctz(dots);
    rest = dots & (dots - 1);
    if (!rest)
        return false;
    e[1] = (uint32_t)__builtin_ctz(rest);
    rest &= rest - 1;
    if (!rest || (rest & (rest - 1)))
        return false;
    e[2] = (uint32_t)__builtin_ctz(rest);
    e[3] = n;
    if ((e[0] - 1 > 2) | (e[1] - e[0] - 2 > 2) | (e[2] - e[1] - 2 > 2) | (e[3] - e[2] - 2 > 2))
        return false;
    v[0] = detect_octet(p, e[0]);
    v[1] = detect_octet(p + e[0] + 1, e[1] - e[0] - 1);
    v[2] = detect_octet(p + e[1] + 1, e[2] - e[1] - 1);
    v[3] = detect_octet(p + e[2] + 1, e[3] - e[2] - 1);
    *fits = v[0] < 256 && v[1] < 256 && v[2] < 256 && v[3] < 256;
    *out = v[0] << 24 | v[1] << 16 | v[2] << 8 | v[3];
    return true;
}

static inline bool detect_take_ipv4(struct detect_matcher *m, unsigned slot, const uint8_t *p, size_t n)
{
    uint32_t a = 0, v = 0, digits = 0, dots = 0;
    bool fits;

    if (n - 7 > 8)
        return false;
    if (detect_plain_ipv4(p, (uint32_t)n, &a, &fits)) {
        if (fits)
            detect_probe4(m, slot, a, p, n);
        return fits;
    }
    for (size_t i = 0; i < n; i++) {
        unsigned x = (unsigned)p[i] - '0';

        if (x <= 9) {
            v = v * 10 + x;
            digits++;
        } else if (x == '.' - (unsigned)'0' && digits) {
            a = a << 8 | v;
            if (v > 255)
                return false;
            v = digits = 0;
            dots++;
        } else {
            return false;
        }
    }
    if (dots != 3 || !digits || v > 255)
        return false;
    detect_probe4(m, slot, a << 8 | v, p, n);
    return true;
}

/* A name in the letters of the log; whether it is one at all is looked at when something was found. */
static inline void detect_take_name(struct detect_matcher *m, unsigned slot, const uint8_t *p, size_t n,
                                    bool mail)
{
    uint8_t UNINITIALIZED text[256 + 16];
    uint64_t dots[4] = { 0 };
    uint64_t h = m->key.a;
    size_t end;
    unsigned labels = 0;

    if (!(m->kinds & 1u << DETECT_DOMAIN)) {
        if (!mail && n && memchr(p, ':', n))
            detect_take_slow(m, slot, p, n, false);
        return;
    }
    if (n && p[n - 1] == '.')
        n--;
    if (n < 3)
        return;
    if (n > DETECT_NAME) {
        detect_take_slow(m, slot, p, n, mail);
        return;
    }
    for (size_t i = 0; i < n; i += 16) {
        uint32_t dot, odd = scan_fold(p + i, text + i, &dot);
        uint32_t live = n - i >= 16 ? 0xffff : (1u << (n - i)) - 1;

        if (odd & live) {
            detect_take_slow(m, slot, p, n, mail);
            return;
        }
        dots[i / 64] |= (uint64_t)(dot & live) << i % 64;
    }
    end = n;
    for (size_t w = (n - 1) / 64 + 1; w-- > 0;)
        for (uint64_t d = dots[w]; d;) {
            unsigned b = 63 - (unsigned)__builtin_clzll(d);
            size_t i = 64 * w + b;

            d ^= (uint64_t)1 << b;
            h = detect_hash_part(&m->key, h, text + i + 1, end - i - 1);
            end = i;
            if (labels++)
                detect_push(m, detect_hash_end(h, DETECT_DOMAIN), DETECT_DOMAIN, slot, p, n, (unsigned)i + 1,
                            mail);
        }
    if (labels)
        detect_push(m, detect_hash_end(detect_hash_part(&m->key, h, text, end), DETECT_DOMAIN), DETECT_DOMAIN,
                    slot, p, n, 0, mail);
}

static inline void detect_take_host(struct detect_matcher *m, unsigned slot, const uint8_t *p, size_t n)
{
    if (n && (unsigned)p[n - 1] - '0' <= 9 && detect_take_ipv4(m, slot, p, n))
        return;
    detect_take_name(m, slot, p, n, false);
}

static inline void detect_take(struct detect_matcher *m, enum detect_what what, unsigned slot,
                               const uint8_t *p, size_t n)
{
    if (m->collect && m->fields < RECORD_FIELDS)
        m->field[m->fields++] = (struct field){ p, (uint32_t)n, (uint16_t)slot, (uint8_t)what };
    switch (what) {
    case WHAT_ADDRESS:
        if (!detect_take_ipv4(m, slot, p, n))
            detect_take_address6(m, slot, p, n);
        break;
    case WHAT_NAME:
    case WHAT_HOST:
        detect_take_host(m, slot, p, n);
        break;
    case WHAT_HASH:
        detect_take_hash(m, slot, p, n);
        break;
    case WHAT_MAIL:
        detect_take_mail(m, slot, p, n);
        break;
    case WHAT_URL:
        detect_take_url(m, slot, (struct span){ NULL, 0 }, 0, span_of(p, n));
        break;
    case WHAT_ANY:
        detect_take_any(m, slot, p, n);
        break;
    case WHAT_NOTHING:
    case WHAT_URI:
    case WHAT_URL_PORT:
    case WHAT_TIME:
    case WHAT_TEXT:
        break;
    }
}

/* Each line, also those without an event; p stays where it is until detect_piece_end. */
static inline void detect_line_begin(struct detect_matcher *m, const uint8_t *p)
{
    if (m->lines == MATCH_LINES) {
        detect_flush_lines(m);
        m->first_line += m->lines;
        m->lines = 0;
    }
    m->line[m->lines] = p;
    m->fields = 0;
}

/* n: bytes of the line without its end; event: it was one. */
static inline void detect_line_end(struct detect_matcher *m, size_t n, bool event)
{
    m->line_n[m->lines] = (uint32_t)n;
    if (event && m->collect)
        m->observe(m->observer, m, m->lines);
    m->counts.events += event;
    m->lines++;
    if (m->queued >= QUEUE || m->side > SIDE / 2) {
        detect_flush(m);
        m->side = 0;
    }
}

/* Around the lines of a piece of a log whose first line has this number. */
void detect_piece_begin(struct detect_matcher *m, uint64_t first_line, const char *const *slot_name,
                        bool (*time_of)(void *, const uint8_t *, size_t, unix_time *), void *reader);
void detect_piece_end(struct detect_matcher *m);

#endif

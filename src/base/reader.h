/*
 * A cursor over hostile bytes. The error is sticky: read in a straight line, ask once with rd_ok or
 * rd_done. After an error every read gives zero or the empty span.
 */
#ifndef SERAI_BASE_READER_H
#define SERAI_BASE_READER_H

#include "base/span.h"

struct reader {
    const uint8_t *start, *p, *end;
    bool bad;
};

static inline struct reader rd_of(struct span s)
{
    return (struct reader){ s.p, s.p, s.n ? s.p + s.n : s.p, false };
}

static inline size_t rd_left(const struct reader *r)
{
    return r->bad || r->p == r->end ? 0 : (size_t)(r->end - r->p);
}

/* Where the next byte would be read, from the start of the span; after an error, where it happened. */
static inline size_t rd_offset(const struct reader *r)
{
    return r->p == r->start ? 0 : (size_t)(r->p - r->start);
}

static inline bool rd_ok(const struct reader *r)
{
    return !r->bad;
}

/* Everything was read and nothing failed. */
static inline bool rd_done(const struct reader *r)
{
    return !r->bad && r->p == r->end;
}

static inline void rd_fail(struct reader *r)
{
    r->bad = true;
}

static inline struct span rd_take(struct reader *r, size_t n)
{
    if (rd_left(r) < n) {
        r->bad = true;
        return (struct span){ NULL, 0 };
    }
    if (n == 0)
        return (struct span){ r->p, 0 };
    r->p += n;
    return (struct span){ r->p - n, n };
}

/* Everything that is left; may be empty. */
static inline struct span rd_rest(struct reader *r)
{
    return rd_take(r, rd_left(r));
}

/* Big endian, n bytes, n <= 8. */
static inline uint64_t rd_be(struct reader *r, size_t n)
{
    struct span s = rd_take(r, n);
    uint64_t v = 0;

    for (size_t i = 0; i < s.n; i++)
        v = v << 8 | s.p[i];
    return v;
}

static inline uint8_t rd_u8(struct reader *r)
{
    return (uint8_t)rd_be(r, 1);
}

static inline uint16_t rd_u16(struct reader *r)
{
    return (uint16_t)rd_be(r, 2);
}

static inline uint32_t rd_u24(struct reader *r)
{
    return (uint32_t)rd_be(r, 3);
}

static inline uint32_t rd_u32(struct reader *r)
{
    return (uint32_t)rd_be(r, 4);
}

/* The next byte without reading it; -1 at the end or after an error. */
static inline int rd_peek(const struct reader *r)
{
    return rd_left(r) ? *r->p : -1;
}

#endif

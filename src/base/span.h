/* Spans: a pointer and its length, always together. A span never owns its bytes. */
#ifndef SERAI_BASE_SPAN_H
#define SERAI_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* On functions whose result decides whether an output may be read. */
#define MUST_USE          __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))

struct span {
    const uint8_t *p; /* NULL only if n == 0 */
    size_t n;
};

/* A span over a string literal, without its NUL. */
#define SPAN(lit) ((struct span){ (const uint8_t *)(lit), sizeof(lit) - 1 })

static inline struct span span_of(const void *p, size_t n)
{
    return (struct span){ (const uint8_t *)p, n };
}

/* s may be NULL: the empty span. */
static inline struct span span_str(const char *s)
{
    return (struct span){ (const uint8_t *)s, s ? strlen(s) : 0 };
}

static inline bool span_eq(struct span a, struct span b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool span_eq_str(struct span a, const char *s)
{
    return span_eq(a, span_str(s));
}

/* Bytes [from, to), clipped to the span. */
static inline struct span span_sub(struct span s, size_t from, size_t to)
{
    if (to > s.n)
        to = s.n;
    if (from >= to)
        return (struct span){ NULL, 0 };
    return (struct span){ s.p + from, to - from };
}

static inline bool span_starts(struct span s, struct span prefix)
{
    return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

/* Order of bytes, then of length: as memcmp over the shorter, the shorter first. */
static inline int span_cmp(struct span a, struct span b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;

    if (c != 0)
        return c;
    return a.n < b.n ? -1 : a.n > b.n;
}

#endif

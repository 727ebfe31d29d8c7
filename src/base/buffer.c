#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_BLOCK = 1024 };

void buf_init(struct buffer *b, size_t ceiling)
{
    *b = (struct buffer){ .ceiling = ceiling, .heap = true };
}

void buf_init_fixed(struct buffer *b, void *mem, size_t cap)
{
    *b = (struct buffer){ .p = mem, .cap = cap, .ceiling = cap };
}

void buf_free(struct buffer *b)
{
    if (b->heap)
        free(b->p);
    *b = (struct buffer){ 0 };
}

void buf_reset(struct buffer *b)
{
    b->n = 0;
    b->bad = false;
}

/* Makes room for n more bytes that are not there, or sets the sticky error. */
static bool enlarge(struct buffer *b, size_t n)
{
    size_t cap = b->cap ? b->cap : FIRST_BLOCK;
    uint8_t *p;

    if (b->bad || n > b->ceiling - b->n) {
        b->bad = true;
        return false;
    }
    if (cap > b->ceiling)
        cap = b->ceiling; /* so that room within cap is room below the ceiling */
    while (cap - b->n < n)
        cap = cap > b->ceiling / 2 ? b->ceiling : cap * 2;
    p = realloc(b->p, cap);
    if (!p)
        abort(); /* out of memory is not a state to continue in */
    b->p = p;
    b->cap = cap;
    return true;
}

/* Room for n more bytes, or the sticky error. */
static inline bool reserve(struct buffer *b, size_t n)
{
    return (!b->bad && n <= b->cap - b->n) || enlarge(b, n);
}

uint8_t *buf_grow(struct buffer *b, size_t n)
{
    if (!reserve(b, n))
        return NULL;
    b->n += n;
    return b->p ? b->p + (b->n - n) : NULL; /* nothing asked of a buffer that holds nothing */
}

void buf_put(struct buffer *b, struct span s)
{
    if (s.n && reserve(b, s.n)) {
        memcpy(b->p + b->n, s.p, s.n);
        b->n += s.n;
    }
}

void buf_u8(struct buffer *b, uint8_t v)
{
    if (reserve(b, 1))
        b->p[b->n++] = v;
}

void buf_be(struct buffer *b, uint64_t v, size_t n)
{
    uint8_t be[8];

    for (size_t i = 0; i < n; i++)
        be[i] = (uint8_t)(v >> 8 * (n - 1 - i));
    buf_put(b, span_of(be, n));
}

void buf_str(struct buffer *b, const char *s)
{
    buf_put(b, span_str(s));
}

void buf_decimal(struct buffer *b, int64_t v)
{
    char text[20];
    size_t at = sizeof text;
    uint64_t left = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

    do {
        text[--at] = (char)('0' + left % 10);
        left /= 10;
    } while (left);
    if (v < 0)
        buf_u8(b, '-');
    buf_put(b, span_of(text + at, sizeof text - at));
}

void buf_printf(struct buffer *b, const char *fmt, ...)
{
    char small[256];
    va_list ap;
    int n;
    uint8_t *p;

    va_start(ap, fmt);
    n = vsnprintf(small, sizeof small, fmt, ap);
    va_end(ap);
    if (n < 0) {
        b->bad = true;
    } else if ((size_t)n < sizeof small) {
        buf_put(b, span_of(small, (size_t)n));
    } else if (reserve(b, (size_t)n + 1)) {
        p = b->p + b->n;
        va_start(ap, fmt);
        (void)vsnprintf((char *)p, (size_t)n + 1, fmt, ap);
        va_end(ap);
        b->n += (size_t)n;
    }
}

const char *buf_cstr(struct buffer *b)
{
    if (!reserve(b, 1))
        return "";
    b->p[b->n] = 0;
    return (const char *)b->p;
}

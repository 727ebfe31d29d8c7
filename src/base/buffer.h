/*
 * A byte buffer for output. Grows on the heap up to a ceiling, or fills memory of the caller.
 * Overflow is sticky: write in a straight line, ask once with buf_ok.
 */
#ifndef SERAI_BASE_BUFFER_H
#define SERAI_BASE_BUFFER_H

#include "base/span.h"

struct buffer {
    uint8_t *p;
    size_t n, cap;
    size_t ceiling; /* bytes it may grow to; == cap for caller's memory */
    bool bad;
    bool heap;
};

/* Empty, grows as needed up to ceiling bytes. Free with buf_free. */
void buf_init(struct buffer *b, size_t ceiling);

/* Writes into mem; never allocates. */
void buf_init_fixed(struct buffer *b, void *mem, size_t cap);

/* Frees and empties; b may be zeroed, and may be used again after buf_init. */
void buf_free(struct buffer *b);

/* Keeps the memory, forgets content and error. */
void buf_reset(struct buffer *b);

void buf_put(struct buffer *b, struct span s);
void buf_u8(struct buffer *b, uint8_t v);
/* Big endian, the low n bytes of v, n <= 8. */
void buf_be(struct buffer *b, uint64_t v, size_t n);
void buf_str(struct buffer *b, const char *s);
void buf_decimal(struct buffer *b, int64_t v);
void buf_printf(struct buffer *b, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* n writable bytes at the end, counted as written; NULL when they do not fit. */
uint8_t *buf_grow(struct buffer *b, size_t n);

static inline bool buf_ok(const struct buffer *b)
{
    return !b->bad;
}

/* What was written; valid until the next write. */
static inline struct span buf_span(const struct buffer *b)
{
    return (struct span){ b->p, b->n };
}

/* Adds a NUL that is not counted, and returns the text; "" when the buffer failed. */
const char *buf_cstr(struct buffer *b);

#endif

/*
 * Writes JSON (RFC 8259) into a buffer, commas and escapes included; jw_ because other libraries own
 * json_object and the like. Text that is not UTF-8 is written with U+FFFD in place of each offending byte, so
 * that output is always valid.
 */
#ifndef SERAI_WIRE_JSON_WRITE_H
#define SERAI_WIRE_JSON_WRITE_H

#include "base/buffer.h"

struct json_writer {
    struct buffer *b;
    uint32_t comma; /* bit d: the next value at depth d needs a comma before it */
    unsigned depth; /* at most 31 */
};

static inline struct json_writer json_to(struct buffer *b)
{
    return (struct json_writer){ .b = b };
}

/* key NULL: an item of an array, or the value itself. */
void jw_object(struct json_writer *w, const char *key);
void jw_object_end(struct json_writer *w);
void jw_array(struct json_writer *w, const char *key);
void jw_array_end(struct json_writer *w);
void jw_text(struct json_writer *w, const char *key, struct span s);
void jw_str(struct json_writer *w, const char *key, const char *s); /* NULL: null */
void jw_int(struct json_writer *w, const char *key, int64_t v);
void jw_real(struct json_writer *w, const char *key, double v); /* finite */
void jw_bool(struct json_writer *w, const char *key, bool v);
void jw_null(struct json_writer *w, const char *key);
void jw_hex(struct json_writer *w, const char *key, struct span s);
/* A value that is already JSON. */
void jw_raw(struct json_writer *w, const char *key, struct span s);

/* The quoted and escaped text alone. */
void jw_quote(struct buffer *b, struct span s);

#endif

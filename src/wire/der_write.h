/* Writes DER into a buffer. The buffer's error is sticky: ask buf_ok once at the end. */
#ifndef SERAI_WIRE_DER_WRITE_H
#define SERAI_WIRE_DER_WRITE_H

#include "base/buffer.h"
#include "base/date.h"

/* Opens an item whose length is not known yet; the result goes to der_put_end. Items nest. */
size_t der_put_begin(struct buffer *b, uint8_t tag);
void der_put_end(struct buffer *b, size_t at);

void der_put(struct buffer *b, uint8_t tag, struct span body);
void der_put_uint(struct buffer *b, uint64_t v);
/* A positive INTEGER from its big-endian octets. */
void der_put_number(struct buffer *b, struct span octets);
void der_put_bool(struct buffer *b, bool v);
void der_put_bits(struct buffer *b, struct span bytes);
/* RFC 5280 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050. */
void der_put_time(struct buffer *b, unix_time t);

#endif

/*
 * Short texts in fewer bytes: a table of up to 255 strings of at most 8 bytes, learnt from a sample; each is
 * one byte of the code, and 255 goes before a byte as it is. Every text can be coded, each alone.
 */
#ifndef SERAI_DETECT_CODEC_H
#define SERAI_DETECT_CODEC_H

#include "base/span.h"

enum { CODEC_SYMBOLS = 255, CODEC_ESCAPE = 255, CODEC_BYTES = 1 + CODEC_SYMBOLS * 9 };

struct detect_codec {
    unsigned n;
    uint8_t len[256];    /* of each symbol, 1 to 8 */
    uint64_t text[256];  /* little endian, zero behind len */
    uint16_t first[257]; /* symbols that begin with byte c: order[first[c]] to order[first[c + 1]], longest
                            first */
    uint8_t order[256];
};

/* Learns from the texts of sample: each is a length (one byte) and its bytes. */
void codec_learn(struct detect_codec *c, struct span sample);

/* Room for 2 * s.n bytes; the bytes written. */
size_t codec_put(const struct detect_codec *c, struct span s, uint8_t *out);
/* False: not a code, or longer than room. */
MUST_USE bool codec_get(const struct detect_codec *c, struct span code, uint8_t *out, size_t room, size_t *n);

void codec_write(const struct detect_codec *c, uint8_t out[CODEC_BYTES]);
MUST_USE bool codec_read(struct detect_codec *c, struct span bytes);

#endif

/* BER-TLV data objects of commands and answers (ISO 7816-4 5.4), for key agreement. */
#ifndef SERAI_CARD_DATA_OBJECT_H
#define SERAI_CARD_DATA_OBJECT_H

#include "base/buffer.h"

/* tag of one or two bytes; up to 65535 bytes of value. */
void object_put(struct buffer *b, unsigned tag, struct span value);

/* What of a dynamic authentication template (7C) came back. */
struct dynamic_data {
    struct span value[16]; /* of tag 80 to 8F, by its low half */
    uint32_t seen;         /* bit n: 80 + n is there */
};

enum { DYNAMIC_AUTHENTICATION = 0x7c };

/* Exactly one template with objects 80 to 8F, each at most once. */
MUST_USE bool dynamic_data_read(struct span in, struct dynamic_data *out);

#endif

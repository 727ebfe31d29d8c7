/* What the files on slots share. */
#ifndef SERAI_STORE_SLOTS_INTERNAL_H
#define SERAI_STORE_SLOTS_INTERNAL_H

#include "crypto/digest.h"
#include "store/internal.h"
#include "store/slots.h"
#include "wire/json_write.h"

/* What is said publicly begins as an object of these; whoever began it ends it with slot_said. */
struct slot_saying {
    struct buffer b;
    struct json_writer j;
};
void slot_say(struct slot_saying *s, const char *what, unix_time at, struct span place, unix_time start);
MUST_USE bool slot_said(struct slot_saying *s, struct database *db, unix_time at, struct why *w);

/* Digest i of the chain of a place and day, which begins when it is not there: its end is said first. */
MUST_USE bool slot_chain_begin(struct database *db, struct span place, unix_time start, unix_time at,
                               struct why *w);

MUST_USE bool slot_sum(struct database *db, enum query q, struct span place, unix_time start, int64_t *out,
                       struct why *w);

/* The columns of SLOT_FIELDS; false: no room. */
bool slot_row_read(const struct cursor *c, struct arena *a, struct slot_row *out);

#endif

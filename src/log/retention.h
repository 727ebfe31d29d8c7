/*
 * How long bodies of a stream are kept, as an entry of the member's index log; and that the time of a shard
 * is over, as an entry of the shard that is open then. Deterministic CBOR:
 *
 *   { 1: "retention", 5: time, 30: stream, 31: audience, 32: days after the end of the shard's year, 33:
 * basis } { 1: "expiry",    5: time, 20: origin of the shard whose bodies are gone }
 */
#ifndef SERAI_LOG_RETENTION_H
#define SERAI_LOG_RETENTION_H

#include "base/buffer.h"
#include "base/date.h"
#include "base/why.h"

struct retention {
    bool expiry; /* else: the policy */
    unix_time time;
    struct span origin;           /* of expiry */
    struct span stream, audience; /* of the policy; the newest entry for them counts */
    uint32_t days;                /* 1..100000 */
    struct span basis;            /* the legal basis, 1..200 bytes of text */
};

bool retention_is(struct span entry);
/* Spans point into entry. Reason "retention" with the offset. */
MUST_USE bool retention_parse(struct span entry, struct retention *out, struct why *w);
MUST_USE bool retention_put(const struct retention *r, struct buffer *b);

#endif

/*
 * Objects on their way to other members: the body of a record holds many, so that one signature covers them
 * all and a million travel as fast as they are hashed.
 *
 *   "SCB1" and one zstd frame (RFC 8878) that says its size; in it
 *   2 bytes n, n bytes of head: JSON
 *       {"release": id, "article": "33", "owner": "KZ", "group": "energy", "exercise": true, "embargo": T}
 *       owner: only of objects of another member that are passed on; the last four may be missing
 *   and for each object 4 bytes n and n bytes as they were received
 *
 * Who may see them is said by the record's audience; the head can only make it stricter.
 */
#ifndef SERAI_SERVICE_CYBER_RELEASE_BATCH_H
#define SERAI_SERVICE_CYBER_RELEASE_BATCH_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/date.h"
#include "base/reader.h"
#include "base/why.h"

#define CYBER_STREAM      "cyber"
#define CYBER_TYPE        "cyber"      /* of a record with objects */
#define CYBER_TYPE_TOLD   "cyber-held" /* that objects were held back, to the member that sent them */
#define CYBER_TYPE_DONE   "cyber-done" /* that a recall was carried out, to the member that ordered it */
#define CYBER_BATCH_MAGIC "SCB1"

struct cyber_batch_head {
    struct span release, article;
    struct span owner, group; /* may be empty */
    bool exercise;
    unix_time embargo; /* 0: none */
};

/* Grows in `plain` until it is full; then packed into the body of a record. */
struct cyber_batch_out {
    struct buffer plain;
    size_t n;
};
/* False: the head is too long. */
MUST_USE bool cyber_batch_begin(struct cyber_batch_out *b, const struct cyber_batch_head *h);
/* False: it does not fit besides the others; of an empty batch: never. */
MUST_USE bool cyber_batch_add(struct cyber_batch_out *b, struct span object);
/* Appends the body. Reason "too-large". */
MUST_USE bool cyber_batch_pack(const struct cyber_batch_out *b, struct buffer *out, struct why *w);
void cyber_batch_free(struct cyber_batch_out *b); /* one that is all zero is well */

struct cyber_batch {
    struct cyber_batch_head head;
    struct reader rest;
};
/* Spans in the arena. Reason "batch" with the offset in the body, or in what it holds; "too-large". */
MUST_USE bool cyber_batch_open(struct span body, struct arena *a, struct cyber_batch *out, struct why *w);
/* *any false: no more. Reason "batch". */
MUST_USE bool cyber_batch_next(struct cyber_batch *b, struct span *object, bool *any, struct why *w);

#endif

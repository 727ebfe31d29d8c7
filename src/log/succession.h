/*
 * How one shard of a stream follows another, as entries of the logs themselves and of the index log; signed
 * as everything in them is, by the checkpoint above. Deterministic CBOR:
 *
 *   { 1: "closed",    5: time, 20: next origin }                            the last entry of a shard
 *   { 1: "continues", 5: time, 20: previous origin, 21: its size, 22: its root, ? 23: act }   the first one
 *
 * The index log says "continues" of every stream too, with 24: the new origin. A tail that was lost
 * everywhere ends an origin without "closed": the next epoch ("2026.2") continues from the last size that is
 * known, and 23 is the operator's act that says so, a note signed by the node's key:
 *
 *   serai succession/v1 / previous ORIGIN / size N / root BASE64 / next ORIGIN / reason TEXT     (a line
 * each)
 */
#ifndef SERAI_LOG_SUCCESSION_H
#define SERAI_LOG_SUCCESSION_H

#include "base/date.h"
#include "log/verify.h"

struct succession {
    bool closed; /* else: continues */
    unix_time time;
    struct span origin; /* of the next shard when closed, else of the previous one */
    uint64_t size;      /* of the previous one, "closed" included; continues alone */
    struct tree_hash root;
    struct span act; /* signed note; empty: nothing was lost */
    struct span in;  /* the new origin, in the index log alone */
};

/* Whether an entry is one, by its type. */
bool succession_is(struct span entry);
/* Spans point into entry. Reason "succession" with the offset. */
MUST_USE bool succession_parse(struct span entry, struct succession *out, struct why *w);
MUST_USE bool succession_put(const struct succession *s, struct buffer *b);

/* The operator's act about a lost tail. */
struct succession_act {
    struct span previous, next, reason; /* reason: one line, no personal data */
    uint64_t size;
    struct tree_hash root;
};
void succession_act_put(const struct succession_act *a, struct buffer *b); /* the text, without signatures */
MUST_USE bool succession_act_parse(struct span text, struct succession_act *out, struct why *w);

/* A shard as it is found: where it ends, its first and last entry (empty: none). */
struct shard_ends {
    struct span origin;
    uint64_t size;
    struct tree_hash root;
    struct span first, last;
};

/* Fetches the two entries from a log whose checkpoint was believed; they lead to its root. Reasons of
 * log_tile_get and tree_check_inclusion. Spans in the arena. */
MUST_USE bool shard_ends_read(const struct log_source *s, const struct checkpoint *c, struct arena *a,
                              struct shard_ends *out, struct why *w);

/*
 * Whether the shards of one stream, oldest first, follow one another without a gap. The first may itself
 * continue an older one. Reason "succession": another stream, not closed, closed for another one, does not
 * continue it, from another size or root. node: key of the operator's acts; NULL: a lost tail is a break.
 * *lost, which may be NULL, counts shards whose tail was lost. The last one may be open.
 */
MUST_USE bool succession_check(const struct shard_ends *shard, size_t n, const struct note_key *node,
                               struct arena *scratch, size_t *lost, struct why *w);

#endif

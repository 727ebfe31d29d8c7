/* Checkpoints (C2SP tlog-checkpoint): origin, size and root of a log, as the text of a signed note. */
#ifndef SERAI_LOG_CHECKPOINT_H
#define SERAI_LOG_CHECKPOINT_H

#include "base/buffer.h"
#include "log/tree.h"

struct checkpoint {
    struct span text; /* all of it, with its last line feed */
    struct span origin;
    uint64_t size;
    struct tree_hash root;
    size_t n_extensions; /* lines behind the three */
};

/* Spans point into text. Strict: one checkpoint has one text. Reason "checkpoint", with offset. */
MUST_USE bool checkpoint_parse(struct span text, struct checkpoint *out, struct why *w);
void checkpoint_put(struct span origin, uint64_t size, const struct tree_hash *root, struct buffer *b);

/* Decimal without leading zero, at most 2^63 - 1. */
MUST_USE bool checkpoint_number(struct span s, uint64_t *out);
/* One hash in Base64 as it is written: 44 characters. */
MUST_USE bool checkpoint_hash(struct span s, struct tree_hash *out);
void checkpoint_hash_put(const struct tree_hash *h, struct buffer *b);

#endif

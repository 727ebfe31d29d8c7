/*
 * Proof that a log has two histories, as a file that anybody can check with the log's key alone:
 *
 *   serai.fork/v1
 *   prefix <base64>      root of the first entries of the later tree, as many as the earlier has; with the
 *   <base64>…            consistency proof from there. Both only for trees of two sizes
 *   (empty line)
 *   note <bytes>         the checkpoint of the smaller tree, signed
 *   …
 *   note <bytes>
 *   …
 *
 * Two roots of one size, both signed; or a later tree that provably begins otherwise than the earlier one.
 */
#ifndef SERAI_LOG_FORK_H
#define SERAI_LOG_FORK_H

#include "log/verify.h"

struct fork_file {
    bool has_prefix;
    struct tree_hash prefix;
    size_t n;
    struct tree_hash proof[TREE_PROOF_MAX];
    struct span text[2]; /* the two notes */
    struct note note[2];
    struct checkpoint checkpoint[2];
};

/* Spans point into file; out is large. Reason "fork-file", and those of note_parse and checkpoint_parse. */
MUST_USE bool fork_parse(struct span file, struct fork_file *out, struct why *w);
/* The two in any order of size. proof only with prefix, which may be NULL. */
void fork_put(struct span a, struct span b, const struct tree_hash *prefix, const struct tree_hash *proof,
              size_t n, struct buffer *out);

/*
 * True: the file proves it. False: "no-anchor", "signature", "origin" as in policy_check, witnesses left
 * aside; "no-fork" (the one grew out of the other); "no-proof" (two sizes, and nothing that joins or parts
 * them: whoever has both logs can tell).
 */
MUST_USE bool fork_check(const struct fork_file *f, const struct policy *p, struct arena *scratch,
                         struct why *w);

/*
 * Makes the file from an earlier checkpoint and a log that did not grow out of it. Reason "no-fork" when it
 * did, and those of reading its tiles.
 */
MUST_USE bool fork_find(struct span earlier, const struct log_source *log, struct span later,
                        struct arena *scratch, struct buffer *out, struct why *w);

#endif

/*
 * A proof that needs no network (C2SP tlog-proof, "NAME.tlog-proof"): index and hashes of an inclusion proof
 * together with the cosigned checkpoint that it leads to.
 */
#ifndef SERAI_LOG_PROOF_FILE_H
#define SERAI_LOG_PROOF_FILE_H

#include "log/policy.h"

struct proof_file {
    struct span extra; /* as it stands, Base64; empty: none. Nothing proves it */
    uint64_t index;
    size_t n;
    struct tree_hash proof[TREE_PROOF_MAX];
    struct span note_text; /* the signed checkpoint, a part of the file */
    struct note note;
    struct checkpoint checkpoint;
};

/* Spans point into text; out is large. Reasons "proof-file", those of note_parse and checkpoint_parse;
 * offsets are those of the file. */
MUST_USE bool proof_file_parse(struct span text, struct proof_file *out, struct why *w);

/* extra is written in Base64; empty: no line. note is the signed checkpoint. */
void proof_file_put(struct span extra, uint64_t index, const struct tree_hash *proof, size_t n,
                    struct span note, struct buffer *b);

/*
 * Whether the entry stands at that index in the log, under the policy. Reasons of policy_check and of
 * tree_check_inclusion.
 */
MUST_USE bool proof_file_check(const struct proof_file *f, const struct policy *p,
                               const struct tree_hash *leaf, struct arena *scratch,
                               struct policy_verdict *verdict, struct why *w);

#endif

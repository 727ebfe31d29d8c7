/*
 * Which logs are believed, and whose cosignatures make a checkpoint count (C2SP tlog-policy):
 *
 *   log <vkey> [url]
 *   witness <name> <vkey> [url]
 *   group <name> <k>|any|all <name>...
 *   quorum <name>|none
 */
#ifndef SERAI_LOG_POLICY_H
#define SERAI_LOG_POLICY_H

#include "base/limits.h"
#include "log/checkpoint.h"
#include "seal/note_key.h"

struct policy_log {
    struct note_key key;
    struct span origin; /* of its checkpoints: the name of the key */
    struct span url;    /* empty: none */
    unix_time
        until; /* the key ended then: it holds what a quorum cosigned before, and signs nothing. 0: no */
};

/* A witness, or a group of what stands above it. */
struct policy_member {
    struct span name;
    bool witness;
    struct note_key key;                     /* of a witness */
    struct span url;                         /* of a witness; empty: none */
    size_t need;                             /* of a group: how many of its members */
    uint64_t members[LIMIT_POLICY / 64 + 1]; /* of a group: a bit for each by its place */
};

struct policy {
    size_t n_logs, n;
    struct policy_log log[LIMIT_POLICY];
    struct policy_member member[LIMIT_POLICY];
    size_t quorum; /* place of a member; n: none needed */
};

/*
 * Spans point into text; out is large. Reason "policy", with the line in the detail: an unknown word, a name
 * that is not above, one key twice, no quorum or two. Keys of other types than cosignatures as witnesses are
 * refused too.
 */
MUST_USE bool policy_parse(struct span text, struct policy *out, struct why *w);

/* One log and no witness. origin empty: the name of the key. */
void policy_of_key(const struct note_key *k, struct span origin, struct policy *out);

/* What a checkpoint's signature lines say under a policy. */
struct policy_verdict {
    const struct policy_log *log; /* whose signature holds; NULL: none */
    size_t n_cosigned;            /* witnesses whose cosignature holds */
    bool quorum;
    unix_time earliest, latest; /* of those cosignatures; 0: none */
};

/*
 * False with a reason: "no-anchor" (no log of the policy signed it), "signature" (a line of a known key does
 * not hold: all of it is refused), "origin" (it names another log than signed it), "retired" (the key that
 * signed it had ended before a quorum cosigned it), "quorum" (too few witnesses); *out says how far it came.
 */
MUST_USE bool policy_check(const struct policy *p, const struct note *note, const struct checkpoint *c,
                           struct arena *scratch, struct policy_verdict *out, struct why *w);

#endif

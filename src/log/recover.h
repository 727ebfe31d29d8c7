/*
 * A log after a restore, a move, or whenever what was signed last is in doubt: who else knows it is asked,
 * and nothing is signed before they have answered. Witnesses tell how far they cosigned, mirrors have the
 * entries; the tail is fetched, hashed and proved consistent with everything that anybody kept. How the
 * others are reached is the caller's: links, files on a stick, a test.
 */
#ifndef SERAI_LOG_RECOVER_H
#define SERAI_LOG_RECOVER_H

#include "log/witness.h"
#include "log/writer.h"

enum recover_said {
    RECOVER_NOT_ASKED,
    RECOVER_NONE,        /* it knows nothing of the log */
    RECOVER_KNOWS,       /* a checkpoint signed by the log's key */
    RECOVER_UNREACHABLE, /* nobody knows what it knows */
    RECOVER_NONSENSE,    /* what it said is no checkpoint of this log */
};

/* Somebody who may have kept something of the log. */
struct recover_source {
    struct span member; /* who it is, for what is said */
    /* The newest checkpoint of that origin that it kept, as a witness or as a mirror; empty: none. */
    bool (*checkpoint)(void *ctx, struct span origin, struct arena *a, struct span *note, struct why *w);
    struct log_source files; /* its mirror of the log; get NULL: it keeps no entries */
    void *ctx;               /* of checkpoint */

    /* Filled in: */
    enum recover_said said;
    uint64_t size; /* RECOVER_KNOWS */
    struct why why;
};

enum recovery_end {
    RECOVERY_DONE,    /* it may be written again; also when nothing was amiss, and for a log nobody knows */
    RECOVERY_WAITING, /* too few have answered, or who has the tail cannot be reached now: ask again */
    RECOVERY_LOST,    /* all that could be asked answered, and nobody has the tail: a new epoch */
    RECOVERY_FORK,    /* the key has signed two histories: it must not sign this log again */
};

struct log_recovery {
    enum recovery_end end;
    size_t answered;                   /* sources that said something that can be used */
    uint64_t was, size;                /* entries here before; the most that is known to be signed */
    const struct recover_source *from; /* whose entries were taken; NULL: none were missing */
    struct span fork; /* RECOVERY_FORK: the proof (log/fork.h), which is also put into FOLDER/fork */
    struct why why;   /* what it waits for, or what is lost; empty when done */
};

const char *recovery_word(enum recovery_end e); /* "done", "waiting", "lost", "fork" */

/*
 * need: how many of the n sources must have answered before the log is signed again. All, unless an operator
 * knows that one is gone for good: what only that one has seen could be signed a second time. Repeatable at
 * any time; stopped at any point it is begun anew. The log must not be open elsewhere. False: "io", "locked"
 * and what else log_writer_open fails with; of sources only *out tells.
 */
MUST_USE bool log_recover(const struct log_writer_options *opt, struct recover_source *source, size_t n,
                          size_t need, struct arena *a, struct log_recovery *out, struct why *w);

/*
 * The same for what a witness has cosigned of one log: of what the sources keep, the newest checkpoint with
 * its own cosignature counts again (witness_recall). RECOVERY_DONE, _WAITING or _FORK; until it is done the
 * witness must cosign nothing of that log.
 */
MUST_USE bool witness_recover(const struct witness *v, struct span origin, struct recover_source *source,
                              size_t n, size_t need, struct arena *a, struct log_recovery *out,
                              struct why *w);

#endif

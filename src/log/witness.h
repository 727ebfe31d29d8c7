/*
 * A witness of other members' logs (C2SP tlog-witness): what one request is answered, as a function; whatever
 * carries requests calls it. State, a folder for each log:
 *
 *   FOLDER/<hex SHA-256 of the origin>/checkpoint   the newest cosigned one, with the signatures of the log
 * and of this witness: what is served to whoever monitors FOLDER/<hex>/fork, FOLDER/<hex>/suspect         two
 * histories, proved or possible (log/fork.h); the first of each stays
 */
#ifndef SERAI_LOG_WITNESS_H
#define SERAI_LOG_WITNESS_H

#include "files/durable.h"
#include "log/fork.h"

struct witness {
    const char *folder;               /* made when it is not there */
    const struct policy *policy;      /* its logs; its witnesses are of no account */
    const struct note_key *key;       /* type 0x04, of this witness alone */
    const struct signer *signer;      /* of that key */
    const struct folder_steps *steps; /* for tests; may be NULL */
};

struct witness_answer {
    unsigned status;  /* 200, 400, 403, 404, 409, 422 */
    const char *type; /* Content-Type; NULL: there is no body */
    struct span body; /* in the arena */
    bool fork;        /* the log has two histories, and FOLDER/<hex>/fork proves it */
    struct why why;   /* what was wrong, for the operator's log: no status has it in its body */
};

/*
 * Answers POST add-checkpoint. The new state is on disk before it returns; requests for one origin are taken
 * one after the other, also those of other threads and processes. The time of cosignatures never goes back.
 * False: the state cannot be read or written ("io", "state"), or the signer failed, with its reasons, and
 * nothing changed; nobody may be told anything (500).
 */
MUST_USE bool witness_add_checkpoint(const struct witness *v, struct span request, unix_time now,
                                     struct arena *a, struct witness_answer *out, struct why *w);

/* GET <hex>/checkpoint; an empty span: 404. */
MUST_USE bool witness_checkpoint(const struct witness *v, struct span origin, struct arena *a,
                                 struct span *out, struct why *w);

/*
 * After a restore: a checkpoint with this witness's own cosignature, which somebody kept. What it cosigned
 * once counts again; an older one changes nothing. Reasons "signature", "no-anchor", "origin"; "fork": of the
 * size that is known, with another root.
 */
MUST_USE bool witness_recall(const struct witness *v, struct span note, struct arena *a, struct why *w);

/* "old <size>", proof lines, empty line, checkpoint: what a log sends. n <= 63. */
void witness_request_put(uint64_t old, const struct tree_hash *proof, size_t n, struct span checkpoint,
                         struct buffer *b);

#endif

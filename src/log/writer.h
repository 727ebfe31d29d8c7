/*
 * A log that this node writes, as files (C2SP tlog-tiles). One writer; a batch of entries is one commit: its
 * bundles and tiles are on disk, then the new checkpoint is signed and kept, and only then may anybody see
 * it.
 *
 *   FOLDER/checkpoint, FOLDER/tile/…   what is served; nothing else stands there, but FOLDER/fork if need be
 *   KEEP/checkpoint                    the last checkpoint that was signed. Backups leave it out: it tells a
 *                                      folder that was restored from an old copy from one that is up to date
 *
 * Whoever is stopped at any point continues from the kept checkpoint: what it covers is on disk, and what was
 * never signed is dropped. No two checkpoints are signed that no consistency proof joins.
 */
#ifndef SERAI_LOG_WRITER_H
#define SERAI_LOG_WRITER_H

#include "files/durable.h"
#include "log/leaf.h"
#include "log/verify.h"

struct log_writer;

struct log_writer_options {
    const char *folder; /* made, with KEEP, when neither is there: a new log, of no entries */
    const char *keep; /* a folder, or "etcd http://…" (log/keep.h); NULL: the folder's name with ".keep" */
    const struct note_key *key;  /* type 0x01; its name must outlive the writer */
    const struct signer *signer; /* of that key; outlives the writer */
    /* Keys that signed this log before: what they signed last counts, and is signed again by this one. */
    const uint8_t (*before)[NODE_PUBLIC_KEY];
    size_t n_before;
    struct span origin;               /* empty: the name of the key */
    bool bodies;                      /* bodies stand beside the entries (log/body_bundle.h) */
    const struct folder_steps *steps; /* for tests; may be NULL */
};

/*
 * Opens a log to append to it. Reasons: "io"; "locked" (another process writes); "signature", "origin",
 * "note", "checkpoint" (a checkpoint is there that none of the keys has signed, or that names another log). A
 * log that must not be signed is opened all the same, and log_writer_read_only says why. NULL: failed.
 */
struct log_writer *log_writer_open(const struct log_writer_options *opt, struct why *w);
void log_writer_close(struct log_writer *l); /* drops what was not committed; NULL allowed */

/*
 * NULL: it may be written. Else, until log_writer_repair: "restored" (the kept checkpoint says more than the
 * folder holds, or other things), "keep-lost" (no kept checkpoint, or one that the folder has outgrown: it
 * was restored itself); or, until it is opened anew, the failure that a commit ended in. For ever: "fork"
 * (FOLDER/fork proves that this key has signed two histories; served like the rest).
 */
const struct why *log_writer_read_only(const struct log_writer *l);

uint64_t log_writer_size(const struct log_writer *l); /* of the last checkpoint */

/* Adds an entry of at most TILE_ENTRY bytes ("too-large") to the batch; *index, which may be NULL, is its
 * place in the log once the batch is committed. */
MUST_USE bool log_writer_add(struct log_writer *l, struct span entry, uint64_t *index, struct why *w);

/* The same with its body, salt and sealed, which is on disk before the checkpoint is signed; hash: of the
 * sealed body, as it stands in the entry. For a log with bodies alone. */
MUST_USE bool log_writer_add_body(struct log_writer *l, struct span entry, const uint8_t hash[LEAF_HASH],
                                  struct span kept, uint64_t *index, struct why *w);
/* Makes the body of an entry of the committed log unreadable (body_erase). */
MUST_USE bool log_writer_erase(struct log_writer *l, uint64_t index, const uint8_t hash[LEAF_HASH],
                               struct why *w);

/*
 * The batch becomes part of the log; the checkpoint is kept and published when it returns true. An empty
 * batch publishes nothing, unless the log is new. After a failure, reason "io" or "changed" (another one
 * signed with this KEEP) or "unreachable" (etcd as KEEP), nobody knows whether the batch counts: it is opened
 * anew, and its size says. After a failure of the signer, with its reasons, the batch does not count; it is
 * opened anew as well.
 */
MUST_USE bool log_writer_commit(struct log_writer *l, struct why *w);

/* The signed checkpoint as it was published last; empty for a new log. Until the next commit. */
struct span log_writer_checkpoint(const struct log_writer *l);

/* The same checkpoint with the cosignatures that came for it. Reason "checkpoint": it is not that one. */
MUST_USE bool log_writer_publish(struct log_writer *l, struct span note, struct why *w);

/*
 * After a restore: a checkpoint of this log that somebody kept. What its key signed once counts again as
 * kept, so that nothing else is signed of that size; an older one changes nothing. The log may be written
 * afterwards if it holds all of it, so the newest is to be asked for first (log/recover.h). Reasons
 * "signature", "origin"; "fork": of the size that is known, with another root.
 */
MUST_USE bool log_writer_recall(struct log_writer *l, struct span note, struct arena *a, struct why *w);

/*
 * Takes what is missing from a mirror: its checkpoint must be signed by the log's own key and have grown out
 * of all that is kept and published here. Every entry of the mirror is read and hashed; then files and kept
 * checkpoint are as the mirror has them, and the log may be written. Bodies come along as far as the mirror
 * has them. Reasons of log_verify; "restored": the mirror knows less than the kept checkpoint.
 */
MUST_USE bool log_writer_repair(struct log_writer *l, const struct log_source *mirror, struct arena *a,
                                struct why *w);

#endif

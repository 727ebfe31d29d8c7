/*
 * What one member publishes: all its own logs in a folder, one for each stream, audience and year, with
 * their bodies; its index log; and what the witnesses said of each.
 *
 *   FOLDER/STREAM/AUDIENCE/SHARD/    a log as it is served (log/writer.h, log/body_files.h), and
 *     checkpoint                     the newest: *published*. With cosignatures once the quorum gave them
 *     witnessed                      the newest that a quorum cosigned, with all cosignatures: *witnessed*.
 *                                    Under load it is behind the other one, and each moves on by itself
 *   KEEP/STREAM/AUDIENCE/SHARD/      the last checkpoint that was signed; backups leave it out
 *
 * All functions may be called from any thread. Time is an argument: seconds since 1970; the year in it
 * chooses the shard, and never goes back to one that was left.
 */
#ifndef SERAI_LOG_STREAMS_H
#define SERAI_LOG_STREAMS_H

#include "crypto/signer.h"
#include "log/body_files.h"
#include "log/origin.h"
#include "log/policy.h"
#include "log/retention.h"
#include "log/succession.h"

struct streams;

struct streams_options {
    const char *folder, *keep; /* made when they are not there */
    /* "etcd http://…" (log/keep.h): the last checkpoints are kept there, and only marks in keep. NULL: in it
     */
    const char *kept;
    struct span name, state;     /* "kz.specimen", "KZ" */
    const struct signer *signer; /* of the log key; outlives the streams */
    /* Log keys before this one, whose shards are open: theirs are signed again. Outlive the streams. */
    const uint8_t (*before)[NODE_PUBLIC_KEY];
    size_t n_before;
    struct span subject_secret;       /* keys subject tags; 16 bytes or more; copied */
    const struct folder_steps *steps; /* for tests; may be NULL */
};

/*
 * Opens every stream that is there; carries out erasures that stand in the logs and were cut off. Reasons:
 * "locked" (another process publishes here), "io", and those of log_writer_open. A log that must not be
 * signed is opened all the same and says so in its state; so is one whose last checkpoint cannot be asked for
 * ("unreachable"), which each call tries again. NULL: failed.
 */
struct streams *streams_open(const struct streams_options *opt, unix_time now, struct why *w);
void streams_close(struct streams *s); /* NULL allowed */

/* Who cosigns and how many it takes, from the roster: the witnesses, groups and quorum of p count, its logs
 * do not. Copied; may be called again at any time. Before the first call nothing is asked, nothing witnessed.
 */
void streams_witnesses(struct streams *s, const struct policy *p);

struct stream_new {
    struct span type;    /* "licence-status" */
    struct span subject; /* whom it is about, for the tag; empty: nobody */
    unix_time time;      /* of the record */
    struct span body;    /* at most LIMIT_LOG_BODY */
};

struct stream_place {
    char origin[ORIGIN_MAX];
    uint64_t index; /* of the first; the others follow it */
};

/*
 * n records become entries of the stream's open shard, all or none: bodies, tiles and the signed checkpoint
 * are on disk when it returns true. Many callers' records share one checkpoint. A stream that is not there
 * begins. Reasons "origin" (stream or audience), "leaf", "too-large", and of log_writer_commit; after a
 * failure of the disk nobody knows whether they count: the log is opened anew by the next call.
 */
MUST_USE bool streams_publish(struct streams *s, struct span stream, struct span audience,
                              const struct stream_new *record, size_t n, unix_time now,
                              struct stream_place *out, struct why *w);

struct stream_record {
    struct leaf leaf; /* spans in the arena */
    bool control; /* an erasure, succession, expiry: no leaf of a record; leaf is that of an erasure or empty
                   */
    struct span entry;
    enum body_state state;
    struct span body; /* in the clear; empty unless BODY_THERE */
};

/* One entry of an own log, with its body. Reasons "origin" (no such log here), "range", "io", "bundle". */
MUST_USE bool streams_get(struct streams *s, struct span origin, uint64_t index, struct arena *a,
                          struct stream_record *out, struct why *w);

/*
 * Erases the body of a record, in an own log of any year: first the erasure is an entry of the stream's open
 * shard, then the body is made unreadable. reason: a word, "court-order". True also when it was erased
 * before. Reasons "origin", "range", "leaf" (an entry that has no body).
 */
MUST_USE bool streams_erase(struct streams *s, struct span origin, uint64_t index, struct span reason,
                            unix_time now, struct why *w);

/*
 * What is due: shards of a new year, succession, and an entry in the index log for each stream whose
 * checkpoint grew, at most once in interval seconds (0: now). Call it every second or so.
 */
MUST_USE bool streams_turn(struct streams *s, unix_time now, unix_time interval, struct why *w);

/* The policy of keeping a stream's bodies becomes an entry of the index log. days after the end of the year.
 */
MUST_USE bool streams_retention(struct streams *s, struct span stream, struct span audience, uint32_t days,
                                struct span basis, unix_time now, struct why *w);
/* Erases the bodies of closed shards whose time is over, each with its "expiry" in the open shard. */
MUST_USE bool streams_expire(struct streams *s, unix_time now, size_t *n, struct why *w);

/*
 * The tail of a log is lost everywhere: its origin is never signed again, and the next epoch continues it
 * from the last size and root that are known, by an act that node signs (a key of type 0x01). Reasons
 * "origin", "exists" (the log may be written: nothing was lost), "history" (root is not what the log had
 * there).
 */
MUST_USE bool streams_lost(struct streams *s, struct span origin, uint64_t size, const struct tree_hash *root,
                           struct span reason, const struct note_key *node, const struct signer *signer,
                           unix_time now, struct why *w);

/* After a restore: the open shard takes what it lacks from a mirror (log_writer_repair). */
MUST_USE bool streams_repair(struct streams *s, struct span origin, const struct log_source *mirror,
                             unix_time now, struct why *w);

/* How far a log of this member got. */
struct stream_state {
    struct span origin;            /* in the arena; of the open shard */
    uint64_t published, witnessed; /* sizes */
    struct tree_hash root;         /* published */
    unix_time witnessed_at;        /* the last cosignature of the quorum; 0: never */
    unix_time waiting_since;       /* published is ahead since then; 0: it is not */
    size_t n_by;
    struct span *by; /* names of witnesses whose cosignature stands under witnessed */
    struct why why;  /* it must not be written: reasons of log_writer_read_only; "ahead": a witness has seen
                        more than is here; "unreachable": what was signed last cannot be asked for; reason
                        NULL:  all well */
};

/* In the order of their names, the index first. */
MUST_USE bool streams_states(struct streams *s, struct arena *a, struct stream_state **out, size_t *n,
                             struct why *w);

/* The same of the open shards from the files in folder alone, beside the process that writes them: sizes and
 * who cosigned; nothing is checked, and no time is known. */
MUST_USE bool streams_look(const char *folder, struct span name, struct arena *a, struct stream_state **out,
                           size_t *n, struct why *w);

/* The folder of an own log, of any year, in the arena; NULL: no such log. For log_serve and log_verify. */
const char *streams_folder(struct streams *s, struct span origin, struct arena *a);

/* One question to one witness: POST /witness/add-checkpoint (C2SP tlog-witness). */
struct stream_request {
    char origin[ORIGIN_MAX];
    uint64_t size;
    struct span body; /* in the arena */
};

/*
 * What this witness is to be asked next; *any false: nothing now. What it is given counts as under way until
 * streams_cosigned says what came of it, or 60 s went by. A log that is newer is asked for instead of an
 * older state of it; a witness is asked for ever, less often while it does not answer (2 s, doubled to 5
 * minutes).
 */
MUST_USE bool streams_witness_next(struct streams *s, struct span witness, unix_time now, struct arena *a,
                                   struct stream_request *out, bool *any, struct why *w);
/* When streams_witness_next may have something for this witness at the earliest, while nothing is published.
 */
unix_time streams_witness_due(struct streams *s, struct span witness, unix_time now);

/*
 * What a witness answered: status 200 with cosignature lines, 409 with its size, or any other; 0: no answer
 * came. A line that does not hold counts as no answer, reason "signature" in the state of that witness. Once
 * the quorum is there the checkpoint counts as witnessed, on disk when it returns. False: "io", "origin".
 */
MUST_USE bool streams_cosigned(struct streams *s, struct span origin, struct span witness, unsigned status,
                               struct span body, unix_time now, struct why *w);

/* A witness that fetched a checkpoint brings it with its cosignature, unasked: a whole signed note. Reasons
 * "origin", "note", "no-anchor" (no witness of ours), "signature", "checkpoint" (one that is not ours). True
 * also for one that is older than what is witnessed, and changes nothing. */
MUST_USE bool streams_cosignature_came(struct streams *s, struct span note, unix_time now, struct why *w);

#endif

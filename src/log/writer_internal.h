/* Between the files of the writer: writer.c appends, writer_open.c resumes, writer_repair.c restores. */
#ifndef SERAI_LOG_WRITER_INTERNAL_H
#define SERAI_LOG_WRITER_INTERNAL_H

#include "log/body_edge.h"
#include "log/edge.h"
#include "log/files.h"
#include "log/keep.h"
#include "log/writer.h"

/* A checkpoint that stands somewhere, signed by this log's key; there: its text is not empty. */
struct signed_checkpoint {
    struct span text;
    struct note note;
    struct checkpoint checkpoint;
};

struct log_writer {
    char *folder, *origin;
    char *keep; /* where: for messages */
    struct log_keep keeper;
    struct note_key key;
    const struct signer *signer;
    const uint8_t (*before)[NODE_PUBLIC_KEY]; /* only while it is opened */
    size_t n_before;
    int lock_folder;
    struct log_files files;
    struct edge edge;
    struct buffer bundle; /* entries of the level 0 tile that is not full */
    bool bodies;
    struct body_edge body; /* beside them */
    uint64_t committed;    /* size of the last checkpoint */
    struct buffer kept;    /* that checkpoint, as it stands in KEEP; empty: none */
    struct why blocked;    /* why nothing may be signed */
    bool rehearsal;        /* hashes, and writes nothing */
    struct why *w;         /* of the call under way, for what the edge calls */
};

/* Why nothing may be signed; always false. */
bool writer_refuse(const struct log_writer *l, struct why *w);
/* An entry at the edge, whose tile is written when it is full. */
MUST_USE bool writer_take(struct log_writer *l, struct span entry, struct why *w);
/* What the edge calls when a tile is full. */
bool writer_tile_full(void *ctx, unsigned level, uint64_t index, const struct tree_hash *hash);
/* The tiles at the edge that grew since the last checkpoint, on disk. */
MUST_USE bool writer_edge(struct log_writer *l, struct why *w);
/* The checkpoint of what is here, signed, in the arena. */
MUST_USE bool writer_sign(struct log_writer *l, struct arena *a, struct span *out, struct why *w);
/* FOLDER/checkpoint. */
MUST_USE bool writer_publish(struct log_writer *l, struct span note, struct why *w);
/* The note is kept before it is published; afterwards it is what was committed. */
MUST_USE bool writer_settle(struct log_writer *l, struct span note, struct arena *a, struct why *w);
/* What stands at a place, judged by the log's own keys; text empty: nothing stands there. */
MUST_USE bool writer_judge(const struct log_writer *l, struct span text, const char *where, struct arena *a,
                           struct signed_checkpoint *out, struct why *w);
/* What is published in the folder; what is kept. */
MUST_USE bool writer_published(const struct log_writer *l, struct arena *a, struct signed_checkpoint *out,
                               struct why *w);
MUST_USE bool writer_kept(const struct log_writer *l, struct arena *a, struct signed_checkpoint *out,
                          struct why *w);
/* The edge of a log of that size out of its own files, which must have that root. */
MUST_USE bool writer_load(struct log_writer *l, const struct checkpoint *c, struct why *w);
/* The folder holds the tree that an earlier checkpoint speaks of, as a part of what it holds. */
MUST_USE bool writer_grew_from(const struct log_writer *l, const struct checkpoint *earlier, uint64_t size,
                               struct why *w);
/* What stands in KEEP and in the folder, and what follows from it. */
MUST_USE bool writer_weigh(struct log_writer *l, struct why *w);

#endif

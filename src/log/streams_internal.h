/* What the parts of log/streams.h share. Locks are taken in this order: a stream, then list, then rounds. */
#ifndef SERAI_LOG_STREAMS_INTERNAL_H
#define SERAI_LOG_STREAMS_INTERNAL_H

#include <pthread.h>

#include "log/rounds.h"
#include "log/streams.h"
#include "log/writer.h"

/* An entry that is ready, with what is kept beside it. */
struct stream_item {
    struct span entry;
    uint8_t hash[LEAF_HASH];
    struct span kept; /* empty: no body */
};

/* Items of one caller; they are committed with those of others. */
struct stream_job {
    const struct stream_item *item;
    size_t n;
    unix_time now;
    bool done, ok;
    struct stream_place *place;
    struct why why;
    struct stream_job *next;
};

/* One stream and audience: a row of shards, the last of which is open. */
struct stream {
    struct streams *of;
    struct stream *next;
    char name[ORIGIN_STREAM + 1], audience[ORIGIN_AUDIENCE + 1];
    pthread_mutex_t lock;
    pthread_cond_t turn;
    struct stream_job *first, **last;
    bool busy; /* a thread has entered; what follows is its own */
    char origin[ORIGIN_MAX];
    unsigned year, epoch;        /* of the open shard; 0: none begun */
    char *folder, *keep;         /* of the open shard */
    struct note_key key;         /* its name is origin */
    struct log_writer *writer;   /* NULL: to be opened again */
    struct why failed;           /* why it could not be opened; reason NULL: it is open, or was never */
    char closed_for[ORIGIN_MAX]; /* the shard is closed, for that one; "": it is open */
};

struct streams {
    struct streams_options opt;
    char *folder, *keep, *kept, *name, *state;
    uint8_t secret[64];
    size_t n_secret;
    int lock_fd;
    pthread_mutex_t list;
    struct stream *streams, *index; /* the index is one of them */
    pthread_mutex_t turning;        /* one streams_turn at a time */
    unix_time turned;               /* of the last entries in the index */
    pthread_mutex_t rounds_lock;
    struct rounds rounds;
};

/* The one thread that may use the stream's writer. */
void stream_enter(struct stream *st);
void stream_leave(struct stream *st);

/* The stream, made when make says so and it is not there; NULL with why. */
struct stream *stream_find(struct streams *s, struct span name, struct span audience, bool make,
                           struct why *w);
/* That of an origin of this member, with the origin in parts. */
struct stream *stream_of_origin(struct streams *s, struct span origin, struct origin *parts, struct why *w);

/* Entered: the writer of the shard that is open at that time, which begins when it must. */
MUST_USE bool stream_ready(struct stream *st, unix_time now, struct why *w);
/* Entered and ready: a batch, and what follows from a checkpoint. */
MUST_USE bool stream_append(struct stream *st, const struct stream_item *item, size_t n, uint64_t *first,
                            struct why *w);
MUST_USE bool stream_commit(struct stream *st, unix_time now, struct why *w);
/* The same as one caller's job among others. */
MUST_USE bool stream_run(struct stream *st, const struct stream_item *item, size_t n, unix_time now,
                         struct stream_place *place, struct why *w);

/* Entered: the shard that is there already, when the process starts. */
MUST_USE bool stream_resume(struct stream *st, unix_time now, struct why *w);
/* Entered: the writer of that shard takes the place of the one before. */
MUST_USE bool stream_open_shard(struct stream *st, unsigned year, unsigned epoch, struct why *w);
/* Entered: the shard after the one that is there begins with that entry, after the index log has it. */
MUST_USE bool stream_begin(struct stream *st, struct succession *from, unsigned year, unsigned epoch,
                           unix_time now, struct why *w);
unsigned stream_year(unix_time now);
/* Paths of a shard; heap. */
char *stream_path(const char *root, const struct stream *st, unsigned year, unsigned epoch);

/* Shards of a stream that were begun, oldest first; heap, freed by the caller. */
struct shard_name {
    unsigned year, epoch;
};
MUST_USE bool stream_shards(const struct stream *st, struct shard_name **out, size_t *n, struct why *w);
/* Size and root of a shard, as it was signed last. */
MUST_USE bool shard_checkpoint(const char *folder, struct arena *a, struct span *note, struct checkpoint *out,
                               struct why *w);
/* An entry of a shard on disk, in the arena; size: of the log. */
MUST_USE bool shard_entry(const char *folder, uint64_t index, uint64_t size, struct arena *a,
                          struct span *out, struct why *w);

/* Entered: carries out erasures and expiries that stand in a shard since the mark in its keep folder. */
MUST_USE bool stream_carry_out(struct stream *st, unsigned year, unsigned epoch, struct why *w);

/* Of struct stream_state, for qsort: the index first. */
int stream_state_order(const void *a, const void *b);

/* Entered: the shard has this checkpoint now; open: more may follow. */
void stream_published(struct stream *st, bool open, unix_time now);

#endif

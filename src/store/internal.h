/* What the files of store/ share. */
#ifndef SERAI_STORE_INTERNAL_H
#define SERAI_STORE_INTERNAL_H

#include <pthread.h>
#include <semaphore.h>

#include "base/limits.h"
#include "store/database.h"
#include "store/store.h"

enum job_end {
    JOB_DONE,
    JOB_REFUSED, /* why says so; nothing was written */
    JOB_SPOILED, /* the database failed half-way */
};

/*
 * A record on its way to the disk; stands on the stack of the caller, who waits, or has an ended that the
 * writer's thread calls when the batch is on disk or lost. run is called by that thread inside a transaction,
 * and again from the start when another job of the batch spoils it: it keeps what it finds in arg, which is
 * handed out only when the job has ended well.
 */
struct job {
    enum job_end (*run)(struct database *db, void *arg, struct why *w);
    /* May send what run will ask first (db_ahead); false: nothing more fits. NULL: nothing. */
    bool (*ahead)(struct database *db, const void *arg);
    void (*ended)(struct job *j); /* NULL: somebody waits. The job may be gone when it returns */
    void *arg;
    size_t bytes; /* of what is written, as far as it is large */
    struct why why;
    enum job_end end;
    struct job *next, *wakes[2];
    sem_t done;
};

/* The only one who writes: takes all that waits into one transaction, commits it, wakes the callers. */
struct writer {
    const char *path;
    struct database *db; /* the thread's own; NULL after a failure: opened again for the next batch */
    struct lease lease;
    bool server; /* it may be lost at any time: looked after also when nothing is to be written */
    bool doubt;  /* atomic: something was committed, and whether it counts is not known yet */
    pthread_t thread;
    bool running;
    pthread_mutex_t lock;
    pthread_cond_t work, room;
    struct job *first, **last;
    size_t waiting;
    size_t taken, wanted; /* in the last batch; how many the next is worth waiting for */
    int64_t took_ns;      /* of the last batch, from its begin to its commit */
    bool stop;
    int64_t commits;
};

/* Takes db over, which holds the lease, also on failure. */
MUST_USE bool writer_start(struct writer *wr, const char *path, struct database *db,
                           const struct lease *lease, struct why *w);
/* Everything queued is written first. A zeroed writer is left alone. */
void writer_stop(struct writer *wr);

struct readers {
    const char *path;
    const uint64_t *position; /* atomic: what was committed last, as lease has it; NULL: nothing is known */
    pthread_mutex_t lock;
    pthread_cond_t returned;
    struct database *idle[LIMIT_STORE_READERS];
    size_t n_idle, n_out;
};

void readers_start(struct readers *rs, const char *path, const uint64_t *position);
void readers_stop(struct readers *rs);
/* A connection for one look-up; give it back, broken when it failed, and it is closed. */
MUST_USE bool readers_take(struct readers *rs, struct database **ret, struct why *w);
void readers_give(struct readers *rs, struct database *db, bool broken);

struct secret {
    uint8_t b[32];
};

struct store {
    char *path;
    char *key; /* the file of the secret */
    bool read_only;
    int32_t utc_offset;
    int lock; /* file descriptor, -1: none */
    struct secret secret;
    struct writer writer;
    struct readers readers;
};

/* Waits until the job is on disk. */
MUST_USE bool store_write_job(struct store *s, struct job *j, struct why *w);
/* The same for a run alone. */
MUST_USE bool store_write_bytes(struct store *s, enum job_end (*run)(struct database *, void *, struct why *),
                                void *arg, size_t bytes, struct why *w);
/* The same for a small record. */
MUST_USE bool store_write(struct store *s, enum job_end (*run)(struct database *, void *, struct why *),
                          void *arg, struct why *w);
/* The same for a job with an ended, which is called later unless this is false. */
MUST_USE bool store_write_later(struct store *s, struct job *j, struct why *w);

/* quotas.c: one entry more; *room false: the quota is used up, and nothing changed. One entry less. */
MUST_USE bool quota_add(struct database *db, const struct quota_use *q, unix_time at, bool *room,
                        struct why *w);
MUST_USE bool quota_take_back(struct database *db, const struct quota_use *q, struct why *w);

/* lock.c: *fd holds the lock until it is closed. */
MUST_USE bool lock_take(const char *path, int *fd, struct why *w);

/* keep.c: the secret in the key file beside the store. The name of a file in the folder of path, on the heap.
 */
char *beside(const char *path, const char *name);
MUST_USE bool secret_load(const char *path, struct secret *out, bool *found, struct why *w);
MUST_USE bool secret_make(const char *path, struct secret *out, struct why *w);
MUST_USE bool secret_save(const char *path, const struct secret *k, struct why *w);
/* Goes into the store and tells whether a key file belongs to it; says nothing about the secret. */
void secret_mark(const struct secret *k, uint8_t out[32]);
/* What is stored of a request's hash: without the secret nobody can try requests against it. */
void secret_request(const struct secret *k, struct span request_hash, uint8_t out[32]);

/* A key of its own for what is sealed for that use. */
void secret_sealing(const struct secret *k, const char *use, uint8_t out[32]);

/* "store-full", "store-read-only" or "store" for an error of the operating system. */
bool why_errno(struct why *w, int e, const char *what);

/* 1..64 visible ASCII characters. */
bool id_valid(struct span id);
/* 1..64 printable ASCII characters, none of them a blank at either end. */
bool word_valid(struct span s);
struct case_name;
MUST_USE bool case_name_check(const struct case_name *n, struct why *w);

#endif

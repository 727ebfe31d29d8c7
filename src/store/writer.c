#include <stdlib.h>
#include <time.h>

#include "store/internal.h"

/* The longest the writer waits for callers it has just woken to come back. */
enum { LINGER_NS = 2 * 1000 * 1000 };

/*
 * Under load the same callers come back with their next record a moment after they were woken; starting
 * without them costs a whole commit for half of them. A caller alone is never waited for: wanted is then 1.
 */
static void linger(struct writer *wr)
{
    struct timespec until;

    if (wr->waiting >= wr->wanted || wr->stop)
        return;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += LINGER_NS;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    while (wr->waiting < wr->wanted && !wr->stop)
        if (pthread_cond_clockwait(&wr->work, &wr->lock, CLOCK_MONOTONIC, &until) != 0)
            break;
}

/* Up to LIMIT_STORE_BATCH jobs, in the order they came; waits for the first. NULL: time to stop. */
static struct job *take(struct writer *wr)
{
    struct job *batch, *end;
    size_t n = 1;

    pthread_mutex_lock(&wr->lock);
    while (!wr->first && !wr->stop)
        pthread_cond_wait(&wr->work, &wr->lock);
    linger(wr);
    batch = end = wr->first;
    if (batch) {
        for (; end->next && n < LIMIT_STORE_BATCH; n++)
            end = end->next;
        wr->first = end->next;
        if (!wr->first)
            wr->last = &wr->first;
        end->next = NULL;
        wr->waiting -= n;
        wr->taken = n;
        pthread_cond_broadcast(&wr->room);
    }
    pthread_mutex_unlock(&wr->lock);
    return batch;
}

/* The transaction is gone: all of it failed for the reason in w, except what had ended for its own reason
 * before. */
static void spoil(struct job *batch, const struct why *w)
{
    for (struct job *j = batch; j; j = j->next) {
        if (j->end == JOB_SPOILED)
            continue;
        j->end = JOB_SPOILED;
        j->why = *w;
    }
}

enum run_end { RUN_COMMITTED, RUN_AGAIN, RUN_FAILED };

/* One attempt. A job whose own record is at fault is marked spoilt and the rest is to be run again without
 * it. */
static enum run_end run_once(struct database *db, struct job *batch, struct why *w)
{
    if (!db_begin(db, w))
        return RUN_FAILED;
    for (struct job *j = batch; j; j = j->next) {
        if (j->end == JOB_SPOILED)
            continue;
        why_clear(&j->why);
        j->end = j->run(db, j->arg, &j->why);
        if (j->end != JOB_SPOILED)
            continue;
        db_rollback(db);
        if (db_record_at_fault(db))
            return RUN_AGAIN;
        *w = j->why;
        return RUN_FAILED;
    }
    if (db_commit(db, w))
        return RUN_COMMITTED;
    db_rollback(db);
    return RUN_FAILED;
}

/* After a failure of the store the connection is not trusted any more: the next batch opens a new one, so
 * that a disk with room again, or a file system writable again, needs no restart. */
static void run_batch(struct writer *wr, struct job *batch)
{
    enum run_end end = RUN_AGAIN;
    struct why w;

    why_clear(&w);
    if (!wr->db && !db_open(wr->path, DB_WRITE, &wr->db, &w))
        end = RUN_FAILED;
    while (end == RUN_AGAIN)
        end = run_once(wr->db, batch, &w);
    if (end == RUN_COMMITTED) {
        (void)__atomic_add_fetch(&wr->commits, 1, __ATOMIC_RELAXED);
        return;
    }
    spoil(batch, &w);
    db_close(wr->db);
    wr->db = NULL;
}

/*
 * Waking a thread costs about as much as writing a record, so the writer wakes one caller and each caller two
 * more: job i wakes 2i + 1 and 2i + 2. A job is its caller's again once it is posted, and may be gone.
 */
static void wake(struct job *batch)
{
    struct job *parent = batch;
    size_t children = 0;

    if (!batch)
        return;
    for (struct job *j = batch->next; j; j = j->next) {
        parent->wakes[children++] = j;
        if (children == 2) {
            parent = parent->next;
            children = 0;
        }
    }
    sem_post(&batch->done);
}

/* Those who wait are woken first: they go on while the others' answers are made here. */
static void tell(struct job *batch)
{
    struct job *sleepers = NULL, **last_sleeper = &sleepers, *others = NULL, **last_other = &others, *next;

    for (struct job *j = batch; j; j = next) {
        struct job ***last = j->ended ? &last_other : &last_sleeper;

        next = j->next;
        j->next = NULL;
        **last = j;
        *last = &j->next;
    }
    wake(sleepers);
    for (struct job *j = others; j; j = next) {
        next = j->next;
        j->ended(j);
    }
}

static void await(struct job *j)
{
    while (sem_wait(&j->done) != 0)
        ; /* a signal */
    for (size_t i = 0; i < 2 && j->wakes[i]; i++)
        sem_post(&j->wakes[i]->done);
    sem_destroy(&j->done);
}

/* Before anybody is woken: those who wait now and those about to be. */
static void expect(struct writer *wr)
{
    pthread_mutex_lock(&wr->lock);
    wr->wanted = wr->waiting + wr->taken;
    if (wr->wanted > LIMIT_STORE_BATCH)
        wr->wanted = LIMIT_STORE_BATCH;
    pthread_mutex_unlock(&wr->lock);
}

static void *writer_main(void *arg)
{
    struct writer *wr = arg;
    struct job *batch;

    while ((batch = take(wr)) != NULL) {
        run_batch(wr, batch);
        expect(wr);
        tell(batch);
    }
    return NULL;
}

bool writer_start(struct writer *wr, const char *path, struct database *db, struct why *w)
{
    *wr = (struct writer){ .path = path, .db = db };
    wr->last = &wr->first;
    pthread_mutex_init(&wr->lock, NULL);
    pthread_cond_init(&wr->work, NULL);
    pthread_cond_init(&wr->room, NULL);
    wr->running = pthread_create(&wr->thread, NULL, writer_main, wr) == 0;
    if (wr->running) {
        (void)pthread_setname_np(wr->thread, "store-writer");
        return true;
    }
    db_close(db);
    return why_set(w, "store", WHY_NO_OFFSET, NULL, "no thread for the store's writer");
}

void writer_stop(struct writer *wr)
{
    if (!wr->running)
        return;
    pthread_mutex_lock(&wr->lock);
    wr->stop = true;
    pthread_cond_signal(&wr->work);
    pthread_mutex_unlock(&wr->lock);
    pthread_join(wr->thread, NULL);
    db_close(wr->db);
    pthread_cond_destroy(&wr->room);
    pthread_cond_destroy(&wr->work);
    pthread_mutex_destroy(&wr->lock);
    wr->running = false;
}

static void enqueue(struct writer *wr, struct job *j)
{
    pthread_mutex_lock(&wr->lock);
    while (wr->waiting >= LIMIT_STORE_QUEUE)
        pthread_cond_wait(&wr->room, &wr->lock);
    *wr->last = j;
    wr->last = &j->next;
    wr->waiting++;
    if (wr->waiting == 1 || wr->waiting == wr->wanted)
        pthread_cond_signal(&wr->work);
    pthread_mutex_unlock(&wr->lock);
}

static bool writable(const struct store *s, struct why *w)
{
    return !s->read_only ||
           why_set(w, "store-read-only", WHY_NO_OFFSET, NULL, "the store was opened for reading only");
}

bool store_write_later(struct store *s, struct job *j, struct why *w)
{
    if (!writable(s, w))
        return false;
    enqueue(&s->writer, j);
    return true;
}

bool store_write(struct store *s, enum job_end (*run)(struct database *, void *, struct why *), void *arg,
                 struct why *w)
{
    struct job j = { .run = run, .arg = arg };

    if (!writable(s, w))
        return false;
    sem_init(&j.done, 0, 0);
    enqueue(&s->writer, &j);
    await(&j);
    if (j.end == JOB_DONE)
        return true;
    if (w && !w->reason)
        *w = j.why;
    return false;
}

#include <stdlib.h>
#include <time.h>

#include "store/internal.h"

/* The longest the writer waits for callers it has just woken to come back. */
enum { LINGER_NS = 2 * 1000 * 1000 };

static int64_t now_ns(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/*
 * Under load the same callers come back with their next record a moment after they were woken; starting
 * without them costs a whole commit for half of them. A caller alone is never waited for: wanted is then 1.
 * Waiting longer than half a commit takes would cost those who are here more than it saves the others.
 */
static void linger(struct writer *wr)
{
    struct timespec until;
    int64_t at;

    if (wr->waiting >= wr->wanted || wr->stop)
        return;
    at = now_ns() + (wr->took_ns / 2 < LINGER_NS ? wr->took_ns / 2 : LINGER_NS);
    until = (struct timespec){ at / 1000000000, at % 1000000000 };
    while (wr->waiting < wr->wanted && !wr->stop)
        if (pthread_cond_clockwait(&wr->work, &wr->lock, CLOCK_MONOTONIC, &until) != 0)
            break;
}

static void tend(struct writer *wr);

/* Until there is work or the end is asked for. A server is looked after in the meantime. */
static void rest(struct writer *wr)
{
    struct timespec until;

    while (!wr->first && !wr->stop) {
        if (!wr->server) {
            pthread_cond_wait(&wr->work, &wr->lock);
            continue;
        }
        (void)clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec++;
        if (pthread_cond_clockwait(&wr->work, &wr->lock, CLOCK_MONOTONIC, &until) == 0)
            continue;
        pthread_mutex_unlock(&wr->lock);
        tend(wr);
        pthread_mutex_lock(&wr->lock);
    }
}

/* Up to LIMIT_STORE_BATCH jobs and as many bytes as fit, in the order they came; waits for the first. NULL:
 * time to stop. */
static struct job *take(struct writer *wr)
{
    struct job *batch, *end;
    size_t n = 1, bytes;

    pthread_mutex_lock(&wr->lock);
    rest(wr);
    linger(wr);
    batch = end = wr->first;
    if (batch) {
        for (bytes = end->bytes;
             end->next && n < LIMIT_STORE_BATCH && bytes + end->next->bytes <= LIMIT_STORE_BATCH_BYTES; n++) {
            end = end->next;
            bytes += end->bytes;
        }
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

enum run_end { RUN_COMMITTED, RUN_AGAIN, RUN_FAILED, RUN_LOST };

static enum run_end failed(struct database *db)
{
    bool lost = db_lost(db);

    db_rollback(db);
    return lost || db_lost(db) ? RUN_LOST : RUN_FAILED;
}

/*
 * One attempt. Alone: a job whose own record is at fault is marked spoilt and the rest is to be run again
 * without it. Ahead: of the jobs of a batch all first queries are on their way before the first is answered;
 * which one is at fault then is not known, and all are run again alone.
 */
static enum run_end run_once(struct writer *wr, struct job *batch, bool *ahead, bool *sent, struct why *w)
{
    struct database *db = wr->db;
    bool was_ahead = *ahead;

    if (!db_batch_begin(db, &wr->lease, was_ahead, w))
        return failed(db);
    for (struct job *j = batch; j && was_ahead; j = j->next)
        if (j->end != JOB_SPOILED && j->ahead && !j->ahead(db, j->arg))
            break;
    for (struct job *j = batch; j; j = j->next) {
        if (j->end == JOB_SPOILED)
            continue;
        why_clear(&j->why);
        j->end = j->run(db, j->arg, &j->why);
        if (j->end != JOB_SPOILED)
            continue;
        *w = j->why;
        if (!db_record_at_fault(db) || was_ahead)
            j->end = JOB_DONE; /* not its fault, as far as is known */
        *ahead = false;
        if (!db_record_at_fault(db))
            return failed(db);
        db_rollback(db);
        return RUN_AGAIN;
    }
    *sent = true;
    if (db_batch_commit(db, &wr->lease, w))
        return RUN_COMMITTED;
    if (was_ahead && db_record_at_fault(db)) {
        *ahead = *sent = false;
        db_rollback(db);
        return RUN_AGAIN;
    }
    return failed(db);
}

static bool writer_open(struct writer *wr, struct why *w)
{
    if (wr->lease.fenced)
        return why_set(w, "store-locked", WHY_NO_OFFSET, NULL,
                       "another node has taken the store over: this one must not write any more");
    if (!db_open(wr->path, DB_WRITE, 0, &wr->db, w))
        return false;
    if (db_lead(wr->db, &wr->lease, w)) {
        __atomic_store_n(&wr->doubt, false, __ATOMIC_RELEASE);
        return true;
    }
    db_close(wr->db);
    wr->db = NULL;
    return false;
}

/* When nothing is to be written: a connection that was lost is made anew, so that the lease is kept. */
static void tend(struct writer *wr)
{
    if (wr->db && db_alive(wr->db))
        return;
    db_close(wr->db);
    wr->db = NULL;
    (void)writer_open(wr, NULL);
}

/* sent: the commit of an earlier attempt was under way when its connection broke. */
static enum run_end attempt(struct writer *wr, struct job *batch, bool *ahead, bool *sent, struct why *w)
{
    enum run_end end = RUN_AGAIN;
    bool committed = false;

    if (!wr->db && !writer_open(wr, w))
        return wr->server && !wr->lease.fenced ? RUN_LOST : RUN_FAILED;
    if (*sent && !db_batch_known(wr->db, &wr->lease, &committed, w))
        return RUN_LOST;
    if (committed)
        return RUN_COMMITTED;
    *sent = false;
    while (end == RUN_AGAIN) {
        why_clear(w);
        end = run_once(wr, batch, ahead, sent, w);
    }
    return end;
}

static int64_t now_ms(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void drop_connection(struct writer *wr)
{
    db_close(wr->db);
    wr->db = NULL;
}

static void nap(void)
{
    const struct timespec pause = { .tv_nsec = 100 * 1000 * 1000 };

    (void)nanosleep(&pause, NULL);
}

/*
 * After a failure of the store the connection is not trusted any more: the next batch opens a new one, so
 * that a disk with room again, or a file system writable again, needs no restart. A server that is lost is
 * looked for until LIMIT_STORE_WAIT_MS; what was under way there is looked up before it is run again.
 */
static void run_batch(struct writer *wr, struct job *batch)
{
    int64_t until = now_ms() + LIMIT_STORE_WAIT_MS;
    bool ahead = !wr->db || db_can_ahead(wr->db), sent = false;
    enum run_end end;
    struct why w;

    for (;;) {
        why_clear(&w);
        end = attempt(wr, batch, &ahead, &sent, &w);
        if (end == RUN_COMMITTED) {
            (void)__atomic_add_fetch(&wr->commits, 1, __ATOMIC_RELAXED);
            return;
        }
        if (sent)
            __atomic_store_n(&wr->doubt, true, __ATOMIC_RELEASE);
        drop_connection(wr);
        if (end != RUN_LOST || now_ms() >= until)
            break;
        nap();
    }
    if (sent && wr->server) {
        struct why first = w;

        why_clear(&w);
        (void)why_set(&w, "store-unconfirmed", WHY_NO_OFFSET, NULL,
                      "whether it is recorded is not known yet, ask again with the same id: %s",
                      first.detail);
    }
    spoil(batch, &w);
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
        int64_t began = now_ns();

        run_batch(wr, batch);
        wr->took_ns = now_ns() - began;
        expect(wr);
        tell(batch);
    }
    return NULL;
}

bool writer_start(struct writer *wr, const char *path, struct database *db, const struct lease *lease,
                  struct why *w)
{
    *wr = (struct writer){ .path = path, .db = db, .lease = *lease, .server = db_is_server(path) };
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
    if (wr->db)
        db_leave(wr->db, &wr->lease);
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

bool store_write_job(struct store *s, struct job *j, struct why *w)
{
    if (!writable(s, w))
        return false;
    sem_init(&j->done, 0, 0);
    enqueue(&s->writer, j);
    await(j);
    if (j->end == JOB_DONE)
        return true;
    if (w && !w->reason)
        *w = j->why;
    return false;
}

bool store_write_bytes(struct store *s, enum job_end (*run)(struct database *, void *, struct why *),
                       void *arg, size_t bytes, struct why *w)
{
    struct job j = { .run = run, .arg = arg, .bytes = bytes };

    return store_write_job(s, &j, w);
}

bool store_write(struct store *s, enum job_end (*run)(struct database *, void *, struct why *), void *arg,
                 struct why *w)
{
    return store_write_bytes(s, run, arg, 0, w);
}

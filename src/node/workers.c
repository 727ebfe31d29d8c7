#include "node/workers.h"

#include <pthread.h>
#include <stdlib.h>

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    struct job *first, **last;
    bool ending;
    size_t waiting;
    unsigned n;
    pthread_t *thread;
};

struct workers {
    struct queue queue[2];
};

static struct job *take(struct queue *q)
{
    struct job *job;

    (void)pthread_mutex_lock(&q->lock);
    while (!q->first && !q->ending)
        (void)pthread_cond_wait(&q->filled, &q->lock);
    job = q->first;
    if (job) {
        q->waiting--;
        q->first = job->next;
        if (!q->first)
            q->last = &q->first;
    }
    (void)pthread_mutex_unlock(&q->lock);
    return job;
}

static void *work(void *arg)
{
    struct job *job;

    while ((job = take(arg)) != NULL)
        job->run(job);
    return NULL;
}

static bool queue_start(struct queue *q, unsigned n)
{
    (void)pthread_mutex_init(&q->lock, NULL);
    (void)pthread_cond_init(&q->filled, NULL);
    q->last = &q->first;
    q->thread = calloc(n, sizeof *q->thread);
    if (!q->thread)
        abort();
    for (; q->n < n; q->n++)
        if (pthread_create(&q->thread[q->n], NULL, work, q) != 0)
            return false;
    return true;
}

static void queue_end(struct queue *q)
{
    (void)pthread_mutex_lock(&q->lock);
    q->ending = true;
    (void)pthread_cond_broadcast(&q->filled);
    (void)pthread_mutex_unlock(&q->lock);
    for (unsigned i = 0; i < q->n; i++)
        (void)pthread_join(q->thread[i], NULL);
    q->n = 0;
}

static void queue_free(struct queue *q)
{
    free(q->thread);
    (void)pthread_cond_destroy(&q->filled);
    (void)pthread_mutex_destroy(&q->lock);
}

bool workers_start(unsigned small, unsigned large, struct workers **ret, struct why *w)
{
    struct workers *ws = calloc(1, sizeof *ws);
    bool ok;

    if (!ws)
        abort();
    ok = queue_start(&ws->queue[JOB_SMALL], small);
    ok = queue_start(&ws->queue[JOB_LARGE], large) && ok;
    if (!ok) {
        workers_end(ws);
        workers_free(ws);
        return why_set(w, "node", WHY_NO_OFFSET, NULL,
                       "cannot start %u threads: raise the limit on processes", small + large);
    }
    *ret = ws;
    return true;
}

bool workers_add(struct workers *ws, enum job_size size, struct job *job)
{
    struct queue *q = &ws->queue[size];
    bool taken;

    job->next = NULL;
    (void)pthread_mutex_lock(&q->lock);
    taken = !q->ending;
    if (taken) {
        *q->last = job;
        q->last = &job->next;
        q->waiting++;
    }
    (void)pthread_mutex_unlock(&q->lock);
    /* After the lock is free: who wakes to a held lock sleeps again at once. */
    if (taken)
        (void)pthread_cond_signal(&q->filled);
    return taken;
}

size_t workers_waiting(struct workers *ws, enum job_size size)
{
    struct queue *q = &ws->queue[size];
    size_t n;

    (void)pthread_mutex_lock(&q->lock);
    n = q->waiting;
    (void)pthread_mutex_unlock(&q->lock);
    return n;
}

void workers_end(struct workers *ws)
{
    if (!ws)
        return;
    queue_end(&ws->queue[JOB_SMALL]);
    queue_end(&ws->queue[JOB_LARGE]);
}

void workers_free(struct workers *ws)
{
    if (!ws)
        return;
    queue_free(&ws->queue[JOB_SMALL]);
    queue_free(&ws->queue[JOB_LARGE]);
    free(ws);
}

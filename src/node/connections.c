#include "node/connections.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "base/limits.h"

struct connection {
    struct connection *prev, *next;
    int fd;
    struct arena arena;
    struct connection_peer peer;
    _Atomic int64_t since; /* seconds, monotonic; 0: the node works */
};

struct connections {
    pthread_mutex_t lock;
    pthread_cond_t ending;
    pthread_t thread;
    bool end;
    unsigned seconds;
    struct connection *first;
};

static int64_t now_seconds(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + 1;
}

/* Shutting down makes the server library see the end and close; the lock keeps fd from being another's. */
static void shut_late(struct connections *cs)
{
    int64_t now = now_seconds(), since;

    for (struct connection *c = cs->first; c; c = c->next) {
        since = atomic_load_explicit(&c->since, memory_order_relaxed);
        if (since && now - since > (int64_t)cs->seconds)
            (void)shutdown(c->fd, SHUT_RDWR);
    }
}

static void *watch(void *arg)
{
    struct connections *cs = arg;
    struct timespec until;

    (void)pthread_mutex_lock(&cs->lock);
    while (!cs->end) {
        shut_late(cs);
        (void)clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec++;
        (void)pthread_cond_timedwait(&cs->ending, &cs->lock, &until);
    }
    (void)pthread_mutex_unlock(&cs->lock);
    return NULL;
}

bool connections_start(unsigned seconds, struct connections **ret, struct why *w)
{
    struct connections *cs = calloc(1, sizeof *cs);
    pthread_condattr_t attr;

    if (!cs)
        abort();
    cs->seconds = seconds;
    (void)pthread_mutex_init(&cs->lock, NULL);
    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&cs->ending, &attr);
    (void)pthread_condattr_destroy(&attr);
    if (pthread_create(&cs->thread, NULL, watch, cs) != 0) {
        free(cs);
        return why_set(w, "node", WHY_NO_OFFSET, NULL, "cannot start a thread: raise the limit on processes");
    }
    *ret = cs;
    return true;
}

void connections_stop(struct connections *cs)
{
    if (!cs)
        return;
    (void)pthread_mutex_lock(&cs->lock);
    cs->end = true;
    (void)pthread_cond_signal(&cs->ending);
    (void)pthread_mutex_unlock(&cs->lock);
    (void)pthread_join(cs->thread, NULL);
    (void)pthread_cond_destroy(&cs->ending);
    (void)pthread_mutex_destroy(&cs->lock);
    free(cs);
}

struct connection *connection_open(struct connections *cs, int fd)
{
    struct connection *c = calloc(1, sizeof *c);

    if (!c)
        abort();
    c->fd = fd;
    arena_init(&c->arena, LIMIT_REQUEST_MEMORY);
    connection_waits(c);
    (void)pthread_mutex_lock(&cs->lock);
    c->next = cs->first;
    if (c->next)
        c->next->prev = c;
    cs->first = c;
    (void)pthread_mutex_unlock(&cs->lock);
    return c;
}

void connection_close(struct connections *cs, struct connection *c)
{
    (void)pthread_mutex_lock(&cs->lock);
    if (c->next)
        c->next->prev = c->prev;
    if (c->prev)
        c->prev->next = c->next;
    else
        cs->first = c->next;
    (void)pthread_mutex_unlock(&cs->lock);
    arena_free(&c->arena);
    free(c);
}

struct arena *connection_arena(struct connection *c)
{
    return &c->arena;
}

struct connection_peer *connection_peer(struct connection *c)
{
    return &c->peer;
}

void connection_waits(struct connection *c)
{
    atomic_store_explicit(&c->since, now_seconds(), memory_order_relaxed);
}

void connection_works(struct connection *c)
{
    atomic_store_explicit(&c->since, 0, memory_order_relaxed);
}

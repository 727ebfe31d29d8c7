#include "node/keeper.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

#include "files/durable.h"

enum {
    PATH = 4096,
    QUIET_MS = 30,       /* after an event: more of the same change is likely to come */
    LOOK_MS = 5000,      /* for what inotify does not see: network file systems */
    LOOK_BLIND_MS = 500, /* without inotify */
    FAILING_MS = 1000,   /* what cannot be read now may be readable soon */
    WRITER_MS = 10000,   /* the longest that a writer is waited for */
    TRIES = 4,           /* files that change while they are read */
};

struct keeper {
    struct keeper_options o;
    pthread_t thread;
    int events, wake;     /* inotify, or -1; eventfd */
    int64_t writer_since; /* the keeper's thread only; 0: nobody is waited for */
    bool asked;           /* the same: poked, and not done yet */

    pthread_mutex_t lock; /* for all below */
    struct beliefs *current;
    struct beliefs **done; /* without holders, to be freed by the thread */
    size_t n_done, cap_done;
    struct keeper_state state;
    bool poked, ending;
};

static int64_t now_ms(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void wake(struct keeper *k)
{
    uint64_t one = 1;

    while (write(k->wake, &one, sizeof one) < 0 && errno == EINTR)
        ;
}

/* --- for requests --- */

struct beliefs *keeper_take(struct keeper *k)
{
    struct beliefs *b;

    (void)pthread_mutex_lock(&k->lock);
    b = k->current;
    atomic_fetch_add_explicit(&b->holders, 1, memory_order_relaxed);
    (void)pthread_mutex_unlock(&k->lock);
    return b;
}

/* Freeing tens of thousands of keys takes long: not in the thread of a request. */
static void retire(struct keeper *k, struct beliefs *b)
{
    (void)pthread_mutex_lock(&k->lock);
    if (k->n_done == k->cap_done) {
        k->cap_done = k->cap_done ? 2 * k->cap_done : 8;
        k->done = realloc(k->done, k->cap_done * sizeof *k->done);
        if (!k->done)
            abort();
    }
    k->done[k->n_done++] = b;
    (void)pthread_mutex_unlock(&k->lock);
    wake(k);
}

void keeper_give(struct keeper *k, struct beliefs *b)
{
    if (b && atomic_fetch_sub_explicit(&b->holders, 1, memory_order_acq_rel) == 1)
        retire(k, b);
}

void keeper_poke(struct keeper *k)
{
    (void)pthread_mutex_lock(&k->lock);
    k->poked = true;
    (void)pthread_mutex_unlock(&k->lock);
    wake(k);
}

void keeper_state(struct keeper *k, struct keeper_state *out)
{
    (void)pthread_mutex_lock(&k->lock);
    *out = k->state;
    (void)pthread_mutex_unlock(&k->lock);
}

/* --- the thread --- */

static void free_done(struct keeper *k)
{
    struct beliefs **done;
    size_t n;

    (void)pthread_mutex_lock(&k->lock);
    done = k->done;
    n = k->n_done;
    k->done = NULL;
    k->n_done = k->cap_done = 0;
    (void)pthread_mutex_unlock(&k->lock);
    for (size_t i = 0; i < n; i++)
        beliefs_free(done[i]);
    free(done);
}

/* Only this thread replaces it. */
static const struct beliefs *in_force(const struct keeper *k)
{
    return k->current;
}

/* Why the files as they are now are not in force; told when it is another reason than before. */
static void note(struct keeper *k, const struct why *w)
{
    bool again;

    (void)pthread_mutex_lock(&k->lock);
    again = !w->reason || (k->state.why.reason && strcmp(k->state.why.detail, w->detail) == 0);
    k->state.why = *w;
    (void)pthread_mutex_unlock(&k->lock);
    if (!again && k->o.told)
        k->o.told(k->o.ctx, in_force(k), w);
}

static void put_in_force(struct keeper *k, struct beliefs *b)
{
    struct beliefs *before;

    (void)pthread_mutex_lock(&k->lock);
    before = k->current;
    k->current = b;
    k->state.read = k->o.now(k->o.ctx);
    (void)pthread_mutex_unlock(&k->lock);
    keeper_give(k, before);
    if (k->o.told)
        k->o.told(k->o.ctx, b, NULL);
}

struct seen {
    struct digest anchors, trust, status, laws;
};

static void look(struct keeper *k, struct seen *s)
{
    watch_digest(k->o.from.anchors, k->events, &s->anchors);
    watch_digest(k->o.from.trust, k->events, &s->trust);
    watch_digest(k->o.from.status, k->events, &s->status);
    watch_digest(k->o.from.laws, k->events, &s->laws);
}

static bool same(const struct digest *a, const struct digest *b)
{
    return memcmp(a->b, b->b, a->n) == 0;
}

static bool is_of(const struct beliefs *b, const struct seen *s)
{
    return same(&b->seen_anchors, &s->anchors) && same(&b->seen_trust, &s->trust) &&
           same(&b->seen_status, &s->status) && same(&b->seen_laws, &s->laws);
}

static bool locked(const char *folder, const char *name)
{
    char path[PATH];

    return folder && snprintf(path, sizeof path, "%s/%s", folder, name) < (int)sizeof path &&
           file_is_locked(path);
}

/*
 * Whether somebody writes what changed. A change of the acts does not wait for a long import: it may be a
 * report.
 */
static bool writer_at_work(struct keeper *k, bool acts_locked, bool log_locked, const struct seen *s)
{
    bool acts = !same(&in_force(k)->seen_trust, &s->trust);

    if (acts ? !acts_locked : !log_locked) {
        k->writer_since = 0;
        return false;
    }
    if (k->writer_since == 0)
        k->writer_since = now_ms();
    return now_ms() - k->writer_since < WRITER_MS;
}

static bool acts_locked(const struct keeper *k)
{
    return locked(k->o.from.trust, "lock");
}

static bool log_locked(const struct keeper *k)
{
    return locked(k->o.from.anchors, TRUST_LOG_NAME);
}

static void settle(struct keeper *k, struct beliefs *b, const struct why *failed)
{
    struct why w = b ? b->kept : *failed;

    if (b && b->kept.reason && same(&b->seen_trust, &in_force(k)->seen_trust) &&
        same(&b->seen_status, &in_force(k)->seen_status) && same(&b->seen_laws, &in_force(k)->seen_laws))
        beliefs_free(b); /* nothing in it is new */
    else if (b)
        put_in_force(k, b);
    note(k, &w);
}

/*
 * False: a writer is at work, and nothing was taken. Half of a change is loaded only while its writer holds
 * the lock, before and after; so whoever finds the lock free after loading, and the files still as they were
 * before, has a whole one.
 */
static bool refresh(struct keeper *k)
{
    struct seen before, after;
    struct beliefs *b = NULL;
    struct why w;

    look(k, &after);
    for (int i = 0; i < TRIES; i++) {
        bool acts, log;

        beliefs_free(b);
        b = NULL;
        why_clear(&w);
        before = after;
        if (!beliefs_load(&k->o.from, true, in_force(k), &b, &w))
            b = NULL;
        acts = acts_locked(k);
        log = log_locked(k);
        look(k, &after);
        if (writer_at_work(k, acts, log, &after)) {
            beliefs_free(b);
            return false;
        }
        if (same(&before.anchors, &after.anchors) && same(&before.trust, &after.trust) &&
            same(&before.status, &after.status) && same(&before.laws, &after.laws))
            break;
    }
    k->asked = false;
    settle(k, b, &w);
    return true;
}

/* What there is to do; returns how long to wait at most before doing it again. */
static int turn(struct keeper *k)
{
    int rest = k->events < 0 ? LOOK_BLIND_MS : LOOK_MS;
    struct seen s;

    look(k, &s);
    if (!k->asked && is_of(in_force(k), &s) && !k->state.why.reason) {
        k->writer_since = 0;
        return rest;
    }
    if (writer_at_work(k, acts_locked(k), log_locked(k), &s) || !refresh(k))
        return QUIET_MS;
    return k->state.why.reason ? FAILING_MS : rest;
}

static void drain(int fd)
{
    char bytes[8192];

    while (fd >= 0 && read(fd, bytes, sizeof bytes) > 0)
        ;
}

/* Until something happened, or that time is over. A negative inotify is passed over by poll. */
static void wait_for(const struct keeper *k, int ms)
{
    struct pollfd fd[] = { { .fd = k->wake, .events = POLLIN }, { .fd = k->events, .events = POLLIN } };
    const struct timespec quiet = { .tv_nsec = QUIET_MS * 1000 * 1000L };

    if (poll(fd, 2, ms) > 0 && fd[1].revents)
        (void)nanosleep(&quiet, NULL);
    drain(k->wake);
    drain(k->events);
}

static void *keep(void *arg)
{
    struct keeper *k = arg;
    bool ending = false;
    int ms = 0;

    while (!ending) {
        wait_for(k, ms);
        free_done(k);
        (void)pthread_mutex_lock(&k->lock);
        ending = k->ending;
        k->asked |= k->poked;
        k->poked = false;
        (void)pthread_mutex_unlock(&k->lock);
        if (!ending)
            ms = turn(k);
    }
    return NULL;
}

static void keeper_free(struct keeper *k)
{
    free_done(k);
    beliefs_free(k->current);
    if (k->events >= 0)
        (void)close(k->events);
    if (k->wake >= 0)
        (void)close(k->wake);
    (void)pthread_mutex_destroy(&k->lock);
    free(k);
}

bool keeper_start(const struct keeper_options *o, struct beliefs *first, struct keeper **ret, struct why *w)
{
    struct keeper *k = calloc(1, sizeof *k);

    if (!k)
        abort();
    k->o = *o;
    k->current = first;
    k->state.read = o->now(o->ctx);
    k->events = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    k->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    (void)pthread_mutex_init(&k->lock, NULL);
    if (k->wake < 0 || pthread_create(&k->thread, NULL, keep, k) != 0) {
        keeper_free(k);
        return why_set(w, "node", WHY_NO_OFFSET, NULL, "cannot start a thread: raise the limit on processes");
    }
    *ret = k;
    return true;
}

void keeper_stop(struct keeper *k)
{
    if (!k)
        return;
    (void)pthread_mutex_lock(&k->lock);
    k->ending = true;
    (void)pthread_mutex_unlock(&k->lock);
    wake(k);
    (void)pthread_join(k->thread, NULL);
    keeper_free(k);
}

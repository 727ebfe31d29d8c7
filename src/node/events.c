/*
 * One thread wakes streams: a short time after the first change, so that a burst is one event, and for
 * heartbeats. It also sees who has hung up: a connection that sleeps is watched by nobody else.
 */
#include "node/events.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buffer.h"

enum { LOOK_MS = 250, RETRY_MS = 3000 };

static const char *const words[EVENTS_N] = {
#define X(bit, word) word,
    EVENTS_TOPICS(X)
#undef X
};

struct events_stream {
    struct events *hub;
    struct events_stream *prev, *next;
    struct events_line line;
    unsigned topics, changed;
    uint8_t address[EVENTS_ADDRESS], key[EVENTS_KEY];
    bool (*stands)(const void *ctx, const uint8_t key[EVENTS_KEY]);
    const void *ctx;
    int64_t until_ms; /* 0: never */
    bool counted;     /* by its address */
    bool greeted, again, beat, asleep, over;
};

struct events {
    struct events_options o;
    pthread_mutex_t lock;
    pthread_cond_t news;
    pthread_t thread;
    bool end, ended;
    unsigned told;           /* not given to streams yet */
    int64_t since_ms;        /* of the first of these */
    uint64_t number;         /* of the last event */
    uint64_t last[EVENTS_N]; /* the last event of each topic */
    struct events_stream *first;
    unsigned streams;
};

static int64_t now_ms(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

unsigned events_topic_of(struct span word)
{
    for (unsigned i = 0; i < EVENTS_N; i++)
        if (span_eq_str(word, words[i]))
            return 1U << i;
    return 0;
}

static void wake(struct events_stream *s)
{
    if (!s->asleep)
        return;
    s->asleep = false;
    s->line.wake(s->line.ctx);
}

/* What was told becomes one event. */
static void give(struct events *e)
{
    e->number++;
    for (unsigned i = 0; i < EVENTS_N; i++)
        if (e->told & 1U << i)
            e->last[i] = e->number;
    for (struct events_stream *s = e->first; s; s = s->next) {
        s->changed |= e->told & s->topics;
        if (s->changed)
            wake(s);
    }
    e->told = 0;
}

/* Streams end; those that sleep are woken for it. */
static void shut_all(struct events *e)
{
    for (struct events_stream *s = e->first; s; s = s->next) {
        s->over = true;
        wake(s);
    }
}

static void look(struct events *e, bool beat)
{
    if (e->o.shut && e->o.shut(e->o.ctx))
        shut_all(e);
    for (struct events_stream *s = e->first; s; s = s->next) {
        if (s->asleep && s->line.gone(s->line.ctx))
            s->over = true;
        s->beat |= beat;
        if (s->over || s->beat)
            wake(s);
    }
}

static void wait_until(struct events *e, int64_t ms)
{
    struct timespec until = { .tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000 };

    (void)pthread_cond_timedwait(&e->news, &e->lock, &until);
}

static void *run(void *arg)
{
    struct events *e = arg;
    int64_t now, looked = now_ms(), beat = looked, next;

    (void)pthread_mutex_lock(&e->lock);
    while (!e->end) {
        now = now_ms();
        if (e->told && now - e->since_ms >= e->o.gather_ms)
            give(e);
        if (now - looked >= LOOK_MS || now - beat >= e->o.heartbeat_ms) {
            look(e, now - beat >= e->o.heartbeat_ms);
            looked = now;
            beat = now - beat >= e->o.heartbeat_ms ? now : beat;
        }
        next = looked + LOOK_MS;
        if (e->told && e->since_ms + e->o.gather_ms < next)
            next = e->since_ms + e->o.gather_ms;
        if (e->told || e->first)
            wait_until(e, next);
        else
            (void)pthread_cond_wait(&e->news, &e->lock);
    }
    shut_all(e);
    (void)pthread_mutex_unlock(&e->lock);
    return NULL;
}

bool events_start(const struct events_options *o, struct events **ret, struct why *w)
{
    struct events *e = calloc(1, sizeof *e);
    pthread_condattr_t attr;

    if (!e)
        abort();
    e->o = *o;
    e->number = o->first;
    (void)pthread_mutex_init(&e->lock, NULL);
    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&e->news, &attr);
    (void)pthread_condattr_destroy(&attr);
    if (pthread_create(&e->thread, NULL, run, e) != 0) {
        e->ended = true;
        events_free(e);
        return why_set(w, "node", WHY_NO_OFFSET, NULL, "cannot start a thread: raise the limit on processes");
    }
    *ret = e;
    return true;
}

void events_end(struct events *e)
{
    if (!e || e->ended)
        return;
    (void)pthread_mutex_lock(&e->lock);
    e->end = true;
    (void)pthread_cond_signal(&e->news);
    (void)pthread_mutex_unlock(&e->lock);
    (void)pthread_join(e->thread, NULL);
    e->ended = true;
}

void events_free(struct events *e)
{
    if (!e)
        return;
    events_end(e);
    (void)pthread_cond_destroy(&e->news);
    (void)pthread_mutex_destroy(&e->lock);
    free(e);
}

void events_tell(struct events *e, unsigned topics)
{
    if (!e || !topics)
        return;
    (void)pthread_mutex_lock(&e->lock);
    if (!e->told) {
        e->since_ms = now_ms();
        (void)pthread_cond_signal(&e->news);
    }
    e->told |= topics;
    (void)pthread_mutex_unlock(&e->lock);
}

static unsigned count_address(const struct events *e, const uint8_t *address)
{
    unsigned n = 0;

    for (const struct events_stream *s = e->first; s; s = s->next)
        n += s->counted && memcmp(s->address, address, EVENTS_ADDRESS) == 0;
    return n;
}

/* Whether something was missed since that number; one that this hub never gave out says nothing. */
static bool missed(const struct events *e, const struct events_wish *wish)
{
    if (wish->last < e->o.first || wish->last > e->number)
        return true;
    for (unsigned i = 0; i < EVENTS_N; i++)
        if (wish->topics & 1U << i && e->last[i] > wish->last)
            return true;
    return false;
}

static bool may_open(struct events *e, const struct events_wish *wish, struct why *w)
{
    if (e->end)
        return why_set(w, "stopping", WHY_NO_OFFSET, NULL, "The node is being stopped.");
    if (e->o.shut && e->o.shut(e->o.ctx))
        return why_set(w, "maintenance", WHY_NO_OFFSET, NULL, "This node is being maintained.");
    if (e->streams >= e->o.most)
        return why_set(w, "streams", WHY_NO_OFFSET, NULL,
                       "%u streams are open, as many as the node keeps: ask again now and then instead.",
                       e->streams);
    if (wish->address && count_address(e, wish->address) >= e->o.most_each)
        return why_set(w, "streams", WHY_NO_OFFSET, NULL,
                       "%u streams are open from this address: close one, or ask again now and then instead.",
                       e->o.most_each);
    return true;
}

struct events_stream *events_open(struct events *e, const struct events_wish *wish, struct why *w)
{
    struct events_stream *s = calloc(1, sizeof *s);

    if (!s)
        abort();
    s->hub = e;
    s->topics = wish->topics;
    s->stands = wish->stands;
    s->ctx = wish->ctx;
    if (s->stands)
        memcpy(s->key, wish->key, EVENTS_KEY);
    s->until_ms = wish->seconds ? now_ms() + (int64_t)wish->seconds * 1000 : 0;
    s->counted = wish->address != NULL;
    if (s->counted)
        memcpy(s->address, wish->address, EVENTS_ADDRESS);
    (void)pthread_mutex_lock(&e->lock);
    if (!may_open(e, wish, w)) {
        (void)pthread_mutex_unlock(&e->lock);
        free(s);
        return NULL;
    }
    s->again = wish->again && missed(e, wish);
    s->next = e->first;
    if (s->next)
        s->next->prev = s;
    e->first = s;
    e->streams++;
    (void)pthread_cond_signal(&e->news); /* from now on there is somebody to look at */
    (void)pthread_mutex_unlock(&e->lock);
    return s;
}

void events_carry(struct events_stream *s, const struct events_line *line)
{
    (void)pthread_mutex_lock(&s->hub->lock);
    s->line = *line;
    (void)pthread_mutex_unlock(&s->hub->lock);
}

void events_close(struct events_stream *s)
{
    struct events *e;

    if (!s)
        return;
    e = s->hub;
    (void)pthread_mutex_lock(&e->lock);
    if (s->next)
        s->next->prev = s->prev;
    if (s->prev)
        s->prev->next = s->next;
    else
        e->first = s->next;
    e->streams--;
    (void)pthread_mutex_unlock(&e->lock);
    free(s);
}

static void put_event(struct buffer *b, const char *word, uint64_t number)
{
    buf_printf(b, "id: %llu\nevent: %s\ndata: %llu\n\n", (unsigned long long)number, word,
               (unsigned long long)number);
}

/* All that a stream can say at once is shorter than EVENTS_TEXT. */
enum { EVENT_MOST = 72 };
_Static_assert((EVENTS_N + 2) * EVENT_MOST <= EVENTS_TEXT, "room for all topics at once");

static int put_all(struct events_stream *s, char out[EVENTS_TEXT])
{
    const struct events *e = s->hub;
    struct buffer b;

    buf_init_fixed(&b, out, EVENTS_TEXT);
    if (!s->greeted)
        buf_printf(&b, "retry: %d\n\n", RETRY_MS);
    if (s->again)
        put_event(&b, "again", e->number);
    for (unsigned i = 0; i < EVENTS_N; i++)
        if (s->changed & 1U << i)
            put_event(&b, words[i], e->number);
    if (b.n == 0 && s->beat)
        buf_str(&b, ":\n\n");
    s->greeted = true;
    s->again = s->beat = false;
    s->changed = 0;
    return (int)b.n;
}

int events_read(struct events_stream *s, char out[EVENTS_TEXT])
{
    struct events *e = s->hub;
    bool stands = (!s->stands || s->stands(s->ctx, s->key)) && (!s->until_ms || now_ms() < s->until_ms);
    int n = EVENTS_OVER;

    (void)pthread_mutex_lock(&e->lock);
    if (stands && !s->over && !e->end) {
        n = put_all(s, out);
        if (n == 0) {
            s->asleep = true;
            s->line.sleep(s->line.ctx);
        }
    }
    (void)pthread_mutex_unlock(&e->lock);
    return n;
}

unsigned events_streams(struct events *e)
{
    unsigned n;

    (void)pthread_mutex_lock(&e->lock);
    n = e->streams;
    (void)pthread_mutex_unlock(&e->lock);
    return n;
}

/* Asks the other members' witnesses to cosign what this one publishes, each by itself. */
#include <pthread.h>
#include <stdlib.h>

#include "node/witnessing.h"

enum { ANSWER_MS = 15 * 1000, THREADS = 4 };

struct cosign {
    pthread_mutex_t lock;
    size_t n;
    char busy[LIMIT_LINKS][8]; /* whose witness another thread is asking; empty: nobody's */
};

static bool cosign_open(struct federation *f, void **state, struct why *w)
{
    struct cosign *c;

    (void)w;
    if (!f->streams)
        return true;
    c = calloc(1, sizeof *c);
    if (!c)
        abort();
    (void)pthread_mutex_init(&c->lock, NULL);
    *state = c;
    return true;
}

static void cosign_close(void *state)
{
    struct cosign *c = state;

    (void)pthread_mutex_destroy(&c->lock);
    free(c);
}

/* NULL: another thread asks it. */
static char *claim(struct cosign *c, struct span state)
{
    char *place = NULL;

    (void)pthread_mutex_lock(&c->lock);
    for (size_t i = 0; i < LIMIT_LINKS; i++) {
        if (span_eq_str(state, c->busy[i])) {
            place = NULL;
            break;
        }
        if (!place && c->busy[i][0] == 0)
            place = c->busy[i];
    }
    if (place && state.n < sizeof c->busy[0])
        memcpy(place, state.p, state.n);
    (void)pthread_mutex_unlock(&c->lock);
    return place;
}

static void release(struct cosign *c, char *place)
{
    (void)pthread_mutex_lock(&c->lock);
    memset(place, 0, sizeof c->busy[0]);
    (void)pthread_mutex_unlock(&c->lock);
}

/* One request to one witness; *any: there was one, and it was answered. */
static bool ask_one(const struct federation_step *s, const struct roster_member *m, bool *any, struct why *w)
{
    struct span witness = witnessing_name(m, s->arena);
    struct link_request q = { .method = "POST",
                              .path = "/witness/add-checkpoint",
                              .type = "text/plain; charset=utf-8",
                              .most = LIMIT_CHECKPOINT,
                              .timeout_ms = ANSWER_MS };
    struct federation *f = s->f;
    struct link_answer got = { 0 };
    struct stream_request next;
    struct why silent;
    unix_time now = f->o.now(f->o.ctx);

    *any = false;
    if (!streams_witness_next(f->streams, witness, now, s->arena, &next, any, w))
        return false;
    if (!*any)
        return true;
    why_clear(&silent);
    q.body = next.body;
    *any = link_call(f->links, m->state, &q, s->arena, &got, &silent);
    return streams_cosigned(f->streams, span_str(next.origin), witness, got.status, got.body,
                            f->o.now(f->o.ctx), w);
}

/* All that is due, witness by witness; one that does not answer keeps up one thread at most. */
static bool cosign_step(void *state, const struct federation_step *s, unsigned *again, struct why *w)
{
    struct cosign *c = state;
    bool ok = true;

    (void)again;
    for (size_t i = 0; s->roster && i < s->roster->n && !federation_ending(s->f); i++) {
        const struct roster_member *m = &s->roster->member[i];
        bool any = true;
        char *place;

        if (!roster_counts(m) || m->address.n == 0 || m->n_witness == 0 || span_eq(m->state, s->f->member) ||
            !(place = claim(c, m->state)))
            continue;
        while (ok && any && !federation_ending(s->f))
            ok = ask_one(s, m, &any, w);
        release(c, place);
    }
    return ok;
}

const struct federation_part cosign_part = { .name = "cosign",
                                             .seconds = 1,
                                             .threads = THREADS,
                                             .open = cosign_open,
                                             .step = cosign_step,
                                             .close = cosign_close };

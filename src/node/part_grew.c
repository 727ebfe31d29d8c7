#include "node/part_grew.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { TELL_MS = 1000, TRIES = 5, STATES = 8 << 20 };

/* How often in this second. */
struct rate {
    int64_t second;
    unsigned n;
};

typedef char state_code[8];

struct grew {
    uint64_t told; /* sum of the sizes of all own logs, when the others were told last */
    unsigned tries;
    size_t n_left;
    state_code left[LIMIT_LINKS]; /* who has not answered yet */
    struct rate sent;
    pthread_mutex_t lock;
    size_t n;
    struct {
        state_code member;
        struct rate rate;
    } heard[LIMIT_LINKS];
};

static bool grew_open(struct federation *f, void **state, struct why *w)
{
    struct grew *g = calloc(1, sizeof *g);

    (void)f;
    (void)w;
    if (!g)
        abort();
    (void)pthread_mutex_init(&g->lock, NULL);
    *state = g;
    return true;
}

static void grew_close(void *state)
{
    struct grew *g = state;

    (void)pthread_mutex_destroy(&g->lock);
    free(g);
}

static bool within(struct rate *r, int64_t ms, unsigned most)
{
    if (ms / 1000 != r->second)
        *r = (struct rate){ .second = ms / 1000 };
    return r->n < most && ++r->n;
}

static bool sizes(const struct federation *f, uint64_t *sum, struct why *w)
{
    struct stream_state *s = NULL;
    struct arena a;
    size_t n = 0;
    bool ok;

    *sum = 0;
    arena_init(&a, STATES);
    ok = streams_states(f->streams, &a, &s, &n, w);
    for (size_t i = 0; ok && i < n; i++)
        *sum += s[i].published;
    arena_free(&a);
    return ok;
}

static bool is_left(const struct grew *g, struct span state)
{
    for (size_t i = 0; i < g->n_left; i++)
        if (span_eq_str(state, g->left[i]))
            return true;
    return false;
}

/* All of them, or again those who have not answered. */
static void tell(struct grew *g, const struct federation_step *s, bool again)
{
    const struct link_request q = {
        .method = "POST", .path = "/grew", .type = "text/plain", .timeout_ms = TELL_MS
    };
    state_code left[LIMIT_LINKS];
    size_t n = 0;

    for (size_t i = 0; i < s->roster->n && !federation_ending(s->f); i++) {
        const struct roster_member *m = &s->roster->member[i];
        struct link_answer got;
        struct why w = { 0 };

        if (!roster_counts(m) || !m->address.n || span_eq(m->state, s->f->member) ||
            (again && !is_left(g, m->state)))
            continue;
        if (!link_call(s->f->links, m->state, &q, s->arena, &got, &w) && n < LIMIT_LINKS)
            (void)snprintf(left[n++], sizeof left[0], "%.*s", (int)m->state.n, (const char *)m->state.p);
    }
    memcpy(g->left, left, n * sizeof left[0]);
    g->n_left = n;
}

/* Who answers none of the tries looks at its next round by itself. */
static bool grew_step(void *state, const struct federation_step *s, unsigned *again, struct why *w)
{
    struct grew *g = state;
    uint64_t now;

    (void)again;
    if (!s->f->streams || !s->roster || s->f->config->sync_from)
        return true;
    if (!sizes(s->f, &now, w))
        return false;
    if (now == g->told && (!g->n_left || g->tries == TRIES))
        return true;
    if (g->told && !within(&g->sent, s->f->clock_ms(NULL), GREW_SENT))
        return true; /* the next step tells it */
    g->tries = now == g->told ? g->tries + 1 : 1;
    if (g->told)
        tell(g, s, now == g->told);
    g->told = now;
    return true;
}

bool grew_take(struct federation *f, struct span member)
{
    struct grew *g = federation_part_state(f, "grew");
    int64_t now = f->clock_ms(NULL);
    bool take = false;
    size_t i = 0;

    if (!g || !member.n || member.n >= sizeof g->heard[0].member)
        return false;
    (void)pthread_mutex_lock(&g->lock);
    while (i < g->n && !span_eq_str(member, g->heard[i].member))
        i++;
    if (i == g->n && i < LIMIT_LINKS)
        memcpy(g->heard[g->n++].member, member.p, member.n);
    if (i < g->n)
        take = within(&g->heard[i].rate, now, GREW_HEARD);
    (void)pthread_mutex_unlock(&g->lock);
    return take;
}

const struct federation_part grew_part = {
    .name = "grew", .seconds = 1, .open = grew_open, .step = grew_step, .close = grew_close
};

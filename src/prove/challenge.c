#include "prove/challenge.h"

#include <pthread.h>
#include <stdlib.h>

#include "crypto/cipher.h"
#include "crypto/digest.h"

struct given {
    uint64_t nth; /* 0: free */
    enum challenge_use use;
    unix_time at;
    struct digest value, bound, from;
    size_t n;
    uint8_t kept[LIMIT_CHALLENGE_KEPT];
};

struct challenges {
    pthread_mutex_t lock;
    uint64_t count; /* given so far */
    struct given given[LIMIT_CHALLENGES];
};

struct challenges *challenges_new(void)
{
    struct challenges *c = calloc(1, sizeof *c);

    if (!c || pthread_mutex_init(&c->lock, NULL) != 0)
        abort();
    return c;
}

void challenges_free(struct challenges *c)
{
    if (!c)
        return;
    (void)pthread_mutex_destroy(&c->lock);
    free(c);
}

/* A free place, or the one given first: of this network when it has its share, else of all. */
static struct given *room_for(struct challenges *c, const struct digest *from)
{
    struct given *of_all = &c->given[0], *own = NULL;
    size_t n = 0;

    for (size_t i = 0; i < LIMIT_CHALLENGES; i++) {
        struct given *g = &c->given[i];

        of_all = g->nth < of_all->nth ? g : of_all;
        if (!g->nth || memcmp(g->from.b, from->b, from->n) != 0)
            continue;
        own = !own || g->nth < own->nth ? g : own;
        n++;
    }
    return n >= LIMIT_CHALLENGES_FROM ? own : of_all;
}

void challenge_give(struct challenges *c, enum challenge_use use, const struct challenge_to *to,
                    struct span kept, const uint8_t value[CHALLENGE_BYTES], unix_time now)
{
    struct given g = { .use = use, .at = now, .n = kept.n };

    if (kept.n > sizeof g.kept)
        abort(); /* the caller's mistake, not the request's */
    digest_of(DIGEST_SHA256, span_of(value, CHALLENGE_BYTES), &g.value);
    digest_of(DIGEST_SHA256, to->bound, &g.bound);
    digest_of(DIGEST_SHA256, to->from, &g.from);
    if (kept.n)
        memcpy(g.kept, kept.p, kept.n);
    (void)pthread_mutex_lock(&c->lock);
    g.nth = ++c->count;
    *room_for(c, &g.from) = g;
    (void)pthread_mutex_unlock(&c->lock);
}

/* Takes it out, if it is there. */
static bool take_out(struct challenges *c, enum challenge_use use, const struct digest *value,
                     struct given *out)
{
    bool found = false;

    (void)pthread_mutex_lock(&c->lock);
    for (size_t i = 0; i < LIMIT_CHALLENGES && !found; i++) {
        struct given *g = &c->given[i];

        found = g->nth && g->use == use && same_secret(g->value.b, value->b, value->n);
        if (found) {
            *out = *g;
            memset(g, 0, sizeof *g);
        }
    }
    (void)pthread_mutex_unlock(&c->lock);
    return found;
}

bool challenge_take(struct challenges *c, enum challenge_use use, struct span bound, struct span value,
                    unix_time now, struct challenge_kept *kept, struct why *w)
{
    struct digest v, b;
    struct given g;

    digest_of(DIGEST_SHA256, value, &v);
    digest_of(DIGEST_SHA256, bound, &b);
    if (!take_out(c, use, &v, &g))
        return why_set(w, "challenge-unknown", WHY_NO_OFFSET, NULL,
                       "this attempt was never begun here, or has ended: begin again");
    if (now < g.at || now - g.at > LIMIT_CHALLENGE_SECONDS)
        return why_set(w, "challenge-expired", WHY_NO_OFFSET, NULL,
                       "this attempt took longer than %d minutes: begin again", LIMIT_CHALLENGE_SECONDS / 60);
    if (!same_secret(g.bound.b, b.b, b.n))
        return why_set(w, "challenge-bound", WHY_NO_OFFSET, NULL,
                       "this attempt was begun by somebody else: begin again");
    kept->n = g.n;
    memcpy(kept->b, g.kept, g.n);
    return true;
}

/* Standing rules of release: what came in since the last time, by the rules that are active. */
#include <stdlib.h>

#include "node/cyber.h"
#include "node/indicators.h"
#include "service/cyber/standing.h"

static bool part_open(struct federation *f, void **state, struct why *w)
{
    const struct instance *i = f->o.instance;
    struct standing_places *p;

    if (!i->cyber || !i->store)
        return true;
    p = calloc(1, sizeof *p);
    if (!p)
        abort();
    if (!standing_places_read(i->config.cyber, p, w)) {
        free(p);
        return false;
    }
    *state = p;
    return true;
}

/* Steps of rules are taken between batches, never within one. */
static bool part_step(void *state, const struct federation_step *s, unsigned *again, struct why *w)
{
    const struct instance *i = s->f->o.instance;
    struct standing_ran ran = { 0 };
    struct standing_counts counts;
    struct cyber_desk d;
    bool ok = true;

    if (!s->f->streams)
        return true; /* nothing can be published now */
    if (!cyber_desk_of_federation(s->f, &d, w) || !standing_count(&d, s->now, &counts, w))
        return false;
    if (!counts.in[STANDING_ACTIVE])
        return true;
    ok = indicators_gate(s->f, &d, w);
    (void)pthread_mutex_lock(&i->cyber->rules);
    ok = ok && standing_run(&d, i->config.cyber, state, s->now, &ran, w);
    (void)pthread_mutex_unlock(&i->cyber->rules);
    if (ran.released) {
        federation_poke(s->f, "grew");
        federation_poke(s->f, "streams");
        federation_poke(s->f, "cosign");
    }
    if (ran.more)
        *again = 0;
    return ok;
}

static void part_close(void *state)
{
    free(state);
}

const struct federation_part standing_part = {
    .name = "standing", .seconds = 2, .open = part_open, .step = part_step, .close = part_close
};

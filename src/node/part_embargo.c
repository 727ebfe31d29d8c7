/* Embargoes of the cyber service that end: what was for the CERTs alone reaches who polls by date. */
#include <stdlib.h>

#include "node/cyber.h"
#include "service/cyber/embargo.h"

static bool part_open(struct federation *f, void **state, struct why *w)
{
    struct cyber_embargoes *e;

    (void)w;
    if (!f->o.instance->cyber)
        return true;
    e = calloc(1, sizeof *e);
    if (!e)
        abort();
    *state = e;
    return true;
}

static bool part_step(void *state, const struct federation_step *s, unsigned *again, struct why *w)
{
    size_t lifted;

    (void)again;
    return cyber_lift_embargoes(s->f->o.instance->cyber->objects, state, s->now, &lifted, w);
}

static void part_close(void *state)
{
    free(state);
}

const struct federation_part embargo_part = {
    .name = "embargo", .seconds = 5, .open = part_open, .step = part_step, .close = part_close
};

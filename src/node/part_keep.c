/* What was received is kept as long as the agreement says: looked at before anybody is served, and then every
 * ten minutes. */
#include "node/cyber.h"
#include "service/cyber/keep.h"

static bool erase(struct federation *f, unix_time now, struct why *w)
{
    struct cyber_desk d;
    size_t erased = 0;
    bool ok = cyber_desk_of_federation(f, &d, w) && cyber_erase_old(&d, now, &erased, w);

    if (erased)
        atomic_fetch_add(&f->o.instance->cyber->erased, erased);
    return ok;
}

static bool part_open(struct federation *f, void **state, struct why *w)
{
    if (!f->o.instance->cyber || !f->o.instance->store)
        return true;
    *state = f;
    return erase(f, f->o.now(f->o.ctx), w);
}

static bool part_step(void *state, const struct federation_step *s, unsigned *again, struct why *w)
{
    (void)again;
    return erase(state, s->now, w);
}

static void part_close(void *state)
{
    (void)state;
}

const struct federation_part keep_part = {
    .name = "keep", .seconds = 600, .open = part_open, .step = part_step, .close = part_close
};

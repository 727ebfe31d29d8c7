/*
 * Applications and permissions beside requests: what time brings to applications (questions, reminders, days
 * that are over, erasing), and revocations that are to be published in this member's log.
 */
#include <stdlib.h>

#include "node/federation.h"
#include "node/permit.h"
#include "service/travel/revoked.h"

enum { SECONDS = 2, PASS_SECONDS = 30 };

struct permit_part {
    struct permit permit;
    unix_time passed;
};

static bool permit_open(struct federation *f, void **state, struct why *w)
{
    const struct instance *i = f->o.instance;
    struct permit_part *s;

    if (!i->store || !i->check.store || f->config->sync_from)
        return true; /* an edge decides nothing and publishes nothing */
    s = calloc(1, sizeof *s);
    if (!s)
        abort();
    *state = s;
    return permit_of(f->config, &i->check, i, NULL, &s->permit, w);
}

/* One by one, each marked when it stands in the log: a crash between the two publishes it twice, which has
 * the effect of once. */
static bool publish(const struct federation_step *step, size_t *n, struct why *w)
{
    struct federation *f = step->f;
    struct revoked_open *open = NULL;
    struct stream_place place;
    size_t waiting = 0;

    *n = 0;
    if (!f->streams)
        return true;
    if (!revoked_open(f->o.instance->store, f->member, step->arena, &open, &waiting, w))
        return false;
    for (size_t i = waiting; i-- > 0 && !federation_ending(f);) {
        const struct stream_new r = {
            .type = SPAN(REVOCATION_TYPE), .subject = open[i].number, .time = open[i].at, .body = open[i].body
        };

        if (!streams_publish(f->streams, SPAN(REVOCATION_STREAM), SPAN("all"), &r, 1, step->now, &place, w) ||
            !revoked_published(f->o.instance->store, f->member, open[i].reference, step->now, w))
            return false;
        (*n)++;
    }
    return true;
}

static bool ended(void *ctx)
{
    return federation_ending(ctx);
}

static bool permit_step(void *state, const struct federation_step *step, unsigned *again, struct why *w)
{
    struct permit_part *s = state;
    size_t published = 0, moved = 0;

    (void)again;
    if (!publish(step, &published, w))
        return false;
    if (published)
        federation_poke(step->f, "cosign");
    if (step->now - s->passed < PASS_SECONDS)
        return true;
    if (!application_pass(&s->permit.desk, step->now, ended, step->f, &moved, w))
        return false;
    s->passed = step->now;
    return true;
}

const struct federation_part permit_part = {
    .name = "permit", .seconds = SECONDS, .open = permit_open, .step = permit_step, .close = free
};

/*
 * Slots and waiting beside requests: draws that are due, what is forgotten, and what this member says
 * publicly: the list of slots in stream "slots", counts in stream "waiting". Other members' counts come the
 * same way (slots_consumers).
 */
#include <stdlib.h>

#include "node/part_slots.h"
#include "service/travel/slots.h"
#include "service/travel/slots_audit.h"
#include "service/travel/waiting.h"

enum { SECONDS = 3, AT_ONCE = 200, FORGET_SECONDS = 3600, KEPT_DAYS = 400 };

struct slots_part {
    struct slot_desk desk;
    unix_time forgot;
};

static bool part_open(struct federation *f, void **state, struct why *w)
{
    const struct instance *i = f->o.instance;
    struct slots_part *s;

    (void)w;
    if (!i->store || !i->posts || f->config->sync_from)
        return true;
    s = calloc(1, sizeof *s);
    if (!s)
        abort();
    s->desk = (struct slot_desk){ i->store, i->posts, i->signer, f->member, 0 };
    *state = s;
    return true;
}

/* Marked when it stands in the log: a crash between the two publishes it twice, and the list is read by what
 * each entry says. */
static bool publish_slots(const struct federation_step *step, struct store *s, bool *more, struct why *w)
{
    struct stream_new *record;
    struct slot_event *e = NULL;
    struct stream_place place;
    size_t n = 0;

    if (!store_slot_events(s, 0, true, AT_ONCE, step->arena, &e, &n, w))
        return false;
    *more = n == AT_ONCE;
    record = arena_array(step->arena, n ? n : 1, sizeof *record);
    if (!n || !record)
        return true;
    for (size_t i = 0; i < n; i++)
        record[i] = (struct stream_new){ .type = SPAN(SLOTS_TYPE), .time = e[i].at, .body = e[i].body };
    return streams_publish(step->f->streams, SPAN(SLOTS_STREAM), SPAN("all"), record, n, step->now, &place,
                           w) &&
           store_slot_published(s, e[n - 1].seq, w);
}

static bool publish_counts(const struct federation_step *step, struct store *s, bool *more, struct why *w)
{
    struct waiting_count *c = NULL;
    struct stream_place place;
    size_t n = 0;

    if (!store_waiting_due(s, step->now - WAITING_PERIOD, AT_ONCE, step->arena, &c, &n, w))
        return false;
    *more = *more || n == AT_ONCE;
    for (size_t i = 0; i < n && !federation_ending(step->f); i++) {
        struct buffer b;
        uint8_t mem[512];
        struct stream_new r = { .type = SPAN(WAITING_TYPE), .time = c[i].at };

        buf_init_fixed(&b, mem, sizeof mem);
        if (!waiting_record_put(&c[i], &b, w))
            return false;
        r.body = buf_span(&b);
        if (!streams_publish(step->f->streams, SPAN(WAITING_STREAM), SPAN("all"), &r, 1, step->now, &place,
                             w) ||
            !store_waiting_published(s, c[i].place, c[i].at, w))
            return false;
    }
    return true;
}

static bool part_step(void *state, const struct federation_step *step, unsigned *again, struct why *w)
{
    struct slots_part *s = state;
    struct slot_turned turned;
    bool more = false;
    int64_t n = 0;

    s->desk.now = step->now;
    if (!slot_turn(&s->desk, step->arena, &turned, w))
        return false;
    if (step->now - s->forgot >= FORGET_SECONDS) {
        if (!slot_forget(&s->desk, &n, w) ||
            !store_waiting_erase(s->desk.store, step->now - (int64_t)KEPT_DAYS * 86400, &n, w))
            return false;
        s->forgot = step->now;
    }
    if (!step->f->streams)
        return true;
    if (!federation_may_sign(step->f, step->roster, SIGN_RECORDS, w) ||
        !publish_slots(step, s->desk.store, &more, w) || !publish_counts(step, s->desk.store, &more, w))
        return false;
    if (more)
        *again = 0;
    return true;
}

const struct federation_part slots_part = {
    .name = "slots", .seconds = SECONDS, .open = part_open, .step = part_step, .close = free
};

/* ---- other members' counts ---- */

static enum sync_needs published(void *ctx, struct span type)
{
    (void)ctx;
    (void)type;
    return SYNC_PUBLISHED; /* an hour later a waiting time is worth nothing */
}

/* The member is the one whose log it is, whatever the body says; one that cannot be read is nobody's. */
static bool take_count(void *ctx, const struct sync_record *r, struct why *w)
{
    const struct sync_consumer_view *v = ctx;
    struct waiting_count c;
    struct arena a;
    struct why bad;
    bool ok = true;

    if (r->erased || !span_eq_str(r->leaf->type, WAITING_TYPE))
        return true;
    why_clear(&bad);
    arena_init(&a, 1 << 20);
    if (waiting_record_parse(r->body, &a, &c, &bad)) {
        c.member = r->owner;
        ok = store_waiting_put(v->s->f->o.instance->store, &c, &bad);
        if (!ok && strcmp(bad.reason, "request") == 0)
            ok = true;
        else if (!ok)
            (void)why_set(w, bad.reason, bad.offset, bad.clause, "%s", bad.detail);
    }
    arena_free(&a);
    return ok;
}

size_t slots_consumers(struct sync_consumer_view *v, struct sync_consumer *out)
{
    const struct instance *i = v->s->f->o.instance;

    if (!i->store || !i->posts)
        return 0;
    out[0] = (struct sync_consumer){
        .name = "waiting", .stream = WAITING_STREAM, .needs = published, .take = take_count, .ctx = v
    };
    return 1;
}

/* Notices beside requests: the own logs read on, what was confirmed published, what has ended erased; and
 * what comes from the other members. */
#include <stdlib.h>

#include "log/origin.h"
#include "node/notices.h"
#include "node/part_sync.h"
#include "sync/replica.h"

enum { SECONDS = 2, PAGE = 4096 };

static bool part_open(struct federation *f, void **state, struct why *w)
{
    const struct instance *i = f->o.instance;
    struct notice_desk_options o = { .member = f->member,
                                     .name = span_str(f->config->name),
                                     .agreement = i->agreement,
                                     .store = i->store,
                                     .book = i->notices,
                                     .streams = f->streams,
                                     .signer = i->signer,
                                     .random = random_bytes,
                                     .officers = f->config->notice_officers.item,
                                     .n_officers = f->config->notice_officers.n };

    (void)w;
    if (!i->notices || f->config->sync_from)
        return true; /* an edge says nothing; it is told by its member's node */
    *state = notice_desk_open(&o);
    return true;
}

static bool ended(void *ctx)
{
    return federation_ending(ctx);
}

static bool part_step(void *state, const struct federation_step *s, unsigned *again, struct why *w)
{
    struct notice_passed n = { 0 };
    size_t expired = 0;

    (void)again;
    if (!notice_desk_pass(state, s->now, ended, s->f, &n, w) ||
        !notice_book_tidy(s->f->o.instance->notices, s->now, &expired, w))
        return false;
    if (n.published || n.signed_erased || n.erased) {
        federation_poke(s->f, "streams");
        federation_poke(s->f, "cosign");
    }
    return true;
}

static void part_close(void *state)
{
    notice_desk_close(state);
}

struct notice_desk *notices_part_desk(const struct federation *f)
{
    return f ? federation_part_state(f, "notices") : NULL;
}

const struct federation_part notices_part = {
    .name = "notices", .seconds = SECONDS, .open = part_open, .step = part_step, .close = part_close
};

/* ---- from the other members ---- */

/* How many were proposed in that log before: counted by the types of its entries, whose bodies may be gone.
 */
static bool ordinal(struct store *s, const struct sync_record *r, uint64_t *out, struct why *w)
{
    struct replica_row row;
    struct arena a;
    bool found = false, ok;
    uint64_t from = 0, n = 0;

    arena_init(&a, 64 << 20);
    ok = replica_find(s, r->origin->text, &found, &a, &row, w);
    while (ok && found && from < r->index) {
        struct replica_entry *e = NULL;
        size_t k = 0;
        uint64_t next = 0;
        struct arena page;

        arena_init(&page, 64 << 20);
        ok = replica_entries(s, &row, from, PAGE, SPAN(NOTICE_TYPE_PROPOSED), false, &page, &e, &k, &next, w);
        for (size_t i = 0; ok && i < k; i++)
            n += e[i].index < r->index;
        arena_free(&page);
        if (!ok || next <= from)
            break;
        from = next;
    }
    arena_free(&a);
    *out = n;
    return ok;
}

static bool take(void *ctx, const struct sync_record *r, struct why *w)
{
    const struct sync_consumer_view *v = ctx;
    const struct instance *i = v->s->f->o.instance;
    const struct roster_member *m = roster_find(v->s->roster, r->owner);
    struct notice_arrival x = { .owner = r->owner,
                                .name = r->origin->name,
                                .pub = roster_counts(m) ? m->node : NULL,
                                .stream = r->origin->stream,
                                .audience = r->origin->audience,
                                .shard = r->origin->shard,
                                .origin = r->origin->text,
                                .index = r->index,
                                .type = r->leaf->type,
                                .body = r->body,
                                .erased = r->erased };

    if (r->erased)
        return true;
    if (span_eq_str(x.type, NOTICE_TYPE_PROPOSED) && !ordinal(i->store, r, &x.ordinal, w))
        return false;
    return notice_book_take(i->notices, &x, NULL, w);
}

/* As the agreement has it: a notice counts when it is published. What ends one must not wait for witnesses.
 */
static enum sync_needs at_once(void *ctx, struct span type)
{
    (void)ctx;
    (void)type;
    return SYNC_PUBLISHED;
}

size_t notices_consumers(struct sync_consumer_view *v, struct sync_consumer *out)
{
    if (!v->s->f->o.instance->notices)
        return 0;
    out[0] = (struct sync_consumer){
        .name = "notices", .stream = NOTICES_STREAM, .needs = at_once, .take = take, .ctx = v
    };
    out[1] = (struct sync_consumer){
        .name = "notice-desk", .stream = NOTICES_DESK, .needs = at_once, .take = take, .ctx = v
    };
    return 2;
}

/* Stream "cooperation": own records into the log, in the order in which they were said; those of the other
 * members into the store, checked. */
#include "base/limits.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/node_key.h"
#include "node/cooperation.h"
#include "node/part_sync.h"
#include "node/spoken.h"
#include "service/cyber/drill.h"
#include "store/cyber_acts.h"
#include "wire/json_write.h"

enum { SECONDS = 3, AT_ONCE = 16, MEMORY = 64 << 20 };

static bool part_open(struct federation *f, void **state, struct why *w)
{
    (void)w;
    if (f->o.instance->store && !f->config->sync_from)
        *state = f;
    return true;
}

/* Marked when it stands in the log: a crash between the two publishes it twice, under the same id. */
static bool publish(const struct federation_step *s, const struct cooperation_row *r, struct why *w)
{
    const struct stream_new x = { .type = SPAN(COOPERATION_TYPE), .time = r->at, .body = r->body };
    struct stream_place place;

    return streams_publish(s->f->streams, SPAN(COOPERATION_STREAM), r->audience, &x, 1, s->now, &place, w) &&
           store_cooperation_sent(s->f->o.instance->store, r->id, w);
}

static struct coop_desk desk_of(const struct federation *f)
{
    const struct instance *i = f->o.instance;

    return (struct coop_desk){ .self = f->member,
                               .name = span_str(f->config->name),
                               .agreement = i->agreement,
                               .signer = f->streams && !f->config->sync_from ? i->signer : NULL,
                               .store = i->store,
                               .random = random_bytes };
}

/* Injects of own drills by the clock. What does not go out now is tried at the next step. */
static bool drills(const struct federation_step *s, struct why *w)
{
    struct coop_desk d = desk_of(s->f);
    struct arena a;
    size_t n = 0;
    bool ok;

    arena_init(&a, LIMIT_COOPERATION_MEMORY);
    ok = !d.signer || drill_step(&d, s->now, &a, &n, w);
    arena_free(&a);
    return ok;
}

static bool part_step(void *state, const struct federation_step *s, unsigned *again, struct why *w)
{
    struct store *store = s->f->o.instance->store;
    struct cooperation_row *r = NULL;
    size_t n = 0;

    (void)state;
    if (!s->f->streams)
        return true;
    if (!drills(s, w))
        return false;
    if (!store_cooperation_due(store, AT_ONCE, s->arena, &r, &n, w))
        return false;
    if (n && !federation_may_sign(s->f, s->roster, SIGN_RECORDS, w))
        return false;
    for (size_t i = 0; i < n && !federation_ending(s->f); i++)
        if (!publish(s, &r[i], w))
            return false;
    if (n) {
        federation_poke(s->f, "grew");
        federation_poke(s->f, "streams");
        federation_poke(s->f, "cosign");
    }
    if (n == AT_ONCE)
        *again = 0;
    return true;
}

const struct federation_part cooperation_part = {
    .name = "cooperation", .seconds = SECONDS, .open = part_open, .step = part_step
};

/* ---- from the other members ---- */

/* What is not taken leaves a row that says why, for a person here. */
static bool hold(struct store *s, const struct sync_record *r, const struct why *bad, unix_time now,
                 struct why *w)
{
    uint8_t mem[ORIGIN_MAX + 512];
    struct json_writer j;
    struct buffer b;
    struct digest d;
    char id[2 + 32 + 1] = "C-";
    struct buffer hex;
    bool news;

    buf_init_fixed(&b, mem, sizeof mem);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_text(&j, "origin", r->origin->text);
    jw_int(&j, "index", (int64_t)r->index);
    jw_str(&j, "reason", bad->reason);
    jw_str(&j, "detail", bad->detail);
    jw_object_end(&j);
    digest_of(DIGEST_SHA256, buf_span(&b), &d);
    buf_init_fixed(&hex, id + 2, sizeof id - 2);
    hex_put(&hex, span_of(d.b, 16));
    id[sizeof id - 1] = 0;
    const struct cyber_act_row row = { .id = span_str(id),
                                       .at = now,
                                       .act = SPAN("held"),
                                       .who = r->owner,
                                       .audience = r->origin->audience,
                                       .article = SPAN("-"),
                                       .body = buf_span(&b) };
    return store_put_cyber_act(s, &row, &news, w);
}

static bool keep(struct store *s, const struct sync_record *r, const struct coop_record *c, struct why *w)
{
    const struct cooperation_row row = { .id = span_of(c->id, COOP_ID - 1),
                                         .part = span_str(coop_part_word(coop_part_of(c->kind))),
                                         .kind = span_str(coop_kind_word(c->kind)),
                                         .member = c->member,
                                         .at = c->at,
                                         .audience = r->origin->audience,
                                         .body = c->note };
    bool news;

    return store_put_cooperation(s, &row, &news, w);
}

static bool take(void *ctx, const struct sync_record *r, struct why *w)
{
    const struct sync_consumer_view *v = ctx;
    struct store *s = v->s->f->o.instance->store;
    const struct roster_member *m = roster_find(v->s->roster, r->owner);
    struct why bad = { 0 };
    struct coop_record *c;
    struct arena a;
    bool ok;

    if (r->erased || !span_eq_str(r->leaf->type, COOPERATION_TYPE))
        return true;
    if (!roster_counts(m))
        return why_set(w, "member", WHY_NO_OFFSET, NULL,
                       "the member's key is not known now"); /* told again */
    arena_init(&a, MEMORY);
    c = arena_alloc(&a, sizeof *c);
    ok = c && coop_open(r->body, r->origin->name, m->node, &a, c, &bad) &&
         coop_check_arrival(c, r->owner, r->origin->audience, r->leaf->time, &a, &bad);
    ok = ok ? keep(s, r, c, w) : hold(s, r, &bad, v->s->now, w);
    arena_free(&a);
    return ok;
}

/* A request has a deadline: it does not wait for witnesses. */
static enum sync_needs at_once(void *ctx, struct span type)
{
    (void)ctx;
    (void)type;
    return SYNC_PUBLISHED;
}

size_t cooperation_consumers(struct sync_consumer_view *v, struct sync_consumer *out)
{
    if (!v->s->f->o.instance->store)
        return 0;
    out[0] = (struct sync_consumer){
        .name = "cooperation", .stream = COOPERATION_STREAM, .needs = at_once, .take = take, .ctx = v
    };
    return 1;
}

bool cooperation_desk(const struct node_view *v, struct coop_desk *out, struct why *w)
{
    const struct federation *f = v->o->federation;
    const struct instance *i = f ? f->o.instance : NULL;

    if (!i || !i->store)
        return why_set(w, "not-ready", WHY_NO_OFFSET, NULL,
                       "this node has no part in the federation, or no store");
    *out = desk_of(f);
    out->tongues = node_tongues(v->assets);
    return true;
}

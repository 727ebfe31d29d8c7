/* Objects of the cyber service that come from the other members, and what they say they held back of ours. */
#include <stdatomic.h>

#include "base/limits.h"
#include "node/cyber.h"
#include "node/part_sync.h"
#include "service/cyber/keep.h"
#include "wire/json.h"
#include "wire/json_write.h"

enum { TOLD_MEMORY = 8 << 20 };

static _Atomic uint64_t n_records, n_objects, n_added, n_held;

void cyber_counts_of(struct cyber_counts *out)
{
    *out = (struct cyber_counts){ n_records, n_objects, n_added, n_held };
}

/* To the member that sent them: which objects of which record, and why. */
static void report(const struct federation_step *s, const struct cyber_base *b, struct span member,
                   struct span type, struct span body)
{
    const struct stream_new r = { .type = type, .time = s->now, .body = body };
    uint8_t at = cyber_place_of(&b->places, member);
    struct buffer audience;
    struct stream_place place;
    struct why w = { 0 };

    if (!s->f->streams || at >= CYBER_PLACES)
        return;
    buf_init(&audience, ORIGIN_AUDIENCE);
    if (cyber_audience_put(&b->places, (uint64_t)1 << at, CYBER_NO_PLACE, &audience) &&
        streams_publish(s->f->streams, SPAN(CYBER_STREAM), buf_span(&audience), &r, 1, s->now, &place, &w)) {
        federation_poke(s->f, "streams");
        federation_poke(s->f, "cosign");
        federation_poke(s->f, "grew");
    }
    buf_free(&audience);
}

/* That it is withdrawn here too; told again after a crash it is the same. */
static void acknowledge(const struct federation_step *s, const struct cyber_base *b, struct span member,
                        const struct cyber_taken *got)
{
    struct json_writer j;
    char time[TIME_TEXT];
    uint8_t mem[256];
    struct buffer body;

    buf_init_fixed(&body, mem, sizeof mem);
    j = json_to(&body);
    jw_object(&j, NULL);
    jw_str(&j, "recall", got->release);
    jw_int(&j, "revoked", (int64_t)got->revoked);
    jw_str(&j, "at", time_format(s->now, time));
    jw_object_end(&j);
    if (buf_ok(&body))
        report(s, b, member, SPAN(CYBER_TYPE_DONE), buf_span(&body));
}

/* A member says that it carried out a recall; cyber_recalls asks whether it was ordered, and of that member.
 */
static bool take_done(const struct federation_step *s, const struct sync_record *r, struct why *w)
{
    struct cyber_act_row row = { .at = s->now,
                                 .act = SPAN("done"),
                                 .who = r->owner,
                                 .audience = SPAN("self"),
                                 .article = SPAN("-"),
                                 .body = r->body };
    char id[CYBER_TOLD_ID];
    struct why bad = { 0 };
    struct arena a;
    bool news, ok;

    arena_init(&a, TOLD_MEMORY);
    ok = cyber_done_read(r->owner, r->body, &a, id, &bad);
    arena_free(&a);
    if (!ok)
        return true; /* nothing that anybody could read */
    row.id = span_str(id);
    return store_put_cyber_act(s->f->o.instance->store, &row, &news, w);
}

/* What another member holds back of ours: for a person here to look at. */
static bool take_told(const struct federation_step *s, const struct sync_record *r, struct why *w)
{
    struct cyber_act_row row = { .at = r->leaf->time,
                                 .act = SPAN("told"),
                                 .who = r->owner,
                                 .audience = SPAN("self"),
                                 .article = SPAN("-"),
                                 .body = r->body };
    char id[CYBER_TOLD_ID];
    struct why bad = { 0 };
    struct arena a;
    struct json j;
    bool news, ok;

    arena_init(&a, TOLD_MEMORY);
    ok = r->body.n <= LIMIT_CYBER_TOLD && json_parse(r->body, &a, &j, &bad) &&
         json_is(&j, JSON_ROOT, JSON_KIND_OBJECT);
    arena_free(&a);
    if (!ok)
        return true; /* nothing that anybody could read */
    cyber_told_id(r->origin->text, r->index, id);
    row.id = span_str(id);
    return store_put_cyber_act(s->f->o.instance->store, &row, &news, w);
}

static bool take(void *ctx, const struct sync_record *r, struct why *w)
{
    const struct sync_consumer_view *v = ctx;
    const struct federation_step *s = v->s;
    const struct instance *i = s->f->o.instance;
    const struct sharing_rules *rules = NULL;
    struct cyber_law law;
    struct cyber_taking t = { .places = &i->cyber->places,
                              .law = &law,
                              .article = "-",
                              .objects = i->cyber->objects,
                              .store = i->store,
                              .now = s->now };
    const struct cyber_arrival x = { .member = r->owner,
                                     .origin = r->origin->text,
                                     .audience = r->origin->audience,
                                     .index = r->index,
                                     .type = r->leaf->type,
                                     .body = r->body };
    struct cyber_taken got = { 0 };
    bool ok;

    if (r->erased)
        return true;
    if (span_eq_str(x.type, CYBER_TYPE_TOLD))
        return take_told(s, r, w);
    if (span_eq_str(x.type, CYBER_TYPE_DONE))
        return take_done(s, r, w);
    cyber_base_law(i, s->now, &law, &rules);
    if (cyber_is_over(rules, r->leaf->time, s->now))
        return true; /* a log that is read anew brings nothing back */
    if (rules)
        t.article = rules->article;
    buf_init(&got.told, LIMIT_CYBER_TOLD);
    ok = cyber_take(&t, &x, &got, w);
    if (ok && got.held && got.report)
        report(s, i->cyber, r->owner, SPAN(CYBER_TYPE_TOLD), buf_span(&got.told));
    if (ok && got.revoked && got.release[0] == 'W')
        acknowledge(s, i->cyber, r->owner, &got);
    buf_free(&got.told);
    n_records += ok;
    n_objects += ok ? got.objects : 0;
    n_added += ok ? got.added : 0;
    n_held += ok ? got.held : 0;
    return ok;
}

/* As the agreement says: published; a withdrawal must not wait for witnesses. */
static enum sync_needs at_once(void *ctx, struct span type)
{
    (void)ctx;
    (void)type;
    return SYNC_PUBLISHED;
}

size_t cyber_consumers(struct sync_consumer_view *v, struct sync_consumer *out)
{
    if (!v->s->f->o.instance->cyber || !v->s->f->o.instance->store)
        return 0;
    out[0] = (struct sync_consumer){
        .name = "cyber", .stream = CYBER_STREAM, .needs = at_once, .take = take, .ctx = v
    };
    return 1;
}

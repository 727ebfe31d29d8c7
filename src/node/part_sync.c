/* Other members' logs come into the store: who has which, a round over them, and the consumers behind it. */
#include <stdlib.h>

#include "crypto/digest.h"
#include "link/log_source.h"
#include "log/roster_policy.h"
#include "lookup/revocation.h"
#include "node/events.h"
#include "node/lookups.h"
#include "node/part_sync.h"
#include "node/sync_report.h"
#include "service/cyber/cooperation.h"
#include "service/cyber/release_batch.h"
#include "service/notice/documents.h"
#include "service/notice/notice_statement.h"
#include "service/travel/waiting.h"
#include "sync/list.h"

enum {
    LISTS_MS = 10 * 1000,
    FILE_MS = 60 * 1000,
    STEP_MS = 5 * 60 * 1000, /* with one source */
    LIST_BYTES = 4 * 1024 * 1024,
    DELIVER = 4096,
    BUDGET_ENTRIES = 256 * 1024,
    BUDGET_BYTES = 64 * 1024 * 1024,
};

struct sync_part {
    struct federation *f;
    unix_time since;
    uint64_t round;
    pthread_mutex_t lock; /* of totals */
    struct sync_totals totals;
    unix_time finished;
};

/* The logs of all members as they say they have them. */
struct listing {
    const struct federation_step *s;
    struct sync_target *target;
    struct link_log *link;
    size_t n, n_link;
};

static bool part_open(struct federation *f, void **state, struct why *w)
{
    struct sync_part *p = calloc(1, sizeof *p);

    (void)w;
    if (!p)
        abort();
    p->f = f;
    p->since = f->o.now(f->o.ctx);
    (void)pthread_mutex_init(&p->lock, NULL);
    *state = p;
    return true;
}

static void part_close(void *state)
{
    struct sync_part *p = state;

    (void)pthread_mutex_destroy(&p->lock);
    free(p);
}

static struct sync_target *target_of(struct listing *l, struct span origin)
{
    const struct roster_member *m = roster_of_origin(l->s->roster, origin);
    struct policy *policy;
    struct sync_target *t;
    struct origin o;
    struct why w;

    for (size_t i = 0; i < l->n; i++)
        if (span_eq(l->target[i].origin, origin))
            return &l->target[i];
    if (l->n == LIMIT_SYNC_LOGS || !roster_counts(m) ||
        (span_eq(m->state, l->s->f->member) && !l->s->f->config->sync_from) ||
        !origin_parse(origin, &o, NULL) || !origin_audience_has(o.audience, m->state, l->s->f->member))
        return NULL;
    why_clear(&w);
    policy = arena_alloc(l->s->arena, sizeof *policy);
    origin = arena_copy(l->s->arena, origin);
    if (!policy || !origin.p ||
        (!roster_policy(l->s->roster, origin, l->s->arena, policy, &w) && strcmp(w.reason, "quorum") != 0))
        return NULL;
    t = &l->target[l->n++];
    *t = (struct sync_target){ .origin = origin, .owner = m->state, .policy = policy };
    return t;
}

/* The owner stands first. */
static void add_source(struct listing *l, struct span origin, struct span at)
{
    struct sync_target *t = target_of(l, origin);
    struct link_log *g;

    if (!t || t->n == SYNC_SOURCES || l->n_link == LIMIT_SYNC_LOGS * SYNC_SOURCES)
        return;
    g = &l->link[l->n_link++];
    link_log_init(g, l->s->f->links, at, t->origin, FILE_MS);
    t->source[t->n++] =
        (struct sync_source){ .member = at, .owner = span_eq(at, t->owner), .files = link_log_source(g) };
    if (t->source[t->n - 1].owner && t->n > 1) {
        struct sync_source first = t->source[0];

        t->source[0] = t->source[t->n - 1];
        t->source[t->n - 1] = first;
    }
}

struct adding {
    struct listing *l;
    struct span at;
};

static bool add_one(void *ctx, const struct origin *o, struct why *w)
{
    const struct adding *d = ctx;

    (void)w;
    add_source(d->l, o->text, d->at);
    return true;
}

static bool ask_member(struct listing *l, const struct roster_member *m, struct why *w)
{
    const struct link_request q = {
        .method = "GET", .path = "/logs", .most = LIST_BYTES, .timeout_ms = LISTS_MS
    };
    struct link_answer got;

    if (!link_call(l->s->f->links, m->state, &q, l->s->arena, &got, w))
        return false;
    if (got.status != 200)
        return why_set(w, "status", WHY_NO_OFFSET, NULL, "%.*s answers /logs with %u", (int)m->state.n,
                       (const char *)m->state.p, got.status);
    return log_list_read(got.body, l->s->arena, add_one, &(struct adding){ l, m->state }, w);
}

/* Every other member that has an address; of an edge its member's own node alone. */
static bool is_source(const struct federation *f, const struct roster_member *m)
{
    if (f->config->sync_from)
        return roster_counts(m) && span_eq(m->state, f->member);
    return roster_counts(m) && m->address.n && !span_eq(m->state, f->member);
}

static bool ask_members(struct listing *l, struct why *w)
{
    bool ok = true;

    for (size_t i = 0; i < l->s->roster->n && !federation_ending(l->s->f); i++) {
        const struct roster_member *m = &l->s->roster->member[i];
        struct why one;

        if (!is_source(l->s->f, m))
            continue;
        why_clear(&one);
        if (ask_member(l, m, &one))
            continue;
        /* Who is left alone for a while is as far away as before: one word for both, told once. */
        if (strcmp(one.reason, "backing-off") == 0)
            one.reason = "unreachable";
        ok = why_set(w, one.reason, WHY_NO_OFFSET, NULL, "%s", one.detail);
    }
    return ok;
}

struct told {
    struct why *w;
    struct federation *f;
    struct link_log more[SYNC_AHEAD];
};

/* What is asked for early goes over connections of its own to the same member; all of it ends together. */
static size_t begin(void *ctx, const struct sync_source *s, struct log_source *more)
{
    struct told *d = ctx;
    struct link_log *g = s->files.ctx;

    g->until_ms = d->f->clock_ms(NULL) + STEP_MS;
    for (size_t i = 0; i < SYNC_AHEAD; i++) {
        d->more[i] = *g;
        more[i] = link_log_source(&d->more[i]);
    }
    return SYNC_AHEAD;
}

static void note(void *ctx, const struct sync_target *t, const struct why *w)
{
    struct told *d = ctx;

    if (w && strcmp(w->reason, "backing-off") != 0)
        (void)why_set(d->w, w->reason, WHY_NO_OFFSET, w->clause, "%.*s: %s",
                      (int)(t->origin.n > 80 ? 80 : t->origin.n), (const char *)t->origin.p, w->detail);
}

static bool ending(void *ctx)
{
    return federation_ending(((struct told *)ctx)->f);
}

static struct span owner_of(void *ctx, struct span name)
{
    const struct roster *r = ctx;

    for (size_t i = 0; i < r->n; i++)
        if (span_eq(r->member[i].name, name) && roster_counts(&r->member[i]))
            return r->member[i].state;
    return (struct span){ 0 };
}

/* How old each State's list of documents is, once what arrived was handed over. */
static void age_lists(const struct federation_step *s, bool told)
{
    struct lookups *l = s->f->o.instance->lookups;
    const struct replica_row *row = NULL;
    size_t n = 0;

    if (!l || !s->roster || !replica_list(s->f->o.instance->store, s->arena, &row, &n, NULL))
        return;
    lookups_aged(l, row, n, s->roster, told,
                 s->f->config->log_key && !s->f->config->sync_from ? s->f->member : (struct span){ 0 });
}

/* What pages see of a stream's records. */
static unsigned shown_as(const char *stream)
{
    static const struct {
        const char *stream;
        unsigned topics;
    } known[] = {
        { "trust", EVENTS_TRUST },         { REVOCATION_STREAM, EVENTS_DESK | EVENTS_LANE },
        { DOCUMENTS_STREAM, EVENTS_LANE }, { WAITING_STREAM, EVENTS_SLOTS },
        { "licence-status", EVENTS_LANE }, { COOPERATION_STREAM, EVENTS_COOPERATION },
        { CYBER_STREAM, EVENTS_CYBER },    { NOTICES_STREAM, EVENTS_NOTICES | EVENTS_HITS },
        { NOTICES_DESK, EVENTS_NOTICES },
    };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].stream, stream) == 0)
            return known[i].topics;
    return 0;
}

static bool deliver(const struct federation_step *s, struct why *w)
{
    struct sync_consumer c[SYNC_CONSUMERS];
    struct sync_consumer_view view = { .s = s };
    size_t n = sync_consumers(&view, c);
    struct sync_delivery d;
    bool ok = true, told = true;

    for (size_t i = 0; i < n; i++) {
        if (!sync_deliver(s->f->o.instance->store, &c[i], owner_of, (void *)(uintptr_t)s->roster, DELIVER, &d,
                          w))
            return false;
        if (d.told + d.late)
            events_tell(s->f->o.events, shown_as(c[i].stream) | EVENTS_FEDERATION);
        if (strcmp(c[i].stream, DOCUMENTS_STREAM) == 0)
            told = !d.why.reason && d.told + d.late < DELIVER; /* else more may wait */
        if (d.why.reason)
            ok = why_set(w, d.why.reason, d.why.offset, d.why.clause, "%s: %s", c[i].name, d.why.detail);
    }
    age_lists(s, told);
    return ok;
}

/* Told once, like whatever else does not go well: somebody's data grow old here. */
static bool is_fresh(const struct sync_part *p, const struct federation_step *s, struct why *w)
{
    struct sync_report *r = arena_alloc(s->arena, sizeof *r);

    if (!r || !sync_report(s->f, p->since, s->now, s->arena, r, w))
        return r == NULL;
    for (size_t i = 0; i < r->n; i++)
        if (r->member[i].stale)
            return why_set(w, "stale", WHY_NO_OFFSET, NULL,
                           "%s: no log of it was looked at for more than %u hours", r->member[i].member,
                           s->f->config->stale_hours);
    return true;
}

static bool part_step(void *state, const struct federation_step *s, unsigned *again, struct why *w)
{
    struct sync_part *p = state;
    struct why first;
    struct told told = { .w = &first, .f = s->f };
    struct sync_round o = { .store = s->f->o.instance->store,
                            .member = s->f->member,
                            .budget = { BUDGET_ENTRIES, BUDGET_BYTES },
                            .round = p->round++,
                            .now = s->now,
                            .told = note,
                            .ending = ending,
                            .begin = begin,
                            .ctx = &told };
    struct listing l = { .s = s };
    struct sync_totals sum;
    bool ok;

    why_clear(&first);
    if (!s->roster || !o.store)
        return true;
    l.target = arena_array(s->arena, LIMIT_SYNC_LOGS, sizeof *l.target);
    l.link = arena_array(s->arena, LIMIT_SYNC_LOGS * SYNC_SOURCES, sizeof *l.link);
    if (!l.target || !l.link)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (o.round == 0 && !deliver(s, &first)) /* what came before the node was stopped */
        why_clear(&first);
    ok = ask_members(&l, w);
    sync_round(&o, l.target, l.n, &sum);
    if (first.reason)
        ok = why_set(w, first.reason, first.offset, first.clause, "%s", first.detail);
    ok = deliver(s, w) && ok;
    if (ok)
        ok = is_fresh(p, s, w);
    if (sum.more)
        *again = 0;
    (void)pthread_mutex_lock(&p->lock);
    p->totals.entries += sum.entries;
    p->totals.bytes += sum.bytes;
    p->totals.bodies += sum.bodies;
    p->totals.erased += sum.erased;
    p->totals.compared += sum.compared;
    p->totals.logs = sum.logs;
    p->totals.more = sum.more;
    p->totals.failed = sum.failed;
    p->totals.missing = sum.missing;
    p->totals.forked = sum.forked;
    p->finished = s->now;
    (void)pthread_mutex_unlock(&p->lock);
    return ok;
}

bool sync_part_totals(const struct federation *f, struct sync_totals *out, unix_time *finished)
{
    struct sync_part *p = federation_part_state(f, "sync");

    if (!p)
        return false;
    (void)pthread_mutex_lock(&p->lock);
    *out = p->totals;
    *finished = p->finished;
    (void)pthread_mutex_unlock(&p->lock);
    return true;
}

/* Replicas are served to others: an owner that cannot be reached is not missed. */
struct look {
    const struct roster *roster;
    const uint8_t *hash; /* NULL: all */
    struct arena *arena;
    void (*one)(void *ctx, const struct federation_log *l);
    void *ctx;
};

static bool is_hash(struct span origin, const uint8_t hash[32])
{
    struct digest d;

    digest_of(DIGEST_SHA256, origin, &d);
    return memcmp(d.b, hash, 32) == 0;
}

static void each(const struct sync_part *p, const struct look *k)
{
    const struct replica_row *row = NULL;
    size_t n = 0;
    struct why w;

    why_clear(&w);
    if (!p->f->o.instance->store || !replica_list(p->f->o.instance->store, k->arena, &row, &n, &w))
        return;
    for (size_t i = 0; i < n; i++) {
        const struct roster_member *m = roster_of_origin(k->roster, row[i].origin);
        const struct federation_log l = { .origin = row[i].origin,
                                          .owner = m ? arena_copy(k->arena, m->state) : (struct span){ 0 } };

        if (l.owner.n && row[i].complete_size && (!k->hash || is_hash(row[i].origin, k->hash)))
            k->one(k->ctx, &l);
    }
}

static void look(const struct sync_part *p, struct look *k)
{
    struct beliefs *b = keeper_take(p->f->o.keeper);

    k->roster = b->roster;
    if (b->roster)
        each(p, k);
    keeper_give(p->f->o.keeper, b);
}

static void take_one(void *ctx, const struct federation_log *l)
{
    *(struct federation_log *)ctx = *l;
}

static bool part_find(void *state, const uint8_t hash[32], struct arena *a, struct federation_log *out)
{
    struct federation_log found = { 0 };
    struct look k = { .hash = hash, .arena = a, .one = take_one, .ctx = &found };

    look(state, &k);
    if (found.origin.n)
        *out = found;
    return found.origin.n > 0;
}

static void part_list(void *state, struct arena *a, void (*one)(void *ctx, const struct federation_log *l),
                      void *ctx)
{
    struct look k = { .arena = a, .one = one, .ctx = ctx };

    look(state, &k);
}

const struct federation_part sync_part = { .name = "sync",
                                           .seconds = 5,
                                           .open = part_open,
                                           .step = part_step,
                                           .close = part_close,
                                           .find = part_find,
                                           .list = part_list };

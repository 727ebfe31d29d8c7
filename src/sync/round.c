#include "sync/round.h"

enum { STEP_MEMORY = 64 << 20, GOSSIP = 2 };

bool sync_other_may_serve(const char *reason)
{
    return strcmp(reason, "history") != 0 && strcmp(reason, "audience") != 0 &&
           strncmp(reason, "store", 5) != 0;
}

static void tell(const struct sync_round *o, const struct sync_target *t, const struct findings *f,
                 const struct why *w)
{
    for (size_t i = 0; f && i < f->n; i++)
        o->told(o->ctx, t, &f->item[i].why);
    if (w)
        o->told(o->ctx, t, w);
}

/* One step with one source. */
static bool step(const struct sync_round *o, const struct sync_target *t, const struct sync_source *s,
                 bool look_only, struct sync_totals *sum, enum pull_end *end, struct why *w)
{
    const struct pull_options opt = { .origin = t->origin,
                                      .policy = t->policy,
                                      .owner = t->owner,
                                      .member = o->member,
                                      .from_owner = s->owner,
                                      .bodies = !look_only,
                                      .budget = look_only ? (struct pull_budget){ 0 } : o->budget };
    struct log_source more[SYNC_AHEAD], files = s->files;
    struct pull_report r = { 0 };
    struct prefetch *ahead;
    struct findings f;
    size_t n;
    struct arena a;
    bool ok;

    why_clear(w);
    findings_init(&f);
    arena_init(&a, STEP_MEMORY);
    n = o->begin ? o->begin(o->ctx, s, more) : 0;
    ahead = n && !look_only ? prefetch_open(&s->files, more, n) : NULL;
    if (ahead)
        files = prefetch_source(ahead);
    ok = sync_pull(o->store, &files, &opt, o->now, &a, &r, &f, w);
    prefetch_close(ahead);
    arena_free(&a);
    if (!ok && strcmp(w->reason, "timeout") == 0 && r.entries) {
        ok = true; /* its time is over, and it brought something */
        r.end = PULL_MORE;
    }
    tell(o, t, &f, NULL);
    sum->entries += r.entries;
    sum->bytes += r.bytes;
    sum->bodies += r.bodies;
    sum->erased += r.erased;
    sum->missing += r.missing;
    *end = r.end;
    return ok;
}

/* What others hold of the log is no other history than what is here. */
static bool compare(const struct sync_round *o, const struct sync_target *t, size_t used,
                    struct sync_totals *sum)
{
    for (size_t k = 0; k < GOSSIP && k < t->n; k++) {
        size_t i = (size_t)(o->round * GOSSIP + k) % t->n;
        enum pull_end end;
        struct why w;

        if (i == used || t->source[i].owner)
            continue;
        if (step(o, t, &t->source[i], true, sum, &end, &w)) {
            sum->compared++;
        } else if (strcmp(w.reason, "history") == 0) {
            sum->forked++;
            tell(o, t, NULL, &w);
            return false;
        }
    }
    return true;
}

static void one_log(const struct sync_round *o, const struct sync_target *t, struct sync_totals *sum)
{
    struct why first, w;

    why_clear(&first);
    sum->logs++;
    for (size_t i = 0; i < t->n; i++) {
        enum pull_end end = PULL_CURRENT;

        if (step(o, t, &t->source[i], false, sum, &end, &w)) {
            /* One that is behind brought nothing; when the owner cannot be had, another may be ahead. */
            if (end == PULL_BEHIND)
                continue;
            sum->more += end == PULL_MORE;
            if (compare(o, t, i, sum))
                o->told(o->ctx, t, NULL);
            return;
        }
        if (!first.reason)
            first = w;
        if (!sync_other_may_serve(w.reason))
            break;
    }
    if (!first.reason)
        return;
    sum->failed++;
    sum->forked += strcmp(first.reason, "history") == 0;
    tell(o, t, NULL, &first);
}

void sync_round(const struct sync_round *o, const struct sync_target *t, size_t n, struct sync_totals *out)
{
    *out = (struct sync_totals){ 0 };
    for (size_t i = 0; i < n; i++) {
        if (o->ending && o->ending(o->ctx))
            return;
        one_log(o, &t[(size_t)(o->round + i) % n], out);
    }
}

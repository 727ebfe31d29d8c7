#include "node/sync_report.h"

#include <stdio.h>

#include "sync/replica.h"

enum { HOUR = 3600, HEARD_MS = 10 * 60 * 1000 };

static struct sync_member_report *of(struct sync_report *r, struct span state)
{
    for (size_t i = 0; i < r->n; i++)
        if (span_eq_str(state, r->member[i].member))
            return &r->member[i];
    return NULL;
}

static void begin(const struct federation *f, const struct roster *roster, struct sync_report *r)
{
    for (size_t i = 0; i < roster->n && r->n < SYNC_MEMBERS; i++) {
        const struct roster_member *m = &roster->member[i];

        if (!roster_counts(m) || (span_eq(m->state, f->member) && !f->config->sync_from))
            continue;
        r->member[r->n] = (struct sync_member_report){ .logs = 0 };
        (void)snprintf(r->member[r->n++].member, sizeof r->member[0].member, "%.*s", (int)m->state.n,
                       (const char *)m->state.p);
    }
}

static void add_links(const struct federation *f, const struct roster *roster, unix_time now,
                      struct sync_report *r)
{
    struct link_state s[LIMIT_LINKS];
    size_t n = links_state(f->links, s, LIMIT_LINKS);
    int64_t now_ms = f->clock_ms(NULL);

    for (size_t i = 0; i < n; i++) {
        struct sync_member_report *m = of(r, span_str(s[i].member));
        const struct roster_member *x = roster_find(roster, span_str(s[i].member));

        if (!m)
            continue;
        m->reached = s[i].up || (s[i].heard_ms >= 0 && now_ms - s[i].heard_ms < HEARD_MS);
        m->has_clock = s[i].date && s[i].success_ms >= 0;
        if (m->has_clock)
            m->clock = s[i].date - (now - (now_ms - s[i].success_ms) / 1000);
        r->reached += m->reached && x && x->n_witness > 0;
    }
}

static void add_row(struct sync_member_report *m, const struct replica_row *row, struct arena *a)
{
    if (m->logs++ == 0 || row->looked < m->looked)
        m->looked = row->looked;
    m->stopped |= row->fork.n > 0;
    if (row->reason.n == 0 || m->reason.n)
        return;
    m->origin = arena_copy(a, row->origin);
    m->reason = arena_copy(a, row->reason);
    m->detail = arena_copy(a, row->detail);
}

static bool make(const struct federation *f, const struct roster *roster, unix_time since, unix_time now,
                 struct arena *a, struct sync_report *r, struct why *w)
{
    const struct replica_row *row = NULL;
    size_t n = 0;

    begin(f, roster, r);
    if (f->streams && r->n)
        r->needed = roster->witnesses;
    add_links(f, roster, now, r);
    if (f->o.instance->store && !replica_list(f->o.instance->store, a, &row, &n, w))
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct roster_member *x = roster_of_origin(roster, row[i].origin);
        struct sync_member_report *m = x ? of(r, x->state) : NULL;

        if (m)
            add_row(m, &row[i], a);
    }
    for (size_t i = 0; i < r->n; i++) {
        unix_time last = r->member[i].looked > since ? r->member[i].looked : since;

        r->member[i].stale = now - last > (unix_time)f->config->stale_hours * HOUR;
        r->stale += r->member[i].stale;
    }
    return true;
}

bool sync_report(const struct federation *f, unix_time since, unix_time now, struct arena *a,
                 struct sync_report *out, struct why *w)
{
    struct beliefs *b = keeper_take(f->o.keeper);
    bool ok;

    *out = (struct sync_report){ .n = 0 };
    ok = !b || !b->roster || make(f, b->roster, since, now, a, out, w);
    keeper_give(f->o.keeper, b);
    return ok;
}

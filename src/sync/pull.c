#include "sync/pull.h"

#include "sync/internal.h"

/* A state that is only newer in its times is written this seldom, seconds. */
enum { TIMES_SECONDS = 30 };

static bool for_us(const struct pull *p)
{
    return origin_audience_has(p->origin.audience, p->opt->owner, p->opt->member) ||
           why_set(p->w, "audience", WHY_NO_OFFSET, NULL,
                   "the log is not for this member: its content must not be here");
}

static bool load(struct pull *p)
{
    bool found = false;

    if (!replica_find(p->store, p->opt->origin, &found, p->arena, &p->row, p->w))
        return false;
    if (!found)
        p->row = (struct replica_row){ .origin = p->opt->origin };
    p->next = p->row;
    p->edge = arena_alloc(p->arena, sizeof *p->edge);
    if (!p->edge)
        return why_set(p->w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!edge_get(p->row.edge, p->row.held, p->edge, p->w))
        return false;
    return p->row.fork.n == 0 || why_set(p->w, "history", WHY_NO_OFFSET, NULL,
                                         "the log has two histories, and is stopped since that was proved");
}

static bool spent(const struct pull *p)
{
    return p->report->entries >= p->opt->budget.entries || p->report->bytes >= p->opt->budget.bytes;
}

/* What the checkpoints say goes to the disk also when no entry does. */
static bool keep_state(struct pull *p)
{
    bool news = p->row.id == 0 || p->next.accepted.p != p->row.accepted.p ||
                p->next.witnessed.p != p->row.witnessed.p || p->row.reason.n > 0 ||
                p->now - p->row.looked >= TIMES_SECONDS;

    p->next.looked = p->now;
    p->next.reason = p->next.detail = (struct span){ 0 };
    return !news || pull_commit(p, NULL, 0);
}

static bool take_entries(struct pull *p)
{
    while (p->row.held < p->accepted.size && !spent(p))
        if (!pull_piece(p))
            return false;
    p->report->end = p->row.held < p->accepted.size ? PULL_MORE : PULL_CURRENT;
    return true;
}

static bool take_all(struct pull *p)
{
    bool behind = false;

    if (!load(p) || !for_us(p) || !pull_accept(p, &behind))
        return false;
    if (behind) {
        p->report->end = PULL_BEHIND;
        return true;
    }
    if (!keep_state(p) || !take_entries(p))
        return false;
    if (p->opt->bodies && !pull_bodies(p))
        return false;
    return erase_pending(p->store, &p->row, p->arena, &p->report->erased, p->w);
}

/* Why it stands still is written down once, for whoever looks. */
static void keep_reason(struct pull *p)
{
    struct why y = { 0 };

    if (p->row.fork.n || !p->w->reason || strcmp(p->w->reason, "audience") == 0 ||
        span_eq_str(p->row.reason, p->w->reason))
        return;
    if (p->row.id == 0 && strcmp(p->w->reason, "no-anchor") == 0)
        return; /* nobody's log: nothing of it is kept, not even its name */
    p->next = p->row;
    p->next.reason = span_str(p->w->reason);
    p->next.detail = span_str(p->w->detail);
    if (store_replica_change(p->store, &p->next, &p->row, 0, NULL, 0, &y))
        p->row = p->next;
}

bool sync_pull(struct store *s, const struct log_source *source, const struct pull_options *opt,
               unix_time now, struct arena *a, struct pull_report *out, struct findings *f, struct why *w)
{
    struct pull p = {
        .store = s, .source = source, .opt = opt, .now = now, .arena = a, .report = out, .findings = f
    };
    struct why y = { 0 };
    bool ok;

    p.w = &y;
    *out = (struct pull_report){ 0 };
    if (!origin_parse(opt->origin, &p.origin, w))
        return false;
    buf_init(&p.file, TILE_BUNDLE);
    ok = take_all(&p);
    buf_free(&p.file);
    if (!ok)
        keep_reason(&p);
    out->now = p.row;
    return ok || why_set(w, y.reason, y.offset, y.clause, "%s", y.detail);
}

/* What follows by itself: publishing what was confirmed, erasing what has ended, signing that it is gone. */
#include "service/notice/notice_desk.h"

#include "base/limits.h"

enum { PAGE = 64, MEMORY = 64 * 1024 * 1024 };

struct pass {
    struct notice_desk *d;
    const struct notice_desk_options *o;
    unix_time now;
    struct arena *a;
    struct notice_passed *n;
};

static bool is_over(const struct pass *p, const struct notice_held *h)
{
    return h->state == NOTICE_WITHDRAWN || h->state == NOTICE_CANCELLED ||
           (h->state == NOTICE_EXPIRED && h->expires + NOTICE_EXPIRED_KEPT < p->now);
}

/* The version that its reviewer has, for all: the same bytes. */
static bool publish_confirmed(struct pass *p, const struct notice_held *h, const struct notice_rows *rows,
                              struct why *w)
{
    struct span digest = span_of(h->proposed_digest, NOTICE_DIGEST);
    const struct notice_row *mine = NULL;

    if (!h->confirmed || !p->o->streams || !span_eq(h->issuer, p->o->member))
        return true;
    for (size_t i = 0; i < rows->n; i++) {
        if (!span_eq(rows->row[i].digest, digest))
            continue;
        if (rows->row[i].open)
            return true;
        mine = &rows->row[i];
    }
    if (!mine || !mine->body.n || mine->expires <= p->now)
        return true;
    p->n->published++;
    return notice_log_publish(p->d, true, NOTICES_STREAM, SPAN("all"), NOTICE_TYPE, mine->body, p->now, p->a,
                              w);
}

/* Versions before the one in force are not needed: only their digests are. */
static bool erase_superseded(struct pass *p, const struct notice_held *h, const struct notice_rows *rows,
                             struct why *w)
{
    bool any = false;

    if (!h->notice || (h->state != NOTICE_ACTIVE && h->state != NOTICE_SUSPENDED))
        return true;
    for (size_t i = 0; i < rows->n; i++) {
        if (rows->row[i].version >= h->version || !rows->row[i].body.n)
            continue;
        any = true;
        if (!notice_log_erase(p->d, rows->row[i].origin, (uint64_t)rows->row[i].place, p->now, w))
            return false;
    }
    return !any || store_erase_notice_versions(p->o->store, h->id, h->version, w);
}

/* What this member's own logs hold of it: versions, and reasons that its officers wrote. */
static bool erase_own(struct pass *p, const struct notice_rows *rows, struct why *w)
{
    for (size_t i = 0; i < rows->n; i++)
        if (!notice_log_erase(p->d, rows->row[i].origin, (uint64_t)rows->row[i].place, p->now, w))
            return false;
    for (size_t i = 0; i < rows->n_events; i++) {
        const struct notice_event_row *e = &rows->event[i];

        /* What ends it, and what says that it was proposed or erased, stays: new readers need it. */
        if (span_eq_str(e->what, "proposed") || span_eq_str(e->what, "withdrawn") ||
            span_eq_str(e->what, "cancelled") || span_eq_str(e->what, "erased"))
            continue;
        if (!notice_log_erase(p->d, e->origin, (uint64_t)e->place, p->now, w))
            return false;
    }
    return true;
}

static bool is_signed(const struct pass *p, const struct notice_rows *rows)
{
    for (size_t i = 0; i < rows->n_events; i++)
        if (span_eq_str(rows->event[i].what, "erased") && span_eq(rows->event[i].member, p->o->member))
            return true;
    return false;
}

static bool all_gone(struct pass *p, const struct notice_rows *rows, bool *gone, struct why *w)
{
    *gone = true;
    for (size_t i = 0; *gone && i < rows->n; i++)
        if (!notice_log_gone(p->d, rows->row[i].origin, (uint64_t)rows->row[i].place, p->a, gone, w))
            return false;
    return true;
}

static bool sign_erased(struct pass *p, const struct notice_held *h, const struct notice_rows *rows,
                        struct why *w)
{
    const struct notice_statement s = { .what = NOTICE_SAYS_ERASED, .id = h->id, .at = p->now };
    bool gone = false;

    if (!p->o->streams || !rows->n || is_signed(p, rows))
        return true;
    if (!all_gone(p, rows, &gone, w) || !gone)
        return !gone;
    p->n->signed_erased++;
    return notice_log_say(p->d, &s, SPAN("all"), p->now, p->a, w);
}

static bool has_body(const struct notice_rows *rows)
{
    for (size_t i = 0; i < rows->n; i++)
        if (rows->row[i].body.n)
            return true;
    for (size_t i = 0; i < rows->n_events; i++)
        if (rows->event[i].body.n && !span_eq_str(rows->event[i].what, "proposed"))
            return true;
    return false;
}

static bool pass_one(struct pass *p, struct span id, struct why *w)
{
    const struct notice_held *h = NULL;
    struct notice_rows rows;
    bool found = false;

    if (!notice_book_find(p->o->book, id, p->now, p->a, &found, &h, w) ||
        !store_find_notice(p->o->store, id, true, p->a, &rows, w))
        return false;
    if (!found)
        return true;
    if (!is_over(p, h))
        return publish_confirmed(p, h, &rows, w) && erase_superseded(p, h, &rows, w);
    if (!erase_own(p, &rows, w))
        return false;
    if (has_body(&rows)) {
        p->n->erased++;
        if (!store_erase_notice(p->o->store, id, w) ||
            !store_erase_notice_drafts(p->o->store, (struct span){ 0 }, id, w))
            return false;
    }
    return sign_erased(p, h, &rows, w);
}

/* What is there is kept in an arena of its own, as passing may add to it. */
static bool pass_all(struct pass *p, bool (*ended)(void *ctx), void *ctx, struct why *w)
{
    struct arena page, one;
    const struct span *id = NULL;
    struct span last = { 0 };
    char at[NOTICE_ID] = "";
    size_t n = PAGE;
    bool ok = true;

    arena_init(&page, MEMORY);
    arena_init(&one, MEMORY);
    p->a = &one;
    while (ok && n == PAGE && !ended(ctx)) {
        arena_reset(&page);
        ok = notice_book_ids(p->o->book, last, PAGE, &page, &id, &n, w);
        for (size_t i = 0; ok && i < n && !ended(ctx); i++) {
            arena_reset(&one);
            ok = pass_one(p, id[i], w);
        }
        if (ok && n && id[n - 1].n < NOTICE_ID) {
            memcpy(at, id[n - 1].p, id[n - 1].n);
            last = span_of(at, id[n - 1].n);
        }
    }
    p->a = NULL;
    arena_free(&one);
    arena_free(&page);
    return ok;
}

bool notice_desk_pass(struct notice_desk *d, unix_time now, bool (*ended)(void *ctx), void *ctx,
                      struct notice_passed *out, struct why *w)
{
    struct notice_passed n = { 0 };
    struct pass p = { .d = d, .o = notice_desk_of(d), .now = now, .n = &n };
    bool ok;

    notice_desk_lock(d);
    ok = notice_log_read(d, now, w) && pass_all(&p, ended, ctx, w);
    notice_desk_unlock(d);
    if (ok)
        *out = n;
    return ok;
}

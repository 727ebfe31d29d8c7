/* Own notices that end soon: whoever wants them to go on has to assess them again before. */
#include <stdio.h>

#include "node/doctor_internal.h"
#include "service/notice/notice_book.h"

enum { PAGE = 64, MEMORY = 64 << 20, DAY_SECONDS = 86400 };

struct ending {
    const struct doctor *d;
    unix_time warned;
    size_t n;
    unix_time first; /* of those found; id and kind are its own */
    char id[NOTICE_ID], kind[64];
};

static void look_at(struct ending *e, const struct notice_held *h)
{
    bool live = h->state == NOTICE_ACTIVE || h->state == NOTICE_SUSPENDED;

    if (!live || !span_eq_str(h->issuer, e->d->config.member) || h->expires > e->warned)
        return;
    if (e->n++ && h->expires >= e->first)
        return;
    e->first = h->expires;
    (void)snprintf(e->id, sizeof e->id, "%.*s", (int)h->id.n, (const char *)h->id.p);
    (void)snprintf(e->kind, sizeof e->kind, "%.*s", (int)h->kind.n, (const char *)h->kind.p);
}

static bool look_at_all(struct ending *e, struct notice_book *b, struct why *w)
{
    char after[NOTICE_ID] = "";
    const struct span *id = NULL;
    struct arena page, one;
    size_t n = PAGE;
    bool ok = true;

    arena_init(&page, MEMORY);
    arena_init(&one, MEMORY);
    while (ok && n == PAGE) {
        arena_reset(&page);
        ok = notice_book_ids(b, span_str(after), PAGE, &page, &id, &n, w);
        for (size_t i = 0; ok && i < n; i++) {
            const struct notice_held *h = NULL;
            bool found = false;

            arena_reset(&one);
            ok = notice_book_find(b, id[i], e->d->o->now, &one, &found, &h, w);
            if (ok && found)
                look_at(e, h);
        }
        if (ok && n)
            (void)snprintf(after, sizeof after, "%.*s", (int)id[n - 1].n, (const char *)id[n - 1].p);
    }
    arena_free(&one);
    arena_free(&page);
    return ok;
}

void doctor_notices(struct doctor *d, struct store *s)
{
    struct ending e = { .d = d };
    struct notice_book *b = NULL;
    char day[DATE_TEXT];
    struct why w;
    int warned;
    bool ok;

    if (!d->agreement || !agreement_notices(d->agreement))
        return;
    warned = agreement_notices(d->agreement)->warned_days;
    e.warned = d->o->now + (unix_time)warned * DAY_SECONDS;
    why_clear(&w);
    ok = notice_book_open(s, d->agreement, span_str(d->config.member), &b, &w) && look_at_all(&e, b, &w);
    notice_book_close(b);
    if (!ok)
        doctor_say(d, "store-damaged", "notices: %s", w.detail);
    else if (e.n)
        doctor_say(d, "notice-expiring", "%zu of this member within %d days, the first on %s: %s, %s", e.n,
                   warned, date_format(date_of_time(e.first), day), e.id, e.kind);
}

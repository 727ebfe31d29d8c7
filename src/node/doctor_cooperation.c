/* Requests of capability that wait for this member, and its own that stand still. */
#include "base/limits.h"
#include "node/doctor_internal.h"
#include "service/cyber/request.h"

void doctor_cooperation(struct doctor *d, struct store *s)
{
    const struct coop_desk desk = { .self = span_str(d->config.member), .store = s };
    struct request_due due = { 0 };
    struct request_book b;
    char at[TIME_TEXT];
    struct coop_set set;
    struct why w = { 0 };
    struct arena a;
    bool ok;

    arena_init(&a, LIMIT_COOPERATION_MEMORY);
    ok = coop_load(&desk, COOP_CAPABILITIES, NULL, &a, &set, &w) &&
         request_book_make(&set, d->o->now, &a, &b, &w);
    if (ok)
        request_due(&b, desk.self, d->o->now, &due);
    arena_free(&a);
    if (!ok)
        doctor_say(d, "store-damaged", "cooperation: %s", w.detail);
    if (due.unanswered)
        doctor_say(d, "request-unanswered", "%zu of other members, the first to be answered by %s",
                   due.unanswered, time_format(due.first, at));
    if (due.no_answer || due.to_accept || due.to_close)
        doctor_say(d, "request-follow",
                   "%zu without an answer, %zu answered and not accepted, %zu to be told how they went",
                   due.no_answer, due.to_accept, due.to_close);
}

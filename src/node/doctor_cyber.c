/* Standing rules that somebody has to look at, and recalls that others have not carried out. */
#include "node/doctor_internal.h"
#include "service/cyber/standing.h"

void doctor_cyber(struct doctor *d, struct store *s)
{
    struct cyber_recall_counts recalls = { 0 };
    struct standing_counts rules = { 0 };
    struct cyber_places *places = arena_alloc(d->a, sizeof *places);
    struct cyber_desk desk = {
        .places = places, .agreement = d->agreement, .self = span_str(d->config.member), .store = s
    };
    char at[TIME_TEXT];
    struct why w = { 0 };

    if (!d->agreement || !d->config.cyber || !places)
        return;
    memset(places, 0, sizeof *places);
    if (!cyber_places_add(d->agreement, places, &w) || !standing_count(&desk, d->o->now, &rules, &w) ||
        !cyber_recall_count(&desk, d->o->now, &recalls, &w)) {
        doctor_say(d, "store-damaged", "cyber: %s", w.detail);
        return;
    }
    if (rules.to_review)
        doctor_say(d, "rule-review", "%zu of them, the first since %s", rules.to_review,
                   time_format(rules.first_review, at));
    if (rules.in[STANDING_WAITING] || rules.in[STANDING_STOPPED])
        doctor_say(d, "rule-idle", "%zu wait for a second officer, %zu do not fit the agreement of today",
                   rules.in[STANDING_WAITING], rules.in[STANDING_STOPPED]);
    if (recalls.late)
        doctor_say(d, "recall-late", "%zu times a member has not said that it carried one out", recalls.late);
}

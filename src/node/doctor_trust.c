/* What the node decides by and whom it believes: the agreement, anchors, lists, acts, status tokens. */
#include <stdlib.h>
#include <string.h>

#include "agreement/agreement.h"
#include "files/durable.h"
#include "node/beliefs.h"
#include "node/doctor_internal.h"
#include "node/instance.h"
#include "seal/status_tokens.h"

enum { DAY = 86400 };

static void look_at_agreement(struct doctor *d)
{
    struct agreement_faults *faults;
    struct span text;
    bool there = false;
    struct why w;

    why_clear(&w);
    if (!file_read(d->config.agreement, LIMIT_AGREEMENT, d->a, &text, &there, &w) || !there) {
        doctor_say(d, "file-missing", "%s: %s", d->config.agreement,
                   w.detail[0] ? w.detail : why_text("is not there"));
        return;
    }
    faults = calloc(1, sizeof *faults);
    if (!faults)
        abort();
    d->agreement = agreement_parse(text, faults);
    for (size_t i = 0; !d->agreement && i < faults->n; i++)
        if (!faults->item[i].warning) {
            doctor_say(d, "agreement", "%s:%u:%u: %s", d->config.agreement, faults->item[i].line,
                       faults->item[i].column, faults->item[i].message);
            break;
        }
    free(faults);
    if (d->agreement && !agreement_is_party(d->agreement, span_str(d->config.member)))
        doctor_say(d, "no-party", "%s is no party of %s", d->config.member, d->config.agreement);
}

static void look_at_lists(struct doctor *d, const struct beliefs *b)
{
    const struct anchor_list *l;
    char text[TIME_TEXT];

    for (size_t i = 0; (l = anchor_list_at(b->anchors, i)) != NULL; i++) {
        const char *who = l->provider ? l->provider : "a provider without a name";

        doctor_time(d, l->date, "a list of licence authorities");
        if (l->not_after && l->not_after < d->o->now)
            doctor_say(d, "list-expired", "%.100s: ended %s", who, time_format(l->not_after, text));
        else if (anchor_list_due(l) < d->o->now)
            doctor_say(d, "list-old", "%.100s: a newer one was due %s", who,
                       time_format(anchor_list_due(l), text));
    }
}

static void look_at_acts(struct doctor *d, const struct beliefs *b)
{
    bool listed = false;

    for (size_t i = 0; i < b->acts.n_acts; i++)
        doctor_time(d, b->acts.act[i].time, "an act of a member");
    if (b->acts.rollback.reason)
        doctor_say(d, "rollback", "%s", b->acts.rollback.detail);
    if (!d->config.trust || !d->has_node_key)
        return;
    for (size_t i = 0; i < b->acts.keys.n; i++)
        listed |= memcmp(b->acts.keys.key[i].key, d->node_key, sizeof d->node_key) == 0;
    if (!listed)
        doctor_say(d, "own-key-unlisted", "%s/members has no line of %s", d->config.trust, d->config.name);
}

static void look_at_tokens(struct doctor *d, const struct status_tokens *t)
{
    unix_time old = d->o->now - (unix_time)d->o->age_days * DAY;
    char text[TIME_TEXT];

    if (t->n == 0)
        doctor_say(d, "status-none", "%s holds no status token", d->config.status);
    for (const struct status_held *h = t->newest; h; h = h->next) {
        doctor_time(d, h->issued, "a status token");
        if (h->expires && h->expires < d->o->now)
            doctor_say(d, "status-stale", "%.100s ended %s", h->source, time_format(h->expires, text));
        else if (h->issued && h->issued < old)
            doctor_say(d, "status-stale", "%.100s is of %s", h->source, time_format(h->issued, text));
    }
}

void doctor_trust(struct doctor *d)
{
    struct beliefs_from from = { .member = d->config.member,
                                 .anchors = d->config.anchors,
                                 .trust = d->config.trust,
                                 .status = d->config.status };
    struct beliefs *b;
    char text[TIME_TEXT];
    struct why w;

    look_at_agreement(d);
    if (!d->agreement)
        return;
    from.agreement = d->agreement;
    why_clear(&w);
    if (!beliefs_load(&from, true, NULL, &b, &w)) {
        doctor_say(d, "trust", "%s", w.detail);
        return;
    }
    if (anchor_set_count(b->anchors) == 0)
        doctor_say(d, "no-anchors", "%s holds no certificate that is believed",
                   d->config.anchors ? d->config.anchors : "node.conf names no anchors, and the bloc's list");
    else if (b->anchors_as_of && b->anchors_as_of < d->o->now - (unix_time)d->o->age_days * DAY)
        doctor_say(d, "trust-old", "nothing changed since %s", time_format(b->anchors_as_of, text));
    for (size_t i = 0; i < b->findings.n; i++)
        if (b->findings.item[i].severity == FINDING_WARNING)
            doctor_say(d, "passed-over", "%s", b->findings.item[i].why.detail);
    look_at_lists(d, b);
    look_at_acts(d, b);
    if (b->status)
        look_at_tokens(d, b->status);
    beliefs_free(b);
}

#include "node/federation_metrics.h"

#include <stdio.h>

#include "node/cyber.h"
#include "node/metrics.h"
#include "node/sync_report.h"
#include "service/cyber/standing.h"

/* Ages in seconds; nothing at all when it never was. */
static void put_age(struct buffer *out, const struct link_state *s, int64_t now_ms, int64_t then_ms)
{
    if (then_ms >= 0)
        metric_put(out, "serai_link_answered_age_seconds", "member", s->member,
                   (double)(now_ms - then_ms) / 1000);
}

static void put_links(struct federation *f, struct buffer *out)
{
    static const struct {
        const char *name, *type, *help;
    } family[] = {
        { "serai_link_up", "gauge", "1 while the last call to the member's node was answered." },
        { "serai_link_answered_age_seconds", "gauge", "Since the member's node last answered a call." },
        { "serai_link_heard_age_seconds", "gauge", "Since the member's node last called this one." },
        { "serai_link_calls_total", "counter", "Calls to the member's node." },
        { "serai_link_failures_total", "counter", "Calls that were not answered as they should be." },
        { "serai_link_held_back_total", "counter", "Calls not made, as it did not answer before." },
        { "serai_link_sent_bytes_total", "counter", "Bytes of bodies sent." },
        { "serai_link_received_bytes_total", "counter", "Bytes of bodies received." },
        { "serai_link_connections_total", "counter", "Connections opened." },
    };
    struct link_state state[LIMIT_LINKS];
    size_t n = links_state(f->links, state, LIMIT_LINKS);
    int64_t now_ms = f->clock_ms(NULL);

    for (size_t k = 0; k < sizeof family / sizeof *family; k++) {
        metric_family(out, family[k].name, family[k].type, family[k].help);
        for (size_t i = 0; i < n; i++) {
            const struct link_state *s = &state[i];
            const double number[] = { s->up,
                                      0,
                                      0,
                                      (double)s->calls,
                                      (double)s->failed,
                                      (double)s->refused,
                                      (double)s->sent,
                                      (double)s->received,
                                      (double)s->connections };

            if (k == 1)
                put_age(out, s, now_ms, s->success_ms);
            else if (k == 2 && s->heard_ms >= 0)
                metric_put(out, family[k].name, "member", s->member, (double)(now_ms - s->heard_ms) / 1000);
            else if (k != 2)
                metric_put(out, family[k].name, "member", s->member, number[k]);
        }
    }
}

static void put_logs(struct federation *f, unix_time now, struct arena *a, struct buffer *out)
{
    static const struct {
        const char *name, *help;
    } family[] = {
        { "serai_log_published", "Entries of an own log under its newest checkpoint." },
        { "serai_log_witnessed", "Entries under the newest checkpoint that a quorum cosigned." },
        { "serai_log_waiting_seconds", "Since entries wait for the quorum; 0: none do." },
        { "serai_log_read_only", "1 while the log must not be written." },
    };
    struct stream_state *s = NULL;
    size_t n = 0;
    struct why w;

    why_clear(&w);
    if (!f->streams || !streams_states(f->streams, a, &s, &n, &w))
        return;
    for (size_t k = 0; k < sizeof family / sizeof *family; k++) {
        metric_family(out, family[k].name, "gauge", family[k].help);
        for (size_t i = 0; i < n; i++) {
            const double number[] = { (double)s[i].published, (double)s[i].witnessed,
                                      s[i].waiting_since ? (double)(now - s[i].waiting_since) : 0,
                                      s[i].why.reason != NULL };
            const char *origin = arena_str(a, s[i].origin);

            metric_put(out, family[k].name, "origin", origin ? origin : "", number[k]);
        }
    }
}

static void put_cyber(struct federation *f, unix_time now, struct buffer *out)
{
    struct cyber_recall_counts recalls;
    struct standing_counts rules;
    struct cyber_desk d;
    struct why w = { 0 };

    if (!cyber_desk_of_federation(f, &d, &w) || !standing_count(&d, now, &rules, &w) ||
        !cyber_recall_count(&d, now, &recalls, &w))
        return;
    metric_family(out, "serai_cyber_rules", "gauge", "Standing rules of release, by their state.");
    for (enum standing_state s = STANDING_WAITING; s < STANDING_STATES; s++)
        metric_put(out, "serai_cyber_rules", "state", standing_state_word(s), (double)rules.in[s]);
    metric_family(out, "serai_cyber_rules_to_review", "gauge", "Those whose day to be looked at has come.");
    metric_put(out, "serai_cyber_rules_to_review", NULL, NULL, (double)rules.to_review);
    metric_family(out, "serai_cyber_recalls", "gauge",
                  "Members that have not said that they carried out a recall, over all recalls.");
    metric_put(out, "serai_cyber_recalls", "state", "open", (double)recalls.open);
    metric_put(out, "serai_cyber_recalls", "state", "late", (double)recalls.late);
}

static void put_parts(struct federation *f, struct buffer *out)
{
    struct federation_part_report part[FEDERATION_PARTS];
    size_t n = federation_report(f, part, FEDERATION_PARTS);

    metric_family(out, "serai_federation_part_well", "gauge",
                  "1 while the last step of this work with other members did all that it should.");
    for (size_t i = 0; i < n; i++)
        metric_put(out, "serai_federation_part_well", "part", part[i].name, part[i].why.reason == NULL);
}

static void put_sync(struct federation *f, unix_time since, unix_time now, struct arena *a,
                     struct buffer *out)
{
    static const struct {
        const char *name, *help;
    } family[] = {
        { "serai_sync_logs", "Logs of the member that are kept here." },
        { "serai_sync_age_seconds", "Since the log of the member that waits longest was looked at." },
        { "serai_sync_stale", "1 while that is longer than stale-after." },
        { "serai_sync_standing_still", "1 while a log of the member does not go on." },
        { "serai_link_clock_seconds", "How far the member's clock is ahead of this one's." },
    };
    struct sync_report *r = arena_alloc(a, sizeof *r);
    struct why w;

    why_clear(&w);
    if (!r || !sync_report(f, since, now, a, r, &w))
        return;
    for (size_t k = 0; k < sizeof family / sizeof *family; k++) {
        metric_family(out, family[k].name, "gauge", family[k].help);
        for (size_t i = 0; i < r->n; i++) {
            const struct sync_member_report *m = &r->member[i];
            const double number[] = { (double)m->logs, (double)(now - m->looked), m->stale, m->reason.n > 0,
                                      (double)m->clock };

            if ((k != 1 || m->looked) && (k != 4 || m->has_clock))
                metric_put(out, family[k].name, "member", m->member, number[k]);
        }
    }
}

void federation_metrics(struct federation *f, unix_time since, unix_time now, struct arena *a,
                        struct buffer *out)
{
    if (!f)
        return;
    put_links(f, out);
    put_logs(f, now, a, out);
    put_parts(f, out);
    put_cyber(f, now, out);
    put_sync(f, since, now, a, out);
}

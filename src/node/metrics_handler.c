/* GET /metrics: what is watched of a node, for those who may. */
#include <stdio.h>
#include <unistd.h>

#include "node/ask_metrics.h"
#include "node/caller.h"
#include "node/exchange.h"
#include "node/federation_metrics.h"
#include "node/handlers.h"
#include "seal/status_tokens.h"
#include "store/figures.h"

enum { METRICS_BYTES = 1024 * 1024 };

static void gauge(struct buffer *b, const char *name, const char *help, double value)
{
    metric_family(b, name, "gauge", help);
    metric_put(b, name, NULL, NULL, value);
}

static void put_store(struct store *s, unix_time now, struct buffer *b)
{
    struct store_figures f = { 0 };
    struct why w;
    bool up;

    why_clear(&w);
    up = s && store_figures(s, now, &f, &w);
    gauge(b, "serai_store_up", "1 when the store can be read.", up);
    if (!up)
        return;
    metric_family(b, "serai_store_commits_total", "counter", "Commits since the node was started.");
    metric_put(b, "serai_store_commits_total", NULL, NULL, (double)f.commits);
    gauge(b, "serai_store_waiting", "Records on their way to the disk.", (double)f.waiting);
    gauge(b, "serai_store_bytes", "The store with its write-ahead log.", (double)f.bytes);
    if (f.server)
        gauge(b, "serai_store_unconfirmed", "1 while a commit waits for a standby that has it.",
              f.unconfirmed);
    else
        gauge(b, "serai_store_room_bytes", "Left on the file system of the store.", (double)f.room);
    gauge(b, "serai_complaints_late", "Complaints for which an office is past what is due.",
          (double)f.complaints_late);
    metric_family(b, "serai_cases", "gauge",
                  "Questions without an answer, here and asked of here; overdue: of these, past their time.");
    metric_put(b, "serai_cases", "state", "open", (double)f.cases_open);
    metric_put(b, "serai_cases", "state", "overdue", (double)f.cases_overdue);
}

static void put_lists(const struct anchor_set *set, unix_time now, struct buffer *b)
{
    const struct anchor_list *l;

    metric_family(b, "serai_list_age_seconds", "gauge",
                  "Since a list of licence authorities was issued, by its provider.");
    for (size_t i = 0; (l = anchor_list_at(set, i)) != NULL; i++)
        metric_put(b, "serai_list_age_seconds", "list", l->provider ? l->provider : "",
                   (double)(now - l->date));
    metric_family(b, "serai_list_due_seconds", "gauge", "Until a newer one is due; negative: overdue.");
    for (size_t i = 0; (l = anchor_list_at(set, i)) != NULL; i++)
        metric_put(b, "serai_list_due_seconds", "list", l->provider ? l->provider : "",
                   (double)(anchor_list_due(l) - now));
}

static unix_time newest_act(const struct acts_folder *acts)
{
    unix_time newest = 0;

    for (size_t i = 0; i < acts->n_acts; i++)
        if (acts->act[i].time > newest)
            newest = acts->act[i].time;
    return newest;
}

static void put_tokens(const struct status_tokens *t, unix_time now, struct buffer *b)
{
    unix_time oldest = 0;
    size_t expired = 0;

    gauge(b, "serai_status_tokens", "Status tokens of licences at hand.", (double)t->n);
    for (const struct status_held *h = t->newest; h; h = h->next) {
        if (h->issued && (!oldest || h->issued < oldest))
            oldest = h->issued;
        expired += h->expires && h->expires < now;
    }
    if (t->newest && t->newest->issued)
        gauge(b, "serai_status_token_newest_seconds", "Age of the newest status token.",
              (double)(now - t->newest->issued));
    if (oldest)
        gauge(b, "serai_status_token_oldest_seconds", "Age of the oldest status token.",
              (double)(now - oldest));
    gauge(b, "serai_status_tokens_expired", "Status tokens that are past their end.", (double)expired);
}

static void put_trust(const struct node_view *v, unix_time now, struct buffer *b)
{
    const struct check_context *c = v->check;
    struct keeper_state state = { .read = v->started };
    unix_time act = v->beliefs ? newest_act(&v->beliefs->acts) : 0;

    if (v->o->keeper)
        keeper_state(v->o->keeper, &state);
    gauge(b, "serai_anchors", "Certificates that are believed.",
          c->anchors ? (double)anchor_set_count(c->anchors) : 0);
    if (c->anchors && c->anchors_as_of)
        gauge(b, "serai_trust_age_seconds", "Since the newest of the files of trust changed.",
              (double)(now - c->anchors_as_of));
    gauge(b, "serai_trust_read_seconds", "Since what is believed was read.", (double)(now - state.read));
    gauge(b, "serai_trust_not_taken", "1 when the files of trust, as they are now, cannot be used.",
          state.why.reason != NULL);
    if (act)
        gauge(b, "serai_act_age_seconds", "Since the newest act of the bloc's trust list.",
              (double)(now - act));
    if (v->beliefs && c->anchors)
        put_lists(c->anchors, now, b);
    if (v->beliefs && v->beliefs->status)
        put_tokens(v->beliefs->status, now, b);
}

/* Pages that are resident: proc(5), statm. */
static double resident_bytes(void)
{
    FILE *f = fopen("/proc/self/statm", "re");
    long size = 0, resident = 0;
    bool ok = f && fscanf(f, "%ld %ld", &size, &resident) == 2;

    if (f)
        (void)fclose(f);
    return ok ? (double)resident * (double)sysconf(_SC_PAGESIZE) : 0;
}

static void put_process(const struct node_view *v, unix_time now, struct buffer *b)
{
    struct node *n = v->node;

    metric_family(b, "serai_build_info", "gauge", "The version that runs.");
    metric_put(b, "serai_build_info", "version", SERAI_VERSION, 1);
    gauge(b, "serai_start_time_seconds", "When the node was started, in seconds since 1970.",
          (double)v->started);
    gauge(b, "serai_time_seconds", "The node's clock.", (double)now);
    gauge(b, "serai_memory_bytes", "Memory that the process holds.", resident_bytes());
    gauge(b, "serai_requests_in_flight", "Requests begun and not yet answered.",
          (double)atomic_load(&n->in_flight));
    gauge(b, "serai_request_body_bytes", "Request bodies in memory.", (double)atomic_load(&n->bodies));
    metric_family(b, "serai_workers_waiting", "gauge",
                  "Requests that wait for a worker; large: those that may hold pictures.");
    metric_put(b, "serai_workers_waiting", "queue", "small", (double)workers_waiting(n->workers, JOB_SMALL));
    metric_put(b, "serai_workers_waiting", "queue", "large", (double)workers_waiting(n->workers, JOB_LARGE));
    gauge(b, "serai_restored",
          "1 while it signs no log: it was restored, and has not heard from all what it signed.",
          v->o->federation && atomic_load(&v->o->federation->restored));
    gauge(b, "serai_maintenance", "1 while the node is being maintained.", maintenance_on(&n->maintenance));
}

void handle_metrics(const struct node_view *v, const struct http_request *r, struct arena *a,
                    struct http_answer *out)
{
    unix_time now = v->o->now(v->o->ctx);
    struct buffer b;

    if (!v->node->counts || !caller_may(&v->o->config->metrics, r->peer)) {
        answer_refuse(out, 403, "not-for-you", "Metrics are not for this address.", a);
        return;
    }
    buf_init(&b, METRICS_BYTES);
    put_process(v, now, &b);
    put_store(v->check->store, now, &b);
    put_trust(v, now, &b);
    ask_metrics(v->check->desk ? v->check->desk->counts : NULL, &b);
    federation_metrics(v->o->federation, v->started, now, a, &b);
    metrics_put_counted(&v->node->metrics, route_place_word, &b);
    if (buf_ok(&b))
        *out = (struct http_answer){ .status = 200,
                                     .type = "text/plain; version=0.0.4; charset=utf-8",
                                     .body = arena_copy(a, buf_span(&b)) };
    else
        answer_refuse(out, 500, "internal", "There is more to say than an answer may hold.", a);
    buf_free(&b);
}

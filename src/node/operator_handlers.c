/* GET /v1/operator: what an operator looks at: findings with what to do, parts, disk, back-up, keys, queues.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>

#include "node/backup.h"
#include "node/caller.h"
#include "node/doctor.h"
#include "node/exchange.h"
#include "node/federation.h"
#include "node/handlers.h"
#include "node/operator.h"
#include "store/figures.h"

enum { ANSWER_BYTES = 4 << 20, MEMORY = 256 << 20, PATH = 4096, SOON_DAYS = 30, AGE_DAYS = 90 };

static const uint64_t ROOM = 1024ull << 20;

/* The look reads many files: one at a time. */
static _Atomic bool under_way;

static void put_time(struct json_writer *j, const char *key, unix_time t)
{
    char text[TIME_TEXT];

    jw_str(j, key, t ? time_format(t, text) : NULL);
}

/* Of the folder's findings: as serai doctor --quick. */
static void put_findings(struct json_writer *j, const struct node_view *v, struct span ready, struct arena *a)
{
    struct doctor_report *r = arena_alloc(a, sizeof *r);
    const struct doctor_options o = { .folder = v->o->folder,
                                      .data = v->o->data,
                                      .now = v->o->now(v->o->ctx),
                                      .soon_days = SOON_DAYS,
                                      .age_days = AGE_DAYS,
                                      .room = ROOM,
                                      .quick = true,
                                      .within = true,
                                      .ready = ready };
    bool looked = r && v->o->folder;

    if (looked)
        doctor_look(&o, a, r);
    jw_bool(j, "looked", looked);
    jw_int(j, "not_told", looked ? (int64_t)r->lost : 0);
    jw_array(j, "findings");
    for (size_t i = 0; looked && i < r->n; i++) {
        jw_object(j, NULL);
        jw_str(j, "weight", doctor_weight_word(r->item[i].weight));
        jw_str(j, "word", r->item[i].word);
        jw_str(j, "seen", r->item[i].seen);
        jw_str(j, "means", r->item[i].means);
        jw_str(j, "remedy", r->item[i].remedy);
        jw_object_end(j);
    }
    jw_array_end(j);
}

static void put_parts(struct json_writer *j, struct federation *f)
{
    struct federation_part_report part[FEDERATION_PARTS];
    size_t n = f ? federation_report(f, part, FEDERATION_PARTS) : 0;

    jw_array(j, "parts");
    for (size_t i = 0; i < n; i++) {
        jw_object(j, NULL);
        jw_str(j, "name", part[i].name);
        jw_bool(j, "well", part[i].why.reason == NULL);
        put_time(j, "stepped", part[i].stepped);
        put_time(j, "last_well", part[i].well);
        jw_str(j, "detail", part[i].why.reason ? part[i].why.detail : NULL);
        jw_object_end(j);
    }
    jw_array_end(j);
}

static void put_queue(struct json_writer *j, const char *name, int64_t n)
{
    jw_object(j, NULL);
    jw_str(j, "name", name);
    jw_int(j, "waiting", n);
    jw_object_end(j);
}

static void put_store(struct json_writer *j, const struct node_view *v)
{
    struct store_figures f = { 0 };
    struct why w = { 0 };
    bool up = v->check->store && store_figures(v->check->store, v->o->now(v->o->ctx), &f, &w);

    jw_object(j, "store");
    jw_bool(j, "up", up);
    jw_str(j, "detail", up ? NULL : w.reason ? w.detail : "no store is configured");
    jw_bool(j, "server", f.server);
    jw_bool(j, "unconfirmed", f.unconfirmed);
    jw_int(j, "bytes", (int64_t)f.bytes);
    if (up && !f.server)
        jw_int(j, "room", (int64_t)f.room);
    else
        jw_null(j, "room");
    jw_object_end(j);
    jw_array(j, "queues");
    put_queue(j, "requests", atomic_load(&v->node->in_flight));
    put_queue(j, "workers-small", (int64_t)workers_waiting(v->node->workers, JOB_SMALL));
    put_queue(j, "workers-large", (int64_t)workers_waiting(v->node->workers, JOB_LARGE));
    put_queue(j, "records", (int64_t)f.waiting);
    put_queue(j, "cases-open", f.cases_open);
    put_queue(j, "cases-overdue", f.cases_overdue);
    put_queue(j, "complaints-late", f.complaints_late);
    jw_array_end(j);
}

static unix_time backed_up(const struct node_view *v)
{
    char path[PATH];
    struct stat st;

    return v->o->folder &&
                   (size_t)snprintf(path, sizeof path, "%s/" BACKED_UP_FILE, v->o->folder) < sizeof path &&
                   stat(path, &st) == 0
               ? (unix_time)st.st_mtime
               : 0;
}

static void put_all(struct json_writer *j, const struct node_view *v, struct span ready, struct arena *a)
{
    jw_object(j, NULL);
    put_time(j, "at", v->o->now(v->o->ctx));
    put_time(j, "started", v->started);
    jw_str(j, "version", SERAI_VERSION);
    jw_bool(j, "maintenance", maintenance_on(&v->node->maintenance));
    put_time(j, "backed_up", backed_up(v));
    put_findings(j, v, ready, a);
    put_parts(j, v->o->federation);
    put_store(j, v);
    operator_put_keys(j, v->o->config, a);
    operator_put_config(j, v->o->config);
    jw_object_end(j);
}

void handle_operator(const struct node_view *v, const struct http_request *r, struct arena *a,
                     struct http_answer *out)
{
    static const struct config_list nobody_named = { .n = 0 };
    struct http_answer ready = { .status = 0 };
    struct arena own;
    struct buffer b;
    struct json_writer j = json_to(&b);

    if (!r->who && !caller_may(v->node->counts ? &v->o->config->metrics : &nobody_named, r->peer)) {
        answer_refuse(out, 403, "not-for-you", "The operator's overview is not for this address.", a);
        return;
    }
    if (atomic_exchange(&under_way, true)) {
        answer_refuse(out, 503, "busy", "Somebody else looks at this moment; ask again.", a);
        out->retry = true;
        return;
    }
    handle_ready(v, r, a, &ready);
    arena_init(&own, MEMORY);
    buf_init(&b, ANSWER_BYTES);
    put_all(&j, v, ready.body, &own);
    arena_free(&own);
    atomic_store(&under_way, false);
    if (buf_ok(&b))
        answer_json(out, 200, arena_copy(a, buf_span(&b)));
    else
        answer_refuse(out, 500, "internal", "The answer is longer than an answer may be.", a);
    buf_free(&b);
}

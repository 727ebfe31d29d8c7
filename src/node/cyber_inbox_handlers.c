/* What is new for an officer, and alerts, over HTTP. From the node's own machine: a proxy there says who
 * somebody is. */
#include "base/limits.h"
#include "node/caller.h"
#include "node/cyber.h"
#include "service/cyber/inbox.h"
#include "wire/json.h"
#include "wire/json_write.h"

enum { ANSWER = 24 * 1024 * 1024, QUERY = 16 * 1024, OFFICER = 64, MOST = 200, MEMORY = 256 << 20 };

static unsigned status_of(const struct why *w)
{
    static const struct {
        const char *reason;
        unsigned status;
    } known[] = { { "too-large", 413 }, { "unknown", 404 },    { "closed", 409 }, { "taken", 409 },
                  { "outcome", 409 },   { "laxer", 422 },      { "io", 503 },     { "not-ready", 503 },
                  { "conflict", 409 },  { "maintenance", 503 } };

    for (size_t i = 0; w->reason && i < sizeof known / sizeof *known; i++)
        if (strcmp(w->reason, known[i].reason) == 0)
            return known[i].status;
    return w->reason && strncmp(w->reason, "store", 5) == 0 ? 503 : 400;
}

struct desk {
    struct cyber_desk cyber;
    struct object_view view;
    struct alert_desk alert;
};

static bool desk_of(const struct node_view *v, struct span officer, struct desk *k, struct why *w)
{
    const struct instance *i;

    if (!cyber_desk_of(v, &k->cyber, w))
        return false;
    if (!officer.n || officer.n > OFFICER)
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "say who it is: \"officer\"");
    i = v->o->federation->o.instance;
    k->view = (struct object_view){ .objects = k->cyber.objects,
                                    .places = k->cyber.places,
                                    .now = v->o->now(v->o->ctx) };
    cyber_base_law(i, k->view.now, &k->view.law, NULL);
    k->view.reader = cyber_person_reader(i->config.persons, officer, k->view.places, k->cyber.self);
    k->alert = (struct alert_desk){ .desk = &k->cyber, .view = &k->view, .officer = officer };
    return true;
}

static void run(alert_op *op, struct span json, struct span officer, const struct node_view *v,
                const struct http_request *r, struct arena *a, struct http_answer *out)
{
    struct why w;
    struct arena own;
    struct buffer b;
    struct desk k;

    if (!caller_is_here(r)) {
        answer_refuse(out, 403, "not-here", "The desk works from the node's own machine.", a);
        return;
    }
    why_clear(&w);
    buf_init(&b, ANSWER);
    arena_init(&own, MEMORY);
    if (!desk_of(v, officer, &k, &w) || !op(&k.alert, json, k.view.now, &own, &b, &w))
        answer_error(out, status_of(&w), &w, a);
    else if (buf_ok(&b))
        answer_json(out, 200, arena_copy(a, buf_span(&b)));
    else
        answer_refuse(out, 413, "too-large", "Ask for fewer at once.", a);
    arena_free(&own);
    buf_free(&b);
}

static void posted(alert_op *op, const struct node_view *v, const struct http_request *r, struct arena *a,
                   struct http_answer *out)
{
    struct span officer = { NULL, 0 };
    struct why w = { 0 };
    struct json j;

    if (!json_parse(r->body, a, &j, &w)) {
        answer_error(out, 400, &w, a);
        return;
    }
    if (!json_text_of(&j, json_member(&j, JSON_ROOT, "officer"), a, &officer))
        officer = (struct span){ NULL, 0 };
    run(op, r->body, officer, v, r, a, out);
}

/* Query parameters as the members of a request. */
static void asked(alert_op *op, const struct node_view *v, const struct http_request *r, struct arena *a,
                  struct http_answer *out)
{
    const char *officer = http_query(r, "officer");
    struct json_writer j;
    struct why w = { 0 };
    struct buffer b;
    int64_t most = 0;

    if (!http_query_number(r, "most", MOST, &most, &w)) {
        answer_error(out, 400, &w, a);
        return;
    }
    buf_init(&b, QUERY);
    j = json_to(&b);
    jw_object(&j, NULL);
    if (most)
        jw_int(&j, "most", most);
    for (size_t i = 0; i < r->n_query; i++)
        if (strcmp(r->query[i].name, "most") != 0)
            jw_str(&j, r->query[i].name, r->query[i].value);
    jw_object_end(&j);
    if (buf_ok(&b))
        run(op, buf_span(&b), span_str(officer), v, r, a, out);
    else
        answer_refuse(out, 400, "query", "The query is too long.", a);
    buf_free(&b);
}

#define HANDLER(name, how, op)                                                                               \
    void name(const struct node_view *v, const struct http_request *r, struct arena *a,                      \
              struct http_answer *out)                                                                       \
    {                                                                                                        \
        how(op, v, r, a, out);                                                                               \
    }

HANDLER(handle_cyber_inbox, asked, inbox_list)
HANDLER(handle_cyber_inbox_mark, posted, inbox_mark)
HANDLER(handle_cyber_alerts, asked, alert_list)
HANDLER(handle_cyber_alert_report, posted, alert_report)
HANDLER(handle_cyber_alert_take, posted, alert_take)
HANDLER(handle_cyber_alert_close, posted, alert_close)
HANDLER(handle_cyber_alert_opinion, posted, alert_opinion)

bool cyber_alerts_raise(const struct node_view *v, const struct cyber_desk *d, struct span json,
                        struct arena *a, struct why *w)
{
    struct object_view view = { .objects = d->objects, .places = d->places, .now = v->o->now(v->o->ctx) };
    const struct alert_desk k = { .desk = d, .view = &view };
    struct buffer b;
    bool ok;

    cyber_base_law(v->o->federation->o.instance, view.now, &view.law, NULL);
    buf_init(&b, ANSWER);
    ok = alert_report(&k, json, view.now, a, &b, w);
    buf_free(&b);
    return ok;
}

/* Releasing objects over HTTP: each operation of service/cyber/release.h at its path. From the node's own
 * machine: a proxy there lets in whom it knows. */
#include "node/caller.h"
#include "node/cyber.h"
#include "node/indicators.h"
#include "service/cyber/standing.h"
#include "wire/json_write.h"

enum { ANSWER = 24 * 1024 * 1024, QUERY = 64 * 1024 };

static unsigned status_of(const struct why *w)
{
    static const struct {
        const char *reason;
        unsigned status;
    } known[] = { { "too-large", 413 },    { "nothing", 404 },  { "owner", 403 },
                  { "creator", 403 },      { "group", 403 },    { "not-agreed", 403 },
                  { "embargo", 403 },      { "doubt", 409 },    { "unversioned", 422 },
                  { "whole", 422 },        { "required", 422 }, { "not-ready", 503 },
                  { "rule", 404 },         { "article", 403 },  { "expiry", 422 },
                  { "same-officer", 403 }, { "state", 409 },    { "too-many", 409 },
                  { "store-full", 503 },   { "io", 503 },       { "maintenance", 503 },
                  { "locked", 503 } };

    for (size_t i = 0; w->reason && i < sizeof known / sizeof *known; i++)
        if (strcmp(w->reason, known[i].reason) == 0)
            return known[i].status;
    return w->reason && strncmp(w->reason, "store", 5) == 0 ? 503 : 400;
}

static void run(cyber_op *op, struct span json, const struct node_view *v, const struct http_request *r,
                struct arena *a, struct http_answer *out)
{
    struct cyber_desk d;
    struct buffer b;
    struct why w;

    if (!caller_is_here(r)) {
        answer_refuse(out, 403, "not-here", "Objects are released from the node's own machine.", a);
        return;
    }
    why_clear(&w);
    buf_init(&b, ANSWER);
    if (!cyber_desk_of(v, &d, &w) || !indicators_gate(v->o->federation, &d, &w) ||
        !op(&d, json, v->o->now(v->o->ctx), a, &b, &w)) {
        answer_error(out, status_of(&w), &w, a);
    } else if (buf_ok(&b)) {
        answer_json(out, 200, arena_copy(a, buf_span(&b)));
        federation_poke(v->o->federation, "grew");
        federation_poke(v->o->federation, "streams");
        federation_poke(v->o->federation, "cosign");
    } else {
        answer_refuse(out, 413, "too-large", "The answer is longer than an answer may be.", a);
    }
    buf_free(&b);
}

/* Query parameters as the members of a request. */
static struct span query_json(const struct http_request *r, struct arena *a)
{
    struct json_writer j;
    struct buffer b;
    struct span s;

    buf_init(&b, QUERY);
    j = json_to(&b);
    jw_object(&j, NULL);
    for (size_t i = 0; i < r->n_query; i++)
        jw_str(&j, r->query[i].name, r->query[i].value);
    jw_object_end(&j);
    s = buf_ok(&b) ? arena_copy(a, buf_span(&b)) : SPAN("{}");
    buf_free(&b);
    return s;
}

#define POSTED(name, op)                                                                                     \
    void name(const struct node_view *v, const struct http_request *r, struct arena *a,                      \
              struct http_answer *out)                                                                       \
    {                                                                                                        \
        run(op, r->body, v, r, a, out);                                                                      \
    }

/* Between batches of the rules: once it is answered, nothing goes by a rule that is suspended. */
#define LOCKED(name, op)                                                                                     \
    void name(const struct node_view *v, const struct http_request *r, struct arena *a,                      \
              struct http_answer *out)                                                                       \
    {                                                                                                        \
        const struct federation *f = v->o->federation;                                                       \
        struct cyber_base *b = f ? f->o.instance->cyber : NULL;                                              \
                                                                                                             \
        if (b)                                                                                               \
            (void)pthread_mutex_lock(&b->rules);                                                             \
        run(op, r->body, v, r, a, out);                                                                      \
        if (b)                                                                                               \
            (void)pthread_mutex_unlock(&b->rules);                                                           \
    }

LOCKED(handle_cyber_rule_add, cyber_rule_add)
LOCKED(handle_cyber_rule_step, cyber_rule_step)
POSTED(handle_cyber_rule_preview, cyber_rule_preview)
POSTED(handle_cyber_preview, cyber_preview)
POSTED(handle_cyber_release, cyber_release)
POSTED(handle_cyber_recall, cyber_recall)
POSTED(handle_cyber_copy, cyber_copy)

void handle_cyber_releases(const struct node_view *v, const struct http_request *r, struct arena *a,
                           struct http_answer *out)
{
    run(cyber_releases, query_json(r, a), v, r, a, out);
}

void handle_cyber_recalls(const struct node_view *v, const struct http_request *r, struct arena *a,
                          struct http_answer *out)
{
    run(cyber_recalls, query_json(r, a), v, r, a, out);
}

void handle_cyber_rules(const struct node_view *v, const struct http_request *r, struct arena *a,
                        struct http_answer *out)
{
    run(cyber_rules, (struct span){ NULL, 0 }, v, r, a, out);
}

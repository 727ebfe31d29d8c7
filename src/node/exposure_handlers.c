/* Exposure over HTTP: each operation of service/cyber/exposure_desk.h at its path. From the node's own
 * machine: a proxy there lets in whom it knows. */
#include "node/caller.h"
#include "node/handlers.h"
#include "service/cyber/exposure_live.h"
#include "wire/json.h"

enum { ANSWER = 64 * 1024 * 1024 };

static unsigned status_of(const struct why *w)
{
    static const struct {
        const char *reason;
        unsigned status;
    } known[] = { { "too-large", 413 },
                  { "finding-unknown", 404 },
                  { "advisory-unknown", 404 },
                  { "office", 403 },
                  { "older", 409 },
                  { "asset", 422 },
                  { "asset-host", 422 },
                  { "csaf", 422 },
                  { "kev", 422 },
                  { "not-ready", 503 },
                  { "sealed", 503 },
                  { "exposure-damaged", 503 } };

    for (size_t i = 0; w->reason && i < sizeof known / sizeof *known; i++)
        if (strcmp(w->reason, known[i].reason) == 0)
            return known[i].status;
    return w->reason && strncmp(w->reason, "store", 5) == 0 ? 503 : 400;
}

static bool read_json(struct span body, struct arena *a, struct exposure_ask *q, struct why *w)
{
    struct span name = { NULL, 0 }, value = { NULL, 0 };
    struct json j;

    if (!json_parse(body, a, &j, w))
        return false;
    if (!json_is(&j, JSON_ROOT, JSON_KIND_OBJECT))
        return why_set(w, "request", 0, NULL, "a request is an object");
    for (json_ref v = json_first(&j, JSON_ROOT); v != JSON_NONE; v = json_after(&j, JSON_ROOT, v))
        if (!json_text_of(&j, v, a, &name) || !json_text_of(&j, json_value_of(&j, v), a, &value))
            return why_set(w, "request", json_offset(&j, v), NULL, "a request's members are texts");
        else if (!exposure_ask_set(q, name, value, w))
            return false;
    return true;
}

static bool read_query(const struct http_request *r, struct exposure_ask *q, struct why *w)
{
    for (size_t i = 0; i < r->n_query; i++)
        if (!exposure_ask_set(q, span_str(r->query[i].name), span_str(r->query[i].value), w))
            return false;
    return true;
}

static void run(exposure_op *op, bool json, bool moves, const struct node_view *v,
                const struct http_request *r, struct arena *a, struct http_answer *out)
{
    struct exposure_ask q = { .text = r->body };
    const struct config_list *offices = &v->o->config->exposure_offices;
    struct exposure_desk d = { .store = v->check->store,
                               .member = span_str(v->check->member),
                               .live = v->o->exposure,
                               .offices = offices->item,
                               .n_offices = offices->n };
    struct buffer b;
    struct why w;

    if (!caller_is_here(r)) {
        answer_refuse(out, 403, "not-here", "Exposure is dealt with from the node's own machine.", a);
        return;
    }
    if (!d.store || !v->check->agreement) {
        answer_refuse(out, 503, "not-ready", "This node has no store or no agreement.", a);
        return;
    }
    why_clear(&w);
    buf_init(&b, ANSWER);
    if (!(json ? read_json(r->body, a, &q, &w) : read_query(r, &q, &w)) ||
        !op(&d, &q, v->o->now(v->o->ctx), &b, &w))
        answer_error(out, status_of(&w), &w, a);
    else if (buf_ok(&b))
        answer_json(out, 200, arena_copy(a, buf_span(&b)));
    else
        answer_refuse(out, 413, "too-large", "The answer is longer than an answer may be.", a);
    /* What was taken in is on disk: a failure to follow it is told when it is asked for next. */
    if (moves && d.live && !w.reason)
        (void)!exposure_live_keep(d.live, d.store, v->o->now(v->o->ctx), &w);
    buf_free(&b);
}

#define OPERATION(name, op, json, moves)                                                                     \
    void name(const struct node_view *v, const struct http_request *r, struct arena *a,                      \
              struct http_answer *out)                                                                       \
    {                                                                                                        \
        run(op, json, moves, v, r, a, out);                                                                  \
    }

OPERATION(handle_exposure_assets, exposure_take_assets, false, true)
OPERATION(handle_exposure_advisory, exposure_take_advisory, false, true)
OPERATION(handle_exposure_kev, exposure_take_kev, false, true)
OPERATION(handle_exposure_match, exposure_match, true, false)
OPERATION(handle_exposure_now, exposure_now, false, false)
OPERATION(handle_exposure_board, exposure_board, false, false)
OPERATION(handle_exposure_detail, exposure_detail, true, false)
OPERATION(handle_exposure_close, exposure_close, true, false)
OPERATION(handle_exposure_erase, exposure_erase, true, true)
OPERATION(handle_exposure_advisories, exposure_advisories, false, false)
OPERATION(handle_exposure_advisory_one, exposure_advisory, false, false)
OPERATION(handle_exposure_advisory_check, exposure_check_advisory, false, false)

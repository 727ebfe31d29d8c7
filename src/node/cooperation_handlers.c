/* Cooperation of members over HTTP: each operation of service/cyber at its path. From the node's own machine:
 * a proxy there lets in whom it knows. */
#include "base/limits.h"
#include "node/caller.h"
#include "node/cooperation.h"
#include "service/cyber/contact.h"
#include "service/cyber/drill.h"
#include "service/cyber/exposure_notice.h"
#include "service/cyber/library.h"
#include "service/cyber/maturity.h"
#include "service/cyber/request.h"
#include "wire/json_write.h"

enum { ANSWER = 24 * 1024 * 1024, QUERY = 64 * 1024, MEMORY = LIMIT_COOPERATION_MEMORY };

static unsigned status_of(const struct why *w)
{
    static const struct {
        const char *reason;
        unsigned status;
    } known[] = {
        { "too-large", 413 },   { "unknown", 404 },     { "own", 403 },       { "not-asked", 403 },
        { "not-party", 403 },   { "member", 403 },      { "late", 409 },      { "again", 409 },
        { "order", 409 },       { "reply", 409 },       { "offer", 409 },     { "not-requester", 403 },
        { "not-agreed", 403 },  { "secret", 422 },      { "refer", 422 },     { "playbook", 422 },
        { "tlp", 422 },         { "withdrawn", 410 },   { "version", 409 },   { "not-ready", 503 },
        { "store-full", 503 },  { "io", 503 },          { "code", 403 },      { "maintenance", 503 },
        { "exercise", 422 },    { "person", 422 },      { "stopped", 410 },   { "not-organiser", 403 },
        { "participant", 403 }, { "not-running", 409 }, { "audience", 403 },  { "consent", 403 },
        { "incomplete", 409 },  { "parameter", 422 },   { "too-close", 409 }, { "small-cell", 422 }
    };

    for (size_t i = 0; w->reason && i < sizeof known / sizeof *known; i++)
        if (strcmp(w->reason, known[i].reason) == 0)
            return known[i].status;
    return w->reason && (strncmp(w->reason, "store", 5) == 0 || strncmp(w->reason, "token", 5) == 0) ? 503
                                                                                                     : 400;
}

static void run(coop_op *op, struct span json, const struct node_view *v, const struct http_request *r,
                struct arena *a, struct http_answer *out)
{
    struct coop_desk d;
    struct arena own;
    struct buffer b;
    struct why w;

    if (!caller_is_here(r)) {
        answer_refuse(out, 403, "not-here", "Members' offices ask from the node's own machine.", a);
        return;
    }
    why_clear(&w);
    buf_init(&b, ANSWER);
    arena_init(&own, MEMORY);
    if (!cooperation_desk(v, &d, &w) || !op(&d, json, v->o->now(v->o->ctx), &own, &b, &w)) {
        answer_error(out, status_of(&w), &w, a);
    } else {
        struct span body = arena_copy(a, buf_span(&b));

        if (body.p)
            answer_json(out, 200, body);
        else
            answer_refuse(out, 413, "too-large", "The answer is longer than an answer may be.", a);
        federation_poke(v->o->federation, "cooperation");
    }
    arena_free(&own);
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
#define ASKED(name, op)                                                                                      \
    void name(const struct node_view *v, const struct http_request *r, struct arena *a,                      \
              struct http_answer *out)                                                                       \
    {                                                                                                        \
        run(op, query_json(r, a), v, r, a, out);                                                             \
    }

ASKED(handle_capabilities, request_list)
ASKED(handle_capability_matches, request_matches)
POSTED(handle_capability_offer, request_offer)
POSTED(handle_capability_request, request_ask)
POSTED(handle_capability_reply, request_reply)
POSTED(handle_capability_accept, request_accept)
POSTED(handle_capability_close, request_close)
ASKED(handle_cooperation_record, coop_show)
ASKED(handle_playbooks, library_list)
ASKED(handle_playbook, library_get)
POSTED(handle_playbook_share, library_share)
POSTED(handle_playbook_used, library_used)
POSTED(handle_playbook_withdraw, library_withdraw)
ASKED(handle_playbook_versions, library_versions)
POSTED(handle_playbook_look, library_look)
POSTED(handle_cooperation_preview, coop_preview)
ASKED(handle_maturity, maturity_show)
ASKED(handle_maturity_check, maturity_check)
ASKED(handle_maturity_compare, maturity_compare)
ASKED(handle_maturity_export, maturity_export)
POSTED(handle_maturity_assess, maturity_assess)
POSTED(handle_maturity_publish, maturity_publish)
POSTED(handle_maturity_review, maturity_review)
POSTED(handle_exposure_publish, exposure_publish)
ASKED(handle_exposure_members, exposure_members)
ASKED(handle_drills, drill_op_list)
ASKED(handle_drill_report, drill_op_report)
POSTED(handle_drill_check, drill_op_check)
POSTED(handle_drill_start, drill_op_start)
POSTED(handle_drill_inject, drill_op_inject)
POSTED(handle_drill_answer, drill_op_answer)
POSTED(handle_drill_stop, drill_op_stop)
ASKED(handle_contacts, contact_list)
POSTED(handle_contact_set, contact_set)
POSTED(handle_contact_withdraw, contact_withdraw)
POSTED(handle_contact_test, contact_ask)
POSTED(handle_contact_acknowledge, contact_acknowledge)

/* Notices over HTTP: each operation of node/notices.h at its path. Offices act from the node's own machine.
 */
#include "node/caller.h"
#include "node/notices.h"
#include "wire/json_write.h"

enum { ANSWER = 24 * 1024 * 1024 };

static void run(notices_op *op, struct span json, const struct node_view *v, const struct http_request *r,
                struct arena *a, struct http_answer *out)
{
    unsigned status = 200;
    struct notices n;
    struct buffer b;
    struct why w;

    if (!caller_is_here(r)) {
        answer_refuse(out, 403, "not-here", "Offices work with notices from the node's own machine.", a);
        return;
    }
    why_clear(&w);
    buf_init(&b, ANSWER);
    if (!notices_of(v, &n, &w) || !op(&n, json, v->o->now(v->o->ctx), a, &b, &status, &w)) {
        answer_error(out, notices_status_of(&w), &w, a);
    } else if (buf_ok(&b)) {
        answer_json(out, status, arena_copy(a, buf_span(&b)));
        federation_poke(v->o->federation, "notices");
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

    buf_init(&b, 64 * 1024);
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

ASKED(handle_notice_kinds, notices_kinds)
ASKED(handle_notices, notices_list)
ASKED(handle_notice_drafts, notices_drafts)
ASKED(handle_notice_statistics, notices_statistics)
POSTED(handle_notice_check, notices_check)
POSTED(handle_notice_draft, notices_draft)
POSTED(handle_notice_sign, notices_sign)
POSTED(handle_notice_act, notices_act)
POSTED(handle_notice_show, notices_show)
POSTED(handle_redress_link, redress_link)
POSTED(handle_redress_consult, redress_consult)
POSTED(handle_redress_answer, redress_answer)
POSTED(handle_redress_disclose, redress_disclose)
POSTED(handle_redress_restrict, redress_restrict)

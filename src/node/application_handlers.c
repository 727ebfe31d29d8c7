/* Applications and permissions over HTTP: each operation of node/permit.h at its path. */
#include "node/handlers.h"
#include "node/permit.h"
#include "wire/json_write.h"

enum { ANSWER = 24 * 1024 * 1024 };

static void run(permit_op *op, struct span json, const struct node_view *v, struct arena *a,
                struct http_answer *out)
{
    struct permit p;
    struct buffer b;
    struct why w;
    unsigned status = 200;

    why_clear(&w);
    buf_init(&b, ANSWER);
    if (!permit_of(v->o->config, v->check, v->o->instance, v->o->data, &p, &w) ||
        !op(&p, json, v->o->now(v->o->ctx), a, &b, &status, &w))
        answer_error(out, permit_status_of(&w), &w, a);
    else if (buf_ok(&b))
        answer_json(out, status, arena_copy(a, buf_span(&b)));
    else
        answer_refuse(out, 413, "too-large", "The answer is longer than an answer may be.", a);
    buf_free(&b);
}

/* Query parameters as the members of a request: numbers by these names, texts by all others. */
static struct span query_json(const struct http_request *r, struct arena *a)
{
    static const char *const numbers[] = { "before", "within", "year" };
    struct json_writer j;
    struct buffer b;
    struct span s;

    buf_init(&b, 64 * 1024);
    j = json_to(&b);
    jw_object(&j, NULL);
    for (size_t i = 0; i < r->n_query; i++) {
        const char *value = r->query[i].value;
        bool number = false;

        for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
            number |= strcmp(r->query[i].name, numbers[k]) == 0;
        if (number && *value && strspn(value, "0123456789") == strlen(value) && strlen(value) < 19)
            jw_raw(&j, r->query[i].name, span_str(value));
        else
            jw_str(&j, r->query[i].name, value);
    }
    jw_object_end(&j);
    s = buf_ok(&b) ? arena_copy(a, buf_span(&b)) : SPAN("{}");
    buf_free(&b);
    return s;
}

#define POSTED(name, op)                                                                                     \
    void name(const struct node_view *v, const struct http_request *r, struct arena *a,                      \
              struct http_answer *out)                                                                       \
    {                                                                                                        \
        run(op, r->body, v, a, out);                                                                         \
    }
#define ASKED(name, op)                                                                                      \
    void name(const struct node_view *v, const struct http_request *r, struct arena *a,                      \
              struct http_answer *out)                                                                       \
    {                                                                                                        \
        run(op, query_json(r, a), v, a, out);                                                                \
    }

POSTED(handle_application, permit_apply)
POSTED(handle_application_follow, permit_follow)
POSTED(handle_application_own_file, permit_own_file)
ASKED(handle_applications, permit_list)
POSTED(handle_application_show, permit_show)
POSTED(handle_application_file, permit_file)
POSTED(handle_application_return, permit_return)
POSTED(handle_application_decide, permit_decide)
POSTED(handle_application_issue, permit_issue)
POSTED(handle_application_extend, permit_extend)
ASKED(handle_consultations, permit_consultations)
POSTED(handle_consultation, permit_consultation)
POSTED(handle_opinion, permit_opinion)
ASKED(handle_permissions, permit_kinds)
POSTED(handle_permission_revoke, permit_revoke)
ASKED(handle_permission_statistics, permit_statistics)

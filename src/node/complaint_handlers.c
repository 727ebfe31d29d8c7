/* Complaints: what travellers file and follow, and what offices do. The codes travel in bodies, never in an
 * address; nothing of them and of the texts is logged. */
#include "base/text.h"
#include "check/complaints.h"
#include "node/complaint_rules.h"
#include "node/desk_answer.h"

enum { ANSWER_BYTES = 4 * 1024 * 1024, BODY_BYTES = 64 * 1024 };

static const struct desk_status known[] = {
    { "too-large", 413 },
    { "no-check", 404 },
    { "no-permission", 404 },
    { "complaint-unknown", 404 },
    { "request-conflict", 409 },
    { "complaint-state", 409 },
    { "too-early", 409 },
    { "too-late", 409 },
    { "same-office", 403 },
    { "office", 403 },
    { NULL, 0 },
};

struct desk {
    struct complaint_rules rules;
    struct complaints_desk d;
};

/* False: out says why. */
static bool open_desk(const struct node_view *v, const struct http_request *r, bool office, struct arena *a,
                      struct desk *k, struct http_answer *out)
{
    const struct desk_gate gate = {
        .not_here = office ? "Offices deal with complaints from the node's own machine." : NULL,
        .most = BODY_BYTES,
        .too_large = "A complaint has at most 4000 characters.",
    };

    if (!desk_admits(v, r, &gate, a, out))
        return false;
    complaint_rules_now(v->o->config, v->check, v->o->now(v->o->ctx), &k->rules);
    k->d = (struct complaints_desk){ v->check->store, &k->rules, v->o->now(v->o->ctx) };
    return true;
}

void handle_complaint(const struct node_view *v, const struct http_request *r, struct arena *a,
                      struct http_answer *out)
{
    struct desk k;
    struct buffer b;
    struct why w;
    bool ok, new = false;

    if (!open_desk(v, r, false, a, &k, out))
        return;
    why_clear(&w);
    buf_init(&b, ANSWER_BYTES);
    ok = complaints_file(&k.d, r->body, a, &b, &new, &w);
    desk_finish(ok, new ? 201 : 200, known, &b, &w, a, out);
}

typedef bool call(const struct complaints_desk *d, struct span json, struct arena *a, struct buffer *out,
                  struct why *w);

static void run(call *c, bool office, const struct node_view *v, const struct http_request *r,
                struct arena *a, struct http_answer *out)
{
    struct desk k;
    struct buffer b;
    struct why w;
    bool ok;

    if (!open_desk(v, r, office, a, &k, out))
        return;
    why_clear(&w);
    buf_init(&b, ANSWER_BYTES);
    ok = c(&k.d, r->body, a, &b, &w);
    desk_finish(ok, 200, known, &b, &w, a, out);
}

void handle_complaint_follow(const struct node_view *v, const struct http_request *r, struct arena *a,
                             struct http_answer *out)
{
    run(complaints_follow, false, v, r, a, out);
}

void handle_complaint_appeal(const struct node_view *v, const struct http_request *r, struct arena *a,
                             struct http_answer *out)
{
    run(complaints_appeal, false, v, r, a, out);
}

void handle_complaint_step(const struct node_view *v, const struct http_request *r, struct arena *a,
                           struct http_answer *out)
{
    run(complaints_step, true, v, r, a, out);
}

void handle_complaints(const struct node_view *v, const struct http_request *r, struct arena *a,
                       struct http_answer *out)
{
    struct complaints_query q = { .state = span_str(http_query(r, "state")),
                                  .late = http_query(r, "late") || http_query(r, "within") };
    struct desk k;
    struct buffer b;
    struct why w;
    size_t late = 0;
    bool ok;

    if (!open_desk(v, r, true, a, &k, out))
        return;
    why_clear(&w);
    buf_init(&b, ANSWER_BYTES);
    ok = http_query_number(r, "before", INT64_MAX / 16, &q.before, &w) &&
         http_query_number(r, "most", LIMIT_CASE_PAGE, &q.most, &w) &&
         http_query_number(r, "within", 3650, &q.within, &w) && complaints_list(&k.d, &q, a, &b, &late, &w);
    desk_finish(ok, 200, known, &b, &w, a, out);
}

static bool moment(const struct http_request *r, const char *name, unix_time *out, struct why *w)
{
    const char *text = http_query(r, name);

    return !text || time_parse(span_str(text), out) ||
           why_set(w, "query", WHY_NO_OFFSET, NULL, "%s is no day such as 2027-01-01", name);
}

void handle_complaint_statistics(const struct node_view *v, const struct http_request *r, struct arena *a,
                                 struct http_answer *out)
{
    unix_time from = 0, to;
    struct desk k;
    struct buffer b;
    struct why w;
    bool ok;

    if (!open_desk(v, r, false, a, &k, out))
        return;
    why_clear(&w);
    to = k.d.now + 1;
    buf_init(&b, ANSWER_BYTES);
    ok = moment(r, "from", &from, &w) && moment(r, "to", &to, &w) &&
         complaint_statistics(k.d.store, from, to, k.d.now, &b, &w);
    desk_finish(ok, 200, known, &b, &w, a, out);
}

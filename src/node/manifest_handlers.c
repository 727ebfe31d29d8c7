/* Lists of travellers, checked before they arrive: taken in, looked at, erased. The work itself is done
 * beside requests (node/manifest_runner.h). */
#include "base/text.h"
#include "check/manifest.h"
#include "node/caller.h"
#include "node/handlers.h"
#include "wire/json.h"

enum { ANSWER_BYTES = 24 * 1024 * 1024, BODY_BYTES = 4096, REFERENCE = 65 };

enum { PREFIX = sizeof "/v1/manifests/" - 1 };

static unsigned status_of(const struct why *w)
{
    static const struct {
        const char *reason;
        unsigned status;
    } known[] = { { "too-large", 413 }, { "manifest-unknown", 404 }, { "request-conflict", 409 },
                  { "manifest", 422 },  { "edifact", 422 },          { "not-ready", 503 } };

    for (size_t i = 0; w->reason && i < sizeof known / sizeof *known; i++)
        if (strcmp(w->reason, known[i].reason) == 0)
            return known[i].status;
    return w->reason && strncmp(w->reason, "store", 5) == 0 ? 503 : 400;
}

/* From the node's own machine: a proxy there lets in whom it knows. */
static bool may(const struct node_view *v, const struct http_request *r, struct arena *a,
                struct http_answer *out)
{
    if (!caller_is_here(r)) {
        answer_refuse(out, 403, "not-here", "Lists of travellers are dealt with from the node's own machine.",
                      a);
        return false;
    }
    if (!v->check->store || !v->check->agreement) {
        answer_refuse(out, 503, "not-ready", "This node has no store or no agreement.", a);
        return false;
    }
    return true;
}

/* What stands for {id} in the path. */
static struct span reference_of(const struct http_request *r)
{
    struct span s = span_str(r->path);
    size_t n = 0;

    s = span_sub(s, PREFIX, s.n);
    while (n < s.n && s.p[n] != '/')
        n++;
    return span_sub(s, 0, n);
}

static void finish(bool ok, unsigned status, struct buffer *b, const struct why *w, struct arena *a,
                   struct http_answer *out)
{
    if (!ok)
        answer_error(out, status_of(w), w, a);
    else if (buf_ok(b))
        answer_json(out, status, arena_copy(a, buf_span(b)));
    else
        answer_refuse(out, 413, "too-large", "The answer is longer than an answer may be: ask for fewer.", a);
    buf_free(b);
}

static bool request_of(const struct http_request *r, struct manifest_request *out, struct why *w)
{
    *out = (struct manifest_request){ .text = r->body };
    for (size_t i = 0; i < r->n_query; i++)
        if (!manifest_request_set(out, r->query[i].name, span_str(r->query[i].value), w))
            return false;
    return true;
}

void handle_manifest_put(const struct node_view *v, const struct http_request *r, struct arena *a,
                         struct http_answer *out)
{
    struct manifest_report *report = arena_alloc(a, sizeof *report);
    enum store_put what = STORE_NEW;
    struct manifest_request q;
    char reference[REFERENCE];
    struct json_writer j;
    struct buffer b;
    struct why w;
    bool ok;

    if (!may(v, r, a, out))
        return;
    why_clear(&w);
    buf_init(&b, ANSWER_BYTES);
    j = json_to(&b);
    ok = report && request_of(r, &q, &w) &&
         manifest_take(v->check, &q, v->o->now(v->o->ctx), reference, &what, a, report, &w) &&
         manifest_show(v->check, span_str(reference), a, &j, &w);
    finish(ok, what == STORE_NEW ? 201 : 200, &b, &w, a, out);
}

void handle_manifests(const struct node_view *v, const struct http_request *r, struct arena *a,
                      struct http_answer *out)
{
    struct json_writer j;
    int64_t before = 0;
    struct buffer b;
    struct why w;
    bool ok;

    if (!may(v, r, a, out))
        return;
    why_clear(&w);
    buf_init(&b, ANSWER_BYTES);
    j = json_to(&b);
    ok = http_query_number(r, "before", INT64_MAX / 16, &before, &w) &&
         manifest_list(v->check, before, a, &j, &w);
    finish(ok, 200, &b, &w, a, out);
}

void handle_manifest(const struct node_view *v, const struct http_request *r, struct arena *a,
                     struct http_answer *out)
{
    struct json_writer j;
    struct buffer b;
    struct why w;
    bool ok;

    if (!may(v, r, a, out))
        return;
    why_clear(&w);
    buf_init(&b, ANSWER_BYTES);
    j = json_to(&b);
    ok = manifest_show(v->check, reference_of(r), a, &j, &w);
    finish(ok, 200, &b, &w, a, out);
}

static struct span query(const struct http_request *r, const char *name)
{
    return span_str(http_query(r, name));
}

static bool page_of(const struct http_request *r, struct manifest_page *q, bool *csv, struct why *w)
{
    struct span view = query(r, "view"), rows = query(r, "rows");
    int64_t most = MANIFEST_PAGE;

    *q = (struct manifest_page){
        .reference = reference_of(r), .office = query(r, "office"), .only = query(r, "only"), .from = 1
    };
    if (!http_query_number(r, "from", LIMIT_MANIFEST_PERSONS, &q->from, w) ||
        !http_query_number(r, "most", MANIFEST_PAGE, &most, w))
        return false;
    if ((view.n && !span_eq_str(view, "officer") && !span_eq_str(view, "organiser")) ||
        (rows.n && !span_eq_str(rows, "csv") && !span_eq_str(rows, "json")) || !q->office.n)
        return why_set(w, "query", WHY_NO_OFFSET, NULL,
                       "office is needed; view is officer or organiser, rows are json or csv");
    q->view = span_eq_str(view, "organiser") ? MANIFEST_ORGANISER : MANIFEST_OFFICER;
    q->most = (size_t)most;
    *csv = span_eq_str(rows, "csv");
    return true;
}

/* Lines of CSV as texts of the page. */
static void put_lines(struct json_writer *j, struct span lines)
{
    struct span line;

    while (text_split(&lines, '\n', &line)) {
        struct buffer b;

        if (!line.n)
            continue;
        buf_init(&b, line.n + 16);
        buf_put(&b, line);
        buf_u8(&b, '\n');
        jw_text(j, NULL, buf_span(&b));
        buf_free(&b);
    }
}

void handle_manifest_results(const struct node_view *v, const struct http_request *r, struct arena *a,
                             struct http_answer *out)
{
    struct manifest_page q;
    struct json_writer j;
    struct buffer rows, b;
    int64_t next = 0;
    size_t n = 0;
    struct why w;
    bool ok, csv = false;

    if (!may(v, r, a, out))
        return;
    why_clear(&w);
    buf_init(&rows, ANSWER_BYTES);
    buf_init(&b, ANSWER_BYTES);
    ok = page_of(r, &q, &csv, &w) &&
         manifest_results(v->check, &q, csv, v->o->now(v->o->ctx), a, &rows, &n, &next, &w);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_text(&j, "id", q.reference);
    jw_array(&j, "results");
    if (csv)
        put_lines(&j, buf_span(&rows));
    else
        buf_put(&b, buf_span(&rows));
    jw_array_end(&j);
    if (next)
        jw_int(&j, "next", next);
    else
        jw_null(&j, "next");
    jw_object_end(&j);
    buf_free(&rows);
    finish(ok, 200, &b, &w, a, out);
}

void handle_manifest_erase(const struct node_view *v, const struct http_request *r, struct arena *a,
                           struct http_answer *out)
{
    struct span office = { NULL, 0 };
    struct json_writer w_json;
    struct json json;
    struct buffer b;
    struct why w;
    bool ok;

    if (!may(v, r, a, out))
        return;
    why_clear(&w);
    buf_init(&b, ANSWER_BYTES);
    w_json = json_to(&b);
    ok =
        json_parse(span_sub(r->body, 0, BODY_BYTES), a, &json, &w) &&
        (json_text_of(&json, json_member(&json, JSON_ROOT, "office"), a, &office) ||
         why_set(&w, "request", WHY_NO_OFFSET, "openapi.json ManifestErase", "say which office erases it")) &&
        store_erase_manifest(v->check->store, reference_of(r), office, v->o->now(v->o->ctx), &w) &&
        manifest_show(v->check, reference_of(r), a, &w_json, &w);
    finish(ok, 200, &b, &w, a, out);
}

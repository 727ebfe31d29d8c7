/*
 * Screening in the shapes of OpenSanctions' yente (its OpenAPI description), so that its clients can ask this
 * node: query by example, search, entity, catalogue. What is asked must have a purpose here: parameter
 * `purpose` or header Serai-Purpose, else the one that node.conf names for such clients.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "node/handlers.h"
#include "node/lists_asked.h"
#include "service/notice/list_row.h"
#include "wire/json_write.h"

#define ALGORITHM "serai-1"

enum { ANSWER = 48 << 20, LIMIT = 5, PAGE = 10 };
static const double CUTOFF = .5;

struct matching {
    const struct http_request *r;
    const char *dataset;
    struct list_question q;
    struct list_found found;
    double threshold;
    size_t offset;
};

/* ---- errors as its clients read them ---- */

static void refuse(struct http_answer *out, unsigned status, const char *reason, const char *detail,
                   struct arena *a)
{
    struct json_writer j;
    uint8_t mem[1024];
    struct buffer b;

    buf_init_fixed(&b, mem, sizeof mem);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_str(&j, "detail", detail);
    jw_object_end(&j);
    answer_json(out, status, arena_copy(a, buf_span(&b)));
    out->reason = reason;
}

static void refuse_why(struct http_answer *out, unsigned status, const struct why *w, struct arena *a)
{
    refuse(out, status, w->reason ? w->reason : "request", w->reason ? w->detail : "no memory left for this",
           a);
}

/* ---- what is asked of which entries ---- */

/* Whether any value of a parameter that may come several times is s. *any: there is one at all. */
static bool says(const struct http_request *r, const char *name, struct span s, bool *any)
{
    bool found = false;

    *any = false;
    for (size_t i = 0; i < r->n_query; i++)
        if (strcmp(r->query[i].name, name) == 0) {
            *any = true;
            found = found || span_eq_str(s, r->query[i].value);
        }
    return found;
}

static bool asks(void *ctx, const struct list_shelf *s)
{
    const struct matching *m = ctx;
    struct span name = span_str(s->terms.name);
    bool any, in;

    if (strcmp(m->dataset, "default") != 0 && strcmp(m->dataset, "all") != 0 &&
        !span_eq_str(name, m->dataset))
        return false;
    if (says(m->r, "exclude_dataset", name, &any))
        return false;
    in = says(m->r, "include_dataset", name, &any);
    return in || !any;
}

static bool has_any(const struct http_request *r, const char *parameter, const struct list_entry *e,
                    const char *property)
{
    bool any = false, found = false;

    for (size_t i = 0; i < e->n && !found; i++)
        if (span_eq_str(e->value[i].property, property))
            found = says(r, parameter, e->value[i].text, &any);
    (void)says(r, parameter, (struct span){ NULL, 0 }, &any);
    return found || !any;
}

static bool excluded(const struct http_request *r, const struct list_entry *e)
{
    bool any;

    for (size_t i = 0; i < e->n; i++)
        if (span_eq_str(e->value[i].property, "referents") &&
            says(r, "exclude_entity_ids", e->value[i].text, &any))
            return true;
    return says(r, "exclude_entity_ids", e->id, &any) || says(r, "exclude_schema", e->schema, &any);
}

/* An entry that does not say when it was changed may have been: it is not hidden. */
static bool changed_since(const struct http_request *r, const struct list_entry *e)
{
    const char *since = http_query(r, "changed_since");
    struct span at = list_entry_first(e, "last_change");

    if (!at.n)
        at = list_entry_first(e, "modifiedAt");
    return !since || !at.n || span_cmp(at, span_str(since)) >= 0;
}

static bool wants(void *ctx, const struct list_shelf *s, const struct list_entry *e)
{
    const struct matching *m = ctx;

    (void)s;
    return !excluded(m->r, e) && changed_since(m->r, e) && has_any(m->r, "topics", e, "topics") &&
           (has_any(m->r, "countries", e, "country") || has_any(m->r, "countries", e, "nationality"));
}

static const char *said(const struct http_request *r, const char *query, const char *header,
                        const char *config)
{
    const char *s = http_query(r, query);

    s = s && *s ? s : http_own(r, header);
    return s && *s ? s : config;
}

static bool number(const char *s, double most, double *out)
{
    char *end;

    if (!s || !*s)
        return true;
    *out = strtod(s, &end);
    return !*end && *out >= 0 && *out <= most;
}

/* Parameters that all operations share. */
static bool begin(const struct node_view *v, const struct http_request *r, size_t limit, struct matching *m,
                  struct why *w)
{
    const char *purpose = said(r, "purpose", "Serai-Purpose", v->o->config->match_purpose);
    const char *officer = said(r, "officer", "Serai-Officer", v->o->config->match_officer);
    const char *algorithm = http_query(r, "algorithm");
    double threshold = (double)SCREEN_OPERATING, cutoff = CUTOFF, top = (double)limit, offset = 0;
    const char *slash = strchr(r->path + 1, '/');

    *m = (struct matching){ .r = r, .dataset = slash ? slash + 1 : "" };
    m->q.why = purpose ? list_reason_of(span_str(purpose)) : NULL;
    if (!m->q.why || !officer || strlen(officer) > 64)
        return why_set(
            w, "purpose", WHY_NO_OFFSET, NULL,
            "say why names are looked at and who does: purpose=customer&officer=ID, or the headers "
            "Serai-Purpose and Serai-Officer");
    if (algorithm && *algorithm && strcmp(algorithm, ALGORITHM) != 0 && strcmp(algorithm, "best") != 0)
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "no such algorithm; it is called " ALGORITHM);
    if (!number(http_query(r, "threshold"), 1, &threshold) || !number(http_query(r, "cutoff"), 1, &cutoff) ||
        !number(http_query(r, "limit"), LIMIT_LIST_QUERIES, &top) ||
        !number(http_query(r, "offset"), 10000, &offset))
        return why_set(w, "query", WHY_NO_OFFSET, NULL,
                       "threshold and cutoff are between 0 and 1, limit is at most %d", LIMIT_LIST_QUERIES);
    m->q.officer = span_str(officer);
    m->q.least = (float)(cutoff < threshold ? cutoff : threshold);
    m->q.least = m->q.least > 0 ? m->q.least : .01f;
    m->q.top = top < 1 ? 1 : top > LIST_RESULTS ? LIST_RESULTS : (size_t)top;
    m->threshold = threshold;
    m->offset = (size_t)offset;
    m->q.asks = asks;
    m->q.wants = wants;
    m->q.ctx = m;
    return true;
}

static bool dataset_known(const struct list_view *v, const char *name)
{
    return strcmp(name, "default") == 0 || strcmp(name, "all") == 0 || list_view_find(v, span_str(name));
}

/* ---- POST /match/{dataset} ---- */

static void put_features(struct json_writer *j)
{
    static const char *const features[][2] = {
        { "name", "Names across scripts: spelling, order, initials, how rare the words are." },
        { "weak_alias", "A name that the source calls weak: it confirms, and is no match alone." },
        { "identifier", "The same number of a document, a company, a ship or a bank, check digits right." },
        { "birth_date", "1 the same, 0.5 near or of another precision, 0 another." },
        { "gender", "1 the same, 0 another." },
        { "country", "1 one in common, 0 none." },
    };

    for (size_t i = 0; i < sizeof features / sizeof *features; i++) {
        jw_object(j, features[i][0]);
        jw_str(j, "description", features[i][1]);
        jw_real(j, "coefficient", 1);
        jw_null(j, "url");
        jw_object_end(j);
    }
}

static void put_total(struct json_writer *j, size_t n)
{
    jw_object(j, "total");
    jw_int(j, "value", (int64_t)n);
    jw_str(j, "relation", "eq");
    jw_object_end(j);
}

static void put_scored(struct json_writer *j, const struct matching *m, const struct list_result *r)
{
    jw_object(j, NULL);
    list_entity_put(j, r->shelf, &r->entry);
    jw_real(j, "score", (double)(int)(r->score * 1000 + .5f) / 1000);
    list_result_features(j, "features", r);
    list_result_explain(j, "explanations", &m->q, r);
    jw_bool(j, "match", r->alerts && (double)r->score >= m->threshold);
    jw_object_end(j);
}

static void put_matches(struct json_writer *j, const char *name, const struct matching *m,
                        const struct json *request, json_ref example)
{
    jw_object(j, name);
    jw_int(j, "status", 200);
    jw_array(j, "results");
    for (size_t i = 0; i < m->found.n; i++)
        put_scored(j, m, &m->found.result[i]);
    jw_array_end(j);
    put_total(j, m->found.n);
    jw_object(j, "query");
    jw_text(j, "schema", m->q.schema);
    jw_raw(j, "properties", json_source(request, json_member(request, example, "properties")));
    jw_object_end(j);
    jw_object_end(j);
}

/* One example of a request; alerts below the threshold are told apart by `match`. */
static bool ask_example(const struct list_view *v, struct matching *m, const struct json *j, json_ref example,
                        struct arena *a, struct why *w)
{
    m->q.n_name = m->q.n_id = 0;
    m->q.cut = false;
    m->q.about = (struct names_about){ 0 };
    if (!json_text_of(j, json_member(j, example, "schema"), a, &m->q.schema) || !m->q.schema.n)
        return why_set(w, "request", json_offset(j, example), NULL,
                       "Cannot parse example entity: it has no schema");
    if (!list_schema_known(m->q.schema))
        return why_set(w, "request", json_offset(j, example), NULL,
                       "Cannot parse example entity: no such schema, or one without names");
    if (!list_row_properties(j, json_member(j, example, "properties"), a, &m->q, w))
        return false;
    if (m->q.n_name || m->q.n_id)
        return list_ask(v, &m->q, a, &m->found, w);
    m->found = (struct list_found){ 0 };
    return true;
}

static bool match_all(const struct list_view *v, struct matching *m, const struct json *j, json_ref queries,
                      struct arena *a, struct json_writer *out, size_t *n, size_t *found, struct why *w)
{
    jw_object(out, "responses");
    for (json_ref k = json_first(j, queries); k != JSON_NONE; k = json_after(j, queries, k)) {
        json_ref example = json_value_of(j, k);
        struct span name;
        char *key;

        if (json_is(j, example, JSON_KIND_NULL))
            continue;
        if (++*n > LIMIT_LIST_QUERIES)
            return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "Too many queries in one batch (limit: %d)",
                           LIMIT_LIST_QUERIES);
        if (!json_text_of(j, k, a, &name) || !(key = arena_str(a, name)))
            return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
        if (!ask_example(v, m, j, example, a, w))
            return false;
        *found += m->found.n != 0;
        put_matches(out, key, m, j, example);
    }
    jw_object_end(out);
    return *n || why_set(w, "request", WHY_NO_OFFSET, NULL, "No queries provided.");
}

static void run_match(const struct node_view *v, const struct list_view *lists, struct matching *m,
                      struct arena *a, struct http_answer *out)
{
    char reference[LISTS_REFERENCE];
    size_t n = 0, found = 0;
    struct json_writer j;
    struct why w = { 0 };
    struct json request;
    struct buffer b;

    buf_init(&b, ANSWER);
    j = json_to(&b);
    jw_object(&j, NULL);
    if (!json_parse(m->r->body, a, &request, &w) ||
        !match_all(lists, m, &request, json_member(&request, JSON_ROOT, "queries"), a, &j, &n, &found, &w)) {
        refuse_why(out, 400, &w, a);
    } else if (!lists_asked(v, &m->q, "match", n, found, reference, &w)) {
        refuse_why(out, 503, &w, a);
    } else {
        jw_object(&j, "matcher");
        put_features(&j);
        jw_object_end(&j);
        jw_int(&j, "limit", (int64_t)m->q.top);
        jw_object_end(&j);
        if (buf_ok(&b))
            answer_json(out, 200, arena_copy(a, buf_span(&b)));
        else
            refuse(out, 413, "too-large", "The answer is too long: ask less at a time.", a);
    }
    buf_free(&b);
}

static void with_lists(const struct node_view *v, const struct http_request *r, size_t limit, struct arena *a,
                       struct http_answer *out,
                       void (*run)(const struct node_view *v, const struct list_view *lists,
                                   struct matching *m, struct arena *a, struct http_answer *out))
{
    struct matching *m = arena_alloc(a, sizeof *m);
    const struct list_view *lists;
    struct why w = { 0 };

    if (!m || !begin(v, r, limit, m, &w)) {
        refuse_why(out, 400, &w, a);
        return;
    }
    if (!(lists = lists_take(v, a, out)))
        return;
    run(v, lists, m, a, out);
    list_desk_give(v->o->lists, lists);
}

static void match_dataset(const struct node_view *v, const struct list_view *lists, struct matching *m,
                          struct arena *a, struct http_answer *out)
{
    if (dataset_known(lists, m->dataset))
        run_match(v, lists, m, a, out);
    else
        refuse(out, 404, "not-found", "No such dataset.", a);
}

void handle_match(const struct node_view *v, const struct http_request *r, struct arena *a,
                  struct http_answer *out)
{
    with_lists(v, r, LIMIT, a, out, match_dataset);
}

/* ---- GET /search/{dataset} ---- */

static void put_search(const struct matching *m, struct json_writer *j)
{
    size_t from = m->offset < m->found.n ? m->offset : m->found.n;

    jw_object(j, NULL);
    jw_array(j, "results");
    for (size_t i = from; i < m->found.n; i++) {
        jw_object(j, NULL);
        list_entity_put(j, m->found.result[i].shelf, &m->found.result[i].entry);
        jw_object_end(j);
    }
    jw_array_end(j);
    jw_object(j, "facets");
    jw_object_end(j);
    put_total(j, m->found.n);
    jw_int(j, "limit", (int64_t)m->q.top);
    jw_int(j, "offset", (int64_t)m->offset);
    jw_object_end(j);
}

static void search_dataset(const struct node_view *v, const struct list_view *lists, struct matching *m,
                           struct arena *a, struct http_answer *out)
{
    const char *text = http_query(m->r, "q"), *schema = http_query(m->r, "schema");
    char reference[LISTS_REFERENCE];
    struct why w = { 0 };
    struct json_writer j;
    struct buffer b;

    m->q.schema = span_str(schema && *schema ? schema : "Thing");
    if (text)
        list_question_put(&m->q, SPAN("name"), span_str(text));
    if (!dataset_known(lists, m->dataset)) {
        refuse(out, 404, "not-found", "No such dataset.", a);
        return;
    }
    if (!list_schema_known(m->q.schema)) {
        refuse(out, 400, "request", "Invalid schema", a);
        return;
    }
    if (m->q.n_name && !list_ask(lists, &m->q, a, &m->found, &w)) {
        refuse_why(out, 400, &w, a);
        return;
    }
    if (!lists_asked(v, &m->q, "search", 1, m->found.n != 0, reference, &w)) {
        refuse_why(out, 503, &w, a);
        return;
    }
    buf_init(&b, ANSWER);
    j = json_to(&b);
    put_search(m, &j);
    answer_json(out, 200, arena_copy(a, buf_span(&b)));
    buf_free(&b);
}

void handle_search(const struct node_view *v, const struct http_request *r, struct arena *a,
                   struct http_answer *out)
{
    with_lists(v, r, PAGE, a, out, search_dataset);
}

/* ---- GET /entities/{entity_id} ---- */

static void find_entity(const struct node_view *v, const struct list_view *lists, struct matching *m,
                        struct arena *a, struct http_answer *out)
{
    struct span id = span_str(m->dataset);
    char reference[LISTS_REFERENCE];
    const struct list_shelf *shelf = NULL;
    struct list_entry e = { 0 };
    struct why w = { 0 };
    struct json_writer j;
    struct buffer b;

    for (size_t i = 0; i < lists->n && !shelf; i++) {
        struct span line = m->q.why && lists->of[i].terms.purposes & m->q.why->purposes
                               ? list_version_find(lists->of[i].version, id, a)
                               : (struct span){ NULL, 0 };

        if (line.n && list_entry_read(line, a, &e, NULL))
            shelf = &lists->of[i];
    }
    if (!lists_asked(v, &m->q, "entity", 1, shelf != NULL, reference, &w)) {
        refuse_why(out, 503, &w, a);
        return;
    }
    if (!shelf) {
        refuse(out, 404, "not-found", "No such entity!", a);
        return;
    }
    buf_init(&b, ANSWER);
    j = json_to(&b);
    jw_object(&j, NULL);
    list_entity_put(&j, shelf, &e);
    jw_object_end(&j);
    answer_json(out, 200, arena_copy(a, buf_span(&b)));
    buf_free(&b);
}

void handle_entity(const struct node_view *v, const struct http_request *r, struct arena *a,
                   struct http_answer *out)
{
    with_lists(v, r, PAGE, a, out, find_entity);
}

/* ---- what there is ---- */

static void put_dataset(struct json_writer *j, const char *name, const char *title, const char *version,
                        const struct list_view *lists)
{
    jw_object(j, NULL);
    jw_str(j, "name", name);
    jw_str(j, "title", title);
    jw_null(j, "summary");
    jw_null(j, "url");
    jw_bool(j, "load", true);
    jw_null(j, "entities_url");
    jw_str(j, "version", version);
    jw_str(j, "index_version", version);
    jw_bool(j, "index_current", true);
    jw_array(j, "children");
    for (size_t i = 0; lists && i < lists->n; i++)
        jw_str(j, NULL, lists->of[i].terms.name);
    jw_array_end(j);
    jw_object_end(j);
}

void handle_catalog(const struct node_view *v, const struct http_request *r, struct arena *a,
                    struct http_answer *out)
{
    const struct list_view *lists = lists_take(v, a, out);
    struct json_writer j;
    struct buffer b;
    char version[16];

    (void)r;
    if (!lists)
        return;
    buf_init(&b, ANSWER);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_array(&j, "datasets");
    put_dataset(&j, "default", "All lists of this node", "1", lists);
    for (size_t i = 0; i < lists->n; i++) {
        (void)snprintf(version, sizeof version, "%u", lists->of[i].terms.active);
        put_dataset(&j, lists->of[i].terms.name, lists->of[i].terms.basis, version, NULL);
    }
    jw_array_end(&j);
    jw_array(&j, "current");
    jw_str(&j, NULL, "default");
    for (size_t i = 0; i < lists->n; i++)
        jw_str(&j, NULL, lists->of[i].terms.name);
    jw_array_end(&j);
    jw_array(&j, "outdated");
    jw_array_end(&j);
    jw_bool(&j, "index_stale", false);
    jw_object_end(&j);
    answer_json(out, 200, arena_copy(a, buf_span(&b)));
    buf_free(&b);
    list_desk_give(v->o->lists, lists);
}

void handle_algorithms(const struct node_view *v, const struct http_request *r, struct arena *a,
                       struct http_answer *out)
{
    struct json_writer j;
    struct buffer b;

    (void)v, (void)r;
    buf_init(&b, 1 << 16);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_array(&j, "algorithms");
    jw_object(&j, NULL);
    jw_str(&j, "name", ALGORITHM);
    jw_str(
        &j, "description",
        "Names across scripts by learned spellings, identifiers exactly; birth date, sex and country speak "
        "for or against. A score ranks; it is no probability.");
    jw_object(&j, "features");
    put_features(&j);
    jw_object_end(&j);
    jw_object_end(&j);
    jw_array_end(&j);
    jw_str(&j, "default", ALGORITHM);
    jw_str(&j, "best", ALGORITHM);
    jw_object_end(&j);
    answer_json(out, 200, arena_copy(a, buf_span(&b)));
    buf_free(&b);
}

void handle_healthz(const struct node_view *v, const struct http_request *r, struct arena *a,
                    struct http_answer *out)
{
    (void)v, (void)r, (void)a;
    answer_json(out, 200, SPAN("{\"status\":\"ok\"}"));
}

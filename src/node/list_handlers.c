/* Published lists: which are in force, and one name or number screened against them. */
#include <stdio.h>

#include "check/members.h"
#include "node/handlers.h"
#include "node/lists_asked.h"
#include "service/notice/list_row.h"
#include "wire/json_write.h"

static const char CLAUSE[] = "openapi.json";

enum { ANSWER = 4 << 20, LISTS = 16 };

struct screening {
    struct list_question q;
    struct list_found found;
    struct span lists[LISTS];
    size_t n_lists;
};

static bool asks(void *ctx, const struct list_shelf *s)
{
    const struct screening *x = ctx;

    for (size_t i = 0; i < x->n_lists; i++)
        if (span_eq_str(x->lists[i], s->terms.name))
            return true;
    return !x->n_lists;
}

static bool fail(struct why *w, const char *what)
{
    return why_set(w, "request", WHY_NO_OFFSET, CLAUSE, "%s", what);
}

static bool read_lists(const struct json *j, json_ref list, struct arena *a, struct screening *x,
                       struct why *w)
{
    for (json_ref v = json_first(j, list); v != JSON_NONE; v = json_after(j, list, v))
        if (x->n_lists == LISTS || !json_text_of(j, v, a, &x->lists[x->n_lists++]))
            return fail(w, "\"lists\" holds at most 16 names of lists");
    return true;
}

static bool read_request(struct span body, struct arena *a, struct screening *x, struct why *w)
{
    struct span purpose = { 0 };
    const struct member table[] = {
        { "purpose", member_text, &purpose },
        { "officer", member_id, &x->q.officer },
        { "schema", member_text, &x->q.schema },
        { "properties", NULL, NULL },
        { "threshold", NULL, NULL },
        { "lists", NULL, NULL },
    };
    double least = (double)SCREEN_OPERATING;
    struct json j;

    if (!json_parse(body, a, &j, w) || !members_read(&j, JSON_ROOT, "the request", CLAUSE, table, 6, a, w))
        return false;
    x->q.why = list_reason_of(purpose);
    if (!x->q.why)
        return why_set(w, "purpose", WHY_NO_OFFSET, CLAUSE,
                       "say why a name is looked at: border-check, road-check, registration, issuance, "
                       "investigation, payment, customer or money-laundering");
    if (!x->q.officer.n || x->q.officer.n > 64)
        return fail(w, "\"officer\" says who looks, by an id of at most 64 bytes");
    if (json_member(&j, JSON_ROOT, "threshold") != JSON_NONE &&
        (!json_double(&j, json_member(&j, JSON_ROOT, "threshold"), &least) || least <= 0 || least > 1))
        return fail(w, "\"threshold\" is above 0 and at most 1");
    x->q.least = (float)least;
    x->q.asks = asks;
    x->q.ctx = x;
    return read_lists(&j, json_member(&j, JSON_ROOT, "lists"), a, x, w) &&
           list_row_properties(&j, json_member(&j, JSON_ROOT, "properties"), a, &x->q, w);
}

static void put_beside(struct json_writer *j, const struct list_entry *e)
{
    static const char *const shown[] = { "name",
                                         "alias",
                                         "weakAlias",
                                         "previousName",
                                         "birthDate",
                                         "birthPlace",
                                         "nationality",
                                         "country",
                                         "gender",
                                         "position",
                                         "passportNumber",
                                         "idNumber",
                                         "registrationNumber",
                                         "leiCode",
                                         "swiftBic",
                                         "imoNumber",
                                         "address",
                                         "program",
                                         "legalBasis" };

    jw_object(j, "properties");
    for (size_t k = 0; k < sizeof shown / sizeof *shown; k++) {
        if (!list_entry_first(e, shown[k]).n)
            continue;
        jw_array(j, shown[k]);
        for (size_t i = 0; i < e->n; i++)
            if (span_eq_str(e->value[i].property, shown[k]))
                jw_text(j, NULL, e->value[i].text);
        jw_array_end(j);
    }
    jw_object_end(j);
}

static void put_result(struct json_writer *j, const struct list_question *q, const struct list_result *r)
{
    jw_object(j, NULL);
    jw_str(j, "list", r->shelf->terms.name);
    jw_str(j, "basis", r->shelf->terms.basis);
    jw_str(j, "published", r->shelf->about.stated.published);
    jw_text(j, "id", r->entry.id);
    jw_text(j, "schema", r->entry.schema);
    jw_text(j, "caption", list_entry_caption(&r->entry));
    jw_real(j, "score", (double)(int)(r->score * 1000 + .5f) / 1000);
    jw_bool(j, "alerts", r->alerts);
    jw_bool(j, "weak_alias", r->weak);
    put_beside(j, &r->entry);
    jw_text(j, "asked", r->hit ? q->name[r->asked] : r->id->text);
    list_result_words(j, "words", r);
    list_result_explain(j, "explanations", q, r);
    jw_object_end(j);
}

static void put_answer(const struct screening *x, const char *reference, struct buffer *b)
{
    struct json_writer j = json_to(b);

    jw_object(&j, NULL);
    jw_str(&j, "reference", reference);
    jw_int(&j, "lists", (int64_t)x->found.asked);
    jw_bool(&j, "limited", x->found.limited);
    jw_array(&j, "results");
    for (size_t i = 0; i < x->found.n; i++)
        put_result(&j, &x->q, &x->found.result[i]);
    jw_array_end(&j);
    jw_object_end(&j);
}

void handle_screen(const struct node_view *v, const struct http_request *r, struct arena *a,
                   struct http_answer *out)
{
    struct screening *x = arena_alloc(a, sizeof *x);
    const struct list_view *lists;
    char reference[LISTS_REFERENCE];
    struct why w = { 0 };
    struct buffer b;

    if (!x || !read_request(r->body, a, x, &w)) {
        answer_error(out, 400, &w, a);
        return;
    }
    if (!(lists = lists_take(v, a, out)))
        return;
    buf_init(&b, ANSWER);
    if (!list_ask(lists, &x->q, a, &x->found, &w)) {
        answer_error(out, 400, &w, a);
    } else if (!lists_asked(v, &x->q, "screen", 1, x->found.n != 0, reference, &w)) {
        answer_error(out, 503, &w, a);
    } else {
        put_answer(x, reference, &b);
        answer_json(out, 200, arena_copy(a, buf_span(&b)));
    }
    buf_free(&b);
    list_desk_give(v->o->lists, lists);
}

/* ---- which lists ---- */

static void put_list(struct json_writer *j, const struct list_shelf *s)
{
    const struct list_about *x = &s->about;
    char at[TIME_TEXT];

    jw_object(j, NULL);
    jw_str(j, "name", s->terms.name);
    jw_array(j, "purposes");
    if (s->terms.purposes & LIST_BORDER)
        jw_str(j, NULL, "border");
    if (s->terms.purposes & LIST_MONEY_LAUNDERING)
        jw_str(j, NULL, "money-laundering");
    jw_array_end(j);
    jw_str(j, "basis", s->terms.basis);
    jw_str(j, "by", s->terms.by);
    jw_str(j, "format", list_format_word(x->format));
    jw_str(j, "published", x->stated.published);
    jw_str(j, "digest", x->digest);
    jw_int(j, "version", s->terms.active);
    jw_str(j, "from", time_format(x->from, at));
    jw_int(j, "entries", (int64_t)x->stated.entries);
    jw_int(j, "names", (int64_t)s->names);
    jw_int(j, "refused", (int64_t)x->stated.refused);
    jw_int(j, "added", (int64_t)x->difference.added);
    jw_int(j, "changed", (int64_t)x->difference.changed);
    jw_int(j, "removed", (int64_t)x->difference.removed);
    jw_bool(j, "held", s->terms.held != 0);
    jw_object_end(j);
}

void handle_lists(const struct node_view *v, const struct http_request *r, struct arena *a,
                  struct http_answer *out)
{
    const struct list_view *lists = lists_take(v, a, out);
    struct json_writer j;
    struct buffer b;

    (void)r;
    if (!lists)
        return;
    buf_init(&b, ANSWER);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_array(&j, "lists");
    for (size_t i = 0; i < lists->n; i++)
        put_list(&j, &lists->of[i]);
    jw_array_end(&j);
    jw_object_end(&j);
    answer_json(out, 200, arena_copy(a, buf_span(&b)));
    buf_free(&b);
    list_desk_give(v->o->lists, lists);
}

/* Asking other members about licences, and what was asked, by us and of us. */
#include "base/text.h"
#include "node/cases_query.h"
#include "node/handlers.h"
#include "service/licence/status.h"
#include "wire/json.h"
#include "wire/json_write.h"

enum { SECONDS = 10, MOST_SECONDS = 60, QUESTION_BODY = 4096, CASES = 100, CASES_BYTES = 16 * 1024 * 1024 };

/* What a request asks; number and digest empty: what became of `reference`. */
struct request {
    struct licence_named licence;
    struct span purpose, reference;
    int64_t seconds;
};

static bool fail(struct why *w, const char *what)
{
    return why_set(w, "request", WHY_NO_OFFSET, NULL, "%s", what);
}

static bool read_digest(struct span hex, struct arena *a, const uint8_t **out, struct why *w)
{
    struct span digest = { NULL, 0 };

    if (!hex_decode(hex, a, &digest) || digest.n != LICENCE_DIGEST)
        return fail(w, "\"digest\" is not 64 hexadecimal digits");
    *out = digest.p;
    return true;
}

static bool read_member(const struct json *j, json_ref name, struct arena *a, struct request *r,
                        struct why *w)
{
    json_ref v = json_value_of(j, name);
    struct span text = { NULL, 0 };

    if (json_text_is(j, name, "seconds"))
        return (json_int64(j, v, &r->seconds) && r->seconds >= 1 && r->seconds <= MOST_SECONDS) ||
               fail(w, "\"seconds\" is not a number from 1 to 60");
    if (!json_text_of(j, v, a, &text))
        return fail(w, "a member of the request is no text");
    if (json_text_is(j, name, "to"))
        r->licence.issuer = text;
    else if (json_text_is(j, name, "number"))
        r->licence.number = text;
    else if (json_text_is(j, name, "purpose"))
        r->purpose = text;
    else if (json_text_is(j, name, "role"))
        r->licence.role = text;
    else if (json_text_is(j, name, "reference"))
        r->reference = text;
    else if (json_text_is(j, name, "birth"))
        return date_parse(text, &r->licence.birth) || fail(w, "\"birth\" is not a day such as 1990-05-14");
    else if (json_text_is(j, name, "digest"))
        return read_digest(text, a, &r->licence.digest, w);
    else
        return fail(w, "the request has a member that is not known there");
    return true;
}

static bool read_request(struct span body, struct arena *a, struct request *out, struct why *w)
{
    struct request r = { .seconds = SECONDS };
    struct json j;

    if (!json_parse(body, a, &j, w))
        return false;
    if (!json_is(&j, JSON_ROOT, JSON_KIND_OBJECT))
        return fail(w, "the request is no object");
    for (json_ref m = json_first(&j, JSON_ROOT); m != JSON_NONE; m = json_after(&j, JSON_ROOT, m))
        if (!read_member(&j, m, a, &r, w))
            return false;
    if (!r.licence.issuer.n)
        return fail(w, "\"to\" is missing: the member that issued the licence");
    if ((r.licence.number.n != 0) + (r.licence.digest != NULL) + (r.reference.n != 0) != 1)
        return fail(w, "one of \"number\", \"digest\" and \"reference\" is expected");
    *out = r;
    return true;
}

static unsigned status_of(const struct why *w)
{
    if (w->reason && strcmp(w->reason, "too-large") == 0)
        return 413;
    return w->reason && strncmp(w->reason, "store", 5) == 0 ? 503 : 400;
}

/* The status of a licence, and the word that an agreement decides by. */
static void put_status(const struct licence_status *s, struct arena *a, struct http_answer *out)
{
    struct span fact = licence_status_fact(s, (struct span){ NULL, 0 });
    struct json_writer j;
    struct buffer b;

    buf_init(&b, CASES_BYTES);
    j = json_to(&b);
    jw_object(&j, NULL);
    licence_status_json(&j, "status", s);
    if (fact.n)
        jw_text(&j, "fact", fact);
    else
        jw_null(&j, "fact");
    jw_object_end(&j);
    if (buf_ok(&b))
        answer_json(out, 200, arena_copy(a, buf_span(&b)));
    else
        answer_refuse(out, 500, "internal", "The answer is longer than an answer may be.", a);
    buf_free(&b);
}

void handle_licence_question(const struct node_view *v, const struct http_request *r, struct arena *a,
                             struct http_answer *out)
{
    const struct ask_office *office = v->check->office;
    unix_time now = v->o->now(v->o->ctx);
    struct licence_status s = { .state = ASK_OPEN };
    struct request q = { 0 };
    struct why w;
    bool ok, found = true;

    why_clear(&w);
    if (!office) {
        answer_refuse(out, 503, "not-ready", "This node has no store: it cannot record what it asks.", a);
        return;
    }
    if (r->body.n > QUESTION_BODY) {
        answer_refuse(out, 413, "too-large", "A question has at most 4096 bytes.", a);
        return;
    }
    ok = read_request(r->body, a, &q, &w);
    if (ok && q.reference.n)
        ok = licence_status_look(office, q.licence.issuer, q.reference, now, a, &found, &s, &w);
    else if (ok)
        ok = licence_status_ask(office, &q.licence, q.purpose, now, now + q.seconds, a, &s, &w);
    if (!ok)
        answer_error(out, status_of(&w), &w, a);
    else if (!found)
        answer_refuse(out, 404, "no-question", "That member was not asked under this reference.", a);
    else
        put_status(&s, a, out);
}

void handle_cases(const struct node_view *v, const struct http_request *r, struct arena *a,
                  struct http_answer *out)
{
    const struct case_view *page = NULL;
    struct case_filter f;
    struct json_writer j;
    struct buffer b;
    int64_t next = 0;
    size_t n = 0;
    struct why w;

    why_clear(&w);
    if (!v->check->store) {
        answer_refuse(out, 503, "not-ready", "This node has no store.", a);
        return;
    }
    if (!cases_query(r, CASES, LIMIT_CASE_PAGE, v->o->now(v->o->ctx), &f, &w) ||
        !store_list_cases(v->check->store, &f, a, &page, &n, &next, &w)) {
        answer_error(out, status_of(&w), &w, a);
        return;
    }
    buf_init(&b, CASES_BYTES);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_array(&j, "cases");
    for (size_t i = 0; i < n; i++)
        ask_case_json(&j, &page[i]);
    jw_array_end(&j);
    if (next)
        jw_int(&j, "next", next);
    else
        jw_null(&j, "next");
    jw_object_end(&j);
    if (buf_ok(&b))
        answer_json(out, 200, arena_copy(a, buf_span(&b)));
    else
        answer_refuse(out, 413, "too-large", "Ask for fewer cases at a time: most.", a);
    buf_free(&b);
}

/* Fines of drivers from elsewhere: notices, what became of them, and answers. */
#include <stdlib.h>

#include "base/text.h"
#include "node/cases_query.h"
#include "node/handlers.h"
#include "node/spoken.h"
#include "service/licence/offence.h"
#include "wire/json_write.h"

enum { NOTICE_BODY = 16 * 1024, PAGE = 100, ANSWER_BYTES = 16 * 1024 * 1024 };

static unsigned status_of(const struct why *w)
{
    static const struct {
        const char *reason;
        unsigned status;
    } known[] = {
        { "too-large", 413 }, { "not-configured", 501 }, { "ambiguous", 409 }, { "case-state", 409 }
    };

    for (size_t i = 0; w->reason && i < sizeof known / sizeof *known; i++)
        if (strcmp(w->reason, known[i].reason) == 0)
            return known[i].status;
    return w->reason && strncmp(w->reason, "store", 5) == 0 ? 503 : 400;
}

/* The office, or NULL with the answer that says why not. */
static const struct ask_office *office_of(const struct node_view *v, const struct http_request *r,
                                          struct arena *a, struct http_answer *out)
{
    if (!v->check->office)
        answer_refuse(out, 503, "not-ready", "This node has no store: it cannot record a notice.", a);
    else if (r->body.n > NOTICE_BODY)
        answer_refuse(out, 413, "too-large", "A notice has at most 16384 bytes.", a);
    else
        return v->check->office;
    return NULL;
}

static void finish(struct buffer *b, unsigned status, struct arena *a, struct http_answer *out)
{
    if (buf_ok(b))
        answer_json(out, status, arena_copy(a, buf_span(b)));
    else
        answer_refuse(out, 413, "too-large", "Ask for fewer notices at a time: most.", a);
    buf_free(b);
}

/* "received": it is recorded here, and the phone may forget it. */
static void put_outcome(struct span id, const struct offence_outcome *o, struct arena *a,
                        struct http_answer *out)
{
    struct json_writer j;
    struct buffer b;

    buf_init(&b, ANSWER_BYTES);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_text(&j, "id", id);
    jw_str(&j, "state", "received");
    jw_text(&j, "notice", o->transport);
    jw_bool(&j, "delivered", o->delivered);
    jw_bool(&j, "repeated", o->what == STORE_REPEATED);
    jw_object_end(&j);
    finish(&b, 200, a, out);
}

static void refuse(const char *reason, const char *detail, unsigned status, struct arena *a,
                   struct http_answer *out)
{
    struct why w;

    why_clear(&w);
    (void)why_set(&w, reason, WHY_NO_OFFSET, NULL, "%s", detail);
    answer_error(out, status, &w, a);
}

static bool notify(const struct node_view *v, const struct ask_office *office, struct offence_request *q,
                   struct arena *a, struct offence_outcome *o, struct why *w)
{
    const struct case_name name = { CASE_OURS, q->to, q->id };
    struct offence *before = arena_alloc(a, sizeof *before);
    unix_time now = v->o->now(v->o->ctx);
    bool found = false;

    if (!before)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!offence_look(office->store, office->agreement, &name, a, &found, before, w))
        return false;
    if (found)
        offence_request_again(q, &before->notice);
    return offence_notify(office, q->to, q->id, &q->notice, now, a, o, w);
}

void handle_offence(const struct node_view *v, const struct http_request *r, struct arena *a,
                    struct http_answer *out)
{
    const struct ask_office *office = office_of(v, r, a, out);
    const struct node_config *c = v->o->config;
    struct offence_outcome o = { 0 };
    struct offence_request q;
    struct offence_defaults d;
    struct why w;

    if (!office)
        return;
    why_clear(&w);
    d = (struct offence_defaults){ span_str(c->member), span_str(c->offence_authority),
                                   span_str(c->offence_redress), (int)c->offence_days };
    if (!offence_request_read(r->body, &d, a, &q, &w) || !notify(v, office, &q, a, &o, &w))
        answer_error(out, status_of(&w), &w, a);
    else if (o.what == STORE_CONFLICT)
        refuse("request-conflict", "This id stands for another notice.", 409, a, out);
    else if (o.refused)
        refuse(o.refused, "The notice was refused, and is recorded as refused.", 400, a, out);
    else
        put_outcome(q.id, &o, a, out);
}

/* ---- answers ---- */

static bool say(const struct node_view *v, const struct ask_office *office, const struct offence_answer *q,
                struct arena *a, bool *found, struct offence_outcome *o, struct why *w)
{
    const struct case_name name = { q->side, q->member, q->reference };
    struct offence *of = arena_alloc(a, sizeof *of);

    if (!of)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    return offence_look(office->store, office->agreement, &name, a, found, of, w) &&
           (!*found || offence_say(office, of, &q->step, v->o->now(v->o->ctx), a, o, w));
}

static void put_said(const struct offence_answer *q, const struct offence_outcome *o, struct arena *a,
                     struct http_answer *out)
{
    struct json_writer j;
    struct buffer b;

    buf_init(&b, ANSWER_BYTES);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_text(&j, "reference", q->reference);
    jw_str(&j, "step", offence_word(q->step.word));
    jw_text(&j, "notice", o->transport);
    jw_bool(&j, "delivered", o->delivered);
    jw_bool(&j, "repeated", o->what == STORE_REPEATED);
    jw_object_end(&j);
    finish(&b, 200, a, out);
}

void handle_offence_answer(const struct node_view *v, const struct http_request *r, struct arena *a,
                           struct http_answer *out)
{
    const struct ask_office *office = office_of(v, r, a, out);
    struct offence_outcome o = { 0 };
    struct offence_answer q;
    struct why w;
    bool found = false;

    if (!office)
        return;
    why_clear(&w);
    if (!offence_answer_read(r->body, a, &q, &w) || !say(v, office, &q, a, &found, &o, &w))
        answer_error(out, status_of(&w), &w, a);
    else if (!found)
        answer_refuse(out, 404, "no-notice", "No notice has this reference here.", a);
    else if (o.refused)
        refuse(o.refused, "This step cannot be said now by this side; doc/offences.md has the table.", 409, a,
               out);
    else
        put_said(&q, &o, a, out);
}

/* ---- what there is ---- */

static bool query(const struct http_request *r, unix_time now, struct case_filter *f, struct why *w)
{
    if (!cases_query(r, PAGE, PAGE, now, f, w))
        return false;
    f->kind = span_str(offence_topic.name);
    f->bodies = true;
    return true;
}

/* One that is no notice (a refused message that could not be read) is left out: getCases has it. */
static bool put_page(struct store *s, const struct case_view *page, size_t n, struct arena *a,
                     const struct tongue *t, struct json_writer *j, struct why *w)
{
    struct offence *of = arena_alloc(a, sizeof *of);
    struct why unreadable;
    bool waits = false;

    if (!of)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    jw_array(j, "offences");
    for (size_t i = 0; i < n; i++) {
        why_clear(&unreadable);
        if (!offence_of_case(&page[i], a, of, &unreadable))
            continue;
        if (!offence_waits(s, of, a, &waits, w))
            return false;
        offence_json(j, NULL, of, waits, t);
    }
    jw_array_end(j);
    return true;
}

void handle_offences(const struct node_view *v, const struct http_request *r, struct arena *a,
                     struct http_answer *out)
{
    struct store *s = v->check->store;
    const struct tongues tongues = node_tongues(v->assets);
    const char *language = http_query(r, "language");
    const struct case_view *page = NULL;
    struct case_filter f;
    struct json_writer j;
    struct tongue t;
    struct buffer b;
    int64_t next = 0;
    size_t n = 0;
    struct why w;
    bool ok;

    why_clear(&w);
    if (!s) {
        answer_refuse(out, 503, "not-ready", "This node has no store.", a);
        return;
    }
    t = tongues_open(&tongues, span_str(language ? language : "en"), a);
    buf_init(&b, ANSWER_BYTES);
    j = json_to(&b);
    jw_object(&j, NULL);
    ok = query(r, v->o->now(v->o->ctx), &f, &w) && store_list_cases(s, &f, a, &page, &n, &next, &w) &&
         put_page(s, page, n, a, &t, &j, &w);
    if (!ok) {
        buf_free(&b);
        answer_error(out, status_of(&w), &w, a);
        return;
    }
    if (next)
        jw_int(&j, "next", next);
    else
        jw_null(&j, "next");
    jw_object_end(&j);
    finish(&b, 200, a, out);
}

/* What officers do: read, give back, decide; answer other members' consultations. */
#include <stdio.h>

#include "node/permit.h"
#include "service/travel/revoked.h"
#include "wire/json_write.h"
#include "wire/mrz_codes.h"

enum { PAGE = 100 };

bool permit_list(const struct permit *p, struct span json, unix_time now, struct arena *a, struct buffer *out,
                 unsigned *status, struct why *w)
{
    struct json_writer j = json_to(out);
    struct application_filter f = { .most = PAGE };
    const struct application_row *page = NULL;
    struct permit_request r;
    int64_t next = 0;
    size_t n = 0;

    (void)status;
    if (!permit_read(json, a, &r, w))
        return false;
    f.state = permit_text(&r, "state");
    f.before = permit_number(&r, "before", 0);
    if (r.bad)
        return false;
    if (f.state.n && application_state_from(f.state) == APPLICATION_STATES)
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "there is no such state");
    if (!store_list_applications(p->desk.store, &f, a, &page, &n, &next, w))
        return false;
    jw_object(&j, NULL);
    jw_array(&j, "applications");
    for (size_t i = 0; i < n; i++)
        application_row_json(&j, &page[i], now);
    jw_array_end(&j);
    if (next)
        jw_int(&j, "next", next);
    else
        jw_null(&j, "next");
    jw_object_end(&j);
    return true;
}

static bool put_view(const struct application_view *v, unix_time now, struct buffer *out)
{
    struct json_writer j = json_to(out);

    jw_object(&j, NULL);
    application_json(&j, "application", v, APPLICATION_FOR_OFFICER, now);
    jw_object_end(&j);
    return true;
}

/* The application that an officer works on, after what time has brought. */
static struct application_view *open_for(const struct permit *p, struct permit_request *r,
                                         struct span *officer, unix_time now)
{
    struct application_view *v;

    if (!permit_officer(p, r, officer))
        return NULL;
    v = permit_view(p, r, now);
    if (!v ||
        (!application_tick(&p->desk, v, now, r->a, r->w) && strcmp(r->w->reason, "application-moved") != 0))
        return NULL;
    return v;
}

bool permit_show(const struct permit *p, struct span json, unix_time now, struct arena *a, struct buffer *out,
                 unsigned *status, struct why *w)
{
    const struct span nothing = { NULL, 0 };
    struct application_view *v;
    struct permit_request r;
    struct span officer;

    (void)status;
    if (!permit_read(json, a, &r, w))
        return false;
    v = open_for(p, &r, &officer, now);
    return v && application_note(&p->desk, v, STEP_LOOKED, officer, nothing, now, a, w) &&
           put_view(v, now, out);
}

bool permit_return(const struct permit *p, struct span json, unix_time now, struct arena *a,
                   struct buffer *out, unsigned *status, struct why *w)
{
    struct application_view *v;
    struct permit_request r;
    struct span officer, text;

    (void)status;
    if (!permit_read(json, a, &r, w))
        return false;
    text = permit_needed(&r, "text");
    v = r.bad ? NULL : open_for(p, &r, &officer, now);
    return v && application_note(&p->desk, v, STEP_RETURNED, officer, text, now, a, w) &&
           put_view(v, now, out);
}

bool permit_decide(const struct permit *p, struct span json, unix_time now, struct arena *a,
                   struct buffer *out, unsigned *status, struct why *w)
{
    struct application_decision d = { 0 };
    struct application_view *v;
    struct permit_request r;
    struct span word;

    (void)status;
    if (!permit_read(json, a, &r, w))
        return false;
    word = permit_needed(&r, "decision");
    d.grants = span_eq_str(word, "grant");
    d.revision = permit_number(&r, "revision", 0);
    d.from = permit_day(&r, "from");
    d.until = permit_day(&r, "until");
    d.entries = permit_number(&r, "entries", -1);
    d.stay = permit_number(&r, "stay", 0);
    d.reason = permit_text(&r, "reason");
    d.article = permit_text(&r, "article");
    d.appeal = permit_text(&r, "appeal");
    if (r.bad)
        return false;
    if (!d.grants && !span_eq_str(word, "decline"))
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "\"decision\" is grant or decline");
    v = open_for(p, &r, &d.officer, now);
    return v && application_decide(&p->desk, v, &d, now, a, w) && put_view(v, now, out);
}

/* ---- consultations that this member is asked about ---- */

static void put_time(struct json_writer *j, const char *key, unix_time t)
{
    char text[TIME_TEXT];

    jw_str(j, key, time_format(t, text));
}

static bool is_open(const struct case_view *c)
{
    return span_eq_str(c->record.state, ask_said_word(ASK_SAID_ACKNOWLEDGED));
}

static void put_head(struct json_writer *j, const struct case_view *c, unix_time now)
{
    jw_text(j, "member", c->record.name.other);
    jw_text(j, "reference", c->record.name.reference);
    jw_text(j, "article", c->record.article);
    put_time(j, "at", c->record.at);
    put_time(j, "until", c->record.until);
    jw_bool(j, "open", is_open(c));
    jw_bool(j, "due_soon", is_open(c) && now > c->record.until - LIMIT_ASK_REMINDER);
    jw_bool(j, "overdue", is_open(c) && now > c->record.until);
}

bool permit_consultations(const struct permit *p, struct span json, unix_time now, struct arena *a,
                          struct buffer *out, unsigned *status, struct why *w)
{
    struct json_writer j = json_to(out);
    struct case_filter f = { .kind = span_str(consultation_topic.name), .side = CASE_THEIRS, .most = PAGE };
    const struct case_view *page = NULL;
    struct permit_request r;
    int64_t next = 0, hours;
    size_t n = 0;

    (void)status;
    if (!permit_read(json, a, &r, w))
        return false;
    f.before = permit_number(&r, "before", 0);
    hours = permit_number(&r, "within", -1);
    if (r.bad || hours > 24 * LIMIT_PERMISSION_CONSULT_DAYS)
        return r.bad ? false : why_set(w, "request", WHY_NO_OFFSET, NULL, "\"within\" is too many hours");
    if (!store_list_cases(p->desk.store, &f, a, &page, &n, &next, w))
        return false;
    jw_object(&j, NULL);
    jw_array(&j, "consultations");
    for (size_t i = 0; i < n; i++) {
        if (hours >= 0 && (!is_open(&page[i]) || page[i].record.until > now + hours * 3600))
            continue;
        jw_object(&j, NULL);
        put_head(&j, &page[i], now);
        jw_object_end(&j);
    }
    jw_array_end(&j);
    if (next)
        jw_int(&j, "next", next);
    else
        jw_null(&j, "next");
    jw_object_end(&j);
    return true;
}

static bool find_consultation(const struct permit *p, struct permit_request *r, struct case_view *out,
                              struct consultation *c)
{
    struct case_name name = { CASE_THEIRS, permit_needed(r, "member"), permit_needed(r, "reference") };
    struct ask_question q;
    bool found = false;

    if (r->bad || !store_find_case(p->desk.store, &name, &found, r->a, out, r->w))
        return false;
    if (!found || !span_eq_str(out->record.kind, consultation_topic.name))
        return why_set(r->w, "no-consultation", WHY_NO_OFFSET, NULL,
                       "this member was not consulted under this reference");
    return ask_question_stored(out->record.body, r->a, &q, r->w) && consultation_read(q.body, r->a, c, r->w);
}

static void put_traveller(struct json_writer *j, const struct consultation *c, unix_time at)
{
    char born[DATE_TEXT];
    const char *state;
    struct mrz m;

    if (!mrz_parse(c->passport, at, &m, NULL))
        return;
    state = state_from_alpha3(span_str(m.nationality));
    jw_object(j, "traveller");
    jw_str(j, "surname", m.primary);
    jw_str(j, "given_names", m.secondary);
    jw_str(j, "nationality", state ? state : m.nationality);
    jw_str(j, "number", m.number);
    if (date_is_set(mrz_date_whole(m.birth)))
        jw_str(j, "born", date_format(mrz_date_whole(m.birth), born));
    jw_object_end(j);
}

static void put_consultation(const struct case_view *v, const struct consultation *c, unix_time now,
                             struct buffer *out)
{
    char from[DATE_TEXT], until[DATE_TEXT];
    struct json_writer j = json_to(out);

    jw_object(&j, NULL);
    jw_object(&j, "consultation");
    put_head(&j, v, now);
    jw_text(&j, "kind", c->kind);
    jw_text(&j, "purpose", c->purpose);
    jw_str(&j, "from", date_format(c->from, from));
    jw_str(&j, "last", date_format(c->until, until));
    jw_int(&j, "entries", c->entries);
    jw_int(&j, "stay", c->stay);
    jw_text(&j, "passport", c->passport);
    put_traveller(&j, c, v->record.at);
    jw_object_end(&j);
    jw_object_end(&j);
}

/* A look at a person's data leaves an entry in the case. */
static bool note_look(const struct permit *p, const struct case_view *c, struct span officer, unix_time now,
                      struct why *w)
{
    char what[64];
    const struct case_event e = { .what = span_of(what,
                                                  (size_t)snprintf(what, sizeof what, "looked at: %.*s",
                                                                   (int)officer.n, (const char *)officer.p)),
                                  .at = now };
    enum store_put put;

    return store_put_event(p->desk.store, &c->record.name, &e, &put, w);
}

bool permit_consultation(const struct permit *p, struct span json, unix_time now, struct arena *a,
                         struct buffer *out, unsigned *status, struct why *w)
{
    struct permit_request r;
    struct consultation c = { 0 };
    struct case_view v;
    struct span officer;

    (void)status;
    if (!permit_read(json, a, &r, w) || !permit_officer(p, &r, &officer) ||
        !find_consultation(p, &r, &v, &c) || !note_look(p, &v, officer, now, w))
        return false;
    put_consultation(&v, &c, now, out);
    return true;
}

bool permit_opinion(const struct permit *p, struct span json, unix_time now, struct arena *a,
                    struct buffer *out, unsigned *status, struct why *w)
{
    struct json_writer j = json_to(out);
    struct opinion o = { 0 };
    struct permit_request r;
    struct consultation c = { 0 };
    struct case_view v;
    struct span word, message;

    (void)status;
    if (!permit_read(json, a, &r, w))
        return false;
    word = permit_needed(&r, "opinion");
    o.objects = span_eq_str(word, "objection");
    o.reason = permit_text(&r, "reason");
    if (r.bad || (!o.objects && !span_eq_str(word, "no objection")))
        return r.bad ? false
                     : why_set(w, "request", WHY_NO_OFFSET, NULL, "\"opinion\" is objection or no objection");
    if (!p->answers)
        return why_set(w, "not-configured", WHY_NO_OFFSET, NULL, "this node answers nobody");
    if (!permit_officer(p, &r, &o.officer) || !find_consultation(p, &r, &v, &c))
        return false;
    if (!is_open(&v))
        return why_set(w, "case-state", WHY_NO_OFFSET, NULL, "this consultation was answered already");
    if (!consultation_answer(&p->desk, p->answers, v.record.name.other, v.record.name.reference, &o, now, a,
                             &message, w))
        return false;
    jw_object(&j, NULL);
    jw_text(&j, "member", v.record.name.other);
    jw_text(&j, "reference", v.record.name.reference);
    jw_text(&j, "opinion", word);
    jw_bool(&j, "late", now > v.record.until);
    jw_object_end(&j);
    return true;
}

bool permit_statistics(const struct permit *p, struct span json, unix_time now, struct arena *a,
                       struct buffer *out, unsigned *status, struct why *w)
{
    struct json_writer j = json_to(out);
    const struct application_count *c = NULL;
    struct permit_request r;
    int64_t year;
    size_t n = 0;

    (void)now;
    (void)status;
    if (!permit_read(json, a, &r, w))
        return false;
    year = permit_number(&r, "year", 0);
    if (r.bad || year < 0 || year > 9999)
        return r.bad ? false : why_set(w, "request", WHY_NO_OFFSET, NULL, "\"year\" is no year");
    if (!store_application_counts(p->desk.store, (int)year, a, &c, &n, w))
        return false;
    jw_object(&j, NULL);
    jw_array(&j, "statistics");
    for (size_t i = 0; i < n; i++) {
        jw_object(&j, NULL);
        jw_int(&j, "year", c[i].year);
        jw_text(&j, "kind", c[i].kind);
        jw_text(&j, "purpose", c[i].purpose);
        jw_text(&j, "what", c[i].what);
        jw_int(&j, "n", c[i].n);
        if (c[i].seconds)
            jw_int(&j, "mean_hours", c[i].seconds / c[i].n / 3600);
        jw_object_end(&j);
    }
    jw_array_end(&j);
    jw_object_end(&j);
    return true;
}

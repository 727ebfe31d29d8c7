#include "check/hits.h"

#include "check/fields.h"
#include "check/hits_internal.h"
#include "service/notice/hit_ask.h"
#include "wire/json_write.h"

bool hits_whole(struct buffer *out, struct why *w)
{
    return buf_ok(out) ||
           why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the answer is too long: ask for less");
}

/* Without them names stand in their own script alone. */
const struct names *hits_tables(const struct hits_call *c)
{
    const struct names *t = NULL;

    return c->desk->screen && screen_tables(c->desk->screen, &t, NULL) ? t : NULL;
}

void hits_put_time(struct json_writer *j, const char *key, unix_time t)
{
    char text[TIME_TEXT];

    jw_str(j, key, t ? time_format(t, text) : NULL);
}

void hits_put_text(struct json_writer *j, const char *key, struct span s)
{
    if (s.n)
        jw_text(j, key, s);
    else
        jw_null(j, key);
}

void hits_put_row(struct json_writer *j, const struct hit_row *r, unix_time now)
{
    jw_text(j, "id", r->id);
    hits_put_time(j, "at", r->at);
    jw_text(j, "state", r->state);
    hits_put_text(j, "outcome", r->outcome);
    jw_str(j, "desk", r->protect ? "protection" : "second check");
    jw_int(j, "score", r->score);
    hits_put_time(j, "due", r->due);
    jw_bool(j, "late", r->due && now > r->due);
    hits_put_time(j, "closed", r->closed);
    hits_put_time(j, "erased", r->erased);
}

bool hits_list(struct hits_call *c, struct span json, struct arena *a, struct buffer *out, struct why *w)
{
    struct hit_filter q = { .most = 0 };
    int64_t within = -1, most = 0;
    bool late = false;
    const struct request_field f[] = { { "state", FIELD_TEXT, &q.state },
                                       { "late", FIELD_YES, &late },
                                       { "within", FIELD_NUMBER, &within },
                                       { "before", FIELD_NUMBER, &q.before },
                                       { "most", FIELD_NUMBER, &most } };
    const struct hit_view *page = NULL;
    struct json_writer j = json_to(out);
    int64_t next = 0;
    size_t n = 0;

    if (!request_fields(json, f, sizeof f / sizeof *f, a, w))
        return false;
    if (most < 0 || within > 8760 || q.before < 0)
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "a number is out of its range");
    q.most = (size_t)most;
    q.due_before = late || within >= 0 ? c->now + (within > 0 ? within : 0) * 3600 : 0;
    if (!store_list_hits(c->desk->store, &q, a, &page, &n, &next, w))
        return false;
    c->late = 0;
    jw_object(&j, NULL);
    jw_array(&j, "hits");
    for (size_t i = 0; i < n; i++) {
        jw_object(&j, NULL);
        hits_put_row(&j, &page[i].row, c->now);
        jw_object_end(&j);
        c->late += page[i].row.due && c->now > page[i].row.due;
    }
    jw_array_end(&j);
    if (next)
        jw_int(&j, "next", next);
    else
        jw_null(&j, "next");
    jw_object_end(&j);
    return hits_whole(out, w);
}

bool hits_close(struct hits_call *c, struct span json, struct arena *a, struct buffer *out, struct why *w)
{
    struct hit_order o = { .consent = false };
    const struct request_field f[] = { { "id", FIELD_TEXT, &o.id },
                                       { "officer", FIELD_TEXT, &o.by.officer },
                                       { "office", FIELD_TEXT, &o.by.office },
                                       { "purpose", FIELD_TEXT, &o.by.purpose },
                                       { "outcome", FIELD_TEXT, &o.outcome },
                                       { "reason", FIELD_TEXT, &o.reason },
                                       { "consent", FIELD_YES, &o.consent } };
    struct hit_closed closed = { .waits = false };
    struct json_writer j = json_to(out);
    struct hit_view v;
    bool found = false;

    if (!request_fields(json, f, sizeof f / sizeof *f, a, w) ||
        !hit_close(c->desk, &o, c->now, a, &closed, w) ||
        !store_find_hit(c->desk->store, o.id, &found, a, &v, w))
        return false;
    c->waits = closed.waits;
    jw_object(&j, NULL);
    if (found)
        hits_put_row(&j, &v.row, c->now);
    jw_bool(&j, "second_officer", closed.waits);
    jw_bool(&j, "owner_asked", closed.asked);
    hits_put_text(&j, "not_asked_because", closed.asked_reason);
    jw_object_end(&j);
    return hits_whole(out, w);
}

/* ---- statistics ---- */

static bool moment(struct span s, unix_time *out, struct why *w)
{
    return !s.n || time_parse(s, out) ||
           why_set(w, "request", WHY_NO_OFFSET, NULL, "no day such as 2027-01-01");
}

bool hits_statistics(struct hits_call *c, struct span json, struct arena *a, struct buffer *out,
                     struct why *w)
{
    struct span from = { NULL, 0 }, to = { NULL, 0 };
    const struct request_field f[] = { { "from", FIELD_TEXT, &from }, { "to", FIELD_TEXT, &to } };
    unix_time begin = 0, end = c->now + 1;
    const struct hit_figure *x = NULL;
    struct json_writer j = json_to(out);
    int64_t late = 0;
    size_t n = 0;

    if (!request_fields(json, f, 2, a, w) || !moment(from, &begin, w) || !moment(to, &end, w) ||
        !hit_figures(c->desk->store, begin, end, a, &x, &n, w) ||
        !store_count_late_hits(c->desk->store, c->now, &late, w))
        return false;
    jw_object(&j, NULL);
    hits_put_time(&j, "from", begin);
    hits_put_time(&j, "to", end);
    jw_int(&j, "late", late);
    jw_array(&j, "figures");
    for (size_t i = 0; i < n; i++) {
        jw_object(&j, NULL);
        jw_text(&j, "owner", x[i].owner);
        jw_text(&j, "kind", x[i].kind);
        jw_int(&j, "hits", x[i].hits);
        jw_int(&j, "open", x[i].open);
        jw_int(&j, "no_match", x[i].no_match);
        jw_int(&j, "possible", x[i].possible);
        jw_int(&j, "confirmed", x[i].confirmed);
        if (x[i].hits - x[i].open)
            jw_real(&j, "false_rate", (double)x[i].no_match / (double)(x[i].hits - x[i].open));
        else
            jw_null(&j, "false_rate");
        if (x[i].hits - x[i].open)
            jw_int(&j, "seconds_to_close", x[i].seconds / (x[i].hits - x[i].open));
        else
            jw_null(&j, "seconds_to_close");
        jw_object_end(&j);
    }
    jw_array_end(&j);
    jw_object_end(&j);
    return hits_whole(out, w);
}

/* ---- tasks ---- */

static void put_task(struct json_writer *j, const struct hit_task *t)
{
    jw_str(j, "side", case_side_word(t->side));
    jw_text(j, "member", t->member);
    jw_text(j, "reference", t->reference);
    hits_put_text(j, "hit", t->hit);
    hits_put_time(j, "at", t->at);
    hits_put_time(j, "until", t->until);
    jw_text(j, "state", t->state);
    jw_bool(j, "open", t->open);
    jw_bool(j, "overdue", t->overdue);
}

bool hits_tasks(struct hits_call *c, struct span json, struct arena *a, struct buffer *out, struct why *w)
{
    bool late = false;
    int64_t within = 0;
    const struct request_field f[] = { { "late", FIELD_YES, &late }, { "within", FIELD_NUMBER, &within } };
    const struct hit_task *t = NULL;
    struct json_writer j = json_to(out);
    size_t n = 0;

    if (!request_fields(json, f, 2, a, w))
        return false;
    if (within < 0 || within > 8760)
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "\"within\" is hours");
    if (!hit_tasks(c->desk, late, within * 3600, c->now, a, &t, &n, w))
        return false;
    c->late = 0;
    jw_object(&j, NULL);
    jw_array(&j, "tasks");
    for (size_t i = 0; i < n; i++) {
        jw_object(&j, NULL);
        put_task(&j, &t[i]);
        jw_object_end(&j);
        c->late += t[i].overdue;
    }
    jw_array_end(&j);
    jw_object_end(&j);
    return hits_whole(out, w);
}

bool hits_task(struct hits_call *c, struct span json, struct arena *a, struct buffer *out, struct why *w)
{
    struct hit_caller by = { .officer = { NULL, 0 } };
    struct span member = { NULL, 0 }, reference = { NULL, 0 };
    const struct request_field f[] = { { "member", FIELD_TEXT, &member },
                                       { "reference", FIELD_TEXT, &reference },
                                       { "officer", FIELD_TEXT, &by.officer },
                                       { "office", FIELD_TEXT, &by.office },
                                       { "purpose", FIELD_TEXT, &by.purpose } };
    struct json_writer j = json_to(out);
    struct hit_question q;
    struct hit_task t;

    if (!request_fields(json, f, sizeof f / sizeof *f, a, w) ||
        !hit_task_show(c->desk, &by, member, reference, c->now, a, &t, &q, w))
        return false;
    jw_object(&j, NULL);
    put_task(&j, &t);
    jw_text(&j, "notice", q.entity);
    jw_text(&j, "version", q.version);
    jw_text(&j, "outcome", q.outcome);
    jw_text(&j, "reason", q.reason);
    jw_bool(&j, "consent", q.consent);
    hits_put_traveller(&j, &q.traveller, hits_tables(c));
    jw_object_end(&j);
    return hits_whole(out, w);
}

bool hits_answer(struct hits_call *c, struct span json, struct arena *a, struct buffer *out, struct why *w)
{
    struct hit_caller by = { .officer = { NULL, 0 } };
    struct span member = { NULL, 0 }, reference = { NULL, 0 };
    struct hit_reply r = { .says = { NULL, 0 } };
    const struct request_field f[] = {
        { "member", FIELD_TEXT, &member },      { "reference", FIELD_TEXT, &reference },
        { "officer", FIELD_TEXT, &by.officer }, { "office", FIELD_TEXT, &by.office },
        { "purpose", FIELD_TEXT, &by.purpose }, { "says", FIELD_TEXT, &r.says },
        { "text", FIELD_TEXT, &r.text }
    };
    struct json_writer j = json_to(out);

    if (!request_fields(json, f, sizeof f / sizeof *f, a, w) ||
        !hit_task_answer(c->desk, &by, member, reference, &r, c->now, a, &c->told, w))
        return false;
    jw_object(&j, NULL);
    jw_text(&j, "member", member);
    jw_text(&j, "reference", reference);
    jw_text(&j, "says", r.says);
    jw_int(&j, "told", (int64_t)c->told);
    jw_object_end(&j);
    return hits_whole(out, w);
}

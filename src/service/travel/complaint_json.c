/* A complaint as JSON, and figures of all of them. */
#include "service/travel/complaint_internal.h"
#include "wire/json.h"

enum { FEW = LIMIT_TOLD_LEAST, SUBJECTS = 16 };

static void put_time(struct json_writer *j, const char *key, unix_time t)
{
    char text[TIME_TEXT];

    jw_str(j, key, t ? time_format(t, text) : NULL);
}

static void put_some(struct json_writer *j, const char *key, struct span s)
{
    if (s.n)
        jw_text(j, key, s);
    else
        jw_null(j, key);
}

static struct span member_of(struct span body, const char *name, struct arena *a)
{
    struct span out = { NULL, 0 };
    struct json j;

    if (body.n && json_parse(body, a, &j, NULL) &&
        json_text_of(&j, json_member(&j, JSON_ROOT, name), a, &out))
        return out;
    return (struct span){ NULL, 0 };
}

/* "answer upheld" is what was done, and its outcome. */
static struct span part_of(struct span what, bool second)
{
    const uint8_t *blank = memchr(what.p, ' ', what.n);
    size_t n = blank ? (size_t)(blank - what.p) : what.n;

    return second ? span_sub(what, n + 1, what.n) : span_sub(what, 0, n);
}

static void put_event(struct json_writer *j, const struct complaint_event *e, bool text, struct arena *a)
{
    jw_object(j, NULL);
    put_time(j, "at", e->at);
    jw_text(j, "what", part_of(e->what, false));
    put_some(j, "outcome", part_of(e->what, true));
    jw_text(j, "state", e->state);
    put_some(j, "office", e->office);
    put_time(j, "due", e->due);
    jw_bool(j, "late", e->late);
    if (text)
        put_some(j, "text", member_of(e->body, "text", a));
    jw_object_end(j);
}

static bool may_appeal(const struct complaint_view *v, const struct complaint_rules *rules, unix_time now)
{
    enum complaint_state s = complaint_state_of(v->row.state);

    if (s == STATE_ANSWERED)
        return now <= complaint_appeal_until(v, rules);
    return (STATES_OPEN & 1u << s) && v->row.due && now > v->row.due;
}

void complaint_json(struct json_writer *j, const char *key, const struct complaint_view *v,
                    const struct complaint_rules *rules, enum complaint_for whom, unix_time now,
                    struct arena *a)
{
    const struct complaint_row *r = &v->row;

    jw_object(j, key);
    jw_text(j, "reference", r->reference);
    jw_text(j, "kind", r->kind);
    if (whom != COMPLAINT_FOR_TRAVELLER)
        put_some(j, "about", r->about);
    jw_text(j, "subject", r->subject);
    jw_text(j, "language", r->language);
    put_time(j, "at", r->at);
    jw_text(j, "state", r->state);
    put_time(j, "due", r->due);
    jw_bool(j, "late", r->due && now > r->due);
    put_some(j, "answered_by", r->answered);
    put_some(j, "decided_by", r->decided);
    put_time(j, "appeal_until", complaint_appeal_until(v, rules));
    jw_bool(j, "may_appeal", may_appeal(v, rules, now));
    put_time(j, "erased", r->erased);
    if (whom != COMPLAINT_FOR_LIST)
        put_some(j, "text", member_of(r->body, "text", a));
    if (whom == COMPLAINT_FOR_OFFICE)
        put_some(j, "contact", member_of(r->body, "contact", a));
    jw_array(j, "events");
    for (size_t i = 0; i < v->n_events; i++)
        if (whom != COMPLAINT_FOR_TRAVELLER || !span_eq_str(v->event[i].what, "read"))
            put_event(j, &v->event[i], whom != COMPLAINT_FOR_LIST, a);
    jw_array_end(j);
    jw_object_end(j);
}

/* ---- figures ---- */

struct figures {
    int64_t filed, late, answered, answered_late, appealed, decided, decided_late, closed, withdrawn, upheld,
        partly, not_upheld, days, timed;
    int64_t subject[SUBJECTS];
};

static void count_event(struct figures *f, const struct complaint_row *r, const struct complaint_event *e)
{
    struct span what = part_of(e->what, false), outcome = part_of(e->what, true);
    bool answer = span_eq_str(what, "answer"), decision = span_eq_str(what, "decide");

    f->answered += answer;
    f->answered_late += answer && e->late;
    f->appealed += span_eq_str(what, "appeal");
    f->decided += decision;
    f->decided_late += decision && e->late;
    f->withdrawn += span_eq_str(what, "withdraw");
    f->upheld += span_eq_str(outcome, "upheld");
    f->partly += span_eq_str(outcome, "partly");
    f->not_upheld += span_eq_str(outcome, "not-upheld");
    if (answer) {
        f->days += (e->at - r->at) / DAY_SECONDS;
        f->timed++;
    }
}

static void count(struct figures *f, const struct complaint_view *v, unix_time now)
{
    f->filed++;
    f->late += v->row.due && now > v->row.due;
    f->closed += span_eq_str(v->row.state, "closed");
    for (size_t i = 0; complaint_subjects[i] && i < SUBJECTS; i++)
        f->subject[i] += span_eq_str(v->row.subject, complaint_subjects[i]);
    for (size_t i = 0; i < v->n_events; i++)
        count_event(f, &v->row, &v->event[i]);
}

/* Of a few persons it could be guessed who they are. */
static void put_few(struct json_writer *j, const char *key, int64_t n)
{
    if (n > 0 && n < FEW)
        jw_null(j, key);
    else
        jw_int(j, key, n);
}

static void put_figures(struct json_writer *j, const struct figures *f, unix_time from, unix_time to)
{
    jw_object(j, NULL);
    put_time(j, "from", from);
    put_time(j, "to", to);
    jw_int(j, "filed", f->filed);
    jw_int(j, "late_now", f->late);
    jw_int(j, "answered", f->answered);
    jw_int(j, "answered_late", f->answered_late);
    jw_int(j, "appealed", f->appealed);
    jw_int(j, "decided", f->decided);
    jw_int(j, "decided_late", f->decided_late);
    jw_int(j, "closed", f->closed);
    jw_int(j, "withdrawn", f->withdrawn);
    put_few(j, "upheld", f->upheld);
    put_few(j, "partly", f->partly);
    put_few(j, "not_upheld", f->not_upheld);
    if (f->timed)
        jw_int(j, "days_to_answer", f->days / f->timed);
    else
        jw_null(j, "days_to_answer");
    jw_object(j, "by_subject");
    for (size_t i = 0; complaint_subjects[i] && i < SUBJECTS; i++)
        put_few(j, complaint_subjects[i], f->subject[i]);
    jw_object_end(j);
    jw_object_end(j);
}

bool complaint_statistics(struct store *s, unix_time from, unix_time to, unix_time now, struct buffer *out,
                          struct why *w)
{
    struct complaint_filter filter = { 0 };
    const struct complaint_view *page = NULL;
    struct figures f = { 0 };
    struct json_writer j;
    size_t n = 0;

    do {
        struct arena one;
        bool ok;

        arena_init(&one, 64 << 20);
        ok = store_list_complaints(s, &filter, &one, &page, &n, &filter.before, w);
        for (size_t i = 0; ok && i < n; i++)
            if (page[i].row.at >= from && page[i].row.at < to)
                count(&f, &page[i], now);
        arena_free(&one);
        if (!ok)
            return false;
    } while (filter.before);
    j = json_to(out);
    put_figures(&j, &f, from, to);
    return buf_ok(out) || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the figures are too long");
}

#include "service/cyber/alert.h"

#include <stdio.h>
#include <string.h>

#include "service/cyber/alert_internal.h"
#include "service/cyber/federate_take.h"
#include "service/cyber/sighting_add.h"

enum { ROWS = 10000, MOST = 200, USUAL = 50, CHUNK = 500, REASON = 300, WORD = 64, SAID = 16384 };

const char *alert_outcome_word(enum alert_outcome o)
{
    static const char *const word[ALERT_OUTCOMES] = { "true", "false-positive", "benign", "duplicate" };

    return o < ALERT_OUTCOMES ? word[o] : "";
}

bool alert_request(struct why *w, const char *what)
{
    return why_set(w, "request", WHY_NO_OFFSET, NULL, "%s", what);
}

bool alert_text(const struct json *j, const char *name, size_t most, bool needed, struct arena *a,
                struct span *out, struct why *w)
{
    json_ref v = json_member(j, JSON_ROOT, name);

    *out = (struct span){ NULL, 0 };
    if (v == JSON_NONE && !needed)
        return true;
    if (json_text_of(j, v, a, out) && out->n <= most && (out->n || !needed))
        return true;
    return why_set(w, "request", WHY_NO_OFFSET, NULL, "\"%s\" is a text of at most %zu bytes", name, most);
}

bool alert_indicator(const struct alert_desk *d, struct span text, struct object_row *row, struct why *w)
{
    struct stix_id id;
    uint64_t sequence;
    uint16_t shared;

    if (!object_store_collection(d->desk->objects, span_str(cyber_shared_collection()), &shared, w))
        return false;
    if (stix_id_read(text, &id) &&
        life_newest(d->desk->objects, shared, d->view->law.self, &id, &sequence, row))
        return true;
    return why_set(w, "unknown", WHY_NO_OFFSET, NULL, "there is no such indicator here");
}

/* ---- what detectors tell ---- */

static void refuse(struct json_writer *j, size_t row, const char *reason, const char *say)
{
    jw_object(j, NULL);
    jw_int(j, "row", (int64_t)row);
    jw_str(j, "reason", reason);
    jw_str(j, "say", say);
    jw_object_end(j);
}

static bool a_word(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~')
            return false;
    return s.n >= 1 && s.n <= WORD;
}

/* NULL: into out; else why not. */
static const char *read_seen(const struct alert_desk *d, const struct json *j, json_ref row, struct arena *a,
                             struct alert_seen *out, bool *nothing)
{
    struct object_row known;
    struct sighting s;
    struct why w = { 0 };
    char id[RELEASE_ID], indicator[STIX_ID_TEXT] = "indicator--";
    json_ref log = json_member(j, row, "log");

    if (!sighting_read(j, row, a, &s))
        return "row";
    *nothing = s.count == 0;
    out->log = SPAN("log");
    if (log != JSON_NONE && (!json_text_of(j, log, a, &out->log) || !a_word(out->log)))
        return "row";
    (void)stix_uuid_text(&s.indicator, indicator + 11);
    if (!alert_indicator(d, span_str(indicator), &known, &w))
        return "unknown";
    release_new_id(d->desk, 'A', id);
    out->id = span_str(arena_str(a, span_str(id)));
    out->indicator = span_str(arena_str(a, span_str(indicator)));
    out->detector = s.observer;
    out->from = s.from;
    out->ends = s.from + (unix_time)s.seconds;
    out->first = s.first;
    out->last = s.last;
    out->times = (int64_t)s.count;
    return NULL;
}

static const char *say_of(const char *reason)
{
    return strcmp(reason, "row") == 0 ? "it is no row: indicator, observer, day or hour, count, times in it"
           : strcmp(reason, "unknown") == 0 ? "there is no such indicator here"
                                            : "this time was told already, in another length of interval";
}

bool alert_report(const struct alert_desk *d, struct span json, unix_time now, struct arena *a,
                  struct buffer *out, struct why *w)
{
    struct json_writer j = json_to(out);
    struct alert_seen *r;
    size_t *number, n = 0, at = 0, told[ALERT_OVERLAP + 1] = { 0 };
    struct json in;
    json_ref rows;

    if (!json_parse(json, a, &in, w))
        return false;
    rows = json_member(&in, JSON_ROOT, "sightings");
    if (!json_is(&in, rows, JSON_KIND_ARRAY) || json_count(&in, rows) > ROWS)
        return alert_request(w, "\"sightings\" is a list of at most 10000 rows");
    r = arena_array(a, json_count(&in, rows) + 1, sizeof *r);
    number = arena_array(a, json_count(&in, rows) + 1, sizeof *number);
    if (!r || !number)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    jw_object(&j, NULL);
    jw_array(&j, "refused");
    for (json_ref v = json_first(&in, rows); v != JSON_NONE; v = json_after(&in, rows, v), at++) {
        bool nothing = false;
        const char *reason = read_seen(d, &in, v, a, &r[n], &nothing);

        if (reason)
            refuse(&j, at, reason, say_of(reason));
        else if (!nothing)
            number[n++] = at;
    }
    if (!store_put_alerts(d->desk->store, r, n, now, w))
        return false;
    for (size_t i = 0; i < n; i++) {
        told[r[i].told]++;
        if (r[i].told == ALERT_OVERLAP)
            refuse(&j, number[i], "overlap", say_of("overlap"));
    }
    jw_array_end(&j);
    jw_int(&j, "new", (int64_t)told[ALERT_NEW]);
    jw_int(&j, "more", (int64_t)told[ALERT_MORE]);
    jw_int(&j, "known", (int64_t)told[ALERT_KNOWN]);
    jw_object_end(&j);
    return true;
}

/* ---- looking ---- */

/* The alerts of one look that the person may see; the label of an indicator is asked once. */
static bool may_see(const struct alert_desk *d, struct span indicator)
{
    struct object_row row;
    struct why w = { 0 };

    return alert_indicator(d, indicator, &row, &w) &&
           cyber_may(&d->view->law, &d->view->reader, &row.label, CYBER_READ, d->view->now) == CYBER_ALLOWED;
}

bool alert_of(const struct alert_desk *d, struct span id, struct arena *a, struct alert_row *out,
              struct why *w)
{
    struct alert_row *r = NULL;
    size_t n = 0;

    if (!store_alert(d->desk->store, id, a, &r, &n, w))
        return false;
    if (!n || !may_see(d, r->indicator))
        return why_set(w, "unknown", WHY_NO_OFFSET, NULL, "there is no such alert");
    *out = *r;
    return true;
}

static void put_time(struct json_writer *j, const char *name, unix_time t)
{
    char text[TIME_TEXT];

    jw_str(j, name, time_format(t, text));
}

/* What an officer may say about the indicator of a false positive. */
static void put_offer(const struct alert_row *r, struct json_writer *j)
{
    if (!span_eq_str(r->outcome, alert_outcome_word(ALERT_FALSE)))
        return;
    jw_object(j, "offer");
    jw_text(j, "object", r->indicator);
    jw_array(j, "opinions");
    for (unsigned i = 0; i < ALERT_OPINIONS; i++)
        jw_str(j, NULL, alert_opinion_word(i));
    jw_array_end(j);
    jw_object_end(j);
}

static void put_alert(const struct alert_desk *d, const struct alert_row *r, struct json_writer *j)
{
    struct object_look look;
    struct object_row row;
    struct stix_id id;
    struct why w = { 0 };
    uint64_t sequence;
    uint16_t shared;
    bool there = false;

    jw_text(j, "id", r->id);
    jw_text(j, "indicator", r->indicator);
    jw_text(j, "detector", r->detector);
    jw_text(j, "log", r->log);
    jw_int(j, "count", r->times);
    put_time(j, "at", r->at);
    put_time(j, "first_seen", r->first);
    put_time(j, "last_seen", r->last);
    jw_text(j, "state", r->state);
    if (r->officer.n) {
        jw_text(j, "officer", r->officer);
        put_time(j, "changed", r->changed);
    }
    if (r->outcome.n) {
        jw_text(j, "outcome", r->outcome);
        jw_text(j, "reason", r->reason);
    }
    put_offer(r, j);
    object_look_init(&look, d->view);
    if (stix_id_read(r->indicator, &id) &&
        object_store_collection(d->desk->objects, span_str(cyber_shared_collection()), &shared, &w) &&
        life_newest(d->desk->objects, shared, d->view->law.self, &id, &sequence, &row) &&
        object_look_read(&look, sequence, &there, &w) && there && object_look_parse(&look, &w)) {
        jw_text(j, "name", object_look_name(&look));
        jw_bool(j, "revoked", (look.row.flags & OBJECT_IS_REVOKED) != 0);
        object_view_label(d->view, &look.row.label, j, "label");
    }
    object_look_free(&look);
}

struct listing {
    struct span state, indicator, before;
    int64_t most;
};

static bool read_listing(struct span json, struct arena *a, struct listing *l, struct why *w)
{
    struct json j;
    json_ref most;

    if (!json_parse(json, a, &j, w) || !alert_text(&j, "state", WORD, false, a, &l->state, w) ||
        !alert_text(&j, "indicator", WORD, false, a, &l->indicator, w) ||
        !alert_text(&j, "before", WORD, false, a, &l->before, w))
        return false;
    most = json_member(&j, JSON_ROOT, "most");
    l->most = USUAL;
    return most == JSON_NONE || (json_int64(&j, most, &l->most) && l->most >= 1 && l->most <= MOST) ||
           alert_request(w, "\"most\" is 1 to 200");
}

bool alert_list(const struct alert_desk *d, struct span json, unix_time now, struct arena *a,
                struct buffer *out, struct why *w)
{
    struct json_writer j = json_to(out);
    struct alert_row *r = NULL, from = { 0 };
    struct span next = { NULL, 0 };
    struct listing l;
    int64_t place = 0, said = 0;
    size_t n = CHUNK;
    bool more = false;

    (void)now;
    if (!read_listing(json, a, &l, w))
        return false;
    if (l.before.n) {
        if (!alert_of(d, l.before, a, &from, w))
            return false;
        place = from.seq;
    }
    jw_object(&j, NULL);
    jw_array(&j, "alerts");
    while (n == CHUNK && !more) {
        if (!store_alerts(d->desk->store, place, l.state, l.indicator, CHUNK, a, &r, &n, w))
            return false;
        for (size_t i = 0; i < n && !more; i++) {
            place = r[i].seq;
            if (!may_see(d, r[i].indicator))
                continue;
            more = said == l.most;
            if (more)
                break;
            said++;
            next = r[i].id;
            jw_object(&j, NULL);
            put_alert(d, &r[i], &j);
            jw_object_end(&j);
        }
    }
    jw_array_end(&j);
    if (more)
        jw_text(&j, "next", next);
    jw_object_end(&j);
    return true;
}

/* ---- taking, closing ---- */

static bool is_outcome(struct span s)
{
    for (enum alert_outcome o = 0; o < ALERT_OUTCOMES; o++)
        if (span_eq_str(s, alert_outcome_word(o)))
            return true;
    return false;
}

static bool step(const struct alert_desk *d, struct span alert, struct span outcome, struct span reason,
                 unix_time now, struct arena *a, struct buffer *out, struct why *w)
{
    struct cyber_act_row act = { .at = now,
                                 .act = span_str(outcome.n ? "alert-closed" : "alert-taken"),
                                 .who = d->officer,
                                 .audience = SPAN("self"),
                                 .article = SPAN("-") };
    struct json_writer j;
    struct alert_row r = { 0 };
    struct buffer body;
    char id[RELEASE_ID];
    bool ok;

    if (!alert_of(d, alert, a, &r, w))
        return false;
    release_new_id(d->desk, 'A', id);
    act.id = span_str(id);
    buf_init(&body, SAID);
    j = json_to(&body);
    jw_object(&j, NULL);
    jw_text(&j, "alert", alert);
    if (outcome.n) {
        jw_text(&j, "outcome", outcome);
        jw_text(&j, "reason", reason);
    }
    jw_object_end(&j);
    act.body = buf_span(&body);
    ok = store_step_alert(d->desk->store, alert, outcome, reason, &act, w) && alert_of(d, alert, a, &r, w);
    buf_free(&body);
    if (!ok)
        return false;
    j = json_to(out);
    jw_object(&j, NULL);
    put_alert(d, &r, &j);
    jw_object_end(&j);
    return true;
}

bool alert_take(const struct alert_desk *d, struct span json, unix_time now, struct arena *a,
                struct buffer *out, struct why *w)
{
    struct span alert, none = { NULL, 0 };
    struct json j;

    return json_parse(json, a, &j, w) && alert_text(&j, "alert", WORD, true, a, &alert, w) &&
           step(d, alert, none, none, now, a, out, w);
}

bool alert_close(const struct alert_desk *d, struct span json, unix_time now, struct arena *a,
                 struct buffer *out, struct why *w)
{
    struct span alert, outcome, reason;
    struct json j;

    if (!json_parse(json, a, &j, w) || !alert_text(&j, "alert", WORD, true, a, &alert, w) ||
        !alert_text(&j, "outcome", WORD, true, a, &outcome, w) ||
        !alert_text(&j, "reason", REASON, true, a, &reason, w))
        return false;
    if (!is_outcome(outcome))
        return alert_request(w, "\"outcome\" is true, false-positive, benign or duplicate");
    return step(d, alert, outcome, reason, now, a, out, w);
}

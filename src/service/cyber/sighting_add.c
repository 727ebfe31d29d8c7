#include "service/cyber/sighting_add.h"

#include "base/limits.h"
#include "service/cyber/federate_take.h"
#include "service/cyber/life.h"
#include "wire/json.h"
#include "wire/json_write.h"

enum { DAY = 86400, HOUR = 3600, OBSERVER = 64, ROWS = 10000, TEXT = 2048, PREFIX = 2, MOST = 999999999 };

struct adding {
    const struct cyber_desk *d;
    const struct sharing_rules *rules;
    struct cyber_law law;
    uint16_t shared, own;
    enum tlp least;
    bool said; /* the marking is said: not looser than the indicator's */
    unix_time now;
    struct arena *a;
    struct json_writer *j;
    uint64_t added, known, refused;
};

static bool refuse(struct adding *x, size_t row, const char *reason, const char *say)
{
    x->refused++;
    jw_object(x->j, NULL);
    jw_int(x->j, "row", (int64_t)row);
    jw_str(x->j, "reason", reason);
    jw_str(x->j, "say", say);
    jw_object_end(x->j);
    return true;
}

static bool plain(struct span s, size_t most)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= 0x20 || s.p[i] > 0x7e || s.p[i] == '/')
            return false;
    return s.n > 0 && s.n <= most;
}

static bool interval(const struct json *j, json_ref row, struct arena *a, struct sighting *s)
{
    struct date day;
    struct span t;

    if (json_text_of(j, json_member(j, row, "day"), a, &t)) {
        s->seconds = DAY;
        return date_parse(t, &day) && (s->from = time_of_date(day), true);
    }
    s->seconds = HOUR;
    return json_text_of(j, json_member(j, row, "hour"), a, &t) && time_parse(t, &s->from) &&
           s->from % HOUR == 0;
}

static bool seen_when(const struct json *j, json_ref row, struct arena *a, struct sighting *s)
{
    struct span first, last;

    if (s->count == 0)
        return true;
    return json_text_of(j, json_member(j, row, "first_seen"), a, &first) &&
           json_text_of(j, json_member(j, row, "last_seen"), a, &last) && time_parse(first, &s->first) &&
           time_parse(last, &s->last) && s->first >= s->from && s->last >= s->first &&
           s->last < s->from + s->seconds;
}

bool sighting_read(const struct json *j, json_ref row, struct arena *a, struct sighting *out)
{
    struct sighting s = { 0 };
    struct stix_id id;
    struct span t;
    int64_t count;

    if (!json_is(j, row, JSON_KIND_OBJECT) || !json_text_of(j, json_member(j, row, "indicator"), a, &t) ||
        !stix_id_read(t, &id) || !span_eq_str(id.type, "indicator") ||
        !json_text_of(j, json_member(j, row, "observer"), a, &s.observer) || !plain(s.observer, OBSERVER) ||
        !json_int64(j, json_member(j, row, "count"), &count) || count < 0 || count > MOST)
        return false;
    s.indicator = id.uuid;
    s.count = (uint64_t)count;
    if (!interval(j, row, a, &s) || !seen_when(j, row, a, &s))
        return false;
    *out = s;
    return true;
}

static bool read_row(struct adding *x, const struct json *j, json_ref row, struct sighting *s)
{
    if (!sighting_read(j, row, x->a, s))
        return false;
    s->member = x->d->self;
    s->anonymous = x->rules && x->rules->anonymous;
    return true;
}

static bool is_stored(const struct adding *x, const struct sighting *s)
{
    struct stix_id id = { .type = SPAN("sighting") };
    struct object_row row;
    uint64_t sequence;

    sighting_id(x->d->secret, s, &id.uuid);
    return cyber_newest(x->d->objects, x->own, &id, &sequence, &row);
}

/* What was told by the day is not told by hours too, nor the other way: sums would count it twice. */
static bool overlaps(const struct adding *x, const struct sighting *s)
{
    struct sighting other = *s;

    if (s->seconds == HOUR) {
        other.seconds = DAY;
        other.from -= other.from % DAY;
        return is_stored(x, &other);
    }
    other.seconds = HOUR;
    for (int i = 0; i < 24; i++, other.from += HOUR)
        if (is_stored(x, &other))
            return true;
    return false;
}

static bool put_object(struct adding *x, const struct sighting *s, const struct cyber_label *of, size_t row,
                       struct why *w)
{
    static const struct stix_how how = { 0 };
    struct stix_marks marks;
    struct object_new n = { 0 };
    struct stix_object o;
    uint8_t mem[TEXT];
    struct buffer b;

    buf_init_fixed(&b, mem, sizeof mem);
    sighting_put(&b, x->d->secret, s);
    if (!buf_ok(&b) || !stix_read(buf_span(&b), &how, x->a, &o, NULL, w) || !object_new_of(&o, &n))
        return false;
    stix_marks_of(&o, NULL, NULL, &marks);
    n.text = buf_span(&b);
    n.type = o.type;
    n.row.origin = CYBER_NO_PLACE;
    n.row.label = cyber_label_own(&x->law, &marks);
    n.row.label.flags |= of->flags & CYBER_EXERCISE;
    n.row.label.group = of->group;
    if (!object_store_add(x->d->objects, x->own, &n, 1, w))
        return false;
    x->added += n.outcome == OBJECT_ADDED;
    x->known += n.outcome == OBJECT_KNOWN;
    if (n.outcome == OBJECT_ADDED || n.outcome == OBJECT_KNOWN)
        return true;
    return refuse(x, row, n.outcome == OBJECT_CONFLICT ? "final" : object_outcome_word(n.outcome),
                  n.outcome == OBJECT_CONFLICT ? "another sighting was told for this interval: it is final"
                                               : object_outcome_say(n.outcome));
}

static bool add_row(struct adding *x, const struct json *j, json_ref at, size_t row, struct why *w)
{
    struct stix_id id = { .type = SPAN("indicator") };
    struct object_row of;
    struct sighting s;
    uint64_t sequence;

    if (!read_row(x, j, at, &s))
        return refuse(x, row, "row",
                      "it is no sighting: indicator, observer, day or hour, count, times in it");
    if (s.from + s.seconds > x->now)
        return refuse(x, row, "open", "its interval is not over: what is told is final");
    id.uuid = s.indicator;
    if (!life_newest(x->d->objects, x->shared, x->law.self, &id, &sequence, &of))
        return refuse(x, row, "unknown", "there is no such indicator here");
    s.tlp = of.label.flags & CYBER_REFER || of.label.tlp > TLP_RED ? TLP_RED : (enum tlp)of.label.tlp;
    if (x->said && x->least < s.tlp)
        return refuse(x, row, "laxer", "its marking would be looser than that of the indicator");
    if (x->said)
        s.tlp = x->least;
    if (overlaps(x, &s))
        return refuse(x, row, "overlap", "this time was told already, in another length of interval");
    return put_object(x, &s, &of.label, row, w);
}

static bool read_request(struct adding *x, struct span json, struct json *j, json_ref *rows,
                         struct span *officer, struct why *w)
{
    struct span tlp = { NULL, 0 };
    json_ref at;

    if (!json_parse(json, x->a, j, w))
        return false;
    *rows = json_member(j, JSON_ROOT, "sightings");
    at = json_member(j, JSON_ROOT, "tlp");
    x->said = at != JSON_NONE;
    if (!json_text_of(j, json_member(j, JSON_ROOT, "officer"), x->a, officer) || !plain(*officer, OBSERVER))
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "say who it is: \"officer\"");
    if (x->said && (!json_text_of(j, at, x->a, &tlp) || !sharing_tlp_of(tlp, &x->least)))
        return why_set(w, "request", WHY_NO_OFFSET, NULL,
                       "\"tlp\" is no marking: clear, green, amber, "
                       "amber-strict, red");
    return (json_is(j, *rows, JSON_KIND_ARRAY) && json_count(j, *rows) <= ROWS) ||
           why_set(w, "request", WHY_NO_OFFSET, NULL, "\"sightings\" is a list of at most %d", ROWS);
}

static bool record(const struct adding *x, struct span officer, struct span body, struct why *w)
{
    static const char hex[] = "0123456789abcdef";
    char id[PREFIX + 32 + 1] = "S-";
    uint8_t r[16];
    bool news;
    struct cyber_act_row row = { .at = x->now,
                                 .act = SPAN("sighting"),
                                 .who = officer,
                                 .audience = SPAN("self"),
                                 .article = span_str(x->rules ? x->rules->article : "-"),
                                 .body = body };

    x->d->random(r, sizeof r);
    for (size_t i = 0; i < sizeof r; i++) {
        id[PREFIX + 2 * i] = hex[r[i] >> 4];
        id[PREFIX + 2 * i + 1] = hex[r[i] & 15];
    }
    id[PREFIX + 32] = 0;
    row.id = span_str(id);
    return store_put_cyber_act(x->d->store, &row, &news, w);
}

bool cyber_sightings_add(const struct cyber_desk *d, struct span json, unix_time now, struct arena *a,
                         struct buffer *out, struct why *w)
{
    struct json_writer j = json_to(out);
    struct adding x = { .d = d, .now = now, .a = a, .j = &j };
    struct span officer;
    struct json in;
    json_ref rows;
    size_t row = 0;
    bool ok = true;

    if (!d->secret)
        return why_set(w, "not-ready", WHY_NO_OFFSET, NULL, "this node has no secret for sightings");
    cyber_law_on(d->places, d->agreement, d->self, date_of_time(now), &x.law, &x.rules);
    if (!read_request(&x, json, &in, &rows, &officer, w) ||
        !object_store_collection(d->objects, span_str(cyber_shared_collection()), &x.shared, w) ||
        !object_store_collection(d->objects, SPAN(CYBER_SIGHTINGS), &x.own, w))
        return false;
    jw_object(&j, NULL);
    jw_array(&j, "refused");
    for (json_ref r = json_first(&in, rows); ok && r != JSON_NONE; r = json_after(&in, rows, r))
        ok = add_row(&x, &in, r, row++, w);
    jw_array_end(&j);
    jw_int(&j, "added", (int64_t)x.added);
    jw_int(&j, "known", (int64_t)x.known);
    jw_str(&j, "collection", CYBER_SIGHTINGS);
    jw_object_end(&j);
    return ok && (!x.added || record(&x, officer, buf_span(out), w));
}

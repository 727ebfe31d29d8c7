#include "service/travel/waiting.h"

#include <stdio.h>

#include "wire/json.h"
#include "wire/json_write.h"

enum { STEP = 300, HOUR = 3600 };

/* Minutes until `queue` is served at `pace` an hour, while the gate is open. */
static int64_t served_after(double queue, double pace, const struct post *p, const struct gate *g,
                            unix_time now)
{
    int64_t t = 0;

    if (queue <= 0)
        return 0;
    for (; t < (int64_t)WAITING_LONGEST * 60; t += STEP) {
        if (g && !gate_is_open(p, g, now + t))
            continue;
        if (queue <= pace * STEP / HOUR)
            return (t + (int64_t)(queue * HOUR / pace)) / 60;
        queue -= pace * STEP / HOUR;
    }
    return WAITING_LONGEST;
}

void waiting_side_of(const struct waiting_count *c, size_t n, const struct post *p, const struct gate *g,
                     unix_time now, struct waiting_side *out)
{
    struct waiting_side s = { 0 };
    double busy = 0, busy_hours = 0, left = 0, hours = 0, pace = g ? g->capacity : 0;

    for (size_t i = 0; i < n && c[i].at <= now; i++) {
        int64_t before = s.queue;

        s.counted = true;
        s.queue += c[i].arrived - c[i].gone;
        if (s.queue < 0) /* some came that nobody counted */
            s.queue = 0;
        if (c[i].has_queue)
            s.queue = c[i].queue;
        s.as_of = c[i].at + c[i].minutes * 60;
        if (c[i].at <= now - 3 * HOUR)
            continue;
        if (c[i].at > now - HOUR - WAITING_PERIOD) {
            s.arrived_hour += c[i].arrived;
            s.gone_hour += c[i].gone;
        }
        left += (double)c[i].gone;
        hours += (double)c[i].minutes / 60;
        if (before > 0 && s.queue > 0 && (!g || gate_is_open(p, g, c[i].at))) {
            busy += (double)c[i].gone;
            busy_hours += (double)c[i].minutes / 60;
        }
    }
    if (s.as_of > now)
        s.as_of = now;
    s.known = s.counted && now - s.as_of <= WAITING_SILENT;
    if (busy_hours >= 0.5)
        pace = g && busy / busy_hours < g->capacity / 10.0 ? g->capacity / 10.0 : busy / busy_hours;
    else if (!g && hours > 0) /* at least so many were served */
        pace = left / hours;
    s.timed = s.known && (s.queue == 0 || pace > 0);
    if (s.timed)
        s.minutes = served_after((double)s.queue, pace, p, g, now);
    *out = s;
}

void waiting_combine(const struct waiting_side *here, const struct waiting_side *there, bool neighbour,
                     struct waiting_both *out)
{
    const struct waiting_side *side[2] = { here, there };
    struct waiting_both b = { .known = true };

    for (int i = 0; i < (neighbour ? 2 : 1); i++) {
        if (side[i]->timed) {
            b.minutes += side[i]->minutes;
            b.as_of = b.as_of && b.as_of < side[i]->as_of ? b.as_of : side[i]->as_of;
            b.at_least = true;
        } else {
            b.known = false;
            b.unknown_since =
                b.unknown_since && b.unknown_since < side[i]->as_of ? b.unknown_since : side[i]->as_of;
        }
    }
    b.at_least = b.at_least && !b.known;
    *out = b;
}

/* ---- the record ---- */

bool waiting_record_put(const struct waiting_count *c, struct buffer *out, struct why *w)
{
    struct json_writer j = json_to(out);
    char at[TIME_TEXT];

    jw_object(&j, NULL);
    jw_text(&j, "place", c->place);
    jw_str(&j, "at", time_format(c->at, at));
    jw_int(&j, "minutes", c->minutes);
    jw_int(&j, "arrived", c->arrived);
    jw_int(&j, "gone", c->gone);
    if (c->has_queue)
        jw_int(&j, "queue", c->queue);
    jw_object_end(&j);
    return buf_ok(out) || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

static bool bad(struct why *w, const char *text)
{
    return why_set(w, "request", WHY_NO_OFFSET, NULL, "%s", text);
}

static bool read_number(const struct json *j, json_ref m, int64_t most, int64_t *out, struct why *w)
{
    int64_t v = 0;

    if (!json_int64(j, json_value_of(j, m), &v) || v < 0 || v > most)
        return bad(w, "a count is a number from 0 on");
    *out = v;
    return true;
}

bool waiting_record_parse(struct span json, struct arena *a, struct waiting_count *out, struct why *w)
{
    struct waiting_count c = { .minutes = 0 };
    struct span text;
    struct json j;

    if (!json_parse(json, a, &j, w))
        return false;
    if (!json_is(&j, JSON_ROOT, JSON_KIND_OBJECT))
        return bad(w, "a count is an object");
    for (json_ref m = json_first(&j, JSON_ROOT); m != JSON_NONE; m = json_after(&j, JSON_ROOT, m)) {
        json_ref v = json_value_of(&j, m);

        if (json_text_is(&j, m, "place")) {
            if (!json_text_of(&j, v, a, &c.place))
                return bad(w, "the place of a count is no text");
        } else if (json_text_is(&j, m, "at")) {
            if (!json_text_of(&j, v, a, &text) || !time_parse(text, &c.at))
                return bad(w, "the time of a count is none");
        } else if (json_text_is(&j, m, "minutes")) {
            if (!read_number(&j, m, 60, &c.minutes, w))
                return false;
        } else if (json_text_is(&j, m, "arrived")) {
            if (!read_number(&j, m, LIMIT_WAITING_COUNT, &c.arrived, w))
                return false;
        } else if (json_text_is(&j, m, "gone")) {
            if (!read_number(&j, m, LIMIT_WAITING_COUNT, &c.gone, w))
                return false;
        } else if (json_text_is(&j, m, "queue")) {
            if (!read_number(&j, m, LIMIT_WAITING_COUNT, &c.queue, w))
                return false;
            c.has_queue = true;
        }
    }
    if (!c.place.n || c.place.n > 64 || c.minutes < 5 || c.at <= 0)
        return bad(w, "a count has a place, a time and minutes");
    *out = c;
    return true;
}

struct span waiting_over_there(const struct post *p, const struct gate *g, struct arena *a)
{
    char text[96];
    int n;

    if (!p->neighbour)
        return (struct span){ NULL, 0 };
    n = snprintf(text, sizeof text, "%s/%s/%s", p->neighbour,
                 post_direction_word(g->direction == POST_ENTRY ? POST_EXIT : POST_ENTRY),
                 post_class_word(g->class));
    return n > 0 && (size_t)n < sizeof text ? arena_copy(a, span_of(text, (size_t)n))
                                            : (struct span){ NULL, 0 };
}

#include "check/slots.h"

#include <stdio.h>

#include "check/fields.h"
#include "service/travel/slots_audit.h"

static bool whole(struct buffer *out, struct why *w)
{
    return buf_ok(out) ||
           why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the answer is too long: ask for less");
}

static bool turn(const struct slots_desk *d, struct arena *a, struct why *w)
{
    struct slot_turned t;

    return d->turns || slot_turn(&d->slots, a, &t, w);
}

static void put_time(struct json_writer *j, const char *key, unix_time t)
{
    char text[TIME_TEXT];

    jw_str(j, key, time_format(t, text));
}

/* "2027-03-16T10:00+03:30": as the clock at the post shows it. */
static void put_local(struct json_writer *j, const char *key, const struct post *p, unix_time t)
{
    int32_t off = p ? post_offset(p, t) : 0, abs = off < 0 ? -off : off;
    char text[TIME_TEXT], local[TIME_TEXT + 8];

    (void)time_format(t + off, text);
    (void)snprintf(local, sizeof local, "%.16s%c%02d:%02d", text, off < 0 ? '-' : '+', abs / 3600,
                   abs / 60 % 60);
    jw_str(j, key, local);
}

static void put_names(struct json_writer *j, const struct post *p)
{
    jw_object(j, "names");
    for (size_t i = 0; p && i < p->n_names; i++)
        jw_str(j, p->name[i].language, p->name[i].text);
    jw_object_end(j);
}

static bool put_view(const struct slots_desk *d, const struct slot_view *v, struct buffer *out, struct why *w)
{
    struct json_writer j = json_to(out);
    int64_t changes = d->slots.posts->rules.changes - v->row.changed;

    jw_object(&j, NULL);
    jw_str(&j, "code", v->code);
    jw_str(&j, "state", slot_state_word(v->row.state));
    jw_text(&j, "place", v->row.place);
    jw_str(&j, "post", v->post ? v->post->id : NULL);
    put_names(&j, v->post);
    jw_str(&j, "direction", v->gate ? post_direction_word(v->gate->direction) : NULL);
    jw_str(&j, "class", v->gate ? post_class_word(v->gate->class) : NULL);
    put_time(&j, "start", v->times.start);
    put_time(&j, "end", v->times.end);
    put_local(&j, "local", v->post, v->times.start);
    put_time(&j, "from", v->times.from);
    put_time(&j, "until", v->times.until);
    put_time(&j, "closes", v->times.closes);
    if (v->row.state == SLOT_WAITING)
        put_time(&j, "first_draw", v->times.first_draw);
    jw_int(&j, "persons", v->row.persons);
    jw_int(&j, "changes_left", v->row.has_plate && changes > 0 ? changes : 0);
    jw_bool(&j, "repeated", v->repeated);
    if (v->token.n) {
        jw_text(&j, "token", v->token);
        if (d->draw)
            d->draw(&j, v->token);
    }
    jw_object_end(&j);
    return whole(out, w);
}

static bool read_start(struct span text, unix_time *out, struct why *w)
{
    return time_parse(text, out) ||
           why_set(w, "request", WHY_NO_OFFSET, NULL, "start is a time such as 2027-03-16T06:30:00Z");
}

bool slots_book(const struct slots_desk *d, struct span json, struct arena *a, struct buffer *out,
                struct why *w)
{
    struct slot_wish q = { .holder = { .kind = SPAN("passport") } };
    struct span start = { NULL, 0 };
    const struct request_field f[] = { { "id", FIELD_TEXT, &q.id },
                                       { "place", FIELD_TEXT, &q.place },
                                       { "start", FIELD_TEXT, &start },
                                       { "state", FIELD_TEXT, &q.holder.state },
                                       { "kind", FIELD_TEXT, &q.holder.kind },
                                       { "number", FIELD_TEXT, &q.holder.number },
                                       { "plate", FIELD_TEXT, &q.holder.plate },
                                       { "persons", FIELD_NUMBER, &q.persons } };
    struct slot_view v;

    return request_fields(json, f, sizeof f / sizeof *f, a, w) && read_start(start, &q.start, w) &&
           turn(d, a, w) && slot_book(&d->slots, &q, a, &v, w) && put_view(d, &v, out, w);
}

static bool by_code(const struct slots_desk *d, struct span json,
                    bool (*f)(const struct slot_desk *, struct span, struct arena *, struct slot_view *,
                              struct why *),
                    struct arena *a, struct buffer *out, struct why *w)
{
    struct span code = { NULL, 0 };
    const struct request_field one = { "code", FIELD_TEXT, &code };
    struct slot_view v;

    return request_fields(json, &one, 1, a, w) && turn(d, a, w) && f(&d->slots, code, a, &v, w) &&
           put_view(d, &v, out, w);
}

bool slots_show(const struct slots_desk *d, struct span json, struct arena *a, struct buffer *out,
                struct why *w)
{
    return by_code(d, json, slot_show, a, out, w);
}

bool slots_cancel(const struct slots_desk *d, struct span json, struct arena *a, struct buffer *out,
                  struct why *w)
{
    return by_code(d, json, slot_cancel, a, out, w);
}

bool slots_change(const struct slots_desk *d, struct span json, struct arena *a, struct buffer *out,
                  struct why *w)
{
    struct slot_holder h = { .kind = SPAN("passport") };
    struct span code = { NULL, 0 };
    const struct request_field f[] = { { "code", FIELD_TEXT, &code },
                                       { "state", FIELD_TEXT, &h.state },
                                       { "kind", FIELD_TEXT, &h.kind },
                                       { "number", FIELD_TEXT, &h.number },
                                       { "plate", FIELD_TEXT, &h.plate } };
    struct slot_view v;

    return request_fields(json, f, sizeof f / sizeof *f, a, w) && turn(d, a, w) &&
           slot_change(&d->slots, code, &h, a, &v, w) && put_view(d, &v, out, w);
}

bool slots_check(const struct slots_desk *d, struct span json, struct arena *a, struct buffer *out,
                 struct why *w)
{
    struct slot_shown s = { .holder = { .kind = SPAN("passport") } };
    const struct request_field f[] = { { "token", FIELD_TEXT, &s.token },
                                       { "place", FIELD_TEXT, &s.place },
                                       { "state", FIELD_TEXT, &s.holder.state },
                                       { "kind", FIELD_TEXT, &s.holder.kind },
                                       { "number", FIELD_TEXT, &s.holder.number },
                                       { "plate", FIELD_TEXT, &s.holder.plate },
                                       { "use", FIELD_YES, &s.use },
                                       { "office", FIELD_TEXT, &s.office } };
    struct json_writer j = json_to(out);
    const struct post *p = NULL;
    struct slot_said said;

    if (!request_fields(json, f, sizeof f / sizeof *f, a, w) || !turn(d, a, w) ||
        !slot_check(&d->slots, &s, a, &said, w))
        return false;
    if (said.known)
        (void)posts_gate(d->slots.posts, said.place, &p);
    jw_object(&j, NULL);
    jw_str(&j, "answer", slot_answer_word(said.answer));
    jw_bool(&j, "officer_decides", said.answer != SLOT_GOOD);
    jw_bool(&j, "used", said.used);
    if (said.known) {
        jw_text(&j, "place", said.place);
        put_time(&j, "start", said.start);
        put_time(&j, "end", said.end);
        put_local(&j, "local", p, said.start);
        jw_int(&j, "persons", said.persons);
    }
    jw_object_end(&j);
    return whole(out, w);
}

bool slots_release(const struct slots_desk *d, struct span json, struct arena *a, struct buffer *out,
                   struct why *w)
{
    struct slot_holder h = { .kind = SPAN("passport") };
    struct span office = { NULL, 0 };
    const struct request_field f[] = { { "state", FIELD_TEXT, &h.state },
                                       { "kind", FIELD_TEXT, &h.kind },
                                       { "number", FIELD_TEXT, &h.number },
                                       { "office", FIELD_TEXT, &office } };
    struct json_writer j = json_to(out);
    struct slot_view v;

    if (!request_fields(json, f, sizeof f / sizeof *f, a, w))
        return false;
    if (!office.n)
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "say which office has the document in hand");
    if (!slot_release(&d->slots, &h, a, &v, w))
        return false;
    jw_object(&j, NULL);
    jw_str(&j, "state", slot_state_word(v.row.state));
    jw_text(&j, "place", v.row.place);
    put_time(&j, "start", v.row.start);
    jw_object_end(&j);
    return whole(out, w);
}

bool slots_count(const struct slots_desk *d, struct span json, struct arena *a, struct buffer *out,
                 struct why *w)
{
    struct waiting_count c = { .minutes = WAITING_PERIOD / 60 };
    struct span at = { NULL, 0 };
    int64_t queue = -1;
    const struct request_field f[] = { { "place", FIELD_TEXT, &c.place },
                                       { "arrived", FIELD_NUMBER, &c.arrived },
                                       { "gone", FIELD_NUMBER, &c.gone },
                                       { "queue", FIELD_NUMBER, &queue },
                                       { "at", FIELD_TEXT, &at } };
    struct json_writer j = json_to(out);
    const struct post *p = NULL;
    unix_time when = d->slots.now;

    if (!request_fields(json, f, sizeof f / sizeof *f, a, w) || (at.n && !read_start(at, &when, w)))
        return false;
    if (!posts_gate(d->slots.posts, c.place, &p))
        return why_set(w, "no-post", WHY_NO_OFFSET, NULL,
                       "there is no such post, direction and class of traffic");
    if (when > d->slots.now || when < d->slots.now - 86400)
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "a count is of the last day");
    c.at = when / WAITING_PERIOD * WAITING_PERIOD;
    c.has_queue = queue >= 0;
    c.queue = queue;
    if (!store_waiting_add(d->slots.store, &c, w))
        return false;
    jw_object(&j, NULL);
    jw_text(&j, "place", c.place);
    put_time(&j, "at", c.at);
    jw_int(&j, "minutes", c.minutes);
    jw_object_end(&j);
    return whole(out, w);
}

static bool day_at(const struct post *p, struct span text, unix_time *at)
{
    if (!text.n)
        return true;
    if (!time_parse(text, at))
        return false;
    if (text.n == sizeof "2027-01-01" - 1)
        *at += 12 * 3600 - post_offset(p, *at);
    return true;
}

bool slots_list(const struct slots_desk *d, struct span place, struct span day, int64_t days, struct arena *a,
                struct buffer *out, struct why *w)
{
    const struct post *p = NULL;
    const struct gate *g = posts_gate(d->slots.posts, place, &p);
    struct json_writer j = json_to(out);
    unix_time at = d->slots.now, t, end;

    if (!g)
        return why_set(w, "no-post", WHY_NO_OFFSET, NULL,
                       "there is no such post, direction and class of traffic");
    if (!day_at(p, day, &at))
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "day is no day such as 2027-01-01");
    if (!turn(d, a, w))
        return false;
    t = post_midnight(p, at, 0);
    end = post_midnight(p, at, days < 1 ? 1 : days > 31 ? 31 : (int)days);
    jw_object(&j, NULL);
    jw_text(&j, "place", place);
    jw_int(&j, "capacity", gate_places(g));
    jw_array(&j, "slots");
    for (; t < end; t += g->slot * 60) {
        struct slot_figures f;
        struct slot_times s;
        int64_t left;

        slot_times_of(d->slots.posts, p, g, t, &s);
        if (!gate_is_slot(p, g, t) || d->slots.now >= s.closes)
            continue;
        if (!store_slot_figures(d->slots.store, place, t, &f, w))
            return false;
        left = gate_places(g) - f.taken - f.resting;
        jw_object(&j, NULL);
        put_time(&j, "start", t);
        put_local(&j, "local", p, t);
        jw_str(&j, "can",
               d->slots.now < s.opens                                 ? "later"
               : d->slots.now < s.first_draw || f.waiting || left < 1 ? "wait"
                                                                      : "book");
        jw_int(&j, "left", left < 0 ? 0 : left);
        jw_int(&j, "resting", f.resting);
        jw_int(&j, "waiting", f.waiting);
        if (d->slots.now < s.opens)
            put_time(&j, "opens", s.opens);
        if (d->slots.now < s.first_draw)
            put_time(&j, "first_draw", s.first_draw);
        jw_object_end(&j);
    }
    jw_array_end(&j);
    jw_object_end(&j);
    return whole(out, w);
}

bool slots_events(const struct slots_desk *d, int64_t after, size_t most, struct arena *a, struct buffer *out,
                  struct why *w)
{
    struct json_writer j = json_to(out);
    struct slot_event *e = NULL;
    size_t n = 0;

    if (!store_slot_events(d->slots.store, after, false, most, a, &e, &n, w))
        return false;
    jw_object(&j, NULL);
    jw_array(&j, "events");
    for (size_t i = 0; i < n; i++)
        jw_raw(&j, NULL, e[i].body);
    jw_array_end(&j);
    jw_int(&j, "after", n ? e[n - 1].seq : after);
    jw_object_end(&j);
    return whole(out, w);
}

/* All of the list, in pieces. */
static bool read_list(const struct slots_desk *d, struct arena *a, struct span **ret, size_t *n,
                      struct why *w)
{
    size_t room = LIMIT_SLOT_EVENTS, k = 0, got;
    struct span *body = arena_array(a, room, sizeof *body);
    int64_t after = 0;

    do {
        struct slot_event *e = NULL;

        if (!store_slot_events(d->slots.store, after, false, 0, a, &e, &got, w))
            return false;
        if (k + got > room) {
            struct span *more = arena_array(a, 2 * room + got, sizeof *more);

            if (body && more)
                memcpy(more, body, k * sizeof *body);
            body = more;
            room = 2 * room + got;
        }
        if (!body)
            return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
        for (size_t i = 0; i < got; i++)
            body[k++] = e[i].body;
        after = got ? e[got - 1].seq : after;
    } while (got == LIMIT_SLOT_EVENTS);
    *ret = body;
    *n = k;
    return true;
}

bool slots_audited(const struct slots_desk *d, struct arena *a, struct buffer *out, int64_t *found,
                   struct why *w)
{
    struct span *body = NULL;
    struct slot_audit x;
    size_t n = 0;

    if (!read_list(d, a, &body, &n, w) || !slot_audit_run(body, n, true, a, &x, w))
        return false;
    *found = (int64_t)x.n_findings;
    slot_audit_json(&x, out);
    return whole(out, w);
}

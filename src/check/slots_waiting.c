/* The board of a post: what waits here, over there, together, and in the hours ahead. */
#include <math.h>

#include "check/slots.h"

enum { HOUR = 3600, LOOK_BACK = 48 * 3600 };

static bool whole(struct buffer *out, struct why *w)
{
    return buf_ok(out) ||
           why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the answer is too long: ask for less");
}

static void put_time(struct json_writer *j, const char *key, unix_time t)
{
    char text[TIME_TEXT];

    if (t > 0)
        jw_str(j, key, time_format(t, text));
    else
        jw_null(j, key);
}

static void put_post(struct json_writer *j, const struct post *p)
{
    jw_str(j, "post", p->id);
    jw_object(j, "names");
    for (size_t i = 0; i < p->n_names; i++)
        jw_str(j, p->name[i].language, p->name[i].text);
    jw_object_end(j);
    if (p->neighbour) {
        jw_object(j, "neighbour");
        jw_str(j, "member", p->neighbour_state);
        jw_str(j, "post", p->neighbour);
        jw_object_end(j);
    }
    if (p->has_place) {
        jw_object(j, "at");
        jw_real(j, "latitude", p->latitude);
        jw_real(j, "longitude", p->longitude);
        jw_object_end(j);
    }
}

static void put_gate(struct json_writer *j, const struct post *p, const struct gate *g, unix_time now)
{
    jw_str(j, "place", g->place);
    jw_str(j, "direction", post_direction_word(g->direction));
    jw_str(j, "class", post_class_word(g->class));
    jw_bool(j, "open", gate_is_open(p, g, now));
    jw_int(j, "capacity", g->capacity);
}

bool slots_posts(const struct slots_desk *d, struct buffer *out, struct why *w)
{
    struct json_writer j = json_to(out);
    const struct posts *ps = d->slots.posts;

    jw_object(&j, NULL);
    jw_text(&j, "member", d->slots.member);
    put_time(&j, "now", d->slots.now);
    jw_array(&j, "posts");
    for (size_t i = 0; i < ps->n; i++) {
        jw_object(&j, NULL);
        put_post(&j, &ps->post[i]);
        jw_int(&j, "utc_offset_minutes", post_offset(&ps->post[i], d->slots.now) / 60);
        jw_array(&j, "gates");
        for (size_t k = 0; k < ps->post[i].n_gates; k++) {
            const struct gate *g = &ps->post[i].gate[k];

            jw_object(&j, NULL);
            put_gate(&j, &ps->post[i], g, d->slots.now);
            jw_int(&j, "slot_minutes", g->slot);
            jw_int(&j, "places", gate_places(g));
            jw_int(&j, "kept_percent", g->kept);
            jw_int(&j, "lead_minutes", g->lead);
            jw_int(&j, "horizon_days", g->horizon);
            jw_int(&j, "early_minutes", g->early);
            jw_int(&j, "late_minutes", g->late);
            jw_int(&j, "group", g->group);
            jw_object_end(&j);
        }
        jw_array_end(&j);
        jw_object_end(&j);
    }
    jw_array_end(&j);
    jw_object_end(&j);
    return whole(out, w);
}

static void put_side(struct json_writer *j, const char *key, const struct waiting_side *s)
{
    jw_object(j, key);
    jw_bool(j, "known", s->known);
    put_time(j, "as_of", s->as_of);
    if (!s->timed) {
        put_time(j, "unknown_since", s->as_of);
        jw_null(j, "minutes");
    } else {
        jw_null(j, "unknown_since");
        jw_int(j, "minutes", s->minutes);
    }
    if (s->known) {
        jw_int(j, "queue", s->queue);
        jw_int(j, "arrived_last_hour", s->arrived_hour);
        jw_int(j, "gone_last_hour", s->gone_hour);
    }
    jw_object_end(j);
}

/* Places of slots that begin in each hour ahead and are taken. */
static bool booked_ahead(const struct slots_desk *d, const struct post *p, const struct gate *g,
                         unix_time begin, size_t hours, double *booked, struct why *w)
{
    memset(booked, 0, hours * sizeof *booked);
    for (unix_time t = begin; t < begin + (unix_time)hours * HOUR; t += g->slot * 60) {
        struct slot_figures f;

        if (!gate_is_slot(p, g, t))
            continue;
        if (!store_slot_figures(d->slots.store, span_str(g->place), t, &f, w))
            return false;
        booked[(t - begin) / HOUR] += (double)f.taken;
    }
    return true;
}

struct board {
    struct waiting_history history;
    struct waiting_forecast ahead[WAITING_AHEAD];
    double booked[WAITING_AHEAD];
};

static bool put_ahead(const struct slots_desk *d, const struct post *p, const struct gate *g,
                      const struct waiting_side *here, const struct waiting_count *c, size_t n, size_t hours,
                      struct board *b, struct json_writer *j, struct why *w)
{
    unix_time begin = d->slots.now / HOUR * HOUR;
    /* Slots of a day or two are taken by now; of later ones too few to say anything. */
    size_t known = hours < 48 ? hours : 48;

    memset(b->booked, 0, sizeof b->booked);
    waiting_history_of(c, n, d->slots.now, &b->history);
    if (!booked_ahead(d, p, g, begin, known, b->booked, w))
        return false;
    jw_array(j, "ahead");
    if (here->counted &&
        waiting_ahead(&b->history, p, g, here->known ? (double)here->queue : 0, b->booked, hours, b->ahead)) {
        for (size_t i = 0; i < hours; i++) {
            const struct waiting_forecast *f = &b->ahead[i];

            jw_object(j, NULL);
            put_time(j, "at", f->at);
            jw_int(j, "minutes", (int64_t)lround(f->minutes));
            jw_int(j, "low", (int64_t)lround(f->low));
            jw_int(j, "high", (int64_t)lround(f->high));
            jw_int(j, "arrivals", (int64_t)lround(f->arrivals));
            jw_object_end(j);
        }
    }
    jw_array_end(j);
    return true;
}

static bool put_waiting(const struct slots_desk *d, const struct post *p, const struct gate *g, size_t hours,
                        struct board *b, struct json_writer *j, struct why *w)
{
    unix_time now = d->slots.now;
    struct waiting_count *own = NULL, *other = NULL;
    struct waiting_side here, there = { 0 };
    struct waiting_both both;
    size_t n = 0, m = 0, recent = 0;
    struct span over;
    struct arena a; /* of one gate: its history is long */
    bool ok;

    arena_init(&a, 64 << 20);
    over = waiting_over_there(p, g, &a);
    ok = store_waiting_of(d->slots.store, (struct span){ NULL, 0 }, span_str(g->place),
                          hours ? now / HOUR * HOUR - (unix_time)WAITING_WEEKS * 7 * 86400 : now - LOOK_BACK,
                          &a, &own, &n, w) &&
         (!over.n || store_waiting_of(d->slots.store, span_str(p->neighbour_state), over, now - LOOK_BACK, &a,
                                      &other, &m, w));
    if (ok) {
        while (recent < n && own[recent].at < now - LOOK_BACK)
            recent++;
        waiting_side_of(own + recent, n - recent, p, g, now, &here);
        waiting_side_of(other, m, NULL, NULL, now, &there);
        waiting_combine(&here, &there, over.n > 0, &both);
        jw_object(j, NULL);
        put_gate(j, p, g, now);
        put_side(j, "here", &here);
        if (over.n)
            put_side(j, "there", &there);
        jw_object(j, "together");
        jw_bool(j, "known", both.known);
        jw_bool(j, "at_least", both.at_least);
        if (both.known || both.at_least)
            jw_int(j, "minutes", both.minutes);
        else
            jw_null(j, "minutes");
        put_time(j, "as_of", both.as_of);
        if (!both.known)
            put_time(j, "unknown_since", both.unknown_since);
        jw_object_end(j);
        ok = !hours || put_ahead(d, p, g, &here, own, n, hours, b, j, w);
        jw_object_end(j);
    }
    arena_free(&a);
    return ok;
}

bool slots_waiting(const struct slots_desk *d, struct span post, int64_t hours, struct arena *a,
                   struct buffer *out, struct why *w)
{
    const struct post *p = posts_find(d->slots.posts, post);
    struct json_writer j = json_to(out);
    struct board *b = arena_alloc(a, sizeof *b);

    if (!p)
        return why_set(w, "no-post", WHY_NO_OFFSET, NULL, "there is no such post");
    if (!b)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    hours = hours < 0 ? 0 : hours > WAITING_AHEAD ? WAITING_AHEAD : hours;
    jw_object(&j, NULL);
    jw_text(&j, "member", d->slots.member);
    put_post(&j, p);
    put_time(&j, "now", d->slots.now);
    jw_int(&j, "utc_offset_minutes", post_offset(p, d->slots.now) / 60);
    jw_array(&j, "gates");
    for (size_t i = 0; i < p->n_gates; i++)
        if (!put_waiting(d, p, &p->gate[i], (size_t)hours, b, &j, w))
            return false;
    jw_array_end(&j);
    jw_object_end(&j);
    return whole(out, w);
}

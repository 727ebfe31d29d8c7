/* Posts looked up, and what a clock at a post shows. */
#include "service/travel/posts.h"

#include "base/text.h"
#include "files/durable.h"

enum { DAY = 86400 };

bool posts_load(const char *path, struct arena *a, struct posts *out, struct why *w)
{
    struct span text = { NULL, 0 };
    bool there = false;

    if (!file_read(path, LIMIT_POSTS_FILE, a, &text, &there, w))
        return false;
    if (!there)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "there is no file %s", path);
    return posts_parse(text, a, out, w);
}

const struct post *posts_find(const struct posts *p, struct span id)
{
    for (size_t i = 0; i < p->n; i++)
        if (span_eq_str(id, p->post[i].id))
            return &p->post[i];
    return NULL;
}

const struct gate *posts_gate(const struct posts *p, struct span place, const struct post **post)
{
    struct span id, rest = place;
    const struct post *found;

    (void)text_split(&rest, '/', &id);
    found = posts_find(p, id);
    for (size_t i = 0; found && i < found->n_gates; i++) {
        if (!span_eq_str(place, found->gate[i].place))
            continue;
        *post = found;
        return &found->gate[i];
    }
    return NULL;
}

/* Days since 1970 of that weekday of the month. */
static day_number turn_day(const struct post_turn *t, int year)
{
    struct date first = { (int16_t)year, t->month, 1 };
    day_number d = date_to_days(first);
    int weekday = (int)(((d + 3) % 7 + 7) % 7); /* 1970-01-01 was a Thursday */

    d += (t->weekday - weekday + 7) % 7 + 7 * (t->week - 1);
    while (d >= date_to_days(first) + date_days_in_month(year, t->month))
        d -= 7;
    return d;
}

int32_t post_offset(const struct post *p, unix_time t)
{
    unix_time from, until;
    int year;

    if (!p->summer)
        return p->offset;
    year = date_of_time(t + p->offset).year;
    if (year < 1)
        return p->offset;
    from = (unix_time)turn_day(&p->from, year) * DAY + p->from.minute * 60 - p->offset;
    until = (unix_time)turn_day(&p->until, year) * DAY + p->until.minute * 60 - p->summer_offset;
    if (from < until ? t >= from && t < until : t >= from || t < until)
        return p->summer_offset;
    return p->offset;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

unix_time post_midnight(const struct post *p, unix_time t, int days)
{
    int64_t local = (floor_div(t + post_offset(p, t), DAY) + days) * DAY;
    unix_time u = local - p->offset;

    /* The offset in force there; where midnight itself is turned over, the earlier moment counts. */
    return local -
           post_offset(p, u - (p->summer && p->summer_offset > p->offset ? p->summer_offset - p->offset : 0));
}

int post_minute(const struct post *p, unix_time t, int *weekday)
{
    int64_t local = t + post_offset(p, t), day = floor_div(local, DAY);

    *weekday = (int)(((day + 3) % 7 + 7) % 7);
    return (int)((local - day * DAY) / 60);
}

/* [m, m + minutes) of that weekday lies in one opening. */
static bool open_for(const struct gate *g, int weekday, int m, int minutes)
{
    if (!g->n_open)
        return true;
    for (size_t i = 0; i < g->n_open; i++)
        if ((g->open[i].days >> weekday & 1) && m >= g->open[i].from && m + minutes <= g->open[i].to)
            return true;
    return false;
}

bool gate_is_open(const struct post *p, const struct gate *g, unix_time t)
{
    int weekday, m = post_minute(p, t, &weekday);

    return open_for(g, weekday, m, 1);
}

bool gate_is_slot(const struct post *p, const struct gate *g, unix_time t)
{
    int weekday, m = post_minute(p, t, &weekday);

    return (t + post_offset(p, t)) % 60 == 0 && m % g->slot == 0 && gate_places(g) > 0 &&
           open_for(g, weekday, m, g->slot);
}

int gate_places(const struct gate *g)
{
    return g->capacity * g->slot * (100 - g->kept) / (60 * 100);
}

void slot_times_of(const struct posts *ps, const struct post *p, const struct gate *g, unix_time start,
                   struct slot_times *out)
{
    *out = (struct slot_times){ .start = start, .end = start + g->slot * 60 };
    out->opens = post_midnight(p, start, -g->horizon);
    out->first_draw = out->opens + ps->rules.gather * 3600;
    out->closes = start - g->lead * 60;
    if (out->first_draw > out->closes)
        out->first_draw = out->closes;
    out->from = start - g->early * 60;
    out->until = out->end + g->late * 60;
}

int64_t slot_round(const struct posts *ps, const struct slot_times *t, unix_time now)
{
    return now < t->first_draw ? 0 : 1 + (now - t->first_draw) / (ps->rules.draw * 60);
}

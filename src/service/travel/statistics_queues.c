/* Those who wait for a desk, by day. */
#include <stdlib.h>

#include "service/travel/application.h"
#include "service/travel/complaint.h"
#include "service/travel/statistics.h"
#include "wire/json_write.h"

enum { PLACE = 256 };

struct wait {
    size_t day;
    int64_t hours;
};

struct queue_table {
    day_number first;
    size_t n_days;
    int32_t utc_offset;
    struct arena *a;
    int64_t of; /* the case whose turns come */
    bool begun, waits;
    unix_time since;
    int64_t before; /* waiting when the first day began */
    int64_t *change;
    struct queue_day *day;
    struct wait *wait;
    size_t n_waits, room;
    bool full;
};

struct queue_table *queue_new(day_number first, size_t n_days, int32_t utc_offset, struct arena *a)
{
    struct queue_table *q = arena_alloc(a, sizeof *q);

    if (!q)
        return NULL;
    *q = (struct queue_table){ .first = first,
                               .n_days = n_days,
                               .utc_offset = utc_offset,
                               .a = a,
                               .change = arena_array(a, n_days + 1, sizeof *q->change),
                               .day = arena_array(a, n_days + 1, sizeof *q->day) };
    if (!q->change || !q->day)
        return NULL;
    memset(q->change, 0, (n_days + 1) * sizeof *q->change);
    memset(q->day, 0, (n_days + 1) * sizeof *q->day);
    return q;
}

static void keep_wait(struct queue_table *q, size_t day, int64_t hours)
{
    struct wait *more;

    if (q->n_waits == q->room) {
        more = arena_array(q->a, q->room ? 2 * q->room : 256, sizeof *more);
        q->full |= !more;
        if (!more)
            return;
        if (q->n_waits)
            memcpy(more, q->wait, q->n_waits * sizeof *more);
        q->wait = more;
        q->room = q->room ? 2 * q->room : 256;
    }
    q->wait[q->n_waits++] = (struct wait){ day, hours };
}

/* The day of a time; false: before the first. *day is n_days when it is after the last. */
static bool day_at(const struct queue_table *q, unix_time at, size_t *day)
{
    int64_t d = (int64_t)date_to_days(date_of_time(at + q->utc_offset)) - q->first;

    *day = d < 0 ? 0 : d < (int64_t)q->n_days ? (size_t)d : q->n_days;
    return d >= 0;
}

void queue_turn(struct queue_table *q, const struct turn *t, bool waits, bool ended)
{
    size_t day;
    bool within = day_at(q, t->at, &day);

    if (!q->begun || q->of != t->of) {
        q->of = t->of;
        q->begun = true;
        q->waits = false;
    }
    if (waits && !q->waits) {
        q->since = t->at;
        q->day[day].came += within;
    }
    if (!waits && q->waits && ended && within) {
        q->day[day].decided++;
        keep_wait(q, day, t->at > q->since ? (t->at - q->since) / 3600 : 0);
    }
    if (within)
        q->change[day] += waits - q->waits;
    else
        q->before += waits - q->waits;
    q->waits = waits;
}

static int by_day(const void *a, const void *b)
{
    const struct wait *x = a, *y = b;

    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    return x->hours < y->hours ? -1 : x->hours > y->hours;
}

/* The smallest that so many of a hundred are not above. */
static int64_t share(const struct wait *x, size_t n, size_t hundredths)
{
    return x[(n * hundredths + 99) / 100 - 1].hours;
}

bool queue_days(struct queue_table *q, const struct queue_day **ret, struct why *w)
{
    int64_t waiting = q->before;
    size_t at = 0, n;

    if (q->full)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (q->n_waits)
        qsort(q->wait, q->n_waits, sizeof *q->wait, by_day);
    for (size_t d = 0; d < q->n_days; d++, at += n) {
        struct queue_day *x = &q->day[d];

        waiting += q->change[d];
        x->waiting = waiting;
        for (n = 0; at + n < q->n_waits && q->wait[at + n].day == d; n++)
            ;
        x->middle = n < LIMIT_TOLD_LEAST ? -1 : share(q->wait + at, n, 50);
        x->slow = n < LIMIT_TOLD_LEAST ? -1 : share(q->wait + at, n, 95);
    }
    *ret = q->day;
    return true;
}

static bool application_turn(void *ctx, const struct turn *t)
{
    bool waits = span_eq_str(t->word, application_step_word(STEP_SUBMITTED));
    bool decided = span_eq_str(t->word, application_step_word(STEP_GRANTED)) ||
                   span_eq_str(t->word, application_step_word(STEP_DECLINED));

    queue_turn(ctx, t, waits, decided);
    return true;
}

static bool complaint_turn(void *ctx, const struct turn *t)
{
    static const char *const waiting[] = { "received", "acknowledged", "in-review", "appealed", NULL };
    bool waits = false;

    for (size_t i = 0; waiting[i]; i++)
        waits |= span_eq_str(t->word, waiting[i]);
    queue_turn(ctx, t, waits, span_eq_str(t->word, "answered") || span_eq_str(t->word, "decided"));
    return true;
}

static void put_hours(struct json_writer *j, const char *key, int64_t hours)
{
    if (hours < 0)
        jw_null(j, key);
    else
        jw_int(j, key, hours);
}

static bool put_queue(struct json_writer *j, const char *key, struct queue_table *q, struct why *w)
{
    const struct queue_day *day = NULL;
    char text[DATE_TEXT];

    if (!queue_days(q, &day, w))
        return false;
    jw_array(j, key);
    for (size_t d = 0; day && d < q->n_days; d++) {
        jw_object(j, NULL);
        jw_str(j, "day", date_format(date_from_days(q->first + (day_number)d), text));
        jw_int(j, "waiting", day[d].waiting);
        jw_int(j, "came", day[d].came);
        jw_int(j, "decided", day[d].decided);
        put_hours(j, "middle_hours", day[d].middle);
        put_hours(j, "slow_hours", day[d].slow);
        jw_object_end(j);
    }
    jw_array_end(j);
    return true;
}

/* ---- gates ---- */

struct gate_day {
    bool counted, seen; /* seen: somebody told how many wait */
    int64_t arrived, gone, longest;
};

/* One place at a time, written out when the next one comes. */
struct gates {
    struct json_writer *j;
    day_number first;
    size_t n_days;
    int32_t utc_offset;
    char place[PLACE];
    struct gate_day day[LIMIT_STATISTICS_DAYS];
};

static void put_number(struct json_writer *j, const char *key, bool known, int64_t n)
{
    if (known)
        jw_int(j, key, n);
    else
        jw_null(j, key);
}

static void end_gate(struct gates *g)
{
    char text[DATE_TEXT];

    for (size_t d = 0; g->place[0] && d < g->n_days; d++) {
        const struct gate_day *x = &g->day[d];

        jw_object(g->j, NULL);
        jw_str(g->j, "day", date_format(date_from_days(g->first + (day_number)d), text));
        jw_str(g->j, "place", g->place);
        put_number(g->j, "arrived", x->counted, x->arrived);
        put_number(g->j, "gone", x->counted, x->gone);
        put_number(g->j, "longest", x->seen, x->longest);
        jw_object_end(g->j);
    }
}

static bool count_gate(void *ctx, const struct waiting_count *c)
{
    struct gates *g = ctx;
    int64_t d = (int64_t)date_to_days(date_of_time(c->at + g->utc_offset)) - g->first;
    struct gate_day *x;

    if (d < 0 || d >= (int64_t)g->n_days || !c->place.n || c->place.n >= sizeof g->place)
        return true;
    if (!span_eq_str(c->place, g->place)) {
        end_gate(g);
        memset(g->day, 0, sizeof g->day);
        memcpy(g->place, c->place.p, c->place.n);
        g->place[c->place.n] = 0;
    }
    x = &g->day[d];
    x->counted = true;
    x->arrived += c->arrived;
    x->gone += c->gone;
    x->longest = c->has_queue && c->queue > x->longest ? c->queue : x->longest;
    x->seen |= c->has_queue;
    return true;
}

static bool put_gates(struct json_writer *j, const struct statistics_place *p, struct date from,
                      struct date today, struct why *w)
{
    struct gates g = { .j = j,
                       .first = date_to_days(from),
                       .n_days = (size_t)(date_to_days(today) - date_to_days(from)),
                       .utc_offset = p->utc_offset };

    jw_array(j, "posts");
    if (!store_each_waiting(p->store, time_of_date(from) - p->utc_offset, time_of_date(today) - p->utc_offset,
                            count_gate, &g, w))
        return false;
    end_gate(&g);
    jw_array_end(j);
    return true;
}

bool queue_statistics(const struct statistics_place *p, int64_t days, struct arena *a, struct buffer *out,
                      struct why *w)
{
    struct date today = date_of_time(p->now + p->utc_offset), from;
    struct json_writer j = json_to(out);
    struct queue_table *apply, *complain;
    unix_time to = time_of_date(today) - p->utc_offset;
    char text[DATE_TEXT];

    if (days < 1 || days > LIMIT_STATISTICS_DAYS)
        return why_set(w, "query", WHY_NO_OFFSET, NULL, "days: 1 to %d", LIMIT_STATISTICS_DAYS);
    from = date_add_days(today, -(int)days);
    apply = queue_new(date_to_days(from), (size_t)days, p->utc_offset, a);
    complain = queue_new(date_to_days(from), (size_t)days, p->utc_offset, a);
    if (!apply || !complain)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!store_each_turn(p->store, TURNS_APPLICATIONS, to, application_turn, apply, w) ||
        !store_each_turn(p->store, TURNS_COMPLAINTS, to, complaint_turn, complain, w))
        return false;
    jw_object(&j, NULL);
    jw_text(&j, "member", p->member);
    jw_str(&j, "from", date_format(from, text));
    jw_str(&j, "to", date_format(date_add_days(today, -1), text));
    if (!put_queue(&j, "applications", apply, w) || !put_queue(&j, "complaints", complain, w) ||
        !put_gates(&j, p, from, today, w))
        return false;
    jw_object_end(&j);
    return buf_ok(out) || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the counts are too long");
}

/* The forecast: explainable in three sentences (waiting.h), and a queue that is let run. */
#include <math.h>

#include "service/travel/waiting.h"

enum { HOUR = 3600, LEVEL_HOURS = 4, PARTS = 4, LEAST_HOURS = 48 };

static const double NEWEST = 0.35, WEARS_OFF = 6.0,
                    ENDS = 1.2816; /* of a normal distribution: 80 % between */

void waiting_history_of(const struct waiting_count *c, size_t n, unix_time now, struct waiting_history *out)
{
    unix_time end = now / HOUR * HOUR;
    double queue = 0;
    size_t last = 0;

    memset(out, 0, sizeof *out);
    out->n = (size_t)WAITING_WEEKS * WAITING_WEEK;
    out->first = end - (unix_time)out->n * HOUR;
    for (size_t i = 0; i < n && c[i].at < end; i++) {
        struct waiting_hour *h;

        queue += (double)(c[i].arrived - c[i].gone);
        queue = c[i].has_queue ? (double)c[i].queue : queue < 0 ? 0 : queue;
        if (c[i].at < out->first)
            continue;
        last = (size_t)((c[i].at - out->first) / HOUR);
        h = &out->hour[last];
        h->known = true;
        h->arrived += (double)c[i].arrived;
        h->gone += (double)c[i].gone;
        h->queue = queue;
    }
}

double waiting_pace(const struct waiting_history *h, double capacity)
{
    double sum = 0, weight = 0, w = 1;

    for (size_t i = h->n; i-- > 1 && weight < 40;) {
        if (!h->hour[i].known || !h->hour[i - 1].known || h->hour[i].queue < 1 || h->hour[i - 1].queue < 1 ||
            h->hour[i].gone < 1) /* closed, or nobody waited */
            continue;
        sum += w * h->hour[i].gone;
        weight += w;
        w *= 0.97;
    }
    return weight < 3 ? capacity : sum / weight;
}

struct profile {
    double mean[WAITING_WEEK], spread[WAITING_WEEK]; /* spread: of what came, a standard deviation */
    double level;                                    /* of the last hours against it */
};

static size_t hour_of_week(const struct post *p, unix_time t)
{
    int weekday = 0, minute = post_minute(p, t, &weekday);

    return (size_t)(weekday * 24 + minute / 60);
}

/* Weeks are taken oldest first; an hour of the week that was never seen has the mean of its neighbours' days.
 */
static bool make_profile(const struct waiting_history *h, const struct post *p, struct profile *out)
{
    double weight[WAITING_WEEK] = { 0 }, day[24] = { 0 }, days[24] = { 0 }, seen = 0, came = 0, usual = 0,
           relative = 0, relatives = 0;

    *out = (struct profile){ .level = 1 };
    for (size_t i = 0; i < h->n; i++) {
        size_t k = hour_of_week(p, h->first + (unix_time)i * HOUR);
        double x = h->hour[i].arrived, off;

        if (!h->hour[i].known)
            continue;
        seen++;
        day[k % 24] += x;
        days[k % 24]++;
        if (weight[k] == 0) {
            out->mean[k] = x;
            weight[k] = 1;
            continue;
        }
        off = x - out->mean[k];
        if (out->mean[k] >= 1) {
            relative += off * off / out->mean[k];
            relatives++;
        }
        weight[k] = weight[k] * (1 - NEWEST) + 1;
        out->mean[k] += off / weight[k];
    }
    for (size_t k = 0; k < WAITING_WEEK; k++) {
        if (weight[k] == 0)
            out->mean[k] = days[k % 24] > 0 ? day[k % 24] / days[k % 24] : 0;
        out->spread[k] = sqrt((relatives > 0 ? relative / relatives : 1) * (out->mean[k] + 0.5));
    }
    for (size_t i = h->n - LEVEL_HOURS; i < h->n; i++) {
        if (!h->hour[i].known)
            continue;
        came += h->hour[i].arrived;
        usual += out->mean[hour_of_week(p, h->first + (unix_time)i * HOUR)];
    }
    /* Few arrivals say little: ten of the usual are put to both. */
    out->level = fmin(3, fmax(0.3, (came + 10) / (usual + 10)));
    return seen >= LEAST_HOURS;
}

/* One course of events: arrivals z spreads away from the expected ones. minutes[i]: for who comes in hour i.
 */
static void let_run(const struct profile *f, const struct post *p, const struct gate *g, unix_time begin,
                    double queue, double pace, const double *booked, size_t hours, double z, double *arrivals,
                    double *minutes)
{
    double cum_in[WAITING_AHEAD * PARTS + 1] = { 0 }, cum_out[(WAITING_AHEAD + 48) * PARTS + 1] = { 0 };
    size_t n = hours * PARTS, far = (hours + 48) * PARTS, k = 0;

    cum_in[0] = queue;
    cum_out[0] = 0;
    for (size_t i = 0; i < far; i++) {
        unix_time t = begin + (unix_time)i * HOUR / PARTS;
        double in = i < n ? cum_in[i] : cum_in[n], room = in - cum_out[i];

        if (i < n) {
            size_t w = hour_of_week(p, t), hour = i / PARTS;
            double level = 1 + (f->level - 1) * exp(-(double)hour / WEARS_OFF);
            double a = fmax(0, f->mean[w] * level + z * f->spread[w] * 0.6);

            if (booked && a < booked[hour])
                a = booked[hour];
            arrivals[hour] = a;
            cum_in[i + 1] = in + a / PARTS;
            room += a / PARTS;
        }
        cum_out[i + 1] = cum_out[i] + (gate_is_open(p, g, t) ? fmin(room, pace / PARTS) : 0);
    }
    for (size_t i = 0; i < hours; i++) {
        size_t from = i * PARTS + PARTS / 2;
        double want = cum_in[from];

        k = k < from ? from : k;
        while (k < far && cum_out[k] < want - 1e-6)
            k++;
        /* Within the step in which the last of them is served. */
        if (k > from && cum_out[k] > cum_out[k - 1])
            minutes[i] = ((double)(k - 1 - from) + (want - cum_out[k - 1]) / (cum_out[k] - cum_out[k - 1])) *
                         60 / PARTS;
        else
            minutes[i] = (double)(k - from) * 60 / PARTS;
        if (minutes[i] < 0)
            minutes[i] = 0;
    }
}

bool waiting_ahead(const struct waiting_history *h, const struct post *p, const struct gate *g, double queue,
                   const double *booked, size_t hours, struct waiting_forecast *out)
{
    double arrivals[WAITING_AHEAD] = { 0 }, minutes[3][WAITING_AHEAD] = { { 0 } }, other[WAITING_AHEAD],
           pace = waiting_pace(h, g->capacity);
    unix_time begin = h->first + (unix_time)h->n * HOUR;
    struct profile f;

    if (hours < 1 || hours > WAITING_AHEAD || !make_profile(h, p, &f))
        return false;
    let_run(&f, p, g, begin, queue, pace, booked, hours, 0, arrivals, minutes[0]);
    let_run(&f, p, g, begin, queue, pace * 1.05, booked, hours, -ENDS, other, minutes[1]);
    let_run(&f, p, g, begin, queue, pace * 0.95, booked, hours, ENDS, other, minutes[2]);
    for (size_t i = 0; i < hours; i++)
        out[i] = (struct waiting_forecast){ .at = begin + (unix_time)i * HOUR,
                                            .arrivals = arrivals[i],
                                            .minutes = fmin(minutes[0][i], WAITING_LONGEST),
                                            .low = fmin(minutes[1][i], WAITING_LONGEST),
                                            .high = fmin(minutes[2][i], WAITING_LONGEST) };
    return true;
}

/*
 * The forecast of waiting against two naive ones, "as now" and "as a week ago", over synthetic posts: mean
 * error in minutes for 1, 3, 6, 24 and 72 hours ahead, and how often the truth lay between low and high. The
 * posts have hours, days and a season of their own, days that differ as a whole, rushes that nobody
 * announced, lanes that are shut for a while, and counts of single vehicles.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "service/travel/waiting.h"

enum {
    HOUR = 3600,
    WEEKS = 16,
    HOURS = WEEKS * WAITING_WEEK,
    POSTS = 12,
    AHEAD = 72,
    FIRST = 8 * WAITING_WEEK
};

static const unix_time BEGIN = 1798761600; /* 2027-01-01T00:00:00Z */

static uint64_t seed;

static double any(void)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(seed >> 11) / 9007199254740992.0;
}

static double normal(void)
{
    return sqrt(-2 * log(any() + 1e-12)) * cos(6.283185307 * any());
}

static double poisson(double mean)
{
    double n = mean + sqrt(mean) * normal();

    return mean <= 0 || n < 0 ? 0 : floor(n + 0.5);
}

struct post_course {
    double arrived[HOURS], gone[HOURS], queue[HOURS], wait[HOURS]; /* wait: of who comes at half past */
    double capacity;
};

/* Hour by hour; the wait is found by letting it run on. */
static void make_course(struct post_course *c)
{
    static double out[HOURS + 1], in[HOURS + 1];
    double peak = 8 + 10 * any(), width = 2 + 3 * any(), busy[7], day_level = 0, rush = 0, lanes = 1,
           base = 20 + 40 * any();

    for (int d = 0; d < 7; d++)
        busy[d] = 0.6 + 0.8 * any();
    c->capacity = base * (1.15 + 0.25 * any());
    in[0] = out[0] = 0;
    for (size_t i = 0; i < HOURS; i++) {
        double hour = (double)(i % 24),
               shape = 0.35 + 1.1 * exp(-(hour - peak) * (hour - peak) / (2 * width * width));
        double before = i ? c->queue[i - 1] : 0, mean;

        if (i % 24 == 0)
            day_level = 0.6 * day_level + 0.18 * normal();
        if (any() < 1.0 / 200) /* a feast over there, another post is shut */
            rush = 1.2;
        rush *= 0.85;
        if (any() < 1.0 / 100)
            lanes = 0.6;
        else if (any() < 1.0 / 6)
            lanes = 1;
        mean =
            base * shape * busy[i / 24 % 7] * exp(day_level) * (1 + 0.2 * sin((double)i / 900)) * (1 + rush);
        c->arrived[i] = poisson(mean);
        c->gone[i] = fmin(before + c->arrived[i], poisson(c->capacity * lanes));
        c->queue[i] = before + c->arrived[i] - c->gone[i];
        in[i + 1] = in[i] + c->arrived[i];
        out[i + 1] = out[i] + c->gone[i];
    }
    for (size_t i = 0; i < HOURS; i++) {
        double want = (in[i] + in[i + 1]) / 2;
        size_t k = i;

        while (k < HOURS && out[k + 1] < want)
            k++;
        c->wait[i] = k == HOURS ? 0
                                : ((double)k - (double)i - 0.5 +
                                   (out[k + 1] > out[k] ? (want - out[k]) / (out[k + 1] - out[k]) : 0)) *
                                      60;
        c->wait[i] = fmax(0, fmin(c->wait[i], WAITING_LONGEST));
    }
}

struct errors {
    double ours, now, week, inside, n;
};

static void measure(const struct post_course *c, const struct post *p, struct errors *e, const int *ahead,
                    size_t n_ahead)
{
    static struct waiting_history h;
    static struct waiting_forecast f[AHEAD + 1];
    struct gate g = p->gate[0];

    g.capacity = (int)c->capacity;
    for (size_t at = FIRST; at + AHEAD + 96 < HOURS; at += 5) {
        h.n = WAITING_WEEKS * WAITING_WEEK;
        h.first = BEGIN + (unix_time)at * HOUR - (unix_time)h.n * HOUR;
        for (size_t i = 0; i < h.n; i++) {
            int64_t k = (int64_t)at - (int64_t)h.n + (int64_t)i;

            h.hour[i] = (struct waiting_hour){ 0 };
            if (k >= 0)
                h.hour[i] = (struct waiting_hour){ true, c->arrived[k], c->gone[k], c->queue[k] };
        }
        if (!waiting_ahead(&h, p, &g, c->queue[at - 1], NULL, AHEAD + 1, f))
            abort();
        for (size_t i = 0; i < n_ahead; i++) {
            size_t k = at + (size_t)ahead[i] - 1;
            const struct waiting_forecast *x = &f[ahead[i] - 1];
            double truth = c->wait[k];

            e[i].ours += fabs(x->minutes - truth);
            /* What the board said an hour ago: the queue over the pace. */
            e[i].now += fabs(c->queue[at - 1] / c->capacity * 60 - truth);
            e[i].week += fabs(c->wait[k - WAITING_WEEK] - truth);
            e[i].inside += truth >= x->low - 1 && truth <= x->high + 1;
            e[i].n++;
        }
    }
}

struct once {
    struct waiting_history h;
    struct post p;
    struct waiting_forecast f[24];
};

static void one_forecast(void *ctx, size_t n)
{
    struct once *o = ctx;

    for (size_t i = 0; i < n; i++)
        if (!waiting_ahead(&o->h, &o->p, &o->p.gate[0], 20, NULL, 24, o->f))
            abort();
}

int main(int argc, char **argv)
{
    static const int ahead[] = { 1, 3, 6, 24, 72 };
    enum { N = sizeof ahead / sizeof *ahead };
    static struct post_course c;
    static struct once o;
    struct errors e[N] = { { 0 } };
    struct post p = { .id = "x", .n_gates = 1, .gate = { { .capacity = 60, .slot = 30 } } };

    bench_init(argc, argv);
    for (int i = 0; i < POSTS; i++) {
        seed = (uint64_t)i * 977 + 5;
        for (int k = 0; k < 10; k++)
            (void)any();
        make_course(&c);
        measure(&c, &p, e, ahead, N);
    }
    for (size_t i = 0; i < N; i++) {
        char name[64];
        const struct bench_column column[] = { { "error", e[i].ours / e[i].n, "min" },
                                               { "as now", e[i].now / e[i].n, "min" },
                                               { "as a week ago", e[i].week / e[i].n, "min" },
                                               { "of the better", e[i].ours / fmin(e[i].now, e[i].week), "" },
                                               { "within", 100 * e[i].inside / e[i].n, "%" } };

        (void)snprintf(name, sizeof name, "waiting, %d h ahead", ahead[i]);
        bench_row(name, column, sizeof column / sizeof *column, NULL);
    }
    o.p = p;
    o.h.n = WAITING_WEEKS * WAITING_WEEK;
    o.h.first = BEGIN;
    for (size_t i = 0; i < o.h.n; i++)
        o.h.hour[i] = (struct waiting_hour){ true, c.arrived[i], c.gone[i], c.queue[i] };
    (void)bench_time("forecast of 24 hours", one_forecast, &o);
    return 0;
}

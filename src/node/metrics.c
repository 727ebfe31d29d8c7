#include "node/metrics.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "agreement/agreement.h"
#include "base/text.h"

enum { LABEL_MAX = 64, CUT_OFF = METRIC_STATUSES - 1, OTHER = METRIC_STATUSES - 2 };

/* What a node answers with; anything else counts as "other". */
static const unsigned statuses[] = { 200, 201, 202, 204, 304, 400, 401, 403, 404, 405, 408,
                                     409, 410, 413, 415, 421, 422, 429, 500, 502, 503, 504 };

_Static_assert(sizeof statuses / sizeof *statuses == OTHER, "a place for each status");

/* Upper bounds in microseconds: a check is 0.1 to 5 ms, one of pictures a second. */
static const uint64_t bounds[METRIC_BUCKETS] = { 250,   500,    1000,   2500,    5000,    10000,
                                                 25000, 100000, 250000, 1000000, 2500000, 10000000 };

static size_t status_place(unsigned status)
{
    for (size_t i = 0; i < OTHER; i++)
        if (statuses[i] == status)
            return i;
    return OTHER;
}

static void add(_Atomic uint64_t *n, uint64_t more)
{
    atomic_fetch_add_explicit(n, more, memory_order_relaxed);
}

static uint64_t read_count(const _Atomic uint64_t *n)
{
    return atomic_load_explicit(n, memory_order_relaxed);
}

void metrics_request(struct metrics *m, size_t operation, unsigned status, bool cut_off, uint64_t took_us)
{
    struct metric_operation *o =
        &m->operation[operation < METRIC_OPERATIONS ? operation : METRIC_OPERATIONS - 1];
    size_t b = 0;

    while (b < METRIC_BUCKETS && took_us > bounds[b])
        b++;
    add(&o->status[cut_off ? CUT_OFF : status_place(status)], 1);
    add(&o->bucket[b], 1);
    add(&o->microseconds, took_us);
}

void metrics_outcome(struct metrics *m, enum metric_check of, unsigned outcome)
{
    if (outcome < METRIC_OUTCOMES)
        add(&m->outcome[of][outcome], 1);
}

void metric_family(struct buffer *out, const char *name, const char *type, const char *help)
{
    buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put_label(struct buffer *out, struct span v)
{
    size_t n = v.n > LABEL_MAX ? LABEL_MAX : v.n;

    n = utf8_valid_to(span_sub(v, 0, n));
    for (size_t i = 0; i < n; i++) {
        if (v.p[i] == '\n')
            buf_str(out, "\\n");
        else if (v.p[i] == '"' || v.p[i] == '\\')
            buf_printf(out, "\\%c", v.p[i]);
        else
            buf_u8(out, v.p[i] < 0x20 || v.p[i] == 0x7f ? ' ' : v.p[i]);
    }
}

static void put_number(struct buffer *out, double number)
{
    if (number == floor(number) && fabs(number) < 1e15)
        buf_decimal(out, (int64_t)number);
    else
        buf_printf(out, "%.6f", number);
    buf_u8(out, '\n');
}

void metric_put(struct buffer *out, const char *name, const char *label, const char *value, double number)
{
    buf_str(out, name);
    if (label) {
        buf_printf(out, "{%s=\"", label);
        put_label(out, span_str(value));
        buf_str(out, "\"}");
    }
    buf_u8(out, ' ');
    put_number(out, number);
}

static void put_statuses(const struct metrics *m, const char *(*name)(size_t), struct buffer *out)
{
    metric_family(out, "serai_requests_total", "counter",
                  "Requests by operation and status; cut-off: the client left before it had the answer.");
    for (size_t i = 0; name(i); i++) {
        for (size_t s = 0; s < METRIC_STATUSES; s++) {
            uint64_t n = read_count(&m->operation[i].status[s]);

            if (n == 0)
                continue;
            buf_printf(out, "serai_requests_total{operation=\"%s\",status=\"", name(i));
            if (s < OTHER)
                buf_decimal(out, statuses[s]);
            else
                buf_str(out, s == OTHER ? "other" : "cut-off");
            buf_printf(out, "\"} %" PRIu64 "\n", n);
        }
    }
}

static void put_histogram(const struct metric_operation *o, const char *name, struct buffer *out)
{
    uint64_t n[METRIC_BUCKETS + 1], sum = 0;

    for (size_t b = 0; b <= METRIC_BUCKETS; b++)
        sum += n[b] = read_count(&o->bucket[b]);
    if (sum == 0)
        return;
    sum = 0;
    for (size_t b = 0; b < METRIC_BUCKETS; b++) {
        sum += n[b];
        buf_printf(out, "serai_request_seconds_bucket{operation=\"%s\",le=\"%g\"} %" PRIu64 "\n", name,
                   (double)bounds[b] / 1e6, sum);
    }
    sum += n[METRIC_BUCKETS];
    buf_printf(out, "serai_request_seconds_bucket{operation=\"%s\",le=\"+Inf\"} %" PRIu64 "\n", name, sum);
    buf_printf(out, "serai_request_seconds_sum{operation=\"%s\"} %.6f\n", name,
               (double)read_count(&o->microseconds) / 1e6);
    buf_printf(out, "serai_request_seconds_count{operation=\"%s\"} %" PRIu64 "\n", name, sum);
}

static void put_outcomes(const struct metrics *m, struct buffer *out)
{
    static const char *const family[] = { "serai_checks_total", "serai_licence_checks_total" };
    static const struct {
        enum metric_check of;
        enum outcome outcome;
    } known[] = { { METRIC_TRAVELLER, OUTCOME_ADMIT },    { METRIC_TRAVELLER, OUTCOME_REFER },
                  { METRIC_LICENCE, OUTCOME_RECOGNISED }, { METRIC_LICENCE, OUTCOME_RESTRICTED },
                  { METRIC_LICENCE, OUTCOME_REFER },      { METRIC_LICENCE, OUTCOME_NOT_RECOGNISED } };
    size_t n = sizeof known / sizeof *known;

    for (size_t i = 0; i < n; i++) {
        if (i == 0 || known[i].of != known[i - 1].of)
            metric_family(out, family[known[i].of], "counter",
                          known[i].of == METRIC_TRAVELLER
                              ? "Checks of travellers answered, by outcome."
                              : "Checks of driving licences answered, by outcome.");
        metric_put(out, family[known[i].of], "outcome", outcome_word(known[i].outcome),
                   (double)read_count(&m->outcome[known[i].of][known[i].outcome]));
    }
}

void metrics_put_counted(const struct metrics *m, const char *(*name)(size_t operation), struct buffer *out)
{
    put_statuses(m, name, out);
    metric_family(out, "serai_request_seconds", "histogram",
                  "Time from a request's first byte to its answer.");
    for (size_t i = 0; name(i); i++)
        put_histogram(&m->operation[i], name(i), out);
    put_outcomes(m, out);
}

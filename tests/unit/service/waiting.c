/* Waiting: queues out of counts, silence, both sides together, and the hours ahead. */
#include "service/travel/waiting.h"

#include <math.h>
#include <stdlib.h>

#include "../store/fixture.h"
#include "base/text.h"
#include "crypto/node_key.h"

enum { HOUR = 3600, DAY = 86400, WEEK = 7 * DAY };

static const unix_time MONDAY = 1805056200; /* 2027-03-15T00:00 at +03:30, on a quarter of an hour */
static struct arena arena;
static struct posts posts;
static struct why why;

static int set_up(void **state)
{
    (void)state;
    assert_true(node_crypto_init());
    arena_init(&arena, 512 << 20);
    why_clear(&why);
    assert_true(
        posts_parse(SPAN("post sarakhs\nzone +03:30\nneighbour TM serahs\ngate exit lorry\ncapacity 40\nopen "
                         "06:00-22:00\ngate entry car\ncapacity 60\n"),
                    &arena, &posts, &why));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct waiting_side side(const struct waiting_count *c, size_t n, unix_time now)
{
    struct waiting_side s;

    waiting_side_of(c, n, &posts.post[0], &posts.post[0].gate[1], now, &s);
    return s;
}

static void queue_of_counts(void **state)
{
    const struct waiting_count c[] = {
        { .at = MONDAY, .minutes = 15, .arrived = 20, .gone = 5 },
        { .at = MONDAY + 900, .minutes = 15, .arrived = 10, .gone = 15 },
        { .at = MONDAY + 1800, .minutes = 15, .arrived = 5, .gone = 15 },
        { .at = MONDAY + 2700, .minutes = 15, .arrived = 25, .gone = 15 },
    };
    struct waiting_side s = side(c, 4, MONDAY + HOUR);

    (void)state;
    assert_true(s.known && s.timed);
    assert_int_equal(s.queue, 10);
    assert_int_equal(s.minutes, 10); /* 60 an hour were served while somebody waited */
    assert_int_equal(s.arrived_hour, 60);
    s = side(c, 0, MONDAY);
    assert_false(s.counted || s.known || s.timed);
}

static void never_below_nothing(void **state)
{
    struct waiting_count c[] = { { .at = MONDAY, .minutes = 15, .arrived = 2, .gone = 9 },
                                 { .at = MONDAY + 900, .minutes = 15, .arrived = 4, .gone = 1 } };

    (void)state;
    assert_int_equal(side(c, 2, MONDAY + 1800).queue, 3); /* seven came that nobody counted */
    c[1].has_queue = true;
    c[1].queue = 50;
    assert_int_equal(side(c, 2, MONDAY + 1800).queue, 50); /* somebody looked */
}

static void silent(void **state)
{
    const struct waiting_count c = { .at = MONDAY, .minutes = 15, .arrived = 9, .gone = 0 };
    struct waiting_side s = side(&c, 1, MONDAY + 900 + WAITING_SILENT);

    (void)state;
    assert_true(s.known);
    s = side(&c, 1, MONDAY + 901 + WAITING_SILENT);
    assert_false(s.known || s.timed);
    assert_int_equal(s.as_of, MONDAY + 900); /* unknown since then */
}

static void together(void **state)
{
    const struct waiting_side
        known = { .counted = true, .known = true, .timed = true, .as_of = 1000, .minutes = 30 },
        later = { .counted = true, .known = true, .timed = true, .as_of = 900, .minutes = 12 },
        gone = { .counted = true, .as_of = 100 };
    struct waiting_both b;

    (void)state;
    waiting_combine(&known, &later, true, &b);
    assert_true(b.known && !b.at_least);
    assert_int_equal(b.minutes, 42);
    assert_int_equal(b.as_of, 900); /* the older of both */
    waiting_combine(&known, &gone, true, &b);
    assert_true(!b.known && b.at_least);
    assert_int_equal(b.minutes, 30);
    assert_int_equal(b.unknown_since, 100);
    waiting_combine(&gone, &gone, true, &b);
    assert_true(!b.known && !b.at_least);
    waiting_combine(&known, &gone, false, &b); /* nobody over there */
    assert_true(b.known);
}

static void records(void **state)
{
    static const char *const bad[] = {
        "",
        "[]",
        "{}",
        "{\"place\":\"a\",\"at\":\"2027-03-15T00:00:00Z\"}",
        "{\"place\":\"a\",\"at\":\"x\",\"minutes\":15}",
        "{\"place\":\"a\",\"at\":\"2027-03-15T00:00:00Z\",\"minutes\":15,\"arrived\":-1}",
        "{\"place\":\"a\",\"at\":\"2027-03-15T00:00:00Z\",\"minutes\":15,\"gone\":1e9}"
    };
    const struct waiting_count c = { .place = SPAN("sarakhs/exit/lorry"),
                                     .at = MONDAY,
                                     .minutes = 15,
                                     .arrived = 3,
                                     .gone = 2,
                                     .has_queue = true,
                                     .queue = 7 };
    struct waiting_count got = { 0 };
    struct buffer b;

    (void)state;
    buf_init(&b, 4096);
    assert_true(waiting_record_put(&c, &b, &why));
    assert_true(waiting_record_parse(buf_span(&b), &arena, &got, &why));
    assert_true(span_eq(got.place, c.place) && got.at == c.at && got.arrived == 3 && got.gone == 2 &&
                got.queue == 7);
    buf_free(&b);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        got.gone = 99;
        if (waiting_record_parse(span_str(bad[i]), &arena, &got, &why))
            fail_msg("taken: %s", bad[i]);
        assert_int_equal(got.gone, 99); /* untouched */
    }
}

static void over_there(void **state)
{
    (void)state;
    assert_true(span_eq_str(waiting_over_there(&posts.post[0], &posts.post[0].gate[0], &arena),
                            "serahs/entry/lorry"));
    assert_true(
        span_eq_str(waiting_over_there(&posts.post[0], &posts.post[0].gate[1], &arena), "serahs/exit/car"));
}

static void counted_in_the_store(void **state)
{
    struct waiting_count c = { .place = SPAN("sarakhs/exit/lorry"),
                               .at = MONDAY,
                               .minutes = 15,
                               .arrived = 3 },
                         *got;
    struct place place;
    struct store *s;
    size_t n = 0;

    (void)state;
    place_make(&place);
    s = open_place(&place);
    assert_true(store_waiting_add(s, &c, &why));
    c.arrived = 0;
    c.gone = 2;
    assert_true(store_waiting_add(s, &c, &why)); /* added up */
    assert_true(store_waiting_due(s, MONDAY, 10, &arena, &got, &n, &why));
    assert_int_equal(n, 0); /* its period goes on */
    assert_true(store_waiting_due(s, MONDAY + 900, 10, &arena, &got, &n, &why));
    assert_int_equal(n, 1);
    assert_true(got[0].arrived == 3 && got[0].gone == 2 && !got[0].has_queue);
    assert_true(store_waiting_published(s, c.place, MONDAY, &why));
    assert_true(store_waiting_due(s, MONDAY + 900, 10, &arena, &got, &n, &why));
    assert_int_equal(n, 0);
    c.member = SPAN("TM");
    assert_true(store_waiting_put(s, &c, &why));
    assert_true(store_waiting_put(s, &c, &why)); /* told twice: once */
    assert_true(store_waiting_of(s, SPAN("TM"), c.place, 0, &arena, &got, &n, &why));
    assert_true(n == 1 && got[0].gone == 2);
    c.gone = -1;
    assert_false(store_waiting_put(s, &c, &why));
    assert_true(
        store_waiting_of(s, (struct span){ NULL, 0 }, SPAN("sarakhs/exit/lorry"), 0, &arena, &got, &n, &why));
    assert_int_equal(n, 1);
    store_close(s);
    place_remove(&place);
}

/* Eight weeks of the same: what comes in an hour is the hour's, and the queue follows. */
static void steady(void **state)
{
    static struct waiting_history h;
    struct waiting_forecast f[48];
    const struct post *p = &posts.post[0];
    const struct gate *g = &p->gate[1]; /* always open, 60 an hour */

    (void)state;
    h.n = WAITING_WEEKS * WAITING_WEEK;
    h.first = MONDAY - (unix_time)h.n * HOUR;
    for (size_t i = 0; i < h.n; i++) {
        size_t hour = i % 24;

        h.hour[i] = (struct waiting_hour){ .known = true, .arrived = hour >= 8 && hour < 12 ? 90 : 20 };
        h.hour[i].gone = 60;
        h.hour[i].queue = 0;
    }
    assert_true(waiting_ahead(&h, p, g, 0, NULL, 48, f));
    for (size_t i = 0; i < 48; i++) {
        assert_true(f[i].low <= f[i].minutes + 0.01 && f[i].minutes <= f[i].high + 0.01);
        if (i % 24 < 8)
            assert_true(f[i].minutes < 1);
    }
    /* 30 too many an hour for four hours: 120 wait, 120 minutes. */
    assert_true(f[11].minutes > 80 && f[11].minutes < 130);
    assert_true(f[20].minutes < 1);
    /* Slots that are booked come, whatever was usual. */
    {
        double booked[48] = { 0 };

        booked[2] = 180;
        assert_true(waiting_ahead(&h, p, g, 0, booked, 48, f));
        assert_true(f[3].minutes > 60);
    }
}

static void shut(void **state)
{
    static struct waiting_history h;
    struct waiting_forecast f[24];
    const struct post *p = &posts.post[0];

    (void)state;
    h.n = WAITING_WEEKS * WAITING_WEEK;
    h.first = MONDAY - (unix_time)h.n * HOUR;
    for (size_t i = 0; i < h.n; i++)
        h.hour[i] = (struct waiting_hour){ .known = true, .arrived = 10, .gone = 10 };
    assert_true(waiting_ahead(&h, p, &p->gate[0], 0, NULL, 24, f));
    assert_true(f[0].minutes > 5 * 60 && f[0].minutes < 7 * 60); /* it is midnight: opens at six */
    assert_true(f[12].minutes < 10);
}

static void too_little(void **state)
{
    static struct waiting_history h;
    struct waiting_forecast f[24];

    (void)state;
    h = (struct waiting_history){ .first = MONDAY - (unix_time)WAITING_WEEKS * WEEK,
                                  .n = WAITING_WEEKS * WAITING_WEEK };
    for (size_t i = h.n - 47; i < h.n; i++)
        h.hour[i] = (struct waiting_hour){ .known = true, .arrived = 5 };
    assert_false(waiting_ahead(&h, &posts.post[0], &posts.post[0].gate[1], 0, NULL, 24, f));
    h.hour[0].known = true;
    assert_true(waiting_ahead(&h, &posts.post[0], &posts.post[0].gate[1], 0, NULL, 24, f));
    assert_false(waiting_ahead(&h, &posts.post[0], &posts.post[0].gate[1], 0, NULL, 0, f));
    assert_false(waiting_ahead(&h, &posts.post[0], &posts.post[0].gate[1], 0, NULL, WAITING_AHEAD + 1, f));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
        CASE(queue_of_counts), CASE(never_below_nothing),  CASE(silent), CASE(together), CASE(records),
        CASE(over_there),      CASE(counted_in_the_store), CASE(steady), CASE(shut),     CASE(too_little),
    };

    fixture_engine(argc, argv);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

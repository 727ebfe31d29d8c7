/* Counts by day: what is counted, and that every window tells the same. */
#include "service/travel/statistics.h"

#include <stdio.h>
#include <stdlib.h>

#include "../store/fixture.h"
#include "base/text.h"
#include "crypto/node_key.h"
#include "wire/json.h"

enum { LEAST = LIMIT_TOLD_LEAST, HOUR = 3600, DAY = 86400, ZONE = 12600 /* +03:30 */ };

static struct arena arena;
static struct agreement *law;
static struct why why;

static int set_up(void **state)
{
    (void)state;
    assert_true(node_crypto_init());
    arena_init(&arena, 512 << 20);
    why_clear(&why);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    agreement_free(law);
    law = NULL;
    arena_free(&arena);
    return 0;
}

static struct date day(const char *text)
{
    struct date d = { 0 };

    if (text && *text)
        assert_true(date_parse(span_str(text), &d));
    return d;
}

/* ---- counted ---- */

static struct stay_table *table(const char *first, size_t n)
{
    struct stay_table *t = arena_alloc(&arena, sizeof *t);

    assert_non_null(t);
    memset(t, 0, sizeof *t);
    t->n_purposes = 3;
    t->purpose[0] = SPAN("work");
    t->purpose[1] = SPAN("tourism");
    t->first = date_to_days(day(first));
    t->n_days = n;
    return t;
}

/* Four days from 2027-03-10; of each day: inside, came, left, over. */
static void one_stay(void **state)
{
    static const struct {
        const char *what, *from, *to, *until, *says;
    } cases[] = {
        { "before the days, out before them", "2027-03-01", "2027-03-09", "", "0000 0000 0000 0000" },
        { "in before the days", "2027-03-01", "2027-03-11", "", "1000 0010 0000 0000" },
        { "in before, no exit", "2027-03-01", "", "", "1000 1000 1000 1000" },
        { "in and out on one day", "2027-03-11", "2027-03-11", "", "0000 0110 0000 0000" },
        { "in on the last day", "2027-03-13", "", "", "0000 0000 0000 1100" },
        { "out on the first", "2027-03-01", "2027-03-10", "", "0010 0000 0000 0000" },
        { "in after the days", "2027-03-14", "", "", "0000 0000 0000 0000" },
        { "out on the last day allowed", "2027-03-10", "2027-03-12", "2027-03-12", "1100 1000 0010 0000" },
        { "out a day later", "2027-03-10", "2027-03-12", "2027-03-11", "1100 1000 0011 0000" },
        { "over and no exit", "2027-03-10", "", "2027-03-11", "1100 1000 1001 1001" },
        { "over long before the days", "2027-01-01", "2027-03-12", "2027-02-01", "1001 1001 0011 0000" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct stay_table *t = table("2027-03-10", 4);
        const struct stay_kept k = { { day(cases[i].from), day(cases[i].to) },
                                     day(cases[i].until),
                                     SPAN("tourism") };
        char says[64];
        size_t n = 0;

        stays_count(t, &k);
        for (size_t d = 0; d < 4; d++)
            n += (size_t)snprintf(says + n, sizeof says - n, "%s%d%d%d%d", d ? " " : "", t->cell[1][d][0],
                                  t->cell[1][d][1], t->cell[1][d][2], t->cell[1][d][3]);
        if (strcmp(says, cases[i].says) != 0)
            fail_msg("%s: %s instead of %s", cases[i].what, says, cases[i].says);
        for (size_t d = 0; d < 4; d++)
            assert_int_equal(t->cell[0][d][STAYS_CAME] + t->cell[2][d][STAYS_CAME], 0);
    }
}

static void purposes(void **state)
{
    struct stay_table *t = table("2027-03-10", 1);
    struct stay_kept k = { .stay = { .from = day("2027-03-10") }, .purpose = SPAN("work") };

    (void)state;
    stays_count(t, &k);
    k.purpose = SPAN("espionage"); /* no word of the agreement */
    stays_count(t, &k);
    k.purpose = (struct span){ NULL, 0 };
    stays_count(t, &k);
    assert_int_equal(t->cell[0][0][STAYS_CAME], 1);
    assert_int_equal(t->cell[1][0][STAYS_CAME], 0);
    assert_int_equal(t->cell[2][0][STAYS_CAME], 2);
}

/* ---- queues ---- */

static void queues(void **state)
{
    const unix_time day0 = time_of_date(day("2027-03-10")) - ZONE;
    const struct {
        int64_t of;
        unix_time at;
        bool waits, ended;
    } turns[] = {
        { 1, day0 - 30 * DAY, true, false },                                     /* waits since long */
        { 2, day0 - 10 * DAY, true, false }, { 2, day0 - 5 * DAY, false, true }, /* over before */
        { 3, day0 - 1, true, false },        { 3, day0, false, true }, /* one second before midnight */
        { 4, day0 + DAY, true, false },      { 4, day0 + DAY + HOUR, false, false }, /* withdrawn */
        { 5, day0 + HOUR, true, false },     { 5, day0 + 2 * HOUR, false, false },
        { 5, day0 + DAY, true, false },      { 5, day0 + DAY + 5 * HOUR, false, true }, /* sent again */
        { 6, day0 + 3 * DAY, true, false },                                             /* after the days */
    };
    struct queue_table *q = queue_new(date_to_days(day("2027-03-10")), 2, ZONE, &arena);
    const struct queue_day *d = NULL;

    (void)state;
    assert_non_null(q);
    for (size_t i = 0; i < sizeof turns / sizeof *turns; i++) {
        const struct turn t = { .of = turns[i].of, .at = turns[i].at };

        queue_turn(q, &t, turns[i].waits, turns[i].ended);
    }
    assert_true(queue_days(q, &d, &why));
    assert_int_equal(d[0].waiting, 1);
    assert_int_equal(d[0].came, 1);
    assert_int_equal(d[0].decided, 1);
    assert_int_equal(d[1].waiting, 1);
    assert_int_equal(d[1].came, 2);
    assert_int_equal(d[1].decided, 1);
    assert_int_equal(d[0].middle, -1); /* one alone: its time is nobody's business */
}

static void times_of_waiting(void **state)
{
    const unix_time day0 = time_of_date(day("2027-03-10"));

    (void)state;
    for (int n = 1; n <= 100; n++) {
        struct queue_table *q = queue_new(date_to_days(day("2027-03-10")), 1, 0, &arena);
        const struct queue_day *d = NULL;

        assert_non_null(q);
        for (int i = n; i >= 1; i--) {
            const struct turn come = { i, day0 - i * HOUR, { NULL, 0 } }, go = { i, day0, { NULL, 0 } };

            queue_turn(q, &come, true, false);
            queue_turn(q, &go, false, true);
        }
        assert_true(queue_days(q, &d, &why));
        assert_int_equal(d[0].decided, n);
        assert_int_equal(d[0].middle, n < LEAST ? -1 : (n + 1) / 2);
        assert_int_equal(d[0].slow, n < LEAST ? -1 : (95 * n + 99) / 100);
    }
}

/* ---- out of a store, through every window ---- */

enum { DAYS = 130, PURPOSES = 8 };

static const char FIRST[] = "2027-01-01";

/* What was told of a day, by any answer. */
struct answers {
    bool seen;
    int64_t n[STAY_MEASURES]; /* -1: null */
};
static struct answers heard[DAYS][PURPOSES];

static struct span words[PURPOSES];
static size_t n_words;

static int64_t number_of(const struct json *j, json_ref v)
{
    int64_t n = -1;

    return json_int64(j, v, &n) ? n : -1;
}

/* Each cell as in every answer before. How many rows. */
static size_t hear(const struct statistics_place *p, int64_t days)
{
    struct buffer b;
    struct json j;
    json_ref list;
    size_t n = 0;

    buf_init(&b, 1 << 22);
    if (!stay_statistics(p, days, &arena, &b, &why))
        fail_msg("%s: %s", why.reason, why.detail);
    assert_true(json_parse(arena_copy(&arena, buf_span(&b)), &arena, &j, &why));
    list = json_member(&j, JSON_ROOT, "stays");
    for (json_ref r = json_first(&j, list); r != JSON_NONE; r = json_after(&j, list, r), n++) {
        struct span word, on;
        struct answers *x, now = { .seen = true };
        struct date d = { 0 };
        size_t k = 0;

        assert_true(json_text_of(&j, json_member(&j, r, "purpose"), &arena, &word) &&
                    json_text_of(&j, json_member(&j, r, "day"), &arena, &on));
        while (k < n_words && !span_eq(words[k], word))
            k++;
        if (k == n_words)
            words[n_words++] = word;
        assert_true(k < PURPOSES && date_parse(on, &d));
        x = &heard[date_to_days(d) - date_to_days(day(FIRST))][k];
        for (size_t m = 0; m < STAY_MEASURES; m++)
            now.n[m] = number_of(&j, json_member(&j, r, stay_measure_word((enum stay_measure)m)));
        if (x->seen)
            assert_memory_equal(x->n, now.n, sizeof now.n);
        for (size_t m = 0; m < STAY_MEASURES; m++)
            assert_true(now.n[m] == -1 || (now.n[m] >= LEAST && now.n[m] % LEAST == 0));
        *x = now;
    }
    buf_free(&b);
    return n;
}

static void enter(struct store *s, unsigned who, unix_time at, const char *purpose, const char *until)
{
    struct traveller_key t = { { (uint8_t)who, (uint8_t)(who >> 8), 7 } };
    char id[32];
    struct check_record r;

    (void)snprintf(id, sizeof id, "in-%u-%lld", who, (long long)at);
    r = sample(id, &t);
    r.at = at;
    r.purpose = span_str(purpose);
    r.article = SPAN("4");
    r.until = day(until);
    assert_int_equal(put_ok(s, &r), STORE_NEW);
}

static void leave(struct store *s, unsigned who, unix_time at)
{
    struct traveller_key t = { { (uint8_t)who, (uint8_t)(who >> 8), 7 } };
    char id[32];

    (void)snprintf(id, sizeof id, "out-%u-%lld", who, (long long)at);
    assert_true(store_put_movement(s, &t, SPAN("IR"), MOVEMENT_EXIT, at, span_str(id), &why));
}

static unix_time midnight(const char *text)
{
    return time_of_date(day(text)) - ZONE;
}

static struct agreement *eco(void)
{
    struct agreement_faults *faults = calloc(1, sizeof *faults);

    assert_non_null(faults);
    law = agreement_parse(load_file(&arena, source_path("agreements/eco.agreement")), faults);
    free(faults);
    assert_non_null(law);
    return law;
}

static struct store *zoned(struct place *p)
{
    struct store_options o;
    struct store *s = NULL;

    place_make(p);
    o = options_of(p);
    o.utc_offset = ZONE;
    if (!store_open(&o, &s, &why))
        fail_msg("%s: %s", why.reason, why.detail);
    return s;
}

static struct answers told_of(const char *on, const char *purpose)
{
    for (size_t k = 0; k < n_words; k++)
        if (span_eq_str(words[k], purpose))
            return heard[date_to_days(day(on)) - date_to_days(day(FIRST))][k];
    fail_msg("no such purpose");
    return (struct answers){ false };
}

static void forget(void)
{
    memset(heard, 0, sizeof heard);
    n_words = 0;
}

/* Ten persons each way: the last second of a day is its own, the day after the last one allowed is over. */
static void midnight_of_the_zone(void **state)
{
    struct place p;
    struct store *s = zoned(&p);
    struct statistics_place at = { s, eco(), SPAN("IR"), ZONE, midnight("2027-03-20") };

    (void)state;
    for (unsigned i = 0; i < 10; i++) {
        enter(s, i, midnight("2027-03-11") - 1, "work", "2027-03-12");
        enter(s, 100 + i, midnight("2027-03-11"), "pilgrimage", "2027-03-12");
        leave(s, i, midnight("2027-03-13") - 1);
        leave(s, 100 + i, midnight("2027-03-13"));
        enter(s, 200 + i, midnight("2026-12-02"), "tourism", "2026-12-09"); /* before all windows, no exit */
    }
    forget();
    (void)hear(&at, 30);
    assert_int_equal(told_of("2027-03-10", "work").n[STAYS_CAME], 10);
    assert_int_equal(told_of("2027-03-10", "work").n[STAYS_INSIDE], 10);
    assert_int_equal(told_of("2027-03-12", "work").n[STAYS_LEFT], 10);
    assert_int_equal(told_of("2027-03-12", "work").n[STAYS_OVER], -1);
    assert_int_equal(told_of("2027-03-13", "work").n[STAYS_OVER], -1);
    assert_int_equal(told_of("2027-03-10", "pilgrimage").n[STAYS_CAME], -1);
    assert_int_equal(told_of("2027-03-11", "pilgrimage").n[STAYS_CAME], 10);
    assert_int_equal(told_of("2027-03-12", "pilgrimage").n[STAYS_OVER], -1);
    assert_int_equal(told_of("2027-03-13", "pilgrimage").n[STAYS_OVER], 10);
    assert_int_equal(told_of("2027-03-13", "pilgrimage").n[STAYS_INSIDE], -1);
    assert_int_equal(told_of("2027-03-02", "tourism").n[STAYS_INSIDE], 10);
    assert_int_equal(told_of("2027-03-02", "tourism").n[STAYS_OVER], 10);
    store_close(s);
    place_remove(&p);
}

/* Whoever asks for all windows on all days has for each cell one number, and none that is small. */
static void every_window(void **state)
{
    static const char *const purpose[] = { "work", "pilgrimage", "tourism", "treatment", "education", "" };
    struct place p;
    struct store *s = zoned(&p);
    struct statistics_place at = { s, eco(), SPAN("IR"), ZONE, 0 };
    struct store_erased erased;
    size_t rows = 0, after;

    (void)state;
    srand(5);
    for (unsigned i = 0; i < 900; i++) {
        unix_time in = midnight(FIRST) + (unix_time)(rand() % 100) * DAY + rand() % DAY;
        char until[DATE_TEXT];

        enter(s, i, in, purpose[rand() % 6],
              date_format(date_of_time(in + ZONE + (rand() % 9) * DAY), until));
        if (rand() % 5)
            leave(s, i, in + HOUR + rand() % (12 * DAY));
    }
    forget();
    for (int d = 60; d <= 120; d += 6) {
        at.now = midnight(FIRST) + d * DAY + rand() % DAY;
        for (int64_t days = 1; days <= LIMIT_STATISTICS_DAYS; days += d % 30 ? 13 : 1)
            rows += hear(&at, days <= d ? days : d);
    }
    assert_true(rows > 5000);
    /* What was erased takes its month along, and the rest is told as before. */
    assert_true(store_expire(s, midnight("2027-02-10"), at.now, &erased, &why));
    assert_true(erased.movements > 0);
    after = hear(&at, 90);
    assert_int_equal(
        after, 6 * (size_t)(date_to_days(date_of_time(at.now + ZONE)) - date_to_days(day("2027-03-01"))));
    store_close(s);
    place_remove(&p);
}

static int64_t gate_number(const struct json *j, const char *on, const char *place, const char *what)
{
    json_ref list = json_member(j, JSON_ROOT, "posts");

    for (json_ref r = json_first(j, list); r != JSON_NONE; r = json_after(j, list, r))
        if (json_text_is(j, json_member(j, r, "day"), on) &&
            json_text_is(j, json_member(j, r, "place"), place))
            return number_of(j, json_member(j, r, what));
    return -2;
}

/* By place and day of the member's clock; a day without counts is unknown, not empty. */
static void gates(void **state)
{
    struct place p;
    struct store *s = zoned(&p);
    struct statistics_place at = { s, eco(), SPAN("IR"), ZONE, midnight("2027-03-20") + HOUR };
    const struct waiting_count counts[] = {
        { { NULL, 0 }, SPAN("sarakhs/exit/lorry"), midnight("2027-03-18"), 15, 20, 5, true, 15 },
        { { NULL, 0 }, SPAN("sarakhs/exit/lorry"), midnight("2027-03-18") + HOUR, 15, 1, 9, true, 7 },
        { { NULL, 0 }, SPAN("sarakhs/exit/lorry"), midnight("2027-03-19") - 900, 15, 3, 0, false, 0 },
        { { NULL, 0 }, SPAN("sarakhs/exit/lorry"), midnight("2027-03-20"), 15, 100, 0, true, 90 },
        { { NULL, 0 }, SPAN("astara/entry/car"), midnight("2027-03-19"), 15, 4, 2, false, 0 },
    };
    struct buffer b;
    struct json j;

    (void)state;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        if (!store_waiting_add(s, &counts[i], &why))
            fail_msg("%s: %s", why.reason, why.detail);
    buf_init(&b, 1 << 20);
    assert_true(queue_statistics(&at, 3, &arena, &b, &why));
    assert_true(json_parse(arena_copy(&arena, buf_span(&b)), &arena, &j, &why));
    assert_int_equal(gate_number(&j, "2027-03-18", "sarakhs/exit/lorry", "arrived"), 24);
    assert_int_equal(gate_number(&j, "2027-03-18", "sarakhs/exit/lorry", "gone"), 14);
    assert_int_equal(gate_number(&j, "2027-03-18", "sarakhs/exit/lorry", "longest"), 15);
    assert_int_equal(gate_number(&j, "2027-03-19", "sarakhs/exit/lorry", "arrived"), -1);
    assert_int_equal(gate_number(&j, "2027-03-20", "sarakhs/exit/lorry", "arrived"), -2); /* today */
    assert_int_equal(gate_number(&j, "2027-03-19", "astara/entry/car", "arrived"), 4);
    assert_int_equal(gate_number(&j, "2027-03-19", "astara/entry/car", "longest"), -1);
    buf_free(&b);
    store_close(s);
    place_remove(&p);
}

static void windows_that_are_none(void **state)
{
    struct place p;
    struct store *s = zoned(&p);
    struct statistics_place at = { s, eco(), SPAN("IR"), ZONE, midnight("2027-03-20") };
    struct buffer b;

    (void)state;
    buf_init(&b, 1 << 20);
    for (int i = 0; i < 4; i++) {
        static const int64_t bad[] = { 0, -1, LIMIT_STATISTICS_DAYS + 1, INT64_MAX };

        assert_false(stay_statistics(&at, bad[i], &arena, &b, &why));
        assert_string_equal(why.reason, "query");
        assert_false(queue_statistics(&at, bad[i], &arena, &b, &why));
        assert_string_equal(why.reason, "query");
    }
    assert_int_equal(buf_span(&b).n, 0);
    assert_true(stay_statistics(&at, 1, &arena, &b, &why));
    buf_free(&b);
    store_close(s);
    place_remove(&p);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
        CASE(one_stay),
        CASE(purposes),
        CASE(queues),
        CASE(times_of_waiting),
        CASE(midnight_of_the_zone),
        CASE(every_window),
        CASE(gates),
        CASE(windows_that_are_none),
    };

    fixture_engine(argc, argv);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

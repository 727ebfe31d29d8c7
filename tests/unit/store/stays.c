/* Matching entries and exits, by table and against a model that walks the days. */
#include "fixture.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/stays.h"

static day_number day_of(struct date d)
{
    return date_is_set(d) ? date_to_days(d) : -1;
}

/* "E3 X7": entry on day 3, exit on day 7. */
static size_t read_crossings(const char *text, struct crossing *c)
{
    size_t n = 0;

    for (const char *p = text; *p; p += strcspn(p, " "), p += *p == ' ')
        c[n++] = (struct crossing){ *p == 'E' ? MOVEMENT_ENTRY : MOVEMENT_EXIT, (day_number)atoi(p + 1) };
    return n;
}

/* "3-7", "3-7x" exit missing, "7-7e" entry missing, "3-" still inside. */
static void write_stays(const struct stay_record *r, size_t n, char *out, size_t room)
{
    size_t at = 0;

    out[0] = 0;
    for (size_t i = 0; i < n; i++) {
        at += (size_t)snprintf(out + at, room - at, "%s%d-", i ? " " : "", day_of(r[i].stay.from));
        if (date_is_set(r[i].stay.to))
            at += (size_t)snprintf(out + at, room - at, "%d", day_of(r[i].stay.to));
        at += (size_t)snprintf(out + at, room - at, "%s%s", r[i].exit_missing ? "x" : "",
                               r[i].entry_missing ? "e" : "");
    }
}

static void crossings_become_stays(void **state)
{
    static const struct {
        const char *what, *in, *out;
    } cases[] = {
        { "nothing", "", "" },
        { "in and out", "E3 X7", "3-7" },
        { "in and out on one day", "E3 X3", "3-3" },
        { "still inside", "E3", "3-" },
        { "twice, the second open", "E3 X7 E9", "3-7 9-" },
        { "out and in on one day", "E3 X7 E7 X9", "3-7 7-9" },
        { "exit missing: to the next entry", "E3 E9 X12", "3-9x 9-12" },
        { "exit missing twice", "E3 E9 E20", "3-9x 9-20x 20-" },
        { "entry scanned twice", "E3 E3 X7", "3-7" },
        { "entry missing: the day of the exit", "X7", "7-7e" },
        { "entry missing between", "E1 X2 X7 E9", "1-2 7-7e 9-" },
        { "exit scanned twice", "E3 X7 X7", "3-7" },
        { "exit without entry scanned twice", "X7 X7", "7-7e" },
        { "out without entry, in on that day", "X7 E7 X9", "7-7e 7-9" },
    };
    struct crossing c[16];
    struct stay_record r[16];
    char text[256];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_stays(r, stays_match(c, read_crossings(cases[i].in, c), r, NULL), text, sizeof text);
        if (strcmp(text, cases[i].out) != 0)
            fail_msg("%s: %s instead of %s", cases[i].what, text, cases[i].out);
    }
}

enum { DAYS = 40 };

/* Day by day: a day counts when an entry or an exit falls on it or when the traveller is inside, known by the
 * last crossing before being an entry, unless nothing ever follows: an open stay runs to the last day. */
static void days_by_model(const struct crossing *c, size_t n, bool day[DAYS])
{
    for (day_number d = 0; d < DAYS; d++) {
        enum movement last = MOVEMENT_NONE;

        day[d] = false;
        for (size_t i = 0; i < n; i++) {
            day[d] |= c[i].day == d;
            if (c[i].day < d)
                last = c[i].kind;
        }
        day[d] |= last == MOVEMENT_ENTRY;
    }
}

static void days_by_stays(const struct stay_record *r, size_t n, bool day[DAYS])
{
    memset(day, 0, DAYS * sizeof *day);
    for (size_t i = 0; i < n; i++) {
        day_number to = date_is_set(r[i].stay.to) ? day_of(r[i].stay.to) : DAYS - 1;

        for (day_number d = day_of(r[i].stay.from); d <= to; d++)
            day[d] = true;
    }
}

/* Puts the crossings in any order and reads them back as stays. */
static size_t through_the_store(struct store *s, unsigned round, const struct crossing *c, size_t n,
                                struct arena *a, const struct stay_record **r)
{
    struct traveller_key t = { { (uint8_t)round, (uint8_t)(round >> 8), 1 } };
    struct why w = { 0 };
    size_t k = 0, turn = n ? (size_t)rand() % n : 0;
    char id[32];

    for (size_t i = 0; i < n; i++) {
        size_t j = (i + turn) % n;

        (void)snprintf(id, sizeof id, "r%u-%zu", round, j);
        assert_true(store_put_movement(s, &t, SPAN("KZ"), c[j].kind, (int64_t)c[j].day * 86400 + (int64_t)j,
                                       span_str(id), &w));
    }
    assert_true(store_stay_records(s, &t, SPAN("KZ"), a, r, &k, &w));
    return k;
}

static void stays_cover_the_days_of_the_model(void **state)
{
    struct crossing c[12];
    struct stay_record direct[12];
    const struct stay_record *r = direct;
    bool expected[DAYS], got[DAYS];
    struct place p;
    struct store *s;
    struct arena a;
    size_t k, kept;

    (void)state;
    srand(7);
    place_make(&p);
    s = open_place(&p);
    for (unsigned round = 0; round < 20000; round++) {
        size_t n = (size_t)rand() % 12;
        day_number day = 0;

        for (size_t i = 0; i < n; i++) {
            day += rand() % 4;
            c[i] = (struct crossing){ rand() % 2 ? MOVEMENT_ENTRY : MOVEMENT_EXIT, day };
        }
        arena_init(&a, 1 << 20);
        k = stays_match(c, n, direct, NULL);
        r = direct;
        if (round % 400 == 0) {
            kept = through_the_store(s, round, c, n, &a, &r);
            assert_int_equal(kept, k);
        }
        days_by_model(c, n, expected);
        days_by_stays(r, k, got);
        if (memcmp(expected, got, sizeof got) != 0)
            fail_msg("round %u: the days differ", round);
        for (size_t i = 0; i < k; i++) {
            assert_true(!date_is_set(r[i].stay.to) || date_cmp(r[i].stay.from, r[i].stay.to) <= 0);
            assert_true(date_is_set(r[i].stay.to) || i == k - 1);
            assert_true(i == 0 || date_cmp(r[i - 1].stay.to, r[i].stay.from) <= 0);
        }
        arena_free(&a);
    }
    store_close(s);
    place_remove(&p);
}

static void the_newest_stays_are_kept_at_the_ceiling(void **state)
{
    enum { STAYS = LIMIT_STAYS + 3 };
    struct traveller_key t = { { 0 } };
    struct why w = { 0 };
    const struct stay *r;
    struct place p;
    struct store *s;
    struct arena a;
    sqlite3 *db;
    char sql[320];
    size_t n;

    (void)state;
    if (on_server())
        skip();
    place_make(&p);
    store_close(open_place(&p));
    (void)snprintf(
        sql, sizeof sql,
        "WITH RECURSIVE c (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < %d) INSERT INTO movements "
        "(traveller, member, kind, at, day) SELECT zeroblob(32), 'KZ', 1 + i %% 2, i * 86400, i FROM c",
        2 * STAYS - 1);
    assert_int_equal(sqlite3_open(p.file, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    s = open_place(&p);
    arena_init(&a, 4 << 20);
    assert_true(store_stays(s, &t, SPAN("KZ"), &a, &r, &n, &w));
    assert_int_equal(n, LIMIT_STAYS);
    assert_int_equal(day_of(r[n - 1].to), 2 * STAYS - 1);
    assert_int_equal(day_of(r[0].from), 6);
    store_close(s);
    arena_free(&a);
    place_remove(&p);
}

/* Fewer and more than one question takes, some asked for twice, some seen by another member alone. */
static void many_travellers_at_once(void **state)
{
    enum { MANY = 73 };
    static struct traveller_key t[MANY];
    struct why w = { 0 };
    bool seen[MANY];
    struct place p;
    struct store *s;
    char id[16];

    (void)state;
    place_make(&p);
    s = open_place(&p);
    for (size_t i = 0; i < MANY; i++) {
        t[i] = (struct traveller_key){ { (uint8_t)(i % 60), 9 } };
        (void)snprintf(id, sizeof id, "m%zu", i);
        if (i < 60 && i % 3 != 0)
            assert_true(store_put_movement(s, &t[i], i % 3 == 1 ? SPAN("KZ") : SPAN("IR"),
                                           i % 2 ? MOVEMENT_ENTRY : MOVEMENT_EXIT, 86400, span_str(id), &w));
    }
    for (size_t n = 0; n <= MANY; n += n < 20 || n > 70 ? 1 : 7) {
        memset(seen, 2, sizeof seen);
        assert_true(store_seen(s, SPAN("KZ"), t, n, seen, &w));
        for (size_t i = 0; i < n; i++)
            if (seen[i] != (i % 60 % 3 == 1))
                fail_msg("%zu of %zu", i, n);
    }
    store_close(s);
    place_remove(&p);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crossings_become_stays),
        cmocka_unit_test(stays_cover_the_days_of_the_model),
        cmocka_unit_test(many_travellers_at_once),
        cmocka_unit_test(the_newest_stays_are_kept_at_the_ceiling),
    };

    fixture_engine(argc, argv);
    return cmocka_run_group_tests_name("stays", tests, NULL, NULL);
}

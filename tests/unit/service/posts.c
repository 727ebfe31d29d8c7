/* The file of posts: what it says, what is wrong in it and where; clocks at posts, summer time too. */
#include "service/travel/posts.h"
#include "base/text.h"
#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>

enum { HOUR = 3600, DAY = 86400 };

static struct arena arena;
static struct why why;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 256 << 20);
    why_clear(&why);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct posts read_posts(const char *text)
{
    struct posts p = { 0 };

    if (!posts_parse(span_str(text), &arena, &p, &why))
        fail_msg("%s", why.detail);
    return p;
}

static unix_time at(const char *text)
{
    unix_time t = 0;

    assert_true(time_parse(span_str(text), &t));
    return t;
}

#define POST "post x\nzone +02:00\n"
#define GATE POST "gate exit lorry\ncapacity 8\n"

static void faults(void **state)
{
    static const struct {
        const char *what, *text, *line, *said;
    } cases[] = {
        { "an unknown word first", "hello\n", "line 1:", "before the first post" },
        { "an unknown word of a post", POST "hello\n", "line 3:", "in a post" },
        { "an unknown word of a gate", GATE "hello 3\n", "line 5:", "in a gate" },
        { "a name of a post", "post X\n", "line 1:", "small letters" },
        { "a post twice", GATE "post x\n", "line 5:", "in line 1 already" },
        { "no zone", "post x\ngate exit car\ncapacity 9\n", "line 1:", "no `zone`" },
        { "no gate", POST, "line 1:", "no gate" },
        { "a gate without a post", "gate exit car\n", "line 1:", "under a post" },
        { "a direction", POST "gate out car\n", "line 3:", "entry or exit" },
        { "a class", POST "gate exit plane\n", "line 3:", "car, lorry, bus or foot" },
        { "a gate twice", GATE "gate exit lorry\n", "line 5:", "line 3 already" },
        { "no capacity", POST "gate exit car\nslot 30\n", "line 3:", "no `capacity`" },
        { "capacity of nothing", POST "gate exit car\ncapacity 0\n", "line 4:", "from 1 to" },
        { "capacity twice", GATE "capacity 9\n", "line 5:", "stands twice" },
        { "two numbers", GATE "slot 30 40\n", "line 5:", "one number" },
        { "minutes that do not divide an hour", GATE "slot 25\n", "line 5:", "60 minutes" },
        { "no place is left", GATE "slot 5\n", "line 3:", "no place of a slot is left" },
        { "hours", GATE "open 8-22\n", "line 5:", "06:00-22:00" },
        { "hours past midnight", GATE "open 22:00-06:00\n", "line 5:", "within one day" },
        { "days", GATE "open monday 08:00-10:00\n", "line 5:", "mon,tue" },
        { "minutes of an hour", GATE "open 08:60-10:00\n", "line 5:", "hours such as" },
        { "a zone", "post x\nzone +15:00\n", "line 2:", "+03:30" },
        { "summer before zone", "post x\nsummer +03:00 from last sun mar 03:00 until last sun oct 04:00\n",
          "line 2:", "after `zone`" },
        { "summer without its turns", POST "summer +03:00\n", "line 3:", "written like" },
        { "summer of a month alone", POST "summer +03:00 from last sun mar 03:00 until last sun mar 04:00\n",
          "line 3:", "two months" },
        { "a neighbour", POST "neighbour Iran x\n", "line 3:", "state such as" },
        { "a place", POST "at 36,54 61,16\n", "line 3:", "36.54 61.16" },
        { "a place past the pole", POST "at 90.01 61\n", "line 3:", "36.54 61.16" },
        { "half a place", POST "at 36.54\n", "line 3:", "36.54 61.16" },
        { "no number of degrees", POST "at 36. 61\n", "line 3:", "36.54 61.16" },
        { "two places", POST "at 36.54 61.16\nat 36.54 61.16\n", "line 4:", "twice" },
        { "a name twice", POST "name en A\nname en B\n", "line 4:", "already" },
        { "a rule's form", "count 4 within 7\n", "line 1:", "count in" },
        { "a rule too long", "draw 30 40\n", "line 1:", "nothing may stand" },
        { "a rule twice", "draw 30\ndraw 40\n", "line 2:", "twice" },
        { "forgotten before it counts", "count 4 in 60\n" GATE, "line 5:", "`keep` is shorter" },
        { "a group that does not fit", POST "gate exit foot\ncapacity 20\ngroup 50\n",
          "line 3:", "does not fit" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct posts p;

        if (posts_parse(span_str(cases[i].text), &arena, &p, &why))
            fail_msg("taken: %s", cases[i].what);
        assert_string_equal(why.reason, "posts");
        if (strncmp(why.detail, cases[i].line, strlen(cases[i].line)) != 0 ||
            !strstr(why.detail, cases[i].said))
            fail_msg("%s: %s", cases[i].what, why.detail);
    }
}

static void sample_reads(void **state)
{
    char path[512];
    const struct post *post = NULL;
    const struct gate *g;
    struct posts p;

    (void)state;
    (void)snprintf(path, sizeof path, "%s/data/posts/specimen.posts", getenv("SERAI_SOURCE"));
    if (!posts_load(path, &arena, &p, &why))
        fail_msg("%s", why.detail);
    assert_int_equal(p.n, 2);
    g = posts_gate(&p, SPAN("sarakhs/exit/bus"), &post);
    assert_non_null(g);
    assert_string_equal(post->neighbour, "serahs");
    assert_true(post->has_place && post->latitude == 36.54 && post->longitude == 61.16);
    assert_int_equal(gate_places(g), 3); /* 6 an hour, 34 percent kept: 3.96 */
    assert_null(posts_gate(&p, SPAN("sarakhs/exit/foot"), &post));
    assert_null(posts_gate(&p, SPAN("sarakhs"), &post));
    assert_null(posts_gate(&p, SPAN(""), &post));
    assert_int_equal(gate_places(posts_gate(&p, SPAN("sarakhs/entry/lorry"), &post)), 0);
}

static const char eastern[] = "post x\n"
                              "zone +02:00\n"
                              "summer +03:00 from last sun mar 03:00 until last sun oct 04:00\n"
                              "gate exit lorry\n"
                              "capacity 8\n"
                              "kept 50\n";

static void summer_time(void **state)
{
    static const struct {
        const char *what, *at;
        int offset;
    } cases[] = { { "winter", "2027-01-15T12:00:00Z", 2 },
                  { "the second before", "2027-03-28T00:59:59Z", 2 },
                  { "the second of it", "2027-03-28T01:00:00Z", 3 },
                  { "summer", "2027-07-15T12:00:00Z", 3 },
                  { "the last second of it", "2027-10-31T00:59:59Z", 3 },
                  { "winter again", "2027-10-31T01:00:00Z", 2 },
                  { "another year", "2028-03-26T01:00:00Z", 3 } };
    struct posts p = read_posts(eastern);

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (post_offset(p.post, at(cases[i].at)) != cases[i].offset * HOUR)
            fail_msg("%s", cases[i].what);
    p = read_posts("post x\nzone +10:00\nsummer +11:00 from first sun oct 02:00 until first sun apr 03:00\n"
                   "gate exit car\ncapacity 9\n"); /* south of the equator */
    assert_int_equal(post_offset(p.post, at("2027-01-15T12:00:00Z")), 11 * HOUR);
    assert_int_equal(post_offset(p.post, at("2027-07-15T12:00:00Z")), 10 * HOUR);
}

/* Every moment of two days around each turn: slots follow each other without gap and without overlap. */
static void slots_around_a_turn(void **state)
{
    static const struct {
        const char *day;
        size_t n;
    } cases[] = { { "2027-03-28T10:00:00Z", 46 }, /* 23 hours */
                  { "2027-10-31T10:00:00Z", 50 }, /* 25 hours */
                  { "2027-06-15T10:00:00Z", 48 } };
    struct posts p = read_posts(eastern);

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unix_time from = post_midnight(p.post, at(cases[i].day), 0),
                  to = post_midnight(p.post, at(cases[i].day), 1);
        size_t n = 0;

        for (unix_time t = from; t < to; t += 60)
            if (gate_is_slot(p.post, p.post->gate, t)) {
                assert_int_equal((t - from) % 1800, 0);
                n++;
            }
        assert_int_equal(n, cases[i].n);
    }
}

static void midnights(void **state)
{
    struct posts p = read_posts(eastern);

    (void)state;
    for (unix_time t = at("2027-01-01T00:00:00Z"); t < at("2028-01-01T00:00:00Z"); t += 5 * HOUR + 17) {
        unix_time m = post_midnight(p.post, t, 0), next = post_midnight(p.post, t, 1);
        int weekday = 0, before = 0;

        assert_true(m <= t && t < next);
        assert_int_equal(post_minute(p.post, m, &weekday), 0);
        assert_int_equal(post_minute(p.post, next, &before), 0);
        assert_int_equal((weekday + 1) % 7, before);
    }
}

static void openings(void **state)
{
    struct posts p =
        read_posts("post x\nzone +03:30\ngate exit bus\ncapacity 8\nkept 0\nopen mon,fri 08:00-10:00\n");
    const struct gate *g = p.post->gate;
    unix_time monday = at("2027-03-15T08:00:00+03:30");

    (void)state;
    assert_true(gate_is_slot(p.post, g, monday));
    assert_true(gate_is_slot(p.post, g, monday + 90 * 60));
    assert_false(gate_is_slot(p.post, g, monday + 2 * HOUR));
    assert_false(gate_is_slot(p.post, g, monday + 60));
    assert_false(gate_is_slot(p.post, g, monday + 1));
    assert_false(gate_is_slot(p.post, g, monday + DAY));
    assert_true(gate_is_slot(p.post, g, monday + 4 * DAY));
    assert_true(gate_is_open(p.post, g, monday + 2 * HOUR - 1));
    assert_false(gate_is_open(p.post, g, monday - 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
        CASE(faults),    CASE(sample_reads), CASE(summer_time), CASE(slots_around_a_turn),
        CASE(midnights), CASE(openings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

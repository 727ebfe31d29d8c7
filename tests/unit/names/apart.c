/* Namesakes left out by their birth dates before they are compared, against leaving them out afterwards. */
#include <stdio.h>
#include <string.h>

#include "names/about.h"
#include "names/serai_names.h"
#include "vectors.h"

enum { NAMES = 6000, QUESTIONS = 1500 };

static struct names *tables;
static struct names_searcher *searcher;
static struct names_index *list;
static struct names_found plain, apart;
static uint64_t seed = 88172645463325252u;

static unsigned next(unsigned n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)((seed >> 16) % n);
}

static const char *const word[] = { "specimen", "muster",  "obrazec", "quxlarov", "anora",    "rustam",
                                    "gulnara",  "farhod",  "bambang", "nemune",   "mohammad", "reza",
                                    "alieva",   "karimov", "yusuf",   "petrenko", "aysel",    "mirza",
                                    "abishev",  "umarov",  "zaynab" };

/* One of four invented words has a syllable of its own; slip: one letter is another. */
static void make_name(char out[128], bool slip)
{
    size_t n = 2 + next(3);

    out[0] = 0;
    for (size_t i = 0; i < n; i++) {
        size_t at = strlen(out);

        (void)snprintf(out + at, 128 - at, "%s%s%s", i ? " " : "", word[next(sizeof word / sizeof *word)],
                       next(4) ? "" : (const char *[]){ "bek", "jon", "ova", "zoda" }[next(4)]);
    }
    if (slip)
        out[next((unsigned)strlen(out))] = (char)('a' + next(26));
}

/* Few years, so that dates meet; and each precision that a list has. */
static void make_date(char out[32])
{
    unsigned year = 1970 + next(12), month = 1 + next(12), day = 1 + next(28);

    switch (next(8)) {
    case 0:
        out[0] = 0;
        break;
    case 1:
        (void)snprintf(out, 32, "%u", year);
        break;
    case 2:
        (void)snprintf(out, 32, "~%u", year);
        break;
    case 3:
        (void)snprintf(out, 32, "%u|%u-%02u-%02u", year + 5, year, month, day);
        break;
    default:
        (void)snprintf(out, 32, "%u-%02u-%02u", year, month, day);
    }
}

static int set_up(void **state)
{
    struct names_build *b;

    (void)state;
    tables = names_open(NULL);
    searcher = names_searcher_new();
    if (!tables)
        return -1;
    b = names_build_new(tables);
    for (size_t i = 0; i < NAMES; i++) {
        struct names_entry e = { .alias = next(16) ? NAMES_FULL : NAMES_WEAK };
        char name[128], id[32], date[32];

        make_name(name, false);
        make_date(date);
        (void)snprintf(id, sizeof id, "e-%zu", i);
        e.id = span_str(id);
        e.name = span_str(name);
        names_about_dates(&e.about, span_str(date));
        if (!names_build_add(b, &e, NULL))
            return -1;
    }
    list = names_index_new(tables, b);
    names_build_free(b);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    names_index_close(list);
    names_searcher_free(searcher);
    names_close(tables);
    return 0;
}

static void ask(struct names_question *q, bool keep_apart, struct names_found *out)
{
    struct why w = { 0 };

    q->apart = keep_apart;
    if (!names_search(list, searcher, q, NAMES_HITS, out, &w))
        fail_msg("%s", w.detail);
}

static const struct names_hit *same(const struct names_found *f, const struct names_hit *h)
{
    for (size_t i = 0; i < f->n; i++)
        if (span_eq(f->hit[i].id, h->id))
            return &f->hit[i];
    return NULL;
}

/* The ids of a search last until the next: what is kept of the first one is its own. */
static void keep_ids(struct names_found *f, char id[NAMES_HITS][32])
{
    for (size_t i = 0; i < f->n; i++) {
        memcpy(id[i], f->hit[i].id.p, f->hit[i].id.n);
        f->hit[i].id = span_of(id[i], f->hit[i].id.n);
    }
}

static void test_loses_none(void **state)
{
    size_t kept = 0, dropped = 0, absent = 0;

    (void)state;
    for (size_t i = 0; i < QUESTIONS; i++) {
        static char id[NAMES_HITS][32];
        struct names_question q = { .truncated = i % 9 == 0 };
        char name[128], date[32];

        make_name(name, i % 3 == 0);
        make_date(date);
        q.name = span_str(name);
        names_about_dates(&q.about, span_str(date));
        ask(&q, false, &plain);
        keep_ids(&plain, id);
        ask(&q, true, &apart);
        for (size_t h = 0; h < plain.n; h++) {
            const struct names_hit *other = same(&apart, &plain.hit[h]);

            if (plain.hit[h].birth == NAMES_DIFFERS) {
                dropped++;
                continue;
            }
            if (!other || other->score != plain.hit[h].score || other->birth != plain.hit[h].birth ||
                other->weak != plain.hit[h].weak)
                fail_msg("%s, born %s: %s of score %.4f is %s", name, date, id[h], (double)plain.hit[h].score,
                         other ? "another" : "lost");
            kept++;
            absent += plain.hit[h].birth == NAMES_ABSENT;
        }
        for (size_t h = 0; h < apart.n; h++)
            assert_int_not_equal(apart.hit[h].birth, NAMES_DIFFERS);
    }
    /* The lists and the questions reach all of it. */
    assert_true(kept > QUESTIONS && dropped > QUESTIONS && absent > QUESTIONS / 4);
}

/* Without a birth date asked for there is nothing to keep apart. */
static void test_without_date(void **state)
{
    (void)state;
    for (size_t i = 0; i < 200; i++) {
        static char id[NAMES_HITS][32];
        struct names_question q = { 0 };
        char name[128];

        make_name(name, false);
        q.name = span_str(name);
        ask(&q, false, &plain);
        keep_ids(&plain, id);
        ask(&q, true, &apart);
        for (size_t h = 0; h < plain.n; h++) {
            const struct names_hit *other = same(&apart, &plain.hit[h]);

            assert_true(other && other->score == plain.hit[h].score);
        }
    }
}

/* A wrong birth date demotes; only one that no slip and no calendar explains speaks against. */
static void test_dates(void **state)
{
    static const struct {
        const char *what, *a, *b;
        enum names_agreement want;
    } rows[] = {
        { "the same", "1975-03-04", "1975-03-04", NAMES_AGREES },
        { "a year in it", "1975-03-04", "1975", NAMES_AGREES },
        { "day and month swapped", "1975-03-04", "1975-04-03", NAMES_NEAR },
        { "another day", "1975-03-04", "1975-03-24", NAMES_NEAR },
        { "one digit of the month", "1975-03-04", "1975-08-04", NAMES_NEAR },
        { "one digit of the month, tens", "1975-01-04", "1975-11-04", NAMES_NEAR },
        { "two digits of the month", "1975-03-04", "1975-12-04", NAMES_DIFFERS },
        { "one digit of the year", "1975-03-04", "1935-03-04", NAMES_NEAR },
        { "two digits of the year", "1975-03-04", "1957-03-04", NAMES_DIFFERS },
        { "month and day", "1975-03-04", "1975-07-21", NAMES_DIFFERS },
        { "year and day", "1975-03-04", "1976-03-14", NAMES_DIFFERS },
        { "the year before", "1975", "1974", NAMES_NEAR },
        { "two years before", "1975", "1973", NAMES_DIFFERS },
        { "the next day, over the end of a month", "1975-02-28", "1975-03-01", NAMES_NEAR },
        { "the next day, over the end of a year", "1975-12-31", "1976-01-01", NAMES_NEAR },
        { "a week on", "1975-02-25", "1975-03-04", NAMES_DIFFERS },
        { "1354 of the sun is 1975 and 1976", "1354-12-13", "1976-03-03", NAMES_NEAR },
        { "its year alone", "1354", "1975", NAMES_NEAR },
        { "asked the other way round", "1975-03-04", "1353", NAMES_NEAR },
        { "1350 is neither", "1975-03-04", "1350", NAMES_DIFFERS },
        { "1395 of the moon is 1975", "1395", "1975-03-04", NAMES_NEAR },
        { "1354 is not 1985", "1354", "1985", NAMES_DIFFERS },
        { "no year of the Hijra", "1250", "1871", NAMES_DIFFERS },
        { "none", "", "1975", NAMES_ABSENT },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct names_about a = { 0 }, b = { 0 };
        struct about_match there, back;

        names_about_dates(&a, span_str(rows[i].a));
        names_about_dates(&b, span_str(rows[i].b));
        about_compare(&a, &b, &there);
        about_compare(&b, &a, &back);
        if (there.birth != rows[i].want || back.birth != there.birth || back.shift != there.shift)
            fail_msg("%s: %d, back %d", rows[i].what, there.birth, back.birth);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_loses_none),
        cmocka_unit_test(test_without_date),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}

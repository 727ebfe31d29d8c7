/* The register, and what its entries mean to an agreement elsewhere. */
#include "exchange.h"

#include <stdlib.h>
#include <string.h>

static struct exchange x;
static const struct date no_day;
static const struct date birth = { 1990, 5, 14 };

static int set_up(void **state)
{
    (void)state;
    exchange_open(&x);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    exchange_close(&x);
    return 0;
}

static struct licence_status asked(const struct licence_named *l)
{
    struct licence_status s = { .state = ASK_OPEN };
    struct why w = { 0 };

    if (!licence_status_ask(&x.office, l, SPAN(LICENCE_STATUS_PURPOSE), x.clock, x.clock + 10, &x.arena, &s,
                            &w))
        fail_msg("%s: %s", w.reason, w.detail);
    return s;
}

static struct licence_named named(const char *number)
{
    return (struct licence_named){ .issuer = SPAN("KZ"), .number = span_str(number) };
}

static const struct {
    const char *word, *tachonet, *fact;
} words[] = {
    { "valid", NULL, "valid" },
    { "disqualified", NULL, "disqualified" },
    { "application", "Application", NULL },
    { "approved", "Approved", NULL },
    { "rejected", "Rejected", NULL },
    { "personalised", "Personalised", NULL },
    { "dispatched", "Dispatched", NULL },
    { "handed-over", "HandedOver", "valid" },
    { "confiscated", "Confiscated", "confiscated" },
    { "suspended", "Suspended", "suspended" },
    { "withdrawn", "Withdrawn", "withdrawn" },
    { "surrendered", "Surrendered", "surrendered" },
    { "lost", "Lost", "lost" },
    { "stolen", "Stolen", "stolen" },
    { "malfunctioning", "Malfunctioning", NULL },
    { "expired", "Expired", "expired" },
    { "replaced", "Replaced", "replaced" },
};

static void every_word_has_its_fact(void **state)
{
    const char *const *known = vocabulary_words(VOCABULARY_STATUS);
    enum licence_standing s = LICENCE_NO_STANDING, t;

    (void)state;
    assert_int_equal(sizeof words / sizeof *words, LICENCE_STANDINGS - 1);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        bool in_language = !words[i].fact;

        assert_true(licence_standing_from(span_str(words[i].word), &s));
        assert_string_equal(licence_standing_word(s), words[i].word);
        if (words[i].tachonet) {
            assert_true(licence_standing_from(span_str(words[i].tachonet), &t));
            assert_int_equal(s, t);
        }
        if (words[i].fact)
            assert_string_equal(licence_standing_fact(s), words[i].fact);
        else
            assert_null(licence_standing_fact(s));
        for (const char *const *k = known; words[i].fact && *k; k++)
            in_language |= strcmp(*k, words[i].fact) == 0;
        assert_true(in_language);
    }
    assert_false(licence_standing_from(SPAN(""), &s));
    assert_false(licence_standing_from(SPAN("VALID"), &s));
    assert_null(licence_standing_fact(LICENCE_NO_STANDING));
}

static void by_number_and_by_digest(void **state)
{
    uint8_t digest[LICENCE_DIGEST], same[LICENCE_DIGEST];
    struct licence_named l = named("specimen 1");
    struct licence_status s;

    (void)state;
    exchange_register(&x, "SPECIMEN-1", LICENCE_VALID, no_day, no_day, no_day);
    s = asked(&l);
    assert_true(s.state == ASK_ANSWERED && s.standing == LICENCE_VALID);
    assert_true(span_eq_str(s.authority, "SPECIMEN authority") && s.as_of == NOON);
    assert_true(licence_digest(SPAN("KZ"), SPAN("SPECIMEN-1"), digest));
    assert_true(licence_digest(SPAN("KZ"), SPAN(" SPE/CIMEN.1<<"), same));
    assert_memory_equal(digest, same, sizeof digest);
    assert_true(licence_digest(SPAN("TR"), SPAN("SPECIMEN-1"), same));
    assert_memory_not_equal(digest, same, sizeof digest);
    l = (struct licence_named){ .issuer = SPAN("KZ"), .digest = digest };
    s = asked(&l);
    assert_int_equal(s.state, ASK_ANSWERED);
    assert_true(span_eq_str(licence_status_fact(&s, SPAN("B")), "valid"));
    assert_true(span_eq_str(licence_status_fact(&s, SPAN("C")), "disqualified"));
    assert_true(span_eq_str(licence_status_fact(&s, (struct span){ NULL, 0 }), "valid"));
    assert_false(licence_digest(SPAN("KZ"), SPAN("--"), digest));
}

static void whoever_guesses_learns_nothing(void **state)
{
    struct licence_named l = named("SPECIMEN-1"), none = named("SPECIMEN-2");
    struct licence_status s;

    (void)state;
    exchange_register(&x, "SPECIMEN-1", LICENCE_VALID, no_day, no_day, birth);
    l.birth = birth;
    assert_int_equal(asked(&l).state, ASK_ANSWERED);
    l.birth = none.birth = (struct date){ 1991, 5, 14 };
    s = asked(&l);
    assert_true(s.state == ASK_UNKNOWN && !s.has_entry && s.why.n == 0);
    s = asked(&none);
    assert_true(s.state == ASK_UNKNOWN && !s.has_entry && s.why.n == 0);
    assert_int_equal(licence_status_fact(&s, SPAN("B")).n, 0);
}

static void three_silences_differ(void **state)
{
    struct licence_named l = named("SPECIMEN-1"), none = named("SPECIMEN-2");
    struct licence_status s;

    (void)state;
    exchange_register(&x, "SPECIMEN-1", LICENCE_PAST, no_day, no_day, no_day);
    assert_int_equal(asked(&none).state, ASK_UNKNOWN);
    s = asked(&l);
    assert_true(s.state == ASK_ANSWERED && !s.category[0].entitled);
    x.down = true;
    s = asked(&l);
    assert_true(s.state == ASK_UNREACHABLE && !s.has_entry && licence_status_fact(&s, SPAN("B")).n == 0);
    assert_true(licence_status_ask(NULL, &l, SPAN("road-check"), NOON, NOON + 1, &x.arena, &s, NULL));
    assert_int_equal(s.state, ASK_UNREACHABLE);
}

/* Entries drawn at random against the rule said in another way. */
static void the_newest_that_has_come_counts(void **state)
{
    static struct licence_entry e[6], out;
    static const enum licence_standing some[] = { LICENCE_VALID, LICENCE_HANDED_OVER, LICENCE_SUSPENDED,
                                                  LICENCE_STOLEN };

    (void)state;
    srand(7);
    for (int round = 0; round < 20000; round++) {
        size_t n = (size_t)rand() % 6, newest = n;
        struct date on = date_from_days(20000 + rand() % 10);
        bool got;

        for (size_t i = 0; i < n; i++) {
            e[i] = (struct licence_entry){ .standing = some[rand() % 4], .n = 1 };
            e[i].since = rand() % 3 ? date_from_days(20000 + rand() % 10) : no_day;
            e[i].until = rand() % 3 ? date_from_days(20000 + rand() % 10) : no_day;
            e[i].category[0] = (struct licence_entitlement){ .category = SPAN("B"),
                                                             .entitled = true,
                                                             .from = date_from_days(20000 + rand() % 5),
                                                             .to = date_from_days(20005 + rand() % 5) };
        }
        for (size_t i = n; i-- > 0;)
            if (!date_is_set(e[i].since) || date_to_days(e[i].since) <= date_to_days(on))
                newest = i;
        got = licence_standing_on(e, n, on, &out);
        assert_int_equal(got, newest < n);
        if (got) {
            bool in_use = e[newest].standing == LICENCE_VALID || e[newest].standing == LICENCE_HANDED_OVER;
            bool over = date_is_set(e[newest].until) && date_to_days(e[newest].until) < date_to_days(on);

            assert_int_equal(out.standing, in_use && over ? LICENCE_PAST : e[newest].standing);
            assert_int_equal(out.category[0].entitled,
                             in_use && !over &&
                                 date_to_days(e[newest].category[0].from) <= date_to_days(on) &&
                                 date_to_days(on) <= date_to_days(e[newest].category[0].to));
        }
    }
}

/* Neither store's file nor anything in a case but its body holds the number; a register holds neither number
 * nor birth date. */
static void no_person_in_the_register(void **state)
{
    struct licence_named l = named("SPECIMEN-77341");
    const struct case_view *v;
    struct traveller_key key;
    uint8_t digest[LICENCE_DIGEST];
    struct span file;

    (void)state;
    exchange_register(&x, "SPECIMEN-77341", LICENCE_VALID, no_day, no_day, birth);
    store_close(x.answerer);
    file = slurp(x.place[1].file);
    assert_non_null(file.p);
    assert_null(memmem(file.p, file.n, "77341", 5));
    assert_null(memmem(file.p, file.n, "1990-05-14", 10));
    assert_true(licence_digest(SPAN("KZ"), SPAN("SPECIMEN-77341"), digest));
    assert_null(memmem(file.p, file.n, digest, sizeof digest));
    free((void *)(uintptr_t)file.p);
    x.desk.store = x.answerer = open_store(x.place[1].file);
    (void)asked(&l);
    assert_null(memmem(x.question.p, x.question.n, "77341", 5)); /* nor does it cross */
    /* Who looked at my data: one question, at either side. */
    licence_subject(x.answerer, SPAN("KZ"), digest, &key);
    assert_int_equal(exchange_cases(&x, x.answerer, &key, &v), 1);
    assert_true(span_eq_str(v[0].record.name.other, "IR") && span_eq_str(v[0].record.purpose, "road-check"));
    assert_int_equal(exchange_cases(&x, x.asker, &key, &v), 0);
    licence_subject(x.asker, SPAN("KZ"), digest, &key);
    assert_int_equal(exchange_cases(&x, x.asker, &key, &v), 1);
}

static void what_is_no_question(void **state)
{
    struct licence_named l = { .issuer = SPAN("KZ") };
    struct licence_status s = { .state = ASK_OPEN };
    struct why w = { 0 };

    (void)state;
    assert_false(licence_status_ask(&x.office, &l, SPAN("road-check"), NOON, NOON + 1, &x.arena, &s, &w));
    assert_string_equal(w.reason, "request");
    why_clear(&w);
    l.number = SPAN("SPECIMEN-1");
    assert_false(licence_status_ask(&x.office, &l, SPAN("road-check"), NOON, NOON, &x.arena, &s, &w));
    assert_string_equal(w.reason, "request");
    why_clear(&w);
    l.issuer = SPAN("kz");
    assert_false(licence_status_ask(&x.office, &l, SPAN("road-check"), NOON, NOON + 1, &x.arena, &s, &w));
    assert_string_equal(w.reason, "request");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(every_word_has_its_fact),
        TEST(by_number_and_by_digest),
        TEST(whoever_guesses_learns_nothing),
        TEST(three_silences_differ),
        TEST(the_newest_that_has_come_counts),
        TEST(no_person_in_the_register),
        TEST(what_is_no_question),
    };

    return cmocka_run_group_tests_name("licence status", tests, NULL, NULL);
}

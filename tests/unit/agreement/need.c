/* What the answer names is what the decision asks for: brought whole it admits, with one thing less it does
 * not; and where anything admits, a way is found. */
#include "vectors.h"

#include <stdlib.h>

#include "agreement/need.h"

static struct need *got;

static struct agreement *parse(struct span text)
{
    struct agreement_faults *faults = calloc(1, sizeof *faults);
    struct agreement *a = agreement_parse(text, faults);

    if (!a)
        fail_msg("%u:%u: %s", faults->item[0].line, faults->item[0].column, faults->item[0].message);
    free(faults);
    return a;
}

static struct agreement *eco(void)
{
    return parse(load_file(&test_arena, source_path("agreements/eco.agreement")));
}

static const struct date ON = { 2027, 3, 1 };

static struct facts case_of(const char *nationality, const char *entering, const char *purpose,
                            const char *mode, int days)
{
    struct facts f = { 0 };

    fact_set_word(&f, FACT_TRAVELLER_NATIONALITY, span_str(nationality));
    fact_set_word(&f, FACT_TRAVEL_ENTERING, span_str(entering));
    if (purpose)
        fact_set_word(&f, FACT_TRAVEL_PURPOSE, span_str(purpose));
    if (mode)
        fact_set_word(&f, FACT_TRAVEL_MODE, span_str(mode));
    if (days)
        fact_set_number(&f, FACT_TRAVEL_STAY, days);
    return f;
}

static const struct need_thing *thing(const struct need_way *w, enum fact f)
{
    for (size_t i = 0; i < w->n; i++)
        if (w->thing[i].fact == f)
            return &w->thing[i];
    return NULL;
}

static bool good(enum outcome o)
{
    return o == OUTCOME_ADMIT || o == OUTCOME_RECOGNISED || o == OUTCOME_RESTRICTED;
}

/* The property: whole it is admitted, less one thing it is not, or for less time and less than is wanted. */
static void check_way(const struct agreement *a, const struct need_way *w, int days, bool licence,
                      const char *what)
{
    struct facts less;
    struct verdict v;

    (licence ? agreement_recognise : agreement_decide)(a, &w->facts, ON, &v);
    if (!good(v.outcome))
        fail_msg("%s: with all of it not admitted", what);
    for (size_t i = 0; i < w->n; i++) {
        struct verdict l;

        need_leave_out(w, i, &less);
        (licence ? agreement_recognise : agreement_decide)(a, &less, ON, &l);
        if (good(l.outcome) &&
            !(days && l.stay_limited && date_to_days(l.last_day) < date_to_days(v.last_day) &&
              date_to_days(l.last_day) < date_to_days(ON) + days - 1))
            fail_msg("%s: admitted without %s", what, fact_name(w->thing[i].fact));
        if (w->thing[i].n_articles == 0)
            fail_msg("%s: no article asks for %s", what, fact_name(w->thing[i].fact));
    }
}

/* Each word and day that is said to serve as well, does. */
static void check_others(const struct agreement *a, const struct need_way *w, const char *what)
{
    for (size_t i = 0; i < w->n; i++)
        for (size_t k = 0; k < w->thing[i].n_other; k++) {
            struct facts f = w->facts;
            struct verdict v;

            f.v[w->thing[i].fact].word = w->thing[i].other[k];
            agreement_decide(a, &f, ON, &v);
            if (!good(v.outcome))
                fail_msg("%s: %s %.*s does not serve", what, fact_name(w->thing[i].fact),
                         (int)w->thing[i].other[k].n, (const char *)w->thing[i].other[k].p);
        }
}

static void every_answer_is_what_the_decision_asks_for(void **state)
{
    static const char *const purposes[] = { "work", "pilgrimage", "tourism", "treatment", "education", NULL };
    static const char *const modes[] = { NULL, "air", "road", "foot" };
    static const int days[] = { 0, 10, 75 };
    static const struct stay stays[] = { { { 2027, 1, 1 }, { 2027, 1, 25 } } };
    struct agreement *a = eco();
    struct span party[16];
    size_t n = agreement_parties(a, party, 15), ways = 0;
    char what[128];

    (void)state;
    party[n++] = SPAN("DE");
    for (size_t from = 0; from < n; from++)
        for (size_t to = 0; to < n; to++)
            for (size_t p = (from + to) % 2; p < 6; p += 2)
                for (size_t m = to % 2; m < 4; m += 2)
                    for (size_t d = m / 2; d < 6; d += 2) {
                        struct facts f = { 0 };

                        fact_set_word(&f, FACT_TRAVELLER_NATIONALITY, party[from]);
                        fact_set_word(&f, FACT_TRAVEL_ENTERING, party[to]);
                        if (purposes[p])
                            fact_set_word(&f, FACT_TRAVEL_PURPOSE, span_str(purposes[p]));
                        if (modes[m])
                            fact_set_word(&f, FACT_TRAVEL_MODE, span_str(modes[m]));
                        if (days[d % 3])
                            fact_set_number(&f, FACT_TRAVEL_STAY, days[d % 3]);
                        if (d > 2) {
                            f.stays_known = true;
                            f.stays = stays;
                            f.n_stays = 1;
                        }
                        need_find(a, &f, ON, got);
                        (void)snprintf(what, sizeof what, "%.2s to %.2s, %s by %s, %d days",
                                       (const char *)party[from].p, (const char *)party[to].p,
                                       purposes[p] ? purposes[p] : "-", modes[m] ? modes[m] : "-",
                                       days[d % 3]);
                        for (size_t i = 0; i < got->n; i++) {
                            check_way(a, &got->way[i], days[d % 3], false, what);
                            check_others(a, &got->way[i], what);
                        }
                        ways += got->n;
                        if (got->decisions > 20000)
                            fail_msg("%s: %lu decisions", what, got->decisions);
                    }
    assert_true(ways > 500);
    agreement_free(a);
}

/* Of random travellers that the agreement admits, none is told that there is no way. */
static void what_can_be_admitted_has_a_way(void **state)
{
    static const char *const kinds[] = { "none", "eco visa", "work permit", "visa" };
    static const char *const purposes[] = { "work", "pilgrimage", "tourism", "treatment", "education" };
    static const char *const modes[] = { "air", "road", "rail", "sea", "foot" };
    static const char *const documents[] = { "passport", "identity card", "emergency document", "other" };
    struct agreement *a = eco();
    struct span party[16], post[64];
    size_t n = agreement_parties(a, party, 16), n_posts = agreement_words(a, VOCABULARY_POST, post, 64);
    size_t admitted = 0;
    struct verdict v;

    (void)state;
    srand(6);
    for (int i = 0; i < 4000; i++) {
        struct facts f = case_of("AF", "AF", purposes[rand() % 5], modes[rand() % 5], 0), known;

        f.v[FACT_TRAVELLER_NATIONALITY].word = party[(size_t)rand() % n];
        f.v[FACT_TRAVEL_ENTERING].word = party[(size_t)rand() % n];
        known = f;
        fact_set_word(&f, FACT_DOCUMENT_KIND, span_str(documents[rand() % 4]));
        fact_set_word(&f, FACT_DOCUMENT_RESULT, rand() % 3 ? SPAN("genuine") : SPAN("well-formed"));
        fact_set_date(&f, FACT_DOCUMENT_EXPIRY, date_add_days(ON, rand() % 800 - 20));
        fact_set_number(&f, FACT_DOCUMENT_EXAMINED, rand() % 2);
        fact_set_word(&f, FACT_EVIDENCE_CONTRADICTION, SPAN("none"));
        fact_set_word(&f, FACT_TRAVEL_POST, post[(size_t)rand() % n_posts]);
        fact_set_word(&f, FACT_PERMISSION_KIND, span_str(kinds[rand() % 4]));
        fact_set_word(&f, FACT_PERMISSION_RESULT, SPAN("genuine"));
        fact_set_word(&f, FACT_PERMISSION_ISSUER, party[(size_t)rand() % n]);
        fact_set_number(&f, FACT_PERMISSION_MATCHES, rand() % 4 != 0);
        fact_set_date(&f, FACT_PERMISSION_FROM, date_add_days(ON, rand() % 60 - 50));
        fact_set_date(&f, FACT_PERMISSION_EXPIRY, date_add_days(ON, rand() % 300 - 20));
        fact_set_number(&f, FACT_PERMISSION_ENTRIES, rand() % 3);
        fact_set_number(&f, FACT_PERMISSION_ENTRIES_USED, rand() % 3);
        fact_set_number(&f, FACT_PERMISSION_STAY, rand() % 90);
        fact_set_word(&f, FACT_PERMISSION_PURPOSE, span_str(purposes[rand() % 5]));
        f.stays_known = true;
        agreement_decide(a, &f, ON, &v);
        if (v.outcome != OUTCOME_ADMIT)
            continue;
        admitted++;
        need_find(a, &known, ON, got);
        if (!got->n)
            fail_msg("%.2s to %.2s, %.*s: admitted by article %s, and no way was found",
                     (const char *)f.v[FACT_TRAVELLER_NATIONALITY].word.p,
                     (const char *)f.v[FACT_TRAVEL_ENTERING].word.p, (int)f.v[FACT_TRAVEL_PURPOSE].word.n,
                     (const char *)f.v[FACT_TRAVEL_PURPOSE].word.p, v.article);
    }
    assert_true(admitted > 100);
    agreement_free(a);
}

static void a_pilgrim_needs_no_visa(void **state)
{
    struct agreement *a = eco();
    struct facts f = case_of("PK", "IR", "pilgrimage", "air", 20);
    const struct need_thing *t;

    (void)state;
    need_find(a, &f, ON, got);
    assert_true(got->n >= 1);
    assert_null(thing(&got->way[0], FACT_PERMISSION_KIND));
    t = thing(&got->way[0], FACT_DOCUMENT_KIND);
    assert_non_null(t);
    assert_true(span_eq_str(t->value.word, "passport"));
    assert_int_equal(t->n_other, 4);
    assert_string_equal(t->article[0], "2");
    t = thing(&got->way[0], FACT_DOCUMENT_EXPIRY);
    assert_non_null(t);
    assert_int_equal(date_to_days(t->value.date), date_to_days(ON));
    assert_int_equal(t->bound, NEED_AT_LEAST);
    t = thing(&got->way[0], FACT_TRAVELLER_STAYS);
    assert_non_null(t);
    assert_int_equal(t->by, NEED_UNKNOWN);
    assert_int_equal(thing(&got->way[0], FACT_EVIDENCE_CONTRADICTION)->by, NEED_OFFICE);
    assert_int_equal(got->way[0].verdict.days_left, 30);
    assert_string_equal(got->way[0].verdict.article, "5");
    agreement_free(a);
}

static void work_needs_a_permit_or_a_visa(void **state)
{
    struct agreement *a = eco();
    struct facts f = case_of("PK", "IR", "work", "air", 0);
    bool permit = false;

    (void)state;
    need_find(a, &f, ON, got);
    assert_true(got->n >= 1);
    for (size_t i = 0; i < got->n; i++) {
        const struct need_thing *t = thing(&got->way[i], FACT_PERMISSION_KIND);

        assert_non_null(t);
        permit |= span_eq_str(t->value.word, "work permit");
    }
    assert_true(permit);
    agreement_free(a);
}

static void a_longer_stay_wants_the_visa(void **state)
{
    struct agreement *a = eco();
    struct facts f = case_of("UZ", "IR", "tourism", "air", 60);
    const struct need_way *w;

    (void)state;
    need_find(a, &f, ON, got);
    assert_true(got->n >= 2);
    assert_int_equal(got->way[0].verdict.days_left, 30);
    w = &got->way[1];
    assert_true(span_eq_str(thing(w, FACT_PERMISSION_KIND)->value.word, "eco visa"));
    assert_int_equal(w->verdict.days_left, 60);
    assert_int_equal(date_to_days(thing(w, FACT_PERMISSION_EXPIRY)->value.date), date_to_days(ON) + 59);
    agreement_free(a);
}

static void by_road_the_posts_are_named(void **state)
{
    struct agreement *a = eco();
    struct facts f = case_of("TR", "IR", "tourism", "road", 5);
    const struct need_thing *t;

    (void)state;
    need_find(a, &f, ON, got);
    assert_true(got->n >= 1);
    t = thing(&got->way[0], FACT_TRAVEL_POST);
    assert_non_null(t);
    assert_int_equal(t->n_other + 1, 7);
    assert_string_equal(t->article[0], "4");
    agreement_free(a);
}

static const struct {
    const char *what, *nationality, *entering, *purpose, *mode;
    enum fact missing; /* FACTS_N: nothing unsaid decides */
    const char *code;
} none[] = {
    { "a national of a state that is no party, to Turkmenistan", "DE", "TM", "tourism", "air", FACTS_N,
      "not-permitted" },
    { "the purpose was not said", "PK", "IR", NULL, "air", FACT_TRAVEL_PURPOSE, "missing-fact" },
    { "on foot", "PK", "IR", "tourism", "foot", FACTS_N, "requirement-not-met" },
    { "a purpose that the agreement does not know", "PK", "TM", "espionage", "air", FACTS_N, "unknown-word" },
};

static void where_there_is_no_way_it_is_said_why(void **state)
{
    struct agreement *a = eco();

    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        struct facts f = case_of(none[i].nationality, none[i].entering, none[i].purpose, none[i].mode, 0);
        bool missing = none[i].missing == FACTS_N, code = false;

        need_find(a, &f, ON, got);
        if (got->n)
            fail_msg("%s: a way was found", none[i].what);
        for (size_t k = 0; k < got->best.n_missing; k++)
            missing |= got->best.missing[k] == none[i].missing;
        for (size_t k = 0; k < got->best.n_reasons; k++)
            code |= strcmp(got->best.reason[k].code, none[i].code) == 0;
        if (!missing || !code)
            fail_msg("%s: the reason is %s", none[i].what, got->best.reason[0].text);
    }
    agreement_free(a);
}

static struct facts licence(const char *issuer, const char *needs, const char *category, int age)
{
    struct facts f = { 0 };

    fact_set_word(&f, FACT_LICENCE_ISSUER, span_str(issuer));
    fact_set_word(&f, FACT_LICENCE_NEEDS, span_str(needs));
    fact_set_word(&f, FACT_LICENCE_CATEGORY, span_str(category));
    fact_set_word(&f, FACT_LICENCE_SCHEME, SPAN("vienna-1968"));
    fact_set_word(&f, FACT_TRAVEL_ENTERING, SPAN("IR"));
    fact_set_word(&f, FACT_DRIVER_RESIDENCE, span_str(issuer));
    if (age)
        fact_set_number(&f, FACT_DRIVER_AGE, age);
    return f;
}

static void licences(void **state)
{
    static const struct {
        const char *what, *issuer, *needs, *category;
        int age;
        size_t ways;
        enum fact thing, missing;
    } rows[] = {
        { "a car", "TR", "nothing", "b", 30, 1, FACT_LICENCE_STATUS, FACTS_N },
        { "with a translation or a permit", "PK", "translation", "b", 30, 2, FACT_LICENCE_EXPIRY, FACTS_N },
        { "a bus, and the age is not said", "TR", "nothing", "d", 0, 0, FACTS_N, FACT_DRIVER_AGE },
        { "too young", "TR", "nothing", "d", 20, 0, FACTS_N, FACTS_N },
        { "of a state that is no party", "FR", "nothing", "b", 30, 0, FACTS_N, FACTS_N },
    };
    struct agreement *a = eco();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct facts f = licence(rows[i].issuer, rows[i].needs, rows[i].category, rows[i].age);
        bool missing = rows[i].missing == FACTS_N;

        need_licence(a, &f, ON, got);
        if (got->n != rows[i].ways)
            fail_msg("%s: %zu ways", rows[i].what, got->n);
        for (size_t k = 0; k < got->n; k++)
            check_way(a, &got->way[k], 0, true, rows[i].what);
        if (got->n && !thing(&got->way[0], rows[i].thing))
            fail_msg("%s: %s is not asked for", rows[i].what, fact_name(rows[i].thing));
        for (size_t k = 0; !got->n && k < got->best.n_missing; k++)
            missing |= got->best.missing[k] == rows[i].missing;
        assert_true(missing);
    }
    agreement_free(a);
}

static void insurance_is_named_with_day_amount_and_currency(void **state)
{
    struct agreement *a = eco();
    struct facts f = case_of("PK", "KG", "education", "air", 0);
    const struct need_thing *t;

    (void)state;
    need_find(a, &f, ON, got);
    assert_true(got->n >= 1);
    check_way(a, &got->way[0], 0, false, "a student");
    t = thing(&got->way[0], FACT_INSURANCE_UNTIL);
    assert_non_null(t);
    assert_int_equal(date_to_days(t->value.date) - date_to_days(ON), 30);
    t = thing(&got->way[0], FACT_INSURANCE_COVER);
    assert_non_null(t);
    assert_true(t->value.number == 30000 && t->bound == NEED_AT_LEAST && t->by == NEED_TRAVELLER);
    t = thing(&got->way[0], FACT_INSURANCE_CURRENCY);
    assert_true(t && span_eq_str(t->value.word, "usd") && t->n_other == 0);
    assert_null(thing(&got->way[0], FACT_VEHICLE_INSURED)); /* none by air */
    fact_set_number(&f, FACT_INSURANCE_TRAVEL, 0);
    need_find(a, &f, ON, got);
    assert_int_equal(got->n, 0);
    agreement_free(a);
}

static void a_vehicle_is_assumed_not_to_be_brought(void **state)
{
    struct agreement *a = eco();
    struct facts f = case_of("PK", "KG", "pilgrimage", "road", 0);
    const struct need_thing *t;

    (void)state;
    need_find(a, &f, ON, got);
    t = got->n ? thing(&got->way[0], FACT_VEHICLE_BROUGHT) : NULL;
    assert_true(t && t->by == NEED_UNKNOWN && t->value.number == 0);
    fact_set_number(&f, FACT_VEHICLE_BROUGHT, 1);
    need_find(a, &f, ON, got);
    t = got->n ? thing(&got->way[0], FACT_VEHICLE_INSURED) : NULL;
    assert_true(t && t->by == NEED_TRAVELLER && t->value.number == 1);
    check_way(a, &got->way[0], 0, false, "a driver");
    agreement_free(a);
}

static void duties_have_their_wording(void **state)
{
    struct agreement *a =
        parse(SPAN("agreement \"T\" version 1\nparties AA BB\narticle 1 \"x\"\n  text en \"x\"\n"
                   "  allow entry\n"
                   "  duty \"register with the police\" within 3 days\n"
                   "    text en \"Register.\"\n    text fa \"ثبت\"\n"));
    struct facts f = case_of("AA", "BB", NULL, NULL, 0);
    struct need_duty d;
    size_t n = 0;

    (void)state;
    need_find(a, &f, ON, got);
    assert_int_equal(got->n, 1);
    for (size_t i = 0; i < got->way[0].verdict.n_reasons; i++)
        if (need_duty_of(a, &got->way[0].verdict.reason[i], "fa", &d)) {
            n++;
            assert_int_equal(d.days, 3);
            assert_string_equal(d.what, "register with the police");
            assert_string_equal(d.language, "fa");
        }
    assert_int_equal(n, 1);
    agreement_free(a);
}

#define HEAD                                                                                                 \
    "agreement \"T\" version 1\nparties AA BB CC\nwords for permission.kind: pass\n"                         \
    "words for travel.purpose: work, tourism\n"                                                              \
    "article 1 \"x\"\n  text en \"x\"\n  when permission.kind is pass\n  allow entry\n"
#define BLOCK                                                                                                \
    "permission pass for work\n  title en \"Pass\"\n  under article 1\n"                                     \
    "  ask employer: text\n    title en \"Employer\"\n"                                                      \
    "  attach contract, optional\n    title en \"Contract\"\n"                                               \
    "  consult home within 10 days, silence is objection\n"                                                  \
    "  consult CC within 20 days, silence is no objection\n"                                                 \
    "  decided by 2 officers\n"

static void what_a_permission_asks_for(void **state)
{
    static const struct {
        const char *what, *table, *block, *nationality, *purpose;
        int age;
        bool any;
        enum table_answer fee;
        int64_t amount;
        size_t n_consulted;
        int days;
    } rows[] = {
        { "neither table nor block", "", "", "AA", "work", 0, false, TABLE_NONE, 0, 0, 0 },
        { "a table alone", "fee for pass\n  12.50 USD\n", "", "AA", "work", 0, true, TABLE_FOUND, 1250, 0,
          0 },
        { "a table of something else", "fee for passport\n  12.50 USD\n", "", "AA", "work", 0, false,
          TABLE_NONE, 0, 0, 0 },
        { "nothing to pay", "fee for pass\n  free\n", "", "AA", "work", 0, true, TABLE_FOUND, 0, 0, 0 },
        { "it turns on an age that was not said",
          "fee for pass\n  5 USD when traveller.age is less than 18\n", "", "AA", "work", 0, true,
          TABLE_UNKNOWN, 0, 0, 0 },
        { "a child", "fee for pass\n  5 USD when traveller.age is less than 18\n", "", "AA", "work", 9, true,
          TABLE_FOUND, 500, 0, 0 },
        { "no row for a grown-up", "fee for pass\n  5 USD when traveller.age is less than 18\n", "", "AA",
          "work", 40, false, TABLE_NONE, 0, 0, 0 },
        { "it turns on the document, of which several serve",
          "fee for pass\n  5 USD when document.kind is passport\n", "", "AA", "work", 0, true, TABLE_UNKNOWN,
          0, 0, 0 },
        { "a block that says no fee", "", BLOCK, "AA", "work", 0, true, TABLE_NONE, 0, 2, 20 },
        { "a block that says it", "", BLOCK "  fee 40 USD\n", "AA", "work", 0, true, TABLE_FOUND, 4000, 2,
          20 },
        { "a block that says with cents", "", BLOCK "  fee 40.50 USD\n", "AA", "work", 0, true, TABLE_FOUND,
          4050, 2, 20 },
        { "a block that says free", "", BLOCK "  fee free\n", "AA", "work", 0, true, TABLE_FOUND, 0, 2, 20 },
        { "a table that has no row for a block that says no fee",
          "fee for pass by travel.purpose\n  tourism: 5 USD\n", BLOCK, "AA", "work", 0, true, TABLE_NONE, 0,
          2, 20 },
        { "a block for another purpose", "", BLOCK, "AA", "tourism", 0, false, TABLE_NONE, 0, 0, 0 },
        { "a block, and the purpose was not said", "", BLOCK, "AA", NULL, 0, false, TABLE_NONE, 0, 0, 0 },
        { "home is named beside itself: asked once", "", BLOCK, "CC", "work", 0, true, TABLE_NONE, 0, 1, 10 },
        { "home is no party", "", BLOCK, "DE", "work", 0, true, TABLE_NONE, 0, 1, 20 },
        { "table and block", "fee for pass\n  40 USD\n", BLOCK, "AA", "work", 0, true, TABLE_FOUND, 4000, 2,
          20 },
    };
    static struct need_permission p;
    char text[2048];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct facts f = case_of(rows[i].nationality, "BB", rows[i].purpose, NULL, 0);
        struct agreement *a;
        bool any;

        (void)snprintf(text, sizeof text, "%.*s%s%s%s", (int)(strstr(HEAD, "article") - HEAD), HEAD,
                       rows[i].table, strstr(HEAD, "article"), rows[i].block);
        if (rows[i].age)
            fact_set_number(&f, FACT_TRAVELLER_AGE, rows[i].age);
        a = parse(span_str(text));
        need_find(a, &f, ON, got);
        if (got->n != 1)
            fail_msg("%s: %zu ways", rows[i].what, got->n);
        p = (struct need_permission){ 0 };
        any = need_permission_of(a, &f, &got->way[0], ON, &p);
        if (any != rows[i].any || p.fee != rows[i].fee || p.n_consulted != rows[i].n_consulted ||
            p.consulted_days != rows[i].days)
            fail_msg("%s: %d, fee %d, %zu consulted for %d days", rows[i].what, any, (int)p.fee,
                     p.n_consulted, p.consulted_days);
        if (p.fee == TABLE_FOUND && p.cost.amount != rows[i].amount)
            fail_msg("%s: %lld", rows[i].what, (long long)p.cost.amount);
        if (p.fee == TABLE_UNKNOWN && !p.cost.facts)
            fail_msg("%s: what is missing is not named", rows[i].what);
        if ((p.block != NULL) != (any && *rows[i].block != 0))
            fail_msg("%s: the block", rows[i].what);
        agreement_free(a);
    }
}

/* Whoever needs none, or says that there is one already, is told nothing of applying. */
static void no_permission_no_application(void **state)
{
    struct agreement *a = eco();
    struct facts f = case_of("PK", "IR", "pilgrimage", "air", 20);
    static struct need_permission p;

    (void)state;
    need_find(a, &f, ON, got);
    assert_true(got->n >= 1);
    assert_false(need_permission_of(a, &f, &got->way[0], ON, &p));
    f = case_of("PK", "IR", "work", "air", 0);
    fact_set_word(&f, FACT_PERMISSION_KIND, SPAN("work permit"));
    need_find(a, &f, ON, got);
    assert_true(got->n >= 1);
    for (size_t i = 0; i < got->n; i++)
        assert_false(need_permission_of(a, &f, &got->way[i], ON, &p));
    agreement_free(a);
}

static int setup(void **state)
{
    got = malloc(sizeof *got);
    return got ? arena_setup(state) : -1;
}

static int teardown(void **state)
{
    free(got);
    return arena_teardown(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_answer_is_what_the_decision_asks_for),
        cmocka_unit_test(what_can_be_admitted_has_a_way),
        cmocka_unit_test(a_pilgrim_needs_no_visa),
        cmocka_unit_test(work_needs_a_permit_or_a_visa),
        cmocka_unit_test(a_longer_stay_wants_the_visa),
        cmocka_unit_test(by_road_the_posts_are_named),
        cmocka_unit_test(where_there_is_no_way_it_is_said_why),
        cmocka_unit_test(licences),
        cmocka_unit_test(insurance_is_named_with_day_amount_and_currency),
        cmocka_unit_test(a_vehicle_is_assumed_not_to_be_brought),
        cmocka_unit_test(duties_have_their_wording),
        cmocka_unit_test(what_a_permission_asks_for),
        cmocka_unit_test(no_permission_no_application),
    };

    return cmocka_run_group_tests_name("agreement/need", tests, setup, teardown);
}

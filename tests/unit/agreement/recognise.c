/* Recognition of driving licences: the compiled program against a plain reading, and what it must never do.
 */
#include "naive.h"
#include "vectors.h"

#include "base/buffer.h"

static uint64_t seed = 88172645463325252u;

static unsigned below(unsigned n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed % n);
}

static const char *const members[] = { "AA", "BB", "CC", "FR" };
static const char *const letters[] = { "A", "B", "C1", "D", "BE" };

static void put_condition(struct buffer *b)
{
    static const char *const some[] = { "licence is genuine",
                                        "licence.result in genuine, well-formed",
                                        "licence.status in valid, unasked",
                                        "licence.scheme is not domestic",
                                        "licence.needs is nothing or licence.permit",
                                        "licence.issuer is a party",
                                        "licence.issuer is not driving in",
                                        "driver.age is at least 20",
                                        "licence.from is before 2027-02-01",
                                        "licence.codes is not unknown",
                                        "licence.examined and licence.translation" };
    unsigned n = 1 + below(3);
    const char *join = below(2) ? " and " : " or ";

    for (unsigned i = 0; i < n; i++)
        buf_printf(b, "%s%s(%s)", i ? join : "", below(4) ? "" : "not ",
                   some[below(sizeof some / sizeof *some)]);
}

static void put_term(struct buffer *b, const char *group)
{
    static const char *const units[] = { "days", "months", "years" };

    buf_str(b, group);
    if (below(2))
        buf_printf(b, " for %u %s", 1 + below(10), units[below(3)]);
}

static void put_effect(struct buffer *b, const char *indent)
{
    unsigned from = 0, who = below(3);

    buf_printf(b, "%srecognise licences ", indent);
    if (who != 1)
        put_term(b, "of visitors");
    if (who != 0)
        put_term(b, who == 2 ? ", of residents" : "of residents");
    buf_str(b, "\n");
    for (unsigned rows = 1 + below(3); rows > 0 && from < 5; rows--) {
        unsigned n = 1 + below(2);

        buf_printf(b, "%s  ", indent);
        for (unsigned i = 0; i < n && from < 5; i++)
            buf_printf(b, "%s%s", i ? ", " : "", letters[from++]);
        if (below(2))
            buf_printf(b, " from age %u", 16 + below(8));
        if (below(3) == 0) {
            buf_str(b, " when ");
            put_condition(b);
        }
        buf_str(b, "\n");
    }
}

static void put_exceptions(struct buffer *b, char *indent, unsigned depth)
{
    size_t k = strlen(indent);

    for (unsigned n = below(3); n > 0; n--) {
        buf_printf(b, "%sexcept %s", indent, below(2) ? "entering BB when " : "when ");
        put_condition(b);
        buf_str(b, "\n");
        memcpy(indent + k, "  ", 3);
        if (below(2))
            put_effect(b, indent);
        if (depth)
            put_exceptions(b, indent, depth - 1);
        indent[k] = 0;
    }
}

static void put_article(struct buffer *b, unsigned number)
{
    char indent[32] = "  ";

    buf_printf(b, "article %u \"random\"\n  text en \"x\"\n", number);
    if (below(2)) {
        buf_str(b, "  when ");
        put_condition(b);
        buf_str(b, "\n");
    }
    put_effect(b, indent);
    put_exceptions(b, indent, 1);
    if (below(3) == 0) {
        buf_str(b, "  reservation of CC: ");
        if (below(2))
            buf_str(b, "not bound");
        else
            put_condition(b);
        buf_str(b, "\n");
    }
}

static struct span random_word(enum vocabulary v)
{
    const char *const *w = vocabulary_words(v);
    size_t n = 0;

    while (w[n])
        n++;
    return n && below(20) ? span_str(w[below((unsigned)n)]) : SPAN("something else");
}

static void random_facts(struct facts *f, struct date on, unsigned missing)
{
    *f = (struct facts){ 0 };
    for (unsigned i = 0; i < FACTS_N; i++) {
        enum fact id = (enum fact)i;

        if (below(missing) == 0)
            continue;
        switch (fact_type(id)) {
        case FACT_TYPE_STATE:
            fact_set_word(f, id, span_str(members[below(4)]));
            break;
        case FACT_TYPE_WORD:
            fact_set_word(f, id, random_word(fact_vocabulary(id)));
            break;
        case FACT_TYPE_DATE:
            fact_set_date(f, id,
                          date_add_days(on, (int)below(400) - (id == FACT_LICENCE_EXPIRY ? 100 : 300)));
            break;
        case FACT_TYPE_NUMBER:
            fact_set_number(f, id, 14 + below(12));
            break;
        case FACT_TYPE_BOOL:
            fact_set_number(f, id, below(3) != 0);
            break;
        case FACT_TYPE_STAYS:
            break;
        }
    }
    if (below(3))
        fact_set_word(f, FACT_LICENCE_RESULT, SPAN("genuine"));
    if (below(3))
        fact_set_word(f, FACT_LICENCE_STATUS, SPAN("valid"));
    if (below(2))
        fact_set_word(f, FACT_LICENCE_CATEGORY, SPAN("b"));
}

static bool good(enum outcome o)
{
    return o == OUTCOME_RECOGNISED || o == OUTCOME_RESTRICTED;
}

static uint64_t asked(const struct verdict *v)
{
    uint64_t all = 0;

    for (size_t i = 0; i < v->n_reasons; i++)
        if (strcmp(v->reason[i].code, "missing-fact") == 0 || strcmp(v->reason[i].code, "unknown-word") == 0)
            all |= v->reason[i].facts;
    return all;
}

static void compare(const struct agreement *a, const struct facts *f, struct date on, struct span text)
{
    struct naive_recognition n;
    struct verdict v;
    struct facts fewer = *f;

    agreement_recognise(a, f, on, &v);
    naive_recognise(a, f, on, &n);
    if (v.outcome != n.outcome)
        fail_msg("program %s, naive %s\n%.*s", outcome_word(v.outcome), outcome_word(n.outcome), (int)text.n,
                 (const char *)text.p);
    if (v.outcome == OUTCOME_REFER && v.n_reasons < VERDICT_REASONS && asked(&v) != n.unknown)
        fail_msg("program asks for %llx, naive for %llx\n%.*s", (unsigned long long)asked(&v),
                 (unsigned long long)n.unknown, (int)text.n, (const char *)text.p);
    if (good(v.outcome) && date_cmp(v.last_day, n.last) != 0)
        fail_msg("the last day differs\n%.*s", (int)text.n, (const char *)text.p);
    assert_true(v.n_reasons > 0);
    assert_true(good(v.outcome) == (v.article != NULL));
    if (good(v.outcome))
        return;
    fewer.v[below(FACTS_N)].present = false;
    agreement_recognise(a, &fewer, on, &v);
    assert_false(good(v.outcome)); /* less known never recognises more */
}

static void program_equals_naive_reading(void **state)
{
    struct agreement_faults faults;
    struct facts f;
    struct buffer b;
    size_t read = 0, count[5] = { 0 };
    struct verdict v;

    (void)state;
    buf_init(&b, LIMIT_AGREEMENT);
    for (unsigned i = 0; i < 600; i++) {
        struct agreement *a;

        buf_reset(&b);
        buf_printf(&b, "agreement \"random %u\" version 1\nparties AA BB CC\n", i);
        for (unsigned n = 1; n < 2 + below(3); n++)
            put_article(&b, n);
        a = agreement_parse(buf_span(&b), &faults);
        if (!a) {
            for (size_t k = 0; k < faults.n; k++)
                if (!faults.item[k].warning && !strstr(faults.item[k].message, "never apply") &&
                    !strstr(faults.item[k].message, "contradicts"))
                    fail_msg("%u: %s\n%s", faults.item[k].line, faults.item[k].message, buf_cstr(&b));
            continue;
        }
        read++;
        for (unsigned k = 0; k < 200; k++) {
            struct date on = date_from_days(20800 + (day_number)below(400));

            random_facts(&f, on, k % 2 ? 40 : 10);
            compare(a, &f, on, buf_span(&b));
            agreement_recognise(a, &f, on, &v);
            count[v.outcome]++;
        }
        agreement_free(a);
    }
    buf_free(&b);
    assert_true(read > 200);
    assert_int_equal(count[OUTCOME_ADMIT], 0);
    assert_true(count[OUTCOME_RECOGNISED] > 500 && count[OUTCOME_RESTRICTED] > 500);
    assert_true(count[OUTCOME_REFER] > 500 && count[OUTCOME_NOT_RECOGNISED] > 500);
}

/* --- single rules --- */

#define HEAD "agreement \"x\" version 1\nparties IR TR PK\narticle 1 \"licences\"\n  text en \"x\"\n"

static void usual(struct facts *f)
{
    *f = (struct facts){ 0 };
    fact_set_word(f, FACT_TRAVEL_ENTERING, SPAN("IR"));
    fact_set_word(f, FACT_DRIVER_RESIDENCE, SPAN("TR"));
    fact_set_word(f, FACT_LICENCE_CATEGORY, SPAN("b"));
    fact_set_word(f, FACT_LICENCE_CODES, SPAN("none"));
    fact_set_word(f, FACT_LICENCE_RESULT, SPAN("genuine"));
    fact_set_word(f, FACT_LICENCE_STATUS, SPAN("valid"));
    fact_set_date(f, FACT_LICENCE_FROM, (struct date){ 2020, 1, 1 });
    fact_set_date(f, FACT_LICENCE_EXPIRY, (struct date){ 2030, 1, 1 });
    fact_set_number(f, FACT_DRIVER_AGE, 30);
}

static void set(struct facts *f, const char *name, const char *value)
{
    enum fact id;
    struct date d;

    if (!name)
        return;
    assert_true(fact_from_name(span_str(name), &id));
    if (!value)
        f->v[id].present = false;
    else if (fact_type(id) == FACT_TYPE_DATE && date_parse(span_str(value), &d))
        fact_set_date(f, id, d);
    else if (fact_type(id) == FACT_TYPE_NUMBER)
        fact_set_number(f, id, value[0] - '0');
    else
        fact_set_word(f, id, span_str(value));
}

static void rules_hold_one_by_one(void **state)
{
#define VISITORS  HEAD "  recognise licences of visitors\n    A, B from age 18\n"
#define RESIDENTS HEAD "  recognise licences of visitors for 3 months, of residents for 6 months\n    B\n"
#define LET       HEAD "  when licence.result in genuine, well-formed\n  recognise licences of visitors\n    B\n"
    static const struct {
        const char *what, *text, *fact, *value;
        enum outcome outcome;
        const char *code;
    } cases[] = {
        { "as it should be", VISITORS, NULL, NULL, OUTCOME_RECOGNISED, "recognised" },
        { "silence does not let a forged licence through", VISITORS, "licence.result", "forged",
          OUTCOME_NOT_RECOGNISED, "not-recognised" },
        { "silence does not let lines through", VISITORS, "licence.result", "well-formed",
          OUTCOME_NOT_RECOGNISED, "not-recognised" },
        { "an article may let lines through", LET, "licence.result", "well-formed", OUTCOME_RECOGNISED,
          "recognised" },
        { "and then no others", LET, "licence.result", "revoked", OUTCOME_NOT_RECOGNISED, "not-recognised" },
        { "silence does not let a suspended licence through", VISITORS, "licence.status", "suspended",
          OUTCOME_NOT_RECOGNISED, "not-recognised" },
        { "nobody asked at home", VISITORS, "licence.status", NULL, OUTCOME_REFER, "missing-fact" },
        { "nobody read the codes", VISITORS, "licence.codes", NULL, OUTCOME_REFER, "missing-fact" },
        { "codes restrict", VISITORS, "licence.codes", "known", OUTCOME_RESTRICTED, "recognised" },
        { "an unknown code restricts", VISITORS, "licence.codes", "unknown", OUTCOME_RESTRICTED,
          "recognised" },
        { "a word for codes that is none", VISITORS, "licence.codes", "few", OUTCOME_REFER, "unknown-word" },
        { "an unknown category", VISITORS, "licence.category", "zz", OUTCOME_REFER, "unknown-word" },
        { "a category of no row", VISITORS, "licence.category", "d", OUTCOME_NOT_RECOGNISED,
          "not-recognised" },
        { "too young", VISITORS, "driver.age", "7", OUTCOME_NOT_RECOGNISED, "not-recognised" },
        { "age unknown", VISITORS, "driver.age", NULL, OUTCOME_REFER, "missing-fact" },
        { "a resident where only visitors are named", VISITORS, "driver.residence", "IR",
          OUTCOME_NOT_RECOGNISED, "not-recognised" },
        { "no party", VISITORS, "travel.entering", "FR", OUTCOME_NOT_RECOGNISED, "not-recognised" },
        { "the last day", VISITORS, "licence.expiry", "2027-03-01", OUTCOME_RECOGNISED, "recognised" },
        { "the day after", VISITORS, "licence.expiry", "2027-02-28", OUTCOME_NOT_RECOGNISED,
          "not-recognised" },
        { "no expiry is not for ever", VISITORS, "licence.expiry", NULL, OUTCOME_REFER, "missing-fact" },
        { "not begun", VISITORS, "licence.from", "2027-03-02", OUTCOME_NOT_RECOGNISED, "not-recognised" },
        { "a visitor, and nobody knows since when", RESIDENTS, NULL, NULL, OUTCOME_REFER, "missing-fact" },
        { "a visitor on the last day", RESIDENTS, "driver.entered", "2026-12-01", OUTCOME_RECOGNISED,
          "recognised" },
        { "a visitor a day later", RESIDENTS, "driver.entered", "2026-11-30", OUTCOME_NOT_RECOGNISED,
          "not-recognised" },
        { "entered tomorrow", RESIDENTS, "driver.entered", "2027-03-02", OUTCOME_NOT_RECOGNISED,
          "not-recognised" },
    };
    struct agreement_faults faults;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct agreement *a = agreement_parse(span_str(cases[i].text), &faults);
        struct facts f;
        struct verdict v;

        if (!a)
            fail_msg("%s: %s", cases[i].what, faults.item[0].message);
        usual(&f);
        set(&f, cases[i].fact, cases[i].value);
        agreement_recognise(a, &f, (struct date){ 2027, 3, 1 }, &v);
        if (v.outcome != cases[i].outcome || strcmp(v.reason[0].code, cases[i].code) != 0)
            fail_msg("%s: %s, %s", cases[i].what, outcome_word(v.outcome), v.reason[0].code);
        agreement_free(a);
    }
}

static void faults_are_found(void **state)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        { HEAD "  recognise licences\n    B\n", "expected \"of\"" },
        { HEAD "  recognise licences of tourists\n    B\n", "expected \"visitors\" or \"residents\"" },
        { HEAD "  recognise licences of visitors, of visitors\n    B\n", "named twice" },
        { HEAD "  recognise licences of visitors\n", "no category stands here" },
        { HEAD "  recognise licences of visitors\n    Z9\n", "is no word of licence.category" },
        { HEAD "  recognise licences of visitors\n    B\n    A, B\n", "has a row" },
        { HEAD "  recognise licences of visitors\n    B from 18\n", "expected \"age\"" },
        { HEAD "  recognise licences of visitors\n    B\n  allow entry\n", "a second" },
        { HEAD "  recognise licences of visitors\n    B\n  except entering IR\n    allow entry\n",
          "recognises licences; expected the same" },
        { HEAD "  allow entry\n  except entering IR\n    recognise licences of visitors\n      B\n",
          "recognises no licences; expected the same" },
        { HEAD "  recognise licences of visitors\n    B\n  example \"x\"\n    given on 2027-01-01\n    gives "
               "admit\n",
          "gives no \"admit\"" },
        { HEAD "  allow entry\n  example \"x\"\n    given on 2027-01-01\n    gives recognised\n",
          "gives no \"recognised\"" },
        { HEAD "  when licence.category is D\n  recognise licences of visitors\n    B\n", "never apply" },
        { HEAD "  recognise licences of visitors\n    B\narticle 2 \"sea\"\n  text en \"x\"\n  require "
               "travel.mode is "
               "sea\narticle 3 \"air\"\n  text en \"x\"\n  when travel.mode is air\n  allow entry\n",
          "article 3 can never apply" },
    };
    struct agreement_faults faults;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool found = false;

        assert_null(agreement_parse(span_str(cases[i].text), &faults));
        for (size_t k = 0; k < faults.n; k++)
            found |= strstr(faults.item[k].message, cases[i].message) != NULL;
        if (!found)
            fail_msg("\"%s\" not found, but: %s", cases[i].message, faults.item[0].message);
    }
}

/* Rules of entry do not bind licences, rules of licences do not bind entry. */
static void entry_and_licences_are_apart(void **state)
{
    static const char text[] = HEAD "  recognise licences of visitors\n    B\n  duty show the licence\n"
                                    "article 2 \"entry\"\n  text en \"x\"\n  allow entry\n"
                                    "article 3 \"sea\"\n  text en \"x\"\n  require travel.mode is sea\n";
    struct agreement_faults faults;
    struct agreement *a = agreement_parse(span_str(text), &faults);
    struct facts f;
    struct verdict v;

    (void)state;
    assert_non_null(a);
    usual(&f);
    agreement_recognise(a, &f, (struct date){ 2027, 3, 1 }, &v);
    assert_int_equal(v.outcome, OUTCOME_RECOGNISED);
    assert_string_equal(v.reason[1].code, "duty");
    fact_set_word(&f, FACT_EVIDENCE_CONTRADICTION, SPAN("none"));
    agreement_decide(a, &f, (struct date){ 2027, 3, 1 }, &v);
    assert_int_equal(v.outcome, OUTCOME_REFER);
    fact_set_word(&f, FACT_TRAVEL_MODE, SPAN("sea"));
    agreement_decide(a, &f, (struct date){ 2027, 3, 1 }, &v);
    assert_int_equal(v.outcome, OUTCOME_ADMIT);
    for (size_t i = 0; i < v.n_reasons; i++)
        assert_string_not_equal(v.reason[i].code, "duty");
    agreement_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(program_equals_naive_reading),
        cmocka_unit_test(rules_hold_one_by_one),
        cmocka_unit_test(faults_are_found),
        cmocka_unit_test(entry_and_licences_are_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

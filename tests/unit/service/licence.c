/* Facts of a licence, mapping of categories, and decisions under the sample agreement. */
#include "vectors.h"

#include "service/licence/advice.h"
#include "service/licence/recognise.h"

static const struct date today = { 2027, 3, 1 };

struct rig {
    struct arena arena;
    struct agreement *a;
    struct licence_data data;
    struct licence_case c;
    struct facts said;
    struct licence_decision out[LICENCE_DECISIONS];
};

static int open_rig(void **state)
{
    static struct rig r;
    struct agreement_faults faults;

    arena_init(&r.arena, LIMIT_AGREEMENT);
    r.a = agreement_parse(load_file(&r.arena, source_path("agreements/eco.agreement")), &faults);
    assert_non_null(r.a);
    *state = &r;
    return 0;
}

static int close_rig(void **state)
{
    struct rig *r = *state;

    agreement_free(r->a);
    arena_free(&r->arena);
    return 0;
}

/* A genuine licence of the issuer, valid at home, of a visitor to Iran who is 30. */
static void licence_of(struct rig *r, const char *issuer)
{
    licence_data_begin(&r->data, (struct span){ 0 });
    r->data.issuing_country = span_str(issuer);
    r->data.birth_date = (struct date){ 1997, 1, 1 };
    r->data.issue_date = (struct date){ 2020, 1, 1 };
    r->data.expiry_date = (struct date){ 2030, 1, 1 };
    r->said = (struct facts){ 0 };
    r->c = (struct licence_case){ .data = &r->data,
                                  .has_result = true,
                                  .result = RESULT_GENUINE,
                                  .status = SPAN("valid"),
                                  .in = SPAN("IR"),
                                  .residence = SPAN("TR"),
                                  .said = &r->said };
}

static struct licence_privilege *add(struct rig *r, const char *category)
{
    struct licence_privilege *p = &r->data.privilege[r->data.n_privileges++];

    p->category = span_str(category);
    p->first_code = r->data.n_codes;
    return p;
}

static void add_code(struct rig *r, const char *code)
{
    r->data.code[r->data.n_codes++].code = span_str(code);
    r->data.privilege[r->data.n_privileges - 1].n_codes++;
}

static size_t run(struct rig *r)
{
    const struct licence_context c = { .now = time_of_date(today) };

    r->data.expiry_time = time_of_date(r->data.expiry_date) + 86399;
    licence_data_end(&r->data, &c);
    return licence_recognise(r->a, &r->c, today, r->out, LICENCE_DECISIONS);
}

static void categories_of_pakistan_need_a_permit_or_a_translation(void **state)
{
    static const struct {
        const char *category, *vienna;
    } own[] = { { "M", "A" }, { "Motorcar", "B" }, { "LTV", "B" }, { "HTV", "C" }, { "PSV", "D" } };
    struct rig *r = *state;

    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        licence_of(r, "PK");
        add(r, own[i].category);
        assert_int_equal(run(r), 1);
        assert_int_equal(r->out[0].scheme, LICENCE_SCHEME_DOMESTIC);
        assert_string_equal(r->out[0].mapping->vienna, own[i].vienna);
        assert_int_equal(r->out[0].verdict.outcome, OUTCOME_REFER);
        assert_int_equal(r->out[0].verdict.n_missing, 2);
        r->c.permit = r->c.translation = SAID_NO;
        (void)licence_recognise(r->a, &r->c, today, r->out, LICENCE_DECISIONS);
        assert_int_equal(r->out[0].verdict.outcome, OUTCOME_NOT_RECOGNISED);
        r->c.permit = SAID_YES;
        (void)licence_recognise(r->a, &r->c, today, r->out, LICENCE_DECISIONS);
        assert_int_equal(r->out[0].verdict.outcome, OUTCOME_RECOGNISED);
    }
    /* only Pakistan's */
    licence_of(r, "TR");
    add(r, "LTV");
    assert_int_equal(run(r), 1);
    assert_int_equal(r->out[0].verdict.outcome, OUTCOME_NOT_RECOGNISED);
    assert_string_equal(r->out[0].verdict.reason[0].code, "category-unknown");
}

static void letters_are_compared_within_their_scheme(void **state)
{
    struct rig *r = *state;
    struct licence_privilege *p;
    size_t at = 0;

    /* C of 1949 stands for C and C1, with the issuer's statement */
    licence_of(r, "TR");
    p = add(r, "C");
    (void)run(r);
    p->scheme = LICENCE_SCHEME_1949;
    r->c.statement = SAID_YES;
    assert_int_equal(licence_recognise(r->a, &r->c, today, r->out, LICENCE_DECISIONS), 2);
    assert_string_equal(r->out[0].mapping->vienna, "C");
    assert_string_equal(r->out[1].mapping->vienna, "C1");
    assert_int_equal(r->out[1].verdict.outcome, OUTCOME_RECOGNISED);
    r->c.statement = SAID_NO;
    (void)licence_recognise(r->a, &r->c, today, r->out, LICENCE_DECISIONS);
    assert_int_equal(r->out[0].verdict.outcome, OUTCOME_NOT_RECOGNISED);
    /* no letters of 1949 beyond B, C, D */
    assert_null(licence_map(LICENCE_SCHEME_1949, SPAN("TR"), SPAN("BE"), &at));
    /* letters of a State that follows neither Convention are its own */
    licence_of(r, "AF");
    add(r, "B");
    (void)run(r);
    assert_int_equal(r->out[0].scheme, LICENCE_SCHEME_DOMESTIC);
    assert_int_equal(r->out[0].verdict.outcome, OUTCOME_NOT_RECOGNISED);
    /* and in a list of two maximum, no third is written */
    licence_of(r, "TR");
    add(r, "A");
    add(r, "B");
    add(r, "C");
    (void)run(r);
    assert_int_equal(licence_recognise(r->a, &r->c, today, r->out, 2), 2);
}

static void codes_restrict_and_never_widen(void **state)
{
    struct rig *r = *state;

    licence_of(r, "TR");
    add(r, "B");
    add_code(r, "01");
    add(r, "C");
    add_code(r, "999");
    add(r, "A");
    assert_int_equal(run(r), 3);
    assert_int_equal(r->out[0].verdict.outcome, OUTCOME_RESTRICTED);
    assert_int_equal(r->out[1].verdict.outcome, OUTCOME_RESTRICTED);
    assert_true(r->out[1].privilege->findings & 1u << LICENCE_CODE_UNKNOWN);
    assert_int_equal(r->out[2].verdict.outcome, OUTCOME_RECOGNISED);
    /* people cannot talk a code away */
    fact_set_word(&r->said, FACT_LICENCE_CODES, SPAN("none"));
    fact_set_word(&r->said, FACT_LICENCE_CATEGORY, SPAN("a"));
    (void)licence_recognise(r->a, &r->c, today, r->out, LICENCE_DECISIONS);
    assert_int_equal(r->out[0].verdict.outcome, OUTCOME_RESTRICTED);
}

static void the_shortest_of_the_days_counts(void **state)
{
    struct rig *r = *state;
    struct licence_privilege *p;

    licence_of(r, "TR");
    p = add(r, "B");
    p->to = (struct date){ 2028, 5, 5 };
    p = add(r, "A");
    p->to = (struct date){ 2040, 1, 1 };
    p = add(r, "C");
    p->from = (struct date){ 2027, 3, 2 };
    p = add(r, "D");
    p->to = (struct date){ 2027, 2, 28 };
    assert_int_equal(run(r), 4);
    assert_int_equal(date_cmp(r->out[0].verdict.last_day, (struct date){ 2028, 5, 5 }), 0);
    assert_int_equal(date_cmp(r->out[1].verdict.last_day, (struct date){ 2030, 1, 1 }), 0);
    assert_string_equal(r->out[2].verdict.reason[1].code, "licence-not-begun");
    assert_string_equal(r->out[3].verdict.reason[1].code, "licence-expired");
    /* a resident: six months */
    r->c.residence = SPAN("IR");
    r->c.resident_since = (struct date){ 2027, 1, 31 };
    (void)licence_recognise(r->a, &r->c, today, r->out, LICENCE_DECISIONS);
    assert_int_equal(date_cmp(r->out[0].verdict.last_day, (struct date){ 2027, 7, 31 }), 0);
    r->c.resident_since = (struct date){ 2026, 8, 31 };
    (void)licence_recognise(r->a, &r->c, today, r->out, LICENCE_DECISIONS);
    assert_int_equal(r->out[0].verdict.outcome, OUTCOME_NOT_RECOGNISED);
}

static void what_is_broken_or_missing_is_referred(void **state)
{
    struct rig *r = *state;
    struct licence_privilege *p;

    licence_of(r, "TR");
    p = add(r, "B");
    (void)run(r);
    p->findings |= 1u << LICENCE_DATA_DATE;
    (void)licence_recognise(r->a, &r->c, today, r->out, LICENCE_DECISIONS);
    assert_int_equal(r->out[0].verdict.outcome, OUTCOME_REFER);
    assert_int_equal(r->out[0].verdict.missing[0], FACT_LICENCE_FROM);
    p->findings = 0;
    r->data.expiry_date = (struct date){ 0 };
    p->to = (struct date){ 2030, 1, 1 }; /* the category's own days do not stand for the licence's */
    (void)licence_recognise(r->a, &r->c, today, r->out, LICENCE_DECISIONS);
    assert_int_equal(r->out[0].verdict.missing[0], FACT_LICENCE_EXPIRY);
    licence_of(r, "TR");
    add(r, "B");
    r->c.status = (struct span){ 0 };
    (void)run(r);
    assert_int_equal(r->out[0].verdict.outcome, OUTCOME_REFER);
    assert_int_equal(r->out[0].verdict.missing[0], FACT_LICENCE_STATUS);
    r->c.has_result = false;
    (void)licence_recognise(r->a, &r->c, today, r->out, LICENCE_DECISIONS);
    assert_int_equal(r->out[0].verdict.outcome, OUTCOME_REFER);
}

static void twice_the_same_category_is_decided_once(void **state)
{
    struct rig *r = *state;
    struct licence_privilege *p;

    licence_of(r, "TR");
    add(r, "B");
    p = add(r, "B");
    p->to = (struct date){ 2027, 4, 1 };
    assert_int_equal(run(r), 1);
    assert_int_equal(date_cmp(r->out[0].verdict.last_day, (struct date){ 2027, 4, 1 }), 0);
}

static void typed_in_categories_are_mapped_too(void **state)
{
    struct rig *r = *state;

    licence_of(r, "PK");
    fact_set_word(&r->said, FACT_LICENCE_CATEGORY, SPAN("LTV"));
    assert_int_equal(run(r), 0 + 1);
    assert_string_equal(r->out[0].mapping->vienna, "B");
    assert_int_equal(r->out[0].verdict.outcome, OUTCOME_REFER); /* codes and days are not known */
    fact_set_word(&r->said, FACT_LICENCE_ISSUER, SPAN("PK"));
    fact_set_word(&r->said, FACT_LICENCE_CODES, SPAN("none"));
    fact_set_date(&r->said, FACT_LICENCE_FROM, (struct date){ 2024, 1, 1 });
    fact_set_date(&r->said, FACT_LICENCE_EXPIRY, (struct date){ 2029, 1, 1 });
    fact_set_number(&r->said, FACT_LICENCE_PERMIT, 1);
    assert_int_equal(run(r), 1);
    assert_int_equal(r->out[0].verdict.outcome, OUTCOME_RECOGNISED);
    fact_set_word(&r->said, FACT_LICENCE_CATEGORY, SPAN("XYZ"));
    assert_int_equal(run(r), 1);
    assert_int_equal(r->out[0].verdict.outcome, OUTCOME_REFER);
}

static const char *found(void *ctx, const char *name)
{
    return strcmp(name, ctx) == 0 ? "сказано" : NULL;
}

static void people_are_told_in_their_language_else_in_english(void **state)
{
    char outcome[] = "outcome.recognised", reason[] = "reason.residence-term", fact[] = "fact.licence.codes",
         advice[] = "licence.do.card", status[] = "state.not-asked";
    struct tongue t = { .language = "ru", .find = found, .ctx = outcome };

    (void)state;
    for (int o = OUTCOME_REFER; o <= OUTCOME_NOT_RECOGNISED; o++)
        assert_true(strlen(licence_outcome_in((enum outcome)o, NULL)) > 3);
    assert_string_equal(licence_outcome_in(OUTCOME_RECOGNISED, &t), "сказано");
    assert_string_equal(licence_outcome_in(OUTCOME_REFER, &t), "refer to an officer");
    t.ctx = reason;
    assert_string_equal(licence_reason_in("residence-term", &t), "сказано");
    assert_null(licence_reason_in("no such code", &t));
    t.ctx = fact;
    assert_string_equal(licence_fact_in(FACT_LICENCE_CODES, &t), "сказано");
    assert_string_equal(licence_fact_in(FACT_LICENCE_CATEGORY, &t), "category");
    t.ctx = advice;
    assert_string_equal(licence_finding_do("card", &t), "сказано");
    assert_non_null(licence_finding_said("card", &t));
    assert_null(licence_finding_do("no such reason", &t));
    t.ctx = status;
    assert_string_equal(licence_status_said("not asked", &t), "сказано");
    assert_string_equal(licence_status_said("valid", &t), "valid at home");
    t.language = "en";
    assert_string_equal(licence_status_said("not asked", &t), "not asked");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(categories_of_pakistan_need_a_permit_or_a_translation),
        cmocka_unit_test(letters_are_compared_within_their_scheme),
        cmocka_unit_test(codes_restrict_and_never_widen),
        cmocka_unit_test(the_shortest_of_the_days_counts),
        cmocka_unit_test(what_is_broken_or_missing_is_referred),
        cmocka_unit_test(twice_the_same_category_is_decided_once),
        cmocka_unit_test(typed_in_categories_are_mapped_too),
        cmocka_unit_test(people_are_told_in_their_language_else_in_english),
    };

    return cmocka_run_group_tests(tests, open_rig, close_rig);
}

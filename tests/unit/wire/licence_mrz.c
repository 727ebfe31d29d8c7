#include "vectors.h"

#include "guard.h"
#include "wire/licence_mrz.h"

enum { NOW = 1795262400 }; /* 2026-11-21 */

#define CHE_1 "ABC123D<<"
#define CHE_2 "FACHE900000017002<<910417<<<<<"
#define CHE_3 "SPECIMEN<<SAMPLE<TWO<<<<<<<<<<"

static bool parse(struct span in, struct licence_mrz *m, struct why *w)
{
    struct span s = guard_copy(in);
    bool ok;

    memset(m, 0, sizeof *m);
    why_clear(w);
    ok = licence_mrz_parse(s, NOW, m, w);
    guard_free(s);
    return ok;
}

static void lines_are_refused_with_their_place(void **state)
{
    static const struct {
        const char *what, *in, *reason;
        size_t offset;
    } cases[] = {
        { "nothing", "", "MRZ_LENGTH", 0 },
        { "blanks only", " \n", "MRZ_LENGTH", 0 },
        { "no licence", "P<UTOERIKSSON<<ANNA<MARIA", "MRZ_FORMAT", 0 },
        { "lower case", "D1fRA22BX004172370214LEFEBVRE4", "MRZ_CHAR", 2 },
        { "a bad character counts before the length", "\nD1FRA*", "MRZ_CHAR", 6 },
        { "29 characters", "D1FRA22BX004172370214LEFEBVRE", "MRZ_LENGTH", 29 },
        { "31 characters", "D1FRA22BX004172370214LEFEBVRE44", "MRZ_LENGTH", 30 },
        { "two lines", "D1FRA22BX004172370214LEFEBVRE4\nD1", "MRZ_LENGTH", 31 },
        { "D2", "D2FRA22BX004172370214LEFEBVRE4", "MRZ_FORMAT", 1 },
        { "another State", "D1UTO22BX004172370214LEFEBVRE4", "MRZ_FORMAT", 2 },
        { "number misread", "D1FRA22BX004178370214LEFEBVRE4", "MRZ_CHECK", 14 },
        { "name misread", "D1FRA22BX004172370214LEFEBVRF4", "MRZ_CHECK", 29 },
        { "letter for a check digit", "D1FRA22BX00417Z370214LEFEBVRE4", "MRZ_CHECK", 14 },
        { "30 February", "D1FRA22BX004172370230LEFEBVRE6", "MRZ_DATE", 15 },
        { "letters in the date", "D1FRA22BX004172370A14LEFEBVRE0", "MRZ_DATE", 15 },
        { "unknown expiry", "D1FRA22BX004172<<<<<<LEFEBVRE1", "MRZ_DATE", 15 },
        { "digit in the name", "D1FRA22BX004172370214LEF0BVRE6", "MRZ_FORMAT", 24 },
        { "Dutch digit", "D1NLD112345678900SPECIMEN00000", "MRZ_CHECK", 29 },
        { "Dutch number with letters", "D1NLD1123456789XSPECIMEN000002", "MRZ_FORMAT", 15 },
        { "Swiss, one line", CHE_2, "MRZ_LENGTH", 9 },
        { "Swiss, two lines", CHE_1 "\n" CHE_2, "MRZ_LENGTH", 40 },
        { "Swiss, four lines", CHE_1 "\n" CHE_2 "\n" CHE_3 "\n" CHE_3, "MRZ_LENGTH", 72 },
        { "Swiss, third line short", CHE_1 "\n" CHE_2 "\nSPECIMEN", "MRZ_LENGTH", 49 },
        { "FACHE misread", CHE_1 "\nFAGHE900000017002<<910417<<<<<\n" CHE_3, "MRZ_FORMAT", 10 },
        { "no language", "ABC1234<<\n" CHE_2 "\n" CHE_3, "MRZ_FORMAT", 6 },
        { "letter in the register number", CHE_1 "\nFACHE90000O017002<<910417<<<<<\n" CHE_3, "MRZ_FORMAT",
          20 },
        { "Swiss date", CHE_1 "\nFACHE900000017002<<911317<<<<<\n" CHE_3, "MRZ_DATE", 29 },
        { "no names", CHE_1 "\n" CHE_2 "\n<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", "MRZ_FORMAT", 41 },
    };
    struct licence_mrz m;
    struct why w;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (parse(span_str(cases[i].in), &m, &w))
            fail_msg("%s: accepted", cases[i].what);
        if (strcmp(w.reason, cases[i].reason) != 0 || w.offset != cases[i].offset)
            fail_msg("%s: %s at %zu (%s)", cases[i].what, w.reason, w.offset, w.detail);
        assert_int_equal(m.lines, 0);
    }
}

static void fields_are_where_they_belong(void **state)
{
    static const char *const swiss[] = { CHE_1 "\n" CHE_2 "\n" CHE_3, CHE_1 CHE_2 CHE_3,
                                         "  " CHE_1 "\r\n" CHE_2 "\r\n" CHE_3 "\r\n" };
    struct licence_mrz m;
    struct why w;

    (void)state;
    assert_true(parse(SPAN(" D1FRA23CD771205380601DE<LA<TO3\n"), &m, &w));
    assert_int_equal(m.layout, LICENCE_MRZ_FRA);
    assert_string_equal(m.number, "23CD77120");
    assert_string_equal(m.primary, "DE LA TO");
    assert_true(m.name_truncated);
    assert_string_equal(m.expiry_digits, "380601");
    assert_int_equal(m.expiry.year, 2038);
    assert_int_equal(m.line_at[0], 1);
    assert_true(parse(SPAN("D1NLD112345678900SPECIMEN00005"), &m, &w));
    assert_int_equal(m.layout, LICENCE_MRZ_NLD);
    assert_string_equal(m.number, "1234567890");
    assert_string_equal(m.random, "0SPECIMEN0000");
    assert_string_equal(m.primary, "");
    for (size_t i = 0; i < sizeof swiss / sizeof *swiss; i++) {
        if (!parse(span_str(swiss[i]), &m, &w))
            fail_msg("%s: %s at %zu", swiss[i], w.reason, w.offset);
        assert_int_equal(m.layout, LICENCE_MRZ_CHE);
        assert_string_equal(m.number, "ABC123D");
        assert_string_equal(m.language, "D");
        assert_string_equal(m.pin, "900000017");
        assert_string_equal(m.version, "002");
        assert_int_equal(m.birth.year, 1991);
        assert_string_equal(m.primary, "SPECIMEN");
        assert_string_equal(m.secondary, "SAMPLE TWO");
        assert_string_equal(m.zone, CHE_1 CHE_2 CHE_3);
    }
}

static const char *field(const struct licence_mrz *m, const char *name)
{
    bool swiss = m->layout == LICENCE_MRZ_CHE;

    const struct {
        const char *name, *value;
    } fields[] = { { "document", m->document },
                   { "state", m->state },
                   { "number", m->number },
                   { "expiry", m->expiry_digits },
                   { "birth", m->birth_digits },
                   { swiss ? "family_name" : "name", m->primary },
                   { "given_name", m->secondary },
                   { "language", m->language },
                   { "pin", m->pin },
                   { "version", m->version } };

    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (strcmp(name, fields[i].name) == 0)
            return fields[i].value;
    return NULL;
}

static void published_lines(void **state)
{
    json_t *index = load_json(vector_path("licence/mrz/index.json")), *c, *value;
    const char *name;
    char path[256];
    size_t i;

    (void)state;
    json_array_foreach(json_object_get(index, "cases"), i, c)
    {
        json_t *expect = json_object_get(c, "expect");
        const char *strict = json_string_value(json_object_get(expect, "strict"));
        struct licence_mrz m;
        struct why w;
        bool ok;

        (void)snprintf(path, sizeof path, "licence/%s", json_string_value(json_object_get(c, "file")));
        ok = parse(load_file(&test_arena, vector_path(path)), &m, &w);
        if (strcmp(ok ? "OK" : w.reason, strict) != 0)
            fail_msg("%s: %s, not %s", path, ok ? "OK" : w.reason, strict);
        json_object_foreach(json_object_get(expect, "fields"), name, value)
        {
            const char *got = field(&m, name);

            if (!got || strcmp(got, json_string_value(value)) != 0)
                fail_msg("%s: %s is %s", path, name, got);
        }
    }
    assert_true(i >= 10);
    json_decref(index);
}

static void licences_are_recognised(void **state)
{
    (void)state;
    assert_true(licence_mrz_looks_like(SPAN("D1FRA22BX004172370214LEFEBVRE")));
    assert_true(licence_mrz_looks_like(SPAN("d1fra22bx004172370214lefebvre4\n")));
    assert_true(licence_mrz_looks_like(SPAN(CHE_1 "\n" CHE_2)));
    assert_true(licence_mrz_looks_like(SPAN(CHE_1 CHE_2 CHE_3)));
    assert_false(licence_mrz_looks_like(SPAN("D1 is the name of a street in the town")));
    assert_true(licence_mrz_looks_like(SPAN("D1FRA 22BX004172370214LEFEBVRE4")));
    assert_false(licence_mrz_looks_like(SPAN("D1ABC is the name of a street")));
    assert_false(licence_mrz_looks_like(SPAN("P<UTOERIKSSON<<ANNA<MARIA")));
    assert_false(licence_mrz_looks_like(SPAN("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_refused_with_their_place),
        cmocka_unit_test(fields_are_where_they_belong),
        cmocka_unit_test(published_lines),
        cmocka_unit_test(licences_are_recognised),
    };

    return cmocka_run_group_tests_name("licence-mrz", tests, arena_setup, arena_teardown);
}

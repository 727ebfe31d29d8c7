#include "vectors.h"

#include "guard.h"
#include "wire/aamva.h"

#define HEAD "@\n\x1e\rANSI 636099"

static bool parse(struct span in, struct aamva *a, struct why *w)
{
    struct span s = guard_copy(in);
    bool ok;

    memset(a, 0, sizeof *a);
    why_clear(w);
    ok = aamva_parse(s, a, w);
    guard_free(s);
    return ok;
}

static void payloads_are_refused_with_their_place(void **state)
{
    static const struct {
        const char *what, *in, *reason;
        size_t offset;
    } cases[] = {
        { "nothing", "", "BARCODE_HEADER", 0 },
        { "ends in the separators", "@\n", "BARCODE_HEADER", 2 },
        { "no @", "#\n\x1e\rANSI 636099100101DL00310007DLDAQ1\r", "BARCODE_HEADER", 0 },
        { "file separator instead of record separator", "@\n\x1c\rANSI 636099100101DL00310007DLDAQ1\r",
          "BARCODE_HEADER", 2 },
        { "file type", "@\n\x1e\rANSI636099100101DL00310007DLDAQ1\r", "BARCODE_HEADER", 4 },
        { "letter in the issuer", "@\n\x1e\rANSI 63609X100101DL00310007DLDAQ1\r", "BARCODE_HEADER", 9 },
        { "version 00", HEAD "000101DL00310007DLDAQ1\r", "BARCODE_HEADER", 15 },
        { "ends in the version", HEAD "1", "BARCODE_HEADER", 15 },
        { "version of the issuer", HEAD "10xx01DL00310007DLDAQ1\r", "BARCODE_HEADER", 17 },
        { "no entries", HEAD "100100DL00310007DLDAQ1\r", "BARCODE_ENTRIES", 19 },
        { "entries are no number", HEAD "1001x1DL00310007DLDAQ1\r", "BARCODE_ENTRIES", 19 },
        { "more entries than there are", HEAD "100102DL00310007DLDAQ1\r", "BARCODE_ENTRIES", 31 },
        { "ends in an entry", HEAD "100102DL004100", "BARCODE_ENTRIES", 21 },
        { "ninety-nine entries", HEAD "100199DL00310007DLDAQ1\r", "BARCODE_ENTRIES", 19 },
        { "offset past the end", HEAD "100101DL03310008DLDAQ1\r", "BARCODE_OFFSET", 23 },
        { "offset into the header", HEAD "100101DL00210008DLDAQ1\r", "BARCODE_OFFSET", 23 },
        { "offset beside the type", HEAD "100101DL00320006DLDAQ1\r", "BARCODE_OFFSET", 32 },
        { "offset with a letter", HEAD "100101DL0O310007DLDAQ1\r", "BARCODE_OFFSET", 21 },
        { "length past the end", HEAD "100101DL00310009DLDAQ1\r", "BARCODE_OFFSET", 23 },
        { "no length", HEAD "100101DL00310000DLDAQ1\r", "BARCODE_OFFSET", 23 },
        { "another type", HEAD "100101DL00310007IDDAQ1\r", "BARCODE_OFFSET", 31 },
        { "subfiles overlap", HEAD "100102DL00410014DL00480007DLDAQ1\rDLDAQ1\r", "BARCODE_OFFSET", 33 },
        { "no terminator", HEAD "100101DL00310007DLDAQ1\n", "BARCODE_TERMINATOR", 37 },
        { "terminator too early", HEAD "100101DL00310008DLDAQ\r2\r", "BARCODE_TERMINATOR", 36 },
        { "a part that is no element", HEAD "100101DL00310010DLDAQ1\n-A\r", "BARCODE_TERMINATOR", 38 },
        { "an element twice", HEAD "100101DL00310012DLDAQ1\nDAQ2\r", "BARCODE_DUP", 38 },
        { "a subfile twice", HEAD "100102DL00410007DL00480007DLDAQ1\rDLDAJ1\r", "BARCODE_DUP", 48 },
        { "offset before terminator: the earlier name wins",
          HEAD "100102DL00410007ZX00990007DLDAQ1\nZXZXA1\r", "BARCODE_OFFSET", 33 },
    };
    struct aamva a;
    struct why w;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (parse(span_str(cases[i].in), &a, &w))
            fail_msg("%s: accepted", cases[i].what);
        if (strcmp(w.reason, cases[i].reason) != 0 || w.offset != cases[i].offset)
            fail_msg("%s: %s at %zu (%s)", cases[i].what, w.reason, w.offset, w.detail);
        assert_int_equal(a.n_elements, 0);
    }
}

static void an_element_has_its_value(void **state)
{
    struct span v, in = SPAN(HEAD "100102DL00410012ZX00530007DLDAQ1 \nDAJ\rZXZXA9\r");
    struct aamva a;
    struct why w;

    (void)state;
    assert_true(aamva_parse(in, &a, &w));
    assert_string_equal(a.issuer, "636099");
    assert_int_equal(a.version, 10);
    assert_int_equal(a.jurisdiction_version, 1);
    assert_false(a.best_effort);
    assert_int_equal(a.n_subfiles, 2);
    assert_int_equal(a.n_elements, 3);
    assert_true(aamva_get(&a, "DAQ", &v) && span_eq_str(v, "1 "));
    assert_true(aamva_get(&a, "DAJ", &v) && v.n == 0);
    assert_true(aamva_get(&a, "ZXA", &v) && span_eq_str(v, "9"));
    assert_int_equal(a.element[2].subfile, 1);
    assert_false(aamva_get(&a, "DCS", &v));
    /* The first version has no version of the issuer; separator before the terminator. */
    assert_true(aamva_parse(SPAN("@\n\x1e\rAAMVA6360990101DL00290008DLDAQ1\n\r"), &a, &w));
    assert_int_equal(a.version, 1);
    assert_int_equal(a.n_elements, 1);
}

/* One element in a payload of that version and country. */
static void one(struct aamva *a, unsigned version, const char *country, const char *birth)
{
    *a = (struct aamva){ .version = (uint8_t)version, .n_elements = 2 };
    memcpy(a->element[0].id, "DBB", 4);
    a->element[0].value = span_str(birth);
    memcpy(a->element[1].id, "DCG", 4);
    a->element[1].value = span_str(country);
}

static void dates_have_the_form_of_their_version(void **state)
{
    static const struct {
        const char *what;
        unsigned version;
        const char *country, *birth;
        enum aamva_date_state state;
    } cases[] = {
        { "version 1", 1, "", "19910430", AAMVA_DATE_LEGAL },
        { "version 1, month first", 1, "", "04301991", AAMVA_DATE_OTHER },
        { "version 10", 10, "USA", "04301991", AAMVA_DATE_LEGAL },
        { "no country", 2, "", "04301991", AAMVA_DATE_LEGAL },
        { "Canada", 10, "CAN", "19910430", AAMVA_DATE_LEGAL },
        { "Canada, month first", 10, "CAN", "04301991", AAMVA_DATE_OTHER },
        { "United States, year first", 10, "USA", "19910430", AAMVA_DATE_OTHER },
        { "day and month in turn", 10, "USA", "30041991", AAMVA_DATE_ILLEGAL },
        { "30 February", 10, "USA", "02301991", AAMVA_DATE_ILLEGAL },
        { "month 0", 10, "USA", "00301991", AAMVA_DATE_ILLEGAL },
        { "letters", 10, "USA", "0430199O", AAMVA_DATE_ILLEGAL },
        { "short", 10, "USA", "0430199", AAMVA_DATE_ILLEGAL },
        { "blank", 10, "USA", "   ", AAMVA_DATE_ABSENT },
    };
    struct aamva a;
    struct date d;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum aamva_date_state s;

        one(&a, cases[i].version, cases[i].country, cases[i].birth);
        s = aamva_date(&a, "DBB", &d);
        if (s != cases[i].state)
            fail_msg("%s: %d", cases[i].what, s);
        if ((s == AAMVA_DATE_LEGAL || s == AAMVA_DATE_OTHER) &&
            (d.year != 1991 || d.month != 4 || d.day != 30))
            fail_msg("%s: %d-%d-%d", cases[i].what, d.year, d.month, d.day);
    }
}

static const char *recovered(const char *text, const char *id)
{
    struct span s = guard_copy(span_str(text)), v;
    const char *value = NULL;
    struct aamva a;

    if (aamva_recover(s, &a) && aamva_get(&a, id, &v))
        value = arena_str(&test_arena, v);
    guard_free(s);
    return value;
}

static void damaged_payloads_still_tell_something(void **state)
{
    static const struct {
        const char *what, *in, *id, *value;
    } cases[] = {
        { "separators lost", "@ANSI 636099100101DL00310030DLDAQX1DCSSPECIMENDBB02291996", "DAQ", "X1" },
        { "a date behind a name", "@ANSI 636099100101DL00310030DLDAQX1DCSSPECIMENDBB02291996", "DBB",
          "02291996" },
        { "DDA is no element of version 1", "@ANSI 6360990101DL00290030DAA3RDDAG60 STREET", "DAG",
          "60 STREET" },
        { "nor one that has this value", "@ANSI 636099100101DL00310030DLDCS3RDDAG60 STREET", "DAG",
          "60 STREET" },
        { "a flag is one character", "@ANSI 636099100101DL00310030DLDDAFDCSSPECIMEN", "DDA", "F" },
        { "a name that holds an identifier is left out", "DACSOLEDADDADMARIADAQX1", "DAC", NULL },
        { "and so is what has it", "DACSOLEDADDADMARIADAQX1", "DAD", NULL },
        { "but not the rest", "DACSOLEDADDADMARIADAQX1", "DAQ", "X1" },
        { "line ends instead of separators", "ANSI 636099100101DL00310030DLDAQX1\r\nDCSNAME\r\n", "DCS",
          "NAME" },
        { "an element of the issuer", "ANSI 636099100102DL00310030ZX00620008DLDAQX1\nDCSNAME\rZXZXA7\r",
          "ZXA", "7" },
        { "the first one of two", "ANSI 636099100101DL00310030DLDAQX1\nDAQX2\r", "DAQ", "X1" },
        { "no element", "ANSI 636099100101DL00310030", "DAQ", NULL },
        { "nothing", "", "DAQ", NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *got = recovered(cases[i].in, cases[i].id);

        if (!got != !cases[i].value || (got && strcmp(got, cases[i].value) != 0))
            fail_msg("%s: %s", cases[i].what, got);
    }
}

static void names_of_all_versions(void **state)
{
    static const struct {
        const char *in, *family, *given;
    } cases[] = {
        { "ANSI 6360990101DL00290030DAADOE,JANE,A,3RD\n", "DOE", "JANE" },
        { "ANSI 6360990101DL00290030DAADOE\n", "DOE", "" },
        { "ANSI 6360990101DL00290030DABDOE \nDACJANE\n", "DOE", "JANE" },
        { "ANSI 636099020001DL00310030DCSDOE\nDCTJANE A\n", "DOE", "JANE A" },
        { "ANSI 636099100001DL00310030DCSDOE\nDACJANE\nDADA\n", "DOE", "JANE" },
        { "ANSI 636099100001DL00310030DAQ1\n", "", "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct span family, given;
        struct aamva a;

        assert_true(aamva_recover(span_str(cases[i].in), &a));
        aamva_names(&a, &family, &given);
        if (!span_eq_str(family, cases[i].family) || !span_eq_str(given, cases[i].given))
            fail_msg("%s", cases[i].in);
    }
}

static void published_payloads(void **state)
{
    json_t *index = load_json(vector_path("licence/barcode/index.json")), *c, *value;
    const char *name;
    char path[256];
    size_t i;

    (void)state;
    json_array_foreach(json_object_get(index, "cases"), i, c)
    {
        json_t *expect = json_object_get(c, "expect"), *best = json_object_get(expect, "best_effort");
        json_t *fields = json_object_get(expect, "fields");
        const char *strict = json_string_value(json_object_get(expect, "strict"));
        struct span in, v;
        struct aamva a;
        struct why w;
        bool ok;

        (void)snprintf(path, sizeof path, "licence/%s", json_string_value(json_object_get(c, "file")));
        in = load_file(&test_arena, vector_path(path));
        assert_true(aamva_looks_like(in));
        why_clear(&w);
        ok = aamva_parse(in, &a, &w);
        if (strcmp(ok ? "OK" : w.reason, strict) != 0)
            fail_msg("%s: %s, not %s", path, ok ? "OK" : w.reason, strict);
        if (fields)
            assert_int_equal(a.n_elements, json_object_size(fields));
        if (!ok)
            assert_true(aamva_recover(in, &a));
        json_object_foreach(best ? best : fields, name, value)
        {
            if (!aamva_get(&a, name, &v) || !span_eq_str(v, json_string_value(value)))
                fail_msg("%s: %s", path, name);
        }
    }
    assert_true(i >= 10);
    json_decref(index);
}

/* The same elements with and without separators, whatever the order. */
static void losing_the_separators_loses_no_element(void **state)
{
    static const char *const element[] = { "DAQX0000042", "DCSSPECIMEN",   "DACSAMPLE",  "DADTWO",
                                           "DBB02291996", "DBA08312031",   "DBC2",       "DAJXX",
                                           "DCGUSA",      "DAG7 LONG WAY", "DDEN",       "DAU165 cm",
                                           "DDAF",        "DCF77-1",       "DBD09012023" };
    enum { N = sizeof element / sizeof *element };
    char text[512];

    (void)state;
    for (size_t turn = 0; turn < N; turn++) {
        struct aamva a;
        struct span v;

        strcpy(text, "@ANSI 636099100101DL00310213DL");
        for (size_t i = 0; i < N; i++)
            strcat(text, element[(i * 7 + turn) % N]);
        assert_true(aamva_recover(span_str(text), &a));
        assert_int_equal(a.n_elements, N);
        for (size_t i = 0; i < N; i++)
            if (!aamva_get(&a, element[i], &v) || !span_eq_str(v, element[i] + 3))
                fail_msg("%s", element[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(payloads_are_refused_with_their_place),
        cmocka_unit_test(an_element_has_its_value),
        cmocka_unit_test(dates_have_the_form_of_their_version),
        cmocka_unit_test(damaged_payloads_still_tell_something),
        cmocka_unit_test(names_of_all_versions),
        cmocka_unit_test(published_payloads),
        cmocka_unit_test(losing_the_separators_loses_no_element),
    };

    return cmocka_run_group_tests_name("aamva", tests, arena_setup, arena_teardown);
}

#include "wire/dg_text.h"

#include "guard.h"
#include "vectors.h"

static struct span specimen(const char *name)
{
    char path[80];

    (void)snprintf(path, sizeof path, "travel/emrtd/%s", name);
    return load_file(&test_arena, vector_path(path));
}

static void specimen_of_dg11(void **state)
{
    struct span in = specimen("specimen/BSI2008_DG11.bin");
    struct dg11 g;
    struct findings f;

    (void)state;
    findings_init(&f);
    assert_true(dg11_parse(in, &g, &f, NULL));
    assert_true(span_eq_str(g.full_name, "Doe John"));
    assert_int_equal(g.other_names.n, 1);
    assert_true(span_eq_str(g.other_names.name[0], "William"));
    assert_true(span_eq_str(g.personal_number, "123"));
    assert_string_equal(g.birth.digit, "19700101");
    assert_int_equal(g.birth.date.year, 1970);
    assert_true(span_eq_str(g.birth_place, "TEST<TEST"));
    assert_true(span_eq_str(g.address, "TEST<TEST"));
    assert_true(span_eq_str(g.telephone, "123"));
    assert_true(span_eq_str(g.profession, "TEST"));
    assert_true(span_eq_str(g.title, "TEST"));
    assert_true(span_eq_str(g.summary, "TEST"));
    assert_int_equal(g.citizenship_proof.n, 1);
    assert_true(span_eq_str(g.other_documents, "123<123"));
    assert_true(span_eq_str(g.custody, "TEST"));
    /* Its tag list leaves out 5F17. */
    assert_int_equal(f.n, 1);
    assert_non_null(strstr(f.item[0].why.detail, "5F17: present, and not in the tag list"));
    assert_string_equal(f.item[0].why.clause, "Doc 9303-10 4.7.11");
}

static void specimen_of_dg12(void **state)
{
    struct span in = specimen("specimen/BSI2008_DG12.bin");
    struct dg12 g;
    struct findings f;

    (void)state;
    findings_init(&f);
    assert_true(dg12_parse(in, &g, &f, NULL));
    assert_true(span_eq_str(g.authority, "TEST"));
    assert_string_equal(g.issued.digit, "20240101"); /* two digits to a byte */
    assert_int_equal(g.other_persons.n, 1);
    assert_true(span_eq_str(g.other_persons.name[0], "William"));
    assert_true(span_eq_str(g.endorsements, "TEST"));
    assert_true(span_eq_str(g.exit_requirements, "TEST"));
    assert_int_equal(g.front.n, 1);
    assert_int_equal(g.rear.n, 1);
    assert_string_equal(g.personalised, "20240101123059");
    assert_true(span_eq_str(g.system, "123"));
    assert_int_equal(f.n, 1); /* no tag list */
    assert_non_null(strstr(f.item[0].why.detail, "5C"));
}

static void own_dg11(void **state)
{
    struct span in = specimen("synthetic/dg11.bin");
    struct dg11 g;
    struct findings f;

    (void)state;
    findings_init(&f);
    assert_true(dg11_parse(in, &g, &f, NULL));
    assert_true(span_eq_str(g.full_name, "SPECIMEN<<ALMA<ROSA"));
    assert_int_equal(f.n, 0);
    assert_null(g.address.p);
}

static void dates_in_both_codings(void **state)
{
    static const struct {
        const char *what, *hex, *digits, *finding;
        int year, month, day;
    } cases[] = {
        { "as text", "6b0f5c025f2b5f2b083139373030313032", "19700102", NULL, 1970, 1, 2 },
        { "two digits to a byte", "6b0b5c025f2b5f2b0419700102", "19700102", NULL, 1970, 1, 2 },
        { "unknown day", "6b0f5c025f2b5f2b083139373030313030", "19700100", "calendar", 0, 0, 0 },
        { "unknown month and day", "6b0b5c025f2b5f2b0419700000", "19700000", "calendar", 0, 0, 0 },
        { "30 February", "6b0b5c025f2b5f2b0419700230", "19700230", "calendar", 0, 0, 0 },
        { "fillers", "6b0f5c025f2b5f2b083139373030313c3c", "", "CCYYMMDD", 0, 0, 0 },
        { "half a byte that is no digit", "6b0b5c025f2b5f2b041970010a", "", "CCYYMMDD", 0, 0, 0 },
        { "six digits", "6b0d5c025f2b5f2b06373030313032", "", "CCYYMMDD", 0, 0, 0 },
        { "empty", "6b075c025f2b5f2b00", "", "CCYYMMDD", 0, 0, 0 },
        { "nine digits", "6b105c025f2b5f2b09313937303031303231", "", "CCYYMMDD", 0, 0, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct span in = guard_copy(from_hex(&test_arena, cases[i].hex));
        struct dg11 g;
        struct findings f;

        findings_init(&f);
        if (!dg11_parse(in, &g, &f, NULL))
            fail_msg("%s: refused", cases[i].what);
        assert_string_equal(g.birth.digit, cases[i].digits);
        if (g.birth.date.year != cases[i].year || g.birth.date.month != cases[i].month ||
            g.birth.date.day != cases[i].day)
            fail_msg("%s: %d", cases[i].what, g.birth.date.year);
        assert_int_equal(f.n, cases[i].finding ? 1 : 0);
        if (f.n)
            assert_non_null(strstr(f.item[0].why.detail, cases[i].finding));
        guard_free(in);
    }
}

static void deviations_are_findings(void **state)
{
    static const struct {
        const char *what, *hex, *finding;
        size_t at;
    } cases[] = {
        { "no tag list", "6b055f0e024142", "5C: no tag list", 2 },
        { "listed, and absent", "6b0a5c045f0e5f105f0e0141", "5F10: in the tag list, and absent", 2 },
        { "present, and not listed", "6b0a5c025f0e5f0e005f1000", "5F10: present, and not in", 2 },
        { "an unknown tag listed", "6b095c035f0e995f0e0141", "99: in the tag list, and unknown", 6 },
        { "list that ends inside a tag", "6b095c035f0e5f5f0e0141", "5F00: in the tag list, and unknown", 6 },
        { "an unknown tag", "6b0b5c025f0e5f0e0141990100", "99: unknown", 12 },
        { "not UTF-8", "6b0a5c025f0e5f0e0341c341", "5F0E: not UTF-8", 10 },
        { "a surrogate", "6b0a5c025f0e5f0e03eda080", "5F0E: not UTF-8", 9 },
        { "a NUL", "6b0a5c025f0e5f0e03410042", "5F0E: a text with a NUL", 9 },
        { "a field twice", "6b0c5c025f0e5f0e01415f0e0142", "5F0E: twice", 13 },
        { "a name outside its template", "6b085c025f0f5f0f0141", "5F0F: a name outside", 9 },
        { "another number of names", "6b0c5c01a0a0070201025f0f0141", "A0: the number of names", 7 },
        { "names without a number", "6b095c01a0a0045f0f0141", "A0: the number of names", 7 },
        { "a stranger among the names", "6b0f5c01a0a00a0201015f0f01415f0e00", "5F0E: not expected among",
          17 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct span in = guard_copy(from_hex(&test_arena, cases[i].hex));
        struct dg11 g;
        struct findings f;
        struct why w = { 0 };

        findings_init(&f);
        if (!dg11_parse(in, &g, &f, &w))
            fail_msg("%s: %s at %zu", cases[i].what, w.detail, w.offset);
        if (f.n != 1 || !strstr(f.item[0].why.detail, cases[i].finding) ||
            f.item[0].why.offset != cases[i].at)
            fail_msg("%s: %zu findings, %s at %zu", cases[i].what, f.n, f.n ? f.item[0].why.detail : "",
                     f.n ? f.item[0].why.offset : 0);
        assert_string_equal(f.item[0].why.reason, "dg11");
        guard_free(in);
    }
}

static void the_first_of_two_counts(void **state)
{
    struct dg11 g;

    (void)state;
    assert_true(dg11_parse(from_hex(&test_arena, "6b0c5c025f0e5f0e01415f0e0142"), &g, NULL, NULL));
    assert_true(span_eq_str(g.full_name, "A"));
    assert_true(dg11_parse(from_hex(&test_arena, "6b085c025f0f5f0f0141"), &g, NULL, NULL));
    assert_int_equal(g.other_names.n, 1);
    assert_true(dg11_parse(from_hex(&test_arena, "6b075c025f0e5f0e00"), &g, NULL, NULL));
    assert_true(g.full_name.p && g.full_name.n == 0);
}

static void damaged_files_are_refused(void **state)
{
    static const struct {
        const char *what, *hex;
        bool dg12;
        size_t at;
    } cases[] = {
        { "nothing", "", false, 0 },
        { "DG12 as DG11", "6c00", false, 0 },
        { "DG11 as DG12", "6b00", true, 0 },
        { "byte behind", "6b0000", false, 2 },
        { "cut", "6b055c025f", false, 0 },
        { "field longer than the file", "6b055f0e034142", false, 5 },
        { "cut in a tag", "6b015f", false, 3 },
        { "field of 4 GiB", "6c075f1984ffffffff", true, 9 },
        { "name longer than its template", "6b095c01a0a0045f0f0241", false, 10 },
        { "length in a longer form", "6b065f0e81024142", false, 6 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct span in = guard_copy(from_hex(&test_arena, cases[i].hex));
        struct dg11 g11;
        struct dg12 g12;
        struct why w = { 0 };

        if (cases[i].dg12 ? dg12_parse(in, &g12, NULL, &w) : dg11_parse(in, &g11, NULL, &w))
            fail_msg("%s: read", cases[i].what);
        assert_string_equal(w.reason, cases[i].dg12 ? "dg12" : "dg11");
        assert_string_equal(w.clause, cases[i].dg12 ? "Doc 9303-10 4.7.12" : "Doc 9303-10 4.7.11");
        if (w.offset != cases[i].at)
            fail_msg("%s: offset %zu", cases[i].what, w.offset);
        guard_free(in);
    }
}

static void as_many_names_as_the_limit(void **state)
{
    (void)state;
    for (size_t n = LIMIT_OTHER_NAMES; n <= LIMIT_OTHER_NAMES + 1; n++) {
        uint8_t b[10 + 3 * (LIMIT_OTHER_NAMES + 1)] = { 0x6b, 0x81, 0, 0x5c, 1, 0xa0, 0xa0, 0 };
        struct dg11 g;
        struct why w = { 0 };

        b[2] = (uint8_t)(5 + 3 * n);
        b[7] = (uint8_t)(3 * n);
        if (b[2] < 128) { /* the shortest form */
            memmove(b + 1, b + 2, sizeof b - 2);
        }
        for (size_t i = 0; i < n; i++)
            memcpy(b + (b[1] == 0x81 ? 8 : 7) + 3 * i, "\x5f\x0f\x00", 3);
        assert_int_equal(dg11_parse(span_of(b, (b[1] == 0x81 ? 8 : 7) + 3 * n), &g, NULL, &w),
                         n == LIMIT_OTHER_NAMES);
        if (n > LIMIT_OTHER_NAMES)
            assert_string_equal(w.reason, "too-large");
        else
            assert_int_equal(g.other_names.n, n);
    }
}

static void every_prefix_is_refused(void **state)
{
    struct span in = specimen("specimen/BSI2008_DG11.bin");
    struct dg11 g;

    (void)state;
    for (size_t n = 0; n < in.n; n++) {
        struct span part = guard_copy(span_sub(in, 0, n));
        struct why w = { 0 };

        assert_false(dg11_parse(part, &g, NULL, &w));
        assert_true(w.reason && w.offset <= n);
        guard_free(part);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(specimen_of_dg11),
        cmocka_unit_test(specimen_of_dg12),
        cmocka_unit_test(own_dg11),
        cmocka_unit_test(dates_in_both_codings),
        cmocka_unit_test(deviations_are_findings),
        cmocka_unit_test(the_first_of_two_counts),
        cmocka_unit_test(damaged_files_are_refused),
        cmocka_unit_test(as_many_names_as_the_limit),
        cmocka_unit_test(every_prefix_is_refused),
    };

    return cmocka_run_group_tests_name("dg-text", tests, arena_setup, arena_teardown);
}

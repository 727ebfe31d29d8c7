#include "wire/lds_files.h"

#include "guard.h"
#include "vectors.h"

static void common_data(void **state)
{
    static const struct {
        const char *what, *hex, *lds, *unicode;
        uint32_t groups;
        size_t findings, at;
        bool ok;
    } cases[] = {
        { "a usual one", "60145f0104303130375f36063034303030305c026175", "1.07", "4.0.0", 1u << 1 | 1u << 2,
          0, 0, true },
        { "version 1.8", "60135f0104303130385f36063131303230305c0161", "1.08", "11.2.0", 1u << 1, 0, 0,
          true },
        { "versions left out", "60035c0161", "", "", 1u << 1, 0, 0, true },
        { "version of letters", "600a5f0104303178375c0161", "", "", 1u << 1, 1, 0, true },
        { "version of six digits", "600c5f01063031303730305c0161", "", "", 1u << 1, 1, 0, true },
        { "an unknown tag", "60045c026199", "", "", 1u << 1, 1, 0, true },
        { "EF.COM in its own list", "60045c026160", "", "", 1u << 1, 1, 0, true },
        { "no list", "60075f010430313037", "", "", 0, 0, 9, false },
        { "empty list", "60025c00", "", "", 0, 0, 0, true },
        { "another file", "61035c0161", "", "", 0, 0, 5, false },
        { "byte behind", "60035c016100", "", "", 0, 0, 5, false },
        { "cut in the list", "60035c0261", "", "", 0, 0, 4, false },
        { "nothing", "", "", "", 0, 0, 0, false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct span in = guard_copy(from_hex(&test_arena, cases[i].hex));
        struct ef_com c;
        struct findings f;
        struct why w = { 0 };

        findings_init(&f);
        if (ef_com_parse(in, &c, &f, &w) != cases[i].ok)
            fail_msg("%s: %s", cases[i].what, w.detail);
        if (cases[i].ok) {
            assert_string_equal(c.lds_version, cases[i].lds);
            assert_string_equal(c.unicode_version, cases[i].unicode);
            assert_int_equal(c.groups, cases[i].groups);
            if (f.n != cases[i].findings)
                fail_msg("%s: %zu findings", cases[i].what, f.n);
        } else {
            assert_string_equal(w.reason, "ef-com");
            if (w.offset != cases[i].at)
                fail_msg("%s: offset %zu", cases[i].what, w.offset);
        }
        guard_free(in);
    }
}

static void specimens(void **state)
{
    struct span in = load_file(&test_arena, vector_path("travel/emrtd/specimen/BSI2008_EF_COM.bin"));
    struct ef_com c;
    struct dg15 k;

    (void)state;
    assert_true(ef_com_parse(in, &c, NULL, NULL));
    assert_string_equal(c.lds_version, "1.07");
    assert_int_equal(c.groups, 1u << 1 | 1u << 2 | 1u << 3 | 1u << 14);
    in = load_file(&test_arena, vector_path("travel/emrtd/specimen/ETSI_DG15.bin"));
    assert_true(dg15_parse(in, &k, NULL));
    assert_int_equal(k.key.p - in.p, 3);
    assert_int_equal(k.key.n, in.n - 3);
    assert_true(span_eq(k.algorithm, from_hex(&test_arena, "2a864886f70d010101")));
    assert_int_equal(k.bits.n, 140);
    for (size_t n = 0; n < in.n; n++) {
        struct span part = guard_copy(span_sub(in, 0, n));
        struct why w = { 0 };

        assert_false(dg15_parse(part, &k, &w));
        assert_string_equal(w.reason, "dg15");
        assert_true(w.offset <= n);
        guard_free(part);
    }
}

static void damaged_keys_are_refused(void **state)
{
    static const struct {
        const char *what, *hex;
        size_t at;
    } cases[] = {
        { "no key", "6f00", 2 },
        { "another file", "6e00", 0 },
        { "byte behind", "6f0c300a300506012a0500030100ff", 14 },
        { "byte behind the key", "6f0d300a300506012a050003010000", 14 },
        { "unused bits", "6f0d300b300506012a050003020100", 11 },
        { "no algorithm", "6f0730053000030100", 6 },
        { "algorithm with three parts", "6f0e300c300706012a05000500030100", 11 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct span in = guard_copy(from_hex(&test_arena, cases[i].hex));
        struct dg15 k;
        struct why w = { 0 };

        if (dg15_parse(in, &k, &w))
            fail_msg("%s: read", cases[i].what);
        assert_string_equal(w.reason, "dg15");
        assert_string_equal(w.clause, "Doc 9303-10 4.7.15");
        if (w.offset != cases[i].at)
            fail_msg("%s: offset %zu, %s", cases[i].what, w.offset, w.detail);
        guard_free(in);
    }
}

static void what_a_chip_can_take(void **state)
{
    static const struct {
        const char *what, *hex;
        bool ok, capabilities, chaining, extended;
        int32_t command, response;
    } cases[] = {
        { "extended lengths, 64 KiB less one", "47039481407f660802020fff0202ffff", true, true, false, true,
          0xfff, 0xffff },
        { "chaining", "47039401c0", true, true, true, true, 0, 0 },
        { "unknown objects before and zeros behind", "4301b8460100470394018000000000", true, true, true,
          false, 0, 0 },
        { "nothing", "", true, false, false, false, 0, 0 },
        { "capabilities of two bytes", "47029401", true, false, false, false, 0, 0 },
        { "cut", "470394", false, false, false, false, 0, 0 },
        { "one length", "7f6603020101", false, false, false, false, 0, 0 },
        { "a length of five bytes", "7f660a02050102030405020101", true, false, false, false, 0, 1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct span in = guard_copy(from_hex(&test_arena, cases[i].hex));
        struct ef_atr a;
        struct why w = { 0 };

        if (ef_atr_parse(in, &a, &w) != cases[i].ok)
            fail_msg("%s: %s", cases[i].what, w.detail);
        if (!cases[i].ok)
            assert_string_equal(w.reason, "ef-atr");
        else if (a.has_capabilities != cases[i].capabilities || a.chaining != cases[i].chaining ||
                 a.extended != cases[i].extended || a.max_command != cases[i].command ||
                 a.max_response != cases[i].response)
            fail_msg("%s: %d %d", cases[i].what, (int)a.max_command, (int)a.max_response);
        guard_free(in);
    }
}

static void directory(void **state)
{
    struct ef_dir d;
    struct why w = { 0 };
    uint8_t many[(LIMIT_APPLICATIONS + 1) * 9];

    (void)state;
    assert_true(ef_dir_parse(from_hex(&test_arena, "61094f07a0000002471001610b4f09e80704007f000703020000"),
                             &d, NULL));
    assert_int_equal(d.n, 2);
    assert_string_equal(application_name(d.aid[0]), "eMRTD");
    assert_string_equal(application_name(d.aid[1]), "eID");
    assert_null(application_name(SPAN("other")));
    assert_false(ef_dir_parse(from_hex(&test_arena, "61064f04a0000002"), &d, &w));
    assert_string_equal(w.reason, "ef-dir");
    assert_int_equal(w.offset, 2);
    why_clear(&w);
    assert_false(ef_dir_parse(from_hex(&test_arena, "61094f07a00000"), &d, &w));
    assert_string_equal(w.reason, "ef-dir");
    why_clear(&w);
    for (size_t i = 0; i <= LIMIT_APPLICATIONS; i++)
        memcpy(many + 9 * i, "\x61\x07\x4f\x05\xa0\0\0\2\x47", 9);
    assert_true(ef_dir_parse(span_of(many, sizeof many - 9), &d, NULL));
    assert_int_equal(d.n, LIMIT_APPLICATIONS);
    assert_false(ef_dir_parse(span_of(many, sizeof many), &d, &w));
    assert_string_equal(w.reason, "too-large");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(common_data),
        cmocka_unit_test(specimens),
        cmocka_unit_test(damaged_keys_are_refused),
        cmocka_unit_test(what_a_chip_can_take),
        cmocka_unit_test(directory),
    };

    return cmocka_run_group_tests_name("lds-files", tests, arena_setup, arena_teardown);
}

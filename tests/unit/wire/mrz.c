#include "vectors.h"

#include "base/buffer.h"
#include "base/limits.h"
#include "guard.h"
#include "wire/mrz.h"
#include "wire/mrz_codes.h"

static const unix_time NOW = 1795219200; /* 2026-11-21 */

#define TD3_1 "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
#define TD3_2 "L898902C36UTO7408122F1204159ZE184226B<<<<<10"

static const char *text_of(const json_t *o, const char *key)
{
    const char *s = json_string_value(json_object_get(o, key));

    return s ? s : "";
}

static void join(const json_t *lines, const char *end, char *out)
{
    size_t i;
    json_t *line;

    out[0] = 0;
    json_array_foreach(lines, i, line)
    {
        if (i)
            strcat(out, end);
        strcat(out, json_string_value(line));
    }
}

static void field_is(const char *id, const json_t *fields, const char *key, const char *got)
{
    const char *want = text_of(fields, key);

    if (strcmp(want, got) != 0)
        fail_msg("%s: %s is \"%s\", not \"%s\"", id, key, got, want);
}

static void fields_are(const char *id, const json_t *f, const struct mrz *m)
{
    static const char *const sex[] = { "<", "F", "M", "?" };

    field_is(id, f, "code", m->code);
    field_is(id, f, "issuer", m->issuer);
    field_is(id, f, "surname", m->primary);
    field_is(id, f, "given", m->secondary);
    field_is(id, f, "nationality", m->nationality);
    field_is(id, f, "number", m->number);
    field_is(id, f, "sex", sex[m->sex]);
    field_is(id, f, "optional1", m->optional1);
    field_is(id, f, "optional2", m->optional2);
}

static void checks_are(const char *id, const json_t *checks, const struct mrz *m)
{
    for (size_t i = 0; i < MRZ_CHECKS; i++) {
        const char *name = mrz_check_field_word((enum mrz_check_field)i);
        const char *want = json_object_get(checks, name) ? text_of(checks, name) : "none";
        const char *got = m->check[i] == MRZ_CHECK_ABSENT ? "ok" : mrz_check_word(m->check[i]);

        if (strcmp(want, got) != 0)
            fail_msg("%s: check digit of %s is %s, not %s", id, name, got, want);
    }
}

static void date_is(const char *id, const char *want, struct mrz_date d)
{
    const char *got = d.state == MRZ_DATE_UNKNOWN ? "partly unknown" : mrz_date_word(d.state);

    if (strcmp(want, got) != 0)
        fail_msg("%s: date is %s, not %s", id, got, want);
}

static void specimen(const json_t *e, const char *end)
{
    const char *id = text_of(e, "id");
    const json_t *accept = json_object_get(e, "accept"), *dates = json_object_get(e, "dates");
    const json_t *lng = json_object_get(e, "long_number");
    struct why w = { 0 };
    struct mrz m;
    struct span t;
    char text[100];
    bool ok, national = json_object_get(e, "national_layout") != NULL;

    join(json_object_get(e, "lines"), end, text);
    t = guard_copy(span_str(text));
    ok = mrz_parse(t, NOW, &m, &w);
    guard_free(t);
    if (ok == national)
        fail_msg("%s: %s", id, w.detail);
    if (national) {
        assert_string_equal(w.reason, "national-layout");
        return;
    }
    field_is(id, e, "format", mrz_format_word(m.format));
    fields_are(id, json_object_get(e, "fields"), &m);
    checks_are(id, json_object_get(e, "checks"), &m);
    date_is(id, text_of(dates, "birth"), m.birth);
    date_is(id, text_of(dates, "expiry"), m.expiry);
    assert_int_equal(m.long_number, lng != NULL);
    if (lng)
        assert_int_equal(m.long_reading,
                         json_is_true(json_object_get(lng, "digit_without_filler")) *
                                 MRZ_LONG_WITHOUT_FILLER +
                             json_is_true(json_object_get(lng, "digit_with_filler")) * MRZ_LONG_WITH_FILLER);
    if (json_is_null(accept))
        ok = mrz_all_ok(&m) && m.expiry.state == MRZ_DATE_UNKNOWN;
    else
        ok = mrz_all_ok(&m) == json_is_true(accept);
    if (!ok)
        fail_msg("%s: accepted %d", id, mrz_all_ok(&m));
}

static void specimens_have_their_expected_results(void **state)
{
    static const char *const ends[] = { "\n", "\r\n", "\r", "" };
    json_t *all = load_json(vector_path("travel/mrz/specimens.json")), *e;
    size_t i;

    (void)state;
    assert_int_equal(json_array_size(all), 86);
    for (size_t k = 0; k < sizeof ends / sizeof *ends; k++)
        json_array_foreach(all, i, e) specimen(e, ends[k]);
    json_decref(all);
}

static void hostile_files_are_refused(void **state)
{
    static const struct {
        const char *file, *reason;
        size_t offset;
    } cases[] = {
        { "travel/adversarial/mrz_lowercase.txt", "alphabet", 0 },
        { "travel/adversarial/mrz_homoglyph.txt", "alphabet", 5 },
        { "travel/adversarial/mrz_long_256k.txt", "too-large", LIMIT_MRZ },
    };
    struct arena a;
    struct mrz m;

    (void)state;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct why w = { 0 };

        assert_false(mrz_parse(load_file(&a, vector_path(cases[i].file)), NOW, &m, &w));
        assert_string_equal(w.reason, cases[i].reason);
        assert_int_equal(w.offset, cases[i].offset);
    }
    arena_free(&a);
}

static void malformed_text_is_refused_with_its_place(void **state)
{
    static const struct {
        const char *what, *text, *reason;
        size_t offset;
    } cases[] = {
        { "empty", "", "layout", 0 },
        { "blanks only", " \r\n ", "layout", 0 },
        { "43 characters in line 1", "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<\n" TD3_2, "layout", 43 },
        { "43 characters in line 2", TD3_1 "\nL898902C36UTO7408122F1204159ZE184226B<<<<<1", "layout",
          45 + 43 },
        { "blank line between", TD3_1 "\n\n" TD3_2, "layout", 45 },
        { "one line", TD3_1, "layout", 44 },
        { "four lines", "I<\nI<\nI<\nI<", "layout", 9 },
        { "blank inside", "P<UTO ERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<\n" TD3_2, "alphabet", 5 },
        { "lower case after a blank", "  P<uTO", "alphabet", 4 },
        { "line end inside a line", "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<\n<<<<<<<<<<\n" TD3_2, "layout", 34 },
        { "unknown kind of TD3", "X<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n" TD3_2, "document-code", 0 },
        { "TD1 that begins with P",
          "P<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<",
          "document-code", 0 },
        { "French card", "IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<\n9409923102854CORINNE<<<<<<<6512068F4",
          "national-layout", 0 },
        { "Swiss licence", "AAA001D<<\nFACHE000000000000<<000000<<<<<\nSPECIMEN<<SAMPLE<<<<<<<<<<<<<<",
          "national-layout", 0 },
        { "passport with a short line 2", TD3_1 "\nL898902C36UTO7408122F1204159", "layout", 45 + 28 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct why w = { 0 };
        struct mrz m = { .lines = 77 };

        if (mrz_parse(span_str(cases[i].text), NOW, &m, &w))
            fail_msg("%s: accepted", cases[i].what);
        if (strcmp(w.reason, cases[i].reason) != 0 || w.offset != cases[i].offset)
            fail_msg("%s: %s at %zu", cases[i].what, w.reason, w.offset);
        assert_int_equal(m.lines, 77);
    }
}

static void nul_is_no_end(void **state)
{
    char text[] = TD3_1 "\n" TD3_2;
    struct why w = { 0 };
    struct mrz m;

    (void)state;
    text[60] = 0;
    assert_false(mrz_parse(span_of(text, sizeof text - 1), NOW, &m, &w));
    assert_string_equal(w.reason, "alphabet");
    assert_int_equal(w.offset, 60);
}

static void dates_resolve_against_the_clock(void **state)
{
    static const struct {
        const char *what, *birth, *expiry, *now, *want_birth, *want_expiry;
    } cases[] = {
        { "born this year", "261120", "361120", "2026-11-21", "2026-11-20", "2036-11-20" },
        { "born today", "261121", "361121", "2026-11-21", "2026-11-21", "2036-11-21" },
        { "born tomorrow means a century ago", "261122", "761121", "2026-11-21", "1926-11-22", "2076-11-21" },
        { "expiry 51 years ahead means 49 back", "740812", "770101", "2026-11-21", "1974-08-12",
          "1977-01-01" },
        { "before the turn of a century", "020202", "040101", "1999-06-01", "1902-02-02", "2004-01-01" },
        { "29 February of a leap year", "000229", "280229", "2026-11-21", "2000-02-29", "2028-02-29" },
        { "29 February of a common year", "010229", "270229", "2026-11-21", "", "" },
        { "day unknown", "7408<<", "120415", "2026-11-21", "1974-08-XX", "2012-04-15" },
        { "month and day unknown", "26<<<<", "<<<<<<", "2026-11-21", "2026-XX-XX", "XXXX-XX-XX" },
        { "year unknown", "<<0812", "3012<<", "2026-11-21", "XXXX-08-12", "2030-12-XX" },
        { "month unknown, day known", "74<<31", "30<<32", "2026-11-21", "1974-XX-31", "" },
        { "half a part is no unknown part", "7408<2", "1<0415", "2026-11-21", "", "" },
        { "letters that keep the digit", "7S0812", "I20415", "2026-11-21", "", "" },
        { "month 00", "740012", "120400", "2026-11-21", "", "" },
        { "month 13, day 32", "741312", "120132", "2026-11-21", "", "" },
        { "month unknown and future day of this year", "26<<<<", "26<<<<", "2026-01-01", "2026-XX-XX",
          "2026-XX-XX" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[] = TD3_1 "\n" TD3_2, b[MRZ_DATE_TEXT], e[MRZ_DATE_TEXT];
        unix_time now;
        struct mrz m;

        memcpy(text + 45 + 13, cases[i].birth, 6);
        memcpy(text + 45 + 21, cases[i].expiry, 6);
        assert_true(time_parse(span_str(cases[i].now), &now));
        assert_true(mrz_parse(span_str(text), now, &m, NULL));
        if (strcmp(mrz_date_format(m.birth, b), cases[i].want_birth) != 0 ||
            strcmp(mrz_date_format(m.expiry, e), cases[i].want_expiry) != 0)
            fail_msg("%s: %s %s", cases[i].what, b, mrz_date_format(m.expiry, e));
        assert_int_equal(m.birth.state == MRZ_DATE_ILLEGAL, cases[i].want_birth[0] == 0);
    }
}

static void visas_out_of_seals_end_early(void **state)
{
    static const char mrva[] = "V<UTOSPECIMEN<<NURBEK<<<<<<<<<<<<<<<<<<<<<<<\nV7654321<1KAZ8802299M2701312";
    static const char mrvb[] = "V<UTOSPECIMEN<<LALE<<<<<<<<<<<<<<<<<E1234567<4TUR0101014F2612317";
    struct mrz m;

    (void)state;
    assert_true(mrz_parse(span_str(mrva), NOW, &m, NULL));
    assert_int_equal(m.format, MRZ_MRVA);
    assert_true(m.short_line && mrz_all_ok(&m));
    assert_string_equal(m.optional1, "");
    assert_string_equal(m.nationality, "KAZ");
    assert_true(mrz_parse(span_str(mrvb), NOW, &m, NULL));
    assert_int_equal(m.format, MRZ_MRVB);
    assert_true(m.short_line && !mrz_checks_ok(&m));
    assert_int_equal(m.check[MRZ_BIRTH], MRZ_CHECK_BAD);
}

static void findings_name_place_and_clause(void **state)
{
    char text[] = "\n" TD3_1 "\n" TD3_2;
    struct findings f;
    struct why w = { 0 };
    struct mrz m;

    (void)state;
    text[1 + 45 + 21] = 'I'; /* expiry 120415 -> I20415: digit 18 for 1 keeps no sum */
    text[1 + 43] = 'X';
    text[1 + 45 + 20] = 'Q';
    assert_true(mrz_parse(span_str(text), NOW, &m, NULL));
    findings_init(&f);
    mrz_findings(&m, &f, &w);
    assert_string_equal(w.reason, "check-digit");
    assert_int_equal(w.offset, 1 + 45 + 27);
    assert_string_equal(w.clause, "Doc 9303-3 4.9");
    assert_int_equal(f.n, 6);
    assert_string_equal(f.item[1].why.reason, "check-digit");
    assert_int_equal(f.item[1].why.offset, 1 + 45 + 43);
    assert_string_equal(f.item[2].why.reason, "illegal-date");
    assert_int_equal(f.item[2].why.offset, 1 + 45 + 21);
    assert_string_equal(f.item[3].why.reason, "illegal-sex");
    assert_string_equal(f.item[4].why.reason, "name-truncated");
    assert_int_equal(f.item[4].severity, FINDING_NOTE);
    assert_string_equal(f.item[5].why.reason, "specimen");
    assert_false(mrz_all_ok(&m));
}

static void zones_are_told_from_other_text(void **state)
{
    static const char *const zones[] = { "travel/adversarial/mrz_lowercase.txt",
                                         "travel/adversarial/mrz_homoglyph.txt",
                                         "travel/adversarial/mrz_long_256k.txt" };
    static const char *const others[] = {
        "",
        "P<UTO",
        "RDB1AMNFWKI6ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
        "{\"data\":\"<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<\"}",
        "<html><body><p>ABCDEFGHIJKLMNOP</p></body></html>",
        "-----BEGIN CERTIFICATE-----\nMIIBIjANBgkqhkiG9w0BAQEFAAO<",
        "if (a < b && c > d) { return e << 3; } /* text, not a zone */",
    };
    struct arena a;

    (void)state;
    arena_init(&a, 1 << 20);
    assert_true(mrz_looks_like(SPAN(" " TD3_1 "\n" TD3_2)));
    assert_true(mrz_looks_like(SPAN("CIUTOD231458907A123X5328434D23\n3407127M9507122UTO<<<<<<<<<<<6")));
    assert_true(mrz_looks_like(SPAN("AAA001D<<\nFACHE000000000000<<000000<<<<<\n")));
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
        assert_true(mrz_looks_like(load_file(&a, vector_path(zones[i]))));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(mrz_looks_like(span_str(others[i])));
    arena_free(&a);
}

/* The rule of Doc 9303-3 4.9 said once more, in the simplest words. */
static void check_digits_agree_with_the_rule(void **state)
{
    static const char order[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    uint32_t seed = 9303;
    char text[40];

    (void)state;
    for (size_t round = 0; round < 20000; round++) {
        size_t n = round % sizeof text;
        int sum = 0;

        for (size_t i = 0; i < n; i++) {
            const char *at;

            seed = seed * 1664525u + 1013904223u;
            text[i] = (seed >> 16) % 37 == 36 ? '<' : order[(seed >> 16) % 37];
            at = strchr(order, text[i]);
            sum += (at ? (int)(at - order) : 0) * (i % 3 == 0 ? 7 : i % 3 == 1 ? 3 : 1);
        }
        assert_int_equal(mrz_check_digit(span_of(text, n)), '0' + sum % 10);
    }
    for (int c = 0; c < 256; c++) {
        const char *at = c ? strchr(order, c) : NULL;

        assert_int_equal(mrz_value((uint8_t)c), at ? (int)(at - order) : c == '<' ? 0 : -1);
    }
}

static void codes_map_both_ways(void **state)
{
    static const struct {
        const char *alpha3, *alpha2;
    } both[] = { { "KAZ", "KZ" }, { "IRN", "IR" }, { "D", "DE" },
                 { "RKS", "KS" }, { "UTO", "UT" }, { "EUE", "EU" } };
    static const char *const known[] = { "D<<", "UTO", "XXA", "XXB", "XXC", "XXX", "UNO",
                                         "UNA", "UNK", "EUE", "XOM", "XPO", "GBD", "GBS",
                                         "RKS", "XBA", "XIM", "XCC", "XCO", "XEC", "DEU" };
    static const char *const unknown[] = { "", "<", "KZ", "KZ<", "ASU", "UT0", "kaz", "KAZZ", "<<D", "<KA" };

    (void)state;
    for (size_t i = 0; i < sizeof both / sizeof *both; i++) {
        assert_string_equal(state_from_alpha3(span_str(both[i].alpha3)), both[i].alpha2);
        assert_string_equal(state_to_alpha3(span_str(both[i].alpha2)), both[i].alpha3);
    }
    assert_string_equal(state_from_alpha3(SPAN("D<<")), "DE");
    assert_string_equal(state_from_alpha3(SPAN("DEU")), "DE");
    assert_string_equal(state_to_alpha3(SPAN("kz")), "KAZ");
    assert_null(state_from_alpha3(SPAN("XXA")));
    assert_null(state_to_alpha3(SPAN("XX")));
    assert_null(state_to_alpha3(SPAN("KAZ")));
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        assert_true(mrz_code_known(span_str(known[i])));
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        assert_false(mrz_code_known(span_str(unknown[i])));
    assert_string_equal(mrz_code_meaning(SPAN("XXA")), "stateless person");
    assert_string_equal(mrz_code_meaning(SPAN("TJK")), "");
    assert_null(mrz_code_meaning(SPAN("QQQ")));
}

static void shared_code_table_agrees(void **state)
{
    json_t *j = load_json(vector_path("travel/mrz/country_codes.json")), *v;
    const char *k;

    (void)state;
    json_object_foreach(json_object_get(j, "iso"), k, v)
    {
        assert_string_equal(state_from_alpha3(span_str(json_string_value(v))), k);
        if (strcmp(k, "DE") != 0)
            assert_string_equal(state_to_alpha3(span_str(k)), json_string_value(v));
    }
    json_object_foreach(json_object_get(j, "mrz_only"), k, v) assert_true(mrz_code_known(span_str(k)));
    json_decref(j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(specimens_have_their_expected_results),
        cmocka_unit_test(hostile_files_are_refused),
        cmocka_unit_test(malformed_text_is_refused_with_its_place),
        cmocka_unit_test(nul_is_no_end),
        cmocka_unit_test(dates_resolve_against_the_clock),
        cmocka_unit_test(visas_out_of_seals_end_early),
        cmocka_unit_test(findings_name_place_and_clause),
        cmocka_unit_test(zones_are_told_from_other_text),
        cmocka_unit_test(check_digits_agree_with_the_rule),
        cmocka_unit_test(codes_map_both_ways),
        cmocka_unit_test(shared_code_table_agrees),
    };

    return cmocka_run_group_tests_name("mrz", tests, NULL, NULL);
}

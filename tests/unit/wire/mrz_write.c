#include "vectors.h"

#include "wire/mrz_write.h"

static const unix_time NOW = 1795219200; /* 2026-11-21 */

static const struct mrz_fields good = {
    .format = MRZ_TD3,
    .code = { (const uint8_t *)"P", 1 },
    .issuer = { (const uint8_t *)"UTO", 3 },
    .number = { (const uint8_t *)"L898902C3", 9 },
    .nationality = { (const uint8_t *)"UTO", 3 },
    .primary = { (const uint8_t *)"ERIKSSON", 8 },
    .secondary = { (const uint8_t *)"ANNA MARIA", 10 },
    .birth = { .year = 1974, .month = 8, .day = 12 },
    .expiry = { .year = 2012, .month = 4, .day = 15 },
    .sex = MRZ_SEX_FEMALE,
    .optional1 = { (const uint8_t *)"ZE184226B", 9 },
};

static void writes(const struct mrz_fields *f, const char *want)
{
    struct buffer b;
    char mem[100];
    struct why w = { 0 };

    buf_init_fixed(&b, mem, sizeof mem);
    if (!mrz_write(f, &b, NULL, &w))
        fail_msg("%s: %s", want, w.detail);
    assert_string_equal(buf_cstr(&b), want);
}

static void the_layouts_come_out(void **state)
{
    struct mrz_fields f = good;

    (void)state;
    writes(&f, "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10");
    f.optional1 = SPAN("");
    f.issuer = f.nationality = SPAN("D");
    f.birth = (struct mrz_date){ .year = 1974 };
    f.expiry = (struct mrz_date){ 0 };
    writes(&f, "P<D<<ERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36D<<74<<<<1F<<<<<<0<<<<<<<<<<<<<<<6");
    f = good;
    f.format = MRZ_TD1;
    f.code = SPAN("I");
    f.number = SPAN("D231458907");
    f.optional1 = SPAN("AB");
    f.optional2 = SPAN("C-D");
    f.secondary = SPAN("ANNE-MARIE D'ARC, J.");
    writes(&f,
           "I<UTOD23145890<76<AB<<<<<<<<<<\n7408122F1204159UTOC<D<<<<<<<<2\nERIKSSON<<ANNE<MARIE<DARC<J<<<");
}

static void what_does_not_fit_is_refused(void **state)
{
    struct {
        const char *what, *reason;
        size_t offset;
        struct mrz_fields f;
    } cases[] = {
        { "number too long for a passport", "number", 9, good },
        { "number with lower case", "number", 1, good },
        { "no number", "number", 0, good },
        { "issuer with a digit", "code", 2, good },
        { "no nationality", "code", 0, good },
        { "optional data too long", "optional", 14, good },
        { "second optional data in a passport", "optional", 0, good },
        { "name not transliterated", "name", 1, good },
        { "no name", "name", 0, good },
        { "visa code in a passport", "document-code", 0, good },
        { "30 February", "date", 0, good },
        { "illegal date", "date", 0, good },
        { "illegal sex", "sex", 0, good },
        { "filler behind the ninth character of a long number", "number", 10, good },
    };
    struct buffer b;
    char mem[100];

    (void)state;
    cases[0].f.number = SPAN("1234567890");
    cases[1].f.number = SPAN("1a");
    cases[2].f.number = SPAN("");
    cases[3].f.issuer = SPAN("UT0");
    cases[4].f.nationality = SPAN("");
    cases[5].f.optional1 = SPAN("123456789012345");
    cases[6].f.optional2 = SPAN("X");
    cases[7].f.primary = SPAN("E\xc3\x89");
    cases[8].f.primary = cases[8].f.secondary = SPAN("-");
    cases[9].f.code = SPAN("V");
    cases[10].f.birth = (struct mrz_date){ .month = 2, .day = 30 };
    cases[11].f.expiry.state = MRZ_DATE_ILLEGAL;
    cases[12].f.sex = MRZ_SEX_ILLEGAL;
    cases[13].f.format = MRZ_TD1;
    cases[13].f.code = SPAN("I");
    cases[13].f.number = SPAN("1234567890<1");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct why w = { 0 };
        bool cut = true;

        buf_init_fixed(&b, mem, sizeof mem);
        if (mrz_write(&cases[i].f, &b, &cut, &w))
            fail_msg("%s: written", cases[i].what);
        if (strcmp(w.reason, cases[i].reason) != 0 || w.offset != cases[i].offset)
            fail_msg("%s: %s at %zu", cases[i].what, w.reason, w.offset);
        assert_int_equal(b.n, 0);
        assert_true(cut);
    }
    buf_init_fixed(&b, mem, 88);
    assert_false(mrz_write(&good, &b, NULL, NULL));
}

static void long_names_are_cut_by_the_rule(void **state)
{
    static const struct {
        const char *what, *primary, *secondary, *want;
        bool cut;
    } cases[] = {
        { "just fits", "ABCDEFGHIJKLMNOPQRST", "ABCDEFGHI", "ABCDEFGHIJKLMNOPQRST<<ABCDEFGHI", false },
        { "secondary cut", "NILAVADHANANANDA", "CHAYAPA DEJTHAMRONG KRASUANG",
          "NILAVADHANANANDA<<CHAYAPA<DEJTH", true },
        { "cut would end with a filler", "NILAVADHANANANDA", "CHAYAPADEJTH AMRONG",
          "NILAVADHANANAND<<CHAYAPADEJTH<A", true },
        { "primary fills the field", "BENNELONG WOOLOOMOOLOO WARRANDYTE WARNAMBOOL", "DINGO POTOROO",
          "BENNELONG<WOOLOOMOOLOO<WARRA<<D", true },
        { "primary cut at a filler", "BENNELONG WOOLOOMOOLOOWARRA NDYTE", "DINGO",
          "BENNELONG<WOOLOOMOOLOOWARRA<<DI", true },
        { "primary cut at a filler, one letter behind", "BENNELONG WOOLOOMOOLOOWARRA NDYTE", "D",
          "BENNELONG<WOOLOOMOOLOOWARR<N<<D", true },
        { "no secondary", "PAPANDROPOULOUS KRISTATOPOULOUSAKIS", "", "PAPANDROPOULOUS<KRISTATOPOULOUS",
          true },
        { "no primary", "", "PAPANDROPOULOUS KRISTATOPOULOUSAKIS", "<<PAPANDROPOULOUS<KRISTATOPOULO", true },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mrz_fields f = good;
        struct why w = { 0 };
        struct buffer b;
        char mem[100];
        struct mrz m;
        bool cut;

        f.format = MRZ_MRVB;
        f.code = SPAN("V");
        f.optional1 = SPAN("");
        f.primary = span_str(cases[i].primary);
        f.secondary = span_str(cases[i].secondary);
        buf_init_fixed(&b, mem, sizeof mem);
        if (!mrz_write(&f, &b, &cut, &w))
            fail_msg("%s: %s", cases[i].what, w.detail);
        if (memcmp(mem + 5, cases[i].want, 31) != 0)
            fail_msg("%s: %.31s", cases[i].what, mem + 5);
        assert_int_equal(cut, cases[i].cut);
        assert_true(mrz_parse(buf_span(&b), NOW, &m, NULL));
        assert_true(m.name_truncated);
    }
}

/* --- parse(write(x)) == x --- */

static uint32_t seed = 20261121;

static uint32_t rnd(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

static struct span rnd_text(char *out, size_t least, size_t most, const char *alphabet)
{
    size_t n = least + rnd((uint32_t)(most - least + 1));

    for (size_t i = 0; i < n; i++)
        out[i] = alphabet[rnd((uint32_t)strlen(alphabet))];
    return span_of(out, n);
}

static struct mrz_date rnd_date(int from)
{
    struct mrz_date d = { .state = MRZ_DATE_LEGAL };

    d.year = (int16_t)(from + (int)rnd(70));
    d.month = (uint8_t)(1 + rnd(12));
    d.day = (uint8_t)(1 + rnd(28));
    if (rnd(4) == 0) {
        d.state = MRZ_DATE_PARTLY;
        d.day = 0;
        if (rnd(2))
            d.month = 0;
        if (d.month == 0 && rnd(2))
            d = (struct mrz_date){ .state = MRZ_DATE_UNKNOWN };
    }
    return d;
}

static void equal_dates(struct mrz_date a, struct mrz_date b)
{
    assert_int_equal(a.state, b.state);
    assert_int_equal(a.year, b.year);
    assert_int_equal(a.month, b.month);
    assert_int_equal(a.day, b.day);
}

static void what_is_written_is_read_again(void **state)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                      any[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    static const char *const codes[] = { "I", "I", "P", "V", "V" };
    static const uint8_t most_number[] = { 22, 14, 9, 9, 9 }, most_optional[] = { 15, 7, 14, 16, 8 };
    size_t longs = 0;

    (void)state;
    for (size_t i = 0; i < 20000; i++) {
        char issuer[4], nat[4], number[32], primary[40], secondary[40], o1[20], o2[20], mem[100];
        enum mrz_format fmt = (enum mrz_format)rnd(5);
        struct mrz_fields f = { .format = fmt, .code = span_str(codes[fmt]) };
        struct buffer b;
        struct why w = { 0 };
        struct mrz m;
        bool cut;

        f.issuer = rnd_text(issuer, 3, 3, letters);
        f.nationality = rnd_text(nat, 3, 3, letters);
        f.number = rnd_text(number, 1, most_number[fmt], any);
        f.primary = rnd_text(primary, 1, 14, letters);
        f.secondary = rnd_text(secondary, 0, 14, letters);
        f.optional1 = rnd_text(
            o1, 0, f.number.n > 9 ? (size_t)most_optional[fmt] - (f.number.n - 9 + 2) : most_optional[fmt],
            any);
        f.optional2 = rnd_text(o2, 0, fmt == MRZ_TD1 ? 11 : 0, any);
        f.birth = rnd_date(1950);
        f.expiry = rnd_date(2000);
        f.sex = (enum mrz_sex)rnd(3);
        buf_init_fixed(&b, mem, sizeof mem);
        if (!mrz_write(&f, &b, &cut, &w))
            fail_msg("%s", w.detail);
        assert_false(cut);
        assert_true(mrz_parse(buf_span(&b), NOW, &m, NULL));
        assert_true(mrz_all_ok(&m));
        assert_true(span_eq_str(f.number, m.number));
        assert_true(span_eq_str(f.issuer, m.issuer));
        assert_true(span_eq_str(f.primary, m.primary));
        assert_true(span_eq_str(f.secondary, m.secondary));
        assert_true(span_eq_str(f.optional1, m.optional1));
        assert_true(span_eq_str(f.optional2, m.optional2));
        assert_int_equal(m.sex, f.sex);
        equal_dates(m.birth, f.birth);
        equal_dates(m.expiry, f.expiry);
        assert_int_equal(m.long_number, f.number.n > 9);
        longs += m.long_number && m.long_reading & MRZ_LONG_WITHOUT_FILLER;
    }
    assert_true(longs > 1000);
}

/* Differences that a writer may have: the empty optional field's digit, the other reading of a long number
 * and with it the composite, and a name with two fillers inside. */
static bool same_zone(const struct mrz *a, const struct mrz *b)
{
    if (a->long_reading == MRZ_LONG_WITH_FILLER || strstr(a->secondary, "  "))
        return strcmp(a->number, b->number) == 0;
    for (size_t i = 0; i < sizeof a->zone; i++)
        if (a->zone[i] != b->zone[i] &&
            !(a->zone[i] == '0' && b->zone[i] == '<' && b->check[MRZ_OPTIONAL] == MRZ_CHECK_ABSENT))
            return false;
    return true;
}

static void good_specimens_are_written_as_they_were(void **state)
{
    json_t *all = load_json(vector_path("travel/mrz/specimens.json")), *e;
    size_t i, n = 0;

    (void)state;
    json_array_foreach(all, i, e)
    {
        struct mrz_fields f;
        struct why w = { 0 };
        struct buffer b;
        char mem[100], text[100] = "";
        struct mrz m, again;

        for (size_t k = 0; k < json_array_size(json_object_get(e, "lines")); k++)
            strcat(text, json_string_value(json_array_get(json_object_get(e, "lines"), k)));
        if (!mrz_parse(span_str(text), NOW, &m, NULL) || !mrz_all_ok(&m))
            continue;
        f = mrz_fields_of(&m);
        buf_init_fixed(&b, mem, sizeof mem);
        if (!mrz_write(&f, &b, NULL, &w))
            fail_msg("%zu: %s", i + 1, w.detail);
        assert_true(mrz_parse(buf_span(&b), NOW, &again, NULL));
        if (!same_zone(&m, &again))
            fail_msg("%zu: %s", i + 1, buf_cstr(&b));
        n++;
    }
    assert_int_equal(n, 58);
    json_decref(all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_layouts_come_out),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(long_names_are_cut_by_the_rule),
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(good_specimens_are_written_as_they_were),
    };

    return cmocka_run_group_tests_name("mrz-write", tests, NULL, NULL);
}

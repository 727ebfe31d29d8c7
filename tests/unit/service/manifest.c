/* Lists of travellers: every form read as people and programs write it, and every way to be wrong told where.
 */
#include "vectors.h"

#include "base/reader.h"
#include "base/text.h"
#include "names/name.h"
#include "service/travel/manifest_alike.h"

#include <stdio.h>

enum { MOST = 8 };

static struct {
    size_t n;
    struct manifest_person p[MOST];
    uint8_t room[MOST][4096];
} got;
static struct manifest_report report;
static struct why why;

/* Kept as it rests: what a reader gives lasts for its row alone. */
static bool keep(void *ctx, const struct manifest_person *p, struct why *w)
{
    struct buffer b;
    struct reader r;

    (void)ctx;
    (void)w;
    assert_true(got.n < MOST);
    buf_init_fixed(&b, got.room[got.n], sizeof got.room[0]);
    manifest_pack(p, &b);
    r = rd_of(buf_span(&b));
    assert_true(buf_ok(&b) && manifest_unpack(&r, &got.p[got.n]) && rd_done(&r));
    got.n++;
    return true;
}

static bool read_text(const char *text, size_t n, enum manifest_format format,
                      const struct manifest_defaults *d)
{
    const struct manifest_source s = { span_of(text, n), format, d,
                                       time_of_date((struct date){ 2027, 2, 28 }) };
    struct arena a;
    bool ok;

    got.n = 0;
    why_clear(&why);
    arena_init(&a, 1 << 20);
    ok = manifest_read(&s, &a, keep, NULL, &report, &why);
    arena_free(&a);
    return ok;
}

#define READ(text, d) assert_true(read_text(text, sizeof(text) - 1, MANIFEST_ANY, d))

static void is_text(struct span s, const char *expected)
{
    if (!span_eq_str(s, expected))
        fail_msg("%.*s instead of %s", (int)s.n, (const char *)s.p, expected);
}

static void is_day(struct date d, const char *expected)
{
    char text[DATE_TEXT];

    assert_string_equal(date_format(d, text), expected);
}

#define HEAD "document_state,document_number,expiry,family_name,given_names,birth,sex,nationality,entry\n"
#define GOOD "PK,N1234567,2031-05-13,SPECIMEN,ALI,1990-05-14,M,PK,2027-03-01\n"

static void a_table(void **state)
{
    (void)state;
    READ(HEAD GOOD, NULL);
    assert_int_equal(got.n, 1);
    assert_false(manifest_faulty(&got.p[0]));
    assert_string_equal(got.p[0].issuer, "PAK");
    assert_string_equal(got.p[0].nationality, "PAK");
    is_text(got.p[0].number, "N1234567");
    is_text(got.p[0].family, "SPECIMEN");
    is_day(got.p[0].birth, "1990-05-14");
    is_day(got.p[0].entry, "2027-03-01");
    assert_int_equal(got.p[0].sex, MANIFEST_MALE);
    assert_int_equal(got.p[0].at, 2);
    assert_int_equal(report.format, MANIFEST_CSV);
}

static const struct {
    const char *what, *column, *value;
    enum manifest_column c;
    enum manifest_fault fault;
} values[] = {
    { "a day as in Germany", "birth", "14.05.1990", MANIFEST_BIRTH, FAULT_NONE },
    { "the day first between strokes", "birth", "14/05/1990", MANIFEST_BIRTH, FAULT_NONE },
    { "without signs", "birth", "19900514", MANIFEST_BIRTH, FAULT_NONE },
    { "Persian digits", "birth", "۱۹۹۰-۰۵-۱۴", MANIFEST_BIRTH, FAULT_NONE },
    { "Arabic digits", "birth", "١٤.٠٥.١٩٩٠", MANIFEST_BIRTH, FAULT_NONE },
    { "with a time behind", "birth", "1990-05-14T00:00:00", MANIFEST_BIRTH, FAULT_NONE },
    { "the month first", "birth", "05/14/1990", MANIFEST_BIRTH, FAULT_DATE },
    { "a year of two digits", "birth", "14.05.90", MANIFEST_BIRTH, FAULT_DATE },
    { "no day of the calendar", "birth", "1990-02-30", MANIFEST_BIRTH, FAULT_DATE },
    { "Solar Hijri", "birth", "1369/02/24", MANIFEST_BIRTH, FAULT_CALENDAR },
    { "born after the entry", "birth", "2027-03-02", MANIFEST_BIRTH, FAULT_FUTURE },
    { "born on the day of entry", "birth", "2027-03-01", MANIFEST_BIRTH, FAULT_FUTURE },
    { "words", "birth", "May 1990", MANIFEST_BIRTH, FAULT_DATE },
    { "three letters", "nationality", "afg", MANIFEST_NATIONALITY, FAULT_NONE },
    { "a name of a State", "nationality", "Pakistan", MANIFEST_NATIONALITY, FAULT_STATE },
    { "no State", "nationality", "QQ", MANIFEST_NATIONALITY, FAULT_STATE },
    { "hyphens in a number", "document_number", "n-123 45", MANIFEST_NUMBER, FAULT_NONE },
    { "another sign in a number", "document_number", "N123_45", MANIFEST_NUMBER, FAULT_NUMBER },
    { "a number too long", "document_number", "N1234567890123456789012345", MANIFEST_NUMBER, FAULT_LONG },
    { "a sex in Russian", "sex", "Ж", MANIFEST_SEX, FAULT_NONE },
    { "no sex", "sex", "7", MANIFEST_SEX, FAULT_SEX },
    { "not UTF-8", "family_name", "\xff", MANIFEST_FAMILY, FAULT_TEXT },
    { "a control character", "family_name", "A\x01", MANIFEST_FAMILY, FAULT_TEXT },
    { "no number of days", "stay_days", "ten", MANIFEST_STAY, FAULT_COUNT },
    { "no day of stay", "stay_days", "0", MANIFEST_STAY, FAULT_COUNT },
};

static void values_of_columns(void **state)
{
    char text[512];

    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        int n;

        /* one column more, so that the list is one */
        n = snprintf(text, sizeof text, "%s,entry%s\n%s,2027-03-01%s\n", values[i].column,
                     strcmp(values[i].column, "document_number") ? ",document_number" : "", values[i].value,
                     strcmp(values[i].column, "document_number") ? ",N1" : "");
        if (!read_text(text, (size_t)n, MANIFEST_CSV, NULL))
            fail_msg("%s: %s", values[i].what, why.detail);
        if (got.p[0].fault[values[i].c] != values[i].fault)
            fail_msg("%s: fault %s", values[i].what,
                     manifest_fault_word((enum manifest_fault)got.p[0].fault[values[i].c]));
        if (values[i].c == MANIFEST_BIRTH && values[i].fault == FAULT_NONE)
            is_day(got.p[0].birth, "1990-05-14");
    }
}

static void headers_in_four_languages(void **state)
{
    (void)state;
    READ("\xef\xbb\xbf"
         "Номер паспорта;ФИО;Дата рождения;Гражданство\r\nN1;SPECIMEN АЛИ;14.05.1990;UZ\r\n",
         NULL);
    is_text(got.p[0].number, "N1");
    is_day(got.p[0].birth, "1990-05-14");
    READ("شماره گذرنامه\tنام خانوادگی\tنام\tتاریخ تولد\nN1\tSPECIMEN\tعلی\t۱۹۹۰/۰۵/۱۴\n", NULL);
    is_text(got.p[0].given, "علی");
    is_day(got.p[0].birth, "1990-05-14");
    READ("Pasaport No,Soyadı,Adı,Doğum Tarihi\nN1,SPECIMEN,ALİ,14.05.1990\n", NULL);
    is_text(got.p[0].family, "SPECIMEN");
    is_day(got.p[0].birth, "1990-05-14");
}

static void dirt(void **state)
{
    (void)state;
    /* quotes, doubled and over lines; blank lines; a row that is cut, and one that is too long */
    READ("passport_no,surname,colour,surname\n"
         "N1,\"A \"\"B\"\"\nC\",red,X\n"
         "\n"
         "   ,  ,,\n"
         "N2\n"
         "N3,S,,,more\n"
         "\"N4,S\n"
         "N5,\"S\" x\n",
         NULL);
    assert_int_equal(got.n, 5);
    assert_int_equal(got.p[0].fault[MANIFEST_FAMILY], FAULT_TEXT); /* a line end is no part of a name */
    assert_int_equal(got.p[1].at, 6);
    is_text(got.p[1].number, "N2");
    assert_int_equal(got.p[2].row, FAULT_COLUMNS);
    assert_int_equal(got.p[3].row, FAULT_SYNTAX);
    assert_int_equal(got.p[3].at, 8);
    assert_int_equal(got.p[4].row, FAULT_SYNTAX);
    assert_int_equal(got.p[4].at, 9);
    assert_string_equal(report.remark[0].code, "column-unknown");
    assert_string_equal(report.remark[0].text, "colour");
    assert_string_equal(report.remark[1].code, "column-twice");
}

static void no_lists(void **state)
{
    static const struct {
        const char *what, *text;
        enum manifest_format format;
        const char *reason;
    } none[] = {
        { "nothing", "", MANIFEST_ANY, "manifest" },
        { "a header alone", "passport\n", MANIFEST_CSV, "manifest" },
        { "a header of other things", "colour,size\nred,1\n", MANIFEST_CSV, "manifest" },
        { "an array of nobody", "[]", MANIFEST_JSON, "manifest" },
        { "no interchange", "passport\nN1\n", MANIFEST_PAXLST, "edifact" },
        { "an interchange of another message", "UNB+x'UNH+1+IFTMIN:D'UNT+2+1'UNZ+1+x'", MANIFEST_PAXLST,
          "manifest" },
        { "service characters that are one", "UNA::.? 'UNB", MANIFEST_PAXLST, "edifact" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        if (read_text(none[i].text, strlen(none[i].text), none[i].format, NULL))
            fail_msg("%s is a list", none[i].what);
        assert_string_equal(why.reason, none[i].reason);
    }
}

static void json_forms(void **state)
{
    (void)state;
    READ(" [ {\"passport\":\"N1\",\"family_name\":\"}{][\\\"\",\"stay_days\":9,\"sex\":null}\n, "
         "{\"passport\": [1]}, 7 ,"
         "{\"passport\":\"N2\",}] ",
         NULL);
    assert_int_equal(got.n, 4);
    is_text(got.p[0].family, "}{][\"");
    assert_int_equal(got.p[0].stay, 9);
    assert_int_equal(got.p[1].fault[MANIFEST_NUMBER], FAULT_TEXT);
    assert_int_equal(got.p[2].row, FAULT_SYNTAX);
    assert_int_equal(got.p[3].row, FAULT_SYNTAX);
    assert_int_equal(got.p[3].at, 4);
    READ("{\"passport\":\"N1\"}\n{\"passport\":\n{\"passport\":\"N3\"}", NULL);
    assert_int_equal(got.n, 3);
    assert_int_equal(got.p[1].row, FAULT_SYNTAX);
    is_text(got.p[2].number, "N3");
    READ("[{\"passport\":\"N1\"},{\"passport\":\"N2\"", NULL);
    assert_int_equal(got.n, 2);
    assert_int_equal(got.p[1].row, FAULT_SYNTAX);
}

static void defaults_hold_where_nothing_is_said(void **state)
{
    const struct manifest_defaults d = { .purpose = SPAN("pilgrimage"),
                                         .mode = SPAN("road"),
                                         .from = SPAN("KZ"),
                                         .entry = { 2027, 3, 5 },
                                         .stay = 12,
                                         .kind = 'P' };

    (void)state;
    READ("passport,purpose,entry,mode\nN1,,,\nN2,Medical_Treatment,2027-03-09,BUS\nN3,x,31.02.2027,\n", &d);
    is_text(got.p[0].purpose, "pilgrimage");
    is_text(got.p[0].mode, "road");
    assert_string_equal(got.p[0].from, "KAZ");
    is_day(got.p[0].entry, "2027-03-05");
    assert_int_equal(got.p[0].stay, 12);
    is_text(got.p[1].purpose, "medical treatment");
    is_text(got.p[1].mode, "road");
    is_day(got.p[1].entry, "2027-03-09");
    assert_int_equal(got.p[2].fault[MANIFEST_ENTRY], FAULT_DATE);
    is_day(got.p[2].entry, ""); /* what does not read is not replaced */
    assert_int_equal(got.p[0].fault[MANIFEST_BIRTH], FAULT_MISSING);
}

/* ---- PAXLST ---- */

#define BEGIN                                                                                                \
    "UNB+UNOA:4+SPECIMEN+IR+270228:0900+1++APIS'UNG+PAXLST+A+B+270228:0900+1+UN+D:02B'UNH+1+PAXLST:D:02B:"   \
    "UN:IATA+F:01'BGM+745'RFF+TN:SPECIMEN'NAD+MS+++SPECIMEN LINES'COM+000:TE'"
#define FLIGHT "TDT+20+XX123+++XX'LOC+125+KHI'DTM+189:2703010800:201'LOC+87+MHD'DTM+232:2703011100:201'"
#define ALI                                                                                                  \
    "NAD+FL+++SPECIMEN:ALI:REZA+STREET "                                                                     \
    "1+TOWN'ATT+2++M'DTM+329:900514'GEI+4+173'LOC+178+KHI'LOC+179+MHD'NAT+2+PAK'RFF+AVF:GROUP1'DOC+P:110:"   \
    "111+N1234567'DTM+36:310513'LOC+91+PAK'DOC+V+I12345678'DTM+36:270901'LOC+91+IRN'"

static void a_flight(void **state)
{
    (void)state;
    READ(BEGIN FLIGHT ALI "NAD+FM+++SPECIMEN:ZARA'ATT+2++F'DTM+329:051231:101'DOC+I+77'LOC+91+AFG'CNT+42:1'"
                          "CNT+41:1'UNT+32+1'UNE+1+1'UNZ+1+1'",
         NULL);
    assert_int_equal(report.format, MANIFEST_PAXLST);
    assert_int_equal(got.n, 2);
    assert_int_equal(report.crew, 1);
    assert_false(manifest_faulty(&got.p[0]));
    is_text(got.p[0].family, "SPECIMEN");
    is_text(got.p[0].given, "ALI REZA");
    is_day(got.p[0].birth, "1990-05-14");
    is_day(got.p[0].expiry, "2031-05-13");
    is_text(got.p[0].number, "N1234567");
    assert_string_equal(got.p[0].issuer, "PAK");
    is_text(got.p[0].permission, "I12345678");
    assert_string_equal(got.p[0].permission_issuer, "IRN");
    is_text(got.p[0].mode, "air");
    is_text(got.p[0].group, "GROUP1");
    is_day(got.p[0].entry, "2027-03-01");
    assert_int_equal(got.p[0].kind, 'P');
    is_day(got.p[1].birth, "2005-12-31"); /* the latest that is not after today */
    assert_int_equal(got.p[1].kind, 'I');
    assert_int_equal(got.p[1].fault[MANIFEST_EXPIRY], FAULT_MISSING);
    assert_int_equal(report.n_remarks, 0);
}

static void other_service_characters_and_several_messages(void **state)
{
    (void)state;
    READ("UNA|^.! "
         "~\r\nUNB^UNOA|4^A^B^270228|0900^1~\nUNH^1^PAXLST|D|05B|UN|IATA~\nTDT^20^7011^3^^BUS~\nLOC^87^X~\n"
         "DTM^178|20270302|102~\nNAD^FL^^^O'BRIEN +:|AN!^NE!!~\nDTM^329|19700131|102~\nUNT^7^1~\n"
         "UNH^2^IFTMIN|D|96A|UN~\nNAD^FL^^^NOBODY~\nUNT^3^2~\n"
         "UNH^3^PAXLST|D|05B|UN|IATA~\nTDT^20^^2~\nNAD^DDU^^^SPECIMEN~\nUNT^9^3~\nUNZ^3^1~\n",
         NULL);
    assert_int_equal(got.n, 2);
    is_text(got.p[0].family, "O'BRIEN +:");
    is_text(got.p[0].given, "AN^NE!");
    is_text(got.p[0].mode, "road");
    is_day(got.p[0].entry, "2027-03-02");
    is_text(got.p[1].mode, "rail"); /* nothing is taken over from the message before */
    is_day(got.p[1].entry, "");
    assert_int_equal(report.n_remarks, 2);
    assert_string_equal(report.remark[0].code, "message-unread");
    assert_string_equal(report.remark[1].code, "segments-differ");
}

static void damage_stays_with_its_person(void **state)
{
    (void)state;
    READ(BEGIN FLIGHT ALI "NAD+FL+++SPECIMEN:B'doc+P+1'DTM+329:991332'NAD+FL+++SPECIMEN:C'DOC+P+C1'CNT+42:7'",
         NULL);
    assert_int_equal(got.n, 3);
    assert_false(manifest_faulty(&got.p[0]));
    assert_int_equal(got.p[1].row, FAULT_SEGMENT);
    assert_int_equal(got.p[1].fault[MANIFEST_BIRTH], FAULT_DATE);
    is_text(got.p[2].number, "C1");
    assert_int_equal(got.p[2].row, FAULT_NONE);
    assert_string_equal(report.remark[0].code, "segment-unread");
    assert_string_equal(report.remark[1].code, "count-differs");
    assert_string_equal(report.remark[2].code, "message-cut");
    READ(BEGIN FLIGHT "NAD+FL+++SPECIMEN:A'DOC+P+N1'DOC+P+N2'DTM+36:310513'LOC+91+PAK'UNT+1", NULL);
    is_text(got.p[0].number, "N1"); /* what follows the second document is not the first one's */
    assert_string_equal(got.p[0].issuer, "");
    is_day(got.p[0].expiry, "");
}

static bool stop_at_two(void *ctx, const struct manifest_person *p, struct why *w)
{
    (void)p;
    return ++*(int *)ctx < 2 || why_set(w, "stopped", WHY_NO_OFFSET, NULL, "enough");
}

static void a_reader_that_stops(void **state)
{
    static const char text[] = HEAD GOOD GOOD GOOD;
    const struct manifest_source s = { SPAN(text), MANIFEST_CSV, NULL, 0 };
    struct arena a;
    int n = 0;

    (void)state;
    arena_init(&a, 1 << 16);
    why_clear(&why);
    assert_false(manifest_read(&s, &a, stop_at_two, &n, &report, &why));
    assert_string_equal(why.reason, "stopped");
    assert_int_equal(n, 2);
    arena_free(&a);
}

/* ---- like ones ---- */

enum { CROWD = 3000 };

static char numbers[CROWD][24];
static struct manifest_person people[CROWD];

/* Few names, few birth dates, some documents twice: full blocks, and links beyond what is told of one. */
static void make_crowd(void)
{
    static const char *const family[] = {
        "SPECIMEN", "SPECIMENOV", "SPESIMEN", "MUSTER", "MUSTERI", "OBRAZEC"
    };
    static const char *const given[] = { "ALI", "ALIY", "AHMAD", "AHMED", "OMAR", "UMAR", "FATIMA", "ZAHRA" };
    unsigned seed = 7;

    for (size_t i = 0; i < CROWD; i++) {
        struct manifest_person *p = &people[i];

        seed = seed * 1103515245u + 12345u;
        *p = (struct manifest_person){ .at = (uint32_t)i + 1, .issuer = "PAK", .sex = MANIFEST_MALE };
        p->family = span_str(family[(seed >> 20) % 6]);
        p->given = span_str(given[(seed >> 12) % 8]);
        p->birth = (struct date){ (int16_t)(1960 + (seed >> 8) % 40), (uint8_t)(1 + (seed >> 5) % 12),
                                  (uint8_t)(1 + (seed >> 10) % 12) };
        (void)snprintf(numbers[i], sizeof numbers[i], "S%05zu", i % 50 ? i : i / 100);
        p->number = span_str(numbers[i]);
        if (i % 70 == 69)
            *p = people[i - 3];
        if (i % 140 == 139)
            p->number = SPAN("T1");
    }
}

static bool of_crowd(void *ctx, size_t i, struct manifest_person *out)
{
    (void)ctx;
    *out = people[i];
    return true;
}

static bool now_ending(void *ctx)
{
    (void)ctx;
    return true;
}

static void like_ones_are_the_same_by_any_number_of_threads(void **state)
{
    struct manifest_persons p = { .n = CROWD, .at = of_crowd, .threads = 1 };
    struct manifest_alike one, more;
    struct names *t = names_open(&why);
    size_t kinds[MANIFEST_LIKES] = { 0 };

    (void)state;
    assert_non_null(t);
    make_crowd();
    assert_true(manifest_alike(t, &p, &one, &why));
    for (size_t i = 0; i < one.n; i++)
        kinds[one.link[i].like]++;
    for (size_t i = 0; i < MANIFEST_LIKES; i++)
        assert_true(kinds[i] > 0);
    for (p.threads = 2; p.threads <= 5; p.threads += 3) {
        assert_true(manifest_alike(t, &p, &more, &why));
        assert_int_equal(more.n, one.n);
        assert_int_equal(more.limited, one.limited);
        for (size_t i = 0; i < one.n; i++)
            assert_true(more.link[i].a == one.link[i].a && more.link[i].b == one.link[i].b &&
                        more.link[i].like == one.link[i].like && more.link[i].births == one.link[i].births &&
                        more.link[i].name == one.link[i].name);
        manifest_alike_free(&more);
    }
    manifest_alike_free(&one);
    p.ending = now_ending;
    assert_false(manifest_alike(t, &p, &more, &why));
    assert_string_equal(why.reason, "stopped");
    p.n = 0;
    p.ending = NULL;
    assert_true(manifest_alike(t, &p, &more, &why));
    assert_int_equal(more.n, 0);
    names_close(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table),
        cmocka_unit_test(values_of_columns),
        cmocka_unit_test(headers_in_four_languages),
        cmocka_unit_test(dirt),
        cmocka_unit_test(no_lists),
        cmocka_unit_test(json_forms),
        cmocka_unit_test(defaults_hold_where_nothing_is_said),
        cmocka_unit_test(a_flight),
        cmocka_unit_test(other_service_characters_and_several_messages),
        cmocka_unit_test(damage_stays_with_its_person),
        cmocka_unit_test(a_reader_that_stops),
        cmocka_unit_test(like_ones_are_the_same_by_any_number_of_threads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

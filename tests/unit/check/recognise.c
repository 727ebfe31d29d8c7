#include "vectors.h"

#include "check/inspect.h"
#include "check/recognise.h"
#include "picture/picture.h"

static void things_are_told_apart(void **state)
{
    static const struct {
        const char *what, *in;
        size_t n;
        enum thing thing;
    } cases[] = {
#define CASE(what, bytes, thing) { what, bytes, sizeof(bytes) - 1, thing }
        CASE("nothing", "", THING_UNKNOWN),
        CASE("a VDS", "\xdc\x03", THING_VDS),
        CASE("a VDS as text", "DC03d9c5\n", THING_VDS_HEX),
        CASE("half a byte of text", "dc0", THING_UNKNOWN),
        CASE("an IDB", "RDB1A3HCW", THING_IDB),
        CASE("an older IDB with a blank before", " NDB1A3HCW", THING_IDB),
        CASE("lower case: for its reader to refuse", "rdb1a3hcw", THING_IDB),
        CASE("JSON", "{\"data\":1}", THING_VDSNC),
        CASE("a PNG", "\x89PNG\r\n\x1a\n", THING_PICTURE),
        CASE("a JPEG", "\xff\xd8\xff\xe0", THING_PICTURE),
        CASE("EF.SOD", "\x77\x82\x05\xf4\x30", THING_SOD),
        CASE("DG1", "\x61\x5b\x5f\x1f\x58", THING_DATA_GROUP),
        CASE("DG2", "\x75\x82\x23\x7d\x7f\x61", THING_DATA_GROUP),
        CASE("a DG11 with a length that is a letter",
             "\x6b\x22\x5c\x02\x5f\x0e\x5f\x0e\x1bSPECIMEN<<AAAAAAAAAAAAAAAAA", THING_DATA_GROUP),
        CASE("a text that begins like it", "k\"\\o", THING_UNKNOWN),
        CASE(
            "a DG14 with a length that is a letter",
            "\x6e\x29\x31\x27\x30\x12\x06\x0a\x04\x00\x7f\x00\x07\x02\x02\x03\x02\x02\x02\x01\x02\x02\x01\x48"
            "\x30\x11\x06\x09\x04\x00\x7f\x00\x07\x02\x02\x03\x02\x02\x01\x02\x02\x01\x48",
            THING_DATA_GROUP),
        CASE("EF.DIR", "\x61\x09\x4f\x07\xa0\x00\x00\x02\x47\x10\x01", THING_CHIP_DIRECTORY),
        CASE("a text that begins like EF.DIR", "anOther thing", THING_UNKNOWN),
        CASE("EF.CardAccess", "\x31\x0c\x30\x0a\x06\x08\x04\x00\x7f\x00\x07\x02\x02\x02", THING_CARD_ACCESS),
        CASE("EF.CardAccess that is cut", "\x31\x0d\x30\x0a\x06\x08\x04\x00\x7f\x00\x07\x02\x02\x02",
             THING_UNKNOWN),
        CASE("a text that begins with 1", "100 persons", THING_UNKNOWN),
        CASE(
            "EF.CardSecurity",
            "\x30\x82\x01\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x81\xf0\x30\x81\xed\x02\x01\x03"
            "\x31\x0f\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x30\x81\x80\x06\x08\x04\x00"
            "\x7f\x00\x07\x03\x02\x01",
            THING_CARD_SECURITY),
        CASE("PEM", "-----BEGIN CERTIFICATE-----\n", THING_PEM),
        CASE("a receipt", "serai receipt v1\n", THING_NOTE),
        CASE("a passport", "P<UTOERIKSSON<<ANNA<MARIA\nL898902C36UTO", THING_MRZ),
        CASE("lines in lower case", "p<utoeriksson<<anna\n", THING_MRZ),
        CASE("a French licence", "D1FRA22BX004172370214LEFEBVRE4", THING_LICENCE_MRZ),
        CASE("a licence of a State without a known layout", "D1UTO22BX004172370214LEFEBVRE6",
             THING_LICENCE_MRZ),
        CASE("a Swiss licence", "ABC123D<<\nFACHE900000017002<<910417<<<<<\n", THING_LICENCE_MRZ),
        CASE("a barcode of a licence", "@\n\x1e\rANSI 636099100101DL", THING_AAMVA),
        CASE("typed by a scanner", "@AMVA 6360060101DL00290198DAA", THING_AAMVA),
        CASE("an at sign", "@ANSI C and other words", THING_UNKNOWN),
        CASE("a word that begins like EF.SOD", "word", THING_UNKNOWN),
        CASE("a word that begins like DG1", "about <nothing>", THING_MRZ),
        CASE("a sentence", "hello world, this is no document", THING_UNKNOWN),
        CASE("SignedData of indefinite length", "\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02",
             THING_MASTER_LIST),
        CASE("a 0 and a blank: text before anything else",
             "\x30\x20\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", THING_UNKNOWN),
        CASE("SignedData of usual length", "\x30\x82\x01\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02",
             THING_MASTER_LIST),
        CASE("a certificate", "\x30\x82\x01\x00\x30\x81\x80\xa0\x03\x02\x01\x02", THING_CERTIFICATE),
        CASE("a list of revoked ones",
             "\x30\x82\x01\x00\x30\x81\x80\x02\x01\x01\x30\x01\x05\x30\x01\x31\x17\x0d", THING_CRL),
#undef CASE
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (recognise(span_of(cases[i].in, cases[i].n)) != cases[i].thing)
            fail_msg("%s: %d", cases[i].what, recognise(span_of(cases[i].in, cases[i].n)));
}

/* What `inspect` says of bytes, as JSON. */
static json_t *inspected(struct span s)
{
    struct anchor_set *anchors = anchor_set_new();
    const struct inspect_options opt = { .anchors = anchors, .at = 1795262400 };
    struct arena a;
    struct buffer out;
    json_t *j;

    arena_init(&a, 64 << 20);
    buf_init(&out, 1 << 20);
    (void)inspect("-", s, &opt, &a, &out);
    j = json_loads(buf_cstr(&out), JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(j);
    buf_free(&out);
    arena_free(&a);
    anchor_set_free(anchors);
    return j;
}

static const char *text(json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static bool has_finding(json_t *j, const char *reason)
{
    json_t *f;
    size_t i;

    json_array_foreach(json_object_get(j, "findings"), i, f)
    {
        if (strcmp(text(f, "reason"), reason) == 0)
            return true;
    }
    return false;
}

static void cards_are_inspected(void **state)
{
    static const char own[] = "@\n\x1e\rANSI 636099100102DL00410042ZX00830012DLDAQX1 \nDCSMU\xd1OZ\n"
                              "DBB02291996\nDBA08312025\rZXDAQX2\nZXA\r";
    json_t *j, *f;

    (void)state;
    j = inspected(SPAN("D1FRA22BX004172370214LEFEBVRE4\n"));
    f = json_object_get(j, "fields");
    assert_string_equal(text(j, "kind"), "mrz");
    assert_string_equal(text(j, "result"), "well-formed");
    assert_string_equal(text(f, "issuer_state"), "FR");
    assert_string_equal(text(f, "expiry_date"), "2037-02-14");
    assert_false(has_finding(j, "national-layout"));
    json_decref(j);

    j = inspected(SPAN("D1UTO22BX004172370214LEFEBVRE6"));
    assert_string_equal(text(j, "result"), "malformed");
    assert_string_equal(text(j, "reason"), "MRZ_FORMAT");
    json_decref(j);

    j = inspected(SPAN("ABC123D<<\nFACHE900000017002<<910417<<<<<\nSPECIMEN<<SAMPLE<TWO<<<<<<<<<<\n"));
    f = json_object_get(j, "fields");
    assert_string_equal(text(j, "result"), "well-formed");
    assert_string_equal(text(f, "given_name"), "SAMPLE TWO");
    assert_true(has_finding(j, "national-layout"));
    json_decref(j);

    j = inspected(span_of(own, sizeof own - 1));
    f = json_object_get(j, "fields");
    assert_string_equal(text(j, "kind"), "barcode");
    assert_string_equal(text(j, "result"), "well-formed");
    assert_string_equal(text(f, "DAQ"), "X1 ");
    assert_string_equal(text(f, "number"), "X1");
    assert_string_equal(text(f, "family_name"), "MU\xc3\x91OZ");
    assert_string_equal(text(f, "birth_date"), "1996-02-29");
    assert_true(json_is_false(json_object_get(f, "best_effort")));
    assert_true(has_finding(j, "LICENCE_EXPIRED"));
    json_decref(j);

    j = inspected(SPAN("@ANSI 636099100101DL00310030DLDAQX1DCSSPECIMEN"));
    f = json_object_get(j, "fields");
    assert_string_equal(text(j, "result"), "malformed");
    assert_string_equal(text(j, "reason"), "BARCODE_HEADER");
    assert_string_equal(text(f, "DCS"), "SPECIMEN");
    assert_true(json_is_true(json_object_get(f, "best_effort")));
    assert_true(has_finding(j, "best-effort"));
    json_decref(j);
}

/* Drawn by zint, found by zxing, every byte of it. */
static void a_licence_is_read_out_of_a_picture(void **state)
{
    static const char own[] = "@\n\x1e\rANSI 636099100101DL00310042DLDAQX1 \nDCSMU\xd1OZ\n"
                              "DBB02291996\nDBA08312031\r";
    struct buffer png;
    struct why w = { 0 };
    json_t *j;

    (void)state;
    buf_init(&png, 16 << 20);
    assert_true(barcode_png(BARCODE_PDF417, span_of(own, sizeof own - 1), 3, &png, &w));
    j = inspected(buf_span(&png));
    assert_string_equal(text(j, "kind"), "barcode");
    assert_string_equal(text(j, "picture"), "pdf417");
    assert_string_equal(text(j, "result"), "well-formed");
    assert_string_equal(text(json_object_get(j, "fields"), "DBA"), "08312031");
    json_decref(j);
    buf_free(&png);
}

/* Hostile files end as they must with one mebibyte of memory for all that is made of them. */
static void a_mebibyte_is_enough(void **state)
{
    struct anchor_set *anchors = anchor_set_new();
    const struct inspect_options opt = { .anchors = anchors, .at = 1795262400 };
    json_t *index, *list, *x;
    char file[512];
    struct arena data, a;
    struct buffer out;
    size_t i;

    (void)state;
    index = load_json(vector_path("travel/adversarial/index.json"));
    list = json_object_get(index, "files");
    arena_init(&data, 64 << 20);
    json_array_foreach(list, i, x)
    {
        struct span s;
        enum result r;

        (void)snprintf(file, sizeof file, "travel/adversarial/%s",
                       json_string_value(json_object_get(x, "file")));
        s = load_file(&data, vector_path(file));
        arena_init(&a, 1 << 20);
        buf_init(&out, 1 << 20);
        r = inspect(file, s, &opt, &a, &out);
        assert_true(buf_ok(&out));
        if (r == RESULT_GENUINE || r == RESULT_WELL_FORMED)
            fail_msg("%s", file);
        if (strstr(buf_cstr(&out), "no memory left"))
            fail_msg("%s: out of memory instead of an answer", file);
        buf_free(&out);
        arena_free(&a);
    }
    arena_free(&data);
    json_decref(index);
    anchor_set_free(anchors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(things_are_told_apart),
        cmocka_unit_test(cards_are_inspected),
        cmocka_unit_test(a_licence_is_read_out_of_a_picture),
        cmocka_unit_test(a_mebibyte_is_enough),
    };

    return cmocka_run_group_tests_name("recognise", tests, NULL, NULL);
}

#include "vectors.h"

#include <stdio.h>

#include "base/buffer.h"
#include "base/text.h"
#include "guard.h"
#include "wire/cbor_write.h"
#include "wire/licence_data.h"

enum { NOW = 1789473600 }; /* 2026-09-15T12:00:00Z */

/* The names of the notes, one after the other. */
static const char *notes_of(const struct licence_data *l)
{
    struct buffer b;
    const char *text;

    buf_init(&b, 1 << 16);
    for (size_t i = 0; i < l->n_notes; i++)
        buf_printf(&b, "%s%s", i ? " " : "", licence_finding_word(l->note[i].what));
    text = arena_str(&test_arena, buf_span(&b));
    buf_free(&b);
    return text;
}

static void judge(struct licence_data *l, const char *country)
{
    const struct licence_context c = { .now = NOW, .country = span_str(country) };

    licence_data_end(l, &c);
}

static struct licence_data one;

static const char *of_element(const char *name, struct span value)
{
    struct span s = guard_copy(value);
    const char *notes;

    licence_data_begin(&one, s);
    licence_data_element(&one, span_str(name), s);
    judge(&one, "");
    notes = notes_of(&one);
    guard_free(s);
    return notes;
}

static void elements_have_their_type_value_and_date(void **state)
{
    static const struct {
        const char *what, *name, *hex, *notes;
    } cases[] = {
        { "full-date", "birth_date", "d903ec6a313939312d30342d3137", "" },
        { "text", "birth_date", "6a313939312d30342d3137", "DATA_TYPE" },
        { "birth as date and time", "birth_date", "c074313939312d30342d31375430303a30303a30305a",
          "DATA_TYPE" },
        { "issue as date and time", "issue_date", "c074323032322d30352d30325430303a30303a30305a", "" },
        { "with a fraction", "issue_date", "c076323032322d30352d30325430303a30303a30302e305a", "DATA_VALUE" },
        { "30 February", "birth_date", "d903ec6a313939312d30322d3330", "DATA_DATE" },
        { "year of two digits", "birth_date", "d903ec6839312d30342d3137", "DATA_VALUE" },
        { "tag over a number", "birth_date", "d903ec01", "DATA_TYPE" },
        { "tag over nothing", "birth_date", "d903ec", "DATA_TYPE" },
        { "nothing", "birth_date", "", "DATA_TYPE" },
        { "two items", "sex", "0101", "DATA_TYPE" },
        { "hour 25", "issue_date", "c074323032322d30352d30325432353a30303a30305a", "DATA_DATE" },
        { "cut UTF-8", "family_name", "63c384c3", "DATA_VALUE" },
        { "umlaut", "family_name", "62c384", "" },
        { "Cyrillic in the Latin name", "family_name", "62d090", "DATA_VALUE" },
        { "Cyrillic where it belongs", "family_name_national_character", "62d090", "" },
        { "control character", "given_name", "610a", "DATA_VALUE" },
        { "empty number", "document_number", "60", "DATA_VALUE" },
        { "bytes for a name", "family_name", "4141", "DATA_TYPE" },
        { "tag 24 over a name", "family_name", "d818424161", "DATA_TYPE" },
        { "small letters", "issuing_country", "626b7a", "DATA_VALUE" },
        { "three letters", "issuing_country", "634b415a", "DATA_VALUE" },
        { "jurisdiction", "issuing_jurisdiction", "654b5a2d3735", "" },
        { "no jurisdiction", "issuing_jurisdiction", "624b5a", "DATA_VALUE" },
        { "empty sign", "un_distinguishing_sign", "60", "" },
        { "sign of four", "un_distinguishing_sign", "644b415a41", "DATA_VALUE" },
        { "JPEG", "portrait", "43ffd8ff", "" },
        { "JPEG 2000", "portrait", "4c0000000c6a5020200d0a870a", "" },
        { "PNG", "portrait", "4489504e47", "DATA_VALUE" },
        { "no picture", "portrait", "40", "DATA_VALUE" },
        { "picture as text", "portrait", "6161", "DATA_TYPE" },
        { "sex", "sex", "09", "" },
        { "sex 3", "sex", "03", "DATA_VALUE" },
        { "sex as text", "sex", "6146", "DATA_TYPE" },
        { "age", "age_over_18", "f5", "" },
        { "age as number", "age_over_18", "01", "DATA_TYPE" },
        { "an element nobody knows", "age_over_x1", "01", "" },
        { "height", "height", "18a8", "" },
        { "negative height", "height", "20", "DATA_TYPE" },
        { "expired", "expiry_date", "d903ec6a323032362d30392d3134", "LICENCE_EXPIRED" },
        { "the last day", "expiry_date", "d903ec6a323032362d30392d3135", "" },
        { "a second ago", "expiry_date", "c074323032362d30392d31355431313a35393a35395a", "LICENCE_EXPIRED" },
        { "now", "expiry_date", "c074323032362d30392d31355431323a30303a30305a", "" },
        { "privileges as map", "driving_privileges", "a0", "DATA_TYPE" },
        { "no privileges", "driving_privileges", "80", "" },
        { "array that ends early", "driving_privileges", "82a0", "DATA_TYPE" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *got = of_element(cases[i].name, from_hex(&test_arena, cases[i].hex));

        if (strcmp(got, cases[i].notes) != 0)
            fail_msg("%s: %s", cases[i].what, got);
    }
}

static void latin_texts_have_150_characters(void **state)
{
    struct buffer b;
    char text[310];

    (void)state;
    for (size_t n = 150; n <= 151; n++) {
        for (size_t i = 0; i < n; i++)
            memcpy(text + 2 * i, "\xc3\xa9", 2);
        buf_init(&b, 1000);
        cbor_put_text(&b, span_of(text, 2 * n));
        assert_string_equal(of_element("family_name", buf_span(&b)), n == 150 ? "" : "DATA_VALUE");
        buf_free(&b);
    }
}

/* --- privileges, written as "B 2010-03-11 2032-05-01 01 S01<=2500; C1" --- */

static void put_date(struct buffer *b, const char *key, struct span date)
{
    cbor_put_text(b, span_str(key));
    cbor_put_head(b, CBOR_TAG, CBOR_TAG_FULL_DATE);
    cbor_put_text(b, date);
}

static void put_code(struct buffer *b, struct span word)
{
    const uint8_t *sign = memchr(word.p, '<', word.n);
    size_t at = sign ? (size_t)(sign - word.p) : word.n;

    cbor_put_map(b, sign ? 3 : 1);
    cbor_put_text(b, SPAN("code"));
    cbor_put_text(b, span_sub(word, 0, at));
    if (sign) {
        cbor_put_text(b, SPAN("sign"));
        cbor_put_text(b, SPAN("<="));
        cbor_put_text(b, SPAN("value"));
        cbor_put_text(b, span_sub(word, at + 2, word.n));
    }
}

/* "-" for a member that is not there. */
static void put_privilege(struct buffer *b, struct span text)
{
    struct span word[20];
    size_t n = 0;

    while (n < 20 && text_split(&text, ' ', &word[n]))
        n++;
    cbor_put_map(b, (uint64_t)(!span_eq_str(word[0], "-") + (n > 1 && !span_eq_str(word[1], "-")) +
                               (n > 2 && !span_eq_str(word[2], "-")) + (n > 3)));
    if (!span_eq_str(word[0], "-")) {
        cbor_put_text(b, SPAN("vehicle_category_code"));
        cbor_put_text(b, word[0]);
    }
    if (n > 1 && !span_eq_str(word[1], "-"))
        put_date(b, "issue_date", word[1]);
    if (n > 2 && !span_eq_str(word[2], "-"))
        put_date(b, "expiry_date", word[2]);
    if (n > 3) {
        cbor_put_text(b, SPAN("codes"));
        cbor_put_array(b, n - 3);
        for (size_t i = 3; i < n; i++)
            put_code(b, word[i]);
    }
}

static struct buffer written;

/* A licence of that country with these privileges, judged. */
static const struct licence_data *with_privileges(const char *country, const char *privileges)
{
    struct span text = span_str(privileges), part, list[80];
    size_t n = 0;

    while (n < 80 && text_split(&text, ';', &part))
        list[n++] = text_trim(part);
    buf_free(&written);
    buf_init(&written, 1 << 20);
    cbor_put_array(&written, n);
    for (size_t i = 0; i < n; i++)
        put_privilege(&written, list[i]);
    licence_data_begin(&one, buf_span(&written));
    if (country[0]) {
        struct buffer b;

        buf_init(&b, 100);
        cbor_put_text(&b, span_str(country));
        licence_data_element(&one, SPAN("issuing_country"), arena_copy(&test_arena, buf_span(&b)));
        buf_free(&b);
    }
    licence_data_element(&one, SPAN("driving_privileges"), buf_span(&written));
    judge(&one, country);
    return &one;
}

static void privileges_are_judged_in_order(void **state)
{
    static const struct {
        const char *what, *country, *privileges, *notes;
        int holds; /* of the first one */
    } cases[] = {
        { "good", "KZ", "B 2010-03-11 2032-05-01 01", "", 1 },
        { "no dates", "KZ", "B", "", 1 },
        { "first day", "KZ", "B 2026-09-15", "", 1 },
        { "last day", "KZ", "B - 2026-09-15", "", 1 },
        { "not yet", "KZ", "B 2026-09-16", "PRIVILEGE_NOT_YET", 0 },
        { "over", "KZ", "B - 2026-09-14", "PRIVILEGE_EXPIRED", 0 },
        { "no category", "KZ", "- 2010-03-11", "DATA_MISSING", 0 },
        { "unknown category", "KZ", "Z9", "CATEGORY_UNKNOWN", 0 },
        { "small letter", "KZ", "b", "CATEGORY_UNKNOWN", 0 },
        { "unknown code: restricted, not taken away", "KZ", "B - - X77", "CODE_UNKNOWN", 1 },
        { "code of the EU in Kazakhstan", "KZ", "B - - 70", "CODE_UNKNOWN", 1 },
        { "and in Germany", "DE", "B - - 70", "", 1 },
        { "a part of a code", "DE", "B - - 79.99", "CODE_UNKNOWN", 1 },
        { "a code with its text", "DE", "B - - 79(C1E)", "", 1 },
        { "a code with half of it", "DE", "B - - 79(C1E", "CODE_UNKNOWN", 1 },
        { "mass", "KZ", "C - - S01<=7500", "", 1 },
        { "mass without a value", "KZ", "C - - S01", "CODE_UNKNOWN", 1 },
        { "expiry before issue", "KZ", "B 2020-01-02 2020-01-01", "DATA_DATE PRIVILEGE_EXPIRED", 0 },
        { "no such day", "KZ", "B 2020-02-30", "DATA_DATE", 0 },
        { "a year of two digits", "KZ", "B 20-02-28", "DATA_VALUE", 0 },
        { "twice", "KZ", "B; B", "CATEGORY_DUP", 1 },
        { "all of one", "KZ", "B; Z9 2027-01-01 - X1", "CATEGORY_UNKNOWN PRIVILEGE_NOT_YET CODE_UNKNOWN", 1 },
        { "one after the other", "KZ", "B 2027-01-01; - 2027-01-01; B - 2020-01-01",
          "PRIVILEGE_NOT_YET DATA_MISSING PRIVILEGE_NOT_YET CATEGORY_DUP PRIVILEGE_EXPIRED", 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct licence_data *l = with_privileges(cases[i].country, cases[i].privileges);

        if (strcmp(notes_of(l), cases[i].notes) != 0)
            fail_msg("%s: %s", cases[i].what, notes_of(l));
        if (licence_privilege_holds(&l->privilege[0]) != cases[i].holds)
            fail_msg("%s: holds", cases[i].what);
    }
}

static void the_scheme_comes_from_the_issuer(void **state)
{
    static const struct {
        const char *country, *category;
        enum licence_scheme scheme;
    } cases[] = {
        { "KZ", "A", LICENCE_SCHEME_1968 },     { "TR", "B1", LICENCE_SCHEME_1968 },
        { "DE", "A", LICENCE_SCHEME_EU },       { "DE", "Z9", LICENCE_SCHEME_EU },
        { "AF", "B", LICENCE_SCHEME_DOMESTIC }, { "XX", "B", LICENCE_SCHEME_DOMESTIC },
        { "", "B", LICENCE_SCHEME_UNKNOWN },    { "KZ", "AEU", LICENCE_SCHEME_EU },
        { "DE", "T", LICENCE_SCHEME_DOMESTIC },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct licence_data *l = with_privileges(cases[i].country, cases[i].category);

        if (l->privilege[0].scheme != cases[i].scheme)
            fail_msg("%s of %s: %s", cases[i].category, cases[i].country,
                     licence_scheme_word(l->privilege[0].scheme));
        assert_ptr_equal(licence_find(l, cases[i].scheme, span_str(cases[i].category)), &l->privilege[0]);
        assert_null(licence_find(l, LICENCE_SCHEME_1949, span_str(cases[i].category)));
    }
}

/* In whatever order the entries of one category come, the first is no wider than any of them. */
static void the_more_restrictive_of_two_counts(void **state)
{
    static const char *const entry[] = { "B 2010-01-01 2030-01-01 01", "B 2020-01-01 2040-01-01 78",
                                         "B - 2028-01-01", "B 2015-01-01 - 03 X9" };
    static const size_t codes[] = { 1, 1, 0, 2 };
    char text[256];

    (void)state;
    for (size_t i = 0; i < 4; i++)
        for (size_t k = 0; k < 4; k++) {
            const struct licence_data *l;

            if (i == k)
                continue;
            (void)snprintf(text, sizeof text, "%s; C; %s", entry[i], entry[k]);
            l = with_privileges("KZ", text);
            assert_true(l->privilege[2].findings & 1u << LICENCE_CATEGORY_DUP);
            assert_false(licence_privilege_holds(&l->privilege[2]));
            assert_true(licence_privilege_holds(&l->privilege[1]));
            assert_int_equal(l->privilege[0].n_codes, codes[i] + codes[k]);
            if (date_is_set(l->privilege[2].from))
                assert_true(date_cmp(l->privilege[0].from, l->privilege[2].from) >= 0);
            if (date_is_set(l->privilege[2].to))
                assert_true(date_cmp(l->privilege[0].to, l->privilege[2].to) <= 0);
            assert_int_equal((l->privilege[0].findings >> LICENCE_CODE_UNKNOWN) & 1, i == 3 || k == 3);
        }
    assert_int_equal(with_privileges("KZ", "B - 2020-01-01; B")->n_notes, 2);
    assert_false(licence_privilege_holds(&one.privilege[0]));
    assert_int_equal(with_privileges("KZ", "B; B - 2020-01-01")->n_notes, 2);
    assert_false(licence_privilege_holds(&one.privilege[0]));
    with_privileges("KZ", "B - - 01; B - - 78; B - - 03");
    assert_int_equal(one.privilege[0].n_codes, 3);
    assert_true(span_eq_str(one.code[one.privilege[0].first_code + 2].code, "03"));
}

/* What was left out for want of room might have restricted what was read. */
static void too_many_count_for_nothing(void **state)
{
    char text[1024] = "";

    (void)state;
    for (size_t i = 0; i < LIMIT_LICENCE_PRIVILEGES; i++)
        strcat(text, "B;");
    assert_true(licence_privilege_holds(&with_privileges("KZ", text)->privilege[0]));
    strcat(text, "B - 2020-01-01");
    assert_false(licence_privilege_holds(&with_privileges("KZ", text)->privilege[0]));
    assert_int_equal(one.note[0].what, LICENCE_DATA_VALUE);
    text[0] = 0;
    for (size_t i = 0; i <= LIMIT_LICENCE_CODES / 16; i++)
        strcat(text, "B - - 1 2 3 4 5 6 7 8 9 1 2 3 4 5 6 7;");
    with_privileges("KZ", text);
    assert_true(one.privilege[16].findings & 1u << LICENCE_DATA_VALUE);
    assert_true(one.notes_lost == 0 || one.n_notes == LIMIT_LICENCE_NOTES);
    assert_false(licence_privilege_holds(&one.privilege[0]));
    /* The element twice. */
    with_privileges("KZ", "B");
    licence_data_begin(&one, buf_span(&written));
    licence_data_element(&one, SPAN("driving_privileges"), buf_span(&written));
    licence_data_element(&one, SPAN("driving_privileges"), SPAN("\x80"));
    assert_false(licence_privilege_holds(&one.privilege[0]));
}

static struct span text_item(const char *s)
{
    struct buffer b;
    struct span item;

    buf_init(&b, 200);
    cbor_put_text(&b, span_str(s));
    item = arena_copy(&test_arena, buf_span(&b));
    buf_free(&b);
    return item;
}

static void country_sign_and_signer_belong_together(void **state)
{
    static const struct {
        const char *country, *sign, *jurisdiction, *signer, *place, *notes;
    } cases[] = {
        { "KZ", "KZ", NULL, "KZ", "", "" },
        { "KZ", "KZ", NULL, "", "", "" },
        { "KZ", "KZ", NULL, "kz", "", "" },
        { "KZ", "KZ", NULL, "UZ", "", "COUNTRY_MISMATCH" },
        { "KZ", "UZ", NULL, "KZ", "", "SIGN_MISMATCH" },
        { "KZ", "", NULL, "KZ", "", "SIGN_MISMATCH" },
        { "AF", "AFG", NULL, "AF", "", "" },
        { "AF", "AF", NULL, "AF", "", "SIGN_MISMATCH" },
        { "KG", "KS", NULL, "KG", "", "SIGN_MISMATCH" },
        { "XK", "RKS", NULL, "XK", "", "" },
        { "KZ", "UZ", NULL, "UZ", "", "COUNTRY_MISMATCH SIGN_MISMATCH" },
        { "kz", "KZ", NULL, "KZ", "", "DATA_VALUE" },
        { "US", "USA", "US-IA", "US", "US-IA", "" },
        { "US", "USA", "US-IA", "US", "", "" },
        { "US", "USA", "US-IA", "US", "US-NY", "COUNTRY_MISMATCH" },
        { "US", "USA", "CA-ON", "US", "", "COUNTRY_MISMATCH" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct licence_context c = { NOW, span_str(cases[i].signer), span_str(cases[i].place) };

        licence_data_begin(&one, (struct span){ NULL, 0 });
        licence_data_element(&one, SPAN("un_distinguishing_sign"), text_item(cases[i].sign));
        licence_data_element(&one, SPAN("issuing_country"), text_item(cases[i].country));
        if (cases[i].jurisdiction)
            licence_data_element(&one, SPAN("issuing_jurisdiction"), text_item(cases[i].jurisdiction));
        licence_data_end(&one, &c);
        if (strcmp(notes_of(&one), cases[i].notes) != 0)
            fail_msg("%s %s: %s", cases[i].country, cases[i].sign, notes_of(&one));
    }
}

/* --- the elements of whole responses, by a small walk of the test's own --- */

static struct span member(struct span map, const char *key)
{
    struct span v = { NULL, 0 };

    return cbor_find_text(map, span_str(key), &v) ? v : (struct span){ NULL, 0 };
}

static void of_document(struct span document, struct licence_data *l)
{
    struct span names = member(member(document, "issuerSigned"), "nameSpaces");
    struct cbor items = cbor_of(member(names, "org.iso.18013.5.1"));

    for (size_t n = names.n ? cbor_array(&items) : 0; n > 0 && cbor_ok(&items); n--) {
        struct span item = cbor_encoded(&items, NULL);
        struct cbor name = cbor_of(member(item, "elementIdentifier"));

        licence_data_element(l, cbor_text(&name), member(item, "elementValue"));
    }
}

/* The same through the reader of mobile licences. */
static const char *by_reader(struct span file, const struct licence_context *c)
{
    struct mdoc_response r;
    struct why w = { 0 };

    if (!mdoc_read(file, MDOC_RESPONSE, true, &test_arena, &r, &w) || r.n != 1 ||
        !mdoc_items_read(&r, &r.document[0], true, &test_arena, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    licence_data_of(&r.document[0], file, c, &one);
    return notes_of(&one);
}

static const char *expected(json_t *data)
{
    static char text[512];
    json_t *x;
    size_t i;

    text[0] = 0;
    json_array_foreach(data, i, x)
    {
        strcat(text, i ? " " : "");
        strcat(text, json_string_value(x));
    }
    return text;
}

static size_t published(const char *folder)
{
    char path[256];
    json_t *index, *c;
    size_t i, done = 0;

    (void)snprintf(path, sizeof path, "licence/%s/index.json", folder);
    index = load_json(vector_path(path));
    json_array_foreach(json_object_get(index, "cases"), i, c)
    {
        json_t *data = json_object_get(json_object_get(c, "expect"), "data");
        struct licence_context context = { 0 };
        struct span file;
        struct cbor documents;

        if (!data)
            continue;
        (void)snprintf(path, sizeof path, "licence/%s", json_string_value(json_object_get(c, "file")));
        file = load_file(&test_arena, vector_path(path));
        assert_true(time_parse(span_str(json_string_value(json_object_get(c, "now"))), &context.now));
        licence_data_begin(&one, file);
        documents = cbor_of(member(file, "documents"));
        assert_int_equal(cbor_array(&documents), 1);
        of_document(cbor_item(&documents), &one);
        licence_data_end(&one, &context);
        if (strcmp(notes_of(&one), expected(data)) != 0)
            fail_msg("%s: %s, not %s", path, notes_of(&one), expected(data));
        assert_string_equal(by_reader(file, &context), expected(data));
        for (size_t k = 0; k < one.n_notes; k++)
            assert_true(one.note[k].offset < file.n);
        done++;
    }
    json_decref(index);
    return done;
}

static void published_responses(void **state)
{
    (void)state;
    assert_true(published("bad") >= 29);
    assert_true(published("generated") >= 18);
    assert_true(published("responses") >= 2);
    assert_true(published("annexD-2021") >= 1);
}

/* Every row of the tables can be found, and its neighbours cannot. */
static void tables_are_whole(void **state)
{
    static const struct {
        const char *alpha2, *sign;
    } ten[] = { { "AF", "AFG" }, { "AZ", "AZ" }, { "IR", "IR" }, { "KZ", "KZ" }, { "KG", "KG" },
                { "PK", "PK" },  { "TJ", "TJ" }, { "TR", "TR" }, { "TM", "TM" }, { "UZ", "UZ" } };
    static const char *const categories[] = { "A",  "B",  "C",  "D",  "BE", "CE",  "DE", "AM",
                                              "A1", "A2", "B1", "C1", "D1", "C1E", "D1E" };
    static const char *const codes[] = { "01", "03", "78", "S01", "S02", "S03", "S04", "S05" };
    enum licence_scheme scheme;

    (void)state;
    for (size_t i = 0; i < 10; i++)
        assert_string_equal(licence_sign_of(span_str(ten[i].alpha2)), ten[i].sign);
    for (size_t i = 0; i < 15; i++) {
        assert_true(licence_category(span_str(categories[i]), SPAN("KZ"), &scheme));
        assert_int_equal(scheme, LICENCE_SCHEME_1968);
    }
    for (size_t i = 0; i < 8; i++)
        assert_true(licence_code_known(span_str(codes[i]), LICENCE_SCHEME_DOMESTIC, true));
    assert_null(licence_sign_of(SPAN("")));
    assert_null(licence_sign_of(SPAN("K")));
    assert_null(licence_sign_of(SPAN("KZZ")));
    assert_false(licence_category(SPAN("C1EE"), SPAN("KZ"), &scheme));
    assert_false(licence_code_known(SPAN(""), LICENCE_SCHEME_EU, true));
    assert_false(licence_code_known(SPAN("("), LICENCE_SCHEME_EU, true));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_have_their_type_value_and_date),
        cmocka_unit_test(latin_texts_have_150_characters),
        cmocka_unit_test(privileges_are_judged_in_order),
        cmocka_unit_test(the_scheme_comes_from_the_issuer),
        cmocka_unit_test(the_more_restrictive_of_two_counts),
        cmocka_unit_test(too_many_count_for_nothing),
        cmocka_unit_test(country_sign_and_signer_belong_together),
        cmocka_unit_test(published_responses),
        cmocka_unit_test(tables_are_whole),
    };

    return cmocka_run_group_tests_name("licence-data", tests, arena_setup, arena_teardown);
}

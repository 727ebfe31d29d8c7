#include "vectors.h"

#include "base/text.h"
#include "wire/json_write.h"
#include "wire/note.h"

/* "name" and 4 + 3 bytes in Base64. */
#define LINE "\xe2\x80\x94 name AQIDBAUGBw==\n"

static void notes(void **state)
{
    static const struct {
        const char *what, *in;
        bool ok;
        size_t text, n, offset;
    } cases[] = {
        { "one signature", "text\n\n" LINE, true, 5, 1, 0 },
        { "two signatures", "text\n\n" LINE LINE, true, 5, 2, 0 },
        { "blank line inside the text", "a\n\nb\n\n" LINE, true, 5, 1, 0 },
        { "text is one empty line", "\n\n" LINE, true, 1, 1, 0 },
        { "no blank line", "text\n" LINE, false, 0, 0, 5 + sizeof LINE - 1 },
        { "no signature", "text\n\n", false, 0, 0, 6 },
        { "last line without its end", "text\n\n\xe2\x80\x94 name AQIDBAUGBw==", false, 0, 0, 27 },
        { "hyphen for the dash", "text\n\n- name AQIDBAUGBw==\n", false, 0, 0, 6 },
        { "name with a plus", "text\n\n\xe2\x80\x94 na+me AQIDBAUGBw==\n", false, 0, 0, 6 },
        { "signature of no bytes", "text\n\n\xe2\x80\x94 name AQIDBA==\n", false, 0, 0, 6 },
        { "signature that is no Base64", "text\n\n\xe2\x80\x94 name AQID*\n", false, 0, 0, 6 },
        { "carriage return", "text\r\n\n" LINE, false, 0, 0, 4 },
        { "not UTF-8", "t\xff\n\n" LINE, false, 0, 0, 1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct note note = { 0 };
        struct why w;

        why_clear(&w);
        if (note_parse(span_str(cases[i].in), &note, &w) != cases[i].ok)
            fail_msg("%s", cases[i].what);
        if (!cases[i].ok && w.offset != cases[i].offset)
            fail_msg("%s: offset %zu", cases[i].what, w.offset);
        assert_int_equal(note.text.n, cases[i].text);
        assert_int_equal(note.n, cases[i].n);
    }
}

static void a_signature_comes_back(void **state)
{
    uint8_t mem[200], sig[3];
    struct buffer b;
    struct note note;

    (void)state;
    buf_init_fixed(&b, mem, sizeof mem);
    buf_str(&b, "text\n\n");
    note_put_signature(&b, SPAN("name"), (const uint8_t *)"\1\2\3\4", SPAN("\5\6\7"));
    assert_true(span_eq_str(buf_span(&b), "text\n\n" LINE));
    assert_true(note_parse(buf_span(&b), &note, NULL));
    assert_memory_equal(note.signature[0].key_hash, "\1\2\3\4", 4);
    assert_true(note_signature_bytes(&note.signature[0], sig, 3));
    assert_memory_equal(sig, "\5\6\7", 3);
    assert_false(note_signature_bytes(&note.signature[0], sig, 2));
}

static void too_many_signatures(void **state)
{
    struct buffer b;
    struct note note;
    struct why w;

    (void)state;
    buf_init(&b, 1 << 16);
    buf_str(&b, "text\n\n");
    for (int i = 0; i < NOTE_SIGNATURES + 1; i++)
        buf_str(&b, LINE);
    why_clear(&w);
    assert_false(note_parse(buf_span(&b), &note, &w));
    assert_string_equal(w.reason, "too-large");
    buf_free(&b);
}

static void json_is_escaped(void **state)
{
    struct buffer b;
    struct json_writer w = json_to(&b);

    (void)state;
    buf_init(&b, 1000);
    jw_object(&w, NULL);
    jw_text(&w, "a\"b", SPAN("\\\n\t\x01\x7f\xc3\xa9\xff"));
    jw_array(&w, "list");
    jw_int(&w, NULL, -5);
    jw_bool(&w, NULL, true);
    jw_null(&w, NULL);
    jw_array_end(&w);
    jw_object(&w, "empty");
    jw_object_end(&w);
    jw_hex(&w, "hex", SPAN("\x01\xab"));
    jw_real(&w, "real", 0.25);
    jw_object_end(&w);
    assert_string_equal(buf_cstr(&b),
                        "{\"a\\\"b\":\"\\\\\\n\\t\\u0001\x7f\xc3\xa9\xef\xbf\xbd\",\"list\":[-5,true,null],"
                        "\"empty\":{},\"hex\":\"01ab\",\"real\":0.25}");
    buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(notes),
        cmocka_unit_test(a_signature_comes_back),
        cmocka_unit_test(too_many_signatures),
        cmocka_unit_test(json_is_escaped),
    };

    return cmocka_run_group_tests_name("note", tests, NULL, NULL);
}

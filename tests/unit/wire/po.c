#include "wire/po.h"

#include "guard.h"
#include "vectors.h"

#define HEADER "msgid \"\"\nmsgstr \"\"\n\"Language: ru\\n\"\n\"X-Plural-Categories: one few many\\n\"\n\n"

static const char *json_of(const char *in, bool source)
{
    struct why w = { 0 };
    struct buffer b;
    const char *text;
    struct po p;

    if (!po_parse(span_str(in), &test_arena, &p, &w)) {
        buf_init(&b, 1000);
        buf_printf(&b, "!%s: %s", w.reason, w.detail);
    } else {
        buf_init(&b, 1 << 16);
        po_put_json(&p, source, &b);
    }
    text = arena_str(&test_arena, buf_span(&b));
    buf_free(&b);
    return text;
}

static void entries_become_json(void **state)
{
    static const struct {
        const char *what, *in, *out;
    } cases[] = {
        { "nothing", "", "{}\n" },
        { "a header alone", HEADER, "{}\n" },
        { "one", "msgctxt \"a\"\nmsgid \"A\"\nmsgstr \"B\"\n", "{\"a\":\"B\"}\n" },
        { "sorted", "msgctxt \"b\"\nmsgid \"x\"\nmsgstr \"1\"\nmsgctxt \"a\"\nmsgid \"x\"\nmsgstr \"2\"\n",
          "{\"a\":\"2\",\n\"b\":\"1\"}\n" },
        { "strings are joined", "msgctxt \"a\"\nmsgid \"A\"\nmsgstr \"\"\n\"B\"\n  \"C\"\r\n",
          "{\"a\":\"BC\"}\n" },
        { "escapes", "msgctxt \"a\"\nmsgid \"A\"\nmsgstr \"q\\\"b\\\\n\\nt\\tr\\r\"\n",
          "{\"a\":\"q\\\"b\\\\n\\nt\\tr\\r\"}\n" },
        { "fuzzy is not translated", "#, c-format, fuzzy\nmsgctxt \"a\"\nmsgid \"A\"\nmsgstr \"B\"\n",
          "{}\n" },
        { "fuzzy is of one entry",
          "#, fuzzy\nmsgctxt \"a\"\nmsgid \"A\"\nmsgstr \"B\"\n\nmsgctxt \"b\"\nmsgid \"A\"\nmsgstr \"B\"\n",
          "{\"b\":\"B\"}\n" },
        { "empty is not translated", "msgctxt \"a\"\nmsgid \"A\"\nmsgstr \"\"\n", "{}\n" },
        { "obsolete and comments",
          "# c\n#. d\n#: e\n#| msgid \"old\"\nmsgctxt \"a\"\nmsgid \"A\"\nmsgstr \"B\"\n#~ msgid \"x\"\n#~ "
          "msgstr \"y\"\n",
          "{\"a\":\"B\"}\n" },
        { "plural forms",
          HEADER "msgctxt \"a\"\nmsgid \"one\"\nmsgid_plural \"all\"\nmsgstr[0] \"1\"\nmsgstr[1] "
                 "\"2\"\nmsgstr[2] \"5\"\n",
          "{\"a\":{\"one\":\"1\",\"few\":\"2\",\"many\":\"5\",\"other\":\"5\"}}\n" },
        { "a form that is missing leaves all of them out",
          HEADER "msgctxt \"a\"\nmsgid \"one\"\nmsgid_plural \"all\"\nmsgstr[0] \"1\"\nmsgstr[1] "
                 "\"\"\nmsgstr[2] \"5\"\n",
          "{}\n" },
        { "not UTF-8", "msgid \"\xff\"\n", "!encoding: a catalogue is UTF-8; at this byte it is not" },
        { "no keyword", "\"a\"\n", "!order: line 1: a string without a keyword" },
        { "another word", "\nmsgxyz \"a\"\n",
          "!syntax: line 2: none of msgctxt, msgid, msgid_plural, msgstr, a string or a comment" },
        { "not closed", "msgid \"a\n", "!syntax: line 1: a string that is not closed" },
        { "closed by nothing", "msgid \"a\\\"\n", "!syntax: line 1: a string that is not closed" },
        { "text behind", "msgid \"a\" b\n", "!syntax: line 1: text behind a string" },
        { "an escape that is none", "msgid \"\\x41\"\n",
          "!syntax: line 1: an escape that is none of \\n \\t \\r \\\" \\\\" },
        { "no msgstr", "msgctxt \"a\"\nmsgid \"A\"\n\n", "!order: line 3: an entry ends without msgstr" },
        { "msgstr first", "msgstr \"a\"\n", "!order: line 1: a keyword out of its place" },
        { "two texts", "msgctxt \"a\"\nmsgid \"A\"\nmsgstr \"B\"\nmsgstr \"C\"\n",
          "!order: line 4: a keyword out of its place" },
        { "forms without a plural", "msgctxt \"a\"\nmsgid \"A\"\nmsgstr[0] \"B\"\n",
          "!order: line 3: a keyword out of its place" },
        { "a gap", "msgctxt \"a\"\nmsgid \"A\"\nmsgid_plural \"B\"\nmsgstr[1] \"B\"\n",
          "!forms: line 4: a gap in the plural forms" },
        { "twice", "msgctxt \"a\"\nmsgid \"A\"\nmsgstr \"B\"\n\nmsgctxt \"a\"\nmsgid \"A\"\nmsgstr \"B\"\n",
          "!twice: lines 1 and 5: the same context and text" },
        { "two headers", HEADER HEADER, "!twice: line 10: a second header" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *got = json_of(cases[i].in, false);

        if (strcmp(got, cases[i].out) != 0)
            fail_msg("%s: %s, not %s", cases[i].what, got, cases[i].out);
    }
}

static void the_template_speaks_by_its_ids(void **state)
{
    (void)state;
    assert_string_equal(
        json_of("msgctxt \"a\"\nmsgid \"A\"\nmsgstr \"\"\n\nmsgctxt \"b\"\nmsgid \"{n} day\"\n"
                "msgid_plural \"{n} days\"\nmsgstr[0] \"\"\nmsgstr[1] \"\"\n",
                true),
        "{\"a\":\"A\",\n\"b\":{\"one\":\"{n} day\",\"other\":\"{n} days\"}}\n");
}

static void entries_are_found(void **state)
{
    static const char text[] =
        HEADER "msgctxt \"a\"\nmsgid \"A\"\nmsgstr \"B\"\n\nmsgctxt \"two\"\nmsgid \"1\"\nmsgstr \"x\"\n\n"
               "msgctxt \"two\"\nmsgid \"2\"\nmsgstr \"x\"\n\nmsgid \"bare\"\nmsgstr \"x\"\n";
    struct why w = { 0 };
    struct po p;

    (void)state;
    assert_true(po_parse(span_str(text), &test_arena, &p, &w));
    assert_int_equal(p.n, 4);
    assert_true(span_eq_str(po_find(&p, span_str("a"))->text[0], "B"));
    assert_int_equal(po_find(&p, span_str("a"))->line, 6);
    assert_null(po_find(&p, span_str("two")));
    assert_null(po_find(&p, span_str("A")));
    assert_true(span_eq_str(po_find(&p, span_str(""))->id, "bare"));
    assert_true(span_eq_str(po_header(&p, "Language"), "ru"));
    assert_int_equal(po_header(&p, "Lang").n, 0);
}

static void the_arena_may_be_full(void **state)
{
    static const char text[] = "msgctxt \"a\"\nmsgid \"A\"\nmsgstr \"B\"\n";
    struct why w = { 0 };
    struct arena small;
    struct po p;

    (void)state;
    arena_init(&small, 64);
    assert_false(po_parse(span_str(text), &small, &p, &w));
    assert_string_equal(w.reason, "too-large");
    arena_free(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_become_json),
        cmocka_unit_test(the_template_speaks_by_its_ids),
        cmocka_unit_test(entries_are_found),
        cmocka_unit_test(the_arena_may_be_full),
    };

    return cmocka_run_group_tests_name("po", tests, arena_setup, arena_teardown);
}

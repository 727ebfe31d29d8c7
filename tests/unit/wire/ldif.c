#include "vectors.h"

#include "guard.h"
#include "wire/ldif.h"

/* What came out, as text: "dn|name=value;" for values, "!reason@line;" for lines passed over. */
static void on_value(void *ctx, const struct ldif_value *v)
{
    struct buffer *b = ctx;

    buf_put(b, v->dn);
    buf_str(b, "|");
    buf_put(b, v->name);
    buf_str(b, "=");
    buf_put(b, v->value);
    buf_str(b, ";");
}

static void on_bad(void *ctx, const struct why *w, size_t line)
{
    assert_string_equal(w->clause, "RFC 2849");
    buf_printf(ctx, "!%s@%zu;", w->reason, line);
}

static const char *read_in(struct span in, size_t piece, size_t most)
{
    struct buffer b;
    const struct ldif_sink sink = { on_value, on_bad, &b };
    const char *text;
    struct ldif l;

    buf_init(&b, 1 << 20);
    ldif_init(&l, most, &sink);
    for (size_t at = 0; at < in.n; at += piece)
        ldif_feed(&l, span_sub(in, at, at + piece));
    ldif_end(&l);
    ldif_done(&l);
    text = arena_str(&test_arena, buf_span(&b));
    buf_free(&b);
    return text;
}

static void lines_become_values(void **state)
{
    static const struct {
        const char *what, *in, *out;
    } cases[] = {
        { "plain", "version: 1\ndn: c=UT\nc: UT\n", "|version=1;c=UT|c=UT;" },
        { "base64", "dn: c=UT\nx;binary:: YWJj\n", "c=UT|x;binary=abc;" },
        { "folded base64", "dn: c=UT\nx:: YW\n Jj\n ZGVm\n", "c=UT|x=abcdef;" },
        { "folded text", "dn: c=\n UT\nx: a\n b\n", "c=UT|x=ab;" },
        { "folded in the name", "dn: c=UT\nna\n me: a\n", "c=UT|name=a;" },
        { "CRLF", "dn: c=UT\r\nx:: YW\r\n Jj\r\n\r\nc: d\r\n", "c=UT|x=abc;|c=d;" },
        { "no line end at the end", "x: a", "|x=a;" },
        { "an empty line ends the entry", "dn: a\nx: 1\n\ny: 2\n", "a|x=1;|y=2;" },
        { "comments, folded as well", "# a\n b\nx: 1\n#c\ny: 2\n", "|x=1;|y=2;" },
        { "an encoded name", "dn:: Yz1VVA==\nx: 1\n", "c=UT|x=1;" },
        { "an empty value", "x:\ny: \nz::\n", "|x=;|y=;|z=;" },
        { "a value with colons", "x: a:b::c\n", "|x=a:b::c;" },
        { "a carriage return inside", "x: a\rb\n", "|x=a\rb;" },
        { "steps of a modification", "add: c\nc: UT\n-\n", "|add=c;|c=UT;" },
        { "byte order mark",
          "\xef\xbb\xbf"
          "version: 1\n",
          "|version=1;" },
        { "no colon", "x: 1\nfoo\ny: 2\n", "|x=1;!ldif@2;|y=2;" },
        { "no name", ": 1\n", "!ldif@1;" },
        { "a blank in the name", "a b: 1\n", "!ldif@1;" },
        { "begins with a continuation", " x: 1\ny: 2\n", "!ldif@1;|y=2;" },
        { "a URL is not followed", "x:< file:///etc/passwd\ny: 2\n", "!ldif@1;|y=2;" },
        { "no base64", "x:: a*\ny: 2\n", "!base64@1;|y=2;" },
        { "base64 with bits left", "x:: YR==\ny: 2\n", "!base64@1;|y=2;" },
        { "nothing", "", "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct span in = guard_copy(span_str(cases[i].in));

        for (size_t piece = 1; piece < 9; piece++)
            if (strcmp(read_in(in, piece, 1000), cases[i].out) != 0)
                fail_msg("%s, pieces of %zu: %s", cases[i].what, piece, read_in(in, piece, 1000));
        guard_free(in);
    }
}

/* Memory is that of the longest value allowed, whatever the file. */
static void what_is_too_long_is_passed_over(void **state)
{
    struct buffer b;

    (void)state;
    buf_init(&b, 1 << 20);
    buf_str(&b, "a:: ");
    for (int i = 0; i < 400; i++)
        buf_str(&b, "YWJj\n ");
    buf_str(&b, "\nb: 1\n");
    assert_string_equal(read_in(buf_span(&b), 11, 30), "!too-large@1;|b=1;");
    assert_string_equal(read_in(SPAN("a:: YWJjYWJj\nb:: YWJj\n"), 11, 5), "!too-large@1;|b=abc;");
    buf_free(&b);
}

static void names_are_compared_without_case_and_options(void **state)
{
    struct ldif_value v = { .name = SPAN("UserCertificate;binary") };

    (void)state;
    assert_true(ldif_named(&v, "usercertificate"));
    assert_false(ldif_named(&v, "usercert"));
    assert_false(ldif_named(&v, "usercertificates"));
    v.name = SPAN("dn");
    assert_true(ldif_named(&v, "DN"));
}

static void ldif_is_recognised(void **state)
{
    (void)state;
    assert_true(ldif_likely(SPAN("version: 1\n")));
    assert_true(ldif_likely(SPAN("# x\n y\n\r\nDN: c=UT\n")));
    assert_true(ldif_likely(SPAN("\xef\xbb\xbf"
                                 "dn:: x")));
    assert_false(ldif_likely(SPAN("-----BEGIN CERTIFICATE-----\ndn: x\n")));
    assert_false(ldif_likely(SPAN("")));
    assert_false(ldif_likely(SPAN("d")));
    assert_false(ldif_likely(SPAN("# only a comment\n")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_become_values),
        cmocka_unit_test(what_is_too_long_is_passed_over),
        cmocka_unit_test(names_are_compared_without_case_and_options),
        cmocka_unit_test(ldif_is_recognised),
    };

    return cmocka_run_group_tests_name("ldif", tests, arena_setup, arena_teardown);
}

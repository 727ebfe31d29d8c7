/* Values of indicators: what each is, its clean form, and what was wrong with it. */
#include "guard.h"
#include "intel/indicator.h"
#include "intel/kind.h"
#include "vectors.h"

static const struct {
    const char *what, *in;
    enum intel_kind expected, kind;
    const char *out; /* or the reason when kind is none */
    uint32_t dirt;
} cases[] = {
    { "an address", "198.51.100.7", INTEL_NONE, INTEL_IPV4, "198.51.100.7", 0 },
    { "one with a number too large", "198.51.100.256", INTEL_NONE, INTEL_NONE, "value", 0 },
    { "one with a leading zero", "198.51.100.07", INTEL_NONE, INTEL_NONE, "value", 0 },
    { "defanged", "198[.]51[.]100(.)7", INTEL_NONE, INTEL_IPV4, "198.51.100.7", INTEL_DEFANGED },
    { "IPv6", "2001:DB8::1", INTEL_NONE, INTEL_IPV6, "2001:db8::1", INTEL_LONG_FORM },
    { "IPv6 in full", "2001:0db8:0:0:0:0:0:1", INTEL_NONE, INTEL_IPV6, "2001:db8::1", INTEL_LONG_FORM },
    { "IPv6 in brackets", "[2001:db8::1]", INTEL_NONE, INTEL_IPV6, "2001:db8::1", 0 },
    { "a range", "198.51.100.0/24", INTEL_NONE, INTEL_IPV4_RANGE, "198.51.100.0/24", 0 },
    { "a range of all", "0.0.0.0/0", INTEL_NONE, INTEL_IPV4_RANGE, "0.0.0.0/0", 0 },
    { "bits behind the prefix", "198.51.100.7/24", INTEL_NONE, INTEL_IPV4_RANGE, "198.51.100.0/24",
      INTEL_HOST_BITS },
    { "a range of one", "198.51.100.7/32", INTEL_NONE, INTEL_IPV4, "198.51.100.7", INTEL_LONG_FORM },
    { "a prefix too long", "198.51.100.7/33", INTEL_NONE, INTEL_NONE, "value", 0 },
    { "a range of IPv6", "2001:db8::/32", INTEL_NONE, INTEL_IPV6_RANGE, "2001:db8::/32", 0 },
    { "a name", "example.org", INTEL_NONE, INTEL_DOMAIN, "example.org", 0 },
    { "upper case and a dot", "Example.ORG.", INTEL_NONE, INTEL_DOMAIN, "example.org",
      INTEL_CASE | INTEL_DOT },
    { "defanged with words", "evil(dot)example[dot]org", INTEL_NONE, INTEL_DOMAIN, "evil.example.org",
      INTEL_DEFANGED },
    { "all names below", "*.example.org", INTEL_NONE, INTEL_DOMAIN, "example.org", INTEL_DOT },
    { "a name in another script",
      "b\xc3\xbc"
      "cher.example",
      INTEL_NONE, INTEL_DOMAIN, "xn--bcher-kva.example", INTEL_UNICODE },
    { "underscores", "_dmarc.example.org", INTEL_NONE, INTEL_DOMAIN, "_dmarc.example.org", 0 },
    { "a hyphen at the end of a label", "a-.example.org", INTEL_NONE, INTEL_NONE, "value", 0 },
    { "an empty label", "a..example.org", INTEL_NONE, INTEL_NONE, "value", 0 },
    { "a name of one label", "localhost", INTEL_NONE, INTEL_NONE, "local", 0 },
    { "with a port", "example.org:8080", INTEL_NONE, INTEL_DOMAIN, "example.org", INTEL_PORT },
    { "an address with a port", "198.51.100.7:443", INTEL_NONE, INTEL_IPV4, "198.51.100.7", INTEL_PORT },
    { "a port too large", "198.51.100.7:99999", INTEL_NONE, INTEL_NONE, "value", 0 },
    { "a URL", "http://example.org/A?b=C", INTEL_NONE, INTEL_URL, "http://example.org/A?b=C", 0 },
    { "a defanged URL", "hxxps://Example[.]org/A", INTEL_NONE, INTEL_URL, "https://example.org/A",
      INTEL_DEFANGED | INTEL_CASE },
    { "a URL with everything", "HTTP://u:p@Example.org:8080/a#b", INTEL_NONE, INTEL_URL,
      "http://u:p@example.org:8080/a#b", INTEL_CASE },
    { "a URL of an address", "http://[2001:db8::1]:80/x", INTEL_NONE, INTEL_URL, "http://[2001:db8::1]:80/x",
      0 },
    { "a URL without a scheme", "example.org/x.exe", INTEL_NONE, INTEL_URL, "example.org/x.exe", 0 },
    { "a URL with a blank", "http://example.org/a b", INTEL_NONE, INTEL_NONE, "value", 0 },
    { "a bare host among URLs", "example.org", INTEL_URL, INTEL_DOMAIN, "example.org", INTEL_OTHER_KIND },
    { "a bare address among URLs", "198.51.100.7", INTEL_URL, INTEL_IPV4, "198.51.100.7", INTEL_OTHER_KIND },
    { "a URL without a host", "http:///x", INTEL_URL, INTEL_NONE, "value", 0 },
    { "a mail address", "A.User@Example.org", INTEL_NONE, INTEL_EMAIL, "a.user@example.org", INTEL_CASE },
    { "a defanged mail address", "a[at]example[.]org", INTEL_NONE, INTEL_EMAIL, "a@example.org",
      INTEL_DEFANGED },
    { "a mail address without a domain", "a@", INTEL_NONE, INTEL_NONE, "value", 0 },
    { "MD5", "D41D8CD98F00B204E9800998ECF8427E", INTEL_NONE, INTEL_MD5, "d41d8cd98f00b204e9800998ecf8427e",
      INTEL_CASE },
    { "a digest of another length", "d41d8cd98f00b204e9800998ecf8427", INTEL_MD5, INTEL_NONE, "digest", 0 },
    { "called otherwise", "d41d8cd98f00b204e9800998ecf8427e", INTEL_SHA1, INTEL_NONE, "digest", 0 },
    { "a digest called a name", "d41d8cd98f00b204e9800998ecf8427e", INTEL_DOMAIN, INTEL_NONE, "value", 0 },
    { "a digest cut short", "d41d8cd98f00b204e9800998ecf8427e0", INTEL_NONE, INTEL_NONE, "digest", 0 },
    { "quotes and blanks", " \"example.org\" ", INTEL_NONE, INTEL_DOMAIN, "example.org", INTEL_BLANKS },
    { "a file name", "evil (1).EXE", INTEL_FILE_NAME, INTEL_FILE_NAME, "evil (1).EXE", 0 },
    { "an expression", "\\\\a\\.exe", INTEL_FILE_PATTERN, INTEL_FILE_PATTERN, "\\\\a\\.exe", 0 },
    { "a control character", "exa\x01mple.org", INTEL_NONE, INTEL_NONE, "control", 0 },
    { "no UTF-8",
      "ex\xff"
      "ample.org",
      INTEL_NONE, INTEL_NONE, "utf-8", 0 },
    { "blanks alone", "  ", INTEL_NONE, INTEL_NONE, "empty", 0 },
    { "a sentence", "no indicator at all", INTEL_NONE, INTEL_NONE, "value", 0 },
};

static void values_are_told_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct span in = guard_copy(span_str(cases[i].in));
        struct intel_value v = { 0 };
        struct why w = { 0 };
        bool ok = intel_read_value(in, cases[i].expected, &v, &w);

        guard_free(in);
        if (ok != (cases[i].kind != INTEL_NONE))
            fail_msg("%s: %s", cases[i].what, ok ? "taken" : w.reason);
        if (!ok) {
            if (strcmp(w.reason, cases[i].out) != 0)
                fail_msg("%s: refused as %s", cases[i].what, w.reason);
            continue;
        }
        if (v.kind != cases[i].kind || !span_eq_str(intel_value_span(&v), cases[i].out) ||
            v.dirt != cases[i].dirt)
            fail_msg("%s: %s \"%.*s\", dirt %x", cases[i].what, intel_kind_word(v.kind), (int)v.n, v.text,
                     v.dirt);
    }
}

/* The clean form is clean: read again it stays, and nothing is to be mended. */
static void a_clean_value_stays(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct intel_value v, again;

        if (cases[i].kind == INTEL_NONE ||
            !intel_read_value(span_str(cases[i].in), cases[i].expected, &v, NULL))
            continue;
        assert_true(intel_read_value(intel_value_span(&v), v.kind, &again, NULL));
        assert_int_equal(again.kind, v.kind);
        assert_int_equal(again.dirt, 0);
        assert_true(span_eq(intel_value_span(&v), intel_value_span(&again)));
    }
}

static void a_value_becomes_a_pattern_and_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pattern_part part[2];
        struct intel_value v, back;
        struct buffer b;
        size_t n;
        bool any;

        if (cases[i].kind == INTEL_NONE || cases[i].kind == INTEL_FILE_PATTERN)
            continue;
        assert_true(intel_read_value(span_str(cases[i].in), cases[i].expected, &v, NULL));
        buf_init(&b, 1 << 16);
        indicator_put_pattern(&b, v.kind, intel_value_span(&v));
        assert_true(indicator_read_pattern(buf_span(&b), &test_arena, part, 2, &n, &any));
        assert_int_equal(n, 1);
        assert_int_equal(indicator_kind_of(&part[0], &back), v.kind);
        assert_true(span_eq(intel_value_span(&v), intel_value_span(&back)));
        buf_free(&b);
    }
}

static void simple_patterns_are_read(void **state)
{
    static const struct {
        const char *what, *in;
        size_t n;
        bool any;
    } rows[] = {
        { "one", "[ipv4-addr:value = '198.51.100.7']", 1, false },
        { "no blanks", "[ipv4-addr:value='198.51.100.7']", 1, false },
        { "two that must hold", "[file:name = 'a' AND file:hashes.MD5 = 'b']", 2, false },
        { "one of two", " [ file:name = 'a' OR file:name = 'b' ] ", 2, true },
        { "both ways", "[file:name = 'a' OR file:name = 'b' AND file:name = 'c']", 0, false },
        { "escapes", "[file:name = 'a\\'\\\\b']", 1, false },
        { "a number", "[network-traffic:dst_port = 80]", 1, false },
        { "two brackets", "[file:name = 'a'] AND [file:name = 'b']", 0, false },
        { "another operator", "[file:name LIKE 'a%']", 0, false },
        { "a qualifier", "[file:name = 'a'] WITHIN 5 SECONDS", 0, false },
        { "open", "[file:name = 'a'", 0, false },
        { "open text", "[file:name = 'a]", 0, false },
        { "another escape", "[file:name = 'a\\n']", 0, false },
        { "no path", "[name = 'a']", 0, false },
        { "nothing", "", 0, false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct span in = guard_copy(span_str(rows[i].in));
        struct pattern_part part[4];
        bool any = false;
        size_t n = 0;
        bool ok = indicator_read_pattern(in, &test_arena, part, 4, &n, &any);

        if (ok != (rows[i].n > 0) || (ok && (n != rows[i].n || any != rows[i].any)))
            fail_msg("%s: %s, %zu parts", rows[i].what, ok ? "read" : "refused", n);
        if (ok && strcmp(rows[i].what, "escapes") == 0)
            assert_true(span_eq_str(part[0].value, "a'\\b"));
        guard_free(in);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_told_apart),
        cmocka_unit_test(a_clean_value_stays),
        cmocka_unit_test(a_value_becomes_a_pattern_and_back),
        cmocka_unit_test(simple_patterns_are_read),
    };

    return cmocka_run_group_tests_name("intel values", tests, arena_setup, arena_teardown);
}

/* Each test of section 6 with a document of our own that fails it, made from one that passes all. */
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "csaf/csaf.h"
#include "csaf/cvss.h"
#include "csaf/forms.h"
#include "csaf/subtags.h"
#include "guard.h"
#include "vectors.h"

#define VECTOR "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"

/* Valid by all tests, also those of 6.2 and 6.3; $ marks are replaced. */
static const char good[] =
    "{\"document\":{\"category\":\"csaf_vex\",\"csaf_version\":\"2.0\","
    "\"distribution\":{\"tlp\":{\"label\":\"WHITE\"}},\"lang\":\"en\","
    "\"notes\":[{\"category\":\"summary\",\"text\":\"SPECIMEN\"}],"
    "\"publisher\":{\"category\":\"coordinator\",\"name\":\"SPECIMEN\",\"namespace\":\"https://"
    "specimen.example\"},"
    "\"references\":[{\"category\":\"self\",\"summary\":\"s\",\"url\":\"https://specimen.example/"
    "sa-1.json\"}],"
    "\"title\":\"SPECIMEN\",\"tracking\":{\"current_release_date\":\"2026-02-01T00:00:00Z\",\"id\":\"SA-1\","
    "\"initial_release_date\":\"2026-01-01T00:00:00Z\",\"revision_history\":[{\"date\":\"2026-01-01T00:00:"
    "00Z\","
    "\"number\":\"1\",\"summary\":\"first\"},{\"date\":\"2026-02-01T00:00:00Z\",\"number\":\"2\",\"summary\":"
    "\"second\"}],"
    "\"status\":\"final\",\"version\":\"2\"}},"
    "\"product_tree\":{\"branches\":[{\"branches\":[{\"branches\":[{\"category\":\"product_version\","
    "\"name\":\"1.0\","
    "\"product\":{\"name\":\"A 1.0\",\"product_id\":\"P1\",\"product_identification_helper\":{\"hashes\":["
    "{\"file_hashes\":[{\"algorithm\":\"sha256\",\"value\":"
    "\"0000000000000000000000000000000000000000000000000000000000000001\"}],\"filename\":\"a\"}],"
    "\"purl\":\"pkg:generic/"
    "a@1.0\"}}}],\"category\":\"product_name\",\"name\":\"A\"}],\"category\":\"vendor\","
    "\"name\":\"V\"}],\"full_product_names\":[{\"name\":\"B\",\"product_id\":\"P2\",\"product_identification_"
    "helper\":"
    "{\"cpe\":\"cpe:2.3:a:v:b:1:*:*:*:*:*:*:*\"}}],"
    "\"product_groups\":[{\"group_id\":\"G1\",\"product_ids\":[\"P1\",\"P2\"]}],"
    "\"relationships\":[{\"category\":\"installed_on\",\"full_product_name\":{\"name\":\"B on "
    "A\",\"product_id\":\"P3\","
    "\"product_identification_helper\":{\"skus\":[\"1\"]}},\"product_reference\":\"P2\","
    "\"relates_to_product_reference\":\"P1\"}]},"
    "\"vulnerabilities\":[{\"cve\":\"CVE-2026-0001\",\"cwe\":{\"id\":\"CWE-79\",\"name\":\"Improper "
    "Neutralization of "
    "Input During Web Page Generation ('Cross-site Scripting')\"},"
    "\"flags\":[{\"label\":\"component_not_present\",\"product_ids\":[\"P2\"]}],"
    "\"ids\":[{\"system_name\":\"s\",\"text\":\"1\"}],"
    "\"involvements\":[{\"date\":\"2026-01-01T00:00:00Z\",\"party\":\"vendor\",\"status\":\"completed\"}],"
    "\"notes\":[{\"category\":\"description\",\"text\":\"t\"}],"
    "\"product_status\":{\"known_affected\":[\"P1\"],\"known_not_affected\":[\"P2\"]},"
    "\"remediations\":[{\"category\":\"none_available\",\"details\":\"d\",\"product_ids\":[\"P1\"]}],"
    "\"scores\":[{\"cvss_v3\":{\"baseScore\":9.8,\"baseSeverity\":\"CRITICAL\",\"vectorString\":\"" VECTOR
    "\",\"version\":\"3.1\"},\"products\":[\"P1\"]}],"
    "\"threats\":[{\"category\":\"impact\",\"details\":\"d\",\"group_ids\":[\"G1\"]}]},"
    "{\"cve\":\"CVE-2026-0002\",\"cwe\":{\"id\":\"CWE-20\",\"name\":\"Improper Input Validation\"},"
    "\"notes\":[{\"category\":\"description\",\"text\":\"t\"}],\"product_status\":{\"fixed\":[\"P3\"]}}]}";

static const struct {
    const char *test, *from, *to;
} cases[] = {
    { "6.1.1", "\"known_affected\":[\"P1\"]", "\"known_affected\":[\"P1\",\"P9\"]" },
    { "6.1.1", "\"flags\":[{\"label\":\"component_not_present\",\"product_ids\":[\"P2\"]",
      "\"flags\":[{\"label\":\"component_not_present\",\"product_ids\":[\"P8\"]" },
    { "6.1.2", "\"name\":\"B\",\"product_id\":\"P2\"", "\"name\":\"B\",\"product_id\":\"P1\"" },
    { "6.1.3", "\"product_reference\":\"P2\"", "\"product_reference\":\"P3\"" },
    { "6.1.4", "\"group_ids\":[\"G1\"]", "\"group_ids\":[\"G2\"]" },
    { "6.1.5", "\"product_groups\":[",
      "\"product_groups\":[{\"group_id\":\"G1\",\"product_ids\":[\"P1\",\"P3\"]}," },
    { "6.1.6", "\"known_not_affected\":[\"P2\"]", "\"known_not_affected\":[\"P1\"]" },
    { "6.1.7", "\"scores\":[",
      "\"scores\":[{\"cvss_v3\":{\"baseScore\":9.8,\"baseSeverity\":\"CRITICAL\",\"vectorString\":\"" VECTOR
      "\",\"version\":\"3.1\"},\"products\":[\"P1\"]}," },
    { "6.1.8", "\"baseSeverity\":\"CRITICAL\",", "" },
    { "6.1.9", "\"baseScore\":9.8", "\"baseScore\":9.7" },
    { "6.1.9", "\"CRITICAL\"", "\"HIGH\"" },
    { "6.1.9", VECTOR, "CVSS:3.1/AV:N/AC:L" },
    { "6.1.10", "\"baseScore\":9.8", "\"attackVector\":\"LOCAL\",\"baseScore\":9.8" },
    { "6.1.11", "('Cross-site Scripting')", "(XSS)" },
    { "6.1.11", "\"CWE-20\"", "\"CWE-999999\"" },
    { "6.1.12", "\"lang\":\"en\"", "\"lang\":\"ez\"" },
    { "6.1.13", "pkg:generic/a@1.0", "pkg:generic/@1.0" },
    { "6.1.14", "\"date\":\"2026-01-01T00:00:00Z\",\"number\"",
      "\"date\":\"2026-02-01T00:00:00.1Z\",\"number\"" },
    { "6.1.14", "\"date\":\"2026-01-01T00:00:00Z\",\"number\"",
      "\"date\":\"2026-02-01T00:30:00-01:00\",\"number\"" },
    { "6.1.15", "\"category\":\"coordinator\"", "\"category\":\"translator\"" },
    { "6.1.16", "\"version\":\"2\"", "\"version\":\"1\"" },
    { "6.1.17", "\"version\":\"2\"", "\"version\":\"0\"" },
    { "6.1.18", "\"number\":\"1\"", "\"number\":\"0\"" },
    { "6.1.19", "\"number\":\"1\"", "\"number\":\"1.0.0-a\"" },
    { "6.1.20", "\"version\":\"2\"", "\"version\":\"2.0.0-a\"" },
    { "6.1.21", "\"number\":\"2\"", "\"number\":\"3\"" },
    { "6.1.21", "\"number\":\"1\"", "\"number\":\"2\"" },
    { "6.1.22", "\"number\":\"1\"", "\"number\":\"2\"" },
    { "6.1.23", "CVE-2026-0002", "CVE-2026-0001" },
    { "6.1.24", "\"involvements\":[",
      "\"involvements\":[{\"date\":\"2026-01-01T01:00:00+01:00\",\"party\":\"vendor\",\"status\":\"open\"}"
      "," },
    { "6.1.25", "\"file_hashes\":[",
      "\"file_hashes\":[{\"algorithm\":\"sha256\",\"value\":\"00000000000000000000000000000000\"}," },
    { "6.1.26", "\"csaf_vex\"", "\"V_eX\"" },
    { "6.1.26", "\"csaf_vex\"", "\"Csaf_a\"" },
    {
        "6.1.27.1",
        "\"csaf_vex\"",
        "\"csaf_informational_advisory\"",
    },
    { "6.1.27.2", "\"csaf_vex\"", "\"csaf_security_incident_response\"" },
    { "6.1.27.3", "\"csaf_vex\"", "\"csaf_informational_advisory\"" },
    { "6.1.27.4", "\"product_tree\"", "\"tree\"" },
    { "6.1.27.5", "\"notes\":[{\"category\":\"description\",\"text\":\"t\"}],\"product_status\":{\"fixed\"",
      "\"product_status\":{\"fixed\"" },
    { "6.1.27.7", "\"product_status\":{\"fixed\":[\"P3\"]}",
      "\"product_status\":{\"recommended\":[\"P3\"]}" },
    { "6.1.27.8", "\"cve\":\"CVE-2026-0002\",", "" },
    { "6.1.27.9", "\"known_not_affected\":[\"P2\"]", "\"known_not_affected\":[\"P2\",\"P3\"]" },
    { "6.1.27.10", "\"details\":\"d\",\"product_ids\":[\"P1\"]",
      "\"details\":\"d\",\"product_ids\":[\"P2\"]" },
    { "6.1.27.11", "\"vulnerabilities\"", "\"vulnerability\"" },
    { "6.1.28", "\"lang\":\"en\"", "\"lang\":\"en\",\"source_lang\":\"EN\"" },
    { "6.1.29", "\"details\":\"d\",\"product_ids\":[\"P1\"]", "\"details\":\"d\"" },
    { "6.1.30", "\"number\":\"1\"", "\"number\":\"1.0.0\"" },
    { "6.1.31", "\"name\":\"1.0\"", "\"name\":\"prior to 1.0\"" },
    { "6.1.31", "\"name\":\"1.0\"", "\"name\":\"<1.0\"" },
    { "6.1.32", "\"label\":\"component_not_present\",\"product_ids\":[\"P2\"]",
      "\"label\":\"component_not_present\"" },
    { "6.1.33", "\"flags\":[",
      "\"flags\":[{\"group_ids\":[\"G1\"],\"label\":\"vulnerable_code_not_present\"}," },
    { "6.2.1", "\"full_product_names\":[",
      "\"full_product_names\":[{\"name\":\"C\",\"product_id\":\"P4\"}," },
    { "6.2.2", "\"details\":\"d\",\"product_ids\":[\"P1\"]", "\"details\":\"d\",\"product_ids\":[\"P2\"]" },
    { "6.2.3", "\"products\":[\"P1\"]", "\"products\":[\"P2\"]" },
    { "6.2.4", "\"number\":\"1\"", "\"number\":\"1.0.0+b\"" },
    { "6.2.5", "\"initial_release_date\":\"2026-01-01T00:00:00Z\"",
      "\"initial_release_date\":\"2025-12-31T23:59:59.9Z\"" },
    { "6.2.6", "\"current_release_date\":\"2026-02-01T00:00:00Z\"",
      "\"current_release_date\":\"2026-01-31T00:00:00Z\"" },
    { "6.2.7", "\"date\":\"2026-01-01T00:00:00Z\",\"party\"", "\"party\"" },
    { "6.2.8", "\"sha256\"", "\"MD5\"" },
    { "6.2.9", "\"sha256\"", "\"sha1\"" },
    { "6.2.10", "\"distribution\":{\"tlp\":{\"label\":\"WHITE\"}}", "\"distribution\":{\"text\":\"t\"}" },
    { "6.2.11", "sa-1.json", "other.json" },
    { "6.2.12", "\"lang\":\"en\",", "" },
    { "6.2.13", "\"lang\":\"en\",", "\"zz\":1,\"lang\":\"en\"," },
    { "6.2.14", "\"lang\":\"en\"", "\"lang\":\"en-x-specimen\"" },
    { "6.2.15", "\"lang\":\"en\"", "\"lang\":\"i-default\"" },
    { "6.2.16",
      "\"name\":\"B\",\"product_id\":\"P2\",\"product_identification_helper\":{\"cpe\":\"cpe:2.3:a:v:b:1:*:*:"
      "*:*:*:*:*\"}",
      "\"name\":\"B\",\"product_id\":\"P2\"" },
    { "6.2.17", "\"text\":\"1\"", "\"text\":\"CVE-2026-0003\"" },
    { "6.2.18", "\"category\":\"product_version\",\"name\":\"1.0\"",
      "\"category\":\"product_version_range\",\"name\":\"<1.0\"" },
    { "6.2.19", "\"product_status\":{\"known_affected\":[\"P1\"]",
      "\"product_status\":{\"first_fixed\":[\"P1\"]" },
    { "6.2.20", "\"lang\":\"en\"", "\"lang\":\"en\",\"mine\":1" },
    { "6.3.1",
      "\"cvss_v3\":{\"baseScore\":9.8,\"baseSeverity\":\"CRITICAL\",\"vectorString\":\"" VECTOR
      "\",\"version\":\"3.1\"}",
      "\"cvss_v2\":{\"baseScore\":10,\"vectorString\":\"AV:N/AC:L/Au:N/C:C/I:C/A:C\",\"version\":\"2.0\"}" },
    { "6.3.2", "\"version\":\"3.1\"", "\"version\":\"3.0\"" },
    { "6.3.3", "\"cve\":\"CVE-2026-0002\",", "" },
    { "6.3.4", "\"cwe\":{\"id\":\"CWE-20\",\"name\":\"Improper Input Validation\"},", "" },
    { "6.3.5", "\"0000000000000000000000000000000000000000000000000000000000000001\"",
      "\"00000000000000000000000000000001\"" },
    { "6.3.9", "\"category\":\"vendor\"", "\"category\":\"product_family\"" },
    { "6.3.10", "\"category\":\"product_version\",\"name\":\"1.0\"",
      "\"category\":\"product_version_range\",\"name\":\"vers:generic/1.0\"" },
    { "6.3.11", "\"name\":\"1.0\"", "\"name\":\"v1.0\"" },
    { "schema", "\"title\":\"SPECIMEN\"", "\"title\":\"\"" },
    { "schema", "\"title\":\"SPECIMEN\"", "\"title\":7" },
    { "schema", "\"title\":\"SPECIMEN\",", "" },
    { "schema", "\"label\":\"WHITE\"", "\"label\":\"CLEAR\"" },
    { "schema", "\"WHITE\"", "\"white\"" },
    { "schema", "\"product_ids\":[\"P1\",\"P2\"]", "\"product_ids\":[\"P1\"]" },
    { "schema", "\"product_ids\":[\"P1\",\"P2\"]", "\"product_ids\":[\"P1\",\"P1\"]" },
    { "schema", "https://specimen.example\"", "no uri\"" },
    { "schema", "\"current_release_date\":\"2026-02-01T00:00:00Z\"",
      "\"current_release_date\":\"2026-02-30T00:00:00Z\"" },
    { "schema", "\"number\":\"1\"", "\"number\":\"01\"" },
    { "schema", "\"CVE-2026-0002\"", "\"CVE-2026-2\"" },
};

static void check(const char *text, size_t n, struct arena *a, struct csaf_findings *f)
{
    struct why w = { 0 };
    struct csaf c;

    arena_init(a, LIMIT_CSAF_MEMORY);
    if (!csaf_read(span_of(text, n), a, &c, &w) || !csaf_check(&c, CSAF_FULL, f, &w))
        fail_msg("%s", w.detail);
}

static bool fails(const struct csaf_findings *f, const char *test)
{
    for (uint32_t i = 0; i < f->n; i++)
        if (strcmp(f->item[i].test, test) == 0)
            return f->item[i].says[0] != 0;
    return false;
}

static void test_good(void **state)
{
    struct csaf_findings f;
    struct arena a;

    (void)state;
    check(good, sizeof good - 1, &a, &f);
    for (uint32_t i = 0; i < f.n; i++)
        print_message("# %s %s\n", f.item[i].test, f.item[i].says);
    assert_int_equal(f.n, 0);
    arena_free(&a);
}

static void test_rules(void **state)
{
    size_t wrong = 0;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *at = strstr(good, cases[i].from);
        struct csaf_findings f;
        struct arena a;
        struct buffer b;

        assert_non_null(at);
        buf_init(&b, 1u << 16);
        buf_put(&b, span_of(good, (size_t)(at - good)));
        buf_str(&b, cases[i].to);
        buf_str(&b, at + strlen(cases[i].from));
        /* 6.1.27.1 asks for other notes than these. */
        if (strcmp(cases[i].test, "6.1.27.1") == 0) {
            char *s = strstr((char *)(uintptr_t)buf_cstr(&b), "\"summary\",\"text\"");

            memcpy(s, "\"faq\"    ,\"text\"", 16);
        }
        check((const char *)b.p, b.n, &a, &f);
        if (!fails(&f, cases[i].test)) {
            print_message("# %s is not found after %s\n", cases[i].test, cases[i].to);
            wrong++;
        }
        arena_free(&a);
        buf_free(&b);
    }
    assert_int_equal(wrong, 0);
    /* Every test that runs is among them, but 6.1.27.6, which needs another profile. */
    for (const struct csaf_test *t = csaf_tests; t->test; t++) {
        bool found = !t->run || strcmp(t->test, "6.1.27.6") == 0;

        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
            found = found || strcmp(cases[i].test, t->test) == 0;
        if (!found)
            fail_msg("%s has no case", t->test);
    }
}

/* Worked out by hand from the equations of the specifications, in tenths. */
static void test_scores(void **state)
{
    static const struct {
        const char *vector;
        int base, temporal, environmental;
    } scores[] = {
        { VECTOR, 98, 98, 98 },
        { "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 100, 100, 100 },
        { "CVSS:3.1/AV:L/AC:L/PR:H/UI:R/S:U/C:H/I:H/A:H", 65, 65, 65 },
        { "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 61, 61, 61 },
        { "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0, 0, 0 },
        { "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:U/RL:O/RC:U", 98, 78, 78 },
        { "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/MC:N/MI:N/MA:N", 98, 98, 0 },
        { "AV:N/AC:L/Au:N/C:C/I:C/A:C", 100, 100, 100 },
        { "AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C", 78, 64, 64 },
        { "AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:H", 78, 64, 92 },
        { "AV:L/AC:H/Au:N/C:C/I:C/A:C/E:POC/RL:OF/RC:C/CDP:N/TD:N/CR:M/IR:M/AR:M", 62, 49, 0 },
        { "AV:A/AC:L/Au:N/C:P/I:N/A:C", 68, 68, 68 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof scores / sizeof *scores; i++) {
        struct cvss_scores s;
        struct cvss c;

        assert_true(cvss_parse(span_str(scores[i].vector), &c, NULL));
        cvss_score(&c, &s);
        if (s.base != scores[i].base || s.temporal != scores[i].temporal ||
            s.environmental != scores[i].environmental)
            fail_msg("%s: %d %d %d", scores[i].vector, s.base, s.temporal, s.environmental);
    }
}

static void test_vectors(void **state)
{
    static const struct {
        const char *vector, *reason;
    } bad[] = {
        { "", "vector" },
        { "CVSS:3.1/", "vector" },
        { "AV:N", "missing" },
        { VECTOR "/", "vector" },
        { VECTOR "/AV:L", "vector" },
        { VECTOR "/XX:L", "vector" },
        { "CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "vector" },
        { "CVSS:3.1/AV/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "vector" },
        { "CVSS:4.0/AV:N/AC:L", "vector" },
        { "AV:N/AC:L/Au:N/C:C/I:C", "missing" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct span s = guard_copy(span_str(bad[i].vector));
        struct why w = { 0 };
        struct cvss c;

        assert_false(cvss_parse(s, &c, &w));
        assert_string_equal(w.reason, bad[i].reason);
        guard_free(s);
    }
}

static void test_forms(void **state)
{
    static const struct {
        bool (*form)(struct span s);
        const char *text;
        bool good;
    } forms[] = {
        { form_uri, "https://a.example/b?c=d#e", true },
        { form_uri, "urn:x:y", true },
        { form_uri, "a b", false },
        { form_uri, "//a.example", false },
        { form_uri, "https://[::1]:8/", true },
        { form_uri, "https://[::1", false },
        { form_uri, "https://a.example:x/", false },
        { form_uri, "https://a/%zz", false },
        { form_time, "2026-01-31T23:59:59Z", true },
        { form_time, "2026-01-31T23:59:59.123+05:30", true },
        { form_time, "2026-01-31", false },
        { form_time, "2026-02-29T00:00:00Z", false },
        { form_time, "2016-12-31T23:59:60Z", true },
        { form_time, "2016-12-31T22:59:60Z", false },
        { form_time, "2026-01-31T24:00:00Z", false },
        { form_time, "2026-01-31T23:59:59", false },
        { form_version, "1", true },
        { form_version, "01", false },
        { form_version, "1.2.3-a.1+b.01", true },
        { form_version, "1.2.3-01", false },
        { form_version, "1.2", false },
        { form_version, "1.2.3-", false },
        { form_cpe_whole, "cpe:2.3:a:v:p:1.0:*:*:*:*:*:*:*", true },
        { form_cpe_whole, "cpe:/a:v:p:1", true },
        { form_cpe_whole, "cpe:2.3:a:v:p:1.0:*:*:*:*:*:*", false },
        { form_cpe_whole, "cpe:2.3:x:v:p:1.0:*:*:*:*:*:*:*", false },
        { form_cpe_whole, "cpe:2.3:a:v\\:w:p:1.0:*:*:en-us:*:*:*:*", true },
        { form_cpe_whole, "cpe:2.3:a:v:p:1.0:*:*:*:*:*:*:* ", false },
        { form_cpe, "cpe:2.3:a:v:p:1.0:*:*:*:*:*:*:* ", true },
        { form_purl, "pkg:npm/%40a/b@1", true },
        { form_purl, "pkg:npm", false },
        { form_purl, "pkg:npm/", false },
        { language_tag_form, "en-US", true },
        { language_tag_form, "zh-Hant-TW", true },
        { language_tag_form, "e", false },
        { language_tag_form, "en-", false },
        { language_tag_form, "de-1996-u-co-phonebk-x-a", true },
        { language_tag_form, "en-u", false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct span s = guard_copy(span_str(forms[i].text));

        if (forms[i].form(s) != forms[i].good)
            fail_msg("%s", forms[i].text);
        guard_free(s);
    }
    assert_int_equal(language_tag(SPAN("fa-IR"), NULL), TAG_GOOD);
    assert_int_equal(language_tag(SPAN("en-XA"), NULL), TAG_PRIVATE);
    assert_int_equal(language_tag(SPAN("en-QQ"), NULL), TAG_PRIVATE);
    assert_int_equal(language_tag(SPAN("en-JJ"), NULL), TAG_UNKNOWN);
    assert_int_equal(language_tag(SPAN("i-klingon"), NULL), TAG_GOOD);
    assert_int_equal(language_tag(SPAN("en-\0"), NULL), TAG_MALFORMED);
}

/* What stands above a product reaches who compares it with an inventory. */
struct seen {
    unsigned n;
    bool branch, part;
};

static bool look(void *ctx, const struct csaf_match *m)
{
    struct seen *s = ctx;

    s->n++;
    if (span_eq_str(m->product->id, "P1"))
        s->branch = span_eq_str(m->product->vendor, "V") && span_eq_str(m->product->product, "A") &&
                    span_eq_str(m->product->version, "1.0") && !m->product->version_is_range &&
                    span_eq_str(m->product->purl, "pkg:generic/a@1.0");
    if (m->status == CSAF_FIXED && span_eq_str(m->product->id, "P2"))
        s->part = true;
    return true;
}

static void test_products(void **state)
{
    struct seen s = { 0, false, false };
    struct arena a;
    struct csaf c;

    (void)state;
    arena_init(&a, LIMIT_CSAF_MEMORY);
    assert_true(csaf_read(span_of(good, sizeof good - 1), &a, &c, NULL));
    csaf_products(&c, look, &s);
    assert_int_equal(s.n, 4);
    assert_true(s.branch && s.part);
    arena_free(&a);
}

/* Long lists: relationships in one ring, groups that many flags name. */
static void test_hostile(void **state)
{
    enum { MANY = 10000 };
    struct csaf_findings f;
    struct arena a;
    struct buffer b;

    (void)state;
    buf_init(&b, LIMIT_CSAF);
    buf_str(&b, "{\"product_tree\":{\"relationships\":[");
    for (int i = 0; i < MANY; i++)
        buf_printf(&b,
                   "%s{\"category\":\"installed_on\",\"full_product_name\":{\"name\":\"n\",\"product_id\":"
                   "\"p%d\"},\"product_reference\":\"p%d\","
                   "\"relates_to_product_reference\":\"p%d\"}",
                   i ? "," : "", i, (i + 1) % MANY, (i + 1) % MANY);
    buf_str(&b, "]}}");
    check((const char *)b.p, b.n, &a, &f);
    assert_true(fails(&f, "6.1.3"));
    assert_true(f.n == LIMIT_CSAF_FINDINGS && f.lost > 0);
    arena_free(&a);
    buf_reset(&b);
    buf_str(&b, "{\"product_tree\":{\"product_groups\":[{\"group_id\":\"g\",\"product_ids\":[");
    for (int i = 0; i < MANY; i++)
        buf_printf(&b, "%s\"p%d\"", i ? "," : "", i);
    buf_str(&b, "]}]},\"vulnerabilities\":[{\"flags\":[");
    for (int i = 0; i < 1000; i++)
        buf_printf(&b, "%s{\"group_ids\":[\"g\"],\"label\":\"x%d\"}", i ? "," : "", i);
    buf_str(&b, "]}]}");
    check((const char *)b.p, b.n, &a, &f);
    assert_int_equal(f.count[CSAF_MANDATORY] > 999, 1);
    arena_free(&a);
    buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),    cmocka_unit_test(test_rules), cmocka_unit_test(test_scores),
        cmocka_unit_test(test_vectors), cmocka_unit_test(test_forms), cmocka_unit_test(test_products),
        cmocka_unit_test(test_hostile),
    };

    return cmocka_run_group_tests_name("csaf rules", tests, NULL, NULL);
}

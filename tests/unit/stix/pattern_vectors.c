/* Verdicts of independent implementations (shared vectors): which texts are patterns, what matches what. */
#include "vectors.h"

#include "stix/pattern_match.h"
#include "wire/json.h"

static struct json file_of(const char *name)
{
    struct json j;
    struct why w = { 0 };

    if (!json_parse(load_file(&test_arena, vector_path(name)), &test_arena, &j, &w))
        fail_msg("%s: %s", name, w.detail);
    return j;
}

static struct span text(const struct json *j, json_ref v, const char *name)
{
    struct span s;

    assert_true(json_text_of(j, json_member(j, v, name), &test_arena, &s));
    return s;
}

static void test_syntax(void **state)
{
    struct json j = file_of("cyber/stix/pattern-syntax.json");
    json_ref list = json_member(&j, JSON_ROOT, "vectors");
    size_t n = 0, wrong = 0;

    (void)state;
    for (json_ref v = json_first(&j, list); v != JSON_NONE; v = json_after(&j, list, v), n++) {
        struct pattern p;
        struct why w = { 0 };
        bool valid = json_is(&j, json_member(&j, v, "valid"), JSON_KIND_TRUE);
        struct span s = text(&j, v, "pattern"), id = text(&j, v, "id");

        if ((pattern_parse(s, &test_arena, &p, &w) && pattern_check(&p, &w)) == valid)
            continue;
        print_error("%.*s: %.*s: %s at %zu: %s\n", (int)id.n, (const char *)id.p, (int)s.n, (const char *)s.p,
                    w.reason ? w.reason : "read", w.offset, w.detail);
        wrong++;
    }
    assert_true(n >= 33);
    assert_int_equal(wrong, 0);
}

/* "match", "no-match", "parse-error"; an error while matching is told as undetermined. */
static const char *verdict(struct span s, struct span observed, struct why *w)
{
    static const char *const words[] = { "no-match", "match", "undetermined" };
    struct pattern_work *work = pattern_work_new();
    struct pattern_code *code = NULL;
    struct pattern_observed list;
    struct pattern_binding binding = { 0 };
    struct pattern p;
    struct json j;
    const char *r = "parse-error";

    assert_true(json_parse(observed, &test_arena, &j, w));
    if (!pattern_observed_read(&j, &test_arena, &list, w))
        fail_msg("observed: %s", w->detail);
    if (pattern_parse(s, &test_arena, &p, w) && pattern_compile(&p, NULL, &test_arena, &code, w)) {
        enum pattern_verdict v = pattern_match(code, list.o, list.n, work, &test_arena, &binding, w);

        r = words[v];
        assert_true(v != PATTERN_MATCH || binding.n > 0);
    }
    pattern_code_free(code);
    pattern_work_free(work);
    return r;
}

/* An eval-error: no match, or what 9.6.1 says of values of other types: != is true. */
static bool agrees(struct span expect, const char *got, struct span pattern)
{
    if (!span_eq_str(expect, "eval-error"))
        return span_eq_str(expect, got);
    return strcmp(got, "match") != 0 || memmem(pattern.p, pattern.n, "!=", 2) != NULL;
}

static void test_match(void **state)
{
    struct json j = file_of("cyber/stix/pattern-match.json");
    json_ref list = json_member(&j, JSON_ROOT, "vectors"), observed = json_member(&j, JSON_ROOT, "observed");
    size_t n = 0, wrong = 0;

    (void)state;
    for (json_ref v = json_first(&j, list); v != JSON_NONE; v = json_after(&j, list, v), n++) {
        struct why w = { 0 };
        struct span s = text(&j, v, "pattern"), id = text(&j, v, "id"), expect = text(&j, v, "expect");
        char key[32];
        const char *got;

        (void)snprintf(key, sizeof key, "%.*s", (int)text(&j, v, "observed").n,
                       (const char *)text(&j, v, "observed").p);
        got = verdict(s, json_source(&j, json_member(&j, observed, key)), &w);
        if (agrees(expect, got, s))
            continue;
        print_error("%.*s: %.*s: expected %.*s, got %s (%s)\n", (int)id.n, (const char *)id.p, (int)s.n,
                    (const char *)s.p, (int)expect.n, (const char *)expect.p, got, w.detail);
        wrong++;
    }
    assert_true(n >= 212);
    assert_int_equal(wrong, 0);
}

/* Every indicator of the bundles that is a STIX pattern is read and prints as what it was. */
int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_syntax),
        cmocka_unit_test(test_match),
    };

    return cmocka_run_group_tests_name("stix-pattern-vectors", tests, arena_setup, arena_teardown);
}

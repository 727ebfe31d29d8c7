#include "licence_cases.h"

#include <stdio.h>

#include "guard.h"
#include "seal/vical.h"

static const char *const profile_name[] = { [PROFILE_LENIENT] = "lenient", [PROFILE_STRICT] = "strict" };

static void assert_entries(const json_t *c, const struct vical *v)
{
    json_t *expect = json_object_get(c, "expect"), *findings = json_object_get(expect, "findings"), *words;
    char key[24], what[256], wanted[256];

    assert_int_equal(v->n, json_integer_value(json_object_get(expect, "entries")));
    for (size_t i = 0; i < v->n; i++) {
        const json_t *word;
        size_t k, used = 0, said = 0;

        (void)snprintf(key, sizeof key, "%zu", i);
        words = json_object_get(findings, key);
        what[0] = wanted[0] = 0;
        json_array_foreach(words, k, word)
            used += (size_t)snprintf(wanted + used, sizeof wanted - used, "%s;", json_string_value(word));
        for (unsigned d = 0; d < VICAL_DEFECTS; d++)
            if (v->entry[i].defects & 1u << d)
                said += (size_t)snprintf(what + said, sizeof what - said, "%s;",
                                         vical_defect_word((enum vical_defect)d));
        if (strcmp(what, wanted) != 0)
            fail_msg("%s, entry %zu: \"%s\" instead of \"%s\"", case_text(c, "id"), i, what, wanted);
        assert_int_equal(v->entry[i].usable, !(v->entry[i].defects & 1u << VICAL_NOT_CA));
    }
}

static void list_case(const json_t *c, void *ctx)
{
    struct anchor_set *set = case_anchors(&test_arena, c);
    struct span in = guard_copy(case_file(&test_arena, c, "file"));
    struct vical_installed installed = { 0 };

    (void)ctx;
    assert_true(vical_likely(in));
    for (int p = PROFILE_LENIENT; p <= PROFILE_STRICT; p++) {
        struct vical_options opt = { .anchors = set, .at = case_time(c, "now"), .profile = (enum profile)p };
        struct findings f;
        struct vical v;

        if (case_text(c, "installed")) {
            installed.date = case_time(c, "installed");
            opt.installed = &installed;
        }
        findings_init(&f);
        (void)vical_verify(in, &opt, &test_arena, &v, &f);
        assert_outcome(c, profile_name[p], v.why.reason);
        assert_int_equal(v.result == RESULT_GENUINE, !v.why.reason);
        assert_findings(c, profile_name[p], &f);
        if (v.result == RESULT_GENUINE)
            assert_entries(c, &v);
    }
    guard_free(in);
    anchor_set_free(set);
}

static void shared_lists(void **state)
{
    (void)state;
    assert_int_equal(each_case("vical", list_case, NULL), 10);
    assert_int_equal(each_case("vical-real", list_case, NULL), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shared_lists),
    };

    return cmocka_run_group_tests_name("vical", tests, arena_setup, arena_teardown);
}

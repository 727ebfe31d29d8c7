/* Public playbooks: what the shape says, and exactly the findings beyond it. */
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "cacao/cacao.h"
#include "vectors.h"

static void test_playbooks(void **state)
{
    json_t *index = load_json(vector_path("cyber/cacao/index.json")), *one;
    size_t i, wrong = 0;

    (void)state;
    json_array_foreach(json_object_get(index, "playbooks"), i, one)
    {
        const char *file = json_string_value(json_object_get(one, "file"));
        json_t *expected = json_object_get(one, "findings");
        struct why w = { 0 };
        struct arena a;
        struct cacao c;
        struct cacao_findings f;
        struct cacao_line *line;
        struct buffer b;
        char path[300];
        uint32_t k = 0, lines;
        size_t e;

        (void)snprintf(path, sizeof path, "cyber/cacao/%s", file);
        arena_init(&a, LIMIT_CACAO_MEMORY);
        if (!cacao_read(load_file(&a, vector_path(path)), &a, &c, &w) || !cacao_check(&c, &f, &w))
            fail_msg("%s: %s", file, w.detail);
        if ((f.count[CACAO_SHAPE] == 0) != json_is_true(json_object_get(one, "schema_valid"))) {
            print_message("# %s: the shape is %s: %s\n", file, f.count[CACAO_SHAPE] ? "wrong" : "right",
                          f.n ? f.item[0].says : "");
            wrong++;
        }
        while (k < f.n && f.item[k].class == CACAO_SHAPE)
            k++;
        for (e = 0; e < json_array_size(expected); e++, k++)
            if (k >= f.n || strcmp(f.item[k].name, json_string_value(json_array_get(expected, e))) != 0) {
                print_message("# %s: %s, expected %s\n", file, k < f.n ? f.item[k].name : "-",
                              json_string_value(json_array_get(expected, e)));
                wrong++;
            }
        if (k < f.n && f.item[k].class == CACAO_REFER) {
            print_message("# %s: %s is one too many\n", file, f.item[k].name);
            wrong++;
        }
        assert_true(cacao_flow(&c, &line, &lines, &w));
        assert_true(lines <= c.edges + 2);
        buf_init(&b, 1u << 20);
        assert_true(cacao_draw(&c, (struct span){ NULL, 0 }, &b, &w));
        buf_free(&b);
        arena_free(&a);
    }
    assert_int_equal(wrong, 0);
    assert_true(i >= 8);
    json_decref(index);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_playbooks) };

    return cmocka_run_group_tests_name("cacao verdicts", tests, NULL, NULL);
}

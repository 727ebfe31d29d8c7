/* The verdicts of the standard's own test documents, of published advisories, of file names. */
#include <dirent.h>
#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "csaf/csaf.h"
#include "csaf/schema.h"
#include "vectors.h"

static void check_file(const char *path, struct arena *a, struct csaf *c, struct csaf_findings *f)
{
    struct why w = { 0 };

    arena_init(a, LIMIT_CSAF_MEMORY);
    if (!csaf_read(load_file(a, path), a, c, &w) || !csaf_check(c, CSAF_FULL, f, &w))
        fail_msg("%s: %s", path, w.detail);
}

static bool fails(const struct csaf_findings *f, const char *test)
{
    for (uint32_t i = 0; i < f->n; i++)
        if (strcmp(f->item[i].test, test) == 0)
            return true;
    return false;
}

static void test_standard(void **state)
{
    json_t *index = load_json(vector_path("cyber/csaf/tests-index.json")), *one;
    size_t i, skipped = 0, wrong = 0;

    (void)state;
    json_array_foreach(json_object_get(index, "cases"), i, one)
    {
        const char *test = json_string_value(json_object_get(one, "test"));
        bool passes = json_is_true(json_object_get(one, "passes"));
        char path[300];
        struct arena a;
        struct csaf c;
        struct csaf_findings f;

        if (strcmp(test, "6.3.6") == 0 || strcmp(test, "6.3.7") == 0 || strcmp(test, "6.3.8") == 0) {
            skipped++;
            continue;
        }
        (void)snprintf(path, sizeof path, "cyber/csaf/%s", json_string_value(json_object_get(one, "file")));
        check_file(vector_path(path), &a, &c, &f);
        if (fails(&f, test) == passes) {
            print_message("# %s: %s should %s\n", path, test, passes ? "pass" : "fail");
            wrong++;
        }
        arena_free(&a);
    }
    assert_int_equal(wrong, 0);
    assert_true(i > 100 && skipped < 6);
    json_decref(index);
}

static void test_published(void **state)
{
    json_t *index = load_json(vector_path("cyber/csaf/cisa-index.json")), *one;
    size_t i;

    (void)state;
    json_array_foreach(json_object_get(index, "documents"), i, one)
    {
        char path[300];
        struct arena a;
        struct csaf c;
        struct csaf_findings f;

        (void)snprintf(path, sizeof path, "cyber/csaf/%s", json_string_value(json_object_get(one, "file")));
        check_file(vector_path(path), &a, &c, &f);
        if (csaf_valid(&f) != json_is_true(json_object_get(one, "valid")))
            fail_msg("%s: %s %s", path, f.n ? f.item[0].test : "no finding", f.n ? f.item[0].says : "");
        assert_int_equal(c.vulnerability_count, json_integer_value(json_object_get(one, "vulnerabilities")));
        if (!csaf_valid(&f))
            assert_true(fails(&f, "6.1.11"));
        arena_free(&a);
    }
    json_decref(index);
}

/* The files of a folder have the name of their tracking id, or not. */
static void names(const char *folder, bool right)
{
    char dir[512], path[1024], relative[300];
    struct dirent *e;
    size_t n = 0;
    DIR *d;

    (void)snprintf(relative, sizeof relative, "cyber/csaf/filenames/%s", folder);
    (void)snprintf(dir, sizeof dir, "%s", vector_path(relative));
    d = opendir(dir);
    assert_non_null(d);
    while ((e = readdir(d)) != NULL) {
        struct arena a;
        struct csaf c;
        struct csaf_findings f;
        struct buffer b;

        if (e->d_name[0] == '.')
            continue;
        (void)snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
        check_file(path, &a, &c, &f);
        buf_init(&b, 4096);
        csaf_filename(c.id, &b);
        assert_int_equal(strcmp(buf_cstr(&b), e->d_name) == 0, right);
        buf_free(&b);
        arena_free(&a);
        n++;
    }
    (void)closedir(d);
    assert_true(n > 0);
}

static void test_names(void **state)
{
    (void)state;
    names("valid", true);
    names("invalid", false);
}

static bool count_fault(void *ctx, enum shape_fault fault, json_ref at, const char *says)
{
    (void)at;
    if (fault != SHAPE_UNKNOWN) {
        print_message("# %s\n", says);
        ++*(unsigned *)ctx;
    }
    return true;
}

static void test_provider_files(void **state)
{
    static const struct {
        const char *file;
        const struct shape *shape;
    } files[] = {
        { "provider-metadata/example-01-provider-metadata.json", &csaf_provider_shape },
        { "aggregator/example-01-aggregator.json", &csaf_aggregator_shape },
        { "aggregator/example-02-aggregator.json", &csaf_aggregator_shape },
    };

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[300];
        struct arena a;
        struct json j;
        unsigned faults = 0;

        (void)snprintf(path, sizeof path, "cyber/csaf/distribution/%s", files[i].file);
        arena_init(&a, 1u << 24);
        assert_true(json_parse(load_file(&a, vector_path(path)), &a, &j, NULL));
        assert_true(json_shape_check(&j, JSON_ROOT, files[i].shape, &a, count_fault, &faults, NULL));
        assert_int_equal(faults, 0);
        /* One is not the other. */
        assert_true(json_shape_check(&j, JSON_ROOT,
                                     files[i].shape == &csaf_provider_shape ? &csaf_aggregator_shape
                                                                            : &csaf_provider_shape,
                                     &a, count_fault, &faults, NULL));
        assert_true(faults > 0);
        arena_free(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_standard),
        cmocka_unit_test(test_published),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_provider_files),
    };

    return cmocka_run_group_tests_name("csaf verdicts", tests, NULL, NULL);
}

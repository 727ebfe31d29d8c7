#include "licence_cases.h"

#include <stdio.h>

size_t each_case(const char *folder, void (*one)(const json_t *c, void *ctx), void *ctx)
{
    char name[256];
    json_t *index, *cases, *c;
    size_t i, n;

    (void)snprintf(name, sizeof name, "licence/%s/index.json", folder);
    index = load_json(vector_path(name));
    cases = json_object_get(index, "cases");
    n = json_array_size(cases);
    json_array_foreach(cases, i, c) one(c, ctx);
    json_decref(index);
    return n;
}

const char *case_text(const json_t *c, const char *name)
{
    return json_string_value(json_object_get(c, name));
}

unix_time case_time(const json_t *c, const char *name)
{
    unix_time t = 0;

    assert_true(time_parse(span_str(case_text(c, name)), &t));
    return t;
}

static struct span file_of(struct arena *a, const char *path)
{
    char name[512];

    (void)snprintf(name, sizeof name, "licence/%s", path);
    return load_file(a, vector_path(name));
}

struct span case_file(struct arena *a, const json_t *c, const char *name)
{
    return file_of(a, case_text(c, name));
}

struct anchor_set *case_anchors(struct arena *a, const json_t *c)
{
    const struct anchor_origin from = { .source = "case" };
    struct anchor_set *set = anchor_set_new();
    const json_t *v;
    size_t i;

    json_array_foreach(json_object_get(c, "anchors"), i, v)
        assert_true(anchor_set_add(set, file_of(a, json_string_value(v)), &from, ANCHOR_VOUCHED, NULL, NULL));
    return set;
}

void assert_outcome(const json_t *c, const char *profile, const char *reason)
{
    const char *wanted = case_text(json_object_get(c, "expect"), profile);

    if (strcmp(wanted, reason ? reason : "OK") != 0)
        fail_msg("%s, %s: %s instead of %s", case_text(c, "id"), profile, reason ? reason : "OK", wanted);
}

static bool expected(const json_t *list, const char *reason)
{
    const json_t *v;
    size_t i;

    json_array_foreach(list, i, v) if (strcmp(json_string_value(v), reason) == 0) return true;
    return false;
}

void assert_findings(const json_t *c, const char *profile, const struct findings *f)
{
    const json_t *expect = json_object_get(c, "expect"), *warnings = json_object_get(expect, "warnings"),
                 *deviations = json_object_get(expect, "deviations"), *v;
    bool lenient = strcmp(profile, "lenient") == 0;
    size_t i;

    for (i = 0; i < f->n; i++)
        if (!expected(warnings, f->item[i].why.reason) &&
            !(lenient && expected(deviations, f->item[i].why.reason)))
            fail_msg("%s, %s: finding %s: %s", case_text(c, "id"), profile, f->item[i].why.reason,
                     f->item[i].why.detail);
    for (int which = 0; which < 1 + lenient; which++) {
        json_array_foreach(which ? deviations : warnings, i, v)
        {
            size_t k = 0;

            while (k < f->n && strcmp(f->item[k].why.reason, json_string_value(v)) != 0)
                k++;
            if (k == f->n)
                fail_msg("%s, %s: no finding %s", case_text(c, "id"), profile, json_string_value(v));
        }
    }
}

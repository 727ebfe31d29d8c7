/*
 * The first line is a pattern, the rest JSON of observations. Whatever they are an answer comes; a match has
 * a binding that holds; and the index of a bracket tells every record for which it holds.
 */
#include <stdlib.h>

#include "base/text.h"
#include "stix/pattern_index.h"
#include "stix/pattern_match.h"
#include "wire/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const paths[] = { "a:s", "a:n", "a:l[*]", "b:s" };
static const struct pattern_fields fields = { paths, 4 };

static void binding_holds(const struct pattern_code *code, const struct pattern_observed *list,
                          const struct pattern_binding *b, struct pattern_work *work)
{
    if (b->n == 0)
        abort();
    for (uint32_t i = 0; i < b->n; i++)
        if (b->bound[i].observation >= list->n || b->bound[i].number == 0 ||
            b->bound[i].number > list->o[b->bound[i].observation].number ||
            pattern_bracket(code, b->bound[i].bracket, &list->o[b->bound[i].observation], work, NULL) ==
                PATTERN_NO_MATCH)
            abort();
}

static void match(const struct pattern_code *code, struct span text, struct arena *a,
                  struct pattern_work *work)
{
    struct pattern_binding b = { 0 };
    struct pattern_observed list;
    struct why w = { 0 };
    struct json j;
    enum pattern_verdict v;

    if (!json_parse(text, a, &j, NULL) || !pattern_observed_read(&j, a, &list, NULL) || list.n > 64)
        return;
    v = pattern_match(code, list.o, list.n, work, a, &b, &w);
    if (v == PATTERN_MATCH)
        binding_holds(code, &list, &b, work);
    if (v == PATTERN_UNDETERMINED && !w.reason)
        abort();
}

struct told {
    bool bracket[32];
};

static void candidate(uint32_t pattern, uint32_t bracket, void *arg)
{
    struct told *t = arg;

    if (pattern != 0 || bracket >= 32 || t->bracket[bracket])
        abort();
    t->bracket[bracket] = true;
}

/* One record whose text is what follows the pattern. */
static void index_tells(const struct pattern_code *code, struct span text, struct pattern_work *work)
{
    struct pattern_value s = { .kind = PATTERN_VALUE_TEXT, .text = text };
    struct pattern_fact fact[] = {
        { .object = 0, .field = 0, .value = s },
        { .object = 0, .field = 1, .value = { .kind = PATTERN_VALUE_INTEGER, .integer = (int64_t)text.n } },
        { .object = 0, .field = 2, .value = s },
        { .object = 1, .field = 3, .value = s },
    };
    struct pattern_facts facts = { &fields, fact, 4 };
    struct pattern_observation o = pattern_observation_of(&facts, (struct pattern_time){ 0, 0 });
    struct pattern_index *index = pattern_index_new(&code, 1);
    struct pattern_index_work *asking = pattern_index_work_new(index);
    struct told t = { { false } };

    pattern_index_ask(index, &facts, asking, candidate, &t);
    for (uint32_t i = 0; i < pattern_of(code)->brackets; i++)
        if (pattern_bracket(code, i, &o, work, NULL) == PATTERN_MATCH && !t.bracket[i])
            abort();
    pattern_index_work_free(asking);
    pattern_index_free(index);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size ? memchr(data, '\n', size) : NULL;
    size_t n = end ? (size_t)(end - data) : size;
    struct span rest = end ? span_of(end + 1, size - n - 1) : span_of(data, 0);
    struct pattern_code *code = NULL;
    struct pattern_work *work;
    struct pattern p;
    struct arena a;

    if (size > 4096)
        return 0;
    arena_init(&a, 256 << 20);
    work = pattern_work_new();
    if (pattern_parse(span_of(data, n), &a, &p, NULL) && p.brackets <= 32 &&
        pattern_compile(&p, &fields, &a, &code, NULL)) {
        match(code, rest, &a, work);
        if (utf8_valid_to(rest) == rest.n)
            index_tells(code, rest, work);
    }
    pattern_code_free(code);
    pattern_work_free(work);
    arena_free(&a);
    return 0;
}

#include <stdlib.h>

#include "stix/pattern_code.h"

static bool compile_test(const struct pattern_comparison *c, struct arena *a, struct pattern_test *t,
                         struct why *w)
{
    if (c->op == PATTERN_MATCHES)
        return pattern_regex_make(&c->of[0], a, &t->regex, w);
    if (c->op == PATTERN_ISSUBSET || c->op == PATTERN_ISSUPERSET)
        return pattern_range_read(c->of[0].text, &t->range);
    if (c->op == PATTERN_LIKE) {
        if (!pattern_nfc(c->of[0].text, a, &t->like))
            return why_set(w, "too-large", c->at, NULL, "the patterns need more memory than they may have");
        t->octets = pattern_latin(t->like, a, &t->like_octets);
    }
    return true;
}

/* Where brackets and their comparisons stand. */
static bool brackets(const struct pattern *p, struct arena *a, struct pattern_code *code)
{
    uint32_t *bracket = arena_array(a, p->brackets, sizeof *bracket);
    uint32_t *comparison = arena_array(a, p->brackets + 1, sizeof *comparison);

    if (!bracket || !comparison)
        return false;
    for (uint32_t i = 0; i < p->nodes; i++)
        if (p->node[i].kind == PATTERN_BRACKET) {
            bracket[p->node[i].which] = i;
            comparison[p->node[i].which] = p->node[p->node[i].first].which;
        }
    comparison[p->brackets] = p->comparisons;
    code->bracket = bracket;
    code->comparison = comparison;
    return true;
}

bool pattern_compile(const struct pattern *p, const struct pattern_fields *fields, struct arena *a,
                     struct pattern_code **out, struct why *w)
{
    struct pattern_code *code = arena_alloc(a, sizeof *code);

    if (code)
        code->test = arena_array(a, p->comparisons, sizeof *code->test);
    if (!code || !code->test || !brackets(p, a, code))
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL,
                       "the patterns need more memory than they may have");
    code->p = p;
    code->fields = fields;
    for (uint32_t i = 0; i < p->comparisons; i++) {
        code->test[i].field = fields ? pattern_field_find(fields, &p->comparison[i]) : PATTERN_NONE;
        if (!compile_test(&p->comparison[i], a, &code->test[i], w)) {
            pattern_code_free(code);
            return false;
        }
    }
    *out = code;
    return true;
}

void pattern_code_free(struct pattern_code *code)
{
    if (!code)
        return;
    for (uint32_t i = 0; i < code->p->comparisons; i++)
        pattern_regex_done(&code->test[i].regex);
}

const struct pattern *pattern_of(const struct pattern_code *code)
{
    return code->p;
}

uint32_t pattern_field_of(const struct pattern_code *code, uint32_t comparison)
{
    return code->test[comparison].field;
}

struct pattern_work *pattern_work_new(void)
{
    struct pattern_work *work = calloc(1, sizeof *work);

    if (!work)
        abort();
    arena_init(&work->scratch, LIMIT_PATTERN_SCRATCH);
    work->search = pattern_search_new();
    return work;
}

void pattern_work_free(struct pattern_work *work)
{
    if (!work)
        return;
    pattern_search_free(work->search);
    arena_free(&work->scratch);
    free(work);
}

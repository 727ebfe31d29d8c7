#include "stix/pattern_match.h"

#include "stix/pattern_code.h"
#include "stix/pattern_plan.h"

/* Which brackets hold for which observations; unknown: those a ceiling left open. */
struct table {
    uint64_t *holds, *unknown;
    uint32_t words;
    uint32_t open; /* how many are unknown */
};

static bool table_make(const struct pattern_code *code, const struct pattern_observation *o, uint32_t n,
                       struct pattern_work *work, struct arena *a, struct table *t, struct why *w)
{
    size_t bits;

    t->words = (n + 63) / 64;
    bits = (size_t)t->words * code->p->brackets;
    t->holds = arena_array(a, bits, sizeof *t->holds);
    t->unknown = arena_array(a, bits, sizeof *t->unknown);
    if (!t->holds || !t->unknown)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL,
                       "pattern and observations need more memory than they may have");
    for (uint32_t b = 0; b < code->p->brackets; b++)
        for (uint32_t i = 0; i < n; i++) {
            enum pattern_verdict v = pattern_bracket(code, b, &o[i], work, w);
            uint64_t bit = UINT64_C(1) << i % 64;

            if (v == PATTERN_MATCH)
                t->holds[(size_t)b * t->words + i / 64] |= bit;
            if (v == PATTERN_UNDETERMINED) {
                t->unknown[(size_t)b * t->words + i / 64] |= bit;
                t->open++;
            }
        }
    return true;
}

/* A pattern is monotone: what matches without the open ones matches; what does not with them all does not. */
static enum pattern_verdict decide(struct pattern_problem *q, struct table *t, struct arena *a,
                                   struct pattern_binding *binding, struct why *w)
{
    struct why mine = { 0 };
    enum pattern_verdict v = pattern_solve(q, a, binding, t->open ? &mine : w);

    if (v == PATTERN_MATCH || t->open == 0)
        return v;
    for (size_t i = 0; i < (size_t)t->words * q->p->brackets; i++)
        t->holds[i] |= t->unknown[i];
    return pattern_solve(q, a, NULL, &mine) == PATTERN_NO_MATCH ? PATTERN_NO_MATCH : PATTERN_UNDETERMINED;
}

enum pattern_verdict pattern_match(const struct pattern_code *code, const struct pattern_observation *o,
                                   uint32_t n, struct pattern_work *work, struct arena *a,
                                   struct pattern_binding *binding, struct why *w)
{
    struct pattern_problem q = { .p = code->p, .n = n, .must = PATTERN_NONE };
    struct pattern_span_of *span = arena_array(a, n, sizeof *span);
    struct why open = { 0 };
    struct table t = { 0 };
    enum pattern_verdict v;

    if (n > LIMIT_PATTERN_OBSERVATIONS || !span) {
        why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more than %d observations", LIMIT_PATTERN_OBSERVATIONS);
        return PATTERN_UNDETERMINED;
    }
    for (uint32_t i = 0; i < n; i++)
        span[i] = (struct pattern_span_of){ o[i].first, o[i].last, o[i].number };
    if (!table_make(code, o, n, work, a, &t, &open)) {
        if (w)
            *w = open;
        return PATTERN_UNDETERMINED;
    }
    q.o = span;
    q.holds = t.holds;
    v = decide(&q, &t, a, binding, w);
    if (v == PATTERN_UNDETERMINED && t.open && w)
        *w = open;
    return v;
}

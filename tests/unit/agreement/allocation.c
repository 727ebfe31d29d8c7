/* A decision takes no memory, by version, register and tables too. */
#include "vectors.h"

#include <stdlib.h>

#include "agreement/regime.h"
#include "agreement/tables.h"
#include "sanitized.h"

#if SANITIZED || !defined(__GLIBC__)
#define HAS_OWN_MALLOC 1
#endif

static size_t allocations;

#ifndef HAS_OWN_MALLOC
extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t n);

void *malloc(size_t n)
{
    allocations++;
    return __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
    allocations++;
    return __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
    allocations++;
    return __libc_realloc(p, n);
}
#endif

static struct instrument ratification(const struct agreement *a, const char *member, uint8_t number)
{
    struct instrument i = {
        .kind = INSTRUMENT_RATIFY, .number = number, .time = 1767225600, .member = span_str(member)
    };

    i.act[0] = number;
    memcpy(i.agreement, agreement_hash(a), 32);
    return i;
}

static void pilgrim(struct facts *f, const struct stay *s, size_t n)
{
    *f = (struct facts){ .stays = s, .n_stays = n, .stays_known = true };
    fact_set_word(f, FACT_TRAVELLER_NATIONALITY, SPAN("PK"));
    fact_set_word(f, FACT_TRAVEL_ENTERING, SPAN("IR"));
    fact_set_word(f, FACT_TRAVEL_PURPOSE, SPAN("pilgrimage"));
    fact_set_word(f, FACT_TRAVEL_MODE, SPAN("air"));
    fact_set_word(f, FACT_DOCUMENT_KIND, SPAN("passport"));
    fact_set_word(f, FACT_DOCUMENT_RESULT, SPAN("genuine"));
    fact_set_date(f, FACT_DOCUMENT_EXPIRY, (struct date){ 2030, 1, 1 });
    fact_set_word(f, FACT_PERMISSION_KIND, SPAN("none"));
    fact_set_word(f, FACT_EVIDENCE_CONTRADICTION, SPAN("none"));
}

static void a_decision_takes_no_memory(void **state)
{
    static const char *const party[] = { "IR", "PK", "TR", "KZ" };
    const struct stay stays[] = { { { 2027, 1, 1 }, { 2027, 1, 5 } }, { { 2027, 2, 1 }, { 2027, 2, 3 } } };
    struct date on = { 2027, 3, 1 };
    struct agreement_faults *faults = malloc(sizeof *faults);
    struct instrument i[4];
    struct register_input in = { .n_texts = 1, .n = 4, .instrument = i };
    const struct agreement *given;
    struct regime *r = NULL;
    struct table_value value;
    struct quota quota;
    struct arena arena;
    struct span text;
    struct verdict v;
    struct facts f;
    size_t before;

    (void)state;
    arena_init(&arena, LIMIT_AGREEMENT);
    text = load_file(&arena, source_path("agreements/eco.agreement"));
    given = agreement_parse(text, faults);
    assert_non_null(given);
    for (uint8_t k = 0; k < 4; k++)
        i[k] = ratification(given, party[k], (uint8_t)(k + 1));
    in.text = &given;
    in.bytes = &text;
    assert_true(regime_make(&in, given, &r, NULL));
    pilgrim(&f, stays, 2);
    before = allocations;
    for (unsigned k = 0; k < 500; k++) {
        const struct agreement *a = regime_of_traveller(r, given, &f, on);

        agreement_decide(a, &f, on, &v);
        assert_true((k < FACTS_N) || v.outcome == OUTCOME_ADMIT || v.outcome == OUTCOME_REFER);
        if (k == 0)
            assert_int_equal(v.outcome, OUTCOME_ADMIT);
        agreement_recognise(a, &f, on, &v);
        (void)agreement_fee(a, SPAN("eco visa"), &f, on, &value);
        (void)agreement_quota(a, &f, on, &quota);
        if (k < FACTS_N)
            f.v[k].present = false; /* reasons of all kinds */
    }
    assert_int_equal(allocations, before);
    regime_free(r);
    agreement_free((struct agreement *)(uintptr_t)given);
    arena_free(&arena);
    free(faults);
#ifndef HAS_OWN_MALLOC
    assert_true(before > 0); /* the counter counts */
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(a_decision_takes_no_memory) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Any text through the legal officer's tools: laid out it stays the same agreement and the same layout. Its
 * last line is tried as a change in one line, and as a row of a table of travellers. */
#include <stdlib.h>

#include "agreement/amend.h"
#include "agreement/conflict.h"
#include "agreement/coverage.h"
#include "agreement/diff.h"
#include "agreement/explain.h"
#include "agreement/format.h"
#include "agreement/population.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { MEMORY = 256 * 1024 * 1024, SMALL = 60 };

/* Any answer is one. */
static void tried(bool ok)
{
    (void)ok;
}

static void same_steps(const struct agreement *a, const struct agreement *b)
{
    if (!b || a->program->n_ops != b->program->n_ops || a->program->n_grants != b->program->n_grants ||
        a->program->n_demands != b->program->n_demands || a->n_examples != b->n_examples)
        abort();
    if (a->program->n_ops &&
        memcmp(a->program->ops, b->program->ops, a->program->n_ops * sizeof *a->program->ops) != 0)
        abort();
}

static void layout(const struct agreement *a, struct span text, struct arena *arena)
{
    struct agreement_faults faults;
    struct agreement *b;
    struct buffer once, twice;

    buf_init(&once, MEMORY);
    buf_init(&twice, MEMORY);
    if (agreement_format(text, arena, &once)) {
        b = agreement_parse(buf_span(&once), &faults);
        same_steps(a, b);
        agreement_free(b);
        if (agreement_format(buf_span(&once), arena, &twice) && !span_eq(buf_span(&once), buf_span(&twice)))
            abort();
    }
    buf_free(&once);
    buf_free(&twice);
}

static void cases(const struct agreement *a, struct arena *arena)
{
    static struct cases c;
    static struct coverage cover;
    static struct diff_result r;
    static struct explain x;
    static struct person p;
    struct agreement_faults faults = { .n = 0 };
    const struct agreement *both[2] = { a, a };
    const struct date on = { 2027, 1, 1 };
    struct population people;

    if (!cases_of(&c, arena, both, 1, on))
        return;
    if (a->program->n_ops < SMALL)
        agreement_conflicts(&c, &faults);
    tried(coverage_of(a, arena, &cover));
    population_init(&people, &c, 1);
    population_person(&people, 3, &p);
    if (a->program->n_ops < SMALL)
        explain_ways(&c, &p.t.facts, false, &x);
    if (cases_of(&c, arena, both, 2, on) && diff_travellers(&c, &r) &&
        (r.entries.n_groups || r.licences.n_groups))
        abort();
}

static void one_line(struct span text, struct span line)
{
    static struct person p;
    static uint8_t mem[POPULATION_LINE];
    struct population_table t;
    struct buffer out;
    struct why w = { 0 };

    buf_init(&out, MEMORY);
    tried(agreement_amend(text, line, &out, &w));
    buf_free(&out);
    why_clear(&w);
    if (population_head(span_str("travel.entering,stays,count,document.expiry,travel.stay,document.examined"),
                        &t, &w))
        tried(population_row(&t, line, mem, &p, &w));
    why_clear(&w);
    if (population_head(line, &t, &w))
        tried(population_row(&t, line, mem, &p, &w));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct agreement_faults faults;
    struct span text = span_of(data, n), last = text;
    struct agreement *a;
    struct arena arena;
    struct buffer any;

    while (last.n && last.p[last.n - 1] == '\n')
        last.n--;
    for (size_t i = last.n; i-- > 0;)
        if (last.p[i] == '\n') {
            last = span_sub(last, i + 1, last.n);
            break;
        }
    one_line(text, last);
    arena_init(&arena, MEMORY);
    buf_init(&any, MEMORY);
    tried(agreement_format(text, &arena, &any));
    buf_free(&any);
    a = agreement_parse(text, &faults);
    if (a) {
        layout(a, text, &arena);
        cases(a, &arena);
    }
    agreement_free(a);
    arena_free(&arena);
    return 0;
}

#include "agreement/what_if.h"

#include "agreement/affected_json.h"
#include "agreement/diff.h"
#include "agreement/model.h"
#include "base/scratch.h"

enum { PIECE = 4096 };

static bool in_force(const struct agreement *a, struct date on)
{
    return !a->program->has_from || date_to_days(on) >= a->program->from;
}

bool what_if_begin(struct what_if *x, const struct agreement *const a[2], struct date on, size_t memory)
{
    const uint64_t interest = (uint64_t)1 << FACT_TRAVELLER_NATIONALITY |
                              (uint64_t)1 << FACT_TRAVEL_ENTERING | (uint64_t)1 << FACT_TRAVEL_PURPOSE;

    memset(x, 0, sizeof *x);
    x->a[0] = a[0];
    x->a[1] = a[1];
    x->on = on;
    x->in_force = in_force(a[0], on) && in_force(a[1], on);
    arena_init(&x->arena, memory);
    if (!cases_of(&x->c, &x->arena, a, 2, on) || !affected_init(&x->affected, &x->c, interest))
        return false;
    x->affected.sample = true;
    return change_of(a, &x->arena, &x->change);
}

void what_if_end(struct what_if *x)
{
    arena_free(&x->arena);
}

static bool good(const struct standing *s)
{
    return s->outcome == OUTCOME_ADMIT;
}

void what_if_person(struct what_if *x, const struct person *one)
{
    struct standing s[2];
    struct eval e[2] UNINITIALIZED;
    struct judged j;
    uint64_t open = 0;

    x->people += one->count;
    judge(x->a[0], &one->t.facts, x->on, &e[0], &j);
    eval_prepare(&e[1], x->a[1], x->a[1]->bound, &one->t.facts, x->on);
    if (x->in_force && !diff_matters(&x->change, e, &open)) {
        for (int i = 0; i < 2; i++)
            x->admitted[i] += both(j.demands, j.grants).v == YES ? one->count : 0;
        return;
    }
    for (int i = 0; i < 2; i++) {
        standing_of(x->a[i], &one->t.facts, x->on, false, &s[i]);
        x->admitted[i] += good(&s[i]) ? one->count : 0;
    }
    if (!standing_same(&s[0], &s[1]))
        affected_add(&x->affected, &one->t, &s[0], &s[1], false, one->count);
}

void what_if_make_up(struct what_if *x, uint64_t n, uint64_t seed, uint64_t from, uint64_t step)
{
    struct population people;

    population_init(&people, &x->c, seed);
    for (uint64_t piece = from; piece * PIECE < n; piece += step) {
        uint64_t end = (piece + 1) * PIECE < n ? (piece + 1) * PIECE : n;

        for (uint64_t i = piece * PIECE; i < end; i++) {
            population_person(&people, i, &x->one);
            what_if_person(x, &x->one);
        }
    }
}

void what_if_add(struct what_if *to, const struct what_if *from)
{
    to->people += from->people;
    for (int i = 0; i < 2; i++)
        to->admitted[i] += from->admitted[i];
    affected_take(&to->affected, &from->affected);
}

void what_if_json(const struct what_if *x, const struct tongue *t, struct json_writer *w)
{
    char day[DATE_TEXT];

    jw_str(w, "on", date_format(x->on, day));
    jw_int(w, "travellers", (int64_t)x->people);
    jw_int(w, "admitted_before", (int64_t)x->admitted[0]);
    jw_int(w, "admitted_after", (int64_t)x->admitted[1]);
    jw_array(w, "affected");
    affected_json(&x->affected, t, w);
    jw_array_end(w);
}

struct date agreement_day(const struct agreement *a)
{
    struct date last = a->from;

    for (const struct article *x = a->articles; x; x = x->next)
        for (const struct example *e = x->examples; e; e = e->next)
            if (date_cmp(e->on, last) > 0)
                last = e->on;
    return date_is_set(last) ? last : (struct date){ 2027, 1, 1 };
}

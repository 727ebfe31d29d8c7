/* The classes of each fact: values that nothing tells apart. */
#include "agreement/cases_internal.h"

enum { STATES = 128, WORDS = 768 };

/* ---- cuts ---- */

static void cut(struct cuts *c, int64_t at)
{
    size_t i = c->n;

    for (size_t k = 0; k < c->n; k++)
        if (c->at[k] == at)
            return;
    if (c->n == CUTS) {
        c->full = true;
        return;
    }
    for (; i && c->at[i - 1] > at; i--)
        c->at[i] = c->at[i - 1];
    c->at[i] = at;
    c->n++;
}

void cases_cut_by(struct cuts *c, unsigned cmp, int64_t at)
{
    if (cmp == CMP_LESS || cmp == CMP_AT_LEAST || cmp == CMP_EQUAL)
        cut(c, at);
    if (cmp == CMP_MORE || cmp == CMP_AT_MOST || cmp == CMP_EQUAL)
        cut(c, at + 1);
}

/* ---- words and states ---- */

static void add_word(struct span *list, size_t *n, size_t max, struct span w, bool *full)
{
    for (size_t i = 0; i < *n; i++)
        if (span_eq(list[i], w))
            return;
    if (*n == max)
        *full = true;
    else
        list[(*n)++] = w;
}

static struct span state_text(struct arena *arena, uint32_t packed)
{
    uint8_t b[3];
    size_t n = 0;

    for (int shift = 16; shift >= 0; shift -= 8)
        if (packed >> shift & 0xff)
            b[n++] = (uint8_t)(packed >> shift);
    return arena_copy(arena, span_of(b, n));
}

/* Every step that asks of a fact by a list of words. */
static void states_of(struct cases *c, const struct agreement *a, struct span *list, size_t *n)
{
    const struct program *g = a->program;

    for (size_t i = 0; i < g->n_members; i++)
        add_word(list, n, STATES, state_text(c->arena, g->members[i]), &c->partial);
    for (size_t i = 0; i < g->n_ops; i++) {
        const struct op *op = &g->ops[i];

        if (op->code == OP_IN && fact_type((enum fact)op->fact) == FACT_TYPE_STATE)
            for (int32_t k = 0; k < op->b; k++)
                add_word(list, n, STATES, state_text(c->arena, g->list[op->a + k]), &c->partial);
    }
}

static void words_of(struct cases *c, const struct agreement *a, unsigned fact, struct span *list, size_t *n)
{
    enum vocabulary v = fact_vocabulary((enum fact)fact);

    for (const char *const *k = vocabulary_words(v); *k; k++)
        add_word(list, n, WORDS, span_str(*k), &c->partial);
    for (size_t i = 0; i < a->vocabulary[v].n; i++)
        add_word(list, n, WORDS, a->vocabulary[v].w[i], &c->partial);
}

static uint8_t listed(const struct program *g, uint32_t first, uint32_t n, uint32_t id)
{
    if (!id)
        return 'u';
    for (uint32_t i = 0; i < n; i++)
        if (g->list[first + i] == id)
            return 'y';
    return 'n';
}

/* Whom the articles bind on that day, and which reservations speak of the State. */
static void sign_member(const struct cases *c, const struct agreement *a, struct span w, struct buffer *out)
{
    const struct bound_period *p = bound_on(a->bound ? a->bound : &a->program->standing, c->on);
    unsigned at = agreement_member_at(a, w);
    uint64_t own = at < BOUND_MEMBERS ? (uint64_t)1 << at : 0, apart = 0;

    for (size_t i = 0; i <= a->n_articles; i++) {
        buf_u8(out, p->bound[i] & own ? 'y' : 'n');
        buf_u8(out, p->likewise[i] & own ? 'y' : 'n');
    }
    for (size_t i = 0; i < a->program->n_members; i++)
        apart |= p->apart[i];
    /* Where something holds between two States only, each stands for itself. */
    if (apart || p->reserved)
        buf_put(out, w);
    buf_u8(out, own ? 'm' : 'o');
}

/* How every list of the agreement that is asked of this fact takes the word: one letter each. */
static void sign_word(const struct cases *c, const struct agreement *a, unsigned fact, struct span w,
                      struct buffer *out)
{
    const struct program *g = a->program;
    uint32_t id = program_word(g, (enum fact)fact, w);

    for (size_t i = 0; i < g->n_ops; i++) {
        const struct op *op = &g->ops[i];

        if (op->code == OP_IN && op->fact == fact)
            buf_u8(out, listed(g, (uint32_t)op->a, (uint32_t)op->b, id));
    }
    for (size_t k = 0; k < g->n_grants + g->n_recognitions; k++) {
        const struct grant *x = k < g->n_grants ? &g->grants[k] : &g->recognitions[k - g->n_grants];

        if (x->key == fact)
            for (uint32_t i = 0; i < x->n_rows; i++)
                buf_u8(out,
                       listed(g, g->rows[x->first_row + i].first_key, g->rows[x->first_row + i].n_keys, id));
    }
    buf_u8(out, id ? 'k' : 'u');
    if (fact_type((enum fact)fact) == FACT_TYPE_STATE)
        sign_member(c, a, w, out);
    else if (fact == FACT_LICENCE_CODES)
        buf_put(out, w);
}

/* Facts whose equality is asked must be told apart alike: a word's mark is that of all of them. */
static void mark(const struct cases *c, unsigned fact, struct span w, struct buffer *out)
{
    uint64_t all = c->same[fact] | bit(fact);

    buf_reset(out);
    for (size_t i = 0; i < c->n; i++)
        for (uint64_t left = all; left; left &= left - 1)
            sign_word(c, c->a[i], (unsigned)__builtin_ctzll(left), w, out);
}

bool cases_word_classes(struct cases *c, unsigned fact)
{
    struct span list[WORDS], marks[WORDS], *members;
    struct case_class *of;
    struct buffer b;
    size_t n = 0, classes = 0, used = 0;
    bool state = fact_type((enum fact)fact) == FACT_TYPE_STATE;

    for (size_t i = 0; i < c->n; i++) {
        if (state)
            states_of(c, c->a[i], list, &n);
        else
            words_of(c, c->a[i], fact, list, &n);
    }
    if (state)
        add_word(list, &n, WORDS, CASES_OUTSIDER, &c->partial);
    of = arena_array(c->arena, n + 1, sizeof *of);
    members = arena_array(c->arena, n + 1, sizeof *members);
    if (!of || !members)
        return false;
    buf_init(&b, (size_t)1 << 20);
    for (size_t i = 0; i < n; i++) {
        mark(c, fact, list[i], &b);
        marks[i] = arena_copy(c->arena, buf_span(&b));
    }
    buf_free(&b);
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;

        while (k < i && !span_eq(marks[k], marks[i]))
            k++;
        if (k < i)
            continue;
        of[classes] = (struct case_class){ .words = members + used };
        for (k = i; k < n; k++) {
            if (!span_eq(marks[k], marks[i]))
                continue;
            members[used++] = list[k];
            of[classes].n++;
            of[classes].outsider |= state && span_eq(list[k], CASES_OUTSIDER);
        }
        classes++;
    }
    c->of[fact] = of;
    c->n_of[fact] = classes;
    return true;
}

/* ---- numbers and dates ---- */

static struct date shifted(struct date d, enum unit unit, int n)
{
    return unit == UNIT_DAYS ? date_add_days(d, n) : date_add_months(d, unit == UNIT_YEARS ? 12 * n : n);
}

void cases_cut_day(struct cuts *x, unsigned cmp, struct date day, enum unit unit, int offset)
{
    int64_t at = date_to_days(shifted(day, unit, offset));

    cases_cut_by(x, cmp, at);
    if (unit != UNIT_DAYS && offset < 0)
        for (int64_t k = -3; k <= 3; k++)
            cut(x, at + k);
}

static void cuts_of_op(const struct cases *c, unsigned fact, const struct op *op, struct cuts *x)
{
    if (op->code == OP_NUMBER && op->fact == fact)
        cases_cut_by(x, op->cmp, op->a);
    else if (op->code == OP_DATE && op->fact == fact)
        cases_cut_by(x, op->cmp, op->a);
    else if (op->code == OP_DATE_FACT && op->fact == fact && op->a == TODAY)
        cases_cut_day(x, op->cmp, c->on, (enum unit)op->unit, op->b);
    else if (op->code == OP_DATE_FACT && op->fact == TODAY && (unsigned)op->a == fact) {
        cases_cut_day(x, CMP_EQUAL, c->on, (enum unit)op->unit, -op->b);
    }
}

/* A permission may be shorter than the most it may give, as long, or longer. */
static void cuts_of_length(struct stay_rule r, day_number today, unsigned fact, struct cuts *x)
{
    if (!r.days)
        return;
    if (fact == FACT_PERMISSION_STAY) {
        cut(x, r.days);
        cut(x, r.days + 1);
    }
    if (fact == FACT_PERMISSION_EXPIRY) {
        cut(x, today + r.days - 1);
        cut(x, today + r.days);
    }
}

/* What the effects ask of facts without a condition. */
static void cuts_of_grant(const struct cases *c, const struct agreement *a, const struct grant *g,
                          unsigned fact, struct cuts *x)
{
    day_number today = date_to_days(c->on);

    if (g->effect == EFFECT_PERMISSION && fact == FACT_PERMISSION_STAY)
        cut(x, 1);
    if (g->effect == EFFECT_PERMISSION && fact == FACT_PERMISSION_EXPIRY)
        cut(x, today);
    if (g->effect == EFFECT_PERMISSION)
        cuts_of_length(g->rule, today, fact, x);
    if (g->effect != EFFECT_RECOGNISE)
        return;
    if (fact == FACT_LICENCE_FROM)
        cut(x, today + 1);
    if (fact == FACT_LICENCE_EXPIRY)
        cut(x, today);
    for (uint32_t i = 0; fact == FACT_DRIVER_AGE && i < g->n_rows; i++)
        if (a->program->rows[g->first_row + i].age)
            cut(x, a->program->rows[g->first_row + i].age);
    if (fact == FACT_DRIVER_RESIDENT_SINCE && g->residents.n)
        cases_cut_day(x, CMP_EQUAL, c->on, g->residents.unit, -g->residents.n);
    if (fact == FACT_DRIVER_ENTERED && g->visitors.n)
        cases_cut_day(x, CMP_EQUAL, c->on, g->visitors.unit, -g->visitors.n);
}

static void cuts_of(const struct cases *c, unsigned fact, struct cuts *x)
{
    for (size_t k = 0; k < c->n; k++) {
        const struct program *g = c->a[k]->program;

        for (size_t i = 0; i < g->n_ops; i++)
            cuts_of_op(c, fact, &g->ops[i], x);
        for (size_t i = 0; i < g->n_grants + g->n_recognitions; i++)
            cuts_of_grant(c, c->a[k], i < g->n_grants ? &g->grants[i] : &g->recognitions[i - g->n_grants],
                          fact, x);
    }
}

/* The ranges between the cuts; least: the smallest value there is. */
static bool ranges(struct cases *c, unsigned fact, const struct cuts *x, int64_t least, int64_t most)
{
    struct case_class *of = arena_array(c->arena, x->n + 1, sizeof *of);
    size_t n = 0;
    int64_t low = least;

    if (!of)
        return false;
    for (size_t i = 0; i <= x->n; i++) {
        int64_t high = i < x->n ? x->at[i] - 1 : most;

        if (high < low)
            continue;
        of[n++] = (struct case_class){ .low = low, .high = high };
        low = high + 1;
    }
    c->of[fact] = of;
    c->n_of[fact] = n;
    c->partial |= x->full;
    return true;
}

bool cases_number_classes(struct cases *c, unsigned fact)
{
    bool day = fact_type((enum fact)fact) == FACT_TYPE_DATE;
    struct cuts x = { .n = 0 };

    cuts_of(c, fact, &x);
    return day ? ranges(c, fact, &x, date_to_days((struct date){ 1, 1, 1 }),
                        date_to_days((struct date){ 9999, 12, 31 }))
               : ranges(c, fact, &x, 0, LIMIT_AGREEMENT_NUMBER);
}

bool cases_bool_classes(struct cases *c, unsigned fact)
{
    static const struct case_class yes_no[] = { { .low = 1, .high = 1 }, { .low = 0, .high = 0 } };

    c->of[fact] = yes_no;
    c->n_of[fact] = 2;
    return true;
}

/* ---- earlier stays ---- */

static void rule_of_stay(struct stay_rule r, struct cuts *days, struct cuts *windows)
{
    if (!r.days || !r.window)
        return;
    cut(days, r.days);
    cut(windows, r.window);
}

/* Days used just before the day, and, where periods differ, days that only the longer ones still see. */
bool cases_stay_classes(struct cases *c)
{
    struct cuts days = { .n = 0 }, windows = { .n = 0 };
    struct case_class *of;
    size_t n = 0;

    for (size_t k = 0; k < c->n; k++) {
        const struct program *g = c->a[k]->program;

        for (size_t i = 0; i < g->n_grants; i++) {
            rule_of_stay(g->grants[i].rule, &days, &windows);
            for (uint32_t r = 0; r < g->grants[i].n_rows; r++)
                rule_of_stay(g->rows[g->grants[i].first_row + r].rule, &days, &windows);
        }
    }
    of = arena_array(c->arena, 1 + (days.n + 1) * (windows.n + 1), sizeof *of);
    if (!of)
        return false;
    of[n++] = (struct case_class){ .low = 0, .high = 0 };
    for (size_t w = 0; w < (windows.n ? windows.n : 1); w++) {
        int64_t low = 1;

        for (size_t i = 0; i <= days.n; i++) {
            int64_t high = i < days.n ? days.at[i] - 1 : 36500;

            if (high < low)
                continue;
            of[n++] =
                (struct case_class){ .low = low, .high = high, .before = w ? (int)windows.at[w - 1] : 0 };
            low = high + 1;
        }
    }
    c->of[FACT_TRAVELLER_STAYS] = of;
    c->n_of[FACT_TRAVELLER_STAYS] = n;
    c->partial |= days.full || windows.full;
    return true;
}

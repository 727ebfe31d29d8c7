/* Values of classes: what one may take beside what a traveller says already. */
#include "agreement/cases_internal.h"

size_t cases_class(const struct cases *c, const struct facts *f, unsigned fact)
{
    enum fact_type type = fact_type((enum fact)fact);
    int64_t v = type == FACT_TYPE_DATE ? date_to_days(f->v[fact].date) : f->v[fact].number;
    size_t other = c->n_of[fact];

    if (fact == FACT_TRAVELLER_STAYS || !f->v[fact].present)
        return c->n_of[fact];
    for (size_t i = 0; i < c->n_of[fact]; i++) {
        const struct case_class *k = &c->of[fact][i];

        for (size_t w = 0; w < k->n; w++)
            if (span_eq(k->words[w], f->v[fact].word))
                return i;
        if (k->outsider)
            other = i;
        if (!k->n && type != FACT_TYPE_WORD && type != FACT_TYPE_STATE && k->low <= v && v <= k->high)
            return i;
    }
    return other;
}

static void put_word(struct case_value *out, size_t *n, size_t class_, struct span w)
{
    if (*n < CASES_VALUES)
        out[(*n)++] = (struct case_value){ .class_ = class_, .v = { .present = true, .word = w } };
}

/* Of each class one word, but where equality with other facts is asked: each of their words, and one more. */
static size_t word_values(const struct cases *c, const struct traveller *t, unsigned fact,
                          struct case_value *out)
{
    size_t n = 0;

    for (size_t i = 0; i < c->n_of[fact]; i++) {
        const struct case_class *k = &c->of[fact][i];
        bool fresh = true;

        for (size_t w = 0; w < k->n; w++) {
            bool taken = false;

            for (uint64_t left = c->same[fact] & ~bit(fact); left; left &= left - 1) {
                unsigned f = (unsigned)__builtin_ctzll(left);

                taken |= t->facts.v[f].present && span_eq(t->facts.v[f].word, k->words[w]);
            }
            if (taken || fresh)
                put_word(out, &n, i, k->words[w]);
            fresh = fresh && taken;
        }
    }
    return n;
}

/* The value that stands for a range: a bound of it, the one that a rule names. */
static int64_t of_range(const struct case_class *k, int64_t middle)
{
    if (k->low <= middle && middle <= k->high)
        return middle;
    return k->low > middle ? k->low : k->high;
}

static void put_range(const struct cases *c, unsigned fact, struct case_value *out, size_t *n, size_t class_,
                      const struct case_class *k)
{
    bool day = fact_type((enum fact)fact) == FACT_TYPE_DATE;
    int64_t v = of_range(k, day ? date_to_days(c->on) : 0);
    struct case_value x = { .class_ = class_, .v = { .present = true } };

    if (*n == CASES_VALUES)
        return;
    if (day)
        x.v.date = date_from_days((day_number)v);
    else
        x.v.number = v;
    out[(*n)++] = x;
}

static int64_t said(const struct traveller *t, unsigned fact)
{
    return fact_type((enum fact)fact) == FACT_TYPE_DATE ? date_to_days(t->facts.v[fact].date)
                                                        : t->facts.v[fact].number;
}

/* Where facts that are compared with this one, and are said, cut its ranges further. */
static void linked_cuts(const struct cases *c, const struct traveller *t, unsigned fact, struct cuts *x)
{
    bool day = fact_type((enum fact)fact) == FACT_TYPE_DATE;

    for (size_t i = 0; i < c->n_links; i++) {
        const struct case_link *l = &c->link[i];
        unsigned other = l->left == fact ? l->right : l->right == fact ? l->left : FACTS_N;
        int sign = l->left == fact ? 1 : -1;

        if (other == FACTS_N || !t->facts.v[other].present)
            continue;
        if (day)
            cases_cut_day(x, CMP_EQUAL, t->facts.v[other].date, l->unit, sign * l->offset);
        else
            cases_cut_by(x, CMP_EQUAL, said(t, other));
    }
}

static size_t number_values(const struct cases *c, const struct traveller *t, unsigned fact,
                            struct case_value *out)
{
    struct cuts x = { .n = 0 };
    size_t n = 0;

    linked_cuts(c, t, fact, &x);
    for (size_t i = 0; i < c->n_of[fact]; i++) {
        struct case_class part = c->of[fact][i];
        int64_t high = part.high;

        for (size_t k = 0; k < x.n; k++) {
            if (x.at[k] <= part.low || x.at[k] > high)
                continue;
            part.high = x.at[k] - 1;
            put_range(c, fact, out, &n, i, &part);
            part.low = x.at[k];
            part.high = high;
        }
        put_range(c, fact, out, &n, i, &part);
    }
    return n;
}

static size_t stay_values(const struct cases *c, struct case_value *out)
{
    size_t n = 0;

    for (size_t i = 0; i < c->n_of[FACT_TRAVELLER_STAYS] && n < CASES_VALUES; i++) {
        const struct case_class *k = &c->of[FACT_TRAVELLER_STAYS][i];

        out[n++] = (struct case_value){ .class_ = i, .used = (int)(k->high < 36500 ? k->high : k->low) };
    }
    return n;
}

size_t cases_values(const struct cases *c, const struct traveller *t, unsigned fact, struct case_value *out)
{
    switch (fact_type((enum fact)fact)) {
    case FACT_TYPE_STATE:
    case FACT_TYPE_WORD:
        return word_values(c, t, fact, out);
    case FACT_TYPE_NUMBER:
    case FACT_TYPE_DATE:
    case FACT_TYPE_BOOL:
        return number_values(c, t, fact, out);
    case FACT_TYPE_STAYS:
        break;
    }
    return stay_values(c, out);
}

#include "agreement/bound.h"

#include "agreement/program.h"

const struct bound_period *bound_on(const struct bound_table *b, struct date on)
{
    day_number day = date_to_days(on);
    size_t low = 0, high = b->n_periods;

    while (high - low > 1) {
        size_t mid = low + (high - low) / 2;

        if (b->period[mid].from <= day)
            low = mid;
        else
            high = mid;
    }
    return &b->period[low];
}

size_t agreement_members(const struct agreement *a, struct span *out, size_t max)
{
    size_t n = 0;

    for (size_t i = 0; i < a->parties.n; i++, n++)
        if (n < max)
            out[n] = a->parties.w[i];
    for (size_t i = 0; i < a->accession.n; i++, n++)
        if (n < max)
            out[n] = a->accession.w[i];
    return n;
}

unsigned agreement_member_at(const struct agreement *a, struct span state)
{
    for (size_t i = 0; i < a->parties.n; i++)
        if (span_eq(a->parties.w[i], state))
            return (unsigned)i;
    for (size_t i = 0; i < a->accession.n; i++)
        if (span_eq(a->accession.w[i], state))
            return (unsigned)(a->parties.n + i);
    return BOUND_MEMBERS;
}

const struct bound_table *agreement_standing(const struct agreement *a)
{
    return &a->program->standing;
}

void agreement_bind(struct agreement *a, const struct bound_table *b)
{
    a->bound = b;
}

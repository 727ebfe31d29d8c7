#include "cli/agreement_given.h"

#include "cli/words.h"

#include "cli/fact.h"

void given_init(struct given *g)
{
    g->facts = (struct facts){ .stays = g->stays };
    g->on = (struct date){ 0 };
    fact_set_word(&g->facts, FACT_EVIDENCE_CONTRADICTION, SPAN("none"));
}

/* FROM..TO, or FROM.. */
static const char *take_stay(struct given *g, const char *arg)
{
    const char *dots = strstr(arg, "..");
    struct stay s = { 0 };

    if (!dots || !date_parse(span_of(arg, (size_t)(dots - arg)), &s.from) ||
        (dots[2] && (!date_parse(span_str(dots + 2), &s.to) || date_cmp(s.to, s.from) < 0)))
        return _("a stay is FROM..TO, as 2027-01-01..2027-01-29");
    if (g->facts.n_stays == LIMIT_STAYS)
        return _("too many stays");
    g->stays[g->facts.n_stays++] = s;
    g->facts.stays_known = true;
    return NULL;
}

const char *given_take(struct given *g, int c, const char *arg)
{
    if (c == 'f')
        return cli_take_fact(&g->facts, arg);
    if (c == 's')
        return take_stay(g, arg);
    if (c == 'o')
        return date_parse(span_str(arg), &g->on) ? NULL : _("a day is written as 2027-01-31");
    g->facts.stays_known = true;
    return NULL;
}

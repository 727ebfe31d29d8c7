/* Static checks of the whole text. */
#include "agreement/lex.h"
#include "agreement/model.h"
#include "agreement/reach.h"

static bool has_language(const struct wording *w, const char *language)
{
    for (; w; w = w->next)
        if (strcmp(w->language, language) == 0)
            return true;
    return false;
}

/* The languages of an agreement are those of its title; English is that of the header line. */
static void translations(const struct agreement *a, const struct article *x, struct agreement_faults *f)
{
    if (!x->texts) {
        fault_at(f, x->line, x->column, true, "article %s has no wording; expected a line: text en \"…\"",
                 x->number);
        return;
    }
    if (!has_language(x->texts, "en"))
        fault_at(f, x->line, x->column, true, "article %s has no wording in en", x->number);
    for (const struct wording *w = a->titles; w; w = w->next)
        if (strcmp(w->language, "en") != 0 && !has_language(x->texts, w->language))
            fault_at(f, x->line, x->column, true, "article %s has no wording in %s", x->number, w->language);
}

static bool has_rule(const struct article *x)
{
    return x->effect.kind != EFFECT_NONE || x->requirements || x->duties || x->exceptions;
}

static void article(const struct agreement *a, const struct article *x, struct agreement_faults *f)
{
    translations(a, x, f);
    if (has_rule(x) && !x->examples)
        fault_at(f, x->line, x->column, true,
                 "article %s has no example; expected at least one that reaches it", x->number);
    if (x->has_when && !has_rule(x))
        fault_at(f, x->when.line, x->when.column, true,
                 "article %s has a condition and no rule that it could bind", x->number);
    if (x->effect.kind == EFFECT_TABLE && !x->effect.rows)
        fault_at(f, x->effect.line, x->effect.column, false,
                 "the table has no row; expected one, as: work 90 days in any 365 days");
    for (const struct requirement *r = x->requirements; r; r = r->next)
        if (r->cond.n == 0)
            fault_at(f, r->line, r->column, false, "the table has no row; expected one, as: IR: Sarakhs");
    for (const struct example *e = x->examples; e; e = e->next) {
        if (!e->gives)
            fault_at(f, e->line, e->column, false,
                     "the example says no outcome; expected a line: gives admit, or gives refer");
        else if (!date_is_set(e->on))
            fault_at(f, e->line, e->column, false,
                     "the example has no day; expected \"on\" and a date under given");
    }
}

void agreement_check(const struct agreement *a, struct agreement_faults *faults)
{
    for (const struct article *x = a->articles; x; x = x->next)
        article(a, x, faults);
    agreement_reach(a, faults);
    for (const struct definition *d = a->definitions; d; d = d->next)
        if (!d->used)
            fault_at(faults, d->line, d->column, true, "these words are defined and never used");
}

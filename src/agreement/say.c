/* Reasons and their English sentences. */
#include "agreement/say.h"

void say(struct line *l, const char *s)
{
    while (*s && l->n + 1 < l->cap)
        l->p[l->n++] = *s++;
    l->p[l->n] = 0;
}

void say_number(struct line *l, int v)
{
    char digits[12];
    size_t n = sizeof digits;
    unsigned u = v < 0 ? 0u : (unsigned)v;

    digits[--n] = 0;
    do
        digits[--n] = (char)('0' + u % 10);
    while ((u /= 10) != 0);
    say(l, digits + n);
}

void say_rule(struct line *l, struct stay_rule r)
{
    say_number(l, r.days);
    say(l, r.days == 1 ? " day" : " days");
    if (r.window) {
        say(l, " in any ");
        say_number(l, r.window);
        say(l, " days");
    } else {
        say(l, " per visit");
    }
}

void say_facts(struct line *l, uint64_t facts)
{
    const char *join = "";

    for (unsigned i = 0; i < FACTS_N; i++) {
        if (facts & bit(i)) {
            say(l, join);
            say(l, fact_name((enum fact)i));
            join = ", ";
        }
    }
}

/* Room for one more reason, or NULL: the first ones matter most. */
struct verdict_reason *reason(struct verdict *v, enum reason code, const char *article, const char *clause,
                              unsigned line, uint64_t facts, struct line *l)
{
    struct verdict_reason *r;

    if (v->n_reasons == VERDICT_REASONS)
        return NULL;
    r = &v->reason[v->n_reasons++];
    r->article = article;
    r->clause = clause;
    r->for_admission = code <= REASON_SHORTER; /* the order of reason.h */
    r->code = reason_codes[code];
    r->facts = facts;
    r->days = r->window = 0;
    r->line = line;
    *l = (struct line){ r->text, 0, sizeof r->text };
    r->text[0] = 0;
    if (article) {
        say(l, "Article ");
        say(l, article);
    }
    return r;
}

/* x NULL: the general rule. */
void because_clause(struct verdict *v, const struct article *x, const struct clause *c, uint64_t facts)
{
    struct line l;

    if (!reason(v, c->code, x ? x->number : NULL, c->label, c->line, facts, &l))
        return;
    if (c->code == REASON_CONTRADICTION) {
        say(&l, "The evidence speaks against its bearer, and no article says what that is worth.");
        return;
    }
    if (c->code == REASON_QUOTA) {
        say(&l, "The quota of the period is used up.");
        return;
    }
    say(&l, c->code == REASON_REQUIREMENT   ? " is not met: it turns on "
            : c->code == REASON_EXCEPTION   ? " does not apply because of its exception on "
            : c->code == REASON_NOT_A_PARTY ? " binds parties only: see "
            : c->code == REASON_NOT_BOUND   ? " is not in force, on this day, for a State of this case: see "
            : c->code == REASON_RESERVATION ? ": not met is the "
                                            : " does not apply: it turns on ");
    if (c->code == REASON_RESERVATION) {
        say(&l, c->label);
        say(&l, ", on ");
    }
    say_facts(&l, facts);
    say(&l, ".");
}

/* One reason a fact, with the first article that turns on it. */
void missing(struct verdict *v, const struct eval *e, const struct article *x, const char *clause,
             uint64_t facts, uint64_t *told)
{
    for (unsigned i = 0; i < FACTS_N; i++) {
        bool there = i != FACT_TRAVELLER_STAYS && e->f->v[i].present;
        struct line l;

        if (!(facts & bit(i)) || (*told & bit(i)))
            continue;
        *told |= bit(i);
        if (!there && v->n_missing < VERDICT_MISSING)
            v->missing[v->n_missing++] = (enum fact)i;
        if (reason(v, there ? REASON_UNKNOWN : REASON_MISSING, x ? x->number : NULL, clause, 0, bit(i), &l)) {
            say(&l, x                      ? " turns on "
                    : i == FACT_QUOTA_USED ? "A quota turns on "
                                           : "The general rule turns on ");
            say(&l, fact_name((enum fact)i));
            say(&l, there ? ", which holds what this agreement does not know." : ", which is not known.");
        }
    }
}

void general(struct verdict *v, enum reason code, const char *text)
{
    struct line l;

    if (reason(v, code, NULL, "general", 0, 0, &l))
        say(&l, text);
}

void duties(struct verdict *v, struct eval *e, const struct article *x)
{
    for (size_t i = 0; i < e->g->n_obligations; i++) {
        const struct obligation *o = &e->g->obligations[i];
        struct truth t;
        struct verdict_reason *r;
        struct line l;

        if (x ? o->article != x : o->article->effect.kind == EFFECT_RECOGNISE)
            continue;
        t = eval_steps(e, o->steps);
        if (t.v == NO)
            continue;
        r = reason(v, REASON_DUTY, o->article->number, "duty", o->duty->line, t.facts, &l);
        if (!r)
            return;
        r->days = o->duty->days;
        say(&l, ", duty: ");
        say(&l, o->duty->what);
        if (o->duty->days) {
            say(&l, " within ");
            say_number(&l, o->duty->days);
            say(&l, o->duty->days == 1 ? " day" : " days");
        }
        say(&l, ".");
    }
}

bool verdict_begin(const struct agreement *a, const struct bound_table *b, struct date on,
                   struct verdict *out)
{
    out->outcome = OUTCOME_REFER;
    out->n_reasons = out->n_missing = 0;
    out->stay_limited = false;
    out->days_used = out->days_left = 0;
    out->last_day = (struct date){ 0 };
    out->article = NULL;
    out->by_permission = false;
    if (date_valid(on.year, on.month ? on.month : 13, on.day) &&
        (b ? bound_on(b, on)->bound[BOUND_AGREEMENT] != 0
           : !a->program->has_from || date_to_days(on) >= a->program->from))
        return true;
    general(out, REASON_NOT_IN_FORCE, "The agreement is not in force on this day.");
    return false;
}

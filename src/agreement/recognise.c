/* Whether a category of a foreign driving licence is recognised. */
#include "agreement/say.h"

static void check(struct outcome_of_grant *o, struct truth t, enum reason code)
{
    if (o->t.v == NO)
        return;
    o->t = both(o->t, t);
    if (t.v == NO)
        o->code = code;
}

static bool day_of(const struct eval *e, enum fact f, day_number *out)
{
    const struct fact_value *v = &e->f->v[f];

    if (!v->present || !readable_date(v->date))
        return false;
    *out = date_to_days(v->date);
    return true;
}

/* The licence and its category have begun and not ended. */
static void validity(const struct eval *e, struct outcome_of_grant *o)
{
    day_number from, until = 0;

    if (!day_of(e, FACT_LICENCE_FROM, &from))
        check(o, unknown(bit(FACT_LICENCE_FROM)), REASON_MISSING);
    else
        check(o, truth(from <= e->today, bit(FACT_LICENCE_FROM)), REASON_NOT_YET);
    if (!day_of(e, FACT_LICENCE_EXPIRY, &until))
        check(o, unknown(bit(FACT_LICENCE_EXPIRY)), REASON_MISSING);
    else
        check(o, truth(e->today <= until, bit(FACT_LICENCE_EXPIRY)), REASON_EXPIRED);
    o->limited = true;
    o->last = until;
}

/*
 * The term counts from the day after its event and ends with the day that bears the event's number
 * (Regulation (EEC, Euratom) 1182/71 Art. 3 counts likewise). *last: its last day, only lowered.
 */
static struct truth within(const struct eval *e, const struct term *t, enum fact since, day_number *last)
{
    day_number from, end;
    struct date d;

    if (!t->said)
        return truth(false, 0);
    if (!t->n)
        return truth(true, 0);
    if (!day_of(e, since, &from))
        return unknown(bit(since));
    d = e->f->v[since].date;
    end = t->unit == UNIT_DAYS ? from + t->n
                               : date_to_days(date_add_months(d, t->unit == UNIT_YEARS ? 12 * t->n : t->n));
    if (end >= e->today && end < *last)
        *last = end;
    return truth(from <= e->today && e->today <= end, bit(since));
}

static bool anybody(const struct term *t)
{
    return t->said && !t->n;
}

/* Resident of the member where the licence is used, or visitor there. */
static void residence(const struct eval *e, const struct grant *g, struct outcome_of_grant *o)
{
    uint32_t home = e->id[FACT_DRIVER_RESIDENCE], here = e->id[FACT_TRAVEL_ENTERING];
    uint64_t missing = (home ? 0 : bit(FACT_DRIVER_RESIDENCE)) | (here ? 0 : bit(FACT_TRAVEL_ENTERING));
    struct truth is = missing ? unknown(missing) : truth(home == here, bit(FACT_DRIVER_RESIDENCE));
    struct truth is_not = { YES - is.v, is.facts }, resident, visitor;
    day_number last = o->last, other = o->last;

    if (anybody(&g->residents) && anybody(&g->visitors))
        return;
    resident = is.v == NO ? is : both(is, within(e, &g->residents, FACT_DRIVER_RESIDENT_SINCE, &last));
    visitor = is_not.v == NO ? is_not : both(is_not, within(e, &g->visitors, FACT_DRIVER_ENTERED, &other));
    check(o, either(resident, visitor), REASON_RESIDENCE);
    o->last = last < other ? last : other;
}

static struct truth old_enough(const struct eval *e, const struct row *r)
{
    const struct fact_value *age = &e->f->v[FACT_DRIVER_AGE];

    if (!r->age)
        return truth(true, 0);
    return age->present ? truth(age->number >= r->age, bit(FACT_DRIVER_AGE)) : unknown(bit(FACT_DRIVER_AGE));
}

/* The rows are alternatives; a category stands in one of them. */
static void listed(struct eval *e, const struct grant *g, struct outcome_of_grant *o)
{
    struct truth any = truth(false, bit(g->key));
    enum reason code = REASON_NOT_LISTED;

    for (uint32_t i = 0; i < g->n_rows; i++) {
        const struct row *r = &e->g->rows[g->first_row + i];
        struct truth key = eval_in_list(e, g->key, r->first_key, r->n_keys), age, when;

        if (key.v == NO)
            continue;
        age = old_enough(e, r);
        when = age.v == NO ? age : eval_steps(e, r->permission);
        if (key.v == YES) {
            o->row = r;
            code = age.v == NO ? REASON_TOO_YOUNG : REASON_CONDITION;
        }
        any = either(any, both(key, both(age, when)));
    }
    check(o, any, code);
}

static void weigh_grant(struct eval *e, const struct grant *g, struct outcome_of_grant *o)
{
    *o = (struct outcome_of_grant){ 0 };
    o->t = eval_clauses(e, g->first_clause, g->n_clauses, &o->failed);
    if (o->t.v == NO)
        return;
    validity(e, o);
    if (o->t.v != NO)
        residence(e, g, o);
    if (o->t.v != NO)
        listed(e, g, o);
    if (o->t.v != NO && !e->id[FACT_LICENCE_CODES])
        check(o, unknown(bit(FACT_LICENCE_CODES)), REASON_MISSING);
}

static void because_not(struct verdict *v, const struct grant *g, const struct outcome_of_grant *o)
{
    struct line l;

    if (!reason(v, o->code, g->article->number, "recognise", o->row ? o->row->line : g->line, o->t.facts, &l))
        return;
    if (o->code == REASON_NOT_YET) {
        say(&l, ": the category is not valid yet.");
    } else if (o->code == REASON_EXPIRED) {
        say(&l, ": the licence or the category has expired.");
    } else if (o->code == REASON_RESIDENCE) {
        say(&l, ": the time since the entry or since taking residence is over, or is not provided for.");
    } else if (o->code == REASON_TOO_YOUNG && o->row) {
        say(&l, " recognises this category from the age of ");
        say_number(&l, o->row->age);
        say(&l, ".");
    } else if (o->code == REASON_NOT_LISTED) {
        say(&l, " does not list this category.");
    } else {
        say(&l, " recognises this category on a condition that is not met: it turns on ");
        say_facts(&l, o->t.facts);
        say(&l, ".");
    }
}

static bool beside_the_case(const struct grant *g, const struct outcome_of_grant *o)
{
    return g->exception && o->failed && o->failed->code != REASON_EXCEPTION;
}

enum { REMEMBERED = 8 };

/* What was worked out once; beyond REMEMBERED it is worked out again to be explained. */
struct tally {
    struct truth any;
    const struct grant *by;
    struct outcome_of_grant best, grant[REMEMBERED];
};

static struct outcome_of_grant outcome_at(struct eval *e, const struct tally *t, size_t i)
{
    struct outcome_of_grant o;

    if (i < REMEMBERED)
        return t->grant[i];
    weigh_grant(e, &e->g->recognitions[i], &o);
    return o;
}

static void explain_no(struct verdict *v, struct eval *e, const struct tally *t)
{
    struct outcome_of_grant o;

    for (int near = 1; near >= 0; near--) {
        for (size_t i = 0; i < e->g->n_recognitions && v->n_reasons < VERDICT_REASONS; i++) {
            const struct grant *g = &e->g->recognitions[i];

            o = outcome_at(e, t, i);
            if (o.t.v != NO || near != !o.failed || beside_the_case(g, &o))
                continue;
            if (o.failed)
                because_clause(v, g->article, o.failed, o.t.facts);
            else
                because_not(v, g, &o);
        }
    }
}

static void explain_unknown(struct verdict *v, struct eval *e, const struct tally *t)
{
    struct outcome_of_grant o;
    uint64_t told = 0;

    for (size_t i = 0; i < e->g->n_recognitions; i++) {
        o = outcome_at(e, t, i);
        if (o.t.v == UNKNOWN)
            missing(v, e, e->g->recognitions[i].article, "recognise", o.t.facts, &told);
    }
    explain_no(v, e, t);
}

static void explain_yes(struct verdict *v, struct eval *e, const struct grant *g,
                        const struct outcome_of_grant *o)
{
    bool free = span_eq_str(e->f->v[FACT_LICENCE_CODES].word, "none");
    char day[DATE_TEXT];
    struct line l;

    v->outcome = free ? OUTCOME_RECOGNISED : OUTCOME_RESTRICTED;
    v->article = g->article->number;
    v->stay_limited = true;
    v->last_day = date_from_days(o->last);
    v->days_left = (int)(o->last - e->today) + 1;
    if (reason(v, REASON_RECOGNISED, v->article, "recognise", o->row ? o->row->line : g->line, o->t.facts,
               &l)) {
        say(&l, " recognises this category until ");
        say(&l, date_format(v->last_day, day));
        say(&l, ".");
    }
    if (!free && reason(v, REASON_RESTRICTED, v->article, "codes", g->line, bit(FACT_LICENCE_CODES), &l))
        say(&l, ": the codes of the category restrict it here too.");
    duties(v, e, g->article);
}

static void weigh(struct eval *e, struct tally *t)
{
    struct outcome_of_grant o;

    t->any = truth(false, 0);
    t->by = NULL;
    for (size_t i = 0; i < e->g->n_recognitions; i++) {
        struct outcome_of_grant *to = i < REMEMBERED ? &t->grant[i] : &o;

        weigh_grant(e, &e->g->recognitions[i], to);
        t->any = either(t->any, to->t);
        if (to->t.v == YES && (!t->by || to->last > t->best.last)) {
            t->by = &e->g->recognitions[i];
            t->best = *to;
        }
    }
}

void agreement_recognise(const struct agreement *a, const struct facts *f, struct date on,
                         struct verdict *out)
{
    agreement_recognise_bound(a, a->bound, f, on, out);
}

void agreement_recognise_bound(const struct agreement *a, const struct bound_table *b, const struct facts *f,
                               struct date on, struct verdict *out)
{
    struct eval e UNINITIALIZED;
    struct tally t UNINITIALIZED;

    if (!verdict_begin(a, b, on, out))
        return;
    eval_prepare(&e, a, b, f, on);
    weigh(&e, &t);
    if (t.any.v == YES) {
        explain_yes(out, &e, t.by, &t.best);
    } else if (t.any.v == UNKNOWN) {
        explain_unknown(out, &e, &t);
    } else {
        out->outcome = OUTCOME_NOT_RECOGNISED;
        general(out, REASON_NOT_RECOGNISED, "No article recognises this category.");
        explain_no(out, &e, &t);
    }
}

/*
 * Deciding in three values: no, unknown, yes (Kleene). A missing fact, and a word that the agreement does not
 * know, is unknown; only what is yes whatever the unknown may turn out to be is admitted. Taking a fact away
 * can therefore never turn a referral into an admission.
 */
#include "agreement/program.h"

#include "base/text.h"

enum { NO, UNKNOWN, YES };

/* A truth value and the facts it turned on. */
struct truth {
    unsigned v;
    uint64_t facts;
};

struct outcome_of_grant {
    struct truth t;
    const struct clause *failed; /* the first clause that does not hold */
    enum reason code;            /* when the effect and not a clause stands against it */
    const struct row *row;
    struct stay_rule rule;
    bool limited;
    int used, left;
    day_number last;
};

struct eval {
    const struct program *g;
    const struct facts *f;
    struct date on;
    day_number today;
    uint32_t id[FACTS_N];
    struct truth stack[STACK + 1];
};

static inline uint64_t bit(unsigned fact)
{
    return (uint64_t)1 << fact;
}

static inline struct truth truth(bool yes, uint64_t facts)
{
    return (struct truth){ yes ? YES : NO, facts };
}

static inline struct truth unknown(uint64_t facts)
{
    return (struct truth){ UNKNOWN, facts };
}

/* The result and the facts of those operands that made it so. */
static inline struct truth both(struct truth a, struct truth b)
{
    struct truth r = { a.v < b.v ? a.v : b.v, 0 };

    r.facts = (a.v == r.v ? a.facts : 0) | (b.v == r.v ? b.facts : 0);
    return r;
}

static inline struct truth either(struct truth a, struct truth b)
{
    struct truth r = { a.v > b.v ? a.v : b.v, 0 };

    r.facts = (a.v == r.v ? a.facts : 0) | (b.v == r.v ? b.facts : 0);
    return r;
}

static bool compare(unsigned cmp, int64_t a, int64_t b)
{
    switch (cmp) {
    case CMP_LESS:
        return a < b;
    case CMP_AT_MOST:
        return a <= b;
    case CMP_EQUAL:
        return a == b;
    case CMP_AT_LEAST:
        return a >= b;
    default:
        return a > b;
    }
}

static inline bool present(const struct eval *e, unsigned fact)
{
    return fact == TODAY || e->f->v[fact].present;
}

static struct date date_of(const struct eval *e, unsigned fact)
{
    return fact == TODAY ? e->on : e->f->v[fact].date;
}

static bool readable_date(struct date d)
{
    return date_valid(d.year, d.month ? d.month : 13, d.day);
}

static struct truth in_list(const struct eval *e, const struct op *op)
{
    uint32_t id = e->id[op->fact];
    const uint32_t *list = e->g->list + op->a;

    if (!id)
        return unknown(bit(op->fact));
    for (int32_t i = 0; i < op->b; i++)
        if (list[i] == id)
            return truth(true, bit(op->fact));
    return truth(false, bit(op->fact));
}

static struct truth is_party(const struct eval *e, const struct op *op)
{
    uint32_t id = e->id[op->fact];

    if (!id)
        return unknown(bit(op->fact));
    for (size_t i = 0; i < e->g->n_parties; i++)
        if (e->g->parties[i] == id)
            return truth(true, bit(op->fact));
    return truth(false, bit(op->fact));
}

static struct truth same(const struct eval *e, const struct op *op)
{
    uint32_t a = e->id[op->fact], b = e->id[op->a];
    uint64_t missing = (a ? 0 : bit(op->fact)) | (b ? 0 : bit((unsigned)op->a));

    return missing ? unknown(missing) : truth(a == b, bit(op->fact) | bit((unsigned)op->a));
}

static struct truth number_fact(const struct eval *e, const struct op *op)
{
    uint64_t missing =
        (present(e, op->fact) ? 0 : bit(op->fact)) | (present(e, (unsigned)op->a) ? 0 : bit((unsigned)op->a));

    if (missing)
        return unknown(missing);
    return truth(compare(op->cmp, e->f->v[op->fact].number, e->f->v[op->a].number),
                 bit(op->fact) | bit((unsigned)op->a));
}

static struct truth date_against(const struct eval *e, const struct op *op)
{
    unsigned other = op->code == OP_DATE_FACT ? (unsigned)op->a : TODAY;
    uint64_t asked = (op->fact == TODAY ? 0 : bit(op->fact)) | (other == TODAY ? 0 : bit(other)), missing = 0;
    struct date d;
    day_number right = op->a;

    if (op->fact != TODAY && (!present(e, op->fact) || !readable_date(date_of(e, op->fact))))
        missing |= bit(op->fact);
    if (other != TODAY && (!present(e, other) || !readable_date(date_of(e, other))))
        missing |= bit(other);
    if (missing)
        return unknown(missing);
    if (op->code == OP_DATE_FACT) {
        d = date_of(e, other);
        if (op->unit != UNIT_DAYS)
            d = date_add_months(d, op->unit == UNIT_YEARS ? 12 * op->b : op->b);
        else if (op->b)
            d = date_add_days(d, op->b);
        right = date_to_days(d);
    }
    return truth(compare(op->cmp, op->fact == TODAY ? e->today : date_to_days(date_of(e, op->fact)), right),
                 asked);
}

static struct truth leaf(const struct eval *e, const struct op *op)
{
    switch ((enum op_code)op->code) {
    case OP_TRUE:
        return present(e, op->fact) ? truth(e->f->v[op->fact].number != 0, bit(op->fact))
                                    : unknown(bit(op->fact));
    case OP_IN:
        return in_list(e, op);
    case OP_PARTY:
        return is_party(e, op);
    case OP_NUMBER:
        return present(e, op->fact) ? truth(compare(op->cmp, e->f->v[op->fact].number, op->a), bit(op->fact))
                                    : unknown(bit(op->fact));
    case OP_NUMBER_FACT:
        return number_fact(e, op);
    case OP_DATE:
    case OP_DATE_FACT:
        return date_against(e, op);
    case OP_SAME:
        return same(e, op);
    case OP_AND:
    case OP_OR:
    case OP_NOT:
        break;
    }
    return unknown(0);
}

static struct truth run(struct eval *e, struct steps s)
{
    const struct op *op = e->g->ops + s.first, *end = op + s.n;
    struct truth *top = e->stack;

    *top = truth(true, 0);
    for (; op < end; op++) {
        if (op->code == OP_AND) {
            top--;
            *top = both(top[0], top[1]);
        } else if (op->code == OP_OR) {
            top--;
            *top = either(top[0], top[1]);
        } else if (op->code == OP_NOT) {
            top->v = YES - top->v;
        } else {
            *++top = leaf(e, op);
        }
    }
    return *top;
}

/* Clauses together; stops at the first that does not hold. */
static struct truth all(struct eval *e, uint32_t first, uint32_t n, const struct clause **failed)
{
    struct truth r = truth(true, 0);

    for (uint32_t i = 0; i < n; i++) {
        const struct clause *c = &e->g->clauses[first + i];

        r = both(r, run(e, c->steps));
        if (r.v == NO) {
            *failed = c;
            break;
        }
    }
    return r;
}

static void against(struct outcome_of_grant *o, struct truth t, enum reason code)
{
    o->t = both(o->t, t);
    if (t.v == NO)
        o->code = code;
}

static void keep_last(struct outcome_of_grant *o, day_number last, int left)
{
    if (!o->limited || last < o->last)
        o->last = last;
    if (!o->limited || left < o->left)
        o->left = left;
    o->limited = true;
}

/* A visit begins with the entry; a window looks back at the recorded stays. */
static void stay_under(const struct eval *e, struct stay_rule rule, struct outcome_of_grant *o)
{
    struct stay_count c;
    const struct facts *f = e->f;

    o->rule = rule;
    if (rule.window && (!f->stays_known || !stay_count(f->stays, f->n_stays, rule, e->on, &c))) {
        against(o, unknown(bit(FACT_TRAVELLER_STAYS)), REASON_MISSING);
        return;
    }
    if (!rule.window && !stay_count(NULL, 0, rule, e->on, &c))
        return;
    o->used = c.used;
    if (!date_is_set(c.last_day))
        against(o, truth(false, bit(FACT_TRAVELLER_STAYS)), REASON_EXHAUSTED);
    else
        keep_last(o, date_to_days(c.last_day), c.left);
}

static void stay_of_permission(const struct eval *e, struct stay_rule cap, struct outcome_of_grant *o)
{
    const struct fact_value *stay = &e->f->v[FACT_PERMISSION_STAY], *until = &e->f->v[FACT_PERMISSION_EXPIRY];
    bool has_until = until->present && readable_date(until->date);
    uint64_t missing =
        (stay->present ? 0 : bit(FACT_PERMISSION_STAY)) | (has_until ? 0 : bit(FACT_PERMISSION_EXPIRY));
    day_number last;
    int64_t days;

    if (missing) {
        against(o, unknown(missing), REASON_MISSING);
    } else {
        days = stay->number < LIMIT_AGREEMENT_NUMBER ? stay->number : LIMIT_AGREEMENT_NUMBER;
        last = date_to_days(until->date);
        if (days < 1 || last < e->today) {
            against(o, truth(false, days < 1 ? bit(FACT_PERMISSION_STAY) : bit(FACT_PERMISSION_EXPIRY)),
                    REASON_EXHAUSTED);
        } else {
            if (last > e->today + (day_number)days - 1)
                last = e->today + (day_number)days - 1;
            keep_last(o, last, last - e->today + 1);
        }
    }
    if (cap.days)
        stay_under(e, cap, o);
}

static void better(struct outcome_of_grant *best, const struct outcome_of_grant *o)
{
    if (o->t.v > best->t.v || (o->t.v == YES && best->limited && (!o->limited || o->last > best->last))) {
        uint64_t facts = o->t.v == best->t.v ? best->t.facts : 0;

        *best = *o;
        best->t.facts |= facts;
    } else if (o->t.v == best->t.v && o->t.v != YES) {
        best->t.facts |= o->t.facts;
        if (o->code == REASON_EXHAUSTED || o->code == REASON_PERMISSION)
            best->code = o->code;
    }
}

/* The rows are alternatives: one that fits the key, whose permission is held, and with a day left. */
static void stay_by_table(struct eval *e, const struct grant *g, struct outcome_of_grant *o)
{
    struct outcome_of_grant best = { .t = truth(false, bit(g->key)), .code = REASON_NOT_LISTED };

    for (uint32_t i = 0; i < g->n_rows; i++) {
        const struct row *r = &e->g->rows[g->first_row + i];
        const struct op key = {
            .code = OP_IN, .fact = g->key, .a = (int32_t)r->first_key, .b = (int32_t)r->n_keys
        };
        struct outcome_of_grant one = { .t = in_list(e, &key), .code = REASON_NOT_LISTED, .row = r };

        if (one.t.v == NO)
            continue;
        against(&one, run(e, r->permission), REASON_PERMISSION);
        if (one.t.v != NO)
            stay_under(e, r->rule, &one);
        better(&best, &one);
    }
    o->t = both(o->t, best.t);
    o->code = best.code;
    o->row = best.row;
    o->rule = best.rule;
    o->limited = best.limited;
    o->used = best.used;
    o->left = best.left;
    o->last = best.last;
}

static void try_grant(struct eval *e, const struct grant *g, struct outcome_of_grant *o)
{
    *o = (struct outcome_of_grant){ 0 };
    o->t = all(e, g->first_clause, g->n_clauses, &o->failed);
    if (o->t.v == NO)
        return;
    switch (g->effect) {
    case EFFECT_TABLE:
        stay_by_table(e, g, o);
        break;
    case EFFECT_STAY:
        stay_under(e, g->rule, o);
        break;
    case EFFECT_PERMISSION:
        stay_of_permission(e, g->rule, o);
        break;
    case EFFECT_ENTRY:
    case EFFECT_NONE:
        break;
    }
}

/* --- the verdict and its reasons --- */

struct line {
    char *p;
    size_t n, cap;
};

static void say(struct line *l, const char *s)
{
    while (*s && l->n + 1 < l->cap)
        l->p[l->n++] = *s++;
    l->p[l->n] = 0;
}

static void say_number(struct line *l, int v)
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

static void say_rule(struct line *l, struct stay_rule r)
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

static void say_facts(struct line *l, uint64_t facts)
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
static struct verdict_reason *reason(struct verdict *v, enum reason code, const char *article,
                                     const char *clause, unsigned line, uint64_t facts, struct line *l)
{
    struct verdict_reason *r;

    if (v->n_reasons == VERDICT_REASONS)
        return NULL;
    r = &v->reason[v->n_reasons++];
    r->article = article;
    r->clause = clause;
    r->for_admission = code <= REASON_SHORTER;
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

static void because_clause(struct verdict *v, const struct article *x, const struct clause *c, uint64_t facts)
{
    struct line l;

    if (!reason(v, c->code, x->number, c->label, c->line, facts, &l))
        return;
    say(&l, c->code == REASON_REQUIREMENT   ? " is not met: it turns on "
            : c->code == REASON_EXCEPTION   ? " does not apply because of its exception on "
            : c->code == REASON_NOT_A_PARTY ? " binds parties only: see "
            : c->code == REASON_RESERVATION ? ": not met is the "
                                            : " does not apply: it turns on ");
    if (c->code == REASON_RESERVATION) {
        say(&l, c->label);
        say(&l, ", on ");
    }
    say_facts(&l, facts);
    say(&l, ".");
}

static void because_effect(struct verdict *v, const struct grant *g, const struct outcome_of_grant *o)
{
    struct line l;
    struct verdict_reason *r =
        reason(v, o->code, g->article->number, g->effect == EFFECT_TABLE ? "table" : "allow",
               o->row ? o->row->line : g->line, o->t.facts, &l);

    if (!r)
        return;
    r->days = o->rule.days;
    r->window = o->rule.window;
    if (o->code == REASON_NOT_LISTED) {
        say(&l, " has no row for this ");
        say(&l, fact_name((enum fact)g->key));
        say(&l, ".");
    } else if (o->code == REASON_EXHAUSTED && o->rule.days) {
        say(&l, ": no day is left of ");
        say_rule(&l, o->rule);
        say(&l, ", ");
        say_number(&l, o->used);
        say(&l, " are used.");
    } else if (o->code == REASON_EXHAUSTED) {
        say(&l, ": the permission leaves no day of stay.");
    } else {
        say(&l, " needs a permission for this: it turns on ");
        say_facts(&l, o->t.facts);
        say(&l, ".");
    }
}

/* One reason a fact, with the first article that turns on it. */
static void missing(struct verdict *v, const struct eval *e, const struct article *x, const char *clause,
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
        if (reason(v, there ? REASON_UNKNOWN : REASON_MISSING, x->number, clause, 0, bit(i), &l)) {
            say(&l, " turns on ");
            say(&l, fact_name((enum fact)i));
            say(&l, there ? ", which holds what this agreement does not know." : ", which is not known.");
        }
    }
}

static void general(struct verdict *v, enum reason code, const char *text)
{
    struct line l;

    if (reason(v, code, NULL, "general", 0, 0, &l))
        say(&l, text);
}

static void allowed(struct verdict *v, const struct grant *g, const struct outcome_of_grant *o)
{
    struct line l;
    struct verdict_reason *r =
        reason(v, REASON_ALLOWED, g->article->number, g->effect == EFFECT_TABLE ? "table" : "allow",
               o->row ? o->row->line : g->line, o->t.facts, &l);

    if (!r)
        return;
    r->days = o->rule.days;
    r->window = o->rule.window;
    if (!o->limited) {
        say(&l, " allows the entry.");
        return;
    }
    say(&l, " allows a stay of ");
    if (g->effect == EFFECT_PERMISSION)
        say(&l, "the permission");
    else
        say_rule(&l, o->rule);
    say(&l, "; left: ");
    say_number(&l, o->left);
    say(&l, o->left == 1 ? " day." : " days.");
}

static void duties(struct verdict *v, struct eval *e)
{
    for (size_t i = 0; i < e->g->n_obligations; i++) {
        const struct obligation *o = &e->g->obligations[i];
        struct truth t = run(e, o->steps);
        struct verdict_reason *r;
        struct line l;

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

struct tally {
    struct truth demands, grants;
    const struct grant *best;
    struct outcome_of_grant best_outcome;
};

/* One demand: where its scope holds, its body must. */
static struct truth judge(struct eval *e, const struct demand *d, struct truth *body)
{
    const struct clause *failed = NULL;
    struct truth scope = all(e, d->first_clause, d->n_clauses, &failed);

    *body = truth(true, 0);
    if (scope.v == NO)
        return *body;
    *body = run(e, d->body.steps);
    scope.v = YES - scope.v;
    return either(scope, *body);
}

static void weigh(struct eval *e, struct tally *t)
{
    struct outcome_of_grant o;
    struct truth body;

    t->demands = truth(true, 0);
    t->grants = truth(false, 0);
    for (size_t i = 0; i < e->g->n_demands; i++)
        t->demands = both(t->demands, judge(e, &e->g->demands[i], &body));
    for (size_t i = 0; i < e->g->n_grants; i++) {
        try_grant(e, &e->g->grants[i], &o);
        t->grants = either(t->grants, o.t);
        if (o.t.v == YES &&
            (!t->best || (t->best_outcome.limited && (!o.limited || o.last > t->best_outcome.last)))) {
            t->best = &e->g->grants[i];
            t->best_outcome = o;
        }
    }
}

/* Why each way that is closed is closed. */
static void explain_grants(struct verdict *v, struct eval *e)
{
    struct outcome_of_grant o;

    for (size_t i = 0; i < e->g->n_grants; i++) {
        try_grant(e, &e->g->grants[i], &o);
        if (o.failed)
            because_clause(v, e->g->grants[i].article, o.failed, o.t.facts);
        else if (o.t.v == NO)
            because_effect(v, &e->g->grants[i], &o);
    }
}

static void explain_no(struct verdict *v, struct eval *e, const struct tally *t)
{
    struct truth body, d;

    for (size_t i = 0; i < e->g->n_demands; i++) {
        d = judge(e, &e->g->demands[i], &body);
        if (d.v == NO)
            because_clause(v, e->g->demands[i].article, &e->g->demands[i].body, body.facts);
    }
    if (t->grants.v != NO)
        return;
    general(v, REASON_NOT_PERMITTED, "No article allows this entry.");
    explain_grants(v, e);
}

static void explain_unknown(struct verdict *v, struct eval *e, const struct tally *t)
{
    struct outcome_of_grant o;
    struct truth body, d;
    uint64_t told = 0;

    for (size_t i = 0; i < e->g->n_demands; i++) {
        d = judge(e, &e->g->demands[i], &body);
        if (d.v == UNKNOWN)
            missing(v, e, e->g->demands[i].article, e->g->demands[i].body.label, d.facts, &told);
    }
    for (size_t i = 0; t->grants.v == UNKNOWN && i < e->g->n_grants; i++) {
        try_grant(e, &e->g->grants[i], &o);
        if (o.t.v == UNKNOWN)
            missing(v, e, e->g->grants[i].article, "when", o.t.facts, &told);
    }
    explain_grants(v, e);
}

static void explain_yes(struct verdict *v, struct eval *e, const struct tally *t)
{
    const struct outcome_of_grant *o = &t->best_outcome;
    const struct fact_value *asked = &e->f->v[FACT_TRAVEL_STAY];
    const struct article *last = NULL;
    struct truth body;
    struct line l;

    v->article = t->best->article->number;
    v->stay_limited = o->limited;
    v->days_used = o->used;
    v->days_left = o->left;
    v->last_day = o->limited ? date_from_days(o->last) : (struct date){ 0 };
    allowed(v, t->best, o);
    if (o->limited && asked->present && asked->number > (int64_t)o->last - e->today + 1 &&
        reason(v, REASON_SHORTER, v->article, "allow", t->best->line, bit(FACT_TRAVEL_STAY), &l))
        say(&l, " leaves fewer days than the traveller asks for.");
    for (size_t i = 0; i < e->g->n_demands; i++) {
        const struct demand *d = &e->g->demands[i];

        (void)judge(e, d, &body);
        if (d->article != last && body.facts &&
            reason(v, REASON_KEPT, d->article->number, d->body.label, d->body.line, body.facts, &l))
            say(&l, " is kept.");
        last = d->article;
    }
    duties(v, e);
}

static void prepare(struct eval *e, const struct agreement *a, const struct facts *f, struct date on)
{
    e->g = a->program;
    e->f = f;
    e->on = on;
    e->today = date_to_days(on);
    for (uint64_t left = e->g->words; left; left &= left - 1) {
        unsigned i = (unsigned)__builtin_ctzll(left);

        e->id[i] = f->v[i].present ? program_word(e->g, (enum fact)i, f->v[i].word) : 0;
    }
}

void agreement_decide(const struct agreement *a, const struct facts *f, struct date on, struct verdict *out)
{
    struct eval e;
    struct tally t;
    struct truth verdict;

    out->outcome = OUTCOME_REFER;
    out->n_reasons = out->n_missing = 0;
    out->stay_limited = false;
    out->days_used = out->days_left = 0;
    out->last_day = (struct date){ 0 };
    out->article = NULL;
    if (!date_valid(on.year, on.month ? on.month : 13, on.day) ||
        (a->program->has_from && date_to_days(on) < a->program->from)) {
        general(out, REASON_NOT_IN_FORCE, "The agreement is not in force on this day.");
        return;
    }
    prepare(&e, a, f, on);
    t = (struct tally){ 0 };
    weigh(&e, &t);
    verdict = both(t.demands, t.grants);
    if (verdict.v == NO)
        explain_no(out, &e, &t);
    else if (verdict.v == UNKNOWN)
        explain_unknown(out, &e, &t);
    else
        explain_yes(out, &e, &t);
    if (verdict.v == YES)
        out->outcome = OUTCOME_ADMIT;
}

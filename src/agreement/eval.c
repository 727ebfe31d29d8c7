#include "agreement/eval.h"

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

bool readable_date(struct date d)
{
    return date_valid(d.year, d.month ? d.month : 13, d.day);
}

struct truth eval_in_list(const struct eval *e, unsigned fact, uint32_t first, uint32_t n)
{
    uint32_t id = e->id[fact];
    const uint32_t *list = e->g->list + first;

    if (!id)
        return unknown(bit(fact));
    for (uint32_t i = 0; i < n; i++)
        if (list[i] == id)
            return truth(true, bit(fact));
    return truth(false, bit(fact));
}

/* The bit of the State that the fact holds, as in a table of who is bound; 0: it is none of the members. */
static uint64_t member_bit(const struct eval *e, unsigned fact)
{
    for (size_t i = 0; i < e->g->n_members; i++)
        if (e->g->members[i] == e->id[fact])
            return (uint64_t)1 << i;
    return 0;
}

static struct truth among(const struct eval *e, const struct op *op, uint64_t members)
{
    if (!e->id[op->fact])
        return unknown(bit(op->fact));
    return truth((member_bit(e, op->fact) & members) != 0, bit(op->fact));
}

static uint64_t all_bits(size_t n)
{
    return n < 64 ? ((uint64_t)1 << n) - 1 : UINT64_MAX;
}

/* Nothing is asked when it binds all. */
static struct truth binds(const struct eval *e, const struct op *op)
{
    uint64_t members = e->period->bound[op->a], own;

    if (members == all_bits(e->g->n_members))
        return truth(true, 0);
    if (!e->id[op->fact])
        return unknown(bit(op->fact));
    own = member_bit(e, op->fact);
    return truth(!own || (own & members), bit(op->fact));
}

/* A State that may accede and has not is a third State, whose nationals the article itself speaks of. */
static struct truth own_state(const struct eval *e, const struct op *op)
{
    uint64_t members = e->period->bound[op->a];
    uint64_t asked = all_bits(e->g->n_parties) | e->period->bound[BOUND_AGREEMENT], apart = 0, own, here;

    for (size_t i = 0; i < e->g->n_members; i++)
        apart |= e->period->apart[i];
    if ((members & asked) == asked && !apart)
        return truth(true, 0);
    if (!e->id[op->fact])
        return unknown(bit(op->fact));
    own = member_bit(e, op->fact);
    if (!(own & asked))
        return truth(true, bit(op->fact));
    if (!(own & members))
        return truth(false, bit(op->fact));
    if (!(own & apart))
        return truth(true, bit(op->fact));
    if (!e->id[FACT_TRAVEL_ENTERING])
        return unknown(bit(FACT_TRAVEL_ENTERING));
    here = member_bit(e, FACT_TRAVEL_ENTERING);
    return truth(!here || !(e->period->apart[__builtin_ctzll(here)] & own),
                 bit(op->fact) | bit(FACT_TRAVEL_ENTERING));
}

static struct truth is_member_bit(const struct eval *e, unsigned fact, uint64_t members)
{
    return e->id[fact] ? truth((member_bit(e, fact) & members) != 0, bit(fact)) : unknown(bit(fact));
}

/* It can be invoked against the State that the fact holds. */
static struct truth invocable(const struct eval *e, unsigned fact, uint64_t objected)
{
    struct truth t = is_member_bit(e, fact, objected);

    if (!objected)
        return truth(true, 0);
    t.v = YES - t.v;
    return t;
}

/* Whether a reservation by instrument holds between the State entered and the other one, either way. */
static struct truth reserved(const struct eval *e, const struct op *op)
{
    uint64_t by = (uint64_t)1 << op->b, objected;

    if (!(e->period->reserved >> op->a & 1))
        return truth(false, 0);
    objected = op->cmp ? e->period->objected[op->a] : 0;
    return either(both(is_member_bit(e, FACT_TRAVEL_ENTERING, by), invocable(e, op->fact, objected)),
                  both(is_member_bit(e, op->fact, by), invocable(e, FACT_TRAVEL_ENTERING, objected)));
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
        return eval_in_list(e, op->fact, (uint32_t)op->a, (uint32_t)op->b);
    case OP_PARTY:
        return among(e, op, e->period->bound[op->a]);
    case OP_LIKEWISE:
        return among(e, op, e->period->likewise[op->a]);
    case OP_MEMBER:
        return among(e, op, UINT64_MAX);
    case OP_BINDS:
        return binds(e, op);
    case OP_OWN:
        return own_state(e, op);
    case OP_RESERVED:
        return reserved(e, op);
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

struct truth eval_steps(struct eval *e, struct steps s)
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
struct truth eval_clauses(struct eval *e, uint32_t first, uint32_t n, const struct clause **failed)
{
    struct truth r = truth(true, 0);

    for (uint32_t i = 0; i < n; i++) {
        const struct clause *c = &e->g->clauses[first + i];

        r = both(r, eval_steps(e, c->steps));
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
    if (rule.window && (!f->stays_known || !stay_left(f->stays, f->n_stays, rule, e->on, &c))) {
        against(o, unknown(bit(FACT_TRAVELLER_STAYS)), REASON_MISSING);
        return;
    }
    if (!rule.window && !stay_left(NULL, 0, rule, e->on, &c))
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

/* Rows are alternatives: the longest stay wins; of those closed, the one that came nearest is explained. */
static void better(struct outcome_of_grant *best, const struct outcome_of_grant *o)
{
    bool over = o->t.v > best->t.v;
    uint64_t facts = best->t.facts | o->t.facts;

    if (o->t.v == YES && best->t.v == YES)
        over = best->limited && (!o->limited || o->last > best->last);
    if (o->t.v == NO && best->t.v == NO)
        over = best->code == REASON_NOT_LISTED;
    if (!over && o->t.v == best->t.v && o->t.v == UNKNOWN)
        best->t.facts = facts;
    if (!over)
        return;
    if (best->t.v != o->t.v || o->t.v == YES)
        facts = o->t.facts;
    *best = *o;
    best->t.facts = facts;
}

/* The rows are alternatives: one that fits the key, whose permission is held, and with a day left. */
static void stay_by_table(struct eval *e, const struct grant *g, struct outcome_of_grant *o)
{
    struct outcome_of_grant best = { .t = truth(false, bit(g->key)), .code = REASON_NOT_LISTED };

    for (uint32_t i = 0; i < g->n_rows; i++) {
        const struct row *r = &e->g->rows[g->first_row + i];
        struct outcome_of_grant one = { .t = eval_in_list(e, g->key, r->first_key, r->n_keys),
                                        .code = REASON_NOT_LISTED,
                                        .row = r };

        if (one.t.v == NO)
            continue;
        against(&one, eval_steps(e, r->permission), REASON_PERMISSION);
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

void eval_grant(struct eval *e, const struct grant *g, struct outcome_of_grant *o)
{
    *o = (struct outcome_of_grant){ 0 };
    o->t = eval_clauses(e, g->first_clause, g->n_clauses, &o->failed);
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
    case EFFECT_RECOGNISE:
        break;
    }
}

/* One demand: where its scope holds, its body must. */
struct truth eval_demand(struct eval *e, const struct demand *d, struct truth *body)
{
    const struct clause *failed = NULL;
    struct truth scope = eval_clauses(e, d->first_clause, d->n_clauses, &failed);

    *body = truth(true, 0);
    if (scope.v == NO)
        return *body;
    *body = eval_steps(e, d->body.steps);
    scope.v = YES - scope.v;
    return either(scope, *body);
}

void eval_prepare(struct eval *e, const struct agreement *a, const struct bound_table *b,
                  const struct facts *f, struct date on)
{
    e->g = a->program;
    e->period = bound_on(b ? b : &e->g->standing, on);
    e->f = f;
    e->on = on;
    e->today = date_to_days(on);
    for (uint64_t left = e->g->words; left; left &= left - 1) {
        unsigned i = (unsigned)__builtin_ctzll(left);

        e->id[i] = f->v[i].present ? program_word(e->g, (enum fact)i, f->v[i].word) : 0;
    }
}

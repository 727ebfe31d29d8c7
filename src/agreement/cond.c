#include "agreement/cond.h"

static bool in_words(const struct words *w, struct span s)
{
    for (size_t i = 0; i < w->n; i++)
        if (span_eq(w->w[i], s))
            return true;
    return false;
}

static bool compare(enum cmp cmp, int64_t a, int64_t b)
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
    case CMP_MORE:
        break;
    }
    return a > b;
}

/* The agreement knows the word: else what it holds is unknown to it. */
static bool known(const struct agreement *a, unsigned fact, struct span w)
{
    return program_word(a->program, (enum fact)fact, w) != 0;
}

static bool date_known(const struct facts *f, unsigned fact)
{
    return fact == TODAY || (f->v[fact].present && readable_date(f->v[fact].date));
}

static struct date date_value(const struct facts *f, struct date on, unsigned fact)
{
    return fact == TODAY ? on : f->v[fact].date;
}

static struct truth date_holds(const struct cond *c, const struct facts *f, struct date on)
{
    bool of_fact = c->rhs.is_fact;
    uint64_t asked =
        (c->fact == TODAY ? 0 : bit(c->fact)) | (of_fact && c->rhs.fact != TODAY ? bit(c->rhs.fact) : 0);
    struct date right;

    if (!date_known(f, c->fact) || (of_fact && !date_known(f, c->rhs.fact)))
        return unknown(asked);
    right = of_fact ? date_value(f, on, c->rhs.fact) : c->rhs.date;
    right = c->rhs.unit == UNIT_DAYS
                ? date_add_days(right, c->rhs.offset)
                : date_add_months(right, c->rhs.unit == UNIT_YEARS ? 12 * c->rhs.offset : c->rhs.offset);
    return truth(compare(c->cmp, date_to_days(date_value(f, on, c->fact)), date_to_days(right)), asked);
}

static uint64_t member(const struct agreement *a, struct span state)
{
    unsigned at = agreement_member_at(a, state);

    return at < BOUND_MEMBERS ? (uint64_t)1 << at : 0;
}

/* Members that the article the condition names binds, or the one it stands in. */
static uint64_t bound_by(const struct agreement *a, const struct article *x, const struct cond *c,
                         struct date on)
{
    const struct bound_period *p = bound_on(a->bound ? a->bound : &a->program->standing, on);

    for (const struct article *y = a->articles; y && c->words.n; y = y->next)
        if (span_eq_str(c->words.w[0], y->number))
            x = y;
    return (c->kind == COND_PARTY ? p->bound : p->likewise)[x ? 1 + x->index : BOUND_AGREEMENT];
}

struct truth cond_holds(const struct agreement *a, const struct article *x, const struct cond *c,
                        const struct facts *f, struct date on)
{
    const struct fact_value *v = c->fact < FACTS_N ? &f->v[c->fact] : NULL, *r;
    bool word;

    if (c->kind == COND_DATE)
        return date_holds(c, f, on);
    if (!v)
        return unknown(0);
    word = c->kind == COND_IN || c->kind == COND_PARTY || c->kind == COND_SAME || c->kind == COND_LIKEWISE;
    if (!v->present || (word && !known(a, c->fact, v->word)))
        return unknown(bit(c->fact));
    switch (c->kind) {
    case COND_TRUE:
        return truth(v->number != 0, bit(c->fact));
    case COND_IN:
        return truth(in_words(&c->words, v->word), bit(c->fact));
    case COND_PARTY:
        return truth((bound_by(a, x, c, on) & member(a, v->word)) != 0, bit(c->fact));
    case COND_LIKEWISE:
        return truth((bound_by(a, x, c, on) & member(a, v->word)) != 0, bit(c->fact));
    case COND_NUMBER:
        if (!c->rhs.is_fact)
            return truth(compare(c->cmp, v->number, c->rhs.number), bit(c->fact));
        r = &f->v[c->rhs.fact];
        return r->present ? truth(compare(c->cmp, v->number, r->number), bit(c->fact) | bit(c->rhs.fact))
                          : unknown(bit(c->rhs.fact));
    case COND_SAME:
        r = &f->v[c->rhs.fact];
        return r->present && known(a, c->rhs.fact, r->word)
                   ? truth(span_eq(v->word, r->word), bit(c->fact) | bit(c->rhs.fact))
                   : unknown(bit(c->rhs.fact));
    case COND_DATE:
    case COND_AND:
    case COND_OR:
    case COND_NOT:
        break;
    }
    return unknown(0);
}

struct truth condition_holds(const struct agreement *a, const struct article *x, const struct condition *c,
                             const struct facts *f, struct date on)
{
    struct truth stack[STACK + 1] = { { YES, 0 } };
    size_t n = 0;

    for (size_t i = 0; i < c->n && n < STACK; i++) {
        const struct cond *op = &c->op[i];

        if (op->kind == COND_NOT && n)
            stack[n - 1].v = YES - stack[n - 1].v;
        else if (op->kind == COND_AND && n > 1) {
            n--;
            stack[n - 1] = both(stack[n - 1], stack[n]);
        } else if (op->kind == COND_OR && n > 1) {
            n--;
            stack[n - 1] = either(stack[n - 1], stack[n]);
        } else
            stack[n++] = cond_holds(a, x, op, f, on);
    }
    return n ? stack[n - 1] : truth(true, 0);
}

uint64_t condition_facts(const struct condition *c)
{
    uint64_t m = 0;

    for (size_t i = 0; i < c->n; i++) {
        const struct cond *op = &c->op[i];

        if (op->kind == COND_AND || op->kind == COND_OR || op->kind == COND_NOT)
            continue;
        if (op->fact < FACTS_N)
            m |= bit(op->fact);
        if (op->rhs.is_fact && op->rhs.fact < FACTS_N)
            m |= bit(op->rhs.fact);
    }
    return m;
}

/* ---- in words ---- */

static void put_operand(const struct operand *o, bool date, struct buffer *out)
{
    static const char *const units[] = { "days", "months", "years" };
    char day[DATE_TEXT];

    if (date && o->offset)
        buf_printf(out, "%d %s %s ", o->offset < 0 ? -o->offset : o->offset, units[o->unit],
                   o->offset < 0 ? "before" : "after");
    if (o->is_fact)
        buf_str(out, o->fact == TODAY ? "today" : fact_name((enum fact)o->fact));
    else if (date)
        buf_str(out, date_format(o->date, day));
    else
        buf_decimal(out, o->number);
}

void cond_put(const struct cond *c, struct buffer *out)
{
    static const char *const numbers[] = { "is less than ", "is at most ", "is ", "is at least ",
                                           "is more than " };

    buf_printf(out, "%s ", c->fact == TODAY ? "today" : fact_name((enum fact)c->fact));
    switch (c->kind) {
    case COND_TRUE:
        buf_str(out, "is yes");
        break;
    case COND_PARTY:
        buf_str(out, "is a party");
        break;
    case COND_LIKEWISE:
        buf_str(out, "is bound likewise");
        break;
    case COND_IN:
        buf_str(out, c->words.n == 1 ? "is " : "in ");
        for (size_t i = 0; i < c->words.n && i < 4; i++) {
            buf_str(out, i ? ", " : "");
            buf_put(out, c->words.w[i]);
        }
        buf_str(out, c->words.n > 4 ? ", …" : "");
        break;
    case COND_NUMBER:
        buf_str(out, numbers[c->cmp]);
        put_operand(&c->rhs, false, out);
        break;
    case COND_SAME:
        buf_str(out, "is ");
        put_operand(&c->rhs, false, out);
        break;
    case COND_DATE:
        buf_str(out, c->cmp == CMP_LESS ? "is before " : c->cmp == CMP_MORE ? "is after " : "is ");
        put_operand(&c->rhs, true, out);
        buf_str(out, c->cmp == CMP_AT_LEAST ? " or later" : c->cmp == CMP_AT_MOST ? " or earlier" : "");
        break;
    case COND_AND:
    case COND_OR:
    case COND_NOT:
        break;
    }
}

/* ---- all of an article ---- */

static void of_rows(const struct article *x, const struct effect *e, condition_each each, void *ctx)
{
    for (const struct stay_row *r = e->rows; r; r = r->next)
        if (r->permission.n)
            each(ctx, &(struct condition_at){ x, &r->permission, "row" });
}

void conditions_of(const struct article *x, condition_each each, void *ctx)
{
    const struct exception *e = x->exceptions;

    if (x->when.n)
        each(ctx, &(struct condition_at){ x, &x->when, "when" });
    of_rows(x, &x->effect, each, ctx);
    for (const struct requirement *r = x->requirements; r; r = r->next)
        each(ctx, &(struct condition_at){ x, &r->cond, "require" });
    while (e) {
        each(ctx, &(struct condition_at){ x, &e->cond, "exception" });
        of_rows(x, &e->effect, each, ctx);
        if (e->first) {
            e = e->first;
            continue;
        }
        while (e && !e->next)
            e = e->parent;
        e = e ? e->next : NULL;
    }
    for (const struct reservation *r = x->reservations; r; r = r->next)
        if (r->cond.n)
            each(ctx, &(struct condition_at){ x, &r->cond, "reservation" });
    for (const struct duty *d = x->duties; d; d = d->next)
        if (d->cond.n)
            each(ctx, &(struct condition_at){ x, &d->cond, "duty" });
}

/*
 * condition  = operand { "and" operand } | operand { "or" operand }
 * operand    = { "not" } ( "(" condition ")" | definition | comparison )
 * Read without recursion: a level is opened by each bracket, and steps come out in postfix order.
 */
#include <stdio.h>

#include "agreement/parse.h"
#include "agreement/tables.h"
#include "base/text.h"

struct level {
    enum cond_kind connective; /* COND_NOT: none yet */
    bool negate;               /* the operand that comes */
    bool second;               /* an operand stands before it */
};

struct steps {
    struct buffer b; /* struct cond */
    unsigned now, depth;
};

static void put(struct parser *p, struct steps *s, const struct cond *c)
{
    buf_put(&s->b, span_of(c, sizeof *c));
    p->ops++;
    if (c->kind == COND_AND || c->kind == COND_OR)
        s->now--;
    else if (c->kind != COND_NOT)
        s->now++;
    if (s->now > s->depth)
        s->depth = s->now;
}

static void put_kind(struct parser *p, struct steps *s, enum cond_kind k, const struct token *at)
{
    put(p, s, &(struct cond){ .kind = k, .fact = FACTS_N, .line = at->line, .column = at->column });
}

static void put_all(struct parser *p, struct steps *s, const struct condition *c)
{
    unsigned before = s->now;

    for (size_t i = 0; i < c->n; i++)
        put(p, s, &c->op[i]);
    if (before + c->depth > s->depth)
        s->depth = before + c->depth;
}

/* Publishes the steps; line and column are those of the first token. */
static bool finish(struct parser *p, struct steps *s, const struct token *at, struct condition *out)
{
    struct span all = buf_span(&s->b), copy;
    bool ok = true;

    if (p->ops > LIMIT_AGREEMENT_OPS || !buf_ok(&s->b))
        ok = wrong(p, at->line, at->column, "the conditions are too many; expected at most %d steps in all",
                   LIMIT_AGREEMENT_OPS);
    else if (s->depth > 2 * LIMIT_AGREEMENT_DEPTH)
        ok = wrong(p, at->line, at->column, "the condition is nested too deep; expected at most %d levels",
                   LIMIT_AGREEMENT_DEPTH);
    copy = ok ? arena_copy(p->arena, all) : all;
    if (ok && !copy.p)
        ok = wrong(p, at->line, at->column, "the agreement is too large");
    if (ok) {
        *out = (struct condition){
            .n = copy.n / sizeof(struct cond), .depth = s->depth, .line = at->line, .column = at->column
        };
        out->op = (const struct cond *)(const void *)copy.p;
    }
    buf_free(&s->b);
    return ok;
}

static void start(struct steps *s)
{
    *s = (struct steps){ 0 };
    buf_init(&s->b, (size_t)LIMIT_AGREEMENT_OPS * sizeof(struct cond));
}

struct cond cond_in(unsigned fact, struct words w, const struct token *at)
{
    return (struct cond){ .kind = COND_IN, .fact = fact, .words = w, .line = at->line, .column = at->column };
}

bool condition_of(struct parser *p, const struct cond *op, size_t n, struct condition *out)
{
    struct steps s;

    start(&s);
    for (size_t i = 0; i < n; i++)
        put(p, &s, &op[i]);
    return finish(p, &s, tok(p), out);
}

static bool joined(struct parser *p, const struct condition *a, const struct condition *b, enum cond_kind k,
                   struct condition *out)
{
    const struct token at = { .line = a->n ? a->line : b->line, .column = a->n ? a->column : b->column };
    struct steps s;

    start(&s);
    put_all(p, &s, a);
    put_all(p, &s, b);
    if (a->n && b->n)
        put_kind(p, &s, k, &at);
    return finish(p, &s, &at, out);
}

bool condition_and(struct parser *p, const struct condition *a, const struct condition *b,
                   struct condition *out)
{
    return joined(p, a, b, COND_AND, out);
}

bool condition_or(struct parser *p, const struct condition *a, const struct condition *b,
                  struct condition *out)
{
    return joined(p, a, b, COND_OR, out);
}

static unsigned fact_kind(unsigned f)
{
    return f == TODAY ? FACT_TYPE_DATE : (unsigned)fact_type((enum fact)f);
}

bool accept_unit(struct parser *p, enum unit *u)
{
    static const struct {
        const char *word;
        enum unit unit;
    } units[] = { { "days", UNIT_DAYS },    { "day", UNIT_DAYS },    { "months", UNIT_MONTHS },
                  { "month", UNIT_MONTHS }, { "years", UNIT_YEARS }, { "year", UNIT_YEARS } };

    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (accept_word(p, units[i].word)) {
            *u = units[i].unit;
            return true;
        }
    }
    return false;
}

/* [ number unit ( "after" | "before" ) ] ( date | "today" | a date fact ) */
static bool date_operand(struct parser *p, struct operand *o)
{
    int n = 0;

    *o = (struct operand){ 0 };
    if (tok(p)->kind == TOKEN_NUMBER) {
        if (!want_number(p, 0, 10000, &n, "a number of days, months or years"))
            return false;
        if (!accept_unit(p, &o->unit))
            return expected(p, "days, months or years", NULL);
        if (accept_word(p, "before"))
            o->offset = -n;
        else if (accept_word(p, "after"))
            o->offset = n;
        else
            return expected(p, "\"after\" or \"before\"", "as in: 3 months after today");
    }
    if (accept_word(p, "today")) {
        o->is_fact = true;
        o->fact = TODAY;
        return true;
    }
    if (tok(p)->kind == TOKEN_DATE)
        return want_date(p, &o->date);
    n = (int)p->at;
    o->is_fact = true;
    o->fact = accept_fact(p);
    if (o->fact != FACTS_N && fact_kind(o->fact) == FACT_TYPE_DATE)
        return true;
    p->at = (size_t)n;
    return expected(p, "a date, today, or a fact that is a date", "as in: 2027-01-31 or later");
}

/* [ "is" [ "not" ] ] ( "before" D | "after" D | D [ "or later" | "or earlier" ] ) */
static bool date_tail(struct parser *p, struct cond *c, bool *negate)
{
    c->kind = COND_DATE;
    if (accept_word(p, "is"))
        *negate = accept_word(p, "not");
    if (accept_word(p, "before")) {
        c->cmp = CMP_LESS;
        return date_operand(p, &c->rhs);
    }
    if (accept_word(p, "after")) {
        c->cmp = CMP_MORE;
        return date_operand(p, &c->rhs);
    }
    if (!date_operand(p, &c->rhs))
        return false;
    c->cmp = accept_word(p, "or later")     ? CMP_AT_LEAST
             : accept_word(p, "or earlier") ? CMP_AT_MOST
                                            : CMP_EQUAL;
    return true;
}

/* A currency named is a word of the agreement: whoever holds another one is not compared with. */
static bool add_currency(struct parser *p, struct span w, struct words *out)
{
    struct words *known = &p->a->vocabulary[VOCABULARY_CURRENCY];
    struct span *more;

    *out = words_copy(p, &w, 1);
    for (size_t i = 0; i < known->n; i++)
        if (span_eq(known->w[i], w))
            return out->n == 1;
    more = arena_array(p->arena, known->n + 1, sizeof *more);
    if (!more || !out->n)
        return wrong(p, tok(p)->line, tok(p)->column, "the agreement is too large");
    if (known->n)
        memcpy(more, known->w, known->n * sizeof *more);
    more[known->n] = w;
    *known = (struct words){ more, known->n + 1 };
    return true;
}

/* "30000 USD": the amount is of that currency and of no other. */
static bool currency_tail(struct parser *p, const struct token *at, struct cond *currency)
{
    struct words w;

    if (tok(p)->kind != TOKEN_WORD || currency_decimals(tok(p)->text) < 0)
        return expected(p, "a currency of ISO 4217", "as in: insurance.cover is at least 30000 USD");
    if (!add_currency(p, accept_words(p, 1), &w))
        return false;
    *currency = cond_in(FACT_INSURANCE_CURRENCY, w, at);
    return true;
}

static bool number_tail(struct parser *p, struct cond *c, bool *negate)
{
    static const struct {
        const char *words;
        enum cmp cmp;
    } order[] = { { "at least", CMP_AT_LEAST },
                  { "at most", CMP_AT_MOST },
                  { "more than", CMP_MORE },
                  { "less than", CMP_LESS } };
    bool is = accept_word(p, "is"), compared = false;
    enum unit ignored;
    size_t before;
    int n;

    c->kind = COND_NUMBER;
    c->cmp = CMP_EQUAL;
    if (is)
        *negate = accept_word(p, "not");
    for (size_t i = 0; i < sizeof order / sizeof *order && !compared; i++) {
        compared = accept_word(p, order[i].words);
        if (compared)
            c->cmp = order[i].cmp;
    }
    if (!is && !compared)
        return expected(p, "is, at least, at most, more than or less than", NULL);
    before = p->at;
    c->rhs.fact = accept_fact(p);
    if (c->rhs.fact != FACTS_N && fact_kind(c->rhs.fact) == FACT_TYPE_NUMBER) {
        c->rhs.is_fact = true;
        return true;
    }
    p->at = before;
    if (!want_number(p, 0, LIMIT_AGREEMENT_NUMBER, &n, "a number, or a fact that is one"))
        return false;
    c->rhs.number = n;
    (void)accept_unit(p, &ignored);
    return true;
}

/* A fact of the same type on the right side. */
static bool same_tail(struct parser *p, struct cond *c)
{
    size_t before = p->at;
    unsigned f = accept_fact(p);

    if (f != FACTS_N && f != c->fact && fact_kind(f) == fact_kind(c->fact)) {
        c->kind = COND_SAME;
        c->rhs = (struct operand){ .is_fact = true, .fact = f };
        return true;
    }
    p->at = before;
    return false;
}

/* "bound by" ( "this article" | "article" label ) */
static bool bound_tail(struct parser *p, struct cond *c)
{
    struct span label;

    c->kind = COND_PARTY;
    if (accept_word(p, "this article"))
        return true;
    if (!want(p, "article", "as in: traveller.nationality is bound by this article") ||
        !want_label(p, &label))
        return false;
    c->words = words_copy(p, &label, 1);
    return c->words.n == 1;
}

static bool word_tail(struct parser *p, struct cond *c, bool *negate)
{
    bool is;
    struct span w;

    if (fact_kind(c->fact) == FACT_TYPE_STATE && accept_word(p, "does likewise")) {
        c->kind = COND_LIKEWISE;
        return true;
    }
    is = accept_word(p, "is");

    c->kind = COND_IN;
    *negate = accept_word(p, "not");
    if (accept_word(p, "in") || (is && accept_word(p, "one of")))
        return want_values(p, c->fact, &c->words);
    if (!is)
        return expected(p, "is or in", "as in: travel.purpose is pilgrimage");
    if (fact_kind(c->fact) == FACT_TYPE_STATE && accept_word(p, "a party")) {
        c->kind = COND_PARTY;
        return true;
    }
    if (fact_kind(c->fact) == FACT_TYPE_STATE && accept_word(p, "bound by"))
        return bound_tail(p, c);
    if (same_tail(p, c))
        return true;
    if (!want_value(p, c->fact, &w))
        return false;
    if (tok(p)->kind == TOKEN_COMMA)
        return expected(p, "\"and\", \"or\" or the end", "several words stand after in: is becomes in");
    c->words = words_copy(p, &w, 1);
    return true;
}

static bool bool_tail(struct parser *p, struct cond *c, bool *negate)
{
    c->kind = COND_TRUE;
    if (!accept_word(p, "is"))
        return true;
    if (accept_word(p, "no"))
        *negate = true;
    else if (!accept_word(p, "yes"))
        return expected(p, "yes or no", NULL);
    return true;
}

static bool comparison(struct parser *p, struct steps *s, unsigned fact, const struct token *at)
{
    struct cond c = { .fact = fact, .line = at->line, .column = at->column }, currency = { .words = { 0 } };
    bool negate = false, ok = false;

    switch ((enum fact_type)fact_kind(fact)) {
    case FACT_TYPE_DATE:
        ok = date_tail(p, &c, &negate);
        break;
    case FACT_TYPE_NUMBER:
        ok = number_tail(p, &c, &negate) &&
             (fact != FACT_INSURANCE_COVER || c.rhs.is_fact || currency_tail(p, at, &currency));
        break;
    case FACT_TYPE_WORD:
    case FACT_TYPE_STATE:
        ok = word_tail(p, &c, &negate);
        break;
    case FACT_TYPE_BOOL:
        ok = bool_tail(p, &c, &negate);
        break;
    case FACT_TYPE_STAYS:
        return wrong(p, at->line, at->column,
                     "earlier stays are counted by \"allow stay\"; expected another fact in a condition");
    }
    if (!ok)
        return false;
    put(p, s, &c);
    if (currency.words.n) {
        put(p, s, &currency);
        put_kind(p, s, COND_AND, at);
    }
    if (negate)
        put_kind(p, s, COND_NOT, at);
    return true;
}

/* The defined phrase that covers most tokens at the cursor, more than least. */
static struct definition *definition_at(const struct parser *p, size_t least)
{
    struct definition *best = NULL;

    for (struct definition *d = p->a->definitions; d; d = d->next) {
        size_t n = 0;

        while (n < d->phrase.n && p->lexer.token[p->at + n].kind == TOKEN_WORD &&
               span_eq(p->lexer.token[p->at + n].text, d->phrase.w[n]))
            n++;
        if (n == d->phrase.n && n > least) {
            best = d;
            least = n;
        }
    }
    return best;
}

static bool primary(struct parser *p, struct steps *s)
{
    const struct token *at = tok(p);
    size_t from = p->at;
    unsigned fact = accept_fact(p);
    struct definition *d;
    const char *near;
    char hint[100];

    if (fact == FACTS_N && (accept_word(p, "today") || accept_word(p, "on")))
        fact = TODAY;
    {
        size_t covered = p->at - from;

        p->at = from;
        d = definition_at(p, covered ? covered - 1 : 0);
        p->at = from + (d ? d->phrase.n : covered);
    }
    if (d) {
        d->used = true;
        put_all(p, s, &d->cond);
        return true;
    }
    if (p->at != from)
        return comparison(p, s, fact, at);
    near = at->kind == TOKEN_WORD ? nearest_fact(at->text) : NULL;
    (void)snprintf(hint, sizeof hint, why_text("did you mean %s?"), near ? near : "");
    return expected(p, "a condition: a fact as travel.purpose, or a defined phrase", near ? hint : NULL);
}

static bool mixed(struct parser *p)
{
    return wrong(
        p, tok(p)->line, tok(p)->column,
        "\"and\" and \"or\" stand side by side; expected brackets ( … ) that say which belong together");
}

bool parse_condition(struct parser *p, struct condition *out)
{
    struct level level[LIMIT_AGREEMENT_DEPTH] = { { .connective = COND_NOT } };
    const struct token at = *tok(p);
    struct steps s;
    size_t d = 0;

    start(&s);
    for (;;) {
        while (accept_word(p, "not"))
            level[d].negate = !level[d].negate;
        if (accept_kind(p, TOKEN_OPEN)) {
            if (++d == LIMIT_AGREEMENT_DEPTH) {
                (void)wrong(p, tok(p)->line, tok(p)->column,
                            "brackets are nested too deep; expected at most %d", LIMIT_AGREEMENT_DEPTH - 1);
                goto bad;
            }
            level[d] = (struct level){ .connective = COND_NOT };
            continue;
        }
        if (!primary(p, &s))
            goto bad;
        for (;;) { /* an operand of level d is complete */
            if (level[d].negate)
                put_kind(p, &s, COND_NOT, &at);
            level[d].negate = false;
            if (level[d].second)
                put_kind(p, &s, level[d].connective, &at);
            level[d].second = true;
            if (!d || !accept_kind(p, TOKEN_CLOSE))
                break;
            d--;
        }
        if (is_word(tok(p), "and") || is_word(tok(p), "or")) {
            enum cond_kind k = is_word(tok(p), "and") ? COND_AND : COND_OR;

            if (level[d].connective != COND_NOT && level[d].connective != k) {
                (void)mixed(p);
                goto bad;
            }
            level[d].connective = k;
            p->at++;
            continue;
        }
        if (d) {
            (void)expected(p, "\"and\", \"or\" or a closing bracket", NULL);
            goto bad;
        }
        return finish(p, &s, &at, out);
    }
bad:
    buf_free(&s.b);
    return false;
}

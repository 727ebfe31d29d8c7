/* Tables beside the text: fees, limits, categories, quotas. */
#include <stdio.h>

#include "agreement/lines.h"
#include "agreement/tables.h"
#include "base/text.h"

enum { UNIT = 32 };

bool want_table_name(struct parser *p, struct span *out)
{
    if (tok(p)->kind == TOKEN_STRING) {
        *out = tok(p)->text;
        p->at++;
    } else {
        *out = accept_phrase(p);
    }
    return (out->n > 0 && out->n <= 60) ||
           expected(p, "the name of the table, at most 60 letters", "as in: fee for eco visa");
}

/* "40", "40.50": digits with at most the currency's places behind the point. */
static bool amount(struct parser *p, struct span digits, const struct token *at, unsigned places,
                   int64_t *out)
{
    int64_t v = 0;
    unsigned behind = 0;
    bool point = false;

    for (size_t i = 0; i < digits.n; i++) {
        uint8_t c = digits.p[i];

        if (c == '.' && !point && i) {
            point = true;
            continue;
        }
        if (!ascii_digit(c))
            return wrong(p, at->line, at->column, "expected an amount, as 40 or 40.50");
        v = v * 10 + (c - '0');
        behind += point;
        if (v > (int64_t)LIMIT_AGREEMENT_NUMBER * 1000)
            return wrong(p, at->line, at->column, "the amount is too large");
    }
    if (behind > places || (point && behind == 0))
        return wrong(p, at->line, at->column, "this currency has %u digits behind the point", places);
    for (; behind < places; behind++)
        v *= 10;
    *out = v;
    return true;
}

static bool money(struct parser *p, int64_t *out, const char **currency)
{
    const struct token *at = tok(p);
    int places;

    if (accept_word(p, "free") || accept_word(p, "nothing")) {
        *out = 0;
        *currency = "";
        return true;
    }
    if (at->kind != TOKEN_NUMBER && (at->kind != TOKEN_WORD || !at->text.n || !ascii_digit(at->text.p[0])))
        return expected(p, "an amount and a currency, or \"free\"", "as in: 40 USD");
    p->at++;
    places = tok(p)->kind == TOKEN_WORD ? currency_decimals(tok(p)->text) : -1;
    if (places < 0)
        return expected(p, "a currency of ISO 4217", "as in: 40 USD");
    *currency = arena_str(p->arena, tok(p)->text);
    p->at++;
    return *currency && amount(p, at->text, at, (unsigned)places, out);
}

static bool words_of(struct parser *p, const char *what, const char **out)
{
    struct span w;

    if (tok(p)->kind == TOKEN_STRING) {
        w = tok(p)->text;
        p->at++;
    } else {
        size_t n = 0;

        while (p->lexer.token[p->at + n].kind == TOKEN_WORD && !is_reserved(&p->lexer.token[p->at + n]) &&
               !is_word(&p->lexer.token[p->at + n], "for") && !is_word(&p->lexer.token[p->at + n], "of"))
            n++;
        w = accept_words(p, n);
    }
    if (w.n == 0 || w.n > UNIT)
        return expected(p, what, NULL);
    *out = arena_str(p->arena, w);
    return *out != NULL;
}

bool parse_figure(struct parser *p, enum table_of kind, int64_t *out, const char **unit)
{
    int n;

    *out = 0;
    switch (kind) {
    case TABLE_OF_FEES:
        return money(p, out, unit);
    case TABLE_OF_LIMITS:
        if (!want_number(p, 0, LIMIT_AGREEMENT_NUMBER, &n, "a number"))
            return false;
        *out = n;
        return words_of(p, "what is counted, in at most 32 letters", unit);
    case TABLE_OF_CATEGORIES:
        break;
    }
    return words_of(p, "the category, in at most 32 letters", unit);
}

/* NAME [ "by" fact ] */
static bool head(struct shape *s, struct block *child, enum table_of kind)
{
    struct parser *p = s->p;
    struct table *t = make(p, sizeof *t);

    if (!t)
        return false;
    *t = (struct table){ .kind = kind, .key = FACTS_N, .line = tok(p)->line, .column = tok(p)->column };
    if (!want_table_name(p, &t->name))
        return false;
    for (const struct table *o = p->a->tables; o; o = o->next) {
        t->index++;
        if (o->kind == kind && span_eq(o->name, t->name))
            return wrong(p, t->line, t->column, "a table of this name stands in line %u; expected one",
                         o->line);
    }
    if (accept_word(p, "by")) {
        unsigned line = tok(p)->line, column = tok(p)->column;

        t->key = want_fact(p);
        if (t->key == FACTS_N)
            return false;
        if (fact_type((enum fact)t->key) != FACT_TYPE_WORD && fact_type((enum fact)t->key) != FACT_TYPE_STATE)
            return wrong(p, line, column,
                         "a table is read by a word or a state; expected a fact as travel.purpose");
    }
    if (p->a->last_table)
        p->a->last_table->next = t;
    else
        p->a->tables = t;
    p->a->last_table = t;
    child->u.table = t;
    return want_end(p);
}

bool line_fee(struct shape *s, struct block *child)
{
    return head(s, child, TABLE_OF_FEES);
}

bool line_limit(struct shape *s, struct block *child)
{
    return head(s, child, TABLE_OF_LIMITS);
}

bool line_category(struct shape *s, struct block *child)
{
    return head(s, child, TABLE_OF_CATEGORIES);
}

/* [ ( values | "otherwise" ) ":" ] figure [ "when" condition ] */
bool line_figure(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    struct table *t = parent(s)->u.table;
    struct table_row *r = make(p, sizeof *r);

    (void)child;
    if (!r)
        return false;
    r->line = tok(p)->line;
    r->column = tok(p)->column;
    if (t->last_row && !t->last_row->cond.n && !t->last_row->keys.n)
        return wrong(p, r->line, r->column,
                     "the row in line %u holds for everybody: this one is never read; expected it before",
                     t->last_row->line);
    if (t->key != FACTS_N && !accept_word(p, "otherwise") && !want_values(p, t->key, &r->keys))
        return false;
    if (t->key != FACTS_N && !accept_kind(p, TOKEN_COLON))
        return expected(p, "a colon", "as in: tourism, pilgrimage: 40 USD");
    if (!parse_figure(p, t->kind, &r->amount, &r->unit) ||
        (accept_word(p, "when") && !parse_condition(p, &r->cond)))
        return false;
    if (t->last_row)
        t->last_row->next = r;
    else
        t->rows = r;
    t->last_row = r;
    return want_end(p);
}

/* "name" [ "when" condition ] */
bool line_quota(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    struct quota_clause *q = make(p, sizeof *q);

    if (!q)
        return false;
    q->line = tok(p)->line;
    q->column = tok(p)->column;
    if (!want_string(p, &q->name, "the name of the quota") ||
        (accept_word(p, "when") && !parse_condition(p, &q->cond)))
        return false;
    if (strlen(q->name) > 60)
        return wrong(p, q->line, q->column, "the name is too long; expected at most 60 letters");
    if (p->a->last_quota)
        p->a->last_quota->next = q;
    else
        p->a->quotas = q;
    p->a->last_quota = q;
    child->u.quota = q;
    child->texts = &q->texts;
    return want_end(p);
}

static bool row_for(struct parser *p, const struct quota_clause *q, const struct words *members,
                    const struct token *at)
{
    for (const struct quota_row *o = q->rows; o; o = o->next)
        for (size_t i = 0; i < members->n; i++)
            for (size_t k = 0; k < o->members.n; k++)
                if (span_eq(o->members.w[k], members->w[i]))
                    return wrong(p, at->line, at->column,
                                 "\"%.*s\" has a row in line %u already; expected one row", 2,
                                 (const char *)members->w[i].p, o->line);
    return true;
}

/* parties ":" number "per" ( "day" | "month" | "year" ) */
bool line_quota_row(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    struct quota_clause *q = parent(s)->u.quota;
    struct quota_row *r = make(p, sizeof *r);
    const struct token at = *tok(p);

    (void)child;
    if (!r)
        return false;
    r->line = at.line;
    r->column = at.column;
    if (!want_parties(p, &r->members) || !row_for(p, q, &r->members, &at))
        return false;
    if (!accept_kind(p, TOKEN_COLON))
        return expected(p, "a colon", "as in: IR: 50000 per year");
    if (!want_number(p, 0, LIMIT_AGREEMENT_NUMBER, &r->most, "a number") ||
        !want(p, "per", "as in: IR: 50000 per year"))
        return false;
    if (accept_word(p, "day"))
        r->per = QUOTA_PER_DAY;
    else if (accept_word(p, "month"))
        r->per = QUOTA_PER_MONTH;
    else if (accept_word(p, "year"))
        r->per = QUOTA_PER_YEAR;
    else
        return expected(p, "day, month or year", NULL);
    if (q->last_row)
        q->last_row->next = r;
    else
        q->rows = r;
    q->last_row = r;
    return want_end(p);
}

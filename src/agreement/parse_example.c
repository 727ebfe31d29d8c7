/* "given" and "gives" of worked examples. */
#include "agreement/parse.h"
#include "agreement/reason.h"
#include "base/text.h"

/* Who describes a case by words presents no evidence: none contradicts, unless the case says so. */
void example_init(struct example *e, const struct token *at)
{
    *e = (struct example){ .days_left = -1, .line = at->line, .column = at->column };
    fact_set_word(&e->facts, FACT_EVIDENCE_CONTRADICTION, SPAN("none"));
}

static bool add_stay(struct parser *p, struct example *e, struct date from, struct date to)
{
    struct stay *s = arena_array(p->arena, e->facts.n_stays + 1, sizeof *s);

    if (!s || e->facts.n_stays == LIMIT_STAYS)
        return wrong(p, tok(p)->line, tok(p)->column, "too many stays; expected at most %d", LIMIT_STAYS);
    if (e->facts.n_stays)
        memcpy(s, e->stays, e->facts.n_stays * sizeof *s);
    s[e->facts.n_stays++] = (struct stay){ from, to };
    e->stays = s;
    e->facts.stays = s;
    e->facts.stays_known = true;
    return true;
}

/* "stays" date "to" date */
static bool given_stay(struct parser *p, struct example *e)
{
    unsigned line = tok(p)->line, column = tok(p)->column;
    struct date from, to;

    if (!want_date(p, &from) || !want(p, "to", "as in: stays 2027-01-01 to 2027-01-29") || !want_date(p, &to))
        return false;
    if (date_cmp(to, from) < 0)
        return wrong(p, line, column, "the stay ends before it begins; expected the earlier date first");
    return add_stay(p, e, from, to);
}

/* number "days used": the days right before the day of the decision. */
static bool given_used(struct parser *p, struct example *e)
{
    unsigned line = tok(p)->line, column = tok(p)->column;
    int n;

    if (!want_number(p, 0, 36500, &n, "a number of days") ||
        (!accept_word(p, "days") && !want(p, "day", NULL)) || !want(p, "used", "as in: 29 days used"))
        return false;
    if (!date_is_set(e->on))
        return wrong(p, line, column,
                     "days used count back from the day of the example; expected \"on\" and a date first");
    if (n == 0) {
        e->facts.stays_known = true;
        return true;
    }
    return add_stay(p, e, date_add_days(e->on, -n), date_add_days(e->on, -1));
}

static bool given_as(struct parser *p, struct example *e)
{
    unsigned line = tok(p)->line, column = tok(p)->column;
    const char *name;

    if (!want_string(p, &name, "the name of a case"))
        return false;
    for (const struct example *c = p->a->cases; c; c = c->next) {
        if (strcmp(c->title, name) == 0 && c != e) {
            e->facts = c->facts;
            e->stays = c->stays;
            e->on = c->on;
            e->not_bound = c->not_bound;
            return true;
        }
    }
    return wrong(p, line, column,
                 "no case \"%.60s\" stands before this line; expected a line: case \"%.60s\"", name, name);
}

/* "document passport genuine": kind, result, or both. */
static bool given_thing(struct parser *p, struct example *e, enum fact kind, enum fact result)
{
    const struct token *t = tok(p);
    struct span w = accept_phrase(p), last;
    size_t at = w.n;

    if (w.n == 0)
        return expected(p, "a kind, a result, or both", "as in: document passport genuine");
    while (at && w.p[at - 1] != ' ')
        at--;
    last = span_sub(w, at, w.n);
    if (is_builtin_word(VOCABULARY_RESULT, last)) {
        fact_set_word(&e->facts, result, last);
        w = span_sub(w, 0, at ? at - 1 : 0);
    }
    if (w.n == 0)
        return true;
    if (!is_builtin_word(fact_vocabulary(kind), w)) {
        const struct words *own = &p->a->vocabulary[fact_vocabulary(kind)];
        size_t i = 0;

        while (i < own->n && !span_eq(own->w[i], w))
            i++;
        if (i == own->n)
            return wrong(p, t->line, t->column,
                         "\"%.*s\" is no word of %s; expected a declared one, then a result",
                         (int)(w.n < 40 ? w.n : 40), (const char *)w.p, fact_name(kind));
    }
    fact_set_word(&e->facts, kind, w);
    return true;
}

/* A text in quotation marks is taken as it is: examples may hold words that the agreement does not know. */
static bool given_value(struct parser *p, struct example *e, enum fact f)
{
    struct fact_value *v = &e->facts.v[f];
    struct span w;
    int n;

    switch (fact_type(f)) {
    case FACT_TYPE_STATE:
    case FACT_TYPE_WORD:
        if (tok(p)->kind == TOKEN_STRING) {
            w = tok(p)->text;
            p->at++;
        } else if (fact_type(f) == FACT_TYPE_STATE) {
            if (tok(p)->kind != TOKEN_WORD || tok(p)->text.n < 2 || tok(p)->text.n > 3 ||
                !ascii_upper(tok(p)->text.p[0]))
                return expected(p, "a state", "states are written by their letters, as KZ");
            w = tok(p)->text;
            p->at++;
        } else if (!want_value(p, f, &w)) {
            return false;
        }
        *v = (struct fact_value){ .present = true, .word = w };
        return true;
    case FACT_TYPE_DATE:
        *v = (struct fact_value){ .present = true };
        return want_date(p, &v->date);
    case FACT_TYPE_NUMBER:
        if (!want_number(p, 0, LIMIT_AGREEMENT_NUMBER, &n, "a number"))
            return false;
        (void)(accept_word(p, "days") || accept_word(p, "years"));
        *v = (struct fact_value){ .present = true, .number = n };
        return true;
    case FACT_TYPE_BOOL:
        *v = (struct fact_value){ .present = true, .number = !accept_word(p, "no") };
        (void)accept_word(p, "yes");
        return true;
    case FACT_TYPE_STAYS:
        break;
    }
    return expected(p, "stays, days used or no earlier stays", "as in: stays 2027-01-01 to 2027-01-29");
}

static void forget(struct example *e, unsigned f)
{
    e->facts.v[f] = (struct fact_value){ 0 };
    if (f == FACT_TRAVELLER_STAYS) {
        e->facts.stays_known = false;
        e->facts.stays = NULL;
        e->facts.n_stays = 0;
        e->stays = NULL;
    }
}

/* A member that the agreement does not bind. */
static bool given_not_bound(struct parser *p, struct example *e)
{
    struct span w[64] = { 0 };
    size_t n = e->not_bound.n;

    if (n == sizeof w / sizeof *w)
        return wrong(p, tok(p)->line, tok(p)->column, "the list is too long; expected at most 64 parties");
    if (n)
        memcpy(w, e->not_bound.w, n * sizeof *w);
    if (!want_party(p, &w[n]))
        return false;
    e->not_bound = words_copy(p, w, n + 1);
    return e->not_bound.n == n + 1;
}

static bool given_item(struct parser *p, struct example *e)
{
    struct date d;
    unsigned f;

    if (accept_word(p, "as"))
        return given_as(p, e);
    if (accept_word(p, "on"))
        return want_date(p, &e->on);
    if (accept_word(p, "no earlier stays")) {
        forget(e, FACT_TRAVELLER_STAYS);
        e->facts.stays_known = true;
        return true;
    }
    if (accept_word(p, "not bound"))
        return given_not_bound(p, e);
    if (accept_word(p, "stays"))
        return given_stay(p, e);
    if (accept_word(p, "inside since"))
        return want_date(p, &d) && add_stay(p, e, d, (struct date){ 0 });
    if (tok(p)->kind == TOKEN_NUMBER)
        return given_used(p, e);
    if (accept_word(p, "without")) {
        f = want_fact(p);
        if (f != FACTS_N)
            forget(e, f);
        return f != FACTS_N;
    }
    if (accept_word(p, "document"))
        return given_thing(p, e, FACT_DOCUMENT_KIND, FACT_DOCUMENT_RESULT);
    if (is_word(tok(p), "permission") && !is_word(&p->lexer.token[p->at + 1], "matches")) {
        p->at++;
        return given_thing(p, e, FACT_PERMISSION_KIND, FACT_PERMISSION_RESULT);
    }
    f = want_fact(p);
    return f != FACTS_N && given_value(p, e, (enum fact)f);
}

bool parse_given(struct parser *p, struct example *e)
{
    do {
        if (!given_item(p, e))
            return false;
    } while (accept_kind(p, TOKEN_COMMA));
    return want_end(p);
}

static const char *known_article(struct parser *p)
{
    struct span s = tok(p)->text;

    if (tok(p)->kind != TOKEN_NUMBER && tok(p)->kind != TOKEN_WORD) {
        (void)expected(p, "the number of an article", NULL);
        return NULL;
    }
    p->at++;
    return arena_str(p->arena, s);
}

static bool reason(struct parser *p, struct expectation *x)
{
    if (accept_word(p, "missing")) {
        x->code = reason_codes[REASON_MISSING];
        x->missing = want_fact(p);
        return x->missing != FACTS_N;
    }
    for (size_t i = 0; i < REASONS_N; i++) {
        if (is_word(tok(p), reason_codes[i])) {
            p->at++;
            x->code = reason_codes[i];
            return true;
        }
    }
    if (is_word(tok(p), "article") || is_word(tok(p), "in"))
        return true;
    {
        const char *near = tok(p)->kind == TOKEN_WORD ? nearest(reason_codes, tok(p)->text) : NULL;

        if (near)
            return wrong(p, tok(p)->line, tok(p)->column, "\"%.*s\" is no code of a reason; did you mean %s?",
                         (int)(tok(p)->text.n < 40 ? tok(p)->text.n : 40), (const char *)tok(p)->text.p,
                         near);
    }
    return expected(p, "\"missing\" and a fact, or the code of a reason",
                    "as in: because stay-exhausted in article 4");
}

static bool because(struct parser *p, struct example *e)
{
    do {
        struct expectation *x = arena_alloc(p->arena, sizeof *x);

        if (!x)
            return false;
        x->missing = FACTS_N;
        if (!reason(p, x))
            return false;
        (void)accept_word(p, "in");
        if (accept_word(p, "article")) {
            x->article = known_article(p);
            if (!x->article)
                return false;
        }
        if (e->last_because)
            e->last_because->next = x;
        else
            e->because = x;
        e->last_because = x;
    } while (accept_word(p, "and"));
    return true;
}

/* What may be said of an admission or a recognition besides its reasons. */
static bool good_item(struct parser *p, struct example *e)
{
    if (accept_word(p, "by article")) {
        e->by = known_article(p);
        return e->by != NULL;
    }
    if (accept_word(p, "until"))
        return want_date(p, &e->until);
    if (tok(p)->kind == TOKEN_NUMBER)
        return want_number(p, 0, 36500, &e->days_left, "a number of days") &&
               (accept_word(p, "days left") || want(p, "day left", NULL));
    return expected(p, "days left, \"until\" and a date, or \"by article\"",
                    "as in: gives admit, 1 day left, by article 5");
}

static bool gives_outcome(struct parser *p, enum outcome *out)
{
    static const enum outcome order[] = { OUTCOME_ADMIT, OUTCOME_REFER, OUTCOME_RESTRICTED,
                                          OUTCOME_RECOGNISED, OUTCOME_NOT_RECOGNISED };

    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        if (accept_word(p, outcome_word(order[i]))) {
            *out = order[i];
            return true;
        }
    }
    return expected(p, "\"admit\" or \"refer\", of a licence \"recognised\" or \"not recognised\"",
                    "an agreement cannot refuse: a person decides");
}

/* outcome { "," item } [ "because" … ] */
static bool gives_figure(struct parser *p, struct example *e, enum table_of kind)
{
    struct table_expectation *x = arena_alloc(p->arena, sizeof *x);
    static const char *const before[] = { "for", "for", "of" };

    if (!x)
        return wrong(p, tok(p)->line, tok(p)->column, "the agreement is too large");
    *x = (struct table_expectation){ .next = e->tables, .kind = kind, .line = tok(p)->line };
    x->column = tok(p)->column;
    if (!parse_figure(p, kind, &x->amount, &x->unit) ||
        !want(p, before[kind], "as in: gives fee 40 USD for eco visa") || !want_table_name(p, &x->name))
        return false;
    e->tables = x;
    return want_end(p);
}

bool parse_gives(struct parser *p, struct example *e)
{
    bool good;

    if (accept_word(p, "fee"))
        return gives_figure(p, e, TABLE_OF_FEES);
    if (accept_word(p, "limit"))
        return gives_figure(p, e, TABLE_OF_LIMITS);
    if (accept_word(p, "category"))
        return gives_figure(p, e, TABLE_OF_CATEGORIES);
    if (e->gives)
        return wrong(p, p->lexer.token[0].line, p->lexer.token[0].column,
                     "a second \"gives\" in this example; expected one");
    e->gives = true;
    if (!gives_outcome(p, &e->outcome))
        return false;
    good = e->outcome != OUTCOME_REFER && e->outcome != OUTCOME_NOT_RECOGNISED;
    while (accept_kind(p, TOKEN_COMMA) && !is_word(tok(p), "because"))
        if (!(good ? good_item(p, e) : expected(p, "\"because\"", "a referral has reasons, no days")))
            return false;
    if (accept_word(p, "because") && !because(p, e))
        return false;
    return want_end(p);
}

/*
 * The shape of an agreement: lines and what may stand under them. One table says which word may begin a line
 * under which other line; the same table writes the message when another word stands there.
 */
#include <stdio.h>

#include "agreement/parse.h"
#include "base/text.h"

enum block_kind {
    BLOCK_TOP,
    BLOCK_AGREEMENT,
    BLOCK_DEFINITION,
    BLOCK_CASE,
    BLOCK_ARTICLE,
    BLOCK_TABLE,  /* rows of stay */
    BLOCK_PLACES, /* rows of "require FACT by FACT" */
    BLOCK_RESERVATION,
    BLOCK_DUTY,
    BLOCK_EXCEPTION,
    BLOCK_EXAMPLE,
    BLOCK_LEAF, /* nothing may stand under it */
    BLOCK_SKIP, /* its line was faulty: what stands under it is passed over */
};

struct block {
    enum block_kind kind;
    unsigned indent;
    int inner; /* indentation of the lines under it; -1: none yet */
    union {
        struct definition *definition;
        struct example *example;
        struct article *article;
        struct reservation *reservation;
        struct duty *duty;
        struct exception *exception;
        struct requirement *requirement;
        struct effect *effect;
    } u;
    struct wording **texts; /* where "text" goes; NULL: no text here */
    struct wording **titles;
};

/* Depth: top, agreement or article, exceptions, table, row. */
enum { BLOCKS = LIMIT_AGREEMENT_DEPTH + 6 };

struct shape {
    struct parser *p;
    struct block block[BLOCKS];
    size_t n;
    bool seen_agreement, seen_parties;
};

static void *make(struct parser *p, size_t n)
{
    void *m = arena_alloc(p->arena, n);

    if (!m)
        (void)wrong(p, tok(p)->line, tok(p)->column, "the agreement is too large");
    return m;
}

static bool add_wording(struct parser *p, struct wording **list, const char *what)
{
    unsigned line = tok(p)->line, column = tok(p)->column;
    struct wording *w = make(p, sizeof *w);

    if (!w || !want_language(p, &w->language) || !want_string(p, &w->text, what) || !want_end(p))
        return false;
    for (; *list; list = &(*list)->next)
        if (strcmp((*list)->language, w->language) == 0)
            return wrong(p, line, column, "the wording in %s stands twice", w->language);
    *list = w;
    return true;
}

/* --- lines at the left margin --- */

static bool line_agreement(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    int version;

    if (s->seen_agreement)
        return wrong(p, tok(p)->line, 1, "a second line \"agreement\"; expected one");
    s->seen_agreement = true;
    child->titles = &p->a->titles;
    if (!want_string(p, &p->a->title, "the title of the agreement") ||
        !want(p, "version", "as in: agreement \"Title\" version 1") ||
        !want_number(p, 1, LIMIT_AGREEMENT_NUMBER, &version, "a version"))
        return false;
    p->a->version = (unsigned)version;
    return want_end(p);
}

static bool line_parties(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    struct span w[64] = { 0 };
    size_t n = 0;

    (void)child;
    if (s->seen_parties)
        return wrong(p, tok(p)->line, 1, "a second line \"parties\"; expected one");
    s->seen_parties = true;
    for (; tok(p)->kind != TOKEN_END; n++, p->at++) {
        struct span t = tok(p)->text;

        if (tok(p)->kind != TOKEN_WORD || t.n != 2 || !ascii_upper(t.p[0]) || !ascii_upper(t.p[1]))
            return expected(p, "a party", "parties are written by their two letters, as KZ");
        for (size_t i = 0; i < n; i++)
            if (span_eq(w[i], t))
                return wrong(p, tok(p)->line, tok(p)->column, "%.*s stands twice in the list", 2,
                             (const char *)t.p);
        if (n == sizeof w / sizeof *w)
            return wrong(p, tok(p)->line, tok(p)->column,
                         "the list is too long; expected at most 64 parties");
        w[n] = t;
    }
    p->a->parties = words_copy(p, w, n);
    return n >= 2 ||
           wrong(p, tok(p)->line, tok(p)->column, "expected at least two parties, found %d", (int)n);
}

static bool line_force(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    int n;

    (void)child;
    if (accept(p, "from"))
        return want_date(p, &p->a->from) && want_end(p);
    if (accept(p, "after")) {
        if (!want_number(p, 1, 64, &n, "a number of ratifications"))
            return false;
        p->a->ratifications = (unsigned)n;
        return (accept(p, "ratifications") || want(p, "ratification", NULL)) && want_end(p);
    }
    return expected(p, "\"from\" and a date, or \"after\" and a number of ratifications", NULL);
}

static bool line_words(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    unsigned line = tok(p)->line, column = tok(p)->column, fact = want_fact(p);
    enum vocabulary v;
    struct span w[512], *all;
    size_t n = 0, had;

    (void)child;
    if (fact == FACTS_N)
        return false;
    v = fact_vocabulary((enum fact)fact);
    if (v == VOCABULARY_NONE || v == VOCABULARY_RESULT)
        return wrong(p, line, column, "%s takes no words of an agreement; expected a fact as travel.purpose",
                     fact_name((enum fact)fact));
    p->unsure[v] = true;
    if (!accept_kind(p, TOKEN_COLON))
        return expected(p, "a colon", "as in: words for travel.purpose: work, study");
    do {
        const struct token *t = tok(p);

        if (n == sizeof w / sizeof *w)
            return wrong(p, t->line, t->column, "the list is too long; expected at most 512 words");
        w[n] = accept_phrase(p);
        if (w[n].n == 0)
            return expected(p, "a word", NULL);
        for (size_t i = 0; i < n; i++)
            if (span_eq(w[i], w[n]))
                return wrong(p, t->line, t->column, "\"%.*s\" stands twice in the list", (int)w[n].n,
                             (const char *)w[n].p);
        n++;
    } while (accept_kind(p, TOKEN_COMMA));
    had = p->a->vocabulary[v].n;
    all = arena_array(p->arena, had + n, sizeof *all);
    if (!all)
        return wrong(p, line, column, "the agreement is too large");
    if (had)
        memcpy(all, p->a->vocabulary[v].w, had * sizeof *all);
    memcpy(all + had, w, n * sizeof *all);
    p->a->vocabulary[v] = (struct words){ all, had + n };
    if (!want_end(p))
        return false;
    p->unsure[v] = false;
    return true;
}

static bool phrase_clash(struct parser *p, const struct definition *d)
{
    for (const struct definition *o = p->a->definitions; o; o = o->next) {
        size_t i = 0;

        while (i < o->phrase.n && i < d->phrase.n && span_eq(o->phrase.w[i], d->phrase.w[i]))
            i++;
        if (i == o->phrase.n && i == d->phrase.n)
            return wrong(p, d->line, d->column, "the same words are defined in line %u", o->line);
    }
    return true;
}

static bool line_define(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    struct definition *d = make(p, sizeof *d);
    struct span w[32];
    size_t n = 0;

    if (!d)
        return false;
    d->line = tok(p)->line;
    d->column = tok(p)->column;
    for (; tok(p)->kind == TOKEN_WORD; p->at++) {
        if (is_word(tok(p), "and") || is_word(tok(p), "or") || is_word(tok(p), "not"))
            return expected(p, "the words defined, without and, or, not", NULL);
        if (n == sizeof w / sizeof *w)
            return expected(p, "a colon after at most 32 words", NULL);
        w[n++] = tok(p)->text;
    }
    if (n == 0)
        return expected(p, "the words that are defined", "as in: define document is valid: …");
    if (!accept_kind(p, TOKEN_COLON))
        return expected(p, "a colon after the words defined", NULL);
    d->phrase = words_copy(p, w, n);
    if (!phrase_clash(p, d) || !parse_condition(p, &d->cond) || !want_end(p))
        return false;
    d->next = p->a->definitions;
    p->a->definitions = d;
    child->u.definition = d;
    child->texts = &d->texts;
    return true;
}

static bool line_case(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    struct example *e = make(p, sizeof *e);

    if (!e)
        return false;
    *e = (struct example){ .days_left = -1, .line = tok(p)->line, .column = tok(p)->column };
    if (!want_string(p, &e->title, "the name of the case") || !want_end(p))
        return false;
    for (struct example *o = p->a->cases; o; o = o->next)
        if (strcmp(o->title, e->title) == 0)
            return wrong(p, e->line, e->column, "a case of this name stands in line %u", o->line);
    e->next = p->a->cases;
    p->a->cases = e;
    child->u.example = e;
    return true;
}

static bool line_article(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    struct article *x = make(p, sizeof *x);

    if (!x)
        return false;
    x->line = tok(p)->line;
    x->column = tok(p)->column;
    if ((tok(p)->kind != TOKEN_NUMBER && tok(p)->kind != TOKEN_WORD) || tok(p)->text.n > 16)
        return expected(p, "the number of the article", "as in: article 5 \"Title\"");
    x->number = arena_str(p->arena, tok(p)->text);
    p->at++;
    if (!x->number || !want_string(p, &x->title, "the title of the article") || !want_end(p))
        return false;
    for (const struct article *o = p->a->articles; o; o = o->next)
        if (strcmp(o->number, x->number) == 0)
            return wrong(p, x->line, x->column, "article %s stands in line %u already; expected a new number",
                         x->number, o->line);
    x->index = (unsigned)p->a->n_articles++;
    if (p->a->last_article)
        p->a->last_article->next = x;
    else
        p->a->articles = x;
    p->a->last_article = x;
    child->u.article = x;
    child->texts = &x->texts;
    child->titles = &x->titles;
    return true;
}

/* --- lines under others --- */

static struct block *parent(struct shape *s)
{
    return &s->block[s->n - 1];
}

static bool line_title(struct shape *s, struct block *child)
{
    (void)child;
    return add_wording(s->p, parent(s)->titles, "the title in this language");
}

static bool line_text(struct shape *s, struct block *child)
{
    (void)child;
    return add_wording(s->p, parent(s)->texts, "the wording");
}

static bool line_note(struct shape *s, struct block *child)
{
    (void)child;
    return add_wording(s->p, &s->p->a->notes, "the note");
}

static bool line_when(struct shape *s, struct block *child)
{
    struct article *x = parent(s)->u.article;

    (void)child;
    if (x->has_when)
        return wrong(s->p, s->p->lexer.token[0].line, s->p->lexer.token[0].column,
                     "a second \"when\" in article %s; expected one: join the two with and", x->number);
    x->has_when = true;
    return parse_condition(s->p, &x->when) && want_end(s->p);
}

/* number "days" [ "in" "any" number [ "days" ] ] | number "days" "per" "visit" */
static bool stay_limit(struct parser *p, struct stay_rule *r)
{
    unsigned line, column;

    *r = (struct stay_rule){ 0 };
    if (!want_number(p, 1, 36500, &r->days, "a number of days"))
        return false;
    if (!accept(p, "days") && !want(p, "day", NULL))
        return false;
    if (accept(p, "per visit"))
        return true;
    if (!accept(p, "in any"))
        return expected(p, "\"in any\" and a number of days, or \"per visit\"",
                        "as in: 30 days in any 180 days");
    line = tok(p)->line;
    column = tok(p)->column;
    if (!want_number(p, 1, 36500, &r->window, "a number of days"))
        return false;
    (void)(accept(p, "days") || accept(p, "day"));
    if (r->days > r->window)
        return wrong(p, line, column, "%d days do not fit into any %d days; expected a longer period",
                     r->days, r->window);
    if (r->days == r->window)
        warn(p, line, column, "%d days in any %d days limit nothing", r->days, r->window);
    return true;
}

static bool allow_stay(struct parser *p, struct effect *e, struct block *child)
{
    unsigned line = tok(p)->line, column = tok(p)->column;

    if (accept(p, "by")) {
        e->kind = EFFECT_TABLE;
        e->key = want_fact(p);
        if (e->key == FACTS_N)
            return false;
        if (fact_type((enum fact)e->key) != FACT_TYPE_WORD && fact_type((enum fact)e->key) != FACT_TYPE_STATE)
            return wrong(p, line, column,
                         "a table is read by a word or a state; expected a fact as travel.purpose");
        child->kind = BLOCK_TABLE;
        child->u.effect = e;
        return want_end(p);
    }
    if (accept(p, "of the permission")) {
        e->kind = EFFECT_PERMISSION;
        if (accept_kind(p, TOKEN_COMMA))
            return want(p, "at most", NULL) && stay_limit(p, &e->rule) && want_end(p);
        return want_end(p);
    }
    if (accept(p, "of")) {
        e->kind = EFFECT_STAY;
        return stay_limit(p, &e->rule) && want_end(p);
    }
    return expected(p, "\"by\" and a fact, \"of\" and days, or \"of the permission\"",
                    "as in: allow stay by travel purpose");
}

static bool allow(struct parser *p, struct effect *e, struct block *child)
{
    e->line = p->lexer.token[0].line;
    e->column = p->lexer.token[0].column;
    if (e->kind != EFFECT_NONE)
        return wrong(p, e->line, e->column,
                     "a second \"allow\" here; expected one: another ground is another article");
    if (accept(p, "entry")) {
        e->kind = EFFECT_ENTRY;
        return want_end(p);
    }
    if (!accept(p, "stay"))
        return expected(p, "\"stay\" or \"entry\" after allow", NULL);
    return allow_stay(p, e, child);
}

static bool line_allow(struct shape *s, struct block *child)
{
    struct block *up = parent(s);

    if (up->kind == BLOCK_EXCEPTION)
        return allow(s->p, &up->u.exception->effect, child);
    if (up->u.article->requirements)
        return wrong(
            s->p, s->p->lexer.token[0].line, s->p->lexer.token[0].column,
            "article %s requires and allows; expected two articles, so that each has its own exceptions",
            up->u.article->number);
    return allow(s->p, &up->u.article->effect, child);
}

/* "with permission K": of that kind, genuine, of this document, not past its last day. */
static bool with_permission(struct parser *p, struct condition *out)
{
    const struct token *at = tok(p);
    struct words kinds;
    struct cond op[7];
    static const struct span genuine = { (const uint8_t *)"genuine", 7 };

    if (!want_values(p, FACT_PERMISSION_KIND, &kinds))
        return false;
    op[0] = cond_in(FACT_PERMISSION_KIND, kinds, at);
    op[1] = cond_in(FACT_PERMISSION_RESULT, (struct words){ &genuine, 1 }, at);
    op[2] = (struct cond){ .kind = COND_AND, .line = at->line, .column = at->column };
    op[3] = (struct cond){ .kind = COND_TRUE, .fact = FACT_PERMISSION_MATCHES, .line = at->line };
    op[4] = op[2];
    op[5] = (struct cond){
        .kind = COND_DATE, .fact = FACT_PERMISSION_EXPIRY, .cmp = CMP_AT_LEAST, .line = at->line
    };
    op[5].rhs = (struct operand){ .is_fact = true, .fact = TODAY };
    op[6] = op[2];
    return condition_of(p, op, 7, out);
}

static bool row_twice(struct parser *p, const struct effect *e, const struct words *keys, unsigned line,
                      unsigned column)
{
    for (const struct stay_row *o = e->rows; o; o = o->next)
        for (size_t i = 0; i < keys->n; i++)
            for (size_t k = 0; k < o->keys.n; k++)
                if (span_eq(o->keys.w[k], keys->w[i]))
                    return wrong(p, line, column, "\"%.*s\" has a row in line %u already; expected one row",
                                 (int)keys->w[i].n, (const char *)keys->w[i].p, o->line);
    return true;
}

static bool line_row(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    struct effect *e = parent(s)->u.effect;
    struct stay_row *r = make(p, sizeof *r);

    (void)child;
    if (!r)
        return false;
    r->line = tok(p)->line;
    r->column = tok(p)->column;
    if (!want_values(p, e->key, &r->keys) || !row_twice(p, e, &r->keys, r->line, r->column))
        return false;
    (void)accept_kind(p, TOKEN_COLON);
    if (!stay_limit(p, &r->rule))
        return false;
    if (accept(p, "with permission") && !with_permission(p, &r->permission))
        return false;
    if (e->last_row)
        e->last_row->next = r;
    else
        e->rows = r;
    e->last_row = r;
    return want_end(p);
}

static bool line_require(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    struct article *x = parent(s)->u.article;
    struct requirement *r = make(p, sizeof *r);
    size_t before = p->at;
    unsigned fact;

    if (!r)
        return false;
    r->line = p->lexer.token[0].line;
    r->column = p->lexer.token[0].column;
    if (x->effect.kind != EFFECT_NONE)
        return wrong(
            p, r->line, r->column,
            "article %s allows and requires; expected two articles, so that each has its own exceptions",
            x->number);
    if (x->last_requirement)
        x->last_requirement->next = r;
    else
        x->requirements = r;
    x->last_requirement = r;
    fact = accept_fact(p);
    if (fact != FACTS_N && accept(p, "by")) {
        r->fact = fact;
        r->key = want_fact(p);
        child->kind = BLOCK_PLACES;
        child->u.requirement = r;
        if (r->key == FACTS_N)
            return false;
        for (unsigned i = 0; i < 2; i++) {
            enum fact_type t = fact_type((enum fact)(i ? r->key : r->fact));

            if (t != FACT_TYPE_WORD && t != FACT_TYPE_STATE)
                return wrong(p, r->line, r->column,
                             "a table is read by words or states; expected facts as in: require travel.post "
                             "by entering");
        }
        return want_end(p);
    }
    p->at = before;
    return parse_condition(p, &r->cond) && want_end(p);
}

/* KEYS ":" WORDS: adds "key in KEYS and fact in WORDS" as a further way. */
static bool line_place(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    struct requirement *r = parent(s)->u.requirement;
    const struct token *at = tok(p);
    struct words keys, values;
    struct condition row;
    struct cond op[3];

    (void)child;
    if (!want_values(p, r->key, &keys))
        return false;
    if (!accept_kind(p, TOKEN_COLON))
        return expected(p, "a colon", "as in: IR: Sarakhs, Bazargan");
    if (!want_values(p, r->fact, &values) || !want_end(p))
        return false;
    for (size_t i = 0; i < r->cond.n; i++)
        for (size_t k = 0; k < keys.n && r->cond.op[i].kind == COND_IN && r->cond.op[i].fact == r->key; k++)
            for (size_t j = 0; j < r->cond.op[i].words.n; j++)
                if (span_eq(r->cond.op[i].words.w[j], keys.w[k]))
                    return wrong(p, at->line, at->column,
                                 "\"%.*s\" has a row in line %u already; expected one row", (int)keys.w[k].n,
                                 (const char *)keys.w[k].p, r->cond.op[i].line);
    op[0] = cond_in(r->key, keys, at);
    op[1] = cond_in(r->fact, values, at);
    op[2] = (struct cond){ .kind = COND_AND, .line = at->line, .column = at->column };
    return condition_of(p, op, 3, &row) && condition_or(p, &r->cond, &row, &r->cond);
}

/* nationality in A and entering in B */
static bool from_to(struct parser *p, struct words a, struct words b, struct condition *out)
{
    const struct token *at = &p->lexer.token[0];
    struct cond op[3] = { cond_in(FACT_TRAVELLER_NATIONALITY, a, at),
                          cond_in(FACT_TRAVEL_ENTERING, b, at),
                          { .kind = COND_AND, .line = at->line, .column = at->column } };

    return condition_of(p, op, 3, out);
}

/* "between" A "and" B | "nationals of" A, … "entering" B, … | "entering" B, … */
static bool scope(struct parser *p, struct condition *out)
{
    struct span a, b;
    struct words from, to;
    struct condition one, two;

    if (accept(p, "between")) {
        if (!want_party(p, &a) || !want(p, "and", "as in: except between AF and TJ"))
            return false;
        if (span_eq(a, tok(p)->text))
            return wrong(p, tok(p)->line, tok(p)->column, "expected another party than %.*s", (int)a.n,
                         (const char *)a.p);
        if (!want_party(p, &b))
            return false;
        from = words_copy(p, &a, 1);
        to = words_copy(p, &b, 1);
        return from_to(p, from, to, &one) && from_to(p, to, from, &two) && condition_or(p, &one, &two, out);
    }
    if (accept(p, "nationals of"))
        return want_parties(p, &from) && want(p, "entering", "as in: nationals of AF entering TJ") &&
               want_parties(p, &to) && from_to(p, from, to, out);
    if (accept(p, "entering")) {
        struct cond op = {
            .kind = COND_IN, .fact = FACT_TRAVEL_ENTERING, .line = tok(p)->line, .column = tok(p)->column
        };

        return want_parties(p, &op.words) && condition_of(p, &op, 1, out);
    }
    return expected(p, "\"when\", \"between\", \"nationals of\" or \"entering\"",
                    "as in: except between AF and TJ");
}

static bool line_except(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    struct block *up = parent(s);
    struct exception *x = make(p, sizeof *x);
    struct condition c;
    bool scoped = false;

    if (!x)
        return false;
    x->line = p->lexer.token[0].line;
    x->column = p->lexer.token[0].column;
    if (!is_word(tok(p), "when")) {
        if (!scope(p, &x->cond))
            return false;
        scoped = true;
    }
    if (accept(p, "when")) {
        if (!parse_condition(p, &c) || (scoped && !condition_and(p, &x->cond, &c, &c)))
            return false;
        x->cond = c;
    }
    if (!want_end(p))
        return false;
    if (up->kind == BLOCK_EXCEPTION) {
        struct exception *over = up->u.exception;

        x->parent = over;
        x->depth = over->depth + 1;
        if (over->last)
            over->last->next = x;
        else
            over->first = x;
        over->last = x;
    } else {
        if (up->u.article->last_exception)
            up->u.article->last_exception->next = x;
        else
            up->u.article->exceptions = x;
        up->u.article->last_exception = x;
    }
    child->u.exception = x;
    child->texts = &x->texts;
    return true;
}

static bool line_reservation(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    struct article *x = parent(s)->u.article;
    struct reservation *r = make(p, sizeof *r);

    if (!r)
        return false;
    r->line = p->lexer.token[0].line;
    r->column = p->lexer.token[0].column;
    if (!want_parties(p, &r->members))
        return false;
    if (!accept_kind(p, TOKEN_COLON))
        return expected(p, "a colon", "as in: reservation of TM: document.kind is passport");
    if (accept(p, "not bound"))
        r->not_bound = true;
    else if (!parse_condition(p, &r->cond))
        return false;
    if (x->last_reservation)
        x->last_reservation->next = r;
    else
        x->reservations = r;
    x->last_reservation = r;
    child->u.reservation = r;
    child->texts = &r->texts;
    return want_end(p);
}

static bool line_duty(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    struct article *x = parent(s)->u.article;
    struct duty *d = make(p, sizeof *d);
    struct span what;

    if (!d)
        return false;
    d->line = p->lexer.token[0].line;
    d->column = p->lexer.token[0].column;
    if (tok(p)->kind == TOKEN_STRING) {
        if (!want_string(p, &d->what, "what is to be done"))
            return false;
    } else {
        size_t n = 0;

        while (p->lexer.token[p->at + n].kind == TOKEN_WORD &&
               !is_word(&p->lexer.token[p->at + n], "within") && !is_word(&p->lexer.token[p->at + n], "when"))
            n++;
        what = accept_words(p, n);
        d->what = arena_str(p->arena, what);
        if (what.n == 0 || !d->what)
            return expected(p, "what is to be done", "as in: duty register within 10 days");
    }
    if (strlen(d->what) > 100)
        return wrong(p, d->line, d->column,
                     "the duty is too long; expected at most 100 letters, the rest in \"text\"");
    if (accept(p, "within") && (!want_number(p, 1, 36500, &d->days, "a number of days") ||
                                (!accept(p, "days") && !want(p, "day", NULL))))
        return false;
    if (accept(p, "when") && !parse_condition(p, &d->cond))
        return false;
    if (x->last_duty)
        x->last_duty->next = d;
    else
        x->duties = d;
    x->last_duty = d;
    child->u.duty = d;
    child->texts = &d->texts;
    return want_end(p);
}

static bool line_example(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    struct article *x = parent(s)->u.article;
    struct example *e = make(p, sizeof *e);

    if (!e)
        return false;
    *e = (struct example){ .days_left = -1,
                           .line = p->lexer.token[0].line,
                           .column = p->lexer.token[0].column };
    if (!want_string(p, &e->title, "what the example shows") || !want_end(p))
        return false;
    if (x->last_example)
        x->last_example->next = e;
    else
        x->examples = e;
    x->last_example = e;
    p->a->n_examples++;
    child->u.example = e;
    return true;
}

static bool line_given(struct shape *s, struct block *child)
{
    (void)child;
    return parse_given(s->p, parent(s)->u.example);
}

static bool line_gives(struct shape *s, struct block *child)
{
    (void)child;
    return parse_gives(s->p, parent(s)->u.example);
}

#define UNDER(k) (1u << (k))

static const struct keyword {
    const char *word;
    unsigned under; /* kinds of block it may stand in */
    bool (*read)(struct shape *s, struct block *child);
    enum block_kind opens;
} keywords[] = {
    { "agreement", UNDER(BLOCK_TOP), line_agreement, BLOCK_AGREEMENT },
    { "parties", UNDER(BLOCK_TOP), line_parties, BLOCK_LEAF },
    { "in force", UNDER(BLOCK_TOP), line_force, BLOCK_LEAF },
    { "words for", UNDER(BLOCK_TOP), line_words, BLOCK_LEAF },
    { "define", UNDER(BLOCK_TOP), line_define, BLOCK_DEFINITION },
    { "case", UNDER(BLOCK_TOP), line_case, BLOCK_CASE },
    { "article", UNDER(BLOCK_TOP), line_article, BLOCK_ARTICLE },
    { "title", UNDER(BLOCK_AGREEMENT) | UNDER(BLOCK_ARTICLE), line_title, BLOCK_LEAF },
    { "note", UNDER(BLOCK_AGREEMENT), line_note, BLOCK_LEAF },
    { "text",
      UNDER(BLOCK_ARTICLE) | UNDER(BLOCK_DEFINITION) | UNDER(BLOCK_EXCEPTION) | UNDER(BLOCK_RESERVATION) |
          UNDER(BLOCK_DUTY),
      line_text, BLOCK_LEAF },
    { "when", UNDER(BLOCK_ARTICLE), line_when, BLOCK_LEAF },
    { "allow", UNDER(BLOCK_ARTICLE) | UNDER(BLOCK_EXCEPTION), line_allow, BLOCK_LEAF },
    { "require", UNDER(BLOCK_ARTICLE), line_require, BLOCK_LEAF },
    { "except", UNDER(BLOCK_ARTICLE) | UNDER(BLOCK_EXCEPTION), line_except, BLOCK_EXCEPTION },
    { "reservation of", UNDER(BLOCK_ARTICLE), line_reservation, BLOCK_RESERVATION },
    { "duty", UNDER(BLOCK_ARTICLE), line_duty, BLOCK_DUTY },
    { "example", UNDER(BLOCK_ARTICLE), line_example, BLOCK_EXAMPLE },
    { "given", UNDER(BLOCK_CASE) | UNDER(BLOCK_EXAMPLE), line_given, BLOCK_LEAF },
    { "gives", UNDER(BLOCK_EXAMPLE), line_gives, BLOCK_LEAF },
};

enum { KEYWORDS = sizeof keywords / sizeof *keywords };

/* What may begin a line here, for a message. */
static const char *choices(enum block_kind k, char *out, size_t n)
{
    struct buffer b;
    size_t left = 0;

    buf_init_fixed(&b, out, n);
    for (size_t i = 0; i < KEYWORDS; i++)
        left += (keywords[i].under & UNDER(k)) != 0;
    for (size_t i = 0; i < KEYWORDS; i++) {
        if (!(keywords[i].under & UNDER(k)))
            continue;
        left--;
        buf_str(&b, keywords[i].word);
        if (left)
            buf_str(&b, left == 1 ? " or " : ", ");
    }
    return buf_cstr(&b);
}

static bool misplaced(struct parser *p, enum block_kind k)
{
    const char *list[KEYWORDS + 1], *near;
    char what[180], hint[60];
    size_t n = 0;

    for (size_t i = 0; i < KEYWORDS; i++)
        if (keywords[i].under & UNDER(k))
            list[n++] = keywords[i].word;
    list[n] = NULL;
    near = tok(p)->kind == TOKEN_WORD ? nearest(list, tok(p)->text) : NULL;
    (void)snprintf(hint, sizeof hint, "did you mean \"%s\"?", near ? near : "");
    return expected(p, choices(k, what, sizeof what), near ? hint : NULL);
}

/* Reads the line under the innermost block; what it opens goes to child. */
static bool dispatch(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    enum block_kind k = parent(s)->kind;

    if (k == BLOCK_TABLE)
        return line_row(s, child);
    if (k == BLOCK_PLACES)
        return line_place(s, child);
    if (k == BLOCK_LEAF)
        return wrong(p, tok(p)->line, tok(p)->column,
                     "nothing can stand under the line above; expected the same indentation as that line");
    for (size_t i = 0; i < KEYWORDS; i++) {
        if ((keywords[i].under & UNDER(k)) && accept(p, keywords[i].word)) {
            child->kind = keywords[i].opens;
            return keywords[i].read(s, child);
        }
    }
    return misplaced(p, k);
}

/* Closes the blocks that this line's indentation leaves; false when it fits none. */
static bool settle(struct shape *s)
{
    struct parser *p = s->p;
    unsigned indent = p->lexer.indent;
    struct block *up;

    while (s->n > 1 && indent <= parent(s)->indent)
        s->n--;
    up = parent(s);
    if (up->inner < 0)
        up->inner = (int)indent;
    if (up->kind == BLOCK_SKIP || (unsigned)up->inner == indent)
        return true;
    return wrong(p, tok(p)->line, tok(p)->column,
                 "this line is indented by %u blanks, its neighbours by %d; expected the same", indent,
                 up->inner);
}

static void read_line(struct shape *s)
{
    struct parser *p = s->p;
    struct block child = { .kind = BLOCK_LEAF, .indent = p->lexer.indent, .inner = -1 };
    size_t errors = p->errors;

    p->at = 0;
    if (p->lexer.n == 0 || !settle(s) || parent(s)->kind == BLOCK_SKIP)
        return;
    if (!dispatch(s, &child) && p->errors == errors)
        (void)wrong(p, tok(p)->line, tok(p)->column, "the agreement is too large");
    if (p->errors != errors)
        child.kind = child.kind == BLOCK_ARTICLE && child.u.article ? BLOCK_ARTICLE : BLOCK_SKIP;
    if (s->n == BLOCKS) {
        (void)wrong(p, p->lexer.token[0].line, p->lexer.token[0].column,
                    "nested too deep; expected at most %d levels", LIMIT_AGREEMENT_DEPTH);
        return;
    }
    s->block[s->n++] = child;
}

/* Characters that would make the text read otherwise than it is written. */
static bool deceptive(uint32_t c)
{
    return (c < 0x20 && c != '\n' && c != '\r' && c != '\t') || c == 0x7f || c == 0xa0 || c == 0xad ||
           c == 0xfeff || c == 0x200b || (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x2069) ||
           (c >= 0x80 && c < 0xa0) || c == 0x2028 || c == 0x2029;
}

static bool check_characters(struct parser *p, struct span text)
{
    struct reader r = rd_of(text);
    unsigned line = 1, column = 1;
    bool ok = true;

    while (rd_left(&r)) {
        uint32_t c = utf8_next(&r);

        if (c == UTF8_BAD)
            return wrong(p, line, column, "this is not UTF-8; expected a text saved in UTF-8");
        if (deceptive(c) && ok)
            ok = wrong(p, line, column,
                       "the invisible character U+%04X stands here; expected none: what is signed must be "
                       "what is seen",
                       (unsigned)c);
        column++;
        if (c == '\n') {
            line++;
            column = 1;
        }
    }
    return ok;
}

static void read_all(struct parser *p)
{
    struct shape s = { .p = p, .n = 1, .block = { { .kind = BLOCK_TOP, .inner = 0 } } };
    unsigned last = 1;

    while (lex_line(&p->lexer)) {
        read_line(&s);
        last = p->lexer.line;
    }
    if (!s.seen_agreement)
        (void)wrong(p, 1, 1, "expected a line \"agreement\", as in: agreement \"Title\" version 1");
    if (!s.seen_parties)
        (void)wrong(p, 1, 1, "expected a line \"parties\", as in: parties AF IR KZ");
    if (!p->a->articles)
        (void)wrong(p, last, 1, "expected at least one article, as in: article 1 \"Title\"");
}

static bool clean(const struct agreement_faults *f)
{
    for (size_t i = 0; i < f->n; i++)
        if (!f->item[i].warning)
            return false;
    return true;
}

struct agreement *agreement_parse_model(struct agreement *a, struct agreement_faults *faults)
{
    struct parser p = { .a = a, .arena = &a->arena, .faults = faults };

    p.lexer =
        (struct lexer){ .r = rd_of(a->text), .line = 1, .column = 1, .arena = &a->arena, .faults = faults };
    p.lexer.token = arena_array(&a->arena, LIMIT_AGREEMENT_LINE + 1, sizeof *p.lexer.token);
    if (p.lexer.token && check_characters(&p, a->text))
        read_all(&p);
    return clean(faults) ? a : NULL;
}

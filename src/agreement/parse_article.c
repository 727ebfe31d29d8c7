/* Lines under others: wording, conditions, effects, exceptions, reservations, duties, examples. */
#include "agreement/lines.h"
#include "base/text.h"

bool line_title(struct shape *s, struct block *child)
{
    (void)child;
    return add_wording(s->p, parent(s)->titles, "the title in this language");
}

bool line_text(struct shape *s, struct block *child)
{
    (void)child;
    return add_wording(s->p, parent(s)->texts, "the wording");
}

bool line_note(struct shape *s, struct block *child)
{
    (void)child;
    return add_wording(s->p, &s->p->a->notes, "the note");
}

bool line_when(struct shape *s, struct block *child)
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
    if (!accept_word(p, "days") && !want(p, "day", NULL))
        return false;
    if (accept_word(p, "per visit"))
        return true;
    if (!accept_word(p, "in any"))
        return expected(p, "\"in any\" and a number of days, or \"per visit\"",
                        "as in: 30 days in any 180 days");
    line = tok(p)->line;
    column = tok(p)->column;
    if (!want_number(p, 1, 36500, &r->window, "a number of days"))
        return false;
    (void)(accept_word(p, "days") || accept_word(p, "day"));
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

    if (accept_word(p, "by")) {
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
    if (accept_word(p, "of the permission")) {
        e->kind = EFFECT_PERMISSION;
        if (accept_kind(p, TOKEN_COMMA))
            return want(p, "at most", NULL) && stay_limit(p, &e->rule) && want_end(p);
        return want_end(p);
    }
    if (accept_word(p, "of")) {
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
    if (accept_word(p, "entry")) {
        e->kind = EFFECT_ENTRY;
        return want_end(p);
    }
    if (!accept_word(p, "stay"))
        return expected(p, "\"stay\" or \"entry\" after allow", NULL);
    return allow_stay(p, e, child);
}

bool line_allow(struct shape *s, struct block *child)
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

static bool read_stay_row(struct parser *p, struct stay_row *r)
{
    return stay_limit(p, &r->rule) &&
           (!accept_word(p, "with permission") || with_permission(p, &r->permission));
}

bool line_row(struct shape *s, struct block *child)
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
    if (e->kind == EFFECT_RECOGNISE ? !read_licence_row(p, r) : !read_stay_row(p, r))
        return false;
    if (e->last_row)
        e->last_row->next = r;
    else
        e->rows = r;
    e->last_row = r;
    return want_end(p);
}

bool line_require(struct shape *s, struct block *child)
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
    if (fact != FACTS_N && accept_word(p, "by")) {
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
bool line_place(struct shape *s, struct block *child)
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

    if (accept_word(p, "between")) {
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
    if (accept_word(p, "nationals of"))
        return want_parties(p, &from) && want(p, "entering", "as in: nationals of AF entering TJ") &&
               want_parties(p, &to) && from_to(p, from, to, out);
    if (accept_word(p, "entering")) {
        struct cond op = {
            .kind = COND_IN, .fact = FACT_TRAVEL_ENTERING, .line = tok(p)->line, .column = tok(p)->column
        };

        return want_parties(p, &op.words) && condition_of(p, &op, 1, out);
    }
    return expected(p, "\"when\", \"between\", \"nationals of\" or \"entering\"",
                    "as in: except between AF and TJ");
}

bool line_except(struct shape *s, struct block *child)
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
    if (accept_word(p, "when")) {
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

bool line_reservation(struct shape *s, struct block *child)
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
    r->reciprocal = accept_word(p, "with reciprocity");
    if (!accept_kind(p, TOKEN_COLON))
        return expected(p, "a colon", "as in: reservation of TM: document.kind is passport");
    if (accept_word(p, "not bound"))
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

bool line_duty(struct shape *s, struct block *child)
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
    if (accept_word(p, "within") && (!want_number(p, 1, 36500, &d->days, "a number of days") ||
                                     (!accept_word(p, "days") && !want(p, "day", NULL))))
        return false;
    if (accept_word(p, "when") && !parse_condition(p, &d->cond))
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

bool line_example(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    struct article *x = parent(s)->u.article;
    struct example *e = make(p, sizeof *e);

    if (!e)
        return false;
    example_init(e, &p->lexer.token[0]);
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

bool line_given(struct shape *s, struct block *child)
{
    (void)child;
    return parse_given(s->p, parent(s)->u.example);
}

bool line_gives(struct shape *s, struct block *child)
{
    (void)child;
    return parse_gives(s->p, parent(s)->u.example);
}

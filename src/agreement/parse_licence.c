/* "recognise licences of …" and its rows. */
#include "agreement/lines.h"

/* ( "visitors" | "residents" ) [ "for" number unit ] */
static bool group(struct parser *p, struct effect *e)
{
    const struct token *at = tok(p);
    struct term *t = accept_word(p, "visitors")    ? &e->visitors
                     : accept_word(p, "residents") ? &e->residents
                                                   : NULL;

    if (!t)
        return expected(p, "\"visitors\" or \"residents\"",
                        "as in: recognise licences of visitors, of residents for 6 months");
    if (t->said)
        return wrong(p, at->line, at->column, "this group is named twice; expected it once");
    *t = (struct term){ .said = true };
    if (!accept_word(p, "for"))
        return true;
    return want_number(p, 1, 10000, &t->n, "a number of days, months or years") &&
           (accept_unit(p, &t->unit) || expected(p, "days, months or years", NULL));
}

static bool recognise(struct parser *p, struct effect *e, struct block *child)
{
    e->line = p->lexer.token[0].line;
    e->column = p->lexer.token[0].column;
    if (e->kind != EFFECT_NONE)
        return wrong(p, e->line, e->column,
                     "a second effect here; expected one: another ground is another article");
    e->kind = EFFECT_RECOGNISE;
    e->key = FACT_LICENCE_CATEGORY;
    if (!want(p, "licences", "as in: recognise licences of visitors"))
        return false;
    do {
        if (!want(p, "of", "as in: recognise licences of visitors") || !group(p, e))
            return false;
    } while (accept_kind(p, TOKEN_COMMA));
    child->kind = BLOCK_TABLE;
    child->u.effect = e;
    return want_end(p);
}

bool line_recognise(struct shape *s, struct block *child)
{
    struct block *up = parent(s);

    if (up->kind == BLOCK_EXCEPTION)
        return recognise(s->p, &up->u.exception->effect, child);
    if (up->u.article->requirements)
        return wrong(s->p, s->p->lexer.token[0].line, s->p->lexer.token[0].column,
                     "article %s requires and recognises; expected two articles", up->u.article->number);
    return recognise(s->p, &up->u.article->effect, child);
}

bool read_licence_row(struct parser *p, struct stay_row *r)
{
    if (accept_word(p, "from") &&
        (!want(p, "age", "as in: A, B from age 18") || !want_number(p, 1, 120, &r->age, "an age in years")))
        return false;
    return !accept_word(p, "when") || parse_condition(p, &r->permission);
}

/* Who is bound, from when and until when: entry into force, accession, withdrawal, suspension, amendments. */
#include "agreement/lines.h"
#include "base/text.h"

enum { STATES = 64, LABELS = 256 };

bool want_notice(struct parser *p, struct notice_period *out)
{
    struct notice_period n = { .said = true, .line = tok(p)->line };

    if (!want_number(p, 0, 3650, &n.n, "a number of days, months or years"))
        return false;
    if (!accept_unit(p, &n.unit))
        return expected(p, "days, months or years", "as in: 6 months");
    *out = n;
    return true;
}

bool want_label(struct parser *p, struct span *out)
{
    const struct token *t = tok(p);

    if ((t->kind != TOKEN_NUMBER && t->kind != TOKEN_WORD) || t->text.n > 16)
        return expected(p, "the number of an article", "as in: article 5");
    *out = t->text;
    p->at++;
    return true;
}

/* "from" date | "after" number "ratifications" [ "," number unit "later" ] */
bool parse_force(struct parser *p, struct force *f)
{
    int n;

    if (accept_word(p, "from"))
        return want_date(p, &f->from) && want_end(p);
    if (!accept_word(p, "after"))
        return expected(p, "\"from\" and a date, or \"after\" and a number of ratifications", NULL);
    if (!want_number(p, 1, STATES, &n, "a number of ratifications") ||
        (!accept_word(p, "ratifications") && !want(p, "ratification", NULL)))
        return false;
    f->ratifications = (unsigned)n;
    if (accept_kind(p, TOKEN_COMMA) &&
        (!want_notice(p, &f->later) || !want(p, "later", "as in: after 4 ratifications, 30 days later")))
        return false;
    return want_end(p);
}

bool line_article_force(struct shape *s, struct block *child)
{
    struct article *x = parent(s)->u.article;

    (void)child;
    x->has_force = true;
    return parse_force(s->p, &x->force);
}

/* STATE STATE …; each one that fits once. */
static bool states(struct parser *p, bool party, struct words *out)
{
    struct span w[STATES] = { 0 };
    size_t n = 0;

    do {
        const struct token *t = tok(p);

        if (n == STATES)
            return wrong(p, t->line, t->column, "the list is too long; expected at most 64 states");
        if (party && !want_party(p, &w[n]))
            return false;
        if (!party && (t->kind != TOKEN_WORD || t->text.n != 2 || !is_state_shape(t->text)))
            return expected(p, "a state", "states are written by their two letters, as KZ");
        if (!party) {
            w[n] = t->text;
            p->at++;
        }
        for (size_t i = 0; i < n; i++)
            if (span_eq(w[i], w[n]))
                return wrong(p, t->line, t->column, "%.*s stands twice in the list", 2, (const char *)w[n].p);
        n++;
        (void)accept_kind(p, TOKEN_COMMA);
    } while (tok(p)->kind != TOKEN_END);
    *out = words_copy(p, w, n);
    return out->n == n;
}

bool line_article_parties(struct shape *s, struct block *child)
{
    struct article *x = parent(s)->u.article;
    struct parser *p = s->p;

    (void)child;
    if (x->parties.n)
        return wrong(p, p->lexer.token[0].line, p->lexer.token[0].column,
                     "a second line \"parties\" in article %s; expected one", x->number);
    return states(p, true, &x->parties);
}

bool line_optional(struct shape *s, struct block *child)
{
    (void)child;
    parent(s)->u.article->optional = true;
    return want_end(s->p);
}

bool line_accession(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    unsigned line = tok(p)->line, column = tok(p)->column;
    struct words w = { 0 };

    (void)child;
    if (p->a->accession.n)
        return wrong(p, line, column, "a second line \"accession\"; expected one");
    if (!s->seen_parties)
        return wrong(p, line, column, "expected the line \"parties\" before this one");
    if (!want(p, "open to", "as in: accession open to GE, AM") || !states(p, false, &w))
        return false;
    for (size_t i = 0; i < w.n; i++)
        if (is_party(p->a, w.w[i]))
            return wrong(p, line, column, "%.*s is a party already; expected other states", 2,
                         (const char *)w.w[i].p);
    if (w.n + p->a->parties.n > STATES)
        return wrong(p, line, column, "with the parties these are %zu states; expected at most 64",
                     w.n + p->a->parties.n);
    p->a->accession = w;
    return true;
}

/* "with" number unit "notice" */
static bool notice(struct parser *p, struct notice_period *to, const char *what)
{
    if (to->said)
        return wrong(p, p->lexer.token[0].line, 1, "a second line \"%s\"; expected one", what);
    return want(p, "with", "as in: withdrawal with 6 months notice") && want_notice(p, to) &&
           want(p, "notice", NULL) && want_end(p);
}

bool line_withdrawal(struct shape *s, struct block *child)
{
    (void)child;
    return notice(s->p, &s->p->a->withdrawal, "withdrawal");
}

bool line_suspension(struct shape *s, struct block *child)
{
    (void)child;
    return notice(s->p, &s->p->a->suspension, "suspension");
}

/* "amendments bind" ( "those that accept them" | "all when" number "accept them" ) */
bool line_amendments(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    int n;

    (void)child;
    if (!want(p, "bind", "as in: amendments bind those that accept them"))
        return false;
    if (accept_word(p, "those that accept them"))
        return want_end(p);
    if (!accept_word(p, "all when"))
        return expected(p, "\"those that accept them\", or \"all when\" and a number of parties", NULL);
    if (!want_number(p, 1, STATES, &n, "a number of parties") || !want(p, "accept them", NULL))
        return false;
    p->a->amendments = (unsigned)n;
    return want_end(p);
}

/* [ "to" label { "," label } ] */
bool line_no_reservations(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    struct span w[LABELS] = { 0 };
    size_t n = 0;

    (void)child;
    p->a->no_reservations = true;
    p->a->fixed_line = p->lexer.token[0].line;
    if (!accept_word(p, "to"))
        return want_end(p);
    do {
        if (n == LABELS)
            return wrong(p, tok(p)->line, tok(p)->column, "the list is too long; expected at most %d",
                         LABELS);
        if (!want_label(p, &w[n]))
            return false;
        n++;
    } while (accept_kind(p, TOKEN_COMMA));
    p->a->fixed = words_copy(p, w, n);
    return p->a->fixed.n == n && want_end(p);
}

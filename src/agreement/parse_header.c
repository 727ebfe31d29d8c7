/* Lines at the left margin: the agreement itself, its parties, words, definitions, cases, articles. */
#include <stdio.h>

#include "agreement/lines.h"
#include "base/text.h"

void *make(struct parser *p, size_t n)
{
    void *m = arena_alloc(p->arena, n);

    if (!m)
        (void)wrong(p, tok(p)->line, tok(p)->column, "the agreement is too large");
    return m;
}

bool add_wording(struct parser *p, struct wording **list, const char *what)
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

bool line_agreement(struct shape *s, struct block *child)
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

bool line_parties(struct shape *s, struct block *child)
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

bool line_force(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    struct force f = { p->a->from, p->a->ratifications, p->a->later };

    (void)child;
    return parse_force(p, &f) &&
           ((p->a->from = f.from), (p->a->ratifications = f.ratifications), (p->a->later = f.later), true);
}

/* The number of parties in "… when N parties vouch for it"; one party vouches, two vouch. */
static bool trust_number(struct parser *p, struct trust_clause *out, const char *one, const char *many)
{
    struct trust_clause c = { .line = tok(p)->line, .column = tok(p)->column };
    char what[80];
    int n;

    if (out->n)
        return wrong(p, c.line, 1, "this is said in line %u already; expected it once", out->line);
    if (!want_number(p, 1, 64, &n, "a number of parties"))
        return false;
    c.n = (unsigned)n;
    (void)snprintf(what, sizeof what, "\"%s\"", n == 1 ? one : many);
    if (!accept_word(p, many) && !accept_word(p, one))
        return expected(p, what, NULL);
    *out = c;
    return want_end(p);
}

bool line_trust(struct shape *s, struct block *child)
{
    struct parser *p = s->p;

    (void)child;
    if (!accept_kind(p, TOKEN_COLON))
        return expected(p, "a colon", "as in: trust: a certificate counts when 4 parties vouch for it");
    if (accept_word(p, "a certificate counts when"))
        return trust_number(p, &p->a->certificates, "party vouches for it", "parties vouch for it");
    if (accept_word(p, "a key no longer counts when"))
        return trust_number(p, &p->a->keys, "party reports it", "parties report it");
    if (accept_word(p, "a record is witnessed when"))
        return trust_number(p, &p->a->records, "party has cosigned it", "parties have cosigned it");
    if (accept_word(p, "a member is admitted or suspended when"))
        return trust_number(p, &p->a->members, "party says so", "parties say so");
    return expected(p,
                    "\"a certificate counts when\", \"a key no longer counts when\", \"a record is witnessed "
                    "when\" or \"a member is admitted or suspended when\"",
                    NULL);
}

/* As it stands in the header of a record: small letters, digits and hyphens. */
static bool is_record_type(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_lower(s.p[i]) && (i == 0 || (!ascii_digit(s.p[i]) && s.p[i] != '-')))
            return false;
    return s.n > 0 && s.n <= LIMIT_RECORD_TYPE;
}

static bool is_listed(const struct words *list, struct span w)
{
    for (size_t i = 0; i < list->n; i++)
        if (span_eq(list->w[i], w))
            return true;
    return false;
}

static bool add_words(struct parser *p, struct words *to, const struct span *w, size_t n)
{
    struct span *all = arena_array(p->arena, to->n + n, sizeof *all);

    if (!all)
        return wrong(p, tok(p)->line, tok(p)->column, "the agreement is too large");
    if (to->n)
        memcpy(all, to->w, to->n * sizeof *all);
    memcpy(all + to->n, w, n * sizeof *all);
    *to = (struct words){ all, to->n + n };
    return true;
}

/* records: TYPE, TYPE count when published */
bool line_records(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    struct span w[64] = { 0 };
    struct words *to;
    size_t n = 0;

    (void)child;
    if (!accept_kind(p, TOKEN_COLON))
        return expected(p, "a colon", "as in: records: licence-status count when witnessed");
    do {
        const struct token *t = tok(p);
        const struct words here = { w, n };

        if (n == sizeof w / sizeof *w)
            return wrong(p, t->line, t->column, "the list is too long; expected at most 64 types");
        if (t->kind != TOKEN_WORD || !is_record_type(t->text))
            return expected(p, "a type of record in small letters, digits and hyphens", NULL);
        if (is_listed(&here, t->text) || is_listed(&p->a->published, t->text) ||
            is_listed(&p->a->witnessed, t->text))
            return wrong(p, t->line, t->column, "it is said already when records of the type %.*s count",
                         (int)t->text.n, (const char *)t->text.p);
        w[n++] = t->text;
        p->at++;
    } while (accept_kind(p, TOKEN_COMMA));
    if (!accept_word(p, "count when") && !accept_word(p, "counts when"))
        return expected(p, "\"count when\"", NULL);
    if (accept_word(p, "published"))
        to = &p->a->published;
    else if (accept_word(p, "witnessed"))
        to = &p->a->witnessed;
    else
        return expected(p, "\"published\" or \"witnessed\"", NULL);
    return want_end(p) && add_words(p, to, w, n);
}

bool line_words(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    unsigned line = tok(p)->line, column = tok(p)->column, fact = want_fact(p);
    enum vocabulary v;
    struct span w[512] = { 0 }, *all;
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

bool line_define(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    struct definition *d = make(p, sizeof *d);
    struct span w[32] = { 0 };
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

bool line_case(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    struct example *e = make(p, sizeof *e);

    if (!e)
        return false;
    example_init(e, tok(p));
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

bool line_article(struct shape *s, struct block *child)
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
    if (!x->number)
        return false;
    for (const struct article *o = p->a->articles; o; o = o->next)
        if (strcmp(o->number, x->number) == 0)
            (void)wrong(p, x->line, x->column, "article %s stands in line %u already; expected a new number",
                        x->number, o->line);
    x->index = (unsigned)p->a->n_articles++;
    if (p->a->last_article)
        p->a->last_article->next = x;
    else
        p->a->articles = x;
    p->a->last_article = x;
    child->u.article = x; /* what stands under it is read even when this line is faulty */
    child->texts = &x->texts;
    child->titles = &x->titles;
    return want_string(p, &x->title, "the title of the article") && want_end(p);
}

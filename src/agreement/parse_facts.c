/* Names of facts and the words they may hold. */
#include <stdio.h>

#include "agreement/parse.h"
#include "base/text.h"

static const struct {
    const char *name;
    enum fact fact;
} short_names[] = {
    { "nationality", FACT_TRAVELLER_NATIONALITY },
    { "residence", FACT_TRAVELLER_RESIDENCE },
    { "age", FACT_TRAVELLER_AGE },
    { "document", FACT_DOCUMENT_RESULT },
    { "chip", FACT_CHIP_RESULT },
    { "permission", FACT_PERMISSION_RESULT },
    { "permission matches document", FACT_PERMISSION_MATCHES },
    { "travel purpose", FACT_TRAVEL_PURPOSE },
    { "purpose", FACT_TRAVEL_PURPOSE },
    { "mode of travel", FACT_TRAVEL_MODE },
    { "mode", FACT_TRAVEL_MODE },
    { "post", FACT_TRAVEL_POST },
    { "entering", FACT_TRAVEL_ENTERING },
    { "coming from", FACT_TRAVEL_FROM },
    { "driving in", FACT_TRAVEL_ENTERING },
    { "licence", FACT_LICENCE_RESULT },
};

/* Tokens that name covers at the cursor; 0: it does not stand there. */
static size_t covers(const struct parser *p, const char *name)
{
    struct span rest = span_str(name), part;
    size_t n = 0;

    while (text_split(&rest, ' ', &part)) {
        const struct token *t = &p->lexer.token[p->at + n];

        if (t->kind != TOKEN_WORD || !span_eq(t->text, part))
            return 0;
        n++;
    }
    return n;
}

unsigned accept_fact(struct parser *p)
{
    unsigned best = FACTS_N;
    size_t most = 0, n;

    for (unsigned i = 0; i < FACTS_N; i++) {
        n = covers(p, fact_name((enum fact)i));
        if (n > most) {
            most = n;
            best = i;
        }
    }
    for (size_t i = 0; i < sizeof short_names / sizeof *short_names; i++) {
        n = covers(p, short_names[i].name);
        if (n > most) {
            most = n;
            best = short_names[i].fact;
        }
    }
    p->at += most;
    return best;
}

static void keep_nearer(const char *candidate, struct span s, size_t *least, const char **best)
{
    size_t d = text_distance(s, span_str(candidate));

    if (d < *least && d < s.n) {
        *least = d;
        *best = candidate;
    }
}

const char *nearest(const char *const *list, struct span s)
{
    size_t least = 4;
    const char *best = NULL;

    for (; *list; list++)
        keep_nearer(*list, s, &least, &best);
    return best;
}

const char *nearest_fact(struct span s)
{
    size_t least = 5;
    const char *best = NULL;

    for (unsigned i = 0; i < FACTS_N; i++)
        keep_nearer(fact_name((enum fact)i), s, &least, &best);
    return best;
}

unsigned want_fact(struct parser *p)
{
    unsigned f = accept_fact(p);
    const char *near = f == FACTS_N && tok(p)->kind == TOKEN_WORD ? nearest_fact(tok(p)->text) : NULL;
    char hint[100];

    if (f != FACTS_N)
        return f;
    (void)snprintf(hint, sizeof hint, why_text("did you mean %s?"), near ? near : "");
    (void)expected(p, "a fact, as travel.purpose", near ? hint : NULL);
    return FACTS_N;
}

bool is_builtin_word(enum vocabulary v, struct span w)
{
    for (const char *const *k = vocabulary_words(v); *k; k++)
        if (span_eq_str(w, *k))
            return true;
    return false;
}

static bool known_word(const struct parser *p, enum vocabulary v, struct span w)
{
    const struct words *own = &p->a->vocabulary[v];

    if (p->unsure[v] || is_builtin_word(v, w))
        return true;
    for (size_t i = 0; i < own->n; i++)
        if (span_eq(own->w[i], w))
            return true;
    return false;
}

static const char *nearest_word(const struct parser *p, enum vocabulary v, struct span w)
{
    const char *list[128];
    size_t n = 0;

    for (const char *const *k = vocabulary_words(v); *k && n < 126; k++)
        list[n++] = *k;
    for (size_t i = 0; i < p->a->vocabulary[v].n && n < 126; i++)
        list[n++] = arena_str(p->arena, p->a->vocabulary[v].w[i]);
    for (size_t i = 0; i < n; i++)
        if (!list[i])
            return NULL;
    list[n] = NULL;
    return nearest(list, w);
}

static bool unknown_word(struct parser *p, const struct token *at, unsigned fact, struct span w)
{
    enum vocabulary v = fact_vocabulary((enum fact)fact);
    const char *near = nearest_word(p, v, w);
    int n = (int)(w.n < 40 ? w.n : 40);

    if (near)
        return wrong(p, at->line, at->column, "\"%.*s\" is no word of %s; did you mean \"%s\"?", n,
                     (const char *)w.p, fact_name((enum fact)fact), near);
    return wrong(
        p, at->line, at->column,
        "\"%.*s\" is no word of %s; expected a declared one: \"words for %s: …\" stands before its use", n,
        (const char *)w.p, fact_name((enum fact)fact), fact_name((enum fact)fact));
}

static bool want_state(struct parser *p, struct span *out)
{
    const struct token *t = tok(p);

    if (t->kind != TOKEN_WORD || !is_state_shape(t->text))
        return expected(p, "a state", "states are written by their letters, as KZ");
    if (!is_member(p->a, t->text))
        warn(p, t->line, t->column, "%.*s is not a party to this agreement", (int)t->text.n,
             (const char *)t->text.p);
    *out = t->text;
    p->at++;
    return true;
}

bool want_value(struct parser *p, unsigned fact, struct span *out)
{
    const struct token *t = tok(p);
    struct span w;

    if (fact_type((enum fact)fact) == FACT_TYPE_STATE)
        return want_state(p, out);
    if (t->kind == TOKEN_STRING) {
        w = t->text;
        p->at++;
    } else {
        w = accept_phrase(p);
    }
    if (w.n == 0)
        return expected(p, "a word", NULL);
    if (!known_word(p, fact_vocabulary((enum fact)fact), w))
        return unknown_word(p, t, fact, w);
    *out = w;
    return true;
}

bool want_values(struct parser *p, unsigned fact, struct words *out)
{
    struct span w[256] = { 0 };
    size_t n = 0;

    do {
        const struct token *t = tok(p);

        if (n == sizeof w / sizeof *w)
            return wrong(p, t->line, t->column, "the list is too long; expected at most 256 words");
        if (!want_value(p, fact, &w[n]))
            return false;
        for (size_t i = 0; i < n; i++)
            if (span_eq(w[i], w[n]))
                return wrong(p, t->line, t->column, "\"%.*s\" stands twice in the list", (int)w[n].n,
                             (const char *)w[n].p);
        n++;
    } while (accept_kind(p, TOKEN_COMMA));
    *out = words_copy(p, w, n);
    return true;
}

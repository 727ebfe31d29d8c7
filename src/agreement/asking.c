/* "asking …": which questions an article lets one party put to another, for which purposes, by which offices.
 */
#include "agreement/lines.h"
#include "base/text.h"

enum { WORDS = 32, WORD = 64 };

static bool word_valid(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_lower(s.p[i]) && !ascii_digit(s.p[i]) && s.p[i] != '-')
            return false;
    return s.n >= 1 && s.n <= WORD;
}

static bool among(struct words w, struct span s)
{
    for (size_t i = 0; i < w.n; i++)
        if (span_eq(w.w[i], s))
            return true;
    return false;
}

static bool add_once(struct parser *p, struct span *list, size_t *n, struct span s, const struct token *at)
{
    if (among((struct words){ list, *n }, s))
        return wrong(p, at->line, at->column, "\"%.*s\" stands here twice; expected it once", (int)s.n,
                     (const char *)s.p);
    if (*n == WORDS)
        return wrong(p, at->line, at->column, "more than %d in one line; expected several lines", WORDS);
    list[(*n)++] = s;
    return true;
}

/* "licence status", "offence" */
static bool topics(struct parser *p, struct words *out)
{
    struct span list[WORDS];
    size_t n = 0;

    do {
        const struct token at = *tok(p);
        const char *topic;

        if (!want_string(p, &topic, "the topic of the questions"))
            return false;
        if (!*topic || strlen(topic) > WORD)
            return wrong(p, at.line, at.column, "a topic has 1 to %d letters", WORD);
        if (!add_once(p, list, &n, span_str(topic), &at))
            return false;
    } while (accept_kind(p, TOKEN_COMMA));
    *out = words_copy(p, list, n);
    return out->n == n;
}

/* road-check, licence-exchange */
static bool names(struct parser *p, const char *what, struct words *out)
{
    struct span list[WORDS];
    size_t n = 0;

    do {
        const struct token at = *tok(p);
        struct span s;

        if (at.kind != TOKEN_WORD || !word_valid(at.text) || is_reserved(&at))
            return expected(p, what, "as in: asking \"licence status\" for road-check by road-police");
        s = arena_copy(p->arena, at.text);
        p->at++;
        if (!s.p || !add_once(p, list, &n, s, &at))
            return false;
    } while (accept_kind(p, TOKEN_COMMA));
    *out = words_copy(p, list, n);
    return out->n == n;
}

static void append(struct article *x, struct asking_clause *c)
{
    if (x->last_asking)
        x->last_asking->next = c;
    else
        x->askings = c;
    x->last_asking = c;
}

bool line_asking(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    struct asking_clause *c = make(p, sizeof *c);

    (void)child;
    if (!c || !topics(p, &c->topics) || !want(p, "for", "as in: asking \"licence status\" for road-check") ||
        !names(p, "a purpose in small letters, digits and hyphens", &c->purposes))
        return false;
    if (accept_word(p, "by") && !names(p, "an office in small letters, digits and hyphens", &c->roles))
        return false;
    append(parent(s)->u.article, c);
    return want_end(p);
}

/* "offences": notices of fines and what becomes of them; no part of any verdict. */
bool line_notify(struct shape *s, struct block *child)
{
    static const struct span offence[] = { { (const uint8_t *)"offence", 7 },
                                           { (const uint8_t *)"offence step", 12 } };
    static const struct span purpose[] = { { (const uint8_t *)"offence-notice", 14 } };
    struct parser *p = s->p;
    struct asking_clause *c = make(p, sizeof *c);

    (void)child;
    if (!c || !want(p, "offences", "as in: notify offences"))
        return false;
    c->topics = (struct words){ offence, 2 };
    c->purposes = (struct words){ purpose, 1 };
    append(parent(s)->u.article, c);
    parent(s)->u.article->notifies = true;
    return want_end(p);
}

/* ---- what may be asked ---- */

static bool lets(const struct asking_clause *c, struct span topic, struct span purpose)
{
    return among(c->topics, topic) && (!purpose.n || among(c->purposes, purpose));
}

/* Some clause of the article lets it be put; purpose empty: for any. */
static bool article_lets(const struct article *x, struct span topic, struct span purpose)
{
    for (const struct asking_clause *c = x->askings; c; c = c->next)
        if (lets(c, topic, purpose))
            return true;
    return false;
}

static const struct article *first_that_lets(const struct agreement *a, struct span topic,
                                             struct span purpose)
{
    for (const struct article *x = a->articles; x; x = x->next)
        if (article_lets(x, topic, purpose))
            return x;
    return NULL;
}

static const struct article *numbered(const struct agreement *a, struct span number)
{
    for (const struct article *x = a->articles; x; x = x->next)
        if (span_eq_str(number, x->number))
            return x;
    return NULL;
}

static bool reserved_out(const struct article *x, struct span member)
{
    for (const struct reservation *r = x->reservations; r; r = r->next)
        if (r->not_bound && among(r->members, member))
            return true;
    return false;
}

/* By the register; a State that is no member is not asked here. */
static bool unbound(const struct bound_period *p, const struct article *x, unsigned member)
{
    return member < BOUND_MEMBERS && !(p->bound[1 + x->index] >> member & 1);
}

static bool apart(const struct bound_period *p, unsigned a, unsigned b)
{
    return a < BOUND_MEMBERS && b < BOUND_MEMBERS && (p->apart[a] >> b & 1);
}

static bool not_bound(const struct agreement *a, const struct article *x, const struct asking *q)
{
    unsigned from = agreement_member_at(a, q->from), to = agreement_member_at(a, q->to);
    const struct bound_period *p;

    if (reserved_out(x, q->from) || reserved_out(x, q->to))
        return true;
    if (!a->bound || !date_is_set(q->on))
        return false;
    p = bound_on(a->bound, q->on);
    return unbound(p, x, from) || unbound(p, x, to) || apart(p, from, to);
}

/* NULL, or why an office of that role may not. */
static const char *role_denied(const struct article *x, const struct asking *q)
{
    for (const struct asking_clause *c = x->askings; c; c = c->next)
        if (lets(c, q->topic, q->purpose) && (!c->roles.n || among(c->roles, q->role)))
            return NULL;
    return q->role.n ? "role" : "role-missing";
}

const char *agreement_asking(const struct agreement *a, const struct asking *q)
{
    const struct article *x = numbered(a, q->article);

    if (!first_that_lets(a, q->topic, (struct span){ NULL, 0 }))
        return "not-agreed";
    if (!q->purpose.n)
        return "purpose-missing";
    if (!first_that_lets(a, q->topic, q->purpose))
        return "purpose";
    if (!x || !article_lets(x, q->topic, q->purpose))
        return "article";
    if (not_bound(a, x, q))
        return "not-bound";
    return role_denied(x, q);
}

struct span agreement_asking_article(const struct agreement *a, struct span topic, struct span purpose)
{
    const struct article *x = first_that_lets(a, topic, purpose);

    if (!x)
        x = first_that_lets(a, topic, (struct span){ NULL, 0 });
    return x ? span_str(x->number) : (struct span){ NULL, 0 };
}

struct span agreement_asking_role(const struct agreement *a, struct span article, struct span topic,
                                  struct span purpose)
{
    const struct article *x = numbered(a, article);
    struct span only = { NULL, 0 };

    for (const struct asking_clause *c = x && purpose.n ? x->askings : NULL; c; c = c->next) {
        if (!lets(c, topic, purpose))
            continue;
        if (c->roles.n != 1 || (only.n && !span_eq(only, c->roles.w[0])))
            return (struct span){ NULL, 0 };
        only = c->roles.w[0];
    }
    return only;
}

static void add_topics(struct words topics, struct span *out, size_t max, size_t *n)
{
    for (size_t i = 0; i < topics.n; i++) {
        size_t k = 0;

        while (k < *n && k < max && !span_eq(out[k], topics.w[i]))
            k++;
        if (k == *n && k < max)
            out[k] = topics.w[i];
        *n += k == *n;
    }
}

size_t agreement_asked(const struct agreement *a, struct span *out, size_t max)
{
    size_t n = 0;

    for (const struct article *x = a->articles; x; x = x->next)
        for (const struct asking_clause *c = x->askings; c; c = c->next)
            add_topics(c->topics, out, max, &n);
    return n < max ? n : max;
}

/* "permission KIND for PURPOSES": what is asked of an applicant and how it is decided. */
#include "agreement/lines.h"
#include "agreement/permission.h"
#include "base/text.h"

enum { ITEM = 64 };

static struct permission_block *block(struct shape *s)
{
    return parent(s)->u.permission;
}

/* ---- lists of the block: built in the arena, grown by doubling ---- */

static void *grow(struct parser *p, void *list, size_t n, size_t size)
{
    uint8_t *more;

    if (n & (n - 1)) /* room is left: it grows when n is a power of two, or 0 */
        return list;
    more = arena_array(p->arena, n ? 2 * n : 1, size);
    if (more && n)
        memcpy(more, list, n * size);
    if (!more)
        (void)wrong(p, tok(p)->line, tok(p)->column, "the agreement is too large");
    return more;
}

static bool too_many(struct parser *p, size_t n)
{
    return n >= LIMIT_PERMISSION_ITEMS &&
           !wrong(p, tok(p)->line, tok(p)->column, "too many lines of this kind; expected at most %d",
                  LIMIT_PERMISSION_ITEMS);
}

/* ---- permission KIND for PURPOSES ---- */

static bool overlaps(const struct permission_kind *a, const struct permission_kind *b)
{
    if (strcmp(a->name, b->name) != 0)
        return false;
    for (size_t i = 0; i < a->n_purposes; i++)
        for (size_t k = 0; k < b->n_purposes; k++)
            if (span_eq(a->purposes[i], b->purposes[k]))
                return true;
    return false;
}

static bool add_block(struct parser *p, struct permission_block *b, const struct token *at)
{
    struct permission_block **to = &p->a->permissions;

    for (; *to; to = &(*to)->next)
        if (overlaps(&(*to)->kind, &b->kind))
            return wrong(p, at->line, at->column,
                         "the same permission for the same purpose stands in line %u; expected it once",
                         (*to)->kind.line);
    *to = b;
    p->a->n_permissions++;
    return true;
}

/* KIND ends before "for": the word is read up to it. */
static bool kind_word(struct parser *p, struct permission_kind *k)
{
    const struct token *at = tok(p);
    struct span w, found;
    size_t n = 0;

    while (p->lexer.token[p->at + n].kind == TOKEN_WORD && !is_word(&p->lexer.token[p->at + n], "for"))
        n++;
    w = accept_words(p, n);
    if (!w.n)
        return expected(p, "a kind of permission", "as in: permission work permit for work");
    for (size_t i = 0; i < p->a->vocabulary[VOCABULARY_PERMISSION].n; i++) {
        found = p->a->vocabulary[VOCABULARY_PERMISSION].w[i];
        if (span_eq(found, w)) {
            k->name = arena_str(p->arena, w);
            return k->name != NULL;
        }
    }
    return wrong(p, at->line, at->column,
                 "\"%.*s\" is no word of permission.kind; expected one that \"words for permission.kind\" "
                 "declares above",
                 (int)(w.n < 60 ? w.n : 60), (const char *)w.p);
}

bool line_permission(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    struct permission_block *b = make(p, sizeof *b);
    const struct token *at = tok(p);
    struct words purposes = { 0 };

    if (!b)
        return false;
    b->kind.line = at->line;
    b->kind.officers = 1;
    if (!kind_word(p, &b->kind) || !want(p, "for", "as in: permission work permit for work") ||
        !want_values(p, FACT_TRAVEL_PURPOSE, &purposes) || !want_end(p))
        return false;
    b->kind.purposes = purposes.w;
    b->kind.n_purposes = purposes.n;
    child->u.permission = b;
    child->titles = &b->titles;
    return add_block(p, b, at);
}

/* ---- ask NAME: TYPE [, optional];  attach NAME [, optional] ---- */

static bool name_twice(struct parser *p, const struct permission_item *list, size_t n, struct span name,
                       const struct token *at)
{
    for (size_t i = 0; i < n; i++)
        if (span_eq_str(name, list[i].name))
            return !wrong(p, at->line, at->column, "\"%s\" stands in line %u already; expected it once",
                          list[i].name, list[i].line);
    return false;
}

static bool item_name(struct parser *p, struct permission_item *i, const struct permission_item *list,
                      size_t n)
{
    const struct token *at = tok(p);
    struct span name;
    size_t words = 0;

    while (p->lexer.token[p->at + words].kind == TOKEN_WORD)
        words++;
    name = accept_words(p, words);
    if (!name.n || name.n > ITEM)
        return expected(p, "what is asked, in at most 64 letters", "as in: ask employer: text");
    for (size_t c = 0; c < name.n; c++)
        if (!ascii_lower(name.p[c]) && !ascii_digit(name.p[c]) && name.p[c] != ' ' && name.p[c] != '-')
            return wrong(p, at->line, at->column,
                         "the name of what is asked has Latin letters, digits and hyphens; its \"title\" "
                         "says it in any language");
    if (name_twice(p, list, n, name, at))
        return false;
    i->line = at->line;
    i->name = arena_str(p->arena, name);
    return i->name != NULL;
}

static bool choice(struct parser *p, struct permission_item *i)
{
    struct span w[LIMIT_PERMISSION_ITEMS] = { 0 };
    const struct token *at;
    struct words all;
    size_t n = 0;

    i->type = PERMISSION_CHOICE;
    do {
        at = tok(p);
        if (n && is_word(at, "optional")) {
            i->optional = true;
            p->at++;
            break;
        }
        if (n == LIMIT_PERMISSION_ITEMS)
            return wrong(p, at->line, at->column, "the list is too long; expected at most %d words",
                         LIMIT_PERMISSION_ITEMS);
        w[n] = accept_phrase(p);
        if (!w[n].n)
            return expected(p, "a word to choose", "as in: ask way: one of bus, train");
        for (size_t k = 0; k < n; k++)
            if (span_eq(w[k], w[n]))
                return wrong(p, at->line, at->column, "\"%.*s\" stands twice in the list", (int)w[n].n,
                             (const char *)w[n].p);
        n++;
    } while (accept_kind(p, TOKEN_COMMA));
    all = words_copy(p, w, n);
    i->words = all.w;
    i->n_words = all.n;
    return n >= 2 || wrong(p, i->line, tok(p)->column, "one word is no choice; expected at least two");
}

static bool item_type(struct parser *p, struct permission_item *i)
{
    static const enum permission_type plain[] = { PERMISSION_TEXT, PERMISSION_NUMBER, PERMISSION_DATE,
                                                  PERMISSION_STATE, PERMISSION_YES_NO };

    for (size_t k = 0; k < sizeof plain / sizeof *plain; k++) {
        if (accept_word(p, permission_type_word(plain[k]))) {
            i->type = plain[k];
            return true;
        }
    }
    return accept_word(p, "one of")
               ? choice(p, i)
               : expected(p, "text, number, date, state, yes or no, or \"one of\" with words",
                          "as in: ask employer: text");
}

static bool item_optional(struct parser *p, struct permission_item *i)
{
    if (!i->optional && accept_kind(p, TOKEN_COMMA)) {
        if (!accept_word(p, "optional"))
            return expected(p, "\"optional\"", NULL);
        i->optional = true;
    }
    return want_end(p);
}

/* Titles of an item are read later, while the list may move: they hang on a cell of their own. */
static bool add_item(struct shape *s, struct permission_item **list, size_t *n, bool typed,
                     struct block *child)
{
    struct parser *p = s->p;
    struct permission_item i = { 0 };
    struct wording **titles;

    if (too_many(p, *n))
        return false;
    if (!item_name(p, &i, *list, *n))
        return false;
    if (typed && !accept_kind(p, TOKEN_COLON))
        return expected(p, "a colon", "as in: ask employer: text");
    if ((typed && !item_type(p, &i)) || !item_optional(p, &i))
        return false;
    titles = make(p, sizeof *titles);
    *list = grow(p, *list, *n, sizeof **list);
    if (!titles || !*list)
        return false;
    i.titles = titles;
    (*list)[(*n)++] = i;
    child->titles = titles;
    return true;
}

bool line_ask(struct shape *s, struct block *child)
{
    struct permission_block *b = block(s);

    return add_item(s, &b->asks, &b->kind.n_asks, true, child);
}

bool line_attach(struct shape *s, struct block *child)
{
    struct permission_block *b = block(s);

    return add_item(s, &b->attachments, &b->kind.n_attachments, false, child);
}

/* ---- consult home, IR within 10 days, silence is no objection ---- */

static bool consulted(struct parser *p, struct permission_block *b, struct permission_consultation *c)
{
    const struct token *at = tok(p);

    if (too_many(p, b->kind.n_consultations))
        return false;
    c->line = at->line;
    c->home = accept_word(p, "home");
    if (!c->home && !want_party(p, &c->member))
        return false;
    for (size_t i = 0; i < b->kind.n_consultations; i++)
        if (b->consultations[i].home == c->home &&
            (c->home || span_eq(b->consultations[i].member, c->member)))
            return wrong(p, at->line, at->column, "this member is consulted in line %u already",
                         b->consultations[i].line);
    b->consultations = grow(p, b->consultations, b->kind.n_consultations, sizeof *b->consultations);
    if (!b->consultations)
        return false;
    b->consultations[b->kind.n_consultations++] = *c;
    return true;
}

bool line_consult(struct shape *s, struct block *child)
{
    struct permission_block *b = block(s);
    struct parser *p = s->p;
    size_t first = b->kind.n_consultations;
    struct permission_consultation c = { 0 };
    enum permission_silence silence;
    int days;

    (void)child;
    do {
        if (!consulted(p, b, &c))
            return false;
    } while (accept_kind(p, TOKEN_COMMA));
    if (!want(p, "within", "as in: consult IR within 10 days, silence is no objection") ||
        !want_number(p, 1, LIMIT_PERMISSION_CONSULT_DAYS, &days, "a number of days") ||
        (!accept_word(p, "days") && !want(p, "day", NULL)))
        return false;
    if (!accept_kind(p, TOKEN_COMMA) || !accept_word(p, "silence is"))
        return expected(p, "\", silence is\": what it means when the member says nothing",
                        "as in: consult IR within 10 days, silence is no objection");
    if (accept_word(p, "no objection"))
        silence = SILENCE_NO_OBJECTION;
    else if (accept_word(p, "objection"))
        silence = SILENCE_OBJECTION;
    else
        return expected(p, "\"no objection\" or \"objection\"", NULL);
    for (size_t i = first; i < b->kind.n_consultations; i++) {
        b->consultations[i].days = days;
        b->consultations[i].silence = silence;
    }
    return want_end(p);
}

/* ---- what stands once ---- */

static bool once(struct parser *p, struct permission_block *b, unsigned bit)
{
    if (b->said & bit)
        return wrong(p, p->lexer.token[0].line, p->lexer.token[0].column,
                     "this is said above already; expected it once");
    b->said |= bit;
    return true;
}

enum {
    SAID_ARTICLE = 1,
    SAID_FEE = 2,
    SAID_OFFICERS = 4,
    SAID_VALID = 8,
    SAID_STAY = 16,
    SAID_ENTRIES = 32,
    SAID_EXTENDED = 64,
    SAID_QUOTA = 128
};

/* under article 7 */
bool line_under(struct shape *s, struct block *child)
{
    struct permission_block *b = block(s);
    struct parser *p = s->p;

    (void)child;
    if (!once(p, b, SAID_ARTICLE) || !want(p, "article", "as in: under article 7"))
        return false;
    if ((tok(p)->kind != TOKEN_NUMBER && tok(p)->kind != TOKEN_WORD) || tok(p)->text.n > 16)
        return expected(p, "the number of an article", "as in: under article 7");
    b->article_line = tok(p)->line;
    b->article_column = tok(p)->column;
    b->kind.article = arena_str(p->arena, tok(p)->text);
    p->at++;
    return b->kind.article && want_end(p);
}

/* fee 60 USD; fee free */
bool line_permission_fee(struct shape *s, struct block *child)
{
    struct permission_block *b = block(s);
    struct parser *p = s->p;

    (void)child;
    b->kind.fee_line = tok(p)->line;
    b->kind.fee_column = tok(p)->column;
    return once(p, b, SAID_FEE) && parse_figure(p, TABLE_OF_FEES, &b->kind.fee, &b->kind.currency) &&
           want_end(p);
}

/* decided by 2 officers */
bool line_decided(struct shape *s, struct block *child)
{
    struct permission_block *b = block(s);
    struct parser *p = s->p;

    (void)child;
    return once(p, b, SAID_OFFICERS) && want(p, "by", "as in: decided by 2 officers") &&
           want_number(p, 1, 2, &b->kind.officers, "one or two officers") &&
           (accept_word(p, "officers") || want(p, "officer", NULL)) && want_end(p);
}

static bool days_at_most(struct parser *p, struct permission_block *b, unsigned bit, int most, int *out)
{
    return once(p, b, bit) && want(p, "at most", "as in: valid at most 90 days") &&
           want_number(p, 1, most, out, "a number of days") &&
           (accept_word(p, "days") || want(p, "day", NULL)) && want_end(p);
}

bool line_valid(struct shape *s, struct block *child)
{
    (void)child;
    return days_at_most(s->p, block(s), SAID_VALID, 3660, &block(s)->kind.valid_days);
}

bool line_stay(struct shape *s, struct block *child)
{
    (void)child;
    return days_at_most(s->p, block(s), SAID_STAY, LIMIT_PERMISSION_STAY, &block(s)->kind.stay_days);
}

/* entries at most 2; entries any number */
bool line_entries(struct shape *s, struct block *child)
{
    struct permission_block *b = block(s);
    struct parser *p = s->p;

    (void)child;
    if (!once(p, b, SAID_ENTRIES))
        return false;
    if (accept_word(p, "any number"))
        return want_end(p);
    return want(p, "at most", "as in: entries at most 2; or: entries any number") &&
           want_number(p, 1, LIMIT_PERMISSION_STAY, &b->kind.entries, "a number of entries") && want_end(p);
}

/* extended at most 1 time; not extended */
bool line_extended(struct shape *s, struct block *child)
{
    struct permission_block *b = block(s);
    struct parser *p = s->p;

    (void)child;
    return once(p, b, SAID_EXTENDED) && want(p, "at most", "as in: extended at most 1 time") &&
           want_number(p, 1, 100, &b->kind.extensions, "a number") &&
           (accept_word(p, "times") || want(p, "time", NULL)) && want_end(p);
}

bool line_not_extended(struct shape *s, struct block *child)
{
    (void)child;
    return once(s->p, block(s), SAID_EXTENDED) && want_end(s->p);
}

/* quota 5000 in a year */
bool line_permission_quota(struct shape *s, struct block *child)
{
    struct permission_block *b = block(s);

    (void)child;
    return once(s->p, b, SAID_QUOTA) &&
           want_number(s->p, 1, LIMIT_AGREEMENT_NUMBER, &b->kind.quota, "a number of permissions") &&
           want(s->p, "in a year", "as in: quota 5000 in a year") && want_end(s->p);
}

/* ---- once all is read ---- */

static bool has_article(const struct agreement *a, const char *number)
{
    for (const struct article *x = a->articles; x; x = x->next)
        if (strcmp(x->number, number) == 0)
            return true;
    return false;
}

void permissions_finish(struct parser *p)
{
    for (struct permission_block *b = p->a->permissions; b; b = b->next) {
        b->kind.asks = b->asks;
        b->kind.attachments = b->attachments;
        b->kind.consultations = b->consultations;
        b->kind.titles = b->titles;
        if (b->kind.article && !has_article(p->a, b->kind.article))
            (void)wrong(p, b->article_line, b->article_column, "there is no article %s", b->kind.article);
        if (b->kind.n_consultations && !b->kind.article)
            (void)wrong(p, b->kind.line, 1,
                        "members are consulted, and the article that this rests on is missing; expected a "
                        "line as: under article 7");
    }
}

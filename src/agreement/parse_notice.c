/* "notices" and "notice KIND about a person": what the members may warn each other of, and how. */
#include "agreement/lines.h"
#include "base/text.h"

enum { ITEMS = 64, HOURS = 24 * 30, DAYS = 3660, MONTHS = 1200 };

/* ---- lists of words ---- */

static bool too_long(struct parser *p)
{
    return !wrong(p, tok(p)->line, tok(p)->column, "the list is too long; expected at most %d words", ITEMS);
}

static bool phrases(struct parser *p, const char *what, const struct span **ret, size_t *n)
{
    struct span w[ITEMS] = { 0 };
    size_t k = 0;

    do {
        if (k == ITEMS)
            return !too_long(p);
        w[k] = accept_phrase(p);
        if (!w[k].n)
            return expected(p, what, NULL);
        for (size_t i = 0; i < k; i++)
            if (span_eq(w[i], w[k]))
                return wrong(p, tok(p)->line, tok(p)->column, "\"%.*s\" stands twice in the list",
                             (int)(w[k].n < 60 ? w[k].n : 60), (const char *)w[k].p);
        k++;
    } while (accept_kind(p, TOKEN_COMMA));
    *ret = words_copy(p, w, k).w;
    *n = k;
    return want_end(p);
}

/* One of a closed list of n words, as its place. */
static bool choose(struct parser *p, const char *(*word)(unsigned i), unsigned n, const char *what,
                   unsigned *out)
{
    unsigned best = n;
    size_t at = p->at, end = at;

    for (unsigned i = 0; i < n; i++) {
        p->at = at;
        if (accept_word(p, word(i)) && p->at > end) {
            end = p->at;
            best = i;
        }
    }
    p->at = end;
    if (best == n)
        return expected(p, what, NULL);
    *out = best;
    return true;
}

static bool masks(struct parser *p, const char *(*word)(unsigned i), unsigned n, const char *what,
                  unsigned *out)
{
    unsigned mask = 0, i = 0;

    do {
        if (!choose(p, word, n, what, &i))
            return false;
        mask |= 1u << i;
    } while (accept_kind(p, TOKEN_COMMA));
    *out = mask;
    return want_end(p);
}

static const char *status_at(unsigned i)
{
    return notice_status_word((enum notice_status)i);
}

static const char *action_at(unsigned i)
{
    return notice_action_word((enum notice_action)i);
}

static const char *matter_at(unsigned i)
{
    return notice_matter_word((enum notice_matter)i);
}

static const char *need_at(unsigned i)
{
    return notice_need_word((enum notice_need)i);
}

static const char WHAT_STATUS[] = "the status of a person: convicted, charged, suspect, …";
static const char WHAT_ACTION[] = "an action: arrest, locate, inform, discreet check, seize, protect, …";

/* ---- notices ---- */

static struct notice_rules *rules(struct shape *s)
{
    return s->p->a->notice_rules;
}

static bool once(struct parser *p, unsigned *said, unsigned bit)
{
    if (*said & bit)
        return wrong(p, p->lexer.token[0].line, p->lexer.token[0].column,
                     "this is said above already; expected it once");
    *said |= bit;
    return true;
}

enum {
    SAID_CATEGORIES = 1,
    SAID_NOT_ABOUT = 2,
    SAID_EXCLUDED = 4,
    SAID_WITHDRAWN = 8,
    SAID_WARNED = 16,
    SAID_ACCESS = 32,
    SAID_CORRECTION = 64,
    SAID_OWNER = 128,
    SAID_ALL_NOTICES = 1 + 2 + 8 + 16 + 32 + 64 + 128
};

bool line_notices(struct shape *s, struct block *child)
{
    struct parser *p = s->p;

    (void)child;
    if (p->a->notice_rules)
        return wrong(p, tok(p)->line, tok(p)->column,
                     "\"notices\" stands in line %u already; expected it once", p->a->notice_rules->line);
    p->a->notice_rules = make(p, sizeof *p->a->notice_rules);
    if (!p->a->notice_rules)
        return false;
    p->a->notice_rules->line = p->lexer.token[0].line;
    return want_end(p);
}

bool line_notice_categories(struct shape *s, struct block *child)
{
    (void)child;
    return once(s->p, &s->p->a->notice_said, SAID_CATEGORIES) &&
           phrases(s->p, "a category", &rules(s)->category, &rules(s)->n_category);
}

bool line_notice_not_about(struct shape *s, struct block *child)
{
    (void)child;
    return once(s->p, &s->p->a->notice_said, SAID_NOT_ABOUT) &&
           masks(s->p, matter_at, NOTICE_MATTERS, "political, military, religious or racial",
                 &rules(s)->matters);
}

bool line_notice_excluded(struct shape *s, struct block *child)
{
    (void)child;
    return once(s->p, &s->p->a->notice_said, SAID_EXCLUDED) &&
           phrases(s->p, "a class of offences", &rules(s)->excluded, &rules(s)->n_excluded);
}

static bool term(struct shape *s, unsigned bit, const char *first, int most, const char *unit,
                 const char *last, int *out)
{
    struct parser *p = s->p;

    return once(p, &p->a->notice_said, bit) && (!first || want(p, first, NULL)) &&
           want_number(p, 1, most, out, "a number") && want(p, unit, NULL) &&
           (!last || want(p, last, NULL)) && want_end(p);
}

/* withdrawn within 24 hours */
bool line_notice_withdrawn(struct shape *s, struct block *child)
{
    (void)child;
    return term(s, SAID_WITHDRAWN, "within", HOURS, "hours", NULL, &rules(s)->withdrawn_hours);
}

/* warned 120 days before expiry */
bool line_notice_warned(struct shape *s, struct block *child)
{
    (void)child;
    return term(s, SAID_WARNED, NULL, 366, "days", "before expiry", &rules(s)->warned_days);
}

/* access within 120 days; 4 months at most (CCF Statute article 40) */
bool line_notice_access(struct shape *s, struct block *child)
{
    (void)child;
    return term(s, SAID_ACCESS, "within", 122, "days", NULL, &rules(s)->access_days);
}

/* correction within 270 days; 9 months at most */
bool line_notice_correction(struct shape *s, struct block *child)
{
    (void)child;
    return term(s, SAID_CORRECTION, "within", 274, "days", NULL, &rules(s)->correction_days);
}

/* owner within 15 days */
bool line_notice_owner(struct shape *s, struct block *child)
{
    (void)child;
    return term(s, SAID_OWNER, "within", 60, "days", NULL, &rules(s)->owner_days);
}

/* ---- notice KIND about a person ---- */

static struct notice_block *block(struct shape *s)
{
    return parent(s)->u.notice;
}

static bool add_block(struct parser *p, struct notice_block *b, const struct token *at)
{
    struct notice_block **to = &p->a->notices;

    for (; *to; to = &(*to)->next)
        if (strcmp((*to)->kind.name, b->kind.name) == 0)
            return wrong(p, at->line, at->column, "this kind stands in line %u already; expected it once",
                         (*to)->kind.line);
    if (p->a->n_notices == ITEMS)
        return !too_long(p);
    *to = b;
    p->a->n_notices++;
    return true;
}

bool line_notice(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    struct notice_block *b = make(p, sizeof *b);
    const struct token *at = tok(p);
    size_t n = 0;
    struct span name;

    if (!b)
        return false;
    b->kind.line = at->line;
    while (p->lexer.token[p->at + n].kind == TOKEN_WORD && !is_word(&p->lexer.token[p->at + n], "about"))
        n++;
    name = accept_words(p, n);
    if (!name.n || name.n > ITEMS)
        return expected(p, "a kind of notice", "as in: notice wanted about a person");
    b->kind.name = arena_str(p->arena, name);
    if (!b->kind.name || !want(p, "about", "as in: notice wanted about a person"))
        return false;
    if (accept_word(p, "a person"))
        b->kind.subject = NOTICE_PERSON;
    else if (accept_word(p, "an object"))
        b->kind.subject = NOTICE_OBJECT;
    else
        return expected(p, "\"a person\" or \"an object\"", NULL);
    child->u.notice = b;
    child->titles = &b->titles;
    return want_end(p) && add_block(p, b, at);
}

enum {
    SAID_UNDER = 1,
    SAID_ONLY = 2,
    SAID_STATUS = 4,
    SAID_ACTION = 8,
    SAID_PENALTY = 16,
    SAID_SENTENCE = 32,
    SAID_REQUIRE = 64,
    SAID_EXPIRES = 128,
    SAID_EVERY = 256,
    SAID_REVIEWED = 512,
    SAID_HITS = 1024
};

/* under article 31 */
bool line_notice_under(struct shape *s, struct block *child)
{
    struct notice_block *b = block(s);
    struct parser *p = s->p;
    struct span number;

    (void)child;
    if (!once(p, &b->said, SAID_UNDER) || !want(p, "article", "as in: under article 31"))
        return false;
    b->article_line = tok(p)->line;
    b->article_column = tok(p)->column;
    if (!want_label(p, &number))
        return false;
    b->kind.article = arena_str(p->arena, number);
    return b->kind.article && want_end(p);
}

/* only for terrorism, arms trafficking */
bool line_notice_only(struct shape *s, struct block *child)
{
    struct notice_block *b = block(s);

    (void)child;
    return once(s->p, &b->said, SAID_ONLY) &&
           phrases(s->p, "a category", &b->kind.category, &b->kind.n_category);
}

bool line_notice_status(struct shape *s, struct block *child)
{
    struct notice_block *b = block(s);

    (void)child;
    return once(s->p, &b->said, SAID_STATUS) &&
           masks(s->p, status_at, NOTICE_STATUSES, WHAT_STATUS, &b->kind.status);
}

bool line_notice_action(struct shape *s, struct block *child)
{
    struct notice_block *b = block(s);

    (void)child;
    return once(s->p, &b->said, SAID_ACTION) &&
           masks(s->p, action_at, NOTICE_ACTIONS, WHAT_ACTION, &b->kind.actions);
}

static bool at_least(struct shape *s, unsigned bit, int *out)
{
    struct parser *p = s->p;

    return once(p, &block(s)->said, bit) && want(p, "at least", "as in: penalty at least 24 months") &&
           want_number(p, 1, MONTHS, out, "a number of months") && want(p, "months", NULL) && want_end(p);
}

/* penalty at least 24 months */
bool line_notice_penalty(struct shape *s, struct block *child)
{
    (void)child;
    return at_least(s, SAID_PENALTY, &block(s)->kind.penalty);
}

bool line_notice_sentence(struct shape *s, struct block *child)
{
    (void)child;
    return at_least(s, SAID_SENTENCE, &block(s)->kind.sentence);
}

bool line_notice_require(struct shape *s, struct block *child)
{
    struct notice_block *b = block(s);

    (void)child;
    return once(s->p, &b->said, SAID_REQUIRE) &&
           masks(s->p, need_at, NOTICE_NEEDS, "warrant, facts, provision, birth, nationality, …",
                 &b->kind.needs);
}

/* expires within 1825 days */
bool line_notice_expires(struct shape *s, struct block *child)
{
    struct notice_block *b = block(s);
    struct parser *p = s->p;

    (void)child;
    return once(p, &b->said, SAID_EXPIRES) && want(p, "within", "as in: expires within 1825 days") &&
           want_number(p, 1, DAYS, &b->kind.expires, "a number of days") && want(p, "days", NULL) &&
           want_end(p);
}

/* review every 365 days */
bool line_notice_every(struct shape *s, struct block *child)
{
    struct notice_block *b = block(s);
    struct parser *p = s->p;

    (void)child;
    return once(p, &b->said, SAID_EVERY) && want(p, "every", "as in: review every 365 days") &&
           want_number(p, 1, DAYS, &b->kind.every, "a number of days") && want(p, "days", NULL) &&
           want_end(p);
}

/* reviewed by another member within 72 hours */
bool line_notice_reviewed(struct shape *s, struct block *child)
{
    struct notice_block *b = block(s);
    struct parser *p = s->p;

    (void)child;
    return once(p, &b->said, SAID_REVIEWED) &&
           want(p, "by another member within", "as in: reviewed by another member within 72 hours") &&
           want_number(p, 1, HOURS, &b->kind.review_hours, "a number of hours") && want(p, "hours", NULL) &&
           want_end(p);
}

/* hits closed by 2 officers */
bool line_notice_hits(struct shape *s, struct block *child)
{
    struct notice_block *b = block(s);
    struct parser *p = s->p;

    (void)child;
    return once(p, &b->said, SAID_HITS) && want(p, "closed by", "as in: hits closed by 2 officers") &&
           want_number(p, 1, 2, &b->kind.hit_officers, "1 or 2") && want(p, "officers", NULL) && want_end(p);
}

/* ---- worked examples ---- */

bool line_notice_example(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    struct notice_block *b = block(s);
    struct notice_example *e = make(p, sizeof *e);

    if (!e)
        return false;
    e->line = p->lexer.token[0].line;
    e->column = p->lexer.token[0].column;
    e->given = (struct notice_case){ .subject = b->kind.subject,
                                     .checked = true,
                                     .penalty = -1,
                                     .sentence = -1,
                                     .days = 1,
                                     .every = 1,
                                     .has = ~0u };
    if (b->kind.article)
        e->given.article = span_str(b->kind.article);
    if (!want_string(p, &e->title, "what the example shows") || !want_end(p))
        return false;
    if (b->last_example)
        b->last_example->next = e;
    else
        b->examples = e;
    b->last_example = e;
    p->a->n_examples++;
    child->u.notice_example = e;
    return true;
}

static bool number_of(struct parser *p, int64_t *out)
{
    int n = 0;

    if (!want_number(p, 0, LIMIT_AGREEMENT_NUMBER, &n, "a number"))
        return false;
    *out = n;
    return accept_word(p, "months") || accept_word(p, "days") || true;
}

static bool without(struct parser *p, struct notice_case *c)
{
    unsigned i = 0;

    if (accept_word(p, "check-list"))
        c->checked = false;
    else if (accept_word(p, "expiry"))
        c->days = 0;
    else if (accept_word(p, "review"))
        c->every = 0;
    else if (accept_word(p, "legal basis"))
        c->article = (struct span){ 0 };
    else if (choose(p, need_at, NOTICE_NEEDS, "what is missing: warrant, check-list, expiry, …", &i))
        c->has &= ~(1u << i);
    else
        return false;
    return true;
}

/* status suspect, action arrest, category terrorism, penalty 120 months, without warrant, religious */
static bool given_one(struct parser *p, struct notice_case *c)
{
    unsigned i = 0;

    if (accept_word(p, "status")) {
        c->has_status = choose(p, status_at, NOTICE_STATUSES, WHAT_STATUS, &i);
        c->status = (enum notice_status)i;
        return c->has_status;
    }
    if (accept_word(p, "action if flagged")) {
        c->has_if_flagged = choose(p, action_at, NOTICE_ACTIONS, WHAT_ACTION, &i);
        c->if_flagged = (enum notice_action)i;
        return c->has_if_flagged;
    }
    if (accept_word(p, "action")) {
        c->has_action = choose(p, action_at, NOTICE_ACTIONS, WHAT_ACTION, &i);
        c->action = (enum notice_action)i;
        return c->has_action;
    }
    if (accept_word(p, "category")) {
        c->category = accept_phrase(p);
        return c->category.n || expected(p, "a category", NULL);
    }
    if (accept_word(p, "offence")) {
        c->offence = accept_phrase(p);
        return c->offence.n || expected(p, "a class of offences", NULL);
    }
    if (accept_word(p, "penalty"))
        return number_of(p, &c->penalty);
    if (accept_word(p, "sentence"))
        return number_of(p, &c->sentence);
    if (accept_word(p, "expires in"))
        return number_of(p, &c->days);
    if (accept_word(p, "reviewed in"))
        return number_of(p, &c->every);
    if (accept_word(p, "without"))
        return without(p, c);
    if (!choose(p, matter_at, NOTICE_MATTERS,
                "status, action, category, offence, penalty, sentence, expires in, reviewed in, without, "
                "political, military, religious or racial",
                &i))
        return false;
    c->matters |= 1u << i;
    return true;
}

bool line_notice_given(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    struct notice_case *c = &parent(s)->u.notice_example->given;

    (void)child;
    do {
        if (!given_one(p, c))
            return false;
    } while (accept_kind(p, TOKEN_COMMA));
    return want_end(p);
}

static const char *fault_at_place(unsigned i)
{
    return notice_fault_say((enum notice_fault)i)->word;
}

/* gives accepted; gives refused because threshold, no-warrant */
bool line_notice_gives(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    struct notice_example *e = parent(s)->u.notice_example;
    unsigned mask = 0;

    (void)child;
    if (e->says)
        return wrong(p, tok(p)->line, tok(p)->column, "this is said above already; expected it once");
    e->says = true;
    e->accepted = accept_word(p, "accepted");
    if (e->accepted)
        return want_end(p);
    if (!want(p, "refused because", "as in: gives accepted; or: gives refused because threshold") ||
        !masks(p, fault_at_place, NOTICE_FAULTS, "a reason of refusal, as threshold, neutrality", &mask))
        return false;
    e->because = mask;
    return true;
}

/* ---- once all is read ---- */

static bool has_article(const struct agreement *a, const char *number)
{
    for (const struct article *x = a->articles; x; x = x->next)
        if (strcmp(x->number, number) == 0)
            return true;
    return false;
}

static void finish_kind(struct parser *p, struct notice_block *b)
{
    const struct notice_kind *k = &b->kind;
    const struct notice_rules *r = p->a->notice_rules;

    b->kind.titles = b->titles;
    if (!k->article)
        (void)wrong(p, k->line, 1, "a notice needs a legal basis; expected a line as: under article 31");
    else if (!has_article(p->a, k->article))
        (void)wrong(p, b->article_line, b->article_column, "there is no article %s", k->article);
    if (!k->actions)
        (void)wrong(p, k->line, 1, "what is asked is missing; expected a line as: action locate");
    if (!k->expires || !k->every)
        (void)wrong(p, k->line, 1,
                    "a notice ends and is looked at again; expected lines as: expires within 365 days and: "
                    "review every 365 days");
    if (k->subject == NOTICE_PERSON && !k->status)
        (void)wrong(p, k->line, 1, "whom it is about is missing; expected a line as: status suspect");
    if (k->subject == NOTICE_OBJECT && k->status)
        (void)wrong(p, k->line, 1, "an object has no status; expected none");
    if (k->subject == NOTICE_PERSON && !k->review_hours)
        (void)wrong(p, k->line, 1,
                    "a notice about a person is reviewed; expected a line as: reviewed by another member "
                    "within 72 hours");
    for (size_t i = 0; r && i < k->n_category; i++) {
        bool known = false;

        for (size_t c = 0; c < r->n_category; c++)
            known = known || span_eq(r->category[c], k->category[i]);
        if (!known)
            (void)wrong(p, k->line, 1, "\"%.*s\" is none of the categories of \"notices\"",
                        (int)(k->category[i].n < 60 ? k->category[i].n : 60), (const char *)k->category[i].p);
    }
}

void notices_finish(struct parser *p)
{
    const struct notice_rules *r = p->a->notice_rules;

    if (p->a->notices && !r)
        (void)wrong(p, p->a->notices->kind.line, 1,
                    "a kind of notice stands here without the rules of all; expected a block \"notices\"");
    if (r && (p->a->notice_said & SAID_ALL_NOTICES) != SAID_ALL_NOTICES)
        (void)wrong(p, r->line, 1,
                    "expected under \"notices\" each of: categories, not about, withdrawn, warned, access, "
                    "correction, owner");
    for (struct notice_block *b = p->a->notices; b; b = b->next)
        finish_kind(p, b);
}

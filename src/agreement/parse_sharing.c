/* "sharing NAME": how far what members share may reach, and the trust groups among them. */
#include "agreement/lines.h"
#include "base/text.h"

enum { NAME = 32, DAYS = 3660, HOURS = 24 * 30 };

enum {
    SAID_UNDER = 1,
    SAID_UNMARKED = 2,
    SAID_ONWARD = 4,
    SAID_CLIENTS = 8,
    SAID_DETECTORS = 16,
    SAID_OPEN = 32,
    SAID_SIGHTINGS = 64,
    SAID_KEPT = 128,
    SAID_EMBARGO = 256,
    SAID_RECALLED = 512,
    SAID_STANDING = 1024
};

static struct sharing_block *block(struct shape *s)
{
    return parent(s)->u.sharing;
}

static bool once(struct shape *s, unsigned bit)
{
    struct parser *p = s->p;

    if (block(s)->said & bit)
        return wrong(p, p->lexer.token[0].line, p->lexer.token[0].column,
                     "this is said above already; expected it once");
    block(s)->said |= bit;
    return true;
}

bool want_tlp(struct parser *p, enum tlp *out)
{
    for (enum tlp t = TLP_CLEAR; t <= TLP_RED; t++) {
        if (accept_word(p, sharing_tlp_word(t))) {
            *out = t;
            return true;
        }
    }
    return expected(p, "a marking: clear, green, amber, amber-strict or red", NULL);
}

bool want_member_place(struct parser *p, uint8_t *out)
{
    struct span state;
    unsigned place;

    if (!want_party(p, &state))
        return false;
    place = agreement_member_at(p->a, state);
    if (place >= CYBER_PLACES)
        return wrong(p, tok(p)->line, tok(p)->column, "more than %d members", CYBER_PLACES);
    *out = (uint8_t)place;
    return true;
}

/* Small letters, digits and "-": it stands in records and addresses. */
static bool want_name(struct parser *p, const char **out, const char *what)
{
    const struct token at = *tok(p);
    size_t n;

    if (!want_string(p, out, what))
        return false;
    n = strlen(*out);
    for (size_t i = 0; i < n; i++)
        if (!ascii_lower((*out)[i]) && !ascii_digit((*out)[i]) && (*out)[i] != '-')
            n = 0;
    if (n == 0 || n > NAME)
        return wrong(p, at.line, at.column, "a name here has 1 to %d small letters, digits and hyphens",
                     NAME);
    return true;
}

bool line_sharing(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    const struct token at = *tok(p);
    struct sharing_block *b = make(p, sizeof *b), **to = &p->a->sharings;

    if (!b || !want_name(p, &b->rules.name, "what is shared, as in: sharing \"cyber\""))
        return false;
    for (; *to; to = &(*to)->next)
        if (strcmp((*to)->rules.name, b->rules.name) == 0)
            return wrong(p, at.line, at.column, "\"%s\" stands in line %u already; expected it once",
                         b->rules.name, (*to)->rules.line);
    b->rules.line = at.line;
    b->rules.unmarked = TLP_RED;
    child->u.sharing = b;
    *to = b;
    return want_end(p);
}

/* under article 33 */
bool line_sharing_under(struct shape *s, struct block *child)
{
    struct sharing_block *b = block(s);
    struct parser *p = s->p;
    struct span number;

    (void)child;
    if (!once(s, SAID_UNDER) || !want(p, "article", "as in: under article 33"))
        return false;
    b->article_line = tok(p)->line;
    b->article_column = tok(p)->column;
    if (!want_label(p, &number))
        return false;
    b->rules.article = arena_str(p->arena, number);
    return b->rules.article && want_end(p);
}

/* unmarked counts as amber */
bool line_sharing_unmarked(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    const struct token at = p->lexer.token[0];

    (void)child;
    if (!once(s, SAID_UNMARKED) || !want(p, "counts as", "as in: unmarked counts as amber") ||
        !want_tlp(p, &block(s)->rules.unmarked))
        return false;
    if (block(s)->rules.unmarked == TLP_CLEAR)
        return wrong(p, at.line, at.column,
                     "what has no marking is never clear; expected green, amber, amber-strict or red");
    return want_end(p);
}

/* … up to green */
static bool reach(struct shape *s, unsigned bit, enum tlp most, uint8_t *out)
{
    struct parser *p = s->p;
    const struct token at = p->lexer.token[0];
    enum tlp t = TLP_CLEAR;

    if (!once(s, bit) || !want(p, "up to", "as in: clients up to amber") || !want_tlp(p, &t))
        return false;
    if (t > most)
        return wrong(p, at.line, at.column, "%s cannot go there; expected at most %s", sharing_tlp_word(t),
                     sharing_tlp_word(most));
    *out = (uint8_t)(1 + t);
    return want_end(p);
}

/* passed on up to green: red and amber-strict never are, by their definition. */
bool line_sharing_onward(struct shape *s, struct block *child)
{
    (void)child;
    return reach(s, SAID_ONWARD, TLP_AMBER, &block(s)->rules.onward);
}

/* clients up to amber: those of a member that received it */
bool line_sharing_clients(struct shape *s, struct block *child)
{
    (void)child;
    return reach(s, SAID_CLIENTS, TLP_AMBER, &block(s)->rules.clients);
}

/* detectors up to amber-strict: of a member that received it */
bool line_sharing_detectors(struct shape *s, struct block *child)
{
    (void)child;
    return reach(s, SAID_DETECTORS, TLP_AMBER_STRICT, &block(s)->rules.detectors);
}

/* clear for anybody */
bool line_sharing_open(struct shape *s, struct block *child)
{
    (void)child;
    block(s)->rules.open = true;
    return once(s, SAID_OPEN) && want(s->p, "for anybody", NULL) && want_end(s->p);
}

/* sightings without names */
bool line_sharing_sightings(struct shape *s, struct block *child)
{
    (void)child;
    block(s)->rules.anonymous = true;
    return once(s, SAID_SIGHTINGS) && want(s->p, "without names", NULL) && want_end(s->p);
}

static bool term(struct shape *s, unsigned bit, const char *first, int most, const char *unit, int *out)
{
    struct parser *p = s->p;

    return once(s, bit) && want(p, first, NULL) && want_number(p, 1, most, out, "a number") &&
           want(p, unit, NULL) && want_end(p);
}

/* kept for 1095 days */
bool line_sharing_kept(struct shape *s, struct block *child)
{
    (void)child;
    return term(s, SAID_KEPT, "for", DAYS, "days", &block(s)->rules.keep_days);
}

/* embargo within 90 days */
bool line_sharing_embargo(struct shape *s, struct block *child)
{
    (void)child;
    return term(s, SAID_EMBARGO, "within", DAYS, "days", &block(s)->rules.embargo_days);
}

/* recalled within 24 hours */
bool line_sharing_recalled(struct shape *s, struct block *child)
{
    (void)child;
    return term(s, SAID_RECALLED, "within", HOURS, "hours", &block(s)->rules.recall_hours);
}

/* standing rules by two officers */
bool line_sharing_standing(struct shape *s, struct block *child)
{
    (void)child;
    block(s)->rules.two_officers = true;
    return once(s, SAID_STANDING) && want(s->p, "rules by two officers", NULL) && want_end(s->p);
}

/* group "energy" of IR, KZ, TR */
bool line_sharing_group(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    struct sharing_block *b = block(s);
    const struct token at = *tok(p);
    struct sharing_group *g;
    const char *name = NULL;
    uint8_t place = 0;

    if (!b->group)
        b->group = arena_array(p->arena, CYBER_PLACES, sizeof *b->group);
    if (!b->group || !want_name(p, &name, "a name, as in: group \"energy\" of IR, KZ") ||
        !want(p, "of", NULL))
        return false;
    if (b->rules.n_group == CYBER_PLACES)
        return wrong(p, at.line, at.column, "more than %d groups", CYBER_PLACES);
    if (sharing_group_at(&b->rules, span_str(name)) < CYBER_PLACES)
        return wrong(p, at.line, at.column, "the group \"%s\" stands above already; expected it once", name);
    g = &b->group[b->rules.n_group];
    *g = (struct sharing_group){ .name = span_str(name), .line = at.line };
    do {
        if (!want_member_place(p, &place))
            return false;
        g->members |= (uint64_t)1 << place;
    } while (accept_kind(p, TOKEN_COMMA));
    b->rules.group = b->group;
    b->rules.n_group++;
    child->titles = &g->titles;
    return want_end(p);
}

static bool has_article(const struct agreement *a, const char *number)
{
    for (const struct article *x = a->articles; x; x = x->next)
        if (strcmp(x->number, number) == 0)
            return true;
    return false;
}

void sharings_finish(struct parser *p)
{
    for (struct sharing_block *b = p->a->sharings; b; b = b->next) {
        const struct sharing_rules *r = &b->rules;

        if (!r->article)
            (void)wrong(p, r->line, 1, "sharing needs a legal basis; expected a line as: under article 33");
        else if (!has_article(p->a, r->article))
            (void)wrong(p, b->article_line, b->article_column, "there is no article %s", r->article);
        if (!(b->said & SAID_UNMARKED))
            (void)wrong(p, r->line, 1,
                        "what an object without a marking counts as is missing; expected a line as: unmarked "
                        "counts as amber");
    }
}

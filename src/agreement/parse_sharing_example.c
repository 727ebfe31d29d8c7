/* Worked examples under "sharing NAME": a marked object, a reader, what comes of it. */
#include "agreement/lines.h"

static struct sharing_block *outer(struct shape *s)
{
    return s->block[s->n - 2].u.sharing;
}

bool line_sharing_example(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    struct sharing_block *b = parent(s)->u.sharing;
    struct sharing_example *e = make(p, sizeof *e);

    if (!e)
        return false;
    e->line = p->lexer.token[0].line;
    e->column = p->lexer.token[0].column;
    e->label = (struct cyber_label){ .owner = CYBER_NO_PLACE, .group = CYBER_NO_PLACE };
    e->reader = (struct cyber_reader){ .member = CYBER_NO_PLACE, .clearance = TLP_RED, .groups = UINT64_MAX };
    e->at = CYBER_NO_PLACE;
    if (!want_string(p, &e->title, "what the example shows") || !want_end(p))
        return false;
    if (b->last_example)
        b->last_example->next = e;
    else
        b->examples = e;
    b->last_example = e;
    p->a->n_examples++;
    child->u.sharing_example = e;
    return true;
}

/* to all; to KZ and TR */
static bool given_to(struct parser *p, struct cyber_label *l)
{
    uint8_t place = 0;

    if (accept_word(p, "all")) {
        l->audience = CYBER_ALL;
        return true;
    }
    do {
        if (!want_member_place(p, &place))
            return false;
        l->audience |= (uint64_t)1 << place;
    } while (accept_word(p, "and"));
    return true;
}

/* group "energy" */
static bool given_group(struct shape *s, struct cyber_label *l)
{
    struct parser *p = s->p;
    const struct token at = *tok(p);
    const char *name = NULL;
    size_t g;

    if (!want_string(p, &name, "the name of a group"))
        return false;
    g = sharing_group_at(&outer(s)->rules, span_str(name));
    if (g == CYBER_PLACES)
        return wrong(p, at.line, at.column, "there is no group \"%.60s\" above", name);
    l->group = (uint8_t)g;
    l->audience |= outer(s)->rules.group[g].members;
    return true;
}

/* reader TR analyst; reader TR client; reader anybody */
static bool given_reader(struct parser *p, struct sharing_example *e)
{
    struct cyber_reader *r = &e->reader;

    if (accept_word(p, "anybody")) {
        r->kind = CYBER_ANONYMOUS;
        return true;
    }
    if (!want_member_place(p, &r->member))
        return false;
    r->organisation = CYBER_CERT;
    if (accept_word(p, "client")) {
        r->organisation = CYBER_CLIENT;
        r->kind = CYBER_TOOL;
        (void)(accept_word(p, "detector") && (r->kind = CYBER_DETECTOR));
        return true;
    }
    for (enum cyber_kind k = CYBER_DETECTOR; k <= CYBER_NODE; k++) {
        if (accept_word(p, cyber_kind_word(k))) {
            r->kind = k;
            return true;
        }
    }
    return expected(p, "analyst, tool, detector, node, client or client detector", NULL);
}

static bool given_marking(struct parser *p, struct sharing_example *e)
{
    enum tlp t = TLP_RED;

    e->has_marking = true;
    if (accept_word(p, "unknown")) {
        e->label.flags |= CYBER_REFER;
        e->label.tlp = TLP_RED;
        return true;
    }
    if (!want_tlp(p, &t))
        return false;
    e->label.tlp = (uint8_t)t;
    return true;
}

static bool given_one(struct shape *s, struct sharing_example *e)
{
    struct parser *p = s->p;
    enum tlp t = TLP_RED;

    if (accept_word(p, "owner"))
        return want_member_place(p, &e->label.owner);
    if (accept_word(p, "at"))
        return want_member_place(p, &e->at);
    if (accept_word(p, "marking"))
        return given_marking(p, e);
    if (accept_word(p, "unmarked"))
        return true;
    if (accept_word(p, "to"))
        return given_to(p, &e->label);
    if (accept_word(p, "group"))
        return given_group(s, &e->label);
    if (accept_word(p, "reader"))
        return given_reader(p, e);
    if (accept_word(p, "outside the group")) {
        e->reader.groups = 0;
        return true;
    }
    if (accept_word(p, "clearance")) {
        if (!want_tlp(p, &t))
            return false;
        e->reader.clearance = (uint8_t)t;
        return true;
    }
    if (accept_word(p, "exported")) {
        e->act = CYBER_EXPORT;
        return true;
    }
    if (accept_word(p, "of an exercise"))
        e->label.flags |= CYBER_EXERCISE;
    else if (accept_word(p, "under embargo"))
        e->label.flags |= CYBER_EMBARGO;
    else
        return expected(p,
                        "owner, at, marking, unmarked, to, group, reader, clearance, outside the group, "
                        "exported, of an exercise or under embargo",
                        NULL);
    return true;
}

bool line_sharing_given(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    struct sharing_example *e = parent(s)->u.sharing_example;

    (void)child;
    do {
        if (!given_one(s, e))
            return false;
    } while (accept_kind(p, TOKEN_COMMA));
    return want_end(p);
}

/* gives allowed; gives refused because audience */
bool line_sharing_gives(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    struct sharing_example *e = parent(s)->u.sharing_example;

    (void)child;
    if (e->says)
        return wrong(p, tok(p)->line, tok(p)->column, "this is said above already; expected it once");
    if (e->label.owner == CYBER_NO_PLACE ||
        (e->reader.member == CYBER_NO_PLACE && e->reader.kind != CYBER_ANONYMOUS))
        return wrong(p, tok(p)->line, tok(p)->column,
                     "whose object it is and who reads it are missing above; expected as in: given owner KZ, "
                     "marking amber, to all, reader TR analyst");
    e->says = true;
    if (accept_word(p, "allowed"))
        return want_end(p);
    if (!want(p, "refused because", "as in: gives allowed; or: gives refused because audience"))
        return false;
    for (enum cyber_verdict v = CYBER_NOT_MEMBER; v < CYBER_VERDICTS; v++) {
        if (accept_word(p, cyber_verdict_word(v))) {
            e->gives = v;
            return want_end(p);
        }
    }
    return expected(p, "a reason, as audience, group, clearance, red, amber-strict, clients, onward", NULL);
}

/*
 * Two stacks instead of recursion: operators that wait for their right operand, and operands. Nodes come out
 * in post-order.
 */
#include "base/scratch.h"
#include "base/text.h"
#include "stix/pattern_lex.h"
#include "stix/pattern_number.h"

/* Each parenthesis may have one waiting operator of each precedence before it. */
enum { STACK = 4 * (LIMIT_PATTERN_DEPTH + 2) };

struct waiting {
    enum pattern_token token; /* an operator, TOKEN_OPEN or TOKEN_BRACKET */
    uint32_t at;
};

struct parser {
    struct pattern_lexer lx;
    struct arena *arena;
    struct why *why;
    struct pattern out;
    struct pattern_node *node;
    struct pattern_comparison *comparison;
    uint32_t node_room, comparison_room, constants;
    unsigned n_waiting, n_operand, depth;
    bool inside;                   /* brackets */
    bool once;                     /* the operand is a bracket: each kind of qualifier once */
    unsigned qualified;            /* bits of the kinds it has */
    struct waiting waiting[STACK]; /* from here on written before it is read */
    uint32_t operand[STACK];
};

static bool expected(struct parser *p, const char *what, const char *clause)
{
    char room[48];

    if (p->lx.token == TOKEN_BAD)
        return false;
    return why_set(p->why, "syntax", p->lx.from, clause, "expected %s, found %s", what,
                   pattern_token_word(&p->lx, room));
}

static bool too_large(struct parser *p)
{
    return why_set(p->why, "too-large", p->lx.from, NULL, "the pattern has more parts than are read");
}

/* Reads on; false after an error of the lexer. */
static bool next(struct parser *p)
{
    pattern_lex(&p->lx);
    return p->lx.token != TOKEN_BAD;
}

/* The next item of an array that doubles; NULL past a ceiling. */
static void *more(struct arena *a, void *items, uint32_t n, uint32_t *room, uint32_t most, size_t size)
{
    void *grown;

    if (n < *room)
        return items;
    if (n >= most)
        return NULL;
    grown = arena_array(a, *room ? *room * 2 : 8, size);
    if (grown && n)
        memcpy(grown, items, n * size);
    *room = *room ? *room * 2 : 8;
    return grown;
}

static struct pattern_node *emit(struct parser *p, enum pattern_kind kind, uint32_t at)
{
    struct pattern_node *grown =
        more(p->arena, p->node, p->out.nodes, &p->node_room, LIMIT_PATTERN_NODES, sizeof *p->node);

    if (!grown) {
        too_large(p);
        return NULL;
    }
    p->node = grown;
    grown += p->out.nodes++;
    *grown =
        (struct pattern_node){ .kind = kind, .first = p->out.nodes - 1, .parent = PATTERN_NONE, .at = at };
    return grown;
}

/* Binds the topmost operand into the node just made, as its right or only one. */
static void take_right(struct parser *p, struct pattern_node *n)
{
    struct pattern_node *child = &p->node[p->operand[--p->n_operand]];

    child->parent = p->out.nodes - 1;
    n->first = child->first;
}

static bool push_operand(struct parser *p)
{
    if (p->n_operand == STACK)
        return why_set(p->why, "too-deep", p->lx.from, NULL, "the pattern is nested too deeply");
    p->operand[p->n_operand++] = p->out.nodes - 1;
    return true;
}

static bool push_waiting(struct parser *p, enum pattern_token token)
{
    bool open = token == TOKEN_OPEN;

    if (p->n_waiting == STACK || (open && p->depth == LIMIT_PATTERN_DEPTH))
        return why_set(p->why, "too-deep", p->lx.from, NULL, "more than %d parentheses within each other",
                       LIMIT_PATTERN_DEPTH);
    p->depth += open;
    p->waiting[p->n_waiting++] = (struct waiting){ token, (uint32_t)p->lx.from };
    return true;
}

/* 9.5.3 */
static int precedence(enum pattern_token t)
{
    return t == TOKEN_AND ? 3 : t == TOKEN_OR ? 2 : t == TOKEN_FOLLOWEDBY ? 1 : 0;
}

static bool reduce_one(struct parser *p)
{
    struct waiting w = p->waiting[--p->n_waiting];
    enum pattern_kind kind = w.token == TOKEN_FOLLOWEDBY ? PATTERN_FOLLOWEDBY
                             : w.token == TOKEN_AND      ? (p->inside ? PATTERN_BOTH : PATTERN_AND)
                                                         : (p->inside ? PATTERN_EITHER : PATTERN_OR);
    struct pattern_node *n = emit(p, kind, w.at), *l;

    if (!n)
        return false;
    take_right(p, n);
    l = &p->node[p->operand[--p->n_operand]];
    l->parent = p->out.nodes - 1;
    l->left = true;
    n->first = l->first;
    return push_operand(p);
}

static bool reduce(struct parser *p, int least)
{
    while (p->n_waiting && precedence(p->waiting[p->n_waiting - 1].token) >= least)
        if (!reduce_one(p))
            return false;
    return true;
}

static bool constant_next(struct parser *p, struct pattern_constant *out, const char *what,
                          const char *clause)
{
    if (p->lx.token != TOKEN_CONSTANT)
        return expected(p, what, clause);
    *out = p->lx.constant;
    return next(p);
}

static bool key(struct parser *p, struct pattern_step *out)
{
    out->kind = PATTERN_KEY;
    if (p->lx.token == TOKEN_NAME)
        out->key = span_sub(p->lx.text, p->lx.from, p->lx.at);
    else if (p->lx.token == TOKEN_CONSTANT && p->lx.constant.kind == PATTERN_STRING)
        out->key = p->lx.constant.text;
    else if (p->lx.token == TOKEN_HYPHENED)
        return expected(p, "a property name; one with a hyphen is written in quotes", "STIX 2.1 9.7");
    else
        return expected(p, "a property name", "STIX 2.1 9.7");
    return next(p);
}

static bool list_index(struct parser *p, struct pattern_step *out)
{
    if (p->lx.token == TOKEN_STAR) {
        out->kind = PATTERN_ALL;
    } else if (p->lx.token == TOKEN_CONSTANT && p->lx.constant.kind == PATTERN_INTEGER) {
        out->kind = PATTERN_INDEX;
        out->index = p->lx.constant.integer;
    } else {
        return expected(p, "the place in a list, or *", "STIX 2.1 9.7.2");
    }
    if (!next(p))
        return false;
    if (p->lx.token != TOKEN_BRACKET_END)
        return expected(p, "] behind the place in a list", "STIX 2.1 9.7.2");
    return next(p);
}

static bool object_path(struct parser *p, struct pattern_comparison *out)
{
    struct pattern_step step[LIMIT_PATTERN_STEP] = { 0 }, *kept;
    uint32_t n = 0;

    if (p->lx.token != TOKEN_NAME && p->lx.token != TOKEN_HYPHENED)
        return expected(p, "an object type", "STIX 2.1 9.7");
    out->at = (uint32_t)p->lx.from;
    out->type = span_sub(p->lx.text, p->lx.from, p->lx.at);
    if (!next(p))
        return false;
    if (p->lx.token != TOKEN_COLON)
        return expected(p, ": behind the object type", "STIX 2.1 9.7");
    if (!next(p) || !key(p, &step[n++]))
        return false;
    while (p->lx.token == TOKEN_DOT || p->lx.token == TOKEN_BRACKET) {
        bool dot = p->lx.token == TOKEN_DOT;

        if (n == LIMIT_PATTERN_STEP)
            return why_set(p->why, "too-deep", p->lx.from, NULL, "the object path has more than %d steps",
                           LIMIT_PATTERN_STEP);
        if (!next(p) || !(dot ? key(p, &step[n]) : list_index(p, &step[n])))
            return false;
        n++;
    }
    kept = arena_array(p->arena, n, sizeof *kept);
    if (!kept)
        return too_large(p);
    memcpy(kept, step, n * sizeof *kept);
    out->step = kept;
    out->steps = n;
    return true;
}

/* 9.6.1: of one type; integers and floats are numbers both. */
static bool same_type(const struct pattern_constant *a, const struct pattern_constant *b)
{
    bool numbers = (a->kind == PATTERN_INTEGER || a->kind == PATTERN_FLOAT) &&
                   (b->kind == PATTERN_INTEGER || b->kind == PATTERN_FLOAT);

    return numbers || a->kind == b->kind;
}

static bool set(struct parser *p, struct pattern_comparison *out)
{
    struct pattern_constant *c = NULL, *grown;
    uint32_t n = 0, room = 0;

    if (p->lx.token != TOKEN_OPEN)
        return expected(p, "( and the constants of the set", "STIX 2.1 9.6.1");
    if (!next(p))
        return false;
    while (p->lx.token != TOKEN_CLOSE || n == 0) {
        if (p->lx.token == TOKEN_CLOSE)
            break;
        grown = more(p->arena, c, n, &room, LIMIT_PATTERN_CONSTANTS - p->constants, sizeof *c);
        if (!grown)
            return too_large(p);
        c = grown;
        if (!constant_next(p, &c[n], "a constant", "STIX 2.1 9.6.1"))
            return false;
        if (n && !same_type(&c[0], &c[n]))
            return why_set(p->why, "mixed-set", c[n].at, "STIX 2.1 9.6.1",
                           "the constants of a set are of one type");
        n++;
        if (p->lx.token == TOKEN_CLOSE)
            break;
        if (p->lx.token != TOKEN_COMMA)
            return expected(p, ", or )", "STIX 2.1 9.6.1");
        if (!next(p))
            return false;
        if (p->lx.token != TOKEN_CONSTANT)
            return expected(p, "a constant", "STIX 2.1 9.6.1");
    }
    out->of = c;
    out->constants = n;
    p->constants += n;
    return next(p);
}

static bool operator_of(enum pattern_token t, enum pattern_operator *out)
{
    static const struct {
        enum pattern_token token;
        enum pattern_operator op;
    } of[] = {
        { TOKEN_EQ, PATTERN_EQ },
        { TOKEN_NE, PATTERN_NE },
        { TOKEN_LT, PATTERN_LT },
        { TOKEN_LE, PATTERN_LE },
        { TOKEN_GT, PATTERN_GT },
        { TOKEN_GE, PATTERN_GE },
        { TOKEN_IN, PATTERN_IN },
        { TOKEN_LIKE, PATTERN_LIKE },
        { TOKEN_MATCHES, PATTERN_MATCHES },
        { TOKEN_ISSUBSET, PATTERN_ISSUBSET },
        { TOKEN_ISSUPERSET, PATTERN_ISSUPERSET },
    };

    for (size_t i = 0; i < sizeof of / sizeof *of; i++)
        if (of[i].token == t) {
            *out = of[i].op;
            return true;
        }
    return false;
}

/* The constant behind an operator, of a kind it takes (9.6.1). */
static bool right_side(struct parser *p, struct pattern_comparison *out)
{
    enum pattern_operator op = out->op;
    bool order = op == PATTERN_LT || op == PATTERN_LE || op == PATTERN_GT || op == PATTERN_GE;
    bool text =
        op == PATTERN_LIKE || op == PATTERN_MATCHES || op == PATTERN_ISSUBSET || op == PATTERN_ISSUPERSET;
    struct pattern_constant *c;
    struct pattern_range range;

    if (op == PATTERN_IN)
        return set(p, out);
    if (p->lx.token == TOKEN_CONSTANT && text && p->lx.constant.kind != PATTERN_STRING)
        return expected(p, "a string", "STIX 2.1 9.6.1");
    if (p->lx.token == TOKEN_CONSTANT && order && p->lx.constant.kind == PATTERN_BOOLEAN)
        return expected(p, "a constant that has an order", "STIX 2.1 9.6.1");
    c = p->constants++ < LIMIT_PATTERN_CONSTANTS ? arena_alloc(p->arena, sizeof *c) : NULL;
    if (!c)
        return too_large(p);
    if (!constant_next(p, c, text ? "a string" : "a constant", "STIX 2.1 9.6.1"))
        return false;
    if ((op == PATTERN_ISSUBSET || op == PATTERN_ISSUPERSET) && !pattern_range_read(c->text, &range))
        return why_set(p->why, "address", c->at, "STIX 2.1 9.6.1",
                       "no IPv4 or IPv6 address, nor a range of them as in 198.51.100.0/24");
    out->of = c;
    out->constants = 1;
    return true;
}

static bool test(struct parser *p, struct pattern_comparison *out)
{
    bool before = p->lx.token == TOKEN_NOT;

    if (before && !next(p))
        return false;
    if (p->lx.token == TOKEN_EXISTS) {
        out->op = PATTERN_EXISTS;
        out->negated = before;
        return next(p) && object_path(p, out);
    }
    if (before)
        return expected(p, "EXISTS (NOT stands before an operator otherwise)", "STIX 2.1 9.6.1");
    if (!object_path(p, out))
        return false;
    if (p->lx.token == TOKEN_NOT) {
        out->negated = true;
        if (!next(p))
            return false;
    }
    if (!operator_of(p->lx.token, &out->op))
        return expected(p, "an operator", "STIX 2.1 9.6.1");
    return next(p) && right_side(p, out);
}

static bool comparison(struct parser *p)
{
    struct pattern_comparison c = { 0 }, *grown;
    struct pattern_node *n;

    if (!test(p, &c))
        return false;
    grown = more(p->arena, p->comparison, p->out.comparisons, &p->comparison_room, LIMIT_PATTERN_NODES,
                 sizeof *grown);
    n = grown ? emit(p, PATTERN_COMPARISON, c.at) : NULL;
    if (!n)
        return too_large(p);
    p->comparison = grown;
    n->which = p->out.comparisons;
    grown[p->out.comparisons++] = c;
    return push_operand(p);
}

/* Parentheses and brackets that open, then a comparison. */
static bool operand(struct parser *p)
{
    for (;;) {
        if (p->lx.token == TOKEN_OPEN) {
            if (!push_waiting(p, TOKEN_OPEN) || !next(p))
                return false;
        } else if (p->inside) {
            return comparison(p);
        } else if (p->lx.token == TOKEN_BRACKET) {
            if (!push_waiting(p, TOKEN_BRACKET) || !next(p))
                return false;
            p->inside = true;
        } else {
            return expected(p, "[ or (", "STIX 2.1 9.5");
        }
    }
}

/* Reduces to the parenthesis or bracket that this token closes. */
static bool close(struct parser *p, enum pattern_token opener)
{
    struct waiting *w;

    if (!reduce(p, 1))
        return false;
    w = p->n_waiting ? &p->waiting[p->n_waiting - 1] : NULL;
    if (!w || w->token != opener) {
        if (w && w->token == TOKEN_OPEN)
            return why_set(p->why, "syntax", p->lx.from, "STIX 2.1 9.5",
                           "expected ) for the parenthesis at offset %u", w->at);
        return expected(p, p->inside ? "AND, OR or ]" : "AND, OR, FOLLOWEDBY, a qualifier or the end",
                        "STIX 2.1 9.5");
    }
    p->n_waiting--;
    p->depth -= opener == TOKEN_OPEN;
    return true;
}

static bool bracket_end(struct parser *p)
{
    struct pattern_node *n;

    if (!close(p, TOKEN_BRACKET))
        return false;
    n = emit(p, PATTERN_BRACKET, p->waiting[p->n_waiting].at);
    if (!n)
        return false;
    n->which = p->out.brackets++;
    take_right(p, n);
    p->inside = false;
    p->once = true;
    p->qualified = 0;
    return push_operand(p) && next(p);
}

static bool parenthesis_end(struct parser *p)
{
    if (!close(p, TOKEN_OPEN))
        return false;
    p->once = false;
    return next(p);
}

static bool word(struct parser *p, enum pattern_token token, const char *what)
{
    if (p->lx.token != token)
        return expected(p, what, "STIX 2.1 9.5.1");
    return next(p);
}

static bool repeats(struct parser *p, struct pattern_node *n)
{
    struct pattern_constant c = p->lx.constant;

    if (p->lx.token != TOKEN_CONSTANT || c.kind != PATTERN_INTEGER || c.text.p[0] == '-')
        return expected(p, "a positive integer", "STIX 2.1 9.5.1");
    if (c.integer < 1)
        return why_set(p->why, "qualifier", c.at, "STIX 2.1 9.5.1", "REPEATS needs at least 1");
    n->times = (uint64_t)c.integer;
    return next(p) && word(p, TOKEN_TIMES, "TIMES");
}

static bool within(struct parser *p, struct pattern_node *n)
{
    struct pattern_constant c = p->lx.constant;

    if (p->lx.token != TOKEN_CONSTANT || (c.kind != PATTERN_INTEGER && c.kind != PATTERN_FLOAT) ||
        c.text.p[0] == '-')
        return expected(p, "a positive number", "STIX 2.1 9.5.1");
    if (!pattern_seconds(c.text, &n->window))
        return why_set(p->why, "constant", c.at, "STIX 2.1 9.5.1",
                       "more digits than a span of time may have");
    if (n->window.seconds == 0 && n->window.fraction == 0)
        return why_set(p->why, "qualifier", c.at, "STIX 2.1 9.5.1", "WITHIN needs more than 0 seconds");
    n->seconds = c.text;
    return next(p) && word(p, TOKEN_SECONDS, "SECONDS");
}

/* A timestamp; a string that is one, as in STIX 2.0. */
static bool moment(struct parser *p, struct pattern_time *out)
{
    struct pattern_constant c = p->lx.constant;

    if (p->lx.token != TOKEN_CONSTANT || (c.kind != PATTERN_TIMESTAMP && c.kind != PATTERN_STRING))
        return expected(p, "a timestamp t'..'", "STIX 2.1 9.5.1");
    if (c.kind == PATTERN_STRING) {
        if (!pattern_time_read(c.text, &c.time))
            return why_set(p->why, "constant", c.at, "STIX 2.1 9.5.1",
                           "no timestamp: write t'YYYY-MM-DDTHH:MM:SSZ'");
        if (p->out.old_form == PATTERN_NONE)
            p->out.old_form = c.at;
    }
    *out = c.time;
    return next(p);
}

static bool start_stop(struct parser *p, struct pattern_node *n)
{
    uint32_t at = (uint32_t)p->lx.from;

    if (!moment(p, &n->start) || !word(p, TOKEN_STOP, "STOP") || !moment(p, &n->stop))
        return false;
    if (pattern_time_cmp(n->start, n->stop) >= 0)
        return why_set(p->why, "qualifier", at, "STIX 2.1 9.5.1", "STOP is later than START");
    return true;
}

static bool qualifier(struct parser *p)
{
    enum pattern_token t = p->lx.token;
    enum pattern_kind kind = t == TOKEN_REPEATS  ? PATTERN_REPEATS
                             : t == TOKEN_WITHIN ? PATTERN_WITHIN
                                                 : PATTERN_START_STOP;
    uint32_t at = (uint32_t)p->lx.from;
    struct pattern_node *n, made = { 0 };

    if (p->once && p->qualified & 1u << kind)
        return why_set(p->why, "qualifier", at, "STIX 2.1 9.5.1", "a second qualifier of one kind");
    p->qualified |= 1u << kind;
    if (!next(p) || !(t == TOKEN_REPEATS  ? repeats(p, &made)
                      : t == TOKEN_WITHIN ? within(p, &made)
                                          : start_stop(p, &made)))
        return false;
    n = emit(p, kind, at);
    if (!n)
        return false;
    n->times = made.times;
    n->window = made.window;
    n->seconds = made.seconds;
    n->start = made.start;
    n->stop = made.stop;
    take_right(p, n);
    return push_operand(p);
}

/* What follows an operand, up to an operator (*again) or the end. */
static bool after(struct parser *p, bool *again)
{
    *again = true;
    for (;;) {
        enum pattern_token t = p->lx.token;
        bool ok;

        if (precedence(t) > 0 && !(p->inside && t == TOKEN_FOLLOWEDBY))
            return reduce(p, precedence(t)) && push_waiting(p, t) && next(p);
        if (t == TOKEN_CLOSE)
            ok = parenthesis_end(p);
        else if (p->inside && t == TOKEN_BRACKET_END)
            ok = bracket_end(p);
        else if (p->inside)
            ok = expected(p, "AND, OR or ]", "STIX 2.1 9.5");
        else if (t == TOKEN_REPEATS || t == TOKEN_WITHIN || t == TOKEN_START)
            ok = qualifier(p);
        else if (t == TOKEN_END)
            break;
        else
            ok = expected(p, "AND, OR, FOLLOWEDBY, a qualifier or the end", "STIX 2.1 9.5");
        if (!ok)
            return false;
    }
    *again = false;
    if (!reduce(p, 1))
        return false;
    if (p->n_waiting)
        return why_set(p->why, "syntax", p->lx.from, "STIX 2.1 9.5",
                       "expected ) for the parenthesis at offset %u", p->waiting[p->n_waiting - 1].at);
    return true;
}

bool pattern_parse(struct span text, struct arena *a, struct pattern *out, struct why *w)
{
    struct parser p UNINITIALIZED;
    struct why mine = { 0 };
    size_t valid = utf8_valid_to(text);
    bool again = true;

    memset(&p, 0, offsetof(struct parser, waiting));
    p.lx.text = text;
    p.lx.arena = p.arena = a;
    p.why = p.lx.why = w ? w : &mine;
    p.out.text = text;
    p.out.old_form = PATTERN_NONE;
    if (text.n > LIMIT_PATTERN)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the pattern is longer than %d bytes",
                       LIMIT_PATTERN);
    if (valid != text.n)
        return why_set(w, "utf-8", valid, "STIX 2.1 9.4", "the pattern is not UTF-8");
    if (!next(&p))
        return false;
    while (again)
        if (!operand(&p) || !after(&p, &again))
            return false;
    p.out.node = p.node;
    p.out.comparison = p.comparison;
    *out = p.out;
    return true;
}

void pattern_place(struct span text, size_t offset, size_t *line, size_t *column)
{
    *line = *column = 1;
    for (size_t i = 0; i < offset && i < text.n; i++) {
        if (text.p[i] == '\n') {
            ++*line;
            *column = 1;
        } else if ((text.p[i] & 0xc0) != 0x80) {
            ++*column;
        }
    }
}

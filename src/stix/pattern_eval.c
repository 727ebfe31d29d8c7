/* One bracket against one observation (STIX 2.1 9.5, 9.6). */
#include "stix/pattern_code.h"

enum order { ORDER_NONE, ORDER_UNCONVERTED, ORDER_KNOWN }; /* other types; 9.6.4; *cmp says */

static int integer_to_real(int64_t i, double r)
{
    double d = (double)i;

    if (d != r)
        return d < r ? -1 : 1;
    if (d >= 0x1p63)
        return -1;
    return i < (int64_t)r ? -1 : i > (int64_t)r;
}

/* Exact also where an integer is no double. */
static int number_cmp(const struct pattern_value *v, const struct pattern_constant *k)
{
    bool vi = v->kind == PATTERN_VALUE_INTEGER, ki = k->kind == PATTERN_INTEGER;

    if (vi && ki)
        return v->integer < k->integer ? -1 : v->integer > k->integer;
    if (vi)
        return integer_to_real(v->integer, k->real);
    if (ki)
        return -integer_to_real(k->integer, v->real);
    return v->real < k->real ? -1 : v->real > k->real;
}

/* Text against octets: the text as octets, if it has only code points below U+0100 (9.6.4). */
static enum order octets_cmp(struct span text, struct span octets, struct arena *scratch, int *cmp)
{
    struct span latin;

    if (!pattern_latin(text, scratch, &latin))
        return ORDER_UNCONVERTED;
    *cmp = span_cmp(latin, octets);
    return ORDER_KNOWN;
}

static enum order string_cmp(const struct pattern_value *v, const struct pattern_constant *k,
                             struct arena *scratch, int *cmp)
{
    enum order o = ORDER_KNOWN;

    if (v->kind == PATTERN_VALUE_TEXT)
        *cmp = span_cmp(v->text, k->text);
    else if (v->kind == PATTERN_VALUE_OCTETS &&
             (o = octets_cmp(k->text, v->text, scratch, cmp)) == ORDER_KNOWN)
        *cmp = -*cmp;
    return v->kind == PATTERN_VALUE_TEXT || v->kind == PATTERN_VALUE_OCTETS ? o : ORDER_NONE;
}

/* Value against constant: < 0, 0, > 0 in *cmp where the types have an order (9.2). */
static enum order compare(const struct pattern_value *v, const struct pattern_constant *k,
                          struct arena *scratch, int *cmp)
{
    struct pattern_time t;

    switch (k->kind) {
    case PATTERN_INTEGER:
    case PATTERN_FLOAT:
        if (v->kind != PATTERN_VALUE_INTEGER && v->kind != PATTERN_VALUE_REAL)
            return ORDER_NONE;
        *cmp = number_cmp(v, k);
        return ORDER_KNOWN;
    case PATTERN_BOOLEAN:
        *cmp = v->boolean != k->boolean;
        return v->kind == PATTERN_VALUE_BOOLEAN ? ORDER_KNOWN : ORDER_NONE;
    case PATTERN_STRING:
        return string_cmp(v, k, scratch, cmp);
    case PATTERN_BINARY:
        if (v->kind == PATTERN_VALUE_TEXT)
            return octets_cmp(v->text, k->text, scratch, cmp);
        *cmp = span_cmp(v->text, k->text);
        return v->kind == PATTERN_VALUE_OCTETS ? ORDER_KNOWN : ORDER_NONE;
    case PATTERN_TIMESTAMP:
        if (v->kind != PATTERN_VALUE_TEXT || !pattern_time_read(v->text, &t))
            return ORDER_NONE;
        *cmp = pattern_time_cmp(t, k->time);
        return ORDER_KNOWN;
    }
    return ORDER_NONE;
}

struct asked {
    const struct pattern_comparison *c;
    const struct pattern_test *t;
    struct pattern_work *work;
    uint32_t values;
    bool limit; /* a ceiling was met */
};

/* 1, 0, or -1: a ceiling was met. */
static int like_or_matches(struct asked *q, const struct pattern_value *v)
{
    bool octets = v->kind == PATTERN_VALUE_OCTETS;
    struct span text = v->text;

    if (!octets && v->kind != PATTERN_VALUE_TEXT)
        return 0;
    if (!octets && !pattern_nfc(v->text, &q->work->scratch, &text))
        return -1;
    if (q->c->op == PATTERN_MATCHES)
        return pattern_regex_find(&q->t->regex, text, octets, q->work->search);
    if (octets)
        return q->t->octets && pattern_like(text, q->t->like_octets, true);
    return pattern_like(text, q->t->like, false);
}

static int in_set(struct asked *q, const struct pattern_value *v)
{
    int cmp = 1;

    for (uint32_t i = 0; i < q->c->constants; i++)
        if (compare(v, &q->c->of[i], &q->work->scratch, &cmp) == ORDER_KNOWN && cmp == 0)
            return 1;
    return 0;
}

static int range(struct asked *q, const struct pattern_value *v)
{
    struct pattern_range r;

    if (v->kind != PATTERN_VALUE_TEXT || !pattern_range_read(v->text, &r))
        return 0;
    return q->c->op == PATTERN_ISSUBSET ? pattern_range_within(&r, &q->t->range)
                                        : pattern_range_within(&q->t->range, &r);
}

/* <, <=, >, >=; -2: other types, which NOT does not turn. */
static int ordered(struct asked *q, const struct pattern_value *v)
{
    int cmp = 0;
    enum order o = compare(v, &q->c->of[0], &q->work->scratch, &cmp);

    if (o != ORDER_KNOWN)
        return o == ORDER_NONE ? -2 : 0;
    return q->c->op == PATTERN_LT   ? cmp < 0
           : q->c->op == PATTERN_LE ? cmp <= 0
           : q->c->op == PATTERN_GT ? cmp > 0
                                    : cmp >= 0;
}

static int holds(struct asked *q, const struct pattern_value *v)
{
    switch (q->c->op) {
    case PATTERN_EXISTS:
        return 1;
    case PATTERN_EQ:
    case PATTERN_IN:
        return in_set(q, v);
    case PATTERN_NE:
        return !in_set(q, v);
    case PATTERN_LIKE:
    case PATTERN_MATCHES:
        return like_or_matches(q, v);
    case PATTERN_ISSUBSET:
    case PATTERN_ISSUPERSET:
        return range(q, v);
    case PATTERN_LT:
    case PATTERN_LE:
    case PATTERN_GT:
    case PATTERN_GE:
        return ordered(q, v);
    }
    return 0;
}

static bool visit(const struct pattern_value *v, void *arg)
{
    struct asked *q = arg;
    int r;

    if (q->values++ == LIMIT_PATTERN_VALUES) {
        q->limit = true;
        return true;
    }
    q->work->evaluated++;
    r = holds(q, v);
    if (r == -1)
        q->limit = true;
    if (r < 0)
        return false;
    return q->c->op == PATTERN_EXISTS || (r != 0) != q->c->negated;
}

/* One comparison for one object. *limit: false only because of a ceiling. */
static bool compared(const struct pattern_code *code, uint32_t i, const struct pattern_observation *o,
                     uint32_t object, struct pattern_work *work, bool *limit)
{
    struct asked q = { .c = &code->p->comparison[i], .t = &code->test[i], .work = work };
    bool found;

    if (!o->view->is(o->of, object, q.c))
        return false;
    found = o->view->values(o->of, object, q.c, q.t->field, &work->scratch, visit, &q);
    if (q.c->op == PATTERN_EXISTS && q.c->negated)
        return q.values == 0;
    if (q.limit && (!found || q.values > LIMIT_PATTERN_VALUES)) {
        *limit = true;
        return false;
    }
    return found;
}

/* The bracket for one object. What met a ceiling counts as `unknown`. No comparison is asked whose answer
 * does not matter: see struct pattern_node. */
static bool object_holds(const struct pattern_code *code, uint32_t bracket,
                         const struct pattern_observation *o, uint32_t object, struct pattern_work *work,
                         bool unknown, bool *limit)
{
    const struct pattern_node *node = code->p->node;
    uint32_t i = node[code->bracket[bracket]].first;

    for (;;) {
        bool met = false, v = compared(code, node[i].which, o, object, work, &met);

        if (met) {
            *limit = true;
            v = unknown;
        }
        for (;;) {
            bool left = node[i].left;

            if (node[i].parent == code->bracket[bracket])
                return v;
            if (left && v == (node[node[i].parent].kind == PATTERN_BOTH))
                break;
            i = node[i].parent;
        }
        for (i++; node[i].kind != PATTERN_COMPARISON; i++)
            ;
    }
}

enum pattern_verdict pattern_bracket(const struct pattern_code *code, uint32_t bracket,
                                     const struct pattern_observation *o, struct pattern_work *work,
                                     struct why *w)
{
    bool limited = false;

    for (uint32_t k = 0; k < o->objects; k++) {
        bool limit = false;

        arena_reset(&work->scratch);
        if (object_holds(code, bracket, o, k, work, false, &limit))
            return PATTERN_MATCH;
        if (limit && object_holds(code, bracket, o, k, work, true, &limit))
            limited = true;
    }
    if (!limited)
        return PATTERN_NO_MATCH;
    why_set(w, "match-limit", code->p->node[code->bracket[bracket]].at, "STIX 2.1 9.6.1",
            "a regular expression or the number of values met its ceiling");
    return PATTERN_UNDETERMINED;
}

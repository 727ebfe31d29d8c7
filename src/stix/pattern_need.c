#include "stix/pattern_need.h"

#include "stix/pattern_regex.h"

/* What one need is worth: whole values are rarest, then parts, numbers, and that a field is there at all. */
static unsigned worth(const struct need *n)
{
    unsigned len = n->text.n > 50 ? 50 : (unsigned)n->text.n;

    return n->kind == NEED_WHOLE ? 100 + len : n->kind == NEED_PART ? 40 + len : (unsigned)n->kind * 10;
}

static bool add(struct needs *s, struct arena *a, struct need n)
{
    struct need *kept = arena_alloc(a, sizeof *kept);
    unsigned v = worth(&n);

    if (!kept)
        return false;
    *kept = n;
    if (s->n == 0) {
        s->first = s->last = kept;
        s->worth = v;
    } else {
        s->last->next = kept;
        s->last = kept;
        s->worth = v < s->worth ? v : s->worth;
    }
    s->n++;
    return true;
}

static bool ends(struct span s, const char *with)
{
    size_t n = strlen(with);

    return s.n >= n && memcmp(s.p + s.n - n, with, n) == 0;
}

/* Values of the last key are decoded octets: their text does not stand in a record. */
static bool octets(const struct pattern_comparison *c)
{
    struct span key = c->step[c->steps - 1].key;

    return c->step[c->steps - 1].kind == PATTERN_KEY && (ends(key, "_hex") || ends(key, "_bin"));
}

static struct need need_of_constant(const struct pattern_constant *k, uint32_t i)
{
    struct need n = { .kind = NEED_FIELD, .comparison = i };

    if (k->kind == PATTERN_STRING && k->text.n) {
        n.kind = NEED_WHOLE;
        n.text = k->text;
    } else if (k->kind == PATTERN_INTEGER || k->kind == PATTERN_FLOAT) {
        n.kind = NEED_NUMBER;
        n.number = k->real == 0 ? 0 : k->real;
    }
    return n;
}

static bool part(const struct pattern_comparison *c, uint32_t i, struct arena *a, struct need *n)
{
    struct span nfc;

    if (!pattern_nfc(c->of[0].text, a, &nfc))
        return false;
    n->text = c->op == PATTERN_LIKE ? pattern_like_literal(nfc) : pattern_regex_literal(nfc, a);
    n->comparison = i;
    n->kind = n->text.n >= LIMIT_PATTERN_LITERAL_LEAST ? NEED_PART : NEED_FIELD;
    return true;
}

static bool comparison(const struct pattern *p, uint32_t i, const uint32_t *field, struct arena *a,
                       struct needs *out)
{
    const struct pattern_comparison *c = &p->comparison[i];
    struct need n = { .kind = NEED_FIELD, .comparison = i };

    *out = (struct needs){ .never = field && field[i] == PATTERN_NONE };
    if (out->never)
        return true;
    if (c->negated && c->op == PATTERN_EXISTS) {
        n.kind = NEED_NOTHING;
        return add(out, a, n);
    }
    if (c->negated || octets(c))
        return add(out, a, n);
    if (c->op == PATTERN_EQ || c->op == PATTERN_IN) {
        out->never = c->constants == 0;
        for (uint32_t k = 0; k < c->constants; k++)
            if (!add(out, a, need_of_constant(&c->of[k], i)))
                return false;
        return true;
    }
    if ((c->op == PATTERN_LIKE || c->op == PATTERN_MATCHES) && !part(c, i, a, &n))
        return false;
    return add(out, a, n);
}

/* AND: the side that is rarer. */
static struct needs both(const struct needs *l, const struct needs *r)
{
    if (l->never || r->never)
        return (struct needs){ .never = true };
    if (l->worth != r->worth)
        return l->worth > r->worth ? *l : *r;
    return l->n <= r->n ? *l : *r;
}

/* OR: all of both sides. */
static struct needs either(const struct needs *l, const struct needs *r)
{
    struct needs s = *l;

    if (l->never)
        return *r;
    if (r->never)
        return *l;
    s.last->next = r->first;
    s.last = r->last;
    s.n += r->n;
    s.worth = l->worth < r->worth ? l->worth : r->worth;
    return s;
}

bool pattern_needs(const struct pattern *p, uint32_t bracket, const uint32_t *field, struct arena *a,
                   struct needs *out)
{
    struct needs *stack;
    uint32_t node = 0, top = 0;

    while (p->node[node].kind != PATTERN_BRACKET || p->node[node].which != bracket)
        node++;
    stack = arena_array(a, node - p->node[node].first + 1, sizeof *stack);
    if (!stack)
        return false;
    for (uint32_t i = p->node[node].first; i < node; i++) {
        if (p->node[i].kind == PATTERN_COMPARISON) {
            if (!comparison(p, p->node[i].which, field, a, &stack[top++]))
                return false;
            continue;
        }
        top--;
        stack[top - 1] = p->node[i].kind == PATTERN_BOTH ? both(&stack[top - 1], &stack[top])
                                                         : either(&stack[top - 1], &stack[top]);
    }
    *out = stack[0];
    return true;
}

const struct pattern_literal *pattern_literals(const struct pattern *p, uint32_t bracket, struct arena *a,
                                               uint32_t *n)
{
    struct pattern_literal *l;
    struct needs s;

    *n = 0;
    if (!pattern_needs(p, bracket, NULL, a, &s))
        return NULL;
    l = arena_array(a, s.n, sizeof *l);
    if (!l || s.never || s.worth < NEED_NUMBER * 10)
        return l;
    for (const struct need *k = s.first; *n < s.n; k = k->next)
        l[(*n)++] = (struct pattern_literal){ k->kind != NEED_PART, k->text, k->number, k->comparison };
    return l;
}

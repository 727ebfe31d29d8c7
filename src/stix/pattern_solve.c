/*
 * The search over decisions (pattern_plan.h), from the outermost inwards. After each the flow of all leaves,
 * with what is undecided left open, must be possible: a necessary condition, so that most ways end at once.
 * Copies that REPEATS makes are tried in rising order only, for they can change places.
 */
#include <stdlib.h>

#include "stix/pattern_plan.h"

struct solver {
    struct plan s;
    struct flow *flow;
    uint32_t *order;    /* all nodes, pre-order */
    uint32_t *decision; /* those of them that decide */
    uint32_t *leaf;
    uint32_t nodes, decisions, leaves;
    uint32_t must; /* by place; PATTERN_NONE */
    uint64_t steps;
};

static uint32_t more(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static uint32_t less(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* What its parent leaves to node k. */
static void inherit(struct plan *s, uint32_t k)
{
    struct plan_node *n = &s->node[k];
    const struct plan_node *p = &s->node[n->parent];
    uint32_t least = p->floor;

    n->active = p->active;
    n->possible = p->possible;
    n->low = p->low;
    n->high = p->high;
    if (p->kind == PLAN_OR) {
        n->active = p->active && p->decided && p->chosen == k;
        n->possible = p->possible && (!p->decided || p->chosen == k);
    }
    if (p->kind != PLAN_FOLLOWED && p->kind != PLAN_WITHIN)
        return;
    if (p->decided)
        least = p->moment[p->choice];
    if (p->kind == PLAN_WITHIN || p->child != k)
        n->low = more(n->low, least);
    if (p->decided && p->kind == PLAN_WITHIN)
        n->high = less(n->high, p->until[p->choice]);
    else if (p->decided && p->child == k)
        n->high = less(n->high, p->moment[p->choice]);
}

/* Bounds of all nodes under the decisions made. A copy that is not decided comes no earlier than the one
 * before. */
static void propagate(struct solver *v)
{
    struct plan_node *node = v->s.node;

    for (uint32_t i = 0; i < v->nodes; i++) {
        struct plan_node *n = &node[v->order[i]];
        const struct plan_node *b = n->before == PATTERN_NONE ? NULL : &node[n->before];

        n->floor = 0;
        if (b && n->kind != PLAN_OR)
            n->floor = b->decided && b->active && b->moments ? b->moment[b->choice] : b->floor;
        if (i == 0) {
            n->active = n->possible = true;
            n->low = 0;
            n->high = UINT32_MAX - 1;
        } else {
            inherit(&v->s, v->order[i]);
        }
    }
    v->steps += v->nodes;
}

static bool accepts(const struct plan *s, uint32_t leaf, uint32_t place)
{
    const struct plan_node *n = &s->node[leaf];

    return n->holds[place / 64] >> place % 64 & 1 && s->last[place] >= n->low && s->first[place] <= n->high;
}

/* 1 the decisions so far can hold, 0 not, -1 the arena is full. */
static int possible(struct solver *v)
{
    bool taken = v->must == PATTERN_NONE;

    propagate(v);
    for (uint32_t i = 0; !taken && i < v->leaves; i++)
        taken = v->s.node[v->leaf[i]].possible && accepts(&v->s, v->leaf[i], v->must);
    return taken ? flow_check(v->flow, v->leaf, v->leaves, &v->steps) : 0;
}

/* Takes the next value of a decision; false when it has none left. */
static bool advance(struct plan *s, uint32_t k)
{
    struct plan_node *n = &s->node[k];
    const struct plan_node *b = n->before == PATTERN_NONE ? NULL : &s->node[n->before];
    bool begun = n->decided;

    n->decided = true;
    if (!n->active) /* below a side that was not chosen */
        return !begun;
    if (n->kind == PLAN_OR) {
        n->chosen = begun ? s->node[n->chosen].next : n->child;
        n->choice = begun ? n->choice + 1 : 0;
        while (!begun && b && b->active && n->choice < b->choice && n->chosen != PATTERN_NONE) {
            n->chosen = s->node[n->chosen].next;
            n->choice++;
        }
        return n->chosen != PATTERN_NONE;
    }
    n->choice = begun ? n->choice + 1 : b && b->active && b->decided ? b->choice : 0;
    while (n->kind == PLAN_WITHIN && n->choice < n->moments && n->moment[n->choice] < n->low)
        n->choice++;
    return n->choice < n->moments && n->moment[n->choice] <= n->high;
}

/* 1 found, 0 none, -1 a ceiling was met. Every value of every decision is tried, but where the flow says no.
 */
static int search(struct solver *v)
{
    uint32_t depth = 0;
    int r = possible(v);

    while (r >= 0) {
        if (v->steps > LIMIT_PATTERN_STEPS)
            return -1;
        if (r == 1 && depth == v->decisions)
            return 1;
        if (r == 0) { /* back to a decision that has another value */
            if (depth == 0)
                return 0;
            depth--;
        }
        while (!advance(&v->s, v->decision[depth])) {
            v->s.node[v->decision[depth]].decided = false;
            if (depth-- == 0)
                return 0;
            propagate(v);
        }
        depth++;
        r = possible(v);
    }
    return -1;
}

struct taking {
    const struct solver *v;
    struct pattern_bound *bound;
    uint32_t n;
};

static void take(uint32_t leaf, uint32_t place, uint64_t number, void *arg)
{
    struct taking *t = arg;
    const struct plan *s = &t->v->s;

    for (const struct plan_bracket *b = s->node[leaf].bracket; b; b = b->next)
        if (b->holds[place / 64] >> place % 64 & 1) {
            if (t->bound)
                t->bound[t->n] = (struct pattern_bound){ b->bracket, s->of[place], number };
            t->n++;
            return;
        }
}

static int by_bracket(const void *a, const void *b)
{
    const struct pattern_bound *x = a, *y = b;

    if (x->bracket != y->bracket)
        return x->bracket < y->bracket ? -1 : 1;
    return x->observation < y->observation ? -1 : x->observation > y->observation;
}

/* The flow as a binding; the copies of a bracket that use one observation together. */
static bool bind(struct solver *v, struct arena *a, struct pattern_binding *out)
{
    struct taking t = { .v = v };
    uint32_t kept = 0;

    for (uint32_t i = 0; v->must != PATTERN_NONE && i < v->leaves; i++)
        if (v->s.node[v->leaf[i]].active && accepts(&v->s, v->leaf[i], v->must)) {
            if (!flow_force(v->flow, v->leaf[i], v->must))
                return false;
            break;
        }
    flow_each(v->flow, take, &t);
    t.bound = arena_array(a, t.n, sizeof *t.bound);
    t.n = 0;
    if (!t.bound)
        return false;
    flow_each(v->flow, take, &t);
    qsort(t.bound, t.n, sizeof *t.bound, by_bracket);
    for (uint32_t i = 0; i < t.n; i++)
        if (kept && by_bracket(&t.bound[kept - 1], &t.bound[i]) == 0)
            t.bound[kept - 1].number += t.bound[i].number;
        else
            t.bound[kept++] = t.bound[i];
    *out = (struct pattern_binding){ t.bound, kept };
    return true;
}

static bool prepare(struct solver *v, struct arena *a)
{
    struct plan *s = &v->s;

    v->flow = flow_new(s, a);
    v->order = arena_array(a, s->nodes, sizeof *v->order);
    v->decision = arena_array(a, s->nodes, sizeof *v->decision);
    v->leaf = arena_array(a, s->nodes, sizeof *v->leaf);
    if (!v->flow || !v->order || !v->decision || !v->leaf)
        return false;
    for (uint32_t k = s->root; k != PATTERN_NONE; k = plan_next(s, s->root, k, true)) {
        v->order[v->nodes++] = k;
        if (s->node[k].kind == PLAN_LEAF)
            v->leaf[v->leaves++] = k;
        else if (s->node[k].kind != PLAN_AND)
            v->decision[v->decisions++] = k;
    }
    return true;
}

enum pattern_verdict pattern_solve(const struct pattern_problem *q, struct arena *a,
                                   struct pattern_binding *binding, struct why *w)
{
    struct solver v = { .must = PATTERN_NONE };
    struct pattern_binding mine;
    int r;

    if (!plan_make(q, a, &v.s, w))
        return PATTERN_UNDETERMINED;
    for (uint32_t i = 0; i < q->n; i++)
        if (v.s.of[i] == q->must)
            v.must = i;
    r = prepare(&v, a) ? search(&v) : -1;
    if (r == 0)
        return PATTERN_NO_MATCH;
    if (r == 1 && bind(&v, a, binding ? binding : &mine))
        return PATTERN_MATCH;
    why_set(w, v.steps > LIMIT_PATTERN_STEPS ? "too-complex" : "too-large", WHY_NO_OFFSET, "STIX 2.1 9.5",
            v.steps > LIMIT_PATTERN_STEPS ? "too many ways to choose observations for the brackets"
                                          : "pattern and observations need more memory than they may have");
    return PATTERN_UNDETERMINED;
}

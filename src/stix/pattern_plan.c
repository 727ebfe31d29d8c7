#include "stix/pattern_plan.h"

#include <stdlib.h>

static bool full(struct why *w)
{
    return why_set(w, "too-large", WHY_NO_OFFSET, NULL,
                   "pattern and observations need more memory than they may have");
}

static uint32_t add(struct plan *s, enum plan_kind kind)
{
    struct plan_node *grown;

    if (s->nodes == s->room) {
        uint32_t room = s->room * 2;

        grown = arena_array(s->a, room, sizeof *grown);
        if (!grown)
            return PATTERN_NONE;
        memcpy(grown, s->node, s->nodes * sizeof *grown);
        s->node = grown;
        s->room = room;
    }
    s->node[s->nodes] = (struct plan_node){ .kind = kind,
                                            .parent = PATTERN_NONE,
                                            .child = PATTERN_NONE,
                                            .last_child = PATTERN_NONE,
                                            .next = PATTERN_NONE,
                                            .before = PATTERN_NONE,
                                            .need = 1 };
    return s->nodes++;
}

static void adopt(struct plan *s, uint32_t parent, uint32_t child)
{
    struct plan_node *p = &s->node[parent];

    s->node[child].parent = parent;
    s->node[child].next = PATTERN_NONE;
    if (p->child == PATTERN_NONE)
        p->child = child;
    else
        s->node[p->last_child].next = child;
    p->last_child = child;
}

uint32_t plan_next(const struct plan *s, uint32_t root, uint32_t k, bool deeper)
{
    if (deeper && s->node[k].child != PATTERN_NONE)
        return s->node[k].child;
    while (k != root && s->node[k].next == PATTERN_NONE)
        k = s->node[k].parent;
    return k == root ? PATTERN_NONE : s->node[k].next;
}

static uint64_t times(uint64_t a, uint64_t b)
{
    uint64_t r;

    return __builtin_mul_overflow(a, b, &r) ? UINT64_MAX : r;
}

static uint64_t plus(uint64_t a, uint64_t b)
{
    uint64_t r;

    return __builtin_add_overflow(a, b, &r) ? UINT64_MAX : r;
}

static bool single(const struct plan *s, uint32_t k)
{
    return s->node[k].kind == PLAN_LEAF && s->node[k].need == 1;
}

/* The bracket's observations in the order of this plan. */
static bool leaf(struct plan *s, uint32_t bracket, uint32_t *out)
{
    uint32_t k = add(s, PLAN_LEAF);
    uint64_t *holds = arena_array(s->a, s->words + 1, sizeof *holds);
    uint64_t *mine = arena_array(s->a, s->words + 1, sizeof *mine);
    struct plan_bracket *b = arena_alloc(s->a, sizeof *b);
    const uint64_t *given = s->q->holds + (size_t)bracket * s->words;

    if (k == PATTERN_NONE || !holds || !mine || !b)
        return false;
    for (uint32_t i = 0; i < s->n; i++)
        if (given[s->of[i] / 64] >> s->of[i] % 64 & 1)
            holds[i / 64] |= UINT64_C(1) << i % 64;
    if (s->words)
        memcpy(mine, holds, s->words * sizeof *mine);
    *b = (struct plan_bracket){ bracket, mine, NULL };
    s->node[k].holds = holds;
    s->node[k].bracket = b;
    *out = k;
    return true;
}

/* Two leaves that need one observation each: one leaf. */
static void unite(struct plan *s, uint32_t l, uint32_t r)
{
    struct plan_bracket *b = s->node[l].bracket;

    for (uint32_t i = 0; i < s->words; i++)
        s->node[l].holds[i] |= s->node[r].holds[i];
    while (b->next)
        b = b->next;
    b->next = s->node[r].bracket;
}

static bool join(struct plan *s, enum plan_kind kind, uint32_t l, uint32_t r, uint32_t *out)
{
    uint32_t k;

    if (kind == PLAN_OR && single(s, r)) {
        uint32_t with = s->node[l].kind == PLAN_OR ? s->node[l].child : l;

        if (single(s, with)) {
            unite(s, with, r);
            *out = l;
            return true;
        }
    }
    if (kind != PLAN_FOLLOWED && s->node[l].kind == kind) {
        adopt(s, l, r);
        *out = l;
        return true;
    }
    k = add(s, kind);
    if (k == PATTERN_NONE)
        return false;
    if (kind == PLAN_OR && single(s, r)) {
        uint32_t swap = l;

        l = r;
        r = swap;
    }
    adopt(s, k, l);
    adopt(s, k, r);
    *out = k;
    return true;
}

/* Puts a node of this kind in the place of k, with what k was below it. */
static bool wrap(struct plan *s, uint32_t k, enum plan_kind kind, uint32_t *inner)
{
    uint32_t y = add(s, kind);
    struct plan_node *n;

    if (y == PATTERN_NONE)
        return false;
    n = &s->node[y];
    *n = s->node[k];
    for (uint32_t c = n->child; c != PATTERN_NONE; c = s->node[c].next)
        s->node[c].parent = y;
    s->node[k] = (struct plan_node){ .kind = kind,
                                     .parent = n->parent,
                                     .next = n->next,
                                     .child = y,
                                     .last_child = y,
                                     .before = PATTERN_NONE };
    n->parent = k;
    n->next = PATTERN_NONE;
    *inner = y;
    return true;
}

/* REPEATS of AND is AND of REPEATS: each observation is used once anyway. */
static bool repeat(struct plan *s, uint32_t root, uint64_t n)
{
    uint32_t inner;

    for (uint32_t k = root; n > 1 && k != PATTERN_NONE;
         k = plan_next(s, root, k, s->node[k].kind == PLAN_AND)) {
        if (s->node[k].kind == PLAN_AND)
            continue;
        if (s->node[k].kind != PLAN_LEAF && s->node[k].kind != PLAN_REPEAT) {
            if (!wrap(s, k, PLAN_REPEAT, &inner))
                return false;
            s->node[k].need = 1;
        }
        s->node[k].need = times(s->node[k].need, n);
    }
    return true;
}

/* Keeps observations that may lie in [start, stop). */
static void between(struct plan *s, uint32_t root, const struct pattern_node *n)
{
    for (uint32_t k = root; k != PATTERN_NONE; k = plan_next(s, root, k, true)) {
        if (s->node[k].kind != PLAN_LEAF)
            continue;
        for (uint32_t i = 0; i < s->n; i++) {
            if (pattern_time_cmp(s->time[s->last[i]], n->start) >= 0 &&
                pattern_time_cmp(s->time[s->first[i]], n->stop) < 0)
                continue;
            s->node[k].holds[i / 64] &= ~(UINT64_C(1) << i % 64);
            for (struct plan_bracket *b = s->node[k].bracket; b; b = b->next)
                b->holds[i / 64] &= ~(UINT64_C(1) << i % 64);
        }
    }
}

static bool within(struct plan *s, uint32_t *root, struct pattern_time window)
{
    uint32_t k;

    if (single(s, *root))
        return true;
    k = add(s, PLAN_WITHIN);
    if (k == PATTERN_NONE)
        return false;
    s->node[k].window = window;
    adopt(s, k, *root);
    *root = k;
    return true;
}

/* One node of the pattern; stack holds the plans of its operands. */
static bool build(struct plan *s, const struct pattern_node *n, uint32_t *stack, uint32_t *top)
{
    enum plan_kind kind = n->kind == PATTERN_AND ? PLAN_AND : n->kind == PATTERN_OR ? PLAN_OR : PLAN_FOLLOWED;

    switch (n->kind) {
    case PATTERN_BRACKET:
        return leaf(s, n->which, &stack[(*top)++]);
    case PATTERN_AND:
    case PATTERN_OR:
    case PATTERN_FOLLOWEDBY:
        --*top;
        return join(s, kind, stack[*top - 1], stack[*top], &stack[*top - 1]);
    case PATTERN_REPEATS:
        return repeat(s, stack[*top - 1], n->times);
    case PATTERN_WITHIN:
        return within(s, &stack[*top - 1], n->window);
    case PATTERN_START_STOP:
        between(s, stack[*top - 1], n);
        return true;
    case PATTERN_COMPARISON:
    case PATTERN_BOTH:
    case PATTERN_EITHER:
        break;
    }
    return true;
}

/* Rank of the last time <= t; the caller knows that there is one. */
static uint32_t rank(const struct plan *s, struct pattern_time t)
{
    uint32_t from = 0, to = s->times;

    while (from < to) {
        uint32_t mid = from + (to - from) / 2;

        if (pattern_time_cmp(s->time[mid], t) <= 0)
            from = mid + 1;
        else
            to = mid;
    }
    return from - 1;
}

static struct pattern_time later(struct pattern_time t, struct pattern_time by)
{
    const uint64_t whole = UINT64_C(1000000000000000000);

    t.seconds += by.seconds;
    t.fraction += by.fraction;
    if (t.fraction >= whole) {
        t.fraction -= whole;
        t.seconds++;
    }
    return t;
}

/* The moments that a decision may fall on: when something on the left began, or something in it ended. */
static bool moments(struct plan *s, uint32_t k)
{
    struct plan_node *n = &s->node[k];
    bool within = n->kind == PLAN_WITHIN;
    uint32_t root = n->child, c = 0;
    uint8_t *met = arena_alloc(s->a, s->times + 1);
    uint32_t *moment, *until;

    if (!met)
        return false;
    for (uint32_t l = root; l != PATTERN_NONE; l = plan_next(s, root, l, true))
        for (uint32_t i = 0; s->node[l].kind == PLAN_LEAF && i < s->n; i++)
            if (s->node[l].holds[i / 64] >> i % 64 & 1)
                met[within ? s->last[i] : s->first[i]] = 1;
    for (uint32_t i = 0; i < s->times; i++)
        c += met[i];
    moment = arena_array(s->a, c + 1, sizeof *moment);
    until = within ? arena_array(s->a, c + 1, sizeof *until) : NULL;
    if (!moment || (within && !until))
        return false;
    c = 0;
    for (uint32_t i = 0; i < s->times; i++) {
        if (!met[i])
            continue;
        moment[c] = i;
        if (within)
            until[c] = rank(s, later(s->time[i], n->window));
        c++;
    }
    n->moment = moment;
    n->until = until;
    n->moments = c;
    return true;
}

/* The fewest observations that k and what it holds can do with; nodes of the subtree counted. */
static uint64_t least(struct plan *s, uint32_t root, uint64_t *need, uint32_t *size)
{
    uint32_t k, n = 0;

    for (k = root; k != PATTERN_NONE; k = plan_next(s, root, k, true)) {
        need[k] = s->node[k].kind == PLAN_OR     ? UINT64_MAX
                  : s->node[k].kind == PLAN_LEAF ? s->node[k].need
                                                 : 0;
        n++;
    }
    *size = n;
    /* Each node is added to its parent when it is left for good. */
    for (k = root; s->node[k].child != PATTERN_NONE; k = s->node[k].child)
        ;
    for (;;) {
        uint32_t p = s->node[k].parent;

        if (k == root)
            return need[k];
        if (s->node[p].kind == PLAN_OR)
            need[p] = need[k] < need[p] ? need[k] : need[p];
        else
            need[p] = plus(need[p], need[k]);
        if (s->node[k].next == PATTERN_NONE) {
            k = p;
            continue;
        }
        for (k = s->node[k].next; s->node[k].child != PATTERN_NONE; k = s->node[k].child)
            ;
    }
}

/* A copy of the subtree, as the last child of `parent`. */
static uint32_t clone(struct plan *s, uint32_t root, uint32_t parent)
{
    uint32_t top = PATTERN_NONE, at = parent;

    for (uint32_t k = root;;) {
        uint32_t c = add(s, s->node[k].kind);

        if (c == PATTERN_NONE)
            return PATTERN_NONE;
        s->node[c] = s->node[k];
        s->node[c].child = s->node[c].last_child = PATTERN_NONE;
        adopt(s, at, c);
        if (top == PATTERN_NONE)
            top = c;
        /* Copies within the copied subtree: the one before has been cloned already. */
        s->copy[k] = c;
        if (k != root && s->node[k].before != PATTERN_NONE)
            s->node[c].before = s->copy[s->node[k].before];
        if (s->node[k].child != PATTERN_NONE) {
            k = s->node[k].child;
            at = c;
            continue;
        }
        while (k != root && s->node[k].next == PATTERN_NONE) {
            k = s->node[k].parent;
            at = s->node[at].parent;
        }
        if (k == root)
            return top;
        k = s->node[k].next;
    }
}

/* REPEATS of what cannot be multiplied becomes AND of copies. */
static bool expand(struct plan *s, uint32_t k, uint64_t *need, struct why *w)
{
    uint64_t n = s->node[k].need, fewest;
    uint32_t child = s->node[k].child, size = 0;

    fewest = times(least(s, child, need, &size), n);
    if (fewest > s->total) { /* never */
        uint64_t *none = arena_array(s->a, s->words + 1, sizeof *none);

        s->node[k].kind = PLAN_LEAF;
        s->node[k].need = fewest;
        s->node[k].holds = none;
        s->node[k].child = s->node[k].last_child = PATTERN_NONE;
        return none ? true : full(w);
    }
    if (times(n, size) + s->nodes > LIMIT_PATTERN_SLOTS)
        return why_set(w, "too-complex", WHY_NO_OFFSET, "STIX 2.1 9.5.1",
                       "REPEATS makes more than %d brackets to be told apart", LIMIT_PATTERN_SLOTS);
    s->node[k].kind = PLAN_AND;
    for (uint64_t i = 1; i < n; i++) {
        uint32_t before = s->node[k].last_child, c = clone(s, child, k);

        if (c == PATTERN_NONE)
            return full(w);
        s->node[c].before = before;
    }
    return true;
}

static bool expand_all(struct plan *s, struct why *w)
{
    uint32_t *found = arena_array(s->a, s->nodes + 1, sizeof *found), n = 0;
    uint64_t *need = arena_array(s->a, (size_t)s->nodes + LIMIT_PATTERN_SLOTS, sizeof *need);

    s->copy = arena_array(s->a, (size_t)s->nodes + LIMIT_PATTERN_SLOTS, sizeof *s->copy);
    if (!found || !need || !s->copy)
        return full(w);
    for (uint32_t k = s->root; k != PATTERN_NONE; k = plan_next(s, s->root, k, true)) {
        if ((s->node[k].kind == PLAN_FOLLOWED || s->node[k].kind == PLAN_WITHIN) && !moments(s, k))
            return full(w);
        if (s->node[k].kind == PLAN_REPEAT)
            found[n++] = k;
    }
    while (n--) /* the innermost first */
        if (!expand(s, found[n], need, w))
            return false;
    return true;
}

struct sorting {
    struct pattern_time last;
    uint32_t of;
};

static int by_last(const void *a, const void *b)
{
    const struct sorting *x = a, *y = b;
    int c = pattern_time_cmp(x->last, y->last);

    return c ? c : x->of < y->of ? -1 : x->of > y->of;
}

static int by_time(const void *a, const void *b)
{
    return pattern_time_cmp(*(const struct pattern_time *)a, *(const struct pattern_time *)b);
}

/* Observations by last, times by rank. */
static bool sort(struct plan *s)
{
    uint32_t n = s->n, *of = arena_array(s->a, n + 1, sizeof *of), kept = 0;
    struct sorting *by = arena_array(s->a, n + 1, sizeof *by);

    s->time = arena_array(s->a, 2 * (size_t)n + 1, sizeof *s->time);
    s->first = arena_array(s->a, n + 1, sizeof *s->first);
    s->last = arena_array(s->a, n + 1, sizeof *s->last);
    s->least_first = arena_array(s->a, n + 1, sizeof *s->least_first);
    s->number = arena_array(s->a, n + 1, sizeof *s->number);
    if (!of || !by || !s->time || !s->first || !s->last || !s->least_first || !s->number)
        return false;
    for (uint32_t i = 0; i < n; i++) {
        by[i] = (struct sorting){ s->q->o[i].last, i };
        s->time[2 * i] = s->q->o[i].first;
        s->time[2 * i + 1] = s->q->o[i].last;
    }
    qsort(by, n, sizeof *by, by_last);
    qsort(s->time, 2 * (size_t)n, sizeof *s->time, by_time);
    for (uint32_t i = 0; i < 2 * n; i++)
        if (kept == 0 || pattern_time_cmp(s->time[kept - 1], s->time[i]) != 0)
            s->time[kept++] = s->time[i];
    s->times = kept;
    s->least_first[n] = UINT32_MAX;
    for (uint32_t i = n; i--;) {
        const struct pattern_span_of *o = &s->q->o[by[i].of];

        of[i] = by[i].of;
        s->first[i] = rank(s, o->first);
        s->last[i] = rank(s, o->last);
        s->number[i] = o->number;
        s->total = plus(s->total, o->number);
        s->least_first[i] = s->first[i] < s->least_first[i + 1] ? s->first[i] : s->least_first[i + 1];
    }
    s->of = of;
    return true;
}

bool plan_make(const struct pattern_problem *q, struct arena *a, struct plan *out, struct why *w)
{
    struct plan s = { .a = a, .q = q, .n = q->n, .words = (q->n + 63) / 64 };
    uint32_t *stack = arena_array(a, q->p->nodes + 1, sizeof *stack), top = 0;

    s.room = 16;
    s.node = arena_array(a, s.room, sizeof *s.node);
    if (!stack || !s.node || !sort(&s))
        return full(w);
    for (uint32_t i = 0; i < q->p->nodes; i++)
        if (!build(&s, &q->p->node[i], stack, &top))
            return full(w);
    s.root = stack[0];
    if (!expand_all(&s, w))
        return false;
    *out = s;
    return true;
}

#include "stix/pattern_watch.h"

#include <stdlib.h>

#include "stix/pattern_code.h"
#include "stix/pattern_index.h"
#include "stix/pattern_plan.h"

/* An observation that a pattern remembers. */
struct remembered {
    struct pattern_span_of o;
    uint64_t key;
};

/* One pattern's memory: observations in the order of arrival, and for each which brackets it holds for
 * (holds[i * words ..], one bit a bracket). */
struct memory {
    struct remembered *o;
    uint64_t *holds;
    uint32_t n, room, words;
    struct pattern_time horizon; /* how long */
    struct pattern_time blind;   /* dropped observations matter until the time is past this */
    bool dropped;
};

struct pattern_watch {
    const struct pattern_code *const *code;
    uint32_t n;
    struct pattern_watch_set set;
    struct memory *memory;
    struct pattern_index *index; /* NULL: every pattern is asked */
    struct pattern_index_work *index_work;
    struct pattern_time now;
    bool begun;
    struct pattern_watch_state told;
    struct arena arena; /* of one search */
    /* Of the observation at hand. */
    uint32_t *touched, n_touched;
    uint64_t **met, **unsure; /* of patterns touched: brackets that hold, or met a ceiling */
    uint64_t *bits;           /* what met and unsure point into */
    uint64_t *key;
    struct why why;
};

static const uint64_t whole = UINT64_C(1000000000000000000);

static struct pattern_time plus(struct pattern_time a, struct pattern_time b)
{
    a.seconds += b.seconds;
    a.fraction += b.fraction;
    if (a.fraction >= whole) {
        a.fraction -= whole;
        a.seconds++;
    }
    return a;
}

static void *zeros(size_t n, size_t size)
{
    void *p = calloc(n ? n : 1, size);

    if (!p)
        abort();
    return p;
}

/* The window that holds all of the pattern: the narrowest WITHIN among the qualifiers of its root. */
static bool window(const struct pattern *p, struct pattern_time *out)
{
    bool any = false;

    for (uint32_t i = p->nodes - 1;; i--) {
        const struct pattern_node *n = &p->node[i];

        if (n->kind != PATTERN_WITHIN && n->kind != PATTERN_START_STOP &&
            !(n->kind == PATTERN_REPEATS && n->times == 1))
            return any;
        if (n->kind == PATTERN_WITHIN && (!any || pattern_time_cmp(n->window, *out) < 0)) {
            *out = n->window;
            any = true;
        }
    }
}

/* One bracket and no need of another observation: nothing is remembered. */
static bool simple(const struct pattern *p)
{
    if (p->brackets != 1)
        return false;
    for (uint32_t i = 0; i < p->nodes; i++)
        if (p->node[i].kind > PATTERN_BRACKET && p->node[i].kind != PATTERN_WITHIN)
            return false;
    return true;
}

struct pattern_watch *pattern_watch_new(const struct pattern_code *const *code, uint32_t n,
                                        const struct pattern_watch_set *set)
{
    struct pattern_watch *x = zeros(1, sizeof *x);
    size_t words = 0;

    x->code = code;
    x->n = n;
    x->set = *set;
    if (x->set.most == 0 || x->set.most > LIMIT_PATTERN_REMEMBERED)
        x->set.most = LIMIT_PATTERN_REMEMBERED;
    x->memory = zeros(n, sizeof *x->memory);
    x->touched = zeros(n, sizeof *x->touched);
    x->met = zeros(n, sizeof *x->met);
    x->unsure = zeros(n, sizeof *x->unsure);
    x->key = zeros((size_t)x->set.most + 1, sizeof *x->key);
    for (uint32_t i = 0; i < n; i++) {
        struct pattern_time w = { 0, 0 };

        x->memory[i].words = (code[i]->p->brackets + 63) / 64;
        x->memory[i].horizon = window(code[i]->p, &w) ? plus(w, set->late) : set->keep;
        words += x->memory[i].words;
    }
    x->bits = zeros(2 * words, sizeof *x->bits);
    words = 0;
    for (uint32_t i = 0; i < n; i++) {
        x->met[i] = x->bits + words;
        x->unsure[i] = x->met[i] + x->memory[i].words;
        words += 2 * (size_t)x->memory[i].words;
    }
    if (n && code[0]->fields) {
        x->index = pattern_index_new(code, n);
        x->index_work = pattern_index_work_new(x->index);
    }
    arena_init(&x->arena, LIMIT_PATTERN_SCRATCH);
    return x;
}

void pattern_watch_free(struct pattern_watch *x)
{
    if (!x)
        return;
    for (uint32_t i = 0; i < x->n; i++) {
        free(x->memory[i].o);
        free(x->memory[i].holds);
    }
    pattern_index_work_free(x->index_work);
    pattern_index_free(x->index);
    arena_free(&x->arena);
    free(x->memory);
    free(x->touched);
    free(x->met);
    free(x->unsure);
    free(x->bits);
    free(x->key);
    free(x);
}

/* Takes out item k, keeping the order. */
static void forget(struct memory *m, uint32_t k)
{
    uint32_t behind = m->n - k - 1;

    memmove(m->o + k, m->o + k + 1, behind * sizeof *m->o);
    memmove(m->holds + (size_t)k * m->words, m->holds + (size_t)(k + 1) * m->words,
            (size_t)behind * m->words * sizeof *m->holds);
    m->n--;
}

/* Forgets what ended longer ago than the horizon. */
static void expire(struct pattern_watch *x, struct memory *m)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < m->n; i++) {
        if (pattern_time_cmp(plus(m->o[i].o.last, m->horizon), x->now) < 0)
            continue;
        if (kept != i) {
            m->o[kept] = m->o[i];
            memcpy(m->holds + (size_t)kept * m->words, m->holds + (size_t)i * m->words,
                   m->words * sizeof *m->holds);
        }
        kept++;
    }
    x->told.remembered -= m->n - kept;
    m->n = kept;
    if (m->dropped && pattern_time_cmp(m->blind, x->now) < 0)
        m->dropped = false;
}

/* An observation that ended at `last` is not remembered: until it would have been forgotten nothing is
 * certain. */
static void go_blind(struct memory *m, struct pattern_time last)
{
    struct pattern_time until = plus(last, m->horizon);

    if (!m->dropped || pattern_time_cmp(m->blind, until) < 0)
        m->blind = until;
    m->dropped = true;
}

/* The one that ended first makes room. */
static void drop_oldest(struct pattern_watch *x, struct memory *m)
{
    uint32_t oldest = 0;

    for (uint32_t i = 1; i < m->n; i++)
        if (pattern_time_cmp(m->o[i].o.last, m->o[oldest].o.last) < 0)
            oldest = i;
    go_blind(m, m->o[oldest].o.last);
    forget(m, oldest);
    x->told.dropped++;
    x->told.remembered--;
}

static void remember(struct pattern_watch *x, struct memory *m, const struct pattern_observation *o,
                     uint64_t key, const uint64_t *met)
{
    if (m->n == x->set.most)
        drop_oldest(x, m);
    if (m->n == m->room) {
        uint32_t room = m->room ? m->room * 2 : 4;

        m->o = realloc(m->o, room * sizeof *m->o);
        m->holds = realloc(m->holds, (size_t)room * m->words * sizeof *m->holds);
        if (!m->o || !m->holds)
            abort();
        x->told.bytes += (room - m->room) * (sizeof *m->o + m->words * sizeof *m->holds);
        m->room = room;
    }
    m->o[m->n] = (struct remembered){ { o->first, o->last, o->number }, key };
    memcpy(m->holds + (size_t)m->n * m->words, met, m->words * sizeof *met);
    m->n++;
    x->told.remembered++;
}

static bool repeats(const struct memory *m, uint64_t key)
{
    for (uint32_t i = 0; key && i < m->n; i++)
        if (m->o[i].key == key)
            return true;
    return false;
}

/* The choice that contains the newest, out of what is remembered. */
static enum pattern_verdict solve(struct pattern_watch *x, uint32_t pattern, struct pattern_binding *binding,
                                  struct why *w)
{
    struct memory *m = &x->memory[pattern];
    const struct pattern *p = x->code[pattern]->p;
    struct pattern_problem q = { .p = p, .n = m->n, .must = m->n - 1 };
    struct pattern_span_of *o;
    uint64_t *holds;
    uint32_t words = (m->n + 63) / 64;

    arena_reset(&x->arena);
    o = arena_array(&x->arena, m->n, sizeof *o);
    holds = arena_array(&x->arena, (size_t)words * p->brackets, sizeof *holds);
    if (!o || !holds) {
        why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the pattern needs more memory than it may have");
        return PATTERN_UNDETERMINED;
    }
    for (uint32_t i = 0; i < m->n; i++) {
        o[i] = m->o[i].o;
        for (uint32_t b = 0; b < p->brackets; b++)
            if (m->holds[(size_t)i * m->words + b / 64] >> b % 64 & 1)
                holds[(size_t)b * words + i / 64] |= UINT64_C(1) << i % 64;
    }
    q.o = o;
    q.holds = holds;
    return pattern_solve(&q, &x->arena, binding, w);
}

static void tell(struct pattern_watch *x, uint32_t pattern, enum pattern_verdict v,
                 const struct pattern_binding *b, const struct why *w, pattern_on_hit *on_hit, void *arg)
{
    struct pattern_hit hit = { .pattern = pattern, .verdict = v, .key = x->key, .why = w };

    for (uint32_t i = 0; b && i < b->n && hit.keys < x->set.most; i++)
        x->key[hit.keys++] = x->memory[pattern].o[b->bound[i].observation].key;
    on_hit(&hit, arg);
}

/* One bracket that a pattern might hold for. */
static void ask(struct pattern_watch *x, const struct pattern_observation *o, struct pattern_work *work,
                uint32_t pattern, uint32_t bracket)
{
    struct memory *m = &x->memory[pattern];
    enum pattern_verdict v = pattern_bracket(x->code[pattern], bracket, o, work, &x->why);
    bool fresh = true;

    x->told.evaluated++;
    if (v == PATTERN_NO_MATCH)
        return;
    for (uint32_t i = 0; fresh && i < m->words; i++)
        fresh = (x->met[pattern][i] | x->unsure[pattern][i]) == 0;
    if (fresh)
        x->touched[x->n_touched++] = pattern;
    (v == PATTERN_MATCH ? x->met : x->unsure)[pattern][bracket / 64] |= UINT64_C(1) << bracket % 64;
}

struct candidate {
    struct pattern_watch *x;
    const struct pattern_observation *o;
    struct pattern_work *work;
};

static void on_candidate(uint32_t pattern, uint32_t bracket, void *arg)
{
    struct candidate *c = arg;

    ask(c->x, c->o, c->work, pattern, bracket);
}

static void ask_all(struct pattern_watch *x, const struct pattern_observation *o, struct pattern_work *work)
{
    struct candidate c = { x, o, work };

    x->n_touched = 0;
    why_clear(&x->why);
    if (x->index && pattern_is_facts(o)) {
        pattern_index_ask(x->index, o->of, x->index_work, on_candidate, &c);
        return;
    }
    for (uint32_t i = 0; i < x->n; i++)
        for (uint32_t b = 0; b < x->code[i]->p->brackets; b++)
            ask(x, o, work, i, b);
}

/* A pattern some of whose brackets hold for the observation. What is unsure makes it undetermined, and is not
 * remembered. */
static void settle(struct pattern_watch *x, uint32_t pattern, const struct pattern_observation *o,
                   uint64_t key, pattern_on_hit *on_hit, void *arg)
{
    struct memory *m = &x->memory[pattern];
    struct pattern_binding b = { 0 };
    struct why w = { 0 };
    bool open = false, met = false;
    enum pattern_verdict v = PATTERN_NO_MATCH;

    expire(x, m);
    if (repeats(m, key)) {
        x->told.repeated++;
        return;
    }
    for (uint32_t i = 0; i < m->words; i++) {
        met = met || x->met[pattern][i];
        open = open || x->unsure[pattern][i];
    }
    if (met) {
        remember(x, m, o, key, x->met[pattern]);
        v = solve(x, pattern, &b, &w);
    }
    if (open && !simple(x->code[pattern]->p))
        go_blind(m, o->last);
    if (v == PATTERN_NO_MATCH && open) {
        v = PATTERN_UNDETERMINED;
        w = x->why;
    } else if (v == PATTERN_NO_MATCH && m->dropped) {
        v = PATTERN_UNDETERMINED;
        why_set(&w, "forgotten", WHY_NO_OFFSET, NULL, "more observations than %u are to be remembered",
                x->set.most);
    }
    if (v != PATTERN_NO_MATCH)
        tell(x, pattern, v, v == PATTERN_MATCH ? &b : NULL, &w, on_hit, arg);
    if (met && simple(x->code[pattern]->p) && key == 0) {
        m->n--; /* nothing can follow from it */
        x->told.remembered--;
    }
}

bool pattern_watch_see(struct pattern_watch *x, const struct pattern_observation *o, uint64_t key,
                       struct pattern_work *work, pattern_on_hit *on_hit, void *arg)
{
    if (x->begun && pattern_time_cmp(plus(o->first, x->set.late), x->now) < 0) {
        x->told.late++;
        return false;
    }
    x->told.seen++;
    if (!x->begun || pattern_time_cmp(x->now, o->first) < 0)
        x->now = o->first;
    x->begun = true;
    ask_all(x, o, work);
    for (uint32_t i = 0; i < x->n_touched; i++) {
        uint32_t p = x->touched[i];

        settle(x, p, o, key, on_hit, arg);
        memset(x->met[p], 0, x->memory[p].words * sizeof **x->met);
        memset(x->unsure[p], 0, x->memory[p].words * sizeof **x->unsure);
    }
    return true;
}

void pattern_watch_expire(struct pattern_watch *x, struct pattern_time now)
{
    if (!x->begun || pattern_time_cmp(x->now, now) < 0)
        x->now = now;
    x->begun = true;
    for (uint32_t i = 0; i < x->n; i++) {
        struct memory *m = &x->memory[i];

        expire(x, m);
        if (m->n == 0 && m->room) {
            x->told.bytes -= m->room * (sizeof *m->o + m->words * sizeof *m->holds);
            free(m->o);
            free(m->holds);
            m->o = NULL;
            m->holds = NULL;
            m->room = 0;
        }
    }
}

void pattern_watch_told(const struct pattern_watch *x, struct pattern_watch_state *out)
{
    *out = x->told;
    out->bytes += x->n * (sizeof *x->memory + sizeof *x->touched + 2 * sizeof *x->met) + sizeof *x;
}

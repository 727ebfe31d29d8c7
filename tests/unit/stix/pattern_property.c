/* The search for a binding, the watch and the index against naive counterparts, over random patterns and
 * streams. */
#include <stdio.h>
#include <stdlib.h>

#include "vectors.h"

#include "base/buffer.h"
#include "stix/pattern_index.h"
#include "stix/pattern_watch.h"

enum { MOST = 7, MASKS = 1 << MOST }; /* instances of observations */

static uint64_t seed = 88172645463325252u;

static unsigned rnd(unsigned n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed >> 33) % n;
}

static const char *const paths[] = { "a:x", "a:y", "a:s", "a:l[*]", "b:s" };
static const struct pattern_fields fields = { paths, 5 };

/* One record: an object of type a, sometimes one of type b. */
struct record {
    struct pattern_fact fact[6];
    struct pattern_facts facts;
    struct pattern_observation o;
};

static const char *const texts[] = {
    "abcd", "xabcdz", "abc", "cd/ef", "zz", "caf\xc3\xa9 abc", "cafe\xcc\x81 abc"
};

static void record_make(struct record *r, struct pattern_time first, struct pattern_time last,
                        uint64_t number)
{
    uint32_t n = 0;

    for (uint32_t f = 0; f < 5; f++) {
        struct pattern_fact *t = &r->fact[n];

        if (rnd(5) == 0)
            continue;
        *t = (struct pattern_fact){ .object = f == 4, .field = f };
        if (f < 2)
            t->value = (struct pattern_value){ .kind = PATTERN_VALUE_INTEGER, .integer = rnd(3) };
        else
            t->value = (struct pattern_value){ .kind = PATTERN_VALUE_TEXT, .text = span_str(texts[rnd(7)]) };
        n++;
    }
    r->facts = (struct pattern_facts){ &fields, r->fact, n };
    r->o = pattern_observation_of(&r->facts, first);
    r->o.last = last;
    r->o.number = number;
}

static void put_comparison(struct buffer *b)
{
    static const char *const forms[] = {
        "a:x = %u",
        "a:x != %u",
        "a:y > %u",
        "a:y NOT = %u",
        "a:x IN (%u, 2)",
        "EXISTS a:y",
        "a:s = 'abc'",
        "a:s LIKE '%%bc%%'",
        "a:s MATCHES 'bc+d'",
        "b:s = 'zz'",
        "a:l[*] = 'cd/ef'",
        "a:s LIKE 'caf\xc3\xa9%%'",
        "NOT EXISTS b:s",
        "a:s MATCHES 'x?abc.*z$|zz'",
        "b:s MATCHES '(abc)(?:d)?\\\\b'",
        "a:s IN ('zz', 'abcd')",
        "a:nothing = 1",
    };

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    buf_printf(b, forms[rnd(17)], rnd(3));
#pragma GCC diagnostic pop
}

static void put_bracket(struct buffer *b)
{
    unsigned n = 1 + rnd(3);

    buf_u8(b, '[');
    for (unsigned i = 0; i < n; i++) {
        if (i)
            buf_str(b, rnd(2) ? " AND " : " OR ");
        put_comparison(b);
    }
    buf_u8(b, ']');
}

static void put_qualifier(struct buffer *b)
{
    switch (rnd(6)) {
    case 0:
        buf_printf(b, " WITHIN %u SECONDS", 1 + rnd(4));
        break;
    case 1:
        buf_printf(b, " REPEATS %u TIMES", 1 + rnd(3));
        break;
    case 2:
        buf_printf(b, " START t'1970-01-01T00:00:0%uZ' STOP t'1970-01-01T00:00:0%uZ'", rnd(4), 4 + rnd(5));
        break;
    default:
        break;
    }
}

static void put_pattern(struct buffer *b, unsigned depth)
{
    static const char *const joints[] = { " AND ", " OR ", " FOLLOWEDBY " };
    unsigned n = depth ? 1 + rnd(3) : 1;

    for (unsigned i = 0; i < n; i++) {
        if (i)
            buf_str(b, joints[rnd(3)]);
        if (depth && rnd(2)) {
            buf_u8(b, '(');
            put_pattern(b, depth - 1);
            buf_u8(b, ')');
        } else {
            put_bracket(b);
        }
        put_qualifier(b);
    }
}

/* All sets of instances that satisfy each node: sets[node][mask]. */
struct naive {
    unsigned n; /* instances */
    uint32_t of[MOST];
    struct pattern_time first[MOST], last[MOST];
};

static struct pattern_time latest_first(const struct naive *v, unsigned mask)
{
    struct pattern_time t = { INT64_MIN, 0 };

    for (unsigned i = 0; i < v->n; i++)
        if (mask >> i & 1 && pattern_time_cmp(v->first[i], t) > 0)
            t = v->first[i];
    return t;
}

static struct pattern_time earliest_last(const struct naive *v, unsigned mask)
{
    struct pattern_time t = { INT64_MAX, 0 };

    for (unsigned i = 0; i < v->n; i++)
        if (mask >> i & 1 && pattern_time_cmp(v->last[i], t) < 0)
            t = v->last[i];
    return t;
}

static void join(const struct naive *v, const bool *l, const bool *r, bool ordered, bool *out)
{
    bool made[MASKS] = { false };

    for (unsigned i = 0; i < 1u << v->n; i++)
        for (unsigned k = 0; l[i] && k < 1u << v->n; k++)
            if (r[k] && !(i & k) &&
                (!ordered || pattern_time_cmp(latest_first(v, i), earliest_last(v, k)) <= 0))
                made[i | k] = true;
    memcpy(out, made, sizeof made);
}

static bool fits(const struct naive *v, const struct pattern_node *n, unsigned mask)
{
    if (n->kind == PATTERN_WITHIN) {
        struct pattern_time t = earliest_last(v, mask);

        t.seconds += n->window.seconds;
        return pattern_time_cmp(latest_first(v, mask), t) <= 0;
    }
    for (unsigned i = 0; i < v->n; i++)
        if (mask >> i & 1 &&
            (pattern_time_cmp(v->last[i], n->start) < 0 || pattern_time_cmp(v->first[i], n->stop) >= 0))
            return false;
    return true;
}

/* Whether there is a set that satisfies the pattern (and has one of the instances in must, unless it is 0).
 */
static bool naive_match(const struct pattern_code *code, const struct naive *v,
                        const struct pattern_observation *o, struct pattern_work *work, unsigned must)
{
    const struct pattern *p = pattern_of(code);
    static bool sets[64][MASKS];
    unsigned top = 0;

    for (uint32_t i = 0; i < p->nodes; i++) {
        const struct pattern_node *n = &p->node[i];
        bool once[MASKS];

        switch (n->kind) {
        case PATTERN_BRACKET:
            memset(sets[top], 0, sizeof *sets);
            for (unsigned k = 0; k < v->n; k++)
                sets[top][1u << k] =
                    pattern_bracket(code, n->which, &o[v->of[k]], work, NULL) == PATTERN_MATCH;
            top++;
            break;
        case PATTERN_AND:
        case PATTERN_FOLLOWEDBY:
            top--;
            join(v, sets[top - 1], sets[top], n->kind == PATTERN_FOLLOWEDBY, sets[top - 1]);
            break;
        case PATTERN_OR:
            top--;
            for (unsigned k = 0; k < MASKS; k++)
                sets[top - 1][k] |= sets[top][k];
            break;
        case PATTERN_REPEATS:
            memcpy(once, sets[top - 1], sizeof once);
            for (uint64_t k = 1; k < n->times; k++)
                join(v, sets[top - 1], once, false, sets[top - 1]);
            break;
        case PATTERN_WITHIN:
        case PATTERN_START_STOP:
            for (unsigned k = 0; k < 1u << v->n; k++)
                sets[top - 1][k] = sets[top - 1][k] && fits(v, n, k);
            break;
        case PATTERN_COMPARISON:
        case PATTERN_BOTH:
        case PATTERN_EITHER:
            break;
        }
    }
    for (unsigned k = 1; k < 1u << v->n; k++)
        if (sets[0][k] && (!must || k & must))
            return true;
    return false;
}

static void naive_add(struct naive *v, uint32_t i, const struct pattern_observation *o)
{
    for (uint64_t k = 0; k < o->number; k++) {
        v->of[v->n] = i;
        v->first[v->n] = o->first;
        v->last[v->n] = o->last;
        v->n++;
    }
}

static struct pattern_time second(unsigned s)
{
    return (struct pattern_time){ s, 0 };
}

struct made {
    struct pattern p;
    struct pattern_code *code;
    char text[4000];
};

static bool make(struct made *m, bool windowed)
{
    struct buffer b;
    struct why w = { 0 };

    buf_init_fixed(&b, m->text, sizeof m->text - 1);
    if (windowed)
        buf_u8(&b, '(');
    put_pattern(&b, 2);
    if (windowed)
        buf_printf(&b, ") WITHIN %u SECONDS", 1 + rnd(4));
    if (!buf_ok(&b))
        return false;
    m->text[b.n] = 0;
    if (!pattern_parse(buf_span(&b), &test_arena, &m->p, &w) ||
        !pattern_compile(&m->p, &fields, &test_arena, &m->code, &w))
        fail_msg("%s: %s at %zu", m->text, w.detail, w.offset);
    return m->p.brackets < 60;
}

/* The binding is one: each bracket holds for its observation, none is used too often. */
static void check_binding(const struct made *m, const struct pattern_binding *b,
                          const struct pattern_observation *o, struct pattern_work *work)
{
    uint64_t used[MOST] = { 0 };

    assert_true(b->n > 0);
    for (uint32_t i = 0; i < b->n; i++) {
        used[b->bound[i].observation] += b->bound[i].number;
        assert_int_equal(
            pattern_bracket(m->code, b->bound[i].bracket, &o[b->bound[i].observation], work, NULL),
            PATTERN_MATCH);
    }
    for (uint32_t i = 0; i < MOST; i++)
        assert_true(used[i] == 0 || used[i] <= o[i].number);
}

static void test_binding(void **state)
{
    struct pattern_work *work = pattern_work_new();
    unsigned matched = 0;

    (void)state;
    for (unsigned round = 0; round < 4000; round++) {
        struct record r[MOST];
        struct pattern_observation o[MOST] = { 0 };
        struct naive v = { 0 };
        struct made m = { 0 };
        struct pattern_binding b = { 0 };
        struct why w = { 0 };
        uint32_t n = 0;
        enum pattern_verdict got;
        bool want;

        arena_reset(&test_arena);
        while (v.n < MOST - 1 && n < 1 + rnd(MOST)) {
            unsigned t = rnd(8);

            record_make(&r[n], second(t), second(t + (rnd(3) ? 0 : rnd(4))), 1 + (rnd(4) == 0));
            o[n] = r[n].o;
            naive_add(&v, n, &o[n]);
            n++;
        }
        if (make(&m, false)) {
            want = naive_match(m.code, &v, o, work, 0);
            got = pattern_match(m.code, o, n, work, &test_arena, &b, &w);
            if (got != (want ? PATTERN_MATCH : PATTERN_NO_MATCH))
                fail_msg("round %u: %s: want %d, got %d %s", round, m.text, want, got, w.detail);
            if (got == PATTERN_MATCH)
                check_binding(&m, &b, o, work);
            matched += want;
        }
        pattern_code_free(m.code);
    }
    assert_true(matched > 400 && matched < 3600);
    pattern_work_free(work);
}

enum { PATTERNS = 6 };

struct seen {
    bool hit[PATTERNS];
    uint64_t newest;
};

static void on_hit(const struct pattern_hit *h, void *arg)
{
    struct seen *s = arg;
    bool newest = false;

    assert_int_equal(h->verdict, PATTERN_MATCH);
    for (uint32_t i = 0; i < h->keys; i++)
        newest |= h->key[i] == s->newest;
    assert_true(newest);
    s->hit[h->pattern] = true;
}

/* A stream in disorder: each word of the watch is what the whole list says of the observation just seen; what
 * is too late is in no list. Patterns have windows, so that forgetting may not show. */
static void test_watch(void **state)
{
    struct pattern_work *work = pattern_work_new();
    unsigned hits = 0, late = 0;

    (void)state;
    for (unsigned round = 0; round < 700; round++) {
        struct record r[MOST];
        struct pattern_observation o[MOST] = { 0 };
        struct made m[PATTERNS] = { 0 };
        const struct pattern_code *code[PATTERNS];
        struct pattern_watch_set set = { .late = second(rnd(3)), .keep = second(100) };
        struct pattern_watch *watch;
        struct naive v = { 0 };
        uint32_t n = 0;
        bool usable = true;

        arena_reset(&test_arena);
        for (unsigned i = 0; i < PATTERNS; i++) {
            usable = make(&m[i], rnd(4) != 0) && usable;
            code[i] = m[i].code;
        }
        watch = pattern_watch_new(code, PATTERNS, &set);
        while (usable && v.n < MOST - 1) {
            struct seen s = { .newest = n + 1 };
            unsigned t = n + rnd(5), before = v.n, must;

            record_make(&r[n], second(t), second(t + (rnd(3) ? 0 : rnd(3))), 1 + (rnd(4) == 0));
            o[n] = r[n].o;
            if (!pattern_watch_see(watch, &o[n], n + 1, work, on_hit, &s)) {
                late++;
                if (late % 20 == 0)
                    break;
                continue;
            }
            naive_add(&v, n, &o[n]);
            must = ((1u << v.n) - 1) & ~((1u << before) - 1);
            for (unsigned i = 0; i < PATTERNS; i++) {
                bool want = naive_match(code[i], &v, o, work, must);

                if (want != s.hit[i])
                    fail_msg("round %u, observation %u: %s: want %d", round, n, m[i].text, want);
                hits += want;
            }
            /* The same again changes nothing. */
            s = (struct seen){ .newest = n + 1 };
            assert_true(pattern_watch_see(watch, &o[n], n + 1, work, on_hit, &s));
            for (unsigned i = 0; i < PATTERNS; i++)
                assert_false(s.hit[i]);
            n++;
        }
        pattern_watch_free(watch);
        for (unsigned i = 0; i < PATTERNS; i++)
            pattern_code_free(m[i].code);
    }
    assert_true(hits > 500 && late > 20);
    pattern_work_free(work);
}

struct told {
    bool bracket[64];
};

static void on_candidate(uint32_t pattern, uint32_t bracket, void *arg)
{
    struct told *t = arg;

    assert_int_equal(pattern, 0);
    assert_false(t->bracket[bracket]); /* once */
    t->bracket[bracket] = true;
}

/* No bracket that holds is missed. */
static void test_index(void **state)
{
    struct pattern_work *work = pattern_work_new();
    unsigned held = 0, spared = 0;

    (void)state;
    for (unsigned round = 0; round < 3000; round++) {
        struct made m = { 0 };
        const struct pattern_code *code;
        struct pattern_index *index;
        struct pattern_index_work *asking;

        arena_reset(&test_arena);
        if (!make(&m, false)) {
            pattern_code_free(m.code);
            continue;
        }
        code = m.code;
        index = pattern_index_new(&code, 1);
        asking = pattern_index_work_new(index);
        for (unsigned k = 0; k < 5; k++) {
            struct told t = { { false } };
            struct record r;

            record_make(&r, second(0), second(0), 1);
            pattern_index_ask(index, &r.facts, asking, on_candidate, &t);
            for (uint32_t b = 0; b < m.p.brackets; b++) {
                bool holds = pattern_bracket(code, b, &r.o, work, NULL) != PATTERN_NO_MATCH;

                if (holds && !t.bracket[b])
                    fail_msg("%s: bracket %u holds and was not told", m.text, b);
                held += holds;
                spared += !t.bracket[b];
            }
        }
        pattern_index_work_free(asking);
        pattern_index_free(index);
        pattern_code_free(m.code);
    }
    assert_true(held > 1000 && spared > 1000);
    pattern_work_free(work);
}

/* Print, read, print: the same text and as many nodes. */
static void test_print(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 3000; round++) {
        struct made m = { 0 };
        struct pattern again;
        struct why w = { 0 };
        struct buffer a, b;

        arena_reset(&test_arena);
        (void)make(&m, rnd(2));
        buf_init(&a, 1 << 20);
        buf_init(&b, 1 << 20);
        pattern_print(&m.p, &a);
        if (!pattern_parse(buf_span(&a), &test_arena, &again, &w))
            fail_msg("%s printed as %s: %s", m.text, buf_cstr(&a), w.detail);
        pattern_print(&again, &b);
        assert_string_equal(buf_cstr(&a), buf_cstr(&b));
        assert_int_equal(m.p.nodes, again.nodes);
        for (uint32_t i = 0; i < again.nodes; i++)
            assert_true(again.node[i].kind == m.p.node[i].kind && again.node[i].first == m.p.node[i].first &&
                        again.node[i].left == m.p.node[i].left);
        buf_free(&a);
        buf_free(&b);
        pattern_code_free(m.code);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_print),
        cmocka_unit_test(test_index),
        cmocka_unit_test(test_binding),
        cmocka_unit_test(test_watch),
    };

    return cmocka_run_group_tests_name("stix-pattern-property", tests, arena_setup, arena_teardown);
}

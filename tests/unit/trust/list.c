/* The list against a naive recomputation, over random histories with forks, reports, withdrawals and new
 * keys. */
#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>

#include "trust/list.h"

enum { PARTIES = 7, KEYS = 11, CERTS = 6, MOST = 120 };

static const char *const states[PARTIES] = { "AA", "BB", "CC", "DD", "EE", "FF", "GG" };
/* Owner of each key; CC, DD and AA have a later one, GG has none. In the order of the members' file. */
static const unsigned owner[KEYS] = { 0, 1, 2, 3, 4, 5, 2, 3, 0, 2, 5 };

static struct trust_key key[KEYS];
static struct span party[PARTIES];

static uint32_t seed;

static unsigned chance(unsigned n)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 10) % n;
}

static void set_up(void)
{
    for (unsigned i = 0; i < PARTIES; i++)
        party[i] = span_str(states[i]);
    for (unsigned i = 0; i < KEYS; i++) {
        memset(&key[i], 0, sizeof key[i]);
        key[i].state = party[owner[i]];
        key[i].name = SPAN("n");
        key[i].key[0] = (uint8_t)(i + 1);
        trust_fingerprint(key[i].name, key[i].key, key[i].fingerprint);
    }
}

static struct act_statement about_certificate(enum act_verb verb, unsigned cert)
{
    /* Certificate n belongs to party n % 4; one is of a State that is no party. */
    struct act_statement s = { .verb = verb,
                               .state = cert == CERTS - 1 ? SPAN("ZZ") : party[cert % 4],
                               .purpose = SPAN("visible seals") };

    s.sha256[0] = (uint8_t)(0x80 + cert);
    if (verb == ACT_WITHDRAW)
        s.reason = SPAN("replaced");
    return s;
}

static struct act_statement about_key(unsigned k)
{
    struct act_statement s = { .verb = ACT_REPORT, .state = key[k].state, .reason = SPAN("lost") };

    memcpy(s.sha256, key[k].fingerprint, 32);
    return s;
}

/* Written and read back, as an act that came from elsewhere. */
static struct trust_act made(unsigned k, uint64_t number, const uint8_t *previous, unix_time time,
                             const struct act_statement *s, size_t n)
{
    struct trust_act act = {
        .agreement = SPAN("T"), .member = key[k].state, .number = number, .time = time, .n = n, .statement = s
    };
    struct why w = { 0 };
    struct trust_act out;
    struct buffer b;

    if (previous)
        memcpy(act.previous, previous, 32);
    buf_init(&b, 1 << 20);
    act_write(&act, &b);
    if (!act_parse(arena_copy(&test_arena, buf_span(&b)), &test_arena, &out, &w))
        fail_msg("%s", w.detail);
    buf_free(&b);
    out.key = k;
    return out;
}

static struct trust_input input(const struct trust_act *act, size_t n, unsigned confirmations,
                                unsigned reports, const char *own)
{
    return (struct trust_input){ .agreement = SPAN("T"),
                                 .rules = { confirmations, reports },
                                 .n_parties = PARTIES,
                                 .party = party,
                                 .keys = { KEYS, key },
                                 .n_acts = n,
                                 .act = act,
                                 .own = span_str(own) };
}

static struct trust_list list_of(const struct trust_input *in)
{
    struct trust_list l;
    struct why w = { 0 };

    if (!trust_list_make(in, &test_arena, &l, &w))
        fail_msg("%s", w.detail);
    return l;
}

/* The naive one: every question is answered by looking at all acts. */

static bool same(const struct trust_act *x, const struct trust_act *y)
{
    return x->key == y->key && memcmp(x->sha256, y->sha256, 32) == 0;
}

static bool naive_forked(const struct trust_input *in, unsigned k)
{
    for (size_t i = 0; i < in->n_acts; i++)
        for (size_t j = 0; j < in->n_acts; j++) {
            const struct trust_act *x = &in->act[i], *y = &in->act[j];

            if (x->key != k || y->key != k || same(x, y))
                continue;
            if (x->number == y->number ||
                (y->number == x->number + 1 && memcmp(y->previous, x->sha256, 32) != 0))
                return true;
        }
    return false;
}

/* The act of that number in the chain of a key without fork, when all before it are there too. */
static const struct trust_act *naive_act(const struct trust_input *in, unsigned k, uint64_t number)
{
    const struct trust_act *found = NULL;

    if (number > 1 && !naive_act(in, k, number - 1))
        return NULL;
    for (size_t i = 0; i < in->n_acts; i++)
        if (in->act[i].key == k && in->act[i].number == number)
            found = &in->act[i];
    return found;
}

static bool naive_reports(const struct trust_input *in, unsigned by, unsigned k)
{
    const struct trust_act *act;

    for (uint64_t n = 1; (act = naive_act(in, by, n)) != NULL; n++)
        for (size_t i = 0; i < act->n; i++)
            if (act->statement[i].verb == ACT_REPORT && span_eq(act->statement[i].state, key[k].state) &&
                memcmp(act->statement[i].sha256, key[k].fingerprint, 32) == 0)
                return true;
    return false;
}

/* Forked, or reported by itself or by a later key of its owner that is fine in the same sense. */
static bool naive_own_fault(const struct trust_input *in, unsigned k)
{
    if (naive_forked(in, k) || naive_reports(in, k, k))
        return true;
    for (unsigned later = k + 1; later < KEYS; later++)
        if (owner[later] == owner[k] && !naive_own_fault(in, later) && naive_reports(in, later, k))
            return true;
    return false;
}

static bool naive_here(const struct trust_input *in, unsigned k)
{
    for (unsigned by = 0; by < KEYS; by++)
        if (span_eq(in->own, key[by].state) && owner[by] != owner[k] && !naive_own_fault(in, by) &&
            naive_reports(in, by, k))
            return true;
    return false;
}

static bool naive_counts(const struct trust_input *in, unsigned k)
{
    unsigned others = 0;

    if (naive_own_fault(in, k) || naive_here(in, k))
        return false;
    for (unsigned p = 0; p < PARTIES; p++) {
        bool reports = false;

        for (unsigned by = 0; by < KEYS; by++)
            reports |= owner[by] == p && p != owner[k] && !naive_own_fault(in, by) && !naive_here(in, by) &&
                       naive_reports(in, by, k);
        others += reports;
    }
    return others < in->rules.reports;
}

/* The last thing a key says of a certificate: 1 vouches, -1 withdraws, 0 nothing. */
static int naive_word(const struct trust_input *in, unsigned k, bool counts, unsigned cert)
{
    struct act_statement like = about_certificate(ACT_PROPOSE, cert);
    const struct trust_act *best = NULL;
    int word = 0;

    for (size_t i = 0; i < in->n_acts; i++) {
        const struct trust_act *act = &in->act[i];

        if (act->key != k || (counts && naive_act(in, k, act->number) != act))
            continue;
        for (size_t j = 0; j < act->n; j++) {
            const struct act_statement *s = &act->statement[j];

            if (s->verb == ACT_REPORT || memcmp(s->sha256, like.sha256, 32) != 0)
                continue;
            if (!best || act->number > best->number ||
                (act->number == best->number && memcmp(act->sha256, best->sha256, 32) >= 0)) {
                best = act;
                word = s->verb == ACT_WITHDRAW ? -1 : 1;
            }
        }
    }
    return word;
}

static bool naive_ever(const struct trust_input *in, unsigned k, bool counts, unsigned cert)
{
    struct act_statement like = about_certificate(ACT_PROPOSE, cert);

    for (size_t i = 0; i < in->n_acts; i++)
        for (size_t j = 0; j < in->act[i].n; j++) {
            const struct act_statement *s = &in->act[i].statement[j];

            if (in->act[i].key == k && (!counts || naive_act(in, k, in->act[i].number) == &in->act[i]) &&
                (s->verb == ACT_PROPOSE || s->verb == ACT_CONFIRM) && memcmp(s->sha256, like.sha256, 32) == 0)
                return true;
        }
    return false;
}

static bool naive_speaks(const struct trust_input *in, const bool *counts, unsigned p)
{
    for (unsigned k = 0; k < KEYS; k++)
        for (unsigned cert = 0; cert < CERTS; cert++)
            if (owner[k] == p && counts[k] && naive_word(in, k, true, cert) != 0)
                return true;
    return false;
}

struct naive {
    bool there;
    unsigned counting;
    enum entry_state standing;
};

static struct naive naive_entry(const struct trust_input *in, const bool *counts, unsigned cert)
{
    struct act_statement like = about_certificate(ACT_PROPOSE, cert);
    bool own_vouches = false, own_withdrew = false, needs_own = false;
    unsigned ever = 0;
    struct naive e = { 0 };

    for (unsigned p = 0; p < PARTIES; p++) {
        int by_counting = 0, by_other = 0;
        bool ever_counting = false, ever_other = false, own = span_eq(party[p], like.state);

        for (unsigned k = 0; k < KEYS; k++) {
            int word = owner[k] == p ? naive_word(in, k, counts[k], cert) : 0;

            if (word == 0)
                continue;
            e.there = true;
            *(counts[k] ? &by_counting : &by_other) = word;
            *(counts[k] ? &ever_counting : &ever_other) |= naive_ever(in, k, counts[k], cert);
        }
        ever += by_counting ? ever_counting : ever_other;
        e.counting += by_counting == 1;
        if (own) {
            own_vouches = by_counting == 1;
            own_withdrew = (by_counting ? by_counting : by_other) == -1;
            needs_own = naive_speaks(in, counts, p);
        }
    }
    if (own_withdrew)
        e.standing = ENTRY_WITHDRAWN;
    else if (e.counting >= in->rules.confirmations)
        e.standing = !needs_own || own_vouches ? ENTRY_IN_FORCE : ENTRY_PROPOSED;
    else
        e.standing = ever >= in->rules.confirmations ? ENTRY_WITHDRAWN : ENTRY_PROPOSED;
    return e;
}

/* How often each standing came up: a test of equality over nothing but empty lists would prove nothing. */
static size_t seen_members[4], seen_entries[3], seen_here, seen_objections;

static const struct trust_entry *entry_of(const struct trust_list *l, unsigned cert)
{
    for (size_t i = 0; i < l->n_entries; i++)
        if (l->entry[i].sha256[0] == 0x80 + cert)
            return &l->entry[i];
    return NULL;
}

static void compare(const struct trust_input *in)
{
    struct trust_list l = list_of(in);
    bool counts[KEYS];
    size_t n = 0;

    for (unsigned k = 0; k < KEYS; k++)
        counts[k] = naive_counts(in, k);
    assert_int_equal(l.n_members, KEYS + 1);
    for (size_t i = 0; i < l.n_members; i++) {
        const struct trust_member *m = &l.member[i];
        unsigned k = (unsigned)m->key[0] - 1;

        seen_members[m->standing]++;
        seen_here += m->here_only;
        if (!m->name) {
            assert_string_equal(m->state, "GG");
            assert_int_equal(m->standing, MEMBER_KEY_NONE);
            continue;
        }
        assert_int_equal(m->standing == MEMBER_KEY_COUNTS, counts[k]);
        assert_int_equal(m->standing == MEMBER_KEY_FORKED, naive_forked(in, k));
        if (m->standing == MEMBER_KEY_FORKED)
            assert_true(trust_fork_check(m->fork[0], m->fork[1], NULL));
    }
    for (unsigned cert = 0; cert < CERTS; cert++) {
        struct naive e = naive_entry(in, counts, cert);
        const struct trust_entry *x = entry_of(&l, cert);

        assert_int_equal(x != NULL, e.there);
        if (!x)
            continue;
        n++;
        assert_int_equal(x->n_counting, e.counting);
        assert_int_equal(x->standing, e.standing);
        seen_entries[x->standing]++;
        for (size_t i = 0; i < x->n_vouchers; i++)
            seen_objections += x->voucher[i].withdrawn && !x->voucher[i].vouched;
    }
    assert_int_equal(l.n_entries, n);
}

static void shuffle(struct trust_act *act, size_t n)
{
    for (size_t i = n; i > 1; i--) {
        size_t k = chance((unsigned)i);
        struct trust_act x = act[i - 1];

        act[i - 1] = act[k];
        act[k] = x;
    }
}

static size_t history(struct trust_act *act)
{
    uint64_t number[KEYS] = { 0 };
    uint8_t head[KEYS][32] = { { 0 } };
    size_t n = 0, most = 10 + chance(MOST - 30);
    unsigned rogue = chance(3), loud = 2 + chance(30);

    while (n < most) {
        unsigned k = chance(KEYS), statements = 1 + chance(3), first = chance(CERTS);
        struct act_statement s[3];
        struct trust_act next;

        for (unsigned i = 0; i < statements; i++) {
            unsigned cert = (first + i) % CERTS, verb = chance(8);

            s[i] = about_certificate(verb < 3 ? ACT_PROPOSE : verb < 7 ? ACT_CONFIRM : ACT_WITHDRAW, cert);
        }
        if (chance(loud) == 0)
            s[0] = about_key(chance(KEYS));
        next = made(k, number[k] + 1, head[k], 1000 + (unix_time)n, s, statements);
        act[n++] = next;
        if (rogue == 0 && chance(25) == 0)
            continue; /* the next act of this key will have the same number */
        if (rogue == 1 && chance(25) == 0)
            n--; /* lost on the way: a gap */
        number[k]++;
        memcpy(head[k], next.sha256, 32);
    }
    return n;
}

static void random_histories_as_the_naive_one(void **state)
{
    static struct trust_act act[MOST];

    (void)state;
    for (unsigned round = 0; round < 400; round++) {
        const char *own = chance(2) ? states[chance(PARTIES)] : NULL;
        unsigned confirmations = 1 + chance(5), reports = 1 + chance(3);
        size_t n, some;
        struct trust_input in, part;
        struct trust_list whole, before;
        uint8_t digest[32];

        seed = round * 7919 + 17;
        n = history(act);
        in = input(act, n, confirmations, reports, own);
        compare(&in);
        whole = list_of(&in);
        memcpy(digest, whole.digest, 32);
        some = chance((unsigned)n + 1);
        shuffle(act, n);
        part = input(act, some, confirmations, reports, own);
        before = list_of(&part);
        compare(&part);
        assert_true(before.version <= whole.version);
        whole = list_of(&in);
        assert_memory_equal(whole.digest, digest, 32);
        compare(&in);
        arena_reset(&test_arena);
    }
    for (size_t i = 0; i < 4; i++)
        assert_true(seen_members[i] > 50);
    for (size_t i = 0; i < 3; i++)
        assert_true(seen_entries[i] > 50);
    assert_true(seen_here > 20 && seen_objections > 20);
}

/* Each rule by itself. */

#define P ENTRY_PROPOSED
#define F ENTRY_IN_FORCE
#define W ENTRY_WITHDRAWN

/* One act in the table: "0p1" key 0 proposes certificate 1; c confirms, w withdraws, r reports the key. */
static size_t script(const char *text, struct trust_act *act)
{
    uint64_t number[KEYS] = { 0 };
    uint8_t head[KEYS][32] = { { 0 } };
    size_t n = 0;

    for (; *text; text += text[3] ? 4 : 3) {
        unsigned k = (unsigned)(text[0] - '0'), what = (unsigned)(text[2] - '0');
        struct act_statement s = text[1] == 'r' ? about_key(what)
                                                : about_certificate(text[1] == 'p'   ? ACT_PROPOSE
                                                                    : text[1] == 'c' ? ACT_CONFIRM
                                                                                     : ACT_WITHDRAW,
                                                                    what);

        if (text[1] == 'f') /* a second act of the number it signed last */
            number[k]--;
        act[n] = made(k, number[k] + 1, head[k], 1000 + (unix_time)n, &s, 1);
        memcpy(head[k], act[n++].sha256, 32);
        number[k]++;
    }
    return n;
}

static void each_rule(void **state)
{
    /* Three vouch, two report. Certificate 0 is of AA, 1 of BB, 5 of ZZ, no party. Keys 0 AA, 1 BB, 2 CC, 3
     * DD, 4 EE, 5 FF; 6 and 9 of CC, 7 of DD, 8 of AA. */
    static const struct {
        const char *what, *acts, *own;
        unsigned cert;
        enum entry_state standing;
        unsigned counting;
    } cases[] = {
        { "one proposes", "0p0", NULL, 0, P, 1 },
        { "three vouch, its State among them", "0p0 1c0 2c0", NULL, 0, F, 3 },
        { "three proposals are three voices", "0p0 1p0 2p0", NULL, 0, F, 3 },
        { "one voice twice is one", "0p0 0c0 1c0", NULL, 0, P, 2 },
        { "two keys of one member are one voice", "0p0 2c0 6c0", NULL, 0, P, 2 },
        { "three others, its State publishes nothing", "1p0 2c0 3c0", NULL, 0, F, 3 },
        { "three others, its State speaks of other things", "0p1 1p0 2c0 3c0", NULL, 0, P, 3 },
        { "its State only reported a key so far", "0r5 1p0 2c0 3c0", NULL, 0, F, 3 },
        { "of a State that is no party", "1p5 2c5 3c5", NULL, 5, F, 3 },
        { "withdrawn by its State alone", "0p0 1c0 2c0 3c0 4c0 0w0", NULL, 0, W, 4 },
        { "withdrawn by its State, which vouched never", "1p0 2c0 3c0 0w0", NULL, 0, W, 3 },
        { "its State takes the withdrawal back", "0p0 1c0 2c0 0w0 0c0", NULL, 0, F, 3 },
        { "another takes its voice back", "0p0 1c0 2c0 2w0", NULL, 0, W, 2 },
        { "another objects that never vouched", "0p0 1c0 2c0 3w0", NULL, 0, F, 3 },
        { "a voucher reports its own key", "0p0 1c0 2c0 2r2", NULL, 0, W, 2 },
        { "one other reports a voucher's key", "0p0 1c0 2c0 4r2", NULL, 0, F, 3 },
        { "two others report a voucher's key", "0p0 1c0 2c0 4r2 5r2", NULL, 0, W, 2 },
        { "this node reports a voucher's key", "0p0 1c0 2c0 4r2", "EE", 0, W, 2 },
        { "another node sees its report as one", "0p0 1c0 2c0 4r2", "FF", 0, F, 3 },
        { "a member reports twice", "0p0 1c0 2c0 4r2 4r2", NULL, 0, F, 3 },
        { "two keys of a member report once", "0p0 1c0 4c0 3r4 7r4", NULL, 0, F, 3 },
        { "a later key of the member reports the earlier", "0p0 1c0 2c0 6r2", NULL, 0, W, 2 },
        { "and vouches in its place", "0p0 1c0 2c0 6r2 6c0", NULL, 0, F, 3 },
        { "an earlier key cannot silence a later one", "0p0 1c0 6c0 2r6", NULL, 0, F, 3 },
        { "a report by a silenced key is none", "0p0 1c0 2c0 4r2 5r2 5r5", NULL, 0, F, 3 },
        { "two members report each other's keys: both are silent", "0p0 1c0 2c0 3c0 0r1 1r0 4r0 4r1", NULL, 0,
          W, 2 },
        { "the State's key is silenced: the others suffice", "0p0 1c0 2c0 3c0 0r0", NULL, 0, F, 3 },
        { "what a stolen key withdrew of others comes back", "0p0 1c0 2c0 2w0 6r2 6c0", NULL, 0, F, 3 },
        { "its State's withdrawal outlives its key", "0p0 1c0 2c0 3c0 0w0 0r0", NULL, 0, W, 3 },
        { "until a later key of it vouches", "0p0 1c0 2c0 3c0 0w0 0r0 8c0", NULL, 0, F, 4 },
        { "a later key's word beats an earlier one's", "0p0 1c0 2c0 8w0", NULL, 0, W, 2 },
        { "two histories", "0p0 1c0 2c0 2f1", NULL, 0, W, 2 },
        { "two histories of a key that says nothing on it", "0p0 1c0 2c0 3p1 3f2", NULL, 0, F, 3 },
    };
    static struct trust_act act[40];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct trust_input in;
        struct trust_list l;
        const struct trust_entry *e;

        in = input(act, script(cases[i].acts, act), 3, 2, cases[i].own);
        l = list_of(&in);
        e = entry_of(&l, cases[i].cert);
        if (!e || e->standing != cases[i].standing || e->n_counting != cases[i].counting)
            fail_msg("%s: %s with %zu", cases[i].what, e ? entry_word(e->standing) : "no entry",
                     e ? e->n_counting : 0);
        compare(&in);
    }
}

static void since_and_reason_say_what_made_the_difference(void **state)
{
    static const struct {
        const char *acts;
        unix_time since;
        const char *reason;
    } cases[] = {
        { "0p0", 1000, NULL },
        { "0p0 1c0 2c0 3c0", 1002, NULL },
        { "1p0 2c0 3c0 4c0 0c0", 1004, NULL }, /* its State came last */
        { "0p0 1c0 2c0 0w0", 1003, "replaced" },
        { "0p0 1c0 2c0 2w0", 1003, "replaced" },
        { "0p0 1c0 2c0 4r2 5r2", 1004, NULL }, /* the report that sufficed */
    };
    static struct trust_act act[40];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct trust_input in = input(act, script(cases[i].acts, act), 3, 2, NULL);
        struct trust_list l = list_of(&in);
        const struct trust_entry *e = entry_of(&l, 0);

        assert_int_equal(e->since, cases[i].since);
        if (cases[i].reason)
            assert_string_equal(e->reason, cases[i].reason);
        else
            assert_null(e->reason);
    }
}

static void a_silenced_key_is_shown(void **state)
{
    static struct trust_act act[40];
    struct trust_input in = input(act, script("0p0 1c0 2c0 4r2 5r2", act), 3, 2, NULL);
    struct trust_list l = list_of(&in);
    const struct trust_entry *e = entry_of(&l, 0);
    const struct trust_member *m = e->voucher[2].by;

    (void)state;
    assert_int_equal(e->n_vouchers, 3);
    assert_string_equal(m->state, "CC");
    assert_false(e->voucher[2].counts);
    assert_true(e->voucher[2].vouched);
    assert_int_equal(m->standing, MEMBER_KEY_COMPROMISED);
    assert_int_equal(m->since, 1004);
    assert_int_equal(m->reported_by, 2);
    assert_string_equal(m->reason, "lost");
    assert_int_equal(m->acts, 1);
}

static void never_back(void **state)
{
    static struct trust_act whole[40], other[40];
    size_t n = script("0p0 1c0 0w0 2c1", whole), m = script("0p0 1c0 0p2", other);
    struct trust_keys keys = { KEYS, key };
    struct why w = { 0 };

    (void)state;
    assert_true(trust_follows(whole, n, whole, n, &keys, &w));
    assert_true(trust_follows(whole, 2, whole, n, &keys, &w));
    assert_true(trust_follows(NULL, 0, whole, n, &keys, &w));
    assert_false(trust_follows(whole, n, whole, 2, &keys, &w));
    assert_string_equal(w.reason, "rollback");
    assert_non_null(strstr(w.detail, "act 2 of AA"));
    why_clear(&w);
    assert_false(trust_follows(whole, n, other, m, &keys, &w));
    assert_string_equal(w.reason, "other-past");
}

static int group(void **state)
{
    set_up();
    return arena_setup(state);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule),
        cmocka_unit_test(since_and_reason_say_what_made_the_difference),
        cmocka_unit_test(a_silenced_key_is_shown),
        cmocka_unit_test(never_back),
        cmocka_unit_test(random_histories_as_the_naive_one),
    };

    return cmocka_run_group_tests_name("list", tests, group, arena_teardown);
}

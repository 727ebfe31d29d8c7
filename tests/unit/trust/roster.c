/* Which keys count and who is a member, against a naive recomputation, over random histories with admissions,
 * successions, retirements, withdrawals, suspensions, reports and forks; and attacks, each by itself. */
#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>

#include "trust/roster.h"

enum { PARTIES = 7, FILED = 8, KEYS = 15, MOST = 90, DECIDE = 4 };

static const char *const states[PARTIES] = { "AA", "BB", "CC", "DD", "EE", "FF", "GG" };
/* The first FILED are the operator's own knowledge, the rest acts name. GG has none in the file. */
static const unsigned owner[KEYS] = { 0, 1, 2, 3, 4, 5, 2, 3, 0, 0, 1, 2, 5, 6, 6 };

static struct trust_key key[KEYS];
static struct span party[PARTIES];
static struct member_card card[KEYS];
static uint32_t seed;

static unsigned chance(unsigned n)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 10) % n;
}

static void set_up(void)
{
    static const char *const names[PARTIES] = { "aa", "bb", "cc", "dd", "ee", "ff", "gg" };

    for (unsigned i = 0; i < PARTIES; i++)
        party[i] = span_str(states[i]);
    for (unsigned i = 0; i < KEYS; i++) {
        memset(&key[i], 0, sizeof key[i]);
        key[i].state = party[owner[i]];
        key[i].name = span_str(names[owner[i]]);
        key[i].key[0] = (uint8_t)(i + 1);
        if (i >= FILED)
            key[i].named_by = SPAN("AA");
        trust_fingerprint(key[i].name, key[i].key, key[i].fingerprint);
        memset(&card[i], 0, sizeof card[i]);
        card[i] = (struct member_card){ .agreement = SPAN("T"),
                                        .member = key[i].state,
                                        .name = key[i].name,
                                        .number = 1,
                                        .time = 500,
                                        .n_log = 1,
                                        .n_witness = 1,
                                        .n_transport = 1 };
        memcpy(card[i].fingerprint, key[i].fingerprint, 32);
        card[i].log[0][0] = (uint8_t)(0x40 + i);
        card[i].witness[0][0] = (uint8_t)(0x60 + i);
        card[i].transport[0][0] = (uint8_t)(0x80 + i);
        card[i].sha256[0] = (uint8_t)i;
    }
}

/* Statement about a key or its owner. */
static struct act_statement about(enum act_verb verb, unsigned k)
{
    struct act_statement s = { .verb = verb, .state = key[k].state };

    if (verb == ACT_REPORT || act_names_key(verb))
        memcpy(s.sha256, key[k].fingerprint, 32);
    if (act_names_key(verb)) {
        s.name = key[k].name;
        memcpy(s.key, key[k].key, 32);
    } else {
        s.reason = SPAN("so");
    }
    return s;
}

/* Written and read back, as an act that came from elsewhere. */
static struct trust_act made(unsigned k, uint64_t number, const uint8_t *previous, unix_time time,
                             const struct act_statement *s, size_t n)
{
    struct trust_act out, act = {
        .agreement = SPAN("T"), .member = key[k].state, .number = number, .time = time, .n = n, .statement = s
    };
    struct why w = { 0 };
    struct buffer b;

    memcpy(act.previous, previous, 32);
    buf_init(&b, 1 << 20);
    act_write(&act, &b);
    if (!act_parse(arena_copy(&test_arena, buf_span(&b)), &test_arena, &out, &w))
        fail_msg("%s", w.detail);
    buf_free(&b);
    out.key = k;
    return out;
}

static struct roster_input input(const struct trust_act *act, size_t n, const char *own)
{
    return (struct roster_input){ .acts = { .agreement = SPAN("T"),
                                            .rules = { 3, 2, DECIDE },
                                            .n_parties = PARTIES,
                                            .party = party,
                                            .keys = { KEYS, key, 0 },
                                            .n_acts = n,
                                            .act = act,
                                            .own = span_str(own) },
                                  .witnesses = 4,
                                  .n_cards = KEYS,
                                  .card = card };
}

static struct roster roster_of(const struct roster_input *in)
{
    struct why w = { 0 };
    struct roster r;

    if (!roster_make(in, &test_arena, &r, NULL, &w))
        fail_msg("%s", w.detail);
    return r;
}

/* The naive one: every question is answered by looking at all acts. */

struct naive {
    const struct trust_input *in;
    bool forked[KEYS], stood[KEYS], in3[KEYS], counts[KEYS];
    unsigned silenced[KEYS]; /* by which step */
};

static bool naive_forked(const struct trust_input *in, unsigned k)
{
    for (size_t i = 0; i < in->n_acts; i++)
        for (size_t j = 0; j < in->n_acts; j++) {
            const struct trust_act *x = &in->act[i], *y = &in->act[j];

            if (x->key == k && y->key == k && memcmp(x->sha256, y->sha256, 32) != 0 &&
                (x->number == y->number ||
                 (y->number == x->number + 1 && memcmp(y->previous, x->sha256, 32) != 0)))
                return true;
        }
    return false;
}

/* The act of that number in a chain: all before it are there, and contradict nothing. */
static const struct trust_act *act_of(const struct trust_input *in, unsigned k, uint64_t number)
{
    const struct trust_act *found = NULL;

    if (number > 1 && !act_of(in, k, number - 1))
        return NULL;
    for (size_t i = 0; i < in->n_acts; i++)
        if (in->act[i].key == k && in->act[i].number == number)
            found = &in->act[i];
    return found;
}

static bool ends(const struct trust_act *act, enum act_verb *verb)
{
    for (size_t i = 0; i < act->n; i++)
        if (act_ends(act->statement[i].verb)) {
            *verb = act->statement[i].verb;
            return true;
        }
    return false;
}

/* Whether a key says this in its chain; whole: also behind its end. */
static bool says(const struct trust_input *in, unsigned by, const struct act_statement *what, bool whole)
{
    const struct trust_act *act;
    enum act_verb end;

    for (uint64_t n = 1; (act = act_of(in, by, n)) != NULL; n++) {
        for (size_t i = 0; i < act->n; i++)
            if (act->statement[i].verb == what->verb && span_eq(act->statement[i].state, what->state) &&
                memcmp(act->statement[i].sha256, what->sha256, 32) == 0)
                return true;
        if (!whole && ends(act, &end))
            return false;
    }
    return false;
}

static bool says_key(const struct trust_input *in, unsigned by, enum act_verb verb, unsigned k)
{
    struct act_statement s = about(verb, k);

    return says(in, by, &s, verb == ACT_REPORT && by == k);
}

static unsigned voices(const struct trust_input *in, enum act_verb verb, unsigned k, const bool *by)
{
    unsigned n = 0;

    for (unsigned p = 0; p < PARTIES; p++) {
        bool any = false;

        for (unsigned i = 0; i < KEYS; i++)
            any |= owner[i] == p && p != owner[k] && by[i] && says_key(in, i, verb, k);
        n += any;
    }
    return n;
}

static void stand(const struct trust_input *in, const bool *eligible, bool *out)
{
    bool next[KEYS] = { false };

    memset(out, 0, KEYS * sizeof *out);
    for (unsigned round = 0; round <= KEYS; round++) {
        for (unsigned k = 0; k < KEYS; k++) {
            next[k] = k < FILED || voices(in, ACT_ADMIT, k, out) >= DECIDE;
            for (unsigned p = 0; p < KEYS; p++)
                next[k] |= p != k && owner[p] == owner[k] && out[p] && says_key(in, p, ACT_SUCCEED, k);
            next[k] &= eligible[k];
        }
        memcpy(out, next, sizeof next);
    }
}

static bool descends(const struct trust_input *in, unsigned from, unsigned of)
{
    bool is[KEYS] = { false };

    is[of] = true;
    for (unsigned round = 0; round < KEYS; round++)
        for (unsigned p = 0; p < KEYS; p++)
            for (unsigned k = 0; k < KEYS; k++)
                is[k] |= is[p] && p != k && owner[p] == owner[k] && says_key(in, p, ACT_SUCCEED, k);
    return is[from] && from != of;
}

static bool own_fault(const struct trust_input *in, unsigned k)
{
    if (naive_forked(in, k) || says_key(in, k, ACT_REPORT, k))
        return true;
    for (unsigned later = k + 1; k < FILED && later < FILED; later++)
        if (owner[later] == owner[k] && !own_fault(in, later) && says_key(in, later, ACT_REPORT, k))
            return true;
    return false;
}

static void naive_keys(struct naive *x)
{
    const struct trust_input *in = x->in;
    bool all[KEYS], eligible[KEYS], after4[KEYS], after5[KEYS], after6[KEYS];

    memset(all, true, sizeof all);
    stand(in, all, x->stood);
    for (unsigned k = 0; k < KEYS; k++)
        eligible[k] = x->stood[k] && !own_fault(in, k);
    stand(in, eligible, x->in3);
    for (unsigned k = 0; k < KEYS; k++) {
        after4[k] = x->in3[k];
        for (unsigned by = 0; by < KEYS; by++)
            if (by != k && owner[by] == owner[k] && x->in3[by] && (by >= FILED || k >= FILED) &&
                says_key(in, by, ACT_REPORT, k) &&
                (descends(in, by, k) ||
                 (voices(in, ACT_ADMIT, by, x->in3) >= DECIDE && voices(in, ACT_ADMIT, k, x->in3) < DECIDE)))
                after4[k] = false;
    }
    for (unsigned k = 0; k < KEYS; k++) {
        after5[k] = after4[k];
        for (unsigned by = 0; by < KEYS; by++)
            if (in->own.n && span_eq(in->own, key[by].state) && owner[by] != owner[k] && after4[by] &&
                says_key(in, by, ACT_REPORT, k))
                after5[k] = false;
    }
    /* This node's own keys are asked as its reports left them; one report of it is not undone by another. */
    for (unsigned k = 0; k < KEYS; k++)
        after6[k] = after5[k] && voices(in, ACT_REPORT, k, after5) < in->rules.reports;
    stand(in, after6, x->counts);
}

static bool has_ended(const struct trust_input *in, unsigned k, enum act_verb *verb)
{
    const struct trust_act *act;

    for (uint64_t n = 1; (act = act_of(in, k, n)) != NULL; n++)
        if (ends(act, verb))
            return true;
    return false;
}

/* -1 suspend, 1 resume: the last word of a party; keys and acts in order. */
static int word_of(const struct naive *x, unsigned p, unsigned of, const unsigned *order)
{
    enum act_verb end;
    int word = 0;

    for (unsigned i = 0; i < KEYS; i++) {
        const struct trust_act *act;
        unsigned k = order[i];

        for (uint64_t n = 1; owner[k] == p && x->counts[k] && (act = act_of(x->in, k, n)) != NULL; n++) {
            for (size_t j = 0; j < act->n; j++)
                if ((act->statement[j].verb == ACT_SUSPEND || act->statement[j].verb == ACT_RESUME) &&
                    span_eq(act->statement[j].state, party[of]))
                    word = act->statement[j].verb == ACT_SUSPEND ? -1 : 1;
            if (ends(act, &end))
                break;
        }
    }
    return word;
}

static size_t seen[5], seen_named, seen_fallen, seen_admitted, seen_silenced;

static void compare(const struct roster_input *in)
{
    struct naive x = { .in = &in->acts };
    struct roster r = roster_of(in);
    struct trust_list l;
    bool voice[PARTIES] = { false }, left[PARTIES] = { false };
    unsigned order[KEYS];

    naive_keys(&x);
    assert_true(trust_list_make(&in->acts, &test_arena, &l, NULL));
    assert_int_equal(l.n_members, KEYS);
    for (unsigned i = 0; i < KEYS; i++) {
        unsigned k = (unsigned)l.member[i].key[0] - 1;

        order[i] = k;
        if ((l.member[i].standing == MEMBER_KEY_COUNTS) != x.counts[k])
            fail_msg("key %u: %s", k, member_key_word(l.member[i].standing));
        seen_named += !x.stood[k];
        seen_fallen += x.stood[k] && !x.counts[k] && l.member[i].standing == MEMBER_KEY_NAMED;
        seen_admitted += k >= FILED && l.member[i].admitted_by >= DECIDE && x.counts[k];
        seen_silenced += k >= FILED && l.member[i].standing == MEMBER_KEY_COMPROMISED;
    }
    for (unsigned k = 0; k < KEYS; k++) {
        enum act_verb end = ACT_PROPOSE;
        bool ended = has_ended(&in->acts, k, &end);

        voice[owner[k]] |= x.counts[k] && !ended;
        left[owner[k]] |= x.counts[k] && ended && end == ACT_LEAVE;
    }
    for (unsigned p = 0; p < PARTIES; p++) {
        const struct roster_member *m = roster_find(&r, party[p]);
        unsigned suspended = 0;

        for (unsigned by = 0; by < PARTIES; by++)
            suspended += by != p && voice[by] && word_of(&x, by, p, order) == -1;
        seen[m->standing]++;
        assert_int_equal(m->suspended_by, suspended);
        assert_int_equal(m->standing == ROSTER_COUNTS, voice[p] && suspended < DECIDE);
        assert_int_equal(m->standing == ROSTER_SUSPENDED, voice[p] && suspended >= DECIDE);
        assert_int_equal(m->standing == ROSTER_WITHDRAWN, !voice[p] && left[p]);
        if (roster_counts(m)) {
            unsigned k = m->transport[0][0] - 0x80U;
            enum act_verb end;

            assert_true(owner[k] == p && x.counts[k] && !has_ended(&in->acts, k, &end));
            assert_ptr_equal(roster_of_transport(&r, m->transport[0]), m);
        }
    }
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

/* A statement that this key may make. */
static struct act_statement random_statement(unsigned k, unsigned loud, unsigned bitter)
{
    static const enum act_verb verbs[] = { ACT_ADMIT,   ACT_ADMIT,   ACT_ADMIT,   ACT_ADMIT,
                                           ACT_SUCCEED, ACT_SUSPEND, ACT_SUSPEND, ACT_RESUME };
    enum act_verb verb = verbs[chance(8)];

    if (chance(loud) == 0)
        verb = ACT_REPORT;
    else if (chance(25) == 0)
        verb = chance(2) ? ACT_RETIRE : ACT_LEAVE;
    for (;;) {
        unsigned of = chance(KEYS);

        if ((verb == ACT_SUSPEND || verb == ACT_RESUME) && chance(4))
            of = bitter;
        if (verb == ACT_ADMIT && chance(3))
            of = FILED + chance(KEYS - FILED);
        if (act_ends(verb))
            return about(verb, k);
        if (verb == ACT_SUCCEED && owner[of] != owner[k]) {
            if (chance(10) == 0)
                verb = ACT_ADMIT;
            continue;
        }
        if ((verb == ACT_ADMIT || verb == ACT_SUSPEND || verb == ACT_RESUME) && owner[of] == owner[k]) {
            bitter = chance(KEYS);
            continue;
        }
        return about(verb, of);
    }
}

static size_t history(struct trust_act *act)
{
    uint64_t number[KEYS] = { 0 };
    uint8_t head[KEYS][32] = { { 0 } };
    unsigned rogue = chance(4), loud = 4 + chance(40), bitter = chance(KEYS);
    size_t n = 0, most = 20 + chance(MOST - 30);

    while (n < most) {
        unsigned k = chance(KEYS);
        struct act_statement s = random_statement(k, loud, bitter);
        struct trust_act next = made(k, number[k] + 1, head[k], 1000 + (unix_time)n, &s, 1);

        act[n++] = next;
        if (rogue == 0 && chance(25) == 0)
            continue;
        if (rogue == 1 && chance(25) == 0)
            n--;
        number[k]++;
        memcpy(head[k], next.sha256, 32);
    }
    return n;
}

static void random_histories_as_the_naive_one(void **state)
{
    static struct trust_act act[MOST];

    (void)state;
    for (unsigned round = 0; round < 250; round++) {
        const char *own = chance(3) ? NULL : states[chance(PARTIES)];
        struct roster_input in, part;
        uint8_t digest[32];
        struct roster r;
        size_t n;

        seed = round * 7919 + 17;
        n = history(act);
        in = input(act, n, own);
        compare(&in);
        r = roster_of(&in);
        memcpy(digest, r.digest, 32);
        shuffle(act, n);
        part = input(act, chance((unsigned)n + 1), own);
        compare(&part);
        r = roster_of(&in);
        assert_memory_equal(r.digest, digest, 32);
        arena_reset(&test_arena);
    }
    print_message(
        "# unknown %zu counts %zu suspended %zu withdrawn %zu compromised %zu; keys: named %zu fallen %zu "
        "admitted %zu silenced %zu\n",
        seen[0], seen[1], seen[2], seen[3], seen[4], seen_named, seen_fallen, seen_admitted, seen_silenced);
    for (size_t i = 0; i < 5; i++)
        assert_true(seen[i] > 10);
    assert_true(seen_named > 20 && seen_fallen > 10 && seen_admitted > 20 && seen_silenced > 10);
}

/* Attacks and rules, each by itself: what keys say one after the other, and how somebody stands then. */

struct said {
    unsigned by;
    enum act_verb verb;
    unsigned of; /* a key */
};

static const struct {
    const char *what;
    struct said said[10]; /* ends with by == KEYS */
    unsigned party;
    enum roster_standing standing;
    int speaks; /* the key whose card is used; -1: none */
} scenes[] = {
#define END                                                                                                  \
    {                                                                                                        \
        KEYS, ACT_PROPOSE, 0                                                                                 \
    }
#define BY4(v, of)                                                                                           \
    { 1, v, of }, { 2, v, of }, { 3, v, of },                                                                \
    {                                                                                                        \
        4, v, of                                                                                             \
    }
    { "nothing is said", { END }, 0, ROSTER_COUNTS, 0 },
    { "a member without key", { END }, 6, ROSTER_UNKNOWN, -1 },
    { "a successor speaks at once", { { 0, ACT_SUCCEED, 8 }, END }, 0, ROSTER_COUNTS, 8 },
    { "a retired key leaves its successor",
      { { 0, ACT_SUCCEED, 8 }, { 0, ACT_RETIRE, 0 }, END },
      0,
      ROSTER_COUNTS,
      8 },
    { "a key that retires without successor", { { 0, ACT_RETIRE, 0 }, END }, 0, ROSTER_UNKNOWN, -1 },
    { "who retired names nobody any more",
      { { 0, ACT_RETIRE, 0 }, { 0, ACT_SUCCEED, 8 }, END },
      0,
      ROSTER_UNKNOWN,
      -1 },
    { "a thief's successor falls with the stolen key",
      { { 0, ACT_SUCCEED, 8 }, { 0, ACT_REPORT, 0 }, END },
      0,
      ROSTER_COMPROMISED,
      -1 },
    { "a thief's successor silences the stolen key, and itself",
      { { 0, ACT_SUCCEED, 8 }, { 8, ACT_REPORT, 0 }, END },
      0,
      ROSTER_COMPROMISED,
      -1 },
    { "the owner's report cannot be undone by retiring the key first",
      { { 0, ACT_SUCCEED, 8 }, { 0, ACT_RETIRE, 0 }, { 0, ACT_REPORT, 0 }, END },
      0,
      ROSTER_COMPROMISED,
      -1 },
    { "the others admit the successor: it stands without the stolen key",
      { { 0, ACT_SUCCEED, 8 }, BY4(ACT_ADMIT, 8), { 8, ACT_REPORT, 0 }, END },
      0,
      ROSTER_COUNTS,
      8 },
    { "a new key after a loss", { BY4(ACT_ADMIT, 8), END }, 0, ROSTER_COUNTS, 8 },
    { "too few admit it",
      { { 1, ACT_ADMIT, 8 }, { 2, ACT_ADMIT, 8 }, { 3, ACT_ADMIT, 8 }, END },
      0,
      ROSTER_COUNTS,
      0 },
    { "two keys of one member are one voice",
      { { 1, ACT_ADMIT, 8 },
        { 2, ACT_ADMIT, 8 },
        { 6, ACT_ADMIT, 8 },
        { 3, ACT_ADMIT, 8 },
        { 7, ACT_ADMIT, 8 },
        END },
      0,
      ROSTER_COUNTS,
      0 },
    { "an admitted key silences the lost one, and not the other way round",
      { BY4(ACT_ADMIT, 8), { 0, ACT_REPORT, 8 }, { 8, ACT_REPORT, 0 }, END },
      0,
      ROSTER_COUNTS,
      8 },
    { "a stolen key's successor cannot silence the admitted one",
      { BY4(ACT_ADMIT, 8), { 0, ACT_SUCCEED, 9 }, { 9, ACT_REPORT, 8 }, { 8, ACT_REPORT, 0 }, END },
      0,
      ROSTER_COUNTS,
      8 },
    { "a party without key is admitted", { BY4(ACT_ADMIT, 13), END }, 6, ROSTER_COUNTS, 13 },
    { "who rests on a voice that falls, falls",
      { BY4(ACT_ADMIT, 13), { 1, ACT_REPORT, 1 }, END },
      6,
      ROSTER_UNKNOWN,
      -1 },
    { "a named key admits nobody before it stands",
      { { 8, ACT_ADMIT, 13 }, { 1, ACT_ADMIT, 13 }, { 3, ACT_ADMIT, 13 }, { 4, ACT_ADMIT, 13 }, END },
      6,
      ROSTER_UNKNOWN,
      -1 },
    { "four suspend", { BY4(ACT_SUSPEND, 0), END }, 0, ROSTER_SUSPENDED, 0 },
    { "three do not",
      { { 1, ACT_SUSPEND, 0 }, { 2, ACT_SUSPEND, 0 }, { 3, ACT_SUSPEND, 0 }, END },
      0,
      ROSTER_COUNTS,
      0 },
    { "one takes it back", { BY4(ACT_SUSPEND, 0), { 3, ACT_RESUME, 0 }, END }, 0, ROSTER_COUNTS, 0 },
    { "and says it again",
      { BY4(ACT_SUSPEND, 0), { 3, ACT_RESUME, 0 }, { 3, ACT_SUSPEND, 0 }, END },
      0,
      ROSTER_SUSPENDED,
      0 },
    { "two suspend each other", { { 0, ACT_SUSPEND, 1 }, { 1, ACT_SUSPEND, 0 }, END }, 0, ROSTER_COUNTS, 0 },
    { "the suspended answers in kind",
      { BY4(ACT_SUSPEND, 0), { 0, ACT_SUSPEND, 1 }, END },
      1,
      ROSTER_COUNTS,
      1 },
    { "a compromised voice suspends nobody",
      { BY4(ACT_SUSPEND, 0), { 1, ACT_REPORT, 1 }, END },
      0,
      ROSTER_COUNTS,
      0 },
    { "a member leaves", { { 0, ACT_LEAVE, 0 }, END }, 0, ROSTER_WITHDRAWN, 0 },
    { "who left suspends nobody", { BY4(ACT_SUSPEND, 0), { 1, ACT_LEAVE, 1 }, END }, 0, ROSTER_COUNTS, 0 },
    { "a thief leaves for the member: another key still speaks",
      { { 2, ACT_LEAVE, 2 }, END },
      2,
      ROSTER_COUNTS,
      6 },
    { "a thief leaves, and the owner reports the key",
      { { 0, ACT_LEAVE, 0 }, { 0, ACT_REPORT, 0 }, END },
      0,
      ROSTER_COMPROMISED,
      -1 },
    { "who left comes back by a new key",
      { { 0, ACT_LEAVE, 0 }, BY4(ACT_ADMIT, 8), END },
      0,
      ROSTER_COUNTS,
      8 },
};

static size_t acted(const struct said *said, struct trust_act *act)
{
    uint64_t number[KEYS] = { 0 };
    uint8_t head[KEYS][32] = { { 0 } };
    size_t n = 0;

    for (; said->by < KEYS; said++) {
        struct act_statement s = about(said->verb, said->of);

        act[n] = made(said->by, ++number[said->by], head[said->by], 1000 + (unix_time)n, &s, 1);
        memcpy(head[said->by], act[n++].sha256, 32);
    }
    return n;
}

static void each_rule_by_itself(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) {
        struct trust_act act[10];
        size_t n = acted(scenes[i].said, act);
        struct roster_input in = input(act, n, NULL);
        struct roster r = roster_of(&in);
        const struct roster_member *m = roster_find(&r, party[scenes[i].party]);

        if (m->standing != scenes[i].standing)
            fail_msg("%s: %s", scenes[i].what, roster_word(m->standing));
        if (scenes[i].speaks < 0 ? m->n_log != 0 : m->log[0][0] != 0x40 + scenes[i].speaks)
            fail_msg("%s: %zu keys, %02x", scenes[i].what, m->n_log, m->log[0][0]);
        compare(&in);
        if (m->standing == ROSTER_SUSPENDED || m->standing == ROSTER_WITHDRAWN) {
            assert_true(m->since >= 1000 && roster_counts_at(m, m->since - 1));
            assert_false(roster_counts_at(m, m->since));
        }
        arena_reset(&test_arena);
    }
}

/* Cards. */

static void cards_of_one_number_and_shared_keys(void **state)
{
    static struct member_card x[4];
    struct roster_input in = input(NULL, 0, NULL);
    static struct findings f;
    struct roster r;

    (void)state;
    in.card = x;
    in.n_cards = 3;
    x[0] = card[0];
    x[1] = card[1];
    x[2] = card[0];
    x[2].number = 2;
    x[2].sha256[1] = 9;
    x[2].log[0][0] = 0x41; /* BB's */
    findings_init(&f);
    assert_true(roster_make(&in, &test_arena, &r, &f, NULL));
    assert_int_equal(r.member[0].card, 2);
    assert_int_equal(r.member[0].n_log, 0); /* neither has it */
    assert_int_equal(r.member[1].n_log, 0);
    assert_int_equal(r.member[1].n_witness, 1);
    assert_int_equal(f.n, 2);
    assert_string_equal(f.item[0].why.reason, "shared-key");
    in.n_cards = 4;
    x[3] = x[2];
    x[3].sha256[1] = 10;
    findings_init(&f);
    assert_true(roster_make(&in, &test_arena, &r, &f, NULL));
    assert_int_equal(r.member[0].standing, ROSTER_COMPROMISED);
    assert_int_equal(r.member[1].standing, ROSTER_COUNTS);
    assert_string_equal(f.item[0].why.reason, "two-cards");
}

static void looked_up(void **state)
{
    struct roster_input in = input(NULL, 0, NULL);
    struct roster r = roster_of(&in);

    (void)state;
    assert_string_equal((const char *)roster_of_origin(&r, SPAN("bb/trust/all/2026"))->state.p, "BB");
    assert_null(roster_of_origin(&r, SPAN("bb")));
    assert_null(roster_of_origin(&r, SPAN("bbb/trust/all/2026")));
    assert_null(roster_of_origin(&r, SPAN("/trust/all/2026")));
    assert_null(roster_of_origin(&r, SPAN("gg/trust/all/2026"))); /* no key of it counts */
    assert_null(roster_of_transport(&r, (const uint8_t[32]){ 0 }));
    assert_null(roster_find(&r, SPAN("ZZ")));
}

static int group(void **state)
{
    set_up();
    return arena_setup(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule_by_itself),
        cmocka_unit_test(random_histories_as_the_naive_one),
        cmocka_unit_test(cards_of_one_number_and_shared_keys),
        cmocka_unit_test(looked_up),
    };

    return cmocka_run_group_tests_name("roster", tests, group, arena_teardown);
}

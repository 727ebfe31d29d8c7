/* Whose cosignatures make a member's checkpoint count, by the roster. */
#include "vectors.h"

#include <stdio.h>

#include "log/roster_policy.h"

enum { MEMBERS = 5 };

static uint8_t log_secret[NODE_SECRET_KEY], witness_secret[MEMBERS][2][NODE_SECRET_KEY];
static struct roster_member member[MEMBERS];
static struct roster roster;
static const uint8_t *signing; /* NULL: the newest log key of the first */
static const struct span origin = { (const uint8_t *)"aa.x/trust/all/2026", 19 };

static int set_up(void **state)
{
    static const char *const states[] = { "AA", "BB", "CC", "DD", "EE" };
    static const char *const names[] = { "aa.x", "bb.x", "cc.x", "dd.x", "ee.x" };
    uint8_t seed[NODE_SEED] = { 200 };

    (void)state;
    memset(member, 0, sizeof member);
    for (uint8_t i = 0; i < MEMBERS; i++) {
        member[i].state = span_str(states[i]);
        member[i].name = span_str(names[i]);
        member[i].standing = ROSTER_COUNTS;
        member[i].n_witness = 2;
        for (uint8_t k = 0; k < 2; k++) {
            seed[0] = (uint8_t)(2 * i + k + 1);
            node_key_from_seed(seed, member[i].witness[k], witness_secret[i][k]);
        }
    }
    seed[0] = 200;
    node_key_from_seed(seed, member[0].log[0], log_secret);
    member[0].n_log = 1;
    roster = (struct roster){ .n = MEMBERS, .member = member, .witnesses = 3 };
    return 0;
}

static void add_signature(struct buffer *b, struct span name, enum note_key_type type, const uint8_t pub[32],
                          uint8_t secret[NODE_SECRET_KEY], struct span text)
{
    struct signer signer;
    struct note_key k;

    note_key_of(name, type, pub, &k);
    signer_in_memory(secret, &signer);
    assert_true(note_key_sign(&k, &signer, text, 1700000000, &test_arena, b, NULL));
}

/* Cosigned with these keys: the letter of the member, small for the first key, capital for the second. */
static bool believed(const char *by, const char **reason)
{
    static struct policy p;
    struct policy_verdict v;
    struct tree_hash root = { { 7 } };
    struct why w = { 0 };
    struct checkpoint c;
    struct buffer b;
    struct note note;
    struct span text;
    bool ok;

    buf_init(&b, 65536);
    checkpoint_put(origin, 5, &root, &b);
    text = arena_copy(&test_arena, buf_span(&b));
    buf_u8(&b, '\n');
    add_signature(&b, origin, NOTE_KEY_ED25519, signing ? signing : member[0].log[0], log_secret, text);
    for (; *by; by++) {
        unsigned second = *by < 'a', i = (unsigned)(*by | 0x20) - 'a';
        char name[32];

        (void)snprintf(name, sizeof name, "%.*s/witness", (int)member[i].name.n,
                       (const char *)member[i].name.p);
        add_signature(&b, arena_copy(&test_arena, span_str(name)), NOTE_KEY_COSIGNATURE,
                      member[i].witness[second], witness_secret[i][second], text);
    }
    if (!roster_policy(&roster, origin, &test_arena, &p, NULL)) /* filled all the same, and never met */
        assert_true(roster.witnesses == 0 || roster.witnesses > 4 || member[3].standing != ROSTER_COUNTS);
    assert_true(note_parse(arena_copy(&test_arena, buf_span(&b)), &note, NULL));
    assert_true(checkpoint_parse(note.text, &c, NULL));
    ok = policy_check(&p, &note, &c, &test_arena, &v, &w);
    *reason = w.reason;
    buf_free(&b);
    return ok;
}

/* What the key of before signed counts when a quorum cosigned it before it ended; these cosigned at
 * 1700000000. */
static void a_key_that_was_replaced(void **state)
{
    static const struct {
        const char *what, *by;
        unix_time until;
        const char *reason;
    } cases[] = {
        { "cosigned before it ended", "bcd", 1700000001, NULL },
        { "cosigned as it ended", "bcd", 1700000000, NULL },
        { "cosigned after it ended", "bcd", 1699999999, "retired" },
        { "cosigned by too few", "bc", 1700000001, "retired" },
        { "cosigned by nobody", "", 1700000001, "retired" },
    };
    const char *reason;

    (void)state;
    memcpy(member[0].retired[0].pub, member[0].log[0], NODE_PUBLIC_KEY);
    member[0].log[0][0] ^= 1; /* another key signs now */
    member[0].n_retired = 1;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        member[0].retired[0].until = cases[i].until;
        signing = member[0].retired[0].pub;
        if (believed(cases[i].by, &reason) != !cases[i].reason ||
            (cases[i].reason && strcmp(reason, cases[i].reason) != 0))
            fail_msg("%s: %s", cases[i].what, reason ? reason : "believed");
    }
    member[0].n_retired = 0;
    assert_false(believed("bcd", &reason));
    assert_string_equal(reason, "no-anchor");
    signing = NULL;
}

static void every_other_member_is_one_voice(void **state)
{
    const char *reason;

    (void)state;
    assert_true(believed("bcd", &reason));
    assert_true(believed("BcD", &reason));
    assert_true(believed("bBcCdD", &reason));
    assert_false(believed("bc", &reason));
    assert_string_equal(reason, "quorum");
    assert_false(believed("bBcC", &reason)); /* two keys of one member */
    assert_false(believed("abc", &reason));  /* its own witness */
    member[3].standing = ROSTER_SUSPENDED;
    assert_false(believed("bcd", &reason));
    assert_true(believed("bce", &reason));
}

static void what_cannot_be_witnessed_never_is(void **state)
{
    const char *reason;
    static struct policy p;
    struct why w = { 0 };

    (void)state;
    roster.witnesses = 0;
    assert_false(roster_policy(&roster, origin, &test_arena, &p, &w));
    assert_string_equal(w.reason, "quorum");
    assert_false(believed("bcde", &reason));
    roster.witnesses = 5;
    assert_false(believed("bcde", &reason));
    roster.witnesses = 3;
    why_clear(&w);
    assert_false(roster_policy(&roster, SPAN("zz.x/trust/all/2026"), &test_arena, &p, &w));
    assert_string_equal(w.reason, "origin");
    why_clear(&w);
    assert_false(roster_policy(&roster, SPAN("bb.x/trust/all/2026"), &test_arena, &p, &w));
    assert_string_equal(w.reason, "no-key");
}

static int group(void **state)
{
    return node_crypto_init() ? arena_setup(state) : 1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_key_that_was_replaced, set_up),
        cmocka_unit_test_setup(every_other_member_is_one_voice, set_up),
        cmocka_unit_test_setup(what_cannot_be_witnessed_never_is, set_up),
    };

    return cmocka_run_group_tests_name("roster-policy", tests, group, arena_teardown);
}

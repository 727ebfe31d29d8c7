/* Passkeys of three algorithms, each check attacked (vectors/prove/make.py), and challenges. */
#include "prove/passkey.h"

#include "vectors.h"

#include "prove/challenge.h"

static const char *const origins[] = { "https://serai.example" };
static const struct passkey_place place = { "serai.example", origins, 1, NULL, 0 };

static struct span challenge(void)
{
    return SPAN("cccccccccccccccccccccccccccccccc");
}

static struct span hex(json_t *row, size_t i)
{
    return from_hex(&test_arena, json_string_value(json_array_get(row, i)));
}

/* The outcome is what the row says, by name. */
static void expect(json_t *row, bool ok, const struct why *w)
{
    const char *wanted = json_string_value(json_array_get(row, 1));

    if (ok != !*wanted || (!ok && strcmp(w->reason, wanted) != 0))
        fail_msg("%s: %s, not %s", json_string_value(json_array_get(row, 0)), ok ? "taken" : w->reason,
                 wanted);
}

static void registers(void **state)
{
    json_t *all = load_json(source_path("tests/vectors/prove/sign-in.json")), *row;
    size_t i;

    (void)state;
    assert_true(json_array_size(json_object_get(all, "made")) > 50);
    json_array_foreach(json_object_get(all, "made"), i, row)
    {
        struct why w = { .reason = NULL };
        struct passkey_made m;
        bool ok = passkey_register(&place, challenge(), hex(row, 2), hex(row, 3), &test_arena, &m, &w);

        expect(row, ok, &w);
        if (ok) {
            assert_true(span_eq_str(m.passkey.id, "SPEC"));
            assert_int_equal(m.passkey.counter, 7);
        }
    }
    json_decref(all);
}

static void model_is_asked(void **state)
{
    static const uint8_t other[1][AUTHENTICATOR_MODEL] = { { 1 } }, zero[1][AUTHENTICATOR_MODEL] = { { 0 } };
    json_t *all = load_json(source_path("tests/vectors/prove/sign-in.json"));
    json_t *row = json_array_get(json_object_get(all, "made"), 0);
    struct passkey_place p = place;
    struct why w = { .reason = NULL };
    struct passkey_made m;

    (void)state;
    p.n_models = 1;
    p.model = other;
    assert_false(passkey_register(&p, challenge(), hex(row, 2), hex(row, 3), &test_arena, &m, &w));
    assert_string_equal(w.reason, "passkey-model");
    p.model = zero;
    why_clear(&w);
    assert_true(passkey_register(&p, challenge(), hex(row, 2), hex(row, 3), &test_arena, &m, &w));
    json_decref(all);
}

static void proves(void **state)
{
    json_t *all = load_json(source_path("tests/vectors/prove/sign-in.json")), *row;
    size_t i;

    (void)state;
    assert_true(json_array_size(json_object_get(all, "said")) > 50);
    json_array_foreach(json_object_get(all, "said"), i, row)
    {
        struct passkey_said said = { hex(row, 2), hex(row, 3), hex(row, 4) };
        struct passkey held = { SPAN("SPEC"), hex(row, 6),
                                (uint32_t)json_integer_value(json_array_get(row, 5)) };
        struct why w = { .reason = NULL };
        uint32_t counter = 99;
        bool ok = passkey_prove(&place, &held, challenge(), &said, &test_arena, &counter, &w);

        expect(row, ok, &w);
        if (!ok)
            assert_int_equal(counter, 99);
    }
    json_decref(all);
}

static void challenge_once(void **state)
{
    static const uint8_t value[CHALLENGE_BYTES] = "SPECIMEN";
    const struct challenge_to to = { SPAN("network"), SPAN("a") };
    struct challenges *c = challenges_new();
    struct span v = span_of(value, sizeof value), none = { NULL, 0 };
    struct challenge_kept kept;
    static const struct {
        enum challenge_use use;
        const char *bound;
        unix_time at;
        const char *reason;
    } turn[] = {
        { CHALLENGE_SIGN_IN, "a", 1000 + LIMIT_CHALLENGE_SECONDS, NULL },
        { CHALLENGE_SIGN_IN, "a", 1001 + LIMIT_CHALLENGE_SECONDS, "challenge-expired" },
        { CHALLENGE_SIGN_IN, "a", 999, "challenge-expired" },
        { CHALLENGE_SIGN_IN, "b", 1000, "challenge-bound" },
        { CHALLENGE_SIGN_IN, "", 1000, "challenge-bound" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof turn / sizeof *turn; i++) {
        struct why w = { .reason = NULL };

        challenge_give(c, CHALLENGE_SIGN_IN, &to, none, value, 1000);
        assert_int_equal(challenge_take(c, turn[i].use, span_str(turn[i].bound), v, turn[i].at, &kept, &w),
                         !turn[i].reason);
        if (turn[i].reason)
            assert_string_equal(w.reason, turn[i].reason);
        why_clear(&w);
        assert_false(challenge_take(c, CHALLENGE_SIGN_IN, SPAN("a"), v, 1000, &kept, &w));
        assert_string_equal(w.reason, "challenge-unknown");
    }
    challenge_give(c, CHALLENGE_SIGN_IN, &to, none, value, 1000);
    assert_false(challenge_take(c, CHALLENGE_REGISTER, SPAN("a"), v, 1000, &kept, NULL));
    assert_true(challenge_take(c, CHALLENGE_SIGN_IN, SPAN("a"), v, 1000, &kept, NULL));
    challenges_free(c);
}

/* Whoever asks without end pushes out their own. */
static void challenges_of_others_stay(void **state)
{
    const struct challenge_to one = { SPAN("192.0.2.1"), SPAN("a") }, many = { SPAN("192.0.2.2"), SPAN("b") };
    struct challenges *c = challenges_new();
    struct span none = { NULL, 0 };
    uint8_t value[CHALLENGE_BYTES] = "SPECIMEN", other[CHALLENGE_BYTES] = { 0 };
    struct challenge_kept kept;
    unsigned held = 0;

    (void)state;
    challenge_give(c, CHALLENGE_SIGN_IN, &one, none, value, 1000);
    for (unsigned i = 0; i < 2 * LIMIT_CHALLENGES; i++) {
        other[0] = (uint8_t)i;
        other[1] = (uint8_t)(i >> 8);
        challenge_give(c, CHALLENGE_SIGN_IN, &many, none, other, 1000);
    }
    assert_true(
        challenge_take(c, CHALLENGE_SIGN_IN, one.bound, span_of(value, sizeof value), 1000, &kept, NULL));
    for (unsigned i = 0; i < 2 * LIMIT_CHALLENGES; i++) {
        other[0] = (uint8_t)i;
        other[1] = (uint8_t)(i >> 8);
        held +=
            challenge_take(c, CHALLENGE_SIGN_IN, many.bound, span_of(other, sizeof other), 1000, &kept, NULL);
        assert_int_equal(held > 0, i >= 2 * LIMIT_CHALLENGES - LIMIT_CHALLENGES_FROM);
    }
    assert_int_equal(held, LIMIT_CHALLENGES_FROM);
    challenges_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(registers),
        cmocka_unit_test(model_is_asked),
        cmocka_unit_test(proves),
        cmocka_unit_test(challenge_once),
        cmocka_unit_test(challenges_of_others_stay),
    };

    return cmocka_run_group_tests_name("prove/passkey", tests, arena_setup, arena_teardown);
}

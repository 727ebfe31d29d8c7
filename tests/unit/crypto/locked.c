/* Bytes behind a passphrase: they come back with it, and with nothing else. */
#include "crypto/locked.h"

#include "vectors.h"

#include "crypto/node_key.h"

static void only_with_the_passphrase(void **state)
{
    static const struct {
        const char *what, *passphrase, *reason;
        size_t cut, flip; /* flip: a bit of that byte, counted from 1 */
    } cases[] = {
        { "another passphrase", "SPECIMEN passphrase 2", "passphrase", 0, 0 },
        { "the last byte", "SPECIMEN passphrase 1", "passphrase", 0, 200 },
        { "the salt", "SPECIMEN passphrase 1", "passphrase", 0, 20 },
        { "the head", "SPECIMEN passphrase 1", "locked", 0, 3 },
        { "cut", "SPECIMEN passphrase 1", "passphrase", 1, 0 },
        { "hardly anything", "SPECIMEN passphrase 1", "locked", 60, 0 },
    };
    struct span plain = SPAN("SPECIMEN keys");
    struct buffer locked, out;
    struct why w = { 0 };

    (void)state;
    buf_init(&locked, 4096);
    buf_init(&out, 4096);
    assert_false(locked_put(SPAN("short"), plain, &locked, &w));
    assert_string_equal(w.reason, "passphrase");
    why_clear(&w);
    assert_true(locked_put(SPAN("SPECIMEN passphrase 1"), plain, &locked, &w));
    assert_true(locked_open(SPAN("SPECIMEN passphrase 1"), buf_span(&locked), &out, &w));
    assert_true(span_eq(buf_span(&out), plain));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t n = locked.n, at = cases[i].flip > n ? n : cases[i].flip;

        why_clear(&w);
        if (at)
            locked.p[at - 1] ^= 1;
        buf_reset(&out);
        if (locked_open(span_str(cases[i].passphrase), span_of(locked.p, n - cases[i].cut), &out, &w))
            fail_msg("%s: opened", cases[i].what);
        if (strcmp(w.reason, cases[i].reason) != 0)
            fail_msg("%s: %s", cases[i].what, w.reason);
        assert_int_equal(out.n, 0);
        if (at)
            locked.p[at - 1] ^= 1;
    }
    buf_free(&locked);
    buf_free(&out);
}

static int group(void **state)
{
    return node_crypto_init() ? arena_setup(state) : 1;
}

int main(void)
{
    static const struct CMUnitTest tests[] = { cmocka_unit_test(only_with_the_passphrase) };

    return cmocka_run_group_tests_name("locked", tests, group, arena_teardown);
}

#include "vectors.h"

#include "card/channel.h"
#include "guard.h"
#include "script_card.h"

/* ISO 7816-4 5.2: every case, both ways. */
static void commands(void **state)
{
    static const uint8_t zeros[300];
    static const struct {
        const char *what, *head;
        size_t n;
        uint32_t le;
        size_t length;
    } cases[] = {
        { "case 1", "00a40000", 0, 0, 4 },
        { "case 2, short", "00b0000001", 0, 1, 5 },
        { "case 2, 256 is written as zero", "00b0000000", 0, 256, 5 },
        { "case 2, extended", "00b00000000101", 0, 257, 7 },
        { "case 2, 65536 is written as zero", "00b00000000000", 0, 65536, 7 },
        { "case 3, short", "00a40000ff", 255, 0, 260 },
        { "case 3, extended", "00a40000000100", 256, 0, 263 },
        { "case 4, short", "00a4000002", 2, 256, 8 },
        { "case 4, extended by its data", "00a4000000012c", 300, 1, 309 },
        { "case 4, extended by its answer", "00a40000000002", 2, 1000, 11 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct span head = from_hex(&test_arena, cases[i].head);
        const struct apdu c = { .ins = head.p[1], .data = span_of(zeros, cases[i].n), .le = cases[i].le };
        struct apdu back;
        struct buffer b;
        struct span exact;

        print_message("# %s\n", cases[i].what);
        buf_init(&b, 1 << 17);
        apdu_put(&b, &c);
        assert_true(buf_ok(&b));
        assert_int_equal(b.n, cases[i].length);
        assert_memory_equal(b.p, head.p, head.n);
        exact = guard_copy(buf_span(&b));
        assert_true(apdu_parse(exact, &back, NULL));
        assert_int_equal(back.ins, c.ins);
        assert_int_equal(back.le, c.le);
        assert_int_equal(back.data.n, c.data.n);
        guard_free(exact);
        buf_free(&b);
    }
}

static void commands_that_are_none(void **state)
{
    static const char *const cases[] = { "",
                                         "00a400",
                                         "00a4000002ff",
                                         "00a400000200",
                                         "00a4000000000001",
                                         "00a400000100000000",
                                         "00a40000000002ff",
                                         "00b000000000" };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct span in = guard_copy(from_hex(&test_arena, cases[i]));
        struct apdu c;
        struct why w = { 0 };

        print_message("# %s\n", cases[i]);
        assert_false(apdu_parse(in, &c, &w));
        assert_string_equal(w.reason, "apdu");
        guard_free(in);
    }
}

/* 61xx and 6Cxx, and chips that never come to an end. */
static void more_bytes(void **state)
{
    static const struct script_line two[] = { { "00b0000008", "6104" },
                                              { "00c0000004", "01026102" },
                                              { "00c0000002", "03049000" } };
    static const struct script_line again[] = { { "00b0000008", "6c02" }, { "00b0000002", "01029000" } };
    static const struct script_line stubborn[] = { { "00b0000008", "6c02" }, { "00b0000002", "6c02" } };
    static const struct script_line empty[] = { { "00b0000008", "6104" }, { "00c0000004", "6104" } };
    static const struct script_line gone[] = { { "00b0000008", NULL } };
    static const struct {
        const char *what;
        const struct script_line *line;
        size_t n;
        const char *reason, *data;
        uint16_t sw;
    } cases[] = {
        { "in three pieces", two, 3, NULL, "01020304", 0x9000 },
        { "another length", again, 2, NULL, "0102", 0x9000 },
        { "another length again", stubborn, 2, NULL, "", 0x6c02 },
        { "more announced, nothing sent", empty, 2, "response", NULL, 0 },
        { "gone", gone, 1, "card", NULL, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct apdu c = { .ins = INS_READ_BINARY, .le = 8 };
        struct script_card s;
        struct channel ch;
        struct reply r;
        struct why w = { 0 };

        print_message("# %s\n", cases[i].what);
        script_card_init(&s, cases[i].line, cases[i].n);
        channel_init(&ch, &s.card);
        assert_int_equal(channel_send(&ch, &c, &r, &w), !cases[i].reason);
        assert_true(script_card_done(&s));
        if (cases[i].reason) {
            assert_string_equal(w.reason, cases[i].reason);
        } else {
            assert_int_equal(r.sw, cases[i].sw);
            assert_true(span_eq(r.data, from_hex(&test_arena, cases[i].data)));
        }
        channel_free(&ch);
    }
}

static size_t sent;

static bool endless(void *ctx, struct span command, struct buffer *response, struct why *w)
{
    (void)ctx;
    (void)command;
    (void)w;
    sent++;
    buf_be(response, 0x2a6100, 3);
    return true;
}

static bool flood(void *ctx, struct span command, struct buffer *response, struct why *w)
{
    (void)ctx;
    (void)command;
    (void)w;
    for (size_t i = 0; i < 1 << 20; i++)
        buf_u8(response, 0);
    return true;
}

static void endless_answers(void **state)
{
    const struct card drip = { .transmit = endless }, gush = { .transmit = flood };
    const struct apdu c = { .ins = INS_READ_BINARY, .le = 8 };
    struct channel ch;
    struct reply r;
    struct why w = { 0 };

    (void)state;
    channel_init(&ch, &drip);
    assert_false(channel_send(&ch, &c, &r, &w));
    assert_string_equal(w.reason, "too-large");
    assert_true(sent < 1000);
    channel_free(&ch);
    why_clear(&w);
    channel_init(&ch, &gush);
    assert_false(channel_send(&ch, &c, &r, &w));
    assert_string_equal(w.reason, "too-large");
    channel_free(&ch);
}

static void status_words(void **state)
{
    static const struct {
        uint16_t sw;
        const char *reason;
        bool ok;
    } cases[] = {
        { 0x9000, NULL, true },
        { 0x6282, "card", true },
        { 0x6300, "access", true },
        { 0x6982, "access", false },
        { 0x6a82, "no-file", false },
        { 0x6a83, "no-file", false },
        { 0x6d00, "not-supported", false },
        { 0x6e00, "not-supported", false },
        { 0x6700, "length", false },
        { 0x6f00, "card", false },
        { 0x0000, "card", false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct why w = { 0 };

        assert_int_equal(sw_is_ok(cases[i].sw), cases[i].ok);
        if (!cases[i].reason)
            continue;
        assert_false(sw_why(cases[i].sw, "reading DG1", &w));
        assert_string_equal(w.reason, cases[i].reason);
        assert_non_null(strstr(w.detail, "reading DG1"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands),     cmocka_unit_test(commands_that_are_none),
        cmocka_unit_test(more_bytes),   cmocka_unit_test(endless_answers),
        cmocka_unit_test(status_words),
    };

    return cmocka_run_group_tests_name("apdu", tests, arena_setup, arena_teardown);
}

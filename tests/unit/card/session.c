#include "vectors.h"

#include "card/bac.h"
#include "script_card.h"

/* Doc 9303-11 appendix D.3: RND.IFD, then K.IFD. */
static size_t random_at;

static void published_random(void *p, size_t n)
{
    struct span s = from_hex(&test_arena, "781723860c06c2260b795240cb7049b01c19b33e32804f0b");

    assert_true(random_at + n <= s.n);
    memcpy(p, s.p + random_at, n);
    random_at += n;
}

static void assert_hex(const char *hex, struct span got)
{
    struct span want = from_hex(&test_arena, hex);

    assert_int_equal(got.n, want.n);
    assert_memory_equal(got.p, want.p, want.n);
}

static const struct script_line worked[] = {
    { "0084000008", "4608f91988702212 9000" },
    { "0082000028 72c29c2371cc9bdb65b779b8e8d37b29ecc154aa56a8799fae2f498f76ed92f2 5f1448eea8ad90a7 28",
      "46b9342a41396cd7386bf5803104d7cedc122b9132139baf2eedc94ee178534f 2f2d235d074d7449 9000" },
    { "0ca4020c15 8709016375432908c044f6 8e08bf8b92d635ff24f8 00", "99029000 8e08fa855a5d4c50a8ed 9000" },
    { "0cb000000d 970104 8e08ed6705417e96ba55 00",
      "8709019ff0ec34f9922651 99029000 8e08ad55cc17140b2ded 9000" },
    { "0cb000040d 970112 8e082ea28a70f3c7b535 00",
      "871901fb9235f4e4037f2327dcc8964f1f9b8c30f42c8e2fff224a 99029000 8e08c8b2787eaea07d74 9000" },
};

static void worked_key(struct access_key *k)
{
    struct access a;

    assert_true(access_from_fields(SPAN("L898902C"), SPAN("1969-08-06"), SPAN("1994-06-23"), &a, NULL));
    assert_int_equal(a.n, 1);
    assert_string_equal(a.key[0].text, "L898902C<369080619406236");
    *k = a.key[0];
}

/* Doc 9303-11 appendix D.2 to D.4, byte for byte. */
static void worked_example(void **state)
{
    struct script_card s;
    struct channel ch;
    struct access_key k;
    struct reply r;
    const struct apdu select = { .ins = INS_SELECT, .p1 = 2, .p2 = 0x0c, .data = SPAN("\x01\x1e") };
    const struct apdu head = { .ins = INS_READ_BINARY, .le = 4 };
    const struct apdu rest = { .ins = INS_READ_BINARY, .p2 = 4, .le = 18 };

    (void)state;
    random_at = 0;
    worked_key(&k);
    script_card_init(&s, worked, sizeof worked / sizeof worked[0]);
    channel_init(&ch, &s.card);
    assert_true(bac(&ch, &k, published_random, NULL));
    assert_true(ch.session.alive);
    assert_hex("979ec13b1cbfe9dcd01ab0fed307eae5", span_of(ch.session.enc.b, 16));
    assert_hex("f1cb1f1fb5adf208806b89dc579dc1f8", span_of(ch.session.mac.b, 16));
    assert_hex("887022120c06c226", span_of(ch.session.ssc, 8));

    assert_true(channel_ask(&ch, &select, "", &r, NULL));
    assert_int_equal(r.data.n, 0);
    assert_hex("887022120c06c228", span_of(ch.session.ssc, 8));
    assert_true(channel_ask(&ch, &head, "", &r, NULL));
    assert_hex("60145f01", r.data);
    assert_hex("887022120c06c22a", span_of(ch.session.ssc, 8));
    assert_true(channel_ask(&ch, &rest, "", &r, NULL));
    assert_hex("04303130365f36063034303030305c026175", r.data);
    assert_hex("887022120c06c22c", span_of(ch.session.ssc, 8));
    assert_true(script_card_done(&s));
    channel_free(&ch);
}

/* What a chip may answer to the proof, and what is said about it. */
static void access_refused(void **state)
{
    static const struct {
        const char *what, *challenge, *proof, *reason;
    } cases[] = {
        { "another document's key", "4608f919887022129000", "6300", "access" },
        { "another document's key, as some chips say it", "4608f919887022129000", "6982", "access" },
        { "a challenge of seven bytes", "4608f9198870229000", "9000", "response" },
        { "no challenge", "6d00", "9000", "not-supported" },
        { "proof cut short", "4608f919887022129000", "46b9342a9000", "response" },
        { "proof with another code", "4608f919887022129000",
          "46b9342a41396cd7386bf5803104d7cedc122b9132139baf2eedc94ee178534f2f2d235d074d744a9000", "mac" },
        { "proof for another challenge", "4608f919887022139000",
          "46b9342a41396cd7386bf5803104d7cedc122b9132139baf2eedc94ee178534f2f2d235d074d74499000", "mac" },
        { "the card is gone", NULL, NULL, "card" },
        { "an answer of one byte", "90", "9000", "response" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct script_line line[] = { { NULL, cases[i].challenge }, { NULL, cases[i].proof } };
        struct script_card s;
        struct access_key k;
        struct channel ch;
        struct why w = { 0 };

        print_message("# %s\n", cases[i].what);
        random_at = 0;
        worked_key(&k);
        script_card_init(&s, line, 2);
        channel_init(&ch, &s.card);
        assert_false(bac(&ch, &k, published_random, &w));
        assert_string_equal(w.reason, cases[i].reason);
        assert_false(ch.session.alive);
        channel_free(&ch);
    }
}

/* The session of the worked example after SELECT. */
static void session_of(struct session *s)
{
    const uint8_t *ssc = from_hex(&test_arena, "887022120c06c228").p;

    session_begin(s, CIPHER_3DES, from_hex(&test_arena, "0036d272f5c350acac50c3f572d23600"), ssc);
}

static void deviations_end_the_session(void **state)
{
    static const struct {
        const char *what, *response, *reason;
    } cases[] = {
        { "the code of another answer (replayed)", "990290008e08fa855a5d4c50a8ed9000", "mac" },
        { "a bit of the code", "8709019ff0ec34f992265199029000 8e08ad55cc17140b2dec 9000", "mac" },
        { "a bit of the cryptogram", "8709019ff0ec34f992265099029000 8e08ad55cc17140b2ded 9000", "mac" },
        { "the status inside", "8709019ff0ec34f992265199029001 8e08ad55cc17140b2ded 9000", "mac" },
        { "the status outside", "8709019ff0ec34f992265199029000 8e08ad55cc17140b2ded 6a82",
          "secure-messaging" },
        { "no code", "8709019ff0ec34f992265199029000 9000", "secure-messaging" },
        { "code alone", "8e08ad55cc17140b2ded9000", "secure-messaging" },
        { "no status inside", "8709019ff0ec34f99226518e08ad55cc17140b2ded9000", "secure-messaging" },
        { "code of four bytes", "8709019ff0ec34f992265199029000 8e04ad55cc17 9000", "secure-messaging" },
        { "cryptogram twice",
          "8709019ff0ec34f99226518709019ff0ec34f992265199029000 8e08ad55cc17140b2ded 9000",
          "secure-messaging" },
        { "status before cryptogram", "990290008709019ff0ec34f9922651 8e08ad55cc17140b2ded 9000",
          "secure-messaging" },
        { "bytes behind the code", "8709019ff0ec34f992265199029000 8e08ad55cc17140b2ded 00 9000",
          "secure-messaging" },
        { "cut", "8709019ff0ec34f99226 9000", "secure-messaging" },
        { "length beyond the end", "87ff019000", "secure-messaging" },
        { "the chip gave up", "6988", "secure-messaging" },
        { "in the clear, all well", "9000", "secure-messaging" },
        { "in the clear, with data", "60145f019000", "secure-messaging" },
        { "one byte", "90", "response" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct apdu head = { .ins = INS_READ_BINARY, .le = 4 };
        const struct script_line line[] = { { NULL, cases[i].response }, { NULL, "9000" } };
        struct script_card card;
        struct channel ch;
        struct reply r = { .sw = 1 };
        struct why w = { 0 };

        print_message("# %s\n", cases[i].what);
        script_card_init(&card, line, 2);
        channel_init(&ch, &card.card);
        session_of(&ch.session);
        assert_false(channel_send(&ch, &head, &r, &w));
        assert_string_equal(w.reason, cases[i].reason);
        assert_int_equal(r.sw, 1);
        assert_false(ch.session.alive);
        /* and nothing goes out in the clear afterwards */
        why_clear(&w);
        assert_false(channel_send(&ch, &head, &r, &w));
        assert_string_equal(w.reason, "session");
        assert_int_equal(card.at, 1);
        channel_free(&ch);
    }
}

/* A counterpart that protects as a chip does, written from the clause. */
static void chip_answers(struct session *s, struct span data, uint8_t tag, uint16_t sw, struct buffer *out)
{
    size_t block = cipher_block(s->enc.alg);
    uint8_t padded[4096] = { 0 }, iv[16] = { 0 }, mac[8];
    struct buffer m;

    for (size_t i = block; i-- > 0 && ++s->ssc[i] == 0;)
        ;
    buf_init(&m, 1 << 16);
    buf_put(&m, span_of(s->ssc, block));
    if (data.n) {
        size_t n = data.n - data.n % block + block;

        memcpy(padded, data.p, data.n);
        padded[data.n] = 0x80;
        if (s->enc.alg != CIPHER_3DES)
            cipher_encrypt(&s->enc, NULL, span_of(s->ssc, block), iv);
        cipher_encrypt(&s->enc, iv, span_of(padded, n), padded);
        buf_u8(&m, tag);
        n += tag == 0x87;
        if (n > 0x7f)
            buf_u8(&m, n > 0xff ? 0x82 : 0x81);
        buf_be(&m, n, n > 0xff ? 2 : 1);
        if (tag == 0x87)
            buf_u8(&m, 1);
        buf_put(&m, span_of(padded, n - (tag == 0x87)));
    }
    buf_be(&m, 0x99020000u | sw, 4);
    buf_put(out, span_sub(buf_span(&m), block, m.n));
    buf_u8(&m, 0x80);
    while (m.n % block)
        buf_u8(&m, 0);
    mac_parts(&s->mac, (const struct span[]){ buf_span(&m) }, 1, mac);
    buf_be(out, 0x8e08, 2);
    buf_put(out, span_of(mac, 8));
    buf_be(out, sw, 2);
    buf_free(&m);
}

/* What one side protects the other opens, for every algorithm, length and kind of instruction. */
static void round_trips(void **state)
{
    static uint8_t data[3000];
    struct buffer command, answer, plain;

    (void)state;
    buf_init(&command, 1 << 17);
    buf_init(&answer, 1 << 17);
    buf_init(&plain, 1 << 17);
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 7);
    for (enum cipher_alg alg = CIPHER_3DES; alg <= CIPHER_AES256; alg++)
        for (size_t n = 0; n < sizeof data; n += n < 40 ? 1 : 231)
            for (unsigned odd = 0; odd < 2; odd++) {
                const struct apdu c = { .ins = (uint8_t)(0xb0 + odd), .le = 65536 };
                struct session mine, chip;
                struct reply r;

                session_begin(&mine, alg, SPAN("a shared secret"), NULL);
                chip = mine;
                buf_reset(&command);
                assert_true(session_protect(&mine, &c, true, &command, NULL));
                for (size_t j = cipher_block(alg); j-- > 0 && ++chip.ssc[j] == 0;)
                    ;
                buf_reset(&answer);
                chip_answers(&chip, span_of(data, n), odd ? 0x85 : 0x87, 0x9000, &answer);
                assert_true(session_unprotect(&mine, c.ins, buf_span(&answer), &plain, &r, NULL));
                assert_int_equal(r.sw, 0x9000);
                assert_true(span_eq(r.data, span_of(data, n)));
                assert_memory_equal(mine.ssc, chip.ssc, sizeof mine.ssc);
            }
    buf_free(&command);
    buf_free(&answer);
    buf_free(&plain);
}

/* No single changed bit of a protected answer is let through, whichever it is. */
static void no_changed_bit_passes(void **state)
{
    struct buffer answer, plain;

    (void)state;
    buf_init(&answer, 1 << 12);
    buf_init(&plain, 1 << 12);
    for (enum cipher_alg alg = CIPHER_3DES; alg <= CIPHER_AES128; alg++) {
        struct session begun, chip;
        struct reply r;

        session_begin(&begun, alg, SPAN("a shared secret"), NULL);
        chip = begun;
        chip_answers(&chip, SPAN("twenty-three bytes long"), 0x87, 0x6282, &answer);
        for (size_t bit = 0; bit < answer.n * 8; bit++) {
            struct session s = begun;
            struct why w = { 0 };

            answer.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
            assert_false(session_unprotect(&s, 0xb0, buf_span(&answer), &plain, &r, &w));
            assert_false(s.alive);
            assert_int_equal(plain.n, 0);
            answer.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        assert_true(session_unprotect(&begun, 0xb0, buf_span(&answer), &plain, &r, NULL));
        buf_reset(&answer);
    }
    buf_free(&answer);
    buf_free(&plain);
}

static void lengths_that_do_not_fit(void **state)
{
    static const uint8_t data[65536];
    static const struct {
        const char *what;
        size_t n;
        uint32_t le;
        bool extended, fits;
    } cases[] = {
        { "short, as much as goes in", 231, 256, false, true },
        { "short, a block more", 232, 256, false, false },
        { "short, but a long answer wanted", 0, 257, false, false },
        { "extended, long answer", 0, 65536, true, true },
        { "extended, too long with the code", 65530, 0, true, false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct apdu c = { .ins = INS_READ_BINARY,
                                .data = span_of(data, cases[i].n),
                                .le = cases[i].le };
        struct session s, before;
        struct buffer out;
        struct why w = { 0 };
        struct apdu back;

        print_message("# %s\n", cases[i].what);
        buf_init(&out, 1 << 17);
        session_of(&s);
        before = s;
        assert_int_equal(session_protect(&s, &c, cases[i].extended, &out, &w), cases[i].fits);
        if (cases[i].fits) {
            assert_true(apdu_parse(buf_span(&out), &back, NULL));
            assert_int_equal(back.cla, 0x0c);
        } else {
            assert_string_equal(w.reason, "too-large");
            assert_memory_equal(&s, &before, sizeof s); /* nothing was counted */
            assert_int_equal(out.n, 0);
        }
        buf_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(worked_example),
        cmocka_unit_test(access_refused),
        cmocka_unit_test(deviations_end_the_session),
        cmocka_unit_test(round_trips),
        cmocka_unit_test(no_changed_bit_passes),
        cmocka_unit_test(lengths_that_do_not_fit),
    };

    return cmocka_run_group_tests_name("session", tests, arena_setup, arena_teardown);
}

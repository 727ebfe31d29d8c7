/* Members' cards: what is read, what is refused and where, who signed. */
#include "vectors.h"

#include <stdio.h>

#include "guard.h"
#include "seal/receipt.h"
#include "trust/card.h"

static uint8_t secret[NODE_SECRET_KEY];
static struct member_card model;

static int set_up(void **state)
{
    uint8_t seed[NODE_SEED] = { 1 };

    (void)state;
    model = (struct member_card){ .agreement = SPAN("T"),
                                  .member = SPAN("KZ"),
                                  .name = SPAN("kz.specimen"),
                                  .number = 3,
                                  .time = 1700000000,
                                  .n_log = 2,
                                  .n_witness = 1,
                                  .n_transport = 1,
                                  .address = SPAN("https://10.0.0.2:7411") };
    node_key_from_seed(seed, model.node, secret);
    model.agreement_sha256[0] = 1;
    model.log[0][0] = 2;
    model.log[1][0] = 3;
    model.witness[0][0] = 4;
    model.transport[0][0] = 5;
    return 0;
}

static struct span text_of(const struct member_card *c)
{
    struct buffer b;
    struct span s;

    buf_init(&b, LIMIT_CARD);
    card_write(c, &b);
    assert_true(buf_ok(&b));
    s = arena_copy(&test_arena, buf_span(&b));
    buf_free(&b);
    return s;
}

static void written_and_read_back(void **state)
{
    struct member_card c, all = model;
    struct why w = { 0 };

    (void)state;
    all.n_log = all.n_witness = all.n_transport = CARD_KEYS;
    for (uint8_t i = 0; i < CARD_KEYS; i++) {
        all.log[i][1] = (uint8_t)(10 + i);
        all.witness[i][1] = (uint8_t)(20 + i);
        all.transport[i][1] = (uint8_t)(30 + i);
    }
    assert_true(card_parse(text_of(&all), &c, &w));
    assert_int_equal(c.n_log, CARD_KEYS);
    assert_memory_equal(c.transport, all.transport, sizeof c.transport);
    assert_memory_equal(c.witness, all.witness, sizeof c.witness);
    assert_memory_equal(c.log, all.log, sizeof c.log);
    assert_int_equal(c.time, 1700000000);
    all.address.n = 0;
    assert_true(card_parse(text_of(&all), &c, &w));
    assert_int_equal(c.address.n, 0);
    assert_true(span_eq(text_of(&c), text_of(&all)));
}

/* One thing of the model changed, and a part of what is said; NULL: it is read. */
static const struct {
    const char *what, *from, *to, *says;
} changes[] = {
    { "as it is", "", "", NULL },
    { "another version", "card 1", "card 2", "serai member card 1" },
    { "a title that turns the direction", "agreement T", "agreement a\u202eb", "agreement TITLE" },
    { "a member of three letters", "member KZ", "member KAZ", "member XX" },
    { "number 0", "number 3", "number 0", "number N" },
    { "number 03", "number 3", "number 03", "number N" },
    { "a number of ten digits", "number 3", "number 1234567890", "number N" },
    { "a time without zone", "Z\nlog", "\nlog", "time YYYY" },
    { "a line less", "number 3\n", "", "number N" },
    { "a line twice", "number 3\n", "number 3\nnumber 3\n", "time YYYY" },
    { "a log under another name", "log kz.specimen/log+", "log tr.specimen/log+", "log NAME/log" },
    { "a witness of the wrong type", "witness kz.specimen/witness+", "witness kz.specimen/log+",
      "witness NAME/witness" },
    { "a transport key in capitals", "transport 05", "transport 0A", "transport SHA-256" },
    { "an address without TLS", "https://", "http://", "https://HOST" },
    { "an address with a path", ":7411", ":7411/x", "https://HOST" },
    { "an address with a user", "10.0.0.2", "me@10.0.0.2", "https://HOST" },
    { "an address in capitals", "10.0.0.2", "KZ.example", "https://HOST" },
    { "port 0", ":7411", ":0", "https://HOST" },
    { "a port too large", ":7411", ":65536", "https://HOST" },
    { "an address of version 6", "10.0.0.2", "[fd00::1]", NULL },
    { "an address of version 6, open", "10.0.0.2", "[fd00::1", "https://HOST" },
    { "an address without port", ":7411", "", NULL },
    { "more behind it", ":7411\n", ":7411\nmore\n", "nothing more" },
    { "blanks at the end of a line", ":7411\n", ":7411 \n", "https://HOST" },
    { "no line feed at the end", ":7411\n", ":7411", "line feed" },
};

static struct span replaced(struct span text, const char *from, const char *to)
{
    const uint8_t *at = *from ? memmem(text.p, text.n, from, strlen(from)) : text.p;
    struct buffer b;
    struct span s;

    assert_non_null(at);
    buf_init(&b, 2 * LIMIT_CARD);
    buf_put(&b, span_of(text.p, (size_t)(at - text.p)));
    buf_str(&b, to);
    at += strlen(from);
    buf_put(&b, span_of(at, (size_t)(text.p + text.n - at)));
    s = arena_copy(&test_arena, buf_span(&b));
    buf_free(&b);
    return s;
}

static void every_refusal_names_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct span text = guard_copy(replaced(text_of(&model), changes[i].from, changes[i].to));
        struct member_card c = { .number = 77 };
        struct why w = { 0 };
        bool ok = card_parse(text, &c, &w);

        if (ok != !changes[i].says)
            fail_msg("%s: %s", changes[i].what, ok ? "was read" : w.detail);
        if (!ok) {
            if (!strstr(w.detail, changes[i].says))
                fail_msg("%s: %zu: %s", changes[i].what, w.offset, w.detail);
            assert_string_equal(w.reason, "card");
            assert_true(w.offset <= text.n);
            assert_int_equal(c.number, 77);
        } else {
            assert_true(span_eq(text_of(&c), text));
        }
        guard_free(text);
    }
}

static void retired_log_keys(void **state)
{
    static const struct {
        const char *what;
        unix_time until[2];
        bool ok;
    } cases[] = {
        { "the oldest first", { 1600000000, 1650000000 }, true },
        { "two at once", { 1600000000, 1600000000 }, true },
        { "up to the card's own time", { 1600000000, 1700000000 }, true },
        { "the newest first", { 1650000000, 1600000000 }, false },
        { "an end that is to come", { 1600000000, 1700000001 }, false },
    };
    struct member_card all = model, c = { 0 };
    struct why w = { 0 };

    (void)state;
    all.n_retired = 2;
    all.retired[0].pub[0] = 40;
    all.retired[1].pub[0] = 41;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        all.retired[0].until = cases[i].until[0];
        all.retired[1].until = cases[i].until[1];
        why_clear(&w);
        if (card_parse(text_of(&all), &c, &w) != cases[i].ok)
            fail_msg("%s: %s", cases[i].what, w.detail);
        if (cases[i].ok)
            assert_true(span_eq(text_of(&c), text_of(&all)));
    }
    why_clear(&w);
    all.retired[1].until = all.time;
    memcpy(all.retired[1].pub, all.log[1], NODE_PUBLIC_KEY);
    assert_false(card_parse(text_of(&all), &c, &w)); /* signs, and signs no more */
    assert_non_null(strstr(w.detail, "twice"));
    for (uint8_t i = 0; i < CARD_RETIRED; i++)
        all.retired[i] = (struct retired_key){ { (uint8_t)(50 + i) }, all.time };
    all.n_retired = CARD_RETIRED;
    assert_true(card_parse(text_of(&all), &c, &w));
    assert_memory_equal(c.retired, all.retired, sizeof c.retired);
    assert_false(card_parse(replaced(text_of(&all), "retired ",
                                     "retired kz.specimen/log+00000000+AQ 2020-01-01T00:00:00Z\nretired "),
                            &c, &w));
}

static void one_key_has_one_use(void **state)
{
    struct member_card twice[4] = { model, model, model, model }, c;

    (void)state;
    memcpy(twice[0].log[1], twice[0].log[0], 32);
    memcpy(twice[1].witness[0], twice[1].log[0], 32);
    memcpy(twice[2].log[0], twice[2].node, 32);
    memcpy(twice[3].transport[0], twice[3].witness[0], 32);
    for (size_t i = 0; i < 4; i++) {
        struct why w = { 0 };

        assert_false(card_parse(text_of(&twice[i]), &c, &w));
        assert_non_null(strstr(w.detail, "one key has one use"));
    }
}

static struct span note_of(const struct member_card *x, uint8_t key[NODE_SECRET_KEY])
{
    struct signer signer;
    struct buffer b;
    struct span s;

    signer_in_memory(key, &signer);
    memcpy(signer.pub, x->node, sizeof signer.pub);
    buf_init(&b, 2 * LIMIT_CARD);
    assert_true(receipt_sign(text_of(x), x->name, &signer, &b, NULL));
    s = arena_copy(&test_arena, buf_span(&b));
    buf_free(&b);
    return s;
}

static void signed_by_the_key_it_names(void **state)
{
    uint8_t seed[NODE_SEED] = { 2 }, pub[NODE_PUBLIC_KEY], other[NODE_SECRET_KEY];
    struct span good = note_of(&model, secret);
    struct member_card c;
    struct why w = { 0 };

    (void)state;
    assert_true(card_verify(good, &c, &w));
    assert_int_equal(c.number, 3);
    assert_true(span_eq(c.note, good));
    node_key_from_seed(seed, pub, other);
    assert_false(card_verify(note_of(&model, other), &c, &w));
    assert_string_equal(w.reason, "signature");
    for (size_t i = 0; i < good.n; i++) {
        uint8_t *bytes = (uint8_t *)arena_str(&test_arena, good);

        bytes[i] ^= 1;
        if (card_verify(span_of(bytes, good.n), &c, NULL))
            fail_msg("a changed byte %zu was not noticed", i);
    }
}

static int group(void **state)
{
    return node_crypto_init() ? arena_setup(state) : 1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(written_and_read_back, set_up),
        cmocka_unit_test_setup(every_refusal_names_its_place, set_up),
        cmocka_unit_test_setup(retired_log_keys, set_up),
        cmocka_unit_test_setup(one_key_has_one_use, set_up),
        cmocka_unit_test_setup(signed_by_the_key_it_names, set_up),
    };

    return cmocka_run_group_tests_name("card", tests, group, arena_teardown);
}

/* Acts: what is read, what is refused and where, who signed. */
#include "vectors.h"

#include <stdio.h>

#include "guard.h"
#include "trust/bundle.h"

#define H64  "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define HEAD "serai trust act 1\nagreement T\nmember IR\nnumber 1\nprevious none\ntime 2026-11-22T09:30:00Z\n"
#define SECOND                                                                                               \
    "serai trust act 1\nagreement T\nmember IR\nnumber 2\nprevious " H64 "\ntime 2026-11-22T09:30:00Z\n"
#define KZ_KEY  "kz.x+846e28dd+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
#define IR_KEY  "ir.x+d2b2fd8a+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
#define PROPOSE "propose " H64 " of IR for travel documents\n"

static const struct {
    const char *what, *text;
    size_t offset; /* of the refusal; 0 and says NULL: read */
    const char *says;
} cases[] = {
    { "one proposal", HEAD PROPOSE, 0, NULL },
    { "every verb",
      SECOND PROPOSE "confirm " H64 " of KZ for visible seals\nwithdraw " H64
                     " of TR for lists: replaced: see note 3\nreport TR " H64 ": lost\n",
      0, NULL },
    { "every verb about members",
      SECOND "admit KZ " KZ_KEY "\nsucceed IR " IR_KEY
             "\nsuspend TR: two histories\nresume AF: cleared: see note 4\nretire IR: replaced\n",
      0, NULL },
    { "leave", HEAD "leave IR: denounced\n", 0, NULL },
    { "every kind of instrument",
      HEAD "instrument sign " H64 "\ninstrument ratify " H64 " article 7\ninstrument reserve " H64
           " article 5: document.kind is passport\ninstrument object " H64
           " article 5 of TM: x: y\ninstrument oppose " H64 " article 6 of TM: x\ninstrument lift " H64
           " article 5a\ninstrument suspend " H64 " article 5 from 2027-01-31: x\ninstrument resume " H64
           " article 6\ninstrument withdraw " H64 " article 8 from 2027-01-31: x\n",
      0, NULL },
    { "ratified and left in one act", HEAD "instrument ratify " H64 "\ninstrument withdraw " H64 ": x\n", 259,
      "the same thing twice" },
    { "reserved twice", HEAD "instrument reserve " H64 " article 5: a\ninstrument lift " H64 " article 5\n",
      276, "the same thing twice" },
    { "no kind", HEAD "instrument " H64 "\n", 100, "expected" },
    { "an unknown kind", HEAD "instrument denounce " H64 "\n", 100, "expected sign, ratify" },
    { "a reservation to nothing", HEAD "instrument reserve " H64 ": x\n", 175, "the article or the member" },
    { "a reservation without condition", HEAD "instrument reserve " H64 " article 5\n", 108, "a reason" },
    { "a ratification with a day", HEAD "instrument ratify " H64 " from 2027-01-31\n", 172, "no such part" },
    { "an objection to oneself", HEAD "instrument object " H64 " article 5 of IR: x\n", 185,
      "another member" },
    { "a day that is none", HEAD "instrument resume " H64 " from 2027-02-30\n", 177, "expected a day" },
    { "two blanks", HEAD "instrument ratify " H64 "  article 5\n", 172, "end of the line" },
    { "a blank at the end of an instrument", HEAD "instrument ratify " H64 " \n", 107, "blank at the end" },
    { "something behind", HEAD "instrument ratify " H64 " article 5 too\n", 182, "end of the line" },
    { "a member is spoken of as a key, as a member and as reported",
      HEAD "admit KZ " KZ_KEY "\nreport KZ " H64 ": lost\nsuspend KZ: lost\n", 0, NULL },
    { "an unknown purpose is kept", HEAD "propose " H64 " of IR for fishing permits\n", 0, NULL },
    { "a State of three letters", HEAD "propose " H64 " of LTU for lists\n", 0, NULL },
    { "a title in another script",
      "serai trust act 1\nagreement سفر میان اعضا\nmember IR\nnumber 1\nprevious none\ntime "
      "2026-11-22T09:30:00Z\n" PROPOSE,
      0, NULL },
    { "nothing", "", 0, "does not end with a line feed" },
    { "no line feed at the end", HEAD "propose " H64 " of IR for lists", 177, "line feed" },
    { "another version", "serai trust act 2\n", 0, "serai trust act 1" },
    { "blanks before the first line", " " HEAD PROPOSE, 0, "serai trust act 1" },
    { "ends after the first line", "serai trust act 1\n", 18, "expected the line: agreement" },
    { "no agreement", "serai trust act 1\nmember IR\n", 18, "expected the line: agreement" },
    { "agreement without title", "serai trust act 1\nagreement \n", 18, "expected the line: agreement" },
    { "a title that turns the direction", "serai trust act 1\nagreement a\u202eb\n", 28, "the title" },
    { "a member in small letters", "serai trust act 1\nagreement T\nmember ir\n", 37, "two capital letters" },
    { "a member of three letters", "serai trust act 1\nagreement T\nmember IRN\n", 37,
      "two capital letters" },
    { "number 0", "serai trust act 1\nagreement T\nmember IR\nnumber 0\n", 47, "from 1 to 999999" },
    { "number 01", "serai trust act 1\nagreement T\nmember IR\nnumber 01\n", 47, "from 1 to 999999" },
    { "number too large", "serai trust act 1\nagreement T\nmember IR\nnumber 1000000\n", 47,
      "from 1 to 999999" },
    { "number 1 has a previous one",
      "serai trust act 1\nagreement T\nmember IR\nnumber 1\nprevious " H64 "\n", 58, "expected: none" },
    { "number 2 has none", "serai trust act 1\nagreement T\nmember IR\nnumber 2\nprevious none\n", 58,
      "SHA-256 of the previous act" },
    { "digest in capitals",
      "serai trust act 1\nagreement T\nmember IR\nnumber 2\nprevious "
      "00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF\n",
      58, "small hexadecimal" },
    { "time without zone",
      "serai trust act 1\nagreement T\nmember IR\nnumber 1\nprevious none\ntime 2026-11-22T09:30:00\n", 68,
      "in UTC" },
    { "time with an offset",
      "serai trust act 1\nagreement T\nmember IR\nnumber 1\nprevious none\ntime 2026-11-22T09:30:00+00:00\n",
      68, "in UTC" },
    { "a day that does not exist",
      "serai trust act 1\nagreement T\nmember IR\nnumber 1\nprevious none\ntime 2026-02-30T09:30:00Z\n", 68,
      "in UTC" },
    { "no statement", HEAD, sizeof HEAD - 1, "at least one statement" },
    { "an empty line", HEAD "\n" PROPOSE, sizeof HEAD - 1, "propose, confirm, withdraw, report" },
    { "an unknown verb", HEAD "destroy " H64 " of IR for lists\n", sizeof HEAD - 1, "propose, confirm" },
    { "verb in capitals", HEAD "Propose " H64 " of IR for lists\n", sizeof HEAD - 1, "propose, confirm" },
    { "digest too short", HEAD "propose 00112233 of IR for lists\n", sizeof HEAD + 7, "64 small" },
    { "no State", HEAD "propose " H64 " for lists\n", sizeof HEAD + 72, "expected \"of\"" },
    { "no purpose", HEAD "propose " H64 " of IR\n", sizeof HEAD + 77, "expected \"for\"" },
    { "an empty purpose", HEAD "propose " H64 " of IR for \n", sizeof HEAD + 82,
      "the purpose in small letters" },
    { "nothing after the verb", HEAD "confirm \n", sizeof HEAD + 7, "64 small" },
    { "nothing after the digest", HEAD "confirm " H64 " of \n", sizeof HEAD + 75, "expected \"of\"" },
    { "purpose with two blanks", HEAD "propose " H64 " of IR for visible  seals\n", sizeof HEAD + 82,
      "the purpose in small letters" },
    { "purpose in capitals", HEAD "propose " H64 " of IR for Lists\n", sizeof HEAD + 82, "small letters" },
    { "withdrawn without reason", HEAD "withdraw " H64 " of IR for lists\n", sizeof HEAD + 8, "a reason" },
    { "an empty reason", HEAD "withdraw " H64 " of IR for lists: \n", sizeof HEAD + 8, "a reason" },
    { "a reason with a blank at its end", HEAD "withdraw " H64 " of IR for lists: old \n", sizeof HEAD + 8,
      "a reason" },
    { "a reason with an escape sequence", HEAD "withdraw " H64 " of IR for lists: \x1b[2J\n", sizeof HEAD + 8,
      "a reason" },
    { "a proposal with a reason", HEAD "propose " H64 " of IR for lists: why\n", sizeof HEAD + 82,
      "small letters" },
    { "report without key", HEAD "report TR: lost\n", sizeof HEAD + 14, "the fingerprint" },
    { "report of nobody", HEAD "report " H64 ": lost\n", sizeof HEAD + 6, "the member whose key" },
    { "admits itself", HEAD "admit IR " IR_KEY "\n", sizeof HEAD + 5, "another member" },
    { "suspends itself", HEAD "suspend IR: guilty\n", sizeof HEAD + 7, "another member" },
    { "resumes itself", HEAD "resume IR: better\n", sizeof HEAD + 6, "another member" },
    { "names another's successor", HEAD "succeed KZ " KZ_KEY "\n", sizeof HEAD + 7, "the member that signs" },
    { "retires another", HEAD "retire KZ: old\n", sizeof HEAD + 6, "the member that signs" },
    { "leaves for another", HEAD "leave KZ: gone\n", sizeof HEAD + 5, "the member that signs" },
    { "suspended without reason", HEAD "suspend KZ\n", sizeof HEAD + 7, "a reason" },
    { "suspended with more words", HEAD "suspend KZ TR: both\n", sizeof HEAD + 7, "a member, two capital" },
    { "admitted by fingerprint", HEAD "admit KZ " H64 "\n", sizeof HEAD + 8, "the verifier key" },
    { "admitted with a reason", HEAD "admit KZ " KZ_KEY ": met\n", sizeof HEAD + 8, "the verifier key" },
    { "a key that cosigns", HEAD "admit KZ kz.x+521f4b0b+BAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n",
      sizeof HEAD + 8, "the verifier key" },
    { "a key with another hash", HEAD "admit KZ kz.x+846e28de+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n",
      sizeof HEAD + 8, "the verifier key" },
    { "a name that ends in the middle of an origin",
      HEAD "admit KZ kz/x+ddaced8d+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n", sizeof HEAD + 8,
      "the verifier key" },
    { "retires and leaves", HEAD "retire IR: old\nleave IR: gone\n", sizeof HEAD - 1 + 15 + 6,
      "the same thing twice" },
    { "suspends and resumes", HEAD "suspend KZ: bad\nresume KZ: good\n", sizeof HEAD - 1 + 16 + 7,
      "the same thing twice" },
    { "the same thing twice", HEAD PROPOSE "confirm " H64 " of IR for travel documents\n",
      sizeof HEAD - 1 + sizeof PROPOSE - 1 + 76, "the same thing twice" },
};

static void every_refusal_names_its_place(void **state)
{
    bool wrong = false;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct span text = guard_copy(span_str(cases[i].text));
        struct trust_act act = { .number = 77 };
        struct why w = { 0 };
        struct buffer b;
        bool ok = act_parse(text, &test_arena, &act, &w);

        if (ok != !cases[i].says)
            fail_msg("%s: %s", cases[i].what, ok ? "was read" : w.detail);
        if (!ok) {
            if (w.offset != cases[i].offset || !strstr(w.detail, cases[i].says))
                wrong = true, print_message("# %s: %zu: %s\n", cases[i].what, w.offset, w.detail);
            assert_string_equal(w.reason, "act");
            assert_int_equal(act.number, 77); /* untouched */
        } else {
            buf_init(&b, 1 << 20);
            act_write(&act, &b);
            assert_true(span_eq(buf_span(&b), text));
            buf_free(&b);
        }
        guard_free(text);
    }
    assert_false(wrong);
}

static void cut_or_changed_anywhere(void **state)
{
    const char *whole = cases[1].text;
    size_t n = strlen(whole);

    (void)state;
    for (size_t i = 0; i < n; i++) {
        struct span cut = guard_copy(span_of(whole, i));
        struct trust_act act;
        struct why w = { 0 };
        char *changed = arena_str(&test_arena, span_str(whole));
        struct buffer b;

        if (act_parse(cut, &test_arena, &act, &w)) /* whole lines less */
            assert_int_equal(whole[i - 1], '\n');
        else
            assert_true(w.reason && w.offset <= i);
        guard_free(cut);
        changed[i] ^= 0x20;
        if (!act_parse(span_of(changed, n), &test_arena, &act, NULL))
            continue;
        buf_init(&b, 1 << 20);
        act_write(&act, &b);
        assert_true(span_eq(buf_span(&b), span_of(changed, n)));
        buf_free(&b);
    }
}

/* Two members' keys; the second is another one of the same name. */
static uint8_t secret[3][NODE_SECRET_KEY];
static struct signer signer[3];
static struct trust_key key[3];

static void make_keys(void)
{
    static const char *const states[] = { "IR", "KZ", "IR" }, *const names[] = { "ir.x", "kz.x", "ir.x" };

    for (int i = 0; i < 3; i++) {
        uint8_t seed[NODE_SEED] = { (uint8_t)(i + 1) };

        node_key_from_seed(seed, key[i].key, secret[i]);
        signer_in_memory(secret[i], &signer[i]);
        key[i].state = span_str(states[i]);
        key[i].name = span_str(names[i]);
        trust_fingerprint(key[i].name, key[i].key, key[i].fingerprint);
    }
}

static struct span signed_by(int k, const char *text, const char *member)
{
    struct trust_act act;
    struct why w = { 0 };
    struct buffer b;
    struct span note;

    if (!act_parse(span_str(text), &test_arena, &act, &w))
        fail_msg("%s", w.detail);
    act.member = span_str(member);
    buf_init(&b, 1 << 20);
    assert_true(trust_act_sign(&act, &key[k], &signer[k], &b, NULL));
    note = arena_copy(&test_arena, buf_span(&b));
    buf_free(&b);
    return note;
}

static void who_signed(void **state)
{
    const struct trust_keys both = { 2, key }, one = { 1, key };
    struct span good = signed_by(0, HEAD PROPOSE, "IR");
    struct trust_act act;
    struct why w = { 0 };
    uint8_t *bytes;

    (void)state;
    assert_true(trust_act_verify(good, &both, SPAN("T"), &test_arena, &act, &w));
    assert_int_equal(act.key, 0);
    assert_int_equal(act.number, 1);
    assert_false(trust_act_verify(good, &both, SPAN("U"), &test_arena, &act, &w));
    assert_string_equal(w.reason, "agreement");
    why_clear(&w);
    assert_false(trust_act_verify(signed_by(1, HEAD PROPOSE, "KZ"), &one, SPAN("T"), &test_arena, &act, &w));
    assert_string_equal(w.reason, "no-key");
    why_clear(&w);
    /* KZ signs in the name of IR: known key, other member. */
    assert_false(trust_act_verify(signed_by(1, HEAD PROPOSE, "IR"), &both, SPAN("T"), &test_arena, &act, &w));
    assert_string_equal(w.reason, "act");
    why_clear(&w);
    /* A stranger takes the name: the hash of the key is another one. */
    assert_false(trust_act_verify(signed_by(2, HEAD PROPOSE, "IR"), &both, SPAN("T"), &test_arena, &act, &w));
    assert_string_equal(w.reason, "no-key");
    bytes = arena_alloc(&test_arena, good.n);
    for (size_t i = 0; i < good.n; i++) {
        memcpy(bytes, good.p, good.n);
        bytes[i] ^= 1;
        if (trust_act_verify(span_of(bytes, good.n), &both, SPAN("T"), &test_arena, &act, NULL))
            fail_msg("byte %zu changed, and it holds", i);
    }
}

static void bundles(void **state)
{
    struct span one = signed_by(0, HEAD PROPOSE, "IR"), two = signed_by(1, HEAD PROPOSE, "KZ");
    struct trust_bundle x;
    struct why w = { 0 };
    struct buffer b;

    (void)state;
    buf_init(&b, 1 << 20);
    assert_true(trust_bundle_parse(buf_span(&b), &test_arena, &x, &w));
    assert_int_equal(x.n_notes + x.n_certificates, 0);
    trust_bundle_put_note(&b, one);
    trust_bundle_put_note(&b, two);
    trust_bundle_put_certificate(&b, SPAN("\x30\x03\x02\x01\x05"));
    trust_bundle_put_certificate(&b, SPAN("\x30\x00"));
    assert_true(trust_bundle_parse(buf_span(&b), &test_arena, &x, &w));
    assert_int_equal(x.n_notes, 2);
    assert_true(span_eq(x.note[0], one) && span_eq(x.note[1], two));
    assert_int_equal(x.n_certificates, 2);
    assert_true(span_eq(x.certificate[0].der, SPAN("\x30\x03\x02\x01\x05")));
    for (size_t i = 1; i < b.n; i++) { /* cut anywhere: fewer parts, or refused at the part that is cut */
        struct span cut = guard_copy(span_sub(buf_span(&b), 0, i));

        why_clear(&w);
        if (!trust_bundle_parse(cut, &test_arena, &x, &w))
            assert_true(strcmp(w.reason, "bundle") == 0 && w.offset < i);
        guard_free(cut);
    }
    buf_str(&b, "rest\n");
    why_clear(&w);
    assert_false(trust_bundle_parse(buf_span(&b), &test_arena, &x, &w));
    assert_int_equal(w.offset, b.n - 5);
    buf_free(&b);
}

static void keys_file(void **state)
{
    struct trust_keys keys;
    struct why w = { 0 };
    struct buffer b;
    size_t n;

    (void)state;
    buf_init(&b, 1 << 16);
    buf_str(&b, "# keys\n\n");
    trust_keys_put(&b, SPAN("IR"), SPAN("ir.x"), key[0].key);
    trust_keys_put(&b, SPAN("KZ"), SPAN("kz.x"), key[1].key);
    assert_true(trust_keys_parse(buf_span(&b), &test_arena, &keys, &w));
    assert_int_equal(keys.n, 2);
    assert_true(span_eq_str(keys.key[1].state, "KZ"));
    assert_memory_equal(keys.key[0].fingerprint, key[0].fingerprint, 32);
    n = b.n;
    trust_keys_put(&b, SPAN("TR"), SPAN("tr.x"), key[1].key);
    assert_false(trust_keys_parse(buf_span(&b), &test_arena, &keys, &w));
    assert_int_equal(w.offset, n);
    assert_non_null(strstr(w.detail, "one of KZ"));
    b.n = n;
    buf_str(&b, "TR tr.x+00000000+AAAA\n");
    why_clear(&w);
    assert_false(trust_keys_parse(buf_span(&b), &test_arena, &keys, &w));
    assert_string_equal(w.reason, "vkey");
    b.n = n;
    buf_str(&b, "Turkey\n");
    why_clear(&w);
    assert_false(trust_keys_parse(buf_span(&b), &test_arena, &keys, &w));
    assert_string_equal(w.reason, "members");
    buf_free(&b);
}

static int group(void **state)
{
    if (!node_crypto_init())
        return 1;
    make_keys();
    return arena_setup(state);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_refusal_names_its_place),
        cmocka_unit_test(cut_or_changed_anywhere),
        cmocka_unit_test(who_signed),
        cmocka_unit_test(bundles),
        cmocka_unit_test(keys_file),
    };

    return cmocka_run_group_tests_name("act", tests, group, arena_teardown);
}

/* PACE and chip authentication with simulated chips: every group, mapping and cipher; and chips that
 * misbehave. */
#include "vectors.h"

#include "card/bac.h"
#include "card/chip_authentication.h"
#include "card/pace.h"
#include "crypto/node_key.h"
#include "seal/cms.h"
#include "simulated_document.h"

static const unsigned groups[] = { 0, 1, 2, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18 };

static struct sim_order plain_order(void)
{
    return (struct sim_order){ .ca_group = SIM_NO_GROUP, .ca_id = -1, .portrait = 600, .extended = true };
}

struct bench {
    struct sim_document d;
    struct simulated_card card;
    struct channel ch;
    struct access_key key;
    struct why w;
};

static void set_up(struct bench *b, const struct sim_order *o)
{
    *b = (struct bench){ 0 };
    sim_document_make(o, &test_arena, 7, &b->d);
    sim_document_load(&b->d, 11, &b->card);
    channel_init(&b->ch, &b->card.card);
    b->key = (struct access_key){ .kind = ACCESS_MRZ, .n = (uint8_t)strlen(b->d.mrz_information) };
    memcpy(b->key.text, b->d.mrz_information, b->key.n);
}

static void tear_down(struct bench *b)
{
    channel_free(&b->ch);
    simulated_card_free(&b->card);
    sim_document_free(&b->d);
    arena_reset(&test_arena);
}

static void offered(const struct bench *b, struct security_infos *infos)
{
    assert_true(security_infos_parse(sim_document_file(&b->d, 0x011c, true), infos, NULL, NULL));
}

static bool open_pace(struct bench *b, struct pace_proof *proof)
{
    struct security_infos infos;
    struct pace_choice choice;

    offered(b, &infos);
    assert_true(pace_choose(&infos, &choice, &b->w));
    return pace(&b->ch, &choice, &b->key, random_bytes, proof, &b->w);
}

/* Some bytes of a file, read under the session. */
static void assert_reads(struct bench *b, uint16_t id)
{
    struct span want = sim_document_file(&b->d, id, false);
    uint8_t name[] = { (uint8_t)(id >> 8), (uint8_t)id };
    struct apdu select = {
        .ins = INS_SELECT, .p1 = 0x04, .p2 = 0x0c, .data = SPAN("\xa0\x00\x00\x02\x47\x10\x01")
    };
    struct apdu read = { .ins = INS_READ_BINARY, .le = 80 };
    struct reply r;

    assert_true(channel_ask(&b->ch, &select, "application", NULL, &b->w));
    select.p1 = 0x02;
    select.data = span_of(name, 2);
    assert_true(channel_ask(&b->ch, &select, "file", NULL, &b->w));
    assert_true(channel_ask(&b->ch, &read, "reading", &r, &b->w));
    assert_int_equal(r.data.n, 80);
    assert_memory_equal(r.data.p, want.p, r.data.n);
}

static void one(unsigned group, unsigned mapping, enum sim_cipher cipher)
{
    struct sim_order o = plain_order();
    struct pace_proof proof;
    struct bench b;

    o.pace[o.n_pace++] = (struct sim_pace){ mapping, cipher, group };
    set_up(&b, &o);
    if (!open_pace(&b, &proof))
        fail_msg("group %u, mapping %u, cipher %d: %s, %s", group, mapping, (int)cipher, b.w.reason,
                 b.w.detail);
    assert_true(b.ch.session.alive);
    assert_true((proof.data.n > 0) == (mapping == 3));
    assert_reads(&b, 0x0101);
    tear_down(&b);
}

static void every_group_mapping_and_cipher(void **state)
{
    (void)state;
    for (size_t g = 0; g < sizeof groups / sizeof groups[0]; g++) {
        for (int cipher = SIM_3DES; cipher <= SIM_AES256; cipher++) {
            one(groups[g], 1, (enum sim_cipher)cipher);
            if (groups[g] != 10)
                one(groups[g], 2, (enum sim_cipher)cipher);
            if (groups[g] >= 8 && cipher != SIM_3DES)
                one(groups[g], 3, (enum sim_cipher)cipher);
        }
    }
}

static void a_card_access_number_opens(void **state)
{
    struct sim_order o = plain_order();
    struct bench b;

    (void)state;
    o.can = "123456";
    o.pace[o.n_pace++] = (struct sim_pace){ 1, SIM_AES128, 13 };
    set_up(&b, &o);
    b.key = (struct access_key){ .kind = ACCESS_CAN, .n = 6, .text = "123456" };
    assert_true(open_pace(&b, NULL));
    assert_reads(&b, 0x0101);
    tear_down(&b);
}

/* Several groups under one protocol: the group must be named. */
static void an_ambiguous_group_is_named(void **state)
{
    struct sim_order o = plain_order();
    struct security_infos infos;
    struct pace_choice choice;
    struct bench b;

    (void)state;
    o.pace[o.n_pace++] = (struct sim_pace){ 1, SIM_AES128, 12 };
    o.pace[o.n_pace++] = (struct sim_pace){ 1, SIM_AES128, 13 };
    set_up(&b, &o);
    offered(&b, &infos);
    assert_true(pace_choose(&infos, &choice, &b.w));
    assert_true(choice.ambiguous);
    assert_true(open_pace(&b, NULL));
    tear_down(&b);
}

static void the_best_offer_is_taken(void **state)
{
    static const struct {
        const char *what;
        struct sim_pace offer[3];
        size_t n;
        int best; /* -1: none */
    } cases[] = {
        { "chip authentication mapping before generic",
          { { 1, SIM_AES256, 13 }, { 3, SIM_AES128, 13 } },
          2,
          1 },
        { "generic before integrated", { { 2, SIM_AES128, 13 }, { 1, SIM_AES128, 13 } }, 2, 1 },
        { "AES before Triple DES, whatever the mapping",
          { { 1, SIM_3DES, 13 }, { 2, SIM_AES128, 13 } },
          2,
          1 },
        { "longer keys first", { { 1, SIM_AES128, 13 }, { 1, SIM_AES256, 13 } }, 2, 1 },
        { "curves before prime fields", { { 1, SIM_AES128, 2 }, { 1, SIM_AES128, 13 } }, 2, 1 },
        { "an unknown group is passed over", { { 3, SIM_AES256, 25 }, { 2, SIM_3DES, 0 } }, 2, 1 },
        { "integrated mapping on P-224 does not exist", { { 2, SIM_AES128, 10 } }, 1, -1 },
        { "reserved group", { { 1, SIM_AES128, 5 } }, 1, -1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t memory[256];
        size_t n = 2;
        struct security_infos infos;
        struct pace_choice choice;
        struct why w = { 0 };
        bool found;

        for (size_t k = 0; k < cases[i].n; k++) {
            static const uint8_t kind[2][4] = { { 0, 1, 3, 0 }, { 0, 2, 4, 6 } };
            const struct sim_pace *p = &cases[i].offer[k];
            uint8_t info[] = { 0x30, 0x12, 0x06, 0x0a, 0x04, 0x00, 0x7f, 0x00, 0x07, 0x02,
                               0x02, 0x04, 0,    0,    0x02, 0x01, 0x02, 0x02, 0x01, (uint8_t)p->group };

            info[12] = kind[p->group >= 8][p->mapping];
            info[13] = (uint8_t)(p->cipher + 1);
            memcpy(memory + n, info, sizeof info);
            n += sizeof info;
        }
        memory[0] = 0x31;
        memory[1] = (uint8_t)(n - 2);
        assert_true(security_infos_parse(span_of(memory, n), &infos, NULL, &w));
        found = pace_choose(&infos, &choice, &w);
        if (found != (cases[i].best >= 0) || (found && choice.info != &infos.item[cases[i].best]))
            fail_msg("%s", cases[i].what);
        if (!found)
            assert_string_equal(w.reason, "not-supported");
    }
}

/* What a chip that misbehaves leads to: a reason, and never a session. */
static void misbehaviour_is_refused(void **state)
{
    static const struct {
        enum sim_fault fault;
        struct sim_pace pace;
        unsigned after;
        const char *reason;
    } cases[] = {
        { SIM_WRONG_TOKEN, { 1, SIM_AES128, 13 }, 0, "mac" },
        { SIM_WRONG_TOKEN, { 2, SIM_3DES, 0 }, 0, "mac" },
        { SIM_ECHO_KEY, { 1, SIM_AES128, 13 }, 0, "public-key" },
        { SIM_ECHO_KEY, { 2, SIM_AES128, 1 }, 0, "public-key" },
        { SIM_ECHO_MAPPING, { 1, SIM_AES128, 12 }, 0, "public-key" },
        { SIM_ECHO_MAPPING, { 1, SIM_AES128, 2 }, 0, "public-key" },
        { SIM_OFF_CURVE, { 1, SIM_AES128, 13 }, 0, "public-key" },
        { SIM_OFF_CURVE, { 1, SIM_AES128, 0 }, 0, "public-key" },
        { SIM_OFF_CURVE, { 2, SIM_AES256, 17 }, 3, "public-key" },
        { SIM_INFINITY, { 1, SIM_AES128, 12 }, 0, "public-key" },
        { SIM_INFINITY, { 1, SIM_AES128, 1 }, 0, "public-key" },
        { SIM_INFINITY, { 2, SIM_AES128, 2 }, 0, "public-key" },
        { SIM_SHORT_NONCE, { 1, SIM_AES128, 13 }, 0, "response" },
        { SIM_LONG_NONCE, { 1, SIM_AES128, 13 }, 0, "response" },
        { SIM_NO_CHIP_DATA, { 3, SIM_AES128, 13 }, 0, "response" },
        { SIM_EXTRA_OBJECT, { 1, SIM_AES128, 13 }, 0, "response" },
        { SIM_EXTRA_OBJECT, { 1, SIM_AES128, 13 }, 4, "response" },
        { SIM_TWICE, { 1, SIM_AES128, 13 }, 0, "response" },
        { SIM_TWICE, { 1, SIM_AES128, 13 }, 4, "response" },
        { SIM_TRUNCATED, { 1, SIM_AES128, 13 }, 1, "response" },
        { SIM_TRUNCATED, { 1, SIM_AES128, 13 }, 3, "response" },
        { SIM_LONG_LENGTH, { 1, SIM_AES128, 13 }, 2, "response" },
        { SIM_TOO_LONG, { 1, SIM_AES128, 13 }, 2, "too-large" },
        { SIM_NO_STATUS, { 1, SIM_AES128, 13 }, 3, "response" },
        { SIM_ENDLESS, { 1, SIM_AES128, 13 }, 1, "too-large" },
        { SIM_CLOSES, { 1, SIM_AES128, 13 }, 0, "card" },
        { SIM_CLOSES, { 1, SIM_AES128, 13 }, 4, "card" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sim_order o = plain_order();
        struct bench b;

        o.pace[o.n_pace++] = cases[i].pace;
        set_up(&b, &o);
        b.card.fault = cases[i].fault;
        b.card.fault_after = cases[i].after;
        if (open_pace(&b, NULL))
            fail_msg("%s after %u is let through", sim_fault_name(cases[i].fault), cases[i].after);
        if (strcmp(b.w.reason, cases[i].reason) != 0)
            fail_msg("%s after %u: %s, %s", sim_fault_name(cases[i].fault), cases[i].after, b.w.reason,
                     b.w.detail);
        assert_false(b.ch.session.alive);
        tear_down(&b);
    }
}

static void a_wrong_password_is_said(void **state)
{
    struct sim_order o = plain_order();
    struct bench b;

    (void)state;
    o.can = "123456";
    o.pace[o.n_pace++] = (struct sim_pace){ 1, SIM_AES128, 13 };
    set_up(&b, &o);
    b.key.text[3] = 'X';
    assert_false(open_pace(&b, NULL));
    assert_string_equal(b.w.reason, "access");
    /* Nothing is lost: the right one opens it. */
    memcpy(b.key.text, b.d.mrz_information, b.key.n);
    why_clear(&b.w);
    assert_true(open_pace(&b, NULL));
    tear_down(&b);
}

/* A status word instead of an answer at each step. */
struct stub {
    const char *const *answer;
    size_t n, at;
};

static bool say(void *ctx, struct span command, struct buffer *response, struct why *w)
{
    struct stub *s = ctx;

    (void)command;
    if (s->at == s->n)
        return why_set(w, "card", WHY_NO_OFFSET, NULL, "gone");
    buf_put(response, from_hex(&test_arena, s->answer[s->at++]));
    return true;
}

static void status_words_are_told_apart(void **state)
{
    static const struct {
        const char *what, *answer[6];
        size_t n;
        const char *reason, *detail;
    } cases[] = {
        { "tries left", { "9000", "63C2" }, 2, "access", "2 tries left" },
        { "no tries left", { "9000", "63C0" }, 2, "access", "0 tries left" },
        { "a warning at the start is not a refusal", { "63C1", "63C1" }, 2, "access", "1 tries left" },
        { "refused", { "9000", "6300" }, 2, "access", "6300" },
        { "blocked", { "6983" }, 1, "access", "6983" },
        { "the group is unknown too", { "6A80", "6A80" }, 2, "card", "6A80" },
        { "the password is not there", { "6A88", "6A88" }, 2, "no-file", "6A88" },
        { "no such command", { "6D00" }, 1, "not-supported", "6D00" },
        { "wrong step", { "9000", "6985" }, 2, "card", "6985" },
        { "nothing", { "9000", "9000" }, 2, "response", "nonce" },
        { "another tag", { "9000", "7D0280009000" }, 2, "response", "nonce" },
        { "another object",
          { "9000", "7C1281103F00C4D39D153F2B2A214A078D899B229000" },
          2,
          "response",
          "nonce" },
        { "bytes after the template",
          { "9000", "7C1280103F00C4D39D153F2B2A214A078D899B22009000" },
          2,
          "response",
          "nonce" },
        { "a length that is not minimal",
          { "9000", "7C13808110"
                    "3F00C4D39D153F2B2A214A078D899B229000" },
          2,
          "response",
          "nonce" },
    };
    static const char infos_hex[] = "31143012060A04007F0007020204020202010202010D";
    struct security_infos infos;
    struct pace_choice choice;

    (void)state;
    assert_true(security_infos_parse(from_hex(&test_arena, infos_hex), &infos, NULL, NULL));
    assert_true(pace_choose(&infos, &choice, NULL));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct stub stub = { cases[i].answer, cases[i].n, 0 };
        const struct card card = { .transmit = say, .ctx = &stub };
        const struct access_key key = { .kind = ACCESS_MRZ, .n = 24, .text = "T22000129364081251010318" };
        struct channel ch;
        struct why w = { 0 };

        channel_init(&ch, &card);
        assert_false(pace(&ch, &choice, &key, random_bytes, NULL, &w));
        if (strcmp(w.reason, cases[i].reason) != 0 || !strstr(w.detail, cases[i].detail))
            fail_msg("%s: %s, %s", cases[i].what, w.reason, w.detail);
        assert_int_equal(stub.at, stub.n);
        channel_free(&ch);
    }
}

/* Chip authentication */

static void open_any(struct bench *b)
{
    struct apdu select = {
        .ins = INS_SELECT, .p1 = 0x04, .p2 = 0x0c, .data = SPAN("\xa0\x00\x00\x02\x47\x10\x01")
    };

    if (sim_document_file(&b->d, 0x011c, true).n) {
        assert_true(open_pace(b, NULL));
        assert_true(channel_ask(&b->ch, &select, "application", NULL, &b->w));
        return;
    }
    assert_true(channel_ask(&b->ch, &select, "application", NULL, &b->w));
    assert_true(bac(&b->ch, &b->key, random_bytes, &b->w));
}

static bool authenticate(struct bench *b, struct chip_proof *proof)
{
    struct security_infos infos;
    struct chip_authentication_choice c;

    assert_true(security_infos_parse_dg14(sim_document_file(&b->d, 0x010e, false), &infos, NULL, &b->w));
    if (!chip_authentication_choose(&infos, &c, &b->w))
        return false;
    return chip_authentication(&b->ch, &c, random_bytes, proof, &b->w);
}

/* The record says the same again; with another document's DG14 it does not. */
static void assert_record(const struct bench *b, const struct chip_proof *proof)
{
    uint8_t memory[4096];
    struct security_infos mine;
    struct buffer record;
    struct chip_proof again;
    struct span key = { NULL, 0 };
    struct why w = { 0 };

    buf_init_fixed(&record, memory, sizeof memory);
    chip_proof_write(proof, &record);
    assert_true(security_infos_parse_dg14(sim_document_file(&b->d, 0x010e, false), &mine, NULL, &w));
    assert_int_equal(chip_authentication_replay(buf_span(&record), &mine, NULL, &test_arena, &key, &w),
                     RESULT_GENUINE);
    assert_true(key.n > 0);
    assert_true(chip_proof_read(buf_span(&record), &test_arena, &again, &w));
    again.response[again.response_bytes - 5] ^= 1;
    assert_int_equal(chip_proof_judge(&again, &mine, NULL, NULL, &w), RESULT_FORGED);
    assert_string_equal(w.reason, "chip-authentication");
    assert_string_equal(w.clause, "Doc 9303-11 6.2");
    why_clear(&w);
    assert_int_equal(chip_proof_judge(proof, NULL, NULL, NULL, &w), RESULT_UNDETERMINED);
    assert_string_equal(w.reason, "no-key");
}

static void assert_judged(const struct bench *b, const struct chip_proof *proof, enum result want)
{
    uint8_t memory[4096];
    struct security_infos infos;
    struct buffer record;
    struct why w = { 0 };

    buf_init_fixed(&record, memory, sizeof memory);
    chip_proof_write(proof, &record);
    assert_true(security_infos_parse_dg14(sim_document_file(&b->d, 0x010e, false), &infos, NULL, NULL));
    assert_int_equal(chip_authentication_replay(buf_span(&record), &infos, NULL, &test_arena, NULL, &w),
                     want);
}

static void chips_authenticate(void **state)
{
    (void)state;
    for (size_t g = 0; g < sizeof groups / sizeof groups[0]; g++) {
        for (int cipher = SIM_3DES; cipher <= SIM_AES256; cipher++) {
            struct sim_order o = plain_order();
            struct chip_proof proof = { 0 };
            struct bench b;

            o.bac = true;
            o.ca_group = groups[g];
            o.ca_cipher = (enum sim_cipher)cipher;
            o.ca_id = cipher == SIM_AES192 ? -1 : 5;
            o.ca_unannounced = cipher == SIM_3DES && groups[g] % 2;
            set_up(&b, &o);
            open_any(&b);
            if (!authenticate(&b, &proof))
                fail_msg("group %u, cipher %d: %s, %s", groups[g], cipher, b.w.reason, b.w.detail);
            assert_reads(&b, 0x0102);
            assert_record(&b, &proof);
            tear_down(&b);
        }
    }
}

static void a_copy_does_not_authenticate(void **state)
{
    (void)state;
    for (int cipher = SIM_3DES; cipher <= SIM_AES256; cipher++) {
        struct sim_order o = plain_order();
        struct chip_proof proof = { 0 };
        struct bench b;

        o.pace[o.n_pace++] = (struct sim_pace){ 1, SIM_AES128, 13 };
        o.ca_group = 13;
        o.ca_cipher = (enum sim_cipher)cipher;
        set_up(&b, &o);
        b.card.ca_key[b.card.ca_bytes - 1] ^= 2;
        open_any(&b);
        assert_false(authenticate(&b, &proof));
        assert_string_equal(b.w.reason, "chip-authentication");
        assert_true(b.ch.broken);
        assert_judged(&b, &proof, RESULT_FORGED);
        tear_down(&b);
    }
}

static void faults_after_chip_authentication(void **state)
{
    static const struct {
        enum sim_fault fault;
        const char *reason;
    } cases[] = {
        { SIM_WRONG_MAC, "chip-authentication" },
        { SIM_REPLAY, "chip-authentication" },
        { SIM_UNPROTECTED, "chip-authentication" },
        { SIM_TRUNCATED, "chip-authentication" },
        { SIM_LONG_LENGTH, "chip-authentication" },
        { SIM_CLOSES, "card" },
        { SIM_TOO_LONG, "too-large" },
        { SIM_NO_STATUS, "response" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sim_order o = plain_order();
        struct chip_proof proof = { 0 };
        struct bench b;

        o.pace[o.n_pace++] = (struct sim_pace){ 1, SIM_AES128, 13 };
        o.ca_group = 12;
        o.ca_cipher = SIM_AES128;
        set_up(&b, &o);
        open_any(&b);
        b.card.fault = cases[i].fault;
        b.card.fault_after = b.card.commands + 2;
        if (authenticate(&b, &proof))
            fail_msg("%s is let through", sim_fault_name(cases[i].fault));
        if (strcmp(b.w.reason, cases[i].reason) != 0)
            fail_msg("%s: %s, %s", sim_fault_name(cases[i].fault), b.w.reason, b.w.detail);
        assert_int_equal(proof.answered, strcmp(cases[i].reason, "chip-authentication") == 0);
        if (proof.answered)
            assert_judged(&b, &proof, RESULT_FORGED);
        tear_down(&b);
    }
}

/* The key that opened the session by chip authentication mapping, and the record of it. */
static void mapping_proves_the_chip(void **state)
{
    struct sim_order o = plain_order();
    struct security_infos infos;
    struct chip_proof proof = { 0 };
    uint8_t memory[4096];
    struct buffer record;
    struct cms cms;
    struct span key = { NULL, 0 };
    struct bench b;

    (void)state;
    o.pace[o.n_pace++] = (struct sim_pace){ 3, SIM_AES256, 16 };
    set_up(&b, &o);
    assert_true(open_pace(&b, &proof.mapping));
    proof.mapped = true;
    assert_true(cms_parse(sim_document_file(&b.d, 0x011d, true), &test_arena, &cms, NULL, &b.w));
    assert_true(security_infos_parse(cms.content, &infos, NULL, &b.w));
    buf_init_fixed(&record, memory, sizeof memory);
    chip_proof_write(&proof, &record);
    assert_int_equal(chip_authentication_replay(buf_span(&record), NULL, &infos, &test_arena, &key, &b.w),
                     RESULT_GENUINE);
    assert_true(key.n > 0);
    assert_int_equal(chip_authentication_replay(buf_span(&record), NULL, NULL, &test_arena, NULL, &b.w),
                     RESULT_UNDETERMINED);
    assert_string_equal(b.w.reason, "no-key");
    why_clear(&b.w);
    channel_free(&b.ch);
    channel_init(&b.ch, &b.card.card);
    simulated_card_reset(&b.card);
    b.card.cam_key[3] ^= 1; /* a copy */
    assert_true(open_pace(&b, &proof.mapping));
    assert_int_equal(chip_proof_judge(&proof, NULL, &infos, NULL, &b.w), RESULT_FORGED);
    assert_string_equal(b.w.clause, "Doc 9303-11 4.4.3.5.2");
    tear_down(&b);
}

static void records_that_cannot_be_read(void **state)
{
    static const struct {
        const char *what, *in, *reason;
    } cases[] = {
        { "nothing", "", "json" },
        { "no record", "{}", "record" },
        { "another value", "[]", "record" },
        { "not an object inside", "{\"chip_authentication\":3}", "record" },
        { "no cipher", "{\"chip_authentication\":{}}", "record" },
        { "unknown cipher", "{\"chip_authentication\":{\"cipher\":\"ROT13\"}}", "record" },
        { "no key", "{\"chip_authentication\":{\"cipher\":\"AES-128\"}}", "record" },
        { "empty key",
          "{\"chip_authentication\":{\"cipher\":\"AES-128\",\"terminal_private_key\":\"\",\"first_response\":"
          "\"9000\"}}",
          "record" },
        { "key not in hexadecimal",
          "{\"chip_authentication\":{\"cipher\":\"AES-128\",\"terminal_private_key\":\"x\",\"first_"
          "response\":\"9000\"}}",
          "record" },
        { "response too long",
          "{\"chip_authentication\":{\"cipher\":\"AES-128\",\"terminal_private_key\":\"01\",\"first_"
          "response\":"
          "\"000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
          "00"
          "00000000000000000000000000000000\"}}",
          "record" },
        { "mapping without data",
          "{\"chip_authentication_mapping\":{\"parameter\":13,\"mapping_key\":\"04\"}}", "record" },
        { "negative parameter", "{\"chip_authentication_mapping\":{\"parameter\":-1}}", "record" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct why w = { 0 };

        assert_int_equal(chip_authentication_replay(span_str(cases[i].in), NULL, NULL, &test_arena, NULL, &w),
                         RESULT_MALFORMED);
        if (strcmp(w.reason, cases[i].reason) != 0)
            fail_msg("%s: %s", cases[i].what, w.reason);
    }
}

static void a_chip_signs_a_challenge(void **state)
{
    static const char *const keys[] = { "RSA-1024", "RSA-2048", "P-256", "brainpoolP512r1" };
    static const size_t sizes[] = { 128, 256, 64, 128 };

    (void)state;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        struct sim_order o = plain_order();
        uint8_t memory[512];
        struct buffer response;
        struct bench b;

        o.bac = true;
        o.aa = keys[i];
        o.extended = i % 2;
        set_up(&b, &o);
        open_any(&b);
        buf_init_fixed(&response, memory, sizeof memory);
        if (!active_authentication(&b.ch, (const uint8_t *)"12345678", sizes[i], &response, &b.w))
            fail_msg("%s: %s, %s", keys[i], b.w.reason, b.w.detail);
        assert_int_equal(response.n, sizes[i]);
        tear_down(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_group_mapping_and_cipher), cmocka_unit_test(a_card_access_number_opens),
        cmocka_unit_test(an_ambiguous_group_is_named),    cmocka_unit_test(the_best_offer_is_taken),
        cmocka_unit_test(misbehaviour_is_refused),        cmocka_unit_test(a_wrong_password_is_said),
        cmocka_unit_test(status_words_are_told_apart),    cmocka_unit_test(chips_authenticate),
        cmocka_unit_test(a_copy_does_not_authenticate),   cmocka_unit_test(faults_after_chip_authentication),
        cmocka_unit_test(mapping_proves_the_chip),        cmocka_unit_test(records_that_cannot_be_read),
        cmocka_unit_test(a_chip_signs_a_challenge),
    };

    return cmocka_run_group_tests_name("pace", tests, arena_setup, arena_teardown);
}

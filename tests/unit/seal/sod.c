#include "vectors.h"

#include <stdio.h>

#include "guard.h"
#include "seal/card_security.h"
#include "seal/chip.h"
#include "seal/master_list.h"

static struct span file(const char *relative)
{
    char path[512];

    (void)snprintf(path, sizeof path, "travel/%s", relative);
    return load_file(&test_arena, vector_path(path));
}

static const char *text(const json_t *j, const char *key)
{
    const char *s = json_string_value(json_object_get(j, key));

    return s ? s : "";
}

static void add(struct anchor_set *s, struct span der)
{
    struct why w = { 0 };

    if (!anchor_set_add(s, der, &(struct anchor_origin){ .source = "test" }, ANCHOR_VOUCHED, NULL, &w))
        fail_msg("%s at %zu: %s", w.reason, w.offset, w.detail);
}

/* The German list, believed because its signer is certified by the German country signer supplied apart. */
static struct anchor_set *german(void)
{
    struct anchor_set *s = anchor_set_new();
    struct master_list l;
    struct span der;
    size_t at = 0;

    add(s, file("emrtd/masterlist/DE_CSCA_2024.der"));
    assert_int_equal(
        master_list_verify(file("emrtd/masterlist/DE_ML_2026-05-28.ml"), s, &test_arena, &l, NULL),
        RESULT_GENUINE);
    assert_int_equal(l.n, 588);
    assert_int_equal(l.signing_time, 1779949725);
    while ((der = master_list_next(&l, &at)).n > 0)
        add(s, der);
    return s;
}

static unix_time time_of(const char *s)
{
    unix_time t = 0;

    assert_true(time_parse(span_str(s), &t));
    return t;
}

/* A result is expected when it is, or is among, the words of the index: "no-anchor (DG2 ...)". */
static bool expected(const json_t *j, enum result r)
{
    const char *word = result_word(r), *s;
    const json_t *item;
    size_t i, n = strlen(word);

    json_array_foreach(j, i, item) if (strcmp(json_string_value(item), word) == 0) return true;
    s = json_string_value(j);
    return s && strncmp(s, word, n) == 0 && !(s[n] >= 'a' && s[n] <= 'z');
}

static bool has_finding(const struct findings *f, const char *reason)
{
    for (size_t i = 0; i < f->n; i++)
        if (strcmp(f->item[i].why.reason, reason) == 0)
            return true;
    return false;
}

static bool has_warning(const struct findings *f, const char *reason)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->item[i].severity == FINDING_WARNING && strcmp(f->item[i].why.reason, reason) == 0)
            return true;
    return false;
}

static void real_chips_hold(void **state)
{
    json_t *index = load_json(vector_path("travel/emrtd/index.json")), *item;
    struct anchor_set *set = german();
    struct chip_options opt = { .anchors = set, .at = time_of(text(index, "at")) };
    size_t i;

    (void)state;
    json_array_foreach(json_object_get(index, "sods"), i, item)
    {
        struct span sod = guard_copy(file(text(item, "file")));
        const json_t *dg, *hashes = json_object_get(json_object_get(item, "lds"), "dg");
        const char *id = text(item, "id"), *number;
        struct findings f;
        struct chip c;
        size_t listed = 0;

        opt.profile = PROFILE_STRICT;
        assert_int_equal(chip_verify(sod, NULL, 0, &opt, &test_arena, &c, NULL), RESULT_UNDETERMINED);
        opt.profile = PROFILE_LENIENT;
        findings_init(&f);
        (void)chip_verify(sod, NULL, 0, &opt, &test_arena, &c, &f);
        if (c.result != RESULT_UNDETERMINED || strcmp(c.why.reason, "data-group-missing") != 0)
            fail_msg("%s: %s: %s", id, result_word(c.result), c.why.detail);
        assert_int_equal(c.signature, STEP_HOLDS);
        assert_int_equal(c.message_digest, STEP_HOLDS);
        assert_int_equal(c.chain, STEP_HOLDS);
        json_object_foreach((json_t *)(uintptr_t)hashes, number, dg)
        {
            assert_true(span_eq(c.hash[atoi(number)], from_hex(&test_arena, json_string_value(dg))));
            listed++;
        }
        for (size_t k = 1; k <= LDS_GROUPS; k++)
            listed -= c.hash[k].n > 0;
        assert_int_equal(listed, 0);
        assert_int_equal(c.has_signing_time, json_is_string(json_object_get(item, "signing_time")));
        if (c.has_signing_time)
            assert_int_equal(c.signing_time, time_of(text(item, "signing_time")));
        assert_int_equal(has_finding(&f, "content-type"), strcmp(id, "CN") == 0);
        assert_int_equal(has_finding(&f, "indefinite-length"), strcmp(id, "NZ") == 0);
        assert_int_equal(has_finding(&f, "signer-name"), strcmp(id, "MY") == 0);
        assert_int_equal(has_warning(&f, "weak-digest"), strcmp(id, "RU") == 0);
        guard_free(sod);
    }
    assert_int_equal(i, 9);
    json_decref(index);
    anchor_set_free(set);
}

static size_t groups_of(const json_t *item, struct data_group *dg)
{
    const char *number;
    const json_t *v;
    size_t n = 0;

    json_object_foreach((json_t *)(uintptr_t)json_object_get(item, "data_groups"), number, v)
    {
        const char *name = json_string_value(v);

        if (!name)
            name = text(v, "file");
        dg[n++] = (struct data_group){ .number = (uint8_t)atoi(number), .bytes = file(name) };
    }
    return n;
}

static void specimens_give_their_result(void **state)
{
    json_t *index = load_json(vector_path("travel/emrtd/index.json")), *item;
    struct anchor_set *set = german();
    struct chip_options opt = { .anchors = set, .at = time_of(text(index, "at")) };
    size_t i;

    (void)state;
    json_array_foreach(json_object_get(index, "documents"), i, item)
    {
        const json_t *want = json_object_get(json_object_get(item, "expected"), "verdict_all_files");
        struct data_group dg[LDS_GROUPS];
        size_t n = groups_of(item, dg);
        struct chip c;

        for (opt.profile = PROFILE_LENIENT; opt.profile <= PROFILE_STRICT; opt.profile++) {
            (void)chip_verify(file(text(item, "sod")), dg, n, &opt, &test_arena, &c, NULL);
            if (!expected(want, c.result))
                fail_msg("%s: %s: %s", text(item, "id"), result_word(c.result), c.why.detail);
        }
        assert_int_equal(c.signature, STEP_HOLDS);
        assert_int_equal(c.group[1], GROUP_HOLDS);
    }
    json_decref(index);
    anchor_set_free(set);
}

static void damaged_chips_are_never_genuine(void **state)
{
    json_t *index = load_json(vector_path("travel/emrtd/index.json")), *item;
    struct anchor_set *set = german();
    struct chip_options opt = { .anchors = set, .at = time_of(text(index, "at")) };
    size_t i;

    (void)state;
    json_array_foreach(json_object_get(index, "damaged"), i, item)
    {
        const char *name = text(item, "file");
        bool group = json_object_get(item, "with_sod") != NULL;
        struct span bytes = file(name);
        struct data_group dg = { 0, bytes };
        struct chip c;

        for (opt.profile = PROFILE_LENIENT; opt.profile <= PROFILE_STRICT; opt.profile++) {
            (void)chip_verify(group ? file(text(item, "with_sod")) : bytes, &dg, group, &opt, &test_arena, &c,
                              NULL);
            if (!expected(json_object_get(item, "expected"), c.result))
                fail_msg("%s: %s: %s", name, result_word(c.result), c.why.detail);
            assert_non_null(c.why.reason);
        }
    }
    json_decref(index);
    anchor_set_free(set);
}

static struct anchor_set *anchors_of(const json_t *item)
{
    struct anchor_set *s = anchor_set_new();
    const json_t *name;
    size_t i;

    json_array_foreach(json_object_get(item, "anchors"), i, name) add(s, file(json_string_value(name)));
    json_array_foreach(json_object_get(item, "crls"), i, name)
    {
        struct why w = { 0 };
        bool bad = strstr(json_string_value(name), "badsig") != NULL;

        if (!anchor_set_add_crl(s, file(json_string_value(name)), NULL, NULL, &w) != bad)
            fail_msg("%s: %s", json_string_value(name), w.detail);
        if (bad)
            assert_string_equal(w.reason, "signature");
    }
    return s;
}

static enum step step_of(const json_t *item, const char *key)
{
    const json_t *v = json_object_get(json_object_get(item, "steps"), key);

    return json_is_null(v) ? STEP_NOT_DONE : json_is_true(v) ? STEP_HOLDS : STEP_FAILS;
}

static void synthetic_documents_give_every_result(void **state)
{
    json_t *index = load_json(vector_path("travel/emrtd/synthetic/index.json")), *item, *list = NULL;
    const char *key;
    json_t *value;
    size_t i;

    (void)state;
    json_object_foreach(index, key, value) if (json_is_array(value)) list = value;
    assert_int_equal(json_array_size(list), 20);
    json_array_foreach(list, i, item)
    {
        struct data_group dg[LDS_GROUPS];
        size_t n = groups_of(item, dg);
        struct anchor_set *set = anchors_of(item);
        struct span outside = { 0 };
        struct chip_options opt = { .anchors = set,
                                    .at = time_of(text(item, "at")),
                                    .dsc = &outside,
                                    .crl_required = json_is_true(json_object_get(item, "crl_required")) };
        const json_t *expect = json_object_get(item, "expected"), *note;
        struct findings f;
        struct chip c;
        size_t k;

        findings_init(&f);
        if (json_is_string(json_object_get(item, "dsc_outside_sod"))) {
            outside = file(text(item, "dsc_outside_sod"));
            opt.n_dsc = 1;
        }
        opt.profile = PROFILE_STRICT;
        (void)chip_verify(file(text(item, "sod")), dg, n, &opt, &test_arena, &c, NULL);
        assert_true(expected(json_object_get(expect, "verdict"), c.result));
        opt.profile = PROFILE_LENIENT;
        (void)chip_verify(file(text(item, "sod")), dg, n, &opt, &test_arena, &c, &f);
        if (!expected(json_object_get(expect, "verdict"), c.result))
            fail_msg("%s: %s: %s: %s", text(item, "id"), result_word(c.result), c.why.reason, c.why.detail);
        json_array_foreach(json_object_get(expect, "notes"), k, note)
            assert_true(has_finding(&f, json_string_value(note)));
        if (c.result != RESULT_MALFORMED) {
            if (c.signature != step_of(item, "sod_signature"))
                fail_msg("%s: signature", text(item, "id"));
            assert_int_equal(c.chain == STEP_HOLDS, step_of(item, "chain") == STEP_HOLDS);
        }
        anchor_set_free(set);
    }
    json_decref(index);
}

static void hostile_inputs_are_refused(void **state)
{
    json_t *index = load_json(vector_path("travel/adversarial/index.json")), *item;
    struct anchor_set *set = german();
    struct chip_options opt = { .anchors = set, .at = 1795000000 };
    size_t i, done = 0;

    (void)state;
    json_array_foreach(json_object_get(index, "files"), i, item)
    {
        const char *kind = text(item, "kind"), *name = text(item, "file");
        char path[256];
        struct span in;
        struct why w = { .offset = WHY_NO_OFFSET };

        (void)snprintf(path, sizeof path, "adversarial/%s", name);
        in = guard_copy(file(path));
        if (strcmp(kind, "SOD") == 0) {
            struct chip c;

            done++;
            if (chip_verify(in, NULL, 0, &opt, &test_arena, &c, NULL) != RESULT_MALFORMED)
                fail_msg("%s: %s", name, result_word(c.result));
            assert_non_null(c.why.reason);
            assert_true(c.why.offset < in.n);
        } else if (strcmp(kind, "DG") == 0) {
            struct lds_file l;

            done++;
            if (lds_file_parse(in, &l, &w))
                fail_msg("%s", name);
            assert_true(w.offset < in.n);
        } else if (strcmp(kind, "certificate") == 0) {
            struct certificate c;

            done++;
            assert_false(certificate_parse(in, &c, NULL, &w));
            assert_string_equal(w.reason, "certificate");
        }
        guard_free(in);
    }
    assert_int_equal(done, 10);
    json_decref(index);
    anchor_set_free(set);
}

static void card_security_is_no_sod(void **state)
{
    struct anchor_set *set = german(), *none = anchor_set_new();
    struct chip_options opt = { .anchors = set, .at = 1795000000 };
    struct span in = guard_copy(file("emrtd/sod/DE_EF_CardSecurity.bin"));
    uint8_t wrapped[4096] = { 0x77, 0x82, (uint8_t)(in.n >> 8), (uint8_t)in.n };
    struct card_security s;
    struct chip c;

    (void)state;
    assert_int_equal(chip_verify(in, NULL, 0, &opt, &test_arena, &c, NULL), RESULT_MALFORMED);
    memcpy(wrapped + 4, in.p, in.n);
    assert_int_equal(chip_verify(span_of(wrapped, in.n + 4), NULL, 0, &opt, &test_arena, &c, NULL),
                     RESULT_MALFORMED);
    assert_string_equal(c.why.reason, "content-type");
    assert_true(card_security_likely(in));
    for (opt.profile = PROFILE_LENIENT; opt.profile <= PROFILE_STRICT; opt.profile++)
        if (card_security_verify(in, &opt, &test_arena, &s, NULL) != RESULT_GENUINE)
            fail_msg("%s: %s", result_word(s.result), s.why.detail);
    assert_null(s.why.reason);
    assert_int_equal(s.infos.p[0], 0x31);
    opt.anchors = none;
    assert_int_equal(card_security_verify(in, &opt, &test_arena, &s, NULL), RESULT_NO_ANCHOR);
    anchor_set_free(none);
    anchor_set_free(set);
    guard_free(in);
}

/* A real EF.SOD, with its tag and without, is no EF.CardSecurity; nor is a master list. */
static void a_sod_is_no_card_security(void **state)
{
    struct anchor_set *set = german();
    struct chip_options opt = { .anchors = set, .at = 1795000000 };
    struct span sod = file("emrtd/sod/DE_EF_SOD.bin"), list = file("emrtd/masterlist/DE_ML_2026-05-28.ml");
    struct card_security s;

    (void)state;
    assert_false(card_security_likely(sod));
    assert_int_equal(card_security_verify(sod, &opt, &test_arena, &s, NULL), RESULT_MALFORMED);
    sod = span_sub(sod, 4, sod.n);
    assert_int_equal(card_security_verify(sod, &opt, &test_arena, &s, NULL), RESULT_MALFORMED);
    assert_string_equal(s.why.reason, "content-type");
    assert_false(card_security_likely(list));
    assert_int_equal(card_security_verify(list, &opt, &test_arena, &s, NULL), RESULT_MALFORMED);
    assert_false(s.has_signer);
    anchor_set_free(set);
}

/* Whole documents of the data, and every single-byte change of EF.SOD and DG1. */
static void no_changed_byte_stays_genuine(void **state)
{
    static const char *const names[] = { "genuine_ec_v1_ski", "genuine_rsa", "genuine_pss" };
    struct anchor_set *set = anchor_set_new();
    struct chip_options opt = { .anchors = set, .at = 1793534400 };
    struct data_group dg[2] = { { 1, file("emrtd/synthetic/dg1.bin") },
                                { 2, file("emrtd/synthetic/dg2_noise.bin") } };
    uint8_t *copy1 = arena_alloc(&test_arena, dg[0].bytes.n);
    struct span sod = { 0 };
    struct chip c;

    (void)state;
    add(set, file("emrtd/synthetic/csca1.der"));
    add(set, file("emrtd/synthetic/csca2.der"));
    for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
        char path[128];
        uint8_t *copy;

        (void)snprintf(path, sizeof path, "emrtd/synthetic/%s.bin", names[k]);
        sod = file(path);
        copy = arena_alloc(&test_arena, sod.n);
        memcpy(copy, sod.p, sod.n);
        assert_int_equal(chip_verify(sod, dg, 2, &opt, &test_arena, &c, NULL), RESULT_GENUINE);
        for (size_t i = 0; i < sod.n; i++) {
            uint8_t way = (uint8_t)(1u << (i * 5 % 8));

            copy[i] ^= way;
            if (chip_verify(span_of(copy, sod.n), dg, 2, &opt, &test_arena, &c, NULL) == RESULT_GENUINE)
                fail_msg("%s: byte %zu changed by %02x stays genuine", names[k], i, way);
            copy[i] ^= way;
        }
    }
    memcpy(copy1, dg[0].bytes.p, dg[0].bytes.n);
    dg[0].bytes.p = copy1;
    for (size_t i = 0; i < dg[0].bytes.n; i++) {
        copy1[i] ^= 1;
        assert_int_not_equal(chip_verify(sod, dg, 2, &opt, &test_arena, &c, NULL), RESULT_GENUINE);
        copy1[i] ^= 1;
    }
    assert_int_equal(chip_verify(sod, dg, 2, &opt, &test_arena, &c, NULL), RESULT_GENUINE);
    anchor_set_free(set);
}

static void data_groups_are_read_exactly(void **state)
{
    uint8_t dg1[5 + 88] = { 0x61, 0x5b, 0x5f, 0x1f, 0x58 };
    struct lds_file f;
    struct why w = { 0 };
    uint32_t groups = 0;

    (void)state;
    memset(dg1 + 5, '<', 88);
    assert_true(lds_file_parse(span_of(dg1, sizeof dg1), &f, &w));
    assert_int_equal(f.number, 1);
    assert_int_equal(f.mrz.n, 88);
    for (size_t n = 0; n < sizeof dg1; n++) {
        struct span cut = guard_copy(span_of(dg1, n));

        assert_false(lds_file_parse(cut, &f, NULL));
        guard_free(cut);
    }
    dg1[40] = 'a';
    assert_false(lds_file_parse(span_of(dg1, sizeof dg1), &f, &w));
    assert_string_equal(w.reason, "mrz-character");
    assert_int_equal(w.offset, 40);
    assert_int_equal(lds_number(0x75), 2);
    assert_int_equal(lds_tag(2), 0x75);
    assert_int_equal(lds_number(0x77), LDS_UNKNOWN);
    assert_true(lds_file_parse(SPAN("\x60\x05\x5c\x03\x61\x75\x6e"), &f, NULL));
    assert_true(lds_com_groups(f.body, &groups, NULL));
    assert_int_equal(groups, 1u << 1 | 1u << 2 | 1u << 14);
    assert_false(lds_com_groups(SPAN("\x5c\x01\x30"), &groups, NULL));
}

/* What a list is worth without the country signer that certified its signer, and after a change of any byte
 * of its frame. */
static void master_lists_prove_themselves(void **state)
{
    struct span list = file("emrtd/masterlist/DE_ML_2026-05-28.ml");
    struct anchor_set *none = anchor_set_new(), *set = anchor_set_new();
    uint8_t *copy = arena_alloc(&test_arena, list.n);
    struct master_list l;

    (void)state;
    assert_true(master_list_likely(list));
    assert_int_equal(master_list_verify(list, none, &test_arena, &l, NULL), RESULT_NO_ANCHOR);
    assert_int_equal(l.n, 588);
    add(set, file("emrtd/masterlist/DE_CSCA_2024.der"));
    memcpy(copy, list.p, list.n);
    for (size_t i = 0; i < list.n; i += i < 100 || i > 902080 ? 3 : 30011) {
        copy[i] ^= 1;
        assert_int_not_equal(master_list_verify(span_of(copy, list.n), set, &test_arena, &l, NULL),
                             RESULT_GENUINE);
        assert_int_equal(l.n, 0);
        copy[i] ^= 1;
    }
    assert_int_equal(master_list_verify(span_of(copy, list.n), set, &test_arena, &l, NULL), RESULT_GENUINE);
    anchor_set_free(none);
    anchor_set_free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_chips_hold),
        cmocka_unit_test(specimens_give_their_result),
        cmocka_unit_test(damaged_chips_are_never_genuine),
        cmocka_unit_test(synthetic_documents_give_every_result),
        cmocka_unit_test(hostile_inputs_are_refused),
        cmocka_unit_test(card_security_is_no_sod),
        cmocka_unit_test(a_sod_is_no_card_security),
        cmocka_unit_test(no_changed_byte_stays_genuine),
        cmocka_unit_test(data_groups_are_read_exactly),
        cmocka_unit_test(master_lists_prove_themselves),
    };

    return cmocka_run_group_tests_name("sod", tests, arena_setup, arena_teardown);
}

#include "wire/security_infos.h"

#include "guard.h"
#include "vectors.h"
#include "wire/der.h"
#include "wire/oid.h"

#define BSI  "04007f000702"                 /* 0.4.0.127.0.7.2; 02 follows */
#define SPKI "300c060704007f0007010202010d" /* standardized domain parameter 13 */

static void protocols_are_read_from_their_oid(void **state)
{
    static const struct {
        const char *what, *hex, *name;
        enum security_info_kind kind;
        int32_t version, id, standard;
        const char *finding;
    } cases[] = {
        { "PACE of a passport", "31143012060a" BSI "0204020202010202010d", "PACE-ECDH-GM-AES-CBC-CMAC-128",
          SECURITY_INFO_PACE, 2, 13, -1, NULL },
        { "PACE without a parameter", "3111300f060a" BSI "02040101020102", "PACE-DH-GM-3DES-CBC-CBC",
          SECURITY_INFO_PACE, 2, -1, -1, NULL },
        { "integrated mapping", "31143012060a" BSI "02040304020102020100", "PACE-DH-IM-AES-CBC-CMAC-256",
          SECURITY_INFO_PACE, 2, 0, -1, NULL },
        { "integrated mapping on a curve", "31143012060a" BSI "02040403020102020112",
          "PACE-ECDH-IM-AES-CBC-CMAC-192", SECURITY_INFO_PACE, 2, 18, -1, NULL },
        { "chip authentication mapping", "31143012060a" BSI "0204060202010202010d",
          "PACE-ECDH-CAM-AES-CBC-CMAC-128", SECURITY_INFO_PACE, 2, 13, -1, NULL },
        { "chip authentication mapping with 3DES", "31143012060a" BSI "0204060102010202010d",
          "0.4.0.127.0.7.2.2.4.6.1", SECURITY_INFO_UNKNOWN, 0, -1, -1, NULL },
        { "arc 5 under PACE", "31143012060a" BSI "0204050202010202010d", "0.4.0.127.0.7.2.2.4.5.2",
          SECURITY_INFO_UNKNOWN, 0, -1, -1, NULL },
        { "cipher 5", "31143012060a" BSI "0204020502010202010d", "0.4.0.127.0.7.2.2.4.2.5",
          SECURITY_INFO_UNKNOWN, 0, -1, -1, NULL },
        { "PACE version 1", "31143012060a" BSI "0204020202010102010d", "PACE-ECDH-GM-AES-CBC-CMAC-128",
          SECURITY_INFO_PACE, 1, 13, -1, "security-info-value" },
        { "PACE with a text as version", "31143012060a" BSI "020402020c010202010d", "0.4.0.127.0.7.2.2.4.2.2",
          SECURITY_INFO_UNKNOWN, 0, -1, -1, "security-info" },
        { "PACE without version", "310e300c060a" BSI "02040202", "0.4.0.127.0.7.2.2.4.2.2",
          SECURITY_INFO_UNKNOWN, 0, -1, -1, "security-info" },
        { "PACE with a fourth part", "31163014060a" BSI "0204020202010202010d0500", "0.4.0.127.0.7.2.2.4.2.2",
          SECURITY_INFO_UNKNOWN, 0, -1, -1, "security-info" },
        { "negative parameter", "31143012060a" BSI "020402020201020201ff", "0.4.0.127.0.7.2.2.4.2.2",
          SECURITY_INFO_UNKNOWN, 0, -1, -1, "security-info" },
        { "PACE domain", "311e301c0609" BSI "020402" SPKI "020105", "PACE-ECDH-GM", SECURITY_INFO_PACE_DOMAIN,
          0, 5, 13, NULL },
        { "chip authentication", "31143012060a" BSI "02030202020102020148", "CA-ECDH-AES-CBC-CMAC-128",
          SECURITY_INFO_CHIP_AUTH, 2, 72, -1, NULL },
        { "chip authentication, 3DES over DH", "3111300f060a" BSI "02030101020101", "CA-DH-3DES-CBC-CBC",
          SECURITY_INFO_CHIP_AUTH, 1, -1, -1, NULL },
        { "chip authentication version 9", "3111300f060a" BSI "02030101020109", "CA-DH-3DES-CBC-CBC",
          SECURITY_INFO_CHIP_AUTH, 9, -1, -1, "security-info-value" },
        { "chip authentication domain", "311e301c0609" BSI "020302" SPKI "020148", "CA-ECDH",
          SECURITY_INFO_CHIP_AUTH_DOMAIN, 0, 72, 13, NULL },
        { "chip authentication key", "312230200609" BSI "0201023013" SPKI "0303000405", "PK-ECDH",
          SECURITY_INFO_CHIP_AUTH_KEY, 0, -1, 13, NULL },
        { "key with unused bits", "312230200609" BSI "0201023013" SPKI "0303010405", "0.4.0.127.0.7.2.2.1.2",
          SECURITY_INFO_UNKNOWN, 0, -1, -1, "security-info" },
        { "key agreement that is none", "312230200609" BSI "0201033013" SPKI "0303000405",
          "0.4.0.127.0.7.2.2.1.3", SECURITY_INFO_UNKNOWN, 0, -1, -1, NULL },
        { "terminal authentication", "310f300d0608" BSI "0202020101", "TA", SECURITY_INFO_TERMINAL_AUTH, 1,
          -1, -1, NULL },
        { "terminal authentication, EF.CVCA named", "311830160608" BSI "020202010130070402011c04011c", "TA",
          SECURITY_INFO_TERMINAL_AUTH, 1, -1, -1, NULL },
        { "EF.CVCA of three bytes", "311630140608" BSI "020202010130050403011c00", "0.4.0.127.0.7.2.2.2",
          SECURITY_INFO_UNKNOWN, 0, -1, -1, "security-info" },
        { "active authentication", "311930170606678108010105020101060a04007f00070101040103", "AA",
          SECURITY_INFO_ACTIVE_AUTH, 1, -1, -1, NULL },
        { "active authentication without algorithm", "310d300b0606678108010105020101", "2.23.136.1.1.5",
          SECURITY_INFO_UNKNOWN, 0, -1, -1, "security-info" },
        { "directory", "310e300c060667810801010d04026100", "EFDIR", SECURITY_INFO_EF_DIR, 0, -1, -1, NULL },
        { "card info", "310c300a0608" BSI "0206", "0.4.0.127.0.7.2.2.6", SECURITY_INFO_UNKNOWN, 0, -1, -1,
          NULL },
        { "another arc with a part", "3108300606022a030500", "1.2.3", SECURITY_INFO_UNKNOWN, 0, -1, -1,
          NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct span in = guard_copy(from_hex(&test_arena, cases[i].hex));
        struct security_infos s;
        struct findings f;
        struct why w = { 0 };
        char name[SECURITY_INFO_TEXT];

        findings_init(&f);
        if (!security_infos_parse(in, &s, &f, &w))
            fail_msg("%s: %s at %zu", cases[i].what, w.detail, w.offset);
        if (s.n != 1 || s.item[0].kind != cases[i].kind || s.item[0].version != cases[i].version ||
            s.item[0].id != cases[i].id || s.item[0].standard_domain != cases[i].standard)
            fail_msg("%s: %s, version %d, id %d", cases[i].what, security_info_name(&s.item[0], name),
                     (int)s.item[0].version, (int)s.item[0].id);
        assert_string_equal(security_info_name(&s.item[0], name), cases[i].name);
        assert_int_equal(f.n, cases[i].finding ? 1 : 0);
        if (f.n) {
            assert_string_equal(f.item[0].why.reason, cases[i].finding);
            assert_true(f.item[0].why.offset <= in.n && f.item[0].why.clause);
        }
        assert_true(s.item[0].all.p == in.p + 2 && s.item[0].all.n == in.n - 2);
        guard_free(in);
    }
}

static void parts_are_found(void **state)
{
    struct span cvca = from_hex(&test_arena, "311830160608" BSI "020202010130070402011c04011c");
    struct span aa = from_hex(&test_arena, "311930170606678108010105020101060a04007f00070101040103");
    struct security_infos s;
    char text[OID_TEXT];

    (void)state;
    assert_true(security_infos_parse(cvca, &s, NULL, NULL));
    assert_true(span_eq(s.item[0].cvca_file, from_hex(&test_arena, "011c")));
    assert_true(span_eq(s.item[0].cvca_short, from_hex(&test_arena, "1c")));
    assert_true(security_infos_parse(aa, &s, NULL, NULL));
    assert_string_equal(oid_text(s.item[0].signature, text), "0.4.0.127.0.7.1.1.4.1.3");
}

static void damaged_sets_are_refused(void **state)
{
    static const struct {
        const char *what, *hex, *reason;
        size_t at;
    } cases[] = {
        { "nothing", "", "security-infos", 0 },
        { "a SEQUENCE instead", "300c300a0608" BSI "0206", "security-infos", 0 },
        { "cut in the set", "310c300a0608" BSI "02", "security-infos", 0 },
        { "byte behind", "310c300a0608" BSI "020600", "security-infos", 14 },
        { "an INTEGER in the set", "3103020101", "security-infos", 2 },
        { "no OID", "31053003020101", "security-infos", 4 },
        { "empty item", "31023000", "security-infos", 4 },
        { "OID without end", "31053003060181", "security-infos", 4 },
        { "unknown protocol, part cut", "3108300606022a030501", "security-infos", 8 },
        { "4 GiB", "3184ffffffff", "security-infos", 0 },
        { "indefinite length", "318030000000", "security-infos", 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct span in = guard_copy(from_hex(&test_arena, cases[i].hex));
        struct security_infos s;
        struct why w = { 0 };

        if (security_infos_parse(in, &s, NULL, &w))
            fail_msg("%s: accepted", cases[i].what);
        assert_string_equal(w.reason, cases[i].reason);
        if (w.offset != cases[i].at)
            fail_msg("%s: offset %zu", cases[i].what, w.offset);
        assert_string_equal(w.clause, "Doc 9303-11 9.2");
        guard_free(in);
    }
}

static void as_many_as_the_limit(void **state)
{
    static uint8_t b[4 + 9 * (LIMIT_SECURITY_INFOS + 1)];
    static const uint8_t one[] = { 0x30, 0x07, 0x06, 0x02, 0x2a, 0x03, 0x04, 0x01, 0x05 };
    struct security_infos s;
    struct why w = { 0 };

    (void)state;
    for (size_t n = LIMIT_SECURITY_INFOS; n <= LIMIT_SECURITY_INFOS + 1; n++) {
        size_t len = n * sizeof one;

        b[0] = 0x31;
        b[1] = 0x82;
        b[2] = (uint8_t)(len >> 8);
        b[3] = (uint8_t)len;
        for (size_t i = 0; i < n; i++)
            memcpy(b + 4 + i * sizeof one, one, sizeof one);
        assert_int_equal(security_infos_parse(span_of(b, 4 + len), &s, NULL, &w), n == LIMIT_SECURITY_INFOS);
    }
    assert_string_equal(w.reason, "too-large");
    assert_int_equal(w.offset, 4 + LIMIT_SECURITY_INFOS * sizeof one);
}

static void specimens_of_dg14(void **state)
{
    static const char *const files[] = { "travel/emrtd/specimen/BSI2008_DG14.bin",
                                         "travel/emrtd/specimen/ETSI_DG14.bin" };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct span in = load_file(&test_arena, vector_path(files[i]));
        struct security_infos s;
        struct findings f;
        const struct security_info *k;

        findings_init(&f);
        assert_true(security_infos_parse_dg14(in, &s, &f, NULL));
        assert_int_equal(f.n, 0);
        assert_int_equal(s.n, 3);
        k = security_infos_find(&s, SECURITY_INFO_CHIP_AUTH_KEY, SECURITY_INFO_NO_ID);
        assert_non_null(k);
        assert_int_equal(k->agreement, KEY_AGREEMENT_ECDH);
        assert_int_equal(k->key.p - in.p, 23);
        assert_int_equal(k->key.n, 279);
        assert_int_equal(k->key_bits.n, 57); /* a point of brainpoolP224r1 after 04 */
        assert_int_equal(k->key_bits.p[0], 4);
        assert_int_equal(s.item[1].kind, SECURITY_INFO_CHIP_AUTH);
        assert_int_equal(s.item[1].cipher, SM_3DES);
        assert_int_equal(s.item[2].kind, SECURITY_INFO_TERMINAL_AUTH);
        assert_null(security_infos_find(&s, SECURITY_INFO_PACE, SECURITY_INFO_NO_ID));
        assert_null(security_infos_find(&s, SECURITY_INFO_CHIP_AUTH_KEY, 1));
    }
}

/* The German EF.CardSecurity: its content stands at offset 61 + 4, 309 bytes. */
static void card_security_of_a_real_document(void **state)
{
    static const char *const names[] = { "TA",
                                         "CA-ECDH-AES-CBC-CMAC-128",
                                         "PACE-ECDH-GM-AES-CBC-CMAC-128",
                                         "PACE-ECDH-CAM-AES-CBC-CMAC-128",
                                         "CA-ECDH",
                                         "PK-ECDH",
                                         "PK-ECDH" };
    struct span file = load_file(&test_arena, vector_path("travel/emrtd/sod/DE_EF_CardSecurity.bin"));
    struct security_infos s;
    struct findings f;
    char name[SECURITY_INFO_TEXT];

    (void)state;
    findings_init(&f);
    assert_true(security_infos_parse(span_sub(file, 65, 65 + 309), &s, &f, NULL));
    assert_int_equal(f.n, 0);
    assert_int_equal(s.n, 7);
    for (size_t i = 0; i < s.n; i++)
        assert_string_equal(security_info_name(&s.item[i], name), names[i]);
    assert_ptr_equal(security_infos_find(&s, SECURITY_INFO_CHIP_AUTH_KEY, 72), &s.item[6]);
    assert_int_equal(s.item[5].id, 13);
    assert_int_equal(s.item[5].standard_domain, 13);
}

/* No prefix of a real file is read, and none beyond its end. */
static void every_prefix_is_refused(void **state)
{
    struct span in = load_file(&test_arena, vector_path("travel/emrtd/specimen/BSI2008_DG14.bin"));
    struct security_infos s;

    (void)state;
    for (size_t n = 0; n < in.n; n++) {
        struct span part = guard_copy(span_sub(in, 0, n));
        struct why w = { 0 };

        assert_false(security_infos_parse_dg14(part, &s, NULL, &w));
        assert_true(w.reason && w.offset <= n);
        guard_free(part);
    }
}

static void identifiers_as_text(void **state)
{
    static const struct {
        const char *hex, *text;
    } cases[] = {
        { "2a864886f70d010702", "1.2.840.113549.1.7.2" },
        { "2a", "1.2" },
        { "00", "0.0" },
        { "8837", "2.999" },
        { "ff", "" },
        { "", "" },
        { "2aff8180808080808080808001", "1.2.?" },
        { "2a83ffffffffffffff7f", "1.2.288230376151711743" },
    };
    static uint8_t many[60];
    char out[OID_TEXT];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct span in = guard_copy(from_hex(&test_arena, cases[i].hex));

        assert_string_equal(oid_text(in, out), cases[i].text);
        guard_free(in);
    }
    memset(many, 0x7f, sizeof many);
    assert_string_equal(oid_text(span_of(many, sizeof many), out) + 84, ".127.127..");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(protocols_are_read_from_their_oid),
        cmocka_unit_test(parts_are_found),
        cmocka_unit_test(damaged_sets_are_refused),
        cmocka_unit_test(as_many_as_the_limit),
        cmocka_unit_test(specimens_of_dg14),
        cmocka_unit_test(card_security_of_a_real_document),
        cmocka_unit_test(every_prefix_is_refused),
        cmocka_unit_test(identifiers_as_text),
    };

    return cmocka_run_group_tests_name("security-infos", tests, arena_setup, arena_teardown);
}

#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "guard.h"
#include "wire/c40.h"
#include "wire/idb.h"
#include "wire/inflate.h"
#include "wire/seal_dictionary.h"
#include "wire/vds.h"
#include "wire/vdsnc.h"

static void c40_of_the_standard(void **state)
{
    static const struct {
        const char *what, *hex, *text; /* text NULL: refused */
        size_t offset;
    } cases[] = {
        { "three characters", "d9c5", "UTO", 0 },
        { "blanks", "6abc", "D  ", 0 },
        { "two characters at the end", "2cb1", "32", 0 },
        { "one character at the end", "fe45", "D", 0 },
        { "three and one", "d9c5fe45", "UTOD", 0 },
        { "filler alone", "fe21", " ", 0 },
        { "nothing", "", "", 0 },
        { "odd number of bytes", "d9c5d9", NULL, 3 },
        { "two characters before the end", "2cb1d9c5", NULL, 0 },
        { "one character before the end", "fe45d9c5", NULL, 0 },
        { "zero", "0000", NULL, 0 },
        { "all bits", "ffff", NULL, 0 },
        { "shift set", "d9c50001", NULL, 2 },
        { "lower case", "fe62", NULL, 0 },
        { "unlatch and nothing", "fe00", NULL, 0 },
        { "second value a shift", "19a51901", NULL, 2 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena a;
        struct span in;
        char text[64];
        size_t n = 99;
        struct why w = { .offset = WHY_NO_OFFSET };

        arena_init(&a, 1 << 16);
        in = guard_copy(from_hex(&a, cases[i].hex));
        if (c40_decode(in, ' ', text, &n, &w) != (cases[i].text != NULL))
            fail_msg("%s: %s", cases[i].what, cases[i].text ? w.detail : "accepted");
        if (cases[i].text) {
            if (!span_eq_str(span_of(text, n), cases[i].text))
                fail_msg("%s: %.*s", cases[i].what, (int)n, text);
        } else {
            assert_string_equal(w.reason, "c40");
            assert_int_equal(w.offset, cases[i].offset);
            assert_int_equal(n, 99);
        }
        guard_free(in);
        arena_free(&a);
    }
}

static void c40_round_trips(void **state)
{
    char text[50], back[80];
    uint8_t mem[64];
    struct buffer b;
    size_t n, m;

    (void)state;
    srand(40);
    for (int i = 0; i < 20000; i++) {
        n = (size_t)rand() % sizeof text;
        for (size_t k = 0; k < n; k++)
            text[k] = "ABCXYZ059<"[rand() % 10];
        buf_init_fixed(&b, mem, sizeof mem);
        assert_true(c40_put(&b, span_of(text, n), NULL));
        assert_int_equal(b.n, c40_bytes(n));
        assert_true(c40_decode(buf_span(&b), '<', back, &m, NULL));
        assert_true(span_eq(span_of(back, m), span_of(text, n)));
    }
    buf_init_fixed(&b, mem, sizeof mem);
    assert_false(c40_put(&b, SPAN("ABc"), NULL));
    assert_int_equal(b.n, 0);
}

/* Every pair of bytes: what is read is written as the same pair. */
static void c40_pairs_are_unique(void **state)
{
    size_t legal = 0;

    (void)state;
    for (unsigned v = 0; v < 65536; v++) {
        uint8_t in[2] = { (uint8_t)(v >> 8), (uint8_t)v }, mem[8];
        struct buffer b;
        char text[8];
        size_t n;

        if (!c40_decode(span_of(in, 2), ' ', text, &n, NULL))
            continue;
        buf_init_fixed(&b, mem, sizeof mem);
        assert_true(c40_put(&b, span_of(text, n), NULL));
        if (v == 0xfe3d) /* a filler in ASCII: read, never written */
            continue;
        assert_true(span_eq(buf_span(&b), span_of(in, 2)));
        legal++;
    }
    assert_int_equal(legal, 37 * 37 * 37 + 37 * 37 + 37);
}

static void lengths_are_der(void **state)
{
    static const struct {
        const char *what, *hex;
        size_t n; /* of the value; 999: refused */
        const char *reason;
    } cases[] = {
        { "empty", "0100", 0, NULL },
        { "one byte", "010141", 1, NULL },
        { "length cut", "01", 999, "truncated" },
        { "value cut", "01024f", 999, "truncated" },
        { "80", "018041", 999, "length" },
        { "81 below 128", "01810141", 999, "length" },
        { "82 below 256", "0182000141", 999, "length" },
        { "83", "018300000141", 999, "length" },
        { "ff", "01ff", 999, "length" },
        { "82 cut", "018201", 999, "truncated" },
        { "more than there is", "0182ffff41", 999, "truncated" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena a;
        struct reader r;
        struct seal_message m = { .tag = 77 };
        struct why w = { 0 };
        bool ok;

        arena_init(&a, 1 << 16);
        r = rd_of(from_hex(&a, cases[i].hex));
        ok = seal_tlv_next(&r, "clause", &m, &w);
        if (ok != (cases[i].n != 999))
            fail_msg("%s: %s", cases[i].what, ok ? "accepted" : w.detail);
        if (ok)
            assert_int_equal(m.value.n, cases[i].n);
        else
            assert_string_equal(w.reason, cases[i].reason);
        assert_int_equal(m.tag, ok ? 1 : 77);
        arena_free(&a);
    }
    for (size_t n = 0; n < 70000; n += n < 300 ? 1 : 997) { /* what is written is read */
        struct buffer b;
        struct seal_message m;
        struct reader r;
        static uint8_t zeros[70000];

        buf_init(&b, 80000);
        seal_tlv_put(&b, 5, span_of(zeros, n));
        assert_true(buf_ok(&b) == (n < 65536));
        if (n < 65536) {
            r = rd_of(buf_span(&b));
            assert_true(seal_tlv_next(&r, "clause", &m, NULL));
            assert_true(rd_done(&r) && m.value.n == n);
        }
        buf_free(&b);
    }
}

static void dates(void **state)
{
    static const struct {
        const char *what;
        uint8_t mask;
        uint32_t v;
        const char *text; /* NULL: refused */
    } cases[] = {
        { "whole", 0, 1012020, "2020-01-01" },
        { "leap day", 0, 2292024, "2024-02-29" },
        { "no leap day", 0, 2292023, NULL },
        { "month 13", 0, 13012020, NULL },
        { "day 0", 0, 1002020, NULL },
        { "more than eight digits", 0, 16777215, NULL },
        { "day unknown", 0x30, 4001988, "1988-04-XX" },
        { "century known", 0x03, 4121900, "19XX-04-12" },
        { "all unknown", 0xff, 0, "XXXX-XX-XX" },
        { "first digit of an impossible month", 0x40, 20012020, NULL },
        { "first digit of an impossible day", 0x10, 1402020, NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[MASKED_DATE_TEXT] = "untouched";
        struct date d;
        uint8_t mask;
        uint32_t v;

        if (seal_masked_date(cases[i].mask, cases[i].v, text, &d) != (cases[i].text != NULL))
            fail_msg("%s", cases[i].what);
        assert_string_equal(text, cases[i].text ? cases[i].text : "untouched");
        if (cases[i].text) {
            assert_true(date_is_set(d) == (cases[i].mask == 0));
            assert_true(seal_masked_date_from(span_str(text), &mask, &v));
            assert_int_equal(mask, cases[i].mask);
            assert_int_equal(v, cases[i].v);
        }
    }
}

/* Header of version 4: signer UTTS, reference 5B, 2020-01-01 twice, 5D01. */
#define HEAD "dc03d9c5d9cac8a73a990f71340f71345d01"

static void vds_refusals(void **state)
{
    static const struct {
        const char *what, *hex, *reason;
        size_t offset;
    } cases[] = {
        { "nothing", "", "truncated", 0 },
        { "another first byte", "dd03", "magic", 0 },
        { "version byte 01", "dc01d9c5", "version", 1 },
        { "version byte 04", "dc04d9c5", "version", 1 },
        { "header cut in the country", "dc02d9", "truncated", 2 },
        { "header cut in the signer", "dc02d9c5d9ca", "truncated", 4 },
        { "country of blanks", "dc0219a219a2", "c40", 2 },
        { "country that is no C40", "dc020000d9cac8a51a780f71340f71345d01030101", "c40", 2 },
        { "date of issue that is none", "dc02d9c5d9cac8a51a78ffffff0f71345d01030101", "date", 10 },
        { "date of signature that is none", "dc02d9c5d9cac8a51a780f71340000005d01030101", "date", 13 },
        { "header cut in the dates", "dc02d9c5d9cac8a51a780f71340f", "truncated", 13 },
        { "header alone", HEAD, "no-messages", 18 },
        { "signature without messages", HEAD "ff0400000000", "no-messages", 24 },
        { "message longer than the seal", HEAD "030201", "truncated", 19 },
        { "length octet 80", HEAD "038001", "length", 19 },
        { "length in too many octets", HEAD "03810101", "length", 19 },
        { "message twice", HEAD "030101040101030101", "duplicate-message", 24 },
        { "signature twice", HEAD "030101ff020101ff020101", "signature-zone", 25 },
        { "message after the signature", HEAD "030101ff020101040101", "signature-zone", 25 },
        { "empty signature", HEAD "030101ff00", "signature-zone", 21 },
        { "signature of odd length", HEAD "030101ff03010101", "signature-zone", 21 },
        { "byte after the end", HEAD "030101ff02010100", "signature-zone", 25 },
    };
    static struct vds v;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena a;
        struct span in;
        struct why w = { .offset = WHY_NO_OFFSET };

        arena_init(&a, 1 << 16);
        in = guard_copy(from_hex(&a, cases[i].hex));
        if (vds_parse(in, &v, &w))
            fail_msg("%s: accepted", cases[i].what);
        if (strcmp(w.reason, cases[i].reason) != 0 || w.offset != cases[i].offset)
            fail_msg("%s: %s at %zu (%s)", cases[i].what, w.reason, w.offset, w.detail);
        assert_non_null(w.clause);
        guard_free(in);
        arena_free(&a);
    }
}

static void vds_takes_odd_headers(void **state)
{
    static const struct {
        const char *what, *hex, *ref;
        enum vds_reference form;
    } cases[] = {
        { "as the standard", HEAD "030101", "5B", VDS_REF_HEX },
        { "version 3", "dc02d9c5d9cac8a51a780f71340f71345d01030101", "0005B", VDS_REF_FIVE },
        { "old field under the new version", "dc03fe456d2b712519ad1eb3704fd590fd02030101", "00008",
          VDS_REF_OLD },
        { "length in decimal",
          "dc036abc6d38dc0519a620372ce13372401c46ad535759e866926d2379bd2ce13372401c46ad5357"
          "59e80f71340f713401c8030101",
          NULL, VDS_REF_DECIMAL },
    };
    static struct vds v;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct arena a;
        struct why w = { 0 };

        arena_init(&a, 1 << 16);
        if (!vds_parse(from_hex(&a, cases[i].hex), &v, &w))
            fail_msg("%s: %s", cases[i].what, w.detail);
        assert_int_equal(v.form, cases[i].form);
        assert_true(span_eq_str(v.ref, cases[i].ref));
        assert_int_equal(v.n, 1);
        assert_int_equal(v.signature.n, 0);
        arena_free(&a);
    }
}

static void too_many_messages(void **state)
{
    struct buffer b;
    static struct vds v;
    struct arena a;
    struct why w = { 0 };

    (void)state;
    arena_init(&a, 1 << 16);
    buf_init(&b, 1 << 16);
    buf_put(&b, from_hex(&a, HEAD));
    for (unsigned i = 0; i < LIMIT_SEAL_MESSAGES; i++)
        seal_tlv_put(&b, (uint8_t)i, (struct span){ 0 });
    assert_true(vds_parse(buf_span(&b), &v, &w));
    seal_tlv_put(&b, 0x80, (struct span){ 0 });
    assert_false(vds_parse(buf_span(&b), &v, &w));
    assert_string_equal(w.reason, "too-large");
    buf_free(&b);
    arena_free(&a);
}

static void idb_refusals(void **state)
{
    /* a payload, wrapped with the flag; or a text as it stands */
    static const struct {
        const char *what, *text, *hex;
        bool is_signed, zipped;
        const char *reason;
    } cases[] = {
        { "another prefix", "RDB2AAAAA", NULL, false, false, "magic" },
        { "lower case prefix", "rdb1AAAAA", NULL, false, false, "magic" },
        { "no flag", "RDB1", NULL, false, false, "truncated" },
        { "flag E", "RDB1EAAAA", NULL, false, false, "flag" },
        { "flag in lower case", "RDB1bAAAA", NULL, false, false, "flag" },
        { "lower case Base32", "RDB1Aaaaa", NULL, false, false, "base32" },
        { "padding", "RDB1AAAAAA===", NULL, false, false, "base32" },
        { "digit that is none", "RDB1AAAAA1", NULL, false, false, "base32" },
        { "no zlib stream", "RDB1CAAAAAAAA", NULL, false, true, "zlib" },
        { "empty", "RDB1A", NULL, false, false, "truncated" },
        { "country that is no C40", NULL, "00006103070101", false, false, "c40" },
        { "no messages", NULL, "d9c5", false, false, "no-messages" },
        { "empty group", NULL, "d9c56100", false, false, "no-messages" },
        { "another zone first", NULL, "d9c57f020101", false, false, "no-messages" },
        { "message twice", NULL, "d9c56106070101070102", false, false, "duplicate-message" },
        { "message cut", NULL, "d9c56103070201", false, false, "truncated" },
        { "length octet 80", NULL, "d9c5618007", false, false, "length" },
        { "signature though unsigned", NULL, "d9c561030701017f020101", false, false, "signature-zone" },
        { "byte after the end", NULL, "d9c5610307010100", false, false, "trailing" },
        { "zones in the wrong order", NULL,
          "d9c501a57a79057700a807ba610307010"
          "17f0201017e0130",
          true, false, "trailing" },
        { "algorithm 0", NULL, "d9c500a57a79057700a807ba61030701017f020101", true, false, "algorithm" },
        { "algorithm 4", NULL, "d9c504a57a79057700a807ba61030701017f020101", true, false, "algorithm" },
        { "date that is none", NULL, "d9c501a57a79057700ffffff61030701017f020101", true, false, "date" },
        { "empty signature", NULL, "d9c501a57a79057700a807ba61030701017f00", true, false, "signature-zone" },
        { "header cut", NULL, "d9c501a57a", true, false, "date" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena a;
        struct buffer b;
        struct idb v = { .n = 77 };
        struct span in;
        struct why w = { .offset = WHY_NO_OFFSET };

        arena_init(&a, 1 << 20);
        buf_init(&b, 1 << 16);
        if (cases[i].hex)
            assert_true(
                idb_put_text(&b, from_hex(&a, cases[i].hex), cases[i].is_signed, cases[i].zipped, NULL));
        else
            buf_str(&b, cases[i].text);
        in = guard_copy(buf_span(&b));
        if (idb_parse(in, &a, &v, &w))
            fail_msg("%s: accepted", cases[i].what);
        if (strcmp(w.reason, cases[i].reason) != 0 &&
            !(strcmp(cases[i].what, "header cut") == 0 && strcmp(w.reason, "truncated") == 0))
            fail_msg("%s: %s (%s), expected %s", cases[i].what, w.reason, w.detail, cases[i].reason);
        guard_free(in);
        buf_free(&b);
        arena_free(&a);
    }
}

/* A group of 97 bytes puts 61 where either form of the header may end. */
static void idb_date_without_mask_is_told_by_the_end(void **state)
{
    struct arena a;
    struct idb v;
    struct why w = { 0 };

    (void)state;
    arena_init(&a, 1 << 20);
    for (size_t n = 1; n < 300; n++) {
        struct buffer inner, body, text;
        static uint8_t zeros[300];

        buf_init(&inner, 1024);
        buf_init(&body, 1024);
        buf_init(&text, 4096);
        seal_tlv_put(&inner, 0x80, span_of(zeros, n));
        buf_put(&body, from_hex(&a, "d9c501a57a790577a807ba")); /* 11 bytes, no mask */
        seal_tlv_put(&body, IDB_MESSAGES, buf_span(&inner));
        seal_tlv_put(&body, IDB_SIGNATURE, SPAN("abcd"));
        assert_true(idb_put_text(&text, buf_span(&body), true, n % 2, NULL));
        if (!idb_parse(buf_span(&text), &a, &v, &w))
            fail_msg("%zu: %s", n, w.detail);
        assert_false(v.masked);
        assert_string_equal(v.date_text, "2026-11-01");
        buf_free(&inner);
        buf_free(&body);
        buf_free(&text);
        arena_free(&a);
    }
    arena_free(&a);
}

static void inflating_has_a_ceiling(void **state)
{
    static uint8_t zeros[200000];
    struct buffer z;
    struct arena a;
    struct span out;
    struct why w = { 0 };

    (void)state;
    buf_init(&z, 1 << 20);
    arena_init(&a, 1 << 18);
    assert_true(zlib_deflate(span_of(zeros, sizeof zeros), &z, NULL));
    assert_true(z.n < 400);
    assert_false(zlib_inflate(buf_span(&z), LIMIT_SEAL, &a, &out, &w));
    assert_string_equal(w.reason, "too-large");
    buf_reset(&z);
    arena_free(&a);
    assert_true(zlib_deflate(span_of(zeros, LIMIT_SEAL), &z, NULL));
    assert_true(zlib_inflate(buf_span(&z), LIMIT_SEAL, &a, &out, NULL)); /* exactly as much as allowed */
    assert_int_equal(out.n, LIMIT_SEAL);
    buf_u8(&z, 0);
    arena_free(&a);
    why_clear(&w);
    assert_false(zlib_inflate(buf_span(&z), LIMIT_SEAL, &a, &out, &w));
    assert_string_equal(w.reason, "zlib");
    arena_free(&a);
    why_clear(&w);
    assert_false(zlib_inflate(span_of(z.p, z.n - 3), LIMIT_SEAL, &a, &out, &w));
    arena_free(&a);
    buf_free(&z);
}

static void vdsnc_refusals(void **state)
{
#define HDR "\"hdr\":{\"t\":\"x\",\"v\":1,\"is\":\"UTO\"}"
    static const struct {
        const char *what, *text, *reason;
    } cases[] = {
        { "no data", "{\"sig\":{}}", "member" },
        { "data is no object", "{\"data\":1}", "member" },
        { "no header", "{\"data\":{\"msg\":{}}}", "member" },
        { "no message", "{\"data\":{" HDR "}}", "member" },
        { "message is no object", "{\"data\":{" HDR ",\"msg\":[]}}", "member" },
        { "no type", "{\"data\":{\"hdr\":{\"v\":1,\"is\":\"UTO\"},\"msg\":{}}}", "member" },
        { "version is text", "{\"data\":{\"hdr\":{\"t\":\"x\",\"v\":\"1\",\"is\":\"UTO\"},\"msg\":{}}}",
          "member" },
        { "version is no integer", "{\"data\":{\"hdr\":{\"t\":\"x\",\"v\":1.5,\"is\":\"UTO\"},\"msg\":{}}}",
          "member" },
        { "version beyond an integer",
          "{\"data\":{\"hdr\":{\"t\":\"x\",\"v\":1e300,\"is\":\"UTO\"},\"msg\":{}}}", "member" },
        { "no algorithm", "{\"data\":{" HDR ",\"msg\":{}},\"sig\":{}}", "algorithm" },
        { "algorithm none", "{\"data\":{" HDR ",\"msg\":{}},\"sig\":{\"alg\":\"none\"}}", "algorithm" },
        { "algorithm in lower case", "{\"data\":{" HDR ",\"msg\":{}},\"sig\":{\"alg\":\"es256\"}}",
          "algorithm" },
        { "no certificate", "{\"data\":{" HDR ",\"msg\":{}},\"sig\":{\"alg\":\"ES256\",\"sigvl\":\"AA\"}}",
          "member" },
        { "Base64 of the other alphabet",
          "{\"data\":{" HDR ",\"msg\":{}},\"sig\":{\"alg\":\"ES256\",\"cer\":\"+/\",\"sigvl\":\"AA\"}}",
          "base64" },
        { "empty signature",
          "{\"data\":{" HDR ",\"msg\":{}},\"sig\":{\"alg\":\"ES256\",\"cer\":\"AA\",\"sigvl\":\"\"}}",
          "base64" },
        { "number beyond a double", "{\"data\":{" HDR ",\"msg\":{\"n\":1e999}}}", "number" },
        { "name twice", "{\"data\":{" HDR ",\"msg\":{\"a\":1,\"a\":1}}}", "duplicate-member" },
        { "list", "[]", "member" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena a;
        struct vdsnc v;
        struct span in = guard_copy(span_str(cases[i].text));
        struct why w = { .offset = WHY_NO_OFFSET };

        arena_init(&a, 1 << 20);
        if (vdsnc_parse(in, &a, &v, &w))
            fail_msg("%s: accepted", cases[i].what);
        if (strcmp(w.reason, cases[i].reason) != 0)
            fail_msg("%s: %s (%s)", cases[i].what, w.reason, w.detail);
        guard_free(in);
        arena_free(&a);
    }
}

/* What has the same canonical form is the same: the version in any spelling, the message on one line. */
static void vdsnc_spellings(void **state)
{
    static const char *const versions[] = { "1", "1.0", "1e0", "10E-1" };

    (void)state;
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        struct arena a;
        struct vdsnc v;
        struct why w = { .offset = WHY_NO_OFFSET };
        char text[256];

        (void)snprintf(text, sizeof text,
                       "{\"data\":{\"msg\":{\n\"b\" : 1.0,\r\n\"\\u0061\":[ ]\n},"
                       "\"hdr\":{\"t\":\"x\",\"v\":%s,\"is\":\"UTO\"}}}",
                       versions[i]);
        arena_init(&a, 1 << 20);
        if (!vdsnc_parse(span_str(text), &a, &v, &w))
            fail_msg("version %s: %s", versions[i], w.detail);
        assert_int_equal(v.version, 1);
        assert_true(span_eq_str(v.message, "{\"a\":[],\"b\":1}"));
        assert_true(span_eq_str(v.canonical, "{\"hdr\":{\"is\":\"UTO\",\"t\":\"x\",\"v\":1},"
                                             "\"msg\":{\"a\":[],\"b\":1}}"));
        arena_free(&a);
    }
}

static void the_dictionary_knows_the_documents(void **state)
{
    static const struct {
        enum seal_family family;
        uint16_t key;
        const char *type;
    } cases[] = {
        { SEAL_FAMILY_VDS, 0x5d01, "visa" },
        { SEAL_FAMILY_VDS, 0x5e03, "emergency-travel-document" },
        { SEAL_FAMILY_VDS, 0xfb06, "residence-permit" },
        { SEAL_FAMILY_VDS, 0xfa06, "supplementary-sheet" },
        { SEAL_FAMILY_VDS, 0xfd02, "arrival-attestation" },
        { SEAL_FAMILY_VDS, 0xfc04, "social-insurance-card" },
        { SEAL_FAMILY_VDS, 0x01c8, "administrative-document" },
        { SEAL_FAMILY_VDS, 0xf60d, "temporary-passport" },
        { SEAL_FAMILY_IDB, 0x01, "visa" },
        { SEAL_FAMILY_IDB, 0x06, "travel-authorization" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct seal_type *t = seal_type_by_key(cases[i].family, cases[i].key);

        assert_non_null(t);
        assert_string_equal(t->type, cases[i].type);
        assert_ptr_equal(seal_type_by_name(cases[i].family, span_str(t->type)), t);
    }
    assert_null(seal_type_by_key(SEAL_FAMILY_VDS, 0xffff));
    assert_null(seal_def_by_tag(seal_scope_of_type(NULL), 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(c40_of_the_standard),
        cmocka_unit_test(c40_round_trips),
        cmocka_unit_test(c40_pairs_are_unique),
        cmocka_unit_test(lengths_are_der),
        cmocka_unit_test(dates),
        cmocka_unit_test(vds_refusals),
        cmocka_unit_test(vds_takes_odd_headers),
        cmocka_unit_test(too_many_messages),
        cmocka_unit_test(idb_refusals),
        cmocka_unit_test(idb_date_without_mask_is_told_by_the_end),
        cmocka_unit_test(inflating_has_a_ceiling),
        cmocka_unit_test(vdsnc_refusals),
        cmocka_unit_test(vdsnc_spellings),
        cmocka_unit_test(the_dictionary_knows_the_documents),
    };

    return cmocka_run_group_tests_name("seals", tests, NULL, NULL);
}

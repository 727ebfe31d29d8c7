/* Chips of our own making: every way to be wrong has its result, without the shared data. */
#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/limits.h"
#include "guard.h"
#include "make_sod.h"
#include "seal/chip.h"
#include "seal/issue_certificate.h"
#include "seal/master_list.h"
#include "wire/der_write.h"

static struct arena arena;
static struct private_key *ca_key, *dsc_key;
static struct span ca, dsc, other_dsc, seal_signer, dg1, dg2;
static struct anchor_set *set;

static const unix_time now = 1760000000;

static struct span keep(struct buffer *b)
{
    struct span s = arena_copy(&arena, buf_span(b));

    assert_true(buf_ok(b));
    buf_free(b);
    return s;
}

static struct span issue(struct certificate_order o, const struct private_key *k, struct span issuer)
{
    struct buffer b;

    buf_init(&b, 8192);
    assert_true(certificate_issue(&o, k, ca_key, issuer, &b, NULL));
    return keep(&b);
}

static struct span group1(const char *mrz)
{
    struct buffer b;
    size_t at;

    buf_init(&b, 256);
    at = der_put_begin(&b, 0x61);
    buf_be(&b, 0x5f1f, 2);
    buf_u8(&b, (uint8_t)strlen(mrz));
    buf_str(&b, mrz);
    der_put_end(&b, at);
    return keep(&b);
}

#define LINE1 "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
#define LINE2 "L898902C36UTO7408122F3204159ZE184226B<<<<<18"

static int setup(void **state)
{
    struct certificate_order o = {
        CERTIFICATE_COUNTRY_SIGNER, "UT", NULL, "CSCA", 1, 1600000000, 2000000000, NULL
    };

    (void)state;
    arena_init(&arena, 64 << 20);
    assert_true(private_key_generate(CURVE_P256, &ca_key, NULL));
    assert_true(private_key_generate(CURVE_P256, &dsc_key, NULL));
    ca = issue(o, ca_key, (struct span){ 0 });
    o = (struct certificate_order){
        CERTIFICATE_DOCUMENT_SIGNER, "UT", NULL, "DS", 2, 1700000000, 1900000000, "P"
    };
    dsc = issue(o, dsc_key, ca);
    o.serial = 3;
    o.country = "DE";
    other_dsc = issue(o, dsc_key, ca);
    o.serial = 4;
    o.country = "UT";
    o.role = CERTIFICATE_VDSNC_SIGNER;
    seal_signer = issue(o, dsc_key, ca);
    dg1 = group1(LINE1 LINE2);
    dg2 = SPAN("\x75\x03\x01\x02\x03");
    set = anchor_set_new();
    assert_true(
        anchor_set_add(set, ca, &(struct anchor_origin){ .source = "test" }, ANCHOR_VOUCHED, NULL, NULL));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    anchor_set_free(set);
    private_key_free(ca_key);
    private_key_free(dsc_key);
    arena_free(&arena);
    return 0;
}

static struct span sod_of(struct sod_order o)
{
    struct buffer b;

    o.signer = o.signer ? o.signer : dsc_key;
    buf_init(&b, 65536);
    make_sod(&o, &b);
    return keep(&b);
}

static enum result verify(struct span sod, const struct span *dg, size_t n, unix_time at,
                          enum profile profile, struct chip *c, struct findings *f)
{
    struct chip_options opt = { .anchors = set, .at = at, .profile = profile };
    struct data_group group[4];
    struct span guarded = guard_copy(sod);
    enum result r;

    for (size_t i = 0; i < n; i++)
        group[i] = (struct data_group){ 0, dg[i] };
    r = chip_verify(guarded, group, n, &opt, &arena, c, f);
    guard_free(guarded);
    return r;
}

static void every_way_to_be_wrong_has_its_result(void **state)
{
    struct span both[] = { dg1, dg2 }, altered[] = { group1("P<UTO" LINE1 LINE2), dg2 };
    struct span foreign1 = group1("P<D<<ERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<" LINE2);
    struct span old1 = group1(LINE1 "L898902C36UTO7408122F1204159ZE184226B<<<<<10");
    struct span foreign[] = { foreign1, dg2 }, old[] = { old1, dg2 };
    struct span three[] = { dg1, dg2, SPAN("\x6b\x01\x00") };
    struct span twice[] = { dg1, dg2, dg2 };
    struct span unknown1 = group1("P<QQQERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<" LINE2);
    struct span unknown[] = { unknown1, dg2 };
    struct {
        const char *what;
        struct sod_order o;
        const struct span *dg;
        size_t n;
        enum result result;
        const char *reason;
    } cases[] = {
        { "as it should be", { .dsc = dsc, .dg = both, .n_dg = 2 }, both, 2, RESULT_GENUINE, NULL },
        { "named by key identifier",
          { .dsc = dsc, .by_key_id = true, .dg = both, .n_dg = 2 },
          both,
          2,
          RESULT_GENUINE,
          NULL },
        { "BER and content in pieces",
          { .dsc = dsc, .indefinite = true, .dg = both, .n_dg = 2 },
          both,
          2,
          RESULT_GENUINE,
          NULL },
        { "DG2 not supplied",
          { .dsc = dsc, .dg = both, .n_dg = 2 },
          both,
          1,
          RESULT_UNDETERMINED,
          "data-group-missing" },
        { "DG11 injected",
          { .dsc = dsc, .dg = both, .n_dg = 2 },
          three,
          3,
          RESULT_FORGED,
          "data-group-not-covered" },
        { "DG2 twice", { .dsc = dsc, .dg = both, .n_dg = 2 }, twice, 3, RESULT_MALFORMED, "lds" },
        { "DG1 of another length",
          { .dsc = dsc, .dg = both, .n_dg = 2 },
          altered,
          2,
          RESULT_MALFORMED,
          "lds" },
        { "DG1 exchanged", { .dsc = dsc, .dg = both, .n_dg = 2 }, old, 2, RESULT_FORGED, "data-group-hash" },
        { "State of DG1 not that of the signer",
          { .dsc = dsc, .dg = foreign, .n_dg = 2 },
          foreign,
          2,
          RESULT_FORGED,
          "country" },
        { "State of DG1 unknown",
          { .dsc = dsc, .dg = unknown, .n_dg = 2 },
          unknown,
          2,
          RESULT_UNDETERMINED,
          "country" },
        { "document signer of another State",
          { .dsc = other_dsc, .dg = both, .n_dg = 2 },
          both,
          2,
          RESULT_FORGED,
          "country" },
        { "a seal signer's certificate",
          { .dsc = seal_signer, .dg = both, .n_dg = 2 },
          both,
          2,
          RESULT_UNDETERMINED,
          "purpose" },
        { "expired", { .dsc = dsc, .dg = old, .n_dg = 2 }, old, 2, RESULT_EXPIRED, "expired" },
        { "signed by another key",
          { .dsc = dsc, .signer = ca_key, .dg = both, .n_dg = 2 },
          both,
          2,
          RESULT_FORGED,
          "signature" },
        { "no certificate inside",
          { .name_from = dsc, .dg = both, .n_dg = 2 },
          both,
          2,
          RESULT_UNDETERMINED,
          "no-signer" },
        { "another certificate inside",
          { .dsc = ca, .name_from = dsc, .dg = both, .n_dg = 2 },
          both,
          2,
          RESULT_UNDETERMINED,
          "no-signer" },
        { "SignedData version 1",
          { .dsc = dsc, .signed_data_version = 1, .dg = both, .n_dg = 2 },
          both,
          2,
          RESULT_MALFORMED,
          "cms" },
        { "SignedData version 4",
          { .dsc = dsc, .signed_data_version = 4, .dg = both, .n_dg = 2 },
          both,
          2,
          RESULT_MALFORMED,
          "cms" },
        { "SignerInfo version 3 by issuer",
          { .dsc = dsc, .signer_version = 3, .dg = both, .n_dg = 2 },
          both,
          2,
          RESULT_MALFORMED,
          "cms" },
        { "two signers",
          { .dsc = dsc, .two_signers = true, .dg = both, .n_dg = 2 },
          both,
          2,
          RESULT_MALFORMED,
          "cms" },
        { "no signer",
          { .dsc = dsc, .no_signer = true, .dg = both, .n_dg = 2 },
          both,
          2,
          RESULT_MALFORMED,
          "cms" },
        { "no digest algorithm",
          { .dsc = dsc, .no_digest_algorithm = true, .dg = both, .n_dg = 2 },
          both,
          2,
          RESULT_MALFORMED,
          "cms" },
        { "attribute twice",
          { .dsc = dsc, .attribute_twice = true, .dg = both, .n_dg = 2 },
          both,
          2,
          RESULT_MALFORMED,
          "cms" },
        { "data group listed twice",
          { .dsc = dsc, .dg = twice, .n_dg = 3 },
          both,
          2,
          RESULT_MALFORMED,
          "lds" },
        { "a list where a chip is expected",
          { .dsc = dsc, .list = both, .n_list = 2 },
          both,
          2,
          RESULT_MALFORMED,
          "sod" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct chip c;
        enum result r = verify(sod_of(cases[i].o), cases[i].dg, cases[i].n, now, PROFILE_LENIENT, &c, NULL);

        if (r != cases[i].result)
            fail_msg("%s: %s: %s", cases[i].what, result_word(r), c.why.detail);
        assert_int_equal(r, c.result);
        if (cases[i].reason && strcmp(c.why.reason, cases[i].reason) != 0)
            fail_msg("%s: %s: %s", cases[i].what, c.why.reason, c.why.detail);
        if (!cases[i].reason)
            assert_null(c.why.reason);
    }
}

static const struct finding *finding(const struct findings *f, const char *reason)
{
    for (size_t i = 0; i < f->n; i++)
        if (strcmp(f->item[i].why.reason, reason) == 0)
            return &f->item[i];
    return NULL;
}

static void times_are_compared(void **state)
{
    struct span dg[] = { dg1, dg2 }, sod = sod_of((struct sod_order){ .dsc = dsc, .dg = dg, .n_dg = 2 });
    struct findings f;
    struct chip c;

    (void)state;
    findings_init(&f);
    assert_int_equal(verify(sod, dg, 2, 1950000000, PROFILE_LENIENT, &c, &f), RESULT_GENUINE);
    assert_non_null(finding(&f, "dsc-expired-now"));
    assert_null(finding(&f, "csca-expired-now"));
    assert_int_equal(verify(sod, dg, 2, 2050000000, PROFILE_LENIENT, &c, &f), RESULT_EXPIRED);
    assert_non_null(finding(&f, "csca-expired-now"));
}

static void a_profile_changes_findings_and_no_result(void **state)
{
    struct span dg[] = { dg1, dg2 };
    struct span sod = sod_of((struct sod_order){ .dsc = dsc, .indefinite = true, .dg = dg, .n_dg = 2 });
    struct findings lenient, strict;
    struct chip c;
    size_t louder = 0;

    (void)state;
    findings_init(&lenient);
    findings_init(&strict);
    assert_int_equal(verify(sod, dg, 2, now, PROFILE_LENIENT, &c, &lenient), RESULT_GENUINE);
    assert_int_equal(verify(sod, dg, 2, now, PROFILE_STRICT, &c, &strict), RESULT_GENUINE);
    assert_int_equal(lenient.n, strict.n);
    for (size_t i = 0; i < strict.n; i++) {
        assert_string_equal(lenient.item[i].why.reason, strict.item[i].why.reason);
        assert_true(lenient.item[i].severity <= strict.item[i].severity);
        louder += lenient.item[i].severity < strict.item[i].severity;
    }
    assert_true(louder > 3);
    assert_int_equal(finding(&lenient, "indefinite-length")->severity, FINDING_WARNING);
    assert_int_equal(finding(&lenient, "curve-named")->severity, FINDING_NOTE);
    assert_int_equal(finding(&strict, "curve-named")->severity, FINDING_WARNING);
    assert_int_equal(finding(&strict, "clone-not-ruled-out")->severity, FINDING_NOTE);
}

/* Both ways of naming the signer, with DER and with BER lengths: no changed byte stays genuine. */
static void no_changed_byte_stays_genuine(void **state)
{
    struct span dg[] = { dg1, dg2 };
    size_t seen[8] = { 0 };

    (void)state;
    for (int form = 0; form < 4; form++) {
        struct span sod = sod_of((struct sod_order){
            .dsc = dsc, .by_key_id = form & 1, .indefinite = form & 2, .dg = dg, .n_dg = 2 });
        uint8_t *copy = arena_alloc(&arena, sod.n);
        struct chip c;

        memcpy(copy, sod.p, sod.n);
        for (size_t i = 0; i < sod.n; i++) {
            copy[i] ^= (uint8_t)(1u << (i % 8));
            if (verify(span_of(copy, sod.n), dg, 2, now, PROFILE_LENIENT, &c, NULL) == RESULT_GENUINE)
                fail_msg("form %d, byte %zu", form, i);
            assert_non_null(c.why.reason);
            seen[c.result]++;
            copy[i] ^= (uint8_t)(1u << (i % 8));
        }
        for (size_t n = 0; n < sod.n; n++)
            assert_int_equal(verify(span_of(copy, n), dg, 2, now, PROFILE_LENIENT, &c, NULL),
                             RESULT_MALFORMED);
    }
    assert_true(seen[RESULT_FORGED] > 100 && seen[RESULT_MALFORMED] > 100);
}

static void only_required_groups_must_be_there(void **state)
{
    struct span both[] = { dg1, dg2 }, sod = sod_of((struct sod_order){ .dsc = dsc, .dg = both, .n_dg = 2 });
    struct chip_options opt = { .anchors = set, .at = now, .required = 1u << 1 };
    struct data_group dg = { 1, dg1 };
    struct chip c;

    (void)state;
    assert_int_equal(chip_verify(sod, &dg, 1, &opt, &arena, &c, NULL), RESULT_GENUINE);
    assert_int_equal(c.group[2], GROUP_NOT_CHECKED);
    opt.required = 1u << 14;
    assert_int_equal(chip_verify(sod, &dg, 1, &opt, &arena, &c, NULL), RESULT_UNDETERMINED);
    dg.number = 2;
    opt.required = 1u << 1;
    assert_int_equal(chip_verify(sod, &dg, 1, &opt, &arena, &c, NULL), RESULT_MALFORMED);
}

static void a_list_needs_a_list_signer(void **state)
{
    struct span certs[] = { ca };
    struct span list = sod_of((struct sod_order){ .dsc = dsc, .list = certs, .n_list = 1 });
    struct master_list l;

    (void)state;
    assert_int_equal(master_list_verify(list, set, &arena, &l, NULL), RESULT_FORGED);
    assert_string_equal(l.why.reason, "purpose");
    assert_int_equal(l.n, 0);
    assert_int_equal(master_list_verify(dg2, set, &arena, &l, NULL), RESULT_MALFORMED);
}

/* Processor time of a verification, in seconds. */
static double seconds(struct span sod)
{
    struct timespec a, b;
    struct chip c;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
    assert_int_equal(verify(sod, NULL, 0, now, PROFILE_LENIENT, &c, NULL), RESULT_MALFORMED);
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
    return (double)(b.tv_sec - a.tv_sec) + 1e-9 * (double)(b.tv_nsec - a.tv_nsec);
}

/* The largest EF.SOD allowed, filled with whatever costs most: linear time, and no stack by the input's
 * depth. */
static void the_worst_inputs_are_refused_at_once(void **state)
{
    static const struct {
        const char *what;
        uint8_t head[4], fill[4];
        size_t n;
    } cases[] = {
        { "nested indefinite", { 0x77, 0x80 }, { 0x30, 0x80 }, 2 },
        { "nested short sequences", { 0x77, 0x80 }, { 0x30, 0x7f }, 2 },
        { "a hundred thousand NULL", { 0x77, 0x80 }, { 0x05, 0x00 }, 2 },
        { "a hundred thousand empty sequences", { 0x77, 0x80 }, { 0x30, 0x00 }, 2 },
        { "open and close", { 0x77, 0x80 }, { 0x30, 0x80, 0x00, 0x00 }, 4 },
        { "ends only", { 0x77, 0x80 }, { 0x00, 0x00 }, 2 },
        { "length of four bytes", { 0x77, 0x80 }, { 0x04, 0x84, 0xff, 0xff }, 4 },
        { "long tags", { 0x77, 0x80 }, { 0x1f, 0xff }, 2 },
    };
    static uint8_t in[LIMIT_SOD + 1];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        memcpy(in, cases[i].head, 2);
        for (size_t k = 0; k < LIMIT_SOD - 2; k++)
            in[2 + k] = cases[i].fill[k % cases[i].n];
        if (seconds(span_of(in, LIMIT_SOD)) > 0.1)
            fail_msg("%s takes too long", cases[i].what);
    }
    assert_true(seconds(span_of(in, sizeof in)) < 0.1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_way_to_be_wrong_has_its_result),
        cmocka_unit_test(times_are_compared),
        cmocka_unit_test(a_profile_changes_findings_and_no_result),
        cmocka_unit_test(no_changed_byte_stays_genuine),
        cmocka_unit_test(only_required_groups_must_be_there),
        cmocka_unit_test(a_list_needs_a_list_signer),
        cmocka_unit_test(the_worst_inputs_are_refused_at_once),
    };

    return cmocka_run_group_tests_name("chip", tests, setup, teardown);
}

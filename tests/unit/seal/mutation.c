/*
 * Every byte of EF.SOD, data groups, the signer's certificate and the anchors, changed in several ways:
 * nothing stays genuine. The one exception is counted and explained where it is made.
 */
#include "vectors.h"

#include <stdio.h>

#include "make_sod.h"
#include "seal/chip.h"
#include "seal/master_list.h"
#include "wire/der.h"

/* Signature over the bytes, path, all supplied groups: only a group that was never supplied may be missing.
 */
struct sample {
    const char *what;
    struct span sod, signer; /* signer: of its certificate, outside; else empty */
    struct span dg[3];
    size_t n_dg;
    struct span anchor[2];
    size_t n_anchors;
    unix_time at;
    struct anchor_set *set;
    bool incomplete; /* its groups are not at hand */
    bool link; /* the second anchor is a link: an altered first one is as good as none, and it stands alone */
};

static const uint8_t ways[] = { 0x01, 0x80, 0x20 };

static struct span file(const char *name)
{
    char path[256];

    (void)snprintf(path, sizeof path, "travel/emrtd/%s", name);
    return load_file(&test_arena, vector_path(path));
}

static struct anchor_set *set_of(const struct span *der, size_t n)
{
    struct anchor_set *s = anchor_set_new();

    for (size_t i = 0; i < n; i++)
        (void)!anchor_set_add(s, der[i], NULL, ANCHOR_VOUCHED, NULL, NULL);
    return s;
}

/* Whether it would pass for genuine, given every group. */
static bool passes(const struct sample *s, const struct anchor_set *set, struct findings *f)
{
    struct chip_options opt = { .anchors = set, .at = s->at, .dsc = &s->signer, .n_dsc = s->signer.n > 0 };
    struct data_group dg[3];
    struct arena a;
    struct chip c;

    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < s->n_dg; i++)
        dg[i] = (struct data_group){ 0, s->dg[i] };
    (void)chip_verify(s->sod, dg, s->n_dg, &opt, &a, &c, f);
    arena_free(&a);
    if (c.result != RESULT_GENUINE && !c.why.reason)
        fail_msg("%s: %s without a reason", s->what, result_word(c.result));
    return c.result == RESULT_GENUINE || c.result == RESULT_EXPIRED ||
           (s->incomplete && c.result == RESULT_UNDETERMINED &&
            strcmp(c.why.reason, "data-group-missing") == 0);
}

/* Changes each step-th byte of *part in the first n ways; part is a span of s. */
static void spoil(struct sample *s, const char *which, struct span *part, size_t step, size_t n)
{
    struct span whole = *part;
    uint8_t *copy = arena_alloc(&test_arena, whole.n);

    memcpy(copy, whole.p, whole.n);
    *part = span_of(copy, whole.n);
    for (size_t i = 0; i < whole.n; i += step) {
        for (size_t k = 0; k < n; k++) {
            uint8_t way = ways[(i + k) % sizeof ways];

            copy[i] = whole.p[i] ^ way;
            if (passes(s, s->set, NULL))
                fail_msg("%s: byte %zu of %s changed by %02x passes", s->what, i, which, way);
        }
        copy[i] = whole.p[i];
    }
    *part = whole;
}

/*
 * The anchors themselves, each byte. What may pass: the key identifier in which a country signer names its
 * own issuer. With one that is not known the certificate is a link from an unknown key, as real lists have
 * them (RU, SG), and who named the file vouches for it; a warning says so.
 */
static size_t spoil_anchors(struct sample *s, size_t n)
{
    size_t excused = 0;

    for (size_t which = 0; which < s->n_anchors; which++) {
        struct span whole = s->anchor[which];
        uint8_t *copy = arena_alloc(&test_arena, whole.n);
        struct certificate c;

        assert_true(certificate_parse(whole, &c, NULL, NULL));
        memcpy(copy, whole.p, whole.n);
        s->anchor[which] = span_of(copy, whole.n);
        for (size_t i = 0; i < whole.n * n; i++) {
            struct anchor_set *set;
            struct findings f;

            copy[i / n] = whole.p[i / n] ^ ways[i % n];
            set = set_of(s->anchor, s->n_anchors);
            findings_init(&f);
            if (passes(s, set, &f)) {
                size_t k = 0;

                while (k < f.n && strcmp(f.item[k].why.reason, "anchor-not-proved") != 0)
                    k++;
                if (k == f.n || (!(s->link && which == 0) &&
                                 (whole.p + i / n < c.aki.p || whole.p + i / n >= c.aki.p + c.aki.n)))
                    fail_msg("%s: byte %zu of anchor %zu changed by %02x passes (key id at %zd)", s->what,
                             i / n, which, ways[i % n], c.aki.p - whole.p);
                excused++;
            }
            anchor_set_free(set);
            copy[i / n] = whole.p[i / n];
        }
        s->anchor[which] = whole;
    }
    return excused;
}

static void spoil_all(struct sample *s, size_t ways_sod, size_t ways_anchor)
{
    static const char *const names[] = { "data group 1", "data group 2", "data group 3" };
    struct findings f;
    size_t excused;

    s->set = set_of(s->anchor, s->n_anchors);
    findings_init(&f);
    if (!passes(s, s->set, &f))
        fail_msg("%s does not pass as it is", s->what);
    spoil(s, "EF.SOD", &s->sod, 1, ways_sod);
    for (size_t i = 0; i < s->n_dg; i++)
        spoil(s, names[i], &s->dg[i], s->dg[i].n > 1000 ? 3 : 1, s->dg[i].n > 1000 ? 1 : ways_sod);
    if (s->signer.n)
        spoil(s, "the signer", &s->signer, 1, ways_sod);
    excused = spoil_anchors(s, ways_anchor);
    assert_true(s->link || excused <= s->n_anchors * 20 * ways_anchor);
    assert_true(passes(s, s->set, NULL));
    anchor_set_free(s->set);
}

static struct span name(const char *common)
{
    return name_make("UT", common, DER_UTF8_STRING, false, &test_arena);
}

/* A chip of our own: key and kind of signature of country signer and document signer. */
static struct sample make(const char *what, struct signing ca, struct signing ds, bool ber, bool by_key_id,
                          bool outside)
{
    struct odd_certificate csca = { .by = ca,
                                    .key = ca.key,
                                    .subject = name("CSCA SPECIMEN"),
                                    .issuer = name("CSCA SPECIMEN"),
                                    .ski = SPAN("country signer's key"),
                                    .aki = SPAN("country signer's key"),
                                    .ca = true };
    struct odd_certificate dsc = { .by = ca,
                                   .key = ds.key,
                                   .subject = name("DS SPECIMEN"),
                                   .issuer = csca.subject,
                                   .serial = SPAN("\x02"),
                                   .ski = SPAN("document signer"),
                                   .aki = csca.ski };
    struct sample s = { .what = what,
                        .n_dg = 2,
                        .n_anchors = 1,
                        .at = 1760000000,
                        .dg = { SPAN("\x61\x5b\x5f\x1f\x58P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
                                     "L898902C36UTO7408122F3204159ZE184226B<<<<<18"),
                                SPAN("\x75\x03\x01\x02\x03") } };
    struct sod_order o = {
        .by = &ds, .arena = &test_arena, .indefinite = ber, .by_key_id = by_key_id, .dg = s.dg, .n_dg = 2
    };
    struct buffer b;

    s.anchor[0] = certificate_make(&csca, &test_arena);
    o.name_from = certificate_make(&dsc, &test_arena);
    if (outside)
        s.signer = o.name_from;
    else
        o.dsc = o.name_from;
    buf_init(&b, 65536);
    make_sod(&o, &b);
    s.sod = arena_copy(&test_arena, buf_span(&b));
    buf_free(&b);
    return s;
}

static void chips_of_our_own(void **state)
{
    EVP_PKEY *ec = key_ec("P-256", false), *written_out = key_ec("P-256", true), *rsa = key_rsa(2048, 65537),
             *ds = key_rsa(1024, 3);
    const struct signing ecdsa = { ec, SIGN_ECDSA, DIGEST_SHA256, 0 },
                         explicit_ecdsa = { written_out, SIGN_ECDSA, DIGEST_SHA384, 0 },
                         pkcs1 = { rsa, SIGN_RSA, DIGEST_SHA256, 0 },
                         pss = { rsa, SIGN_PSS, DIGEST_SHA512, 64 },
                         short_rsa = { ds, SIGN_RSA_NO_NULL, DIGEST_SHA256, 0 };
    struct sample samples[] = {
        make("ECDSA, DER", ecdsa, ecdsa, false, false, false),
        make("explicit parameters, BER", explicit_ecdsa, explicit_ecdsa, true, true, false),
        make("RSA without NULL, exponent 3", pkcs1, short_rsa, false, false, false),
        make("PSS, BER, signer outside", pss, pss, true, false, true),
    };

    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++)
        spoil_all(&samples[i], 1, 1);
    EVP_PKEY_free(ec);
    EVP_PKEY_free(written_out);
    EVP_PKEY_free(rsa);
    EVP_PKEY_free(ds);
}

static void chips_of_the_data(void **state)
{
    static const struct {
        const char *sod, *signer, *second;
    } cases[] = { { "synthetic/genuine_rsa.bin", NULL, "synthetic/csca2.der" },
                  { "synthetic/genuine_ec_v1_ski.bin", NULL, "synthetic/csca2.der" },
                  { "synthetic/genuine_dsc_outside.bin", "synthetic/dsc_ok1.der", "synthetic/csca2.der" },
                  { "synthetic/genuine_link.bin", NULL, "synthetic/csca2_link.der" } };
    struct span csca = file("synthetic/csca1.der"), dg1 = file("synthetic/dg1.bin"),
                dg2 = file("synthetic/dg2_noise.bin");

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sample s = {
            .what = cases[i].sod, .sod = file(cases[i].sod), .dg = { dg1, dg2 }, .n_dg = 2, .at = 1793534400
        };

        if (cases[i].signer)
            s.signer = file(cases[i].signer);
        /* Only what the path needs: a byte of a certificate that nothing uses changes nothing. */
        s.n_anchors = i == 3 ? 2 : 1;
        s.anchor[0] = i == 1 ? file(cases[i].second) : csca;
        s.anchor[1] = file(cases[i].second);
        s.link = i == 3;
        spoil_all(&s, 1, 1);
    }
}

/* Real chips come without their groups: all else must hold, and does no more after any change. */
static void real_chips(void **state)
{
    static const struct {
        const char *id;
        size_t step, n;
    } cases[] = { { "CN", 1, 1 }, { "FR", 1, 1 }, { "MY", 1, 1 }, { "NZ", 1, 1 }, { "US", 1, 1 },
                  { "RU", 2, 1 }, { "SG", 1, 1 }, { "UK", 3, 1 }, { "DE", 29, 1 } };
    char name[64];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sample s = { .what = cases[i].id, .n_anchors = 1, .at = 1795000000, .incomplete = true };

        (void)snprintf(name, sizeof name, "sod/%s_EF_SOD.bin", cases[i].id);
        s.sod = file(name);
        (void)snprintf(name, sizeof name, "cert/%s_csca.der", cases[i].id);
        s.anchor[0] = file(name);
        s.set = set_of(s.anchor, 1);
        assert_true(passes(&s, s.set, NULL));
        spoil(&s, "EF.SOD", &s.sod, cases[i].step, cases[i].n);
        anchor_set_free(s.set);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chips_of_our_own),
        cmocka_unit_test(chips_of_the_data),
        cmocka_unit_test(real_chips),
    };

    return cmocka_run_group_tests_name("mutation", tests, arena_setup, arena_teardown);
}

/* A whole check in this process, against the one signature verification in it. Recording is measured over
 * HTTP (bench-node). */
#include <stdio.h>
#include <stdlib.h>

#include "../../unit/seal/make_sod.h"
#include "bench.h"
#include "check/check.h"
#include "check/inspect.h"
#include "crypto/node_key.h"
#include "seal/issue_certificate.h"
#include "seal/issue_seal.h"

static const unix_time NOW = 1795262400; /* 2026-11-21 */

static const char passport[] = "P<KAZSPECIMEN<<AIGERIM<<<<<<<<<<<<<<<<<<<<<<\n"
                               "N123456785KAZ9005145F3105135<<<<<<<<<<<<<<<2\n";
static const char zone[] =
    "V<KAZSPECIMEN<<AIGERIM<<<<<<<<<<<<<<<<<<<<<<\nK115786022KAZ9005145F2702191<<<<<<<<<<<<<<<<";

struct setting {
    struct check_context c;
    struct check_request r;
    struct buffer seal;
    struct public_key *key;
    struct digest d;
    struct span signature;
    uint8_t pub[NODE_PUBLIC_KEY], secret[NODE_SECRET_KEY];
    struct signer signer;
};

static void need(bool holds)
{
    if (!holds) {
        (void)fputs("the benchmark could not be set up\n", stderr);
        exit(1);
    }
}

static struct agreement *load_agreement(void)
{
    static char text[1 << 20];
    static struct agreement_faults faults;
    const char *root = getenv("SERAI_SOURCE");
    char path[4096];
    FILE *f;
    size_t n;

    (void)snprintf(path, sizeof path, "%s/agreements/eco.agreement", root ? root : SERAI_DATADIR);
    f = fopen(path, "rb");
    need(f != NULL);
    n = fread(text, 1, sizeof text, f);
    (void)fclose(f);
    return agreement_parse(span_of(text, n), &faults);
}

/* A country signer, a seal signer, and a visa of theirs. */
static void issue(struct setting *s, struct anchor_set *anchors, enum curve curve)
{
    struct private_key *country = NULL, *signer = NULL;
    struct certificate_order o = { .role = CERTIFICATE_COUNTRY_SIGNER,
                                   .country = "KZ",
                                   .organization = "SPECIMEN",
                                   .common_name = "SPECIMEN",
                                   .serial = 1,
                                   .not_before = NOW - 86400,
                                   .not_after = NOW + 400 * 86400 };
    struct buffer root, leaf;
    struct arena a;
    struct visa_order v = { .form = SEAL_FORM_VDS4,
                            .country = SPAN("KAZ"),
                            .issued = { 2026, 11, 21 },
                            .signed_on = { 2026, 11, 21 },
                            .zone = SPAN(zone),
                            .days = 30,
                            .passport_number = SPAN("N12345678"),
                            .purpose = "pilgrimage",
                            .valid_from = { 2026, 11, 21 } };
    struct seal_issuer by;
    struct span signed_part;

    arena_init(&a, 1 << 20);
    buf_init(&root, 65536);
    buf_init(&leaf, 65536);
    buf_init(&s->seal, 65536);
    need(private_key_generate(curve, &country, NULL) && private_key_generate(curve, &signer, NULL) &&
         certificate_issue(&o, country, country, (struct span){ 0 }, &root, NULL));
    o.role = CERTIFICATE_SEAL_SIGNER;
    o.common_name = "ES";
    o.serial = 0x10;
    need(certificate_issue(&o, signer, country, buf_span(&root), &leaf, NULL));
    by = (struct seal_issuer){ .key = signer, .certificate = buf_span(&leaf) };
    need(visa_seal_issue(&v, &by, &a, &s->seal, NULL) &&
         anchor_set_add(anchors, buf_span(&root), &(struct anchor_origin){ .source = "bench" },
                        ANCHOR_VOUCHED, NULL, NULL) &&
         anchor_set_add(anchors, buf_span(&leaf), &(struct anchor_origin){ .source = "bench" },
                        ANCHOR_VOUCHED, NULL, NULL));
    buf_reset(&root);
    private_key_spki(signer, &root);
    need(public_key_from_spki(buf_span(&root), &s->key, NULL));
    s->signature = span_sub(buf_span(&s->seal), s->seal.n - 2 * public_key_order_bytes(s->key), s->seal.n);
    signed_part = span_sub(buf_span(&s->seal), 0, s->seal.n - s->signature.n - 2);
    digest_of(digest_for_curve(curve), signed_part, &s->d);
    private_key_free(country);
    private_key_free(signer);
    buf_free(&root);
    buf_free(&leaf);
    arena_free(&a);
}

static void verify_alone(void *ctx, size_t n)
{
    const struct setting *s = ctx;
    const struct sig_alg alg = { .scheme = SIG_ECDSA_RAW,
                                 .digest = digest_for_curve(public_key_curve(s->key)) };

    while (n--)
        need(signature_verify(s->key, &alg, &s->d, s->signature, NULL));
}

static void check_whole(void *ctx, size_t n)
{
    const struct setting *s = ctx;
    struct check_answer answer;
    struct arena a;

    while (n--) {
        arena_init(&a, 1 << 20);
        need(check_run(&s->c, &s->r, NOW, &a, &answer, NULL) && answer.outcome == OUTCOME_ADMIT);
        arena_free(&a);
    }
}

/* The same, with what its parts took. */
static void check_measured(void *ctx, size_t n)
{
    struct setting *s = ctx;

    s->r.measure = true;
    check_whole(s, n);
    s->r.measure = false;
}

static void inspect_whole(void *ctx, size_t n)
{
    const struct setting *s = ctx;
    const struct inspect_options o = { .anchors = s->c.anchors, .at = NOW };
    struct buffer out;
    struct arena a;

    buf_init(&out, 1 << 20);
    while (n--) {
        arena_init(&a, 1 << 20);
        buf_reset(&out);
        need(inspect("-", s->r.evidence[1].bytes, &o, &a, &out) == RESULT_GENUINE);
        arena_free(&a);
    }
    buf_free(&out);
}

enum { PORTRAIT = 20 * 1024 }; /* of a usual passport */

/* A chip with a portrait, the lines beside it. */
struct chip_setting {
    struct setting s;
    struct span file[3];
    struct digest digest;
    struct buffer sod, dg1, dg2, raw;
    struct public_key *signer;
};

static void put_groups(struct chip_setting *c)
{
    static const uint8_t face[PORTRAIT];
    static const char head[] = "\x61\x5b\x5f\x1f\x58";

    buf_put(&c->dg1, span_of(head, sizeof head - 1));
    for (const char *p = passport; *p; p++)
        if (*p != '\n')
            buf_u8(&c->dg1, (uint8_t)*p);
    buf_be(&c->dg2, 0x7582, 2);
    buf_be(&c->dg2, sizeof face, 2);
    buf_put(&c->dg2, span_of(face, sizeof face));
}

static void issue_chip(struct chip_setting *c, struct anchor_set *anchors, enum curve curve)
{
    struct private_key *country = NULL, *signer = NULL;
    struct certificate_order o = { .role = CERTIFICATE_COUNTRY_SIGNER,
                                   .country = "KZ",
                                   .organization = "SPECIMEN",
                                   .common_name = "SPECIMEN",
                                   .serial = 1,
                                   .not_before = NOW - 2000 * 86400,
                                   .not_after = NOW + 400 * 86400 };
    struct buffer root, leaf,
        spki, *const all[] = { &root, &leaf, &spki, &c->sod, &c->dg1, &c->dg2, &c->raw };
    struct span group[2];
    struct sod_order order = { .dg = group, .n_dg = 2 };

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        buf_init(all[i], 65536);
    need(private_key_generate(curve, &country, NULL) && private_key_generate(curve, &signer, NULL) &&
         certificate_issue(&o, country, country, (struct span){ 0 }, &root, NULL));
    o.role = CERTIFICATE_DOCUMENT_SIGNER;
    o.serial = 2;
    need(certificate_issue(&o, signer, country, buf_span(&root), &leaf, NULL) &&
         anchor_set_add(anchors, buf_span(&root), &(struct anchor_origin){ .source = "bench" },
                        ANCHOR_VOUCHED, NULL, NULL));
    put_groups(c);
    group[0] = buf_span(&c->dg1);
    group[1] = buf_span(&c->dg2);
    order.signer = signer;
    order.dsc = buf_span(&leaf);
    make_sod(&order, &c->sod);
    c->file[0] = buf_span(&c->sod);
    c->file[1] = group[0];
    c->file[2] = group[1];
    private_key_spki(signer, &spki);
    digest_of(digest_for_curve(curve), group[0], &c->digest);
    need(public_key_from_spki(buf_span(&spki), &c->signer, NULL) &&
         signature_make(signer, SIG_ECDSA_RAW, &c->digest, &c->raw, NULL));
    private_key_free(country);
    private_key_free(signer);
    for (size_t i = 0; i < 3; i++)
        buf_free(all[i]);
}

/*
 * The floor: one verification under the document signer's key, and the hashes of both data groups. The chain
 * is remembered after the first time, as in a lane.
 */
static void chip_floor(void *ctx, size_t n)
{
    const struct chip_setting *c = ctx;
    const struct sig_alg alg = { .scheme = SIG_ECDSA_RAW,
                                 .digest = digest_for_curve(public_key_curve(c->signer)) };
    struct digest d;

    while (n--) {
        need(signature_verify(c->signer, &alg, &c->digest, buf_span(&c->raw), NULL));
        digest_of(DIGEST_SHA256, c->file[1], &d);
        digest_of(DIGEST_SHA256, c->file[2], &d);
    }
}

static void chip_curve(enum curve curve)
{
    static const uint8_t seed[NODE_SEED] = "SPECIMEN seed, of no value.....";
    struct anchor_set *anchors = anchor_set_new();
    struct chip_setting c = { .s = { .r = { .mode = SPAN("air"), .id = SPAN("bench"), .n_evidence = 2 } } };
    struct agreement *agreement = load_agreement();
    char name[64], floor[64];

    issue_chip(&c, anchors, curve);
    node_key_from_seed(seed, c.s.pub, c.s.secret);
    signer_in_memory(c.s.secret, &c.s.signer);
    c.s.c = (struct check_context){ .member = "KZ", /* comes home: no earlier stays are asked for */
                                    .node_name = "kz.specimen",
                                    .agreement = agreement,
                                    .anchors = anchors,
                                    .signer = &c.s.signer };
    c.s.r.evidence[0] = (struct evidence){ .kind = EVIDENCE_MRZ, .bytes = SPAN(passport) };
    c.s.r.evidence[1] = (struct evidence){ .kind = EVIDENCE_CHIP, .file = c.file, .n_files = 3 };
    (void)snprintf(floor, sizeof floor, "verify %s, hash 20 kB", curve_name(curve));
    (void)snprintf(name, sizeof name, "check of a chip with receipt, %s", curve_name(curve));
    (void)bench_ratio(name, check_whole, &c.s, floor, chip_floor, &c, 0);
    public_key_free(c.signer);
    buf_free(&c.sod);
    buf_free(&c.dg1);
    buf_free(&c.dg2);
    buf_free(&c.raw);
    agreement_free(agreement);
    anchor_set_free(anchors);
}

static void one_curve(enum curve curve)
{
    static const uint8_t seed[NODE_SEED] = "SPECIMEN seed, of no value.....";
    struct anchor_set *anchors = anchor_set_new();
    struct setting s = {
        .r = { .purpose = SPAN("pilgrimage"), .mode = SPAN("air"), .id = SPAN("bench"), .n_evidence = 2 }
    };
    struct agreement *agreement = load_agreement();
    char name[64], floor[64];

    issue(&s, anchors, curve);
    node_key_from_seed(seed, s.pub, s.secret);
    signer_in_memory(s.secret, &s.signer);
    s.c = (struct check_context){
        .member = "IR", .node_name = "ir.specimen", .agreement = agreement, .anchors = anchors
    };
    need(s.c.agreement != NULL);
    s.r.evidence[0] = (struct evidence){ .kind = EVIDENCE_MRZ, .bytes = SPAN(passport) };
    s.r.evidence[1] = (struct evidence){ .kind = EVIDENCE_SEAL, .bytes = buf_span(&s.seal) };
    (void)snprintf(floor, sizeof floor, "verify %s", curve_name(curve));
    (void)snprintf(name, sizeof name, "inspect a visa seal, %s", curve_name(curve));
    (void)bench_ratio(name, inspect_whole, &s, floor, verify_alone, &s, 0);
    (void)snprintf(name, sizeof name, "check without receipt, %s", curve_name(curve));
    (void)bench_ratio(name, check_whole, &s, floor, verify_alone, &s, 0);
    s.c.signer = &s.signer;
    (void)snprintf(name, sizeof name, "check with receipt, %s", curve_name(curve));
    (void)bench_ratio(name, check_whole, &s, floor, verify_alone, &s, 0);
    (void)snprintf(name, sizeof name, "check with receipt, measured, %s", curve_name(curve));
    (void)bench_ratio(name, check_measured, &s, "check with receipt", check_whole, &s, 0);
    public_key_free(s.key);
    buf_free(&s.seal);
    agreement_free(agreement);
    anchor_set_free(anchors);
}

int main(int argc, char **argv)
{
    bench_init(argc, argv);
    need(node_crypto_init());
    one_curve(CURVE_P256);
    one_curve(CURVE_BP256);
    chip_curve(CURVE_P256);
    chip_curve(CURVE_BP256);
    return 0;
}

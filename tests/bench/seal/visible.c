/*
 * Seals from bytes to fields against the bare signature verifications they need, digests and keys prepared. A
 * signer is "new" when its certificate comes with the seal and has not been certified before: so many signers
 * are used in turn that the table of certified ones has forgotten nearly all (it still knows one in fifty).
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "seal/issue_certificate.h"
#include "seal/issue_seal.h"
#include "seal/visible.h"

enum { SIGNERS = 16384 };

static void need(bool ok, const struct why *w)
{
    if (!ok) {
        (void)fprintf(stderr, "%s\n", w->detail);
        abort();
    }
}

/* A bare verification. */
struct raw {
    struct public_key *key;
    struct sig_alg alg;
    struct digest d;
    uint8_t sig[160];
    size_t n;
};

static void raw_verify(const struct raw *r)
{
    if (!signature_verify(r->key, &r->alg, &r->d, span_of(r->sig, r->n), NULL))
        abort();
}

static void raw_of(struct raw *r, const struct private_key *key, enum sig_scheme scheme)
{
    struct buffer spki, sig;
    struct why w = { 0 };

    r->alg = (struct sig_alg){ .scheme = scheme, .digest = digest_for_curve(private_key_curve(key)) };
    digest_of(r->alg.digest, SPAN("SPECIMEN"), &r->d);
    buf_init(&spki, 4096);
    buf_init_fixed(&sig, r->sig, sizeof r->sig);
    private_key_spki(key, &spki);
    need(public_key_from_spki(buf_span(&spki), &r->key, &w) && signature_make(key, scheme, &r->d, &sig, &w),
         &w);
    r->n = sig.n;
    buf_free(&spki);
}

struct work {
    struct seal_options opt;
    struct arena arena; /* of the seals and certificates */
    struct span *seal;
    size_t n, next;
    struct raw raw[2];
    size_t n_raw;
};

static void ours(void *ctx, size_t n)
{
    static struct visible_seal s;
    static struct findings f;
    struct work *w = ctx;
    struct arena a;

    while (n--) {
        findings_init(&f);
        arena_init(&a, 1 << 20);
        if (visible_seal_verify(w->seal[w->next], &w->opt, &a, &s, &f) != RESULT_GENUINE) {
            (void)fprintf(stderr, "%s: %s\n", s.why.reason, s.why.detail);
            abort();
        }
        arena_free(&a);
        w->next = w->next + 1 == w->n ? 0 : w->next + 1;
    }
}

static void floor_of(void *ctx, size_t n)
{
    struct work *w = ctx;

    while (n--)
        for (size_t i = 0; i < w->n_raw; i++)
            raw_verify(&w->raw[i]);
}

static struct span certificate(struct arena *a, enum certificate_role role, uint64_t serial,
                               const struct private_key *k, const struct private_key *issuer,
                               struct span issuer_der)
{
    struct certificate_order o = { .role = role,
                                   .country = "UT",
                                   .organization = "SPECIMEN",
                                   .common_name = "SP",
                                   .serial = serial,
                                   .not_before = 1767225600,
                                   .not_after = 1925000000 };
    struct buffer b;
    struct why w = { 0 };
    struct span der;

    buf_init(&b, LIMIT_CERTIFICATE);
    need(certificate_issue(&o, k, issuer, issuer_der, &b, &w), &w);
    der = arena_copy(a, buf_span(&b));
    buf_free(&b);
    return der;
}

enum kind { VDS, IDB, VDSNC };

static struct span issue(struct arena *a, enum kind kind, const struct seal_issuer *by, bool with_certificate)
{
    static const struct seal_value value[] = {
        { "mrz",
          { (const uint8_t *)"V<UTOSPECIMEN<<TRAVELLER<<<<<<<<<<<<<<<<<<<<V7654321<1UTO8802299M2701312",
            72 } },
        { "number-of-entries", { (const uint8_t *)"1", 1 } },
        { "duration-of-stay", { (const uint8_t *)"P30D", 4 } },
        { "passport-number", { (const uint8_t *)"L898902C", 8 } },
        { "travel-purpose", { (const uint8_t *)"tourism", 7 } },
    };
    struct seal_order o = { .form = kind == VDS ? SEAL_FORM_VDS4 : SEAL_FORM_IDB,
                            .type = "visa",
                            .country = SPAN("UTO"),
                            .issued = { 2026, 11, 1 },
                            .signed_on = { 2026, 11, 1 },
                            .value = value,
                            .n = 5,
                            .with_certificate = with_certificate };
    struct buffer b;
    struct why w = { 0 };
    struct arena scratch;
    struct span s;

    buf_init(&b, 1 << 20);
    arena_init(&scratch, 1 << 22);
    if (kind == VDSNC)
        need(seal_issue_vdsnc(SPAN("icao.test"), 1, SPAN("UTO"),
                              SPAN("{\"pid\":{\"dob\":\"1961-05-15\",\"i\":\"PA0941262\",\"n\":\"SPECIMEN  "
                                   "TRAVELLER\",\"sex\":\"F\"},"
                                   "\"ve\":[{\"des\":\"XM68M6\",\"nam\":\"SPECIMEN\",\"vd\":[{\"ctr\":"
                                   "\"UTO\",\"seq\":1}]}]}"),
                              by, &scratch, &b, &w),
             &w);
    else
        need(seal_issue(&o, by, &scratch, &b, &w), &w);
    s = arena_copy(a, buf_span(&b));
    arena_free(&scratch);
    buf_free(&b);
    return s;
}

static void measure(const char *name, enum kind kind, enum curve curve, bool new_signer)
{
    static const enum certificate_role roles[] = { CERTIFICATE_SEAL_SIGNER, CERTIFICATE_SEAL_SIGNER,
                                                   CERTIFICATE_VDSNC_SIGNER };
    struct work w = { .opt = { NULL, 1795219200, PROFILE_STRICT }, .n = new_signer ? SIGNERS : 1 };
    struct anchor_set *set = anchor_set_new();
    struct private_key *csca, *key;
    struct span root, der = { 0 };
    struct why y = { 0 };

    arena_init(&w.arena, 1u << 30);
    need(private_key_generate(curve, &csca, &y) && private_key_generate(curve, &key, &y), &y);
    root = certificate(&w.arena, CERTIFICATE_COUNTRY_SIGNER, 1, csca, csca, (struct span){ 0 });
    w.opt.anchors = set;
    w.seal = arena_array(&w.arena, w.n, sizeof *w.seal);
    for (size_t i = 0; i < w.n; i++) {
        der = certificate(&w.arena, roles[kind], 2 + i, key, csca, root);
        w.seal[i] = issue(&w.arena, kind, &(struct seal_issuer){ key, der, { 0 }, { 0 } }, new_signer);
    }
    need(anchor_set_add(set, new_signer ? root : der, &(struct anchor_origin){ .source = "bench" },
                        ANCHOR_VOUCHED, NULL, &y),
         &y);
    raw_of(&w.raw[0], key, SIG_ECDSA_RAW);
    raw_of(&w.raw[1], csca, SIG_ECDSA_DER);
    w.n_raw = new_signer ? 2 : 1;
    (void)bench_ratio(name, ours, &w, new_signer ? "two bare verifications" : "a bare verification", floor_of,
                      &w, new_signer ? 0.60 : 0.85);
    public_key_free(w.raw[0].key);
    public_key_free(w.raw[1].key);
    private_key_free(csca);
    private_key_free(key);
    anchor_set_free(set);
    arena_free(&w.arena);
}

int main(int argc, char **argv)
{
    bench_init(argc, argv);
    measure("VDS, P-256, signer known", VDS, CURVE_P256, false);
    measure("VDS, brainpoolP256r1, signer known", VDS, CURVE_BP256, false);
    measure("IDB, P-256, signer known", IDB, CURVE_P256, false);
    measure("VDS-NC, P-256, signer known", VDSNC, CURVE_P256, false);
    measure("IDB, P-256, new signer", IDB, CURVE_P256, true);
    measure("IDB, brainpoolP256r1, new signer", IDB, CURVE_BP256, true);
    measure("VDS-NC, P-256, new signer", VDSNC, CURVE_P256, true);
    return 0;
}

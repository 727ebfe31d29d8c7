/*
 * Answers of mobile licences from bytes to a result against the bare work they need: signatures verified with
 * prepared keys, the digests of the items, and that of what the issuer signed. A signer is "new" when its
 * certificate has not been certified before: so many are used in turn that the table of certified ones has
 * forgotten nearly all.
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

#include "../../unit/seal/make_mdoc.h"
#include "seal/mdoc.h"

enum { SIGNERS = 8192 };

static void need(bool ok)
{
    if (!ok)
        abort();
}

struct raw {
    struct public_key *key;
    struct sig_alg alg;
    struct digest d;
    uint8_t sig[160];
    size_t n;
};

static void raw_of(struct raw *r, const struct private_key *key, enum sig_scheme scheme)
{
    struct buffer spki, sig;

    r->alg = (struct sig_alg){ .scheme = scheme, .digest = digest_for_curve(private_key_curve(key)) };
    digest_of(r->alg.digest, SPAN("SPECIMEN"), &r->d);
    buf_init(&spki, 4096);
    buf_init_fixed(&sig, r->sig, sizeof r->sig);
    private_key_spki(key, &spki);
    need(public_key_from_spki(buf_span(&spki), &r->key, NULL) &&
         signature_make(key, scheme, &r->d, &sig, NULL));
    r->n = sig.n;
    buf_free(&spki);
}

struct work {
    struct mdoc_options opt;
    struct arena arena, scratch;
    struct span *answer, item[64];
    size_t n, at, n_items, n_raw;
    struct raw raw[3];
};

static void ours(void *ctx, size_t n)
{
    struct work *w = ctx;

    for (; n > 0; n--) {
        struct mdoc m;

        arena_reset(&w->scratch);
        need(mdoc_verify(w->answer[w->at++ % w->n], &w->opt, &w->scratch, &m, NULL) == RESULT_GENUINE);
        need(m.document[0].device == PROOF_HOLDS);
    }
}

static void bare(void *ctx, size_t n)
{
    struct work *w = ctx;

    for (; n > 0; n--) {
        struct digest d[64];

        for (size_t i = 0; i < w->n_raw; i++)
            need(signature_verify(w->raw[i].key, &w->raw[i].alg, &w->raw[i].d,
                                  span_of(w->raw[i].sig, w->raw[i].n), NULL));
        digest_each(DIGEST_SHA256, w->item, w->n_items, d);
    }
}

static void measure(const char *name, enum curve curve, unsigned items, size_t signers, double target)
{
    struct work w = {
        .opt = { .profile = PROFILE_LENIENT, .at = 1795219200, .transcript = SPAN("\x83\xf6\xf6\xf6") },
        .n = signers,
        .n_raw = signers > 1 ? 3 : 2
    };
    struct anchor_set *set = anchor_set_new();
    struct private_key *key[3];
    struct buffer ca, out;
    struct mdoc m;

    arena_init(&w.arena, 1u << 30);
    arena_init(&w.scratch, 64u << 20);
    buf_init(&ca, 1 << 16);
    buf_init(&out, 1 << 20);
    w.answer = arena_array(&w.arena, signers, sizeof *w.answer);
    for (size_t i = 0; i < 3; i++)
        need(private_key_generate(curve, &key[i], NULL));
    for (size_t i = 0; i < signers; i++) {
        struct mdoc_order o = { .authority = key[0],
                                .issuer = key[1],
                                .device = key[2],
                                .doc_type = "org.iso.18013.5.1.mDL",
                                .transcript = w.opt.transcript,
                                .items = items,
                                .serial = 2 + i,
                                .authority_der = i ? NULL : &ca };

        buf_reset(&out);
        make_mdoc(&o, &out);
        w.answer[i] = arena_copy(&w.arena, buf_span(&out));
        if (i == 0)
            need(anchor_set_add(set, buf_span(&ca), &(struct anchor_origin){ .source = "bench" },
                                ANCHOR_VOUCHED, NULL, NULL));
    }
    w.opt.anchors = set;
    need(mdoc_verify(w.answer[0], &w.opt, &w.arena, &m, NULL) == RESULT_GENUINE);
    for (size_t i = 0; i < m.document[0].document->n_items; i++)
        w.item[w.n_items++] = m.document[0].document->item[i].whole;
    w.item[w.n_items++] = m.document[0].issuer_auth.payload;
    raw_of(&w.raw[0], key[1], SIG_ECDSA_RAW);
    raw_of(&w.raw[1], key[2], SIG_ECDSA_RAW);
    raw_of(&w.raw[2], key[0], SIG_ECDSA_DER);
    (void)bench_ratio(name, ours, &w, "bare verifications and digests", bare, &w, target);
    for (size_t i = 0; i < 3; i++) {
        public_key_free(w.raw[i].key);
        private_key_free(key[i]);
    }
    buf_free(&ca);
    buf_free(&out);
    anchor_set_free(set);
    arena_free(&w.arena);
    arena_free(&w.scratch);
}

int main(int argc, char **argv)
{
    bench_init(argc, argv);
    measure("mdoc, P-256, 8 items, signer known", CURVE_P256, 8, 1, 0.80);
    measure("mdoc, P-256, 32 items, signer known", CURVE_P256, 32, 1, 0.80);
    measure("mdoc, P-384, 32 items, signer known", CURVE_P384, 32, 1, 0.80);
    measure("mdoc, brainpoolP256r1, 32 items, signer known", CURVE_BP256, 32, 1, 0.80);
    measure("mdoc, P-256, 8 items, new signer", CURVE_P256, 8, SIGNERS, 0.60);
    measure("mdoc, P-256, 32 items, new signer", CURVE_P256, 32, SIGNERS, 0.60);
    return 0;
}

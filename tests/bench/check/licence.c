/* The roadside check from bytes to the answer as JSON, nobody asked at home, against the bare verifications
 * and digests that its licence needs. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

#include "../../unit/seal/make_mdoc.h"
#include "check/licence.h"
#include "seal/mdoc.h"

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

struct work {
    struct licence_setting c;
    struct licence_request r;
    struct arena arena, scratch;
    struct raw raw[2];
    struct span item[64];
    size_t n_items;
};

static void raw_of(struct raw *r, const struct private_key *key)
{
    struct buffer spki, sig;

    r->alg = (struct sig_alg){ .scheme = SIG_ECDSA_RAW, .digest = DIGEST_SHA256 };
    digest_of(r->alg.digest, SPAN("SPECIMEN"), &r->d);
    buf_init(&spki, 4096);
    buf_init_fixed(&sig, r->sig, sizeof r->sig);
    private_key_spki(key, &spki);
    need(public_key_from_spki(buf_span(&spki), &r->key, NULL) &&
         signature_make(key, r->alg.scheme, &r->d, &sig, NULL));
    r->n = sig.n;
    buf_free(&spki);
}

enum { AT = 1795219200 };

static void ours(void *ctx, size_t n)
{
    struct work *w = ctx;

    for (; n > 0; n--) {
        struct licence_answer out;

        arena_reset(&w->scratch);
        need(licence_check(&w->c, &w->r, AT, &w->scratch, &out, NULL));
    }
}

static void bare(void *ctx, size_t n)
{
    struct work *w = ctx;

    for (; n > 0; n--) {
        struct digest d[64];

        for (size_t i = 0; i < 2; i++)
            need(signature_verify(w->raw[i].key, &w->raw[i].alg, &w->raw[i].d,
                                  span_of(w->raw[i].sig, w->raw[i].n), NULL));
        digest_each(DIGEST_SHA256, w->item, w->n_items, d);
    }
}

static struct agreement *agreement(struct arena *a)
{
    const char *root = getenv("SERAI_SOURCE");
    struct agreement_faults faults;
    uint8_t *text = arena_alloc(a, 1 << 20);
    char path[4096];
    FILE *f;
    size_t n;

    (void)snprintf(path, sizeof path, "%s/agreements/eco.agreement", root ? root : ".");
    f = fopen(path, "rb");
    need(f && text);
    n = fread(text, 1, 1 << 20, f);
    (void)fclose(f);
    return agreement_parse(span_of(text, n), &faults);
}

int main(int argc, char **argv)
{
    static struct work w;
    struct private_key *key[3];
    struct anchor_set *set = anchor_set_new();
    struct buffer ca, out;
    struct mdoc m;
    struct mdoc_options opt = { .at = AT, .anchors = set, .transcript = SPAN("\x83\xf6\xf6\xf6") };
    struct mdoc_order o = { .doc_type = "org.iso.18013.5.1.mDL",
                            .transcript = opt.transcript,
                            .items = 8,
                            .serial = 2,
                            .authority_der = &ca };

    bench_init(argc, argv);
    arena_init(&w.arena, 64 << 20);
    arena_init(&w.scratch, 64 << 20);
    buf_init(&ca, 1 << 16);
    buf_init(&out, 1 << 20);
    for (size_t i = 0; i < 3; i++)
        need(private_key_generate(CURVE_P256, &key[i], NULL));
    o.authority = key[0];
    o.issuer = key[1];
    o.device = key[2];
    make_mdoc(&o, &out);
    need(anchor_set_add(set, buf_span(&ca), &(struct anchor_origin){ .source = "bench" }, ANCHOR_VOUCHED,
                        NULL, NULL));
    need(mdoc_verify(buf_span(&out), &opt, &w.arena, &m, NULL) == RESULT_GENUINE);
    for (size_t i = 0; i < m.document[0].document->n_items; i++)
        w.item[w.n_items++] = m.document[0].document->item[i].whole;
    w.item[w.n_items++] = m.document[0].issuer_auth.payload;
    raw_of(&w.raw[0], key[1]);
    raw_of(&w.raw[1], key[2]);
    w.c = (struct licence_setting){ .member = "IR", .agreement = agreement(&w.arena), .anchors = set };
    w.r.n_evidence = 1;
    w.r.evidence[0].bytes = buf_span(&out);
    w.r.session = opt.transcript;
    need(w.c.agreement != NULL);
    (void)bench_ratio("roadside: a mobile licence, bytes to answer", ours, &w,
                      "bare verifications and digests", bare, &w, 0);
    w.r = (struct licence_request){ .examined = SAID_YES, .residence = SPAN("PK"), .permit = SAID_YES };
    w.r.typed = (struct licence_typed){
        .present = true, .issuer = SPAN("PK"), .number = SPAN("SPECIMEN-1"), .has_categories = true
    };
    w.r.typed.n_categories = 1;
    w.r.typed.category[0].category = SPAN("LTV");
    (void)bench_time("roadside: a typed card, to the answer", ours, &w);
    return 0;
}

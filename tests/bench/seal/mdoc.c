/*
 * Answers of mobile licences from bytes to a result against the bare work they need: signatures verified with
 * prepared keys (for a code of the device: the agreement on its key), the digests of the items, and that of
 * what the issuer signed. A signer is "new" when its certificate has not been certified before: before
 * each answer its place in the table of certified ones is given to another.
 *
 * Both sides take turns answer by answer, and time is that of the thread alone, so that what else runs on the
 * machine weighs on both alike; a share is of the quickest of a round, and printed are the least, the middle
 * and the greatest of the rounds.
 */
#include "bench.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../../unit/seal/make_mdoc.h"
#include "seal/mdoc.h"

enum { ROUNDS = 9, ITEMS_MAX = 64 };

static size_t repeats = 400;

static void need(bool ok)
{
    if (!ok)
        abort();
}

static double now_ns(clockid_t clock)
{
    struct timespec t;

    (void)clock_gettime(clock, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* --- the bare work --- */

struct raw {
    struct public_key *key;
    struct sig_alg alg;
    uint8_t sig[160];
    size_t n;
};

static const struct span message[] = { { (const uint8_t *)"SPECIMEN", 8 } };

static void raw_of(struct raw *r, const struct private_key *key, enum sig_scheme scheme)
{
    struct buffer spki, sig;
    struct arena a;

    arena_init(&a, 1 << 20);
    r->alg = (struct sig_alg){ .scheme = private_key_kind(key) == KEY_EC ? scheme : SIG_EDDSA };
    if (private_key_kind(key) == KEY_EC)
        r->alg.digest = digest_for_curve(private_key_curve(key));
    buf_init(&spki, 4096);
    buf_init_fixed(&sig, r->sig, sizeof r->sig);
    private_key_spki(key, &spki);
    need(public_key_from_spki(buf_span(&spki), &r->key, NULL) &&
         signature_make_parts(key, &r->alg, message, 1, &a, &sig, NULL));
    r->n = sig.n;
    buf_free(&spki);
    arena_free(&a);
}

struct work {
    struct mdoc_options opt;
    struct arena arena, scratch;
    struct span answer, item[ITEMS_MAX];
    size_t n_items, n_raw;
    struct raw raw[3];
    struct public_key *device; /* with opt.reader_key: what is agreed with */
    bool is_new;               /* the signer */
    struct digest elsewhere;   /* of no certificate, in the place of the signer's */
};

static void forget(struct work *w)
{
    if (w->is_new)
        anchors_certify(w->opt.anchors, &w->elsewhere, anchor_at(w->opt.anchors, 0));
}

static void ours(struct work *w)
{
    struct mdoc m;

    arena_reset(&w->scratch);
    need(mdoc_verify(w->answer, &w->opt, &w->scratch, &m, NULL) == RESULT_GENUINE);
    need(m.document[0].device == PROOF_HOLDS);
}

static void bare(struct work *w)
{
    struct digest d[ITEMS_MAX];
    uint8_t secret[SHARED_SECRET_MAX];
    size_t n;

    arena_reset(&w->scratch);
    for (size_t i = 0; i < w->n_raw; i++)
        need(signature_verify_parts(w->raw[i].key, &w->raw[i].alg, message, 1,
                                    span_of(w->raw[i].sig, w->raw[i].n), &w->scratch, NULL));
    if (w->device)
        need(private_key_agree(w->opt.reader_key, w->device, secret, &n, NULL));
    digest_each(DIGEST_SHA256, w->item, w->n_items, d);
}

/* --- measuring --- */

static int by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

static double least(void (*fn)(struct work *), struct work *w, double so_far)
{
    double t;

    forget(w);
    t = now_ns(CLOCK_THREAD_CPUTIME_ID);
    fn(w);
    t = now_ns(CLOCK_THREAD_CPUTIME_ID) - t;
    return so_far == 0 || t < so_far ? t : so_far;
}

static void shares(const char *name, struct work *w, double target)
{
    double share[ROUNDS], ns = 0;

    for (size_t r = 0; r < ROUNDS; r++) {
        double a = 0, b = 0;

        for (size_t i = 0; i < repeats; i++) {
            a = least(ours, w, a);
            b = least(bare, w, b);
        }
        share[r] = 100 * b / a;
        ns = ns == 0 || a < ns ? a : ns;
    }
    qsort(share, ROUNDS, sizeof share[0], by_value);
    bench_row(name,
              (const struct bench_column[]){ { "least", share[0], "%" },
                                             { "middle", share[ROUNDS / 2], "%" },
                                             { "greatest", share[ROUNDS - 1], "%" },
                                             { "wanted", 100 * target, "%" },
                                             { "us", ns / 1000, "us" } },
              5, NULL);
}

/* --- what is measured --- */

struct subject {
    const char *name;
    enum key_kind kind;
    enum curve curve;
};

static const struct subject subjects[] = {
    { "P-256", KEY_EC, CURVE_P256 },
    { "P-384", KEY_EC, CURVE_P384 },
    { "P-521", KEY_EC, CURVE_P521 },
    { "brainpoolP256r1", KEY_EC, CURVE_BP256 },
    { "brainpoolP384r1", KEY_EC, CURVE_BP384 },
    { "brainpoolP512r1", KEY_EC, CURVE_BP512 },
    { "Ed25519", KEY_ED25519, CURVE_NONE },
    { "Ed448", KEY_ED448, CURVE_NONE },
};

static void generate(const struct subject *s, struct private_key **key)
{
    need(s->kind == KEY_EC ? private_key_generate(s->curve, key, NULL)
                           : private_key_generate_kind(s->kind, key, NULL));
}

static void prepare(struct work *w, struct private_key *key[4], unsigned items, bool is_new, bool mac)
{
    struct anchor_set *set = anchor_set_new();
    struct buffer ca, out;
    struct mdoc_order o = { .authority = key[0],
                            .issuer = key[1],
                            .device = key[2],
                            .reader = mac ? key[3] : NULL,
                            .doc_type = "org.iso.18013.5.1.mDL",
                            .transcript = SPAN("\x83\xf6\xf6\xf6"),
                            .items = items,
                            .authority_der = &ca };
    struct mdoc m;

    *w = (struct work){ .opt = { .profile = PROFILE_LENIENT,
                                 .at = 1795219200,
                                 .transcript = o.transcript,
                                 .anchors = set,
                                 .reader_key = o.reader },
                        .is_new = is_new };
    arena_init(&w->arena, 64u << 20);
    arena_init(&w->scratch, 64u << 20);
    buf_init(&ca, 1 << 16);
    buf_init(&out, 1 << 20);
    make_mdoc(&o, &out);
    w->answer = arena_copy(&w->arena, buf_span(&out));
    need(anchor_set_add(set, buf_span(&ca), &(struct anchor_origin){ .source = "bench" }, ANCHOR_VOUCHED,
                        NULL, NULL));
    need(mdoc_verify(w->answer, &w->opt, &w->arena, &m, NULL) == RESULT_GENUINE);
    digest_of(DIGEST_SHA256, m.document[0].signer.der, &w->elsewhere);
    w->elsewhere.b[31] ^= 1;
    for (size_t i = 0; i < m.document[0].document->n_items; i++)
        w->item[w->n_items++] = m.document[0].document->item[i].whole;
    w->item[w->n_items++] = m.document[0].issuer_auth.payload;
    raw_of(&w->raw[w->n_raw++], key[1], SIG_ECDSA_RAW);
    if (mac) {
        buf_reset(&out);
        private_key_spki(key[2], &out);
        need(public_key_from_spki(buf_span(&out), &w->device, NULL));
    } else {
        raw_of(&w->raw[w->n_raw++], key[2], SIG_ECDSA_RAW);
    }
    if (is_new)
        raw_of(&w->raw[w->n_raw++], key[0], SIG_ECDSA_DER);
    buf_free(&ca);
    buf_free(&out);
}

static void finish(struct work *w)
{
    for (size_t i = 0; i < w->n_raw; i++)
        public_key_free(w->raw[i].key);
    public_key_free(w->device);
    anchor_set_free((struct anchor_set *)(uintptr_t)w->opt.anchors);
    arena_free(&w->arena);
    arena_free(&w->scratch);
}

/* --- two threads over one set --- */

enum { TOGETHER = 2000 };

static void *many(void *arg)
{
    struct work *w = arg;

    for (size_t i = 0; i < TOGETHER; i++)
        ours(w);
    return NULL;
}

static double alone(struct work *w)
{
    double t = now_ns(CLOCK_THREAD_CPUTIME_ID);

    (void)many(w);
    return now_ns(CLOCK_THREAD_CPUTIME_ID) - t;
}

/* Processor time of two threads that verify the same answers, against that of one: 1 when neither waits for
 * the other nor for its cache lines. */
static void scale(struct work *w)
{
    struct work twin = *w;
    double ratio[ROUNDS];

    arena_init(&twin.scratch, 64u << 20);
    for (size_t r = 0; r < ROUNDS; r++) {
        double one = alone(w), t = now_ns(CLOCK_PROCESS_CPUTIME_ID);
        pthread_t other;

        need(pthread_create(&other, NULL, many, &twin) == 0);
        (void)many(w);
        need(pthread_join(other, NULL) == 0);
        ratio[r] = (now_ns(CLOCK_PROCESS_CPUTIME_ID) - t) / 2 / one;
    }
    qsort(ratio, ROUNDS, sizeof ratio[0], by_value);
    bench_row("two threads, work of each",
              (const struct bench_column[]){ { "least", ratio[0], "" },
                                             { "middle", ratio[ROUNDS / 2], "" },
                                             { "greatest", ratio[ROUNDS - 1], "" } },
              3, NULL);
    arena_free(&twin.scratch);
}

static void measure(const struct subject *s, unsigned items, bool is_new, bool mac, bool threads)
{
    struct private_key *key[4];
    struct work w;
    char name[80];

    (void)snprintf(name, sizeof name, "mdoc, %s, %u items, %s%s", s->name, items,
                   is_new ? "new signer" : "signer known", mac ? ", code" : "");
    need(private_key_generate(s->kind == KEY_EC ? s->curve : CURVE_P256, &key[0], NULL));
    generate(s, &key[1]);
    /* Codes are made by agreeing on a key, which Edwards keys do not. */
    generate(mac && s->kind != KEY_EC ? &subjects[0] : s, &key[2]);
    need(private_key_generate(private_key_kind(key[2]) == KEY_EC ? private_key_curve(key[2]) : CURVE_P256,
                              &key[3], NULL));
    prepare(&w, key, items, is_new, mac);
    shares(name, &w, is_new ? 0.60 : 0.80);
    if (threads)
        scale(&w);
    finish(&w);
    for (size_t i = 0; i < 4; i++)
        private_key_free(key[i]);
}

int main(int argc, char **argv)
{
    bench_init(argc, argv);
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--quick") == 0)
            repeats = 20;
    for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++) {
        measure(&subjects[i], 8, false, false, false);
        measure(&subjects[i], 32, false, false, i == 0);
        measure(&subjects[i], 32, false, true, false);
        measure(&subjects[i], 8, true, false, false);
        measure(&subjects[i], 32, true, false, false);
    }
    return 0;
}

/* What counting adds to one request: three counters and an outcome, as exchange.c does it, against a raw
 * ECDSA P-256 verification; a check is two of those and more. */
#include "node/metrics.h"

#include <stdlib.h>

#include "agreement/agreement.h"
#include "bench.h"
#include "crypto/key.h"

struct floor {
    struct public_key *key;
    struct digest digest;
    struct buffer sig;
};

static struct metrics metrics;

static void count(void *ctx, size_t n)
{
    (void)ctx;
    for (size_t i = 0; i < n; i++) {
        metrics_request(&metrics, i % 3, 200, false, i % 4096);
        metrics_outcome(&metrics, METRIC_TRAVELLER, OUTCOME_ADMIT);
    }
}

static void verify(void *ctx, size_t n)
{
    static const struct sig_alg alg = { SIG_ECDSA_RAW, DIGEST_SHA256, DIGEST_SHA256, 0 };
    const struct floor *f = ctx;

    for (size_t i = 0; i < n; i++)
        if (!signature_verify(f->key, &alg, &f->digest, buf_span(&f->sig), NULL))
            abort();
}

static void floor_make(struct floor *f)
{
    struct private_key *k;
    struct buffer spki;

    buf_init(&spki, 1024);
    buf_init(&f->sig, 1024);
    digest_of(DIGEST_SHA256, SPAN("floor"), &f->digest);
    if (!private_key_generate(CURVE_P256, &k, NULL) ||
        !signature_make(k, SIG_ECDSA_RAW, &f->digest, &f->sig, NULL))
        abort();
    private_key_spki(k, &spki);
    if (!public_key_from_spki(buf_span(&spki), &f->key, NULL))
        abort();
    private_key_free(k);
    buf_free(&spki);
}

int main(int argc, char **argv)
{
    struct floor floor;

    bench_init(argc, argv);
    floor_make(&floor);
    (void)bench_ratio("counting one request", count, NULL, "raw ECDSA P-256 verification", verify, &floor, 0);
    public_key_free(floor.key);
    buf_free(&floor.sig);
    return 0;
}

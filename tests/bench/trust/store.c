/*
 * A set of 30,000 signers: the memory it takes as the process grows by it, how long it takes to fill, and
 * look-ups of every kind, each timed alone, hits and misses, also after the processor's caches were swept.
 * The signers are copies of one real document signer with their own serial numbers and key identifiers.
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "seal/anchors.h"

enum { SIGNERS = 30000, LOOKUPS = 20000, COLD = 101, SWEEP = 48 << 20 };

static uint8_t model[4096];
static size_t model_n;
static struct certificate model_cert;
static uint8_t *sweep;
static volatile unsigned sink;

static void need(bool ok)
{
    if (!ok)
        abort();
}

static double now_ns(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double cpu_ns(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double resident(void)
{
    FILE *f = fopen("/proc/self/statm", "r");
    long all = 0, pages = 0;

    need(f && fscanf(f, "%ld %ld", &all, &pages) == 2);
    (void)fclose(f);
    return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

static void load_model(void)
{
    const char *root = getenv("SERAI_VECTORS");
    char path[1024];
    FILE *f;

    (void)snprintf(path, sizeof path, "%s/travel/emrtd/cert/FR_dsc.der", root ? root : "../shared/data");
    f = fopen(path, "rb");
    if (!f) {
        printf("%s is not there: set SERAI_VECTORS\n", path);
        exit(0);
    }
    model_n = fread(model, 1, sizeof model, f);
    (void)fclose(f);
    need(certificate_parse(span_of(model, model_n), &model_cert, NULL, NULL));
}

static void number(uint8_t *copy, struct span part, uint32_t i)
{
    uint8_t *p = copy + (part.p - model);

    need(part.n >= 5);
    for (size_t k = 0; k < 4; k++)
        p[part.n - 4 + k] = (uint8_t)(i * 2654435761u >> 8 * k);
}

static struct span signer(uint8_t *copy, uint32_t i)
{
    memcpy(copy, model, model_n);
    number(copy, model_cert.serial, i);
    number(copy, model_cert.ski, i);
    return span_of(copy, model_n);
}

/* What each signer is looked up by; prepared, so that only the look-up is timed. */
struct question {
    struct certificate cert;
    uint8_t der[4096];
    struct digest sha256, sha1;
    char signer[128], ref[64];
};

static struct question *question;

static void ask(struct question *q, uint32_t i)
{
    struct span der = signer(q->der, i);
    size_t n = 0;

    need(certificate_parse(der, &q->cert, NULL, NULL));
    digest_of(DIGEST_SHA256, der, &q->sha256);
    digest_of(DIGEST_SHA1, der, &q->sha1);
    (void)snprintf(q->signer, sizeof q->signer, "%.*s%.*s", (int)q->cert.country.n, q->cert.country.p,
                   (int)q->cert.common_name.n, q->cert.common_name.p);
    for (size_t k = 0; k < q->cert.serial.n; k++)
        n += (size_t)snprintf(q->ref + n, sizeof q->ref - n, "%02X", q->cert.serial.p[k]);
}

static const struct anchor *out[8];

/* What the clock and cold code cost by themselves. */
static size_t nothing(const struct anchor_set *s, const struct question *q)
{
    return s && q->der[0] != 0x30;
}

static size_t by_key_id(const struct anchor_set *s, const struct question *q)
{
    return anchors_by_key_id(s, q->cert.ski, out, 8);
}

static size_t by_issuer_serial(const struct anchor_set *s, const struct question *q)
{
    return anchors_by_issuer_serial(s, q->cert.issuer, q->cert.serial, out, 8);
}

static size_t by_seal_ref(const struct anchor_set *s, const struct question *q)
{
    return anchors_by_seal_ref(s, span_str(q->signer), span_str(q->ref), out, 8);
}

static size_t by_sha1_tail(const struct anchor_set *s, const struct question *q)
{
    return anchors_by_sha1_tail(s, span_of(q->sha1.b + 15, 5), out, 8);
}

static size_t by_sha256(const struct anchor_set *s, const struct question *q)
{
    return anchor_by_sha256(s, &q->sha256) != NULL;
}

static int by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

static void sweep_caches(void)
{
    for (size_t i = 0; i < SWEEP; i += 64)
        sink += sweep[i]++;
}

static double one(const struct anchor_set *s,
                  size_t (*find)(const struct anchor_set *, const struct question *), uint32_t i, bool hit,
                  bool cold)
{
    double t;
    size_t n;

    ask(question, i);
    if (cold)
        sweep_caches();
    t = now_ns();
    n = find(s, question);
    t = now_ns() - t;
    need((n > 0) == hit || find == nothing);
    return t;
}

static void lookups(const struct anchor_set *s, const char *name,
                    size_t (*find)(const struct anchor_set *, const struct question *))
{
    static double v[LOOKUPS], cold[COLD];
    struct bench_column c[6];
    static const char *const labels[] = { "hit median",  "hit p99",  "hit cold median",
                                          "miss median", "miss p99", "miss cold median" };

    for (int miss = 0; miss < 2; miss++) {
        for (uint32_t i = 0; i < LOOKUPS; i++)
            v[i] = one(s, find, i * 7919 % SIGNERS + (miss ? SIGNERS : 0), !miss, false);
        for (uint32_t i = 0; i < COLD; i++)
            cold[i] = one(s, find, i * 7919 % SIGNERS + (miss ? SIGNERS : 0), !miss, true);
        qsort(v, LOOKUPS, sizeof *v, by_value);
        qsort(cold, COLD, sizeof *cold, by_value);
        c[3 * miss] = (struct bench_column){ labels[3 * miss], v[LOOKUPS / 2] / 1e3, "us" };
        c[3 * miss + 1] = (struct bench_column){ labels[3 * miss + 1], v[LOOKUPS * 99 / 100] / 1e3, "us" };
        c[3 * miss + 2] = (struct bench_column){ labels[3 * miss + 2], cold[COLD / 2] / 1e3, "us" };
    }
    bench_row(name, c, 6, NULL);
}

int main(int argc, char **argv)
{
    struct anchor_set *s;
    double before, t;
    uint8_t copy[4096];

    bench_init(argc, argv);
    load_model();
    question = calloc(1, sizeof *question);
    sweep = calloc(1, SWEEP);
    need(question && sweep);
    before = resident();
    t = cpu_ns();
    s = anchor_set_new();
    for (uint32_t i = 0; i < SIGNERS; i++)
        need(anchor_set_add(s, signer(copy, i), &(struct anchor_origin){ .source = "bench" }, ANCHOR_VOUCHED,
                            NULL, NULL));
    t = cpu_ns() - t;
    need(anchor_set_count(s) == SIGNERS);
    bench_row("30,000 signers",
              (const struct bench_column[]){ { "of", (double)model_n, "bytes" },
                                             { "memory", (resident() - before) / 1e6, "MB" },
                                             { "of it certificates", SIGNERS * (double)model_n / 1e6, "MB" },
                                             { "filled in", t / 1e6, "ms" } },
              4, NULL);
    lookups(s, "nothing", nothing);
    lookups(s, "by key identifier", by_key_id);
    lookups(s, "by issuer and serial", by_issuer_serial);
    lookups(s, "by seal reference", by_seal_ref);
    lookups(s, "by tail of SHA-1", by_sha1_tail);
    lookups(s, "by SHA-256", by_sha256);
    anchor_set_free(s);
    free(question);
    free(sweep);
    return 0;
}

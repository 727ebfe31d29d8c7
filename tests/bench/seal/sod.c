/*
 * EF.SOD documents, each against the raw sum of its own verifications and digests and against OpenSSL's CMS
 * and chain, all taken in turn, call by call, in processor time. `cold`: the signer was never seen by the set
 * (what the set remembers of it is overwritten before each call); `first`: a set that has never verified
 * anything, so that the country signer's key and certificate are new as well, which is one verification more;
 * `warm`: the signer was seen before. Each is the median over rounds of the least of three calls.
 */
#include "sod.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "bench.h"
#include "seal/master_list.h"

enum { ROUNDS_MAX = 201, TRIES = 3 };

static struct arena arena;

static void need(bool ok)
{
    if (!ok)
        abort();
}

double cpu_ns(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static struct span file(const char *relative)
{
    const char *root = getenv("SERAI_VECTORS");
    char path[1024];
    FILE *f;
    uint8_t *p;
    size_t n;

    (void)snprintf(path, sizeof path, "%s/travel/emrtd/%s", root ? root : "../shared/data", relative);
    f = fopen(path, "rb");
    if (!f) {
        printf("%s is not there: set SERAI_VECTORS\n", path);
        exit(0);
    }
    p = arena_alloc(&arena, 1 << 20);
    n = fread(p, 1, 1 << 20, f);
    (void)fclose(f);
    return span_of(p, n);
}

static struct anchor_set *german(void)
{
    struct anchor_set *s = anchor_set_new();
    struct master_list l;
    struct span der;
    size_t at = 0;

    (void)master_list_verify(file("masterlist/DE_ML_2026-05-28.ml"), s, &arena, &l, NULL);
    while ((der = master_list_next(&l, &at)).n > 0)
        need(anchor_set_add(s, der, &(struct anchor_origin){ .source = "list" }, ANCHOR_VOUCHED, NULL, NULL));
    return s;
}

static struct anchor_set *synthetic(bool link)
{
    struct anchor_set *s = anchor_set_new();

    need(anchor_set_add(s, file("synthetic/csca1.der"), &(struct anchor_origin){ .source = "" },
                        ANCHOR_VOUCHED, NULL, NULL) &&
         anchor_set_add(s, file(link ? "synthetic/csca2_link.der" : "synthetic/csca2.der"),
                        &(struct anchor_origin){ .source = "" }, ANCHOR_VOUCHED, NULL, NULL) &&
         anchor_set_add_crl(s, file("synthetic/crl1.crl"), &(struct anchor_origin){ .source = "list" }, NULL,
                            NULL) &&
         anchor_set_add_crl(s, file("synthetic/crl2.crl"), &(struct anchor_origin){ .source = "list" }, NULL,
                            NULL));
    return s;
}

static void verify(struct document *d, const struct anchor_set *set)
{
    static struct findings f; /* as a caller keeps it: too large for every stack */
    struct chip_options opt = { .anchors = set, .at = d->at, .dsc = &d->dsc, .n_dsc = d->dsc.n > 0 };
    struct arena a;

    findings_init(&f);
    arena_init(&a, 1 << 20);
    (void)chip_verify(d->sod, d->dg, d->n_dg, &opt, &a, &d->chip, &f);
    arena_free(&a);
}

/* A set that has verified nothing, of those anchors that can be the signer's. */
static struct anchor_set *untouched(const struct document *d)
{
    struct anchor_set *s = anchor_set_new();
    const struct anchor *by = d->chip.chain == STEP_HOLDS ? d->chip.path.anchor : NULL, *a;

    for (size_t i = 0; by && (a = anchor_at(d->set, i)) != NULL; i++)
        if (a == by || span_eq(a->cert.subject, by->cert.issuer))
            need(anchor_set_add(s, a->cert.der, NULL, ANCHOR_VOUCHED, NULL, NULL));
    return s;
}

static double cold(struct document *d)
{
    struct digest place;
    double t;

    verify(d, d->set);
    digest_of(DIGEST_SHA256, d->chip.signer.der, &place);
    place.b[31] ^= 1; /* another certificate of the same place */
    if (d->chip.chain == STEP_HOLDS)
        anchors_certify(d->set, &place, d->chip.path.anchor);
    t = cpu_ns();
    verify(d, d->set);
    return cpu_ns() - t;
}

static double warm(struct document *d)
{
    double t = cpu_ns();

    verify(d, d->set);
    return cpu_ns() - t;
}

static double first(struct document *d)
{
    struct anchor_set *s = untouched(d);
    double t = cpu_ns();

    verify(d, s);
    t = cpu_ns() - t;
    anchor_set_free(s);
    verify(d, d->set); /* its anchor is of the set again */
    return t;
}

static double least_of(double (*call)(struct document *), struct document *d)
{
    double least = call(d);

    for (int i = 1; i < TRIES; i++) {
        double t = call(d);

        least = t < least ? t : least;
    }
    return least;
}

static double peer_time(struct peer *p)
{
    double least = 0;

    for (int i = 0; i < TRIES; i++) {
        double t = cpu_ns();

        need(!peer_once(p));
        t = cpu_ns() - t;
        least = i == 0 || t < least ? t : least;
    }
    return least;
}

static int by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

static double median(double *v, size_t n)
{
    qsort(v, n, sizeof *v, by_value);
    return v[n / 2];
}

/* Series of one document, in nanoseconds. */
struct series {
    double cold[ROUNDS_MAX], warm[ROUNDS_MAX], first[ROUNDS_MAX], peer[ROUNDS_MAX], digests[ROUNDS_MAX];
    double evp[RAW_VERIFICATIONS][ROUNDS_MAX], ours[RAW_VERIFICATIONS][ROUNDS_MAX];
};

static void raw_time(struct raw *r, struct series *s, size_t n)
{
    for (int i = 0; i < TRIES; i++) {
        struct raw_times t;

        raw_once(r, &t);
        for (size_t k = 0; k < RAW_VERIFICATIONS; k++) {
            s->evp[k][n] = i == 0 || t.evp[k] < s->evp[k][n] ? t.evp[k] : s->evp[k][n];
            s->ours[k][n] = i == 0 || t.ours[k] < s->ours[k][n] ? t.ours[k] : s->ours[k][n];
        }
        s->digests[n] = i == 0 || t.digests < s->digests[n] ? t.digests : s->digests[n];
    }
}

static void report(struct document *d, struct series *s, size_t n, const char *refused)
{
    double raw = median(s->digests, n), c = median(s->cold, n), w = median(s->warm, n),
           f = median(s->first, n), p = refused ? 0 : median(s->peer, n), evp = 0, own = 0, proof = 0;

    for (size_t i = 0; i < RAW_VERIFICATIONS; i++) {
        double e = median(s->evp[i], n), o = median(s->ours[i], n), least = e > 0 && e < o ? e : o;

        if (i == 2) {
            proof = least;
            break;
        }
        evp += e;
        own += o;
        raw += least;
    }
    bench_row(d->name,
              (const struct bench_column[]){ { "cold", c / 1e3, "us" },
                                             { "first", f / 1e3, "us" },
                                             { "warm", w / 1e3, "us" },
                                             { "raw", raw / 1e3, "us" },
                                             { "EVP", evp / 1e3, "us" },
                                             { "own", own / 1e3, "us" },
                                             { "cold/raw", c / raw, "" },
                                             { "first/raw", f / (raw + proof), "" },
                                             { "OpenSSL", p / 1e3, "us" },
                                             { "OpenSSL/cold", p / c, "" } },
              10, refused);
}

static void measure(struct document *d, bool quick)
{
    static struct series s;
    struct raw *raw;
    struct peer *peer = peer_new(d);
    const char *refused = peer_once(peer);
    double end;
    size_t n = 0;

    verify(d, d->set);
    need(d->chip.signature == STEP_HOLDS);
    raw = raw_new(d, &arena);
    end = cpu_ns() + (quick ? 50e6 : 900e6);
    while (n < ROUNDS_MAX && (n < 9 || cpu_ns() < end)) {
        raw_time(raw, &s, n);
        s.cold[n] = least_of(cold, d);
        s.warm[n] = least_of(warm, d);
        s.first[n] = least_of(first, d);
        s.peer[n] = refused ? 0 : peer_time(peer);
        n++;
    }
    report(d, &s, n, refused);
    raw_free(raw);
    peer_free(peer);
}

static void real(struct anchor_set *set, bool quick)
{
    static const char *const ids[] = { "CN", "DE", "FR", "MY", "NZ", "RU", "SG", "UK", "US" };
    struct document bsi = { .name = "BSI 2008, no anchor", .set = set, .at = 1795000000, .n_dg = 2 },
                    etsi = bsi;
    char name[64];

    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        struct document d = { .name = ids[i], .set = set, .at = 1795000000 };

        (void)snprintf(name, sizeof name, "sod/%s_EF_SOD.bin", ids[i]);
        d.sod = file(name);
        measure(&d, quick);
    }
    bsi.sod = file("specimen/BSI2008_EF_SOD.bin");
    bsi.dg[0].bytes = file("specimen/BSI2008_DG1.bin");
    bsi.dg[1].bytes = file("specimen/BSI2008_DG14.bin");
    measure(&bsi, quick);
    etsi.name = "ETSI, no anchor";
    etsi.sod = file("specimen/ETSI_EF_SOD.bin");
    etsi.n_dg = 3;
    etsi.dg[0].bytes = file("specimen/ETSI_DG1.bin");
    etsi.dg[1].bytes = file("specimen/ETSI_DG14.bin");
    etsi.dg[2].bytes = file("specimen/ETSI_DG15.bin");
    measure(&etsi, quick);
}

static void made(bool quick)
{
    static const struct {
        const char *name, *dg1, *dsc;
        bool link;
    } made[] = {
        { "genuine_rsa", "dg1", NULL, false },
        { "genuine_ec_v1_ski", "dg1", NULL, false },
        { "genuine_pss", "dg1", NULL, false },
        { "genuine_old_dsc", "dg1", NULL, false },
        { "genuine_dsc_outside", "dg1", "synthetic/dsc_ok1.der", false },
        { "genuine_link", "dg1", NULL, true },
        { "revoked", "dg1", NULL, false },
        { "expired_document", "dg1_expired", NULL, false },
        { "forged_other_country", "dg1_othercountry", NULL, false },
    };
    char name[64];

    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++) {
        struct document d = { .name = made[i].name, .at = 1793534400, .n_dg = 2 };

        d.set = synthetic(made[i].link);
        (void)snprintf(name, sizeof name, "synthetic/%s.bin", made[i].name);
        d.sod = file(name);
        (void)snprintf(name, sizeof name, "synthetic/%s.bin", made[i].dg1);
        d.dg[0].bytes = file(name);
        d.dg[1].bytes = file("synthetic/dg2_noise.bin");
        if (made[i].dsc)
            d.dsc = file(made[i].dsc);
        measure(&d, quick);
        anchor_set_free(d.set);
    }
}

int main(int argc, char **argv)
{
    struct anchor_set *set;
    bool quick = false;

    bench_init(argc, argv);
    for (int i = 1; i < argc; i++)
        quick = quick || strcmp(argv[i], "--quick") == 0;
    arena_init(&arena, 256 << 20);
    set = german();
    real(set, quick);
    made(quick);
    anchor_set_free(set);
    arena_free(&arena);
    return 0;
}

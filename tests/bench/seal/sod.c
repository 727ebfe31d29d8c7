/*
 * EF.SOD documents, each against the raw sum of its own verifications and digests and against OpenSSL's CMS
 * and chain, all taken in turn, call by call, in processor time. `cold`: the signer was never seen by the set
 * (what the set remembers of it is overwritten before each call); `first`: a set that has never verified
 * anything, so that the country signer's key is new as well; `warm`: the signer was seen before.
 */
#include "sod.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "bench.h"
#include "seal/master_list.h"

enum { CALLS_MAX = 401 };

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
    const struct anchor *a = d->chip.chain == STEP_HOLDS ? d->chip.path.anchor : NULL;

    if (a)
        need(anchor_set_add(s, a->cert.der, &(struct anchor_origin){ .source = "" }, ANCHOR_VOUCHED, NULL,
                            NULL));
    return s;
}

static double cold(struct document *d, const struct anchor_set *set, const struct digest *place)
{
    double t;

    if (d->chip.chain == STEP_HOLDS)
        anchors_certify(set, place, d->chip.path.anchor);
    t = cpu_ns();
    verify(d, set);
    return cpu_ns() - t;
}

static double first(struct document *d)
{
    struct anchor_set *s = untouched(d);
    double t = cpu_ns();

    verify(d, s);
    t = cpu_ns() - t;
    anchor_set_free(s);
    return t;
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
    double cold[CALLS_MAX], warm[CALLS_MAX], first[CALLS_MAX], peer[CALLS_MAX], digests[CALLS_MAX];
    double evp[2][CALLS_MAX], ours[2][CALLS_MAX];
};

static double least(double evp, double ours)
{
    return evp > 0 && evp < ours ? evp : ours;
}

static void report(struct document *d, struct series *s, size_t n, size_t verifications, const char *refused)
{
    double raw = median(s->digests, n), c = median(s->cold, n), w = median(s->warm, n),
           f = median(s->first, n), p = refused ? 0 : median(s->peer, n), evp = 0, ours = 0;

    for (size_t i = 0; i < verifications; i++) {
        double e = median(s->evp[i], n), o = median(s->ours[i], n);

        evp += e;
        ours += o;
        raw += least(e, o);
    }
    bench_row(d->name,
              (const struct bench_column[]){ { "cold", c / 1e3, "us" },
                                             { "first", f / 1e3, "us" },
                                             { "warm", w / 1e3, "us" },
                                             { "raw", raw / 1e3, "us" },
                                             { "EVP", evp / 1e3, "us" },
                                             { "own", ours / 1e3, "us" },
                                             { "cold/raw", c / raw, "" },
                                             { "first/raw", f / raw, "" },
                                             { "OpenSSL", p / 1e3, "us" },
                                             { "OpenSSL/cold", p / c, "" } },
              10, refused);
}

static void measure(struct document *d, bool quick)
{
    static struct series s;
    struct digest place;
    struct raw *raw;
    struct peer *peer = peer_new(d);
    const char *refused = peer_once(peer);
    double spent = 0;
    size_t n = 0;

    verify(d, d->set);
    need(d->chip.signature == STEP_HOLDS);
    raw = raw_new(d, &arena);
    digest_of(DIGEST_SHA256, d->chip.signer.der, &place);
    place.b[31] ^= 1; /* another certificate of the same place */
    while (n < CALLS_MAX && (n < 21 || spent < (quick ? 20e6 : 400e6))) {
        struct raw_times t;
        double at;

        raw_once(raw, &t);
        for (size_t i = 0; i < 2; i++) {
            s.evp[i][n] = t.evp[i];
            s.ours[i][n] = t.ours[i];
        }
        s.digests[n] = t.digests;
        s.cold[n] = cold(d, d->set, &place);
        at = cpu_ns();
        verify(d, d->set);
        s.warm[n] = cpu_ns() - at;
        s.first[n] = first(d);
        verify(d, d->set); /* its anchor is of the set again */
        at = cpu_ns();
        if (!refused)
            need(!peer_once(peer));
        s.peer[n] = cpu_ns() - at;
        spent += s.cold[n] + s.warm[n] + s.first[n] + s.peer[n] + t.ours[0] + t.evp[0];
        n++;
    }
    report(d, &s, n, raw_verifications(raw), refused);
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

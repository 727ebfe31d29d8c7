/* Certificates, anchors and paths against what OpenSSL takes for the same, on the shared data; without it
 * nothing runs. */
#include "bench.h"

#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "seal/chip.h"
#include "seal/master_list.h"
#include "trust/load.h"

static struct arena arena;

static void need(bool ok)
{
    if (!ok)
        abort();
}

static struct span file(const char *relative)
{
    const char *root = getenv("SERAI_VECTORS");
    char path[1024];
    FILE *f;
    uint8_t *p;
    size_t n;

    (void)snprintf(path, sizeof path, "%s/travel/%s", root ? root : "../shared/data", relative);
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

static void parse(void *ctx, size_t n)
{
    struct certificate c;

    while (n--)
        need(certificate_parse(*(struct span *)ctx, &c, NULL, NULL));
}

static void parse_raw(void *ctx, size_t n)
{
    struct span *s = ctx;

    while (n--) {
        const unsigned char *p = s->p;

        X509_free(d2i_X509(NULL, &p, (long)s->n));
    }
}

struct list {
    struct span der[1024];
    size_t n, each;
};

static void load(void *ctx, size_t n)
{
    struct list *l = ctx;

    while (n--) {
        struct anchor_set *s = anchor_set_new();

        for (size_t i = 0; i < l->each; i++)
            need(anchor_set_add(s, l->der[i % l->n], &(struct anchor_origin){ .source = "list" },
                                ANCHOR_VOUCHED, NULL, NULL));
        anchor_set_free(s);
    }
}

static void load_raw(void *ctx, size_t n)
{
    struct list *l = ctx;

    while (n--) {
        for (size_t i = 0; i < l->each; i++) {
            const unsigned char *p = l->der[i % l->n].p;
            X509 *x = d2i_X509(NULL, &p, (long)l->der[i % l->n].n);

            (void)X509_get0_pubkey(x); /* NULL for the explicit curves it refuses */
            X509_free(x);
        }
    }
}

struct find {
    struct anchor_set *set;
    struct span der;
    struct certificate cert;
    const struct anchor *by;
    struct digest tbs;
};

static void lookup(void *ctx, size_t n)
{
    struct find *f = ctx;
    const struct anchor *out[8];

    while (n--)
        need(anchors_by_key_id(f->set, f->cert.aki, out, 8) > 0);
}

/* Parsed and found anew each time, as a seal with its certificate inside does. */
static void known(void *ctx, size_t n)
{
    struct find *f = ctx;
    struct certificate c;
    struct path p;

    while (n--)
        need(certificate_parse(f->der, &c, NULL, NULL) &&
             path_find(f->set, &c, FOR_TRAVEL, &p, NULL, NULL) == RESULT_GENUINE);
}

/* The same with nothing remembered: the table is overwritten by hand. */
static void fresh(void *ctx, size_t n)
{
    struct find *f = ctx;
    struct certificate c;
    struct path p;
    struct digest sha256, other;

    digest_of(DIGEST_SHA256, f->der, &sha256);
    other = sha256;
    other.b[31] ^= 1; /* the same place */
    while (n--) {
        anchors_certify(f->set, &other, f->by);
        need(certificate_parse(f->der, &c, NULL, NULL) &&
             path_find(f->set, &c, FOR_TRAVEL, &p, NULL, NULL) == RESULT_GENUINE);
    }
}

static void verify_only(void *ctx, size_t n)
{
    struct find *f = ctx;

    while (n--)
        need(signature_verify(f->by->key, &f->cert.sig_alg, &f->tbs, f->cert.signature, NULL));
}

struct sod {
    struct span in;
    struct chip_options opt;
    struct chip chip;
    struct public_key *key;
    struct digest d;
};

static void chip_run(void *ctx, size_t n)
{
    struct sod *s = ctx;
    struct digest other;

    digest_of(DIGEST_SHA256, s->chip.signer.der, &other);
    other.b[31] ^= 1;
    while (n--) {
        struct arena a;

        arena_init(&a, 1 << 20);
        anchors_certify(s->opt.anchors, &other, s->chip.path.anchor);
        need(chip_verify(s->in, NULL, 0, &s->opt, &a, &s->chip, NULL) == RESULT_UNDETERMINED);
        arena_free(&a);
    }
}

/* The two verifications alone: the floor that nothing can beat. */
static void chip_floor(void *ctx, size_t n)
{
    struct sod *s = ctx;
    const struct anchor *by = s->chip.path.anchor;

    while (n--) {
        /* This one does not hold, being over other bytes: the cost is the same. */
        need(!signature_verify(s->key, &s->chip.sig_alg, &s->d, s->chip.signer.signature, NULL));
        need(signature_verify(by->key, &s->chip.signer.sig_alg, &s->d, s->chip.signer.signature, NULL));
    }
}

static void chips(struct anchor_set *set)
{
    static const char *const ids[] = { "CN", "DE", "FR", "MY", "NZ", "RU", "SG", "UK", "US" };
    char name[128];

    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        struct sod s = { .opt = { .anchors = set, .at = 1795000000 } };

        (void)snprintf(name, sizeof name, "emrtd/sod/%s_EF_SOD.bin", ids[i]);
        s.in = file(name);
        (void)chip_verify(s.in, NULL, 0, &s.opt, &arena, &s.chip, NULL);
        need(s.chip.chain == STEP_HOLDS);
        need(public_key_from_spki(s.chip.signer.spki, &s.key, NULL));
        digest_of(s.chip.signer.sig_alg.digest, s.chip.signer.tbs, &s.d);
        (void)snprintf(name, sizeof name, "SOD %s, signer new", ids[i]);
        /* The floor's first verification fails, at the same cost, when its digest is of another length it is
         * left out. */
        if (s.d.n == digest_size(s.chip.sig_alg.digest))
            (void)bench_ratio(name, chip_run, &s, "its two verifications", chip_floor, &s, 0.77);
        else
            (void)bench_time(name, chip_run, &s);
        public_key_free(s.key);
    }
}

int main(int argc, char **argv)
{
    struct span der, list;
    struct list all = { .n = 0 };
    struct anchor_set *set = anchor_set_new();
    struct master_list ml;
    struct find f = { .set = set };
    struct path p;
    size_t at = 0;

    bench_init(argc, argv);
    arena_init(&arena, 64 << 20);
    der = file("emrtd/cert/US_dsc.der");
    (void)bench_ratio("parse an RSA certificate", parse, &der, "d2i_X509", parse_raw, &der, 0);
    der = file("emrtd/cert/DE_dsc.der");
    (void)bench_ratio("parse an EC certificate, explicit", parse, &der, "d2i_X509", parse_raw, &der, 0);
    list = file("emrtd/masterlist/DE_ML_2026-05-28.ml");
    need(master_list_verify(list, set, &arena, &ml, NULL) == RESULT_NO_ANCHOR);
    while ((der = master_list_next(&ml, &at)).n > 0)
        all.der[all.n++] = der;
    all.each = all.n;
    (void)bench_ratio("load 588 country signers", load, &all, "d2i_X509 and key", load_raw, &all, 0);
    for (size_t i = 0; i < all.n; i++)
        need(anchor_set_add(set, all.der[i], &(struct anchor_origin){ .source = "list" }, ANCHOR_VOUCHED,
                            NULL, NULL));
    f.der = file("emrtd/cert/UK_dsc.der");
    need(certificate_parse(f.der, &f.cert, NULL, NULL) &&
         path_find(set, &f.cert, FOR_TRAVEL, &p, NULL, NULL) == RESULT_GENUINE);
    f.by = p.anchor;
    digest_of(f.cert.sig_alg.digest, f.cert.tbs, &f.tbs);
    (void)bench_time("look a key identifier up", lookup, &f);
    (void)bench_time("parse and path, signer known", known, &f);
    (void)bench_ratio("parse and path, signer new (P-384)", fresh, &f, "its verification", verify_only, &f,
                      0.97);
    f.der = file("emrtd/cert/FR_dsc.der");
    need(certificate_parse(f.der, &f.cert, NULL, NULL) &&
         path_find(set, &f.cert, FOR_TRAVEL, &p, NULL, NULL) == RESULT_GENUINE);
    f.by = p.anchor;
    digest_of(f.cert.sig_alg.digest, f.cert.tbs, &f.tbs);
    (void)bench_ratio("parse and path, signer new (RSA 4096)", fresh, &f, "its verification", verify_only, &f,
                      0.9);
    chips(set);
    anchor_set_free(set);
    arena_free(&arena);
    return 0;
}

/*
 * 900 country certificates, as they come: a folder of files, one file of certificates behind one another, a
 * signed master list. The German list, what csca_eco.bin adds to it, and country signers made here up to 900.
 */
#include "bench.h"

#include <openssl/cms.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "seal/issue_certificate.h"
#include "seal/master_list.h"
#include "trust/load.h"
#include "wire/der.h"
#include "wire/der_write.h"

enum { WANTED = 900, ROUNDS = 15 };

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
    uint8_t *p = arena_alloc(&arena, 1 << 20);
    size_t n;

    (void)snprintf(path, sizeof path, "%s/travel/emrtd/%s", root ? root : "../shared/data", relative);
    f = fopen(path, "rb");
    if (!f) {
        printf("%s is not there: set SERAI_VECTORS\n", path);
        exit(0);
    }
    n = fread(p, 1, 1 << 20, f);
    (void)fclose(f);
    return span_of(p, n);
}

struct all {
    struct anchor_set *seen; /* each certificate once */
    struct span der[WANTED];
    size_t n;
};

static bool take(void *ctx, struct span der)
{
    struct all *all = ctx;

    if (all->n == WANTED)
        return false;
    need(anchor_set_add(all->seen, der, NULL, ANCHOR_KNOWN, NULL, NULL));
    if (anchor_set_count(all->seen) > all->n)
        all->der[all->n++] = arena_copy(&arena, der);
    return true;
}

/* Country signers of no State, over the curves that real ones have. */
static void make_rest(struct all *all)
{
    static const enum curve curves[] = { CURVE_P256, CURVE_BP256, CURVE_P384, CURVE_BP384 };

    while (all->n < WANTED) {
        struct certificate_order order = { .role = CERTIFICATE_COUNTRY_SIGNER,
                                           .country = "UT",
                                           .organization = "SPECIMEN",
                                           .common_name = "SPECIMEN CSCA",
                                           .serial = all->n + 1,
                                           .not_before = 1700000000,
                                           .not_after = 2000000000 };
        struct private_key *key;
        struct buffer b;

        buf_init(&b, 1 << 16);
        need(private_key_generate(curves[all->n % 4], &key, NULL) &&
             certificate_issue(&order, key, key, (struct span){ 0 }, &b, NULL) && take(all, buf_span(&b)));
        private_key_free(key);
        buf_free(&b);
    }
}

static void gather(struct all *all)
{
    struct master_list l;
    struct span der;
    size_t at = 0;

    all->seen = anchor_set_new();
    (void)master_list_verify(file("masterlist/DE_ML_2026-05-28.ml"), all->seen, &arena, &l, NULL);
    while ((der = master_list_next(&l, &at)).n > 0)
        (void)take(all, der);
    (void)certificates_in(file("csca_eco.bin"), &arena, take, all);
    make_rest(all);
    anchor_set_free(all->seen);
}

static void extension(X509 *x, int nid, const char *value)
{
    X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

    need(e && X509_add_ext(x, e, -1) == 1);
    X509_EXTENSION_free(e);
}

/* A signer of master lists that nobody certified. */
static X509 *list_signer(EVP_PKEY *key)
{
    X509 *x = X509_new();
    X509_NAME *name = X509_get_subject_name(x);

    need(X509_set_version(x, 2) == 1 && ASN1_INTEGER_set(X509_get_serialNumber(x), 1) == 1 &&
         X509_NAME_add_entry_by_txt(name, "C", MBSTRING_ASC, (const uint8_t *)"UT", -1, -1, 0) == 1 &&
         X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const uint8_t *)"SPECIMEN", -1, -1, 0) == 1 &&
         X509_set_issuer_name(x, name) == 1 && X509_gmtime_adj(X509_getm_notBefore(x), 0) &&
         X509_gmtime_adj(X509_getm_notAfter(x), 86400) && X509_set_pubkey(x, key) == 1);
    extension(x, NID_key_usage, "critical,digitalSignature");
    extension(x, NID_ext_key_usage, "2.23.136.1.1.3");
    need(X509_sign(x, key, EVP_sha256()) > 0);
    return x;
}

/* CscaMasterList in SignedData (Doc 9303-12 9). */
static struct span master_list(const struct all *all)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *signer = list_signer(key);
    ASN1_OBJECT *type = OBJ_txt2obj("2.23.136.1.1.2", 1);
    struct buffer b;
    size_t outer, set;
    BIO *content;
    CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, CMS_PARTIAL | CMS_BINARY);
    uint8_t *der = NULL;
    int n = 0;

    buf_init(&b, 4 << 20);
    outer = der_put_begin(&b, DER_SEQUENCE);
    der_put_uint(&b, 0);
    set = der_put_begin(&b, DER_SET);
    for (size_t i = 0; i < all->n; i++)
        buf_put(&b, all->der[i]);
    der_put_end(&b, set);
    der_put_end(&b, outer);
    content = BIO_new_mem_buf(buf_span(&b).p, (int)buf_span(&b).n);
    need(cms && CMS_set1_eContentType(cms, type) == 1 &&
         CMS_add1_signer(cms, signer, key, EVP_sha256(), CMS_BINARY) &&
         CMS_final(cms, content, NULL, CMS_BINARY) == 1 && (n = i2d_CMS_ContentInfo(cms, &der)) > 0);
    BIO_free(content);
    CMS_ContentInfo_free(cms);
    ASN1_OBJECT_free(type);
    X509_free(signer);
    EVP_PKEY_free(key);
    buf_free(&b);
    return span_of(der, (size_t)n);
}

static void put(const char *path, struct span bytes)
{
    FILE *f = fopen(path, "wb");

    need(f && fwrite(bytes.p, 1, bytes.n, f) == bytes.n && fclose(f) == 0);
}

static double ns(clockid_t clock)
{
    struct timespec t;

    (void)clock_gettime(clock, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

/* The median of both clocks: what the machine does besides shows in the one, files in the kernel in both. */
static void load(const char *name, const char *path)
{
    double wall[ROUNDS], cpu[ROUNDS];

    for (size_t i = 0; i < ROUNDS; i++) {
        struct anchor_set *s = anchor_set_new();
        struct findings f;

        findings_init(&f);
        wall[i] = ns(CLOCK_MONOTONIC);
        cpu[i] = ns(CLOCK_PROCESS_CPUTIME_ID);
        need(trust_load(s, path, NULL, NULL, &f, NULL) && anchor_set_count(s) == WANTED);
        cpu[i] = ns(CLOCK_PROCESS_CPUTIME_ID) - cpu[i];
        wall[i] = ns(CLOCK_MONOTONIC) - wall[i];
        anchor_set_free(s);
    }
    qsort(wall, ROUNDS, sizeof *wall, by_value);
    qsort(cpu, ROUNDS, sizeof *cpu, by_value);
    bench_row(name,
              (const struct bench_column[]){ { "processor", cpu[ROUNDS / 2] / 1e6, "ms" },
                                             { "wall", wall[ROUNDS / 2] / 1e6, "ms" },
                                             { "best", wall[0] / 1e6, "ms" } },
              3, NULL);
}

int main(int argc, char **argv)
{
    static struct all all;
    char dir[] = "/tmp/serai-bench-XXXXXX", folder[64], one[64], list[64], name[96];
    struct buffer b;

    bench_init(argc, argv);
    arena_init(&arena, 64 << 20);
    gather(&all);
    need(mkdtemp(dir) != NULL);
    (void)snprintf(folder, sizeof folder, "%s/files", dir);
    (void)snprintf(one, sizeof one, "%s/all.bin", dir);
    (void)snprintf(list, sizeof list, "%s/list.ml", dir);
    need(mkdir(folder, 0700) == 0);
    buf_init(&b, 4 << 20);
    for (size_t i = 0; i < all.n; i++) {
        (void)snprintf(name, sizeof name, "%s/%03zu.der", folder, i);
        put(name, all.der[i]);
        buf_put(&b, all.der[i]);
    }
    put(one, buf_span(&b));
    put(list, master_list(&all));
    load("900, a folder", folder);
    load("900, one file", one);
    load("900, a master list", list);
    for (size_t i = 0; i < all.n; i++) {
        (void)snprintf(name, sizeof name, "%s/%03zu.der", folder, i);
        (void)unlink(name);
    }
    (void)unlink(one);
    (void)unlink(list);
    (void)rmdir(folder);
    (void)rmdir(dir);
    buf_free(&b);
    arena_free(&arena);
    return 0;
}

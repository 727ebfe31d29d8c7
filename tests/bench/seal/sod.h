/* One document of the SOD benchmark, and what it is compared with. */
#ifndef SERAI_BENCH_SOD_H
#define SERAI_BENCH_SOD_H

#include "base/arena.h"
#include "seal/chip.h"

struct document {
    const char *name;
    struct span sod, dsc; /* dsc: the document signer when EF.SOD does not hold it */
    struct data_group dg[4];
    size_t n_dg;
    struct anchor_set *set;
    unix_time at;
    struct chip chip; /* as chip_verify leaves it */
};

/* Nanoseconds of this thread's own processor time: what others do on the machine does not count. */
double cpu_ns(void);

/*
 * The raw sum: each verification with the key prepared, once by EVP_PKEY_verify and once by signature_verify,
 * and each digest over a kept context. Nothing is read.
 */
struct raw;

struct raw *raw_new(const struct document *d, struct arena *a);
void raw_free(struct raw *r);
/* Verifications: of EF.SOD, of its signer's certificate, of the country signer's own certificate. One
 * measurement of each; evp is 0 where OpenSSL does not decode the key, both where there is none. */
enum { RAW_VERIFICATIONS = 3 };

struct raw_times {
    double evp[RAW_VERIFICATIONS], ours[RAW_VERIFICATIONS], digests;
};
void raw_once(struct raw *r, struct raw_times *out);

/* d2i_CMS_ContentInfo, CMS_verify with the chain to a store of the same anchors; neither data groups nor
 * the security object are looked at. */
struct peer;

struct peer *peer_new(const struct document *d);
void peer_free(struct peer *p);
/* Why OpenSSL cannot verify this document; NULL when it can. */
const char *peer_once(struct peer *p);

#endif

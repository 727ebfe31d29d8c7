/*
 * Writes the seeds of the targets der, lds, certificate, sod and chip below the folder given: certificates, a
 * chip in DER and in BER, and a master list, with keys made on the spot. Not part of the build: cc
 * -D_GNU_SOURCE -Isrc -Itests/unit/seal tests/fuzz/seal/seeds.c tests/unit/seal/make_sod.c
 * tests/unit/seal/make_certificate.c build/libserai-all.a -lcrypto -lsodium -lpthread -o seeds && ./seeds
 * tests/fuzz/corpus
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "make_sod.h"
#include "seal/issue_certificate.h"

static const char *root;

static void put(const char *target, const char *name, struct span s)
{
    char path[1024];
    FILE *f;

    (void)snprintf(path, sizeof path, "%s/%s", root, target);
    (void)mkdir(path, 0755);
    (void)snprintf(path, sizeof path, "%s/%s/%s", root, target, name);
    f = fopen(path, "wb");
    if (!f || fwrite(s.p, 1, s.n, f) != s.n || fclose(f) != 0)
        abort();
}

int main(int argc, char **argv)
{
    struct certificate_order o = {
        CERTIFICATE_COUNTRY_SIGNER, "UT", NULL, "CSCA SPECIMEN", 1, 1600000000, 2600000000, NULL
    };
    struct span dg[] = { SPAN("\x61\x5b\x5f\x1f\x58P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
                              "L898902C36UTO7408122F3204159ZE184226B<<<<<10"),
                         SPAN("\x75\x03\x01\x02\x03") };
    struct private_key *ca_key, *key;
    struct buffer ca, dsc, out;

    if (argc != 2 || !private_key_generate(CURVE_P256, &ca_key, NULL) ||
        !private_key_generate(CURVE_BP256, &key, NULL))
        return 2;
    root = argv[1];
    (void)mkdir(root, 0755);
    buf_init(&ca, 8192);
    buf_init(&dsc, 8192);
    buf_init(&out, 65536);
    if (!certificate_issue(&o, ca_key, ca_key, (struct span){ 0 }, &ca, NULL))
        return 1;
    o = (struct certificate_order){
        CERTIFICATE_VDSNC_SIGNER, "UT", "SPECIMEN", "DS", 0x90, 1700000000, 1900000000, "P NV"
    };
    if (!certificate_issue(&o, key, ca_key, buf_span(&ca), &dsc, NULL))
        return 1;
    put("certificate", "csca", buf_span(&ca));
    put("certificate", "signer", buf_span(&dsc));
    put("der", "certificate", buf_span(&dsc));
    certificate_pem(buf_span(&ca), &out);
    put("certificate", "pem", buf_span(&out));
    for (int form = 0; form < 4; form++) {
        struct span certs[] = { buf_span(&ca) };
        struct sod_order s = { .signer = key,
                               .dsc = buf_span(&dsc),
                               .by_key_id = form & 1,
                               .indefinite = form == 1,
                               .dg = dg,
                               .n_dg = 2,
                               .list = certs,
                               .n_list = form > 1 };
        char name[16];

        buf_reset(&out);
        make_sod(&s, &out);
        (void)snprintf(name, sizeof name, "%s-%d", form > 1 ? "list" : "sod", form);
        put("sod", name, buf_span(&out));
        put("der", name, buf_span(&out));
    }
    {
        /* A whole chip: parts of two bytes of length each, in the order of the target. */
        struct sod_order so = { .signer = key, .dsc = buf_span(&dsc), .dg = dg, .n_dg = 2 };
        struct span parts[13] = { { 0 }, { 0 }, dg[0], dg[1] };
        struct buffer whole;

        buf_reset(&out);
        make_sod(&so, &out);
        parts[0] = buf_span(&out);
        parts[10] = buf_span(&ca);
        buf_init(&whole, 65536);
        for (size_t i = 0; i < 13; i++) {
            buf_be(&whole, parts[i].n, 2);
            buf_put(&whole, parts[i]);
        }
        put("chip", "whole", buf_span(&whole));
        buf_free(&whole);
    }
    put("lds", "dg1", dg[0]);
    put("lds", "dg2", dg[1]);
    put("lds", "com",
        SPAN("\x60\x14\x5f\x01\x04"
             "0107"
             "\x5f\x36\x06"
             "040000"
             "\x5c\x02\x61\x75"));
    return 0;
}

/*
 * Writes the seeds of the target mdoc into the folder given, with keys made on the spot. Not part of the
 * build: cc -D_GNU_SOURCE -Isrc -Itests/unit/seal tests/fuzz/seal/mdoc_seeds.c tests/unit/seal/make_mdoc.c
 * build/libserai-all.a -lcrypto -lsodium -lpthread -o seeds && ./seeds tests/fuzz/corpus/mdoc
 */
#include <stdio.h>
#include <stdlib.h>

#include "make_mdoc.h"
#include "wire/mdoc.h"

static void put(const char *folder, const char *name, struct span s)
{
    char path[1024];
    FILE *f;

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    f = fopen(path, "wb");
    if (!f || fwrite(s.p, 1, s.n, f) != s.n || fclose(f) != 0)
        abort();
}

int main(int argc, char **argv)
{
    static const enum curve curves[] = { CURVE_P256, CURVE_P384, CURVE_BP256 };
    struct buffer out;

    if (argc != 2)
        return 2;
    buf_init(&out, 1 << 20);
    for (size_t i = 0; i < 3; i++) {
        struct mdoc_order o = { .doc_type = "org.iso.18013.5.1.mDL",
                                .transcript = SPAN("\x83\xf6\xf6\xf6"),
                                .items = 4 };
        struct private_key *key[3];
        char name[16];

        for (size_t k = 0; k < 3; k++)
            if (!private_key_generate(curves[i], &key[k], NULL))
                return 1;
        o.authority = key[0];
        o.issuer = key[1];
        o.device = key[2];
        buf_reset(&out);
        make_mdoc(&o, &out);
        (void)snprintf(name, sizeof name, "answer-%zu", i);
        put(argv[1], name, buf_span(&out));
        if (i == 0) {
            struct mdoc_response r;
            struct arena a;

            arena_init(&a, 1 << 20);
            if (!mdoc_read(buf_span(&out), MDOC_RESPONSE, false, &a, &r, NULL))
                return 1;
            put(argv[1], "auth", r.document[0].issuer_auth);
            arena_free(&a);
        }
        for (size_t k = 0; k < 3; k++)
            private_key_free(key[k]);
    }
    put(argv[1], "empty", SPAN("\xa2gversionc1.0fstatus\x00"));
    put(argv[1], "request",
        SPAN("\xa2gversionc1.0kdocRequests\x81\xa1litemsRequest\xd8\x18\x58\x47\xa2gdocTypeu"
             "org.iso.18013.5.1.mDLjnameSpaces\xa1qorg.iso.18013.5.1\xa1kfamily_name\xf4"));
    buf_free(&out);
    return 0;
}

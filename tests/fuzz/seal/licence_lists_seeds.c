/*
 * Writes the seeds of the target licence-lists into the folder given, with keys made on the spot. Not part of
 * the build: cc -D_GNU_SOURCE -Isrc tests/fuzz/seal/licence_lists_seeds.c build/libserai-all.a -lcrypto
 * -lsodium -lz -lpthread -o seeds && ./seeds tests/fuzz/corpus/licence-lists
 */
#include <stdio.h>
#include <stdlib.h>

#include "seal/mdl_issue_certificate.h"
#include "seal/vical.h"
#include "wire/cbor_write.h"
#include "wire/der.h"
#include "wire/der_write.h"

static void put(const char *folder, const char *name, struct span s)
{
    char path[1024];
    FILE *f;

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    f = fopen(path, "wb");
    if (!f || fwrite(s.p, 1, s.n, f) != s.n || fclose(f) != 0)
        abort();
}

static void certify(enum mdl_role role, const struct private_key *key, struct span issuer, struct buffer *out)
{
    const struct mdl_certificate_order o = { .role = role,
                                             .country = "UT",
                                             .common_name = "SPECIMEN",
                                             .serial = 7,
                                             .not_before = 1789000000,
                                             .not_after = 1800000000,
                                             .authority_url = "https://authority.example/",
                                             .crl_url = "https://authority.example/crl" };
    struct buffer spki;

    buf_init(&spki, 1024);
    private_key_spki(key, &spki);
    if (!mdl_certificate_issue(&o, buf_span(&spki), key, issuer, out, NULL))
        abort();
    buf_free(&spki);
}

/* A status token of either kind; its signature is not one. */
static void token(struct buffer *b, struct span signer, bool ids)
{
    struct buffer header, claims;

    buf_init(&header, 8192);
    buf_init(&claims, 8192);
    cbor_put_map(&header, 3);
    cbor_put_int(&header, 1);
    cbor_put_int(&header, -7);
    cbor_put_int(&header, 16);
    cbor_put_str(&header, ids ? "application/identifierlist+cwt" : "application/statuslist+cwt");
    cbor_put_int(&header, 33);
    cbor_put_bytes(&header, signer);
    cbor_put_map(&claims, 4);
    cbor_put_int(&claims, 2);
    cbor_put_str(&claims, "https://authority.example/status");
    cbor_put_int(&claims, 6);
    cbor_put_int(&claims, 1789400000);
    cbor_put_int(&claims, 4);
    cbor_put_int(&claims, 1789900000);
    cbor_put_int(&claims, ids ? 65530 : 65533);
    if (ids) {
        cbor_put_map(&claims, 1);
        cbor_put_str(&claims, "identifiers");
        cbor_put_map(&claims, 1);
        cbor_put_bytes(&claims, SPAN("1234567890123456"));
        cbor_put_map(&claims, 0);
    } else {
        cbor_put_map(&claims, 2);
        cbor_put_str(&claims, "bits");
        cbor_put_int(&claims, 1);
        cbor_put_str(&claims, "lst");
        cbor_put_bytes(&claims, SPAN("\x78\xda\xdb\xb9\x18\x00\x02\x17\x01\x5d"));
    }
    cbor_put_head(b, CBOR_TAG, 18);
    cbor_put_array(b, 4);
    cbor_put_bytes(b, buf_span(&header));
    cbor_put_map(b, 0);
    cbor_put_bytes(b, buf_span(&claims));
    cbor_put_bytes(b, SPAN("0123456789012345678901234567890123456789012345678901234567890123"));
    buf_free(&header);
    buf_free(&claims);
}

/* A revocation list that names serial 1; its signature is not one. */
static void crl(struct buffer *b)
{
    size_t all = der_put_begin(b, DER_SEQUENCE), tbs = der_put_begin(b, DER_SEQUENCE), at, in;
    const struct span ecdsa = SPAN("\x2a\x86\x48\xce\x3d\x04\x03\x02");

    der_put_uint(b, 1);
    at = der_put_begin(b, DER_SEQUENCE);
    der_put(b, DER_OID, ecdsa);
    der_put_end(b, at);
    at = der_put_begin(b, DER_SEQUENCE);
    der_put_end(b, at);
    der_put_time(b, 1789400000);
    der_put_time(b, 1789900000);
    at = der_put_begin(b, DER_SEQUENCE);
    in = der_put_begin(b, DER_SEQUENCE);
    der_put_uint(b, 1);
    der_put_time(b, 1789300000);
    der_put_end(b, in);
    der_put_end(b, at);
    der_put_end(b, tbs);
    at = der_put_begin(b, DER_SEQUENCE);
    der_put(b, DER_OID, ecdsa);
    der_put_end(b, at);
    der_put_bits(b, SPAN("0123456789"));
    der_put_end(b, all);
}

int main(int argc, char **argv)
{
    static const char *const types[] = { "org.iso.18013.5.1.mDL" };
    struct private_key *key;
    struct buffer root, signer, out;
    struct vical_order_entry entry = { .doc_type = types, .n_doc_types = 1 };
    struct vical_order order = { .provider = "SPECIMEN",
                                 .date = 1789400000,
                                 .next_update = 1789900000,
                                 .issue = 3,
                                 .url = "https://list.example/",
                                 .entry = &entry,
                                 .n = 1 };
    struct arena a;

    if (argc != 2 || !private_key_generate(CURVE_P256, &key, NULL))
        return 2;
    arena_init(&a, 1 << 20);
    buf_init(&root, 8192);
    buf_init(&signer, 8192);
    buf_init(&out, 1 << 16);
    certify(MDL_IACA, key, (struct span){ 0 }, &root);
    certify(MDL_LIST_SIGNER, key, buf_span(&root), &signer);
    entry.certificate = buf_span(&root);
    if (!vical_write(&order, key, buf_span(&signer), &a, &out, NULL))
        return 1;
    put(argv[1], "vical", buf_span(&out));
    buf_reset(&out);
    token(&out, buf_span(&signer), false);
    put(argv[1], "status-list", buf_span(&out));
    buf_reset(&out);
    token(&out, buf_span(&signer), true);
    put(argv[1], "identifier-list", buf_span(&out));
    buf_reset(&out);
    crl(&out);
    put(argv[1], "crl", buf_span(&out));
    put(argv[1], "jwt",
        SPAN("eyJhbGciOiJFUzI1NiIsInR5cCI6InN0YXR1c2xpc3Qrand0IiwieDVjIjpbIk1BPT0iXX0."
             "eyJzdWIiOiJ1IiwiaWF0IjoxNzg5NDAwMDAwLCJleHAiOjE3ODk5MDAwMDAsInN0YXR1c19saXN0Ijp7ImJpdHMiOjEsImx"
             "zd"
             "CI6ImVOcmJ1UmdBQWhjQlhRIn19.MDEyMw"));
    private_key_free(key);
    buf_free(&root);
    buf_free(&signer);
    buf_free(&out);
    arena_free(&a);
    return 0;
}

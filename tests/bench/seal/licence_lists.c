/*
 * Lists about licences: a status list of a million licences unpacked against zlib alone, one look-up in it,
 * and a list of authorities verified against the bare signatures: its own, and that of each authority over
 * itself.
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#include "seal/mdl_issue_certificate.h"
#include "seal/status_list.h"
#include "seal/vical.h"
#include "wire/cbor_write.h"

enum { NOW = 1789500000, DAY = 86400, LICENCES = 1000000, AUTHORITIES = 64 };

static void need(bool ok)
{
    if (!ok)
        abort();
}

/* --- status --- */

struct status_work {
    struct arena arena;
    struct span map, packed;
    uint8_t *room;
    struct status_values values;
    uint64_t at;
    size_t revoked;
};

static void unpack(void *ctx, size_t n)
{
    struct status_work *w = ctx;

    for (; n > 0; n--) {
        struct status_values v;

        arena_reset(&w->arena);
        need(status_values_read(w->map, w->map.p, &w->arena, &v, NULL));
    }
}

static void inflate_alone(void *ctx, size_t n)
{
    struct status_work *w = ctx;

    for (; n > 0; n--) {
        uLongf size = LICENCES / 8;

        need(uncompress(w->room, &size, w->packed.p, w->packed.n) == Z_OK);
    }
}

static void look_up(void *ctx, size_t n)
{
    struct status_work *w = ctx;
    unsigned value;

    for (; n > 0; n--) {
        w->at = (w->at * 2862933555777941757u + 3037000493u) % LICENCES;
        need(status_at(&w->values, w->at, &value));
        w->revoked += value;
    }
}

static void status(void)
{
    struct status_work w = { .at = 1 };
    uint8_t *bits = calloc(1, LICENCES / 8);
    uLongf size = compressBound(LICENCES / 8);
    uint8_t *packed = malloc(size);
    struct arena keep;
    struct buffer map;

    w.room = malloc(LICENCES / 8);
    need(bits && packed && w.room);
    for (uint64_t i = 0, x = 7; i < LICENCES / 100; i++, x = x * 6364136223846793005u + 1442695040888963407u)
        bits[(x >> 20) % (LICENCES / 8)] |= (uint8_t)(1u << (x >> 60 & 7));
    need(compress2(packed, &size, bits, LICENCES / 8, 9) == Z_OK);
    w.packed = span_of(packed, size);
    buf_init(&map, 1 << 20);
    cbor_put_map(&map, 2);
    cbor_put_str(&map, "bits");
    cbor_put_int(&map, 1);
    cbor_put_str(&map, "lst");
    cbor_put_bytes(&map, w.packed);
    w.map = buf_span(&map);
    arena_init(&w.arena, 64u << 20);
    arena_init(&keep, 64u << 20);
    need(status_values_read(w.map, w.map.p, &keep, &w.values, NULL));
    (void)bench_ratio("status list, a million licences: unpack", unpack, &w, "zlib alone", inflate_alone, &w,
                      0);
    bench_time("status list: look one up", look_up, &w);
    arena_free(&w.arena);
    arena_free(&keep);
    buf_free(&map);
    free(bits);
    free(packed);
    free(w.room);
}

/* --- authorities --- */

struct vical_work {
    struct arena arena;
    struct span list;
    struct vical_options opt;
    struct certificate signed_by[AUTHORITIES + 1]; /* each by the key in the same place */
    struct public_key *key[AUTHORITIES + 1];
};

static void verify(void *ctx, size_t n)
{
    struct vical_work *w = ctx;

    for (; n > 0; n--) {
        struct vical v;

        arena_reset(&w->arena);
        need(vical_verify(w->list, &w->opt, &w->arena, &v, NULL) == RESULT_GENUINE);
    }
}

/* The import: the same, and a set made of it. */
static void import(void *ctx, size_t n)
{
    struct vical_work *w = ctx;

    for (; n > 0; n--) {
        struct anchor_set *set = anchor_set_new();
        struct vical v;

        arena_reset(&w->arena);
        need(vical_verify(w->list, &w->opt, &w->arena, &v, NULL) == RESULT_GENUINE);
        need(vical_add_anchors(&v, set, &(struct anchor_origin){ .source = "bench" }, NULL) == AUTHORITIES);
        anchor_set_free(set);
    }
}

static void signatures(void *ctx, size_t n)
{
    struct vical_work *w = ctx;

    for (; n > 0; n--) {
        for (size_t i = 0; i <= AUTHORITIES; i++) {
            const struct certificate *c = &w->signed_by[i];
            struct digest d;

            digest_of(c->sig_alg.digest, c->tbs, &d);
            need(signature_verify(w->key[i], &c->sig_alg, &d, c->signature, NULL));
        }
    }
}

static struct span certify(struct arena *a, enum mdl_role role, uint64_t serial,
                           const struct private_key *key, const struct private_key *by, struct span issuer)
{
    char name[64];
    const struct mdl_certificate_order o = { .role = role,
                                             .country = "UT",
                                             .organization = "SPECIMEN",
                                             .common_name = name,
                                             .serial = serial,
                                             .not_before = NOW - 10 * DAY,
                                             .not_after = NOW + 400 * DAY,
                                             .authority_url = "https://authority.example/",
                                             .crl_url = "https://authority.example/crl" };
    struct buffer b, spki;
    struct span out;

    (void)snprintf(name, sizeof name, "AUTHORITY %u SPECIMEN", (unsigned)serial);
    buf_init(&b, 8192);
    buf_init(&spki, 1024);
    private_key_spki(key, &spki);
    need(mdl_certificate_issue(&o, buf_span(&spki), by, issuer, &b, NULL));
    out = arena_copy(a, buf_span(&b));
    buf_free(&b);
    buf_free(&spki);
    return out;
}

static void authorities(void)
{
    static const char *const types[] = { "org.iso.18013.5.1.mDL" };
    struct vical_order_entry entry[AUTHORITIES];
    const struct vical_order order = {
        .provider = "SPECIMEN", .date = NOW - DAY, .issue = 1, .entry = entry, .n = AUTHORITIES
    };
    struct private_key *key[AUTHORITIES + 1];
    struct anchor_set *set = anchor_set_new();
    struct vical_work w = { .opt = { .anchors = set, .at = NOW, .profile = PROFILE_STRICT } };
    struct arena keep;
    struct buffer list;
    struct span signer, root = { 0 };

    arena_init(&keep, 64u << 20);
    arena_init(&w.arena, 64u << 20);
    buf_init(&list, 4 << 20);
    for (size_t i = 0; i <= AUTHORITIES; i++) {
        need(private_key_generate(CURVE_P256, &key[i], NULL));
        root = certify(&keep, MDL_IACA, 200 + i, key[i], key[i], (struct span){ 0 });
        need(certificate_parse(root, &w.signed_by[i], NULL, NULL) &&
             public_key_from_spki(w.signed_by[i].spki, &w.key[i], NULL));
        if (i < AUTHORITIES)
            entry[i] = (struct vical_order_entry){ root, types, 1 };
    }
    signer = certify(&keep, MDL_LIST_SIGNER, 100, key[0], key[AUTHORITIES], root);
    need(
        anchor_set_add(set, root, &(struct anchor_origin){ .source = "bench" }, ANCHOR_VOUCHED, NULL, NULL) &&
        vical_write(&order, key[0], signer, &keep, &list, NULL));
    w.list = buf_span(&list);
    (void)bench_ratio("list of 64 authorities: verify", verify, &w, "its signatures", signatures, &w, 0.60);
    (void)bench_ratio("list of 64 authorities: import", import, &w, "its signatures", signatures, &w, 0.60);
    for (size_t i = 0; i <= AUTHORITIES; i++) {
        public_key_free(w.key[i]);
        private_key_free(key[i]);
    }
    anchor_set_free(set);
    buf_free(&list);
    arena_free(&keep);
    arena_free(&w.arena);
}

int main(int argc, char **argv)
{
    bench_init(argc, argv);
    status();
    authorities();
    return 0;
}

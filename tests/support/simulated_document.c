#include "simulated_document.h"

#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>

#include "crypto/key.h"
#include "seal/certificate.h"
#include "seal/issue_certificate.h"
#include "wire/der.h"
#include "wire/der_write.h"

enum { FILE_MAX = 1 << 20 };

static void must(bool ok)
{
    if (!ok)
        abort();
}

#define SHA256        SPAN("\x60\x86\x48\x01\x65\x03\x04\x02\x01")
#define ECDSA         SPAN("\x2a\x86\x48\xce\x3d\x04\x03\x02")
#define LDS_OBJECT    SPAN("\x67\x81\x08\x01\x01\x01")
#define CARD_SECURITY SPAN("\x04\x00\x7f\x00\x07\x03\x02\x01")

/* Certificates and signatures */

struct authority {
    struct private_key *root, *key;
    struct span csca, signer;
};

static struct span certificate(struct arena *a, const struct certificate_order *o,
                               const struct private_key *subject, const struct private_key *issuer,
                               struct span issuer_der)
{
    uint8_t memory[4096];
    struct buffer b;

    buf_init_fixed(&b, memory, sizeof memory);
    must(certificate_issue(o, subject, issuer, issuer_der, &b, NULL));
    return arena_copy(a, buf_span(&b));
}

/* 2024-06-01 to 2034-06-01: the signing time below lies within. */
static void open_authority(struct arena *a, struct authority *out)
{
    const unix_time from = 1717200000, to = 2032732800;

    must(private_key_generate(CURVE_BP256, &out->root, NULL) &&
         private_key_generate(CURVE_P256, &out->key, NULL));
    out->csca = certificate(a,
                            &(struct certificate_order){ .role = CERTIFICATE_COUNTRY_SIGNER,
                                                         .country = "UT",
                                                         .organization = "SPECIMEN",
                                                         .common_name = "SPECIMEN CSCA",
                                                         .serial = 1,
                                                         .not_before = from,
                                                         .not_after = to },
                            out->root, out->root, (struct span){ NULL, 0 });
    out->signer = certificate(a,
                              &(struct certificate_order){ .role = CERTIFICATE_DOCUMENT_SIGNER,
                                                           .country = "UT",
                                                           .organization = "SPECIMEN",
                                                           .common_name = "SPECIMEN document signer",
                                                           .serial = 2,
                                                           .not_before = from,
                                                           .not_after = to,
                                                           .document_types = "P" },
                              out->key, out->root, out->csca);
}

static void close_authority(struct authority *y)
{
    private_key_free(y->root);
    private_key_free(y->key);
}

static void algorithm(struct buffer *b, struct span oid)
{
    size_t at = der_put_begin(b, DER_SEQUENCE);

    der_put(b, DER_OID, oid);
    der_put_end(b, at);
}

static void attribute(struct buffer *b, struct span oid, uint8_t tag, struct span value)
{
    size_t at = der_put_begin(b, DER_SEQUENCE), set;

    der_put(b, DER_OID, oid);
    set = der_put_begin(b, DER_SET);
    der_put(b, tag, value);
    der_put_end(b, set);
    der_put_end(b, at);
}

static void signer_info(struct buffer *b, const struct authority *y, struct span type, struct span content)
{
    uint8_t memory[1024], set_memory[1024], signature[256];
    struct buffer attrs, set, sig;
    struct certificate c;
    struct digest d;
    size_t at = der_put_begin(b, DER_SEQUENCE), id;

    buf_init_fixed(&attrs, memory, sizeof memory);
    buf_init_fixed(&set, set_memory, sizeof set_memory);
    buf_init_fixed(&sig, signature, sizeof signature);
    must(certificate_parse(y->signer, &c, NULL, NULL));
    der_put_uint(b, 1);
    id = der_put_begin(b, DER_SEQUENCE);
    buf_put(b, c.issuer);
    der_put(b, DER_INTEGER, c.serial);
    der_put_end(b, id);
    algorithm(b, SHA256);
    digest_of(DIGEST_SHA256, content, &d);
    attribute(&attrs, SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03"), DER_OID, type);
    attribute(&attrs, SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04"), DER_OCTET_STRING, digest_span(&d));
    attribute(&attrs, SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x05"), DER_UTC_TIME, SPAN("250101000000Z"));
    der_put(b, DER_CONTEXT_CONSTRUCTED(0), buf_span(&attrs));
    algorithm(b, ECDSA);
    der_put(&set, DER_SET, buf_span(&attrs));
    digest_of(DIGEST_SHA256, buf_span(&set), &d);
    must(signature_make(y->key, SIG_ECDSA_DER, &d, &sig, NULL));
    der_put(b, DER_OCTET_STRING, buf_span(&sig));
    der_put_end(b, at);
}

/* RFC 5652 5.1 */
static void signed_data(struct buffer *b, const struct authority *y, struct span type, struct span content)
{
    size_t info = der_put_begin(b, DER_SEQUENCE), outer, sd, inner, octets, set;

    der_put(b, DER_OID, SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"));
    outer = der_put_begin(b, DER_CONTEXT_CONSTRUCTED(0));
    sd = der_put_begin(b, DER_SEQUENCE);
    der_put_uint(b, 3);
    set = der_put_begin(b, DER_SET);
    algorithm(b, SHA256);
    der_put_end(b, set);
    inner = der_put_begin(b, DER_SEQUENCE);
    der_put(b, DER_OID, type);
    octets = der_put_begin(b, DER_CONTEXT_CONSTRUCTED(0));
    der_put(b, DER_OCTET_STRING, content);
    der_put_end(b, octets);
    der_put_end(b, inner);
    der_put(b, DER_CONTEXT_CONSTRUCTED(0), y->signer);
    set = der_put_begin(b, DER_SET);
    signer_info(b, y, type, content);
    der_put_end(b, set);
    der_put_end(b, sd);
    der_put_end(b, outer);
    der_put_end(b, info);
}

/* The lines */

static char digit(const char *s, size_t n)
{
    static const int weight[] = { 7, 3, 1 };
    int sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += weight[i % 3] * (s[i] == '<' ? 0 : s[i] >= 'A' ? s[i] - 'A' + 10 : s[i] - '0');
    return (char)('0' + sum % 10);
}

static void lines(const struct sim_order *o, struct sim_document *d)
{
    char *second = d->mrz + 44, all[44];
    const char *number = o->number ? o->number : "SPECIMEN1";

    memset(d->mrz, '<', 88);
    memcpy(d->mrz, "P<UTOSPECIMEN<<SPECIMEN", 23);
    memcpy(second, number, strlen(number));
    second[9] = digit(second, 9);
    memcpy(second + 10, "UTO", 3);
    memcpy(second + 13, "900101", 6);
    second[19] = digit(second + 13, 6);
    second[20] = '<';
    memcpy(second + 21, "350101", 6);
    second[27] = digit(second + 21, 6);
    second[42] = '<';
    memcpy(all, second, 10);
    memcpy(all + 10, second + 13, 7);
    memcpy(all + 17, second + 21, 22);
    second[43] = digit(all, 39);
    d->mrz[88] = 0;
    memcpy(d->mrz_information, second, 10);
    memcpy(d->mrz_information + 10, second + 13, 7);
    memcpy(d->mrz_information + 17, second + 21, 7);
    d->mrz_information[24] = 0;
}

/* Files */

struct work {
    const struct sim_order *o;
    struct arena *a;
    struct sim_random random;
    struct sim_document *d;
    struct authority y;
    struct buffer b;
};

static void keep(struct work *w, uint16_t id, bool master)
{
    must(buf_ok(&w->b) && w->d->n_files < SIM_FILES);
    w->d->file[w->d->n_files++] = (struct sim_file){ id, master, arena_copy(w->a, buf_span(&w->b)) };
    buf_reset(&w->b);
}

/* Tags of two bytes: der_put_begin writes one. */
static size_t begin2(struct buffer *b, uint8_t first, uint8_t second)
{
    buf_u8(b, first);
    return der_put_begin(b, second);
}

static void dg1(struct work *w)
{
    size_t at = der_put_begin(&w->b, 0x61), mrz = begin2(&w->b, 0x5f, 0x1f);

    buf_put(&w->b, span_of(w->d->mrz, 88));
    der_put_end(&w->b, mrz);
    der_put_end(&w->b, at);
    keep(w, 0x0101, false);
}

/* One face in ISO 19794-5 (2005) form; the picture is noise between the marks of a JPEG file. */
static void dg2(struct work *w)
{
    struct buffer *b = &w->b;
    size_t n = w->o->portrait ? w->o->portrait : 12000, at, group, one, header, data;
    uint8_t *p;

    at = der_put_begin(b, 0x75);
    group = begin2(b, 0x7f, 0x61);
    der_put_uint(b, 1);
    one = begin2(b, 0x7f, 0x60);
    header = der_put_begin(b, 0xa1);
    der_put(b, 0x80, SPAN("\x01\x01"));
    der_put(b, 0x81, SPAN("\x02"));
    der_put(b, 0x87, SPAN("\x01\x01"));
    der_put(b, 0x88, SPAN("\x00\x08"));
    der_put_end(b, header);
    data = begin2(b, 0x5f, 0x2e);
    buf_put(b, span_of("FAC\0"
                       "010\0",
                       8));
    buf_be(b, 14 + 20 + 12 + n, 4);
    buf_be(b, 1, 2);
    buf_be(b, 20 + 12 + n, 4);
    buf_put(b, span_of("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16));
    buf_put(b, span_of("\1\0\1\xe0\2\x80\1\0\0\0\0\0", 12));
    p = buf_grow(b, n);
    must(p != NULL && n >= 6);
    sim_random(&w->random, p, n);
    memcpy(p, "\xff\xd8\xff\xe0", 4);
    memcpy(p + n - 2, "\xff\xd9", 2);
    der_put_end(b, data);
    der_put_end(b, one);
    der_put_end(b, group);
    der_put_end(b, at);
    keep(w, 0x0102, false);
}

static void protocol(struct buffer *b, uint8_t family, uint8_t kind, uint8_t cipher, uint64_t version, int id)
{
    uint8_t oid[] = { 0x04, 0x00, 0x7f, 0x00, 0x07, 0x02, 0x02, family, kind, cipher };
    size_t at = der_put_begin(b, DER_SEQUENCE);

    der_put(b, DER_OID, span_of(oid, sizeof oid));
    der_put_uint(b, version);
    if (id >= 0)
        der_put_uint(b, (uint64_t)id);
    der_put_end(b, at);
}

static void pace_infos(struct work *w)
{
    static const uint8_t kind[2][4] = { { 0, 1, 3, 0 }, { 0, 2, 4, 6 } };

    for (size_t i = 0; i < w->o->n_pace; i++) {
        const struct sim_pace *p = &w->o->pace[i];

        protocol(&w->b, 4, kind[p->group >= 8][p->mapping], (uint8_t)(p->cipher + 1), 2, (int)p->group);
    }
}

/* A key over a standardized group: made here, its private half for the chip. */
static void key_info(struct work *w, unsigned group, int id, uint8_t *private, size_t *private_bytes)
{
    struct sim_group g;
    struct buffer bits;
    uint8_t public[SIM_OCTETS], memory[SIM_OCTETS + 8];
    uint8_t oid[] = { 0x04, 0x00, 0x7f, 0x00, 0x07, 0x02, 0x02, 0x01, group >= 8 ? 2 : 1 };
    size_t at, spki, alg, n;
    BIGNUM *key;

    must(sim_group_open(&g, group));
    key = sim_private(&g, &w->random);
    n = sim_public(&g, key, public);
    *private_bytes = (size_t)BN_bn2bin(key, private);
    BN_free(key);
    sim_group_close(&g);

    buf_init_fixed(&bits, memory, sizeof memory);
    if (group >= 8)
        buf_put(&bits, span_of(public, n));
    else
        der_put_number(&bits, span_of(public, n));
    at = der_put_begin(&w->b, DER_SEQUENCE);
    der_put(&w->b, DER_OID, span_of(oid, sizeof oid));
    spki = der_put_begin(&w->b, DER_SEQUENCE);
    alg = der_put_begin(&w->b, DER_SEQUENCE);
    der_put(&w->b, DER_OID, SPAN("\x04\x00\x7f\x00\x07\x01\x02"));
    der_put_uint(&w->b, group);
    der_put_end(&w->b, alg);
    der_put_bits(&w->b, buf_span(&bits));
    der_put_end(&w->b, spki);
    if (id >= 0)
        der_put_uint(&w->b, (uint64_t)id);
    der_put_end(&w->b, at);
}

static void active_info(struct work *w, int bits)
{
    uint8_t plain[] = { 0x04, 0x00, 0x7f, 0x00, 0x07, 0x01, 0x01, 0x04, 0x01, 0 };
    size_t at = der_put_begin(&w->b, DER_SEQUENCE);

    plain[9] = bits < 256 ? 2 : bits < 320 ? 3 : bits < 512 ? 4 : 5;
    der_put(&w->b, DER_OID, SPAN("\x67\x81\x08\x01\x01\x05"));
    der_put_uint(&w->b, 1);
    der_put(&w->b, DER_OID, span_of(plain, sizeof plain));
    der_put_end(&w->b, at);
}

static void dg14(struct work *w)
{
    const struct sim_order *o = w->o;
    bool ec_aa = w->d->aa && EVP_PKEY_is_a(w->d->aa, "EC");
    size_t at, set;

    if (o->ca_group == SIM_NO_GROUP && !o->n_pace && !ec_aa)
        return;
    at = der_put_begin(&w->b, 0x6e);
    set = der_put_begin(&w->b, DER_SET);
    pace_infos(w);
    if (o->ca_group != SIM_NO_GROUP) {
        if (!o->ca_unannounced)
            protocol(&w->b, 3, o->ca_group >= 8 ? 2 : 1, (uint8_t)(o->ca_cipher + 1), 1, o->ca_id);
        key_info(w, o->ca_group, o->ca_id, w->d->ca_key, &w->d->ca_bytes);
    }
    if (ec_aa)
        active_info(w, EVP_PKEY_get_bits(w->d->aa));
    der_put_end(&w->b, set);
    der_put_end(&w->b, at);
    keep(w, 0x010e, false);
}

static void dg15(struct work *w)
{
    unsigned char *p = NULL;
    int n;

    if (!w->o->aa)
        return;
    w->d->aa = strncmp(w->o->aa, "RSA-", 4) == 0
                   ? EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)atoi(w->o->aa + 4))
                   : EVP_PKEY_Q_keygen(NULL, NULL, "EC", w->o->aa);
    must(w->d->aa != NULL);
    n = i2d_PUBKEY(w->d->aa, &p);
    must(n > 0);
    der_put(&w->b, 0x6f, span_of(p, (size_t)n));
    OPENSSL_free(p);
    keep(w, 0x010f, false);
}

static void card_access(struct work *w)
{
    size_t set;

    if (!w->o->n_pace)
        return;
    set = der_put_begin(&w->b, DER_SET);
    pace_infos(w);
    der_put_end(&w->b, set);
    keep(w, 0x011c, true);
}

static void card_security(struct work *w)
{
    struct span content;
    size_t set;

    for (size_t i = 0; i < w->o->n_pace; i++) {
        if (w->o->pace[i].mapping != 3)
            continue;
        set = der_put_begin(&w->b, DER_SET);
        pace_infos(w);
        key_info(w, w->o->pace[i].group, 1, w->d->cam_key, &w->d->cam_bytes);
        der_put_end(&w->b, set);
        content = arena_copy(w->a, buf_span(&w->b));
        buf_reset(&w->b);
        signed_data(&w->b, &w->y, CARD_SECURITY, content);
        keep(w, 0x011d, true);
        return;
    }
}

static void sod(struct work *w)
{
    size_t at = der_put_begin(&w->b, DER_SEQUENCE), list;
    struct span content;

    der_put_uint(&w->b, 0);
    algorithm(&w->b, SHA256);
    list = der_put_begin(&w->b, DER_SEQUENCE);
    for (unsigned id = 0x0101; id <= 0x0110; id++) {
        struct span f = sim_document_file(w->d, (uint16_t)id, false);
        struct digest d;
        size_t e;

        if (f.n == 0)
            continue;
        digest_of(DIGEST_SHA256, f, &d);
        e = der_put_begin(&w->b, DER_SEQUENCE);
        der_put_uint(&w->b, id & 0xff);
        der_put(&w->b, DER_OCTET_STRING, digest_span(&d));
        der_put_end(&w->b, e);
    }
    der_put_end(&w->b, list);
    der_put_end(&w->b, at);
    content = arena_copy(w->a, buf_span(&w->b));
    buf_reset(&w->b);
    at = der_put_begin(&w->b, 0x77);
    signed_data(&w->b, &w->y, LDS_OBJECT, content);
    der_put_end(&w->b, at);
    keep(w, 0x011d, false);
}

static void com(struct work *w)
{
    static const uint8_t tag[] = { 0,    0x61, 0x75, 0x63, 0x76, 0x65, 0x66, 0x67, 0x68,
                                   0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f, 0x70 };
    size_t at = der_put_begin(&w->b, 0x60), part = begin2(&w->b, 0x5f, 0x01);

    buf_str(&w->b, "0107");
    der_put_end(&w->b, part);
    part = begin2(&w->b, 0x5f, 0x36);
    buf_str(&w->b, "040000");
    der_put_end(&w->b, part);
    part = der_put_begin(&w->b, 0x5c);
    for (unsigned n = 1; n <= 16; n++)
        if (sim_document_file(w->d, (uint16_t)(0x0100 + n), false).n)
            buf_u8(&w->b, tag[n]);
    der_put_end(&w->b, part);
    der_put_end(&w->b, at);
    keep(w, 0x011e, false);
}

void sim_document_make(const struct sim_order *o, struct arena *a, uint64_t seed, struct sim_document *out)
{
    struct work w = { .o = o, .a = a, .random = { seed }, .d = out };

    *out = (struct sim_document){
        .bac = o->bac, .extended = o->extended, .ca_group = o->ca_group, .ca_id = o->ca_id
    };
    (void)snprintf(out->can, sizeof out->can, "%s", o->can ? o->can : "");
    open_authority(a, &w.y);
    out->csca = w.y.csca;
    out->signer = w.y.signer;
    buf_init(&w.b, FILE_MAX);
    lines(o, out);
    dg1(&w);
    dg2(&w);
    dg15(&w);
    dg14(&w);
    card_access(&w);
    card_security(&w);
    sod(&w);
    com(&w);
    buf_free(&w.b);
    close_authority(&w.y);
}

void sim_document_free(struct sim_document *d)
{
    EVP_PKEY_free(d->aa);
    d->aa = NULL;
}

struct span sim_document_file(const struct sim_document *d, uint16_t id, bool master)
{
    for (size_t i = 0; i < d->n_files; i++)
        if (d->file[i].id == id && d->file[i].master == master)
            return d->file[i].bytes;
    return (struct span){ NULL, 0 };
}

void sim_document_load(const struct sim_document *d, uint64_t seed, struct simulated_card *c)
{
    simulated_card_init(c, seed);
    for (size_t i = 0; i < d->n_files; i++)
        simulated_card_add(c, d->file[i].id, d->file[i].master, d->file[i].bytes);
    memcpy(c->mrz_information, d->mrz_information, sizeof c->mrz_information);
    memcpy(c->can, d->can, sizeof c->can);
    c->bac = d->bac;
    c->extended = c->card.extended = d->extended;
    c->aa = d->aa;
    memcpy(c->ca_key, d->ca_key, sizeof c->ca_key);
    c->ca_bytes = d->ca_bytes;
    c->ca_group = d->ca_group;
    c->ca_id = d->ca_id;
    memcpy(c->cam_key, d->cam_key, sizeof c->cam_key);
    c->cam_bytes = d->cam_bytes;
}

#define OPENSSL_SUPPRESS_DEPRECATED
#include "simulated_crypto.h"

#include <openssl/dh.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/params.h>
#include <stdlib.h>

static void must(bool ok)
{
    if (!ok)
        abort();
}

size_t sim_block(enum sim_cipher c)
{
    return c == SIM_3DES ? 8 : 16;
}

size_t sim_key_size(enum sim_cipher c)
{
    static const size_t size[] = { 16, 16, 24, 32 };

    return size[c];
}

static void cbc(const char *name, const uint8_t *key, const uint8_t *iv, const uint8_t *in, size_t n,
                uint8_t *out, bool encrypt)
{
    static const uint8_t zeros[SIM_BLOCK];
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, name, NULL);
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    int done = 0;

    must(cipher && ctx && EVP_CipherInit_ex2(ctx, cipher, key, iv ? iv : zeros, encrypt, NULL) == 1 &&
         EVP_CIPHER_CTX_set_padding(ctx, 0) == 1 && EVP_CipherUpdate(ctx, out, &done, in, (int)n) == 1 &&
         (size_t)done == n);
    EVP_CIPHER_CTX_free(ctx);
    EVP_CIPHER_free(cipher);
}

static const char *const cbc_name[] = { "DES-EDE-CBC", "AES-128-CBC", "AES-192-CBC", "AES-256-CBC" };

void sim_cbc(enum sim_cipher c, const uint8_t *key, const uint8_t *iv, const uint8_t *in, size_t n,
             uint8_t *out, bool encrypt)
{
    cbc(cbc_name[c], key, iv, in, n, out, encrypt);
}

/* ISO 9797-1 algorithm 3: DES with the first half over all blocks, the last one decrypted with the second
 * half and encrypted with the first again, which is two-key Triple DES of that block. */
static void retail(const uint8_t *key, const uint8_t *in, size_t n, uint8_t out[8])
{
    uint8_t single[16], chain[8] = { 0 }, *all = malloc(n);

    must(all && n >= 8 && n % 8 == 0);
    memcpy(single, key, 8);
    memcpy(single + 8, key, 8);
    if (n > 8) {
        cbc("DES-EDE-CBC", single, NULL, in, n - 8, all, true);
        memcpy(chain, all + n - 16, 8);
    }
    cbc("DES-EDE-CBC", key, chain, in + n - 8, 8, out, true);
    free(all);
}

void sim_mac(enum sim_cipher c, const uint8_t *key, const uint8_t *in, size_t n, uint8_t out[8])
{
    char name[16];
    uint8_t full[SIM_BLOCK];
    size_t size = 0;
    EVP_MAC *mac;
    EVP_MAC_CTX *ctx;

    if (c == SIM_3DES) {
        retail(key, in, n, out);
        return;
    }
    memcpy(name, cbc_name[c], strlen(cbc_name[c]) + 1);
    mac = EVP_MAC_fetch(NULL, "CMAC", NULL);
    ctx = EVP_MAC_CTX_new(mac);
    must(ctx &&
         EVP_MAC_init(ctx, key, sim_key_size(c),
                      (OSSL_PARAM[]){ OSSL_PARAM_utf8_string("cipher", name, 0), OSSL_PARAM_END }) == 1 &&
         EVP_MAC_update(ctx, in, n) == 1 && EVP_MAC_final(ctx, full, &size, sizeof full) == 1);
    memcpy(out, full, 8);
    EVP_MAC_CTX_free(ctx);
    EVP_MAC_free(mac);
}

void sim_sha1(struct span in, uint8_t out[20])
{
    must(EVP_Q_digest(NULL, "SHA1", NULL, in.p, in.n, out, NULL) == 1);
}

void sim_kdf(enum sim_cipher c, struct span secret, uint32_t counter, uint8_t key[32])
{
    uint8_t in[SIM_OCTETS + 4], out[32];

    must(secret.n <= SIM_OCTETS);
    memcpy(in, secret.p, secret.n);
    memcpy(in + secret.n, (uint8_t[]){ 0, 0, 0, (uint8_t)counter }, 4);
    if (c == SIM_AES192 || c == SIM_AES256)
        must(EVP_Q_digest(NULL, "SHA256", NULL, in, secret.n + 4, out, NULL) == 1);
    else
        sim_sha1(span_of(in, secret.n + 4), out);
    memcpy(key, out, sim_key_size(c));
}

size_t sim_pad(uint8_t *p, size_t n, size_t block)
{
    p[n++] = 0x80;
    while (n % block)
        p[n++] = 0;
    return n;
}

/* splitmix64 */
void sim_random(struct sim_random *r, uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t z = r->state += 0x9e3779b97f4a7c15;

        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
        z = (z ^ z >> 27) * 0x94d049bb133111eb;
        p[i] = (uint8_t)(z >> 56);
    }
}

static const int curve_of[] = {
    [8] = NID_X9_62_prime192v1, [9] = NID_brainpoolP192r1,   [10] = NID_secp224r1,
    [11] = NID_brainpoolP224r1, [12] = NID_X9_62_prime256v1, [13] = NID_brainpoolP256r1,
    [14] = NID_brainpoolP320r1, [15] = NID_secp384r1,        [16] = NID_brainpoolP384r1,
    [17] = NID_brainpoolP512r1, [18] = NID_secp521r1
};

static void open_field(struct sim_group *g, unsigned id)
{
    DH *dh = id == 0 ? DH_get_1024_160() : id == 1 ? DH_get_2048_224() : DH_get_2048_256();

    must(dh != NULL);
    g->p = BN_dup(DH_get0_p(dh));
    g->q = BN_dup(DH_get0_q(dh));
    g->g = BN_dup(DH_get0_g(dh));
    DH_free(dh);
}

bool sim_group_open(struct sim_group *g, unsigned id)
{
    if (id > 18 || (id > 2 && id < 8))
        return false;
    *g = (struct sim_group){ .id = id, .curve = id >= 8, .bn = BN_CTX_new() };
    if (g->curve) {
        g->ec = EC_GROUP_new_by_curve_name(curve_of[id]);
        g->p = BN_new();
        must(g->ec && g->p && EC_GROUP_get_curve(g->ec, g->p, NULL, NULL, g->bn) == 1);
        g->q = BN_dup(EC_GROUP_get0_order(g->ec));
        g->base = EC_POINT_dup(EC_GROUP_get0_generator(g->ec), g->ec);
    } else {
        open_field(g, id);
    }
    g->bytes = (size_t)BN_num_bytes(g->p);
    return true;
}

void sim_group_close(struct sim_group *g)
{
    BN_free(g->p);
    BN_free(g->q);
    BN_free(g->g);
    EC_POINT_free(g->base);
    EC_GROUP_free(g->ec);
    BN_CTX_free(g->bn);
    *g = (struct sim_group){ 0 };
}

BIGNUM *sim_private(const struct sim_group *g, struct sim_random *r)
{
    uint8_t b[SIM_OCTETS];
    BIGNUM *k, *most = BN_dup(g->q);

    sim_random(r, b, g->bytes);
    k = BN_bin2bn(b, (int)g->bytes, NULL);
    must(k && most && BN_sub_word(most, 1) == 1 && BN_mod(k, k, most, g->bn) == 1 && BN_add_word(k, 1) == 1);
    BN_free(most);
    return k;
}

static size_t point_out(const struct sim_group *g, const EC_POINT *p, uint8_t *out)
{
    return EC_POINT_point2oct(g->ec, p, POINT_CONVERSION_UNCOMPRESSED, out, SIM_OCTETS, g->bn);
}

size_t sim_public(const struct sim_group *g, const BIGNUM *key, uint8_t out[SIM_OCTETS])
{
    size_t n;

    if (g->curve) {
        EC_POINT *p = EC_POINT_new(g->ec);

        must(p && EC_POINT_mul(g->ec, p, NULL, g->base, key, g->bn) == 1);
        n = point_out(g, p, out);
        EC_POINT_free(p);
    } else {
        BIGNUM *y = BN_new();

        must(y && BN_mod_exp(y, g->g, key, g->p, g->bn) == 1);
        n = (size_t)BN_bn2bin(y, out);
        BN_free(y);
    }
    return n;
}

static EC_POINT *point_in(const struct sim_group *g, struct span s)
{
    EC_POINT *p = EC_POINT_new(g->ec);

    must(p != NULL);
    if (s.n > 1 && s.p[0] == 4 && EC_POINT_oct2point(g->ec, p, s.p, s.n, g->bn) == 1)
        return p;
    EC_POINT_free(p);
    return NULL;
}

static BIGNUM *number_in(const struct sim_group *g, struct span s)
{
    BIGNUM *y = BN_bin2bn(s.p, (int)s.n, NULL), *t = BN_new();

    must(y && t && BN_mod_exp(t, y, g->q, g->p, g->bn) == 1);
    if (s.n <= g->bytes && !BN_is_one(y) && BN_is_one(t)) {
        BN_free(t);
        return y;
    }
    BN_free(y);
    BN_free(t);
    return NULL;
}

bool sim_secret(const struct sim_group *g, const BIGNUM *key, struct span other, uint8_t out[SIM_OCTETS])
{
    if (g->curve) {
        EC_POINT *p = point_in(g, other);
        BIGNUM *x = BN_new();

        if (p)
            must(x && EC_POINT_mul(g->ec, p, NULL, p, key, g->bn) == 1 &&
                 EC_POINT_get_affine_coordinates(g->ec, p, x, NULL, g->bn) == 1 &&
                 BN_bn2binpad(x, out, (int)g->bytes) > 0);
        BN_free(x);
        EC_POINT_free(p);
        return p != NULL;
    }
    BIGNUM *y = number_in(g, other);

    if (y)
        must(BN_mod_exp(y, y, key, g->p, g->bn) == 1 && BN_bn2binpad(y, out, (int)g->bytes) > 0);
    BN_free(y);
    return y != NULL;
}

bool sim_map_generic(struct sim_group *g, struct span nonce, const BIGNUM *key, struct span other)
{
    BIGNUM *s = BN_bin2bn(nonce.p, (int)nonce.n, NULL);
    bool ok;

    must(s != NULL);
    if (g->curve) {
        EC_POINT *h = point_in(g, other);

        ok = h != NULL;
        if (ok)
            must(EC_POINT_mul(g->ec, h, NULL, h, key, g->bn) == 1 &&
                 EC_POINT_mul(g->ec, g->base, NULL, g->base, s, g->bn) == 1 &&
                 EC_POINT_add(g->ec, g->base, g->base, h, g->bn) == 1);
        EC_POINT_free(h);
    } else {
        BIGNUM *h = number_in(g, other);

        ok = h != NULL;
        if (ok)
            must(BN_mod_exp(h, h, key, g->p, g->bn) == 1 && BN_mod_exp(g->g, g->g, s, g->p, g->bn) == 1 &&
                 BN_mod_mul(g->g, g->g, h, g->p, g->bn) == 1);
        BN_free(h);
    }
    BN_free(s);
    return ok;
}

/* Appendix B, by square roots: with r = h2^((p+1)/4) the point is (x2, r) where r^2 = h2, else
 * (alpha x2, -t^3 r). */
static bool point_of(struct sim_group *g, const BIGNUM *t)
{
    BN_CTX *c = g->bn;
    BIGNUM *a = BN_new(), *b = BN_new(), *al = BN_new(), *x = BN_new(), *h = BN_new(), *r = BN_new(),
           *e = BN_new(), *one = BN_new();
    bool ok;

    must(one && BN_one(one) == 1 && EC_GROUP_get_curve(g->ec, NULL, a, b, c) == 1);
    must(BN_mod_sqr(al, t, g->p, c) == 1 && BN_sub(al, g->p, al) == 1);
    must(BN_mod_add(h, al, one, g->p, c) == 1 && BN_mod_mul(h, h, al, g->p, c) == 1); /* alpha + alpha^2 */
    ok = !BN_is_zero(h);
    if (ok) {
        must(BN_mod_inverse(x, h, g->p, c) && BN_add_word(x, 1) == 1 && BN_mod_mul(x, x, b, g->p, c) == 1 &&
             BN_mod_inverse(e, a, g->p, c) && BN_mod_mul(x, x, e, g->p, c) == 1 && BN_sub(x, g->p, x) == 1);
        must(BN_mod_sqr(h, x, g->p, c) == 1 && BN_mod_mul(h, h, x, g->p, c) == 1 &&
             BN_mod_mul(e, a, x, g->p, c) == 1 && BN_mod_add(h, h, e, g->p, c) == 1 &&
             BN_mod_add(h, h, b, g->p, c) == 1);
        must(BN_copy(e, g->p) && BN_add_word(e, 1) == 1 && BN_rshift(e, e, 2) == 1 &&
             BN_mod_exp(r, h, e, g->p, c) == 1 && BN_mod_sqr(e, r, g->p, c) == 1);
        if (BN_cmp(e, h) != 0)
            must(BN_mod_mul(x, x, al, g->p, c) == 1 && BN_mod_sqr(e, t, g->p, c) == 1 &&
                 BN_mod_mul(e, e, t, g->p, c) == 1 && BN_mod_mul(r, r, e, g->p, c) == 1 &&
                 BN_sub(r, g->p, r) == 1);
        must(EC_POINT_set_affine_coordinates(g->ec, g->base, x, r, c) == 1);
    }
    BN_free(a);
    BN_free(b);
    BN_free(al);
    BN_free(x);
    BN_free(h);
    BN_free(r);
    BN_free(e);
    BN_free(one);
    return ok;
}

bool sim_map_integrated(struct sim_group *g, enum sim_cipher c, struct span s, struct span t)
{
    static const char *const hex[2][2] = {
        { "a668892a7c41e3ca739f40b057d85904", "a4e136ac725f738b01c1f60217c188ad" },
        { "d463d65234124ef7897054986dca0a174e28df758cbaa03f240616414d5a1676",
          "54bd7255f0aaf831bec3423fcf39d69b6cbf066677d0faae5aadd99df8e53517" },
    };
    bool wide = sim_key_size(c) > 16;
    size_t l = wide ? 32 : 16;
    uint8_t c0[32], c1[32], key[32], all[SIM_OCTETS];
    BIGNUM *k0 = NULL, *k1 = NULL, *x;
    size_t n = 0;
    bool ok;

    if (s.n != l || t.n != sim_key_size(c))
        return false;
    must(BN_hex2bn(&k0, hex[wide][0]) > 0 && BN_hex2bn(&k1, hex[wide][1]) > 0 &&
         BN_bn2binpad(k0, c0, (int)l) > 0 && BN_bn2binpad(k1, c1, (int)l) > 0);
    sim_cbc(c, t.p, NULL, s.p, l, key, true);
    for (; 8 * n < (size_t)BN_num_bits(g->p) + 64; n += l) {
        sim_cbc(c, key, NULL, c1, l, all + n, true);
        sim_cbc(c, key, NULL, c0, l, key, true);
    }
    x = BN_bin2bn(all, (int)n, NULL);
    must(x && BN_mod(x, x, g->p, g->bn) == 1);
    if (g->curve) {
        ok = point_of(g, x);
    } else {
        BIGNUM *a = BN_dup(g->p);

        must(a && BN_sub_word(a, 1) == 1 && BN_div(a, NULL, a, g->q, g->bn) == 1 &&
             BN_mod_exp(g->g, x, a, g->p, g->bn) == 1);
        ok = !BN_is_one(g->g);
        BN_free(a);
    }
    BN_free(x);
    BN_free(k0);
    BN_free(k1);
    return ok;
}

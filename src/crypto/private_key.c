/* Private keys: members' own signers, readers, devices in trials, tests. Signing goes through OpenSSL's EVP
 * interface: no hurry here. */
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include "base/limits.h"
#include "crypto/internal.h"
#include "crypto/node_key.h"

struct private_key {
    EVP_PKEY *pkey;
    enum key_kind kind;
    enum curve curve;
};

/* KEY_RSA for what is not supported. */
static enum key_kind kind_of(const EVP_PKEY *pkey, enum curve *c)
{
    char name[64] = "";

    *c = CURVE_NONE;
    if (EVP_PKEY_is_a(pkey, "EC") && EVP_PKEY_get_group_name(pkey, name, sizeof name, NULL) == 1)
        *c = curve_by_nid(OBJ_sn2nid(name));
    if (*c != CURVE_NONE)
        return KEY_EC;
    for (enum key_kind k = KEY_ED25519; k <= KEY_X448; k++)
        if (EVP_PKEY_is_a(pkey, edwards_name(k)))
            return k;
    return KEY_RSA;
}

/* Takes over pkey. */
static bool adopt(EVP_PKEY *pkey, bool any, struct private_key **ret, struct why *w)
{
    struct private_key *k;
    enum key_kind kind;
    enum curve c;

    if (!pkey)
        return why_set(w, "key", WHY_NO_OFFSET, "RFC 5958 2", "not a private key, or one behind a password");
    kind = kind_of(pkey, &c);
    if (kind == KEY_RSA || (kind != KEY_EC && !any)) {
        EVP_PKEY_free(pkey);
        return why_set(w, "key-not-supported", WHY_NO_OFFSET, NULL, "not a key on a known curve");
    }
    k = calloc(1, sizeof *k);
    if (!k)
        abort();
    k->pkey = pkey;
    k->kind = kind;
    k->curve = c;
    *ret = k;
    return true;
}

/* Never asks at the terminal. */
static int no_password(char *buf, int size, int rwflag, void *u)
{
    (void)buf;
    (void)size;
    (void)rwflag;
    (void)u;
    return -1;
}

static bool load(struct span in, bool any, struct private_key **ret, struct why *w)
{
    EVP_PKEY *pkey = NULL;
    BIO *bio;

    if (in.n == 0 || in.n > LIMIT_CERTIFICATE)
        return why_set(w, "key", WHY_NO_OFFSET, NULL, "empty or too large for a key");
    if (in.p[0] == 0x30) {
        const unsigned char *p = in.p;

        pkey = d2i_AutoPrivateKey(NULL, &p, (long)in.n);
        if (pkey && p != in.p + in.n) {
            EVP_PKEY_free(pkey);
            pkey = NULL;
        }
    } else {
        bio = BIO_new_mem_buf(in.p, (int)in.n);
        if (!bio)
            abort();
        pkey = PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL);
        BIO_free(bio);
    }
    return adopt(pkey, any, ret, w);
}

bool private_key_load(struct span in, struct private_key **ret, struct why *w)
{
    return load(in, false, ret, w);
}

bool private_key_load_any(struct span in, struct private_key **ret, struct why *w)
{
    return load(in, true, ret, w);
}

bool private_key_generate(enum curve c, struct private_key **ret, struct why *w)
{
    EVP_PKEY *pkey = c < CURVE_NONE ? EVP_PKEY_Q_keygen(NULL, NULL, "EC", OBJ_nid2sn(curve_nid(c))) : NULL;

    return adopt(pkey, false, ret, w);
}

bool private_key_generate_kind(enum key_kind kind, struct private_key **ret, struct why *w)
{
    const char *name = edwards_name(kind);

    return adopt(name ? EVP_PKEY_Q_keygen(NULL, NULL, name) : NULL, true, ret, w);
}

void private_key_pem(const struct private_key *k, struct buffer *out)
{
    BIO *bio = BIO_new(BIO_s_secmem());
    char *p = NULL;
    long n;

    if (!bio || PEM_write_bio_PKCS8PrivateKey(bio, k->pkey, NULL, NULL, 0, NULL, NULL) != 1)
        abort();
    n = BIO_get_mem_data(bio, &p);
    buf_put(out, span_of(p, n > 0 ? (size_t)n : 0));
    BIO_free(bio);
}

void private_key_spki(const struct private_key *k, struct buffer *out)
{
    unsigned char *p = NULL;
    int n = i2d_PUBKEY(k->pkey, &p);

    if (n <= 0)
        abort();
    buf_put(out, span_of(p, (size_t)n));
    OPENSSL_free(p);
}

enum key_kind private_key_kind(const struct private_key *k)
{
    return k->kind;
}

enum curve private_key_curve(const struct private_key *k)
{
    return k->curve;
}

void private_key_free(struct private_key *k)
{
    if (!k)
        return;
    EVP_PKEY_free(k->pkey);
    free(k);
}

static void put_raw(const uint8_t *der, size_t n, size_t order, struct buffer *out)
{
    const unsigned char *p = der;
    ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &p, (long)n);
    uint8_t *to = buf_grow(out, 2 * order);

    if (!sig)
        abort();
    if (to) {
        (void)BN_bn2binpad(ECDSA_SIG_get0_r(sig), to, (int)order);
        (void)BN_bn2binpad(ECDSA_SIG_get0_s(sig), to + order, (int)order);
    }
    ECDSA_SIG_free(sig);
}

bool signature_make(const struct private_key *k, enum sig_scheme scheme, const struct digest *d,
                    struct buffer *out, struct why *w)
{
    EVP_PKEY_CTX *ctx;
    uint8_t der[256];
    size_t n = sizeof der;
    bool ok;

    if (k->kind != KEY_EC || (scheme != SIG_ECDSA_RAW && scheme != SIG_ECDSA_DER))
        return why_set(w, "algorithm", WHY_NO_OFFSET, NULL, "an EC key makes ECDSA signatures only");
    ctx = EVP_PKEY_CTX_new(k->pkey, NULL);
    ok = ctx && EVP_PKEY_sign_init(ctx) == 1 && EVP_PKEY_sign(ctx, der, &n, d->b, d->n) == 1;
    EVP_PKEY_CTX_free(ctx);
    if (!ok)
        return why_set(w, "signature", WHY_NO_OFFSET, NULL, "OpenSSL could not sign");
    if (scheme == SIG_ECDSA_DER)
        buf_put(out, span_of(der, n));
    else
        put_raw(der, n, curve_known(k->curve)->order, out);
    return true;
}

bool signature_make_parts(const struct private_key *k, const struct sig_alg *alg, const struct span *part,
                          size_t n, struct arena *scratch, struct buffer *out, struct why *w)
{
    struct digest d;
    struct span message;
    uint8_t sig[128];
    size_t size = sizeof sig;

    if (alg->scheme != SIG_EDDSA) {
        digest_parts(alg->digest, part, n, &d);
        return signature_make(k, alg->scheme, &d, out, w);
    }
    if (k->kind != KEY_ED25519 && k->kind != KEY_ED448)
        return why_set(w, "algorithm", WHY_NO_OFFSET, NULL, "the key makes no EdDSA signatures");
    if (!message_of_parts(part, n, scratch, &message))
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!edwards_sign(k->pkey, message, sig, &size))
        return why_set(w, "signature", WHY_NO_OFFSET, NULL, "OpenSSL could not sign");
    buf_put(out, span_of(sig, size));
    return true;
}

static bool agree_montgomery(const struct private_key *k, const struct public_key *other, uint8_t *out,
                             size_t *n, struct why *w)
{
    size_t size = k->kind == KEY_X25519 ? 32 : 56;

    if (public_key_kind(other) != k->kind)
        return why_set(w, "algorithm", WHY_NO_OFFSET, "RFC 7748 6", "the other key is not an %s key",
                       edwards_name(k->kind));
    if (!montgomery_agree(k->pkey, public_key_edwards(other), out, size))
        return why_set(w, "key", WHY_NO_OFFSET, "RFC 7748 6", "no shared secret");
    *n = size;
    return true;
}

bool private_key_agree(const struct private_key *k, const struct public_key *other,
                       uint8_t out[SHARED_SECRET_MAX], size_t *n, struct why *w)
{
    size_t field;

    if (k->kind == KEY_X25519 || k->kind == KEY_X448)
        return agree_montgomery(k, other, out, n, w);
    if (k->kind != KEY_EC || public_key_curve(other) != k->curve)
        return why_set(w, "algorithm", WHY_NO_OFFSET, "SP 800-56A 5.7.1.2",
                       "the other key is not on the curve %s", curve_name(k->curve));
    field = curve_known(k->curve)->field;
    if (!ec_key_agree(k->pkey, public_key_ec(other), out, field))
        return why_set(w, "key", WHY_NO_OFFSET, "SP 800-56A 5.7.1.2", "no shared secret");
    *n = field;
    return true;
}

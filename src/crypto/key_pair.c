#include "crypto/key_pair.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include "base/limits.h"

/* Never asks at the terminal. */
static int no_password(char *buf, int size, int rwflag, void *u)
{
    (void)buf;
    (void)size;
    (void)rwflag;
    (void)u;
    return -1;
}

static EVP_PKEY *read_private(struct span in)
{
    const unsigned char *p = in.p;
    EVP_PKEY *k;
    BIO *bio;

    if (in.n == 0 || in.n > LIMIT_CERTIFICATE)
        return NULL;
    if (in.p[0] == 0x30)
        return d2i_AutoPrivateKey(NULL, &p, (long)in.n);
    bio = BIO_new_mem_buf(in.p, (int)in.n);
    if (!bio)
        abort();
    k = PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL);
    BIO_free(bio);
    return k;
}

bool key_pair_fits(struct span key, struct span spki, struct why *w)
{
    const unsigned char *p = spki.p;
    EVP_PKEY *own = read_private(key), *other = NULL;
    bool fits;

    if (!own)
        return why_set(w, "key", WHY_NO_OFFSET, "RFC 5958 2", "not a private key, or one behind a password");
    if (spki.n && spki.n <= LIMIT_CERTIFICATE)
        other = d2i_PUBKEY(NULL, &p, (long)spki.n);
    fits = other && EVP_PKEY_eq(own, other) == 1;
    EVP_PKEY_free(own);
    EVP_PKEY_free(other);
    return fits || why_set(w, "pair", WHY_NO_OFFSET, NULL, "the key is not that of the certificate");
}

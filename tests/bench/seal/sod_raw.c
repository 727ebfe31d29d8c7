#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include "seal/cms.h"
#include "sod.h"
#include "wire/der.h"

static const char *const digest_names[] = { "SHA1", "SHA224", "SHA256", "SHA384", "SHA512" };

/* A signature over a digest under a key, both ways. */
struct verification {
    struct public_key *key;
    struct sig_alg alg;
    struct digest d;
    struct span sig;
    EVP_PKEY *pkey;
    EVP_PKEY_CTX *ctx; /* NULL: OpenSSL does not read the key */
};

struct piece {
    EVP_MD *md;
    struct span bytes;
};

struct raw {
    struct verification v[RAW_VERIFICATIONS];
    size_t n_v;
    struct piece piece[8];
    size_t n_pieces;
    EVP_MD_CTX *md;
};

static void need(bool ok)
{
    if (!ok)
        abort();
}

static void digest_add(struct raw *r, enum digest_alg alg, struct span bytes)
{
    need(r->n_pieces < 8);
    r->piece[r->n_pieces++] = (struct piece){ EVP_MD_fetch(NULL, digest_names[alg], NULL), bytes };
}

static EVP_PKEY_CTX *context(EVP_PKEY *pkey, const struct sig_alg *alg)
{
    EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(pkey, NULL);

    need(c && EVP_PKEY_verify_init(c) == 1);
    if (alg->scheme == SIG_RSA_PSS)
        need(EVP_PKEY_CTX_set_rsa_padding(c, RSA_PKCS1_PSS_PADDING) == 1 &&
             EVP_PKEY_CTX_set_rsa_pss_saltlen(c, alg->salt) == 1 &&
             EVP_PKEY_CTX_set_rsa_mgf1_md(c, EVP_get_digestbyname(digest_names[alg->mgf])) == 1);
    need(EVP_PKEY_CTX_set_signature_md(c, EVP_get_digestbyname(digest_names[alg->digest])) == 1);
    return c;
}

static void verification_add(struct raw *r, struct span spki, const struct sig_alg *alg, struct span signed_,
                             struct span sig)
{
    struct verification *v = &r->v[r->n_v++];
    const unsigned char *p = spki.p;

    *v = (struct verification){ .alg = *alg, .sig = sig };
    digest_of(alg->digest, signed_, &v->d);
    need(public_key_from_spki(spki, &v->key, NULL) && signature_verify(v->key, &v->alg, &v->d, sig, NULL));
    v->pkey = d2i_PUBKEY(NULL, &p, (long)spki.n);
    if (v->pkey)
        v->ctx = context(v->pkey, alg);
}

/* Signed attributes as they are hashed: the context tag becomes that of SET OF (RFC 5652 5.4). */
static struct span retagged(struct span attributes, struct arena *a)
{
    uint8_t *p = arena_alloc(a, attributes.n + 4);
    size_t head = attributes.n < 0x80 ? 2 : attributes.n < 0x100 ? 3 : 4;

    p[0] = DER_SET;
    p[1] = (uint8_t)(head == 2 ? attributes.n : 0x80 | (head - 2));
    for (size_t i = 2; i < head; i++)
        p[i] = (uint8_t)(attributes.n >> 8 * (head - 1 - i));
    memcpy(p + head, attributes.p, attributes.n);
    return span_of(p, head + attributes.n);
}

/* The anchor whose key signed a; NULL when it is not in the set. */
static const struct anchor *issuer_of(const struct anchor_set *set, const struct anchor *a)
{
    const struct anchor *by;
    struct digest d;

    digest_of(a->cert.sig_alg.digest, a->cert.tbs, &d);
    for (size_t i = 0; (by = anchor_at(set, i)) != NULL; i++)
        if (by->key && span_eq(by->cert.subject, a->cert.issuer) &&
            signature_verify(by->key, &a->cert.sig_alg, &d, a->cert.signature, NULL))
            return by;
    return NULL;
}

struct raw *raw_new(const struct document *d, struct arena *a)
{
    struct raw *r = calloc(1, sizeof *r);
    const struct certificate *signer = &d->chip.signer;
    struct der sod = der_ber(d->sod);
    const struct anchor *by, *root;
    struct cms cms;

    need(r && cms_parse(der_take(&sod, 0x77), a, &cms, NULL, NULL));
    r->md = EVP_MD_CTX_new();
    verification_add(r, signer->spki, &cms.sig_alg, retagged(cms.attributes, a), cms.signature);
    digest_add(r, cms.sig_alg.digest, retagged(cms.attributes, a));
    if (d->chip.chain == STEP_HOLDS) {
        by = d->chip.path.anchor;
        verification_add(r, by->cert.spki, &signer->sig_alg, signer->tbs, signer->signature);
        digest_add(r, signer->sig_alg.digest, signer->tbs);
        if ((root = issuer_of(d->set, by)) != NULL)
            verification_add(r, root->cert.spki, &by->cert.sig_alg, by->cert.tbs, by->cert.signature);
    }
    digest_add(r, cms.digest, cms.content);
    for (size_t i = 0; i < d->n_dg; i++)
        digest_add(r, d->chip.lds_digest, d->dg[i].bytes);
    return r;
}

void raw_free(struct raw *r)
{
    for (size_t i = 0; i < r->n_v; i++) {
        EVP_PKEY_CTX_free(r->v[i].ctx);
        EVP_PKEY_free(r->v[i].pkey);
        public_key_free(r->v[i].key);
    }
    for (size_t i = 0; i < r->n_pieces; i++)
        EVP_MD_free(r->piece[i].md);
    EVP_MD_CTX_free(r->md);
    free(r);
}

void raw_once(struct raw *r, struct raw_times *out)
{
    uint8_t md[64];
    double t;

    *out = (struct raw_times){ .digests = 0 };
    for (size_t i = 0; i < r->n_v; i++) {
        struct verification *v = &r->v[i];

        t = cpu_ns();
        need(signature_verify(v->key, &v->alg, &v->d, v->sig, NULL));
        out->ours[i] = cpu_ns() - t;
        if (!v->ctx)
            continue;
        t = cpu_ns();
        need(EVP_PKEY_verify(v->ctx, v->sig.p, v->sig.n, v->d.b, v->d.n) == 1);
        out->evp[i] = cpu_ns() - t;
    }
    t = cpu_ns();
    for (size_t i = 0; i < r->n_pieces; i++)
        need(EVP_DigestInit_ex2(r->md, r->piece[i].md, NULL) == 1 &&
             EVP_DigestUpdate(r->md, r->piece[i].bytes.p, r->piece[i].bytes.n) == 1 &&
             EVP_DigestFinal_ex(r->md, md, NULL) == 1);
    out->digests = cpu_ns() - t;
}

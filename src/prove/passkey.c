#include "prove/passkey.h"

#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <stdlib.h>

#include "crypto/cipher.h"
#include "crypto/key.h"
#include "prove/client_data.h"
#include "wire/cbor.h"

/* Prepared for libfido2. */
struct prepared {
    int alg;
    void *key;
};

static void prepared_free(struct prepared *p)
{
    es256_pk_t *ec = p->alg == COSE_ES256 ? p->key : NULL;
    eddsa_pk_t *ed = p->alg == COSE_EDDSA ? p->key : NULL;
    rs256_pk_t *rsa = p->alg == COSE_RS256 ? p->key : NULL;

    es256_pk_free(&ec);
    eddsa_pk_free(&ed);
    rs256_pk_free(&rsa);
    p->key = NULL;
}

static bool prepare(const struct authenticator_key *k, struct prepared *out)
{
    int r = FIDO_ERR_INVALID_ARGUMENT;

    *out = (struct prepared){ (int)k->alg, NULL };
    switch (k->alg) {
    case AUTHENTICATOR_ES256:
        if ((out->key = es256_pk_new()))
            r = es256_pk_from_ptr(out->key, k->raw, k->n);
        break;
    case AUTHENTICATOR_EDDSA:
        if ((out->key = eddsa_pk_new()))
            r = eddsa_pk_from_ptr(out->key, k->raw, k->n);
        break;
    case AUTHENTICATOR_RS256:
        if ((out->key = rs256_pk_new()))
            r = rs256_pk_from_ptr(out->key, k->raw, k->n);
        break;
    }
    if (!out->key)
        abort();
    if (r == FIDO_OK)
        return true;
    prepared_free(out);
    return false;
}

/* The raw key lies on its curve: libfido2 would only say so at the first signature. */
static bool sound(const struct authenticator_key *k, struct arena *a, struct why *w)
{
    uint8_t point[65] = { 4 };
    struct public_key *key = NULL;
    struct why inner = { .reason = NULL };
    bool ok = true;

    if (k->alg == AUTHENTICATOR_ES256) {
        memcpy(point + 1, k->raw, 64);
        ok = public_key_place_point(CURVE_P256, span_of(point, sizeof point), a, &key, &inner);
        public_key_clear(key);
    }
    return ok || why_set(w, "passkey-key", WHY_NO_OFFSET, "WebAuthn 5.8.5", "the key is not on its curve");
}

static bool origin_known(const struct passkey_place *p, struct span origin)
{
    for (size_t i = 0; i < p->n_origins; i++)
        if (span_eq_str(origin, p->origin[i]))
            return true;
    return false;
}

static bool judge_client(const struct passkey_place *p, struct span text, const char *type,
                         struct span challenge, struct arena *a, struct why *w)
{
    struct client_data d;

    if (!client_data_read(text, a, &d, w))
        return false;
    if (!span_eq_str(d.type, type))
        return why_set(w, "passkey-type", WHY_NO_OFFSET, "WebAuthn 7.1",
                       "the client data are of another act");
    if (!challenge.n || d.challenge.n != challenge.n || !same_secret(d.challenge.p, challenge.p, challenge.n))
        return why_set(w, "passkey-challenge", WHY_NO_OFFSET, "WebAuthn 7.1",
                       "the challenge is not the one that was given");
    if (d.cross_origin || !origin_known(p, d.origin))
        return why_set(w, "passkey-origin", WHY_NO_OFFSET, "WebAuthn 7.1",
                       "the page is not one of this node's, or stood in a foreign frame");
    return true;
}

static bool judge_data(const struct passkey_place *p, const struct authenticator_data *d, struct why *w)
{
    struct digest place;

    digest_of(DIGEST_SHA256, span_str(p->id), &place);
    if (!span_eq(d->place, digest_span(&place)))
        return why_set(w, "passkey-place", 0, "WebAuthn 7.1", "the passkey is of another place");
    if (!(d->flags & AUTHENTICATOR_PRESENT) || !(d->flags & AUTHENTICATOR_VERIFIED))
        return why_set(w, "passkey-verification", 32, "WebAuthn 7.1",
                       "the device did not ask for a PIN, a finger or a face");
    return true;
}

static bool model_taken(const struct passkey_place *p, struct span model)
{
    for (size_t i = 0; i < p->n_models; i++)
        if (span_eq(model, span_of(p->model[i], AUTHENTICATOR_MODEL)))
            return true;
    return p->n_models == 0;
}

/* A statement signed by the new key itself ("packed" without a certificate): some devices send it where none
 * was asked for. */
static bool self_signed(const struct passkey_place *p, const struct attestation *t,
                        const struct authenticator_key *k, struct span client_data)
{
    fido_cred_t *c = fido_cred_new();
    struct digest hash;
    bool ok;

    if (!c)
        abort();
    digest_of(DIGEST_SHA256, client_data, &hash);
    ok = fido_cred_set_type(c, (int)k->alg) == FIDO_OK &&
         fido_cred_set_clientdata_hash(c, hash.b, hash.n) == FIDO_OK &&
         fido_cred_set_rp(c, p->id, NULL) == FIDO_OK && fido_cred_set_uv(c, FIDO_OPT_TRUE) == FIDO_OK &&
         fido_cred_set_authdata_raw(c, t->data.p, t->data.n) == FIDO_OK &&
         fido_cred_set_fmt(c, "packed") == FIDO_OK &&
         fido_cred_set_attstmt(c, t->statement.p, t->statement.n) == FIDO_OK && !fido_cred_x5c_ptr(c) &&
         fido_cred_verify_self(c) == FIDO_OK;
    fido_cred_free(&c);
    return ok;
}

static bool judge_attestation(const struct passkey_place *p, const struct attestation *t,
                              const struct authenticator_key *k, struct span client_data, struct why *w)
{
    struct cbor c = cbor_of(t->statement);

    if (span_eq_str(t->format, "none") && cbor_map(&c) == 0)
        return true;
    if (span_eq_str(t->format, "packed") && self_signed(p, t, k, client_data))
        return true;
    return why_set(w, "passkey-attestation", WHY_NO_OFFSET, "WebAuthn 7.1",
                   "the attestation is not \"none\", and not one of the passkey itself that holds");
}

bool passkey_register(const struct passkey_place *p, struct span challenge, struct span client_data,
                      struct span attestation, struct arena *a, struct passkey_made *out, struct why *w)
{
    struct authenticator_data d;
    struct authenticator_key k;
    struct attestation t;
    struct prepared ready;

    if (!judge_client(p, client_data, "webauthn.create", challenge, a, w) ||
        !attestation_read(attestation, a, &t, w) || !authenticator_data_read(t.data, a, &d, w) ||
        !judge_data(p, &d, w))
        return false;
    if (!(d.flags & AUTHENTICATOR_CREDENTIAL))
        return why_set(w, "authenticator-data", 32, "WebAuthn 7.1", "there is no new passkey in it");
    if (!authenticator_key_read(d.key, a, &k, w) || !sound(&k, a, w))
        return false;
    if (!prepare(&k, &ready))
        return why_set(w, "passkey-key", WHY_NO_OFFSET, "WebAuthn 5.8.5", "the key cannot be used");
    prepared_free(&ready);
    if (!judge_attestation(p, &t, &k, client_data, w))
        return false;
    if (!model_taken(p, d.model))
        return why_set(w, "passkey-model", WHY_NO_OFFSET, NULL, "passkeys of this model are not taken here");
    *out =
        (struct passkey_made){ { d.id, d.key, d.counter }, d.model, (d.flags & AUTHENTICATOR_COPIED) != 0 };
    return true;
}

static bool signature_holds(const struct passkey_place *p, const struct prepared *key,
                            const struct passkey_said *said)
{
    fido_assert_t *t = fido_assert_new();
    struct digest hash;
    bool ok;

    if (!t)
        abort();
    digest_of(DIGEST_SHA256, said->client_data, &hash);
    ok = said->signature.n && fido_assert_set_count(t, 1) == FIDO_OK &&
         fido_assert_set_clientdata_hash(t, hash.b, hash.n) == FIDO_OK &&
         fido_assert_set_rp(t, p->id) == FIDO_OK && fido_assert_set_up(t, FIDO_OPT_TRUE) == FIDO_OK &&
         fido_assert_set_uv(t, FIDO_OPT_TRUE) == FIDO_OK &&
         fido_assert_set_authdata_raw(t, 0, said->authenticator_data.p, said->authenticator_data.n) ==
             FIDO_OK &&
         fido_assert_set_sig(t, 0, said->signature.p, said->signature.n) == FIDO_OK &&
         fido_assert_verify(t, 0, key->alg, key->key) == FIDO_OK;
    fido_assert_free(&t);
    return ok;
}

bool passkey_prove(const struct passkey_place *p, const struct passkey *held, struct span challenge,
                   const struct passkey_said *said, struct arena *a, uint32_t *counter, struct why *w)
{
    struct authenticator_data d;
    struct authenticator_key k;
    struct prepared ready;
    bool ok;

    if (!judge_client(p, said->client_data, "webauthn.get", challenge, a, w) ||
        !authenticator_data_read(said->authenticator_data, a, &d, w) || !judge_data(p, &d, w) ||
        !authenticator_key_read(held->key, a, &k, w))
        return false;
    if (!prepare(&k, &ready))
        return why_set(w, "passkey-key", WHY_NO_OFFSET, "WebAuthn 5.8.5", "the key cannot be used");
    ok = signature_holds(p, &ready, said);
    prepared_free(&ready);
    if (!ok)
        return why_set(w, "passkey-signature", WHY_NO_OFFSET, "WebAuthn 7.2", "the signature does not hold");
    /* Zero both times: the device counts nothing, as those that copy their keys do. */
    if ((d.counter || held->counter) && d.counter <= held->counter)
        return why_set(w, "passkey-counter", 33, "WebAuthn 7.2",
                       "the passkey's counter did not rise: somebody may have a copy of it");
    *counter = d.counter;
    return true;
}

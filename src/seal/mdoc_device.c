/* The device's side (ISO/IEC 18013-5 12.6, 12.8.2). */
#include "crypto/node_key.h"
#include "seal/mdoc_internal.h"
#include "seal/mdoc_transcript.h"

static bool authorized(const struct mdoc_mso *m, const struct mdoc_element *e)
{
    for (size_t i = 0; i < m->n_authorizations; i++) {
        const struct mdoc_authorization *a = &m->authorization[i];

        if (span_eq(a->ns, e->ns) && (a->id.n == 0 || span_eq(a->id, e->id)))
            return true;
    }
    return false;
}

static void check_authorizations(struct mdoc_work *k)
{
    const struct mdoc_document *d = k->document;

    for (size_t i = 0; i < d->n_elements; i++) {
        if (!authorized(&k->v->mso, &d->element[i])) {
            (void)mdoc_bad(k, "DEVICE_NOT_AUTHORIZED", d->element[i].id.p, "ISO/IEC 18013-5 12.8.2",
                           "the device signed an element that it may not sign");
            return;
        }
    }
}

/* With the key of the device, and for a code with that of the reader. */
static void check_proof(struct mdoc_work *k, const struct public_key *key)
{
    const struct mdoc_options *opt = k->opt;
    struct mdoc_verdict *v = k->v;
    struct why cause = { .offset = WHY_NO_OFFSET };
    struct session_content content;
    uint8_t mac_key[32];
    bool ok;

    if (v->device_by_mac && !opt->reader_key)
        return;
    device_content(&content, opt->transcript, k->document->doc_type, k->document->device_spaces);
    if (!v->device_by_mac) {
        ok = cose_verify(&k->device_auth, key, (struct span){ 0 }, &content.content, k->arena, "DEVICE_SIG",
                         &cause);
        v->device = mdoc_proof_of(k, ok, &cause);
        return;
    }
    if (!mac_key_derive(opt->reader_key, key, opt->transcript, mac_key, NULL)) {
        ok = mdoc_bad(k, "DEVICE_KEY", v->mso.device_key.p, "ISO/IEC 18013-5 12.6.3",
                      "the key of the device is not on the curve of the reader's key");
    } else {
        ok = cose_verify_mac(&k->device_auth, span_of(mac_key, sizeof mac_key), (struct span){ 0 },
                             &content.content, "DEVICE_MAC", &v->why);
        wipe(mac_key, sizeof mac_key);
    }
    v->device = ok ? PROOF_HOLDS : PROOF_FAILS;
}

/* What can be told of the proof without keys. */
static void check_form(struct mdoc_work *k, const struct public_key *key)
{
    struct mdoc_verdict *v = k->v;
    struct sig_alg alg;

    if (v->device_by_mac) {
        if (k->device_auth.proof.n != 32)
            (void)mdoc_bad(k, "DEVICE_MAC", k->device_auth.proof.p, "ISO/IEC 18013-5 12.6.3",
                           "a message authentication code of another length");
    } else if (!cose_alg_fits(k->device_auth.alg, key, &alg)) {
        (void)mdoc_bad(k, "COSE_ALG_KEY", k->device_auth.all.p, "RFC 9053 2.1",
                       "the algorithm does not go with the key of the device");
    } else if (k->device_auth.proof.n != signature_bytes(key, alg.scheme)) {
        (void)mdoc_bad(k, "COSE_SIG_LEN", k->device_auth.proof.p, "RFC 9053 2.1",
                       "a signature of another length than the key makes");
    }
}

void mdoc_check_device(struct mdoc_work *k)
{
    struct mdoc_verdict *v = k->v;
    struct public_key *key = NULL;

    if (!k->has_device_auth && (k->opt->form == MDOC_RESPONSE || k->document->has_device))
        (void)mdoc_bad(k, "DEVICE_MISSING", k->document->issuer_auth.p, "ISO/IEC 18013-5 10.3.2",
                       "no proof of the device");
    check_authorizations(k);
    if (!k->has_device_auth)
        return;
    if (!cose_key_public(&k->device_key, k->arena, &key, "DEVICE_KEY", &v->why))
        return;
    if (k->opt->transcript.n && cose_check_form(&k->device_auth, true, &v->why)) {
        check_form(k, key);
        check_proof(k, key);
    }
    public_key_clear(key);
}

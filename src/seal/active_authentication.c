#include "seal/active_authentication.h"

#include "crypto/key.h"
#include "crypto/message_recovery.h"
#include "wire/lds.h"

#define REASON "active-authentication"
#define CLAUSE "Doc 9303-11 6.1"

/* BSI TR-03111 5.2.1.1: ecdsa-plain-signatures, the last arc names the digest. */
static bool plain_ecdsa(struct span oid, enum digest_alg *digest)
{
    static const enum digest_alg by_arc[] = { DIGEST_SHA1, DIGEST_SHA224, DIGEST_SHA256, DIGEST_SHA384,
                                              DIGEST_SHA512 };
    const struct span arc = SPAN("\x04\x00\x7f\x00\x07\x01\x01\x04\x01");

    if (oid.n != arc.n + 1 || !span_starts(oid, arc) || oid.p[arc.n] < 1 || oid.p[arc.n] > 5)
        return false;
    *digest = by_arc[oid.p[arc.n] - 1];
    return true;
}

/* Why an algorithm is not known, as a result. */
static enum result stated_digest(struct span dg14, enum digest_alg *digest, struct why *w)
{
    struct security_infos infos;
    const struct security_info *aa;

    if (dg14.n == 0) {
        (void)why_set(w, REASON, WHY_NO_OFFSET, "Doc 9303-11 9.2.3",
                      "DG14 is not there to say which signature the chip's key makes");
        return RESULT_UNDETERMINED;
    }
    if (!security_infos_parse_dg14(dg14, &infos, NULL, w))
        return RESULT_MALFORMED;
    aa = security_infos_find(&infos, SECURITY_INFO_ACTIVE_AUTH, SECURITY_INFO_NO_ID);
    if (!aa || !plain_ecdsa(aa->signature, digest)) {
        (void)why_set(w, REASON, WHY_NO_OFFSET, "Doc 9303-11 9.2.3",
                      "DG14 names no signature of active authentication that is supported");
        return RESULT_UNDETERMINED;
    }
    return RESULT_GENUINE;
}

static enum result by_ecdsa(const struct active_authentication *in, const struct public_key *key,
                            enum digest_alg *digest, struct findings *f, struct why *w)
{
    size_t n = 2 * public_key_order_bytes(key);
    struct sig_alg alg = { .scheme = SIG_ECDSA_RAW };
    struct digest d;
    enum result r = stated_digest(in->dg14, digest, w);

    if (r != RESULT_GENUINE)
        return r;
    alg.digest = *digest;
    if (in->response.n != n && in->response.n && in->response.p[0] == 0x30) {
        alg.scheme = SIG_ECDSA_DER;
        finding_add(f, FINDING_WARNING, "signature-form", WHY_NO_OFFSET, "Doc 9303-11 6.1.2",
                    "the chip answers with a signature in DER instead of r || s");
    }
    digest_of(alg.digest, in->challenge, &d);
    if (signature_verify(key, &alg, &d, in->response, NULL))
        return RESULT_GENUINE;
    (void)why_set(w, REASON, WHY_NO_OFFSET, CLAUSE,
                  "the chip does not hold the private key of its DG15: a copy");
    return RESULT_FORGED;
}

static enum result by_rsa(const struct active_authentication *in, struct span spki, enum digest_alg *digest,
                          struct why *w)
{
    struct why inner = { .offset = WHY_NO_OFFSET };

    if (message_recovery_verify(spki, in->challenge, in->response, digest, &inner))
        return RESULT_GENUINE;
    if (strcmp(inner.reason, "key-not-supported") == 0) {
        (void)why_set(w, inner.reason, WHY_NO_OFFSET, inner.clause, "%s", inner.detail);
        return RESULT_UNDETERMINED;
    }
    (void)why_set(w, REASON, WHY_NO_OFFSET, inner.clause,
                  "the chip does not hold the private key of its DG15: a copy (%s)", inner.detail);
    return RESULT_FORGED;
}

enum result active_authentication_verify(const struct active_authentication *in, enum digest_alg *digest,
                                         struct findings *f, struct why *w)
{
    struct why inner = { .offset = WHY_NO_OFFSET };
    struct lds_file file;
    struct public_key *key;
    enum result r;

    if (in->challenge.n != AA_CHALLENGE || in->response.n == 0) {
        (void)why_set(w, REASON, WHY_NO_OFFSET, CLAUSE,
                      in->response.n ? "the challenge is not of eight bytes"
                                     : "the chip did not answer the challenge");
        return RESULT_UNDETERMINED;
    }
    if (!lds_file_parse(in->dg15, &file, w))
        return RESULT_MALFORMED;
    if (!public_key_borrow_spki(file.body, &key, &inner)) {
        why_shift(&inner, (size_t)(file.body.p - in->dg15.p));
        (void)why_set(w, inner.reason, inner.offset, inner.clause, "DG15: %s", inner.detail);
        return strcmp(inner.reason, "key-not-supported") == 0 ? RESULT_UNDETERMINED : RESULT_MALFORMED;
    }
    r = public_key_kind(key) == KEY_RSA ? by_rsa(in, file.body, digest, w) : by_ecdsa(in, key, digest, f, w);
    public_key_free(key);
    return r;
}

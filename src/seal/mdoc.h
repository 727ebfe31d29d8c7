/*
 * Verification of a mobile licence (ISO/IEC 18013-5 12.8): what the issuer signed, the digests of what was
 * sent, and that the device is the one it was issued to. Checks run in one fixed order (doc/licences.md);
 * why.reason is the first error by it, in capitals. Every document is judged; of several, the gravest says
 * what the answer is, and why: forged, revoked, malformed, undetermined, no-anchor, expired, genuine.
 */
#ifndef SERAI_SEAL_MDOC_H
#define SERAI_SEAL_MDOC_H

#include "seal/cose.h"
#include "seal/mdl_certificate.h"
#include "wire/mdoc.h"

enum mdoc_proof { PROOF_NOT_CHECKED, PROOF_HOLDS, PROOF_FAILS };

struct mdoc_options {
    enum mdoc_form form;
    enum profile profile;
    unix_time at;
    const struct anchor_set *anchors;
    struct span transcript;               /* the array (transcript_open); empty: not known, and the proof of
                                             the device is not checked */
    const struct private_key *reader_key; /* for deviceMac; NULL: not checked */
    const struct span *trusted_signers;   /* certificates that are taken without path and profile */
    size_t n_trusted;
    /* Whether the anchor may vouch for that type of document (VICAL_DOCTYPE); NULL: as the set says
     * (anchor_typed). */
    bool (*type_allowed)(void *ctx, const struct anchor *anchor, struct span doc_type);
    void *ctx;
};

struct mdoc_verdict {
    enum result result;
    struct why why; /* the first error; reason NULL: none */
    const struct mdoc_document *document;
    struct cose issuer_auth;
    bool has_mso;
    struct mdoc_mso mso;
    bool has_signer;
    struct certificate signer;
    bool trusted_signer; /* one of options.trusted_signers */
    bool has_path;
    struct path path;
    const struct anchor_origin
        *by; /* that vouches for the anchor and this type; NULL: not asked, or nobody */
    unix_time signed_at, valid_from, valid_until; /* 0: not read */
    enum mdoc_proof issuer;                       /* signature of issuerAuth */
    size_t digests_checked, digests_wrong;
    enum mdoc_proof device;
    bool device_by_mac; /* what proof there is */
};

struct mdoc {
    enum result result;
    struct why why;
    struct mdoc_response response;
    size_t n; /* documents; 0 after RESULT_MALFORMED */
    struct mdoc_verdict *document;
};

/* Enough for any answer of up to that many bytes. */
#define MDOC_ARENA(n) ((n)*64 + ((size_t)4 << 20))

/*
 * in stays the caller's and must outlive *out. No memory but that of the arena is taken, OpenSSL apart.
 * Tolerated deviations and warnings (WARN_UNTIL_AFTER_DS, WARN_KEY_PARAMS) go to f under their names. Returns
 * out->result; genuine says nothing about the device unless .device is PROOF_HOLDS.
 */
enum result mdoc_verify(struct span in, const struct mdoc_options *opt, struct arena *a, struct mdoc *out,
                        struct findings *f);

/* Whether the elements of a document may be shown: genuine or expired. */
static inline bool mdoc_authentic(const struct mdoc_verdict *v)
{
    return v->result == RESULT_GENUINE || v->result == RESULT_EXPIRED;
}

#endif

/* What the files of seal/mdoc share. */
#ifndef SERAI_SEAL_MDOC_INTERNAL_H
#define SERAI_SEAL_MDOC_INTERNAL_H

#include "seal/mdoc.h"

/* Verifying one document. */
struct mdoc_work {
    const struct mdoc_options *opt;
    bool lenient;
    struct mdoc_response *response;
    struct arena *arena;
    struct findings *f;
    struct mdoc_document *document;
    struct mdoc_verdict *v;
    struct cose device_auth; /* when the document has one */
    bool has_device_auth;
    struct cose_key device_key;
    enum digest_alg digest;
    bool has_digest;
};

/* Records an error of the document at that place; the first one stays. Returns false. */
bool mdoc_bad(struct mdoc_work *k, const char *name, const uint8_t *at, const char *clause,
              const char *detail);
/* As mdoc_bad, unless the profile is lenient: then it is noted, and true. */
bool mdoc_deviates(struct mdoc_work *k, const char *name, const uint8_t *at, const char *clause,
                   const char *detail);

/* A signature that was tried: what is known of it. The reason goes to the document. */
enum mdoc_proof mdoc_proof_of(struct mdoc_work *k, bool holds, const struct why *cause);

/* Behind a check whose error is kept in why while the later ones are still made. */
static inline void go_on(bool ok)
{
    (void)ok;
}

/* Rules among the items (stage 3). */
void mdoc_check_items(struct mdoc_work *k);
/* Certificates, path and signature of the issuer (stages 6 to 8). */
void mdoc_check_signer(struct mdoc_work *k);
/* MSO and digests (stages 9 and 10). */
void mdoc_check_content(struct mdoc_work *k);
/* The device (stage 11). */
void mdoc_check_device(struct mdoc_work *k);

#endif

/* Keys, certificates and names that the sub-commands of `serai licence` take; what is wrong is said on
 * stderr. */
#ifndef SERAI_CLI_LICENCE_KEYS_H
#define SERAI_CLI_LICENCE_KEYS_H

#include "cli/cli.h"
#include "seal/cose_write.h"

/* PKCS #8, also of Ed25519, Ed448, X25519 and X448. Free with private_key_free. */
MUST_USE bool licence_private_key(const char *path, struct arena *a, struct private_key **ret);

/* A public key as COSE_Key: from a COSE_Key, a SubjectPublicKeyInfo in PEM or DER, or the public half of a
 * private key. In the arena. */
MUST_USE bool licence_public_key(const char *path, struct arena *a, struct span *cose_key);

/* The first certificate of the file, PEM or DER. */
MUST_USE bool licence_certificate(const char *path, struct arena *a, struct span *der);

/* A SessionTranscript, as an array of three or in tag 24: the array. */
MUST_USE bool licence_session(const char *path, struct arena *a, struct span *array);

struct licence_name {
    struct span ns, id;
};
/* "family_name,portrait,org.example/colour": a name without "/" is one of org.iso.18013.5.1. */
MUST_USE bool licence_names(const char *list, struct arena *a, struct licence_name **ret, size_t *n);

/* "serai licence: what: NAME: detail". Returns false. */
bool licence_refused(const char *what, const struct why *w);

/* A number of days; false with a word of usage. */
MUST_USE bool licence_days(const char *text, long most, long *out);

#endif

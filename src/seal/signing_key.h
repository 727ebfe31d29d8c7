/*
 * A key that signs for a member, wherever node.conf or a command line says it is: a file as signed-note tools
 * write it ("PRIVATE+KEY+name+hash+base64"), or a token ("pkcs11:token=…;object=…?pin-source=/…", RFC 7512;
 * crypto/token.h). Names: NAME for the node key, NAME/log for the one that signs all logs of the member,
 * NAME/witness for the one that cosigns.
 */
#ifndef SERAI_SEAL_SIGNING_KEY_H
#define SERAI_SEAL_SIGNING_KEY_H

#include "seal/note_key.h"

struct token_login; /* crypto/token.h */
struct token_key;

struct signing_key {
    struct note_key note; /* name and type as asked for, and the public key */
    struct signer signer;
    uint8_t secret[NODE_SECRET_KEY]; /* behind the signer; of no account for a token */
    struct token_key *token;         /* NULL: in memory */
};

/*
 * Opens it; it must not move until signing_key_close. A file holds a key of that name and type; with an empty
 * name any, and the key's own name is copied into a. A key of a token has no name of its own: it gets this
 * one. login: how to get into a token; NULL: as a server does, with the PIN file that the URI names. Reasons:
 * "io"; "node-key" (no such key in the file); "token…" (crypto/token.h).
 */
MUST_USE bool signing_key_open(const char *place, struct span name, enum note_key_type type,
                               const struct token_login *login, struct arena *a, struct signing_key *out,
                               struct why *w);
void signing_key_close(struct signing_key *k); /* one that is all zero is well */

#endif

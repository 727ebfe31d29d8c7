/*
 * Ed25519 keys in PKCS #11 tokens (CKM_EDDSA, PKCS #11 3.0 2.3.14): they sign, and never leave the token. A
 * key is named by an RFC 7512 URI: `pkcs11:token=SPECIMEN;object=kz-node?pin-source=/etc/serai/pin`, with
 * module-path where p11-kit is not configured for the module. The PIN stands in a file that nobody else may
 * read, never in the URI.
 *
 * Reasons, each with a sentence for the operator:
 *   token-uri         no URI of a token, or it brings a PIN along
 *   token-module      the library of the token cannot be loaded
 *   token-absent      no such token is there, or several are
 *   token-pin         no PIN, one that is refused, or a token that is locked or nearly so
 *   token-key         no such key
 *   token-keys        several keys are meant
 *   token-key-type    a key that is no Ed25519 key, or that may not sign
 *   token-exists      there is a key of that name already
 *   token-signature   what came is no signature of that key
 *   token-busy        every session of the token was in use for too long
 *   token             anything else that the token says
 */
#ifndef SERAI_CRYPTO_TOKEN_H
#define SERAI_CRYPTO_TOKEN_H

#include "crypto/signer.h"

enum { TOKEN_PIN = 256, TOKEN_LABEL = 128, TOKEN_ID = 64, TOKEN_URI = 1024 };

/* How to get into a token. NULL stands for a server: the PIN file of the URI, and never a try at a token that
 * has refused one since it was last opened (a service that is started again and again would lock it). */
struct token_login {
    /* A person is there. Asks for the PIN where the URI names no file; "" and the length of it go to pin. */
    bool (*ask)(void *ctx, const char *token, char pin[TOKEN_PIN], struct why *w);
    void *ctx;
};

struct token_key;

/* Whether a place is meant to be in a token. */
bool token_is_uri(const char *place);

/* Opens a key. The sessions are shared by the threads that sign; when the token was away, the key works again
 * once it is back. NULL: failed. */
struct token_key *token_key_open(const char *uri, const struct token_login *login, struct why *w);
void token_key_close(struct token_key *k); /* NULL allowed */
/* Lasts as long as the key. Its `ready` looks for the token, and opens it again when it was away. */
const struct signer *token_key_signer(const struct token_key *k);

/* A private key that stands in a token, and what is known of it. */
struct token_entry {
    char token[TOKEN_LABEL], label[TOKEN_LABEL]; /* UTF-8, printable */
    uint8_t id[TOKEN_ID];
    size_t id_n;
    bool ed25519;     /* and pub is known */
    bool extractable; /* the token would give it out: not one to sign for a member */
    uint8_t pub[NODE_PUBLIC_KEY];
};

/* Calls found for every private key that the URI matches, in all tokens it matches. */
MUST_USE bool token_list(const char *uri, const struct token_login *login,
                         void (*found)(void *ctx, const struct token_entry *e), void *ctx, struct why *w);

/*
 * Makes a key in the one token that the URI names, with the label of its `object` and the `id` if it gives
 * one; sensitive, and never extractable. seed NULL: the token makes it, and nobody ever sees it. Else that
 * seed goes in.
 */
MUST_USE bool token_generate(const char *uri, const struct token_login *login, const uint8_t *seed,
                             uint8_t pub[NODE_PUBLIC_KEY], struct why *w);

#endif

#include "crypto/password.h"

#include <sodium.h>

bool password_hash(struct span password, char out[PASSWORD_HASH])
{
    _Static_assert(PASSWORD_HASH >= crypto_pwhash_STRBYTES, "room for what libsodium writes");

    return password.n <= PASSWORD_MOST &&
           crypto_pwhash_str_alg(out, (const char *)password.p, password.n,
                                 crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE,
                                 crypto_pwhash_ALG_ARGON2ID13) == 0;
}

bool password_verify(const char *hash, struct span password)
{
    return password.n <= PASSWORD_MOST && strlen(hash) < crypto_pwhash_STRBYTES &&
           crypto_pwhash_str_verify(hash, (const char *)password.p, password.n) == 0;
}

bool password_hash_valid(struct span hash)
{
    return hash.n < crypto_pwhash_STRBYTES && span_starts(hash, SPAN("$argon2id$v=19$m="));
}

static void put(crypto_generichash_state *s, struct span v)
{
    uint64_t n = v.n;

    (void)crypto_generichash_update(s, (const uint8_t *)&n, sizeof n);
    (void)crypto_generichash_update(s, v.p, v.n);
}

void password_tag(const uint8_t key[PASSWORD_KEY], const char *name, const char *hash, struct span password,
                  uint8_t out[PASSWORD_TAG])
{
    crypto_generichash_state s;

    (void)crypto_generichash_init(&s, key, PASSWORD_KEY, PASSWORD_TAG);
    put(&s, span_str(name));
    put(&s, span_str(hash));
    put(&s, password);
    (void)crypto_generichash_final(&s, out, PASSWORD_TAG);
    sodium_memzero(&s, sizeof s);
}

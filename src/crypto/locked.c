#include "crypto/locked.h"

#include <sodium.h>

static const char head[] = "serai.locked/v1\n";

enum {
    HEAD = sizeof head - 1,
    SALT = crypto_pwhash_SALTBYTES,
    KEY = crypto_secretstream_xchacha20poly1305_KEYBYTES,
    HEADER = crypto_secretstream_xchacha20poly1305_HEADERBYTES,
    AROUND = crypto_secretstream_xchacha20poly1305_ABYTES,
};

static bool make_key(struct span passphrase, const uint8_t salt[SALT], uint8_t key[KEY], struct why *w)
{
    return crypto_pwhash(key, KEY, (const char *)passphrase.p, passphrase.n, salt,
                         crypto_pwhash_OPSLIMIT_MODERATE, crypto_pwhash_MEMLIMIT_MODERATE,
                         crypto_pwhash_ALG_ARGON2ID13) == 0 ||
           why_set(w, "memory", WHY_NO_OFFSET, NULL, "a key of the passphrase takes 256 MiB of memory");
}

bool locked_put(struct span passphrase, struct span plain, struct buffer *out, struct why *w)
{
    crypto_secretstream_xchacha20poly1305_state state;
    uint8_t salt[SALT], key[KEY], header[HEADER], *p;
    bool ok;

    if (passphrase.n < LOCKED_LEAST)
        return why_set(w, "passphrase", WHY_NO_OFFSET, NULL, "a passphrase has %d bytes at least",
                       LOCKED_LEAST);
    randombytes_buf(salt, sizeof salt);
    if (!make_key(passphrase, salt, key, w))
        return false;
    (void)crypto_secretstream_xchacha20poly1305_init_push(&state, header, key);
    buf_str(out, head);
    buf_put(out, span_of(salt, SALT));
    buf_put(out, span_of(header, HEADER));
    p = buf_grow(out, plain.n + AROUND);
    ok = p && crypto_secretstream_xchacha20poly1305_push(
                  &state, p, NULL, plain.p, plain.n, (const uint8_t *)head, HEAD,
                  crypto_secretstream_xchacha20poly1305_TAG_FINAL) == 0;
    sodium_memzero(key, sizeof key);
    sodium_memzero(&state, sizeof state);
    return ok || why_set(w, "memory", WHY_NO_OFFSET, NULL, "no memory left for this");
}

bool locked_open(struct span passphrase, struct span in, struct buffer *out, struct why *w)
{
    crypto_secretstream_xchacha20poly1305_state state;
    struct span salt, header, sealed;
    uint8_t key[KEY], tag = 0, *p;
    bool ok;

    if (in.n < HEAD + SALT + HEADER + AROUND || memcmp(in.p, head, HEAD) != 0)
        return why_set(w, "locked", 0, NULL, "this was not locked with a passphrase, or is cut");
    salt = span_sub(in, HEAD, HEAD + SALT);
    header = span_sub(in, HEAD + SALT, HEAD + SALT + HEADER);
    sealed = span_sub(in, HEAD + SALT + HEADER, in.n);
    if (!make_key(passphrase, salt.p, key, w))
        return false;
    p = buf_grow(out, sealed.n - AROUND);
    if (!p) {
        sodium_memzero(key, sizeof key);
        return why_set(w, "memory", WHY_NO_OFFSET, NULL, "no memory left for this");
    }
    ok = crypto_secretstream_xchacha20poly1305_init_pull(&state, header.p, key) == 0 &&
         crypto_secretstream_xchacha20poly1305_pull(&state, p, NULL, &tag, sealed.p, sealed.n,
                                                    (const uint8_t *)head, HEAD) == 0 &&
         tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    sodium_memzero(key, sizeof key);
    sodium_memzero(&state, sizeof state);
    if (ok)
        return true;
    sodium_memzero(p, sealed.n - AROUND);
    out->n -= sealed.n - AROUND;
    return why_set(w, "passphrase", WHY_NO_OFFSET, NULL,
                   "the passphrase is another one, or the file was altered");
}

/* What is kept unreadable in the database: sealed under a key of the key file. */
#include <sodium.h>

#include "crypto/aead.h"
#include "store/internal.h"

/* IVs are random: 96 bits, and far fewer than 2^32 of them under one key (SP 800-38D 8.3). */
bool store_seal(const struct store *s, const char *use, struct span plain, struct arena *a, struct span *out,
                struct why *w)
{
    uint8_t key[GCM_KEY], *p = arena_alloc(a, GCM_IV + plain.n + GCM_TAG);

    if (!p)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    secret_sealing(&s->secret, use, key);
    randombytes_buf(p, GCM_IV);
    gcm_seal(key, p, plain, p + GCM_IV);
    sodium_memzero(key, sizeof key);
    *out = span_of(p, GCM_IV + plain.n + GCM_TAG);
    return true;
}

bool store_unseal(const struct store *s, const char *use, struct span sealed, struct arena *a,
                  struct span *out, struct why *w)
{
    uint8_t key[GCM_KEY], *p;
    bool ok;

    if (sealed.n < GCM_IV + GCM_TAG)
        return why_set(w, "sealed", WHY_NO_OFFSET, NULL, "what is kept sealed is damaged");
    p = arena_alloc(a, sealed.n);
    if (!p)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    secret_sealing(&s->secret, use, key);
    ok = gcm_open(key, sealed.p, span_sub(sealed, GCM_IV, sealed.n), p);
    sodium_memzero(key, sizeof key);
    if (!ok)
        return why_set(w, "sealed", WHY_NO_OFFSET, NULL,
                       "what is kept sealed was changed, or is of another key");
    *out = span_of(p, sealed.n - GCM_IV - GCM_TAG);
    return true;
}

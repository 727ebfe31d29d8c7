/* A key of a token that signs for several threads, and outlives the token's absence. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "crypto/token_internal.h"

enum { RETRY_MS = 300, WAIT_MS = 10000 };

struct pooled {
    CK_SESSION_HANDLE handle;
    bool busy;
};

struct token_key {
    struct signer signer;
    struct token_place place;
    struct token_login login;
    bool attended;
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t idle;
    struct pooled session[LIMIT_TOKEN_SESSIONS];
    size_t n, busy;
    CK_OBJECT_HANDLE key;
    bool up, lost; /* lost: to be closed once nothing is busy */
    bool known;    /* signer.pub is the key's; another one in its place is refused */
    int64_t tried; /* when it was last opened in vain, ms; 0: never */
    struct why last;
};

static int64_t now_ms(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool sign_in(const struct token_place *p, CK_SESSION_HANDLE s, CK_OBJECT_HANDLE key,
                    struct span message, const uint8_t pub[NODE_PUBLIC_KEY], uint8_t sig[NODE_SIGNATURE],
                    struct why *w)
{
    CK_MECHANISM eddsa = { CKM_EDDSA, NULL, 0 };
    uint8_t out[2 * NODE_SIGNATURE], none = 0;
    CK_ULONG n = sizeof out;
    CK_BYTE_PTR in = (CK_BYTE_PTR)(uintptr_t)(message.n ? message.p : &none);
    CK_RV rv = p->m->C_SignInit(s, &eddsa, key);

    if (rv == CKR_OK)
        rv = p->m->C_Sign(s, in, (CK_ULONG)message.n, out, &n);
    if (rv != CKR_OK)
        return token_failed(w, "token", rv, "the token does not sign");
    if (n != NODE_SIGNATURE || !node_verify(message, out, pub))
        return why_set(w, "token-signature", WHY_NO_OFFSET, "PKCS #11 3.0 2.3.14",
                       "what the token gave is no signature of its key: nothing was signed");
    memcpy(sig, out, NODE_SIGNATURE);
    return true;
}

static bool find_key(const struct token_place *p, CK_SESSION_HANDLE s, CK_OBJECT_HANDLE *out, struct why *w)
{
    const CK_ATTRIBUTE *label = p11_kit_uri_get_attribute(p->uri, CKA_LABEL);
    const CK_ATTRIBUTE *id = p11_kit_uri_get_attribute(p->uri, CKA_ID);
    CK_OBJECT_HANDLE key[2];
    size_t n;

    if (!label && !id)
        return why_set(w, "token-uri", 0, "RFC 7512", "the URI names no key: object= or id=");
    if (!token_objects(p, s, CKO_PRIVATE_KEY, label, id, key, 2, &n, w))
        return false;
    if (n == 0)
        return why_set(w, "token-key", WHY_NO_OFFSET, NULL, "no such private key is in the token %s",
                       p->label);
    if (n > 1)
        return why_set(
            w, "token-keys", WHY_NO_OFFSET, NULL,
            "several private keys of that name are in the token %s: name the one by id=", p->label);
    if (!token_is_ed25519(p, s, key[0]))
        return why_set(w, "token-key-type", WHY_NO_OFFSET, "PKCS #11 3.0 2.3", "the key is no Ed25519 key");
    if (!token_flag(p, s, key[0], CKA_SIGN, true) || token_flag(p, s, key[0], CKA_ALWAYS_AUTHENTICATE, false))
        return why_set(w, "token-key-type", WHY_NO_OFFSET, "PKCS #11 3.0 2.3",
                       "the key may not sign, or asks for the PIN each time");
    *out = key[0];
    return true;
}

/* One signature, of a text that is no note, shows that both halves of the key belong together. */
static bool prove(struct token_key *k, CK_SESSION_HANDLE s, struct why *w)
{
    uint8_t pub[NODE_PUBLIC_KEY], sig[NODE_SIGNATURE];

    if (!token_public(&k->place, s, k->key, pub, w))
        return false;
    if (k->known && memcmp(pub, k->signer.pub, sizeof pub) != 0)
        return why_set(w, "token-key", WHY_NO_OFFSET, NULL, "another key has taken the place of this one");
    if (!sign_in(&k->place, s, k->key, SPAN("serai: does this key sign?"), pub, sig, w))
        return false;
    if (!k->known)
        memcpy(k->signer.pub, pub, sizeof pub);
    k->known = true;
    return true;
}

static bool come_up(struct token_key *k, struct why *w)
{
    CK_SESSION_HANDLE s;

    if (!token_modules_load(&k->place, w) || !token_find(&k->place, w) ||
        !token_session(&k->place, false, &s, w))
        goto out;
    if (!token_log_in(&k->place, s, k->attended ? &k->login : NULL, w) ||
        !find_key(&k->place, s, &k->key, w) || !prove(k, s, w)) {
        (void)k->place.m->C_CloseSession(s);
        goto out;
    }
    k->session[0] = (struct pooled){ .handle = s };
    k->n = 1;
    k->up = true;
    return true;
out:
    token_modules_leave(&k->place);
    return false;
}

/* Nothing is busy. */
static void go_down(struct token_key *k)
{
    for (size_t i = 0; k->up && i < k->n; i++)
        (void)k->place.m->C_CloseSession(k->session[i].handle);
    token_modules_leave(&k->place);
    k->n = 0;
    k->up = k->lost = false;
}

static bool again(const struct why *y, struct why *w)
{
    return why_set(w, y->reason, y->offset, y->clause, "%s", y->detail);
}

/* With the lock: the key is up when it returns true. Not more often than RETRY_MS says. */
static bool ensure_up(struct token_key *k, struct why *w)
{
    while (k->lost && k->busy)
        (void)pthread_cond_wait(&k->idle, &k->lock);
    if (k->lost)
        go_down(k);
    if (k->up)
        return true;
    if (k->tried && now_ms() - k->tried < RETRY_MS)
        return again(&k->last, w);
    why_clear(&k->last);
    if (come_up(k, &k->last)) {
        k->tried = 0;
        return true;
    }
    k->tried = now_ms();
    return again(&k->last, w);
}

/* With the lock, and up: a session that nobody uses, or one more; NULL: none yet. */
static struct pooled *idle_session(struct token_key *k)
{
    for (size_t i = 0; i < k->n; i++)
        if (!k->session[i].busy)
            return &k->session[i];
    if (k->n < LIMIT_TOKEN_SESSIONS && token_session(&k->place, false, &k->session[k->n].handle, NULL))
        return &k->session[k->n++];
    return NULL;
}

static struct pooled *take(struct token_key *k, struct why *w)
{
    struct timespec until;
    struct pooled *s;

    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += WAIT_MS / 1000;
    while (ensure_up(k, w)) {
        s = idle_session(k);
        if (s) {
            s->busy = true;
            k->busy++;
            return s;
        }
        if (pthread_cond_timedwait(&k->idle, &k->lock, &until) != 0) {
            (void)why_set(w, "token-busy", WHY_NO_OFFSET, NULL, "every session of the token is in use");
            return NULL;
        }
    }
    return NULL;
}

/* One try; after a failure the token is opened anew. */
static bool attempt(struct token_key *k, struct span message, uint8_t sig[NODE_SIGNATURE], struct why *w)
{
    struct pooled *s;
    bool ok;

    (void)pthread_mutex_lock(&k->lock);
    s = take(k, w);
    (void)pthread_mutex_unlock(&k->lock);
    if (!s)
        return false;
    ok = sign_in(&k->place, s->handle, k->key, message, k->signer.pub, sig, w);
    (void)pthread_mutex_lock(&k->lock);
    s->busy = false;
    k->busy--;
    k->lost |= !ok;
    (void)pthread_cond_broadcast(&k->idle);
    (void)pthread_mutex_unlock(&k->lock);
    return ok;
}

/* A session that was lost while nobody looked is no failure: the signature is tried once more. */
static bool sign(void *ctx, struct span message, uint8_t sig[NODE_SIGNATURE], struct why *w)
{
    struct token_key *k = ctx;

    return attempt(k, message, sig, NULL) || attempt(k, message, sig, w);
}

/* A busy session shows by its next signature. */
static bool ready(void *ctx, struct why *w)
{
    struct token_key *k = ctx;
    CK_TOKEN_INFO info;
    bool ok;

    (void)pthread_mutex_lock(&k->lock);
    if (k->up && !k->lost && k->place.m->C_GetTokenInfo(k->place.slot, &info) != CKR_OK)
        k->lost = true;
    ok = ensure_up(k, w);
    (void)pthread_mutex_unlock(&k->lock);
    return ok;
}

struct token_key *token_key_open(const char *uri, const struct token_login *login, struct why *w)
{
    struct token_key *k = calloc(1, sizeof *k);
    pthread_condattr_t attr;
    bool ok;

    if (!k)
        abort();
    k->signer = (struct signer){ .sign = sign, .ctx = k, .ready = ready };
    k->attended = login != NULL;
    if (login)
        k->login = *login;
    (void)pthread_mutex_init(&k->lock, NULL);
    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&k->idle, &attr);
    (void)pthread_condattr_destroy(&attr);
    (void)pthread_mutex_lock(&k->lock);
    ok = token_place_init(uri, &k->place, w) && ensure_up(k, w);
    (void)pthread_mutex_unlock(&k->lock);
    if (ok) {
        k->attended = false; /* whoever was there may be gone when it comes up again */
        return k;
    }
    token_key_close(k);
    return NULL;
}

void token_key_close(struct token_key *k)
{
    if (!k)
        return;
    go_down(k);
    token_place_free(&k->place);
    (void)pthread_cond_destroy(&k->idle);
    (void)pthread_mutex_destroy(&k->lock);
    free(k);
}

const struct signer *token_key_signer(const struct token_key *k)
{
    return &k->signer;
}

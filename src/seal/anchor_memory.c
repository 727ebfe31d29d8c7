/* What an anchor set remembers of signers it has certified: by whom, and their keys ready for use. */
#include "seal/anchors_internal.h"

struct memory *memory_new(void)
{
    struct memory *m = must(calloc(1, sizeof *m));

    for (size_t i = 0; i < CERTIFIED_LOCKS; i++)
        (void)pthread_mutex_init(&m->lock[i], NULL);
    return m;
}

void memory_free(struct memory *m)
{
    for (size_t i = 0; i < CERTIFIED_SLOTS; i++)
        key_share_drop(&m->slot[i].key);
    for (size_t i = 0; i < CERTIFIED_LOCKS; i++)
        (void)pthread_mutex_destroy(&m->lock[i]);
    free(m);
}

/* The digest is uniform: its first bytes choose the slot. Locked; *slot is what is there. */
static pthread_mutex_t *open_slot(const struct anchor_set *s, const struct digest *sha256,
                                  struct certified **slot)
{
    size_t i = (size_t)(sha256->b[0] << 8 | sha256->b[1]) % CERTIFIED_SLOTS;
    pthread_mutex_t *lock = &s->memory->lock[i % CERTIFIED_LOCKS];

    (void)pthread_mutex_lock(lock);
    *slot = &s->memory->slot[i];
    return lock;
}

static bool is_of(const struct certified *c, const struct digest *sha256)
{
    return c->by && memcmp(c->sha256, sha256->b, sizeof c->sha256) == 0;
}

const struct anchor *anchors_certified(const struct anchor_set *s, const struct digest *sha256)
{
    struct certified *c;
    pthread_mutex_t *lock = open_slot(s, sha256, &c);
    const struct anchor *by = is_of(c, sha256) ? c->by : NULL;

    (void)pthread_mutex_unlock(lock);
    return by;
}

void anchors_certify(const struct anchor_set *s, const struct digest *sha256, const struct anchor *by)
{
    struct certified *c;
    pthread_mutex_t *lock = open_slot(s, sha256, &c);
    struct key_share old = { 0 };

    if (!is_of(c, sha256)) {
        old = c->key;
        c->key = (struct key_share){ 0 };
    }
    memcpy(c->sha256, sha256->b, sizeof c->sha256);
    c->by = by;
    (void)pthread_mutex_unlock(lock);
    key_share_drop(&old);
}

bool anchors_known_key(const struct anchor_set *s, const struct digest *sha256, struct span spki,
                       struct arena *a, struct public_key **ret)
{
    struct certified *c;
    pthread_mutex_t *lock = open_slot(s, sha256, &c);
    struct key_share key = { 0 };

    if (is_of(c, sha256))
        key = key_share_hold(&c->key);
    (void)pthread_mutex_unlock(lock);
    return key.prepared && public_key_place_share(spki, &key, a, ret);
}

void anchors_keep_key(const struct anchor_set *s, const struct digest *sha256, const struct public_key *key)
{
    struct key_share own = public_key_share(key);
    struct certified *c;
    pthread_mutex_t *lock = open_slot(s, sha256, &c);

    if (is_of(c, sha256) && !c->key.prepared) {
        c->key = own;
        own.prepared = NULL;
    }
    (void)pthread_mutex_unlock(lock);
    key_share_drop(&own);
}

void anchors_forget_certified(const struct anchor_set *s)
{
    for (size_t i = 0; i < CERTIFIED_SLOTS; i++) {
        pthread_mutex_t *lock = &s->memory->lock[i % CERTIFIED_LOCKS];
        struct certified *c = &s->memory->slot[i];
        struct key_share old;

        (void)pthread_mutex_lock(lock);
        old = c->key;
        c->key = (struct key_share){ 0 };
        c->by = NULL;
        (void)pthread_mutex_unlock(lock);
        key_share_drop(&old);
    }
}

#include "node/taxii.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/text.h"
#include "crypto/cipher.h"
#include "crypto/node_key.h"
#include "crypto/password.h"
#include "crypto/xchacha.h"
#include "node/secret.h"

enum { WAITING = 8, TAGS = 2, CREDENTIALS = 1600 };

/* What was verified last of an account: keyed hashes of name, stored hash and password. */
struct remembered {
    uint8_t tag[TAGS][PASSWORD_TAG];
    unsigned n, next;
};

struct taxii {
    struct taxii_options o;
    const struct taxii_config *c;
    uint8_t key[XCHACHA_KEY], password_key[PASSWORD_KEY];
    struct taxii_account *account;
    struct remembered *remembered;
    uint16_t *number;        /* of collections in the store */
    pthread_rwlock_t lock;   /* of what is remembered */
    pthread_mutex_t working; /* one password at a time: each takes 64 MB */
    _Atomic unsigned waiting;
    pthread_mutex_t law_lock;
    struct cyber_law law;
    struct date law_on;
};

static bool make_account(struct taxii *t, size_t i, struct why *w)
{
    const struct taxii_account_config *c = &t->c->account[i];
    struct cyber_reader *r = &t->account[i].reader;
    struct span groups = span_str(c->groups), one;

    t->account[i].config = c;
    *r = (struct cyber_reader){ .kind = CYBER_TOOL,
                                .organisation = c->cert ? CYBER_CERT : CYBER_CLIENT,
                                .member = cyber_place_of(t->o.places, span_str(t->o.config->member)),
                                .clearance = (uint8_t)c->tlp,
                                .exercise = c->drill };
    while (text_split(&groups, ',', &one)) {
        uint8_t place = cyber_group_of(t->o.places, one);

        if (place == CYBER_NO_PLACE)
            return why_set(w, "config", WHY_NO_OFFSET, NULL,
                           "taxii-account %s: the agreement has no trust group %.*s", c->name, (int)one.n,
                           (const char *)one.p);
        r->groups |= UINT64_C(1) << place;
    }
    return true;
}

bool taxii_open(const struct taxii_options *o, struct taxii **ret, struct why *w)
{
    const struct taxii_config *c = o->config->taxii;
    struct taxii *t = calloc(1, sizeof *t);
    bool ok;

    if (!t)
        abort();
    t->o = *o;
    t->c = c;
    (void)pthread_rwlock_init(&t->lock, NULL);
    (void)pthread_mutex_init(&t->working, NULL);
    (void)pthread_mutex_init(&t->law_lock, NULL);
    random_bytes(t->password_key, sizeof t->password_key);
    t->account = calloc(c->n_accounts + 1, sizeof *t->account);
    t->remembered = calloc(c->n_accounts + 1, sizeof *t->remembered);
    t->number = calloc(c->n_collections + 1, sizeof *t->number);
    if (!t->account || !t->remembered || !t->number)
        abort();
    ok = node_secret(o->config->cyber, "taxii.key", t->key, sizeof t->key, w);
    for (size_t i = 0; ok && i < c->n_accounts; i++)
        ok = make_account(t, i, w);
    for (size_t i = 0; ok && i < c->n_collections; i++)
        ok = object_store_collection(o->objects, span_str(c->collection[i].id), &t->number[i], w);
    if (ok && o->config->taxii_default && !taxii_has_root(t, span_str(o->config->taxii_default)))
        ok = why_set(w, "config", WHY_NO_OFFSET, NULL, "taxii-default names no taxii-root");
    if (!ok) {
        taxii_close(t);
        return false;
    }
    *ret = t;
    return true;
}

void taxii_close(struct taxii *t)
{
    if (!t)
        return;
    wipe(t->key, sizeof t->key);
    wipe(t->password_key, sizeof t->password_key);
    free(t->account);
    free(t->remembered);
    free(t->number);
    (void)pthread_rwlock_destroy(&t->lock);
    (void)pthread_mutex_destroy(&t->working);
    (void)pthread_mutex_destroy(&t->law_lock);
    free(t);
}

const struct taxii_options *taxii_options_of(const struct taxii *t)
{
    return &t->o;
}

const uint8_t *taxii_key(const struct taxii *t)
{
    return t->key;
}

/* "Basic " and Base64 of NAME:PASSWORD (RFC 7617), into mem. */
static bool read_basic(const char *header, uint8_t mem[CREDENTIALS], struct span *name, struct span *password)
{
    const uint8_t *colon;
    struct buffer b;
    size_t bad_at;

    if (!header || strncasecmp(header, "basic ", 6) != 0)
        return false;
    buf_init_fixed(&b, mem, CREDENTIALS);
    if (!base64_decode(text_trim(span_str(header + 6)), BASE64_STD, &b, &bad_at) || b.n == 0)
        return false;
    colon = memchr(mem, ':', b.n);
    if (!colon)
        return false;
    *name = span_of(mem, (size_t)(colon - mem));
    *password = span_of(colon + 1, b.n - name->n - 1);
    return password->n <= PASSWORD_MOST;
}

static size_t account_of(const struct taxii *t, struct span name)
{
    size_t i = 0;

    while (i < t->c->n_accounts && !span_eq_str(name, t->c->account[i].name))
        i++;
    return i;
}

static bool is_remembered(struct taxii *t, size_t i, const uint8_t tag[PASSWORD_TAG])
{
    struct remembered *r = &t->remembered[i];
    bool known = false;

    (void)pthread_rwlock_rdlock(&t->lock);
    for (unsigned k = 0; k < r->n; k++)
        known |= same_secret(r->tag[k], tag, PASSWORD_TAG);
    (void)pthread_rwlock_unlock(&t->lock);
    return known;
}

static void remember(struct taxii *t, size_t i, const uint8_t tag[PASSWORD_TAG])
{
    struct remembered *r = &t->remembered[i];

    (void)pthread_rwlock_wrlock(&t->lock);
    memcpy(r->tag[r->next], tag, PASSWORD_TAG);
    r->next = (r->next + 1) % TAGS;
    r->n += r->n < TAGS;
    (void)pthread_rwlock_unlock(&t->lock);
}

/* Also for names that nobody has, so that time does not tell who there is. */
static enum taxii_let work_out(struct taxii *t, size_t i, struct span password,
                               const uint8_t tag[PASSWORD_TAG])
{
    bool ok;

    if (atomic_fetch_add(&t->waiting, 1) >= WAITING) {
        atomic_fetch_sub(&t->waiting, 1);
        return TAXII_BUSY;
    }
    (void)pthread_mutex_lock(&t->working);
    ok = (i < t->c->n_accounts && is_remembered(t, i, tag)) ||
         (t->c->n_accounts && password_verify(t->c->account[i < t->c->n_accounts ? i : 0].hash, password) &&
          i < t->c->n_accounts);
    if (ok)
        remember(t, i, tag);
    (void)pthread_mutex_unlock(&t->working);
    atomic_fetch_sub(&t->waiting, 1);
    return ok ? TAXII_LET : TAXII_STRANGER;
}

enum taxii_let taxii_let(struct taxii *t, const char *authorization, bool wait,
                         const struct taxii_account **out)
{
    uint8_t mem[CREDENTIALS], tag[PASSWORD_TAG];
    struct span name, password;
    enum taxii_let let = TAXII_STRANGER;
    size_t i;

    if (!read_basic(authorization, mem, &name, &password))
        return TAXII_STRANGER;
    i = account_of(t, name);
    password_tag(t->password_key, i < t->c->n_accounts ? t->c->account[i].name : "",
                 i < t->c->n_accounts ? t->c->account[i].hash : "", password, tag);
    if (i < t->c->n_accounts && is_remembered(t, i, tag))
        let = TAXII_LET;
    else
        let = wait ? work_out(t, i, password, tag) : TAXII_LATER;
    wipe(mem, sizeof mem);
    if (let == TAXII_LET)
        *out = &t->account[i];
    return let;
}

struct taxii_rights taxii_rights(const struct taxii_account *a, const struct taxii_collection_config *c)
{
    struct taxii_rights r = { .read = taxii_listed(a->config->read, c->id),
                              .write = taxii_listed(a->config->write, c->id) };

    r.see = r.read || r.write || taxii_listed(a->config->see, c->id);
    return r;
}

bool taxii_has_root(const struct taxii *t, struct span name)
{
    for (size_t i = 0; i < t->c->n_roots; i++)
        if (span_eq_str(name, t->c->root[i].name))
            return true;
    return false;
}

const struct taxii_root_config *taxii_root(const struct taxii *t, const struct taxii_account *a,
                                           struct span name)
{
    bool any = false;
    size_t i = 0;

    while (i < t->c->n_roots && !span_eq_str(name, t->c->root[i].name))
        i++;
    if (i == t->c->n_roots)
        return NULL;
    for (size_t k = 0; k < t->c->n_collections; k++) {
        if (t->c->collection[k].root != i)
            continue;
        if (taxii_rights(a, &t->c->collection[k]).see)
            return &t->c->root[i];
        any = true;
    }
    return any ? NULL : &t->c->root[i];
}

const struct taxii_collection_config *taxii_collection(const struct taxii *t, const struct taxii_account *a,
                                                       const struct taxii_root_config *root, struct span id,
                                                       uint16_t *number)
{
    for (size_t k = 0; k < t->c->n_collections; k++) {
        const struct taxii_collection_config *c = &t->c->collection[k];

        if (&t->c->root[c->root] != root ||
            (!span_eq_str(id, c->id) && (!c->alias || !span_eq_str(id, c->alias))) || !taxii_rights(a, c).see)
            continue;
        *number = t->number[k];
        return c;
    }
    return NULL;
}

void taxii_law(struct taxii *t, int64_t now, struct cyber_law *out)
{
    struct date on = date_of_time(now / 1000000 + t->o.config->utc_offset);

    (void)pthread_mutex_lock(&t->law_lock);
    if (date_cmp(on, t->law_on) != 0) {
        cyber_law_on(t->o.places, t->o.agreement, span_str(t->o.config->member), on, &t->law, NULL);
        t->law_on = on;
    }
    *out = t->law;
    (void)pthread_mutex_unlock(&t->law_lock);
}

#include "service/travel/manifest_alike.h"

#include <pthread.h>
#include <stdlib.h>

#include "names/skeleton.h"

enum { WORDS = 6, KEYS = 1 + WORDS + 4, LOOKS = 24, POLL = 1024, THREADS = 8 };

/* Of 100: from here on a person should look; names that are taken for one. */
enum { NEAR_SAME_BIRTH = 85, NEAR_OTHER_BIRTH = 90, ONE_NAME = 97 };

/* ---- keys ---- */

struct key {
    uint64_t key;
    uint32_t full; /* of the whole name: like ones stand beside each other in a block */
    uint32_t person;
};

static uint64_t mix(uint64_t x)
{
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static uint64_t mix_bytes(uint64_t h, struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ s.p[i]) * UINT64_C(0x100000001b3);
    return mix(h ^ s.n);
}

struct work {
    const struct names *t;
    const struct manifest_persons *p;
    struct names_frequency *seen;
    struct key *key; /* KEYS places for each person; then those that may be shared, close together */
    uint8_t *keys;   /* of each person */
    size_t n_keys;
    uint64_t *pair; /* a << 32 | b */
    size_t n_pairs, room;
    uint8_t *looks;              /* pairs of each person, as the first of both */
    uint8_t *told;               /* links of each person */
    struct manifest_link *found; /* of each pair; like MANIFEST_LIKES: none */
    struct manifest_alike *out;
    size_t link_room;
};

/* ---- several threads, each with a run of persons or pairs ---- */

struct hand {
    struct work *k;
    size_t from, to;
    bool (*run)(struct hand *h);
    struct names_frequency *seen; /* by make_keys */
    pthread_t thread;
    bool begun, ok;
    struct why why;
};

static void *run_hand(void *arg)
{
    struct hand *h = arg;

    why_clear(&h->why);
    h->ok = h->run(h);
    return NULL;
}

/* The first run is this thread's, and so is one that no thread can be had for. */
static bool in_threads(struct work *k, size_t n, bool (*run)(struct hand *h), struct why *w)
{
    struct hand hand[THREADS] = { 0 };
    size_t m = k->p->threads < 1 ? 1 : k->p->threads > THREADS ? THREADS : k->p->threads;
    bool ok = true;

    for (size_t i = m; i-- > 0;) {
        hand[i] = (struct hand){ .k = k, .from = n * i / m, .to = n * (i + 1) / m, .run = run };
        hand[i].begun = i > 0 && pthread_create(&hand[i].thread, NULL, run_hand, &hand[i]) == 0;
    }
    for (size_t i = 0; i < m; i++) {
        if (hand[i].begun)
            (void)pthread_join(hand[i].thread, NULL);
        else
            (void)run_hand(&hand[i]);
        if (ok && !hand[i].ok && w)
            *w = hand[i].why;
        ok = ok && hand[i].ok;
        if (hand[i].seen)
            names_frequency_join(k->seen, hand[i].seen);
        names_frequency_free(hand[i].seen);
    }
    return ok;
}

static bool stopped(struct hand *h, size_t i)
{
    const struct manifest_persons *p = h->k->p;

    return i % POLL == 0 && p->ending && p->ending(p->ending_ctx) &&
           !why_set(&h->why, "stopped", WHY_NO_OFFSET, NULL, "the work was stopped");
}

static bool person(struct hand *h, size_t i, struct manifest_person *out)
{
    return h->k->p->at(h->k->p->ctx, i, out) ||
           why_set(&h->why, "manifest", WHY_NO_OFFSET, NULL, "person %zu of the list cannot be read", i + 1);
}

/* Family and given names together: who wrote the list may have mixed them up. */
static bool name_of(const struct work *k, const struct manifest_person *p, struct names_name *out)
{
    uint8_t text[2 * MANIFEST_TEXT + 1];
    struct buffer b;

    buf_init_fixed(&b, text, sizeof text);
    buf_put(&b, p->family);
    buf_u8(&b, ' ');
    buf_put(&b, p->given);
    out->n = 0;
    return buf_ok(&b) && names_read(k->t, buf_span(&b), NAMES_PERSON, out, NULL);
}

static void put_key(struct work *k, uint64_t key, uint64_t full, size_t i)
{
    k->key[i * KEYS + k->keys[i]++] = (struct key){ key, (uint32_t)full, (uint32_t)i };
}

static uint64_t document_key(const struct manifest_person *p)
{
    return mix_bytes(mix_bytes(1, span_of(p->issuer, sizeof p->issuer)), p->number);
}

static void put_keys(struct work *k, size_t i, const struct manifest_person *p, const struct names_name *name)
{
    uint64_t word[WORDS],
        full = 0, birth = (uint64_t)p->birth.year << 16 | (uint64_t)p->birth.month << 8 | p->birth.day;
    uint64_t low = p->birth.month < p->birth.day ? p->birth.month : p->birth.day;
    size_t n = 0;

    for (size_t j = 0; j < name->n; j++) {
        uint64_t s;

        if (name->word[j].kind != NAMES_WORD)
            continue;
        s = skeleton_of(&name->word[j]);
        full += mix(s); /* in any order */
        if (n < WORDS)
            word[n++] = s;
    }
    if (p->number.n)
        put_key(k, document_key(p), full, i);
    if (n == 0)
        return;
    if (!date_is_set(p->birth)) {
        put_key(k, mix(full ^ 6), full, i);
        return;
    }
    for (size_t j = 0; j < n; j++)
        put_key(k, mix(mix(word[j]) ^ birth ^ UINT64_C(2) << 40), full, i);
    put_key(k,
            mix(full ^ mix((uint64_t)p->birth.year << 16 | low << 8 | (p->birth.month + p->birth.day - low) |
                           UINT64_C(3) << 40)),
            full, i);
    put_key(
        k, mix(full ^ mix((uint64_t)p->birth.year << 16 | (uint64_t)p->birth.month << 8 | UINT64_C(4) << 40)),
        full, i);
    put_key(k, mix(full ^ mix((uint64_t)p->birth.year << 16 | p->birth.day | UINT64_C(5) << 40)), full, i);
    put_key(k, mix(full ^ mix((uint64_t)p->birth.month << 8 | p->birth.day | UINT64_C(7) << 40)), full, i);
}

static int by_key(const void *x, const void *y)
{
    const struct key *a = x, *b = y;

    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    if (a->full != b->full)
        return a->full < b->full ? -1 : 1;
    return a->person < b->person ? -1 : a->person > b->person;
}

static bool make_keys(struct hand *h)
{
    struct names_name *name = malloc(sizeof *name);
    struct manifest_person p;
    bool ok = true;

    if (!name)
        abort();
    h->seen = names_frequency_new();
    for (size_t i = h->from; i < h->to && ok; i++) {
        ok = !stopped(h, i) && person(h, i, &p);
        if (!ok)
            break;
        (void)name_of(h->k, &p, name); /* one that is no text has no words */
        names_frequency_add(h->seen, name);
        put_keys(h->k, i, &p, name);
    }
    free(name);
    return ok;
}

/* Most keys are one person's alone: they are left out before the rest is sorted. Two that fall on one place
 * of the table are kept for nothing. */
static void keep_shared(struct work *k)
{
    size_t places = 1024;
    uint8_t *n;

    for (size_t i = 0; i < k->p->n; i++)
        k->n_keys += k->keys[i];
    while (places < 4 * k->n_keys)
        places *= 2;
    n = calloc(places, 1);
    if (!n)
        abort();
    for (size_t i = 0; i < k->p->n; i++)
        for (size_t j = 0; j < k->keys[i]; j++) {
            uint8_t *at = &n[k->key[i * KEYS + j].key & (places - 1)];

            *at = *at < 2 ? *at + 1 : 2;
        }
    k->n_keys = 0;
    for (size_t i = 0; i < k->p->n; i++)
        for (size_t j = 0; j < k->keys[i]; j++)
            if (n[k->key[i * KEYS + j].key & (places - 1)] > 1)
                k->key[k->n_keys++] = k->key[i * KEYS + j];
    free(n);
    if (k->n_keys)
        qsort(k->key, k->n_keys, sizeof *k->key, by_key);
}

/* ---- pairs ---- */

static void put_pair(struct work *k, uint32_t x, uint32_t y)
{
    uint32_t a = x < y ? x : y, b = x < y ? y : x;

    if (a == b)
        return;
    if (k->looks[a] >= LOOKS) {
        k->looks[a] = LOOKS + 1;
        return;
    }
    k->looks[a]++;
    if (k->n_pairs == k->room) {
        k->room = k->room ? 2 * k->room : 4096;
        k->pair = realloc(k->pair, k->room * sizeof *k->pair);
        if (!k->pair)
            abort();
    }
    k->pair[k->n_pairs++] = (uint64_t)a << 32 | b;
}

static int by_pair(const void *x, const void *y)
{
    uint64_t a, b;

    memcpy(&a, x, sizeof a);
    memcpy(&b, y, sizeof b);
    return a < b ? -1 : a > b;
}

/* Each of a block with those that come next in it, and with its first one: a document that stands there a
 * hundred times is told each time. */
static void make_pairs(struct work *k)
{
    size_t from = 0, kept = 0;

    for (size_t to = 1; to <= k->n_keys; to++) {
        if (to < k->n_keys && k->key[to].key == k->key[from].key)
            continue;
        for (size_t i = from; i < to; i++)
            for (size_t j = i + 1; j < to && j <= i + ALIKE_BLOCK && k->looks[k->key[i].person] <= LOOKS; j++)
                put_pair(k, k->key[i].person, k->key[j].person);
        from = to;
    }
    if (k->n_pairs)
        qsort(k->pair, k->n_pairs, sizeof *k->pair, by_pair);
    for (size_t i = 0; i < k->n_pairs; i++)
        if (i == 0 || k->pair[i] != k->pair[kept - 1])
            k->pair[kept++] = k->pair[i];
    k->n_pairs = kept;
    for (size_t i = 0; i < k->p->n; i++)
        k->out->limited += k->looks[i] > LOOKS;
}

/* ---- comparing ---- */

static bool same_document(const struct manifest_person *a, const struct manifest_person *b)
{
    return a->number.n && span_eq(a->number, b->number) &&
           memcmp(a->issuer, b->issuer, sizeof a->issuer) == 0;
}

static bool sexes_differ(const struct manifest_person *a, const struct manifest_person *b)
{
    bool known = a->sex != MANIFEST_SEX_UNKNOWN && b->sex != MANIFEST_SEX_UNKNOWN &&
                 a->sex != MANIFEST_SEX_X && b->sex != MANIFEST_SEX_X;

    return known && a->sex != b->sex;
}

static bool judge(const struct manifest_person *a, const struct manifest_person *b, unsigned score,
                  enum manifest_births births, enum manifest_like *out)
{
    if (same_document(a, b)) {
        bool one = score >= NEAR_SAME_BIRTH && (births == BIRTHS_SAME || births == BIRTHS_UNKNOWN);

        *out = one ? LIKE_DOCUMENT : LIKE_NUMBER;
        return true;
    }
    if (births == BIRTHS_DIFFER || sexes_differ(a, b))
        return false;
    if (births == BIRTHS_SAME && score >= ONE_NAME) {
        *out = LIKE_PERSON;
        return true;
    }
    *out = LIKE_NEAR;
    return score >= (births == BIRTHS_SAME ? NEAR_SAME_BIRTH : NEAR_OTHER_BIRTH);
}

static void put_link(struct work *k, const struct manifest_link *l)
{
    if (k->told[l->a] >= ALIKE_LINKS || k->told[l->b] >= ALIKE_LINKS) {
        k->out->limited++;
        return;
    }
    k->told[l->a]++;
    k->told[l->b]++;
    if (k->out->n == k->link_room) {
        k->link_room = k->link_room ? 2 * k->link_room : 256;
        k->out->link = realloc(k->out->link, k->link_room * sizeof *l);
        if (!k->out->link)
            abort();
    }
    k->out->link[k->out->n++] = *l;
}

/* The first of a pair: read once for all its pairs. */
struct side {
    struct manifest_person p;
    struct names_name name;
    bool read;
};

static unsigned score_of(struct work *k, struct side *a, struct side *b)
{
    struct names_match m;

    if (span_eq(a->p.family, b->p.family) && span_eq(a->p.given, b->p.given))
        return 100;
    if (!a->read)
        a->read = name_of(k, &a->p, &a->name);
    if (!name_of(k, &b->p, &b->name) || !a->name.n || !b->name.n)
        return 0;
    names_compare(k->t, k->seen, NAMES_PERSON, &a->name, &b->name, &m);
    return m.score >= 1 ? 100 : m.score <= 0 ? 0 : (unsigned)(m.score * 100);
}

static bool compare(struct hand *h)
{
    struct side *side = calloc(2, sizeof *side);
    struct work *k = h->k;
    uint64_t at = UINT64_MAX;
    bool ok = true;

    if (!side)
        abort();
    for (size_t i = h->from; i < h->to; i++) {
        uint32_t a = (uint32_t)(k->pair[i] >> 32), b = (uint32_t)k->pair[i];
        enum manifest_like like = MANIFEST_LIKES;
        enum manifest_births births;
        unsigned score;

        ok = !stopped(h, i) && (a == at || person(h, a, &side[0].p)) && person(h, b, &side[1].p);
        if (!ok)
            break;
        side[0].read = side[0].read && a == at;
        at = a;
        k->found[i] = (struct manifest_link){ .a = a, .b = b, .like = MANIFEST_LIKES };
        births = manifest_births(side[0].p.birth, side[1].p.birth);
        if (!same_document(&side[0].p, &side[1].p) &&
            (births == BIRTHS_DIFFER || sexes_differ(&side[0].p, &side[1].p)))
            continue;
        score = score_of(k, &side[0], &side[1]);
        if (!judge(&side[0].p, &side[1].p, score, births, &like))
            continue;
        k->found[i].like = (uint8_t)like;
        k->found[i].births = (uint8_t)births;
        k->found[i].name = (uint8_t)score;
    }
    free(side);
    return ok;
}

/* In the order of the pairs, whoever compared them. */
static void put_links(struct work *k)
{
    for (size_t i = 0; i < k->n_pairs; i++)
        if (k->found[i].like != MANIFEST_LIKES)
            put_link(k, &k->found[i]);
}

static void *array(size_t n, size_t size)
{
    void *p = calloc(n ? n : 1, size);

    if (!p)
        abort();
    return p;
}

bool manifest_alike(const struct names *t, const struct manifest_persons *p, struct manifest_alike *out,
                    struct why *w)
{
    struct work k = { .t = t, .p = p, .out = out };
    bool ok;

    *out = (struct manifest_alike){ 0 };
    k.seen = names_frequency_new();
    k.key = array(p->n, KEYS * sizeof *k.key);
    k.keys = array(p->n, 1);
    k.looks = array(p->n, 1);
    k.told = array(p->n, 1);
    ok = in_threads(&k, p->n, make_keys, w);
    if (ok) {
        keep_shared(&k);
        make_pairs(&k);
        k.found = array(k.n_pairs, sizeof *k.found);
        ok = in_threads(&k, k.n_pairs, compare, w);
    }
    if (ok)
        put_links(&k);
    names_frequency_free(k.seen);
    free(k.key);
    free(k.keys);
    free(k.pair);
    free(k.found);
    free(k.looks);
    free(k.told);
    if (!ok)
        manifest_alike_free(out);
    return ok;
}

void manifest_alike_free(struct manifest_alike *a)
{
    free(a->link);
    *a = (struct manifest_alike){ 0 };
}

#include "seal/anchors_internal.h"

#include <stdalign.h>

#include "base/limits.h"
#include "seal/name.h"
#include "wire/der.h"

/* A certificate is less than half a slab, so little is left over. */
enum { SLAB = 256 * 1024 };

struct slab {
    struct slab *next;
    size_t used;
    alignas(max_align_t) uint8_t mem[SLAB];
};

struct anchor_set *anchor_set_new(void)
{
    struct anchor_set *s = must(calloc(1, sizeof *s));

    s->crls_end = &s->crls;
    s->lists_end = &s->lists;
    s->memory = memory_new();
    return s;
}

void anchor_set_free(struct anchor_set *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->n; i++)
        public_key_free(s->entry[i]->anchor.key);
    free(s->entry);
    for (struct slab *next; s->slabs; s->slabs = next) {
        next = s->slabs->next;
        free(s->slabs);
    }
    index_free(&s->index);
    origins_free(s);
    for (struct listed *next; s->crls; s->crls = next) {
        next = s->crls->next;
        free(s->crls);
    }
    memory_free(s->memory);
    free(s);
}

/* Never 0. What is hashed comes from trusted lists, so nobody gains by collisions; they are compared anyway.
 */
static uint64_t hash_bytes(uint64_t h, struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ s.p[i]) * 0x100000001b3u;
    h = (h ^ h >> 29) * 0xbf58476d1ce4e5b9u;
    return (h ^ h >> 32) | 1;
}

/* What is kept of a hash: never 0. */
static uint32_t short_hash(uint64_t h)
{
    return (uint32_t)(h ^ h >> 32) | 1u << 31;
}

/* Digits of the serial in upper-case hexadecimal, without leading zeros; at least one. */
static size_t serial_hex(struct span serial, char out[48])
{
    static const char digit[] = "0123456789ABCDEF";
    size_t n = 0;

    for (size_t i = 0; i < serial.n && n + 2 <= 48; i++) {
        out[n++] = digit[serial.p[i] >> 4];
        out[n++] = digit[serial.p[i] & 15];
    }
    for (size_t zeros = 0; zeros <= n; zeros++) {
        if (zeros + 1 >= n || out[zeros] != '0') {
            memmove(out, out + zeros, n - zeros);
            return n - zeros;
        }
    }
    return n;
}

/* Seals are written in capital letters; a reference may come in either case. */
static uint64_t hash_folded(uint64_t h, struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        h = hash_bytes(
            h, span_of(&(uint8_t){ (uint8_t)(s.p[i] >= 'a' && s.p[i] <= 'z' ? s.p[i] - 32 : s.p[i]) }, 1));
    return h | 1;
}

static bool same_folded(struct span a, struct span b)
{
    for (size_t i = 0; i < a.n && i < b.n; i++) {
        uint8_t x = a.p[i], y = b.p[i];

        x = (uint8_t)(x >= 'a' && x <= 'z' ? x - 32 : x);
        y = (uint8_t)(y >= 'a' && y <= 'z' ? y - 32 : y);
        if (x != y)
            return false;
    }
    return a.n == b.n;
}

static struct span without_zeros(struct span s)
{
    while (s.n > 1 && s.p[0] == '0')
        s = span_sub(s, 1, s.n);
    return s;
}

static uint64_t hash_seal_ref(struct span signer, struct span ref)
{
    return hash_folded(hash_folded(7, signer), ref);
}

static struct span number(struct span serial)
{
    while (serial.n > 1 && serial.p[0] == 0)
        serial = span_sub(serial, 1, serial.n);
    return serial;
}

static uint64_t hash_issuer_serial(struct span issuer, struct span serial)
{
    return hash_bytes(name_hash(issuer), number(serial));
}

static void hash_entry(const struct entry *e, uint32_t hash[INDICES])
{
    const struct certificate *c = &e->anchor.cert;
    char hex[48];
    uint64_t h;

    hash[BY_SHA256] = short_hash(hash_bytes(1, span_of(e->anchor.sha256, 32)));
    hash[BY_KEY_ID] = c->ski.n ? short_hash(hash_bytes(2, c->ski)) : 0;
    hash[BY_SUBJECT] = short_hash(name_hash(c->subject));
    hash[BY_ISSUER_SERIAL] = short_hash(hash_issuer_serial(c->issuer, c->serial));
    hash[BY_SHA1_TAIL] = short_hash(hash_bytes(3, span_of(e->sha1_tail, 5)));
    if (c->country.n && c->common_name.n && c->serial.n <= 24) {
        h = hash_folded(hash_folded(7, c->country), c->common_name);
        hash[BY_SEAL_REF] = short_hash(hash_folded(h, span_of(hex, serial_hex(c->serial, hex))));
    }
}

/* The next entry with that hash; *at is 0 before the first. NULL at the end. */
static struct entry *next_with(const struct anchor_set *s, int index, uint32_t hash, uint32_t *at)
{
    *at = index_find(&s->index, index, hash, *at);
    return *at ? s->entry[*at - 1] : NULL;
}

static struct entry *find_sha256(const struct anchor_set *s, const struct digest *sha256)
{
    uint32_t h = short_hash(hash_bytes(1, digest_span(sha256))), at = 0;
    struct entry *e;

    while ((e = next_with(s, BY_SHA256, h, &at)) != NULL)
        if (span_eq(digest_span(sha256), span_of(e->anchor.sha256, 32)))
            return e;
    return NULL;
}

/* Whether the certificate's own key signed it; asked only of old ones without basicConstraints. */
static bool signs_itself(const struct anchor *a)
{
    struct digest d;

    if (!a->key || !names_equal(a->cert.subject, a->cert.issuer))
        return false;
    digest_of(a->cert.sig_alg.digest, a->cert.tbs, &d);
    return signature_verify(a->key, &a->cert.sig_alg, &d, a->cert.signature, NULL);
}

/* keyUsage decides where it is there: a country signer of LU says keyCertSign and yet CA:FALSE. */
static enum anchor_use use_of(const struct anchor *a, struct findings *f)
{
    struct span basic;
    bool may_certify = a->cert.key_usage & KEY_USAGE_CERT_SIGN;

    if (a->cert.key_usage) {
        if (may_certify != a->cert.is_ca)
            finding_add(f, FINDING_WARNING, "ca-flag", WHY_NO_OFFSET, "Doc 9303-12 7.1",
                        "keyUsage and basicConstraints contradict each other");
        return may_certify ? ANCHOR_ISSUER : ANCHOR_SIGNER;
    }
    if (a->cert.is_ca)
        return ANCHOR_ISSUER;
    if (certificate_extension(&a->cert, SPAN("\x55\x1d\x13"), &basic))
        return ANCHOR_SIGNER;
    return signs_itself(a) ? ANCHOR_ISSUER : ANCHOR_SIGNER;
}

/* Room for an entry and n bytes behind it; taken only when s->slabs->used is raised. */
static struct entry *entry_room(struct anchor_set *s, size_t n)
{
    if (!s->slabs || SLAB - s->slabs->used < sizeof(struct entry) + n) {
        struct slab *made = must(malloc(sizeof *made));

        made->next = s->slabs;
        made->used = 0;
        s->slabs = made;
    }
    return (struct entry *)(void *)(s->slabs->mem + s->slabs->used);
}

/* An entry over its own copy of the bytes; NULL with why. */
static struct entry *entry_new(struct anchor_set *s, struct span der, struct findings *f, struct why *w)
{
    struct why key_why = { .offset = WHY_NO_OFFSET };
    struct entry *e = entry_room(s, der.n);
    struct anchor *a = &e->anchor;

    *e = (struct entry){ .anchor.key = NULL };
    if (der.n)
        memcpy(e + 1, der.p, der.n);
    if (!certificate_parse(span_of(e + 1, der.n), &a->cert, f, w))
        return NULL;
    if (!public_key_borrow_spki(a->cert.spki, &a->key, &key_why))
        finding_add(f, FINDING_WARNING, key_why.reason, (size_t)(a->cert.spki.p - a->cert.der.p),
                    key_why.clause, "%s", key_why.detail);
    s->slabs->used +=
        (sizeof *e + der.n + alignof(struct entry) - 1) / alignof(struct entry) * alignof(struct entry);
    if (s->slabs->used > SLAB)
        s->slabs->used = SLAB;
    return e;
}

static unsigned vouched_as(const struct anchor_origin *from, enum anchor_standing standing)
{
    if (standing == ANCHOR_KNOWN)
        return 0;
    return from && from->purposes ? from->purposes & FOR_ALL : FOR_ALL;
}

/* One that is there already: one more origin, which may be the first to vouch. */
static void add_origin(struct anchor_set *s, struct anchor *a, const struct anchor_origin *from,
                       enum anchor_standing standing, struct findings *f)
{
    a->origin = origin_keep(s, from, standing, a->origin);
    a->purposes |= vouched_as(from, standing);
    if (standing == ANCHOR_VOUCHED && a->use == ANCHOR_CANDIDATE)
        a->use = use_of(a, f);
}

enum anchor_use anchor_kind(const struct anchor *a)
{
    return a->use == ANCHOR_CANDIDATE ? use_of(a, NULL) : a->use;
}

bool anchor_set_add(struct anchor_set *s, struct span der, const struct anchor_origin *from,
                    enum anchor_standing standing, struct findings *f, struct why *w)
{
    struct digest sha256, sha1;
    struct entry *e;

    if (der.n > LIMIT_CERTIFICATE)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "a certificate of %zu bytes", der.n);
    digest_of(DIGEST_SHA256, der, &sha256);
    if ((e = find_sha256(s, &sha256)) != NULL) {
        add_origin(s, &e->anchor, from, standing, f);
        return true;
    }
    if (s->n == LIMIT_ANCHORS)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more than %d anchors", LIMIT_ANCHORS);
    e = entry_new(s, der, f, w);
    if (!e)
        return false;
    memcpy(e->anchor.sha256, sha256.b, 32);
    digest_of(DIGEST_SHA1, der, &sha1);
    memcpy(e->sha1_tail, sha1.b + 15, 5);
    e->anchor.origin = origin_keep(s, from, standing, NULL);
    e->anchor.purposes = vouched_as(from, standing);
    e->anchor.use = standing == ANCHOR_VOUCHED ? use_of(&e->anchor, f) : ANCHOR_CANDIDATE;
    if (s->n == s->room) {
        s->room = s->room ? 2 * s->room : 256;
        s->entry = must(realloc(s->entry, s->room * sizeof(struct entry *)));
    }
    s->entry[s->n++] = e;
    hash_entry(e, index_next_links(&s->index)->hash);
    index_add(&s->index);
    return true;
}

size_t anchor_set_count(const struct anchor_set *s)
{
    return s->n;
}

const struct anchor *anchor_at(const struct anchor_set *s, size_t i)
{
    return i < s->n ? &s->entry[i]->anchor : NULL;
}

const struct anchor *anchor_by_sha256(const struct anchor_set *s, const struct digest *sha256)
{
    const struct entry *e = find_sha256(s, sha256);

    return e ? &e->anchor : NULL;
}

/* need: issuers that serve it; 0: every anchor. */
static bool is_asked_for(const struct anchor *a, unsigned need)
{
    return !need || (a->use == ANCHOR_ISSUER && anchor_serves(a, need));
}

static size_t by_key_id(const struct anchor_set *s, struct span ski, unsigned need, const struct anchor **out,
                        size_t max)
{
    uint32_t h = short_hash(hash_bytes(2, ski)), at = 0;
    const struct entry *e;
    size_t n = 0;

    if (ski.n == 0)
        return 0;
    while (n < max && (e = next_with(s, BY_KEY_ID, h, &at)) != NULL)
        if (span_eq(e->anchor.cert.ski, ski) && is_asked_for(&e->anchor, need))
            out[n++] = &e->anchor;
    return n;
}

static size_t by_subject(const struct anchor_set *s, struct span name, unsigned need,
                         const struct anchor **out, size_t max)
{
    uint32_t h = short_hash(name_hash(name)), at = 0;
    const struct entry *e;
    size_t n = 0;

    while (n < max && (e = next_with(s, BY_SUBJECT, h, &at)) != NULL)
        if (is_asked_for(&e->anchor, need) && names_equal(e->anchor.cert.subject, name))
            out[n++] = &e->anchor;
    return n;
}

size_t anchors_by_key_id(const struct anchor_set *s, struct span ski, const struct anchor **out, size_t max)
{
    return by_key_id(s, ski, 0, out, max);
}

size_t anchors_by_subject(const struct anchor_set *s, struct span name, const struct anchor **out, size_t max)
{
    return by_subject(s, name, 0, out, max);
}

size_t issuers_by_key_id(const struct anchor_set *s, struct span ski, unsigned need,
                         const struct anchor **out, size_t max)
{
    return by_key_id(s, ski, need, out, max);
}

size_t issuers_by_subject(const struct anchor_set *s, struct span name, unsigned need,
                          const struct anchor **out, size_t max)
{
    return by_subject(s, name, need, out, max);
}

size_t anchors_by_issuer_serial(const struct anchor_set *s, struct span issuer, struct span serial,
                                const struct anchor **out, size_t max)
{
    uint32_t h = short_hash(hash_issuer_serial(issuer, serial)), at = 0;
    const struct entry *e;
    size_t n = 0;

    while (n < max && (e = next_with(s, BY_ISSUER_SERIAL, h, &at)) != NULL)
        if (span_eq(number(e->anchor.cert.serial), number(serial)) &&
            names_equal(e->anchor.cert.issuer, issuer))
            out[n++] = &e->anchor;
    return n;
}

static bool has_seal_ref(const struct certificate *c, struct span signer, struct span ref)
{
    char hex[48];

    return c->country.n + c->common_name.n == signer.n &&
           same_folded(c->country, span_sub(signer, 0, c->country.n)) &&
           same_folded(c->common_name, span_sub(signer, c->country.n, signer.n)) &&
           same_folded(span_of(hex, serial_hex(c->serial, hex)), ref);
}

size_t anchors_by_seal_ref(const struct anchor_set *s, struct span signer, struct span ref,
                           const struct anchor **out, size_t max)
{
    uint32_t h, at = 0;
    const struct entry *e;
    size_t n = 0;

    ref = without_zeros(ref);
    h = short_hash(hash_seal_ref(signer, ref));
    while (n < max && (e = next_with(s, BY_SEAL_REF, h, &at)) != NULL)
        if (has_seal_ref(&e->anchor.cert, signer, ref))
            out[n++] = &e->anchor;
    return n;
}

size_t anchors_by_sha1_tail(const struct anchor_set *s, struct span tail, const struct anchor **out,
                            size_t max)
{
    uint32_t h = short_hash(hash_bytes(3, tail)), at = 0;
    const struct entry *e;
    size_t n = 0;

    if (tail.n != 5)
        return 0;
    while (n < max && (e = next_with(s, BY_SHA1_TAIL, h, &at)) != NULL)
        if (memcmp(e->sha1_tail, tail.p, 5) == 0)
            out[n++] = &e->anchor;
    return n;
}

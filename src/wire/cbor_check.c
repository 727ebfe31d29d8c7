#include "base/limits.h"
#include "base/text.h"
#include "wire/cbor_head.h"

#define CLAUSE "RFC 8949 5"

/* An array, map or tag whose items are being walked. */
struct level {
    uint64_t left;    /* items still to come */
    size_t first_key; /* of this map, in the stack of keys */
    size_t key_at;    /* offset of the item under way */
    bool is_map;
};

struct key {
    uint32_t offset, n;
};

enum { KEYS_AT_HAND = 32 };

struct walk {
    struct span in;
    struct arena *scratch;
    size_t at, items, depth, n_keys, room, nonpreferred;
    bool tolerant; /* of heads longer than needed */
    bool no_room;
    struct level level[LIMIT_CBOR_DEPTH];
    struct key
        *key; /* of all maps that are open, innermost last: at_hand, or when they are many in scratch */
    struct key at_hand[KEYS_AT_HAND];
    const char *fault;
    size_t fault_at;
};

/* The earliest offence stays. */
static void offend(struct walk *k, const char *fault, size_t at)
{
    if (k->fault && k->fault_at <= at)
        return;
    k->fault = fault;
    k->fault_at = at;
}

static struct span key_span(const struct walk *k, struct key key)
{
    return span_sub(k->in, key.offset, (size_t)key.offset + key.n);
}

/* By value, so that a head in a longer form hides nothing; a container by its bytes. */
static int compare(const struct walk *k, struct key a, struct key b)
{
    struct span x = key_span(k, a), y = key_span(k, b);
    struct cbor_head hx = { .n = 1 }, hy = { .n = 1 };
    size_t n;
    int c;

    /* Heads of one byte are in the order of kind and value as they stand. */
    if (!x.p || !y.p)
        return 0; /* not to be: a key has at least its head */
    if ((x.p[0] & 31) < 24 && (y.p[0] & 31) < 24) {
        if (x.p[0] != y.p[0])
            return x.p[0] < y.p[0] ? -1 : 1;
    } else {
        (void)cbor_head_read(x.p, x.n, &hx);
        (void)cbor_head_read(y.p, y.n, &hy);
        if (hx.major != hy.major)
            return hx.major < hy.major ? -1 : 1;
        if (hx.arg != hy.arg)
            return hx.arg < hy.arg ? -1 : 1;
    }
    x = span_sub(x, hx.n, x.n);
    y = span_sub(y, hy.n, y.n);
    n = x.n < y.n ? x.n : y.n;
    c = n ? memcmp(x.p, y.p, n) : 0;
    return c ? c : x.n < y.n ? -1 : x.n > y.n;
}

static void sift(const struct walk *k, struct key *a, size_t i, size_t n)
{
    for (size_t child; (child = 2 * i + 1) < n; i = child) {
        struct key t = a[i];

        if (child + 1 < n && compare(k, a[child], a[child + 1]) < 0)
            child++;
        if (compare(k, t, a[child]) >= 0)
            return;
        a[i] = a[child];
        a[child] = t;
    }
}

/* Heap sort: in place, and nothing an attacker chooses makes it slow. */
static void sort(const struct walk *k, struct key *a, size_t n)
{
    for (size_t i = n / 2; i-- > 0;)
        sift(k, a, i, n);
    for (size_t i = n; i-- > 1;) {
        struct key t = a[0];

        a[0] = a[i];
        a[i] = t;
        sift(k, a, 0, i);
    }
}

static bool ascending(const struct walk *k, const struct key *a, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (compare(k, a[i - 1], a[i]) >= 0)
            return false;
    return true;
}

enum { FEW = 8 }; /* keys that are quicker compared each with each */

/* The second of two equal keys is the offence. */
static void find_twice(struct walk *k, struct key *a, size_t n)
{
    if (n <= FEW) {
        for (size_t i = 1; i < n; i++)
            for (size_t j = 0; j < i; j++)
                if (compare(k, a[j], a[i]) == 0)
                    offend(k, "CBOR_DUPKEY", a[i].offset);
        return;
    }
    if (ascending(k, a, n))
        return;
    sort(k, a, n);
    for (size_t i = 1; i < n; i++)
        if (compare(k, a[i - 1], a[i]) == 0)
            offend(k, "CBOR_DUPKEY", a[i].offset > a[i - 1].offset ? a[i].offset : a[i - 1].offset);
}

/* A key takes a byte, and its value or the map it is in another: more than half of all bytes are never keys.
 */
static bool make_room(struct walk *k)
{
    size_t room = (k->in.n / 2 < LIMIT_CBOR_ITEMS ? k->in.n / 2 : LIMIT_CBOR_ITEMS) + 1;
    struct key *more = k->room < room ? arena_array(k->scratch, room, sizeof *more) : NULL;

    if (!more) {
        k->no_room = true;
        return false;
    }
    memcpy(more, k->key, k->n_keys * sizeof *more);
    k->key = more;
    k->room = room;
    return true;
}

static void keep_key(struct walk *k, struct key key)
{
    if (k->n_keys < k->room || make_room(k))
        k->key[k->n_keys++] = key;
}

/* An item is complete: a key goes on the stack, and what it completes around it is complete too. */
static void complete(struct walk *k)
{
    while (k->depth > 0) {
        struct level *l = &k->level[k->depth - 1];

        if (l->is_map && l->left % 2 == 0) /* a key */
            keep_key(k, (struct key){ (uint32_t)l->key_at, (uint32_t)(k->at - l->key_at) });
        if (--l->left > 0) {
            l->key_at = k->at;
            return;
        }
        if (l->is_map) {
            find_twice(k, k->key + l->first_key, k->n_keys - l->first_key);
            k->n_keys = l->first_key;
        }
        k->depth--;
    }
}

static bool enter(struct walk *k, uint64_t items, bool is_map, size_t at)
{
    if (k->depth == LIMIT_CBOR_DEPTH) {
        offend(k, "CBOR_DEPTH", at);
        return false;
    }
    k->level[k->depth++] =
        (struct level){ .left = items, .first_key = k->n_keys, .key_at = k->at, .is_map = is_map };
    return true;
}

/* One head and what belongs to it; false: the walk is over. */
static bool step(struct walk *k)
{
    struct cbor_head h;
    size_t at = k->at, valid;
    const char *fault;

    fault = at == k->in.n ? "CBOR_TRUNCATED" : cbor_head_read(k->in.p + at, k->in.n - at, &h);
    if (!fault && ++k->items > LIMIT_CBOR_ITEMS)
        fault = "CBOR_DEPTH";
    if (fault) {
        offend(k, fault, at);
        return false;
    }
    k->at += h.n;
    if (h.nonpreferred) {
        k->nonpreferred++;
        if (!k->tolerant)
            offend(k, "CBOR_NONPREFERRED", at);
    }
    if ((h.major == CBOR_ARRAY || h.major == CBOR_MAP) && h.arg > 0)
        return enter(k, h.major == CBOR_MAP ? 2 * h.arg : h.arg, h.major == CBOR_MAP, at);
    if (h.major == CBOR_TAG)
        return enter(k, 1, false, at);
    if (h.major == CBOR_TEXT && (valid = utf8_valid_to(span_of(k->in.p + k->at, (size_t)h.arg))) != h.arg)
        offend(k, "CBOR_UTF8", k->at + valid);
    if (h.major == CBOR_TEXT || h.major == CBOR_BYTES)
        k->at += (size_t)h.arg;
    complete(k);
    return k->depth > 0;
}

static const char *say(const char *fault)
{
    static const char *const text[][2] = {
        { "CBOR_TRUNCATED", "an item, length or count runs past the end" },
        { "CBOR_TRAILING", "bytes remain after the item" },
        { "CBOR_INDEFINITE", "indefinite length" },
        { "CBOR_NONPREFERRED", "a head longer than needed" },
        { "CBOR_DUPKEY", "the same key twice in one map" },
        { "CBOR_UTF8", "text that is not UTF-8" },
        { "CBOR_DEPTH", "nested too deeply, or too many items" },
    };

    for (size_t i = 0; i < sizeof text / sizeof text[0]; i++)
        if (strcmp(fault, text[i][0]) == 0)
            return text[i][1];
    return "reserved or stray byte";
}

bool cbor_check(struct span in, size_t *nonpreferred, struct arena *scratch, struct why *w)
{
    struct walk k = { .in = in, .scratch = scratch, .tolerant = nonpreferred != NULL, .room = KEYS_AT_HAND };

    k.key = k.at_hand;
    while (in.n <= UINT32_MAX && !k.no_room && step(&k))
        ;
    if (in.n > UINT32_MAX || k.no_room)
        return why_set(w, "CBOR_DEPTH", WHY_NO_OFFSET, CLAUSE, "%zu bytes are too many", in.n);
    for (size_t i = k.depth; i-- > 0;) {
        if (!k.level[i].is_map)
            continue;
        find_twice(&k, k.key + k.level[i].first_key, k.n_keys - k.level[i].first_key);
        k.n_keys = k.level[i].first_key;
    }
    if (!k.fault && k.at < in.n)
        offend(&k, "CBOR_TRAILING", k.at);
    if (k.fault)
        return why_set(w, k.fault, k.fault_at, CLAUSE, "%s", say(k.fault));
    if (nonpreferred)
        *nonpreferred = k.nonpreferred;
    return true;
}

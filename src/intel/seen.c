#include "intel/seen.h"

struct seen_entry {
    uint64_t hash, tag;
    struct span value;
    unsigned kind;
};

enum { FIRST_ROOM = 256 };

/* Eight bytes at a time, multiplied and folded; differences in any byte reach all bits. */
uint64_t intel_hash(struct span s, uint64_t seed)
{
    const uint64_t k = 0x9e3779b97f4a7c15u;
    uint64_t h = seed ^ (s.n * k), w;
    size_t i = 0;

    for (; i + 8 <= s.n; i += 8) {
        memcpy(&w, s.p + i, 8);
        h = (h ^ w) * k;
        h ^= h >> 32;
    }
    w = 0;
    if (i < s.n)
        memcpy(&w, s.p + i, s.n - i);
    h = (h ^ w) * k;
    h ^= h >> 29;
    h *= 0xbf58476d1ce4e5b9u;
    return h ^ (h >> 32);
}

static bool grow(struct intel_seen *s)
{
    size_t room = s->room ? 2 * s->room : FIRST_ROOM;
    struct seen_entry *e = arena_array(s->a, room, sizeof *e);

    if (!e)
        return false;
    for (size_t i = 0; i < s->room; i++) {
        size_t at = s->entry[i].hash & (room - 1);

        if (!s->entry[i].hash)
            continue;
        while (e[at].hash)
            at = (at + 1) & (room - 1);
        e[at] = s->entry[i];
    }
    s->entry = e;
    s->room = room;
    return true;
}

enum intel_new intel_seen_add(struct intel_seen *s, unsigned kind, struct span value, uint64_t tag,
                              uint64_t *known)
{
    uint64_t h = intel_hash(value, kind) | 1;
    struct span copy;
    size_t at;

    if (2 * (s->n + 1) > s->room && !grow(s))
        return INTEL_FULL;
    for (at = h & (s->room - 1); s->entry[at].hash; at = (at + 1) & (s->room - 1)) {
        const struct seen_entry *e = &s->entry[at];

        if (e->hash == h && e->kind == kind && span_eq(e->value, value)) {
            if (known)
                *known = e->tag;
            return INTEL_KNOWN;
        }
    }
    copy = arena_copy(s->a, value);
    if (value.n && !copy.p)
        return INTEL_FULL;
    s->entry[at] = (struct seen_entry){ h, tag, copy, kind };
    s->n++;
    return INTEL_NEW;
}

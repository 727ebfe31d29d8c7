#include "names/known.h"

#include <stdlib.h>

#include "names/known.inc"

/* Two bits of one line of the machine's memory for each pair that is known. */
enum { LINES = 2048, LINE = 8 };

struct known {
    uint64_t sieve[LINES][LINE];
};

/* Of the letters; the same as hash_of() in known.py. */
static uint32_t hash_of(const struct names_word *w)
{
    uint32_t h = UINT32_C(0x811c9dc5);

    for (size_t i = 0; i < w->n; i++)
        h = (h ^ w->letter[i]) * UINT32_C(0x01000193);
    return h ^ h >> 15;
}

uint32_t known_pair(const struct names_word *a, const struct names_word *b)
{
    uint32_t x = hash_of(a), y = hash_of(b);

    return (x ^ y) * UINT32_C(0x9e3779b1) + (x + y);
}

static size_t line_of(uint32_t pair)
{
    return pair / (UINT32_MAX / LINES + 1);
}

/* Two of the 512 bits of its line, by all of the pair. */
static uint32_t bits_of(uint32_t pair)
{
    return (pair * UINT32_C(0x85ebca6b)) >> 14;
}

struct known *known_open(void)
{
    struct known *k = aligned_alloc(sizeof k->sieve[0], sizeof *k);

    if (!k)
        abort();
    memset(k, 0, sizeof *k);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        uint64_t *line = k->sieve[line_of(known[i])];
        uint32_t b = bits_of(known[i]);

        line[b % LINE] |= UINT64_C(1) << (b >> 3) % 64;
        line[(b >> 9) % LINE] |= UINT64_C(1) << (b >> 12) % 64;
    }
    return k;
}

void known_close(struct known *k)
{
    free(k);
}

void known_expect(const struct known *k, uint32_t pair)
{
    __builtin_prefetch(k->sieve[line_of(pair)]);
}

bool known_same(const struct known *k, uint32_t pair)
{
    const uint64_t *line = k->sieve[line_of(pair)];
    size_t bucket = pair >> (32 - KNOWN_BITS);
    uint32_t b = bits_of(pair);

    if (!(line[b % LINE] >> (b >> 3) % 64 & line[(b >> 9) % LINE] >> (b >> 12) % 64 & 1))
        return false;
    for (size_t i = known_first[bucket]; i < known_first[bucket + 1]; i++)
        if (known[i] == pair)
            return true;
    return false;
}

#include "wire/mrz_codes.h"

#include <stdlib.h>

#include "wire/mrz_codes.inc"

/* Three characters packed for comparing; a filler counts as nothing. */
static uint32_t key_of(struct span s)
{
    uint32_t k = 0;

    while (s.n && s.p[s.n - 1] == '<')
        s.n--;
    if (s.n == 0 || s.n > 3)
        return 0;
    for (size_t i = 0; i < 3; i++)
        k = k << 8 | (i < s.n ? s.p[i] : 0u);
    return k;
}

static const struct code *find(struct span alpha3)
{
    uint32_t k = key_of(alpha3);
    size_t lo = 0, hi = sizeof codes / sizeof *codes;

    while (lo < hi) {
        size_t mid = (lo + hi) / 2;

        if (codes[mid].key == k)
            return &codes[mid];
        if (codes[mid].key < k)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}

bool mrz_code_known(struct span alpha3)
{
    unsigned at = 0;

    while (alpha3.n && alpha3.p[alpha3.n - 1] == '<')
        alpha3.n--;
    if (alpha3.n == 0 || alpha3.n > 3)
        return false;
    for (size_t i = 0; i < 3; i++) {
        unsigned c = i < alpha3.n ? alpha3.p[i] - 64u : 0;

        if (i < alpha3.n && (c < 1 || c > 26))
            return false;
        at = at * 27 + c;
    }
    return known[at / 8] >> at % 8 & 1;
}

const char *mrz_code_meaning(struct span alpha3)
{
    const struct code *c = find(alpha3);

    return c ? c->meaning : NULL;
}

const char *state_from_alpha3(struct span alpha3)
{
    const struct code *c = find(alpha3);

    return c && c->alpha2[0] ? c->alpha2 : NULL;
}

static uint8_t upper(uint8_t c)
{
    return c >= 'a' && c <= 'z' ? (uint8_t)(c - 'a' + 'A') : c;
}

const char *state_to_alpha3(struct span alpha2)
{
    const char *best = NULL;

    if (alpha2.n != 2)
        return NULL;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i].alpha2[0] == (char)upper(alpha2.p[0]) &&
            codes[i].alpha2[1] == (char)upper(alpha2.p[1]) &&
            (!best || strlen(codes[i].alpha3) < strlen(best)))
            best = codes[i].alpha3;
    return best;
}

#include "crypto/shares.h"

#include <string.h>

#include "crypto/cipher.h"
#include "crypto/digest.h"
#include "crypto/node_key.h"

static const char clause[] = "Shamir 1979";

/* Products and inverses take the same time for all values: no tables, no branches on them. */
static uint8_t times(uint8_t a, uint8_t b)
{
    unsigned product = 0, x = a;

    for (unsigned bit = 0; bit < 8; bit++) {
        product ^= x & (0U - ((unsigned)b >> bit & 1));
        x = (x << 1 ^ (0x11b & (0U - (x >> 7)))) & 0xff;
    }
    return (uint8_t)product;
}

/* a^254: the inverse, and 0 of 0. */
static uint8_t inverse(uint8_t a)
{
    uint8_t power = a, out = 1;

    for (unsigned bit = 1; bit < 8; bit++) {
        power = times(power, power);
        out = times(out, power);
    }
    return out;
}

static void check_of(struct span secret, const uint8_t set[8], uint8_t out[SHARES_CHECK])
{
    struct span part[] = { SPAN("serai key shares\n"), span_of(set, 8), secret };
    struct digest d;

    digest_parts(DIGEST_SHA256, part, 3, &d);
    memcpy(out, d.b, SHARES_CHECK);
    wipe(&d, sizeof d);
}

static void split_byte(uint8_t secret, size_t at, unsigned k, unsigned n, void (*random)(void *, size_t),
                       struct share *out)
{
    uint8_t c[SHARES_MOST];

    c[0] = secret;
    random(c + 1, k - 1);
    for (unsigned i = 0; i < n; i++) {
        uint8_t y = 0;

        for (unsigned j = k; j-- > 0;)
            y = times(y, (uint8_t)(i + 1)) ^ c[j];
        out[i].value[at] = y;
    }
    wipe(c, sizeof c);
}

bool shares_split(struct span secret, struct span name, unsigned k, unsigned n,
                  void (*random)(void *p, size_t n), struct share *out, struct why *w)
{
    uint8_t check[SHARES_CHECK], set[8];

    if (k < 2 || k > n || n > SHARES_MOST || secret.n == 0 || secret.n > SHARES_SECRET)
        return why_set(w, "shares", WHY_NO_OFFSET, clause, "2 to %d shares, of which 2 or more restore",
                       SHARES_MOST);
    random(set, sizeof set);
    check_of(secret, set, check);
    for (unsigned i = 0; i < n; i++) {
        out[i] =
            (struct share){ .name = name, .index = i + 1, .n = n, .k = k, .bytes = secret.n + SHARES_CHECK };
        memcpy(out[i].set, set, sizeof set);
    }
    for (size_t at = 0; at < secret.n; at++)
        split_byte(secret.p[at], at, k, n, random, out);
    for (size_t at = 0; at < SHARES_CHECK; at++)
        split_byte(check[at], secret.n + at, k, n, random, out);
    wipe(check, sizeof check);
    return true;
}

/* The polynomial through the first k shares, at x: 0 gives the secret. */
static uint8_t value_at(const struct share *s, unsigned k, size_t at, uint8_t x)
{
    uint8_t y = 0;

    for (unsigned i = 0; i < k; i++) {
        uint8_t over = 1, under = 1;

        for (unsigned j = 0; j < k; j++)
            if (j != i) {
                over = times(over, (uint8_t)(x ^ s[j].index));
                under = times(under, (uint8_t)(s[i].index ^ s[j].index));
            }
        y ^= times(s[i].value[at], times(over, inverse(under)));
    }
    return y;
}

static bool fit(const struct share *s, size_t n, struct why *w)
{
    if (n == 0 || n < s[0].k)
        return why_set(w, "shares", WHY_NO_OFFSET, clause, "%zu shares are here, and %u restore", n,
                       n ? s[0].k : 2);
    for (size_t i = 0; i < n; i++) {
        if (memcmp(s[i].set, s[0].set, sizeof s->set) != 0 || s[i].k != s[0].k || s[i].n != s[0].n ||
            s[i].bytes != s[0].bytes || !span_eq(s[i].name, s[0].name))
            return why_set(w, "shares", i, clause, "share %u is of another set than share %u", s[i].index,
                           s[0].index);
        for (size_t j = 0; j < i; j++)
            if (s[i].index == s[j].index)
                return why_set(w, "shares", i, clause, "share %u is there twice", s[i].index);
    }
    return true;
}

bool shares_join(const struct share *s, size_t n, struct buffer *secret, struct why *w)
{
    uint8_t all[SHARES_SECRET + SHARES_CHECK], check[SHARES_CHECK];
    size_t bytes;
    bool ok = true;

    if (!fit(s, n, w))
        return false;
    bytes = s[0].bytes;
    for (size_t at = 0; at < bytes; at++) {
        all[at] = value_at(s, s[0].k, at, 0);
        for (size_t i = s[0].k; i < n; i++)
            ok &= value_at(s, s[0].k, at, (uint8_t)s[i].index) == s[i].value[at];
    }
    check_of(span_of(all, bytes - SHARES_CHECK), s[0].set, check);
    ok = ok && same_secret(check, all + bytes - SHARES_CHECK, SHARES_CHECK);
    if (ok)
        buf_put(secret, span_of(all, bytes - SHARES_CHECK));
    wipe(all, sizeof all);
    return ok || why_set(w, "shares", WHY_NO_OFFSET, clause,
                         "together these shares do not give what was shared: one of them is wrong");
}

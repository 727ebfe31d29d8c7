/* Shares: against a counterpart of school arithmetic, every choice of them, and every digit altered. */
#include "crypto/shares.h"

#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>

#include "crypto/node_key.h"

enum { BYTES = 128 };

static uint8_t secret[BYTES], given[1 << 16];
static size_t n_given;
static uint32_t state = 1;

/* What is random here is known: the coefficients of the polynomials. */
static void counted(void *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        state = state * 1664525 + 1013904223;
        given[n_given++] = ((uint8_t *)p)[i] = (uint8_t)(state >> 24);
    }
}

/* Product of polynomials over GF(2), then long division by x^8 + x^4 + x^3 + x + 1. */
static uint8_t product(unsigned a, unsigned b)
{
    unsigned p = 0;

    for (unsigned i = 0; i < 8; i++)
        if (b >> i & 1)
            p ^= a << i;
    for (unsigned i = 15; i >= 8; i--)
        if (p >> i & 1)
            p ^= 0x11bU << (i - 8);
    return (uint8_t)p;
}

static void split(unsigned k, unsigned n, struct share *out)
{
    struct why w = { 0 };

    n_given = 0;
    for (size_t i = 0; i < BYTES; i++)
        secret[i] = (uint8_t)(i * 7 + k);
    if (!shares_split(span_of(secret, BYTES), SPAN("kz.specimen"), k, n, counted, out, &w))
        fail_msg("%s", w.detail);
}

static void shares_are_points_of_polynomials(void **unused)
{
    struct share s[SHARES_MOST];

    (void)unused;
    assert_int_equal(product(0x57, 0x83), 0xc1); /* FIPS 197 4.2 */
    for (unsigned k = 2; k <= 5; k++) {
        split(k, SHARES_MOST, s);
        for (size_t at = 0; at < BYTES; at++)
            for (unsigned x = 1; x <= SHARES_MOST; x++) {
                const uint8_t *c = given + 8 + at * (k - 1); /* after the name of the set */
                uint8_t y = secret[at], power = 1;

                for (unsigned j = 0; j + 1 < k; j++) {
                    power = product(power, x);
                    y ^= product(c[j], power);
                }
                assert_int_equal(s[x - 1].value[at], y);
            }
    }
}

static bool joins(const struct share *s, unsigned chosen, unsigned n)
{
    uint8_t back[SHARES_SECRET];
    struct share some[SHARES_MOST];
    struct buffer b;
    struct why w = { 0 };
    size_t count = 0;
    bool ok;

    for (unsigned i = n; i-- > 0;) /* not in their order */
        if (chosen >> i & 1)
            some[count++] = s[i];
    buf_init_fixed(&b, back, sizeof back);
    ok = shares_join(some, count, &b, &w);
    if (ok)
        assert_true(b.n == BYTES && memcmp(back, secret, BYTES) == 0);
    else
        assert_string_equal(w.reason, "shares");
    return ok;
}

static void any_k_and_no_fewer(void **unused)
{
    struct share s[SHARES_MOST];

    (void)unused;
    for (unsigned n = 2; n <= 6; n++)
        for (unsigned k = 2; k <= n; k++) {
            split(k, n, s);
            for (unsigned chosen = 0; chosen < 1U << n; chosen++)
                assert_int_equal(joins(s, chosen, n), (unsigned)__builtin_popcount(chosen) >= k);
        }
}

/* One share fewer fits every secret: whatever the missing one says, some secret comes out of it. */
static void fewer_say_nothing(void **unused)
{
    struct share s[SHARES_MOST];
    bool seen[256] = { false };

    (void)unused;
    split(2, 2, s);
    for (unsigned y = 0; y < 256; y++) {
        /* Line through (1, s1) and (2, y), at 0: 2/(2^1) s1 + 1/(1^2) y. */
        uint8_t third = 0xf6; /* inverse of 3 */

        assert_int_equal(product(third, 3), 1);
        seen[product(product(2, third), s[0].value[0]) ^ product(third, y)] = true;
    }
    for (unsigned v = 0; v < 256; v++)
        assert_true(seen[v]);
}

static void wrong_shares(void **unused)
{
    struct share s[SHARES_MOST], other[SHARES_MOST];

    (void)unused;
    split(3, 5, s);
    s[1].value[17] ^= 1;
    assert_false(joins(s, 0x07, 5));
    assert_true(joins(s, 0x0d, 5));
    assert_false(joins(s, 0x1f, 5)); /* also when others would do */
    s[1].value[17] ^= 1;
    s[4] = s[0];
    assert_false(joins(s, 0x13, 5)); /* one twice */
    split(3, 5, other);
    s[4] = other[4];
    assert_false(joins(s, 0x13, 5)); /* of another splitting of the same secret */
    for (unsigned k = 0; k < 2; k++)
        assert_false(shares_split(span_of(secret, 4), SPAN("x"), k, 5, counted, s, NULL));
    assert_false(shares_split(span_of(secret, 4), SPAN("x"), 6, 5, counted, s, NULL));
    assert_false(shares_split(span_of(secret, 4), SPAN("x"), 2, SHARES_MOST + 1, counted, s, NULL));
    assert_false(shares_split(span_of(secret, 0), SPAN("x"), 2, 3, counted, s, NULL));
}

static void on_paper(void **unused)
{
    struct share s[SHARES_MOST], back;
    struct buffer b;
    struct why w = { 0 };
    size_t digits = 0;

    (void)unused;
    split(3, 5, s);
    buf_init(&b, SHARE_TEXT);
    share_write(&s[3], &b);
    assert_true(buf_ok(&b));
    if (!share_parse(buf_span(&b), &back, &w))
        fail_msg("%s", w.detail);
    assert_true(span_eq_str(back.name, "kz.specimen") && back.index == 4 && back.k == 3 && back.n == 5);
    assert_true(back.bytes == s[3].bytes && memcmp(back.value, s[3].value, back.bytes) == 0);
    /* Every digit wrong once: its line is named. */
    for (size_t i = 0, line = 0; i < b.n; i++) {
        uint8_t was = b.p[i];

        line += was == '\n';
        if (line < 4 || !strchr("0123456789abcdef", was))
            continue;
        b.p[i] = was == 'f' ? '0' : was == '9' ? 'a' : (uint8_t)(was + 1);
        if (share_parse(buf_span(&b), &back, &w))
            digits++;
        b.p[i] = was;
    }
    assert_int_equal(digits, 0);
    for (size_t cut = 0; cut + 1 < b.n; cut++)
        if (share_parse(span_of(b.p, cut), &back, NULL)) { /* at the end of a line it is a shorter share… */
            assert_true(b.p[cut - 1] == '\n' || b.p[cut] == '\n');
            assert_false(shares_join((struct share[]){ back, s[0], s[1] }, 3, NULL, &w)); /* …of no set */
        }
    buf_free(&b);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_points_of_polynomials),
        cmocka_unit_test(any_k_and_no_fewer),
        cmocka_unit_test(fewer_say_nothing),
        cmocka_unit_test(wrong_shares),
        cmocka_unit_test(on_paper),
    };

    return cmocka_run_group_tests_name("shares", tests, NULL, NULL);
}

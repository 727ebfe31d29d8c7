/* The browser's digests against OpenSSL's, over all lengths around a block and messages cut into parts. */
#include "wasm/sha.h"

#include "vectors.h"

static const enum digest_alg algs[] = { DIGEST_SHA1, DIGEST_SHA224, DIGEST_SHA256, DIGEST_SHA384,
                                        DIGEST_SHA512 };
enum { ALGS = sizeof algs / sizeof *algs, MOST = 4096 };

/* xorshift64: the same numbers in every run. */
static uint64_t state = 0x9e3779b97f4a7c15;

static uint64_t next(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static void fill(uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        p[i] = (uint8_t)(next() >> 24);
}

static void same(enum digest_alg alg, const struct span *part, size_t n)
{
    struct digest want;
    uint8_t got[64 + 1];

    digest_parts(alg, part, n, &want);
    memset(got, 0xa5, sizeof got);
    sha_parts(alg, part, n, got);
    assert_int_equal(sha_bytes(alg), want.n);
    assert_memory_equal(got, want.b, want.n);
    assert_int_equal(got[want.n], 0xa5); /* nothing behind it is written */
}

static void every_length(void **s)
{
    uint8_t in[400];

    (void)s;
    fill(in, sizeof in);
    for (size_t a = 0; a < ALGS; a++)
        for (size_t n = 0; n <= sizeof in; n++)
            same(algs[a], &(struct span){ in, n }, 1);
}

static void random_parts(void **s)
{
    static uint8_t in[MOST];
    struct span part[9];

    (void)s;
    for (int round = 0; round < 2000; round++) {
        struct span left = span_of(in, next() % MOST);
        size_t n = 1 + next() % 8;

        fill(in, 64);
        fill(in + next() % (MOST - 64), 64);
        for (size_t i = 0; i < n; i++) {
            size_t cut = next() % (left.n + 1);

            part[i] = span_sub(left, 0, cut);
            left = span_sub(left, cut, left.n);
        }
        part[n] = left;
        same(algs[next() % ALGS], part, n + 1);
    }
}

static void nothing(void **s)
{
    (void)s;
    for (size_t a = 0; a < ALGS; a++)
        same(algs[a], NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(every_length), cmocka_unit_test(random_parts),
                                        cmocka_unit_test(nothing) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The browser's reader of zlib streams against zlib. This program has it in place of the library's. */
#include "wire/inflate.h"

#include <zlib.h>

#include "vectors.h"

enum { MOST = 200 * 1000 };

static uint64_t state = 0x2545f4914f6cdd1d;

static uint64_t next(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

/* A status list: mostly zeros; else texts that repeat, or noise. */
static void fill(uint8_t *p, size_t n, unsigned kind)
{
    for (size_t i = 0; i < n; i++)
        p[i] = kind == 0   ? (uint8_t)(next() % 97 == 0 ? next() : 0)
               : kind == 1 ? (uint8_t)("licence"[i % 7] + (next() % 31 == 0))
                           : (uint8_t)(next() >> 16);
}

static void what_zlib_writes(void **s)
{
    static const int strategy[] = { Z_DEFAULT_STRATEGY, Z_HUFFMAN_ONLY, Z_FIXED, Z_RLE };
    static uint8_t in[MOST], packed[2 * MOST];

    (void)s;
    for (unsigned round = 0; round < 240; round++) {
        size_t n = round < 8 ? round : next() % MOST, size;
        z_stream z = { 0 };
        struct why w = { 0 };
        struct arena a;
        struct span out, stream;

        fill(in, n, round % 3);
        assert_int_equal(
            deflateInit2(&z, (int)(next() % 10), Z_DEFLATED, (int)(9 + next() % 7), 8, strategy[round % 4]),
            Z_OK);
        z.next_in = in;
        z.avail_in = (uInt)n;
        z.next_out = packed;
        z.avail_out = sizeof packed;
        assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
        stream = span_of(packed, sizeof packed - z.avail_out);
        (void)deflateEnd(&z);

        arena_init(&a, (size_t)1 << 22);
        assert_true(zlib_inflated_size(stream, MOST, &a, &size, &w));
        assert_int_equal(size, n);
        assert_true(zlib_inflate(stream, size, &a, &out, &w));
        assert_true(span_eq(out, span_of(in, n)));
        if (n > 0) {
            assert_false(zlib_inflate(stream, n - 1, &a, &out, &w));
            assert_string_equal(w.reason, "too-large");
        }
        why_clear(&w);
        assert_false(zlib_inflate(span_sub(stream, 0, stream.n - 1), n, &a, &out, &w));
        assert_string_equal(w.reason, "zlib");
        arena_free(&a);
    }
}

static void what_is_refused(void **s)
{
    static const struct {
        const char *what;
        struct span in;
        const char *reason;
    } cases[] = {
        { "nothing", { 0 }, "zlib" },
        { "gzip", { (const uint8_t *)"\x1f\x8b\x08", 3 }, "zlib" },
        { "a dictionary is asked for", { (const uint8_t *)"\x78\xbb\x03\0\0\0\0\x01", 8 }, "zlib" },
        { "check of the header", { (const uint8_t *)"\x78\x9d\x03\0\0\0\0\x01", 8 }, "zlib" },
        { "a block of the fourth kind", { (const uint8_t *)"\x78\x9c\x07\0\0\0\0\x01", 8 }, "zlib" },
        { "bytes behind", { (const uint8_t *)"\x78\x9c\x03\0\0\0\0\x01\0", 9 }, "zlib" },
        { "another sum", { (const uint8_t *)"\x78\x9c\x03\0\0\0\0\x02", 8 }, "zlib" },
        { "stored, with another complement", { (const uint8_t *)"\x78\x9c\x01\x01\0\0\0x", 8 }, "zlib" },
        { "too many codes of lengths", { (const uint8_t *)"\x78\x9c\xfd\xff\xff\xff\xff\xff", 8 }, "zlib" },
        { "a copy from before the beginning",
          { (const uint8_t *)"\x78\x9c\x03\x02\0\0\0\0\x01", 9 },
          "zlib" },
    };
    struct arena a;

    (void)s;
    arena_init(&a, (size_t)1 << 20);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct why w = { 0 };
        struct span out = SPAN("untouched");

        if (zlib_inflate(cases[i].in, 100, &a, &out, &w) || strcmp(w.reason, cases[i].reason) != 0 ||
            !span_eq(out, SPAN("untouched")))
            fail_msg("%s: %s", cases[i].what, w.reason ? w.reason : "accepted");
    }
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(what_zlib_writes),
                                        cmocka_unit_test(what_is_refused) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "wire/coding.h"

#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#include "guard.h"
#include "vectors.h"

static void the_best_of_what_is_taken(void **state)
{
    static const struct {
        const char *header;
        enum coding best;
    } cases[] = {
        { NULL, CODING_NONE },
        { "", CODING_NONE },
        { "identity", CODING_NONE },
        { "br", CODING_NONE },
        { "gzip", CODING_GZIP },
        { "GZip", CODING_GZIP },
        { "gzip, deflate, br, zstd", CODING_ZSTD },
        { "zstd,gzip", CODING_ZSTD },
        { "zstd;q=0.5, gzip", CODING_GZIP },
        { "zstd;q=0.5, gzip;q=0.499", CODING_ZSTD },
        { "zstd;q=0, gzip;q=0.0", CODING_NONE },
        { "zstd;q=0, *", CODING_GZIP },
        { "*;q=0", CODING_NONE },
        { "*", CODING_ZSTD },
        { " , gzip ; Q=1.000 ,", CODING_GZIP },
        { "gzip;q=1.001", CODING_NONE },
        { "gzip;q=2", CODING_NONE },
        { "gzip;q=0.1234", CODING_NONE },
        { "gzip;q=", CODING_NONE },
        { "gzip;level=1", CODING_NONE },
        { "gzipx, xgzip", CODING_NONE },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (coding_choose(cases[i].header) != cases[i].best)
            fail_msg("%s", cases[i].header ? cases[i].header : "(absent)");
}

static void packed_bytes_unpack(void **state)
{
    static uint8_t in[20000], out[sizeof in];
    struct span packed;

    (void)state;
    for (size_t i = 0; i < sizeof in; i++)
        in[i] = (uint8_t)((size_t) "SPECIMEN"[i % 8] + i / 1000);
    for (enum coding c = CODING_GZIP; c < CODINGS; c++)
        for (enum coding_effort e = CODING_QUICK; e <= CODING_SMALL; e++) {
            z_stream z = { .next_out = out, .avail_out = sizeof out };

            assert_true(coding_pack(c, e, span_of(in, sizeof in), &test_arena, &packed));
            assert_true(packed.n < sizeof in / 10);
            memset(out, 0, sizeof out);
            if (c == CODING_ZSTD) {
                assert_int_equal(ZSTD_decompress(out, sizeof out, packed.p, packed.n), sizeof in);
            } else {
                z.next_in = (z_const Bytef *)(uintptr_t)packed.p;
                z.avail_in = (uInt)packed.n;
                assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
                assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
                assert_int_equal(z.total_out, sizeof in);
                (void)inflateEnd(&z);
            }
            assert_memory_equal(in, out, sizeof in);
        }
}

static void what_does_not_shrink_is_left(void **state)
{
    struct span before = SPAN("untouched"), out = before;
    uint8_t noise[300];
    uint32_t x = 1;

    (void)state;
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (uint8_t)((x = x * 1664525 + 1013904223) >> 24);
    for (enum coding c = CODING_NONE; c < CODINGS; c++) {
        assert_false(coding_pack(c, CODING_SMALL, span_of(noise, sizeof noise), &test_arena, &out));
        assert_false(coding_pack(c, CODING_QUICK, SPAN(""), &test_arena, &out));
        assert_ptr_equal(out.p, before.p);
    }
    assert_false(coding_pack(CODING_NONE, CODING_QUICK, SPAN("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
                             &test_arena, &out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_of_what_is_taken),
        cmocka_unit_test(packed_bytes_unpack),
        cmocka_unit_test(what_does_not_shrink_is_left),
    };

    return cmocka_run_group_tests_name("coding", tests, arena_setup, arena_teardown);
}

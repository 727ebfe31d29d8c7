/* Symbols drawn and read back: every length, every byte value. */
#include "guard.h"
#include "vectors.h"

#include "picture/picture.h"

static uint64_t seed = 20;

/* splitmix64 */
static uint64_t next_random(void)
{
    uint64_t z = seed += 0x9e3779b97f4a7c15U;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
    z = (z ^ z >> 27) * 0x94d049bb133111ebU;
    return z ^ z >> 31;
}

static void round_trip(enum barcode_format format, struct span content, unsigned module)
{
    struct barcode found[BARCODES_MAX];
    struct buffer png;
    struct arena a;
    struct why w = { 0 };
    size_t n = 0;

    arena_init(&a, 1 << 20);
    buf_init(&png, 4 << 20);
    if (!barcode_png(format, content, module, &png, &w))
        fail_msg("draw %zu bytes: %s", content.n, w.detail);
    assert_true(picture_is(buf_span(&png)));
    if (!picture_barcodes(buf_span(&png), &a, found, &n, &w))
        fail_msg("format %d, %zu bytes: %s", format, content.n, w.detail);
    assert_int_equal(n, 1);
    assert_int_equal(found[0].format, format);
    assert_int_equal(found[0].bytes.n, content.n);
    assert_memory_equal(found[0].bytes.p, content.p, content.n);
    buf_free(&png);
    arena_free(&a);
}

static void every_length(void **state)
{
    uint8_t bytes[400];

    (void)state;
    for (size_t n = 1; n <= sizeof bytes; n++) {
        for (size_t i = 0; i < n; i++)
            bytes[i] = (uint8_t)next_random();
        round_trip(BARCODE_DATA_MATRIX, span_of(bytes, n), 4);
    }
}

static void every_length_qr(void **state)
{
    uint8_t bytes[400];

    (void)state;
    for (size_t n = 1; n <= sizeof bytes; n += 7) {
        for (size_t i = 0; i < n; i++)
            bytes[i] = (uint8_t)next_random();
        round_trip(BARCODE_QR, span_of(bytes, n), 3);
    }
}

static void every_byte(void **state)
{
    uint8_t bytes[256];

    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)i;
    round_trip(BARCODE_DATA_MATRIX, span_of(bytes, sizeof bytes), 4);
    round_trip(BARCODE_QR, span_of(bytes, sizeof bytes), 4);
    for (size_t i = 0; i < sizeof bytes; i++) {
        round_trip(BARCODE_DATA_MATRIX, span_of(bytes + i, 1), 5);
        round_trip(BARCODE_QR, span_of(bytes + i, 1), 5);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_length),
        cmocka_unit_test(every_length_qr),
        cmocka_unit_test(every_byte),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The compact set: everything that is in it is found, little else is, one set gives one image, and a file
 * that is not whole is refused. Fingerprints, folding, revocations.
 */
#include "lookup/filter.h"

#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>

#include "lookup/fold.h"
#include "lookup/revocation.h"

static uint64_t random_state;

static uint64_t random_next(void)
{
    uint64_t z = random_state += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static int by_size(const void *a, const void *b)
{
    const lookup_print *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static lookup_print *some(size_t n, uint64_t seed)
{
    lookup_print *p = calloc(n + 1, sizeof *p);

    random_state = seed;
    for (size_t i = 0; i < n; i++)
        p[i] = random_next();
    qsort(p, n, sizeof *p, by_size);
    return p;
}

static void build(const lookup_print *p, size_t n, struct buffer *b)
{
    struct why w = { 0 };

    buf_init(b, 64 << 20);
    if (!lookup_image_build(p, n, 1790000000, b, &w))
        fail_msg("%zu: %s: %s", n, w.reason, w.detail);
}

static void every_size(void **state)
{
    static const size_t sizes[] = { 0, 1, 2, 3, 4, 10, 100, 1000, 65536, 300000, 1 << 20, (1 << 20) + 1 };

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        size_t n = sizes[i], wrong = 0;
        lookup_print *p = some(n, i + 1);
        struct lookup_image image;
        struct why w = { 0 };
        struct buffer b;

        build(p, n, &b);
        assert_true(lookup_image_open(buf_span(&b), &image, &w));
        assert_int_equal(image.n, n);
        assert_int_equal(image.as_of, 1790000000);
        for (size_t k = 0; k < n; k++)
            assert_true(lookup_image_has(&image, p[k]));
        for (size_t k = 0; k < 300000; k++)
            wrong += lookup_image_has(&image, random_next());
        assert_true(wrong <= 30); /* 1e-4; 65,536 ^ -1 would be 5 */
        if (n > 100000)
            assert_true(8 * b.n <= 19 * n);
        buf_free(&b);
        free(p);
    }
}

static void one_set_one_image(void **state)
{
    lookup_print *p = some(50000, 7);
    struct buffer a, b;

    (void)state;
    build(p, 50000, &a);
    build(p, 50000, &b);
    assert_true(span_eq(buf_span(&a), buf_span(&b)));
    buf_free(&b);
    build(p, 49999, &b);
    assert_false(span_eq(buf_span(&a), buf_span(&b)));
    buf_free(&a);
    buf_free(&b);
    free(p);
}

/* So that a change of the form does not go unseen: devices hold images that others made. */
static void form_stays(void **state)
{
    static const lookup_print p[] = { 1, 0x1234567890abcdef, 0xfedcba9876543210 };
    struct lookup_image image;
    struct why w = { 0 };
    struct buffer b;
    char hex[65];

    (void)state;
    build(p, 3, &b);
    assert_true(lookup_image_open(buf_span(&b), &image, &w));
    for (unsigned i = 0; i < 32; i++)
        (void)snprintf(hex + 2 * (size_t)i, 3, "%02x", image.hash[i]);
    assert_string_equal(hex, "ced94158e3ee344144ab93e80cadfe3dafd82f330302aa5ff2ecd7eaa90be5f2");
    buf_free(&b);
}

static void order_is_asked(void **state)
{
    static const lookup_print twice[] = { 3, 3 }, down[] = { 4, 3 };
    struct why w = { 0 };
    struct buffer b;

    (void)state;
    buf_init(&b, 1 << 20);
    assert_false(lookup_image_build(twice, 2, 0, &b, &w));
    assert_string_equal(w.reason, "order");
    why_clear(&w);
    assert_false(lookup_image_build(down, 2, 0, &b, &w));
    assert_string_equal(w.reason, "order");
    buf_free(&b);
}

/* All in one part of the range, as somebody may see to: the parts are not even, and it holds all the same. */
static void uneven(void **state)
{
    size_t n = (1 << 20) + 5000;
    lookup_print *p = calloc(n, sizeof *p);
    struct lookup_image image;
    struct why w = { 0 };
    struct buffer b;

    (void)state;
    for (size_t i = 0; i < n; i++)
        p[i] = i;
    build(p, n, &b);
    assert_true(lookup_image_open(buf_span(&b), &image, &w));
    for (size_t i = 0; i < n; i++)
        assert_true(lookup_image_has(&image, p[i]));
    assert_false(lookup_image_has(&image, UINT64_MAX)); /* a part with nothing in it */
    buf_free(&b);
    free(p);
}

static void not_whole(void **state)
{
    lookup_print *p = some(1000, 9);
    struct lookup_image image = { .n = 77 };
    struct why w = { 0 };
    struct buffer b;
    uint8_t *copy;

    (void)state;
    build(p, 1000, &b);
    copy = malloc(b.n + 1);
    for (size_t cut = 0; cut < b.n; cut += 1 + cut / 7) {
        memcpy(copy, b.p, b.n);
        why_clear(&w);
        assert_false(lookup_image_open(span_of(copy, cut), &image, &w));
        assert_string_equal(w.reason, "image");
        copy[cut] ^= 0x10;
        why_clear(&w);
        assert_false(lookup_image_open(span_of(copy, b.n), &image, &w));
        assert_true(strcmp(w.reason, "image") == 0 || strcmp(w.reason, "damaged") == 0);
    }
    memcpy(copy, b.p, b.n);
    copy[b.n] = 0;
    why_clear(&w);
    assert_false(lookup_image_open(span_of(copy, b.n + 1), &image, &w));
    assert_string_equal(w.reason, "image");
    assert_int_equal(image.n, 77);
    free(copy);
    buf_free(&b);
    free(p);
}

static void delta(void **state)
{
    static const lookup_print added[] = { 10, 20 }, gone[] = { 5, 15, 25 };
    lookup_print *p = some(100, 11), withdrawn;
    struct lookup_image image, other;
    struct lookup_delta d = { .sequence = 3, .as_of = 1790000500, .n_added = 2, .n_gone = 3 }, read;
    struct why w = { 0 };
    struct buffer b, b2, db, db2;

    (void)state;
    build(p, 100, &b);
    build(p, 99, &b2);
    assert_true(lookup_image_open(buf_span(&b), &image, &w) && lookup_image_open(buf_span(&b2), &other, &w));
    memcpy(d.image, image.hash, LOOKUP_HASH);
    buf_init(&db, 1 << 20);
    assert_true(lookup_delta_put(&d, added, gone, &db));
    assert_true(lookup_delta_open(buf_span(&db), &read, &w));
    assert_int_equal(read.sequence, 3);
    assert_int_equal(lookup_filter_ask(&image, &read, 10).state, LOOKUP_LISTED);
    assert_int_equal(lookup_filter_ask(&image, &read, 20).as_of, 1790000500);
    assert_int_equal(lookup_filter_ask(&image, &read, 11).state, LOOKUP_NOT_LISTED);
    assert_int_equal(lookup_filter_ask(&image, &read, p[50]).state, LOOKUP_PERHAPS);
    assert_int_equal(lookup_filter_ask(&other, &read, 10).state, LOOKUP_NOT_LISTED); /* of another image */
    assert_int_equal(lookup_filter_ask(&other, &read, 10).as_of, 1790000000);
    withdrawn = p[50];
    d.n_added = 0;
    d.n_gone = 1;
    buf_init(&db2, 1 << 20);
    assert_true(lookup_delta_put(&d, NULL, &withdrawn, &db2));
    assert_true(lookup_delta_open(buf_span(&db2), &read, &w));
    assert_int_equal(lookup_filter_ask(&image, &read, p[50]).state, LOOKUP_NOT_LISTED);
    assert_int_equal(lookup_filter_ask(&image, &read, p[51]).state, LOOKUP_PERHAPS);
    for (size_t cut = 0; cut < db.n; cut++) {
        why_clear(&w);
        assert_false(lookup_delta_open(span_of(db.p, cut), &read, &w));
        db.p[cut] ^= 1;
        assert_false(lookup_delta_open(buf_span(&db), &read, &w));
        db.p[cut] ^= 1;
    }
    buf_free(&b);
    buf_free(&b2);
    buf_free(&db);
    buf_free(&db2);
    free(p);
}

static void delta_in_order(void **state)
{
    static const lookup_print down[] = { 20, 10 }, same[] = { 10 }, ten[] = { 10 };
    struct lookup_delta d = { .n_added = 2 }, read;
    struct why w = { 0 };
    struct buffer b;

    (void)state;
    buf_init(&b, 1 << 16);
    assert_true(lookup_delta_put(&d, down, NULL, &b));
    assert_false(lookup_delta_open(buf_span(&b), &read, &w));
    assert_string_equal(w.reason, "image");
    buf_reset(&b);
    d.n_added = d.n_gone = 1;
    assert_true(lookup_delta_put(&d, same, ten, &b)); /* added and gone at once */
    why_clear(&w);
    assert_false(lookup_delta_open(buf_span(&b), &read, &w));
    assert_string_equal(w.reason, "image");
    buf_free(&b);
}

static void age(void **state)
{
    struct lookup_answer none = { LOOKUP_NOT_LISTED, 0, 1000 }, hit = { LOOKUP_LISTED, 5, 1000 };

    (void)state;
    assert_int_equal(lookup_aged(none, 1100, 100).state, LOOKUP_NOT_LISTED);
    assert_int_equal(lookup_aged(none, 1101, 100).state, LOOKUP_UNKNOWN);
    assert_int_equal(lookup_aged(none, 9999, 0).state, LOOKUP_NOT_LISTED);
    assert_int_equal(lookup_aged(hit, 9999, 100).state, LOOKUP_LISTED);
    none.as_of = 0;
    assert_int_equal(lookup_aged(none, 50, 100).state, LOOKUP_UNKNOWN);
    assert_string_equal(lookup_state_word(LOOKUP_PERHAPS), "perhaps");
}

static void prints(void **state)
{
    const struct span ab_c[] = { SPAN("ab"), SPAN("c") }, a_bc[] = { SPAN("a"), SPAN("bc") };

    (void)state;
    assert_true(lookup_print_of(SPAN("k"), "x", ab_c, 2) != lookup_print_of(SPAN("k"), "x", a_bc, 2));
    assert_true(lookup_print_of(SPAN("k"), "x", ab_c, 2) != lookup_print_of(SPAN("l"), "x", ab_c, 2));
    assert_true(lookup_print_of(SPAN("k"), "x", ab_c, 2) != lookup_print_of(SPAN("k"), "y", ab_c, 2));
    assert_true(lookup_print_of(SPAN("k"), "x", ab_c, 2) == lookup_print_of(SPAN("k"), "x", ab_c, 2));
}

static void folding(void **state)
{
    static const struct {
        const char *in, *out; /* out NULL: refused */
    } cases[] = {
        { "AB1234567", "AB1234567" },
        { "ab 123-45<67<<", "AB1234567" },
        { "O0I1", "O0I1" },
        { "a/b.1", "AB1" },
        { "", NULL },
        { "<<<", NULL },
        { "AB\xc3\x89", NULL },
        { "AB_1", NULL },
        { "AB\t1", NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t out[LOOKUP_NUMBER];
        size_t n = 0;
        bool ok = lookup_fold(span_str(cases[i].in), out, &n);

        assert_int_equal(ok, cases[i].out != NULL);
        if (ok)
            assert_true(span_eq_str(span_of(out, n), cases[i].out));
    }
    {
        char longest[LOOKUP_NUMBER + 2];
        uint8_t out[LOOKUP_NUMBER];
        size_t n;

        memset(longest, 'A', sizeof longest);
        assert_true(lookup_fold(span_of(longest, LOOKUP_NUMBER), out, &n));
        assert_false(lookup_fold(span_of(longest, LOOKUP_NUMBER + 1), out, &n));
    }
}

static void revocations(void **state)
{
    static const struct {
        const char *what, *hex;
    } bad[] = {
        { "empty", "" },
        { "two members", "a2016242310219"
                         "4e20" },
        { "no number", "a3016002194e20036566726175"
                       "64" },
        { "a blank in the number", "a30163422031021"
                                   "94e2003656672617564" },
        { "only fillers", "a301623c3c02194e2003656672617564" },
        { "a day before 1970", "a30162423102200365"
                               "6672617564" },
        { "no reason", "a301624231"
                       "02194e200360" },
        { "more behind it", "a30162423102194e200365667261756400" },
    };
    struct permission_revocation r = { SPAN("KZ-2026-000123"), { 2026, 5, 1 }, SPAN("fraud") }, back;
    struct why w = { 0 };
    struct buffer b;

    (void)state;
    buf_init(&b, 1 << 12);
    assert_true(revocation_put(&r, &b));
    assert_true(revocation_parse(buf_span(&b), &back, &w));
    assert_true(span_eq(back.number, r.number) && span_eq(back.reason, r.reason));
    assert_int_equal(date_cmp(back.on, r.on), 0);
    assert_int_equal(date_cmp(revocation_day(revocation_value(r.on)), r.on), 0);
    assert_true(revocation_print(SPAN(""), SPAN("KZ"), r.number) ==
                revocation_print(SPAN(""), SPAN("KZ"), SPAN("kz2026 000123")));
    assert_true(revocation_print(SPAN(""), SPAN("KZ"), r.number) !=
                revocation_print(SPAN(""), SPAN("TR"), r.number));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        why_clear(&w);
        if (revocation_parse(from_hex(&test_arena, bad[i].hex), &back, &w))
            fail_msg("%s", bad[i].what);
        assert_string_equal(w.reason, "revocation");
    }
    r.number = SPAN("");
    assert_false(revocation_put(&r, &b));
    buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_size), cmocka_unit_test(one_set_one_image),
        cmocka_unit_test(form_stays), cmocka_unit_test(order_is_asked),
        cmocka_unit_test(uneven),     cmocka_unit_test(not_whole),
        cmocka_unit_test(delta),      cmocka_unit_test(delta_in_order),
        cmocka_unit_test(age),        cmocka_unit_test(prints),
        cmocka_unit_test(folding),    cmocka_unit_test(revocations),
    };

    return cmocka_run_group_tests_name("lookup/filter", tests, arena_setup, arena_teardown);
}

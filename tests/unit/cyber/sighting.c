/* The object of a sighting: valid STIX, the same for the same sighting, another for each part that differs.
 */
#include "service/cyber/sighting_add.h"

#include "vectors.h"

static struct sighting one(void)
{
    static const struct stix_uuid of = { { 1, 2, 3, 4, 5, 6, 0x40, 8, 0x80, 10, 11, 12, 13, 14, 15, 16 } };

    return (struct sighting){ .member = SPAN("KZ"),
                              .observer = SPAN("dns-1"),
                              .indicator = of,
                              .from = 1767225600,
                              .seconds = 86400,
                              .first = 1767225601,
                              .last = 1767312000 - 1,
                              .count = 3,
                              .tlp = TLP_AMBER };
}

static const uint8_t secret[SIGHTING_SECRET] = "SPECIMEN secret of one node only";

static struct stix_uuid id_of(const struct sighting *s)
{
    struct stix_uuid u;

    sighting_id(secret, s, &u);
    return u;
}

/* Who knows all that it is made of but the secret cannot make it: neither with another secret, nor as a hash.
 */
static void cannot_be_guessed(void **st)
{
    static const uint8_t other[SIGHTING_SECRET] = "SPECIMEN secret of another node!", zero[SIGHTING_SECRET];
    static const char plain[] =
        "cyber/sighting/KZ/dns-1/01020304-0506-4008-800a-0b0c0d0e0f10/1767225600/86400";
    const struct sighting s = one();
    struct stix_uuid u = id_of(&s), v;

    (void)st;
    sighting_id(other, &s, &v);
    assert_false(stix_uuid_eq(&u, &v));
    sighting_id(zero, &s, &v);
    assert_false(stix_uuid_eq(&u, &v));
    stix_uuid_v5(&stix_space_serai, SPAN(plain), &v);
    assert_false(stix_uuid_eq(&u, &v));
}

static void each_part_counts(void **st)
{
    struct sighting s = one(), x[6] = { s, s, s, s, s, s };
    struct stix_uuid u = id_of(&s), v;

    (void)st;
    x[0].member = SPAN("TR");
    x[1].observer = SPAN("dns-2");
    x[2].indicator.b[0] ^= 1;
    x[3].from += 86400;
    x[4].seconds = 3600;
    for (size_t i = 0; i < 5; i++) {
        v = id_of(&x[i]);
        assert_false(stix_uuid_eq(&u, &v));
    }
    x[5].count = 4; /* told again with another count it is the same one, and the store sees that it differs */
    v = id_of(&x[5]);
    assert_true(stix_uuid_eq(&u, &v));
    assert_int_equal(stix_uuid_version(&u), 4);
}

static void is_valid(void **st)
{
    static const struct stix_how how = { .strict = true };

    (void)st;
    for (unsigned k = 0; k < 4; k++) {
        struct stix_findings f;
        struct sighting s = one();
        struct stix_object o;
        struct stix_marks m;
        struct why w = { 0 };
        struct buffer b;

        s.anonymous = k & 1;
        s.count = k & 2 ? 0 : 3;
        buf_init(&b, 4096);
        stix_findings_init(&f);
        sighting_put(&b, secret, &s);
        if (!stix_read(buf_span(&b), &how, &test_arena, &o, &f, &w))
            fail_msg("%s: %s", w.reason, w.detail);
        assert_int_equal(f.must, 0);
        stix_marks_of(&o, NULL, NULL, &m);
        assert_int_equal(m.tlp, TLP_AMBER);
        assert_int_equal(o.has_creator, !s.anonymous);
        assert_int_equal(memmem(b.p, b.n, "dns-1", 5) != NULL, false);
        assert_int_equal(memmem(b.p, b.n, "where_sighted_refs", 18) != NULL, !s.anonymous);
        buf_free(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(each_part_counts),
                                        cmocka_unit_test(cannot_be_guessed), cmocka_unit_test(is_valid) };

    return cmocka_run_group_tests_name("sighting", tests, arena_setup, arena_teardown);
}

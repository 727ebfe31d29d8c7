/* Entries that say nothing by themselves. */
#include "log/leaf.h"

#include "vectors.h"

static const uint8_t salt[LEAF_SALT] = { 1, 2, 3 };

static struct leaf record(struct span body, struct buffer *sealed)
{
    struct leaf l = { .type = SPAN("licence-status"),
                      .issuer = SPAN("KZ"),
                      .stream = SPAN("licence"),
                      .audience = SPAN("kz-tr"),
                      .has_subject = true,
                      .time = 1800000000 };

    leaf_subject(SPAN("secret"), l.audience, SPAN("KZ 123456789"), l.subject);
    leaf_seal(body, salt, &l, sealed);
    return l;
}

static struct leaf erasure_of(const struct leaf *l)
{
    struct leaf e = { .type = LEAF_ERASURE,
                      .issuer = l->issuer,
                      .stream = l->stream,
                      .audience = l->audience,
                      .time = l->time + 1,
                      .erased = 4711,
                      .reason = SPAN("court-order") };

    memcpy(e.body, l->body, LEAF_HASH);
    return e;
}

static struct span put(const struct leaf *l)
{
    struct buffer b;
    struct span out;

    buf_init(&b, 1024);
    assert_true(leaf_put(l, &b));
    out = arena_copy(&test_arena, buf_span(&b));
    buf_free(&b);
    return out;
}

static void one_header_one_encoding(void **state)
{
    struct buffer sealed;
    struct leaf l, e, again;
    struct span entry[4];

    (void)state;
    buf_init(&sealed, 1024);
    l = record(SPAN("{\"status\":\"revoked\"}"), &sealed);
    e = erasure_of(&l);
    entry[0] = put(&l);
    entry[1] = put(&e);
    l.has_subject = false;
    entry[2] = put(&l);
    e.shard = SPAN("2026.2");
    entry[3] = put(&e);
    for (size_t i = 0; i < 4; i++) {
        struct why w = { 0 };

        assert_true(leaf_parse(entry[i], &again, &w));
        assert_true(span_eq(put(&again), entry[i]));
        for (size_t cut = 0; cut < entry[i].n; cut++) {
            why_clear(&w);
            assert_false(leaf_parse(span_sub(entry[i], 0, cut), &again, &w));
            assert_string_equal(w.reason, "leaf");
            assert_true(w.offset <= cut);
        }
        for (size_t bit = 0; bit < 8 * entry[i].n; bit++) { /* another header, or none: never the same one */
            uint8_t *p = (uint8_t *)(uintptr_t)arena_copy(&test_arena, entry[i]).p;

            p[bit / 8] ^= (uint8_t)(1 << bit % 8);
            if (leaf_parse(span_of(p, entry[i].n), &again, NULL))
                assert_true(span_eq(put(&again), span_of(p, entry[i].n)));
        }
    }
    buf_free(&sealed);
}

static void refused(void **state)
{
    static const struct {
        const char *what, *type, *issuer, *stream, *audience;
        unix_time time;
        bool subject;
    } cases[] = {
        { "no type", "", "KZ", "s", "a", 1, false },
        { "capitals in a stream", "t", "KZ", "S", "a", 1, false },
        { "a blank in an audience", "t", "KZ", "s", "a b", 1, false },
        { "no issuer", "t", "", "s", "a", 1, false },
        { "before 1970", "t", "KZ", "s", "a", -1, false },
        { "an erasure that names whom", "erasure", "KZ", "s", "a", 1, true },
        { "an erasure without a reason", "erasure", "KZ", "s", "a", 1, false },
        { "a plus in a stream", "t", "KZ", "s+t", "a", 1, false },
        { "a name of 65 bytes", "t", "KZ",
          "sssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss", "a", 1, false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct leaf l = { .type = span_str(cases[i].type),
                          .issuer = span_str(cases[i].issuer),
                          .stream = span_str(cases[i].stream),
                          .audience = span_str(cases[i].audience),
                          .time = cases[i].time,
                          .has_subject = cases[i].subject };
        struct buffer b;

        buf_init(&b, 1024);
        if (leaf_put(&l, &b))
            fail_msg("%s", cases[i].what);
        buf_free(&b);
    }
}

static void audiences_cannot_join(void **state)
{
    uint8_t a[LEAF_TAG], b[LEAF_TAG];

    (void)state;
    leaf_subject(SPAN("secret"), SPAN("police"), SPAN("X"), a);
    leaf_subject(SPAN("secret"), SPAN("police"), SPAN("X"), b);
    assert_memory_equal(a, b, LEAF_TAG);
    leaf_subject(SPAN("secret"), SPAN("customs"), SPAN("X"), b);
    assert_memory_not_equal(a, b, LEAF_TAG);
    leaf_subject(SPAN("other"), SPAN("police"), SPAN("X"), b);
    assert_memory_not_equal(a, b, LEAF_TAG);
    leaf_subject(SPAN("secret"), SPAN("polic"), SPAN("eX"), b);
    assert_memory_not_equal(a, b, LEAF_TAG);
}

/* What is sealed opens with its salt alone, and as what the leaf commits to. */
static void sealed_bodies(void **state)
{
    static const struct span text[] = { { NULL, 0 }, { (const uint8_t *)"revoked", 7 } };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        uint8_t other_salt[LEAF_SALT] = { 9 };
        struct buffer sealed, body;
        struct leaf l, other;
        struct why w = { 0 };

        buf_init(&sealed, 1024);
        buf_init(&body, 1024);
        l = record(text[i], &sealed);
        assert_true(leaf_open(&l, salt, buf_span(&sealed), &body, &w));
        assert_true(span_eq(buf_span(&body), text[i]));
        other = l; /* the hash of this body, and a commitment to another */
        other.commitment[0] ^= 1;
        assert_false(leaf_open(&other, salt, buf_span(&sealed), &body, &w));
        assert_string_equal(w.reason, "body");
        assert_false(leaf_open(&l, other_salt, buf_span(&sealed), &body, NULL));
        sealed.p[0] ^= 1;
        assert_false(leaf_open(&l, salt, buf_span(&sealed), &body, NULL));
        assert_false(leaf_open(&l, salt, span_of(sealed.p, 3), &body, NULL));
        assert_true(span_eq(buf_span(&body), text[i]));
        buf_free(&sealed);
        buf_free(&body);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_header_one_encoding),
        cmocka_unit_test(refused),
        cmocka_unit_test(audiences_cannot_join),
        cmocka_unit_test(sealed_bodies),
    };

    return cmocka_run_group_tests_name("log-leaf", tests, arena_setup, arena_teardown);
}

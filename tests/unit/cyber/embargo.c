/* Embargoes that end: who polls by date gets the object then, once, and nothing else moves. */
#include "service/cyber/embargo.h"

#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int64_t clock_us;

static int64_t now(void *ctx)
{
    (void)ctx;
    return clock_us;
}

static void put(struct object_store *s, uint16_t c, unsigned id, uint8_t flags, uint32_t until,
                bool versioned)
{
    char text[40];
    struct object_new n = { .type = SPAN("indicator") };
    struct why w = { 0 };

    (void)snprintf(text, sizeof text, "{\"id\":%u}", id);
    n.text = span_str(text);
    n.row.uuid.b[0] = (uint8_t)id;
    n.row.version = versioned ? 1000000 : 0;
    n.row.flags = versioned ? 0 : OBJECT_IS_UNVERSIONED;
    n.row.spec = 21;
    n.row.origin = CYBER_NO_PLACE;
    n.row.label = (struct cyber_label){ .flags = flags, .until = until, .audience = 1 };
    if (!object_store_add(s, c, &n, 1, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    assert_int_equal(n.outcome, OBJECT_ADDED);
}

static size_t lift(struct object_store *s, struct cyber_embargoes *e, unix_time at)
{
    size_t lifted = 77;
    struct why w = { 0 };

    clock_us = at * 1000000;
    if (!cyber_lift_embargoes(s, e, at, &lifted, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    return lifted;
}

/* The first bytes of the ids of what came after a date. */
static void poll(struct object_store *s, uint16_t c, int64_t *after, const char *want)
{
    struct object_query q = { .collection = c, .dated = true, .added_after = *after };
    struct object_page p;
    char got[64] = "", text[40];

    object_store_find(s, &q, &p);
    for (size_t i = 0; i < p.n; i++) {
        struct object_row r;

        assert_true(object_store_row(s, p.sequence[i], &r));
        assert_true(object_store_bytes(s, &p.sequence[i], 1, (uint8_t *)text, r.n, NULL));
        (void)snprintf(got + strlen(got), sizeof got - strlen(got), "%u", r.uuid.b[0]);
        assert_int_equal(text[6], '0' + r.uuid.b[0]);
    }
    assert_string_equal(got, want);
    *after = p.n ? p.last : *after;
    object_page_free(&p);
}

static void ends(void **st)
{
    char path[] = "/tmp/serai-XXXXXX", command[64];
    const struct object_store_options o = { .folder = path, .now = now };
    struct object_store *s = NULL;
    struct cyber_embargoes e = { 0 };
    uint16_t c = 0, d = 0;
    int64_t after = 0;
    struct why w = { 0 };

    (void)st;
    assert_non_null(mkdtemp(path));
    clock_us = 1000 * INT64_C(1000000);
    assert_true(object_store_open(&o, &s, &w));
    assert_true(object_store_collection(s, SPAN("one"), &c, NULL) &&
                object_store_collection(s, SPAN("two"), &d, NULL));
    assert_int_equal(lift(s, &e, 1000), 0);
    put(s, c, 1, CYBER_EMBARGO, 2000, true);
    put(s, c, 2, 0, 0, true);
    put(s, c, 3, CYBER_EMBARGO, 3000, false);
    put(s, c, 4, CYBER_EMBARGO, 0, true); /* without an end */
    put(s, d, 5, CYBER_EMBARGO, 2000, true);
    poll(s, c, &after, "1234");
    assert_int_equal(lift(s, &e, 1999), 0);
    assert_int_equal(e.next, 2000);
    poll(s, c, &after, "");
    put(s, c, 6, CYBER_EMBARGO, 2500, true); /* comes later, ends between */
    assert_int_equal(lift(s, &e, 2000), 2);
    assert_int_equal(lift(s, &e, 2000), 0);
    poll(s, c, &after, "61");
    assert_int_equal(e.next, 2500);
    assert_int_equal(lift(s, &e, 2600), 1);
    poll(s, c, &after, "6");
    /* Ended while nobody looked: a node that starts looks at all. */
    object_store_close(s);
    s = NULL;
    assert_true(object_store_open(&o, &s, &w));
    e = (struct cyber_embargoes){ 0 };
    assert_int_equal(lift(s, &e, 5000), 1);
    assert_int_equal(lift(s, &e, 9000), 0);
    assert_int_equal(e.next, 0);
    poll(s, c, &after, "3");
    after = 0;
    poll(s, c, &after, "24163");
    object_store_close(s);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", path);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(ends) };

    return cmocka_run_group_tests_name("embargo", tests, arena_setup, arena_teardown);
}

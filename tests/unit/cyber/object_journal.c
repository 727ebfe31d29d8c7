/* What became of requests and of objects that were refused: kept, found again, gone when its time is over. */
#include "service/cyber/object_journal.h"

#include "vectors.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const int64_t DAY = INT64_C(86400000000);
static const int64_t NOON = INT64_C(1767268800000000); /* 2026-01-01T12:00:00Z */

static char *folder(void)
{
    bool memory = access("/dev/shm", W_OK) == 0;
    char *path = arena_str(&test_arena, memory ? SPAN("/dev/shm/serai-XXXXXX") : SPAN("/tmp/serai-XXXXXX"));

    assert_non_null(mkdtemp(path));
    return path;
}

static void remove_all(const char *path)
{
    char command[200];

    (void)snprintf(command, sizeof command, "rm -rf '%s'", path);
    assert_int_equal(system(command), 0);
}

static struct object_journal *opened(const char *path, int64_t now)
{
    const struct journal_options o = { .folder = path, .keep_days = 3 };
    struct object_journal *j = NULL;
    struct why w = { 0 };

    if (!object_journal_open(&o, now, &j, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    return j;
}

static void put(struct object_journal *j, uint8_t id, int64_t at, const char *json, size_t refused)
{
    struct journal_status s = { .id = { id, 7 }, .root = SPAN("api"), .source = SPAN("siem"), .at = at };
    struct journal_refused r[2] = { 0 };
    struct why w = { 0 };

    s.json = span_str(json);
    for (size_t i = 0; i < refused; i++)
        r[i] = (struct journal_refused){ .at = at,
                                         .collection = SPAN("c"),
                                         .source = SPAN("siem"),
                                         .reason = SPAN("conflict"),
                                         .detail = SPAN("why"),
                                         .id = SPAN("a--1"),
                                         .text = SPAN("{\"x\":1}") };
    if (!object_journal_put(j, &s, r, refused, &w))
        fail_msg("%s: %s", w.reason, w.detail);
}

static bool there(struct object_journal *j, uint8_t id, const char *root, const char *source,
                  const char *json)
{
    const uint8_t whole[JOURNAL_ID] = { id, 7 };
    struct span got = { 0 };

    if (!object_journal_status(j, whole, span_str(root), span_str(source), &test_arena, &got))
        return false;
    assert_true(span_eq_str(got, json));
    return true;
}

static bool count(void *ctx, const struct journal_refused *r)
{
    assert_true(span_eq_str(r->reason, "conflict") && span_eq_str(r->text, "{\"x\":1}") &&
                span_eq_str(r->id, "a--1") && r->clause.n == 0);
    ++*(size_t *)ctx;
    return true;
}

static void kept_and_found(void **state)
{
    char *path = folder();
    struct object_journal *j = opened(path, NOON);
    size_t n = 0;

    (void)state;
    put(j, 1, NOON, "{\"one\":1}", 2);
    put(j, 2, NOON + 1, "{}", 0);
    for (int again = 0; again < 2; again++) {
        assert_true(there(j, 1, "api", "siem", "{\"one\":1}"));
        assert_true(there(j, 2, "api", "siem", "{}"));
        assert_false(there(j, 3, "api", "siem", ""));
        assert_false(there(j, 1, "other", "siem", ""));
        assert_false(there(j, 1, "api", "somebody", ""));
        object_journal_close(j);
        j = opened(path, NOON + DAY);
    }
    assert_true(object_journal_refused(path, count, &n, NULL));
    assert_int_equal(n, 2);
    object_journal_close(j);
    remove_all(path);
}

static void days_go(void **state)
{
    char *path = folder();
    struct object_journal *j = opened(path, NOON);
    size_t n = 0;

    (void)state;
    put(j, 1, NOON, "{}", 1);
    put(j, 2, NOON + DAY, "{}", 1); /* while it is open: a new file */
    put(j, 3, NOON, "{}", 0);       /* the clock steps back: into the newest */
    assert_true(there(j, 1, "api", "siem", "{}") && there(j, 2, "api", "siem", "{}"));
    put(j, 4, NOON + 4 * DAY, "{}", 1);
    assert_true(object_journal_refused(path, count, &n, NULL));
    assert_int_equal(n, 2); /* the first day is over */
    assert_false(there(j, 1, "api", "siem", "{}"));
    object_journal_close(j);
    j = opened(path, NOON + 20 * DAY);
    assert_false(there(j, 4, "api", "siem", "{}"));
    object_journal_close(j);
    remove_all(path);
}

static void torn_end_is_cut(void **state)
{
    char *path = folder(), file[200];
    struct object_journal *j = opened(path, NOON);
    FILE *f;

    (void)state;
    put(j, 1, NOON, "{}", 0);
    object_journal_close(j);
    (void)snprintf(file, sizeof file, "%s/journal-20260101", path);
    f = fopen(file, "a");
    assert_non_null(f);
    (void)fputs("SJ1\n and then the light went out", f);
    assert_int_equal(fclose(f), 0);
    j = opened(path, NOON);
    put(j, 2, NOON, "{}", 0);
    object_journal_close(j);
    j = opened(path, NOON);
    assert_true(there(j, 1, "api", "siem", "{}") && there(j, 2, "api", "siem", "{}"));
    object_journal_close(j);
    remove_all(path);
}

static void *many(void *arg)
{
    static _Atomic uint8_t next = 10;

    for (int i = 0; i < 20; i++)
        put(arg, next++, NOON, "{}", 1);
    return NULL;
}

static void several_threads(void **state)
{
    char *path = folder();
    struct object_journal *j = opened(path, NOON);
    pthread_t t[4];
    size_t n = 0;

    (void)state;
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&t[i], NULL, many, j), 0);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_join(t[i], NULL), 0);
    for (unsigned i = 10; i < 90; i++)
        assert_true(there(j, (uint8_t)i, "api", "siem", "{}"));
    assert_true(object_journal_refused(path, count, &n, NULL));
    assert_int_equal(n, 80);
    object_journal_close(j);
    remove_all(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kept_and_found),
        cmocka_unit_test(days_go),
        cmocka_unit_test(torn_end_is_cut),
        cmocka_unit_test(several_threads),
    };

    return cmocka_run_group_tests_name("object journal", tests, arena_setup, arena_teardown);
}

/* Bundles asked for early: what comes out is what the source alone gives, and no more is asked for than may.
 */
#include "vectors.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#include "seeds.h"
#include "sync/prefetch.h"

enum { ENTRIES = 100 * TILE_WIDTH + 77, FULL = ENTRIES / TILE_WIDTH };

static uint64_t random_state;

static uint64_t any(uint64_t below) /* splitmix64; of the test's thread */
{
    uint64_t z = random_state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (z ^ z >> 31) % below;
}

/* What the source says of a path depends on the path alone; some are missing, some fail. */
static uint64_t number_of(const char *path)
{
    uint64_t h = 1469598103934665603u;

    while (*path)
        h = (h ^ (uint8_t)*path++) * 1099511628211u;
    return h;
}

static atomic_uint under_way, most_under_way, asked;
static _Atomic uint64_t furthest; /* bundle */

static bool get(void *ctx, const char *path, size_t most, struct buffer *out, bool *found, struct why *w)
{
    uint64_t h = number_of(path);
    const struct timespec pause = { .tv_nsec = (long)(h % 7) * 20 * 1000 };
    unsigned now = atomic_fetch_add(&under_way, 1) + 1, before = most_under_way;
    struct tile t;
    bool ok = true;

    (void)ctx;
    (void)most;
    while (now > before && !atomic_compare_exchange_weak(&most_under_way, &before, now))
        ;
    asked++;
    if (tile_path_parse(span_str(path), &t) && t.entries && t.index > furthest)
        furthest = t.index;
    (void)nanosleep(&pause, NULL);
    buf_reset(out);
    *found = h % 17 != 3;
    if (strcmp(path, "checkpoint") == 0) {
        *found = true;
        buf_printf(out, "kz.specimen/x/all/2026\n%d\nAAAA\n\n", ENTRIES);
    } else if (h % 13 == 5) {
        ok = why_set(w, "unreachable", WHY_NO_OFFSET, NULL, "%s", path);
    } else if (*found) {
        buf_printf(out, "%s %llu", path, (unsigned long long)h);
    }
    (void)atomic_fetch_sub(&under_way, 1);
    return ok;
}

static const struct log_source alone = { get, NULL };

/* One file through both. */
static void same(const struct log_source *through, const char *path)
{
    struct buffer a, b;
    bool found_a = false, found_b = false, ok_a, ok_b;
    struct why wa = { 0 }, wb = { 0 };

    buf_init(&a, TILE_BUNDLE);
    buf_init(&b, TILE_BUNDLE);
    ok_b = through->get(through->ctx, path, TILE_BUNDLE, &b, &found_b, &wb);
    ok_a = get(NULL, path, TILE_BUNDLE, &a, &found_a, &wa);
    if (ok_a != ok_b || (ok_a && found_a != found_b) ||
        (ok_a && found_a && !span_eq(buf_span(&a), buf_span(&b))))
        fail_msg("%s: %d %d, %d %d, %zu %zu bytes", path, ok_a, ok_b, found_a, found_b, a.n, b.n);
    if (!ok_a) {
        assert_string_equal(wa.reason, wb.reason);
        assert_string_equal(wa.detail, wb.detail);
    }
    buf_free(&a);
    buf_free(&b);
}

static void bundle(const struct log_source *s, uint64_t index)
{
    struct tile t = { .entries = true, .index = index, .width = tile_width(0, index, ENTRIES) };
    char path[TILE_PATH];

    if (t.width == 0)
        return;
    tile_path(&t, path);
    same(s, path);
}

static void a_walk(uint64_t seed)
{
    struct log_source more[SYNC_AHEAD], s;
    size_t n = seed % (SYNC_AHEAD + 1);
    struct prefetch *f;
    uint64_t at = 0;

    random_state = seed;
    for (size_t i = 0; i < SYNC_AHEAD; i++)
        more[i] = alone;
    f = prefetch_open(&alone, more, n);
    s = prefetch_source(f);
    if (any(8))
        same(&s, "checkpoint");
    for (unsigned i = 0; i < 150; i++) {
        if (any(10) == 0)
            same(&s, "tile/1/000");
        if (any(12) == 0)
            at = any(FULL + 2);
        else if (any(15) == 0 && at)
            at--; /* read again */
        bundle(&s, at++);
    }
    prefetch_close(f); /* perhaps with some under way */
}

static void as_one_by_one(void **state)
{
    unsigned long long seed[SEEDS_MAX];
    size_t n = seeds_of(10, seed);

    (void)state;
    for (size_t i = 0; i < n; i++) {
        seed_says(seed[i]);
        a_walk(seed[i]);
    }
    assert_true(most_under_way > 1 && most_under_way <= SYNC_AHEAD + 1);
    assert_true(furthest <= FULL); /* the one that is not full was asked for by name */
}

/* A reader who stops takes no more; without a checkpoint nothing is asked for early. */
static void no_more_than_the_window(void **state)
{
    const struct log_source more[SYNC_AHEAD] = { alone, alone, alone, alone };
    struct prefetch *f = prefetch_open(&alone, more, SYNC_AHEAD);
    struct log_source s = prefetch_source(f);
    const struct timespec pause = { .tv_nsec = 20 * 1000 * 1000 };

    (void)state;
    asked = 0;
    bundle(&s, 0);
    (void)nanosleep(&pause, NULL);
    assert_int_equal(asked, 2); /* once through it, once to compare */
    same(&s, "checkpoint");
    asked = 0;
    furthest = 0;
    bundle(&s, 10);
    (void)nanosleep(&pause, NULL);
    assert_true(asked > 2 && asked <= 2 + SYNC_AHEAD);
    assert_true(furthest <= 10 + SYNC_AHEAD);
    prefetch_close(f);
}

int main(void)
{
    static const struct CMUnitTest tests[] = { cmocka_unit_test(as_one_by_one),
                                               cmocka_unit_test(no_more_than_the_window) };

    return cmocka_run_group_tests_name("sync-prefetch", tests, NULL, NULL);
}

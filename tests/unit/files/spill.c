/* Tables that rest in files: what was there stays, in a file and in memory, also when the disk has no more.
 */
#include "vectors.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <sys/signal.h>
#include <unistd.h>

#include "files/spill.h"

enum { MANY = 1 << 20 };

static size_t resident(void)
{
    char line[200];
    size_t pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");

    assert_non_null(f);
    if (fgets(line, sizeof line, f) && sscanf(line, "%*u %zu", &pages) != 1)
        pages = 0;
    (void)fclose(f);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static void fill(struct spill *s, const char *folder, size_t from, size_t to)
{
    uint32_t *p;

    for (size_t i = from; i < to; i += 1000) {
        size_t n = to - i < 1000 ? to - i : 1000;

        p = spill_room(s, folder, (i + n) * sizeof *p);
        for (size_t k = i; k < i + n; k++) {
            assert_int_equal(p[k], 0);
            p[k] = (uint32_t)k * 7 + 1;
        }
    }
}

static void look(const struct spill *s, size_t n)
{
    const uint32_t *p = s->p;

    for (size_t i = 0; i < n; i++)
        if (p[i] != (uint32_t)i * 7 + 1)
            fail_msg("at %zu", i);
}

static void rests_and_comes_back(void **unused)
{
    struct spill s = { 0 };
    size_t before;

    (void)unused;
    fill(&s, ".", 0, MANY);
    if (!s.file) {
        spill_free(&s);
        skip(); /* this folder knows no files without names */
    }
    before = resident();
    spill_rest(&s);
    assert_true(resident() + 2 * MANY < before);
    look(&s, MANY);
    spill_settle(&s);
    spill_rest(&s);
    look(&s, MANY);
    spill_free(&s);
    assert_null(s.p);
}

static void plain_memory_never_rests(void **unused)
{
    struct spill s = { 0 };

    (void)unused;
    fill(&s, "/nowhere/at/all", 0, 100000);
    assert_false(s.file);
    spill_rest(&s);
    look(&s, 100000);
    fill(&s, NULL, 100000, 300000);
    spill_settle(&s);
    spill_rest(&s);
    look(&s, 300000);
    spill_free(&s);
}

/* A file may not grow beyond the limit: as on a disk that is full. */
static void a_full_disk_is_met_in_time(void **unused)
{
    struct rlimit old, small;
    struct spill s = { 0 };

    (void)unused;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    small = old;
    small.rlim_cur = 300000;
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    fill(&s, ".", 0, 200000);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_false(s.file);
    spill_rest(&s);
    look(&s, 200000);
    spill_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(rests_and_comes_back),
                                        cmocka_unit_test(plain_memory_never_rests),
                                        cmocka_unit_test(a_full_disk_is_met_in_time) };

    return cmocka_run_group_tests_name("files-spill", tests, NULL, NULL);
}

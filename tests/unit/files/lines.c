/* Lines written by several threads into files that are bounded: none lost while it is kept, none split. */
#include "files/lines.h"

#include "vectors.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { THREADS = 4, LINES = 60, LINE = 16, MOST = 10 * LINE };

static char folder[64];

static int begin(void **unused)
{
    (void)unused;
    (void)snprintf(folder, sizeof folder, "/tmp/serai-lines-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int end(void **unused)
{
    char name[128];

    (void)unused;
    for (int i = 0; i <= 64; i++) {
        (void)snprintf(name, sizeof name, i ? "%s/log.%d" : "%s/log", folder, i);
        (void)unlink(name);
    }
    (void)snprintf(name, sizeof name, "%s/other", folder);
    (void)unlink(name);
    return rmdir(folder);
}

static bool append(const char *line, unsigned older)
{
    struct why w = { 0 };

    return lines_append(folder, "log", span_str(line), MOST, older, &w);
}

static void *write_lines(void *ctx)
{
    const char who = *(const char *)ctx;

    for (int i = 0; i < LINES; i++) {
        char line[LINE + 1];

        (void)snprintf(line, sizeof line, "%c %03d 012345678\n", who, i);
        if (!append(line, 64))
            abort();
    }
    return NULL;
}

/* Bytes of log.N (0: log); -1 when it is not there. */
static long read_file(int n, char *text, size_t room)
{
    char name[128];
    size_t got;
    FILE *f;

    (void)snprintf(name, sizeof name, n ? "%s/log.%d" : "%s/log", folder, n);
    f = fopen(name, "rb");
    if (!f)
        return -1;
    got = fread(text, 1, room, f);
    (void)fclose(f);
    return (long)got;
}

static void threads(void **unused)
{
    static const char names[THREADS] = { 'a', 'b', 'c', 'd' };
    int next[THREADS] = { 0 }, files = 0;
    pthread_t t[THREADS];
    char text[2 * MOST];

    (void)unused;
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&t[i], NULL, write_lines, (void *)(uintptr_t)&names[i]), 0);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(t[i], NULL), 0);
    while (read_file(files, text, sizeof text) >= 0)
        files++;
    assert_int_equal(files, THREADS * LINES / 10);
    while (files-- > 0) { /* the oldest first */
        long n = read_file(files, text, sizeof text);

        assert_int_equal(n, MOST);
        for (long at = 0; at < n; at += LINE) {
            int who = text[at] - 'a';

            assert_in_range(who, 0, THREADS - 1);
            assert_int_equal(atoi(text + at + 2), next[who]++);
            assert_int_equal(text[at + LINE - 1], '\n');
        }
    }
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(next[i], LINES);
}

static void bounded(void **unused)
{
    char text[2 * MOST], line[LINE + 1];

    (void)unused;
    for (int i = 0; i < 100; i++) {
        (void)snprintf(line, sizeof line, "a %03d 012345678\n", i);
        assert_true(append(line, 2));
    }
    assert_int_equal(read_file(0, text, sizeof text), MOST);
    assert_int_equal(atoi(text + 2), 90);
    assert_int_equal(read_file(2, text, sizeof text), MOST);
    assert_int_equal(atoi(text + 2), 70); /* what is older is gone */
    assert_int_equal(read_file(3, text, sizeof text), -1);
    assert_true(append("short\n", 0));
    assert_int_equal(read_file(0, text, sizeof text), 6);
    assert_int_equal(read_file(1, text, sizeof text), MOST);
}

/* Neither a link to another file nor a folder nor a pipe is written to. */
static void hostile(void **unused)
{
    char name[128], other[128], big[MOST + 2];
    struct why w = { 0 };
    struct stat st;

    (void)unused;
    (void)snprintf(name, sizeof name, "%s/log", folder);
    (void)snprintf(other, sizeof other, "%s/other", folder);
    assert_int_equal(symlink(other, name), 0);
    assert_false(lines_append(folder, "log", SPAN("a\n"), MOST, 2, &w));
    assert_string_equal(w.reason, "io");
    assert_int_not_equal(stat(other, &st), 0);
    assert_int_equal(unlink(name), 0);
    assert_int_equal(mkfifo(name, 0600), 0);
    assert_false(append("a\n", 2));
    assert_int_equal(unlink(name), 0);
    memset(big, 'x', sizeof big);
    why_clear(&w);
    assert_false(lines_append(folder, "log", span_of(big, MOST + 1), MOST, 2, &w));
    assert_string_equal(w.reason, "too-large");
    why_clear(&w);
    assert_false(lines_append("/tmp/serai-lines-none", "log", SPAN("a\n"), MOST, 2, &w));
    assert_string_equal(w.reason, "io");
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test_setup_teardown(threads, begin, end),
                                        cmocka_unit_test_setup_teardown(bounded, begin, end),
                                        cmocka_unit_test_setup_teardown(hostile, begin, end) };

    return cmocka_run_group_tests_name("files-lines", tests, NULL, NULL);
}

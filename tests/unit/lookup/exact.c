/*
 * The exact set against a plain list of what was put in: changed, opened anew, made anew, filled with many at
 * once, killed and failed at every step, cut and changed on disk, read while it changes.
 */
#include "lookup/exact.h"

#include "vectors.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lookup/image.h"
#include "lookup/journal.h"

enum { DOMAIN = 4096 };

/* What the set should hold: fingerprints are spread as a hash spreads them, and one value each. */
struct model {
    bool there[DOMAIN];
    uint32_t value[DOMAIN];
};

static uint64_t random_state;

static uint64_t random_next(void)
{
    uint64_t z = random_state += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static lookup_print print_of(unsigned i)
{
    uint8_t b[4] = { (uint8_t)(i >> 24), (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i };
    struct span part = span_of(b, 4);

    return lookup_print_of(SPAN("key"), "test", &part, 1);
}

static char *folder(void)
{
    bool memory = access("/dev/shm", W_OK) == 0;
    char *path = arena_str(&test_arena, memory ? SPAN("/dev/shm/serai-XXXXXX") : SPAN("/tmp/serai-XXXXXX"));
    char *in;

    assert_non_null(mkdtemp(path));
    in = arena_alloc(&test_arena, 64);
    (void)snprintf(in, 64, "%s/set", path);
    return in;
}

PRINTF_LIKE(1, 2) static void shell(const char *format, ...)
{
    char command[512];
    va_list ap;

    va_start(ap, format);
    (void)vsnprintf(command, sizeof command, format, ap);
    va_end(ap);
    assert_int_equal(system(command), 0);
}

static void remove_all(const char *path)
{
    shell("rm -rf \"$(dirname '%s')\"", path);
}

static struct lookup_exact *opened_as(const char *path, enum lookup_access access)
{
    struct lookup_exact *x = NULL;
    struct why w = { 0 };

    if (!lookup_exact_open(path, access, true, NULL, &x, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    return x;
}

static struct lookup_exact *opened(const char *path)
{
    return opened_as(path, LOOKUP_WRITE);
}

static void compare(struct lookup_exact *x, const struct model *m)
{
    for (unsigned i = 0; i < DOMAIN; i++) {
        uint32_t value = 0;
        enum lookup_found f = lookup_exact_find(x, print_of(i), &value);

        assert_int_equal(f, m->there[i] ? LOOKUP_THERE : LOOKUP_ABSENT);
        if (m->there[i])
            assert_int_equal(value, m->value[i]);
    }
}

static struct lookup_change any_change(struct model *m)
{
    unsigned i = (unsigned)(random_next() % DOMAIN);

    m->there[i] = random_next() % 3 != 0;
    m->value[i] = (uint32_t)random_next();
    return (struct lookup_change){ print_of(i), m->value[i], !m->there[i] };
}

static void change_some(struct lookup_exact *x, struct model *m, unsigned n)
{
    struct lookup_change c[64];
    struct why w = { 0 };

    for (unsigned i = 0; i < n; i++)
        c[i] = any_change(m);
    assert_true(lookup_exact_change(x, c, n, &w));
}

static void fill_many(struct lookup_exact *x, struct model *m, unsigned n, bool whole)
{
    struct model was = *m;
    struct lookup_bulk *b = NULL;
    struct why w = { 0 };

    assert_true(lookup_bulk_begin(x, &b, &w));
    for (unsigned i = 0; i < n; i++) {
        struct lookup_change c = any_change(m);

        assert_true(lookup_bulk_add(b, &c, &w));
    }
    if (whole) {
        assert_true(lookup_bulk_end(b, &w));
    } else {
        lookup_bulk_abandon(b);
        *m = was;
    }
}

static void any_history(void **state)
{
    char *path = folder();
    struct lookup_exact *x = opened(path), *other;
    struct model *m = calloc(1, sizeof *m);
    struct why w = { 0 };

    (void)state;
    random_state = 1;
    for (unsigned i = 0; i < 60; i++) {
        switch (random_next() % 5) {
        case 0:
            assert_true(lookup_exact_compact(x, &w));
            break;
        case 1:
            fill_many(x, m, (unsigned)(random_next() % 3000), random_next() % 4 != 0);
            break;
        case 2:
            lookup_exact_close(x);
            x = opened(path);
            break;
        default:
            change_some(x, m, 1 + (unsigned)(random_next() % 60));
            break;
        }
        if (i % 6 == 0) {
            compare(x, m);
            other = opened_as(path, LOOKUP_READ); /* as another process sees it */
            compare(other, m);
            lookup_exact_close(other);
            assert_true(lookup_exact_verify(x, &w));
        }
    }
    compare(x, m);
    lookup_exact_close(x);
    free(m);
    remove_all(path);
}

struct seen {
    lookup_print last;
    unsigned n, most;
    bool ordered;
};

static bool see(void *ctx, lookup_print p, uint32_t value)
{
    struct seen *s = ctx;

    (void)value;
    s->ordered = s->ordered && (s->n == 0 || p > s->last);
    s->last = p;
    return ++s->n < s->most;
}

static void each_in_order(void **state)
{
    char *path = folder();
    struct lookup_exact *x = opened(path);
    struct model *m = calloc(1, sizeof *m);
    struct seen all = { .most = UINT32_MAX, .ordered = true }, some = { .most = 7, .ordered = true };
    struct lookup_exact_state st;
    unsigned there = 0;
    bool whole = false;

    (void)state;
    random_state = 2;
    fill_many(x, m, 3000, true);
    change_some(x, m, 50);
    for (unsigned i = 0; i < DOMAIN; i++)
        there += m->there[i];
    lookup_exact_each(x, see, &all, &whole);
    assert_true(whole && all.ordered);
    assert_int_equal(all.n, there);
    lookup_exact_each(x, see, &some, &whole);
    assert_true(whole);
    assert_int_equal(some.n, 7);
    lookup_exact_state(x, &st);
    assert_true(st.image > 0 && st.changes <= 50 && st.changes > 0);
    lookup_exact_close(x);
    free(m);
    remove_all(path);
}

/* Fingerprints as nobody's hash gives them: all at one end, the smallest and the largest. */
static void any_spread(void **state)
{
    static const lookup_print odd[] = { 0, 1, 2, UINT64_MAX, UINT64_MAX - 1, UINT64_C(1) << 63 };
    char *path = folder();
    struct lookup_exact *x = opened(path);
    struct lookup_bulk *b = NULL;
    struct why w = { 0 };
    uint32_t value;

    (void)state;
    assert_true(lookup_bulk_begin(x, &b, &w));
    for (unsigned i = 0; i < 6; i++)
        assert_true(lookup_bulk_add(b, &(struct lookup_change){ odd[i], i, false }, &w));
    for (unsigned i = 0; i < 5000; i++)
        assert_true(lookup_bulk_add(b, &(struct lookup_change){ 1000 + 2 * (uint64_t)i, i, false }, &w));
    assert_true(lookup_bulk_end(b, &w));
    for (unsigned i = 0; i < 6; i++) {
        assert_int_equal(lookup_exact_find(x, odd[i], &value), LOOKUP_THERE);
        assert_int_equal(value, i);
    }
    for (unsigned i = 0; i < 5000; i++) {
        assert_int_equal(lookup_exact_find(x, 1000 + 2 * (uint64_t)i, &value), LOOKUP_THERE);
        assert_int_equal(value, i);
        assert_int_equal(lookup_exact_find(x, 1001 + 2 * (uint64_t)i, &value), LOOKUP_ABSENT);
    }
    lookup_exact_close(x);
    remove_all(path);
}

static void one_writer(void **state)
{
    char *path = folder();
    struct lookup_exact *x = NULL, *y = NULL;
    struct lookup_bulk *b = NULL, *c = NULL;
    struct why w = { 0 };

    (void)state;
    assert_false(lookup_exact_open(path, LOOKUP_READ, true, NULL, &y, &w));
    assert_string_equal(w.reason, "absent");
    x = opened(path);
    why_clear(&w);
    assert_false(lookup_exact_open(path, LOOKUP_WRITE, true, NULL, &y, &w));
    assert_string_equal(w.reason, "locked");
    y = opened_as(path, LOOKUP_READ);
    why_clear(&w);
    assert_false(lookup_exact_change(y, &(struct lookup_change){ 1, 1, false }, 1, &w));
    assert_string_equal(w.reason, "read-only");
    why_clear(&w);
    assert_false(lookup_exact_compact(y, &w));
    assert_string_equal(w.reason, "read-only");
    why_clear(&w);
    assert_true(lookup_bulk_begin(x, &b, &w));
    assert_false(lookup_bulk_begin(x, &c, &w));
    assert_string_equal(w.reason, "locked");
    lookup_bulk_abandon(b);
    lookup_exact_close(y);
    lookup_exact_close(x);
    why_clear(&w);
    assert_false(lookup_exact_open(path, LOOKUP_WRITE, false, NULL, &y, &w)); /* it is keyed */
    assert_string_equal(w.reason, "damaged");
    remove_all(path);
}

/* What happens before the step whose turn it is. */
struct accident {
    long at, step;
    bool kill;
};

static void accident(void *ctx, const char *step)
{
    struct accident *a = ctx;
    struct rlimit r = { 0, RLIM_INFINITY };

    (void)step;
    if (a->kill && a->step == a->at)
        (void)raise(SIGKILL);
    if (!a->kill && a->step == a->at) /* no file may grow: writes fail */
        (void)setrlimit(RLIMIT_FSIZE, &r);
    if (!a->kill && a->step == a->at + 1) {
        r.rlim_cur = RLIM_INFINITY;
        (void)setrlimit(RLIMIT_FSIZE, &r);
    }
    a->step++;
}

/*
 * A change, a new image, another change, many at once: bit n of the exit code says that part n was
 * acknowledged; 64: there were fewer steps than that. Parts that fail are tried again once.
 */
static void attempt(const char *path, struct accident a, unsigned round)
{
    const struct folder_steps steps = { accident, &a };
    struct lookup_change c[3] = { { print_of(3 * round), round, false },
                                  { print_of(3 * round + 1), round, false },
                                  { print_of(3 * round + 2), round, false } };
    struct lookup_exact *x = NULL;
    struct lookup_bulk *b = NULL;
    struct why w = { 0 };
    int code = 0;

    (void)signal(SIGXFSZ, SIG_IGN);
    if (!lookup_exact_open(path, LOOKUP_WRITE, true, &steps, &x, &w))
        _exit(a.step <= a.at ? 64 : 0);
    code |= lookup_exact_change(x, &c[0], 1, &w) ? 1 : 0;
    (void)!lookup_exact_compact(x, &w);
    code |= lookup_exact_change(x, &c[1], 1, &w) ? 2 : 0;
    if (lookup_bulk_begin(x, &b, &w))
        code |= lookup_bulk_add(b, &c[2], &w) && lookup_bulk_end(b, &w) ? 4 : 0;
    lookup_exact_close(x);
    _exit(a.step <= a.at ? 64 : code);
}

static int run(const char *path, struct accident a, unsigned round)
{
    int status = 0;
    pid_t child = fork();

    if (child == 0)
        attempt(path, a, round);
    assert_true(child > 0 && waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 0;
}

/* What was acknowledged is there, and what was there before; what was not may be. */
static void at_every_step(bool kill)
{
    char *path = folder();
    bool must[DOMAIN] = { false };
    unsigned round = 0, acknowledged = 0;
    int code;

    do {
        struct lookup_exact *x;
        struct why w = { 0 };

        code = run(path, (struct accident){ .at = round, .kill = kill }, round);
        for (unsigned i = 0; i < 3; i++)
            if (code & 64 || code & 1 << i)
                must[3 * round + i] = true;
        round++;
        x = opened(path);
        assert_true(lookup_exact_verify(x, &w));
        for (unsigned i = 0; i < 3 * round; i++) {
            uint32_t value = 0;
            enum lookup_found f = lookup_exact_find(x, print_of(i), &value);

            assert_true(f == LOOKUP_THERE || (f == LOOKUP_ABSENT && !must[i]));
            assert_true(f != LOOKUP_THERE || value == i / 3);
            acknowledged += must[i];
            must[i] = must[i] || f == LOOKUP_THERE;
        }
        lookup_exact_close(x);
    } while (!(code & 64));
    assert_true(round > 25 && acknowledged > 30);
    shell("test $(ls '%s' | grep -c -e image- -e run-) = 1", path); /* nothing is left behind */
    remove_all(path);
}

static void killed(void **state)
{
    (void)state;
    at_every_step(true);
}

static void failed(void **state)
{
    (void)state;
    at_every_step(false);
}

static void refused(const char *path, const char *reason)
{
    struct lookup_exact *x = NULL;
    struct why w = { 0 };

    assert_false(lookup_exact_open(path, LOOKUP_READ, true, NULL, &x, &w));
    assert_string_equal(w.reason, reason);
}

static void damaged_files(void **state)
{
    static const struct {
        const char *what, *how;
    } cases[] = {
        { "image cut by a byte", "truncate -s -1 %s/image-*" },
        { "image longer by a byte", "echo >> $(ls %s/image-*)" },
        { "image empty", "truncate -s 0 $(ls %s/image-*)" },
        { "image gone", "rm %s/image-*" },
        { "a bit of the header",
          "printf '\\001' | dd of=$(ls %s/image-*) bs=1 seek=17 conv=notrunc 2>/dev/null" },
        { "a byte of the index",
          "f=$(ls %s/image-*); printf 'x' | dd of=$f bs=1 seek=$(($(stat -c %%s $f) - 3)) "
          "conv=notrunc 2>/dev/null" },
        { "current is another text", "echo >> %s/current" },
        { "current is empty", "truncate -s 0 %s/current" },
        { "key cut", "truncate -s 31 %s/key" },
        { "a record of the journal that others follow",
          "printf 'x' | dd of=$(ls %s/journal-*) bs=1 seek=40 conv=notrunc 2>/dev/null" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *path = folder(), command[512];
        struct lookup_exact *x = opened(path);
        struct model *m = calloc(1, sizeof *m);

        fill_many(x, m, 2000, true);
        for (unsigned k = 0; k < 6; k++)
            change_some(x, m, 1);
        lookup_exact_close(x);
        (void)snprintf(command, sizeof command, "cp -r '%s' '%s.good'", path, path);
        assert_int_equal(system(command), 0);
        x = opened_as(path, LOOKUP_READ);
        lookup_exact_close(x);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        (void)snprintf(command, sizeof command, cases[i].how, path);
#pragma GCC diagnostic pop
        assert_int_equal(system(command), 0);
        print_message("%s\n", cases[i].what);
        refused(path, strcmp(cases[i].what, "image gone") == 0 ? "io" : "damaged");
        free(m);
        remove_all(path);
    }
}

/* A page that changed is not believed, and no other is lost by it. */
static void damaged_page(void **state)
{
    char *path = folder();
    struct lookup_exact *x = opened(path);
    struct model *m = calloc(1, sizeof *m);
    unsigned lost = 0;
    struct why w = { 0 };

    (void)state;
    random_state = 5;
    fill_many(x, m, 6000, true);
    lookup_exact_close(x);
    shell("printf 'xyz' | dd of=$(ls '%s'/image-*) bs=1 seek=$((4096 * 3 + 77)) conv=notrunc 2>/dev/null",
          path);
    x = opened(path);
    for (unsigned i = 0; i < DOMAIN; i++) {
        uint32_t value;
        enum lookup_found f = lookup_exact_find(x, print_of(i), &value);

        lost += f == LOOKUP_DAMAGED;
        assert_true(f == LOOKUP_DAMAGED || f == (m->there[i] ? LOOKUP_THERE : LOOKUP_ABSENT));
    }
    assert_true(lost > 300 && lost < 900);
    assert_false(lookup_exact_verify(x, &w));
    assert_string_equal(w.reason, "damaged");
    why_clear(&w);
    assert_false(lookup_exact_compact(x, &w)); /* nothing is made of it */
    assert_string_equal(w.reason, "damaged");
    assert_true(lookup_exact_change(x, &(struct lookup_change){ 7, 7, false }, 1, &w)); /* and it goes on */
    lookup_exact_close(x);
    free(m);
    remove_all(path);
}

/* A crash may leave any part of the last change, and anything behind a gap in it; never part of an older. */
static void torn_journal(void **state)
{
    char *path = folder();
    struct lookup_exact *x = opened(path);
    struct lookup_change c[4];
    struct why w = { 0 };
    uint32_t value;

    (void)state;
    for (unsigned i = 0; i < 4; i++)
        c[i] = (struct lookup_change){ print_of(i), i, false };
    assert_true(lookup_exact_change(x, c, 1, &w));
    assert_true(lookup_exact_change(x, c + 1, 3, &w));
    lookup_exact_close(x);
    /* the first record of the last change never reached the disk; the ones behind it did */
    shell("dd if=/dev/zero of='%s'/journal-0 bs=1 seek=32 count=32 conv=notrunc 2>/dev/null", path);
    x = opened(path);
    assert_int_equal(lookup_exact_find(x, print_of(0), &value), LOOKUP_THERE);
    for (unsigned i = 1; i < 4; i++)
        assert_int_equal(lookup_exact_find(x, print_of(i), &value), LOOKUP_ABSENT);
    assert_true(lookup_exact_change(x, c + 3, 1, &w));
    lookup_exact_close(x);
    x = opened(path);
    assert_int_equal(lookup_exact_find(x, print_of(3), &value), LOOKUP_THERE);
    assert_int_equal(lookup_exact_find(x, print_of(2), &value), LOOKUP_ABSENT);
    lookup_exact_close(x);
    remove_all(path);
}

/* Readers see each entry as it was or as it is, whatever is made anew beneath them. */
struct traffic {
    struct lookup_exact *x;
    _Atomic bool ending, wrong;
    _Atomic unsigned asked;
};

static void *reader(void *ctx)
{
    struct traffic *t = ctx;
    unsigned i = 0;

    while (!atomic_load(&t->ending)) {
        uint32_t value = 0;
        unsigned k = i++ % 512;
        enum lookup_found f = lookup_exact_find(t->x, print_of(k), &value);

        /* Even ones stay; odd ones come and go. */
        if ((k % 2 == 0 && (f != LOOKUP_THERE || value != k)) || f == LOOKUP_DAMAGED ||
            (k % 2 == 1 && f == LOOKUP_THERE && value != k))
            atomic_store(&t->wrong, true);
        atomic_fetch_add(&t->asked, 1);
    }
    return NULL;
}

static void while_it_changes(void **state)
{
    char *path = folder();
    struct traffic t = { .x = opened(path) };
    struct why w = { 0 };
    pthread_t thread[2];

    (void)state;
    for (unsigned i = 0; i < 512; i++)
        assert_true(lookup_exact_change(t.x, &(struct lookup_change){ print_of(i), i, false }, 1, &w));
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, reader, &t), 0);
    for (unsigned i = 0; i < 200 || (atomic_load(&t.asked) < 20000 && i < 20000); i++) {
        struct lookup_change c = { print_of(1 + 2 * (i % 256)), 1 + 2 * (i % 256), i / 256 % 2 == 0 };

        assert_true(lookup_exact_change(t.x, &c, 1, &w));
        if (i % 40 == 0)
            assert_true(lookup_exact_compact(t.x, &w));
    }
    atomic_store(&t.ending, true);
    for (unsigned i = 0; i < 2; i++)
        (void)pthread_join(thread[i], NULL);
    assert_false(atomic_load(&t.wrong));
    lookup_exact_close(t.x);
    remove_all(path);
}

static void image_refuses(void **state)
{
    char *path = folder(), *file;
    struct pages_writer *iw = NULL;
    struct why w = { 0 };

    (void)state;
    shell("mkdir -p '%s'", path);
    file = arena_alloc(&test_arena, 128);
    (void)snprintf(file, 128, "%s/i", path);
    assert_true(pages_write_begin(file, &iw, &w));
    assert_true(pages_write(iw, 5, 1, &w));
    assert_false(pages_write(iw, 5, 2, &w));
    assert_string_equal(w.reason, "order");
    pages_write_abandon(iw);
    assert_int_equal(access(file, F_OK), -1);
    remove_all(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_history),      cmocka_unit_test(each_in_order), cmocka_unit_test(any_spread),
        cmocka_unit_test(one_writer),       cmocka_unit_test(killed),        cmocka_unit_test(failed),
        cmocka_unit_test(damaged_files),    cmocka_unit_test(damaged_page),  cmocka_unit_test(torn_journal),
        cmocka_unit_test(while_it_changes), cmocka_unit_test(image_refuses),
    };

    return cmocka_run_group_tests_name("lookup/exact", tests, arena_setup, arena_teardown);
}

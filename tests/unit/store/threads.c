/* Many callers at once, and a process killed in the middle of them. */
#include "fixture.h"
#include "store/internal.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { THREADS = 8 };

static struct place here;
static struct traveller_key someone = { { 1, 2, 3 } };

static int set_up(void **state)
{
    (void)state;
    place_make(&here);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    place_remove(&here);
    return 0;
}

/* What each thread of a test gets and gives. */
struct worker {
    struct store *s;
    int number, rounds;
    int new, repeated, refused, wrong;
    pthread_barrier_t *start;
};

static void run_workers(struct worker *w, void *(*fn)(void *), struct store *s, int rounds)
{
    pthread_t t[THREADS];
    pthread_barrier_t start;

    pthread_barrier_init(&start, NULL, THREADS);
    for (int i = 0; i < THREADS; i++) {
        w[i] = (struct worker){ .s = s, .number = i, .rounds = rounds, .start = &start };
        assert_int_equal(pthread_create(&t[i], NULL, fn, &w[i]), 0);
    }
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(t[i], NULL), 0);
    pthread_barrier_destroy(&start);
}

/* All ask for the same ids at the same time, each with its own answer. */
static void *same_ids(void *arg)
{
    struct worker *w = arg;
    struct arena a;
    char id[24], response[24];

    for (int i = 0; i < w->rounds; i++) {
        struct check_record r = sample("", &someone);
        struct why why = { 0 };
        enum store_put what;
        struct span previous;

        (void)snprintf(id, sizeof id, "same-%d", i);
        (void)snprintf(response, sizeof response, "thread-%d-%d", w->number, i);
        r.request_id = span_str(id);
        r.response = span_str(response);
        arena_init(&a, 1 << 20);
        pthread_barrier_wait(w->start);
        if (!store_put_check(w->s, &r, &what, &a, &previous, &why))
            w->wrong++;
        else if (what == STORE_NEW)
            w->new ++;
        else if (what == STORE_REPEATED && !span_eq(previous, r.response))
            w->repeated++;
        else
            w->wrong++;
        arena_free(&a);
    }
    return NULL;
}

static void one_of_all_is_new(void **state)
{
    enum { ROUNDS = 60 };
    struct store *s = open_place(&here);
    struct worker w[THREADS];
    int new = 0, repeated = 0, wrong = 0;

    (void)state;
    run_workers(w, same_ids, s, ROUNDS);
    for (int i = 0; i < THREADS; i++) {
        new += w[i].new;
        repeated += w[i].repeated;
        wrong += w[i].wrong;
    }
    assert_int_equal(wrong, 0);
    assert_int_equal(new, ROUNDS);
    assert_int_equal(repeated, ROUNDS * (THREADS - 1));
    store_close(s);
}

/* Nobody waits: all are put at once, half of them twice, and the store is closed over them. */
struct later {
    struct arena a;
    struct check_record r;
    char id[24];
    int calls;
    struct store_outcome o;
};

static void later_done(void *ctx, const struct store_outcome *o)
{
    struct later *l = ctx;

    l->calls++;
    l->o = *o;
}

static void put_later_ends_each_once(void **state)
{
    enum { N = 300 };
    static struct later l[N];
    struct store *s = open_place(&here);
    struct why w = { 0 };
    struct check_record bad;

    (void)state;
    memset(l, 0, sizeof l);
    for (int i = 0; i < N; i++) {
        (void)snprintf(l[i].id, sizeof l[i].id, "later-%d", i / 2);
        l[i].r = sample("", &someone);
        l[i].r.request_id = span_str(l[i].id);
        arena_init(&l[i].a, 1 << 20);
        assert_true(store_put_check_later(s, &l[i].r, &l[i].a, later_done, &l[i], &w));
    }
    bad = l[0].r;
    bad.request_id = SPAN("");
    assert_false(store_put_check_later(s, &bad, &l[0].a, later_done, &l[0], &w));
    assert_string_equal(w.reason, "request");
    store_close(s);
    for (int i = 0; i < N; i++) {
        assert_int_equal(l[i].calls, 1);
        assert_true(l[i].o.recorded);
        assert_int_equal(l[i].o.what, i % 2 ? STORE_REPEATED : STORE_NEW);
        assert_true(i % 2 == 0 || span_eq(l[i].o.previous, l[i].r.response));
    }
    s = open_place(&here);
    for (int i = 0; i < N; i++) {
        assert_int_equal(put_ok(s, &l[i].r), STORE_REPEATED);
        arena_free(&l[i].a);
    }
    store_close(s);
}

/* All want the last entry of one permission after the other; between, what is committed is seen. */
static void *last_entries(void *arg)
{
    struct worker *w = arg;
    char id[32], permission[24];

    for (int i = 0; i < w->rounds; i++) {
        struct check_record r = sample("", &someone);
        struct why why = { 0 };
        enum store_put what;
        struct span previous;
        int64_t n = 0;
        struct arena a;

        (void)snprintf(id, sizeof id, "t%d-%d", w->number, i);
        (void)snprintf(permission, sizeof permission, "P%d", i);
        r.request_id = span_str(id);
        r.permission_id = span_str(permission);
        r.permission_entries = 2;
        arena_init(&a, 1 << 20);
        pthread_barrier_wait(w->start);
        if (store_put_check(w->s, &r, &what, &a, &previous, &why))
            w->new += what == STORE_NEW;
        else if (why.reason && strcmp(why.reason, "permission-used") == 0)
            w->refused++;
        else
            w->wrong++;
        if (!store_permission_uses(w->s, r.permission_id, &n, &why) || n < 1 || n > 2)
            w->wrong++;
        arena_free(&a);
    }
    return NULL;
}

static void the_last_entry_has_one_taker(void **state)
{
    enum { ROUNDS = 60 };
    struct store *s = open_place(&here);
    struct worker w[THREADS];
    struct store_stats st;
    struct why why = { 0 };
    int new = 0, refused = 0, wrong = 0;

    (void)state;
    run_workers(w, last_entries, s, ROUNDS);
    for (int i = 0; i < THREADS; i++) {
        new += w[i].new;
        refused += w[i].refused;
        wrong += w[i].wrong;
    }
    assert_int_equal(wrong, 0);
    assert_int_equal(new, 2 * ROUNDS);
    assert_int_equal(refused, (THREADS - 2) * ROUNDS);
    assert_true(store_stats(s, &st, &why));
    assert_int_equal(st.checks, 2 * ROUNDS);
    assert_int_equal(st.movements, 2 * ROUNDS);
    assert_true(st.commits < THREADS * ROUNDS); /* they were committed together */
    store_close(s);
}

/* Breaks a rule of the schema in the middle of a transaction, after having written. */
static enum job_end break_a_rule(struct database *db, void *arg, struct why *w)
{
    const struct value good[] = { v_text(span_str(arg)), v_bytes(SPAN("x")) };

    if (!db_do(db, Q_META_PUT, good, NULL, w) || !db_do(db, Q_META_PUT, good, NULL, w))
        return JOB_SPOILED;
    return JOB_DONE;
}

static void *good_and_bad(void *arg)
{
    struct worker *w = arg;
    char id[32];

    for (int i = 0; i < w->rounds; i++) {
        struct check_record r = sample("", &someone);
        struct why why = { 0 };
        enum store_put what = STORE_CONFLICT;
        struct span previous;
        struct arena a;

        (void)snprintf(id, sizeof id, "t%d-%d", w->number, i);
        r.request_id = span_str(id);
        arena_init(&a, 1 << 16);
        pthread_barrier_wait(w->start);
        if (w->number % 4 == 0) {
            if (store_write(w->s, break_a_rule, id, &why) || strcmp(why.reason, "store-refused") != 0)
                w->wrong++;
        } else if (!store_put_check(w->s, &r, &what, &a, &previous, &why) || what != STORE_NEW) {
            w->wrong++;
        } else {
            w->new ++;
        }
        arena_free(&a);
    }
    return NULL;
}

static void a_bad_record_does_not_spoil_the_others(void **state)
{
    enum { ROUNDS = 40 };
    struct store *s = open_place(&here);
    struct worker w[THREADS];
    struct store_stats st;
    struct why why = { 0 };
    int new = 0;

    (void)state;
    run_workers(w, good_and_bad, s, ROUNDS);
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(w[i].wrong, 0);
        new += w[i].new;
    }
    assert_true(store_stats(s, &st, &why));
    assert_int_equal(st.checks, new);
    assert_int_equal(new, ROUNDS * THREADS * 3 / 4);
    store_close(s);
}

/* Everybody writes and at once looks for what was written, while old records are erased. */
static void *write_and_read(void *arg)
{
    struct worker *w = arg;
    struct traveller_key t = { { 7, (uint8_t)w->number } };
    char id[32];

    for (int i = 0; i < w->rounds; i++) {
        struct why why = { 0 };
        const struct stay *stays;
        struct store_erased e;
        size_t n = 0;
        struct arena a;

        (void)snprintf(id, sizeof id, "t%d-%d", w->number, i);
        arena_init(&a, 1 << 20);
        if (!store_put_movement(w->s, &t, SPAN("IR"), i % 2 ? MOVEMENT_EXIT : MOVEMENT_ENTRY,
                                1000000 + i * 86400, span_str(id), &why) ||
            !store_stays(w->s, &t, SPAN("IR"), &a, &stays, &n, &why) || n != (size_t)i / 2 + 1)
            w->wrong++;
        if (w->number == 0 && i % 10 == 0 && !store_expire(w->s, 1000, 2000, &e, &why))
            w->wrong++;
        arena_free(&a);
    }
    return NULL;
}

static void what_is_committed_is_seen(void **state)
{
    struct store *s = open_place(&here);
    struct worker w[THREADS];

    (void)state;
    run_workers(w, write_and_read, s, 50);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(w[i].wrong, 0);
    store_close(s);
}

struct killed {
    struct store *s;
    int thread, round, fd;
};

/* Writes for ever; each acknowledged id goes into the pipe, whole: it is shorter than PIPE_BUF. */
static void *until_killed(void *arg)
{
    struct killed *k = arg;
    char id[24];

    for (int i = 0;; i++) {
        struct check_record r = sample("", &someone);
        struct why why = { 0 };
        enum store_put what;
        struct span previous;
        struct arena a;

        memset(id, 0, sizeof id);
        (void)snprintf(id, sizeof id, "k%d-%d-%d", k->round, k->thread, i);
        r.request_id = span_str(id);
        r.permission_id = SPAN("P");
        arena_init(&a, 1 << 20);
        if (!store_put_check(k->s, &r, &what, &a, &previous, &why) || what != STORE_NEW)
            _exit(1);
        arena_free(&a);
        if (write(k->fd, id, sizeof id) != (ssize_t)sizeof id)
            _exit(2);
    }
}

static void child(int round, int fd)
{
    const struct store_options opt = options_of(&here);
    struct killed k[THREADS];
    struct store *s;
    struct why w = { 0 };
    pthread_t t;

    if (!store_open(&opt, &s, &w))
        _exit(3);
    for (int i = 0; i < THREADS; i++) {
        k[i] = (struct killed){ s, i, round, fd };
        if (pthread_create(&t, NULL, until_killed, &k[i]) != 0)
            _exit(4);
    }
    for (;;)
        (void)pause();
}

/* Reads acknowledged ids into all from *n on; gives how many bytes were left over. */
static void collect(int fd, char (*all)[24], size_t max, size_t *n)
{
    while (*n < max && read(fd, all[*n], sizeof *all) == (ssize_t)sizeof *all)
        ++*n;
}

static void killed_at_any_moment_nothing_acknowledged_is_lost(void **state)
{
    enum { ROUNDS = 12, MAX = 200000 };
    char(*all)[24] = calloc(MAX, sizeof *all);
    size_t n = 0;

    (void)state;
    srand(3);
    for (int round = 0; round < ROUNDS; round++) {
        struct timespec pause_for = { 0, 20000000 + (long)(rand() % 200) * 1000000 };
        struct store_stats st;
        struct why w = { 0 };
        struct store *s;
        int64_t uses = 0;
        int fd[2];
        pid_t pid;

        assert_int_equal(pipe(fd), 0);
        pid = fork();
        if (pid == 0) {
            (void)close(fd[0]);
            child(round, fd[1]);
        }
        (void)close(fd[1]);
        /* The pipe holds 64 KiB: a child that fills it waits, and is killed while it waits, which is as good.
         */
        (void)nanosleep(&pause_for, NULL);
        assert_int_equal(kill(pid, SIGKILL), 0);
        assert_int_equal(waitpid(pid, NULL, 0), pid);
        collect(fd[0], all, MAX, &n);
        (void)close(fd[0]);
        s = open_place(&here);
        for (size_t i = 0; i < n; i++) {
            struct check_record r = sample(all[i], &someone);
            enum store_put what = STORE_NEW;
            struct span previous;
            struct arena a;
            bool found = false;

            arena_init(&a, 1 << 16);
            assert_true(store_find_check(s, r.request_id, r.request_hash, &found, &what, &a, &previous, &w));
            if (!found || what != STORE_REPEATED)
                fail_msg("round %d: %s was acknowledged and is gone", round, all[i]);
            arena_free(&a);
        }
        /* Nothing is half there: each check has its movement and its use. */
        assert_true(store_stats(s, &st, &w));
        assert_true(store_permission_uses(s, SPAN("P"), &uses, &w));
        assert_int_equal(st.checks, st.movements);
        assert_int_equal(st.checks, uses);
        assert_true(st.checks >= (int64_t)n);
        store_close(s);
    }
    print_message("# %zu acknowledged records\n", n);
    assert_true(n > (on_server() ? 20 : 100));
    free(all);
}

int main(int argc, char **argv)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(killed_at_any_moment_nothing_acknowledged_is_lost), /* first: it forks */
        T(one_of_all_is_new),
        T(put_later_ends_each_once),
        T(the_last_entry_has_one_taker),
        T(a_bad_record_does_not_spoil_the_others),
        T(what_is_committed_is_seen),
    };

    fixture_engine(argc, argv);
    return cmocka_run_group_tests_name("store threads", tests, NULL, NULL);
}

/* Everything a data folder can be that is not a store in good order: each has its own reason, and nothing is
 * lost. */
#include "fixture.h"

#include "store/cases.h"
#include "store/migrate.h"

#include <errno.h>
#include <sched.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct place here;
static struct traveller_key someone = { { 1, 2, 3 } };
static struct why last;

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

static void fill_some(const char *file, int n)
{
    struct store *s = open_store(file);
    struct check_record r = sample("", &someone);
    char id[24];

    for (int i = 0; i < n; i++) {
        (void)snprintf(id, sizeof id, "id-%d", i);
        r.request_id = span_str(id);
        assert_int_equal(put_ok(s, &r), STORE_NEW);
    }
    store_close(s);
}

static const char *open_fails(const char *file, bool read_only)
{
    struct store *s = NULL;

    why_clear(&last);
    if (store_open(&(struct store_options){ .path = file, .read_only = read_only }, &s, &last)) {
        store_close(s);
        return "opened";
    }
    assert_null(s);
    assert_true(last.detail[0] != 0);
    return last.reason;
}

static void run_sql(const char *file, const char *sql)
{
    sqlite3 *db;
    char *e = NULL;

    assert_int_equal(sqlite3_open(file, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &e) != SQLITE_OK)
        fail_msg("%s", e);
    (void)sqlite3_close(db);
}

static void a_second_instance_is_told_who_holds_it(void **state)
{
    struct store *s = open_place(&here), *reader = NULL;
    struct check_record r = sample("one", &someone);
    struct store_stats st;
    struct why w = { 0 };
    char pid[24];

    (void)state;
    (void)snprintf(pid, sizeof pid, "process %ld ", (long)getpid());
    assert_string_equal(open_fails(here.file, false), "store-locked");
    assert_non_null(strstr(last.detail, pid));
    /* Reading goes on beside it, and sees what is committed. */
    assert_true(store_open(&(struct store_options){ .path = here.file, .read_only = true }, &reader, &w));
    assert_int_equal(put_ok(s, &r), STORE_NEW);
    assert_true(store_stats(reader, &st, &w));
    assert_int_equal(st.checks, 1);
    assert_string_equal(put_fails(reader, &r), "store-read-only");
    store_close(reader);
    store_close(s);
    assert_string_equal(open_fails(here.file, false), "opened");
}

static void set_version(int version)
{
    char sql[64];

    (void)snprintf(sql, sizeof sql, "PRAGMA user_version = %d", version);
    run_sql(here.file, sql);
}

static void a_later_version_is_left_alone(void **state)
{
    (void)state;
    fill_some(here.file, 3);
    run_sql(here.file, "PRAGMA user_version = 1000");
    assert_string_equal(open_fails(here.file, false), "store-newer");
    assert_string_equal(open_fails(here.file, true), "store-newer");
    set_version(n_migrations);
    assert_string_equal(open_fails(here.file, false), "opened");
}

static void another_program_s_database_is_left_alone(void **state)
{
    (void)state;
    run_sql(here.file, "CREATE TABLE t (x)");
    assert_string_equal(open_fails(here.file, false), "store-foreign");
}

static void other_tables_than_the_version_s_are_damage(void **state)
{
    (void)state;
    fill_some(here.file, 3);
    run_sql(here.file, "ALTER TABLE checks RENAME TO c");
    assert_string_equal(open_fails(here.file, false), "store-damaged");
}

static void what_is_no_database_is_damaged(void **state)
{
    char noise[8192];

    (void)state;
    memset(noise, 'x', sizeof noise);
    assert_true(spill(here.file, span_of(noise, sizeof noise)));
    assert_string_equal(open_fails(here.file, false), "store-damaged");
    assert_string_equal(open_fails(here.file, true), "store-damaged");
}

static void a_missing_folder_is_named(void **state)
{
    (void)state;
    assert_string_equal(open_fails("/nonexistent-serai/store.db", false), "store");
    assert_string_equal(open_fails("/nonexistent-serai/store.db", true), "store");
}

static void without_its_key_a_store_stays_shut(void **state)
{
    char key[128];
    struct span k;

    (void)state;
    fill_some(here.file, 1);
    (void)snprintf(key, sizeof key, "%s/%s", here.folder, STORE_KEY_FILE);
    k = slurp(key);
    assert_int_equal(k.n, 32);
    assert_int_equal(chmod(key, 0640), 0);
    assert_string_equal(open_fails(here.file, false), "store-key");
    assert_int_equal(unlink(key), 0);
    assert_string_equal(open_fails(here.file, false), "store-key");
    assert_int_not_equal(access(key, F_OK), 0); /* none was made in its place */
    assert_true(spill(key, span_of("00000000000000000000000000000000", 32)));
    assert_int_equal(chmod(key, 0600), 0);
    assert_string_equal(open_fails(here.file, false), "store-key");
    assert_true(spill(key, span_of(k.p, 31)));
    assert_string_equal(open_fails(here.file, false), "store-key");
    assert_true(spill(key, k));
    assert_string_equal(open_fails(here.file, false), "opened");
    free((void *)(uintptr_t)k.p);
}

static void only_the_owner_can_read_the_files(void **state)
{
    static const char *const names[] = { STORE_FILE, STORE_FILE "-wal", STORE_FILE "-shm", STORE_FILE ".lock",
                                         STORE_KEY_FILE };
    struct store *s = open_place(&here);
    struct stat st;
    char path[128];

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", here.folder, names[i]);
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 077, 0);
    }
    store_close(s);
}

/* A store as an older version of the schema left it. */
static void make_old(const char *vector)
{
    struct span sql = slurp(source_path(vector));

    assert_non_null(sql.p);
    ((char *)(uintptr_t)sql.p)[sql.n] = 0;
    run_sql(here.file, (const char *)sql.p);
    free((void *)(uintptr_t)sql.p);
}

static void an_old_store_is_brought_up_to_date(void **state)
{
    struct why w = { 0 };
    struct store_stats st;
    struct store *s;
    int64_t n;

    (void)state;
    make_old("tests/vectors/store/version-1.sql");
    assert_string_equal(open_fails(here.file, true), "store-older");
    s = open_place(&here);
    assert_true(store_stats(s, &st, &w));
    assert_int_equal(st.schema, n_migrations);
    assert_int_equal(st.checks, 2);
    assert_int_equal(st.movements, 4);
    assert_true(store_permission_uses(s, SPAN("P-SPECIMEN-1"), &n, &w));
    assert_int_equal(n, 2);
    assert_true(store_permission_uses(s, SPAN("P-SPECIMEN-2"), &n, &w));
    assert_int_equal(n, 0);
    store_close(s);
}

static void kept_cases(struct store *s)
{
    const struct case_name ours = { CASE_OURS, SPAN("KZ"), SPAN("q-1") },
                           theirs = { CASE_THEIRS, SPAN("TR"), SPAN("q-9") };
    struct traveller_key nobody = { { 0 } };
    const struct register_entry *e = NULL;
    struct why w = { 0 };
    struct case_view v;
    struct arena a;
    bool found = false;
    size_t n = 0;

    arena_init(&a, 1 << 20);
    assert_true(store_find_case(s, &ours, &found, &a, &v, &w) && found);
    assert_true(span_eq_str(v.record.state, "answered") && span_eq_str(v.record.body, "question"));
    assert_int_equal(v.n_events, 1);
    assert_true(span_eq_str(v.event[0].body, "answer"));
    assert_true(store_find_case(s, &theirs, &found, &a, &v, &w) && found);
    assert_true(span_eq_str(v.record.state, "open") && span_eq_str(v.record.purpose, "road-check"));
    assert_true(store_register(s, SPAN("licences KZ"), &nobody, 10, &a, &e, &n, &w));
    assert_int_equal(n, 1);
    assert_true(span_eq_str(e[0].body, "an entry"));
    arena_free(&a);
}

/* What 0.2 wrote: all of it is there afterwards, and the store is then a later one to that version. */
static void a_store_of_the_version_before_keeps_its_content(void **state)
{
    struct store_stats st;
    struct why w = { 0 };
    struct store *s;
    int64_t n;

    (void)state;
    make_old("tests/vectors/store/version-3.sql");
    assert_string_equal(open_fails(here.file, true), "store-older");
    for (int i = 0; i < 2; i++) { /* opened again: nothing is done twice */
        s = open_place(&here);
        assert_true(store_stats(s, &st, &w));
        assert_int_equal(st.schema, n_migrations);
        assert_int_equal(st.checks, 2);
        assert_int_equal(st.movements, 2);
        assert_true(store_permission_uses(s, SPAN("P-SPECIMEN-1"), &n, &w));
        assert_int_equal(n, 1);
        kept_cases(s);
        store_close(s);
    }
    /* As the version before sees this one: the next schema is one that it does not know. */
    set_version(n_migrations + 1);
    assert_string_equal(open_fails(here.file, false), "store-newer");
    assert_non_null(strstr(last.detail, "use a later program"));
}

static void ignore(void *ctx, const char *line)
{
    (void)ctx;
    (void)line;
}

/* Whatever is changed in the file, opening and reading it ends: with a reason, or with records. */
static void random_damage_is_a_clear_error(void **state)
{
    struct span whole;
    size_t damaged = 0;

    (void)state;
    fill_some(here.file, 40);
    whole = slurp(here.file);
    srand(11);
    for (int round = 0; round < 150; round++) {
        struct span s = whole;
        uint8_t *p = malloc(whole.n);
        struct store *st = NULL;
        struct check_record r = sample("id-7", &someone);
        struct why w = { 0 };
        int64_t wrong = 0;
        enum store_put what;
        struct span previous;
        struct arena a;
        bool ok;

        memcpy(p, whole.p, whole.n);
        for (int i = 0; i < 1 + round % 20; i++)
            p[(size_t)rand() % (round % 3 ? whole.n : 200)] ^= (uint8_t)(1 << rand() % 8);
        s = span_of(p, round % 7 ? whole.n : (size_t)rand() % whole.n);
        assert_true(spill(here.file, s));
        free(p);
        arena_init(&a, 8 << 20);
        ok = store_open(&(struct store_options){ .path = here.file }, &st, &w);
        if (ok) {
            const struct stay *stays;
            size_t n;

            ok = store_put_check(st, &r, &what, &a, &previous, &w) &&
                 store_stays(st, &someone, SPAN("IR"), &a, &stays, &n, &w) &&
                 store_verify(st, ignore, NULL, &wrong, &w);
        }
        if (!ok && !w.reason)
            fail_msg("round %d: failed without a reason", round);
        damaged += !ok || wrong;
        store_close(st);
        arena_free(&a);
    }
    assert_true(damaged > 30);
    free((void *)(uintptr_t)whole.p);
}

static void a_backup_is_a_store(void **state)
{
    struct store *s, *copy;
    struct traveller_key a, b;
    struct store_stats st;
    struct why w = { 0 };
    char to[128], file[160];

    (void)state;
    fill_some(here.file, 20);
    s = open_place(&here);
    (void)snprintf(to, sizeof to, "%s/copy", here.folder);
    if (!store_backup(s, to, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    assert_false(store_backup(s, to, &w));
    assert_string_equal(w.reason, "store-exists");
    why_clear(&w);
    (void)snprintf(file, sizeof file, "%s/%s", to, STORE_FILE);
    copy = open_store(file);
    assert_true(store_stats(copy, &st, &w));
    assert_int_equal(st.checks, 20);
    store_traveller_key(s, SPAN("KZ"), SPAN("N1"), &a);
    store_traveller_key(copy, SPAN("KZ"), SPAN("N1"), &b);
    assert_memory_equal(&a, &b, sizeof a);
    store_close(copy);
    store_close(s);
}

/* The rest runs in a child with mounts of its own. The child says what went wrong with its exit code. */
enum { CHILD_GOOD = 0, CHILD_NO_MOUNTS = 77 };

#define EXPECT(what)                                                                                         \
    do {                                                                                                     \
        if (!(what)) {                                                                                       \
            (void)fprintf(stderr, "# line %d: %s (%s: %s)\n", __LINE__, #what,                               \
                          last.reason ? last.reason : "", last.detail);                                      \
            _exit(1);                                                                                        \
        }                                                                                                    \
    } while (0)

static void in_child(void (*fn)(void))
{
    pid_t pid = fork();
    int status = 0;

    if (pid == 0) {
        if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
            _exit(CHILD_NO_MOUNTS);
        fn();
        _exit(CHILD_GOOD);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (WIFEXITED(status) && WEXITSTATUS(status) == CHILD_NO_MOUNTS)
        skip();
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), CHILD_GOOD);
}

static bool put(struct store *s, int i)
{
    struct check_record r = sample("", &someone);
    static char response[3000];
    enum store_put what;
    struct span previous;
    struct arena a;
    char id[24];
    bool ok;

    (void)snprintf(id, sizeof id, "n-%d", i);
    r.request_id = span_str(id);
    memset(response, 'r', sizeof response);
    r.response = span_of(response, sizeof response);
    why_clear(&last);
    arena_init(&a, 1 << 20);
    ok = store_put_check(s, &r, &what, &a, &previous, &last);
    arena_free(&a);
    return ok;
}

static bool is_there(struct store *s, int i)
{
    struct check_record r = sample("", &someone);
    enum store_put what;
    struct span previous;
    struct arena a;
    bool found = false, ok;
    char id[24];

    (void)snprintf(id, sizeof id, "n-%d", i);
    arena_init(&a, 1 << 20);
    ok = store_find_check(s, span_str(id), r.request_hash, &found, &what, &a, &previous, &last) && found &&
         what == STORE_REPEATED && previous.n == 3000;
    arena_free(&a);
    return ok;
}

/* A disk of one megabyte, filled up, then given room again. */
static void full_disk(void)
{
    struct store *s = NULL;
    char ballast[128];
    int n = 0;

    if (mount("none", here.folder, "tmpfs", 0, "size=1536k") != 0)
        _exit(CHILD_NO_MOUNTS);
    (void)snprintf(ballast, sizeof ballast, "%s/ballast", here.folder);
    EXPECT(spill(ballast, span_of(calloc(1, 300000), 300000)));
    EXPECT(store_open(&(struct store_options){ .path = here.file }, &s, &last));
    while (n < 1000 && put(s, n))
        n++;
    EXPECT(n > 10 && n < 1000);
    EXPECT(strcmp(last.reason, "store-full") == 0);
    EXPECT(!put(s, n) && strcmp(last.reason, "store-full") == 0);
    for (int i = 0; i < n; i++)
        EXPECT(is_there(s, i));
    EXPECT(unlink(ballast) == 0);
    EXPECT(put(s, n));
    EXPECT(put(s, n + 1));
    store_close(s);
    s = NULL;
    EXPECT(store_open(&(struct store_options){ .path = here.file }, &s, &last));
    for (int i = 0; i < n + 2; i++)
        EXPECT(is_there(s, i));
    store_close(s);
}

/* No room even for an empty store. */
static void full_disk_at_first(void)
{
    char ballast[128];
    uint8_t *zero = calloc(1, 60000);

    if (mount("none", here.folder, "tmpfs", 0, "size=64k") != 0)
        _exit(CHILD_NO_MOUNTS);
    (void)snprintf(ballast, sizeof ballast, "%s/ballast", here.folder);
    (void)spill(ballast, span_of(zero, 60000));
    EXPECT(strcmp(open_fails(here.file, false), "store-full") == 0);
}

/* Remounted for reading under a running store, then for writing again. */
static void read_only_disk(void)
{
    struct store *s = NULL;

    if (mount("none", here.folder, "tmpfs", 0, "size=4m") != 0)
        _exit(CHILD_NO_MOUNTS);
    EXPECT(store_open(&(struct store_options){ .path = here.file }, &s, &last));
    EXPECT(put(s, 1));
    store_close(s);
    s = NULL;
    EXPECT(mount(NULL, here.folder, NULL, MS_REMOUNT | MS_RDONLY, NULL) == 0);
    EXPECT(strcmp(open_fails(here.file, false), "store-read-only") == 0);
    EXPECT(store_open(&(struct store_options){ .path = here.file, .read_only = true }, &s, &last));
    EXPECT(is_there(s, 1));
    EXPECT(!put(s, 2) && strcmp(last.reason, "store-read-only") == 0);
    store_close(s);
    s = NULL;
    EXPECT(mount(NULL, here.folder, NULL, MS_REMOUNT, NULL) == 0);
    EXPECT(store_open(&(struct store_options){ .path = here.file }, &s, &last));
    EXPECT(put(s, 2));
    store_close(s);
}

/* The file alone is mounted for reading. */
static void read_only_file(void)
{
    struct store *s = NULL;

    EXPECT(store_open(&(struct store_options){ .path = here.file }, &s, &last));
    EXPECT(put(s, 1));
    store_close(s);
    if (mount(here.file, here.file, NULL, MS_BIND, NULL) != 0 ||
        mount(NULL, here.file, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL) != 0)
        _exit(CHILD_NO_MOUNTS);
    EXPECT(strcmp(open_fails(here.file, false), "store-read-only") == 0);
}

static void a_full_disk_loses_nothing_and_is_got_over(void **state)
{
    (void)state;
    in_child(full_disk);
}

static void a_full_disk_is_named_at_the_first_opening(void **state)
{
    (void)state;
    in_child(full_disk_at_first);
}

static void a_read_only_disk_can_be_read(void **state)
{
    (void)state;
    in_child(read_only_disk);
}

static void a_read_only_file_is_named(void **state)
{
    (void)state;
    in_child(read_only_file);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(a_second_instance_is_told_who_holds_it),
        T(a_later_version_is_left_alone),
        T(another_program_s_database_is_left_alone),
        T(other_tables_than_the_version_s_are_damage),
        T(what_is_no_database_is_damaged),
        T(a_missing_folder_is_named),
        T(without_its_key_a_store_stays_shut),
        T(only_the_owner_can_read_the_files),
        T(an_old_store_is_brought_up_to_date),
        T(a_store_of_the_version_before_keeps_its_content),
        T(random_damage_is_a_clear_error),
        T(a_backup_is_a_store),
        T(a_full_disk_loses_nothing_and_is_got_over),
        T(a_full_disk_is_named_at_the_first_opening),
        T(a_read_only_disk_can_be_read),
        T(a_read_only_file_is_named),
    };

    return cmocka_run_group_tests_name("store trouble", tests, NULL, NULL);
}

/*
 * Fault at every step: a file layer under SQLite counts each write, sync, truncation and deletion, and at
 * step k fails once, fails from then on, or loses power. After power is lost only what was synced is on the
 * disk, and of the rest any part. Whatever happens, an acknowledged record is there afterwards, and none is
 * half there.
 */
#include "fixture.h"
#include "sanitized.h"

#include "store/cases.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum fault { FAULT_NONE, FAULT_FULL_ONCE, FAULT_IO_ONCE, FAULT_FULL_ON, FAULT_POWER };

/* What the disk holds for sure of one file: its content at the last sync. */
struct durable {
    char path[160];
    struct span image; /* heap */
    bool exists;
    bool unlinked; /* not durably: until its folder is synced */
};

static struct {
    enum fault fault;
    long step, at; /* steps so far; the one that fails */
    bool hit;
    sqlite3_vfs *real;
    struct durable file[4];
    size_t n_files;
} disk;

struct file {
    sqlite3_file base;
    char path[160];
    sqlite3_file *real;
    bool new; /* a log or journal just made: its first sync also syncs the folder, as the real layer does */
};

static int failure(void)
{
    return disk.fault == FAULT_IO_ONCE ? SQLITE_IOERR_WRITE
           : disk.fault == FAULT_POWER ? SQLITE_IOERR
                                       : SQLITE_FULL;
}

/* Counts a step; SQLITE_OK or how it fails. The store's one writer thread and its opener take turns: no lock
 * needed. */
static int step(void)
{
    bool now = ++disk.step == disk.at, on = disk.fault == FAULT_FULL_ON || disk.fault == FAULT_POWER;

    if (disk.fault == FAULT_NONE || !(now || (on && disk.step > disk.at)))
        return SQLITE_OK;
    disk.hit = true;
    return failure();
}

static struct durable *durable_of(const char *path)
{
    for (size_t i = 0; i < disk.n_files; i++)
        if (strcmp(disk.file[i].path, path) == 0)
            return &disk.file[i];
    if (disk.n_files == sizeof disk.file / sizeof *disk.file)
        abort();
    (void)snprintf(disk.file[disk.n_files].path, sizeof disk.file->path, "%s", path);
    return &disk.file[disk.n_files++];
}

static void remember(const char *path)
{
    struct durable *d = durable_of(path);

    free((void *)(uintptr_t)d->image.p);
    d->image = slurp(path);
    d->exists = true;
    d->unlinked = false;
}

static void sync_folder(void)
{
    for (size_t i = 0; i < disk.n_files; i++)
        if (disk.file[i].unlinked)
            disk.file[i].exists = disk.file[i].unlinked = false;
}

static struct file *of(sqlite3_file *f)
{
    return (struct file *)f;
}

static int f_close(sqlite3_file *f)
{
    int rc = of(f)->real->pMethods ? of(f)->real->pMethods->xClose(of(f)->real) : SQLITE_OK;

    free(of(f)->real);
    return rc;
}

static int f_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
    return of(f)->real->pMethods->xRead(of(f)->real, p, n, at);
}

static int f_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
    int rc = step();

    return rc ? rc : of(f)->real->pMethods->xWrite(of(f)->real, p, n, at);
}

static int f_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    int rc = step();

    return rc ? rc : of(f)->real->pMethods->xTruncate(of(f)->real, size);
}

/* The real sync is left out: the kernel outlives the test. */
static int f_sync(sqlite3_file *f, int flags)
{
    int rc = step();

    (void)flags;
    if (rc)
        return disk.fault == FAULT_IO_ONCE ? SQLITE_IOERR_FSYNC : rc;
    remember(of(f)->path);
    if (of(f)->new)
        sync_folder();
    of(f)->new = false;
    return SQLITE_OK;
}

static int f_size(sqlite3_file *f, sqlite3_int64 *size)
{
    return of(f)->real->pMethods->xFileSize(of(f)->real, size);
}

static int f_lock(sqlite3_file *f, int level)
{
    return of(f)->real->pMethods->xLock(of(f)->real, level);
}

static int f_unlock(sqlite3_file *f, int level)
{
    return of(f)->real->pMethods->xUnlock(of(f)->real, level);
}

static int f_reserved(sqlite3_file *f, int *out)
{
    return of(f)->real->pMethods->xCheckReservedLock(of(f)->real, out);
}

static int f_control(sqlite3_file *f, int op, void *arg)
{
    return of(f)->real->pMethods->xFileControl(of(f)->real, op, arg);
}

static int f_sector(sqlite3_file *f)
{
    return of(f)->real->pMethods->xSectorSize(of(f)->real);
}

static int f_character(sqlite3_file *f)
{
    return of(f)->real->pMethods->xDeviceCharacteristics(of(f)->real);
}

static int f_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **p)
{
    return of(f)->real->pMethods->xShmMap(of(f)->real, page, size, extend, p);
}

static int f_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
    return of(f)->real->pMethods->xShmLock(of(f)->real, offset, n, flags);
}

static void f_shm_barrier(sqlite3_file *f)
{
    of(f)->real->pMethods->xShmBarrier(of(f)->real);
}

static int f_shm_unmap(sqlite3_file *f, int delete)
{
    return of(f)->real->pMethods->xShmUnmap(of(f)->real, delete);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = f_close,
    .xRead = f_read,
    .xWrite = f_write,
    .xTruncate = f_truncate,
    .xSync = f_sync,
    .xFileSize = f_size,
    .xLock = f_lock,
    .xUnlock = f_unlock,
    .xCheckReservedLock = f_reserved,
    .xFileControl = f_control,
    .xSectorSize = f_sector,
    .xDeviceCharacteristics = f_character,
    .xShmMap = f_shm_map,
    .xShmLock = f_shm_lock,
    .xShmBarrier = f_shm_barrier,
    .xShmUnmap = f_shm_unmap,
};

static int v_open(sqlite3_vfs *v, const char *path, sqlite3_file *f, int flags, int *out)
{
    int rc;

    (void)v;
    memset(f, 0, sizeof(struct file));
    of(f)->real = calloc(1, (size_t)disk.real->szOsFile);
    (void)snprintf(of(f)->path, sizeof of(f)->path, "%s", path ? path : "");
    of(f)->new = (flags & SQLITE_OPEN_CREATE) && (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) &&
                 access(of(f)->path, F_OK) != 0;
    rc = disk.real->xOpen(disk.real, path, of(f)->real, flags, out);
    if (rc == SQLITE_OK)
        f->pMethods = &methods;
    else
        free(of(f)->real);
    return rc;
}

static int v_delete(sqlite3_vfs *v, const char *path, int sync)
{
    int rc = step();

    (void)v;
    if (rc)
        return rc == SQLITE_FULL ? SQLITE_IOERR_DELETE : rc;
    rc = disk.real->xDelete(disk.real, path, 0);
    if (rc == SQLITE_OK)
        durable_of(path)->unlinked = true;
    if (rc == SQLITE_OK && sync)
        sync_folder();
    return rc;
}

static sqlite3_vfs faulty;

static void install(void)
{
    disk.real = sqlite3_vfs_find(NULL);
    faulty = *disk.real;
    faulty.zName = "faulty";
    faulty.szOsFile = sizeof(struct file);
    faulty.pNext = NULL;
    faulty.xOpen = v_open;
    faulty.xDelete = v_delete;
    assert_int_equal(sqlite3_vfs_register(&faulty, 1), SQLITE_OK);
}

/* As after power was lost: each file as it was synced, or with a part of what was written since. */
static void lose_power(unsigned seed)
{
    srand(seed);
    for (size_t i = 0; i < disk.n_files; i++) {
        struct durable *d = &disk.file[i];
        struct span now = slurp(d->path), image = d->image;
        size_t n = now.n > image.n ? now.n : image.n;
        uint8_t *p = calloc(1, n + 1);
        int keep = rand() % 3; /* nothing, some sectors, all of what was not synced */

        if (d->unlinked && !now.p)
            keep = 0; /* back again */
        if (d->exists && image.n)
            memcpy(p, image.p, image.n);
        for (size_t at = 0; at < now.n; at += 512)
            if (keep == 2 || (keep == 1 && rand() % 2))
                memcpy(p + at, now.p + at, now.n - at < 512 ? now.n - at : 512);
        if (!d->exists && (keep == 0 || !now.p))
            (void)unlink(d->path);
        else
            (void)spill(d->path, span_of(p, keep == 0 ? image.n : n));
        free(p);
        free((void *)(uintptr_t)now.p);
    }
}

static void forget(void)
{
    for (size_t i = 0; i < disk.n_files; i++)
        free((void *)(uintptr_t)disk.file[i].image.p);
    memset(disk.file, 0, sizeof disk.file);
    disk.n_files = 0;
    disk.step = 0;
    disk.hit = false;
}

enum { RECORDS = 10 };

static struct traveller_key someone = { { 1, 2, 3 } };

/* What came back true. */
struct acknowledged {
    bool check[RECORDS], asked[RECORDS], answered[RECORDS];
};

static struct case_record asked(const char *id, struct span body)
{
    return (struct case_record){ .name = { CASE_OURS, SPAN("KZ"), span_str(id) },
                                 .kind = SPAN("licence status"),
                                 .purpose = SPAN("road-check"),
                                 .article = SPAN("11"),
                                 .at = 1,
                                 .until = 2,
                                 .state = SPAN("open"),
                                 .body = body };
}

/* A question and its answer, each in a commit of its own. */
static void question(struct store *s, const char *id, struct span body, bool *put, bool *answered)
{
    const struct case_record r = asked(id, body);
    const struct case_event e = {
        .id = SPAN("answer"), .what = SPAN("answered"), .state = SPAN("answered"), .at = 2, .body = body
    };
    enum store_put what;
    struct why w = { 0 };

    *put = store_put_case(s, &r, NULL, 0, &what, &w);
    if (*put)
        *answered = store_put_event(s, &r.name, &e, &what, &w);
    if (!*answered)
        assert_non_null(w.reason);
}

/* Puts records, each with a movement and a use, and questions with their answers, some larger than a page. */
static void workload(const char *file, struct acknowledged *done)
{
    static char response[9000];
    struct store *s = NULL;
    struct why w = { 0 };

    memset(response, 'r', sizeof response);
    if (!store_open(&(struct store_options){ .path = file }, &s, &w)) {
        assert_non_null(w.reason);
        return;
    }
    for (int i = 0; i < RECORDS; i++) {
        struct check_record r = sample("", &someone);
        struct span previous;
        enum store_put what;
        struct arena a;
        char id[16];

        (void)snprintf(id, sizeof id, "f-%d", i);
        r.request_id = span_str(id);
        r.permission_id = SPAN("P");
        r.response = span_of(response, i % 3 ? 500 : sizeof response);
        arena_init(&a, 1 << 20);
        why_clear(&w);
        done->check[i] = store_put_check(s, &r, &what, &a, &previous, &w);
        if (!done->check[i] && !w.reason)
            fail_msg("record %d failed without a reason", i);
        question(s, id, r.response, &done->asked[i], &done->answered[i]);
        if (!done->check[i] && disk.fault == FAULT_FULL_ON)
            assert_string_equal(w.reason, "store-full");
        arena_free(&a);
    }
    store_close(s);
}

static void wrong_line(void *ctx, const char *line)
{
    (void)ctx;
    print_message("# %s\n", line);
}

static void verify_question(struct store *s, const char *id, const struct acknowledged *done, int i,
                            const char *what, long k)
{
    const struct case_record r = asked(id, (struct span){ NULL, 0 });
    struct why w = { 0 };
    struct case_view v;
    struct arena a;
    bool found = false;

    arena_init(&a, 1 << 20);
    assert_true(store_find_case(s, &r.name, &found, &a, &v, &w));
    if (done->asked[i] && !found)
        fail_msg("%s at step %ld: question %d was acknowledged and is gone", what, k, i);
    if (done->answered[i] && (!found || v.n_events != 1))
        fail_msg("%s at step %ld: answer %d was acknowledged and is gone", what, k, i);
    if (found && (v.record.body.n != (i % 3 ? 500u : 9000u) ||
                  span_eq_str(v.record.state, "answered") != (v.n_events == 1)))
        fail_msg("%s at step %ld: question %d is half there", what, k, i);
    arena_free(&a);
}

/* On a disk in good order again. */
static void verify(const char *file, const struct acknowledged *done, const char *what, long k)
{
    struct check_record r = sample("", &someone);
    struct store *s = NULL;
    struct store_stats st;
    struct why w = { 0 };
    int64_t uses = 0, wrong = 0;

    if (!store_open(&(struct store_options){ .path = file }, &s, &w))
        fail_msg("%s at step %ld: cannot be opened afterwards: %s: %s", what, k, w.reason, w.detail);
    for (int i = 0; i < RECORDS; i++) {
        enum store_put found_as;
        struct span previous;
        struct arena a;
        bool found = false;
        char id[16];

        (void)snprintf(id, sizeof id, "f-%d", i);
        arena_init(&a, 1 << 20);
        assert_true(store_find_check(s, span_str(id), r.request_hash, &found, &found_as, &a, &previous, &w));
        verify_question(s, id, done, i, what, k);
        if (done->check[i] && !found)
            fail_msg("%s at step %ld: record %d was acknowledged and is gone", what, k, i);
        if (found && previous.n != (i % 3 ? 500u : 9000u))
            fail_msg("%s at step %ld: record %d is half there", what, k, i);
        arena_free(&a);
    }
    assert_true(store_stats(s, &st, &w));
    assert_true(store_permission_uses(s, SPAN("P"), &uses, &w));
    if (st.checks != st.movements || st.checks != uses)
        fail_msg("%s at step %ld: %d checks, %d movements, %d uses", what, k, (int)st.checks,
                 (int)st.movements, (int)uses);
    assert_true(store_verify(s, wrong_line, NULL, &wrong, &w));
    if (wrong)
        fail_msg("%s at step %ld: the store does not verify", what, k);
    store_close(s);
}

/* A sanitizer looks at memory, which the steps between use in the same way: of every four one is enough. */
enum { STRIDE = SANITIZED ? 4 : 1 };

static long every_step(enum fault fault, const char *what)
{
    long k = 1;

    for (bool hit = true; hit; k += STRIDE) {
        struct acknowledged done = { 0 };
        struct place p;

        place_make(&p);
        forget();
        disk.fault = fault;
        disk.at = k;
        workload(p.file, &done);
        hit = disk.hit;
        disk.fault = FAULT_NONE;
        if (fault == FAULT_POWER && hit)
            lose_power((unsigned)k);
        verify(p.file, &done, what, k);
        if (!hit)
            for (int i = 0; i < RECORDS; i++)
                assert_true(done.check[i] && done.asked[i] && done.answered[i]);
        place_remove(&p);
        assert_true(k < 2000);
    }
    print_message("# %s: %ld steps\n", what, k - 1 - STRIDE);
    return k - 1 - STRIDE;
}

static void a_disk_full_for_a_moment(void **state)
{
    (void)state;
    assert_true(every_step(FAULT_FULL_ONCE, "full once") > 60);
}

static void a_disk_full_from_then_on(void **state)
{
    (void)state;
    assert_true(every_step(FAULT_FULL_ON, "full") > 60);
}

static void a_write_that_fails_once(void **state)
{
    (void)state;
    assert_true(every_step(FAULT_IO_ONCE, "failing once") > 60);
}

static void power_lost(void **state)
{
    (void)state;
    assert_true(every_step(FAULT_POWER, "power lost") > 60);
}

static int group_set_up(void **state)
{
    (void)state;
    if (access("/dev/shm", W_OK) == 0) /* power is lost on paper only */
        (void)setenv("TMPDIR", "/dev/shm", 1);
    install();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_disk_full_for_a_moment),
        cmocka_unit_test(a_disk_full_from_then_on),
        cmocka_unit_test(a_write_that_fails_once),
        cmocka_unit_test(power_lost),
    };

    return cmocka_run_group_tests_name("store faults", tests, group_set_up, NULL);
}

/*
 * Durable records per second, against SQLite with a transaction for each record and against a file with a
 * synced append for each; into PostgreSQL where its programs are installed; and a traveller's stays out of a
 * million movements. Every record is a check with its entry and 1000 bytes of response.
 */
#include "bench.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../../unit/store/server.h"
#include "store/store.h"

enum { RESPONSE = 1000, MOVEMENTS = 1000 * 1000, TRAVELLERS = 50 * 1000 };

static char folder[64];
static uint8_t response[RESPONSE];

static const char *in_folder(const char *name)
{
    static char path[128];

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void must(bool ok, const struct why *w)
{
    if (ok)
        return;
    (void)fprintf(stderr, "%s: %s\n", w->reason ? w->reason : "failed", w->detail);
    exit(1);
}

static uint64_t next_id;

/* Ids and travellers without order, as in life. */
static uint64_t scatter(uint64_t x)
{
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return x ^ x >> 31;
}

static void fill(struct check_record *r, char id[24])
{
    uint64_t n = scatter(__atomic_add_fetch(&next_id, 1, __ATOMIC_RELAXED));

    (void)snprintf(id, 24, "%016llx", (unsigned long long)n);
    *r = (struct check_record){ .request_id = span_str(id),
                                .request_hash = span_of(response, 32),
                                .response = span_of(response, RESPONSE),
                                .at = 1700000000 + (int64_t)(next_id / 100),
                                .admitted = true,
                                .movement = MOVEMENT_ENTRY,
                                .member = SPAN("IR") };
    memcpy(r->traveller.b, &n, sizeof n);
}

struct load {
    struct store *s;
    size_t threads, n; /* puts in all */
    size_t taken;
};

static void *putter(void *arg)
{
    struct load *l = arg;
    struct check_record r;
    struct arena a;
    struct span previous;
    struct why w = { 0 };
    enum store_put what;
    char id[24];

    arena_init(&a, 1 << 20);
    while (__atomic_fetch_add(&l->taken, 1, __ATOMIC_RELAXED) < l->n) {
        fill(&r, id);
        must(store_put_check(l->s, &r, &what, &a, &previous, &w), &w);
    }
    arena_free(&a);
    return NULL;
}

static void puts_of(void *ctx, size_t n)
{
    struct load *l = ctx;
    pthread_t t[64];

    l->n = n;
    l->taken = 0;
    for (size_t i = 0; i < l->threads; i++)
        (void)pthread_create(&t[i], NULL, putter, l);
    for (size_t i = 0; i < l->threads; i++)
        (void)pthread_join(t[i], NULL);
}

/* Processor time of the whole process, microseconds: does not depend on how busy disk and machine are. */
static double cpu(void)
{
    struct rusage u;

    (void)getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e6 +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

struct raw {
    sqlite3 *db;
    sqlite3_stmt *check, *movement;
};

static void raw_open(struct raw *r)
{
    (void)sqlite3_open(in_folder("raw.db"), &r->db);
    (void)sqlite3_exec(
        r->db,
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;"
        "CREATE TABLE c (seq INTEGER PRIMARY KEY, id TEXT UNIQUE, hash BLOB, at INTEGER, ok INTEGER, r BLOB);"
        "CREATE TABLE m (seq INTEGER PRIMARY KEY, t BLOB, member TEXT, kind INTEGER, at INTEGER);"
        "CREATE INDEX i ON m (t, member, at)",
        NULL, NULL, NULL);
    (void)sqlite3_prepare_v2(r->db, "INSERT INTO c (id, hash, at, ok, r) VALUES (?, ?, ?, 1, ?)", -1,
                             &r->check, NULL);
    (void)sqlite3_prepare_v2(r->db, "INSERT INTO m (t, member, kind, at) VALUES (?, 'IR', 1, ?)", -1,
                             &r->movement, NULL);
}

static void raw_puts(void *ctx, size_t n)
{
    struct raw *raw = ctx;
    struct check_record r;
    char id[24];

    for (size_t i = 0; i < n; i++) {
        fill(&r, id);
        (void)sqlite3_exec(raw->db, "BEGIN", NULL, NULL, NULL);
        (void)sqlite3_bind_text(raw->check, 1, id, 16, SQLITE_STATIC);
        (void)sqlite3_bind_blob(raw->check, 2, response, 32, SQLITE_STATIC);
        (void)sqlite3_bind_int64(raw->check, 3, r.at);
        (void)sqlite3_bind_blob(raw->check, 4, response, RESPONSE, SQLITE_STATIC);
        (void)sqlite3_bind_blob(raw->movement, 1, r.traveller.b, 32, SQLITE_STATIC);
        (void)sqlite3_bind_int64(raw->movement, 2, r.at);
        if (sqlite3_step(raw->check) != SQLITE_DONE || sqlite3_step(raw->movement) != SQLITE_DONE)
            exit(1);
        (void)sqlite3_reset(raw->check);
        (void)sqlite3_reset(raw->movement);
        if (sqlite3_exec(raw->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
            exit(1);
    }
}

static void raw_close(struct raw *r)
{
    (void)sqlite3_finalize(r->check);
    (void)sqlite3_finalize(r->movement);
    (void)sqlite3_close(r->db);
}

static void appends(void *ctx, size_t n)
{
    int f = *(int *)ctx;

    for (size_t i = 0; i < n; i++)
        if (write(f, response, RESPONSE) != RESPONSE || fdatasync(f) != 0)
            exit(1);
}

static double now_s(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Records per second of n calls in one go. */
static double rate(bench_fn fn, void *ctx, size_t n)
{
    double t = now_s();

    fn(ctx, n);
    return (double)n / (now_s() - t);
}

static int by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

enum { ROUNDS = 7 };

static double median(double *v)
{
    qsort(v, ROUNDS, sizeof *v, by_value);
    return v[ROUNDS / 2];
}

/* bench_ratio would take rounds of a few records, in which starting 64 threads is most of the time: so rounds
 * of a fixed size, in turn with the floors. */
static void bench_threads(struct load *l, struct raw *raw, int append)
{
    size_t n = 100 * (l->threads < 16 ? l->threads : 16);
    double ours[ROUNDS], to_raw[ROUNDS], to_append[ROUNDS], spent = 0;
    struct store_stats before, after;
    struct why w = { 0 };
    char name[64];

    must(store_stats(l->s, &before, &w), &w);
    for (size_t i = 0; i < ROUNDS; i++) {
        double a = rate(appends, &append, 60), r = rate(raw_puts, raw, 60), c = cpu();

        ours[i] = rate(puts_of, l, n);
        spent += cpu() - c;
        to_raw[i] = ours[i] / r;
        to_append[i] = ours[i] / a;
    }
    must(store_stats(l->s, &after, &w), &w);
    (void)snprintf(name, sizeof name, "store put, durable, %zu threads", l->threads);
    bench_figure(name, median(ours), "1/s");
    bench_figure("  of a transaction each", 100 * median(to_raw), "%");
    bench_figure("  of a synced append each", 100 * median(to_append), "%");
    bench_figure("  processor time a record", spent / (double)(ROUNDS * n), "us");
    bench_figure("  records a commit", (double)(ROUNDS * n) / (double)(after.commits - before.commits), "");
}

static void bench_puts(void)
{
    static const size_t threads[] = { 1, 4, 16, 64 };
    char path[128];
    struct load l = { 0 };
    struct raw raw;
    struct why w = { 0 };
    int f;

    (void)snprintf(path, sizeof path, "%s", in_folder(STORE_FILE));
    must(store_open(&(struct store_options){ .path = path }, &l.s, &w), &w);
    raw_open(&raw);
    f = open(in_folder("append"), O_CREAT | O_WRONLY | O_APPEND, 0600);
    for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
        l.threads = threads[i];
        bench_threads(&l, &raw, f);
    }
    (void)close(f);
    raw_close(&raw);
    store_close(l.s);
}

/* The same records into a PostgreSQL server of its own. */
static void bench_server(void)
{
    static const size_t threads[] = { 1, 4, 16, 64 };
    struct store_stats before, after;
    struct load l = { 0 };
    struct why w = { 0 };
    char url[256], name[64];

    if (!server_start())
        return;
    server_database(url, sizeof url);
    must(store_open(&(struct store_options){ .path = url, .folder = folder, .by_itself = true }, &l.s, &w),
         &w);
    for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
        size_t n = 100 * (threads[i] < 16 ? threads[i] : 16);
        double ours[ROUNDS], spent = cpu();

        l.threads = threads[i];
        must(store_stats(l.s, &before, &w), &w);
        for (size_t k = 0; k < ROUNDS; k++)
            ours[k] = rate(puts_of, &l, n);
        spent = cpu() - spent;
        must(store_stats(l.s, &after, &w), &w);
        (void)snprintf(name, sizeof name, "store put, PostgreSQL, %zu threads", l.threads);
        bench_figure(name, median(ours), "1/s");
        bench_figure("  processor time a record, of the node", spent / (double)(ROUNDS * n), "us");
        bench_figure("  records a commit", (double)(ROUNDS * n) / (double)(after.commits - before.commits),
                     "");
    }
    store_close(l.s);
}

/* Twenty movements a traveller, straight into the file: through the store it would take minutes. */
static void fill_movements(const char *path)
{
    sqlite3 *db;
    sqlite3_stmt *st;
    uint8_t key[32] = { 0 };

    (void)sqlite3_open(path, &db);
    (void)sqlite3_exec(db, "PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; BEGIN", NULL, NULL, NULL);
    (void)sqlite3_prepare_v2(
        db, "INSERT INTO movements (traveller, member, kind, at, day) VALUES (?, 'IR', ?, ?, ?)", -1, &st,
        NULL);
    for (uint64_t i = 0; i < MOVEMENTS; i++) {
        uint64_t who = scatter(1 + i % TRAVELLERS), turn = i / TRAVELLERS;

        memcpy(key, &who, sizeof who);
        (void)sqlite3_bind_blob(st, 1, key, 32, SQLITE_STATIC);
        (void)sqlite3_bind_int(st, 2, 1 + (int)(turn % 2));
        (void)sqlite3_bind_int64(st, 3, (int64_t)(turn * 10 * 86400));
        (void)sqlite3_bind_int64(st, 4, (int64_t)(turn * 10));
        if (sqlite3_step(st) != SQLITE_DONE)
            exit(1);
        (void)sqlite3_reset(st);
    }
    (void)sqlite3_finalize(st);
    (void)sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    (void)sqlite3_close(db);
}

static void stays(void *ctx, size_t n)
{
    static uint64_t who;
    struct traveller_key t = { { 0 } };
    const struct stay *s;
    struct arena a;
    struct why w = { 0 };
    size_t k;

    for (size_t i = 0; i < n; i++) {
        uint64_t key = scatter(1 + ++who * 7919 % TRAVELLERS);

        memcpy(t.b, &key, sizeof key);
        arena_init(&a, 1 << 20);
        must(store_stays(ctx, &t, SPAN("IR"), &a, &s, &k, &w) && k == 10, &w);
        arena_free(&a);
    }
}

static void uses(void *ctx, size_t n)
{
    struct why w = { 0 };
    int64_t k;

    for (size_t i = 0; i < n; i++)
        must(store_permission_uses(ctx, SPAN("P1"), &k, &w), &w);
}

static void bench_look_ups(void)
{
    char path[128];
    struct store *s;
    struct why w = { 0 };

    (void)snprintf(path, sizeof path, "%s", in_folder("look.db"));
    must(store_open(&(struct store_options){ .path = path }, &s, &w), &w);
    store_close(s);
    fill_movements(path);
    must(store_open(&(struct store_options){ .path = path }, &s, &w), &w);
    (void)bench_time("store stays, of 1000000 movements", stays, s);
    (void)bench_time("store permission uses", uses, s);
    store_close(s);
}

int main(int argc, char **argv)
{
    static const char *const names[] = { STORE_FILE,         STORE_FILE "-wal", STORE_FILE "-shm",
                                         STORE_FILE ".lock", STORE_KEY_FILE,    "raw.db",
                                         "raw.db-wal",       "raw.db-shm",      "append",
                                         "look.db",          "look.db-wal",     "look.db-shm",
                                         "look.db.lock" };

    bench_init(argc, argv);
    (void)snprintf(folder, sizeof folder, "bench-store-XXXXXX"); /* here, not in /tmp: that may be memory */
    if (!mkdtemp(folder))
        return 1;
    for (size_t i = 0; i < RESPONSE; i++)
        response[i] = (uint8_t)(' ' + scatter(i) % 90);
    bench_puts();
    bench_server();
    bench_look_ups();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        (void)unlink(in_folder(names[i]));
    (void)rmdir(folder);
    return 0;
}

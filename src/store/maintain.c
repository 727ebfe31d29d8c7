/* Erasing, verifying, copying. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/internal.h"

/* Rows erased in one transaction: other records wait no longer than that takes. */
enum { ERASE_ROWS = 500 };

struct erase_job {
    unix_time before, now;
    int64_t checks, movements, cases;
};

static enum job_end run_erase(struct database *db, void *arg, struct why *w)
{
    struct erase_job *e = arg;
    const struct value which[] = { v_int(e->before), v_int(ERASE_ROWS) };
    struct value count[] = { v_int(e->now), v_int(e->before), v_int(0), v_int(0), v_int(0) };

    if (!db_do(db, Q_ERASE_CHECKS, which, &e->checks, w) ||
        !db_do(db, Q_ERASE_MOVEMENTS, which, &e->movements, w) ||
        !db_do(db, Q_ERASE_CASES, which, &e->cases, w))
        return JOB_SPOILED;
    if (e->checks + e->movements + e->cases == 0)
        return JOB_DONE;
    count[2] = v_int(e->checks);
    count[3] = v_int(e->movements);
    count[4] = v_int(e->cases);
    return db_do(db, Q_ERASURE_PUT, count, NULL, w) ? JOB_DONE : JOB_SPOILED;
}

/* Digests of travellers of whom no movement is left. */
static enum job_end run_forget(struct database *db, void *arg, struct why *w)
{
    (void)arg;
    return db_do(db, Q_ERASE_TRAVELLERS, NULL, NULL, w) ? JOB_DONE : JOB_SPOILED;
}

bool store_expire(struct store *s, unix_time before, unix_time now, struct store_erased *out, struct why *w)
{
    struct erase_job e = { .before = before, .now = now };
    struct store_erased sum = { 0 };
    struct database *db;
    bool ok;

    do {
        if (!store_write(s, run_erase, &e, w))
            return false;
        sum.checks += e.checks;
        sum.movements += e.movements;
        sum.cases += e.cases;
    } while (e.checks + e.movements + e.cases > 0);
    *out = sum;
    if (sum.checks + sum.movements + sum.cases == 0)
        return true;
    if (sum.movements && !store_write(s, run_forget, NULL, w))
        return false;
    if (!db_open(s->path, DB_WRITE, 0, &db, w))
        return false;
    ok = db_settle(db, w);
    db_close(db);
    return ok;
}

bool store_verify(struct store *s, void (*fn)(void *ctx, const char *line), void *ctx, int64_t *wrong,
                  struct why *w)
{
    struct database *db;
    int64_t n = 0, shorts = 0, astray = 0, lost = 0, partly = 0;
    bool ok;

    if (!readers_take(&s->readers, &db, w))
        return false;
    ok = db_verify(db, fn, ctx, &n, w) && db_number(db, Q_COUNT_USES_SHORT, NULL, 0, &shorts, w) &&
         db_number(db, Q_COUNT_CASES_ASTRAY, NULL, 0, &astray, w) &&
         db_number(db, Q_APPLICATIONS_ASTRAY, NULL, 0, &lost, w) &&
         db_number(db, Q_MANIFESTS_ASTRAY, NULL, 0, &partly, w);
    readers_give(&s->readers, db, !ok);
    if (!ok)
        return false;
    if (shorts)
        fn(ctx, "a permission has fewer uses counted than entries recorded");
    if (astray)
        fn(ctx, "a case is not in the state that its events say");
    if (lost)
        fn(ctx, "an application is not in the state that its events say");
    if (partly)
        fn(ctx, "a list of travellers has not the parts that its state says");
    *wrong = n + (shorts != 0) + (astray != 0) + (lost != 0) + (partly != 0);
    return true;
}

static void ignore(void *ctx, const char *line)
{
    (void)ctx;
    (void)line;
}

/* Reads the copy back, under the name it has until then. */
static bool copy_verified(const char *part, struct why *w)
{
    struct database *db;
    int64_t wrong = 0;
    bool ok;

    if (!db_open(part, DB_READ, 0, &db, w))
        return false;
    ok = db_verify(db, ignore, NULL, &wrong, w);
    db_close(db);
    if (ok && wrong)
        return why_set(w, "store-damaged", WHY_NO_OFFSET, NULL,
                       "the copy does not verify: check the store itself");
    return ok;
}

static void remove_part(const char *part)
{
    static const char *const ends[] = { "", "-wal", "-shm", "-journal" };
    char name[4200];

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (snprintf(name, sizeof name, "%s%s", part, ends[i]) < (int)sizeof name)
            (void)unlink(name);
}

/* The engine fills an empty file; one of its own making could be read by others. */
static bool make_part(const char *part, struct why *w)
{
    int f = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (f < 0)
        return why_errno(w, errno, "the copy");
    (void)close(f);
    return true;
}

/* The key first: a copy of the store without its key is worth little, a key alone harms nobody. */
static bool backup_into(struct store *s, const char *part, const char *file, const char *key, struct why *w)
{
    struct database *db;
    bool ok;

    if (access(file, F_OK) == 0 || access(key, F_OK) == 0)
        return why_set(w, "store-exists", WHY_NO_OFFSET, NULL,
                       "there is a store or a key in that folder already: give an empty or a new one");
    remove_part(part);
    if (!secret_save(key, &s->secret, w) || !readers_take(&s->readers, &db, w))
        return false;
    ok = make_part(part, w) && db_copy(db, part, w);
    readers_give(&s->readers, db, !ok);
    ok = ok && copy_verified(part, w);
    if (ok && rename(part, file) != 0)
        ok = why_errno(w, errno, "the copy");
    remove_part(part);
    if (!ok)
        (void)unlink(key);
    return ok;
}

bool store_backup(struct store *s, const char *to, struct why *w)
{
    char part[4100], file[4100], key[4100];

    if (db_is_server(s->path))
        return why_set(
            w, "store-elsewhere", WHY_NO_OFFSET, NULL,
            "the store is in a database server: copy it with pg_basebackup or pg_dump, and %s beside",
            STORE_KEY_FILE);
    if (strlen(to) > 4000)
        return why_set(w, "store", WHY_NO_OFFSET, NULL, "the path of the folder is too long");
    if (mkdir(to, 0700) != 0 && errno != EEXIST)
        return why_errno(w, errno, "the folder of the copy");
    (void)snprintf(part, sizeof part, "%s/%s", to, STORE_FILE ".part");
    (void)snprintf(file, sizeof file, "%s/%s", to, STORE_FILE);
    (void)snprintf(key, sizeof key, "%s/%s", to, STORE_KEY_FILE);
    return backup_into(s, part, file, key, w);
}

/* database.h over SQLite. What PostgreSQL does differently is listed in postgres.h. */
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/limits.h"
#include "store/engine.h"

struct connection {
    struct database head;
    sqlite3 *db;
    sqlite3_stmt *statement[QUERIES];
};

static struct connection *own(struct database *db)
{
    return (struct connection *)db;
}

static bool full(int e)
{
    return e == ENOSPC || e == EDQUOT || e == EFBIG;
}

static bool forbidden(int e)
{
    return e == EACCES || e == EPERM || e == EROFS;
}

/* Turns the connection's last error into a reason and what to do about it. */
static bool failed(struct connection *db, int rc, struct why *w)
{
    int e = db->db ? sqlite3_system_errno(db->db) : 0;
    int primary = rc & 0xff;
    bool io = primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN;

    db->head.record_at_fault =
        primary == SQLITE_CONSTRAINT || primary == SQLITE_TOOBIG || primary == SQLITE_MISMATCH;
    if (db->head.record_at_fault)
        return why_set(w, "store-refused", WHY_NO_OFFSET, NULL, "the record breaks a rule of the store: %s",
                       sqlite3_errmsg(db->db));
    if (primary == SQLITE_FULL || (io && full(e)))
        return why_set(
            w, "store-full", WHY_NO_OFFSET, NULL,
            "no room left on the store's disk (or quota): nothing was recorded; free some space, the "
            "store then goes on by itself");
    if (primary == SQLITE_READONLY || primary == SQLITE_PERM || primary == SQLITE_AUTH ||
        (io && forbidden(e)))
        return why_set(
            w, "store-read-only", WHY_NO_OFFSET, NULL,
            "the store's file or folder cannot be written: see its owner, its mode and how its file "
            "system is mounted");
    if (primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB || rc == SQLITE_IOERR_SHORT_READ ||
        rc == SQLITE_IOERR_CORRUPTFS)
        return why_set(w, "store-damaged", WHY_NO_OFFSET, NULL,
                       "the store's file is damaged (%s): keep it aside and put the last backup in its place",
                       sqlite3_errstr(rc));
    if (primary == SQLITE_BUSY || primary == SQLITE_LOCKED)
        return why_set(w, "store-locked", WHY_NO_OFFSET, NULL,
                       "another program keeps the store's file locked; end it, then try again");
    if (primary == SQLITE_CANTOPEN && e == ENOENT)
        return why_set(w, "store", WHY_NO_OFFSET, NULL,
                       "there is no store here: the file or its folder is missing");
    return why_set(w, "store", WHY_NO_OFFSET, NULL, "%s (SQLite %d%s%s)", sqlite3_errstr(rc), rc,
                   e ? ", " : "", e ? strerrorname_np(e) : "");
}

static bool check(struct connection *db, int rc, struct why *w)
{
    return rc == SQLITE_OK || failed(db, rc, w);
}

static bool script(struct connection *db, const char *sql, struct why *w)
{
    return check(db, sqlite3_exec(db->db, sql, NULL, NULL, NULL), w);
}

/* SQLite's own defences against a hostile file: https://www.sqlite.org/security.html */
static bool defend(struct connection *db, struct why *w)
{
    static const struct {
        int option, on;
    } options[] = {
        { SQLITE_DBCONFIG_DEFENSIVE, 1 },
        { SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
        { SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 },
        { SQLITE_DBCONFIG_ENABLE_VIEW, 0 },
        { SQLITE_DBCONFIG_DQS_DML, 0 },
        { SQLITE_DBCONFIG_DQS_DDL, 0 },
        { SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
        { SQLITE_DBCONFIG_ENABLE_FKEY, 1 },
    };

    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (!check(db, sqlite3_db_config(db->db, options[i].option, options[i].on, NULL), w))
            return false;
    (void)sqlite3_limit(db->db, SQLITE_LIMIT_LENGTH, LIMIT_CASE_BODY + LIMIT_STORE_RECORD);
    (void)sqlite3_limit(db->db, SQLITE_LIMIT_ATTACHED, 0);
    (void)sqlite3_limit(db->db, SQLITE_LIMIT_WORKER_THREADS, 0);
    return true;
}

/* cell_size_check and the missing mmap keep a damaged page from being read past its end. The caches are small
 * on purpose: SQLite walks the whole of one at each commit (64 MiB cost the writer a third of its time), and
 * what falls out is still in the kernel's. */
static bool configure(struct connection *db, enum db_mode mode, struct why *w)
{
    if (!defend(db, w) || !check(db, sqlite3_busy_timeout(db->db, 5000), w) ||
        !script(db,
                "PRAGMA trusted_schema = OFF; PRAGMA foreign_keys = ON; PRAGMA cell_size_check = ON;"
                "PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4096",
                w))
        return false;
    if (mode == DB_READ)
        return script(db, "PRAGMA query_only = ON", w);
    /* SQLite opens a file that may not be written for reading, and says so only here. */
    if (sqlite3_db_readonly(db->db, "main") == 1)
        return failed(db, SQLITE_READONLY, w);
    return script(db,
                  "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;"
                  "PRAGMA wal_autocheckpoint = 8000; PRAGMA journal_size_limit = 67108864;"
                  "PRAGMA cache_size = -8192",
                  w);
}

/* A folder that cannot be written, without a write-ahead log: the file is complete in itself and cannot
 * change. */
static int open_at_rest(const char *path, sqlite3 **db)
{
    char wal[4096], uri[4096];
    size_t n = 0;

    if (snprintf(wal, sizeof wal, "%s-wal", path) >= (int)sizeof wal || access(wal, F_OK) == 0)
        return SQLITE_CANTOPEN;
    n = (size_t)snprintf(uri, sizeof uri, "file:");
    for (const char *p = path; *p && n < sizeof uri - 16; p++)
        n += (size_t)snprintf(uri + n, sizeof uri - n, strchr("%?#", *p) ? "%%%02x" : "%c", *p);
    (void)snprintf(uri + n, sizeof uri - n, "?immutable=1");
    return sqlite3_open_v2(uri, db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI, NULL);
}

static int open_connection(const char *path, enum db_mode mode, sqlite3 **db)
{
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;

    if (mode == DB_READ)
        flags |= SQLITE_OPEN_READONLY;
    else
        flags |= SQLITE_OPEN_READWRITE | (mode == DB_CREATE ? SQLITE_OPEN_CREATE : 0);
    return sqlite3_open_v2(path, db, flags, NULL);
}

/* The first read: finds what opening alone does not, a file that is no database or a log that cannot be
 * shared. */
static int touch(struct connection *db)
{
    return sqlite3_exec(db->db, "PRAGMA schema_version", NULL, NULL, NULL);
}

static void drop(struct connection *db)
{
    if (!db)
        return;
    for (int i = 0; i < QUERIES; i++)
        (void)sqlite3_finalize(db->statement[i]);
    (void)sqlite3_close(db->db);
    free(db);
}

static bool open_file(const char *path, enum db_mode mode, uint64_t position, struct database **ret,
                      struct why *w)
{
    struct connection *db = calloc(1, sizeof *db);
    int rc;

    (void)position;
    if (!db)
        return why_set(w, "store", WHY_NO_OFFSET, NULL, "no memory left for this");
    db->head.engine = &engine_sqlite;
    rc = open_connection(path, mode, &db->db);
    if (rc == SQLITE_OK)
        rc = touch(db);
    if (mode == DB_READ && (rc & 0xff) == SQLITE_CANTOPEN && access(path, R_OK) == 0) {
        sqlite3_close(db->db);
        db->db = NULL;
        rc = open_at_rest(path, &db->db);
        if (rc == SQLITE_OK)
            rc = touch(db);
    }
    if (check(db, rc, w) && configure(db, mode, w)) {
        *ret = &db->head;
        return true;
    }
    drop(db);
    return false;
}

static bool pragma_int(struct connection *db, const char *sql, int *out, struct why *w)
{
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(db->db, sql, -1, &st, NULL);

    if (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
        *out = sqlite3_column_int(st, 0);
        rc = SQLITE_OK;
    } else if (rc == SQLITE_DONE) {
        rc = SQLITE_CORRUPT;
    }
    (void)sqlite3_finalize(st);
    return check(db, rc, w);
}

static bool identity(struct connection *db, struct db_identity *out, struct why *w)
{
    struct db_identity id = { 0 };
    int tables = 0;

    if (!pragma_int(db, "PRAGMA application_id", &id.application, w) ||
        !pragma_int(db, "PRAGMA user_version", &id.version, w) ||
        !pragma_int(db, "SELECT count(*) FROM sqlite_schema", &tables, w))
        return false;
    if (id.version < 0)
        return why_set(w, "store-damaged", WHY_NO_OFFSET, NULL, "the store's schema version is negative");
    id.empty = tables == 0 && id.application == 0 && id.version == 0;
    *out = id;
    return true;
}

static bool set_identity(struct connection *db, int version, struct why *w)
{
    char sql[96];

    (void)snprintf(sql, sizeof sql, "PRAGMA application_id = %d; PRAGMA user_version = %d", STORE_APPLICATION,
                   version);
    return script(db, sql, w);
}

static bool prepared(struct connection *db, enum query q, struct why *w)
{
    int rc;

    if (db->statement[q])
        return true;
    rc = sqlite3_prepare_v3(db->db, queries[q].sql, -1, SQLITE_PREPARE_PERSISTENT, &db->statement[q], NULL);
    if (rc == SQLITE_ERROR) /* the texts are ours: the schema is not */
        return why_set(w, "store-damaged", WHY_NO_OFFSET, NULL,
                       "the store's tables are not those of its version: %s", sqlite3_errmsg(db->db));
    return check(db, rc, w);
}

static bool begin(struct connection *db, struct why *w)
{
    return script(db, "BEGIN IMMEDIATE", w);
}

static bool read_begin(struct connection *db, struct why *w)
{
    return script(db, "BEGIN", w);
}

static bool commit(struct connection *db, struct why *w)
{
    return script(db, "COMMIT", w);
}

static void rollback(struct connection *db)
{
    if (!sqlite3_get_autocommit(db->db))
        (void)sqlite3_exec(db->db, "ROLLBACK", NULL, NULL, NULL);
}

static int bind(sqlite3_stmt *st, int i, const struct value *v)
{
    const void *p = v->s.p ? v->s.p : (const void *)"";

    switch (v->type) {
    case VALUE_INT:
        return sqlite3_bind_int64(st, i, v->i);
    case VALUE_TEXT:
        return sqlite3_bind_text64(st, i, p, v->s.n, SQLITE_STATIC, SQLITE_UTF8);
    case VALUE_BYTES:
        return sqlite3_bind_blob64(st, i, p, v->s.n, SQLITE_STATIC);
    case VALUE_NULL:
        break;
    }
    return sqlite3_bind_null(st, i);
}

static void end(struct cursor *c)
{
    (void)sqlite3_reset(c->statement);
    (void)sqlite3_clear_bindings(c->statement);
}

static bool start(struct database *head, enum query q, const struct value *v, struct cursor *c, struct why *w)
{
    struct connection *db = own(head);
    struct cursor started = { head, NULL, 0 };
    int rc = SQLITE_OK;

    if (!prepared(db, q, w))
        return false;
    started.statement = db->statement[q];
    for (int i = 0; i < queries[q].parameters && rc == SQLITE_OK; i++)
        rc = bind(db->statement[q], i + 1, &v[i]);
    if (!check(db, rc, w)) {
        end(&started);
        return false;
    }
    *c = started;
    return true;
}

static bool next(struct cursor *c, bool *row, struct why *w)
{
    int rc = sqlite3_step(c->statement);

    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        return failed(own(c->db), rc, w);
    *row = rc == SQLITE_ROW;
    return true;
}

static int64_t integer(const struct cursor *c, int column)
{
    return sqlite3_column_int64(c->statement, column);
}

static struct span bytes(const struct cursor *c, int column)
{
    const void *p = sqlite3_column_blob(c->statement, column);

    return span_of(p, p ? (size_t)sqlite3_column_bytes(c->statement, column) : 0);
}

static bool run(struct database *head, enum query q, const struct value *v, int64_t *changed, struct why *w)
{
    struct cursor c;
    bool row, ok;

    if (!start(head, q, v, &c, w))
        return false;
    ok = next(&c, &row, w);
    if (ok && changed)
        *changed = sqlite3_changes64(own(head)->db);
    end(&c);
    return ok;
}

static bool settle(struct connection *db, struct why *w)
{
    int rc = sqlite3_wal_checkpoint_v2(db->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);

    return (rc & 0xff) == SQLITE_BUSY || check(db, rc, w);
}

static bool copy_to(struct connection *db, const char *to, struct why *w)
{
    struct connection copy = { 0 };
    sqlite3_backup *b = NULL;
    bool ok = false;
    int rc;

    if (!read_begin(db, w))
        return false;
    if (!check(&copy, open_connection(to, DB_CREATE, &copy.db), w) ||
        !script(&copy, "PRAGMA synchronous = FULL", w))
        goto out;
    b = sqlite3_backup_init(copy.db, "main", db->db, "main");
    if (!b) {
        (void)failed(&copy, sqlite3_extended_errcode(copy.db), w);
        goto out;
    }
    (void)sqlite3_backup_step(b, -1);
    rc = sqlite3_backup_finish(b);
    ok = check(&copy, rc, w) && settle(&copy, w);
out:
    if (copy.db && sqlite3_close(copy.db) != SQLITE_OK)
        ok = false;
    rollback(db);
    return ok;
}

static bool verify_with(struct connection *db, const char *pragma, void (*fn)(void *, const char *),
                        void *ctx, int64_t *wrong, struct why *w)
{
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(db->db, pragma, -1, &st, NULL);
    const char *text;

    while (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
        text = (const char *)sqlite3_column_text(st, 0);
        if (text && strcmp(text, "ok") != 0) {
            ++*wrong;
            fn(ctx, text);
        }
        rc = SQLITE_OK;
    }
    (void)sqlite3_finalize(st);
    return check(db, rc == SQLITE_DONE ? SQLITE_OK : rc, w);
}

static bool verify(struct connection *db, void (*fn)(void *ctx, const char *line), void *ctx, int64_t *wrong,
                   struct why *w)
{
    int64_t n = 0;

    if (!verify_with(db, "PRAGMA integrity_check", fn, ctx, &n, w) ||
        !verify_with(db, "PRAGMA foreign_key_check", fn, ctx, &n, w))
        return false;
    *wrong = n;
    return true;
}

static bool is_null(const struct cursor *c, int column)
{
    return sqlite3_column_type(c->statement, column) == SQLITE_NULL;
}

static uint64_t file_bytes(const char *path, const char *ending)
{
    char name[4200];
    struct stat st;

    if (snprintf(name, sizeof name, "%s%s", path, ending) >= (int)sizeof name || stat(name, &st) != 0)
        return 0;
    return (uint64_t)st.st_size;
}

static bool size(struct database *head, const char *path, struct db_size *out, struct why *w)
{
    struct statvfs fs;

    (void)head;
    (void)w;
    out->bytes = file_bytes(path, "") + file_bytes(path, "-wal");
    out->room = statvfs(path, &fs) == 0 ? (uint64_t)fs.f_bavail * fs.f_frsize : 0;
    return true;
}

static bool alive(struct database *head)
{
    (void)head;
    return true;
}

static void engine_close(struct database *db)
{
    drop(own(db));
}

static bool engine_identity(struct database *db, struct db_identity *out, struct why *w)
{
    return identity(own(db), out, w);
}

static bool engine_set_identity(struct database *db, int version, struct why *w)
{
    return set_identity(own(db), version, w);
}

static bool engine_script(struct database *db, const char *sql, struct why *w)
{
    return script(own(db), sql, w);
}

static bool engine_prepare_all(struct database *db, struct why *w)
{
    for (int q = 0; q < QUERIES; q++)
        if (!prepared(own(db), (enum query)q, w))
            return false;
    return true;
}

static bool engine_begin(struct database *db, struct why *w)
{
    return begin(own(db), w);
}

static bool engine_read_begin(struct database *db, struct why *w)
{
    return read_begin(own(db), w);
}

static bool engine_commit(struct database *db, struct why *w)
{
    return commit(own(db), w);
}

static void engine_rollback(struct database *db)
{
    rollback(own(db));
}

static bool engine_copy(struct database *db, const char *to, struct why *w)
{
    return copy_to(own(db), to, w);
}

static bool engine_verify(struct database *db, void (*fn)(void *ctx, const char *line), void *ctx,
                          int64_t *wrong, struct why *w)
{
    return verify(own(db), fn, ctx, wrong, w);
}

static bool engine_settle(struct database *db, struct why *w)
{
    return settle(own(db), w);
}

const struct engine engine_sqlite = {
    .open = open_file,
    .close = engine_close,
    .alive = alive,
    .identity = engine_identity,
    .set_identity = engine_set_identity,
    .script = engine_script,
    .prepare_all = engine_prepare_all,
    .begin = engine_begin,
    .read_begin = engine_read_begin,
    .commit = engine_commit,
    .rollback = engine_rollback,
    .start = start,
    .next = next,
    .integer = integer,
    .bytes = bytes,
    .is_null = is_null,
    .end = end,
    .run = run,
    .copy = engine_copy,
    .verify = engine_verify,
    .settle = engine_settle,
    .size = size,
};

#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/internal.h"
#include "store/migrate.h"

/* SQLite gives its log and shared memory the mode of the main file: 0600 for all of them. */
static bool make_file(const char *path, struct why *w)
{
    int f = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (f < 0)
        return why_errno(w, errno, "the store's file");
    (void)close(f);
    return true;
}

static bool mark_get(struct database *db, uint8_t out[32], bool *found, struct why *w)
{
    struct cursor c;
    bool row, ok;

    if (!db_start(db, Q_META_GET, (struct value[]){ v_text(SPAN("key")) }, &c, w))
        return false;
    ok = db_next(&c, &row, w);
    if (ok && row && db_bytes(&c, 0).n != 32)
        ok = why_set(w, "store-damaged", WHY_NO_OFFSET, NULL,
                     "the mark of the store's key is not 32 bytes long");
    if (ok && row)
        memcpy(out, db_bytes(&c, 0).p, 32);
    if (ok)
        *found = row;
    db_end(&c);
    return ok;
}

/* A new store gets the key that stands beside it, or a new one. One that has records is never given another
 * key: its travellers could not be found again, and every count of days would begin at zero. */
static bool key_settle(struct store *s, struct database *db, struct why *w)
{
    uint8_t mark[32], stored[32];
    bool found = false, marked = false, ok;

    ok = mark_get(db, stored, &marked, w) && secret_load(s->key, &s->secret, &found, w);
    if (ok && !found && (marked || s->read_only))
        ok = why_set(
            w, "store-key", WHY_NO_OFFSET, NULL,
            "%s is missing beside the store: put its backup there; without it no traveller is recognised",
            STORE_KEY_FILE);
    if (ok && !found)
        ok = secret_make(s->key, &s->secret, w);
    if (ok)
        secret_mark(&s->secret, mark);
    if (ok && marked && memcmp(mark, stored, 32) != 0)
        ok = why_set(w, "store-key", WHY_NO_OFFSET, NULL, "%s belongs to another store", STORE_KEY_FILE);
    if (ok && !marked && !s->read_only)
        ok = db_do(db, Q_META_PUT, (struct value[]){ v_text(SPAN("key")), v_bytes(span_of(mark, 32)) }, NULL,
                   w);
    return ok;
}

static void lease_init(const struct store *s, const struct store_options *opt, struct lease *l)
{
    uint8_t token[16];
    char host[64] = "";
    int n;

    *l = (struct lease){ .standby = !opt->by_itself,
                         .patience_ms = opt->patience_ms ? opt->patience_ms : LIMIT_STORE_PATIENCE_MS };
    (void)gethostname(host, sizeof host - 1);
    n = snprintf(l->holder, sizeof l->holder, "%s:%.90s", host, s->key);
    (void)crypto_generichash(token, sizeof token, (const uint8_t *)l->holder, (unsigned long long)n, NULL, 0);
    (void)sodium_bin2hex(l->token, sizeof l->token, token, sizeof token);
}

static bool open_for_writing(struct store *s, const struct store_options *opt, struct why *w)
{
    struct database *db = NULL;
    struct lease lease;

    lease_init(s, opt, &lease);
    /* Of a server: that no two processes of one folder take each other for what was left of themselves. */
    if (!lock_take(db_is_server(s->path) ? s->key : s->path, &s->lock, w) ||
        (!db_is_server(s->path) && !make_file(s->path, w)))
        return false;
    if (!db_open(s->path, DB_CREATE, 0, &db, w))
        return false;
    if (db_lead(db, &lease, w) && migrate(db, w) && db_prepare_all(db, w) && key_settle(s, db, w))
        return writer_start(&s->writer, s->path, db, &lease, w);
    db_leave(db, &lease);
    db_close(db);
    return false;
}

static bool open_for_reading(struct store *s, struct why *w)
{
    struct database *db = NULL;
    bool ok;

    if (!readers_take(&s->readers, &db, w))
        return false;
    ok = migrate_check(db, w) && db_prepare_all(db, w) && key_settle(s, db, w);
    readers_give(&s->readers, db, !ok);
    return ok;
}

static char *key_path(const struct store_options *opt)
{
    size_t n = opt->folder ? strlen(opt->folder) + sizeof "/" STORE_KEY_FILE : 0;
    char *path;

    if (!opt->folder)
        return beside(opt->path, STORE_KEY_FILE);
    path = malloc(n);
    if (path)
        (void)snprintf(path, n, "%s/%s", opt->folder, STORE_KEY_FILE);
    return path;
}

bool store_is_server(const char *path)
{
    return db_is_server(path);
}

bool store_fenced(const struct store *s)
{
    return __atomic_load_n(&s->writer.lease.fenced, __ATOMIC_RELAXED);
}

bool store_open(const struct store_options *opt, struct store **ret, struct why *w)
{
    struct store *s = calloc(1, sizeof *s);

    if (s)
        s->lock = -1;
    if (!s || sodium_init() < 0 || !(s->path = strdup(opt->path)) || !(s->key = key_path(opt))) {
        store_close(s);
        return why_set(w, "store", WHY_NO_OFFSET, NULL, "no memory left for this");
    }
    s->read_only = opt->read_only;
    s->utc_offset = opt->utc_offset;
    readers_start(&s->readers, s->path, &s->writer.lease.position);
    if (s->read_only ? open_for_reading(s, w) : open_for_writing(s, opt, w)) {
        *ret = s;
        return true;
    }
    store_close(s);
    return false;
}

void store_close(struct store *s)
{
    if (!s)
        return;
    readers_stop(&s->readers);
    writer_stop(&s->writer); /* last: closing the last connection empties the write-ahead log */
    if (s->lock >= 0)
        (void)close(s->lock);
    sodium_memzero(&s->secret, sizeof s->secret);
    free(s->key);
    free(s->path);
    free(s);
}

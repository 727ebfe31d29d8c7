#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
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
    char *path = beside(s->path, STORE_KEY_FILE);
    uint8_t mark[32], stored[32];
    bool found = false, marked = false, ok;

    ok = path && mark_get(db, stored, &marked, w) && secret_load(path, &s->secret, &found, w);
    if (ok && !found && (marked || s->read_only))
        ok = why_set(
            w, "store-key", WHY_NO_OFFSET, NULL,
            "%s is missing beside the store: put its backup there; without it no traveller is recognised",
            STORE_KEY_FILE);
    if (ok && !found)
        ok = secret_make(path, &s->secret, w);
    if (ok)
        secret_mark(&s->secret, mark);
    if (ok && marked && memcmp(mark, stored, 32) != 0)
        ok = why_set(w, "store-key", WHY_NO_OFFSET, NULL, "%s belongs to another store", STORE_KEY_FILE);
    if (ok && !marked && !s->read_only)
        ok = db_do(db, Q_META_PUT, (struct value[]){ v_text(SPAN("key")), v_bytes(span_of(mark, 32)) }, NULL,
                   w);
    free(path);
    return ok;
}

static bool open_for_writing(struct store *s, struct why *w)
{
    struct database *db = NULL;

    if (!lock_take(s->path, &s->lock, w) || !make_file(s->path, w) || !db_open(s->path, DB_CREATE, &db, w))
        return false;
    if (migrate(db, w) && db_prepare_all(db, w) && key_settle(s, db, w))
        return writer_start(&s->writer, s->path, db, w);
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

bool store_open(const struct store_options *opt, struct store **ret, struct why *w)
{
    struct store *s = calloc(1, sizeof *s);

    if (!s || sodium_init() < 0 || !(s->path = strdup(opt->path))) {
        free(s);
        return why_set(w, "store", WHY_NO_OFFSET, NULL, "no memory for a store");
    }
    s->read_only = opt->read_only;
    s->utc_offset = opt->utc_offset;
    s->lock = -1;
    readers_start(&s->readers, s->path);
    if (s->read_only ? open_for_reading(s, w) : open_for_writing(s, w)) {
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
    free(s->path);
    free(s);
}

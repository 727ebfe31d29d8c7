#include "store/migrate.h"

static bool known_version(struct database *db, struct db_identity *id, struct why *w)
{
    if (!db_identity(db, id, w))
        return false;
    if (!id->empty && id->application != STORE_APPLICATION)
        return why_set(
            w, "store-foreign", WHY_NO_OFFSET, NULL,
            "the file is a database of another program (application id %08x); give the path of a store",
            (unsigned)id->application);
    if (id->version > n_migrations)
        return why_set(
            w, "store-newer", WHY_NO_OFFSET, NULL,
            "the store has schema version %d, this program knows versions up to %d: use a later program",
            id->version, n_migrations);
    return true;
}

static bool step(struct database *db, int version, struct why *w)
{
    if (!db_begin(db, w))
        return false;
    if (db_script(db, migrations[version - 1].sql, w) && db_set_identity(db, version, w) && db_commit(db, w))
        return true;
    db_rollback(db);
    return false;
}

bool migrate(struct database *db, struct why *w)
{
    struct db_identity id;

    if (!known_version(db, &id, w))
        return false;
    for (int v = id.version + 1; v <= n_migrations; v++)
        if (!step(db, v, w))
            return false;
    return true;
}

bool migrate_check(struct database *db, struct why *w)
{
    struct db_identity id;

    if (!known_version(db, &id, w))
        return false;
    if (id.version < n_migrations)
        return why_set(
            w, "store-older", WHY_NO_OFFSET, NULL,
            "the store has schema version %d, not %d: open it once for writing to bring it up to date",
            id.version, n_migrations);
    return true;
}

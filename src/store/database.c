#include "store/database.h"

#include "store/engine.h"

bool db_is_server(const char *path)
{
    return strncmp(path, "postgresql://", 13) == 0 || strncmp(path, "postgres://", 11) == 0;
}

bool db_open(const char *path, enum db_mode mode, uint64_t position, struct database **ret, struct why *w)
{
    const struct engine *e = db_is_server(path) ? &engine_postgres : &engine_sqlite;

    return e->open(path, mode, position, ret, w);
}

void db_close(struct database *db)
{
    if (db)
        db->engine->close(db);
}

bool db_alive(struct database *db)
{
    return db->engine->alive(db);
}

bool db_identity(struct database *db, struct db_identity *out, struct why *w)
{
    return db->engine->identity(db, out, w);
}

bool db_set_identity(struct database *db, int version, struct why *w)
{
    return db->engine->set_identity(db, version, w);
}

bool db_script(struct database *db, const char *sql, struct why *w)
{
    return db->engine->script(db, sql, w);
}

bool db_prepare_all(struct database *db, struct why *w)
{
    return db->engine->prepare_all(db, w);
}

bool db_begin(struct database *db, struct why *w)
{
    return db->engine->begin(db, w);
}

bool db_read_begin(struct database *db, struct why *w)
{
    return db->engine->read_begin(db, w);
}

bool db_commit(struct database *db, struct why *w)
{
    return db->engine->commit(db, w);
}

void db_rollback(struct database *db)
{
    db->engine->rollback(db);
}

bool db_record_at_fault(const struct database *db)
{
    return db->record_at_fault;
}

bool db_lost(const struct database *db)
{
    return db->lost;
}

bool db_on_standby(const struct database *db)
{
    return db->on_standby;
}

bool db_lead(struct database *db, struct lease *l, struct why *w)
{
    return !db->engine->lease || db->engine->lease->lead(db, l, w);
}

void db_leave(struct database *db, struct lease *l)
{
    if (db->engine->lease)
        db->engine->lease->leave(db, l);
}

bool db_can_ahead(const struct database *db)
{
    return db->engine->lease != NULL;
}

bool db_batch_begin(struct database *db, struct lease *l, bool ahead, struct why *w)
{
    return db->engine->lease ? db->engine->lease->batch_begin(db, l, ahead, w) : db_begin(db, w);
}

bool db_batch_commit(struct database *db, struct lease *l, struct why *w)
{
    return db->engine->lease ? db->engine->lease->batch_commit(db, l, w) : db_commit(db, w);
}

bool db_batch_known(struct database *db, const struct lease *l, bool *committed, struct why *w)
{
    *committed = false;
    return !db->engine->lease || db->engine->lease->batch_known(db, l, committed, w);
}

bool db_ahead(struct database *db, enum query q, const struct value *v)
{
    return db->engine->lease && db->engine->lease->ahead(db, q, v);
}

bool db_start(struct database *db, enum query q, const struct value *v, struct cursor *c, struct why *w)
{
    return db->engine->start(db, q, v, c, w);
}

bool db_next(struct cursor *c, bool *row, struct why *w)
{
    return c->db->engine->next(c, row, w);
}

int64_t db_int(const struct cursor *c, int column)
{
    return c->db->engine->integer(c, column);
}

struct span db_bytes(const struct cursor *c, int column)
{
    return c->db->engine->bytes(c, column);
}

void db_end(struct cursor *c)
{
    c->db->engine->end(c);
}

bool db_do(struct database *db, enum query q, const struct value *v, int64_t *changed, struct why *w)
{
    return db->engine->run(db, q, v, changed, w);
}

bool db_number(struct database *db, enum query q, const struct value *v, int64_t fallback, int64_t *out,
               struct why *w)
{
    struct cursor c;
    bool row = false, ok;

    if (!db_start(db, q, v, &c, w))
        return false;
    ok = db_next(&c, &row, w);
    if (ok)
        *out = row && !db->engine->is_null(&c, 0) ? db_int(&c, 0) : fallback;
    db_end(&c);
    return ok;
}

bool db_copy(struct database *db, const char *to, struct why *w)
{
    return db->engine->copy(db, to, w);
}

bool db_verify(struct database *db, void (*fn)(void *ctx, const char *line), void *ctx, int64_t *wrong,
               struct why *w)
{
    return db->engine->verify(db, fn, ctx, wrong, w);
}

bool db_settle(struct database *db, struct why *w)
{
    return db->engine->settle(db, w);
}

bool db_size(struct database *db, const char *path, struct db_size *out, struct why *w)
{
    return db->engine->size(db, path, out, w);
}

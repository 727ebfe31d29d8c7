/* What an engine does for database.h, whose contracts hold for each; private to the engines and database.c.
 */
#ifndef SERAI_STORE_ENGINE_H
#define SERAI_STORE_ENGINE_H

#include "store/database.h"

struct engine {
    bool (*open)(const char *path, enum db_mode mode, uint64_t position, struct database **ret,
                 struct why *w);
    void (*close)(struct database *db);
    bool (*alive)(struct database *db);
    bool (*identity)(struct database *db, struct db_identity *out, struct why *w);
    bool (*set_identity)(struct database *db, int version, struct why *w);
    bool (*script)(struct database *db, const char *sql, struct why *w);
    bool (*prepare_all)(struct database *db, struct why *w);
    bool (*begin)(struct database *db, struct why *w);
    bool (*read_begin)(struct database *db, struct why *w);
    bool (*commit)(struct database *db, struct why *w);
    void (*rollback)(struct database *db);
    bool (*start)(struct database *db, enum query q, const struct value *v, struct cursor *c, struct why *w);
    bool (*next)(struct cursor *c, bool *row, struct why *w);
    int64_t (*integer)(const struct cursor *c, int column);
    struct span (*bytes)(const struct cursor *c, int column);
    bool (*is_null)(const struct cursor *c, int column);
    void (*end)(struct cursor *c);
    bool (*run)(struct database *db, enum query q, const struct value *v, int64_t *changed, struct why *w);
    bool (*copy)(struct database *db, const char *to, struct why *w);
    bool (*verify)(struct database *db, void (*fn)(void *ctx, const char *line), void *ctx, int64_t *wrong,
                   struct why *w);
    bool (*settle)(struct database *db, struct why *w);
    bool (*size)(struct database *db, const char *path, struct db_size *out, struct why *w);
    /* NULL: the lock on a file is the lease, a batch is a transaction, nothing is sent ahead. */
    const struct engine_lease *lease;
};

struct engine_lease {
    bool (*lead)(struct database *db, struct lease *l, struct why *w);
    void (*leave)(struct database *db, struct lease *l);
    bool (*batch_begin)(struct database *db, struct lease *l, bool ahead, struct why *w);
    bool (*batch_commit)(struct database *db, struct lease *l, struct why *w);
    bool (*batch_known)(struct database *db, const struct lease *l, bool *committed, struct why *w);
    bool (*ahead)(struct database *db, enum query q, const struct value *v);
};

/* The head of an engine's connection. */
struct database {
    const struct engine *engine;
    bool record_at_fault, lost, on_standby;
};

extern const struct engine engine_sqlite, engine_postgres;

#endif

/*
 * database.h over PostgreSQL (libpq). What it does differently from SQLite:
 *   - the identity of the store is a row of serai_store, the lease a row of serai_writers and an advisory
 *     lock, which is held by the connection that writes;
 *   - types and parameters: dialect.h; the store's tables have the schema of the connection for themselves;
 *   - a batch is a pipeline: of all its queries none waits for the answer to the one before;
 *   - a commit that a standby has not confirmed is a failure, although the server calls it a success;
 *   - a statement that fails spoils its transaction;
 *   - copy is the server's own tool (pg_basebackup, pg_dump), settle is VACUUM, verify reads every row.
 */
#ifndef SERAI_STORE_POSTGRES_H
#define SERAI_STORE_POSTGRES_H

#include <libpq-fe.h>

#include "base/limits.h"
#include "store/engine.h"

enum { PG_PARAMETERS = 24, PG_ORDER = 4 * LIMIT_STORE_BATCH, PG_LONG_MS = 10 * 60 * 1000 };

/* A prepared query: the types that the server found for its parameters. */
struct pg_shape {
    bool there;
    uint8_t n;
    Oid type[PG_PARAMETERS];
};

enum pg_await {
    PG_NOTHING, /* only that it did not fail */
    PG_ONE_ROW, /* it must have changed one row, else another one holds the lease */
    PG_COMMIT,
    PG_WANTED, /* the result goes to wanted */
    PG_SLOT,   /* sent ahead: the result goes to the next slot that has none */
};

struct pg_slot {
    enum query q;
    const void *token;
    PGresult *result;
};

struct pg {
    struct database head;
    PGconn *c;
    struct pg_shape shape[QUERIES];
    bool all_prepared;
    bool warned;       /* by the server, since this was cleared */
    bool pipeline;     /* between batch_begin and its end, when ahead */
    bool flushed;      /* the server was asked to answer all that was sent */
    bool fenced;       /* a PG_ONE_ROW changed none */
    struct why failed; /* the first failure of the pipeline */
    uint16_t order[PG_ORDER];
    size_t first, n; /* of order: what is still to be answered */
    struct pg_slot slot[LIMIT_STORE_BATCH];
    size_t slots, arrived, taken, ahead_bytes;
    PGresult *wanted;
};

static inline struct pg *pg_own(struct database *db)
{
    return (struct pg *)db;
}

int64_t pg_now_ms(void);

/* postgres_why.c: what a result or the connection says, as a reason. Always false. */
bool pg_failed(struct pg *p, const PGresult *r, struct why *w);
bool pg_connection_failed(struct pg *p, PGconn *c, struct why *w);
/* For an error that makes this connection useless. Always false. */
bool pg_lost(struct pg *p, struct why *w, const char *reason, const char *fmt, ...) PRINTF_LIKE(4, 5);

/* postgres.c */
/* The next result, NULL at the end of a query's; not later than until (pg_now_ms), else it is cancelled. */
bool pg_result(struct pg *p, int64_t until, PGresult **r, struct why *w);
/* One statement with parameters as text, results as text; *r may be NULL. Not in a pipeline. */
bool pg_exec(struct pg *p, const char *sql, int n, const char *const *value, int ms, PGresult **r,
             struct why *w);
bool pg_prepare(struct pg *p, enum query q, struct why *w);
bool pg_prepare_all(struct pg *p, struct why *w);
/* Sends a prepared query. */
bool pg_send(struct pg *p, enum query q, const struct value *v, struct why *w);
int64_t pg_changed(const PGresult *r);
bool pg_identity(struct database *db, struct db_identity *out, struct why *w);

/* postgres_pipe.c: in a pipeline. */
bool pg_pipe_begin(struct pg *p, struct why *w);
bool pg_pipe_text(struct pg *p, const char *sql, int n, const char *const *value, enum pg_await a,
                  struct why *w);
bool pg_pipe_query(struct pg *p, enum query q, const struct value *v, PGresult **r, struct why *w);
bool pg_pipe_do(struct pg *p, enum query q, const struct value *v, int64_t *changed, struct why *w);
bool pg_pipe_ahead(struct database *db, enum query q, const struct value *v);
/* Waits for all that was sent, at most that long, and leaves the pipeline. */
bool pg_pipe_end(struct pg *p, int ms, struct why *w);

extern const struct engine_lease pg_lease;

#endif

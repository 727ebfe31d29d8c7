/*
 * The thin layer over a database engine: connections, prepared statements, transactions, errors as reasons.
 * Private to store/. sqlite.c is its only implementation now, and the only file that knows SQLite; what
 * another engine does differently is listed at its head.
 */
#ifndef SERAI_STORE_DATABASE_H
#define SERAI_STORE_DATABASE_H

#include "base/arena.h"
#include "base/why.h"
#include "store/queries.h"

/* "SERA": marks the file as ours. */
enum { STORE_APPLICATION = 0x53455241 };

struct database;

enum db_mode {
    DB_CREATE, /* read and write, made when missing */
    DB_WRITE,
    DB_READ,
};

/* One connection, used by one thread at a time. */
MUST_USE bool db_open(const char *path, enum db_mode mode, struct database **ret, struct why *w);
/* db may be NULL. */
void db_close(struct database *db);

struct db_identity {
    bool empty; /* nothing was ever created in it */
    int application, version;
};
MUST_USE bool db_identity(struct database *db, struct db_identity *out, struct why *w);
MUST_USE bool db_set_identity(struct database *db, int version, struct why *w);

/* Statements without parameters and results, as in a migration. */
MUST_USE bool db_script(struct database *db, const char *sql, struct why *w);

/* Compiles every query: the schema is the expected one. */
MUST_USE bool db_prepare_all(struct database *db, struct why *w);

/* A transaction that can write, and sees its own writes; db_read_begin: a snapshot. */
MUST_USE bool db_begin(struct database *db, struct why *w);
MUST_USE bool db_read_begin(struct database *db, struct why *w);
MUST_USE bool db_commit(struct database *db, struct why *w);
void db_rollback(struct database *db);

/* The last failure concerned the one record only (a constraint, a size), not the store. */
bool db_record_at_fault(const struct database *db);

struct value {
    enum { VALUE_NULL, VALUE_INT, VALUE_TEXT, VALUE_BYTES } type;
    int64_t i;
    struct span s; /* must live until the statement has ended */
};

static inline struct value v_int(int64_t i)
{
    return (struct value){ .type = VALUE_INT, .i = i };
}

static inline struct value v_text(struct span s)
{
    return (struct value){ .type = VALUE_TEXT, .s = s };
}

static inline struct value v_bytes(struct span s)
{
    return (struct value){ .type = VALUE_BYTES, .s = s };
}

/* NULL for the empty span. */
static inline struct value v_text_or_null(struct span s)
{
    return s.n ? v_text(s) : (struct value){ .type = VALUE_NULL };
}

struct cursor {
    struct database *db;
    void *statement;
};

/* v holds the query's parameters in order. End every started cursor with db_end. */
MUST_USE bool db_start(struct database *db, enum query q, const struct value *v, struct cursor *c,
                       struct why *w);
/* *row: there is one, and its columns can be read until the next call. */
MUST_USE bool db_next(struct cursor *c, bool *row, struct why *w);
int64_t db_int(const struct cursor *c, int column);
struct span db_bytes(const struct cursor *c, int column);
void db_end(struct cursor *c);

/* Runs a query without result; *changed, which may be NULL, is the number of rows. */
MUST_USE bool db_do(struct database *db, enum query q, const struct value *v, int64_t *changed,
                    struct why *w);

/* The first column of the first row; fallback when there is none or it is NULL. */
MUST_USE bool db_number(struct database *db, enum query q, const struct value *v, int64_t fallback,
                        int64_t *out, struct why *w);

/* A consistent copy in a new file, durable when it returns. The source may be written to meanwhile. */
MUST_USE bool db_copy(struct database *db, const char *to, struct why *w);

/* Looks at the whole file: each line of what is wrong is given to fn; *wrong counts them. */
MUST_USE bool db_verify(struct database *db, void (*fn)(void *ctx, const char *line), void *ctx,
                        int64_t *wrong, struct why *w);

/* Moves everything committed into the main file and empties the write-ahead log, so that erased content does
 * not linger there. */
MUST_USE bool db_settle(struct database *db, struct why *w);

#endif

/*
 * The thin layer over a database engine: connections, prepared statements, transactions, errors as reasons.
 * Private to store/. Two engines stand behind it (engine.h): sqlite.c is the only file that knows SQLite,
 * postgres*.c are the only ones that know PostgreSQL. A path "postgresql://…" is the second's.
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

/* The path is one of a server: others may have the same store, and it may be out of reach. */
bool db_is_server(const char *path);

/* One connection, used by one thread at a time. position: what a reader on a standby must have (lease); 0 for
 * all others. Besides the reasons of store_open: "store-unreachable". */
MUST_USE bool db_open(const char *path, enum db_mode mode, uint64_t position, struct database **ret,
                      struct why *w);
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

static inline struct value v_bytes_or_null(struct span s)
{
    return s.n ? v_bytes(s) : (struct value){ .type = VALUE_NULL };
}

/* A transaction that can write, and sees its own writes; db_read_begin: a snapshot. */
MUST_USE bool db_begin(struct database *db, struct why *w);
MUST_USE bool db_read_begin(struct database *db, struct why *w);
MUST_USE bool db_commit(struct database *db, struct why *w);
void db_rollback(struct database *db);

/* The last failure concerned the one record only (a constraint, a size), not the store. */
bool db_record_at_fault(const struct database *db);

/* The last failure was that of the connection or of what stands behind it: another one may do, and a commit
 * that was under way may have happened. */
bool db_lost(const struct database *db);

/* Nothing says that the connection has ended; asks nobody. */
bool db_alive(struct database *db);

/*
 * The right to write, which one process has at a time. With SQLite the lock on a file gives it and db_lead
 * does nothing. In a server it is a lock that ends with the connection, and a row: each holder has an epoch
 * of its own, and each of its batches writes its number there, so that after a lost connection the row says
 * whether the batch is in.
 */
struct lease {
    char holder[160];  /* who: machine and folder, for people and for those who wait */
    char token[33];    /* of holder: tells its own connections, also those of before it was killed */
    int patience_ms;   /* the place of another one that did not end in good order is taken after that */
    bool standby;      /* a commit counts when a standby has it, and this is verified each time */
    int64_t epoch;     /* 0: never held */
    int64_t batch;     /* begun last */
    uint64_t position; /* of the last commit, as the server counts its log; 0: none. Atomic */
    bool fenced;       /* a later epoch exists: this process must not write again. Atomic */
};

/* Takes the lease on a new connection, or takes it up again; true: all that its holders committed is where
 * it must be to count. Reasons "store-locked" (who has it), "store-unconfirmed" (no standby answers). */
MUST_USE bool db_lead(struct database *db, struct lease *l, struct why *w);
/* Ended in good order: whoever waits need not wait longer. */
void db_leave(struct database *db, struct lease *l);

/*
 * The transaction of a batch. ahead: queries whose results are not asked for are not waited for, so that a
 * failure may show at a later call and does not tell whose it is; run it again without to know. False from
 * db_batch_commit with db_lost: look with db_batch_known on the next connection, after db_lead.
 */
MUST_USE bool db_batch_begin(struct database *db, struct lease *l, bool ahead, struct why *w);
MUST_USE bool db_batch_commit(struct database *db, struct lease *l, struct why *w);
MUST_USE bool db_batch_known(struct database *db, const struct lease *l, bool *committed, struct why *w);
bool db_can_ahead(const struct database *db);

/* Sends a query whose result is asked for later by the db_do with the same first value, the same bytes, in
 * the order in which they were sent. False: not sent, db_do will do it. */
bool db_ahead(struct database *db, enum query q, const struct value *v);

/* It is one to a standby: not to be kept. */
bool db_on_standby(const struct database *db);

struct db_size {
    uint64_t bytes, room; /* room 0: not known */
};
MUST_USE bool db_size(struct database *db, const char *path, struct db_size *out, struct why *w);

struct cursor {
    struct database *db;
    void *statement;
    int row; /* for engines that have all rows at once */
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

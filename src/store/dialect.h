/* The store's SQL is written once, as SQLite has it. */
#ifndef SERAI_STORE_DIALECT_H
#define SERAI_STORE_DIALECT_H

#include "base/buffer.h"

/*
 * The same for PostgreSQL: INTEGER is BIGINT, BLOB is BYTEA, INTEGER PRIMARY KEY counts up by itself, ?1 is
 * $1, WITHOUT ROWID is left out. Words between quotes and comments stay as they are. Keywords are upper case.
 */
void dialect_postgres(const char *sql, struct buffer *out);

#endif

/* The schema's versions: one numbered text each, in order; the number of the last is the schema's version. */
#ifndef SERAI_STORE_MIGRATE_H
#define SERAI_STORE_MIGRATE_H

#include "store/database.h"

struct migration {
    const char *name; /* "0001-records" */
    const char *sql;
};

extern const struct migration migrations[];
extern const int n_migrations;

/* Brings an empty or older database to the latest version, a transaction for each step. Reasons:
 * "store-newer", "store-foreign" (a database of something else), and those of the database. */
MUST_USE bool migrate(struct database *db, struct why *w);

/* As migrate, without changing anything: "store-older" when a step is missing. */
MUST_USE bool migrate_check(struct database *db, struct why *w);

#endif

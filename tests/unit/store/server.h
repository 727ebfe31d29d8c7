/* A PostgreSQL server for the tests of this process alone: no port, its data thrown away at the end. */
#ifndef SERAI_TESTS_STORE_SERVER_H
#define SERAI_TESTS_STORE_SERVER_H

#include <stdbool.h>
#include <stddef.h>

/* Started at the first call. False: PostgreSQL is not installed, or there is no user for it; said once. */
bool server_start(void);

/* A new database in it, as "postgresql://…". */
void server_database(char *url, size_t room);

/* SQL for the superuser, in that database; fails the test. */
void server_sql(const char *url, const char *sql);

/* Stopped as if its machine had lost power, and started again. */
void server_crash(void);
void server_again(void);

#endif

/* serai names: its sub-commands, and the tables they read. */
#ifndef SERAI_CLI_NAMES_H
#define SERAI_CLI_NAMES_H

#include "cli/subcommand.h"

int names_score_command(int argc, char **argv);
int names_explain_command(int argc, char **argv);

/* Lines of values with tabs between, the first one the names of the columns; also packed with gzip. */
enum { NAMES_COLUMNS = 32 };
struct names_table;

/* Reasons "io", "columns" (none, or more than NAMES_COLUMNS). */
MUST_USE bool names_table_open(const char *path, struct names_table **ret, struct why *w);
void names_table_close(struct names_table *t);
/* -1: no such column. */
int names_table_column(const struct names_table *t, const char *name);
/* The next line; *more false at the end. Reason "columns": another number of values than the first line has,
 * with its number; "io". */
MUST_USE bool names_table_next(struct names_table *t, bool *more, struct why *w);
/* Of the line that was read last; column -1: empty. */
struct span names_table_value(const struct names_table *t, int column);

#endif

/* serai names: its sub-commands, and the tables they read. */
#ifndef SERAI_CLI_NAMES_H
#define SERAI_CLI_NAMES_H

#include "cli/subcommand.h"
#include "names/serai_names.h"

int names_score_command(int argc, char **argv);
int names_explain_command(int argc, char **argv);
int names_index_command(int argc, char **argv);
int names_search_command(int argc, char **argv);

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

/* Called for each name of a list, those of one entity one after another. */
typedef bool (*names_each)(void *ctx, const struct names_entry *e, struct why *w);

/*
 * A list: a table with the columns entity_id or id, and name, and perhaps name_type ("weak": a weak alias),
 * birth_date, country, gender or sex, schema; or, when its first byte is "{", FollowTheMoney entities, one on
 * a line. Lists in birth_date and country have "|" between. Reasons "io", "columns", "json", and those of
 * each.
 */
MUST_USE bool names_list_read(const char *path, names_each each, void *ctx, struct why *w);
#endif

/* What the sub-commands of serai list and serai notice screen share. */
#ifndef SERAI_CLI_LIST_H
#define SERAI_CLI_LIST_H

#include "cli/subcommand.h"
#include "service/notice/list_desk.h"

int list_import_command(int argc, char **argv);
int list_show_command(int argc, char **argv);
int list_diff_command(int argc, char **argv);
int list_decide_command(int argc, char **argv); /* confirm, decline, remove */

/* The folder of published lists of a node. Reason "config". */
MUST_USE bool list_folder_of(const char *node, char out[LIST_PATH], struct why *w);

/* A line of the folder's `asked`: when, why, who, how many questions and how many of them found something;
 * no name. On disk when it returns. */
MUST_USE bool list_asked_write(const char *folder, const char *purpose, const char *officer, const char *how,
                               uint64_t asked, uint64_t found, struct why *w);

/* Members of a result, into an object that is open. */
void list_result_put(struct json_writer *j, const struct list_question *q, const struct list_result *r);

#endif

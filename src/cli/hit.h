/* What the sub-commands of serai hit share. */
#ifndef SERAI_CLI_HIT_H
#define SERAI_CLI_HIT_H

#include "check/hits.h"
#include "cli/cli.h"

enum { HIT_VALUES = 12 };

struct hit_option {
    const char *name;
    enum { HIT_TEXT, HIT_NUMBER, HIT_YES } type;
};

/* One operation: its options are members of the request. */
struct hit_command {
    const char *command, *path;
    hits_op *op;
    const struct hit_option *option; /* ended by NULL */
    const char *first, *second;      /* members that come without an option; NULL: none */
    bool writes;                     /* with --node: opens the folder for writing */
};

/* Options into a request, the request to the folder or the node, the answer printed: a member a line, or as
 * it is with --json. Exit 1 when the request was not done, or the answer says `late_word` of something. */
int hit_run(const struct hit_command *h, int argc, char **argv, const char *late_word);

/* One file each. */
int hit_list_command(int argc, char **argv);
int hit_show_command(int argc, char **argv);
int hit_close_command(int argc, char **argv);
int hit_task_command(int argc, char **argv);
int hit_statistics_command(int argc, char **argv);

#endif

/* A command of several sub-commands: a table, and what every such table shares. */
#ifndef SERAI_CLI_SUBCOMMAND_H
#define SERAI_CLI_SUBCOMMAND_H

#include "cli/cli.h"

/* A sub-command reads its own options: argv[0] is "serai COMMAND NAME". */
struct cli_subcommand {
    const char *name;
    int (*run)(int argc, char **argv); /* NULL: it is in serai-node */
    const char *usage;                 /* its arguments: "import --node FOLDER FILE..." */
    const char *text;                  /* what it does */
};

struct cli_family {
    const char *command; /* "trust" */
    const struct cli_subcommand *item;
    size_t n;
    const char *rest; /* of the help: options, exit codes, examples */
};

/* Runs the one that argv[1] names, or prints the help. */
int cli_family_run(const struct cli_family *f, int argc, char **argv);
int cli_family_help(const struct cli_family *f);

#endif

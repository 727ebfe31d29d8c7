/* The sub-commands of serai licence that talk to nodes; their help stands in licence.c. */
#include "cli/licence.h"

static const struct cli_subcommand commands[] = {
    { "ask", licence_ask_command, "", "" },
    { "check", licence_check_command, "", "" },
};

static const struct cli_family family = { "licence", commands, sizeof commands / sizeof *commands, "" };

int cmd_licence_node(int argc, char **argv)
{
    return cli_family_run(&family, argc, argv);
}

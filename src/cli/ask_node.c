/* The sub-commands of serai ask that talk to nodes; their help stands in ask_command.c. */
#include "cli/ask_command.h"

static const struct cli_subcommand commands[] = {
    { "put", ask_put_command, "", "" },
    { "answer", ask_answer_command, "", "" },
    { "reply", ask_reply_command, "", "" },
};

int cmd_ask_node(int argc, char **argv)
{
    static const struct cli_family family = { "ask", commands, sizeof commands / sizeof *commands, "" };

    return cli_family_run(&family, argc, argv);
}

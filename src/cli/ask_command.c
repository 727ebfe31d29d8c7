/* serai ask: questions between members, whatever their topic. */
#include "cli/ask_command.h"

static const struct cli_subcommand commands[] = {
    { "verify", ask_verify_command, "verify --key [MEMBER=]VKEY... [--json] FILE",
      "whether a file of \"serai licence questions --prove\" proves that one member asked this and another "
      "answered so: both signatures, by the members' node keys given with --key (their vkeys), and that the "
      "answer is to this question. Needs no network and no node. MEMBER: two letters, when the key's name "
      "does not begin with them (kz.specimen)" },
};

static const char rest[] =
    "Exit codes: 0 proved, 1 not proved, 2 usage or input.\n"
    "Example: serai ask verify --key ir.specimen+… --key kz.specimen+… question.proof\n";

int cmd_ask(int argc, char **argv)
{
    static const struct cli_family family = { "ask", commands, sizeof commands / sizeof *commands, rest };

    return cli_family_run(&family, argc, argv);
}

/* The sub-commands of serai ask. */
#ifndef SERAI_CLI_ASK_COMMAND_H
#define SERAI_CLI_ASK_COMMAND_H

#include "cli/subcommand.h"

int ask_verify_command(int argc, char **argv);

/* Of serai-node. */
int ask_put_command(int argc, char **argv);
int ask_answer_command(int argc, char **argv);
int ask_reply_command(int argc, char **argv);

#endif

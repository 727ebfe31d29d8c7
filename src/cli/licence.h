/* serai licence: a table of sub-commands, a file for each. */
#ifndef SERAI_CLI_LICENCE_H
#define SERAI_CLI_LICENCE_H

#include "cli/subcommand.h"

int licence_recognise_command(int argc, char **argv); /* licence_recognise.c */
int licence_issue_command(int argc, char **argv);     /* licence_issue.c */
int licence_present_command(int argc, char **argv);   /* licence_present.c */
int licence_request_command(int argc, char **argv);   /* licence_request.c */

#endif

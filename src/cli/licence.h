/* serai licence: a table of sub-commands, a file for each; ask and check are in serai-node. */
#ifndef SERAI_CLI_LICENCE_H
#define SERAI_CLI_LICENCE_H

#include "cli/subcommand.h"

int licence_ask_command(int argc, char **argv);         /* licence_ask.c */
int licence_check_command(int argc, char **argv);       /* licence_check.c */
int licence_offence_command(int argc, char **argv);     /* licence_offence.c */
int licence_questions_command(int argc, char **argv);   /* licence_questions.c */
int licence_recognise_command(int argc, char **argv);   /* licence_recognise.c */
int licence_register_command(int argc, char **argv);    /* licence_register.c */
int licence_status_list_command(int argc, char **argv); /* licence_status_list.c */
int licence_issue_command(int argc, char **argv);       /* licence_issue.c */
int licence_present_command(int argc, char **argv);     /* licence_present.c */
int licence_request_command(int argc, char **argv);     /* licence_request.c */

#endif

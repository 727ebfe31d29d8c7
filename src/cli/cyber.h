/* serai cyber: a table of sub-commands, a file for each; what needs HTTP is in serai-node (cyber_node.c). */
#ifndef SERAI_CLI_CYBER_H
#define SERAI_CLI_CYBER_H

#include "cli/subcommand.h"

int cyber_match_command(int argc, char **argv);   /* cyber_match.c */
int cyber_compile_command(int argc, char **argv); /* cyber_compile.c */
int cyber_change_command(int argc, char **argv);  /* cyber_change.c */
int cyber_image_command(int argc, char **argv);   /* cyber_image.c */
int cyber_export_command(int argc, char **argv);  /* cyber_export.c */
int cyber_account_command(int argc, char **argv); /* cyber_account.c */
/* cyber_objects.c */
int cyber_collections_command(int argc, char **argv);
int cyber_objects_command(int argc, char **argv);
int cyber_quarantine_command(int argc, char **argv);
int cyber_import_command(int argc, char **argv);      /* cyber_import.c */
int cyber_convert_command(int argc, char **argv);     /* cyber_convert.c */
int cyber_kev_command(int argc, char **argv);         /* cyber_kev.c */
int cyber_warninglist_command(int argc, char **argv); /* cyber_warninglist.c */

#endif

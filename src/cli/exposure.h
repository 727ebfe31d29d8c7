/* serai exposure: assets by product and what they are exposed to, on a node's folder or by a running node. */
#ifndef SERAI_CLI_EXPOSURE_H
#define SERAI_CLI_EXPOSURE_H

#include "cli/subcommand.h"

int exposure_import_command(int argc, char **argv);
int exposure_match_command(int argc, char **argv);
int exposure_board_command(int argc, char **argv);
int exposure_publish_command(int argc, char **argv);
int exposure_close_command(int argc, char **argv);
int exposure_erase_command(int argc, char **argv);

#endif

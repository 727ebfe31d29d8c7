/* serai trust: a table of sub-commands, a file for each. */
#ifndef SERAI_CLI_TRUST_H
#define SERAI_CLI_TRUST_H

#include "cli/subcommand.h"
#include "node/instance.h"
#include "trust/folder.h"

int trust_import_command(int argc, char **argv);
int trust_list_command(int argc, char **argv);
int trust_explain_command(int argc, char **argv);
int trust_key_command(int argc, char **argv);
/* trust_bloc.c, trust_members.c, trust_exchange.c, trust_act.c, trust_list_export.c */
int trust_bloc_command(int argc, char **argv);
int trust_member_command(int argc, char **argv);
int trust_acts_command(int argc, char **argv);
int trust_receive_command(int argc, char **argv);
int trust_propose_command(int argc, char **argv);
int trust_confirm_command(int argc, char **argv);
int trust_withdraw_command(int argc, char **argv);
int trust_report_command(int argc, char **argv);
int trust_pending_command(int argc, char **argv);
int trust_export_command(int argc, char **argv);
int trust_verify_command(int argc, char **argv);
int trust_check_fork_command(int argc, char **argv);

/* What --for takes. */
extern const char trust_purpose_help[];

/* Opens the node's folder, or says why not. */
MUST_USE bool trust_open_node(const char *folder, struct instance *i);

/* What this node believes as der, pem or folder: the part of export that is not about the bloc's list. */
bool trust_is_save_format(const char *format);
int trust_save(const char *node, const char *format, const char *out);

/* What the node imported; NULL when it has imported nothing, or the log cannot be read. */
struct trust_log *trust_open_log(const struct instance *i);

#endif

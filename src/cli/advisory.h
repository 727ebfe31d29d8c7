/* serai advisory and serai playbook: what their sub-commands share. */
#ifndef SERAI_CLI_ADVISORY_H
#define SERAI_CLI_ADVISORY_H

#include "cacao/cacao.h"
#include "cli/subcommand.h"
#include "csaf/csaf.h"

int advisory_check_command(int argc, char **argv);
int advisory_show_command(int argc, char **argv);
int advisory_filename_command(int argc, char **argv);
int advisory_diff_command(int argc, char **argv);
int advisory_publish_command(int argc, char **argv);
int advisory_verify_command(int argc, char **argv);
int advisory_mirror_command(int argc, char **argv);
int advisory_aggregate_command(int argc, char **argv);
int playbook_check_command(int argc, char **argv);
int playbook_show_command(int argc, char **argv);
int playbook_graph_command(int argc, char **argv);
int playbook_diff_command(int argc, char **argv);
int playbook_sign_command(int argc, char **argv);
int playbook_verify_command(int argc, char **argv);

/* Reads a file into an arena that this initializes, also when it fails; told on stderr then. */
MUST_USE bool advisory_read(const char *path, struct arena *a, struct csaf *c);
MUST_USE bool playbook_read(const char *path, struct arena *a, struct cacao *c);

/* Text of a document on stdout: control characters as points, lines indented. */
void advisory_put(struct span s, unsigned indent);

/* What is other between two documents: one line each, by JSON pointer; items of arrays that have one of the
 * members id, product_id, group_id, cve, number, name are compared by it. Returns how many. */
size_t advisory_differences(const struct json *a, const struct json *b, struct arena *mem);

#endif

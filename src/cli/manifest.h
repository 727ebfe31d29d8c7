/* serai manifest: lists of travellers, on a node's folder or by a running node. */
#ifndef SERAI_CLI_MANIFEST_H
#define SERAI_CLI_MANIFEST_H

#include "check/manifest.h"
#include "cli/subcommand.h"

int manifest_check_command(int argc, char **argv);
int manifest_list_command(int argc, char **argv);
int manifest_show_command(int argc, char **argv);
int manifest_results_command(int argc, char **argv);
int manifest_erase_command(int argc, char **argv);

/* Where it is done, and how results are wanted. */
struct manifest_call {
    const char *node, *url, *office, *out, *only, *at;
    bool json, organiser;
};

/* Results page by page to FILE (CSV when its name ends so, else an object a line; "-": standard output);
 * whole or not at all. c: of the opened folder; NULL: by url. */
MUST_USE bool manifest_write_results(const struct manifest_call *k, const struct check_context *c,
                                     const char *reference, unix_time now, struct why *w);
/* What is known of one list, as JSON in the arena. */
MUST_USE bool manifest_known(const struct manifest_call *k, const struct check_context *c,
                             const char *reference, struct arena *a, struct span *out, struct why *w);
/* For people: counts and what was remarked. */
void manifest_print(struct span json);
/* A value of a query. */
void manifest_put_query(struct buffer *b, const char *name, const char *value);

#endif

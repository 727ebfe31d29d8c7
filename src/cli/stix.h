/* The sub-commands of "serai stix". */
#ifndef SERAI_CLI_STIX_H
#define SERAI_CLI_STIX_H

#include "cli/subcommand.h"
#include "stix/bundle.h"

int stix_check_command(int argc, char **argv);
int stix_id_command(int argc, char **argv);
int stix_show_command(int argc, char **argv);

/*
 * Every object of a file: a bundle or an envelope of any size, an object, or one object a line; "-" is
 * standard input, and files of gzip are unpacked. False when it cannot be read to its end: w says why, *out
 * counts what was read.
 */
MUST_USE bool stix_file_read(const char *path, const struct stix_bundle_how *how, stix_item_take take,
                             void *ctx, struct stix_summary *out, struct why *w);

/* The bytes of such a file. False: b holds nothing. */
MUST_USE bool stix_file_bytes(const char *path, struct buffer *b, struct why *w);

#endif

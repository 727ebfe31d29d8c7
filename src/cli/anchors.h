/* Trust given on the command line: certificates in files and folders. */
#ifndef SERAI_CLI_ANCHORS_H
#define SERAI_CLI_ANCHORS_H

#include "cli/cli.h"
#include "seal/anchors.h"

/*
 * Adds the certificates of a file (DER, or PEM with one or more), or of all files of a folder and those in
 * it. In a folder, files without any certificate are passed over; a file that is named must hold one.
 */
MUST_USE bool cli_anchors(const char *path, struct anchor_set *set, struct why *w);

#endif

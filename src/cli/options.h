/* Options that several commands take. */
#ifndef SERAI_CLI_OPTIONS_H
#define SERAI_CLI_OPTIONS_H

#include "seal/anchors.h"

/*
 * Adds what --anchors names. What was passed over is said on stderr. A path in which nothing can be used,
 * such as a revocation list that does not verify, counts as absent: less is believed then, never more. False
 * when it cannot be opened.
 */
MUST_USE bool cli_anchors(const char *command, struct anchor_set *set, const char *path);

/* --NAME TEXT, and --NAME alone. */
struct cli_text {
    const char *name, **at;
};
struct cli_flag {
    const char *name; /* "json" and "help" also as -j and -h */
    bool *at;
};
/* Reads them all; each list ends with a name NULL. optind is then that of the first argument. False: there is
 * another one, or a text is missing, and getopt has said so. */
MUST_USE bool cli_options(int argc, char **argv, const struct cli_text *text, const struct cli_flag *flag);

/* A decimal number from 0 to most; text NULL: *out stays. False: told on stderr. */
MUST_USE bool cli_number(const char *command, const char *option, const char *text, int64_t most,
                         int64_t *out);

/* "dg1,dg2" or "1,2": bit n for DGn, at least one. */
MUST_USE bool cli_groups(const char *text, uint32_t *out);

#endif

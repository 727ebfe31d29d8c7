/* The sub-commands of serai cyber that fill a collection or speak TAXII to others; they are in serai-node. */
#ifndef SERAI_CLI_CYBER_TAXII_H
#define SERAI_CLI_CYBER_TAXII_H

#include "cli/subcommand.h"

int cyber_load_command(int argc, char **argv); /* cyber_load.c */
int cyber_pull_command(int argc, char **argv); /* cyber_pull.c */
int cyber_push_command(int argc, char **argv); /* cyber_push.c */

/* What became of objects that were sent; those refused are said on stderr. */
struct cyber_sent {
    size_t taken, refused;
};

void cyber_outcome(void *ctx, struct span id, struct span version, bool success, struct span message);

#endif

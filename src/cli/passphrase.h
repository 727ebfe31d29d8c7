/* A passphrase from a file, or from whoever sits at the terminal. */
#ifndef SERAI_CLI_PASSPHRASE_H
#define SERAI_CLI_PASSPHRASE_H

#include "base/buffer.h"
#include "base/why.h"

/* The first line of file; NULL: asked for at the terminal without showing it, twice when it is a new one.
 * Reason "passphrase". The caller wipes and frees. */
MUST_USE bool cli_passphrase(const char *file, bool fresh, struct buffer *out, struct why *w);

#endif

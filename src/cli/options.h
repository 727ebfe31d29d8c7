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

/* "dg1,dg2" or "1,2": bit n for DGn, at least one. */
MUST_USE bool cli_groups(const char *text, uint32_t *out);

#endif

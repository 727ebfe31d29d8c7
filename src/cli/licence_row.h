/* One licence of a register as people write it: options of a command, a line of a file. */
#ifndef SERAI_CLI_LICENCE_ROW_H
#define SERAI_CLI_LICENCE_ROW_H

#include "node/config.h"
#include "service/licence/register.h"

/* Empty where nothing is said. */
struct licence_row {
    struct span number, digest; /* one of the two; digest: 64 hexadecimal digits */
    struct span status, reason, since, until, authority, birth;
    struct span categories; /* "B:2020-05-01:2030-05-01:01 78;C": category, first day, last day, codes */
};

/* The member of that name ("number", "since", …); NULL: there is none. */
struct span *licence_row_member(struct licence_row *r, struct span name);

MUST_USE bool licence_row_digest(struct span issuer, struct span number, struct span digest, struct arena *a,
                                 uint8_t out[LICENCE_DIGEST], struct why *w);

/* Puts it at that time: as a new licence, as a new state of a known one, or whichever it is. */
enum row_as { ROW_NEW, ROW_KNOWN, ROW_EITHER };
MUST_USE bool licence_row_put(struct store *s, struct span issuer, const struct licence_row *r,
                              enum row_as as, unix_time at, struct arena *a, struct why *w);

/* A node's configuration and its store alone: no keys, no anchors, no agreement. */
MUST_USE bool cli_open_store(const char *folder, bool read_only, struct arena *a, struct node_config *config,
                             struct store **ret, struct why *w);

#endif

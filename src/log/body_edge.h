/*
 * The bodies of a log that grows: those of the bundle at its edge in memory, the others written with the
 * tiles. What log/writer.c does for entries, done for what stands beside them.
 */
#ifndef SERAI_LOG_BODY_EDGE_H
#define SERAI_LOG_BODY_EDGE_H

#include "log/body_files.h"
#include "log/files.h"

enum {
    BODY_SMALL = 8 * 1024 /* what a writer puts into bundles, that at the edge being written again with each
                             commit: larger ones stand alone from here on, bytes */
};

struct body_edge {
    struct buffer slots; /* of the bundle that is not full */
    unsigned n;
};

void body_edge_init(struct body_edge *e);
void body_edge_free(struct body_edge *e);
void body_edge_clear(struct body_edge *e);

/* A slot for the next entry; kept empty: it has no body. A large one is written alone, files NULL: not at
 * all. */
MUST_USE bool body_edge_add(struct body_edge *e, struct log_files *files, const uint8_t hash[LEAF_HASH],
                            struct span kept, struct why *w);
/* The slot of an entry as another copy of the log has it. */
MUST_USE bool body_edge_add_slot(struct body_edge *e, const struct body_slot *slot);
/* Its body is erased: as if it had always been. */
void body_edge_erase(struct body_edge *e, unsigned at);
/* Writes the bundle at that index, as wide as it is, and empties it when it is full. */
MUST_USE bool body_edge_write(struct body_edge *e, struct log_files *files, uint64_t index, struct why *w);
/* The log grew from a size to another, durably: narrower bundles go. */
void body_edge_settled(const struct log_files *files, uint64_t before, uint64_t size);
/* From the folder of a log of that size. What was written past it, and never signed, goes. */
MUST_USE bool body_edge_load(struct body_edge *e, const struct log_files *files, uint64_t size,
                             struct why *w);

#endif

/*
 * Ways to the members' desks: this node's own; members whose nodes answer in this process, from a folder with
 * one node's folder for each, opened when it is first asked (its agreement, its store and its node key); and
 * the line to all others.
 */
#ifndef SERAI_NODE_DESKS_H
#define SERAI_NODE_DESKS_H

#include "node/config.h"
#include "service/ask/ask.h"

struct desks;

/* Looks which members there are (FOLDER/NAME/node.conf, whose configurations must be good; NULL: none).
 * Questions to `office->member` itself are answered from the office's own store. office must outlive it.
 * Reasons: "config", "io", "node-key". */
MUST_USE bool desks_open(const char *folder, const struct ask_office *office, struct desks **ret,
                         struct why *w);
void desks_close(struct desks *d); /* NULL allowed */

struct ask_carrier desks_carrier(struct desks *d);
/* The node keys of these members and of the office's own; then those that the line knows. */
struct ask_keys desks_keys(struct desks *d);

/* From now on these services answer besides (reason "config"). services, and those of the members in the
 * folder, must outlive it. Before anybody asks. */
MUST_USE bool desks_serve(struct desks *d, const struct services_config *services, struct why *w);

/* The desk of the office's own member: it answers what comes over the line. */
const struct ask_desk *desks_own(const struct desks *d);

/* Whoever is in no folder is beyond the line. It is called by several threads. */
struct desks_line {
    struct ask_carrier carrier;
    struct ask_keys keys;
};
/* NULL: no line (any more). It must live until nobody asks. */
void desks_set_line(struct desks *d, const struct desks_line *line);
size_t desks_members(const struct desks *d, struct span *out, size_t max);

#endif

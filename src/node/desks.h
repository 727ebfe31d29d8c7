/*
 * Members whose nodes answer questions in this process, as long as nodes do not talk to each other: a folder
 * with one node's folder for each. Each is opened when it is first asked: its agreement and its store, not
 * its keys and anchors.
 */
#ifndef SERAI_NODE_DESKS_H
#define SERAI_NODE_DESKS_H

#include "node/config.h"
#include "service/ask/ask.h"

struct desks;

/* Looks which members there are (FOLDER/NAME/node.conf, whose configurations must be good). Questions to
 * `office->member` itself are answered from the office's own store. office must outlive it. Reasons:
 * "config", "io". */
MUST_USE bool desks_open(const char *folder, const struct ask_office *office, struct desks **ret,
                         struct why *w);
void desks_close(struct desks *d); /* NULL allowed */

struct ask_carrier desks_carrier(struct desks *d);
/* The node keys of these members, and of the office's own. */
struct ask_keys desks_keys(struct desks *d);
size_t desks_members(const struct desks *d, struct span *out, size_t max);

#endif

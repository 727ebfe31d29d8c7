/* Terms of complaints as the agreement says them, else node.conf; offices as node.conf says them. */
#ifndef SERAI_NODE_COMPLAINT_RULES_H
#define SERAI_NODE_COMPLAINT_RULES_H

#include "check/check.h"
#include "node/config.h"
#include "service/travel/complaint.h"

/*
 * Points into c. An agreement that says one of the terms is the source of all of them, and those of node.conf
 * do not count; a: NULL, or without terms: node.conf. What neither says is as in complaint_defaults.
 */
void complaint_rules_of(const struct node_config *c, const struct agreement *a, struct complaint_rules *out);
/* The same by the version of the agreement that binds this member now. */
void complaint_rules_now(const struct node_config *c, const struct check_context *check, unix_time now,
                         struct complaint_rules *out);

#endif

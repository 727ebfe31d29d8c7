/* Between the files operator_*.c: parts of the answer of GET /v1/operator. */
#ifndef SERAI_NODE_OPERATOR_H
#define SERAI_NODE_OPERATOR_H

#include "node/config.h"
#include "wire/json_write.h"

/* The keys that node.conf names, each with where it is and when its certificate ends; never the key. */
void operator_put_keys(struct json_writer *j, const struct node_config *c, struct arena *a);

/* The settings that hold nothing secret and nothing of a person, by name: a list of what is told, so that a
 * new setting is not told until somebody adds it. */
void operator_put_config(struct json_writer *j, const struct node_config *c);

#endif

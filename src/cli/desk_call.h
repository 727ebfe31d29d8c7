/* A desk's question to a node's folder, or to the node that runs on it; and answers in JSON for people. */
#ifndef SERAI_CLI_DESK_CALL_H
#define SERAI_CLI_DESK_CALL_H

#include "base/buffer.h"
#include "node/instance.h"

/* Opens the folder: for reading also while its node runs. The store is in i->store. */
MUST_USE bool desk_open(const char *folder, bool write, struct instance *i, struct why *w);
void desk_close(struct instance *i);

/* The JSON as lines: a member a line, what stands in another indented under it, null left out. */
void desk_print(struct span json, bool as_json);

/* One request as an object of texts; empty ones are left out. */
struct desk_text {
    const char *name, *value; /* value NULL: left out; "true": yes */
};
void desk_request(const struct desk_text *t, size_t n, struct buffer *b);

#endif

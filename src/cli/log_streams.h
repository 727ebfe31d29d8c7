/* What the sub-commands of serai log share that work on a member's own streams. */
#ifndef SERAI_CLI_LOG_STREAMS_H
#define SERAI_CLI_LOG_STREAMS_H

#include "cli/log.h"
#include "node/own_streams.h"

struct log_node {
    const char *node, *url, *stream, *audience, *type, *subject, *at, *reason;
    unix_time now;
    struct node_config config;
    struct own_streams own;
    struct arena arena;
};

/* Reads the options alone; the arena is ready. */
int log_node_options(struct log_node *o, int argc, char **argv);
/* Opens the streams after log_node_options; ends the arena when it does not. */
int log_node_begin(struct log_node *o);
/* Reads the options and opens the streams; CLI_POSITIVE: go on, and end with log_node_close. */
int log_node_open(struct log_node *o, int argc, char **argv);
void log_node_close(struct log_node *o);

#endif

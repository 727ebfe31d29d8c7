/* `answer-with` of node.conf: which service behind the node answers questions of a topic (node/services.h).
 */
#ifndef SERAI_NODE_SERVICE_CONFIG_H
#define SERAI_NODE_SERVICE_CONFIG_H

#include "base/arena.h"
#include "base/limits.h"

/* "vehicle register" http://127.0.0.1:9000/ask, or a command: an absolute path and arguments. */
struct service_config {
    const char *topic;
    const char *url;     /* NULL: a command */
    const char *command; /* words with blanks between */
};
struct services_config {
    size_t n;
    struct service_config item[LIMIT_SERVICES];
};

/* From `"TOPIC" http://HOST:PORT/PATH` or `"TOPIC" /PROGRAM ARGUMENT…`. HOST is a numeric address of loopback
 * or of a private network (RFC 1918, RFC 4193): nothing is encrypted. False: it is neither. */
MUST_USE bool service_config_parse(struct span line, struct arena *a, struct service_config *out);

#endif

/* Files of a log at another member, over its link. */
#ifndef SERAI_LINK_LOG_SOURCE_H
#define SERAI_LINK_LOG_SOURCE_H

#include "link/link.h"
#include "log/verify.h"

/* One log at one member; may be used by one thread at a time. */
struct link_log {
    struct links *links;
    char member[8];
    char prefix[80]; /* "/log/<hex SHA-256 of the origin>/" */
    int64_t timeout_ms;
    int64_t until_ms; /* by the clock of the links: nothing is waited for after it; 0: no end */
};

/* A file after until_ms has the reason "timeout". */

/* at: the member that serves it, the log's own or a mirror's. timeout_ms of one file; 0: that of links. */
void link_log_init(struct link_log *g, struct links *l, struct span at, struct span origin,
                   int64_t timeout_ms);

/* g must outlive it. 404 and 410 are "not there"; reasons those of link_call, "audience" (403) and
 * "status". */
struct log_source link_log_source(struct link_log *g);

#endif

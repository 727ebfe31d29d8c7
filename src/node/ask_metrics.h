/* Questions in GET /metrics. */
#ifndef SERAI_NODE_ASK_METRICS_H
#define SERAI_NODE_ASK_METRICS_H

#include "base/buffer.h"

struct ask_counts;
void ask_metrics(const struct ask_counts *c, struct buffer *out); /* c may be NULL */

#endif

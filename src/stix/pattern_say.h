/* What a pattern looks for, in words. */
#ifndef SERAI_STIX_PATTERN_SAY_H
#define SERAI_STIX_PATTERN_SAY_H

#include "stix/pattern.h"

/* English, one line per node, indented by depth. */
void pattern_say(const struct pattern *p, struct buffer *out);

#endif

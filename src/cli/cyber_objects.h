/* What the commands over a node's objects share. */
#ifndef SERAI_CLI_CYBER_OBJECTS_H
#define SERAI_CLI_CYBER_OBJECTS_H

#include "node/config.h"

/* node.conf of the folder, which names one for the cyber service. */
MUST_USE bool cyber_folder_read(const char *node, struct arena *a, struct node_config *c, struct why *w);

#endif

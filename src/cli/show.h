/* The JSON of the interface, for people at a terminal. */
#ifndef SERAI_CLI_SHOW_H
#define SERAI_CLI_SHOW_H

#include "base/arena.h"

/* Schema Inspection. */
void show_inspection(struct span json, struct arena *a);

/* Schema CheckAnswer. */
void show_verdict(struct span json, struct arena *a);

#endif

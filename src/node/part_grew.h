/* A hint between members: "one of my logs grew". Whoever gets it looks at once instead of at the next round;
 * nothing is believed for it. */
#ifndef SERAI_NODE_PART_GREW_H
#define SERAI_NODE_PART_GREW_H

#include "node/federation.h"

/* Told at most GREW_SENT times a second, the rest with the next step; acted upon at most GREW_HEARD times, so
 * that no member makes this node run round after round. */
enum { GREW_SENT = 8, GREW_HEARD = 20 };
/* Whether a hint of that member is acted upon now. */
bool grew_take(struct federation *f, struct span member);

#endif

/*
 * A stand-in for check/ and what is below: the server's own tests say what a check does. The request body
 * decides:
 * {"id":"slow"} takes 0.3 s, "slower" 3 s, "conflict" and "full" fail, everything else is admitted.
 */
#ifndef SERAI_TESTS_NODE_STUB_H
#define SERAI_TESTS_NODE_STUB_H

#include "node/node.h"

extern const struct agreement *stub_agreement;
extern const struct anchor_set *stub_anchors;

#endif

/* Holds an answer of the running server to web/openapi.json. */
#ifndef SERAI_TESTS_NODE_DESCRIBED_H
#define SERAI_TESTS_NODE_DESCRIBED_H

#include <jansson.h>

#include "client.h"

/* Status, media type and body are ones that the interface describes for this operation; for a path of no
 * operation, the body is an Error. Fails the running test with what and the place. */
void assert_described(const json_t *api, const char *method, const char *path, const struct reply *r,
                      const char *what);

#endif

/* What may stand beside what is stored. */
#ifndef SERAI_SERVICE_CYBER_OBJECT_RULES_H
#define SERAI_SERVICE_CYBER_OBJECT_RULES_H

#include "service/cyber/object_internal.h"

/* By the writer's thread. *known is the sequence of the stored one when it is this version. */
enum object_outcome object_rule(struct object_store *s, const struct object_new *n, uint16_t collection,
                                uint16_t type, uint64_t *known);

/* The same JSON, whatever its order and spelling (RFC 8785). */
bool object_same_content(struct span a, struct span b);

#endif

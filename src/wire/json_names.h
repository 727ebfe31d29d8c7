/* Member names of one object: told apart while parsing. */
#ifndef SERAI_WIRE_JSON_NAMES_H
#define SERAI_WIRE_JSON_NAMES_H

#include "wire/json.h"

/*
 * No two members of the object have the same name after unescaping. False with reason "duplicate-member" at
 * the second one, or "too-large". Many names are sorted in the arena, so that no choice of names makes it
 * slow.
 */
MUST_USE bool json_names_differ(const struct json *j, json_ref object, struct arena *a, struct why *w);

#endif

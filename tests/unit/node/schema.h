/*
 * Holds JSON to the schemas of web/openapi.json (JSON Schema 2020-12, the part the file uses; an unknown
 * keyword fails, so that no rule is passed over).
 */
#ifndef SERAI_TESTS_NODE_SCHEMA_H
#define SERAI_TESTS_NODE_SCHEMA_H

#include <jansson.h>
#include <stdbool.h>

/* False with one line in what (size bytes) that names the place and the rule. */
bool schema_holds(const json_t *api, const json_t *schema, const json_t *value, char *what, size_t size);

/* A chain of object members, ended by NULL, with $ref followed on the way; NULL when one is absent. */
const json_t *schema_at(const json_t *api, const json_t *from, ...);

#endif

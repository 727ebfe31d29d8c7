/* The JSON schemas of CACAO 2.0 as tables (wire/json_shape.h). */
#ifndef SERAI_CACAO_SHAPES_H
#define SERAI_CACAO_SHAPES_H

#include "wire/json_shape.h"

extern const struct shape cacao_playbook_shape;

/* type--UUID with a UUID of version 1 to 5. */
bool cacao_identifier(struct span s);
/* Of this type: "action". */
bool cacao_identifier_of(struct span s, const char *type);

#endif

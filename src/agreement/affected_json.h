/* Those who are affected by a change, as JSON: what diff and what-if print and a node answers. */
#ifndef SERAI_AGREEMENT_AFFECTED_JSON_H
#define SERAI_AGREEMENT_AFFECTED_JSON_H

#include "agreement/affected.h"
#include "wire/json_write.h"

/* As members of an array under way, a group each. */
void affected_json(const struct affected *x, const struct tongue *t, struct json_writer *w);

#endif

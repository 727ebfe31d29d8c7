/* The list as JSON: schemas TrustMember and TrustEntry of the interface. */
#ifndef SERAI_TRUST_LIST_JSON_H
#define SERAI_TRUST_LIST_JSON_H

#include "trust/list.h"
#include "wire/json_write.h"

void trust_member_json(struct json_writer *j, const struct trust_member *m);
void trust_entry_json(struct json_writer *j, const struct trust_entry *e);

#endif

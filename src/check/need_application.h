/* What a permission costs and what its applicant hands in (schema NeedApplication). */
#ifndef SERAI_CHECK_NEED_APPLICATION_H
#define SERAI_CHECK_NEED_APPLICATION_H

#include "agreement/need.h"
#include "wire/json_write.h"

void need_application_json(struct json_writer *j, const char *key, const struct need_permission *p,
                           const char *language);

#endif

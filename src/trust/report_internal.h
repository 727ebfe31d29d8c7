/* Between the files of the report. */
#ifndef SERAI_TRUST_REPORT_INTERNAL_H
#define SERAI_TRUST_REPORT_INTERNAL_H

#include "trust/report.h"

void report_put_time(struct json_writer *j, const char *key, unix_time t);
/* "licence_lists" */
void report_put_lists(struct json_writer *j, const struct anchor_set *set, unix_time at);

#endif

/*
 * Rows of a file to be screened: CSV with a header, or FollowTheMoney entities a line. Columns are id,
 * schema, and properties of FollowTheMoney by their names or as people write them: name, alias, birth_date,
 * country, nationality, sex, gender, passport, id_number, registration_number, tax_number, lei, bic, imo,
 * iban. A column of another name counts for nothing.
 */
#ifndef SERAI_SERVICE_NOTICE_LIST_ROW_H
#define SERAI_SERVICE_NOTICE_LIST_ROW_H

#include "service/notice/list_desk.h"

struct list_row_table {
    bool json;
    size_t n;
    char property[LIST_CSV_FIELDS][32]; /* "" : counts for nothing */
};

/* The first line; of JSON it is the first row too. Reason "header": no column name, or too many. */
MUST_USE bool list_row_begin(struct span line, struct list_row_table *out, struct why *w);

/* "birth-date", "birth_date", "birthDate" -> "birthDate". NULL: nothing that is asked. */
const char *list_row_property(struct span word);

/* Into q, whose purpose and thresholds stay; id: what the file calls the row, may be empty. Texts are the
 * arena's or in the line. Reasons "json", "row". */
MUST_USE bool list_row_read(const struct list_row_table *t, struct span line, struct arena *a,
                            struct list_question *q, struct span *id, struct why *w);

/* The properties of an entity, object {"name":["…"],…} or {"name":"…"}, into q. Reason "row". */
MUST_USE bool list_row_properties(const struct json *j, json_ref properties, struct arena *a,
                                  struct list_question *q, struct why *w);

#endif

/* Objects of JSON read by a table, strictly: a member that is not in it is an error. For records of notices.
 */
#ifndef SERAI_SERVICE_NOTICE_NOTICE_FIELDS_H
#define SERAI_SERVICE_NOTICE_NOTICE_FIELDS_H

#include "wire/json.h"

struct notice_fields {
    const struct json *j;
    struct arena *a;
    const char *reason; /* of what is wrong: "notice" */
    struct why *w;
    bool draft; /* who signs, and when, is not said yet */
    bool told;  /* why says what is wrong already */
};

struct notice_field {
    const char *name;
    bool (*read)(struct notice_fields *f, json_ref v, void *to);
    void *to;
    bool needed;
};

/* Always false. */
bool notice_fields_wrong(struct notice_fields *f, json_ref at, const char *what);
MUST_USE bool notice_fields_read(struct notice_fields *f, json_ref obj, const struct notice_field *table,
                                 size_t n);
/* An array of 1 to most items of that size. */
MUST_USE bool notice_fields_list(struct notice_fields *f, json_ref v, void *items, size_t size, size_t most,
                                 size_t *n, bool (*read)(struct notice_fields *f, json_ref v, void *to));

/* For the table. to: struct span; a text without control characters but line feeds, not empty. */
bool notice_field_text(struct notice_fields *f, json_ref v, void *to);
bool notice_field_word(struct notice_fields *f, json_ref v, void *to);  /* 1..64 of a-z A-Z 0-9 . - */
bool notice_field_state(struct notice_fields *f, json_ref v, void *to); /* "KZ" */
bool notice_field_hash(struct notice_fields *f, json_ref v, void *to);  /* 64 hex digits, small */
bool notice_field_bool(struct notice_fields *f, json_ref v, void *to);
bool notice_field_date(struct notice_fields *f, json_ref v, void *to); /* struct date */
bool notice_field_time(struct notice_fields *f, json_ref v,
                       void *to); /* unix_time, as time_format writes it */
bool notice_field_months(struct notice_fields *f, json_ref v, void *to); /* int64_t, 0..1000000 */

#endif

/* Objects of JSON read by a table: a member that is not in it is an error, and not passed over. */
#ifndef SERAI_CHECK_MEMBERS_H
#define SERAI_CHECK_MEMBERS_H

#include "wire/json.h"

/* read NULL: allowed, and read elsewhere. */
struct member {
    const char *name;
    bool (*read)(const struct json *j, json_ref v, void *to, struct arena *a);
    void *to;
};

/* Every member of obj; where and clause are for the reason "request": "the request". */
MUST_USE bool members_read(const struct json *j, json_ref obj, const char *where, const char *clause,
                           const struct member *m, size_t n, struct arena *a, struct why *w);

/* For the table. to: struct span (id: not empty), bool, struct date. */
bool member_text(const struct json *j, json_ref v, void *to, struct arena *a);
bool member_id(const struct json *j, json_ref v, void *to, struct arena *a);
bool member_bool(const struct json *j, json_ref v, void *to, struct arena *a);
bool member_date(const struct json *j, json_ref v, void *to, struct arena *a);

/* Base64 (RFC 4648 4) into the arena; at is where the reason "request" or "too-large" is. */
MUST_USE bool member_base64(const struct json *j, json_ref at, const char *clause, struct span base64,
                            struct arena *a, struct span *out, struct why *w);

#endif

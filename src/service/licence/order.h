/*
 * What a licence is to say, as JSON (doc/licences.md, "Issuing"): the form that `serai licence recognise`
 * reads, with what only an issuer knows. Whether a licence may say that is judged where it is issued
 * (seal/mdoc_issue.h).
 */
#ifndef SERAI_SERVICE_LICENCE_ORDER_H
#define SERAI_SERVICE_LICENCE_ORDER_H

#include "seal/mdoc_issue.h"

struct licence_order_data {
    struct span doc_type; /* that of driving licences unless it says another */
    struct mdoc_issue_element *element;
    size_t n;
};

/*
 * portrait: JPEG or JPEG 2000 bytes, in place of a member of that name; empty: none. Spans are the arena's,
 * or lie in text. Members that say how a licence is looked at, and not what it says, are passed over.
 * Reasons: those of json_parse; "member" (not known), "value" (another kind of value than the member has),
 * "too-large".
 */
MUST_USE bool licence_order_read(struct span text, struct span portrait, struct arena *a,
                                 struct licence_order_data *out, struct why *w);

/*
 * A JSON value as CBOR: texts, integers, true, false, null, arrays and objects as what they are; {"date":
 * "2027-01-31"} a full-date, {"time": "2027-01-31T12:00:00Z"} a tdate, {"base64": "…"} bytes. Other
 * numbers have no place in a licence. Reason "value", "too-large".
 */
struct json;
MUST_USE bool licence_value_put(const struct json *j, uint32_t value, struct arena *a, struct buffer *b,
                                struct why *w);

#endif

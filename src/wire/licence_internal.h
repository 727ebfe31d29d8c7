/* Shared by wire/licence_data.c and wire/licence_privileges.c. */
#ifndef SERAI_WIRE_LICENCE_INTERNAL_H
#define SERAI_WIRE_LICENCE_INTERNAL_H

#include "wire/cbor.h"
#include "wire/licence_data.h"

/* Notes a finding at p, once for each element and finding when of no privilege. */
void licence_note(struct licence_data *l, enum licence_finding what, struct span element, const uint8_t *p,
                  int privilege);

enum licence_date { LICENCE_DATE_OK, LICENCE_DATE_TYPE, LICENCE_DATE_VALUE, LICENCE_DATE_DATE };

/* A full-date (tag 1004 over text, RFC 8943) that stands alone in value. */
enum licence_date licence_full_date(struct span value, struct date *out);

/* The element driving_privileges; the notes are those of its types, values and dates. */
void licence_read_privileges(struct licence_data *l, struct span name, struct span value);

/* Then what a privilege means with that issuer at this time. */
void licence_judge_privileges(struct licence_data *l, unix_time now);

#endif

/* The resources of TAXII 2.1 as JSON. */
#ifndef SERAI_TAXII_WRITE_H
#define SERAI_TAXII_WRITE_H

#include "base/buffer.h"
#include "base/why.h"

/* 3.6.1: a short title for the status, what is wrong as description, the reason word as error_code. */
void taxii_put_error(struct buffer *b, unsigned status, const char *reason, const char *description);
const char *taxii_status_title(unsigned status);

/* What stands around the objects of an envelope (3.7): `{"objects":[` and `],"more":true,"next":"…"}`; empty
 * lists are left out, so that an empty page is `{}`. list: "objects", "versions". next NULL: no more. */
void taxii_put_begin(struct buffer *b, const char *list);
void taxii_put_end(struct buffer *b, const char *next);

/* 5.3.1: one entry of a manifest, with a comma before it unless it is the first. Texts need no escapes. */
void taxii_put_entry(struct buffer *b, bool first, const char *id, const char *date_added,
                     const char *version, unsigned spec);

#endif

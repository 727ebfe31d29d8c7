/* What entries of the register and answers share: the state of a licence as CBOR. */
#ifndef SERAI_SERVICE_LICENCE_ENTRY_H
#define SERAI_SERVICE_LICENCE_ENTRY_H

#include "service/licence/register.h"
#include "wire/cbor_write.h"

void entry_put_text(struct buffer *b, int64_t key, struct span s);
void entry_put_date(struct buffer *b, int64_t key, struct date d);
/* Keys 1 to 5 (standing, reason, since, until, authority) and 7 (categories); 6 is the caller's. */
void entry_put_state(struct buffer *b, const struct licence_entry *e);
void entry_put_categories(struct buffer *b, const struct licence_entry *e);

void entry_key(struct cbor *c, int64_t n);
struct span entry_text(struct cbor *c, int64_t key);
/* A word or nothing, at most `most` bytes. */
struct span entry_short(struct cbor *c, int64_t key, size_t most);
struct date entry_date(struct cbor *c, int64_t key);
void entry_state(struct cbor *c, struct licence_entry *e);
void entry_categories(struct cbor *c, struct licence_entry *e);

/* Of texts that stand in it. */
enum { ENTRY_REASON = 64, ENTRY_AUTHORITY = 150, ENTRY_CATEGORY = 16, ENTRY_CODES = 128, ENTRY_NUMBER = 64 };

bool licence_in_use(enum licence_standing s);

#endif

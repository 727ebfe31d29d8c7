/* What the files of hits.h have in common. */
#ifndef SERAI_CHECK_HITS_INTERNAL_H
#define SERAI_CHECK_HITS_INTERNAL_H

#include "check/hits.h"
#include "wire/json_write.h"

MUST_USE bool hits_whole(struct buffer *out, struct why *w);
/* null for 0 and for nothing. */
void hits_put_time(struct json_writer *j, const char *key, unix_time t);
void hits_put_text(struct json_writer *j, const char *key, struct span s);

/* NULL: there are none. */
const struct names *hits_tables(const struct hits_call *c);

/* Into an open object. */
void hits_put_row(struct json_writer *j, const struct hit_row *r, unix_time now);
/* "traveller": with names in three scripts; t may be NULL. */
void hits_put_traveller(struct json_writer *j, const struct hit_traveller *x, const struct names *t);

#endif

/* Countries as published lists write them, in English, as two small letters. */
#ifndef SERAI_SERVICE_NOTICE_LIST_COUNTRY_H
#define SERAI_SERVICE_NOTICE_LIST_COUNTRY_H

#include "base/span.h"

struct list_countries;

/* Some 300 names: those of the Unicode locale data, and what the lists write besides. */
struct list_countries *list_countries_new(void);
void list_countries_free(struct list_countries *c);

/* "IR", "ir", "Iran", "Iran (Islamic Republic of)" -> "ir"; what is none of these is returned as it is. The
 * answer lives as long as c and s. */
struct span list_country(const struct list_countries *c, struct span s);

#endif

/* An entry while a reader puts it together, and how lists write dates. */
#ifndef SERAI_SERVICE_NOTICE_LIST_DRAFT_H
#define SERAI_SERVICE_NOTICE_LIST_DRAFT_H

#include "service/notice/list_country.h"
#include "service/notice/list_entry.h"

struct list_draft {
    struct arena *a;
    const struct list_countries *countries;
    struct list_entry e;
    struct list_value *value; /* LIMIT_LIST_VALUES */
    struct list_value spare;  /* of what is no value */
    bool full;                /* more values than that, or no room in the arena */
};

struct list_draft *list_draft_new(const struct list_countries *c);
void list_draft_free(struct list_draft *d);
void list_draft_begin(struct list_draft *d, struct arena *a);

/* Trimmed; an empty text is no value, and the same value twice is one. The value, to say more about it: its
 * own until the next; never NULL. */
struct list_value *list_draft_put(struct list_draft *d, const char *property, struct span text);
/* The same under a property in the arena or the source. */
struct list_value *list_draft_put_as(struct list_draft *d, struct span property, struct span text);
/* A country as the source writes it. */
struct list_value *list_draft_country(struct list_draft *d, const char *property, struct span text);
/* A date as the source writes it: kept as it is where it does not read. */
struct list_value *list_draft_date(struct list_draft *d, const char *property, struct span text);
/* Parts that are not empty, with one blank or what stands in between; the arena's. */
struct span list_draft_join(struct list_draft *d, const char *between, const struct span *part, size_t n);

/*
 * "02 Nov 1963", "Nov 1963", "1963", "circa 1963", "1963 to 1965", "1963-11-02", "1963-11", "02/11/1963" (day
 * first) -> "1963-11-02", "1963-11", "1963", "1963/1965"; *about of "circa" and its like. False: it reads as
 * none of these.
 */
enum { LIST_DATE = 16 };
MUST_USE bool list_date(struct span text, char out[LIST_DATE], bool *about);

#endif

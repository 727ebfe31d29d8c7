/*
 * Published lists read as they come, in the form their publisher gives them, one entry after another and in
 * bounded memory. What does not read is told with its line and why, and nothing else is lost for it; a file
 * that is cut off or damaged is refused as a whole, because what is missing in it would look as if it had
 * been taken off the list.
 */
#ifndef SERAI_SERVICE_NOTICE_LIST_READ_H
#define SERAI_SERVICE_NOTICE_LIST_READ_H

#include "service/notice/list_entry.h"

enum list_format {
    LIST_UN_XML,   /* consolidated list of the Security Council */
    LIST_OFAC_XML, /* sdn.xml, consolidated.xml */
    LIST_OFAC_CSV, /* sdn.csv with alt.csv, add.csv and sdn_comments.csv beside it */
    LIST_EU_XML,   /* consolidated financial sanctions, FSF 1.1 */
    LIST_FTM_JSON, /* OpenSanctions: FollowTheMoney entities, one a line, flat or nested */
    LIST_FORMATS
};
/* "un-xml", "ofac-xml", "ofac-csv", "eu-xml", "ftm-json". */
const char *list_format_word(enum list_format f);
MUST_USE bool list_format_of(struct span word, enum list_format *out);

/* By the first bytes of a file; 4 KB are enough. Reason "format". */
MUST_USE bool list_format_detect(struct span head, enum list_format *out, struct why *w);

struct list_sink {
    void *ctx;
    /* The entry and all it refers to live until the return. False ends reading. */
    bool (*entry)(void *ctx, const struct list_entry *e, struct why *w);
    /* One that does not read. id may be empty. */
    bool (*refused)(void *ctx, uint64_t line, struct span id, const struct why *why, struct why *w);
};

/* What a file says of itself. */
struct list_stated {
    char published[32];   /* date or time, ISO 8601; "": it does not say */
    char publication[80]; /* its number or name; "": it has none */
    uint64_t stated;      /* how many entries it says it has; 0: it does not say */
    uint64_t entries, refused;
    uint64_t beside; /* records that are no entry and belong to none: links, addresses of their own */
};

struct list_reader;
struct list_reader *list_reader_new(enum list_format f, const struct list_sink *sink);
void list_reader_free(struct list_reader *r); /* NULL allowed */

/*
 * The bytes of the file in order, in pieces of any size. Of LIST_OFAC_CSV the files beside come first, each
 * ended with list_reader_next; which is which is told by the number of its columns.
 * Reasons: those of list_xml.h, "format" (not what it was taken for), "too-large", "truncated".
 */
MUST_USE bool list_reader_feed(struct list_reader *r, struct span bytes, struct why *w);
MUST_USE bool list_reader_next(struct list_reader *r, struct why *w);
/* Reason "truncated" also when there are fewer entries than the file says it has. */
MUST_USE bool list_reader_end(struct list_reader *r, struct list_stated *out, struct why *w);

/* Fields of a line of a table (RFC 4180), quotes undone in the arena; "-0-", as OFAC writes, is an empty one.
 * How many; 0: a quote is not closed, or there are more. */
enum { LIST_CSV_FIELDS = 16 };
size_t list_csv_split(struct span line, struct arena *a, struct span field[LIST_CSV_FIELDS]);
/* Of a table of OFAC: how many columns its first line has; LIST_CSV_HEAD of them are the one of entries. */
enum { LIST_CSV_HEAD = 12 };
size_t list_csv_columns(struct span line);

/* Lines only (LIST_FTM_JSON): entry and refused know where a line began, so that reading may go on there. */
void list_reader_from(struct list_reader *r, uint64_t line);

#endif

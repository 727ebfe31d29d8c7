/* Ranges of blank documents: few, in memory, in one small file. */
#ifndef SERAI_SERVICE_NOTICE_DOCUMENT_RANGES_H
#define SERAI_SERVICE_NOTICE_DOCUMENT_RANGES_H

#include "lookup/print.h"
#include "service/notice/documents.h"

/* print: of State, kind, letters and length of the series. */
struct document_span {
    lookup_print print;
    uint64_t first, last;
    uint32_t value;
};

struct document_ranges {
    struct document_span *item; /* by print, then first, then last */
    uint64_t *reach;            /* the largest last of that print so far */
    size_t n, room;
};

/* Reason "damaged". No file: none. */
MUST_USE bool document_ranges_read(const char *folder, struct document_ranges *out, struct why *w);
MUST_USE bool document_ranges_write(const char *folder, const struct document_ranges *r, struct why *w);
void document_ranges_free(struct document_ranges *r);

/* In the place of one with the same ends. Reason "too-large". */
MUST_USE bool document_ranges_put(struct document_ranges *r, const struct document_span *s, struct why *w);
/* That very one; true also when it is not there. */
void document_ranges_drop(struct document_ranges *r, lookup_print p, uint64_t first, uint64_t last);
/* One that v lies in; NULL: none. */
const struct document_span *document_ranges_find(const struct document_ranges *r, lookup_print p, uint64_t v);

#endif

/* Rows of a table of documents, as registers give them out: CSV (RFC 4180, a header, no line ends in fields)
 * or a JSON object a line. */
#ifndef SERAI_SERVICE_NOTICE_DOCUMENT_ROW_H
#define SERAI_SERVICE_NOTICE_DOCUMENT_ROW_H

#include "base/arena.h"
#include "service/notice/documents.h"

enum { DOCUMENT_COLUMNS = 16 };

struct document_table {
    bool json;
    size_t n;                         /* columns of CSV: */
    uint8_t column[DOCUMENT_COLUMNS]; /* which of kind, status, on, number, to it holds */
};

/* The first line: a header of CSV, with kind, status, on and number, and to or not, in any order; or an
 * object, which is the first row then too. Reason "header". */
MUST_USE bool document_table_begin(struct span line, struct document_table *out, struct why *w);
/* Reasons "row" and those of document_fold and document_range. Scratch: the arena. */
MUST_USE bool document_row_read(const struct document_table *t, struct span line, struct arena *a,
                                struct document_entry *out, struct why *w);

#endif

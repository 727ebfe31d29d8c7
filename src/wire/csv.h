/*
 * Tables of values with a separator (RFC 4180), as programs for tables write them: one of , ; tab | between
 * values, quotes around what holds one, lines that end with CR, LF or both, a byte order mark or none. Reads
 * record by record without copies: a value points into the text, or into scratch when a doubled quote in it
 * was made one. No memory is taken.
 */
#ifndef SERAI_WIRE_CSV_H
#define SERAI_WIRE_CSV_H

#include "base/buffer.h"
#include "base/why.h"

enum { CSV_FIELDS = 96 };

struct csv {
    struct span in;
    size_t at;
    uint32_t line; /* of what comes next, from 1 */
    uint8_t separator;
};

struct csv_record {
    uint32_t line; /* where it begins */
    size_t at;     /* offset of that */
    size_t n;
    struct span field[CSV_FIELDS]; /* as it stands, blanks included */
};

enum csv_got { CSV_END, CSV_RECORD, CSV_BAD };

/* The separator is the one that stands most often in the first line, outside quotes; of equal ones the first
 * of , ; tab | */
void csv_open(struct csv *c, struct span text);

/*
 * The next record; lines without any byte are passed over. CSV_BAD with why, and the line it began on is
 * passed over: "quote" (one that is not closed, or text behind it), "fields" (more than CSV_FIELDS),
 * "too-large" (scratch is full). out->line and out->at are set then, too. scratch is emptied first.
 */
enum csv_got csv_next(struct csv *c, struct buffer *scratch, struct csv_record *out, struct why *w);

#endif

/* The bytes of a log: a file or a descriptor, as it is or packed with gzip or zstd, told by its first bytes.
 */
#ifndef SERAI_DETECT_INPUT_H
#define SERAI_DETECT_INPUT_H

#include "base/why.h"
#include "detect/log.h"

struct detect_input;

/* path "-": standard input. Reason "io". */
MUST_USE bool detect_input_open(const char *path, struct detect_input **ret, struct why *w);
void detect_input_close(struct detect_input *in); /* NULL allowed */

/* At most room bytes, room > 0; *n 0 at the end. Reasons "io", "packed" (damaged or cut). */
MUST_USE bool detect_input_read(struct detect_input *in, uint8_t *out, size_t room, size_t *n, struct why *w);

enum { INPUT_PIECE = 1 << 20, INPUT_LINE = 8 << 20 /* longest line, bytes */ };

/* Lines out of bytes that come in any pieces. All zero before the first use. */
struct detect_lines {
    uint8_t *p; /* room bytes, then LOG_PAD */
    size_t n, room;
    uint64_t line; /* lines given so far */
    bool skipping; /* a line that is too long: its rest is passed over */
    uint64_t too_long;
};

/* Where the next bytes go: at least INPUT_PIECE. */
uint8_t *detect_lines_room(struct detect_lines *l, size_t *room);
/* n bytes were put there: gives the whole lines to the log's reader; at the end also one without its end.
 * Returns how many bytes of input are dealt with. */
size_t detect_lines_take(struct detect_lines *l, size_t n, bool end, struct detect_log *log,
                         struct detect_matcher *m);
void detect_lines_free(struct detect_lines *l);

#endif

/*
 * The canonical layout of an agreement: two blanks a level, four more for a line that goes on, tables in
 * columns, one blank between words. Words, wordings, comments and line breaks are those of the author.
 */
#ifndef SERAI_AGREEMENT_FORMAT_H
#define SERAI_AGREEMENT_FORMAT_H

#include "base/arena.h"
#include "base/buffer.h"

/*
 * text is one that agreement_parse reads without fault; the result is read as the same agreement, and laid
 * out it stays as it is. Of any other text nothing is promised but that it ends. False: out or the arena is
 * at its ceiling.
 */
MUST_USE bool agreement_format(struct span text, struct arena *a, struct buffer *out);

#endif

/* Codes that people read out and type in: 80 bits in Base32, in groups of four. */
#ifndef SERAI_SERVICE_TRAVEL_CODE_H
#define SERAI_SERVICE_TRAVEL_CODE_H

#include "base/span.h"

enum { CODE_BITS = 80, CODE_LETTERS = 16, CODE_TEXT = 20 }; /* CODE_TEXT: with hyphens and NUL */

/* "ABCD-EFGH-IJKL-MNOP" of the first ten bytes. */
void code_put(const uint8_t bytes[CODE_BITS / 8], char out[CODE_TEXT]);

/* As people write it: either case, hyphens and blanks anywhere, 0 for O, 1 for I, 8 for B. Into the form of
 * code_put; false when it is no code. */
MUST_USE bool code_read(struct span text, char out[CODE_TEXT]);

/*
 * The code of a check: of the text of its receipt, its line "code …" left out. Whoever has the receipt can
 * work it out; whoever has the code alone learns nothing, and cannot guess one: the receipt holds a salted
 * digest.
 */
void code_of_receipt(struct span text, char out[CODE_TEXT]);

#endif

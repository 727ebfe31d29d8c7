/* A proposed change said in one line, worked into the text. */
#ifndef SERAI_AGREEMENT_AMEND_H
#define SERAI_AGREEMENT_AMEND_H

#include "base/buffer.h"
#include "base/why.h"

/*
 * change: "article N: " and one of
 *     KEY D days [ in any M days | per visit ] [ with permission K ]   a row of its table; what is not said
 * stays stay of D days [ in any M days | per visit ]                     of "allow stay of" without WORDS
 * takes out the line that begins so, with what stands under it with LINE          adds the line, after the
 * other rules of the article The result is not looked at further: agreement_parse does. False: w says what
 * was not found.
 */
MUST_USE bool agreement_amend(struct span text, struct span change, struct buffer *out, struct why *w);

#endif

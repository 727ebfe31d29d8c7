/* Words that are one name though their letters do not tell: Джордж and George, Yusuf and Joseph. */
#ifndef SERAI_NAMES_KNOWN_H
#define SERAI_NAMES_KNOWN_H

#include "names/name.h"

/* Most words are no pair: a sieve that tells so of nearly all with one look at memory, 128 KB. */
struct known;
struct known *known_open(void);
void known_close(struct known *k);
const struct known *names_known(const struct names *t);

/* The same for (b, a). */
uint32_t known_pair(const struct names_word *a, const struct names_word *b);
/* Asks for the memory that known_same reads. */
void known_expect(const struct known *k, uint32_t pair);
/* By hashes of pairs (tools/learn-names/known.py): of 50,000 pairs that are not known, one is taken for
 * known. */
bool known_same(const struct known *k, uint32_t pair);

#endif

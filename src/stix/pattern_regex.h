/* MATCHES and LIKE (STIX 2.1 9.6.1), and normal form C. */
#ifndef SERAI_STIX_PATTERN_REGEX_H
#define SERAI_STIX_PATTERN_REGEX_H

#include "stix/pattern_match.h"

/* Whether PCRE2 reads the constant; the offset is the constant's, the detail says where in it. */
MUST_USE bool pattern_regex_check(const struct pattern_constant *c, struct why *w);

/* One expression, for text (UTF and Unicode classes) and, when all of it is below U+0100, for octets. */
struct pattern_regex {
    void *text, *octets; /* pcre2_code; octets NULL: never true */
};

MUST_USE bool pattern_regex_make(const struct pattern_constant *c, struct arena *a, struct pattern_regex *out,
                                 struct why *w);
void pattern_regex_done(struct pattern_regex *r);

/* What a search needs; one for each thread. */
struct pattern_search;
struct pattern_search *pattern_search_new(void);
void pattern_search_free(struct pattern_search *s);

/* 1 found, 0 not, -1 a limit was met. value is in normal form C if it is text. */
int pattern_regex_find(const struct pattern_regex *r, struct span value, bool octets,
                       struct pattern_search *s);

/* s in normal form C: itself if it is so, else in the arena. False when it is longer than LIMIT_PATTERN_VALUE
 * or the arena is full; s is UTF-8. */
MUST_USE bool pattern_nfc(struct span s, struct arena *a, struct span *out);

/* Code points below U+0100 as octets (9.2). False if there are others, or the arena is full. */
MUST_USE bool pattern_latin(struct span s, struct arena *a, struct span *out);

/* LIKE: % any, _ one character (text) or octet. Time is at most the product of the lengths. */
bool pattern_like(struct span value, struct span like, bool octets);

#endif

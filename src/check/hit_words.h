/* Why a name matched, and what else was compared: words, which the catalogues say to the officer under
 * screen.rule, hit.how and hit.advice; and names in other scripts. */
#ifndef SERAI_CHECK_HIT_WORDS_H
#define SERAI_CHECK_HIT_WORDS_H

#include "base/buffer.h"
#include "names/serai_names.h"

/* "same", "variant", "script", "initial", "typo" */
const char *hit_rule_word(enum names_rule r);
/* "unknown", "agrees", "near", "differs" */
const char *hit_agreement_word(enum names_agreement a);
/* What is to be done with it: by its standing. */
enum hit_advice {
    HIT_ADVICE_COMPARE,
    HIT_ADVICE_PROTECT,
    HIT_ADVICE_FLAGGED,
    HIT_ADVICE_SUSPENDED,
    HIT_ADVICE_GONE
};
/* "compare", "protect", "flagged", "suspended", "gone" */
const char *hit_advice_word(enum hit_advice a);

/* The words of a name, in Latin and in Cyrillic letters, by our tables; Cyrillic words stay as they are. */
void hit_put_latin(const struct names_name *n, struct buffer *b);
void hit_put_cyrillic(const struct names_name *n, struct buffer *b);
/* One word as it is compared. */
void hit_put_word(const struct names_word *w, struct buffer *b);
/* "Latin", "Arabic", "Cyrillic" of most of its words. */
const char *hit_script_word(const struct names_name *n);

#endif

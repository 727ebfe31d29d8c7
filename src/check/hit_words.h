/* Why a name matched, and what else was compared, in the officer's language. */
#ifndef SERAI_CHECK_HIT_WORDS_H
#define SERAI_CHECK_HIT_WORDS_H

#include "base/buffer.h"
#include "names/serai_names.h"

enum hit_language { HIT_EN, HIT_FA, HIT_RU, HIT_TR, HIT_LANGUAGES };
/* "fa", "fa-AF"; anything else is English. */
enum hit_language hit_language_of(struct span s);

/* "same", "variant", "script", "initial", "typo" */
const char *hit_rule_word(enum names_rule r);
const char *hit_rule_says(enum names_rule r, enum hit_language l);
/* "unknown", "agrees", "near", "differs" */
const char *hit_agreement_word(enum names_agreement a);
const char *hit_agreement_says(enum names_agreement a, enum hit_language l);
/* What is to be done with it: by its standing. */
enum hit_advice {
    HIT_ADVICE_COMPARE,
    HIT_ADVICE_PROTECT,
    HIT_ADVICE_FLAGGED,
    HIT_ADVICE_SUSPENDED,
    HIT_ADVICE_GONE
};
const char *hit_advice_says(enum hit_advice a, enum hit_language l);

/* The words of a name, in Latin and in Cyrillic letters, by our tables; Cyrillic words stay as they are. */
void hit_put_latin(const struct names_name *n, struct buffer *b);
void hit_put_cyrillic(const struct names_name *n, struct buffer *b);
/* One word as it is compared. */
void hit_put_word(const struct names_word *w, struct buffer *b);
/* "Latin", "Arabic", "Cyrillic" of most of its words. */
const char *hit_script_word(const struct names_name *n);

#endif

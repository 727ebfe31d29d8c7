/* The reader's language: what the tools say around the agreement's own wording. */
#ifndef SERAI_AGREEMENT_TONGUE_H
#define SERAI_AGREEMENT_TONGUE_H

#include "agreement/agreement.h"

/* X(id, its name in the catalogue, English); %1 and %2 stand for what is filled in. */
/* clang-format off */
#define PHRASES(X) \
    X(EVERYONE, "law.everyone", "everyone") \
    X(WHO, "law.who", "nationals of %1 entering %2") \
    X(SOME, "law.some", "some nationals of %1 entering %2") \
    X(WHO_NATIONALS, "law.who-nationals", "nationals of %1") \
    X(WHO_ENTERING, "law.who-entering", "whoever enters %1") \
    X(ANY_PARTY, "law.any-party", "any party") \
    X(ANOTHER_PARTY, "law.another-party", "another party") \
    X(ANOTHER_OF, "law.another-of", "another of %1") \
    X(HOME, "law.home", "their own state") \
    X(NO_PARTY, "law.no-party", "a state that is no party") \
    X(BUT_NOT, "law.but-not", "but not %1") \
    X(ENTERING, "law.entering", "%1 entering %2") \
    X(FOR, "law.for", "for %1") \
    X(FACT, "law.fact", "%1: %2") \
    X(YES, "law.yes", "yes") \
    X(NO, "law.no", "no") \
    X(USED, "law.used", "%1 days used") \
    X(USED_BEFORE, "law.used-before", "%1 days used, longer ago") \
    X(RANGE, "law.range", "%1 to %2") \
    X(AT_LEAST, "law.at-least", "at least %1") \
    X(AT_MOST, "law.at-most", "at most %1") \
    X(DATE_FROM, "law.date-from", "%1 or later") \
    X(DATE_TO, "law.date-to", "%1 or earlier") \
    X(INSTEAD, "law.instead", "%1 instead of %2") \
    X(ADMITTED, "law.admitted", "admitted without limit of stay") \
    X(PERMISSION, "law.permission", "admitted for the stay of the permission") \
    X(DAYS, "law.days", "%1 days in any %2 days") \
    X(PER_VISIT, "law.per-visit", "%1 days per visit") \
    X(RECOGNISED, "law.recognised", "recognised") \
    X(RESTRICTED, "law.restricted", "recognised with restrictions") \
    X(NOT_RECOGNISED, "law.not-recognised", "not recognised") \
    X(REFERRED, "law.referred", "an officer decides") \
    X(REFERRED_BY, "law.referred-by", "an officer decides (%1)") \
    X(ARTICLE, "law.article", "article %1") \
    X(GAIN, "law.gain", "gain") \
    X(LOSE, "law.lose", "lose") \
    X(FOR_EXAMPLE, "law.for-example", "for example: %1") \
    X(NOBODY, "law.nobody", "Nobody gains and nobody loses.") \
    X(WORDING, "law.wording", "The wording") \
    X(WHY, "law.why", "Why") \
    X(WHAT_WOULD, "law.what-would", "What would change this") \
    X(NOTHING_WOULD, "law.nothing-would", "No one or two of these facts alone would change it.") \
    X(WITH, "law.with", "with %1: %2") \
    X(FEWER, "law.fewer", "%1 days fewer of earlier stays") \
    X(FEWER_ONE, "law.fewer-one", "1 day fewer of earlier stays") \
    X(AND, "law.and", "%1 and %2") \
    X(ADMIT, "law.admit", "Admitted.") \
    X(REFER, "law.refer", "Referred to an officer.") \
    X(STATED, "law.stated", "if it is stated: %1") \
    X(UNTIL, "law.until", "%1 days left, until %2")
/* clang-format on */

enum phrase {
#define X(id, name, en) PHRASE_##id,
    PHRASES(X)
#undef X
        PHRASES_N
};

/* find: the text under a name such as "fact.travel.purpose" in the reader's language, or NULL; itself NULL
 * for English. */
struct tongue {
    const char *language;
    bool right_to_left;
    const char *(*find)(void *ctx, const char *name);
    void *ctx;
};

/* The languages that texts are kept in, by whoever keeps them: a tag as it was asked for, and the tongue of
 * it or of English into out. What the texts need is taken from the arena. open itself NULL: there are none.
 */
struct tongues {
    void (*open)(const void *ctx, struct span language, struct arena *a, struct tongue *out);
    const void *ctx;
};
struct tongue tongues_open(const struct tongues *t, struct span language, struct arena *a);

/* The text under "kind.name"; NULL where there is none, and for NULL and English, which whoever asks says
 * itself. */
const char *tongue_said(const struct tongue *t, const char *kind, const char *name);
/* The text under "kind.name", or the name where there is none. */
const char *tongue_text(const struct tongue *t, const char *kind, const char *name);
/* In the reader's language, or English. */
const char *tongue_phrase(const struct tongue *t, enum phrase p);
/* A fact's name as people say it; in English as the agreement writes it. */
const char *tongue_fact(const struct tongue *t, unsigned fact);
/* A word that a fact holds; falls back to the word itself. */
void tongue_put_word(const struct tongue *t, unsigned fact, struct span word, struct buffer *out);
/* The sentence for the code of a reason; NULL: none. */
const char *tongue_reason(const struct tongue *t, const char *code);
/* The phrase with %1 and %2 filled in; two may be NULL. */
void tongue_put(const struct tongue *t, enum phrase p, const char *one, const char *two, struct buffer *out);

#endif

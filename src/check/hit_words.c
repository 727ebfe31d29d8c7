#include "check/hit_words.h"

#include "base/text.h"

const char *hit_rule_word(enum names_rule r)
{
    static const char *const word[] = { [RULE_SAME] = "same",
                                        [RULE_VARIANT] = "variant",
                                        [RULE_SCRIPT] = "script",
                                        [RULE_INITIAL] = "initial",
                                        [RULE_TYPO] = "typo" };

    return word[r];
}

const char *hit_agreement_word(enum names_agreement a)
{
    static const char *const word[] = { [NAMES_ABSENT] = "unknown",
                                        [NAMES_AGREES] = "agrees",
                                        [NAMES_NEAR] = "near",
                                        [NAMES_DIFFERS] = "differs" };

    return word[a];
}

const char *hit_advice_word(enum hit_advice a)
{
    static const char *const word[] = { [HIT_ADVICE_COMPARE] = "compare",
                                        [HIT_ADVICE_PROTECT] = "protect",
                                        [HIT_ADVICE_FLAGGED] = "flagged",
                                        [HIT_ADVICE_SUSPENDED] = "suspended",
                                        [HIT_ADVICE_GONE] = "gone" };

    return word[a];
}

/* ---- scripts ---- */

/* As Russian newspapers write foreign names; the longest first. */
static const struct {
    const char *latin, *cyrillic;
} pieces[] = {
    { "shch", "щ" }, { "zh", "ж" },  { "kh", "х" }, { "ts", "ц" }, { "ch", "ч" }, { "sh", "ш" },
    { "gh", "г" },   { "ya", "я" },  { "yu", "ю" }, { "yo", "ё" }, { "ye", "е" }, { "ph", "ф" },
    { "ce", "се" },  { "ci", "си" }, { "a", "а" },  { "b", "б" },  { "c", "к" },  { "d", "д" },
    { "e", "е" },    { "f", "ф" },   { "g", "г" },  { "h", "х" },  { "i", "и" },  { "j", "дж" },
    { "k", "к" },    { "l", "л" },   { "m", "м" },  { "n", "н" },  { "o", "о" },  { "p", "п" },
    { "q", "к" },    { "r", "р" },   { "s", "с" },  { "t", "т" },  { "u", "у" },  { "v", "в" },
    { "w", "в" },    { "x", "кс" },  { "y", "й" },  { "z", "з" },
};

static void put_in_cyrillic(const char *form, size_t n, struct buffer *b)
{
    for (size_t at = 0; at < n;) {
        size_t took = 0;

        if (at == 0 && form[0] == 'e') {
            buf_str(b, "э");
            at++;
            continue;
        }
        for (size_t i = 0; i < sizeof pieces / sizeof *pieces && !took; i++) {
            size_t m = strlen(pieces[i].latin);

            if (m <= n - at && memcmp(form + at, pieces[i].latin, m) == 0) {
                buf_str(b, pieces[i].cyrillic);
                took = m;
            }
        }
        at += took ? took : 1;
    }
}

void hit_put_word(const struct names_word *w, struct buffer *b)
{
    for (size_t i = 0; i < w->n; i++)
        utf8_put(b, w->letter[i]);
}

void hit_put_latin(const struct names_name *n, struct buffer *b)
{
    for (size_t i = 0; i < n->n; i++) {
        if (i)
            buf_u8(b, ' ');
        buf_put(b, span_of(n->word[i].form, n->word[i].n_form));
    }
}

void hit_put_cyrillic(const struct names_name *n, struct buffer *b)
{
    for (size_t i = 0; i < n->n; i++) {
        if (i)
            buf_u8(b, ' ');
        if (n->word[i].script == NAMES_CYRILLIC)
            hit_put_word(&n->word[i], b);
        else
            put_in_cyrillic(n->word[i].form, n->word[i].n_form, b);
    }
}

const char *hit_script_word(const struct names_name *n)
{
    static const char *const word[] = { "Latin", "Arabic", "Cyrillic" };
    size_t count[3] = { 0 }, best = 0;

    for (size_t i = 0; i < n->n; i++)
        count[n->word[i].script]++;
    for (size_t i = 1; i < 3; i++)
        if (count[i] > count[best])
            best = i;
    return word[best];
}

#include "seal/purpose.h"

#include <stdio.h>

static const struct {
    enum purpose purpose;
    const char *word;
} words[] = {
    { FOR_TRAVEL, PURPOSE_TRAVEL },
    { FOR_SEALS, PURPOSE_SEALS },
    { FOR_LICENCES, PURPOSE_LICENCES },
    { FOR_LISTS, PURPOSE_LISTS },
};

enum { WORDS = sizeof words / sizeof *words };

unsigned purpose_of(struct span text)
{
    for (size_t i = 0; i < WORDS; i++)
        if (span_eq_str(text, words[i].word))
            return words[i].purpose;
    return 0;
}

const char *purpose_word(unsigned set)
{
    for (size_t i = 0; i < WORDS; i++)
        if (set & words[i].purpose)
            return words[i].word;
    return NULL;
}

const char *purposes_text(unsigned set, char out[PURPOSES_TEXT])
{
    size_t n = 0;

    if ((set & FOR_ALL) == FOR_ALL || (set & FOR_ALL) == 0) {
        (void)snprintf(out, PURPOSES_TEXT, "%s", set & FOR_ALL ? "all" : "nothing");
        return out;
    }
    for (unsigned rest = set & FOR_ALL; rest; rest &= rest - 1)
        n += (size_t)snprintf(out + n, PURPOSES_TEXT - n, "%s%s", n ? ", " : "", purpose_word(rest));
    return out;
}

unsigned purposes_of(struct span text)
{
    unsigned set = 0;

    if (span_eq_str(text, "all"))
        return FOR_ALL;
    for (size_t at = 0; at <= text.n;) {
        const uint8_t *comma = at < text.n ? memchr(text.p + at, ',', text.n - at) : NULL;
        size_t end = comma ? (size_t)(comma - text.p) : text.n;
        unsigned one = purpose_of(span_sub(text, at, end));

        if (!one)
            return 0;
        set |= one;
        at = end + 1;
        if (comma && at < text.n && text.p[at] == ' ')
            at++;
    }
    return set;
}

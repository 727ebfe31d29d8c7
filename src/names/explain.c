#include "names/explain.h"

#include "base/buffer.h"
#include "base/text.h"

enum reason {
    WHY_SAME,
    WHY_VARIANT,
    WHY_SCRIPT,
    WHY_INITIAL,
    WHY_SLIP,
    WHY_ENDING,
    WHY_KNOWN,
    WHY_JOINED,
    WHY_NUMBER,
    WHY_FORM,
    WHY_MISSING,
    WHY_MINOR,
    WHY_OTHER_NUMBER,
};

static const struct {
    const char *key, *text;
} reasons[] = {
    [WHY_SAME] = { "same", "the same letters" },
    [WHY_VARIANT] = { "variant", "another spelling" },
    [WHY_SCRIPT] = { "script", "another script" },
    [WHY_INITIAL] = { "initial", "initial" },
    [WHY_SLIP] = { "slip", "a slip of the pen: few letters differ" },
    [WHY_ENDING] = { "ending", "another ending: the same father or family" },
    [WHY_KNOWN] = { "known", "known forms of one name" },
    [WHY_JOINED] = { "joined", "written as one word or several" },
    [WHY_NUMBER] = { "number", "the same number" },
    [WHY_FORM] = { "form", "the same legal form" },
    [WHY_MISSING] = { "missing", "no counterpart" },
    [WHY_MINOR] = { "minor", "no counterpart, says little" },
    [WHY_OTHER_NUMBER] = { "number-differs", "the number has no counterpart" },
};

static struct span words_of(struct arena *a, const struct names_name *n, size_t i, size_t k)
{
    char text[NAMES_WORDS * (2 * NAMES_LETTERS + 1)];
    struct buffer b;

    buf_init_fixed(&b, text, sizeof text);
    for (size_t j = i; j < i + k; j++) {
        if (j > i)
            buf_u8(&b, ' ');
        for (size_t l = 0; l < n->word[j].n; l++)
            utf8_put(&b, n->word[j].letter[l]);
    }
    return arena_copy(a, buf_span(&b));
}

static enum reason of_link(const struct names_name *query, const struct names_name *candidate,
                           const struct names_link *l)
{
    static const enum reason of_rule[] = {
        [RULE_SAME] = WHY_SAME,   [RULE_VARIANT] = WHY_VARIANT, [RULE_SCRIPT] = WHY_SCRIPT,
        [RULE_TYPO] = WHY_SLIP,   [RULE_INITIAL] = WHY_INITIAL, [RULE_ENDING] = WHY_ENDING,
        [RULE_KNOWN] = WHY_KNOWN,
    };

    if (l->n_a + l->n_b > 2)
        return WHY_JOINED;
    if (query->word[l->a].kind == NAMES_NUMBER && l->rule == RULE_SAME)
        return WHY_NUMBER;
    if (query->word[l->a].kind == NAMES_LEGAL && candidate->word[l->b].kind == NAMES_LEGAL)
        return WHY_FORM;
    return of_rule[l->rule];
}

static enum reason of_left(const struct names_word *w)
{
    switch (w->kind) {
    case NAMES_NUMBER:
        return WHY_OTHER_NUMBER;
    case NAMES_PARTICLE:
    case NAMES_TITLE:
    case NAMES_LEGAL:
    case NAMES_GENERIC:
        return WHY_MINOR;
    case NAMES_WORD:
        break;
    }
    return WHY_MISSING;
}

static struct names_reason reason_of(enum reason r)
{
    return (struct names_reason){ .key = reasons[r].key, .text = reasons[r].text };
}

/* The place among the words left of a legal form of the same kind: LLC beside Ltd; else how many words there
 * are. */
static size_t same_form(const struct names_word *w, const struct names_name *n, uint16_t left)
{
    for (size_t i = 0; w->kind == NAMES_LEGAL && i < n->n; i++)
        if (left >> i & 1 && n->word[i].kind == NAMES_LEGAL && n->word[i].value == w->value)
            return i;
    return n->n;
}

size_t names_explain(struct arena *a, const struct names_name *query, const struct names_name *candidate,
                     const struct names_match *m, struct names_reason out[NAMES_REASONS])
{
    uint16_t left_b;
    size_t n = 0;

    for (size_t i = 0; i < query->n; i++)
        for (size_t k = 0; k < m->n; k++) {
            const struct names_link *link = &m->link[k];

            if (link->a != i)
                continue;
            out[n] = reason_of(of_link(query, candidate, link));
            out[n].query = words_of(a, query, link->a, link->n_a);
            out[n].candidate = words_of(a, candidate, link->b, link->n_b);
            out[n++].likeness = link->likeness;
        }
    left_b = m->left_b;
    for (size_t i = 0; i < query->n; i++) {
        size_t form;

        if (!(m->left_a >> i & 1))
            continue;
        form = same_form(&query->word[i], candidate, left_b);
        out[n] = reason_of(form < candidate->n ? WHY_FORM : of_left(&query->word[i]));
        if (form < candidate->n) {
            out[n].candidate = words_of(a, candidate, form, 1);
            out[n].likeness = 1;
            left_b = (uint16_t)(left_b & ~(1u << form));
        }
        out[n++].query = words_of(a, query, i, 1);
    }
    for (size_t i = 0; i < candidate->n; i++)
        if (left_b >> i & 1) {
            out[n] = reason_of(of_left(&candidate->word[i]));
            out[n++].candidate = words_of(a, candidate, i, 1);
        }
    return n;
}

#include "names/keys.h"

#include "names/likeness.h"

static bool telling(enum names_kind k)
{
    return k == NAMES_WORD || k == NAMES_NUMBER || k == NAMES_GENERIC;
}

bool keys_word(const struct names_name *n, size_t i)
{
    if (telling(n->word[i].kind))
        return true;
    for (size_t j = 0; j < n->n; j++)
        if (telling(n->word[j].kind))
            return false;
    return true;
}

/* How many words from i are one name that others write in one: "abd al", "abu" with what follows. */
static size_t compound(const struct names_name *n, size_t i)
{
    const struct names_word *w = &n->word[i];
    size_t k = 1;

    if (w->kind != NAMES_PARTICLE || w->n_form < 3 || w->form[0] != 'a' || w->form[1] != 'b')
        return 0;
    while (k < 3 && i + k < n->n && n->word[i + k].kind == NAMES_PARTICLE)
        k++;
    return i + k < n->n && n->word[i + k].kind == NAMES_WORD ? k + 1 : 0;
}

void keys_of(const struct names *t, const struct names_name *n, struct keys *out)
{
    size_t k = 0;

    out->words = 0;
    out->n_joined = 0;
    for (size_t i = 0; i < n->n && k < KEYS_WORDS; i++)
        if (keys_word(n, i)) {
            out->words |= 1u << i;
            k++;
        }
    for (size_t i = 0; i < n->n && out->n_joined < KEYS_JOINED; i++) {
        size_t c = compound(n, i);

        if (c && likeness_join(t, n, i, c, &out->joined[out->n_joined])) {
            out->joined[out->n_joined].kind = NAMES_WORD;
            out->n_joined++;
        }
    }
}

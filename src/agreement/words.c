/* Words and states as numbers. */
#include "agreement/program.h"
#include "base/text.h"

static uint32_t hash_word(uint8_t vocabulary, struct span w)
{
    uint32_t h = 2166136261u ^ vocabulary;

    for (size_t i = 0; i < w.n; i++)
        h = (h ^ w.p[i]) * 16777619u;
    return h ^ h >> 15;
}

/* The slot of the word, or the free one where it belongs. */
static uint32_t slot_of(const struct word_slot *slot, uint32_t mask, uint8_t vocabulary, struct span w)
{
    uint32_t i = hash_word(vocabulary, w) & mask;

    while (slot[i].id && (slot[i].vocabulary != vocabulary || !span_eq(slot[i].word, w)))
        i = (i + 1) & mask;
    return i;
}

/* Two or three capital letters as one number. */
uint32_t program_state(struct span s)
{
    uint32_t v = 0;

    if (s.n != 2 && s.n != 3)
        return 0;
    for (size_t i = 0; i < s.n; i++) {
        if (!ascii_upper(s.p[i]))
            return 0;
        v = v << 8 | s.p[i];
    }
    return v;
}

uint32_t program_word(const struct program *g, enum fact f, struct span w)
{
    if (fact_type(f) == FACT_TYPE_STATE)
        return program_state(w);
    return g->slot[slot_of(g->slot, g->slot_mask, (uint8_t)fact_vocabulary(f), w)].id;
}

static void add_word(struct word_slot *slot, uint32_t mask, uint32_t *n, enum vocabulary v, struct span w)
{
    uint32_t i = slot_of(slot, mask, (uint8_t)v, w);

    if (!slot[i].id)
        slot[i] = (struct word_slot){ w, ++*n, (uint8_t)v };
}

bool program_make_words(struct program *g, struct agreement *a)
{
    struct word_slot *slot;
    size_t n = 0, size = 64;
    uint32_t numbers = 0;

    for (unsigned v = 0; v < VOCABULARY_N; v++) {
        for (const char *const *k = vocabulary_words((enum vocabulary)v); *k; k++)
            n++;
        n += a->vocabulary[v].n;
    }
    while (size < 2 * n)
        size *= 2;
    slot = arena_array(&a->arena, size, sizeof *slot);
    if (!slot)
        return false;
    g->slot = slot;
    g->slot_mask = (uint32_t)size - 1;
    for (unsigned v = 0; v < VOCABULARY_N; v++) {
        for (const char *const *k = vocabulary_words((enum vocabulary)v); *k; k++)
            add_word(slot, g->slot_mask, &numbers, (enum vocabulary)v, span_str(*k));
        for (size_t i = 0; i < a->vocabulary[v].n; i++)
            add_word(slot, g->slot_mask, &numbers, (enum vocabulary)v, a->vocabulary[v].w[i]);
    }
    return true;
}

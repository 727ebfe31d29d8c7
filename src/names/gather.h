/*
 * Names of an image that may be the one asked for: for each two words of the question the lists of names that
 * hold a word like both, the most telling first, until a budget is used.
 */
#ifndef SERAI_NAMES_GATHER_H
#define SERAI_NAMES_GATHER_H

#include "names/near.h"
#include "names/pairing.h"

enum {
    GATHER_UNITS = 16, /* words, neighbouring words as one */
    GATHER_LISTS = 2048,
    GATHER_POSTINGS = 1600, /* read for one question */
    GATHER_LIST = 1000,     /* read of one list */
    GATHER_SLOTS = 1 << 12, /* a power of 2, more than twice the postings */
    GATHER_KNOWN = 1 << 12, /* words of the list that are like some of the question */
};

struct gather_probe {
    struct image_cell cell;
    float cost; /* nats: how improbable */
    float gain; /* nats that it is the word meant rather than chance */
};

struct gather_unit {
    uint32_t mask; /* words of the question */
    size_t n;
    struct gather_probe probe[NEAR_CELLS];
};

struct gathered {
    uint32_t name;
    float gain;
};

struct gather {
    size_t n_unit;
    struct gather_unit unit[GATHER_UNITS];
    uint16_t turn;
    size_t n_known;
    struct gather_known {
        uint32_t word;
        uint8_t value[GATHER_UNITS]; /* how like each unit, of 255 */
    } known[GATHER_KNOWN];
    uint64_t used[GATHER_KNOWN / 64]; /* a bit for each of these: most words asked for are none */
    struct near_work work;
    struct near_cache cache;
    size_t n_list;
    struct gather_list {
        struct image_list list;
        float gain;
    } list[GATHER_LISTS];
    uint32_t order[GATHER_LISTS];
    struct image_both both[NEAR_CELLS * NEAR_CELLS];
    uint64_t slot_of[NEAR_CELLS * NEAR_CELLS];
    float gain[NEAR_CELLS * NEAR_CELLS];
    struct gather_slot {
        uint32_t name;
        uint16_t turn, gain; /* gain: in 32nds of a nat */
    } slot[GATHER_SLOTS];
    size_t n_touched;
    uint32_t touched[GATHER_POSTINGS];
    bool limited;
};

/* The names in the order they were found; their number. joined: of pairing_join; cached: what is near each
 * word is kept. */
size_t gather_names(struct gather *g, const struct names *t, const struct image *m,
                    const struct names_name *asked, const struct pairing_joined *joined,
                    const struct names_about *about, bool cached);
static inline struct gathered gather_at(const struct gather *g, size_t i)
{
    const struct gather_slot *s = &g->slot[g->touched[i]];

    return (struct gathered){ s->name, (float)s->gain / 32 };
}

/* How like each unit a word of the list is; NULL: like none. */
static inline const uint8_t *gather_values(const struct gather *g, uint32_t word)
{
    for (size_t at = (word * UINT32_C(0x9e3779b1)) >> 20; g->used[at / 64] >> at % 64 & 1;
         at = (at + 1) & (GATHER_KNOWN - 1))
        if (g->known[at].word == word)
            return g->known[at].value;
    return NULL;
}

#endif

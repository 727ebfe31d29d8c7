/* The names that were gathered of one image: a rough look at many, a real comparison of the best. */
#ifndef SERAI_NAMES_RANK_H
#define SERAI_NAMES_RANK_H

#include "names/about.h"
#include "names/gather.h"
#include "names/pairing.h"
#include "names/quick.h"

enum {
    RANK_LARGE = 2000 * 1000, /* names of a list that is looked at twice as long */
    RANK_ROUGH = 400,         /* names looked at */
    RANK_CLOSER = 112,        /* names whose words are compared */
    RANK_FINE = 20,           /* names compared */
    RANK_LIKE = 4 * NAMES_WORDS,
    RANK_KNOWN = 1024, /* words of the list remembered: a power of 2 */
    RANK_WORDS = 512,  /* those of names looked at closer */
};

struct rank_hit {
    float score, name, order; /* order: in nats; decides between equal scores */
    uint32_t entity, at;      /* at: number of the name */
    bool weak, later;         /* later: of the image of what was added */
    struct about_match about;
    struct names_name listed;
    struct names_match match;
};

/* What a searcher holds: some 5 MB, nothing of it meaningful before a search but what is kept of earlier
 * ones. */
struct rank {
    /* the question */
    const struct names *t;
    const struct image *m;
    const struct names_question *q;
    const struct names_name *asked;
    bool later;
    size_t rough_most, closer_most, fine_most; /* names looked at, closer, compared */
    float rare[NAMES_WORDS], all;              /* all: their sum */
    uint8_t unit_of[NAMES_WORDS];              /* of each word of the question; GATHER_UNITS: none */
    struct pairing_joined joined[PAIRING_JOIN * NAMES_WORDS];
    /* words of the list, by their numbers */
    uint16_t turn;
    struct rank_known {
        uint32_t word;
        uint16_t turn;
        uint16_t place;             /* in word[], counted from 1 */
        const uint8_t *near;        /* gather_values */
        uint8_t value[NAMES_WORDS]; /* likeness to each word of the question, of 255 */
    } known[RANK_KNOWN];
    size_t n_word;
    struct rank_word {
        struct names_word word;
        float rare;
        uint32_t linked; /* a bit for each word of the question */
        struct names_link link[NAMES_WORDS];
    } word[RANK_WORDS];
    struct rank_like {
        uint8_t unit, word, like;
    } like[RANK_LIKE]; /* words of one name that are near some of the question */
    size_t n_rough;
    struct rank_rough {
        uint32_t name;
        uint32_t entity; /* where it is asked for */
        float score, gain, shift;
        bool apart; /* its birth date differs, and the question leaves such out */
    } rough[RANK_ROUGH];
    struct gather gather;
    struct pairing pairing;
    struct rank_word *compared[NAMES_WORDS]; /* words of the name that is compared */
    size_t n_hit;
    struct rank_hit hit[2 * RANK_FINE];
    bool limited;
};

/* Names whose entity is left out: removed since, or replaced. */
typedef bool (*rank_gone)(const void *ctx, struct span id);

void rank_begin(struct rank *r, const struct names *t, const struct names_question *q,
                const struct names_name *asked);
/* Adds the hits of one image; gone may be NULL. */
void rank_image(struct rank *r, const struct image *m, bool later, rank_gone gone, const void *ctx);
/* Best first, an entity once; at most top. */
void rank_end(struct rank *r, size_t top);

#endif

/*
 * The words of a list that are like one word asked for: those filed under its skeletons or under skeletons
 * near them, compared really; and the cells that hold them. Everything behind this works with numbers.
 */
#ifndef SERAI_NAMES_NEAR_H
#define SERAI_NAMES_NEAR_H

#include "names/batch.h"
#include "names/image.h"
#include "names/quick.h"
#include "names/skeleton.h"

enum {
    NEAR_SKELETONS = 40, /* that the list has, the likeliest */
    NEAR_SCAN = 3000,    /* words looked at */
    NEAR_WORDS = 384,
    NEAR_CELLS = 32,
    NEAR_KEYS = 1024, /* skeletons tried: a power of two, more than twice as many */
    NEAR_LEAST = 85,  /* of 255: what is less like is none */
};

struct near_word {
    uint32_t word;
    uint8_t like; /* of 255 */
};

struct near_cell {
    uint64_t key;
    uint32_t at;   /* image_place_at */
    uint32_t hash; /* image_hash of key */
    uint8_t like;  /* of its likest word */
};

struct near {
    uint16_t n_word, n_cell;
    bool limited;
    struct near_word word[NEAR_WORDS];
    struct near_cell cell[NEAR_CELLS]; /* the likest first */
};

/* What the work needs; nothing of it meaningful before. */
struct near_work {
    struct batch batch;
    struct quick quick;
    uint32_t letters; /* of the form */
    size_t n_key, n_found;
    uint16_t slot[NEAR_KEYS]; /* counted from 1 */
    struct skeleton_variant key[NEAR_KEYS / 2];
    struct near_found {
        const struct image_skeleton *skeleton;
        float cost;
    } found[NEAR_SKELETONS];
    struct near near;
};

/* What was found of words before: the same as finding it again, of some hundred words for each image. */
enum { NEAR_CACHE = 1024, NEAR_WAYS = 2 };

struct near_cache {
    struct near_kept {
        uint64_t sum; /* of the image; 0: free */
        bool last;    /* of its two, asked for last */
        bool joined;
        uint8_t script, n;
        uint16_t letter[NAMES_LETTERS];
        struct near near;
    } kept[NEAR_CACHE];
};

/* joined: a word made of several, of which only what is most likely is tried. cache may be NULL. The result
 * lasts until the next call. */
const struct near *near_find(struct near_work *k, struct near_cache *cache, const struct names *t,
                             const struct image *m, const struct names_word *w, bool joined);

#endif

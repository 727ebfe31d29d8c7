/* An image as it is made: what was added (build.c), its sections (build_image.c), its pairs (build_pairs.c).
 */
#ifndef SERAI_NAMES_BUILD_INTERNAL_H
#define SERAI_NAMES_BUILD_INTERNAL_H

#include "names/build.h"
#include "names/image.h"
#include "names/keys.h"

#define BUILD_CEILING ((size_t)1 << 36)

/* An open-addressing table of numbers by 64-bit hashes; the caller compares. */
struct table {
    struct place {
        uint64_t hash; /* 0: free */
        uint32_t id;
    } * place;
    size_t cap, n;
};

struct names_build {
    const struct names *t;
    struct table words, skeletons;
    struct buffer word, word_at; /* as in the image, in the order seen */
    struct buffer count;         /* u32 of each word */
    struct buffer filed;         /* u32 of each word: number of its skeleton */
    struct buffer skeleton;      /* u64 by its number */
    struct buffer name;          /* u32: name_head, words, joined words */
    struct buffer entity, entity_at;
    struct buffer dates; /* for each date of full precision: u32 entity, u64 key */
    uint64_t n_word, n_name, n_entity, n_empty;
    uint8_t last[NAMES_ID]; /* id of the entity added last */
    size_t n_last;
};

/* As in the image. A name here: flags, words from bit 0, joined words from bit 8, those that are keys
 * from 16.
 */
enum { FLAG_WEAK = 0x20, FLAG_ORGANIZATION = 0x40, FLAG_ANOTHER = 0x80 };

static inline uint32_t u32_of(const struct buffer *b, size_t i)
{
    uint32_t v;

    memcpy(&v, b->p + 4 * i, 4);
    return v;
}

static inline uint64_t u64_of(const struct buffer *b, size_t i)
{
    uint64_t v;

    memcpy(&v, b->p + 8 * i, 8);
    return v;
}

static inline void put_u32(struct buffer *b, uint64_t v)
{
    uint32_t x = (uint32_t)v;

    buf_put(b, span_of(&x, 4));
}

static inline void put_u64(struct buffer *b, uint64_t v)
{
    buf_put(b, span_of(&v, 8));
}

/* ---- writing ---- */

void build_put_number(struct buffer *b, uint64_t v);

struct writing {
    const struct names_build *b;
    struct buffer *out;
    struct image_head head;
    enum image_section section;
    struct image_skeleton *skeleton; /* by its number */
    struct image_place *frequent;
};

void build_begin(struct writing *x, enum image_section s);
void build_end(struct writing *x);

/* The names as they were added, one after another. */
struct names_walk {
    const struct names_build *b;
    size_t at;
    uint64_t name, entity; /* entity: counted from 1 at the first name */
    unsigned flags;
    size_t n, joined, keys;
    const uint32_t *word;
    uint32_t key[KEYS_WORDS + KEYS_JOINED]; /* words */
};

bool build_walk(struct names_walk *k);

/* By the number that a word was given when it was first seen: its number in the image. */
struct ranks {
    uint32_t *rank;
    uint32_t frequent; /* the first ones: cells of their own */
};

/* Frequent words first, then skeletons. */
static inline uint32_t cell_of(const struct names_build *b, const struct ranks *r, uint32_t word)
{
    return r->rank[word] < r->frequent ? r->rank[word] : r->frequent + u32_of(&b->filed, word);
}

static inline uint64_t cell_key(const struct names_build *b, const struct ranks *r, uint32_t word)
{
    return r->rank[word] < r->frequent ? IMAGE_WORD | r->rank[word]
                                       : u64_of(&b->skeleton, u32_of(&b->filed, word));
}

static inline struct image_place *place_of(struct writing *x, const struct ranks *r, size_t cell)
{
    return cell < r->frequent ? &x->frequent[cell] : &x->skeleton[cell - r->frequent].place;
}

void build_pairs(struct writing *x, const struct ranks *r);

#endif

/*
 * The file of a list, or the same in memory: what names_build makes and names_search reads. Numbers are
 * little endian; machines of another order refuse it. Sections stand one after another, each at a multiple of
 * eight:
 *
 *   head       struct image_head
 *   words      of each word of the vocabulary, those of one skeleton together, frequent ones first, and then
 *              alphabetical: script and kind, how many letters, info, number, what letters the Latin form
 * has, how many it begins with in common with the form before, that form, letters unless they are the form,
 * value word_at    u32 offset of each word in words; words are numbered by frequency names      of each name:
 * flags and how many words, twice their numbers; one more for words that are several of the others written as
 * one (keys.h) name_at    u32 offset of each name in names entity_of  for every IMAGE_BLOCK names: u32 entity
 * of the first entities   of each entity: id, sex, dates, countries entity_at  u32 offset of each entity
 *   lists      of each cell the names that hold it: differences, seven bits a byte
 *   pairs      for each cell a table, of those pairs whose other cell has more names: open addressing, u64,
 *              0 free: 24 bits of the hash of the other, and the one name that holds both or an offset in
 *              pair_lists
 *   pair_lists as lists, how many names in front
 *   frequent   struct image_place of each word that is a cell of its own
 *   skeletons  open addressing: struct image_skeleton, key 0 free
 *
 * A cell is a frequent word, or all other words of one skeleton: names are filed under the cells of their
 * words. So lists of frequent words are exact, and the many rare ones take little room.
 *
 * An image is hostile until read: each reader checks what it takes, so that a damaged one gives wrong answers
 * at worst. The sum over all bytes is for names_index_check.
 */
#ifndef SERAI_NAMES_IMAGE_H
#define SERAI_NAMES_IMAGE_H

#include "names/serai_names.h"

enum {
    IMAGE_VERSION = 2,
    IMAGE_BLOCK = 8,
    IMAGE_INDEXED = 8,
    IMAGE_PROBES = 1024,
    IMAGE_JOINED = 2,
    IMAGE_FREQUENT_FROM = 64, /* times that a word is there, to be a cell of its own */
};

enum image_section {
    IMAGE_WORDS,
    IMAGE_WORD_AT,
    IMAGE_NAMES,
    IMAGE_NAME_AT,
    IMAGE_ENTITY_OF,
    IMAGE_ENTITIES,
    IMAGE_ENTITY_AT,
    IMAGE_LISTS,
    IMAGE_PAIRS,
    IMAGE_PAIR_LISTS,
    IMAGE_FREQUENT,
    IMAGE_SKELETONS,
    IMAGE_SECTIONS,
};

struct image_head {
    char magic[8];           /* "serainam" */
    uint32_t version, order; /* IMAGE_VERSION; 0x01020304 in the machine's order */
    uint32_t n_word, n_name, n_entity, n_frequent;
    uint64_t bytes; /* of the file */
    uint64_t sum;   /* image_sum of all behind the head */
    struct {
        uint64_t at, n;
    } section[IMAGE_SECTIONS];
};

/* Of a cell: its list and how many names are in it; its table, counted in slots. */
struct image_place {
    uint32_t at, n;
    uint32_t pairs_at, n_pair;
};

/* A slot of IMAGE_SKELETONS: the names of its words that are not frequent, and all its words. */
struct image_skeleton {
    uint64_t key;
    struct image_place place;
    uint32_t words_at, n_word;
};

struct image {
    struct span bytes;
    const struct image_head *head;
    struct span section[IMAGE_SECTIONS];
    const uint32_t *word_at, *name_at, *entity_of, *entity_at;
    const struct image_place *frequent;
    const struct image_skeleton *skeleton;
    const uint64_t *pair;
    size_t n_skeleton, n_pair; /* slots */
};

/* bytes at a multiple of eight; they must outlive the image. Reason "format". */
MUST_USE bool image_open(struct span bytes, struct image *out, struct why *w);
/* Reason "damaged". */
MUST_USE bool image_check(const struct image *m, struct why *w);
uint64_t image_sum(uint64_t sum, struct span s);

/* Word v < n_word. False: damaged. */
MUST_USE bool image_word(const struct image *m, uint32_t v, struct names_word *out);

/* What a rough look needs of a word. */
struct image_form {
    uint32_t word;
    enum names_script script;
    enum names_kind kind;
    uint8_t n;
    uint8_t shared;   /* letters that it begins with, and the last one that was read too */
    uint32_t letters; /* a bit for each of a to z that is in it */
    const char *form; /* a to z; digits of a number */
    float info;
};
/* Of word v. False: damaged. */
bool image_form(const struct image *m, uint32_t v, struct image_form *out);

/* The words of a skeleton; NULL: none. */
const struct image_skeleton *image_skeleton(const struct image *m, uint64_t key);
/* Asks for the memory that image_skeleton will read first. */
void image_expect_skeleton(const struct image *m, uint64_t key);
struct image_words {
    const uint8_t *shared, *letters, *at; /* of each word; letters, at: four bytes each; from shared */
    uint32_t i, n;
};
/* False: damaged. */
bool image_words_of(const struct image *m, const struct image_skeleton *s, struct image_words *out);
/* Leaves out those that begin with that many letters as the last one does. */
static inline void image_skip_words(struct image_words *w, size_t same)
{
    while (w->i < w->n && w->shared[w->i] >= same)
        w->i++;
}
/* The same, but not those that have the letters of a word but for some few. */
void image_skip_unlike(struct image_words *w, size_t same, uint32_t letters, unsigned few);
/* How many bits. */
static inline unsigned image_bits(uint32_t v)
{
    v -= v >> 1 & 0x55555555;
    v = (v & 0x33333333) + (v >> 2 & 0x33333333);
    return ((v + (v >> 4)) & 0x0f0f0f0f) * 0x01010101u >> 24;
}
static inline uint16_t image_u16(const uint8_t *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}
static inline uint32_t image_u32(const uint8_t *p)
{
    return (uint32_t)image_u16(p) | (uint32_t)image_u16(p + 2) << 16;
}
enum { IMAGE_WORD_HEAD = 8 };
/* Only what a rough look needs. Of a damaged image its letters may be any bytes; image_letters tells. */
static inline bool image_next_word(const struct image *m, struct image_words *w, struct image_form *out)
{
    struct span s = m->section[IMAGE_WORDS];
    const uint8_t *p;
    uint32_t at;
    size_t left;
    bool latin;

    if (w->i == w->n)
        return false;
    at = image_u32(w->at + 4 * (size_t)w->i);
    left = s.n - (size_t)(w->shared - s.p);
    if (at > left || left - at < IMAGE_WORD_HEAD + 1)
        return false;
    p = w->shared + at;
    out->script = (enum names_script)(p[0] & 3);
    out->kind = (enum names_kind)(p[0] >> 2 & 7);
    out->word = image_u32(p + 4);
    out->letters = image_u32(w->letters + 4 * (size_t)w->i);
    out->info = (float)image_u16(p + 2) / 100;
    latin = out->script == NAMES_LATIN;
    out->n = latin ? p[1] : p[IMAGE_WORD_HEAD];
    out->form = (const char *)p + IMAGE_WORD_HEAD + !latin;
    out->shared = w->shared[w->i++];
    return out->word < m->head->n_word && out->n <= NAMES_FORM &&
           left - at >= IMAGE_WORD_HEAD + (latin ? 0u : 1u) + out->n;
}
bool image_letters(const struct image_form *f);

struct image_name {
    uint32_t entity;
    uint8_t n, n_joined;
    bool weak, organization;
    uint32_t word[NAMES_WORDS + IMAGE_JOINED]; /* those joined of several behind the others */
};
/* All but the entity, which takes longer. */
MUST_USE bool image_name(const struct image *m, uint32_t name, struct image_name *out);
MUST_USE bool image_entity_of(const struct image *m, uint32_t name, uint32_t *entity);
/* Ask for the memory that image_name reads: its place first, the name when that has come. */
static inline void image_expect_place(const struct image *m, uint32_t name)
{
    __builtin_prefetch(&m->name_at[name]);
}
static inline void image_expect_name(const struct image *m, uint32_t name)
{
    __builtin_prefetch(m->section[IMAGE_NAMES].p + m->name_at[name]);
}

/* id and, unless NULL, what is known besides. */
MUST_USE bool image_entity(const struct image *m, uint32_t entity, struct span *id,
                           struct names_about *about);

/* Ask for the memory that image_entity_of reads, and, when that has come, image_entity; image_word: the place
 * of the word first. */
static inline void image_expect_block(const struct image *m, uint32_t name)
{
    __builtin_prefetch(&m->entity_of[name / IMAGE_BLOCK]);
    __builtin_prefetch(&m->name_at[name / IMAGE_BLOCK * IMAGE_BLOCK]);
}
static inline void image_expect_entity_of(const struct image *m, uint32_t name)
{
    image_expect_block(m, name);
    if (name < m->head->n_name)
        __builtin_prefetch(m->section[IMAGE_NAMES].p + m->name_at[name]);
}
static inline void image_expect_entity(const struct image *m, uint32_t entity)
{
    __builtin_prefetch(&m->entity_at[entity]);
}
static inline void image_expect_about(const struct image *m, uint32_t entity)
{
    if (entity < m->head->n_entity)
        __builtin_prefetch(m->section[IMAGE_ENTITIES].p + m->entity_at[entity]);
}
static inline void image_expect_word(const struct image *m, uint32_t v)
{
    __builtin_prefetch(&m->word_at[v]);
}
static inline void image_expect_letters(const struct image *m, uint32_t v)
{
    __builtin_prefetch(m->section[IMAGE_WORDS].p + m->word_at[v]);
}
static inline void image_expect_words(const struct image *m, const struct image_skeleton *s)
{
    const uint8_t *p = m->section[IMAGE_WORDS].p + s->words_at;

    __builtin_prefetch(p);
    __builtin_prefetch(p + 64);
    __builtin_prefetch(p + 5 * (size_t)s->n_word);
    __builtin_prefetch(p + 9 * (size_t)s->n_word);
    __builtin_prefetch(p + 9 * (size_t)s->n_word + 64);
}

/* Names that share a thing, ascending. */
struct image_list {
    const uint8_t *p, *end;
    uint32_t n, left, last, most; /* most: names there are */
};
/* The key of a cell: a skeleton, or this for a frequent word. */
static const uint64_t IMAGE_WORD = UINT64_C(1) << 62;

/* False: no name. */
bool image_names_of(const struct image *m, uint64_t cell, struct image_list *out);
/* Where a cell has its names; NULL: there is none. The second is faster: the number of the word, or of the
 * skeleton's slot, is at. */
const struct image_place *image_place(const struct image *m, uint64_t cell);
static inline const struct image_place *image_place_at(const struct image *m, uint64_t cell, uint32_t at)
{
    if (cell & IMAGE_WORD)
        return at < m->head->n_frequent ? &m->frequent[at] : NULL;
    return at < m->n_skeleton ? &m->skeleton[at].place : NULL;
}

/* Of a cell or a date: half of a pair. */
uint32_t image_hash(uint64_t key);

/* Two cells that some names hold both; the first has as many names as the other, or fewer. */
struct image_both {
    const struct image_place *first;
    uint32_t other; /* image_hash */
};
struct image_both image_both(uint64_t a, const struct image_place *at_a, uint64_t b,
                             const struct image_place *at_b);
struct image_cell {
    uint64_t key;
    const struct image_place *place;
    uint32_t hash; /* image_hash of key */
};
static inline struct image_both image_both_of(struct image_cell a, struct image_cell b)
{
    bool first = a.place->n != b.place->n ? a.place->n < b.place->n : a.key < b.key;

    return first ? (struct image_both){ a.place, b.hash } : (struct image_both){ b.place, a.hash };
}
/* Where the search in a table of n slots begins: by the upper bits; the tag has the lower ones. */
static inline size_t image_pair_from(uint32_t hash, size_t n)
{
    return (size_t)((uint64_t)hash * n >> 32);
}
/* Asks for the memory that image_pair will read first. */
static inline void image_expect(const struct image *m, struct image_both b)
{
    const uint64_t *slot = &m->pair[b.first->pairs_at + image_pair_from(b.other, b.first->n_pair)];

    __builtin_prefetch(slot);
    __builtin_prefetch(slot + 8);
}
/* The slot, 0: none; this asks for the memory of the list. */
uint64_t image_pair(const struct image *m, struct image_both b);
bool image_pair_list(const struct image *m, uint64_t slot, struct image_list *out);

/* Where a key stands, or the free slot for it; n: nowhere within IMAGE_PROBES. */
size_t image_skeleton_slot(const struct image_skeleton *slot, size_t n, uint64_t key);
size_t image_pair_slot(const uint64_t *slot, size_t n, uint32_t hash);
static inline uint64_t image_pair_tag(uint32_t hash)
{
    return (hash & 0x7fffff) | 0x800000;
}

/* A slot of IMAGE_PAIRS: the tag above bit 40, then whether the one name stands in it, then name or offset.
 */
static const uint64_t IMAGE_INLINE = UINT64_C(1) << 39, IMAGE_VALUE = (UINT64_C(1) << 39) - 1;

/* A birth date of full precision takes part in pairs as if it were a word. 0: it is none. */
uint64_t image_date_key(struct names_date d);

static inline bool image_next(struct image_list *l, uint32_t *name)
{
    uint32_t v = 0;
    unsigned shift = 0;

    if (l->left == 0)
        return false;
    while (l->p < l->end) {
        uint8_t c = *l->p++;

        v |= (uint32_t)(c & 127) << shift;
        shift += 7;
        if (c < 128) {
            l->left--;
            l->last += v;
            *name = l->last;
            return l->last < l->most;
        }
        if (shift > 28)
            break;
    }
    l->left = 0;
    return false;
}

#endif

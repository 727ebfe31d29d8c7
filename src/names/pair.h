/*
 * Two names compared: which words of the one are which of the other, and how probable it is that both are of
 * the same person or organisation, by the names alone. A score ranks; it decides nothing.
 */
#ifndef SERAI_NAMES_PAIR_H
#define SERAI_NAMES_PAIR_H

#include "names/name.h"

/* How often words were seen: common ones say less. Empty: all alike. */
struct names_frequency;
struct names_frequency *names_frequency_new(void);
void names_frequency_free(struct names_frequency *f);
void names_frequency_add(struct names_frequency *f, const struct names_name *n);
/* What was seen in from, too. */
void names_frequency_join(struct names_frequency *f, const struct names_frequency *from);

enum names_rule {
    RULE_SAME,    /* the same letters */
    RULE_VARIANT, /* another spelling in the same script */
    RULE_SCRIPT,  /* the same name in another script */
    RULE_INITIAL,
    RULE_TYPO,
    RULE_ENDING, /* one father or family with another ending: -ovich and -uly, -ov and -zoda */
    RULE_KNOWN,  /* one name, though the letters do not tell */
};

struct names_link {
    uint8_t a, n_a, b, n_b; /* words [a, a + n_a) of the one are [b, b + n_b) of the other */
    enum names_rule rule;
    float likeness; /* 0 to 1 */
    float weight;   /* by how rare the words are */
    float score;    /* nats */
    float sound;    /* 0 to 1, by the Latin forms alone */
};

enum { NAMES_FEATURES = 40 };

struct names_match {
    float score; /* 0 to 1; 1 only when the words are the same */
    size_t n;
    struct names_link link[NAMES_WORDS];
    uint16_t left_a, left_b; /* a bit for each word that has no counterpart */
    float feature[NAMES_FEATURES];
};

/* frequency may be NULL. */
void names_compare(const struct names *t, const struct names_frequency *f, enum names_schema schema,
                   const struct names_name *a, const struct names_name *b, struct names_match *out);

#endif

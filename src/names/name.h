/*
 * A name as it is compared: words in small letters without marks, each in its own script, with what is known
 * of its kind. doc/names.md has the rules.
 */
#ifndef SERAI_NAMES_NAME_H
#define SERAI_NAMES_NAME_H

#include "base/why.h"
#include "names/channel.h"

enum { NAMES_WORDS = 16 };

enum names_kind {
    NAMES_WORD,
    NAMES_PARTICLE, /* al, bin, von: says little by itself */
    NAMES_TITLE,    /* haji, general, mr */
    NAMES_NUMBER,   /* matches only itself */
    NAMES_LEGAL,    /* a legal form; value tells which */
    NAMES_GENERIC,  /* of organisations: bank, group, trading */
};

struct names_word {
    enum names_script script;
    enum names_kind kind;
    uint8_t n, n_form;
    uint16_t letter[NAMES_LETTERS];
    char form[NAMES_FORM]; /* in a to z; the letters themselves when they are Latin */
    uint32_t value;        /* of a number; the class of a legal form */
    float info;            /* what an exact match is worth (channel_info) */
};

struct names_name {
    size_t n;
    bool cut; /* it had more words than are compared */
    struct names_word word[NAMES_WORDS];
};

struct names;

/* Tables and transliterators. NULL with reason "names": the library of scripts lacks its data. */
struct names *names_open(struct why *w);
void names_close(struct names *t);
/* Reads a word of each script that is romanised, so that no later name waits for the rules of its own: for
 * the first in Chinese characters some 0.1 s. For servers, once. */
void names_warm(const struct names *t);
const struct channel *names_channel(const struct names *t);

enum names_schema { NAMES_PERSON, NAMES_ORGANIZATION };

/*
 * Reads one name in any script: NFKC, small letters, no marks; a Latin letter within a Cyrillic word, or the
 * other way round, is the one that looks like it; scripts without a table are romanised; words of a
 * machine-readable zone that stand for Arabic letters (zone.h) are these. Reason "utf-8". An
 * empty name, or one of signs alone, has no words. May be called by several threads.
 */
MUST_USE bool names_read(const struct names *t, struct span utf8, enum names_schema schema,
                         struct names_name *out, struct why *w);

/* The next of several names in one text: "A / B", "A; B", "A née B". False at the end. */
bool names_next(struct span *rest, struct span *name);

#endif

/*
 * Names in national scripts as the letters of a machine-readable zone (ICAO Doc 9303-3 section 6). The tables
 * are data (data/translit); each row knows whether it is the standard's or ours.
 */
#ifndef SERAI_WIRE_TRANSLIT_H
#define SERAI_WIRE_TRANSLIT_H

#include "base/buffer.h"
#include "base/why.h"

enum translit_table {
    TRANSLIT_LATIN, /* rows beyond the standard's are ours: marks fall away */
    TRANSLIT_RUSSIAN,
    TRANSLIT_UKRAINIAN,
    TRANSLIT_BELARUSIAN,
    TRANSLIT_BULGARIAN,
    TRANSLIT_SERBIAN,
    TRANSLIT_MACEDONIAN,
    TRANSLIT_ARABIC, /* Arabic, Persian, Urdu, Pashto */
    TRANSLIT_HEBREW,
    /* No standard has the letters that these languages add; their rows are ours. */
    TRANSLIT_KAZAKH,
    TRANSLIT_KYRGYZ,
    TRANSLIT_TAJIK,
    TRANSLIT_UZBEK,
    TRANSLIT_TURKMEN,
    TRANSLIT_TABLES,
};

/* "latin", "kazakh"; the two-letter code of the language is understood too: "kk", "fa", "ur". */
const char *translit_word(enum translit_table t);
MUST_USE bool translit_from_word(struct span s, enum translit_table *out);

/* By the script of the first letter that tells one: Latin, Russian for Cyrillic, Arabic, Hebrew. */
enum translit_table translit_guess(struct span utf8);

struct translit_report {
    bool own_rows;     /* a row was used that no standard has; the spelling in the passport wins */
    size_t own_at;     /* where first */
    bool alternatives; /* for some letter the table allows several forms; the first was written */
    size_t dropped;    /* characters that give nothing: apostrophes, marks without a row */
};

/*
 * Appends the letters, blanks and hyphens as single fillers, none at the ends. Latin letters are understood
 * in every table. False with why, and nothing appended: "utf-8"; "no-transliteration" (a character that the
 * table does not have: to drop it would change the name); "too-large" (LIMIT_NAME, or out is full). rep may
 * be NULL.
 */
MUST_USE bool translit_to_mrz(struct span utf8, enum translit_table t, struct buffer *out,
                              struct translit_report *rep, struct why *w);

enum name_match {
    NAME_DIFFERENT,
    NAME_INITIALS,    /* part by part each begins like the other: only between two zones, one of them cut */
    NAME_PREFIX,      /* agrees as far as a cut zone goes */
    NAME_ALTERNATIVE, /* the same by forms that no table has but documents show: Я as YA */
    NAME_SAME,        /* by the forms that the table allows: Ä as AE or A */
};

/*
 * Does the name of a zone stand for this native name? All allowed forms of every letter are tried at once, in
 * time proportional to utf8.n. mrz: one identifier or both, blanks or fillers between the parts, at most 63
 * characters; truncated: it may go on. A blank or hyphen may also have been dropped. Never NAME_INITIALS.
 * NAME_DIFFERENT with why when the native name has what the table lacks, as above.
 */
enum name_match translit_match(struct span utf8, enum translit_table t, struct span mrz, bool truncated,
                               struct why *w);

const char *name_match_word(enum name_match m);

#endif

/*
 * Names found in lists of up to some ten million, across scripts. A library of its own: it knows no notices,
 * no purposes and no decisions. doc/names.md says how it works, tests/unit/names/example.c shows it in use.
 *
 * A list is a file (the image), made aside and mapped into memory, and beside it what was added and removed
 * since. Any number of threads search while one adds: searchers never wait. The same image and the same
 * changes give the same answer on every machine.
 *
 * A score ranks; it decides nothing. A hit is a question to a person.
 */
#ifndef SERAI_NAMES_SERAI_NAMES_H
#define SERAI_NAMES_SERAI_NAMES_H

#include "names/pair.h"

/* ---- what is known of somebody besides the name ---- */

enum names_sex { NAMES_SEX_UNKNOWN, NAMES_FEMALE, NAMES_MALE };

/* A birth date as lists give it; month and day are 0 where not known. */
struct names_date {
    uint16_t year; /* 0: no date */
    uint8_t month, day;
    bool about;
};

enum { NAMES_DATES = 8, NAMES_COUNTRIES = 8, NAMES_ID = 255 };

struct names_about {
    size_t n_date, n_country;
    struct names_date date[NAMES_DATES]; /* any of them may be the right one */
    uint16_t country[NAMES_COUNTRIES];   /* names_country */
    enum names_sex sex;
};

/* "1975-03-01", "1975-03", "1975", "~1975", several with "|" between; what is none is left out. */
void names_about_dates(struct names_about *a, struct span text);
/* "RU", "Russia", several with "|" between. Codes compare with codes, words with words. */
void names_about_countries(struct names_about *a, struct span text);
/* "male", "M", "female", "F", … */
void names_about_sex(struct names_about *a, struct span text);

/* ---- making an image ---- */

enum names_alias { NAMES_FULL, NAMES_WEAK };

/* One name of an entity; names of one entity follow each other. */
struct names_entry {
    struct span id; /* 1 to NAMES_ID bytes */
    struct span name;
    enum names_schema schema;
    enum names_alias alias; /* a weak one confirms, and never alerts alone */
    struct names_about about;
};

struct names_build;

/* In memory until names_build_write: some 150 bytes a name. */
struct names_build *names_build_new(const struct names *t);
void names_build_free(struct names_build *b);
/* Names that had no words. */
uint64_t names_build_empty(const struct names_build *b);
/* A name without words is counted and left out. Reasons "utf-8", "id", "too-large". */
MUST_USE bool names_build_add(struct names_build *b, const struct names_entry *e, struct why *w);
/* The image appears whole at path, in place of what was there, or not at all. Reason "io". */
MUST_USE bool names_build_write(struct names_build *b, const char *path, struct why *w);

/* ---- an open list ---- */

struct names_index;

struct names_facts {
    uint64_t entities, names, words, bytes; /* of the image; words that differ */
    uint64_t added, removed;                /* entities since */
};

/*
 * Maps the image, and reads the changes beside it (path with ".changes"). Reasons "io", "format" (not an
 * image, or of another version), "damaged".
 */
MUST_USE bool names_index_open(const struct names *t, const char *path, struct names_index **ret,
                               struct why *w);
/* The same in memory alone: changes last as long as it. */
struct names_index *names_index_new(const struct names *t, const struct names_build *b);
void names_index_close(struct names_index *x);
/* Every byte against the checksum: reason "damaged". Opening checks the head and what keeps memory safe. */
MUST_USE bool names_index_check(const struct names_index *x, struct why *w);
void names_index_facts(const struct names_index *x, struct names_facts *out);

/* Of these entities, all names together, in place of what the list had under the same id; on disk and found
 * by every search that begins after the return. Reasons "io", "utf-8", "id", "too-large" (build a new image).
 */
MUST_USE bool names_index_add(struct names_index *x, const struct names_entry *e, size_t n, struct why *w);
/* Reason "absent": no entity of that id. */
MUST_USE bool names_index_remove(struct names_index *x, struct span id, struct why *w);

/* ---- searching ---- */

enum names_agreement { NAMES_ABSENT, NAMES_AGREES, NAMES_NEAR, NAMES_DIFFERS };

struct names_question {
    struct span name;
    enum names_schema schema;
    struct names_about about;
    bool truncated; /* from a machine-readable zone that is full: the last word may go on */
    bool apart; /* entities whose birth date differs (NAMES_DIFFERS) are left out before they are compared:
                   all others that would be found are, and mostly for less work */
};

struct names_hit {
    struct span id; /* the searcher's, until its next search */
    float score;    /* 0 to 1, by which hits are ordered: the name's, lowered by what differs */
    float name;     /* by the names alone */
    bool weak;      /* by a weak alias alone: confirms, never alerts */
    enum names_agreement birth, sex, country;
    struct names_name listed;   /* as the list writes it, in small letters */
    struct names_match reasons; /* the question's words are side a, those of the list side b */
};

enum { NAMES_HITS = 64 };

struct names_found {
    size_t n;
    struct names_hit hit[NAMES_HITS]; /* best first, an entity once; of equal ones the earlier in the list */
    struct names_name asked;
    bool limited; /* a budget cut the search, or the name had more words than are read */
};

/* Memory for one search at a time: one for each thread. Some 5 MB. */
struct names_searcher;
struct names_searcher *names_searcher_new(void);
void names_searcher_free(struct names_searcher *s);

/* top <= NAMES_HITS. Reason "utf-8". No allocation; a fraction of a millisecond. */
MUST_USE bool names_search(const struct names_index *x, struct names_searcher *s,
                           const struct names_question *q, size_t top, struct names_found *out,
                           struct why *w);

#endif

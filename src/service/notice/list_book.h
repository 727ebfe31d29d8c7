/*
 * The published lists that a node keeps, each with its purpose, the law it rests on and the person who said
 * so. One process changes the folder at a time; any number read it.
 *
 *   FOLDER/lock, FOLDER/generation   changed with every change below
 *   FOLDER/history                   who did what to which list, a line each
 *   FOLDER/names/NAME-N.names        names of version N (service/notice/screen.h)
 *   FOLDER/NAME/list                 terms, and which version is in force
 *   FOLDER/NAME/N/                   a version (list_version.h), with `about`: where it came from
 *   FOLDER/NAME/new/                 one that is being read
 */
#ifndef SERAI_SERVICE_NOTICE_LIST_BOOK_H
#define SERAI_SERVICE_NOTICE_LIST_BOOK_H

#include "base/date.h"
#include "service/notice/list_read.h"
#include "service/notice/list_version.h"

enum {
    LIST_NAME = 20, /* of [a-z0-9-] */
    LIST_TEXT = 200,
    LIST_PATH = 4096,
    LIST_KEEP_DAYS = 365, /* that a version is kept after it was in force */
    LIST_MOST_LOST = 10,  /* percent of its entries that a list loses at once before a person is asked */
};

/* What a list may be looked at for: bits. */
enum list_purpose { LIST_BORDER = 1, LIST_MONEY_LAUNDERING = 2 };

/* "border", "money-laundering"; 0: neither. */
unsigned list_purpose_of(struct span word);

struct list_terms {
    char name[LIST_NAME + 1];
    unsigned purposes;
    char basis[LIST_TEXT]; /* article of the agreement, or national law */
    char by[64];           /* the named person who said so, by id */
    unsigned keep_days, most_lost;
    unsigned active, held, last; /* numbers of versions; 0: none */
};

struct list_about {
    unsigned version;
    enum list_format format;
    struct list_stated stated;
    uint64_t again;  /* entries whose id had been there: the first one counts */
    char digest[65]; /* SHA-256 of the files, one after another */
    char by[64];
    unix_time imported, from, to;      /* in force from, to; 0: not (yet) */
    struct list_difference difference; /* to the one in force before */
};

bool list_name_ok(const char *name);

/* Names, in order. Reason "io". */
MUST_USE bool list_book_names(const char *folder, char (*out)[LIST_NAME + 1], size_t max, size_t *n,
                              struct why *w);
/* Reasons "absent", "damaged". */
MUST_USE bool list_book_terms(const char *folder, const char *name, struct list_terms *out, struct why *w);
MUST_USE bool list_book_about(const char *folder, const char *name, unsigned version, struct list_about *out,
                              struct why *w);
/* The version in force at that time; 0: none that is kept. */
unsigned list_book_as_of(const char *folder, const char *name, unix_time at);
void list_book_path(const char *folder, const char *name, unsigned version, char out[LIST_PATH]);
void list_book_shelf(const char *name, unsigned version, char out[LIST_NAME + 16]);

/* ---- changing ---- */

enum list_outcome {
    LIST_UNCHANGED, /* the same file again */
    LIST_ACTIVE,
    LIST_HELD, /* loses too much: waits for list_book_confirm */
};

struct list_order {
    const char *folder;
    const char *name;
    /* 0 and "": as they stand. A new list needs purposes, basis and by. */
    unsigned purposes, keep_days, most_lost;
    const char *basis, *by;
    const char *const *file;
    size_t n;
    unix_time now;
    /* After each piece of a file; may be NULL. False: stops, and goes on at the next import. */
    bool (*progress)(void *ctx, uint64_t bytes, uint64_t entries);
    void *ctx;
};
/* Reasons "terms" (no purpose, no basis, nobody), "locked", "stopped", those of reading and writing. */
MUST_USE bool list_book_import(const struct list_order *o, enum list_outcome *outcome,
                               struct list_about *about, struct why *w);
/* A person takes the version that is held, or lets it go. Reason "absent": none is held. */
MUST_USE bool list_book_confirm(const char *folder, const char *name, const char *by, bool take,
                                unix_time now, struct why *w);
/* Names, entries, versions: nothing of it is left but a line of the history. */
MUST_USE bool list_book_remove(const char *folder, const char *name, const char *by, const char *reason,
                               unix_time now, struct why *w);

#endif

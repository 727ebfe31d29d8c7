/*
 * The one screening engine: names of notices and of sanction lists, found across scripts for whoever says
 * why. It finds; it decides nothing, keeps no entry of who asked (its caller does), and knows of an entity
 * only its names and what is compared with them. What a notice or an entry of a list says is its owner's to
 * tell.
 *
 * A shelf is one source: the notices, or one list. Each has its own image and changes (names/serai_names.h):
 *
 *   FOLDER/SHELF.names           the image, mapped
 *   FOLDER/SHELF.names.changes   what was put and dropped since
 *   FOLDER/SHELF.documents       numbers of documents (screen_documents.h)
 *
 * Any number of threads search while shelves change: a search that began before a change may answer by what
 * stood before it, one that begins after the return does not. One process writes a folder. An engine without
 * shelves opens no tables and costs nothing.
 */
#ifndef SERAI_SERVICE_NOTICE_SCREEN_H
#define SERAI_SERVICE_NOTICE_SCREEN_H

#include "base/arena.h"
#include "names/serai_names.h"
#include "service/notice/screen_documents.h"

enum { SCREEN_SHELVES = 32, SCREEN_SHELF_NAME = 32, SCREEN_ASKED = 8, SCREEN_HITS = 16 };

/* So many entities put or dropped, and a shelf is better built anew: each change costs as many. */
enum { SCREEN_CHANGES = 4096 };

/* The shelf of all person notices in force; lists have names of their own. */
#define SCREEN_NOTICES "notices"

/* From here on a person looks; doc/names.md. */
#define SCREEN_OPERATING .9f

/* What a shelf is asked for: bits. */
enum screen_use { SCREEN_BORDER = 1, SCREEN_ROAD = 2, SCREEN_PAYMENTS = 4, SCREEN_FILES = 8 };

struct screen;

/* folder is made when the first shelf is. Reason "io". */
MUST_USE bool screen_open(const char *folder, struct screen **ret, struct why *w);
void screen_close(struct screen *s); /* NULL allowed */

/*
 * A shelf, as it stands on disk or empty; again: its uses are changed. name: 1 to SCREEN_SHELF_NAME of
 * [a-z0-9-]. Searches go on meanwhile. Reasons "shelf" (name, or too many), and those of names_index_open.
 */
MUST_USE bool screen_shelf(struct screen *s, const char *name, unsigned uses, struct why *w);
/* Whether any shelf is asked for one of these uses. */
bool screen_serves(const struct screen *s, unsigned uses);

struct screen_facts {
    char name[SCREEN_SHELF_NAME + 1];
    unsigned uses;
    struct names_facts names;
    size_t documents;
    bool whole; /* numbers of documents can be asked for */
};
size_t screen_facts(struct screen *s, struct screen_facts out[SCREEN_SHELVES]);

/* The tables that names are read with, for whoever compares two; NULL: there is no shelf. */
const struct names *screen_names(const struct screen *s);
/* The same, read now when they were not. Reason "names". */
MUST_USE bool screen_tables(struct screen *s, const struct names **ret, struct why *w);

/* ---- what stands on a shelf ---- */

/* All names of one entity (same id), in place of what it had; at once found, and on disk. Reasons "shelf",
 * those of names_index_add. */
MUST_USE bool screen_put(struct screen *s, const char *shelf, const struct names_entry *e, size_t n,
                         struct why *w);
/* The same for the numbers of its documents: reasons of screen_documents_put. */
MUST_USE bool screen_put_documents(struct screen *s, const char *shelf, struct span id,
                                   const struct screen_document *d, size_t n, struct why *w);
/* Names and numbers. True also when there was none of that id. */
MUST_USE bool screen_drop(struct screen *s, const char *shelf, struct span id, struct why *w);

/* Whether it is time to build it anew. */
bool screen_due(struct screen *s, const char *shelf);

/* A whole shelf anew: names_build_add into what begin gives, then end; until then, and when end fails, the
 * shelf stands as it was, and what was put in between is lost. d: the numbers; NULL: none. end frees both in
 * any case. */
MUST_USE bool screen_build_begin(struct screen *s, struct names_build **ret, struct why *w);
MUST_USE bool screen_build_end(struct screen *s, const char *shelf, struct names_build *b,
                               struct screen_documents *d, struct why *w);

/* ---- asking ---- */

/* One person or organisation, under all names it is known by here. */
struct screen_question {
    struct span purpose, officer; /* why and who: the purpose must not be empty */
    unsigned use;                 /* one of enum screen_use */
    enum names_schema schema;
    struct names_about about;
    size_t n;
    struct screen_name {
        struct span text;
        bool truncated;
    } name[SCREEN_ASKED];
    bool apart;  /* only what may alert: entities whose birth date differs are left out, and cost less */
    float least; /* 0: SCREEN_OPERATING. What scores less is left out */
    size_t top;  /* 0: SCREEN_HITS */
};

struct screen_hit {
    char shelf[SCREEN_SHELF_NAME + 1];
    struct span id; /* the arena's */
    float score;    /* the best of all names asked */
    float name;     /* by the names alone */
    bool alerts;    /* reaches `least`, not by a weak alias alone, and no birth date speaks against it */
    bool weak;      /* by a weak alias alone */
    bool document;  /* by the number of a document: screen_ask_number */
    size_t asked;   /* which of the names asked */
    enum names_agreement birth, sex, country;
    struct names_name as_asked, as_listed; /* the words compared; reasons refers to them: a asked, b listed */
    struct names_match reasons;
};

struct screen_found {
    size_t n;
    struct screen_hit *hit; /* best first, an entity of a shelf once; the arena's */
    bool limited;           /* a budget cut a search */
    size_t empty;           /* names asked that had no words */
};

/*
 * One document: who is listed with its number, whatever the name. A State that is known and another one is no
 * hit. Best first; all of them alert, by no name (asked: SCREEN_ASKED). A lead like any other.
 */
struct screen_number {
    struct span purpose, officer;
    unsigned use;
    struct screen_document document;
};
/* Reasons "purpose", "too-large", "damaged" (a shelf has its numbers not whole). A number that does not read:
 * no hit. */
MUST_USE bool screen_ask_number(struct screen *s, const struct screen_number *q, struct arena *a,
                                struct screen_found *out, struct why *w);

/*
 * False: nothing was looked up: "purpose" (none was said), "request" (no name, or too many), "utf-8",
 * "too-large" (the arena). No shelf of that use: no hit. Weak aliases alone come with `weak`, and alert
 * nobody.
 */
MUST_USE bool screen_ask(struct screen *s, const struct screen_question *q, struct arena *a,
                         struct screen_found *out, struct why *w);

#endif

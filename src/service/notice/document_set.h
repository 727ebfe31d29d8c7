/*
 * The listed documents of all States, as one node holds them: single numbers in an exact set
 * (lookup/exact.h), ranges of blanks beside it. Fingerprints are keyed with a key of this node.
 *
 *   FOLDER/set/     the exact set
 *   FOLDER/ranges   ranges of blanks
 *
 * Threads may look up while one changes it.
 */
#ifndef SERAI_SERVICE_NOTICE_DOCUMENT_SET_H
#define SERAI_SERVICE_NOTICE_DOCUMENT_SET_H

#include "lookup/exact.h"
#include "service/notice/documents.h"

struct document_set;

/* Reasons of lookup_exact_open; "damaged": the ranges. */
MUST_USE bool document_set_open(const char *folder, enum lookup_access access, struct document_set **ret,
                                struct why *w);
void document_set_close(struct document_set *s); /* NULL allowed */

/* Whose lists are asked of vehicles and containers: the parties. Before anybody looks up. False: no State, or
 * too many. */
bool document_set_add_state(struct document_set *s, struct span state);

/* The exact set itself: to compact, to warm, to count. */
struct lookup_exact *document_set_exact(struct document_set *s);

/* What the State says of its own documents, in order; in force and on disk when it returns. Twice is once. */
MUST_USE bool document_set_take(struct document_set *s, struct span state, const struct document_entry *e,
                                size_t n, struct why *w);

struct document_answer {
    enum lookup_state state; /* LOOKUP_LISTED, LOOKUP_NOT_LISTED, or LOOKUP_UNKNOWN: damaged */
    bool read_again;         /* not listed, but a number is that one easily misread letter apart from */
    enum document_status status;
    enum document_kind kind; /* as it was entered */
    struct date on;
    char by[4]; /* the State that listed it */
};

/*
 * kind and number as they were read, of that State; the State counts for nothing of vehicles and containers.
 * confused: also look whether a number is listed that differs by one letter easily confused with another;
 * such a number is never an answer by itself. Exact in all other ways.
 */
void document_set_ask(struct document_set *s, struct span state, enum document_kind kind,
                      const struct document_number *number, bool confused, struct document_answer *out);

enum { DOCUMENT_STATES = 64 };
struct document_count {
    char state[4];
    uint64_t n[DOCUMENT_STATUSES]; /* numbers; CLEAR: those taken out of ranges */
    uint64_t ranges, blanks;       /* and the blanks in them */
};
struct document_counts {
    size_t n;
    struct document_count of[DOCUMENT_STATES];
    bool whole; /* a page was damaged else */
};
void document_set_count(struct document_set *s, struct document_counts *out);

#endif

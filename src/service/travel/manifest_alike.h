/*
 * Persons of one list held against each other: the same document twice, one person under two documents, and
 * names and birth dates so near that a person should look. Candidates are found by keys (document; birth date
 * with the skeleton of a word of the name; all skeletons of a name with parts of the birth date), so that the
 * time grows little faster than the list; names are compared by names/pair.h. It points out; it decides
 * nothing.
 */
#ifndef SERAI_SERVICE_TRAVEL_MANIFEST_ALIKE_H
#define SERAI_SERVICE_TRAVEL_MANIFEST_ALIKE_H

#include "names/pair.h"
#include "service/travel/manifest.h"

enum manifest_like {
    LIKE_DOCUMENT, /* the same document, the same person: twice in the list */
    LIKE_NUMBER,   /* the same document under two names or birth dates */
    LIKE_PERSON,   /* the same name and birth date under two documents */
    LIKE_NEAR,     /* like names, and the same birth date or a near one */
    MANIFEST_LIKES
};
/* "same-document", "document-of-another", "same-person", "look-alike" */
const char *manifest_like_word(enum manifest_like l);

/* How the birth dates of both are to each other. */
enum manifest_births {
    BIRTHS_SAME,
    BIRTHS_SWAPPED,
    BIRTHS_DIGIT,
    BIRTHS_YEAR,
    BIRTHS_UNKNOWN,
    BIRTHS_DIFFER
};
/* "same", "day and month swapped", "one digit differs", "a part differs", "unknown", "differ" */
const char *manifest_births_word(enum manifest_births b);
enum manifest_births manifest_births(struct date a, struct date b);

struct manifest_link {
    uint32_t a, b; /* places in the list, from 0; a < b */
    uint8_t like, births;
    uint8_t name; /* score of the names, of 100 */
};

struct manifest_alike {
    struct manifest_link *link; /* by a, then b; a pair once */
    size_t n;
    size_t limited; /* persons of whom not all pairs were looked at, since too many share a key */
};

/* Those of a list. at gives person i of n, ending (may be NULL) true when it is to stop soon, reason
 * "stopped": both called by several threads, at several times for one person. */
struct manifest_persons {
    size_t n;
    bool (*at)(void *ctx, size_t i, struct manifest_person *out);
    void *ctx;
    bool (*ending)(void *ctx);
    void *ending_ctx;
    unsigned threads; /* 0: one; the same result by any number */
};

enum {
    ALIKE_BLOCK = 48,
    ALIKE_LINKS = 16
}; /* pairs looked at beside each in one block; told of one person */

/* Result on the heap: manifest_alike_free. */
MUST_USE bool manifest_alike(const struct names *t, const struct manifest_persons *p,
                             struct manifest_alike *out, struct why *w);
void manifest_alike_free(struct manifest_alike *a);

/* Links in which person i stands, out of a list in which each stands at both sides: first and count. */
struct manifest_links {
    uint32_t *first;            /* n + 1 */
    struct manifest_link *link; /* 2 * links: a is the person */
};
MUST_USE bool manifest_links_of(const struct manifest_alike *a, size_t n, struct manifest_links *out);
void manifest_links_free(struct manifest_links *l);

#endif

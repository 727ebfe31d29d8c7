/*
 * Numbers of documents that the entities of a shelf are known by, beside their names: exact after folding
 * (list_id.h: blanks, hyphens and fillers dropped, leading zeros kept), with the State that issued them.
 *
 *   FOLDER/SHELF.documents    a line a change, each with its check: "+ STATE NUMBER ID", "- ID"
 *
 * In memory as a table: a look-up is a fraction of a microsecond. What a crash cut off does not count. A file
 * that is missing or damaged leaves the set not whole until it is built anew: whoever asks then is told so,
 * never "none".
 */
#ifndef SERAI_SERVICE_NOTICE_SCREEN_DOCUMENTS_H
#define SERAI_SERVICE_NOTICE_SCREEN_DOCUMENTS_H

#include "base/why.h"
#include "service/notice/list_id.h"

struct screen_document {
    struct span state; /* "KZ"; another length: not known */
    struct span number;
};

struct screen_documents;

/* In memory alone, whole and empty. */
struct screen_documents *screen_documents_new(void);
void screen_documents_free(struct screen_documents *d); /* NULL allowed */

/* Follows that file from here on; fresh: it is made empty when it is not there. Reason "io". */
MUST_USE bool screen_documents_open(const char *path, bool fresh, struct screen_documents **ret,
                                    struct why *w);
bool screen_documents_whole(const struct screen_documents *d);
size_t screen_documents_count(const struct screen_documents *d);

/*
 * All numbers of one entity in place of those it had; none: it is dropped. On disk when it returns, where
 * there is a file. What is no number (list_id_fold) is left out. Reasons "id" (empty, longer than NAMES_ID,
 * or with control characters), "io", "damaged" (not whole: build it anew).
 */
MUST_USE bool screen_documents_put(struct screen_documents *d, struct span id,
                                   const struct screen_document *doc, size_t n, struct why *w);
/* The whole set as a new file at path, in place of what was there; it follows that file from here on. */
MUST_USE bool screen_documents_write(struct screen_documents *d, const char *path, struct why *w);

/*
 * Calls one for each entity with that number whose State is the same, or not known on either side (*known
 * false). One entity may come more than once.
 */
void screen_documents_find(const struct screen_documents *d, struct span state, struct span number,
                           void (*one)(void *ctx, struct span id, bool known), void *ctx);

/* As numbers of passports are folded. False: no number that tells anything. */
MUST_USE bool screen_number_fold(struct span number, struct list_id *out);

#endif

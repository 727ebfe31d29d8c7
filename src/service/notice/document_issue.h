/*
 * What this member says of its own documents: published first (documents.h), then in force here. Its own log
 * is where its own set is made from, so that whatever was cut off between the two is made good by reading on.
 *
 *   FOLDER/places/  in which record each of its own documents stands, so that a withdrawal finds it
 *   FOLDER/read     how far the own log was read: "ORIGIN INDEX"
 */
#ifndef SERAI_SERVICE_NOTICE_DOCUMENT_ISSUE_H
#define SERAI_SERVICE_NOTICE_DOCUMENT_ISSUE_H

#include "log/streams.h"
#include "service/notice/document_set.h"

struct document_issue;

/* set: opened to be written, and outlives it. state, name: of this member and its node ("KZ", "kz.specimen");
 * outlive it. */
MUST_USE bool document_issue_open(const char *folder, struct document_set *set, struct streams *streams,
                                  struct span state, struct span name, struct document_issue **ret,
                                  struct why *w);
void document_issue_close(struct document_issue *d); /* NULL allowed */

/*
 * Lists n documents or ranges; status and day are those of each. On disk, published and in force here when it
 * returns. Twice is once. Reasons of streams_publish and of the set; "status": DOCUMENT_CLEAR among them.
 */
MUST_USE bool document_issue_list(struct document_issue *d, const struct document_entry *e, size_t n,
                                  unix_time now, struct why *w);

struct document_withdrawn {
    size_t withdrawn, unknown; /* unknown: was not listed; nothing is said of it */
    size_t erased;             /* records whose body is gone; what else stood in them was listed again */
};
/* Takes n numbers or whole ranges out, and erases what said that they were listed. */
MUST_USE bool document_issue_withdraw(struct document_issue *d, const struct document_entry *e, size_t n,
                                      unix_time now, struct document_withdrawn *out, struct why *w);

/* Reads the own log on from where it was read to. */
MUST_USE bool document_issue_read_on(struct document_issue *d, unix_time now, struct why *w);

#endif

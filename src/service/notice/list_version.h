/*
 * One version of a published list as it is kept: its entries in the order of the source, found by id and by
 * identifier, never changed once written.
 *
 *   FOLDER/entries      an entry a line (list_entry_write)
 *   FOLDER/index        of each entry, by the hash of its id: where it stands, and its digest
 *   FOLDER/identifiers  of each identifier its hash and the entry's place in index
 *   FOLDER/quarantine   what does not read: {"line":…,"id":…,"reason":…,"detail":…} a line
 */
#ifndef SERAI_SERVICE_NOTICE_LIST_VERSION_H
#define SERAI_SERVICE_NOTICE_LIST_VERSION_H

#include "service/notice/list_id.h"

enum { LIST_DIGEST = 20 };

/* ---- writing ---- */

struct list_writer;
/* The folder is made anew, or goes on at `from` (list_writer_mark) when that is not NULL. Reason "io". */
struct list_mark {
    uint64_t entries, quarantine, n, refused; /* bytes of both files, entries and refusals in them */
};
MUST_USE bool list_writer_open(const char *folder, const struct list_mark *from, struct list_writer **ret,
                               struct why *w);
void list_writer_close(struct list_writer *x); /* NULL allowed */
/* Reason "io"; "too-large": more than LIMIT_LIST_ENTRIES. An id that was there already is quarantined. */
MUST_USE bool list_writer_put(struct list_writer *x, const struct list_entry *e, struct why *w);
MUST_USE bool list_writer_refuse(struct list_writer *x, uint64_t line, struct span id, const struct why *why,
                                 struct why *w);
/* What is on disk, for going on. */
MUST_USE bool list_writer_mark(struct list_writer *x, struct list_mark *out, struct why *w);
/* Index and identifiers; all is on disk. *again: entries whose id had been there: the first one counts. */
MUST_USE bool list_writer_end(struct list_writer *x, uint64_t *again, struct why *w);

/* ---- reading ---- */

struct list_version;
/* Mapped; any number of threads. Reasons "io", "damaged". */
MUST_USE bool list_version_open(const char *folder, struct list_version **ret, struct why *w);
void list_version_close(struct list_version *v); /* NULL allowed */

uint64_t list_version_count(const struct list_version *v);
/* The line of entry i < count, in the order of the index. Empty: damaged. */
struct span list_version_line(const struct list_version *v, uint64_t i);
/* The line of an id; empty: there is none. */
struct span list_version_find(const struct list_version *v, struct span id, struct arena *a);
/* Calls one for each entry that has this identifier; it says whether to go on. */
void list_version_by_id(const struct list_version *v, const struct list_id *id, struct arena *a,
                        bool (*one)(void *ctx, const struct list_entry *e), void *ctx);

/* ---- difference ---- */

enum list_change { LIST_ADDED, LIST_CHANGED, LIST_REMOVED };
struct list_difference {
    uint64_t added, changed, removed, same;
};
/* from may be NULL: nothing. one: by the order of the index, before or after empty; may be NULL. False when
 * it said no. */
MUST_USE bool list_version_diff(const struct list_version *from, const struct list_version *to,
                                bool (*one)(void *ctx, enum list_change c, struct span before,
                                            struct span after, struct why *w),
                                void *ctx, struct list_difference *out, struct why *w);
/* Properties whose values differ, in order, each once. How many; at most max are given. */
size_t list_entry_fields(const struct list_entry *a, const struct list_entry *b, struct span *out,
                         size_t max);

#endif

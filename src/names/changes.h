/*
 * What was added to and removed from a list since its image was made: a journal, and what comes of it.
 *
 * File: "serainch", u64 the image's sum; then records of u32 length, u32 sum, body. The first byte of a body
 * says ADD (one name), REMOVE (an id) or DONE (ends a batch; what is behind the last DONE does not count).
 */
#ifndef SERAI_NAMES_CHANGES_H
#define SERAI_NAMES_CHANGES_H

#include "base/buffer.h"
#include "names/image.h"

enum { CHANGES_HEAD = 16, CHANGES_NAMES = 100 * 1000, CHANGES_BYTES = 64 << 20 };

/* Records at the end of out. */
void changes_add(struct buffer *out, const struct names_entry *e);
void changes_remove(struct buffer *out, struct span id);
void changes_done(struct buffer *out);

/* How far records are whole and end with DONE. */
size_t changes_whole(struct span records);

/* What a searcher sees of changes: immutable. */
struct changes_view {
    struct buffer memory;
    struct image image; /* names that were added */
    bool any;           /* there is an image */
    size_t n_gone;      /* ids that the list's own image has no say about, by their hashes, sorted */
    uint64_t *gone;
    uint64_t added, removed; /* entities */
};

/* Reasons "format" (a record that makes no sense), "too-large", "utf-8". */
MUST_USE bool changes_view_new(const struct names *t, struct span records, struct changes_view **ret,
                               struct why *w);
void changes_view_free(struct changes_view *v);

/* rank_gone of a view. */
bool changes_gone(const void *view, struct span id);

#endif

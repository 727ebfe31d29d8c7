/* Labels of printed documents in a member's language, from data/stickers/labels.tsv: a table of words, a
 * column for each language. */
#ifndef SERAI_NODE_LABELS_H
#define SERAI_NODE_LABELS_H

#include "base/arena.h"
#include "base/why.h"

/* The word for key in language; NULL when the table has none. All in the arena. */
struct labels {
    struct span text;
    size_t column; /* of the language; 0: not in the table */
};

/* text is the file; it must outlive the labels. */
void labels_of(struct span text, const char *language, struct labels *out);
const char *label(const struct labels *l, const char *key, struct arena *a);

#endif

/*
 * Large tables whose pages rest in a file without a name: what nobody looks at need not stay in memory, and
 * comes back when it is touched. Nothing of it outlives the process. Blocks are reserved before they are
 * used, so that a full disk is met here and not at some store later; where a folder has none to give, or
 * knows no files without names, it is plain memory.
 */
#ifndef SERAI_FILES_SPILL_H
#define SERAI_FILES_SPILL_H

#include <stdbool.h>
#include <stddef.h>

/* All zero: nothing yet. */
struct spill {
    void *p;
    size_t cap; /* bytes */
    int fd;     /* of the file, while it may grow */
    bool file;  /* not plain memory */
};

/* Room for n bytes, what was there kept, the rest zero; it may move. Doubles. Ends the process when there is
 * no memory. */
void *spill_room(struct spill *s, const char *folder, size_t n);
/* It will not grow any more: the file is closed, the bytes stay. */
void spill_settle(struct spill *s);
/* Its pages may leave memory. At any time, beside readers and writers too. */
void spill_rest(const struct spill *s);
void spill_free(struct spill *s);

#endif

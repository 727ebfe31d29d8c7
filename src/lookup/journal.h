/*
 * What changed since an image, on disk: records of 32 bytes one behind the other, each with a check. Records
 * of the last change may be missing after a crash, and then it was never acknowledged; any other that does
 * not fit is damage.
 */
#ifndef SERAI_LOOKUP_JOURNAL_H
#define SERAI_LOOKUP_JOURNAL_H

#include "lookup/table.h"

enum { JOURNAL_RECORD = 32 };

struct journal {
    int fd; /* -1: not open */
    uint64_t number, n;
    bool broken; /* a write failed and could not be taken back: nothing more is written */
};

/* Reads all of it into t. write: makes it when it is not there, and cuts off what a crash left. *there false:
 * to read, and nothing is there. Reasons "damaged", "io". */
MUST_USE bool journal_open(const char *path, uint64_t number, bool write, struct table *t,
                           struct journal *out, bool *there, struct why *w);
/* On disk when true; without effect when false. */
MUST_USE bool journal_add(struct journal *j, const struct lookup_change *c, size_t n,
                          const struct folder_steps *steps, struct why *w);
void journal_close(struct journal *j);

/* Records at the start of bytes that hold, the first of them in place `from`: into t. Returns how many. */
uint64_t journal_read(struct span bytes, uint64_t number, uint64_t from, struct table *t);

#endif

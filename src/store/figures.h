/* What is watched of a store: quick to ask, whatever is in it. */
#ifndef SERAI_STORE_FIGURES_H
#define SERAI_STORE_FIGURES_H

#include "store/store.h"

struct store_figures {
    int64_t commits;                   /* since it was opened */
    size_t waiting;                    /* records on their way to the disk */
    uint64_t bytes;                    /* of the database with its write-ahead log */
    uint64_t room;                     /* left on its file system for this user, bytes; 0: not known */
    bool server;                       /* the store is in a database server */
    bool unconfirmed;                  /* a commit waits for a leader or a standby that has it */
    int64_t complaints_late;           /* an office is past what is due */
    int64_t cases_open, cases_overdue; /* without an answer; of these, past their time */
};

/* Reasons of store_open. */
MUST_USE bool store_figures(struct store *s, unix_time now, struct store_figures *out, struct why *w);

#endif

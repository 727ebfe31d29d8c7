/*
 * Applications for permissions: each with its state, what happened to it, its files, and counts that stay
 * when it is erased. What is personal in it comes sealed (service/travel/application.h) and is bytes here.
 * Written as the rest of the store (store.h): on disk when a call returns true.
 */
#ifndef SERAI_STORE_APPLICATIONS_H
#define SERAI_STORE_APPLICATIONS_H

#include "store/store.h"

enum { APPLICATION_HASH = 32 };

/* who: an office; empty: the applicant or the node. Words as in cases.h. */
struct application_event {
    unix_time at;
    struct span what, state, who; /* state: of the application after it */
    int64_t revision;             /* of the content then */
    struct span body;             /* may be empty */
};

struct application_file {
    struct span name, type; /* "employment contract", "application/pdf" */
    int64_t size;           /* of the file; bytes are longer, being sealed */
    struct span hash;       /* of the file, APPLICATION_HASH bytes */
    struct span bytes;      /* empty when it was not asked for */
};

struct application_row {
    int64_t seq;
    struct span reference;        /* 1..64 visible ASCII characters */
    struct span request;          /* APPLICATION_HASH bytes */
    struct span kind, purpose;    /* words */
    struct traveller_key subject; /* of the travel document */
    struct span state;
    unix_time at, last;
    unix_time due, ends; /* something is to be done; it is erased. due 0: nothing */
    int64_t revision;    /* of the content, from 1 */
    int64_t events;
    struct span content;
    const struct application_event *event; /* oldest first */
    size_t n_events;
    const struct application_file *file; /* without bytes */
    size_t n_files;
};

/*
 * Records a new one with its first event and files. The same reference with the same request is
 * STORE_REPEATED, with another one STORE_CONFLICT; nothing is written then. Reasons besides those of
 * store_open: "request" (a field out of its range), "too-large".
 */
MUST_USE bool store_put_application(struct store *s, const struct application_row *r,
                                    const struct application_event *first,
                                    const struct application_file *file, size_t n_files, enum store_put *what,
                                    struct why *w);

/* One step of an application, in one commit. */
struct application_change {
    struct span reference;
    int64_t seen;                        /* events when it was looked at */
    struct application_event event;      /* event.revision is set here */
    struct span content;                 /* new content, a new revision; empty: unchanged */
    unix_time due, ends;                 /* from now on */
    const struct application_file *file; /* put in place of those of the same name */
    size_t n_files;
    struct span counted; /* what application_counts counts; empty: nothing */
    int year;
    int64_t seconds;
    int64_t quota; /* counted at most so often a year for the kind and purpose; 0: no limit */
};
/* Reasons besides: "application-unknown", "application-moved" (something happened since it was looked at:
 * look again), "quota". */
MUST_USE bool store_change_application(struct store *s, const struct application_change *c, struct why *w);

/* All but the bytes of files, into the arena. */
MUST_USE bool store_find_application(struct store *s, struct span reference, bool *found, struct arena *a,
                                     struct application_row *out, struct why *w);
MUST_USE bool store_application_file(struct store *s, struct span reference, struct span name, bool *found,
                                     struct arena *a, struct application_file *out, struct why *w);

struct application_filter {
    struct span state;                   /* empty: any */
    const struct traveller_key *subject; /* NULL: any */
    unix_time due_by;                    /* only those with something due by then; 0: any */
    int64_t before;                      /* lower seq only; 0: from the newest */
    size_t most;                         /* at most LIMIT_CASE_PAGE */
};
/* A page, newest first, without content, events and files. *next: `before` of the page after; 0: none. */
MUST_USE bool store_list_applications(struct store *s, const struct application_filter *f, struct arena *a,
                                      const struct application_row **ret, size_t *n, int64_t *next,
                                      struct why *w);

struct application_count {
    int64_t year, n, seconds;
    struct span kind, purpose, what;
};
/* year 0: all. */
MUST_USE bool store_application_counts(struct store *s, int year, struct arena *a,
                                       const struct application_count **ret, size_t *n, struct why *w);
/* How often it was counted in a year. */
MUST_USE bool store_application_counted(struct store *s, int year, struct span kind, struct span purpose,
                                        struct span what, int64_t *n, struct why *w);

/* Erases all whose end has come, with events and files; their bytes are overwritten. */
MUST_USE bool store_expire_applications(struct store *s, unix_time now, int64_t *erased, struct why *w);

#endif

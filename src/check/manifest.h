/*
 * Manifests checked beforehand: what the lane would say of each person of a list, were the document found to
 * be as the list has it. By the machinery of a check: listed documents, permissions with their uses and
 * revocations, earlier stays, the agreement of the day of entry. Nothing is recorded as an entry, no receipt
 * is given, and a list is a claim: whoever comes is checked again at the lane.
 */
#ifndef SERAI_CHECK_MANIFEST_H
#define SERAI_CHECK_MANIFEST_H

#include "check/check.h"
#include "service/travel/manifest_alike.h"
#include "store/manifests.h"
#include "wire/json_write.h"

/* ---- names and birth dates looked for in notices and lists ---- */

struct manifest_screened {
    bool asked;    /* it was looked; else it is not known */
    size_t alerts; /* at which a person looks */
    float score;   /* the best, 0 to 1 */
};

/*
 * Whoever screens, instead of what the lane screens by (check_context.hits). ask is called by several
 * threads; false with why: not known, and the person is told to be not screened. purpose and officer go with
 * each question.
 */
struct manifest_screen {
    bool (*ask)(void *ctx, const struct manifest_person *p, struct span purpose, struct span officer,
                struct arena *a, struct manifest_screened *out, struct why *w);
    void *ctx;
};

/* ---- one person ---- */

enum manifest_note {
    NOTE_LISTED,             /* the document, as lost, stolen or revoked */
    NOTE_LIST_UNKNOWN,       /* its State's list is too old or cannot be read */
    NOTE_READ_AGAIN,         /* a listed number differs by a letter easily misread */
    NOTE_PERMISSION_UNKNOWN, /* this member issued none of that number, or another State did */
    NOTE_PERMISSION_REVOKED,
    NOTE_PERMISSION_OTHER, /* it was issued for another document */
    NOTE_SCREENED,         /* name and birth date are like those of a notice or a list */
    NOTE_NOT_SCREENED,     /* they could not be looked for */
    NOTE_STAYS_UNKNOWN,
    MANIFEST_NOTES
};
/* "document-listed", "permission-unknown", … */
const char *manifest_note_word(enum manifest_note n);
/* English, one sentence. */
const char *manifest_note_text(enum manifest_note n);

struct manifest_setting {
    const struct check_context *check;
    const struct manifest_screen *screen; /* NULL: as the lane, by check->hits */
    struct span officer;                  /* for whom */
    unix_time now;                        /* for the age of lists */
    bool never_here; /* of this person: by store_seen; their stays are not looked for, since there are none */
};

struct manifest_verdict {
    struct verdict verdict;
    const struct agreement *agreement; /* that gave it */
    struct date on;                    /* the day decided for */
    uint32_t notes;                    /* a bit for each enum manifest_note */
    struct manifest_screened screened;
};

/* The key that this person's stays are under. False: there is none. */
MUST_USE bool manifest_traveller(const struct check_context *c, const struct manifest_person *p,
                                 struct traveller_key *key);

/*
 * A row that could not be taken apart, or lacks what a document is told by, is decided on what there is.
 * Memory in the arena. Reasons: those of the store.
 */
MUST_USE bool manifest_decide(const struct manifest_setting *s, const struct manifest_person *p,
                              struct arena *a, struct manifest_verdict *out, struct why *w);
/* The facts of it alone, for whoever decides otherwise (tests, figures). */
MUST_USE bool manifest_facts(const struct manifest_setting *s, const struct manifest_person *p,
                             struct arena *a, struct facts *facts, struct manifest_verdict *out,
                             struct why *w);

/* ---- a whole one, in the member's own store ---- */

enum { MANIFEST_PART = 500, MANIFEST_REFERENCE = 16, MANIFEST_KEEP_DAYS = 7, MANIFEST_KEEP_MOST = 60 };

struct manifest_request {
    struct span id;     /* the caller's, 1..64 visible ASCII characters; empty: made of the list itself */
    struct span office; /* who asks: a word */
    struct span name;   /* what people call the list; may be empty */
    struct span text;
    enum manifest_format format;
    struct manifest_defaults defaults;
    int64_t keep_days; /* after the last day of entry; 0: MANIFEST_KEEP_DAYS */
};

/* One part of a request by the name that query and command line give it: id, office, name, format, purpose,
 * mode, post, from, group, entry, stay_days, document_kind, keep_days. Reason "request". value must last. */
MUST_USE bool manifest_request_set(struct manifest_request *r, const char *name, struct span value,
                                   struct why *w);

/*
 * Reads the list and puts it into the store, sealed. *what: as store_put_manifest; repeated, it goes on with
 * what is missing. Nothing of a list that does not read as a whole is kept. Reasons: those of manifest_read
 * and the store, "request".
 */
MUST_USE bool manifest_take(const struct check_context *c, const struct manifest_request *r, unix_time now,
                            char reference[MANIFEST_REFERENCE], enum store_put *what, struct arena *a,
                            struct manifest_report *report, struct why *w);

struct manifest_job {
    const struct check_context *check;
    const struct manifest_screen *screen;
    const struct names *names; /* NULL: opened for it */
    unsigned threads;          /* 0: one */
    unix_time now;
    bool (*ending)(void *ctx);                                /* true: stop soon. NULL: never */
    void (*progress)(void *ctx, int64_t done, int64_t parts); /* by several threads, one at a time; NULL */
    void *ctx;
};

/*
 * Makes all results that are missing, and the summary. Stopped at any place, killed too, it goes on from
 * there: every part is there once. Reasons: "stopped", "manifest-unknown", "sealed", those of the store.
 */
MUST_USE bool manifest_run(const struct manifest_job *j, struct span reference, struct why *w);

/* ---- what is said of them (schemas Manifest, ManifestResults) ---- */

enum manifest_view {
    MANIFEST_OFFICER,
    MANIFEST_ORGANISER, /* what is to be mended, and nothing that officers alone may know */
};

/* One manifest: how far, counts, what was remarked of the list. a: for its head. */
MUST_USE bool manifest_show(const struct check_context *c, struct span reference, struct arena *a,
                            struct json_writer *j, struct why *w);
MUST_USE bool manifest_list(const struct check_context *c, int64_t before, struct arena *a,
                            struct json_writer *j, struct why *w);

struct manifest_page {
    struct span reference, office; /* the look is recorded when office is not empty */
    enum manifest_view view;
    int64_t from;     /* number of a person, from 1 */
    size_t most;      /* at most MANIFEST_PAGE */
    struct span only; /* "", "admit", "refer", "mend", "duplicate", "look-alike" */
};
enum { MANIFEST_PAGE = 1000 };

/*
 * Persons with results, in order of the list, each to one; *next: `from` of the page after, 0: none. Results
 * that are not there yet end the page. As JSON (an object each) or as a line of CSV.
 */
MUST_USE bool manifest_results(const struct check_context *c, const struct manifest_page *p, bool csv,
                               unix_time now, struct arena *a, struct buffer *out, size_t *n, int64_t *next,
                               struct why *w);
void manifest_csv_header(enum manifest_view view, struct buffer *out);

#endif

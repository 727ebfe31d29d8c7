/* Issues a permission: an ECO visa with its lines, its seal and its sticker, entered in the store before it
 * is handed out. */
#ifndef SERAI_NODE_ISSUE_H
#define SERAI_NODE_ISSUE_H

#include "node/instance.h"

struct issue_request {
    struct span passport;    /* machine-readable lines of the holder's passport */
    const char *purpose;     /* travel purpose: one that seals can say (data/seals/codes.json) */
    const char *place;       /* of issue */
    struct date from, until; /* both days count */
    int entries;             /* 0: any number */
    int stay_days;           /* 1..254 */
    unix_time at;
    struct span labels;      /* data/stickers/labels.tsv; empty: English only */
    const char *kind;        /* of the agreement, "work permit"; NULL: "eco visa" */
    const char *application; /* reference of the application; NULL: none */
    bool digital;            /* a travel authorisation for phone and paper: the seal as IDB, the PDF a page */
};

struct issued {
    char number[10];
    struct buffer seal, png, pdf;
};

/*
 * Reasons: "passport" (its lines do not read well, or it ends before the visa), "request" (dates, purpose),
 * and those of signing, drawing and the store. On success the permission is in the store. Free with
 * issued_free.
 */
MUST_USE bool issue_permission(const struct instance *i, const struct issue_request *r, struct issued **ret,
                               struct why *w);
void issued_free(struct issued *p); /* NULL allowed */

#endif

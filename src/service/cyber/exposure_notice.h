/*
 * What a member tells the others of its exposure: a record of kind "exposure-board" on stream "cooperation",
 * at most one a day, by consent. Organisations with something open, by sector, by the worst of it and by what
 * is exploited; each number rounded down to a multiple of the threshold, and left out when nothing remains:
 * none and few look alike. No host, product, vulnerability or advisory is in it.
 *
 * What is left out may still follow from what stands there, since the three lists have one sum. It is worked
 * out here, by the sender before it signs and by who receives it (doc/exposure.md, "Between members").
 */
#ifndef SERAI_SERVICE_CYBER_EXPOSURE_NOTICE_H
#define SERAI_SERVICE_CYBER_EXPOSURE_NOTICE_H

#include "service/cyber/cooperation.h"
#include "service/cyber/exposure_board.h"

enum { NOTICE_SECTORS = 64, NOTICE_WORST = SEVERITIES, NOTICE_KEV = 3, NOTICE_DAYS = 5 };
enum { NOTICE_POSSIBLE = 3 }; /* a number that is left out may be any of so many, at least */

struct notice_cell {
    struct span name;
    uint32_t n; /* 0: left out */
};
struct exposure_notice {
    unsigned least;
    uint32_t total; /* 0: left out, as in each cell */
    struct notice_cell sector[NOTICE_SECTORS];
    size_t sectors; /* those that are told; how many are not, nobody learns */
    struct notice_cell worst[NOTICE_WORST], kev[NOTICE_KEV]; /* in the order of notice_worst, notice_kev */
    int64_t open_days, close_days;                           /* medians; -1: left out */
    unix_time as_of;
};
extern const char *const notice_worst[], *const notice_kev[]; /* end with NULL */

/* Which list tells too much: "total", "kev", "worst", "sectors"; NULL: none. */
const char *exposure_notice_tells(const struct exposure_notice *n);

/* Rounded, and lists left out until none tells too much. Spans point into f. */
void exposure_notice_make(const struct exposure_findings *f, unsigned least, unix_time now,
                          struct exposure_notice *out);

/* As members of the object that is open. */
void exposure_notice_put(const struct exposure_notice *n, struct json_writer *j);
/* Out of a record; coop_read calls it. Reasons "request", "small-cell" (a number below the threshold, or not
 * rounded, or one that is left out follows from the others; a threshold below BOARD_LEAST). */
MUST_USE bool exposure_notice_read(const struct coop_record *r, struct exposure_notice *out, struct why *w);

/* ---- all members' ---- */

struct notice_book {
    struct coop_set set;
    const struct coop_record **newest; /* one a member, by member */
    size_t n;
    struct coop_refusals refused;
};
/* Records that do not count: "again" (a second one of a day), "order" (figures older than those told before).
 * Reason "too-large". */
MUST_USE bool notice_book_make(const struct coop_set *s, struct arena *a, struct notice_book *out,
                               struct why *w);

/* {"office", "purpose", "consent": "yes", "to", "tlp"}. Reasons besides those of coop_make: "consent",
 * "again", "too-close" (fewer organisations than the threshold differ from those of the board told before).
 */
coop_op exposure_publish;
/* All members side by side. */
coop_op exposure_members;

#endif

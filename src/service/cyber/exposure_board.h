/*
 * The board: what is open since when, and figures of it that may leave the member. A finding is one product
 * of one organisation and one vulnerability that affects it; which host it is, nobody here knows.
 */
#ifndef SERAI_SERVICE_CYBER_EXPOSURE_BOARD_H
#define SERAI_SERVICE_CYBER_EXPOSURE_BOARD_H

#include "base/limits.h"
#include "service/cyber/exposure.h"
#include "service/cyber/exposure_pool.h"
#include "wire/json_write.h"

struct finding_open {
    uint32_t organisation, sector, product, id, advisory, place; /* of findings.text */
    uint32_t who, reason;                                        /* POOL_NONE: nobody closed it */
    uint64_t installations;
    unix_time since, closed, due; /* closed 0: open; due 0: not in KEV, or not said */
    uint8_t severity;
    bool facing, exploited, here; /* here: it was found when it was looked for last */
};

struct exposure_findings {
    struct pool text;
    struct tuples key; /* organisation, sector, product, id: the place of the item */
    struct finding_open *item;
    uint32_t n, cap;
    bool full;
};

void exposure_findings_init(struct exposure_findings *f);
void exposure_findings_free(struct exposure_findings *f);

/* At rest: an object a line. Reason "exposure-damaged". */
void exposure_findings_put(const struct exposure_findings *f, struct buffer *out);
MUST_USE bool exposure_findings_read(struct span lines, struct exposure_findings *f, struct why *w);

/* What stands in e now. New ones are open since now; those that are gone are closed now; what came back is
 * open anew. What a person closed stays closed while it is found. False: "too-large". */
MUST_USE bool exposure_findings_update(struct exposure_findings *f, const struct exposure *e, unix_time now,
                                       struct why *w);

/* Closed by an office with a reason (mitigated, accepted). Reason "finding-unknown" (also: not open). */
MUST_USE bool exposure_findings_close(struct exposure_findings *f, struct span organisation,
                                      struct span product, struct span id, struct span who,
                                      struct span reason, unix_time now, struct why *w);

/* Closed ones that are gone are forgotten after that. */
void exposure_findings_forget(struct exposure_findings *f, unix_time closed_before);

/* All that is open, for the member itself alone: organisations and products, as items of an array
 * (schema ExposureDetail). */
void exposure_findings_detail(const struct exposure_findings *f, unix_time now, struct json_writer *j);

/*
 * Figures that may leave (schema ExposureBoard): organisations by sector and by their worst open finding, and
 * by what is exploited; ages. Numbers from 1 to least - 1 are null, and as many others as are needed that
 * none of them follows from the rest.
 */
void exposure_findings_board(const struct exposure_findings *f, struct span member, unsigned least,
                             unix_time now, struct json_writer *j);
enum { BOARD_LEAST = LIMIT_TOLD_LEAST };

/* An organisation in a sector, by the worst that is open there; in no order. */
enum board_kev { BOARD_OVERDUE, BOARD_EXPLOITED, BOARD_NOT_EXPLOITED };
struct board_unit {
    struct span organisation, sector;
    uint8_t severity;
    enum board_kev kev;
};
typedef void board_unit_fn(void *ctx, const struct board_unit *u);
void exposure_findings_units(const struct exposure_findings *f, unix_time now, board_unit_fn *one, void *ctx);

/* Medians in days of what is open and of what was closed; -1: fewer than least organisations stand behind. */
void exposure_findings_ages(const struct exposure_findings *f, unsigned least, unix_time now, int64_t *open,
                            int64_t *to_close);

/*
 * A table whose last row and last column are sums: hides cells that are 1 .. least - 1 (beside those hidden
 * already), then others until every hidden cell stands on a circle of hidden ones, each at least 1: all
 * numbers of a circle may be one more and one less in turn, so none of them can be told.
 */
void board_hide(const uint32_t *cell, size_t rows, size_t columns, unsigned least, bool *hidden);

#endif

/* What the readers of lists share; for the files manifest_*.c alone. */
#ifndef SERAI_SERVICE_TRAVEL_MANIFEST_READ_H
#define SERAI_SERVICE_TRAVEL_MANIFEST_READ_H

#include "service/travel/manifest.h"

struct manifest_reading {
    const struct manifest_source *s;
    struct date today;
    struct arena *a;
    manifest_row *one;
    void *ctx;
    struct manifest_report *report;
    struct buffer text; /* of one row */
    uint8_t room[MANIFEST_ROW];
};

/* The column that a header or a member's name means; MANIFEST_COLUMNS_N: none. */
enum manifest_column manifest_column_of(struct span name);

/* Hands one person on, counted. */
MUST_USE bool manifest_give(struct manifest_reading *r, struct manifest_person *p, struct why *w);

MUST_USE bool manifest_read_csv(struct manifest_reading *r, struct why *w);
MUST_USE bool manifest_read_json(struct manifest_reading *r, struct why *w);
MUST_USE bool manifest_read_paxlst(struct manifest_reading *r, struct why *w);

#endif

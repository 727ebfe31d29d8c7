/*
 * Exposure at a member: lists of assets, advisories and the KEV catalogue are taken into its own store,
 * matched, and told: figures to whoever may ask, detail to the member's own offices alone, each look on
 * record. JSON in, JSON out, schemas of web/openapi.json.
 */
#ifndef SERAI_SERVICE_CYBER_EXPOSURE_DESK_H
#define SERAI_SERVICE_CYBER_EXPOSURE_DESK_H

#include "service/cyber/exposure_board.h"
#include "store/exposures.h"

enum { EXPOSURE_KEEP_DAYS = 365, EXPOSURE_KEEP_MOST = 1095 };

struct exposure_live;

struct exposure_desk {
    struct store *store;
    struct span member;         /* "KZ" */
    unsigned least;             /* BOARD_LEAST unless the agreement says more */
    struct exposure_live *live; /* the node's engine (exposure_live.h); NULL: no node runs */
    const char *const *offices; /* that may see and close findings; none: whoever gives an id */
    size_t n_offices;
};

/* Who asks and what for, and what is taken in. Empty: not said. */
struct exposure_ask {
    struct span office, purpose;              /* both are needed, but for the board */
    struct span list;                         /* its id: a word */
    struct span organisation, sector, format; /* asset_source */
    bool facing;
    int64_t keep_days;               /* 0: EXPOSURE_KEEP_DAYS */
    struct span product, id, reason; /* of a finding to be closed */
    struct span text;
};

/* One part by the name that query, JSON and command line give it. Reason "request". */
MUST_USE bool exposure_ask_set(struct exposure_ask *q, struct span name, struct span value, struct why *w);

/*
 * Reasons: "request", "asset-host" and others of asset_read, "csaf", "kev", "older" (a newer version of the
 * advisory is kept), "office" (it has no right to details; the attempt is on record), "finding-unknown",
 * "list-unknown", those of the store.
 */
typedef bool exposure_op(const struct exposure_desk *d, const struct exposure_ask *q, unix_time now,
                         struct buffer *out, struct why *w);

exposure_op exposure_take_assets, exposure_take_advisory, exposure_take_kev, exposure_match, exposure_board,
    exposure_detail, exposure_close, exposure_erase;
/* Advisories that are kept, the last taken first, those with `product` in a name; one by `id` with what was
 * found in it, reason "advisory-unknown"; the text alone, which is not kept. */
exposure_op exposure_advisories, exposure_advisory, exposure_check_advisory;
/* As it stands, by the node's engine, which follows what was taken in; figures alone. */
exposure_op exposure_now;

#endif

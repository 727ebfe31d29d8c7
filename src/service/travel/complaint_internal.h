/* What the files on complaints share. */
#ifndef SERAI_SERVICE_TRAVEL_COMPLAINT_INTERNAL_H
#define SERAI_SERVICE_TRAVEL_COMPLAINT_INTERNAL_H

#include "service/travel/complaint.h"

enum { DAY_SECONDS = 86400 };

enum complaint_state {
    STATE_RECEIVED,
    STATE_ACKNOWLEDGED,
    STATE_IN_REVIEW,
    STATE_ANSWERED,
    STATE_APPEALED,
    STATE_DECIDED,
    STATE_CLOSED,
    STATES_N
};
/* Without an answer yet. */
enum { STATES_OPEN = 1u << STATE_RECEIVED | 1u << STATE_ACKNOWLEDGED | 1u << STATE_IN_REVIEW };

/* STATES_N for no state. */
enum complaint_state complaint_state_of(struct span word);
bool complaint_office_ok(struct span s);
unix_time complaint_answered_at(const struct complaint_view *v);
unix_time complaint_appeal_until(const struct complaint_view *v, const struct complaint_rules *rules);

#endif

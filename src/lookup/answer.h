/* What a look-up may say. "Not listed" is only said by a set that is here, whole and fresh enough. */
#ifndef SERAI_LOOKUP_ANSWER_H
#define SERAI_LOOKUP_ANSWER_H

#include "base/date.h"

enum lookup_state {
    LOOKUP_UNKNOWN,    /* no set, a damaged one, or one older than it may be */
    LOOKUP_NOT_LISTED, /* surely, as of that time */
    LOOKUP_PERHAPS,    /* a compact set says so, and is wrong once in many thousand times: to be settled */
    LOOKUP_LISTED,
};

struct lookup_answer {
    enum lookup_state state;
    uint32_t value;  /* only LOOKUP_LISTED; its meaning is the set's */
    unix_time as_of; /* of what was asked; 0: nothing is here */
};

/* "unknown", "not listed", "perhaps", "listed" */
const char *lookup_state_word(enum lookup_state s);

/* An answer of a set of that age: LOOKUP_UNKNOWN when it is older than stale_after seconds (0: no limit). A
 * listing stays one however old the set is. */
struct lookup_answer lookup_aged(struct lookup_answer a, unix_time now, unix_time stale_after);

#endif

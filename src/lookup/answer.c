#include "lookup/answer.h"

const char *lookup_state_word(enum lookup_state s)
{
    static const char *const word[] = { "unknown", "not listed", "perhaps", "listed" };

    return word[s];
}

struct lookup_answer lookup_aged(struct lookup_answer a, unix_time now, unix_time stale_after)
{
    if (a.state == LOOKUP_NOT_LISTED && stale_after && (!a.as_of || now - a.as_of > stale_after))
        a.state = LOOKUP_UNKNOWN;
    return a;
}

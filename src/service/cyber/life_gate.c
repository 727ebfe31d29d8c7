/* What speaks against publishing an indicator: for a person to see, who may publish it all the same. */
#include "service/cyber/life_internal.h"

const char *life_doubt_word(enum life_doubt d)
{
    switch (d) {
    case LIFE_DOUBT_LIST:
        return "warning-list";
    case LIFE_DOUBT_OVER:
        return "expired";
    case LIFE_DOUBT_UNSURE:
        return "confidence";
    case LIFE_DOUBT_DOUBLE:
        return "duplicate";
    case LIFE_DOUBT_UNREAD:
        break;
    }
    return "unread";
}

/* Another indicator that members share already names the value, and still counts. */
static bool shared_by_others(const struct life *l, const struct named *v, size_t i, unix_time now)
{
    for (uint32_t k = 0; k < v->n; k++) {
        uint32_t by = life_by(v, k);
        const struct entry *e = &l->entry[by];
        enum life_state s;

        if (by == i || !e->shared)
            continue;
        s = life_state_of(l, by, now);
        if (s != LIFE_EXPIRED && s != LIFE_WITHDRAWN)
            return true;
    }
    return false;
}

unsigned life_doubts(const struct life *l, const struct stix_uuid *uuid, unix_time now)
{
    const struct entry *e;
    unsigned d = 0;
    size_t i;

    if (!life_find(l, uuid, &i) || !l->entry[i].sequence)
        return LIFE_DOUBT_UNREAD;
    e = &l->entry[i];
    if (e->revoked)
        return 0;
    if (e->said <= 0)
        d |= LIFE_DOUBT_UNSURE;
    if (life_state_of(l, i, now) == LIFE_EXPIRED)
        d |= LIFE_DOUBT_OVER;
    for (uint32_t k = 0; k < e->n; k++) {
        if (life_value(e, k)->lists)
            d |= LIFE_DOUBT_LIST;
        if (shared_by_others(l, life_value(e, k), i, now))
            d |= LIFE_DOUBT_DOUBLE;
    }
    return d;
}

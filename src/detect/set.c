#include "detect/set.h"

bool detect_set_counts(const struct detect_set *s, size_t layer, struct span id)
{
    size_t lo = 0, hi = s->gone_n;

    if (layer >= s->gone_below)
        return true;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        int c = span_cmp(s->gone[mid], id);

        if (c == 0)
            return false;
        if (c < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return true;
}

#include "store/stays.h"

static struct stay_record begin(day_number day)
{
    return (struct stay_record){ .stay = { .from = date_from_days(day) } };
}

size_t stays_match(const struct crossing *c, size_t n, struct stay_record *out, size_t *which)
{
    size_t k = 0;
    day_number from = 0, last_exit = INT32_MIN;
    bool inside = false;

    for (size_t i = 0; i < n; i++) {
        day_number day = c[i].day;

        if (c[i].kind == MOVEMENT_ENTRY) {
            if (inside && day == from)
                continue;
            if (inside) {
                out[k - 1].stay.to = date_from_days(day);
                out[k - 1].exit_missing = true;
            }
            if (which)
                which[k] = i;
            out[k++] = begin(day);
            from = day;
            inside = true;
        } else if (inside) {
            out[k - 1].stay.to = date_from_days(day);
            last_exit = day;
            inside = false;
        } else if (day != last_exit) {
            if (which)
                which[k] = i;
            out[k] = begin(day);
            out[k].stay.to = out[k].stay.from;
            out[k++].entry_missing = true;
            last_exit = day;
        }
    }
    return k;
}

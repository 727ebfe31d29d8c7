/* Which offers fit a request, and why. */
#include <stdlib.h>

#include "service/cyber/request.h"

enum { CLOCK = 24 * 60, FULL = 100, OF_DAYS = 40, OF_LANGUAGE = 30, OF_HOURS = 15, OF_LOAD = 15 };

static struct span common_language(const struct coop_record *a, const struct coop_record *b)
{
    json_ref x = coop_list(a, "languages"), y = coop_list(b, "languages");

    for (json_ref i = json_first(&a->j, x); i != JSON_NONE; i = json_after(&a->j, x, i))
        for (json_ref k = json_first(&b->j, y); k != JSON_NONE; k = json_after(&b->j, y, k))
            if (coop_item(a, i).n && span_eq(coop_item(a, i), coop_item(b, k)))
                return coop_item(a, i);
    return (struct span){ NULL, 0 };
}

/* Days from midnight to midnight, UTC; both ends count. */
static unsigned days_between(unix_time from, unix_time to)
{
    day_number a = date_to_days(date_of_time(from)), b = date_to_days(date_of_time(to));

    return b < a ? 0 : (unsigned)(b - a) + 1;
}

static unix_time later(unix_time a, unix_time b)
{
    return a > b ? a : b;
}

static unix_time sooner(unix_time a, unix_time b)
{
    return a < b ? a : b;
}

static unsigned hours_apart(int64_t a, int64_t b)
{
    int64_t d = a > b ? a - b : b - a;

    d = d > CLOCK / 2 ? CLOCK - d : d; /* Tonga is an hour from Samoa */
    return (unsigned)((d < 0 ? -d : d) + 59) / 60;
}

static bool match(const struct request_view *v, const struct offer_view *o, struct request_match *m)
{
    const struct coop_record *q = v->r, *r = o->r;
    unsigned score;

    if (o->ended || span_eq(q->member, r->member) || !coop_is_for(q, r->member) ||
        !span_eq(coop_text(q, "capability"), coop_text(r, "capability")))
        return false;
    *m = (struct request_match){ .offer = o,
                                 .of_days = days_between(coop_time(q, "from"), coop_time(q, "until")),
                                 .days = days_between(later(coop_time(q, "from"), coop_time(r, "from")),
                                                      sooner(coop_time(q, "until"), coop_time(r, "until"))),
                                 .hours = hours_apart(coop_number(q, "zone"), coop_number(r, "zone")),
                                 .places = (unsigned)coop_number(r, "places"),
                                 .language = common_language(q, r) };
    if (!m->days)
        return false;
    m->free = m->places > o->load ? m->places - o->load : 0;
    score = OF_DAYS * m->days / (m->of_days ? m->of_days : 1);
    score += m->language.n ? OF_LANGUAGE : 0;
    score += OF_HOURS * (12 - (m->hours > 12 ? 12 : m->hours)) / 12;
    score += m->places ? OF_LOAD * m->free / m->places : 0;
    m->score = score > FULL ? FULL : score;
    return true;
}

static int best_first(const void *a, const void *b)
{
    const struct request_match *x = a, *y = b;

    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return memcmp(x->offer->r->id, y->offer->r->id, COOP_ID);
}

size_t request_match(const struct request_book *b, const struct request_view *v, struct request_match *out,
                     size_t most)
{
    size_t n = 0;

    for (size_t i = 0; i < b->n_offer; i++) {
        struct request_match m;

        if (!match(v, &b->offer[i], &m))
            continue;
        if (n < most) {
            out[n++] = m;
        } else if (n && best_first(&m, &out[n - 1]) < 0) {
            out[n - 1] = m;
        } else {
            continue;
        }
        qsort(out, n, sizeof *out, best_first);
    }
    return n;
}

#include "agreement/stay.h"

/* The recorded days as disjoint runs, oldest first. before: days of all earlier runs. */
struct run {
    day_number from, to;
    int32_t before;
};

struct runs {
    struct run *r;
    size_t n;
};

static bool later(const struct run *x, const struct run *y)
{
    return x->from != y->from ? x->from > y->from : x->to > y->to;
}

static void sink(struct run *r, size_t at, size_t n)
{
    struct run x = r[at];

    for (size_t child; (child = 2 * at + 1) < n; at = child) {
        if (child + 1 < n && later(&r[child + 1], &r[child]))
            child++;
        if (!later(&r[child], &x))
            break;
        r[at] = r[child];
    }
    r[at] = x;
}

/* Most histories are short and arrive in order; the heap keeps long ones in bounds without memory (qsort
 * takes some). */
static void sort(struct run *r, size_t n)
{
    size_t ordered = 1;

    while (ordered < n && !later(&r[ordered - 1], &r[ordered]))
        ordered++;
    if (ordered >= n)
        return;
    if (n > 32) {
        for (size_t i = n / 2; i-- > 0;)
            sink(r, i, n);
        for (size_t i = n; i-- > 1;) {
            struct run x = r[0];

            r[0] = r[i];
            r[i] = x;
            sink(r, 0, i);
        }
        return;
    }
    for (size_t i = 1; i < n; i++) {
        struct run x = r[i];
        size_t k = i;

        for (; k && later(&r[k - 1], &x); k--)
            r[k] = r[k - 1];
        r[k] = x;
    }
}

/* Joins runs that share a day. Runs that only touch stay apart: they are two visits. */
static void join(struct runs *x)
{
    size_t k = 0;

    for (size_t i = 0; i < x->n; i++) {
        if (k && x->r[i].from <= x->r[k - 1].to) {
            if (x->r[i].to > x->r[k - 1].to)
                x->r[k - 1].to = x->r[i].to;
        } else {
            x->r[k] = x->r[i];
            x->r[k].before = k ? x->r[k - 1].before + (x->r[k - 1].to - x->r[k - 1].from + 1) : 0;
            k++;
        }
    }
    x->n = k;
}

static bool load(const struct stay *s, size_t n, day_number on, struct runs *x)
{
    x->n = 0;
    for (size_t i = 0; i < n; i++) {
        struct run r;

        if (!date_is_set(s[i].from))
            return false;
        r.from = date_to_days(s[i].from);
        r.to = date_is_set(s[i].to) ? date_to_days(s[i].to) : on;
        if (date_is_set(s[i].to) && r.to < r.from)
            return false;
        if (r.to >= r.from) /* an open stay that begins after on has no day yet */
            x->r[x->n++] = r;
    }
    sort(x->r, x->n);
    join(x);
    return true;
}

/* on is a recorded day. */
static bool covered(const struct runs *x, day_number on)
{
    for (size_t i = 0; i < x->n && x->r[i].from <= on; i++)
        if (on <= x->r[i].to)
            return true;
    return false;
}

/* Recorded days up to and including d. */
static int days_to(const struct runs *x, day_number d)
{
    size_t low = 0, high = x->n;
    const struct run *r;

    while (low < high) {
        size_t mid = (low + high) / 2;

        if (x->r[mid].from <= d)
            low = mid + 1;
        else
            high = mid;
    }
    if (low == 0)
        return 0;
    r = &x->r[low - 1];
    return r->before + ((d < r->to ? d : r->to) - r->from + 1);
}

static int days_between(const struct runs *x, day_number from, day_number to)
{
    return to < from ? 0 : days_to(x, to) - days_to(x, from - 1);
}

/*
 * Days in the window that ends on d, when every day of [start, d] is one of stay. As d moves on by a day, one
 * day enters and at most one leaves: the count never falls, so its bound is found by bisection.
 */
static int count_at(const struct runs *x, struct stay_rule rule, day_number start, day_number d)
{
    day_number first = d - rule.window + 1;

    return first >= start ? rule.window : d - start + 1 + days_between(x, first, start - 1);
}

/* The first day of [start, end] on which an unbroken stay from start breaks the rule; end + 1: none. */
static day_number first_break(const struct runs *x, struct stay_rule rule, day_number start, day_number end)
{
    day_number low = start, high = end + 1;

    while (low < high) {
        day_number mid = low + (high - low) / 2;

        if (count_at(x, rule, start, mid) > rule.days)
            high = mid;
        else
            low = mid + 1;
    }
    return low;
}

/*
 * Days used up to on, and the last day of a stay from on. Each day further, the day that leaves the window
 * gives back its place when it was one of stay; otherwise a spare day is spent.
 */
static void by_window(const struct runs *x, struct stay_rule rule, day_number on, struct stay_count *out)
{
    day_number first = on - rule.window + 1, leaving = first, from, to, gap;
    int spare;

    for (size_t i = 0; i < x->n && x->r[i].from <= on; i++) {
        from = x->r[i].from > first ? x->r[i].from : first;
        to = x->r[i].to < on ? x->r[i].to : on;
        out->used += to >= from ? to - from + 1 : 0;
    }
    if (rule.days >= rule.window) {
        out->last_day = (struct date){ 9999, 12, 31 };
        return;
    }
    spare = rule.days - out->used - !covered(x, on);
    if (spare < 0)
        return;
    for (size_t i = 0; i < x->n && x->r[i].from < on; i++) {
        if (x->r[i].to < leaving)
            continue;
        gap = x->r[i].from > leaving ? x->r[i].from - leaving : 0;
        if (gap > spare)
            break;
        spare -= gap;
        leaving = (x->r[i].to < on ? x->r[i].to : on - 1) + 1;
    }
    out->last_day = date_from_days(leaving + spare + rule.window - 1);
}

static void overstay_by_window(const struct runs *x, struct stay_rule rule, struct stay_count *out)
{
    for (size_t i = 0; i < x->n; i++) {
        day_number d = first_break(x, rule, x->r[i].from, x->r[i].to);

        if (d <= x->r[i].to) {
            out->first_overstay = date_from_days(d);
            return;
        }
    }
}

/* A visit under way on `on` goes on; without one a new visit begins. */
static void by_visit(const struct runs *x, struct stay_rule rule, day_number on, struct stay_count *out)
{
    day_number start = on, last;

    for (size_t i = 0; i < x->n; i++) {
        const struct run *r = &x->r[i];

        if (r->from <= on && on <= r->to) {
            start = r->from;
            out->used = on - start + 1;
        }
        if (r->to - r->from + 1 > rule.days && !date_is_set(out->first_overstay))
            out->first_overstay = date_from_days(r->from + rule.days);
    }
    last = start + rule.days - 1;
    if (last >= on)
        out->last_day = date_from_days(last);
}

static bool count(struct run *mem, const struct stay *s, size_t n, struct stay_rule rule, day_number on,
                  bool history, struct stay_count *out)
{
    struct runs x = { mem, 0 };
    struct stay_count c = { 0 };

    if (!load(s, n, on, &x))
        return false;
    if (!rule.window)
        by_visit(&x, rule, on, &c);
    else
        by_window(&x, rule, on, &c);
    if (rule.window && history)
        overstay_by_window(&x, rule, &c);
    c.left = c.used < rule.days ? rule.days - c.used : 0;
    *out = c;
    return true;
}

/* Apart from the common case, whose frame is small enough to be cheap. */
static bool __attribute__((noinline)) count_many(const struct stay *s, size_t n, struct stay_rule rule,
                                                 day_number on, bool history, struct stay_count *out)
{
    struct run mem[LIMIT_STAYS];

    return count(mem, s, n, rule, on, history, out);
}

static bool count_any(const struct stay *s, size_t n, struct stay_rule rule, struct date on, bool history,
                      struct stay_count *out)
{
    struct run mem[64];

    if (n > LIMIT_STAYS || !date_is_set(on) || rule.days < 0 || rule.window < 0 ||
        rule.days > LIMIT_AGREEMENT_NUMBER || rule.window > LIMIT_AGREEMENT_NUMBER)
        return false;
    if (n > sizeof mem / sizeof *mem)
        return count_many(s, n, rule, date_to_days(on), history, out);
    return count(mem, s, n, rule, date_to_days(on), history, out);
}

bool stay_count(const struct stay *s, size_t n, struct stay_rule rule, struct date on, struct stay_count *out)
{
    return count_any(s, n, rule, on, true, out);
}

bool stay_left(const struct stay *s, size_t n, struct stay_rule rule, struct date on, struct stay_count *out)
{
    return count_any(s, n, rule, on, false, out);
}

#include "wire/mrz_names.h"

static bool is_gap(uint8_t c)
{
    return c == ' ' || c == '<';
}

static void skip_gaps(struct span *s)
{
    while (s->n && is_gap(s->p[0]))
        *s = span_sub(*s, 1, s->n);
}

/* The next part; empty at the end. */
static struct span next_part(struct span *s)
{
    struct span part;
    size_t n = 0;

    skip_gaps(s);
    while (n < s->n && !is_gap(s->p[n]))
        n++;
    part = span_sub(*s, 0, n);
    *s = span_sub(*s, n, s->n);
    return part;
}

/* How two identifiers agree, SAME, PREFIX or DIFFERENT: as a whole, fillers between parts all alike. */
static enum name_match whole(struct span a, bool a_cut, struct span b, bool b_cut)
{
    for (;;) {
        struct span pa = next_part(&a), pb = next_part(&b);

        if (span_eq(pa, pb)) {
            if (pa.n == 0)
                return NAME_SAME;
            continue;
        }
        if (a_cut && span_starts(pb, pa) && next_part(&a).n == 0)
            return NAME_PREFIX;
        if (b_cut && span_starts(pa, pb) && next_part(&b).n == 0)
            return NAME_PREFIX;
        return NAME_DIFFERENT;
    }
}

/* Every part of the cut one begins the part of the other at its place. */
static bool by_parts(struct span cut, struct span other)
{
    for (;;) {
        struct span pc = next_part(&cut), po = next_part(&other);

        if (pc.n == 0)
            return true;
        if (!span_starts(po, pc))
            return false;
    }
}

static bool initials(const struct mrz_name *cut, const struct mrz_name *other)
{
    return cut->truncated && by_parts(cut->primary, other->primary) &&
           by_parts(cut->secondary, other->secondary);
}

/* An identifier that is there on one side only never agrees, unless the other was cut away whole. */
static bool one_missing(const struct mrz_name *a, const struct mrz_name *b)
{
    struct span p = a->primary, q = b->primary;

    return (next_part(&p).n == 0) != (next_part(&q).n == 0);
}

enum name_match mrz_names_match(const struct mrz_name *a, const struct mrz_name *b)
{
    enum name_match primary, secondary;

    if (one_missing(a, b))
        return NAME_DIFFERENT;
    primary = whole(a->primary, a->truncated, b->primary, b->truncated);
    secondary = whole(a->secondary, a->truncated, b->secondary, b->truncated);
    if (primary != NAME_DIFFERENT && secondary != NAME_DIFFERENT)
        return primary < secondary ? primary : secondary;
    return initials(a, b) || initials(b, a) ? NAME_INITIALS : NAME_DIFFERENT;
}

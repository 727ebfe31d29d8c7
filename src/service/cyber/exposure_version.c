#include "service/cyber/exposure_version.h"

#include "base/text.h"

enum { PARTS = 16, BOUNDS = 64 };

/* ---- one version ---- */

struct parsed {
    size_t n;
    uint64_t part[PARTS];
    struct span pre; /* of Semantic Versioning */
};

static struct span without_v(struct span s)
{
    s = text_trim(s);
    return s.n > 1 && (s.p[0] | 32) == 'v' && ascii_digit(s.p[1]) ? span_sub(s, 1, s.n) : s;
}

static bool pre_good(struct span s)
{
    struct span part;

    if (!s.n || s.p[s.n - 1] == '.')
        return false;
    while (text_split(&s, '.', &part)) {
        if (!part.n)
            return false;
        for (size_t i = 0; i < part.n; i++)
            if (!ascii_digit(part.p[i]) && !ascii_lower(part.p[i] | 32) && part.p[i] != '-')
                return false;
    }
    return true;
}

/* Dotted numbers; a pre-release only behind exactly three of them, as Semantic Versioning has it. */
static bool parse(struct span s, struct parsed *out)
{
    size_t end = 0, cut;
    struct span numbers, part;

    *out = (struct parsed){ .n = 0 };
    s = without_v(s);
    while (end < s.n && s.p[end] != '-' && s.p[end] != '+')
        end++;
    numbers = span_sub(s, 0, end);
    if (!numbers.n || numbers.p[numbers.n - 1] == '.')
        return false;
    while (text_split(&numbers, '.', &part)) {
        if (out->n == PARTS || part.n > 18 || !text_number(part, UINT64_MAX >> 1, &out->part[out->n]))
            return false;
        out->n++;
    }
    if (end == s.n)
        return out->n > 0;
    if (out->n != 3)
        return false;
    cut = end;
    if (s.p[end] == '-') {
        while (cut < s.n && s.p[cut] != '+')
            cut++;
        out->pre = span_sub(s, end + 1, cut);
        if (!pre_good(out->pre))
            return false;
    }
    return cut == s.n || pre_good(span_sub(s, cut + 1, s.n)); /* build metadata has no order */
}

static bool numeric(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_digit(s.p[i]))
            return false;
    return s.n > 0;
}

static int pre_part_order(struct span a, struct span b)
{
    bool x = numeric(a), y = numeric(b);

    if (x && y) {
        while (a.n > 1 && a.p[0] == '0')
            a = span_sub(a, 1, a.n);
        while (b.n > 1 && b.p[0] == '0')
            b = span_sub(b, 1, b.n);
        return a.n != b.n ? (a.n < b.n ? -1 : 1) : span_cmp(a, b);
    }
    return x != y ? (x ? -1 : 1) : span_cmp(a, b);
}

/* Semantic Versioning 2.0.0, 11: a pre-release is before its release. */
static int pre_order(struct span a, struct span b)
{
    if (!a.n || !b.n)
        return a.n == b.n ? 0 : a.n ? -1 : 1;
    for (;;) {
        struct span x, y;
        bool more_a = text_split(&a, '.', &x), more_b = text_split(&b, '.', &y);
        int c;

        if (!more_a || !more_b)
            return more_a == more_b ? 0 : more_a ? 1 : -1;
        c = pre_part_order(x, y);
        if (c)
            return c;
    }
}

bool version_order(struct span a, struct span b, int *order)
{
    struct parsed x, y;

    a = without_v(a);
    b = without_v(b);
    if (span_eq(a, b)) {
        *order = 0;
        return true;
    }
    if (!parse(a, &x) || !parse(b, &y))
        return false;
    for (size_t i = 0; i < x.n || i < y.n; i++) {
        uint64_t p = i < x.n ? x.part[i] : 0, q = i < y.n ? y.part[i] : 0;

        if (p != q) {
            *order = p < q ? -1 : 1;
            return true;
        }
    }
    *order = pre_order(x.pre, y.pre);
    return true;
}

/* ---- a range ---- */

enum bound_op { OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE };

struct bound {
    enum bound_op op;
    struct span version;
};

static struct bound bound_of(struct span s)
{
    static const struct {
        const char *sign;
        enum bound_op op;
    } signs[] = { { "<=", OP_LE }, { ">=", OP_GE }, { "!=", OP_NE },
                  { "<", OP_LT },  { ">", OP_GT },  { "=", OP_EQ } };

    s = text_trim(s);
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (span_starts(s, span_str(signs[i].sign)))
            return (struct bound){ signs[i].op, text_trim(span_sub(s, strlen(signs[i].sign), s.n)) };
    return (struct bound){ OP_EQ, s };
}

static bool holds(enum bound_op op, int order)
{
    switch (op) {
    case OP_EQ:
        return order == 0;
    case OP_NE:
        return order != 0;
    case OP_LT:
        return order < 0;
    case OP_LE:
        return order <= 0;
    case OP_GT:
        return order > 0;
    case OP_GE:
        return order >= 0;
    }
    return false;
}

static bool lower_bound(enum bound_op op)
{
    return op == OP_GT || op == OP_GE;
}

static bool upper_bound(enum bound_op op)
{
    return op == OP_LT || op == OP_LE;
}

/*
 * VERS: single versions stand for themselves, a lower bound with the upper bound after it is an interval; an
 * upper bound that comes first and a lower bound that comes last are open. The order is the one written.
 */
static enum version_fit within(struct span version, const struct bound *b, size_t n)
{
    bool inside = false, positive = false;
    int order;

    for (size_t i = 0; i < n; i++)
        if (!version_order(version, b[i].version, &order))
            return VERSION_UNDETERMINED;
        else if ((b[i].op == OP_NE && order == 0))
            return VERSION_OUTSIDE;
        else if (b[i].op == OP_EQ && order == 0)
            return VERSION_FITS;
    for (size_t i = 0; i < n; i++) {
        bool fits;

        positive = positive || b[i].op != OP_NE;
        if (!lower_bound(b[i].op) && !upper_bound(b[i].op))
            continue;
        (void)version_order(version, b[i].version, &order);
        fits = holds(b[i].op, order);
        if (lower_bound(b[i].op)) {
            size_t k = i + 1;

            while (k < n && (b[k].op == OP_EQ || b[k].op == OP_NE))
                k++;
            if (k < n && upper_bound(b[k].op)) {
                (void)version_order(version, b[k].version, &order);
                fits = fits && holds(b[k].op, order);
                i = k;
            }
        }
        inside = inside || fits;
    }
    return inside || !positive ? VERSION_FITS : VERSION_OUTSIDE;
}

static bool is_word(struct span s, const char *word)
{
    return s.n == strlen(word) && strncasecmp((const char *)s.p, word, s.n) == 0;
}

static bool is_all(struct span s)
{
    return is_word(s, "*") || is_word(s, "all") || is_word(s, "all versions") || is_word(s, "any") ||
           (span_starts(s, SPAN("vers:")) && s.n > 2 && s.p[s.n - 1] == '*' && s.p[s.n - 2] == '/');
}

enum version_fit version_in(struct span version, struct span range)
{
    struct bound b[BOUNDS];
    struct span part;
    size_t n = 0;

    range = text_trim(range);
    version = text_trim(version);
    if (is_all(range))
        return VERSION_FITS;
    if (!version.n || !range.n)
        return VERSION_UNDETERMINED;
    if (span_starts(range, SPAN("vers:"))) {
        const uint8_t *slash = memchr(range.p, '/', range.n);

        if (!slash)
            return VERSION_UNDETERMINED;
        range = span_sub(range, (size_t)(slash - range.p) + 1, range.n);
        if (memchr(range.p ? range.p : (const uint8_t *)"", '%', range.n))
            return VERSION_UNDETERMINED;
    }
    while (text_split(&range, '|', &part)) {
        if (n == BOUNDS || !text_trim(part).n)
            return VERSION_UNDETERMINED;
        b[n] = bound_of(part);
        if (!b[n++].version.n)
            return VERSION_UNDETERMINED;
    }
    return n ? within(version, b, n) : VERSION_UNDETERMINED;
}

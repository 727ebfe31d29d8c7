#include "wire/ustar.h"

#include <stdio.h>

static const char clause[] = "POSIX.1-1988 10.1.1";

/* Where the fields stand. */
enum {
    NAME = 0,
    NAME_N = 100,
    MODE = 100,
    UID = 108,
    GID = 116,
    ID_N = 8,
    SIZE = 124,
    TIME = 136,
    NUMBER_N = 12,
    SUM = 148,
    SUM_N = 8,
    TYPE = 156,
    MAGIC = 257,
    PREFIX = 345,
    PREFIX_N = 155,
};

static const uint64_t octal_most = (UINT64_C(1) << 33) - 1; /* eleven digits */

bool ustar_name_ok(struct span name)
{
    size_t part = 0;

    if (name.n == 0 || name.n >= USTAR_NAME)
        return false;
    for (size_t i = 0; i <= name.n; i++) {
        if (i < name.n && name.p[i] != '/') {
            if (name.p[i] <= 0x20 || name.p[i] >= 0x7f || name.p[i] == '\\')
                return false;
            part++;
            continue;
        }
        if (part == 0 || (part == 1 && name.p[i - 1] == '.') ||
            (part == 2 && name.p[i - 1] == '.' && name.p[i - 2] == '.'))
            return false;
        part = 0;
    }
    return true;
}

static void put_octal(uint8_t *p, size_t n, uint64_t v)
{
    for (size_t i = n - 1; i-- > 0; v >>= 3)
        p[i] = (uint8_t)('0' + (v & 7));
    p[n - 1] = '\0';
}

/* As GNU tar writes what octal digits cannot hold. */
static void put_number(uint8_t *p, uint64_t v)
{
    if (v <= octal_most) {
        put_octal(p, NUMBER_N, v);
        return;
    }
    for (size_t i = NUMBER_N; i-- > 1; v >>= 8)
        p[i] = (uint8_t)v;
    p[0] = 0x80;
}

static unsigned sum_of(const uint8_t *block)
{
    unsigned sum = 0;

    for (size_t i = 0; i < USTAR_BLOCK; i++)
        sum += i >= SUM && i < SUM + SUM_N ? ' ' : block[i];
    return sum;
}

/* The slash at which a long name is parted; 0: it fits without, n: it does not fit. */
static size_t part_at(struct span name)
{
    if (name.n <= NAME_N)
        return 0;
    for (size_t i = 1; i < name.n && i <= PREFIX_N; i++)
        if (name.p[i] == '/' && name.n - i - 1 <= NAME_N)
            return i;
    return name.n;
}

bool ustar_put(const struct ustar *m, uint8_t block[USTAR_BLOCK], struct why *w)
{
    struct span name = span_str(m->name);
    size_t at = part_at(name);

    if (!ustar_name_ok(name) || at == name.n || m->size > INT64_MAX)
        return why_set(w, "archive", WHY_NO_OFFSET, clause, "a name or size that an archive cannot hold");
    memset(block, 0, USTAR_BLOCK);
    memcpy(block + PREFIX, name.p, at);
    name = at ? span_of(name.p + at + 1, name.n - at - 1) : name;
    memcpy(block + NAME, name.p, name.n);
    put_octal(block + MODE, ID_N, m->mode & 0777);
    put_octal(block + UID, ID_N, 0);
    put_octal(block + GID, ID_N, 0);
    put_number(block + SIZE, m->size);
    put_number(block + TIME, m->time < 0 ? 0 : (uint64_t)m->time);
    block[TYPE] = '0';
    memcpy(block + MAGIC, "ustar\00000", 8);
    put_octal(block + SUM, SUM_N - 1, sum_of(block));
    block[SUM + SUM_N - 1] = ' ';
    return true;
}

/* Octal digits between blanks or a NUL, or eight bytes behind 0x80. */
static bool take_number(const uint8_t *p, size_t n, uint64_t *out)
{
    uint64_t v = 0;
    size_t i = 0;

    if (p[0] == 0x80 && n == NUMBER_N) {
        if (p[1] || p[2] || p[3] || p[4] & 0x80)
            return false;
        for (i = 4; i < n; i++)
            v = v << 8 | p[i];
        *out = v;
        return true;
    }
    while (i < n && p[i] == ' ')
        i++;
    for (; i < n && p[i] >= '0' && p[i] <= '7'; i++)
        v = v << 3 | (uint64_t)(p[i] - '0');
    for (; i < n; i++)
        if (p[i] != ' ' && p[i] != '\0')
            return false;
    *out = v;
    return true;
}

static struct span field(const uint8_t *p, size_t n)
{
    return span_of(p, strnlen((const char *)p, n));
}

static bool is_empty(const uint8_t *block)
{
    for (size_t i = 0; i < USTAR_BLOCK; i++)
        if (block[i])
            return false;
    return true;
}

static bool bad(struct why *w, size_t at, const char *what)
{
    return why_set(w, "archive", at, clause, "%s", what);
}

bool ustar_parse(const uint8_t block[USTAR_BLOCK], struct ustar *out, bool *end, struct why *w)
{
    struct span prefix = field(block + PREFIX, PREFIX_N), name = field(block + NAME, NAME_N);
    uint64_t mode, sum, time;
    struct ustar m = { 0 };

    *end = is_empty(block);
    if (*end)
        return true;
    if (!take_number(block + SUM, SUM_N, &sum) || sum != sum_of(block))
        return bad(w, SUM, "the sum of the block does not hold");
    if (memcmp(block + MAGIC, "ustar", 5) != 0)
        return bad(w, MAGIC, "this is no block of an archive");
    if (block[TYPE] != '0' && block[TYPE] != '\0')
        return bad(w, TYPE, "a member is no plain file");
    if (!take_number(block + MODE, ID_N, &mode) || !take_number(block + SIZE, NUMBER_N, &m.size) ||
        !take_number(block + TIME, NUMBER_N, &time) || m.size > INT64_MAX || time > INT64_MAX)
        return bad(w, SIZE, "a number that cannot be read");
    (void)snprintf(m.name, sizeof m.name, "%.*s%s%.*s", (int)prefix.n, (const char *)prefix.p,
                   prefix.n ? "/" : "", (int)name.n, (const char *)name.p);
    if (!ustar_name_ok(span_str(m.name)))
        return bad(w, NAME, "a name that must not be in an archive");
    m.mode = (unsigned)mode & 0777;
    m.time = (unix_time)time;
    *out = m;
    return true;
}

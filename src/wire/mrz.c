#include "wire/mrz.h"

#include <stdio.h>

#include "wire/mrz_codes.h"
#include "wire/mrz_layout.h"

const uint8_t mrz_values[256] = {
    ['<'] = 0x40, ['0'] = 0x40, ['1'] = 0x41, ['2'] = 0x42, ['3'] = 0x43, ['4'] = 0x44, ['5'] = 0x45,
    ['6'] = 0x46, ['7'] = 0x47, ['8'] = 0x48, ['9'] = 0x49, ['A'] = 0x4a, ['B'] = 0x4b, ['C'] = 0x4c,
    ['D'] = 0x4d, ['E'] = 0x4e, ['F'] = 0x4f, ['G'] = 0x50, ['H'] = 0x51, ['I'] = 0x52, ['J'] = 0x53,
    ['K'] = 0x54, ['L'] = 0x55, ['M'] = 0x56, ['N'] = 0x57, ['O'] = 0x58, ['P'] = 0x59, ['Q'] = 0x5a,
    ['R'] = 0x5b, ['S'] = 0x5c, ['T'] = 0x5d, ['U'] = 0x5e, ['V'] = 0x5f, ['W'] = 0x60, ['X'] = 0x61,
    ['Y'] = 0x62, ['Z'] = 0x63,
};

int mrz_value(uint8_t c)
{
    return mrz_values[c] ? mrz_values[c] - MRZ_IN_ALPHABET : -1;
}

static unsigned value(const char *p)
{
    return mrz_values[(uint8_t)*p] & 0x3fu;
}

/* Sum with the weights 7, 3, 1 starting at phase; characters of the alphabet only. */
static unsigned sum_from(const char *p, size_t n, unsigned phase)
{
    unsigned sum = 0;

    for (; n && phase; n--, p++) {
        sum += (phase == 1 ? 3 : 1) * value(p);
        phase = phase == 2 ? 0 : 2;
    }
    for (; n >= 3; n -= 3, p += 3)
        sum += 7 * value(p) + 3 * value(p + 1) + value(p + 2);
    if (n)
        sum += 7 * value(p);
    if (n == 2)
        sum += 3 * value(p + 1);
    return sum;
}

unsigned mrz_sum(const char *p, size_t n)
{
    return sum_from(p, n, 0);
}

char mrz_check_digit(struct span s)
{
    static const uint8_t weights[] = { 7, 3, 1 };
    unsigned sum = 0;

    for (size_t i = 0; i < s.n; i++)
        sum += weights[i % 3] * (mrz_values[s.p[i]] & 0x3fu);
    return (char)('0' + sum % 10);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static enum mrz_check verdict(char digit, unsigned sum)
{
    return is_digit(digit) && (unsigned)(digit - '0') == sum % 10 ? MRZ_CHECK_OK : MRZ_CHECK_BAD;
}

/* Copies n characters without the fillers behind them; out has room for n + 1. */
static void copy(char *out, const char *p, size_t n)
{
    while (n && p[n - 1] == '<')
        n--;
    for (size_t i = 0; i < n; i++)
        out[i] = p[i];
    out[n] = 0;
}

/* --- dates (Doc 9303-3 4.8) --- */

/* Two digits, or two fillers: -1; anything else is no date. */
static bool two(const char *p, int *out)
{
    *out = -1;
    if (p[0] == '<' && p[1] == '<')
        return true;
    if (!is_digit(p[0]) || !is_digit(p[1]))
        return false;
    *out = (p[0] - '0') * 10 + (p[1] - '0');
    return true;
}

static bool future(int year, int month, int day, struct date today)
{
    if (year != today.year)
        return year > today.year;
    if (month != today.month)
        return month > today.month;
    return day > today.day;
}

/* The state of a date whose century is resolved; unknown parts are -1. */
static struct mrz_date dated(int year, int month, int day)
{
    static const struct mrz_date illegal = { .state = MRZ_DATE_ILLEGAL };
    struct mrz_date d = { .state = MRZ_DATE_PARTLY };

    /* With no year a leap year stands in, with no month a long one. */
    if (!date_valid(year < 0 ? 2000 : year, month < 0 ? 1 : month, day < 0 ? 1 : day))
        return illegal;
    if (year >= 0 && month > 0 && day > 0)
        d.state = MRZ_DATE_LEGAL;
    d.year = (int16_t)(year < 0 ? 0 : year);
    d.month = (uint8_t)(month < 0 ? 0 : month);
    d.day = (uint8_t)(day < 0 ? 0 : day);
    return d;
}

/* A birth lies in the last hundred years: what would be in the future belongs to the century before. */
struct mrz_date mrz_read_birth(const char *p, struct date today)
{
    int y, m, d;

    if (!two(p, &y) || !two(p + 2, &m) || !two(p + 4, &d))
        return (struct mrz_date){ .state = MRZ_DATE_ILLEGAL };
    if (y < 0 && m < 0 && d < 0)
        return (struct mrz_date){ .state = MRZ_DATE_UNKNOWN };
    if (y >= 0) {
        y += today.year / 100 * 100;
        if (future(y, m, d, today))
            y -= 100;
    }
    return dated(y, m, d);
}

/* An expiry lies less than fifty years back and at most fifty ahead. */
struct mrz_date mrz_read_expiry(const char *p, struct date today)
{
    int y, m, d;

    if (!two(p, &y) || !two(p + 2, &m) || !two(p + 4, &d))
        return (struct mrz_date){ .state = MRZ_DATE_ILLEGAL };
    if (y < 0 && m < 0 && d < 0)
        return (struct mrz_date){ .state = MRZ_DATE_UNKNOWN };
    if (y >= 0) {
        y += today.year / 100 * 100;
        if (y > today.year + 50)
            y -= 100;
        else if (y <= today.year - 50)
            y += 100;
    }
    return dated(y, m, d);
}

/* --- document number --- */

size_t mrz_long_rest(const struct mrz_layout *l, const char *zone)
{
    const char *number = zone + l->number.at, *rest = zone + l->optional1.at;
    const char *end;
    size_t n;

    /* Only TD1 and TD2 have long numbers; their optional field has no digit, but the zone has a composite
     * one. */
    if (!l->check[MRZ_COMPOSITE] || l->check[MRZ_OPTIONAL] || zone[l->check[MRZ_NUMBER]] != '<' ||
        number[8] == '<')
        return 0;
    end = memchr(rest, '<', l->optional1.n);
    n = end ? (size_t)(end - rest) : 0;
    return n >= 2 ? n : 0;
}

/*
 * More than nine characters: the rest and the digit stand in the optional field (Doc 9303-5 4.2.2,
 * 9303-6 4.2.2). Documents disagree whether the filler between the two parts counts; it is worth 0 and shifts
 * the weights.
 */
static size_t read_number(const struct mrz_layout *l, struct mrz *m)
{
    const char *number = m->zone + l->number.at, *rest = m->zone + l->optional1.at;
    size_t n = mrz_long_rest(l, m->zone), used;
    unsigned head = mrz_sum(number, l->number.n);

    if (n == 0) {
        copy(m->number, number, l->number.n);
        m->check[MRZ_NUMBER] = verdict(m->zone[l->check[MRZ_NUMBER]], head);
        return 0;
    }
    m->long_number = true;
    used = l->number.n;
    memcpy(m->number, number, used);
    memcpy(m->number + used, rest, n - 1);
    m->number[used + n - 1] = 0;
    if (verdict(rest[n - 1], head + sum_from(rest, n - 1, 0)) == MRZ_CHECK_OK)
        m->long_reading |= MRZ_LONG_WITHOUT_FILLER;
    if (verdict(rest[n - 1], head + sum_from(rest, n - 1, 1)) == MRZ_CHECK_OK)
        m->long_reading |= MRZ_LONG_WITH_FILLER;
    m->check[MRZ_NUMBER] = m->long_reading ? MRZ_CHECK_OK : MRZ_CHECK_BAD;
    return n + 1;
}

static void read_optional(const struct mrz_layout *l, size_t skip, struct mrz *m)
{
    const char *p = m->zone + l->optional1.at;
    uint8_t at = l->check[MRZ_OPTIONAL];

    while (skip < l->optional1.n && p[skip] == '<')
        skip++;
    copy(m->optional1, p + skip, l->optional1.n - skip);
    if (l->optional2.n)
        copy(m->optional2, m->zone + l->optional2.at, l->optional2.n);
    if (!at)
        return;
    if (m->zone[at] == '<' && m->optional1[0] == 0)
        m->check[MRZ_OPTIONAL] = MRZ_CHECK_ABSENT;
    else
        m->check[MRZ_OPTIONAL] = verdict(m->zone[at], mrz_sum(p, l->optional1.n));
}

static enum mrz_check composite(const struct mrz_layout *l, const char *zone)
{
    unsigned sum = 0, phase = 0;

    if (!l->check[MRZ_COMPOSITE])
        return MRZ_CHECK_NONE;
    for (size_t i = 0; i < MRZ_COMPOSITE_PARTS; i++) {
        sum += sum_from(zone + l->composite[i].at, l->composite[i].n, phase);
        phase = (phase + l->composite[i].n) % 3;
    }
    return verdict(zone[l->check[MRZ_COMPOSITE]], sum);
}

/* --- name (Doc 9303-3 4.6) --- */

/* Length without the fillers at the end, eight at a time. */
static size_t without_fillers(const char *p, size_t n)
{
    static const char fillers[8] = { '<', '<', '<', '<', '<', '<', '<', '<' };

    while (n >= sizeof fillers && memcmp(p + n - sizeof fillers, fillers, sizeof fillers) == 0)
        n -= sizeof fillers;
    while (n && p[n - 1] == '<')
        n--;
    return n;
}

/* Which kinds of characters a name has. */
struct kinds {
    bool digits;
    uint8_t bits; /* of the alphabet only letters have bit 6 */
};

/* Copies n characters, a blank for each filler. */
static void copy_name(char *out, const char *p, size_t n, struct kinds *k)
{
    for (size_t i = 0; i < n; i++) {
        k->bits |= (uint8_t)p[i];
        k->digits |= p[i] < '<';
        out[i] = p[i] == '<' ? ' ' : p[i];
    }
    out[n] = 0;
}

static void read_name(const struct mrz_layout *l, struct mrz *m)
{
    const char *p = m->zone + l->name.at;
    size_t n = without_fillers(p, l->name.n), split = 0;
    struct kinds k = { .bits = 0 };

    m->name_truncated = n == l->name.n;
    while (split < n && (p[split] != '<' || p[split + 1] != '<'))
        split++;
    copy_name(m->primary, p, split, &k);
    while (split < n && p[split] == '<')
        split++;
    copy_name(m->secondary, p + split, n - split, &k);
    m->name_legal = k.bits & 0x40 && !k.digits;
}

static enum mrz_sex read_sex(char c)
{
    switch (c) {
    case 'M':
        return MRZ_SEX_MALE;
    case 'F':
        return MRZ_SEX_FEMALE;
    case '<':
        return MRZ_SEX_UNSPECIFIED;
    default:
        return MRZ_SEX_ILLEGAL;
    }
}

static void read_codes(const struct mrz_layout *l, struct mrz *m)
{
    memcpy(m->code, m->zone, 2);
    memcpy(m->issuer, m->zone + 2, 3);
    memcpy(m->nationality, m->zone + l->nationality.at, 3);
    m->issuer_known = mrz_code_known(span_of(m->issuer, 3));
    m->nationality_known = mrz_code_known(span_of(m->nationality, 3));
    m->specimen = memcmp(m->issuer, "UTO", 3) == 0 || memcmp(m->nationality, "UTO", 3) == 0;
}

void mrz_read(const struct mrz_cut *cut, unix_time now, struct mrz *m)
{
    const struct mrz_layout *l = &mrz_layouts[cut->format];
    struct date today = date_of_time(now);

    memset(m, 0, sizeof *m);
    m->format = cut->format;
    m->lines = l->lines;
    m->width = l->width;
    m->short_line = cut->short_line;
    memcpy(m->line_at, cut->line_at, sizeof m->line_at);
    memcpy(m->zone, cut->zone, sizeof m->zone);
    read_codes(l, m);
    read_name(l, m);
    read_optional(l, read_number(l, m), m);
    m->birth = mrz_read_birth(m->zone + l->birth.at, today);
    m->check[MRZ_BIRTH] = verdict(m->zone[l->check[MRZ_BIRTH]], mrz_sum(m->zone + l->birth.at, 6));
    m->sex = read_sex(m->zone[l->sex]);
    m->expiry = mrz_read_expiry(m->zone + l->expiry.at, today);
    m->check[MRZ_EXPIRY] = verdict(m->zone[l->check[MRZ_EXPIRY]], mrz_sum(m->zone + l->expiry.at, 6));
    m->check[MRZ_COMPOSITE] = composite(l, m->zone);
}

bool mrz_parse(struct span text, unix_time now, struct mrz *out, struct why *w)
{
    struct mrz_cut cut;

    if (!mrz_cut(text, false, &cut, w))
        return false;
    mrz_read(&cut, now, out);
    return true;
}

bool mrz_checks_ok(const struct mrz *m)
{
    for (size_t i = 0; i < MRZ_CHECKS; i++)
        if (m->check[i] == MRZ_CHECK_BAD)
            return false;
    return true;
}

bool mrz_all_ok(const struct mrz *m)
{
    return mrz_checks_ok(m) && m->birth.state != MRZ_DATE_ILLEGAL && m->expiry.state != MRZ_DATE_ILLEGAL &&
           m->sex != MRZ_SEX_ILLEGAL && m->name_legal;
}

#include "names/about.h"

#include "base/text.h"

/* ---- reading ---- */

static bool digits(struct span s, size_t from, size_t n, unsigned *out)
{
    unsigned v = 0;

    if (s.n < from + n)
        return false;
    for (size_t i = from; i < from + n; i++) {
        if (!ascii_digit(s.p[i]))
            return false;
        v = v * 10 + (unsigned)(s.p[i] - '0');
    }
    *out = v;
    return true;
}

/* YYYY, YYYY-MM, YYYY-MM-DD; "~" in front: about. */
static bool date_read(struct span s, struct names_date *out)
{
    unsigned year, month = 0, day = 0;
    bool about = s.n && s.p[0] == '~';

    s = span_sub(s, about, s.n);
    if (!digits(s, 0, 4, &year) || year == 0)
        return false;
    if (s.n >= 7 && (s.p[4] != '-' || !digits(s, 5, 2, &month) || month > 12))
        return false;
    if (s.n >= 10 && (s.p[7] != '-' || !digits(s, 8, 2, &day) || day > 31))
        return false;
    *out = (struct names_date){ (uint16_t)year, (uint8_t)month, (uint8_t)(month ? day : 0), about };
    return true;
}

void names_about_dates(struct names_about *a, struct span text)
{
    struct span one;

    while (text.n && a->n_date < NAMES_DATES && text_split(&text, '|', &one))
        a->n_date += date_read(text_trim(one), &a->date[a->n_date]);
}

/* Two letters are a code: their values below 0x8000. Other texts by a hash above it. */
static uint16_t country_read(struct span s)
{
    uint32_t h = 2166136261u;

    if (s.n == 2)
        return (uint16_t)((s.p[0] | 32) << 8 | (s.p[1] | 32)) & 0x7fff;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != ' ' && s.p[i] != '_' && s.p[i] != '-')
            h = (h ^ (s.p[i] | 32u)) * 16777619u;
    return (uint16_t)(h >> 17 | 0x8000);
}

void names_about_countries(struct names_about *a, struct span text)
{
    struct span one;

    while (text.n && a->n_country < NAMES_COUNTRIES && text_split(&text, '|', &one)) {
        one = text_trim(one);
        if (one.n > 1)
            a->country[a->n_country++] = country_read(one);
    }
}

void names_about_sex(struct names_about *a, struct span text)
{
    char c;

    text = text_trim(text);
    c = text.n ? (char)(text.p[0] | 32) : 0;
    if (text.n == 1 || span_eq_str(text, "female") || span_eq_str(text, "male") ||
        span_eq_str(text, "Female") || span_eq_str(text, "Male"))
        a->sex = c == 'f' ? NAMES_FEMALE : c == 'm' ? NAMES_MALE : NAMES_SEX_UNKNOWN;
}

/* ---- comparing ---- */

/* Nats. A day agrees by chance once in some ten thousand, but lists and claims err: no single thing decides.
 */
static const float DAY_AGREES = 3.0f, YEAR_AGREES = 1.2f, NEAR = 0.4f, BIRTH_DIFFERS = -2.5f,
                   SEX_AGREES = 0.1f, SEX_DIFFERS = -1.5f, COUNTRY_AGREES = 0.4f, COUNTRY_DIFFERS = -0.4f;

static bool swapped(struct names_date a, struct names_date b)
{
    return a.month == b.day && a.day == b.month;
}

static unsigned unlike(unsigned a, unsigned b)
{
    unsigned n = 0;

    for (; a || b; a /= 10, b /= 10)
        n += a % 10 != b % 10;
    return n;
}

/* Near enough to tell days that are next to each other, over ends of months and years. */
static int day_of(struct names_date d)
{
    static const uint16_t before[13] = { 0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };

    return (int)(d.year * 365 + d.year / 4) + before[d.month <= 12 ? d.month : 0] + d.day;
}

/* Reckoned into another calendar by another table: a day or two. */
static bool next_to(struct names_date a, struct names_date b)
{
    int apart = day_of(a) - day_of(b);

    return apart >= -2 && apart <= 2;
}

/* A year of the Hijra that was written down as it stands, of the sun (621 or 622 years less) or of the moon.
 */
static bool hijri(unsigned year, unsigned common)
{
    unsigned moon = year * 97023 / 100000 + 621;

    return year >= 1280 && year <= 1500 &&
           (common == year + 621 || common == year + 622 || common == moon || common == moon + 1);
}

static bool one_slip(struct names_date a, struct names_date b)
{
    bool day = a.month == b.month && a.day == b.day;

    if (a.year == b.year)
        return swapped(a, b) || a.month == b.month || (a.day == b.day && unlike(a.month, b.month) == 1);
    return day && unlike(a.year, b.year) == 1;
}

static float date_compare(struct names_date a, struct names_date b, enum names_agreement *how)
{
    unsigned years = a.year > b.year ? (unsigned)(a.year - b.year) : (unsigned)(b.year - a.year);
    bool days = a.day && b.day, months = a.month && b.month;

    *how = NAMES_DIFFERS;
    if (years == 0 && (!months || a.month == b.month) && (!days || a.day == b.day)) {
        *how = NAMES_AGREES;
        return days ? DAY_AGREES : YEAR_AGREES;
    }
    if (((a.about || b.about) && years <= 2) || (!days && years <= 1) ||
        (days && (one_slip(a, b) || next_to(a, b))) || hijri(a.year, b.year) || hijri(b.year, a.year)) {
        *how = NAMES_NEAR;
        return NEAR;
    }
    return BIRTH_DIFFERS;
}

static float birth(const struct names_about *a, const struct names_about *b, enum names_agreement *how)
{
    float best = 0;

    *how = NAMES_ABSENT;
    for (size_t i = 0; i < a->n_date; i++)
        for (size_t j = 0; j < b->n_date; j++) {
            enum names_agreement one;
            float shift = date_compare(a->date[i], b->date[j], &one);

            if (*how == NAMES_ABSENT || shift > best) {
                best = shift;
                *how = one;
            }
        }
    return best;
}

static float country(const struct names_about *a, const struct names_about *b, enum names_agreement *how)
{
    bool compared = false;

    *how = NAMES_ABSENT;
    for (size_t i = 0; i < a->n_country; i++)
        for (size_t j = 0; j < b->n_country; j++) {
            if (a->country[i] == b->country[j]) {
                *how = NAMES_AGREES;
                return COUNTRY_AGREES;
            }
            compared |= a->country[i] >> 15 == b->country[j] >> 15;
        }
    if (compared)
        *how = NAMES_DIFFERS;
    return compared ? COUNTRY_DIFFERS : 0;
}

void about_compare(const struct names_about *asked, const struct names_about *listed, struct about_match *out)
{
    out->shift = birth(asked, listed, &out->birth) + country(asked, listed, &out->country);
    out->sex = NAMES_ABSENT;
    if (asked->sex && listed->sex) {
        out->sex = asked->sex == listed->sex ? NAMES_AGREES : NAMES_DIFFERS;
        out->shift += asked->sex == listed->sex ? SEX_AGREES : SEX_DIFFERS;
    }
}

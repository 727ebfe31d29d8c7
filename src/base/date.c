#include "base/date.h"

static const day_number FIRST_DAY = -719162; /* 0001-01-01 */
static const day_number LAST_DAY = 2932896;  /* 9999-12-31 */

bool date_is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int date_days_in_month(int year, int month)
{
    static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    return month == 2 && date_is_leap(year) ? 29 : days[month - 1];
}

bool date_valid(int year, int month, int day)
{
    return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 &&
           day <= date_days_in_month(year, month);
}

bool date_make(int year, int month, int day, struct date *out)
{
    if (!date_valid(year, month, day))
        return false;
    *out = (struct date){ (int16_t)year, (uint8_t)month, (uint8_t)day };
    return true;
}

/* Years are counted from March, so that the leap day is the last of its year. */
day_number date_to_days(struct date d)
{
    int y = d.year - (d.month <= 2);
    int era = (y >= 0 ? y : y - 399) / 400;
    int yoe = y - era * 400;
    int doy = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;
    int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

    return era * 146097 + doe - 719468;
}

struct date date_from_days(day_number n)
{
    int z, era, doe, yoe, doy, mp, year, month;

    if (n < FIRST_DAY)
        n = FIRST_DAY;
    if (n > LAST_DAY)
        n = LAST_DAY;
    z = n + 719468;
    era = (z >= 0 ? z : z - 146096) / 146097;
    doe = z - era * 146097;
    yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    mp = (5 * doy + 2) / 153;
    month = mp < 10 ? mp + 3 : mp - 9;
    year = yoe + era * 400 + (month <= 2);
    return (struct date){ (int16_t)year, (uint8_t)month, (uint8_t)(doy - (153 * mp + 2) / 5 + 1) };
}

struct date date_add_days(struct date d, int days)
{
    int64_t n = (int64_t)date_to_days(d) + days;

    if (n < FIRST_DAY)
        n = FIRST_DAY;
    if (n > LAST_DAY)
        n = LAST_DAY;
    return date_from_days((day_number)n);
}

struct date date_add_months(struct date d, int months)
{
    int64_t m = (int64_t)d.year * 12 + d.month - 1 + months;
    int year, month, last;

    if (m < 12)
        return date_from_days(FIRST_DAY);
    if (m >= 10000 * 12)
        return date_from_days(LAST_DAY);
    year = (int)(m / 12);
    month = (int)(m % 12) + 1;
    last = date_days_in_month(year, month);
    return (struct date){ (int16_t)year, (uint8_t)month, (uint8_t)(d.day < last ? d.day : last) };
}

int date_cmp(struct date a, struct date b)
{
    if (a.year != b.year)
        return a.year < b.year ? -1 : 1;
    if (a.month != b.month)
        return a.month < b.month ? -1 : 1;
    return a.day < b.day ? -1 : a.day > b.day;
}

int date_age(struct date birth, struct date on)
{
    bool before = on.month < birth.month || (on.month == birth.month && on.day < birth.day);

    return on.year - birth.year - before;
}

static bool digits(struct span s, size_t at, size_t n, int *out)
{
    int v = 0;

    for (size_t i = at; i < at + n; i++) {
        if (i >= s.n || s.p[i] < '0' || s.p[i] > '9')
            return false;
        v = v * 10 + (s.p[i] - '0');
    }
    *out = v;
    return true;
}

bool date_parse(struct span s, struct date *out)
{
    int y, m, d;

    return s.n == 10 && digits(s, 0, 4, &y) && s.p[4] == '-' && digits(s, 5, 2, &m) && s.p[7] == '-' &&
           digits(s, 8, 2, &d) && date_make(y, m, d, out);
}

/* n decimal digits of v at out. */
static void put_digits(char *out, size_t n, unsigned v)
{
    for (size_t i = n; i-- > 0; v /= 10)
        out[i] = (char)('0' + v % 10);
}

const char *date_format(struct date d, char out[DATE_TEXT])
{
    out[0] = 0;
    if (!date_is_set(d))
        return out;
    memcpy(out, "0000-00-00", DATE_TEXT);
    put_digits(out, 4, (unsigned)d.year);
    put_digits(out + 5, 2, d.month);
    put_digits(out + 8, 2, d.day);
    return out;
}

struct date date_of_time(unix_time t)
{
    int64_t n = t / 86400 - (t % 86400 < 0);

    if (n < FIRST_DAY)
        n = FIRST_DAY;
    if (n > LAST_DAY)
        n = LAST_DAY;
    return date_from_days((day_number)n);
}

unix_time time_of_date(struct date d)
{
    return (unix_time)date_to_days(d) * 86400;
}

/* After the date: "T" hour ":" minute ":" second ["." digits] ("Z" / ("+" / "-") hour ":" minute). */
static bool time_of_day(struct span s, int *seconds)
{
    int h, m, sec, oh, om;
    size_t at = 9;

    if (s.n < 10 || (s.p[0] != 'T' && s.p[0] != 't' && s.p[0] != ' ') || !digits(s, 1, 2, &h) ||
        s.p[3] != ':' || !digits(s, 4, 2, &m) || s.p[6] != ':' || !digits(s, 7, 2, &sec) || h > 23 ||
        m > 59 || sec > 60)
        return false;
    if (s.p[at] == '.') {
        at++;
        if (!digits(s, at, 1, &oh))
            return false;
        while (at < s.n && s.p[at] >= '0' && s.p[at] <= '9')
            at++;
    }
    *seconds = h * 3600 + m * 60 + (sec == 60 ? 59 : sec);
    if (at + 1 == s.n && (s.p[at] == 'Z' || s.p[at] == 'z'))
        return true;
    if (at + 6 != s.n || (s.p[at] != '+' && s.p[at] != '-') || !digits(s, at + 1, 2, &oh) ||
        s.p[at + 3] != ':' || !digits(s, at + 4, 2, &om) || oh > 23 || om > 59)
        return false;
    *seconds -= (s.p[at] == '-' ? -1 : 1) * (oh * 3600 + om * 60);
    return true;
}

bool time_parse(struct span s, unix_time *out)
{
    struct date d;
    int seconds = 0;

    if (!date_parse(span_sub(s, 0, 10), &d) || (s.n > 10 && !time_of_day(span_sub(s, 10, s.n), &seconds)))
        return false;
    *out = time_of_date(d) + seconds;
    return true;
}

const char *time_format(unix_time t, char out[TIME_TEXT])
{
    unsigned second = (unsigned)(t % 86400 + (t % 86400 < 0 ? 86400 : 0));

    (void)date_format(date_of_time(t), out);
    memcpy(out + DATE_TEXT - 1, "T00:00:00Z", TIME_TEXT - DATE_TEXT + 1);
    put_digits(out + 11, 2, second / 3600);
    put_digits(out + 14, 2, second / 60 % 60);
    put_digits(out + 17, 2, second % 60);
    return out;
}

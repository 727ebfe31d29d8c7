#include "stix/object.h"

#include "base/text.h"

static bool two(const uint8_t *p, unsigned *out)
{
    if (!ascii_digit(p[0]) || !ascii_digit(p[1]))
        return false;
    *out = (p[0] - '0') * 10u + (p[1] - '0');
    return true;
}

/* The fraction, from its first digit up to the Z. */
static bool fraction(struct span s, struct stix_time *t)
{
    uint32_t nanos = 0, unit = 100000000;

    if (s.n == 0)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (!ascii_digit(s.p[i]))
            return false;
        nanos += (uint32_t)(s.p[i] - '0') * unit;
        unit /= 10;
    }
    t->nanos = nanos;
    t->digits = s.n > 255 ? 255 : (uint8_t)s.n;
    if (s.n > 9) {
        while (s.n > 9 && s.p[s.n - 1] == '0')
            s.n--;
        t->further = span_sub(s, 9, s.n);
    }
    return true;
}

bool stix_time_read(struct span s, struct stix_time *out)
{
    struct stix_time t = { .set = true };
    unsigned century, year, month, day, hour, minute, second;
    const uint8_t *p = s.p;

    if (s.n < 20 || p[s.n - 1] != 'Z' || p[4] != '-' || p[7] != '-' || p[10] != 'T' || p[13] != ':' ||
        p[16] != ':')
        return false;
    if (!two(p, &century) || !two(p + 2, &year) || !two(p + 5, &month) || !two(p + 8, &day) ||
        !two(p + 11, &hour) || !two(p + 14, &minute) || !two(p + 17, &second))
        return false;
    year += century * 100;
    if (!date_valid((int)year, (int)month, (int)day) || hour > 23 || minute > 59 || second > 60)
        return false;
    if (s.n > 20 && (p[19] != '.' || !fraction(span_sub(s, 20, s.n - 1), &t)))
        return false;
    t.seconds = (int64_t)date_to_days(
                    (struct date){ .year = (int16_t)year, .month = (uint8_t)month, .day = (uint8_t)day }) *
                    86400 +
                hour * 3600 + minute * 60 + second;
    *out = t;
    return true;
}

int stix_time_cmp(const struct stix_time *a, const struct stix_time *b)
{
    if (a->set != b->set)
        return a->set ? 1 : -1;
    if (a->seconds != b->seconds)
        return a->seconds < b->seconds ? -1 : 1;
    if (a->nanos != b->nanos)
        return a->nanos < b->nanos ? -1 : 1;
    return span_cmp(a->further, b->further);
}

int64_t stix_time_micros(const struct stix_time *t)
{
    return t->set ? t->seconds * 1000000 + t->nanos / 1000 : 0;
}

const char *stix_time_text(int64_t micros, char out[STIX_TIME_TEXT])
{
    int64_t seconds = micros / 1000000, rest = micros % 1000000;
    char day[TIME_TEXT];
    size_t digits;

    if (rest < 0) {
        seconds--;
        rest += 1000000;
    }
    time_format(seconds, day);
    memcpy(out, day, 19);
    out[19] = '.';
    digits = rest % 1000 ? 6 : 3;
    rest = digits == 3 ? rest / 1000 : rest;
    for (size_t i = digits; i-- > 0; rest /= 10)
        out[20 + i] = (char)('0' + rest % 10);
    out[20 + digits] = 'Z';
    out[21 + digits] = 0;
    return out;
}

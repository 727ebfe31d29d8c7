#include "wire/json_number.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "wire/json.h"

enum { DIGITS = 17 };

/*
 * strtod rounds correctly but reads the point of the locale, so it is given none: the digits as an integer
 * and the exponent that makes up for the point. Digits past the 800th cannot change the rounding but by being
 * nonzero.
 */
enum { SIGNIFICANT = 800 };

bool json_number_read(struct span s, double *out)
{
    char text[SIGNIFICANT + 32];
    size_t n = 0, i = 0;
    long exponent = 0, e = 0;
    bool minus = false, point = false, rest = false, some = false;
    double v;

    if (i < s.n && s.p[i] == '-')
        text[n++] = (char)s.p[i++];
    for (; i < s.n && (s.p[i] == '.' || ascii_digit(s.p[i])); i++) {
        if (s.p[i] == '.') {
            point = true;
            continue;
        }
        some = some || s.p[i] != '0';
        if (some && n < SIGNIFICANT)
            text[n++] = (char)s.p[i];
        else if (some) {
            rest = rest || s.p[i] != '0';
            exponent++;
        }
        exponent -= point;
    }
    if (!some)
        text[n++] = '0';
    if (rest)
        text[n - 1] = text[n - 1] == '0' ? '1' : text[n - 1]; /* off any tie */
    if (i < s.n) {
        i++;
        if (i < s.n && (s.p[i] == '+' || s.p[i] == '-'))
            minus = s.p[i++] == '-';
        for (; i < s.n; i++)
            e = e < 100000000 ? e * 10 + (s.p[i] - '0') : e;
    }
    exponent += minus ? -e : e;
    (void)snprintf(text + n, sizeof text - n, "e%ld", exponent);
    v = strtod(text, NULL);
    if (!isfinite(v))
        return false;
    *out = v;
    return true;
}

/* The value of digits d (as many as n) times 10^(exponent - n + 1). */
static double value_of(uint64_t d, int n, int exponent)
{
    char text[48];

    (void)snprintf(text, sizeof text, "%llue%d", (unsigned long long)d, exponent - n + 1);
    return strtod(text, NULL);
}

/* A number of n digits that reads back as v > 0, the nearest to v; false: there is none. The nearest of all
 * may lie outside the interval that rounds to v although its neighbour lies inside, because below a power of
 * two the interval is half as wide: so both are tried there. */
static bool with_digits(double v, int n, uint64_t *digits, int *exponent)
{
    char text[48];
    uint64_t d = 0;
    const char *p = text;
    int power;

    (void)snprintf(text, sizeof text, "%.*e", n - 1, v);
    for (; *p && *p != 'e'; p++)
        if (ascii_digit(*p))
            d = d * 10 + (uint64_t)(*p - '0');
    *exponent = (int)strtol(p + 1, NULL, 10);
    for (int near = 0; near < (v > DBL_MIN && frexp(v, &power) == 0.5 ? 3 : 1); near++) {
        *digits = near == 0 ? d : near == 1 ? d + 1 : d - 1;
        if (value_of(*digits, n, *exponent) == v)
            return true;
    }
    *digits = d;
    return false;
}

/*
 * The shortest digits that read back as v > 0. What n digits can say n + 1 can, so the number of digits is
 * searched by halves. It begins at 15: a decimal of up to 15 digits comes back from a normal double unchanged
 * but for zeros at its end.
 */
static void shortest(double v, uint64_t *digits, int *exponent)
{
    int least = 1, most = DIGITS;
    uint64_t d;
    int e;

    if (v >= DBL_MIN) {
        if (with_digits(v, DBL_DIG, digits, exponent))
            return;
        least = DBL_DIG + 1;
    }
    (void)with_digits(v, DIGITS, digits, exponent); /* always holds (IEEE 754 5.12.2) */
    while (least < most) {
        int n = (least + most) / 2;

        if (with_digits(v, n, &d, &e)) {
            *digits = d;
            *exponent = e;
            most = n;
        } else {
            least = n + 1;
        }
    }
}

static void put_zeros(struct buffer *b, int n)
{
    for (; n > 0; n--)
        buf_u8(b, '0');
}

/* ECMAScript Number::toString with the decimal point after n digits of text. */
static void put_digits(struct buffer *b, const char *text, int k, int n)
{
    if (n > 0 && n <= 21) {
        buf_put(b, span_of(text, (size_t)(k < n ? k : n)));
        put_zeros(b, n - k);
        if (k > n) {
            buf_u8(b, '.');
            buf_put(b, span_of(text + n, (size_t)(k - n)));
        }
    } else if (n <= 0 && n > -6) {
        buf_str(b, "0.");
        put_zeros(b, -n);
        buf_put(b, span_of(text, (size_t)k));
    } else {
        buf_u8(b, (uint8_t)text[0]);
        if (k > 1) {
            buf_u8(b, '.');
            buf_put(b, span_of(text + 1, (size_t)k - 1));
        }
        buf_printf(b, "e%+d", n - 1);
    }
}

void json_number_put(struct buffer *b, double v)
{
    char text[DIGITS + 8];
    uint64_t d;
    int exponent, k;

    if (v == 0) { /* minus zero too */
        buf_u8(b, '0');
        return;
    }
    if (v < 0) {
        buf_u8(b, '-');
        v = -v;
    }
    if (v < 9007199254740992.0 && v == floor(v)) {
        buf_printf(b, "%llu", (unsigned long long)v);
        return;
    }
    shortest(v, &d, &exponent);
    k = snprintf(text, sizeof text, "%llu", (unsigned long long)d);
    while (k > 1 && text[k - 1] == '0')
        k--;
    put_digits(b, text, k, exponent + 1);
}

bool json_double(const struct json *j, json_ref v, double *out)
{
    return json_is(j, v, JSON_KIND_NUMBER) && json_number_read(json_source(j, v), out);
}

/*
 * Civil dates (proleptic Gregorian) and points in time. The clock is an argument everywhere: nothing
 * below node/ and cli/ asks the operating system what time it is.
 */
#ifndef SERAI_BASE_DATE_H
#define SERAI_BASE_DATE_H

#include "base/span.h"

struct date {
    int16_t year; /* 1..9999; 0: no date */
    uint8_t month, day;
};

/* Days since 1970-01-01. */
typedef int32_t day_number;

/* Seconds since 1970-01-01T00:00:00Z, without leap seconds. */
typedef int64_t unix_time;

static inline bool date_is_set(struct date d)
{
    return d.year != 0;
}

bool date_is_leap(int year);
int date_days_in_month(int year, int month); /* month 1..12 */

/* year 1..9999 and the month and day exist. */
bool date_valid(int year, int month, int day);

/* False, and *out untouched, when the date does not exist. */
MUST_USE bool date_make(int year, int month, int day, struct date *out);

day_number date_to_days(struct date d);

/* Clipped to 0001-01-01 .. 9999-12-31. */
struct date date_from_days(day_number n);

struct date date_add_days(struct date d, int days);

/* Same day n months on, or the last day of that month when it is shorter; clipped as above. */
struct date date_add_months(struct date d, int months);

/* <0, 0, >0 */
int date_cmp(struct date a, struct date b);

/* Full years from birth to on; a birthday of 29 February falls on 1 March in common years. */
int date_age(struct date birth, struct date on);

/* ISO 8601 calendar date, exactly YYYY-MM-DD. */
MUST_USE bool date_parse(struct span s, struct date *out);

enum { DATE_TEXT = 11, TIME_TEXT = 21 };

/* "YYYY-MM-DD"; "" for no date. Returns out. */
const char *date_format(struct date d, char out[DATE_TEXT]);

struct date date_of_time(unix_time t);
unix_time time_of_date(struct date d); /* midnight UTC */

/* RFC 3339: date, or date-time with seconds (a fraction is dropped), Z or a numeric offset. */
MUST_USE bool time_parse(struct span s, unix_time *out);

/* "YYYY-MM-DDTHH:MM:SSZ". Returns out. */
const char *time_format(unix_time t, char out[TIME_TEXT]);

#endif

#include "wire/mrz_information.h"

#include "base/text.h"
#include "wire/mrz_layout.h"

enum { NUMBER = 9, NUMBER_MAX = 24, DATE = 6 };

static const char clause[] = "Doc 9303-11 4.3.2";

/* A number with its digit, and both dates with theirs. */
static void add(struct mrz_information *m, struct span number, char digit, const char dates[2 * (DATE + 1)])
{
    char *text = m->text[m->n];
    size_t at = number.n;

    memcpy(text, number.p, number.n);
    text[at++] = digit;
    memcpy(text + at, dates, (DATE + 1) * 2);
    text[at + (DATE + 1) * 2] = 0;
    for (size_t i = 0; i < m->n; i++)
        if (strcmp(m->text[i], text) == 0)
            return;
    m->n++;
}

/*
 * number has more than nine characters; digit is what is printed, 0: as computed. The rule is number and
 * digit (appendix D.2); some count the filler that stands where the digit of a short number would, and some
 * take the field of nine characters with that filler.
 */
static void add_long(struct mrz_information *m, struct span number, char digit, const char *dates)
{
    char filled[NUMBER_MAX + 1];
    struct span with = span_of(filled, number.n + 1);
    char plain_digit = mrz_check_digit(number), filled_digit;
    bool filler_counts;

    memcpy(filled, number.p, NUMBER);
    filled[NUMBER] = '<';
    memcpy(filled + NUMBER + 1, number.p + NUMBER, number.n - NUMBER);
    filled_digit = mrz_check_digit(with);
    filler_counts = digit && digit != plain_digit && digit == filled_digit;
    if (filler_counts)
        add(m, with, digit, dates);
    add(m, number, digit ? digit : plain_digit, dates);
    if (!filler_counts)
        add(m, with, digit ? digit : filled_digit, dates);
    add(m, span_sub(number, 0, NUMBER), '<', dates);
}

bool mrz_information(const struct mrz *m, struct mrz_information *out, struct why *w)
{
    static const enum mrz_check_field needed[] = { MRZ_NUMBER, MRZ_BIRTH, MRZ_EXPIRY };
    const struct mrz_layout *l = &mrz_layouts[m->format];
    const char *z = m->zone;
    char dates[2 * (DATE + 1)], number[NUMBER_MAX];
    struct mrz_information r = { 0 };
    size_t rest = mrz_long_rest(l, z);

    if (m->format == MRZ_MRVA || m->format == MRZ_MRVB)
        return why_set(w, "no-chip", 0, "Doc 9303-7", "these are the lines of a visa, which has no chip");
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        if (m->check[needed[i]] == MRZ_CHECK_BAD)
            return why_set(w, "check-digit", mrz_offset(m, l->check[needed[i]]), l->clause,
                           "the check digit of %s does not hold: read the lines again",
                           mrz_check_field_word(needed[i]));
    memcpy(dates, z + l->birth.at, DATE);
    dates[DATE] = mrz_check_digit(span_of(dates, DATE));
    memcpy(dates + DATE + 1, z + l->expiry.at, DATE);
    dates[2 * DATE + 1] = mrz_check_digit(span_of(dates + DATE + 1, DATE));
    memcpy(number, z + l->number.at, NUMBER);
    if (rest > 1) {
        memcpy(number + NUMBER, z + l->optional1.at, rest - 1);
        add_long(&r, span_of(number, NUMBER + rest - 1), z[l->optional1.at + rest - 1], dates);
    } else {
        add(&r, span_of(number, NUMBER), mrz_check_digit(span_of(number, NUMBER)), dates);
    }
    *out = r;
    return true;
}

/* Characters of a zone; false for any that cannot be in one, or too many. */
static bool zone_characters(struct span in, char *out, size_t most, size_t *n)
{
    struct span s = text_trim(in);

    *n = 0;
    for (size_t i = 0; i < s.n; i++) {
        uint8_t c = s.p[i];

        if (ascii_lower(c))
            c = (uint8_t)(c - 'a' + 'A');
        else if (c == ' ' || c == '-')
            c = '<';
        if (mrz_value(c) < 0 || *n == most)
            return false;
        out[(*n)++] = (char)c;
    }
    return true;
}

/* YYMMDD with its digit. */
static bool put_date(struct span in, char out[DATE + 1])
{
    struct span s = text_trim(in);
    size_t n = 0;

    if (s.n == 10 && s.p[4] == '-' && s.p[7] == '-')
        s = span_sub(s, 2, s.n);
    else if (s.n != DATE)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        uint8_t c = s.p[i];

        if (c == '-' && s.n != DATE)
            continue;
        if (c == 'X' || c == 'x')
            c = '<';
        if (!ascii_digit(c) && c != '<')
            return false;
        out[n++] = (char)c;
    }
    out[DATE] = mrz_check_digit(span_of(out, DATE));
    return n == DATE;
}

bool mrz_information_of(struct span number, struct span birth, struct span expiry,
                        struct mrz_information *out, struct why *w)
{
    char dates[2 * (DATE + 1)], text[NUMBER_MAX];
    struct mrz_information r = { 0 };
    size_t n;

    if (!zone_characters(number, text, sizeof text - 1, &n))
        return why_set(w, "number", WHY_NO_OFFSET, clause,
                       "a document number has letters A-Z and digits, at most %d", NUMBER_MAX - 1);
    while (n && text[n - 1] == '<')
        n--;
    if (n == 0)
        return why_set(w, "number", WHY_NO_OFFSET, clause, "the document number is empty");
    if (!put_date(birth, dates))
        return why_set(w, "birth", WHY_NO_OFFSET, clause, "the birth date is YYYY-MM-DD or YYMMDD");
    if (!put_date(expiry, dates + DATE + 1))
        return why_set(w, "expiry", WHY_NO_OFFSET, clause, "the expiry date is YYYY-MM-DD or YYMMDD");
    if (n > NUMBER) {
        /* Nine characters and the digit behind them, as they stand in the line, are a likelier slip than a
         * number of ten with a filler inside. */
        if (n == NUMBER + 1 && text[NUMBER] == mrz_check_digit(span_of(text, NUMBER)))
            add(&r, span_of(text, NUMBER), text[NUMBER], dates);
        add_long(&r, span_of(text, n), 0, dates);
    } else {
        memset(text + n, '<', sizeof text - n);
        add(&r, span_of(text, NUMBER), mrz_check_digit(span_of(text, NUMBER)), dates);
    }
    *out = r;
    return true;
}

/* What a zone that parsed says about itself: words, dates as text, findings. */
#include <stdio.h>

#include "wire/mrz_codes.h"
#include "wire/mrz_layout.h"

const char *mrz_format_word(enum mrz_format f)
{
    static const char *const words[] = { "TD1", "TD2", "TD3", "MRV-A", "MRV-B" };

    return words[f];
}

const char *mrz_check_field_word(enum mrz_check_field f)
{
    static const char *const words[] = { "number", "birth", "expiry", "optional", "composite", "" };

    return words[f];
}

const char *mrz_check_word(enum mrz_check c)
{
    static const char *const words[] = { "none", "ok", "bad", "absent" };

    return words[c];
}

const char *mrz_date_word(enum mrz_date_state s)
{
    static const char *const words[] = { "ok", "illegal", "partly unknown", "unknown" };

    return words[s];
}

static void part(char *out, unsigned v, size_t digits)
{
    for (size_t i = digits; i > 0; i--) {
        out[i - 1] = v ? (char)('0' + v % 10) : '0';
        v /= 10;
    }
}

const char *mrz_date_format(struct mrz_date d, char out[MRZ_DATE_TEXT])
{
    out[0] = 0;
    if (d.state == MRZ_DATE_ILLEGAL)
        return out;
    memcpy(out, "XXXX-XX-XX", MRZ_DATE_TEXT);
    if (d.year)
        part(out, (unsigned)d.year, 4);
    if (d.month)
        part(out + 5, d.month, 2);
    if (d.day)
        part(out + 8, d.day, 2);
    return out;
}

struct date mrz_date_whole(struct mrz_date d)
{
    if (d.state != MRZ_DATE_LEGAL)
        return (struct date){ 0 };
    return (struct date){ d.year, d.month, d.day };
}

size_t mrz_offset(const struct mrz *m, size_t pos)
{
    size_t line = pos / m->width;

    return line < m->lines ? m->line_at[line] + pos % m->width : 0;
}

/* One warning goes to both places. */
static void warn(const struct mrz *m, struct findings *f, struct why *w, const char *reason, size_t pos,
                 const char *clause, const char *what, const char *after)
{
    size_t at = mrz_offset(m, pos);

    finding_add(f, FINDING_WARNING, reason, at, clause, "the %s %s", what, after);
    (void)why_set(w, reason, at, clause, "the %s %s", what, after);
}

static void say_date(const struct mrz *m, struct findings *f, struct why *w, struct mrz_date d, size_t pos,
                     const char *what)
{
    static const char clause[] = "Doc 9303-3 4.8";

    if (d.state == MRZ_DATE_ILLEGAL)
        warn(m, f, w, "illegal-date", pos, clause, what, "date is no day of the calendar");
    else if (d.state != MRZ_DATE_LEGAL)
        finding_add(f, FINDING_NOTE, "unknown-date", mrz_offset(m, pos), clause,
                    "the date of %s is not wholly known", what);
}

static void say_code(const struct mrz *m, struct findings *f, bool known, const char *code, size_t pos)
{
    const char *meaning = mrz_code_meaning(span_of(code, 3));

    if (!known)
        finding_add(f, FINDING_NOTE, "unknown-code", mrz_offset(m, pos), "Doc 9303-3 5",
                    "no state or body has the code %s", code);
    else if (meaning && *meaning && strcmp(code, "UTO") != 0)
        finding_add(f, FINDING_NOTE, "special-code", mrz_offset(m, pos), "Doc 9303-3 5", "%s: %s", code,
                    meaning);
}

void mrz_findings(const struct mrz *m, struct findings *f, struct why *w)
{
    const struct mrz_layout *l = &mrz_layouts[m->format];

    for (size_t i = 0; i < MRZ_CHECKS; i++)
        if (m->check[i] == MRZ_CHECK_BAD)
            warn(m, f, w, "check-digit", m->long_number && i == MRZ_NUMBER ? l->optional1.at : l->check[i],
                 "Doc 9303-3 4.9", mrz_check_field_word((enum mrz_check_field)i),
                 "check digit does not hold: misread or altered, read again");
    say_date(m, f, w, m->birth, l->birth.at, "birth");
    say_date(m, f, w, m->expiry, l->expiry.at, "expiry");
    if (m->sex == MRZ_SEX_ILLEGAL)
        warn(m, f, w, "illegal-sex", l->sex, l->clause, "sex", "is none of M, F and <");
    if (!m->name_legal)
        warn(m, f, w, "illegal-name", l->name.at, "Doc 9303-3 4.6", "name", "has digits or no letter");
    if (m->name_truncated)
        finding_add(f, FINDING_NOTE, "name-truncated", mrz_offset(m, l->name.at + l->name.n - 1u),
                    "Doc 9303-3 4.6", "the name fills its field and may go on");
    if (m->long_number && m->long_reading == MRZ_LONG_WITH_FILLER)
        finding_add(f, FINDING_NOTE, "long-number-filler", mrz_offset(m, l->check[MRZ_NUMBER]), l->clause,
                    "the digit of the long number holds only when the filler between its parts counts");
    if (m->specimen)
        finding_add(f, FINDING_NOTE, "specimen", mrz_offset(m, 2), "Doc 9303-3 5",
                    "UTO: a specimen, no state's document");
    say_code(m, f, m->issuer_known, m->issuer, 2);
    say_code(m, f, m->nationality_known, m->nationality, l->nationality.at);
}

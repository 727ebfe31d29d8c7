#include "wire/licence_mrz.h"

#include "base/limits.h"
#include "base/text.h"
#include "wire/mrz_codes.h"
#include "wire/mrz_layout.h"

enum { D1_WIDTH = 30, CHE_FIRST = 9, CHE_RUN = CHE_FIRST + 2 * D1_WIDTH };

static const char d1_clause[] = "ISO/IEC 18013-3", che_clause[] = "Swiss driving licence";

struct zone {
    struct span text; /* trimmed */
    size_t at;        /* of text in what was given */
    size_t n;         /* one more than there is room for: too many */
    struct span line[MRZ_LINES + 1];
};

static size_t offset_of(const struct zone *z, size_t line, size_t pos)
{
    return z->at + (size_t)(z->line[line].p - z->text.p) + pos;
}

static bool cut(struct span text, struct zone *z, struct why *w)
{
    size_t start = 0;

    z->text = text_trim(span_sub(text, 0, LIMIT_MRZ));
    if (z->text.n == 0)
        return why_set(w, "MRZ_LENGTH", 0, NULL, "no text");
    z->at = (size_t)(z->text.p - text.p);
    z->n = 0;
    for (size_t i = 0; i <= z->text.n; i++) {
        uint8_t c = i < z->text.n ? z->text.p[i] : '\n';

        if (mrz_values[c])
            continue;
        if (c != '\r' && c != '\n')
            return why_set(w, "MRZ_CHAR", z->at + i, "Doc 9303-3 4.3",
                           "byte 0x%02x is none of A-Z, 0-9 and <", c);
        if (z->n <= MRZ_LINES)
            z->line[z->n++] = span_of(z->text.p + start, i - start);
        if (c == '\r' && i + 1 < z->text.n && z->text.p[i + 1] == '\n')
            i++;
        start = i + 1;
    }
    if (text.n > LIMIT_MRZ)
        return why_set(w, "MRZ_LENGTH", LIMIT_MRZ, NULL, "more than %d bytes", LIMIT_MRZ);
    return true;
}

static bool is_swiss(const struct zone *z)
{
    if (z->n == 1 && z->line[0].n == CHE_RUN &&
        span_starts(span_sub(z->line[0], CHE_FIRST, CHE_RUN), SPAN("FA")))
        return true;
    for (size_t i = 0; i < z->n && i < 2; i++)
        if (span_starts(z->line[i], SPAN("FACHE")))
            return true;
    return z->n == 3 && z->line[0].n == CHE_FIRST;
}

/* Characters [at, at + n) of a line, without the fillers at their end; a blank for each one inside. */
static void copy(char *to, struct span line, size_t at, size_t n)
{
    struct span s = span_sub(line, at, at + n);

    while (s.n && s.p[s.n - 1] == '<')
        s.n--;
    for (size_t i = 0; i < s.n; i++)
        to[i] = s.p[i] == '<' ? ' ' : (char)s.p[i];
    to[s.n] = 0;
}

enum charset { LETTERS = 1, DIGITS = 2, FILLERS = 4 };

static bool made_of(struct span line, size_t at, size_t n, unsigned set, size_t *bad)
{
    for (size_t i = at; i < at + n; i++) {
        uint8_t c = line.p[i];
        unsigned is = c == '<' ? FILLERS : ascii_digit(c) ? DIGITS : LETTERS;

        if (!(is & set)) {
            *bad = i;
            return false;
        }
    }
    return true;
}

static bool check_at(const struct zone *z, size_t pos, const char *of, struct why *w)
{
    struct span line = z->line[0];

    if (line.p[pos] == (uint8_t)mrz_check_digit(span_sub(line, 0, pos)))
        return true;
    return why_set(w, "MRZ_CHECK", offset_of(z, 0, pos), d1_clause,
                   "the check digit over %s does not hold: misread or altered", of);
}

static bool legal(const struct mrz_date *d, const struct zone *z, size_t line, size_t at, const char *clause,
                  struct why *w)
{
    return d->state == MRZ_DATE_LEGAL ||
           why_set(w, "MRZ_DATE", offset_of(z, line, at), clause, "no day of the calendar");
}

static bool bad_format(const struct zone *z, size_t line, size_t at, const char *clause, const char *what,
                       struct why *w)
{
    return why_set(w, "MRZ_FORMAT", offset_of(z, line, at), clause, "%s", what);
}

/* Number 5 with its digit 14, which covers document and State as well; expiry 15, name 21, digit 29. */
static bool read_fra(const struct zone *z, struct date today, struct licence_mrz *m, struct why *w)
{
    struct span l = z->line[0];
    size_t bad;

    m->layout = LICENCE_MRZ_FRA;
    if (!check_at(z, 14, "the number", w) || !check_at(z, 29, "the line", w))
        return false;
    m->expiry = mrz_read_expiry((const char *)l.p + 15, today);
    if (!legal(&m->expiry, z, 0, 15, d1_clause, w))
        return false;
    if (l.p[5] == '<')
        return bad_format(z, 0, 5, d1_clause, "no number", w);
    if (!made_of(l, 21, 8, LETTERS | FILLERS, &bad))
        return bad_format(z, 0, bad, d1_clause, "a digit in the name", w);
    if (l.p[21] == '<')
        return bad_format(z, 0, 21, d1_clause, "no name", w);
    copy(m->number, l, 5, 9);
    copy(m->expiry_digits, l, 15, 6);
    copy(m->primary, l, 21, 8);
    m->name_truncated = l.p[28] != '<';
    return true;
}

/* Configuration 5, number 6, random part 16, digit 29. */
static bool read_nld(const struct zone *z, struct licence_mrz *m, struct why *w)
{
    struct span l = z->line[0];
    size_t bad;

    m->layout = LICENCE_MRZ_NLD;
    if (!check_at(z, 29, "the line", w))
        return false;
    if (!made_of(l, 5, 11, DIGITS, &bad))
        return bad_format(z, 0, bad, d1_clause, "configuration and number are digits", w);
    copy(m->version, l, 5, 1);
    copy(m->number, l, 6, 10);
    copy(m->random, l, 16, 13);
    return true;
}

static bool read_d1(const struct zone *z, struct date today, struct licence_mrz *m, struct why *w)
{
    struct span l = z->line[0];

    if (l.n != D1_WIDTH)
        return why_set(w, "MRZ_LENGTH", offset_of(z, 0, l.n < D1_WIDTH ? l.n : D1_WIDTH), d1_clause,
                       "%zu characters where a licence has %d", l.n, D1_WIDTH);
    if (l.p[1] != '1')
        return bad_format(z, 0, 1, d1_clause, "a licence begins with D1", w);
    copy(m->document, l, 0, 2);
    copy(m->state, l, 2, 3);
    if (strcmp(m->state, "FRA") == 0)
        return read_fra(z, today, m, w);
    if (strcmp(m->state, "NLD") == 0)
        return read_nld(z, m, w);
    return bad_format(z, 0, 2, d1_clause, "the layout of this State is not known", w);
}

/* Surname and given names, two fillers between. */
static bool read_names(const struct zone *z, struct licence_mrz *m, struct why *w)
{
    struct span l = z->line[2];
    size_t bad, end = 0;

    if (!made_of(l, 0, l.n, LETTERS | FILLERS, &bad))
        return bad_format(z, 2, bad, che_clause, "a digit in the names", w);
    if (l.p[0] == '<')
        return bad_format(z, 2, 0, che_clause, "no name", w);
    while (end + 1 < l.n && (l.p[end] != '<' || l.p[end + 1] != '<'))
        end++;
    if (end + 1 >= l.n)
        end = l.n;
    copy(m->primary, l, 0, end);
    copy(m->secondary, l, end + 2 < l.n ? end + 2 : l.n, end + 2 < l.n ? l.n - end - 2 : 0);
    m->name_truncated = l.p[l.n - 1] != '<';
    return true;
}

/* Number 0 with the language at its end; FACHE, register number 5, version 14, fillers 17, birth 19, fillers
 * 25; names. */
static bool read_che(const struct zone *z, struct date today, struct licence_mrz *m, struct why *w)
{
    struct span first = z->line[0], l = z->line[1];
    size_t bad;

    m->layout = LICENCE_MRZ_CHE;
    if (!span_starts(l, SPAN("FACHE")))
        return bad_format(z, 1, 0, che_clause, "the second line begins with FACHE", w);
    if (!made_of(first, 0, 6, LETTERS | DIGITS, &bad) || !made_of(first, 6, 1, LETTERS, &bad) ||
        !made_of(first, 7, 2, FILLERS, &bad))
        return bad_format(z, 0, bad, che_clause,
                          "six characters of a number, a letter of a language, fillers", w);
    if (!made_of(l, 5, 12, DIGITS, &bad) || !made_of(l, 17, 2, FILLERS, &bad) ||
        !made_of(l, 25, 5, FILLERS, &bad))
        return bad_format(z, 1, bad, che_clause, "digits and fillers stand elsewhere", w);
    m->birth = mrz_read_birth((const char *)l.p + 19, today);
    if (!legal(&m->birth, z, 1, 19, che_clause, w))
        return false;
    copy(m->number, first, 0, 9);
    copy(m->language, first, 6, 1);
    copy(m->document, l, 0, 2);
    copy(m->state, l, 2, 3);
    copy(m->pin, l, 5, 9);
    copy(m->version, l, 14, 3);
    copy(m->birth_digits, l, 19, 6);
    return read_names(z, m, w);
}

static bool swiss_lines(struct zone *z, struct why *w)
{
    static const size_t want[] = { CHE_FIRST, D1_WIDTH, D1_WIDTH };

    if (z->n == 1 && z->line[0].n == CHE_RUN) {
        z->line[2] = span_sub(z->text, CHE_FIRST + D1_WIDTH, CHE_RUN);
        z->line[1] = span_sub(z->text, CHE_FIRST, CHE_FIRST + D1_WIDTH);
        z->line[0] = span_sub(z->text, 0, CHE_FIRST);
        z->n = 3;
    }
    for (size_t i = 0; i < z->n && i < 3; i++)
        if (z->line[i].n != want[i])
            return why_set(w, "MRZ_LENGTH", offset_of(z, i, z->line[i].n < want[i] ? z->line[i].n : want[i]),
                           che_clause, "line %zu has %zu characters, not %zu", i + 1, z->line[i].n, want[i]);
    if (z->n != 3)
        return why_set(w, "MRZ_LENGTH", z->n > 3 ? offset_of(z, 3, 0) : z->at + z->text.n, che_clause,
                       "%s than three lines", z->n > 3 ? "more" : "fewer");
    return true;
}

bool licence_mrz_parse(struct span text, unix_time now, struct licence_mrz *out, struct why *w)
{
    struct date today = date_of_time(now);
    struct licence_mrz m = { 0 };
    struct zone z;
    size_t n = 0;

    if (!cut(text, &z, w))
        return false;
    if (is_swiss(&z)) {
        if (!swiss_lines(&z, w) || !read_che(&z, today, &m, w))
            return false;
    } else if (z.line[0].n && z.line[0].p[0] == 'D') {
        if (z.n > 1)
            return why_set(w, "MRZ_LENGTH", offset_of(&z, 1, 0), d1_clause, "more than one line");
        if (!read_d1(&z, today, &m, w))
            return false;
    } else {
        return bad_format(&z, 0, 0, NULL, "no licence whose layout is known", w);
    }
    m.lines = (uint8_t)z.n;
    for (size_t i = 0; i < z.n; i++) {
        m.line_at[i] = (uint16_t)offset_of(&z, i, 0);
        m.width[i] = (uint8_t)z.line[i].n;
        memcpy(m.zone + n, z.line[i].p, z.line[i].n);
        n += z.line[i].n;
    }
    *out = m;
    return true;
}

static bool letter(uint8_t c)
{
    return ascii_upper(c) || ascii_lower(c);
}

/* D, a digit and three letters that are a code or go on without a blank: no document code of Doc 9303 begins
 * with D. Or FACHE at the beginning, or where the second line would begin. */
bool licence_mrz_looks_like(struct span text)
{
    struct span t = text_trim(span_sub(text, 0, LIMIT_MRZ));

    if (t.n >= 10 && (t.p[0] | 0x20) == 'd' && ascii_digit(t.p[1]) && letter(t.p[2]) && letter(t.p[3]) &&
        letter(t.p[4]))
        return mrz_code_known(span_sub(t, 2, 5)) || memchr(t.p, '<', t.n) || !memchr(t.p, ' ', t.n);
    for (size_t i = 0; i <= CHE_FIRST + 2; i = i ? i + 1 : CHE_FIRST)
        if (span_starts(span_sub(t, i, t.n), SPAN("FACHE")))
            return true;
    return false;
}

const char *licence_mrz_layout_word(enum licence_mrz_layout l)
{
    static const char *const word[] = { "D1 FRA", "D1 NLD", "FA CHE" };

    return word[l];
}

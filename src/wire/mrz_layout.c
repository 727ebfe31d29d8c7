#include "wire/mrz_layout.h"

#include "base/limits.h"
#include "base/text.h"

/* Doc 9303-5 4.2.2, 9303-6 4.2.2, 9303-4 4.2.2, 9303-7 4 and 5. */
const struct mrz_layout mrz_layouts[] = {
    [MRZ_TD1] = { .lines = 3,
                  .width = 30,
                  .name = { 60, 30 },
                  .number = { 5, 9 },
                  .nationality = { 45, 3 },
                  .birth = { 30, 6 },
                  .expiry = { 38, 6 },
                  .optional1 = { 15, 15 },
                  .optional2 = { 48, 11 },
                  .sex = 37,
                  .check = { 14, 36, 44, 0, 59 },
                  .composite = { { 5, 25 }, { 30, 7 }, { 38, 7 }, { 48, 11 } },
                  .clause = "Doc 9303-5 4.2.2" },
    [MRZ_TD2] = { .lines = 2,
                  .width = 36,
                  .name = { 5, 31 },
                  .number = { 36, 9 },
                  .nationality = { 46, 3 },
                  .birth = { 49, 6 },
                  .expiry = { 57, 6 },
                  .optional1 = { 64, 7 },
                  .sex = 56,
                  .check = { 45, 55, 63, 0, 71 },
                  .composite = { { 36, 10 }, { 49, 7 }, { 57, 14 } },
                  .clause = "Doc 9303-6 4.2.2" },
    [MRZ_TD3] = { .lines = 2,
                  .width = 44,
                  .name = { 5, 39 },
                  .number = { 44, 9 },
                  .nationality = { 54, 3 },
                  .birth = { 57, 6 },
                  .expiry = { 65, 6 },
                  .optional1 = { 72, 14 },
                  .sex = 64,
                  .check = { 53, 63, 71, 86, 87 },
                  .composite = { { 44, 10 }, { 57, 7 }, { 65, 22 } },
                  .clause = "Doc 9303-4 4.2.2" },
    [MRZ_MRVA] = { .lines = 2,
                   .width = 44,
                   .name = { 5, 39 },
                   .number = { 44, 9 },
                   .nationality = { 54, 3 },
                   .birth = { 57, 6 },
                   .expiry = { 65, 6 },
                   .optional1 = { 72, 16 },
                   .sex = 64,
                   .check = { 53, 63, 71, 0, 0 },
                   .clause = "Doc 9303-7 4" },
    [MRZ_MRVB] = { .lines = 2,
                   .width = 36,
                   .name = { 5, 31 },
                   .number = { 36, 9 },
                   .nationality = { 46, 3 },
                   .birth = { 49, 6 },
                   .expiry = { 57, 6 },
                   .optional1 = { 64, 8 },
                   .sex = 56,
                   .check = { 45, 55, 63, 0, 0 },
                   .clause = "Doc 9303-7 5" },
};

static const char alphabet_clause[] = "Doc 9303-3 4.3";

/* What a visible seal carries of the second line of a visa: everything but the optional data. */
enum { SEAL_LINE = 28 };

/* Lines of a text; true when every character belongs to a zone or to a line end. */
struct lines {
    size_t n; /* one more than there is room for means: too many */
    size_t at[MRZ_LINES + 1], len[MRZ_LINES + 1];
};

/* How many characters of the alphabet it begins with. */
static size_t alphabet_run(struct span s)
{
    size_t i = 0;

    while (i + 4 <= s.n && (mrz_values[s.p[i]] & mrz_values[s.p[i + 1]] & mrz_values[s.p[i + 2]] &
                            mrz_values[s.p[i + 3]] & MRZ_IN_ALPHABET))
        i += 4;
    while (i < s.n && mrz_values[s.p[i]])
        i++;
    return i;
}

static bool split(struct span t, struct lines *l, struct why *w)
{
    size_t start = 0;

    l->n = 0;
    for (size_t i = 0; i <= t.n; i++) {
        i += alphabet_run(span_sub(t, i, t.n));
        if (i < t.n && t.p[i] != '\r' && t.p[i] != '\n')
            return why_set(w, "alphabet", i, alphabet_clause, "byte 0x%02x is none of A-Z, 0-9 and <",
                           t.p[i]);
        if (l->n <= MRZ_LINES) {
            l->at[l->n] = start;
            l->len[l->n] = i - start;
            l->n++;
        }
        if (i + 1 < t.n && t.p[i] == '\r' && t.p[i + 1] == '\n')
            i++;
        start = i + 1;
    }
    return true;
}

/* Cuts one long line into n of width characters, the last one perhaps shorter. */
static void fold(struct lines *l, size_t n, size_t width)
{
    size_t total = l->len[0];

    for (size_t i = 0; i < n; i++) {
        l->at[i] = l->at[0] + i * width;
        l->len[i] = i + 1 < n ? width : total - i * width;
    }
    l->n = n;
}

static void unfold(struct lines *l, bool visa)
{
    if (l->n != 1)
        return;
    switch (l->len[0]) {
    case 90:
        fold(l, 3, 30);
        break;
    case 88:
        fold(l, 2, 44);
        break;
    case 72:
        fold(l, 2, 36);
        break;
    case 36 + SEAL_LINE:
        if (visa)
            fold(l, 2, 36);
        break;
    default:
        break;
    }
}

/* The format by number and length of lines; visas by their first character as well. */
static bool format_of(const struct lines *l, bool visa, struct mrz_cut *out)
{
    out->short_line = false;
    if (l->n == 3 && l->len[0] == 30 && l->len[1] == 30 && l->len[2] == 30) {
        out->format = MRZ_TD1;
        return true;
    }
    if (l->n != 2 || (l->len[0] != 44 && l->len[0] != 36))
        return false;
    out->short_line = visa && l->len[1] == SEAL_LINE;
    if (l->len[0] == 44)
        out->format = visa ? MRZ_MRVA : MRZ_TD3;
    else
        out->format = visa ? MRZ_MRVB : MRZ_TD2;
    return out->short_line || l->len[1] == l->len[0];
}

static bool code_allowed(enum mrz_format f, char c)
{
    switch (f) {
    case MRZ_TD1:
        return c == 'I' || c == 'A' || c == 'C';
    case MRZ_TD2: /* P: passports in the size of TD2 are issued */
        return c == 'I' || c == 'A' || c == 'C' || c == 'P';
    case MRZ_TD3:
        return c == 'P';
    case MRZ_MRVA:
    case MRZ_MRVB:
        return c == 'V';
    }
    return false;
}

/* Old French identity card (2 x 36) and Swiss driving licence (9 + 30 + 30): sizes of Doc 9303, fields
 * elsewhere. */
static const char *national(struct span t, const struct lines *l)
{
    static const struct span fra = { (const uint8_t *)"IDFRA", 5 }, che = { (const uint8_t *)"FACHE", 5 };

    if (l->n == 2 && l->len[0] == 36 && l->len[1] == 36 && span_starts(span_sub(t, l->at[0], t.n), fra))
        return "French identity card";
    if (l->n == 3 && l->len[0] == 9 && l->len[1] == 30 && l->len[2] == 30 &&
        span_starts(span_sub(t, l->at[1], t.n), che))
        return "Swiss driving licence";
    if (l->n == 1 && l->len[0] == 69 && span_starts(span_sub(t, 9, t.n), che))
        return "Swiss driving licence";
    return NULL;
}

/* The place to blame: a line too many, the first line when its length fits no layout, else the line that
 * differs. */
static bool bad_layout(const struct lines *l, struct why *w)
{
    size_t at = l->n ? l->len[0] : 0, first = at;

    if (l->n > MRZ_LINES)
        return why_set(w, "layout", l->at[MRZ_LINES], alphabet_clause, "more than three lines");
    for (size_t i = 1; i < l->n && (first == 30 || first == 36 || first == 44); i++) {
        if (l->len[i] != first) {
            at = l->at[i] + (l->len[i] < first ? l->len[i] : first);
            break;
        }
    }
    return why_set(w, "layout", at, alphabet_clause,
                   "%zu lines, the first of %zu characters: neither 3 x 30, 2 x 36 nor 2 x 44", l->n, first);
}

bool mrz_cut(struct span text, bool any_code, struct mrz_cut *out, struct why *w)
{
    struct span t;
    struct lines l;
    const char *country;
    bool visa;
    size_t n = 0;

    if (text.n > LIMIT_MRZ)
        return why_set(w, "too-large", LIMIT_MRZ, alphabet_clause, "more than %d bytes", LIMIT_MRZ);
    t = text_trim(text);
    if (t.n == 0)
        return why_set(w, "layout", 0, alphabet_clause, "no text");
    if (!split(t, &l, w)) {
        why_shift(w, (size_t)(t.p - text.p));
        return false;
    }
    visa = t.p[0] == 'V';
    unfold(&l, visa);
    country = national(t, &l);
    if (country)
        return why_set(w, "national-layout", (size_t)(t.p - text.p), NULL,
                       "%s: a national layout, not Doc 9303", country);
    out->line_at[2] = 0;
    if (!format_of(&l, visa, out)) {
        (void)bad_layout(&l, w);
        why_shift(w, (size_t)(t.p - text.p));
        return false;
    }
    if (!any_code && !code_allowed(out->format, (char)t.p[0]))
        return why_set(w, "document-code", (size_t)(t.p - text.p), mrz_layouts[out->format].clause,
                       "a zone of %s does not begin with '%c'", mrz_format_word(out->format), t.p[0]);
    for (size_t i = 0; i < l.n; i++) {
        out->line_at[i] = (uint16_t)((size_t)(t.p - text.p) + l.at[i]);
        memcpy(out->zone + n, t.p + l.at[i], l.len[i]);
        n += l.len[i];
    }
    for (; n < l.n * l.len[0]; n++)
        out->zone[n] = '<';
    memset(out->zone + n, 0, sizeof out->zone - n);
    return true;
}

bool mrz_looks_like(struct span text)
{
    struct span t = text_trim(span_sub(text, 0, LIMIT_MRZ));
    size_t n = t.n < MRZ_ZONE ? t.n : MRZ_ZONE, strange = 0;
    bool filler = false;

    if (n < 30 || !(ascii_upper(t.p[0]) || ascii_lower(t.p[0]) || ascii_digit(t.p[0])))
        return false;
    for (size_t i = 0; i < n; i++) {
        uint8_t c = t.p[i];

        filler |= c == '<';
        strange +=
            c != '<' && c != '\r' && c != '\n' && !ascii_upper(c) && !ascii_lower(c) && !ascii_digit(c);
    }
    return filler && strange * 10 <= n;
}

unsigned mrz_composite_weight(const struct mrz_layout *l, size_t pos)
{
    static const uint8_t weight[] = { 7, 3, 1 };
    size_t before = 0;

    for (size_t i = 0; i < MRZ_COMPOSITE_PARTS; i++) {
        if (pos >= l->composite[i].at && pos < (size_t)l->composite[i].at + l->composite[i].n)
            return weight[(before + pos - l->composite[i].at) % 3];
        before += l->composite[i].n;
    }
    return 0;
}

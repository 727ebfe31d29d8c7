#include "wire/mrz_write.h"

#include "wire/mrz_layout.h"

static bool is_letter(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* Puts text into n positions that hold fillers already. */
static bool put(char *at, size_t n, struct span text, bool letters_only, const char *reason, const char *what,
                struct why *w)
{
    if (text.n > n)
        return why_set(w, reason, n, "Doc 9303-3 4", "the %s has %zu characters, %zu fit", what, text.n, n);
    for (size_t i = 0; i < text.n; i++) {
        char c = (char)text.p[i];

        if (c == ' ' || c == '-')
            c = '<';
        if (mrz_value((uint8_t)c) < 0 || (letters_only && c != '<' && !is_letter(c)))
            return why_set(w, reason, i, "Doc 9303-3 4.3", "a character of the %s does not belong there",
                           what);
        at[i] = c;
    }
    return true;
}

/* Letters with single fillers between; what a name may be written with but a zone not is dropped. */
static bool clean_name(struct span s, char *out, size_t cap, size_t *n, struct why *w)
{
    *n = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = (char)s.p[i];

        if (c == '\'' || c == ',' || c == '.')
            continue;
        if (c == ' ' || c == '-' || c == '<') {
            if (*n && out[*n - 1] != '<' && *n < cap)
                out[(*n)++] = '<';
            continue;
        }
        if (!is_letter(c))
            return why_set(w, "name", i, "Doc 9303-3 4.6",
                           "a name has letters A-Z only: transliterate it first");
        if (*n < cap)
            out[(*n)++] = c;
    }
    while (*n && out[*n - 1] == '<')
        (*n)--;
    return true;
}

/* Lengths p and s of both identifiers fill the field, with the two fillers between, and end with letters. */
static bool good_cut(const char *a, size_t p, const char *b, size_t s)
{
    return p > 0 && s > 0 && a[p - 1] != '<' && b[s - 1] != '<';
}

/* Takes the last letter out of the component that ends before `end`, so that everything behind moves up by
 * one. */
static void shorten(char *a, size_t *n, size_t end)
{
    while (end > 0 && a[end - 1] == '<')
        end--;
    if (end > 0) {
        memmove(a + end - 1, a + end, *n - end);
        (*n)--;
    }
}

/*
 * Doc 9303-4 4.2.3: letters leave the primary identifier until the secondary's first fits, and further ones
 * as needed for the field to end with a letter, which says that the name may go on.
 */
static bool cut_both(char *at, size_t width, char *a, size_t na, const char *b, size_t nb)
{
    for (size_t tries = 0; tries < 2; tries++) {
        size_t p = na < width - 3 ? na : width - 3;

        for (size_t k = p; k > 0 && width - 2 - k <= nb; k--) {
            if (good_cut(a, k, b, width - 2 - k)) {
                memcpy(at, a, k);
                memcpy(at + k + 2, b, width - 2 - k);
                return true;
            }
        }
        shorten(a, &na, p);
    }
    return false;
}

static bool cut_one(char *at, size_t width, char *a, size_t na)
{
    /* NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): within what was written */
    if (na >= width && a[width - 1] == '<')
        shorten(a, &na, width);
    if (na < width || a[width - 1] == '<')
        return false;
    memcpy(at, a, width);
    return true;
}

enum { NAME_CAP = 256 };

static bool put_name(char *at, size_t width, const struct mrz_fields *f, bool *truncated, struct why *w)
{
    char a[NAME_CAP], b[NAME_CAP];
    size_t na, nb;
    bool fits;

    if (!clean_name(f->primary, a, NAME_CAP, &na, w) || !clean_name(f->secondary, b, NAME_CAP, &nb, w))
        return false;
    if (na + nb == 0)
        return why_set(w, "name", 0, "Doc 9303-3 4.6", "no name");
    fits = nb ? na + 2 + nb <= width : na <= width;
    *truncated = !fits;
    if (fits) {
        memcpy(at, a, na);
        memcpy(at + na + (nb ? 2 : 0), b, nb);
        return true;
    }
    if (na == 0) { /* no primary identifier: the field begins with the two fillers */
        if (cut_one(at + 2, width - 2, b, nb))
            return true;
    } else if (nb ? cut_both(at, width, a, na, b, nb) : cut_one(at, width, a, na)) {
        return true;
    }
    return why_set(w, "name", 0, "Doc 9303-4 4.2.3", "the name cannot be cut to %zu characters", width);
}

static bool put_date(char *at, struct mrz_date d, const char *what, struct why *w)
{
    unsigned part[3] = { (unsigned)d.year % 100, d.month, d.day };
    bool known[3] = { d.year != 0, d.month != 0, d.day != 0 };

    if (d.state == MRZ_DATE_ILLEGAL || d.year < 0 ||
        !date_valid(d.year ? d.year : 2000, d.month ? d.month : 1, d.day ? d.day : 1))
        return why_set(w, "date", 0, "Doc 9303-3 4.8", "the date of %s is no day of the calendar", what);
    for (size_t i = 0; i < 3; i++) {
        if (known[i]) {
            at[2 * i] = (char)('0' + part[i] / 10);
            at[2 * i + 1] = (char)('0' + part[i] % 10);
        }
    }
    return true;
}

/* Nine characters, or the long form: filler for the digit, the rest and the digit in the optional field. */
static bool put_number(const struct mrz_layout *l, char *zone, const struct mrz_fields *f, size_t *used,
                       struct why *w)
{
    bool may_be_long = l->check[MRZ_COMPOSITE] && !l->check[MRZ_OPTIONAL];
    size_t most = may_be_long ? l->number.n + l->optional1.n - 2u : l->number.n;
    char number[32];
    size_t rest;

    memset(number, '<', sizeof number);
    if (f->number.n == 0)
        return why_set(w, "number", 0, l->clause, "no document number");
    if (!put(number, most, f->number, false, "number", "document number", w))
        return false;
    memcpy(zone + l->number.at, number, l->number.n);
    *used = 0;
    if (f->number.n <= l->number.n) {
        zone[l->check[MRZ_NUMBER]] = mrz_check_digit(span_of(number, l->number.n));
        return true;
    }
    for (size_t i = l->number.n - 1u; i < f->number.n; i++)
        if (number[i] == '<')
            return why_set(w, "number", i, l->clause,
                           "a long document number has no filler in its second part");
    rest = f->number.n - l->number.n;
    memcpy(zone + l->optional1.at, number + l->number.n, rest);
    zone[l->optional1.at + rest] = mrz_check_digit(span_of(number, f->number.n));
    *used = rest + 2;
    return true;
}

static bool put_optional(const struct mrz_layout *l, char *zone, const struct mrz_fields *f, size_t used,
                         struct why *w)
{
    size_t at = l->optional1.at + used;

    if (!put(zone + at, l->optional1.n - used, f->optional1, false, "optional", "optional data", w) ||
        !put(zone + l->optional2.at, l->optional2.n, f->optional2, false, "optional", "optional data 2", w))
        return false;
    if (l->check[MRZ_OPTIONAL] && f->optional1.n)
        zone[l->check[MRZ_OPTIONAL]] = mrz_check_digit(span_of(zone + l->optional1.at, l->optional1.n));
    return true;
}

static bool put_code(char *zone, const struct mrz_fields *f, struct why *w)
{
    static const char first[][5] = { "IAC", "IACP", "P", "V", "V" };
    const char *allowed = first[f->format];

    if (f->code.n == 0 || !memchr(allowed, f->code.p[0], strlen(allowed)))
        return why_set(w, "document-code", 0, mrz_layouts[f->format].clause,
                       "the document code of %s begins with one of %s", mrz_format_word(f->format), allowed);
    return put(zone, 2, f->code, false, "document-code", "document code", w);
}

static bool put_country(char *at, struct span code, const char *what, struct why *w)
{
    if (code.n == 0)
        return why_set(w, "code", 0, "Doc 9303-3 4.7", "no %s", what);
    return put(at, 3, code, true, "code", what, w);
}

static void put_composite(const struct mrz_layout *l, char *zone)
{
    unsigned sum = 0;

    if (!l->check[MRZ_COMPOSITE])
        return;
    for (size_t i = 0; i < (size_t)l->lines * l->width; i++)
        sum += mrz_composite_weight(l, i) * (unsigned)mrz_value((uint8_t)zone[i]);
    zone[l->check[MRZ_COMPOSITE]] = (char)('0' + sum % 10);
}

static bool fill(const struct mrz_layout *l, const struct mrz_fields *f, char *zone, bool *truncated,
                 struct why *w)
{
    static const char sex[] = "<FM";
    size_t used = 0;

    if (!put_code(zone, f, w) || !put_country(zone + 2, f->issuer, "issuing state", w) ||
        !put_country(zone + l->nationality.at, f->nationality, "nationality", w) ||
        !put_number(l, zone, f, &used, w) || !put_optional(l, zone, f, used, w) ||
        !put_name(zone + l->name.at, l->name.n, f, truncated, w) ||
        !put_date(zone + l->birth.at, f->birth, "birth", w) ||
        !put_date(zone + l->expiry.at, f->expiry, "expiry", w))
        return false;
    if (f->sex == MRZ_SEX_ILLEGAL)
        return why_set(w, "sex", 0, l->clause, "sex is M, F or unspecified");
    zone[l->sex] = sex[f->sex];
    zone[l->check[MRZ_BIRTH]] = mrz_check_digit(span_of(zone + l->birth.at, 6));
    zone[l->check[MRZ_EXPIRY]] = mrz_check_digit(span_of(zone + l->expiry.at, 6));
    put_composite(l, zone);
    return true;
}

bool mrz_write(const struct mrz_fields *f, struct buffer *out, bool *truncated, struct why *w)
{
    const struct mrz_layout *l = &mrz_layouts[f->format];
    char zone[MRZ_ZONE];
    bool cut = false;
    uint8_t *p;

    memset(zone, '<', sizeof zone);
    if (!fill(l, f, zone, &cut, w))
        return false;
    p = buf_grow(out, (size_t)l->lines * l->width + l->lines - 1u);
    if (!p)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    for (size_t i = 0; i < l->lines; i++) {
        memcpy(p, zone + i * l->width, l->width);
        p += l->width;
        if (i + 1u < l->lines)
            *p++ = '\n';
    }
    if (truncated)
        *truncated = cut;
    return true;
}

/* A field as it stands, without the fillers behind it. */
static struct span raw(const struct mrz *m, struct mrz_field f, size_t skip)
{
    struct span s = span_of(m->zone + f.at, f.n);

    s = span_sub(s, skip, s.n);
    while (s.n && s.p[s.n - 1] == '<')
        s.n--;
    return s;
}

struct mrz_fields mrz_fields_of(const struct mrz *m)
{
    const struct mrz_layout *l = &mrz_layouts[m->format];
    size_t rest = m->long_number ? strlen(m->number) - l->number.n + 2u : 0;

    return (struct mrz_fields){
        .format = m->format,
        .code = span_str(m->code),
        .issuer = span_str(m->issuer),
        .number = span_str(m->number),
        .nationality = span_str(m->nationality),
        .primary = span_str(m->primary),
        .secondary = span_str(m->secondary),
        .birth = m->birth,
        .expiry = m->expiry,
        .sex = m->sex,
        .optional1 = raw(m, l->optional1, rest),
        .optional2 = raw(m, l->optional2, 0),
    };
}

#include "wire/aamva.h"

#include "base/limits.h"
#include "base/text.h"
#include "wire/aamva.inc"

static const char clause[] = "AAMVA DL/ID Annex D";

enum { LF = '\n', RS = 0x1e, CR = '\r', FILE_TYPE = 4, ISSUER = 9, VERSION = 15, ENTRY = 10, ID = 3 };

enum aamva_form aamva_form_of(const uint8_t id[3], unsigned version)
{
    size_t lo = 0, hi = sizeof rows / sizeof *rows;

    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        int c = memcmp(id, rows[mid].id, ID);

        if (c == 0)
            return version == 0 || (version >= rows[mid].first && version <= rows[mid].last) ? rows[mid].form
                                                                                             : AAMVA_UNKNOWN;
        if (c > 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return AAMVA_UNKNOWN;
}

/* n digits at pos; -1: no digits there. */
static int number(struct span s, size_t pos, size_t n)
{
    int v = 0;

    if (pos + n > s.n)
        return -1;
    for (size_t i = pos; i < pos + n; i++) {
        if (!ascii_digit(s.p[i]))
            return -1;
        v = v * 10 + (s.p[i] - '0');
    }
    return v;
}

static bool type_like(struct span s)
{
    return s.n == 2 && ascii_upper(s.p[0]) && (ascii_upper(s.p[1]) || ascii_digit(s.p[1]));
}

static bool header(struct span in, struct aamva *a, size_t *entries_at, struct why *w)
{
    static const uint8_t head[] = { '@', LF, RS, CR };
    struct span type = span_sub(in, FILE_TYPE, ISSUER);
    int version = number(in, VERSION, 2), jurisdiction = 0;

    for (size_t i = 0; i < sizeof head; i++)
        if (i >= in.n || in.p[i] != head[i])
            return why_set(w, "BARCODE_HEADER", i < in.n ? i : in.n, clause,
                           i == 0 ? "does not begin with @" : "line feed, record separator, return expected");
    if (!span_eq_str(type, "ANSI ") && !span_eq_str(type, "AAMVA"))
        return why_set(w, "BARCODE_HEADER", FILE_TYPE, clause, "the file type is neither ANSI nor AAMVA");
    if (number(in, ISSUER, 6) < 0)
        return why_set(w, "BARCODE_HEADER", ISSUER, clause, "the issuer is six digits");
    if (version <= 0)
        return why_set(w, "BARCODE_HEADER", VERSION, clause, "the version is two digits, from 01");
    if (version > 1)
        jurisdiction = number(in, VERSION + 2, 2);
    if (jurisdiction < 0)
        return why_set(w, "BARCODE_HEADER", VERSION + 2, clause, "the version of the issuer is two digits");
    memcpy(a->issuer, in.p + ISSUER, 6);
    a->version = (uint8_t)version;
    a->jurisdiction_version = (uint8_t)jurisdiction;
    *entries_at = version > 1 ? VERSION + 4 : VERSION + 2;
    return true;
}

/* A subfile begins where another entry should stand. */
static bool too_many(const struct aamva *a, size_t at)
{
    for (size_t i = 0; i < a->n_subfiles; i++)
        if (a->subfile[i].offset >= at && a->subfile[i].offset < at + ENTRY)
            return true;
    return false;
}

static bool overlap(const struct aamva_subfile *x, const struct aamva_subfile *y)
{
    return x->offset < y->offset + y->length && y->offset < x->offset + x->length;
}

static bool entry(struct span in, size_t at, struct aamva *a, struct why *w)
{
    struct span type = span_sub(in, at, at + 2);
    int offset = number(in, at + 2, 4), length = number(in, at + 6, 4);
    struct aamva_subfile *s = &a->subfile[a->n_subfiles];

    if (at + ENTRY > in.n || too_many(a, at))
        return why_set(w, "BARCODE_ENTRIES", at, clause, "fewer entries than the header says");
    if (!type_like(type) || offset < 0 || length < 0)
        return why_set(w, "BARCODE_OFFSET", at, clause, "an entry is a type, and four digits twice");
    memcpy(s->type, type.p, 2);
    s->type[2] = 0;
    s->offset = (uint16_t)offset;
    s->length = (uint16_t)length;
    a->n_subfiles++;
    return true;
}

static bool entries(struct span in, size_t at, struct aamva *a, size_t *end, struct why *w)
{
    int n = number(in, at, 2);

    if (n <= 0 || n > AAMVA_SUBFILES)
        return why_set(w, "BARCODE_ENTRIES", at < in.n ? at : in.n, clause,
                       "the number of entries is two digits, from 01; at most %d are read", AAMVA_SUBFILES);
    at += 2;
    for (int i = 0; i < n; i++, at += ENTRY)
        if (!entry(in, at, a, w))
            return false;
    *end = at;
    return true;
}

/* at: end of the entries. */
static bool places(struct span in, const struct aamva *a, size_t at, struct why *w)
{
    for (size_t i = 0; i < a->n_subfiles; i++) {
        const struct aamva_subfile *s = &a->subfile[i];
        size_t entry_at = at - (a->n_subfiles - i) * ENTRY, end = (size_t)s->offset + s->length;

        if (s->offset < at || s->length < 3 || end > in.n)
            return why_set(w, "BARCODE_OFFSET", entry_at + 2, clause,
                           "subfile %zu would be at %u to %zu of %zu", i + 1, s->offset, end, in.n);
        if (memcmp(in.p + s->offset, s->type, 2) != 0)
            return why_set(w, "BARCODE_OFFSET", s->offset, clause, "subfile %zu does not begin here", i + 1);
        for (size_t k = 0; k < i; k++)
            if (overlap(s, &a->subfile[k]))
                return why_set(w, "BARCODE_OFFSET", entry_at + 2, clause, "subfiles %zu and %zu overlap",
                               k + 1, i + 1);
    }
    return true;
}

static bool id_like(struct span s)
{
    return s.n >= ID && ascii_upper(s.p[0]) && ascii_upper(s.p[1]) &&
           (ascii_upper(s.p[2]) || ascii_digit(s.p[2]));
}

static bool elements(struct span in, struct aamva *a, size_t i, struct why *w)
{
    const struct aamva_subfile *s = &a->subfile[i];
    size_t end = (size_t)s->offset + s->length - 1;
    struct span rest = span_sub(in, (size_t)s->offset + 2, end), part;
    const uint8_t *inner = memchr(in.p + s->offset, CR, s->length);

    if (inner != in.p + end)
        return why_set(w, "BARCODE_TERMINATOR", inner ? (size_t)(inner - in.p) : end, clause,
                       "subfile %zu does not end where its terminator is", i + 1);
    while (text_split(&rest, LF, &part)) {
        struct aamva_element *e = &a->element[a->n_elements];

        if (part.n == 0)
            continue; /* a separator before the terminator too */
        if (!id_like(part))
            return why_set(w, "BARCODE_TERMINATOR", (size_t)(part.p - in.p), clause,
                           "no identifier of an element after a separator");
        if (a->n_elements == AAMVA_ELEMENTS)
            return why_set(w, "BARCODE_ENTRIES", (size_t)(part.p - in.p), clause, "more than %d elements",
                           AAMVA_ELEMENTS);
        memcpy(e->id, part.p, ID);
        e->id[ID] = 0;
        e->subfile = (uint8_t)i;
        e->value = span_sub(part, ID, part.n);
        a->n_elements++;
    }
    return true;
}

static bool no_duplicates(struct span in, const struct aamva *a, struct why *w)
{
    for (size_t i = 1; i < a->n_subfiles; i++)
        for (size_t k = 0; k < i; k++)
            if (memcmp(a->subfile[i].type, a->subfile[k].type, 2) == 0)
                return why_set(w, "BARCODE_DUP", a->subfile[i].offset, clause, "subfile %s twice",
                               a->subfile[i].type);
    for (size_t i = 1; i < a->n_elements; i++)
        for (size_t k = 0; k < i; k++)
            if (a->element[i].subfile == a->element[k].subfile &&
                memcmp(a->element[i].id, a->element[k].id, ID) == 0)
                return why_set(w, "BARCODE_DUP",
                               a->element[i].value.p ? (size_t)(a->element[i].value.p - in.p) - ID
                                                     : a->subfile[a->element[i].subfile].offset,
                               clause, "element %s twice", a->element[i].id);
    return true;
}

bool aamva_parse(struct span payload, struct aamva *out, struct why *w)
{
    struct aamva a;
    size_t at = 0;

    memset(&a, 0, sizeof a);
    if (payload.n > LIMIT_AAMVA)
        return why_set(w, "BARCODE_HEADER", LIMIT_AAMVA, clause, "more than %d bytes", LIMIT_AAMVA);
    if (!header(payload, &a, &at, w) || !entries(payload, at, &a, &at, w) || !places(payload, &a, at, w))
        return false;
    for (size_t i = 0; i < a.n_subfiles; i++)
        if (!elements(payload, &a, i, w))
            return false;
    if (!no_duplicates(payload, &a, w))
        return false;
    *out = a;
    return true;
}

bool aamva_get(const struct aamva *a, const char *id, struct span *value)
{
    for (size_t i = 0; i < a->n_elements; i++)
        if (memcmp(a->element[i].id, id, ID) == 0) {
            *value = a->element[i].value;
            return true;
        }
    return false;
}

static struct span text_of(const struct aamva *a, const char *id)
{
    struct span s;

    return aamva_get(a, id, &s) ? text_trim(s) : (struct span){ NULL, 0 };
}

/* DCS with DAC or DCT; before that DAB and DAC; DAA is family, first, middle, suffix. */
void aamva_names(const struct aamva *a, struct span *family, struct span *given)
{
    struct span whole = text_of(a, "DAA");

    *family = text_of(a, "DCS");
    if (family->n == 0)
        *family = text_of(a, "DAB");
    *given = text_of(a, "DAC");
    if (given->n == 0)
        *given = text_of(a, "DCT");
    if (family->n == 0 && text_split(&whole, ',', family)) {
        *family = text_trim(*family);
        if (given->n == 0 && text_split(&whole, ',', given))
            *given = text_trim(*given);
    }
}

enum aamva_date_state aamva_date(const struct aamva *a, const char *id, struct date *out)
{
    struct span s = text_of(a, id);
    bool year_first = a->version == 1 || span_eq_str(text_of(a, "DCG"), "CAN");

    if (s.n == 0)
        return AAMVA_DATE_ABSENT;
    if (s.n != 8 || number(s, 0, 8) < 0)
        return AAMVA_DATE_ILLEGAL;
    /* A month is at most 12 and a century at least 13, so that one of the two fails. */
    if (number(s, 0, 2) >= 13 && date_make(number(s, 0, 4), number(s, 4, 2), number(s, 6, 2), out))
        return year_first ? AAMVA_DATE_LEGAL : AAMVA_DATE_OTHER;
    if (number(s, 4, 2) >= 13 && date_make(number(s, 4, 4), number(s, 0, 2), number(s, 2, 2), out))
        return year_first ? AAMVA_DATE_OTHER : AAMVA_DATE_LEGAL;
    return AAMVA_DATE_ILLEGAL;
}

/* What a damaged payload still tells. */
#include "base/limits.h"
#include "base/text.h"
#include "wire/aamva.h"

enum { ID = 3, ENTRY = 10, NEAR = 24 };

static size_t digits(struct span s)
{
    size_t n = 0;

    while (n < s.n && ascii_digit(s.p[n]))
        n++;
    return n;
}

/* Behind the file type, or what is left of it, where six digits of an issuer follow; 0: nowhere. */
static size_t issuer_at(struct span in)
{
    for (size_t i = 0; i < NEAR && i < in.n; i++) {
        struct span t = span_sub(in, i, in.n);
        size_t n = span_starts(t, SPAN("ANSI "))   ? 5
                   : span_starts(t, SPAN("ANSI"))  ? 4
                   : span_starts(t, SPAN("AMVA ")) ? 5
                   : span_starts(t, SPAN("AMVA"))  ? 4
                                                   : 0;

        if (n && digits(span_sub(t, n, t.n)) >= 6)
            return i + n;
    }
    return 0;
}

bool aamva_looks_like(struct span payload)
{
    return issuer_at(span_sub(payload, 0, NEAR + 16)) != 0;
}

static bool entry_like(struct span s)
{
    return s.n >= ENTRY && ascii_upper(s.p[0]) && (ascii_upper(s.p[1]) || ascii_digit(s.p[1])) &&
           digits(span_sub(s, 2, ENTRY)) == 8;
}

/* Issuer, versions and entries as far as they are there; gives what follows them. */
static struct span behind_header(struct span in, struct aamva *a)
{
    size_t at = issuer_at(in), n = digits(span_sub(in, at, in.n));

    if (at == 0)
        return in;
    memcpy(a->issuer, in.p + at, 6);
    if (n >= 8)
        a->version = (uint8_t)((in.p[at + 6] - '0') * 10 + in.p[at + 7] - '0');
    if (n >= 12 && a->version > 1)
        a->jurisdiction_version = (uint8_t)((in.p[at + 8] - '0') * 10 + in.p[at + 9] - '0');
    for (at += n; entry_like(span_sub(in, at, in.n)); at += ENTRY)
        if (a->n_subfiles < AAMVA_SUBFILES)
            memcpy(a->subfile[a->n_subfiles++].type, in.p + at, 2);
    return span_sub(in, at, in.n);
}

/* Elements of the issuer's own begin with Z. */
static bool known(const struct aamva *a, struct span s)
{
    if (s.n < ID)
        return false;
    return aamva_form_of(s.p, a->version) != AAMVA_UNKNOWN;
}

static bool own(struct span s)
{
    return s.n >= ID && s.p[0] == 'Z' && ascii_upper(s.p[1]) && (ascii_upper(s.p[2]) || ascii_digit(s.p[2]));
}

static void add(struct aamva *a, size_t subfile, struct span id, struct span value)
{
    struct aamva_element *e = &a->element[a->n_elements];
    struct span seen;

    if (a->n_elements == AAMVA_ELEMENTS || id.n != ID)
        return;
    memcpy(e->id, id.p, ID);
    e->id[ID] = 0;
    if (aamva_get(a, e->id, &seen))
        return;
    e->subfile = (uint8_t)subfile;
    e->value = value;
    a->n_elements++;
}

/* The type of a subfile at the beginning of s is passed over when an element follows it. */
static struct span behind_type(const struct aamva *a, struct span s, size_t *subfile)
{
    struct span rest = span_sub(s, 2, s.n);

    for (size_t i = 0; i < a->n_subfiles; i++)
        if (s.n >= 2 && memcmp(s.p, a->subfile[i].type, 2) == 0 && (known(a, rest) || own(rest))) {
            *subfile = i;
            return rest;
        }
    return (span_starts(s, SPAN("DL")) || span_starts(s, SPAN("ID"))) && known(a, rest) ? rest : s;
}

static size_t part_end(struct span s)
{
    size_t n = 0;

    while (n < s.n && s.p[n] >= 0x20)
        n++;
    return n;
}

static void by_separators(struct span s, struct aamva *a)
{
    size_t subfile = 0;

    while (s.n) {
        size_t n = part_end(s);
        struct span part = behind_type(a, span_sub(s, 0, n), &subfile);

        if (known(a, part) || own(part))
            add(a, subfile, span_sub(part, 0, ID), span_sub(part, ID, part.n));
        s = span_sub(s, n + 1, s.n);
    }
}

/* Could an element begin here, given the form of its value? */
static bool begins(const struct aamva *a, struct span s)
{
    struct span value = span_sub(s, ID, s.n);
    enum aamva_form form = s.n < ID ? AAMVA_UNKNOWN : aamva_form_of(s.p, a->version);

    if (form == AAMVA_UNKNOWN || form == AAMVA_TEXT)
        return form == AAMVA_TEXT;
    if (value.n == 0 || value.p[0] == ' ' || known(a, value))
        return true;
    if (form == AAMVA_DATE)
        return digits(span_sub(value, 0, 8)) == 8;
    return value.n == 1 || value.p[1] == ' ' || known(a, span_sub(value, 1, value.n));
}

static size_t next_beginning(const struct aamva *a, struct span s, size_t from)
{
    while (from < s.n && !begins(a, span_sub(s, from, s.n)))
        from++;
    return from;
}

/* How often each identifier could begin an element; all known ones begin with D. */
enum { COUNTS = 26 * 26 };

static size_t place(const uint8_t *id)
{
    return (size_t)(id[1] - 'A') * 26 + (size_t)(id[2] - 'A');
}

static void count(const struct aamva *a, struct span s, uint16_t times[COUNTS])
{
    memset(times, 0, COUNTS * sizeof *times);
    for (size_t i = next_beginning(a, s, 0); i < s.n; i = next_beginning(a, s, i + 1))
        times[place(s.p + i)]++;
}

/* Each element ends where the next one begins; one next to an identifier that is there twice is no evidence.
 */
static void by_identifiers(struct span s, struct aamva *a)
{
    uint16_t times[COUNTS];
    size_t subfile = 0, at;
    bool clear;

    s = behind_type(a, s, &subfile);
    count(a, s, times);
    at = next_beginning(a, s, 0);
    clear = at < s.n && times[place(s.p + at)] == 1;
    while (at < s.n) {
        size_t next = next_beginning(a, s, at + 1);
        bool next_clear = next >= s.n || (next >= at + ID && times[place(s.p + next)] == 1);

        if (clear && next_clear)
            add(a, subfile, span_sub(s, at, at + ID), span_sub(s, at + ID, next));
        at = next;
        clear = next_clear;
    }
}

bool aamva_recover(struct span payload, struct aamva *out)
{
    struct span s;

    memset(out, 0, sizeof *out);
    out->best_effort = true;
    s = behind_header(span_sub(payload, 0, LIMIT_AAMVA), out);
    while (s.n && s.p[s.n - 1] < 0x20)
        s.n--;
    if (part_end(s) < s.n)
        by_separators(s, out);
    else
        by_identifiers(s, out);
    return out->n_elements > 0;
}

#include "wire/licence_data.h"

#include "base/text.h"
#include "wire/licence_internal.h"

enum { LATIN_MAX = 150 }; /* characters */

void licence_note(struct licence_data *l, enum licence_finding what, struct span element, const uint8_t *p,
                  int privilege)
{
    struct licence_note *n = &l->note[l->n_notes];

    for (size_t i = 0; privilege < 0 && i < l->n_notes; i++)
        if (l->note[i].what == what && l->note[i].privilege < 0 && span_eq(l->note[i].element, element))
            return;
    if (l->n_notes == LIMIT_LICENCE_NOTES) {
        l->notes_lost++;
        return;
    }
    n->what = what;
    n->element = element;
    n->offset = l->file.p && p >= l->file.p && p <= l->file.p + l->file.n ? (size_t)(p - l->file.p) : 0;
    n->privilege = privilege;
    l->n_notes++;
}

/* --- kinds of values; each judges, and gives what is usable --- */

enum kind {
    LATIN,
    NOT_EMPTY, /* latin, and at least one character */
    NATIONAL,
    FULL_DATE,
    ANY_DATE,
    TDATE,
    COUNTRY,
    JURISDICTION,
    SIGN,
    PICTURE,
    BYTES,
    NUMBER,
    SEX,
};

enum licence_date licence_full_date(struct span value, struct date *out)
{
    struct cbor c = cbor_of(value);
    struct span s;

    if (cbor_peek(&c) != CBOR_TAG || cbor_tag(&c) != CBOR_TAG_FULL_DATE)
        return LICENCE_DATE_TYPE;
    s = cbor_text(&c);
    if (!cbor_finish(&c, NULL, NULL))
        return LICENCE_DATE_TYPE;
    if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-')
        return LICENCE_DATE_VALUE;
    for (size_t i = 0; i < s.n; i++)
        if (i != 4 && i != 7 && !ascii_digit(s.p[i]))
            return LICENCE_DATE_VALUE;
    return date_parse(s, out) ? LICENCE_DATE_OK : LICENCE_DATE_DATE;
}

/* Date and time in UTC to the second, without a fraction (tag 0, 18013-5 12.3.4). */
static enum licence_date tdate(struct span value, unix_time *out)
{
    static const char form[] = "dddd-dd-ddTdd:dd:ddZ";
    struct cbor c = cbor_of(value);
    struct span s;

    if (cbor_peek(&c) != CBOR_TAG || cbor_tag(&c) != CBOR_TAG_TDATE)
        return LICENCE_DATE_TYPE;
    s = cbor_text(&c);
    if (!cbor_finish(&c, NULL, NULL))
        return LICENCE_DATE_TYPE;
    if (s.n != sizeof form - 1)
        return LICENCE_DATE_VALUE;
    for (size_t i = 0; i < s.n; i++)
        if (form[i] == 'd' ? !ascii_digit(s.p[i]) : s.p[i] != (uint8_t)form[i])
            return LICENCE_DATE_VALUE;
    return time_parse(s, out) ? LICENCE_DATE_OK : LICENCE_DATE_DATE;
}

/* Text of ISO 8859-1, graphic characters only. */
static bool latin(struct span s)
{
    struct reader r = rd_of(s);
    size_t n = 0;

    while (rd_left(&r)) {
        uint32_t cp = utf8_next(&r);

        if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp > 0xff || ++n > LATIN_MAX)
            return false;
    }
    return true;
}

static bool capitals(struct span s, size_t least, size_t most)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_upper(s.p[i]))
            return false;
    return s.n >= least && s.n <= most;
}

/* ISO 3166-2: country, hyphen, one to three letters or digits. */
static bool jurisdiction(struct span s)
{
    if (s.n < 4 || s.n > 6 || !capitals(span_sub(s, 0, 2), 2, 2) || s.p[2] != '-')
        return false;
    for (size_t i = 3; i < s.n; i++)
        if (!ascii_upper(s.p[i]) && !ascii_digit(s.p[i]))
            return false;
    return true;
}

/* JPEG, JPEG 2000 as file or as code stream. */
static bool picture(struct span s)
{
    return span_starts(s, SPAN("\xff\xd8\xff")) || span_starts(s, SPAN("\0\0\0\x0cjP  \r\n\x87\n")) ||
           span_starts(s, SPAN("\xff\x4f\xff\x51"));
}

static bool text_holds(enum kind k, struct span s)
{
    switch (k) {
    case LATIN:
        return latin(s);
    case NOT_EMPTY:
        return s.n && latin(s);
    case COUNTRY:
        return capitals(s, 2, 2);
    case JURISDICTION:
        return jurisdiction(s);
    case SIGN:
        return capitals(s, 0, 3);
    case NATIONAL:
        return utf8_valid_to(s) == s.n;
    case FULL_DATE:
    case ANY_DATE:
    case TDATE:
    case PICTURE:
    case BYTES:
    case NUMBER:
    case SEX:
        break;
    }
    return false;
}

/* --- the elements --- */

enum { NOWHERE = -1 };

#define AT(member) ((int)offsetof(struct licence_data, member))

#define NAME(text)                                                                                           \
    {                                                                                                        \
        (const uint8_t *)(text), sizeof(text) - 1                                                            \
    }

static const struct element {
    struct span name;
    enum kind kind;
    int span_at, date_at; /* where the value goes in struct licence_data */
} elements[] = {
    { NAME("family_name"), LATIN, AT(family_name), NOWHERE },
    { NAME("given_name"), LATIN, AT(given_name), NOWHERE },
    { NAME("birth_date"), FULL_DATE, NOWHERE, AT(birth_date) },
    { NAME("issue_date"), ANY_DATE, NOWHERE, AT(issue_date) },
    { NAME("expiry_date"), ANY_DATE, NOWHERE, AT(expiry_date) },
    { NAME("issuing_country"), COUNTRY, AT(issuing_country), NOWHERE },
    { NAME("issuing_authority"), NOT_EMPTY, AT(issuing_authority), NOWHERE },
    { NAME("document_number"), NOT_EMPTY, AT(document_number), NOWHERE },
    { NAME("portrait"), PICTURE, AT(portrait), NOWHERE },
    { NAME("un_distinguishing_sign"), SIGN, AT(un_distinguishing_sign), NOWHERE },
    { NAME("issuing_jurisdiction"), JURISDICTION, AT(issuing_jurisdiction), NOWHERE },
    { NAME("nationality"), COUNTRY, AT(nationality), NOWHERE },
    { NAME("sex"), SEX, NOWHERE, NOWHERE },
    { NAME("administrative_number"), LATIN, NOWHERE, NOWHERE },
    { NAME("height"), NUMBER, NOWHERE, NOWHERE },
    { NAME("weight"), NUMBER, NOWHERE, NOWHERE },
    { NAME("eye_colour"), LATIN, NOWHERE, NOWHERE },
    { NAME("hair_colour"), LATIN, NOWHERE, NOWHERE },
    { NAME("birth_place"), LATIN, NOWHERE, NOWHERE },
    { NAME("resident_address"), LATIN, NOWHERE, NOWHERE },
    { NAME("resident_city"), LATIN, NOWHERE, NOWHERE },
    { NAME("resident_state"), LATIN, NOWHERE, NOWHERE },
    { NAME("resident_postal_code"), LATIN, NOWHERE, NOWHERE },
    { NAME("resident_country"), COUNTRY, NOWHERE, NOWHERE },
    { NAME("age_in_years"), NUMBER, NOWHERE, NOWHERE },
    { NAME("age_birth_year"), NUMBER, NOWHERE, NOWHERE },
    { NAME("portrait_capture_date"), TDATE, NOWHERE, NOWHERE },
    { NAME("signature_usual_mark"), BYTES, NOWHERE, NOWHERE },
    { NAME("family_name_national_character"), NATIONAL, NOWHERE, NOWHERE },
    { NAME("given_name_national_character"), NATIONAL, NOWHERE, NOWHERE },
};

static void put_span(struct licence_data *l, const struct element *e, struct span s)
{
    if (e->span_at != NOWHERE)
        memcpy((uint8_t *)l + e->span_at, &s, sizeof s);
    l->has_sign |= e->kind == SIGN;
}

static enum licence_date read_date(struct licence_data *l, const struct element *e, struct span value)
{
    struct date d = { 0 };
    unix_time t = 0;
    enum licence_date is = e->kind == TDATE ? LICENCE_DATE_TYPE : licence_full_date(value, &d);

    if (is == LICENCE_DATE_OK) {
        t = time_of_date(d) + 86399;
    } else if (is == LICENCE_DATE_TYPE && e->kind != FULL_DATE) {
        is = tdate(value, &t);
        d = date_of_time(t);
    }
    if (is == LICENCE_DATE_OK && e->date_at != NOWHERE) {
        memcpy((uint8_t *)l + e->date_at, &d, sizeof d);
        if (e->date_at == AT(expiry_date))
            l->expiry_time = t;
    }
    return is;
}

/* 0, 1, 2 or 9 (ISO/IEC 5218). */
static bool read_sex(struct licence_data *l, uint64_t v)
{
    if (v != 0 && v != 1 && v != 2 && v != 9)
        return false;
    l->sex = (int)v;
    return true;
}

enum verdict { FITS, WRONG_TYPE, WRONG_VALUE, WRONG_DATE };

static enum verdict read_element(struct licence_data *l, const struct element *e, struct span value)
{
    static const enum verdict of_date[] = { FITS, WRONG_TYPE, WRONG_VALUE, WRONG_DATE };
    struct cbor c = cbor_of(value);
    bool number = e->kind == NUMBER || e->kind == SEX, bytes = e->kind == PICTURE || e->kind == BYTES;
    struct span s = { NULL, 0 };
    uint64_t v = 0;

    if (e->kind == FULL_DATE || e->kind == ANY_DATE || e->kind == TDATE)
        return of_date[read_date(l, e, value)];
    if (number)
        v = cbor_uint(&c);
    else
        s = bytes ? cbor_bytes(&c) : cbor_text(&c);
    if (!cbor_finish(&c, NULL, NULL))
        return WRONG_TYPE;
    if (e->kind == SEX)
        return read_sex(l, v) ? FITS : WRONG_VALUE;
    if (!number && e->kind != BYTES && !(e->kind == PICTURE ? picture(s) : text_holds(e->kind, s)))
        return WRONG_VALUE;
    if (!number)
        put_span(l, e, s);
    return FITS;
}

/* age_over_NN, the nearest attestation (18013-5 13.4.3): a yes or no. */
static bool age_over(struct licence_data *l, struct span name, struct span value)
{
    struct cbor c = cbor_of(value);
    unsigned years;
    bool yes;

    if (name.n != 11 || !span_starts(name, SPAN("age_over_")) || !ascii_digit(name.p[9]) ||
        !ascii_digit(name.p[10]))
        return false;
    years = (unsigned)(name.p[9] - '0') * 10 + (unsigned)(name.p[10] - '0');
    yes = cbor_bool(&c);
    if (!cbor_finish(&c, NULL, NULL))
        licence_note(l, LICENCE_DATA_TYPE, name, value.p, -1);
    else
        l->age_over[years] = yes ? 2 : 1;
    return true;
}

void licence_data_begin(struct licence_data *l, struct span file)
{
    memset(l, 0, offsetof(struct licence_data, privilege)); /* of the arrays only what is counted is read */
    l->file = file;
    l->sex = -1;
}

void licence_data_element(struct licence_data *l, struct span name, struct span value)
{
    if (span_eq(name, SPAN("driving_privileges"))) {
        licence_read_privileges(l, name, value);
        return;
    }
    if (age_over(l, name, value))
        return;
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++) {
        enum verdict v;

        if (!span_eq(name, elements[i].name))
            continue;
        v = read_element(l, &elements[i], value);
        if (v != FITS)
            licence_note(l,
                         v == WRONG_TYPE    ? LICENCE_DATA_TYPE
                         : v == WRONG_VALUE ? LICENCE_DATA_VALUE
                                            : LICENCE_DATA_DATE,
                         name, value.p, -1);
        return;
    }
}

/* --- what they say about each other --- */

static bool same_letters(struct span a, struct span b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if ((a.p[i] | 0x20) != (b.p[i] | 0x20))
            return false;
    return true;
}

/* 13.4.2: issuing_country is C of the document signer, issuing_jurisdiction its ST if it has one, and within
 * the country. An element that is not usable has its finding already. */
static void judge_country(struct licence_data *l, const struct licence_context *c)
{
    struct span country = l->issuing_country, place = l->issuing_jurisdiction;

    if (country.n && c->country.n && !same_letters(country, c->country))
        licence_note(l, LICENCE_COUNTRY_MISMATCH, SPAN("issuing_country"), country.p, -1);
    if (place.n && ((country.n && !span_starts(place, country)) ||
                    (c->country.n && !same_letters(span_sub(place, 0, 2), c->country)) ||
                    (c->state.n && !same_letters(place, c->state))))
        licence_note(l, LICENCE_COUNTRY_MISMATCH, SPAN("issuing_jurisdiction"), place.p, -1);
}

/* Nothing is said about a State that is not in the table: it may have no sign of its own. */
static void judge_sign(struct licence_data *l)
{
    const char *sign = licence_sign_of(l->issuing_country);

    if (l->has_sign && sign && !span_eq_str(l->un_distinguishing_sign, sign))
        licence_note(l, LICENCE_SIGN_MISMATCH, SPAN("un_distinguishing_sign"), l->un_distinguishing_sign.p,
                     -1);
}

void licence_data_end(struct licence_data *l, const struct licence_context *c)
{
    bool expires = date_is_set(l->expiry_date);

    if (expires && date_is_set(l->issue_date) && date_cmp(l->expiry_date, l->issue_date) < 0)
        licence_note(l, LICENCE_DATA_DATE, SPAN("expiry_date"), NULL, -1);
    judge_country(l, c);
    judge_sign(l);
    if (expires && c->now > l->expiry_time)
        licence_note(l, LICENCE_EXPIRED, SPAN("expiry_date"), NULL, -1);
    licence_judge_privileges(l, c->now);
}

void licence_data_of(const struct mdoc_document *d, struct span file, const struct licence_context *c,
                     struct licence_data *out)
{
    licence_data_begin(out, file);
    for (size_t i = 0; i < d->n_items; i++)
        if (span_eq(d->item[i].ns, SPAN("org.iso.18013.5.1")))
            licence_data_element(out, d->item[i].id, d->item[i].value);
    licence_data_end(out, c);
}

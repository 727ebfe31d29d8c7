/* Licences of plastic: lines and barcodes without a signature. They can be well formed, and prove nothing. */
#include "base/text.h"
#include "check/inspect_parts.h"
#include "wire/aamva.h"
#include "wire/licence_mrz.h"
#include "wire/mrz_codes.h"

static void put_date(struct json_writer *w, const char *key, struct date d)
{
    char text[DATE_TEXT];

    jw_str(w, key, date_is_set(d) ? date_format(d, text) : NULL);
}

static void expired(struct inspection *in, struct date last, size_t offset)
{
    if (date_is_set(last) && date_cmp(date_of_time(in->opt->at), last) > 0)
        finding_add(in->findings, FINDING_WARNING, "LICENCE_EXPIRED", offset, NULL,
                    "the licence says that it has expired");
}

/* --- lines --- */

/* That the sizes are those of Doc 9303 and the fields are not, which readers of travel documents must know.
 */
static void note_national_layout(struct inspection *in)
{
    struct why w = { 0 };
    struct mrz m;

    if (!mrz_parse(in->bytes, in->opt->at, &m, &w) && strcmp(w.reason, "national-layout") == 0)
        finding_add(in->findings, FINDING_NOTE, w.reason, w.offset, w.clause, "%s", w.detail);
}

static void put_lines(struct json_writer *w, const struct licence_mrz *m)
{
    size_t at = 0;

    jw_array(w, "lines");
    for (size_t i = 0; i < m->lines; at += m->width[i], i++)
        jw_text(w, NULL, span_of(m->zone + at, m->width[i]));
    jw_array_end(w);
}

static void put_france(struct inspection *in, const struct licence_mrz *m)
{
    struct json_writer *w = &in->fields;
    struct date last = mrz_date_whole(m->expiry);

    jw_str(w, "expiry", m->expiry_digits);
    put_date(w, "expiry_date", last);
    jw_str(w, "name", m->primary);
    jw_object(w, "checks");
    jw_str(w, "number", "ok");
    jw_str(w, "composite", "ok");
    jw_object_end(w);
    expired(in, last, (size_t)m->line_at[0] + 15);
}

static void put_netherlands(struct inspection *in, const struct licence_mrz *m)
{
    struct json_writer *w = &in->fields;

    jw_str(w, "configuration", m->version);
    jw_object(w, "checks");
    jw_str(w, "composite", "ok");
    jw_object_end(w);
}

static void put_switzerland(struct inspection *in, const struct licence_mrz *m)
{
    struct json_writer *w = &in->fields;

    jw_str(w, "language", m->language);
    jw_str(w, "pin", m->pin);
    jw_str(w, "version", m->version);
    jw_str(w, "birth", m->birth_digits);
    put_date(w, "birth_date", mrz_date_whole(m->birth));
    jw_str(w, "family_name", m->primary);
    jw_str(w, "given_name", m->secondary);
    finding_add(in->findings, FINDING_NOTE, "no-check-digits", WHY_NO_OFFSET, NULL,
                "lines of this layout have no check digits: compare each character with the card");
}

enum result inspect_licence_mrz(struct inspection *in)
{
    static void (*const put[])(struct inspection *, const struct licence_mrz *) = {
        [LICENCE_MRZ_FRA] = put_france,
        [LICENCE_MRZ_NLD] = put_netherlands,
        [LICENCE_MRZ_CHE] = put_switzerland,
    };
    struct json_writer *w = &in->fields;
    struct licence_mrz m;

    note_national_layout(in);
    if (!licence_mrz_parse(in->bytes, in->opt->at, &m, &in->why))
        return RESULT_MALFORMED;
    jw_str(w, "format", licence_mrz_layout_word(m.layout));
    put_lines(w, &m);
    jw_str(w, "document", m.document);
    jw_str(w, "state", m.state);
    jw_str(w, "issuer_state", state_from_alpha3(span_str(m.state)));
    jw_str(w, "number", m.number);
    put[m.layout](in, &m);
    if (m.name_truncated)
        finding_add(in->findings, FINDING_NOTE, "name-truncated", WHY_NO_OFFSET, NULL,
                    "the field of the name is full: it may go on");
    return RESULT_WELL_FORMED;
}

/* --- barcodes --- */

/* The standard's character set is ISO 8859-1; what is UTF-8 is left as it is. */
static void put_latin(struct json_writer *w, const char *key, struct span s)
{
    struct buffer b;

    if (utf8_valid_to(s) == s.n) {
        jw_text(w, key, s);
        return;
    }
    buf_init(&b, 4 * s.n + 16);
    for (size_t i = 0; i < s.n; i++)
        utf8_put(&b, s.p[i]);
    jw_text(w, key, buf_span(&b));
    buf_free(&b);
}

static void put_dates(struct inspection *in, const struct aamva *a)
{
    static const struct {
        const char *id, *key;
    } dates[] = { { "DBB", "birth_date" }, { "DBD", "issue_date" }, { "DBA", "expiry_date" } };

    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        struct date d = { 0 };
        enum aamva_date_state s = aamva_date(a, dates[i].id, &d);

        put_date(&in->fields, dates[i].key, d);
        if (s == AAMVA_DATE_ILLEGAL)
            finding_add(in->findings, FINDING_WARNING, "illegal-date", WHY_NO_OFFSET, "AAMVA DL/ID Annex D",
                        "%s is no day of the calendar", dates[i].id);
        if (s == AAMVA_DATE_OTHER)
            finding_add(in->findings, FINDING_NOTE, "date-form", WHY_NO_OFFSET, "AAMVA DL/ID Annex D",
                        "%s is written as in another version or country", dates[i].id);
        if (i == 2)
            expired(in, d, WHY_NO_OFFSET);
    }
}

static void put_subfiles(struct json_writer *w, const struct aamva *a)
{
    jw_array(w, "subfiles");
    for (size_t i = 0; i < a->n_subfiles; i++)
        jw_str(w, NULL, a->subfile[i].type);
    jw_array_end(w);
}

/* Elements stand under their own names; of one that two subfiles have, the first. */
static void put_elements(struct json_writer *w, const struct aamva *a)
{
    for (size_t i = 0; i < a->n_elements; i++) {
        struct span first;

        if (aamva_get(a, a->element[i].id, &first) && first.p == a->element[i].value.p)
            put_latin(w, a->element[i].id, a->element[i].value);
    }
}

static void put_aamva(struct inspection *in, const struct aamva *a)
{
    struct json_writer *w = &in->fields;
    struct span family, given, number = { NULL, 0 };

    (void)aamva_get(a, "DAQ", &number);
    aamva_names(a, &family, &given);
    jw_str(w, "format", "AAMVA");
    jw_int(w, "version", a->version);
    jw_str(w, "issuer", a->issuer);
    jw_bool(w, "best_effort", a->best_effort);
    put_subfiles(w, a);
    put_latin(w, "number", text_trim(number));
    put_latin(w, "family_name", family);
    put_latin(w, "given_name", given);
    put_dates(in, a);
    put_elements(w, a);
}

enum result inspect_aamva(struct inspection *in)
{
    struct aamva *a = arena_alloc(in->arena, sizeof *a);

    if (!a) {
        (void)why_set(&in->why, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
        return RESULT_MALFORMED;
    }
    if (aamva_parse(in->bytes, a, &in->why)) {
        put_aamva(in, a);
        return RESULT_WELL_FORMED;
    }
    if (aamva_recover(in->bytes, a)) {
        put_aamva(in, a);
        finding_add(in->findings, FINDING_WARNING, "best-effort", WHY_NO_OFFSET, NULL,
                    "the fields were picked out of a damaged payload: compare them with the card");
    }
    return RESULT_MALFORMED;
}

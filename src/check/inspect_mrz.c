#include "check/inspect_parts.h"
#include "wire/mrz.h"
#include "wire/mrz_suggest.h"

enum { SUGGESTIONS = 3 };

static void put_zone(struct json_writer *w, const struct mrz *m)
{
    static const char *const sex[] = { "<", "F", "M", "?" };
    char date[MRZ_DATE_TEXT];

    json_str(w, "format", mrz_format_word(m->format));
    json_array(w, "lines");
    for (uint8_t i = 0; i < m->lines; i++) {
        size_t at = (size_t)i * m->width;

        json_text(w, NULL, span_sub(span_str(m->zone), at, at + m->width));
    }
    json_array_end(w);
    json_str(w, "document_code", m->code);
    json_str(w, "issuer", m->issuer);
    json_str(w, "number", m->number);
    json_str(w, "primary", m->primary);
    json_str(w, "secondary", m->secondary);
    json_str(w, "nationality", m->nationality);
    json_str(w, "birth", mrz_date_format(m->birth, date));
    json_str(w, "sex", sex[m->sex]);
    json_str(w, "expiry", mrz_date_format(m->expiry, date));
    json_str(w, "optional1", m->optional1);
    json_str(w, "optional2", m->optional2);
    json_object(w, "checks");
    for (enum mrz_check_field f = MRZ_NUMBER; f < MRZ_CHECKS; f++)
        if (m->check[f] != MRZ_CHECK_NONE)
            json_str(w, mrz_check_field_word(f), mrz_check_word(m->check[f]));
    json_object_end(w);
    json_object(w, "dates");
    json_str(w, "birth", mrz_date_word(m->birth.state));
    json_str(w, "expiry", mrz_date_word(m->expiry.state));
    json_object_end(w);
    json_bool(w, "all_checks_ok", mrz_checks_ok(m));
    json_bool(w, "specimen", m->specimen);
    json_bool(w, "name_truncated", m->name_truncated);
    json_bool(w, "long_number", m->long_number);
}

static void put_suggestions(struct inspection *in)
{
    struct mrz_suggestion s[SUGGESTIONS];
    size_t n = mrz_suggest(in->bytes, in->opt->at, s, SUGGESTIONS);
    struct json_writer *w = &in->fields;

    if (n == 0)
        return;
    json_array(w, "suggestions");
    for (size_t i = 0; i < n; i++) {
        json_object(w, NULL);
        json_str(w, "zone", s[i].zone);
        json_bool(w, "ambiguous", n > 1);
        json_array(w, "changes");
        for (size_t k = 0; k < s[i].n; k++) {
            json_object(w, NULL);
            json_int(w, "position", s[i].change[k].pos);
            json_text(w, "from", span_of(&s[i].change[k].from, 1));
            json_text(w, "to", span_of(&s[i].change[k].to, 1));
            json_object_end(w);
        }
        json_array_end(w);
        json_object_end(w);
    }
    json_array_end(w);
}

/* Lines that read well are well-formed and prove nothing; a bad digit means misread or altered, never forged. */
enum result inspect_mrz(struct inspection *in)
{
    struct mrz m;

    if (!mrz_parse(in->bytes, in->opt->at, &m, &in->why)) {
        put_suggestions(in);
        return RESULT_MALFORMED;
    }
    put_zone(&in->fields, &m);
    if (mrz_all_ok(&m)) {
        mrz_findings(&m, in->findings, NULL);
        return RESULT_WELL_FORMED;
    }
    mrz_findings(&m, in->findings, &in->why);
    put_suggestions(in);
    return RESULT_MALFORMED;
}

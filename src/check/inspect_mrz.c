#include "check/inspect_parts.h"
#include "wire/mrz.h"
#include "wire/mrz_suggest.h"

enum { SUGGESTIONS = 3 };

static void put_zone(struct json_writer *w, const struct mrz *m)
{
    static const char *const sex[] = { "<", "F", "M", "?" };
    char date[MRZ_DATE_TEXT];

    jw_str(w, "format", mrz_format_word(m->format));
    jw_array(w, "lines");
    for (uint8_t i = 0; i < m->lines; i++) {
        size_t at = (size_t)i * m->width;

        jw_text(w, NULL, span_sub(span_str(m->zone), at, at + m->width));
    }
    jw_array_end(w);
    jw_str(w, "document_code", m->code);
    jw_str(w, "issuer", m->issuer);
    jw_str(w, "number", m->number);
    jw_str(w, "primary", m->primary);
    jw_str(w, "secondary", m->secondary);
    jw_str(w, "nationality", m->nationality);
    jw_str(w, "birth", mrz_date_format(m->birth, date));
    jw_str(w, "sex", sex[m->sex]);
    jw_str(w, "expiry", mrz_date_format(m->expiry, date));
    jw_str(w, "optional1", m->optional1);
    jw_str(w, "optional2", m->optional2);
    jw_object(w, "checks");
    for (enum mrz_check_field f = MRZ_NUMBER; f < MRZ_CHECKS; f++)
        if (m->check[f] != MRZ_CHECK_NONE)
            jw_str(w, mrz_check_field_word(f), mrz_check_word(m->check[f]));
    jw_object_end(w);
    jw_object(w, "dates");
    jw_str(w, "birth", mrz_date_word(m->birth.state));
    jw_str(w, "expiry", mrz_date_word(m->expiry.state));
    jw_object_end(w);
    jw_bool(w, "all_checks_ok", mrz_checks_ok(m));
    jw_bool(w, "specimen", m->specimen);
    jw_bool(w, "name_truncated", m->name_truncated);
    jw_bool(w, "long_number", m->long_number);
}

/* Each change with the line as it would be; a suggestion with several changes has as many entries of one
 * number. */
static void put_suggestions(struct inspection *in, const struct mrz *m)
{
    struct mrz_suggestion s[SUGGESTIONS];
    size_t n = mrz_suggest(in->bytes, in->opt->at, s, SUGGESTIONS, NULL);
    struct json_writer w = json_to(&in->suggestions);
    size_t width = m->width;

    jw_array(&w, NULL);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < s[i].n_changes; k++) {
            const struct mrz_change *c = &s[i].change[k];
            size_t line = c->pos / width;

            jw_object(&w, NULL);
            jw_int(&w, "suggestion", (int64_t)i + 1);
            jw_int(&w, "line", (int64_t)line + 1);
            jw_int(&w, "column", (int64_t)(c->pos % width) + 1);
            jw_text(&w, "read", span_of(&c->from, 1));
            jw_text(&w, "meant", span_of(&c->to, 1));
            jw_text(&w, "text", span_sub(span_str(s[i].zone), line * width, (line + 1) * width));
            jw_bool(&w, "confirmed", c->confirmed);
            jw_bool(&w, "ambiguous", s[i].ambiguous);
            jw_object_end(&w);
        }
    }
    jw_array_end(&w);
}

/* Lines that read well are well-formed and prove nothing; a bad digit means misread or altered, never forged.
 */
enum result inspect_mrz(struct inspection *in)
{
    struct mrz m;

    if (!mrz_parse(in->bytes, in->opt->at, &m, &in->why)) {
        return RESULT_MALFORMED;
    }
    put_zone(&in->fields, &m);
    if (mrz_all_ok(&m)) {
        mrz_findings(&m, in->findings, NULL);
        return RESULT_WELL_FORMED;
    }
    mrz_findings(&m, in->findings, &in->why);
    put_suggestions(in, &m);
    return RESULT_MALFORMED;
}

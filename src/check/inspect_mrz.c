#include "check/inspect_parts.h"
#include "wire/mrz_json.h"

enum { SUGGESTIONS = 3 };

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
    mrz_json_members(&in->fields, &m);
    if (mrz_all_ok(&m)) {
        mrz_findings(&m, in->findings, NULL);
        return RESULT_WELL_FORMED;
    }
    mrz_findings(&m, in->findings, &in->why);
    put_suggestions(in, &m);
    return RESULT_MALFORMED;
}

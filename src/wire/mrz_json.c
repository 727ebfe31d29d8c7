#include "wire/mrz_json.h"

#include "wire/mrz_codes.h"
#include "wire/mrz_layout.h"

static void lines(struct json_writer *w, const char *zone, enum mrz_format f)
{
    const struct mrz_layout *l = &mrz_layouts[f];

    jw_array(w, "lines");
    for (size_t i = 0; i < l->lines; i++)
        jw_text(w, NULL, span_of(zone + i * l->width, l->width));
    jw_array_end(w);
}

static void date(struct json_writer *w, const char *key, struct mrz_date d)
{
    char text[MRZ_DATE_TEXT];

    jw_str(w, key, d.state == MRZ_DATE_ILLEGAL ? NULL : mrz_date_format(d, text));
}

static void checks(struct json_writer *w, const struct mrz *m)
{
    jw_object(w, "checks");
    for (size_t i = 0; i < MRZ_CHECKS; i++)
        if (m->check[i] != MRZ_CHECK_NONE)
            jw_str(w, mrz_check_field_word((enum mrz_check_field)i), mrz_check_word(m->check[i]));
    jw_object_end(w);
    jw_bool(w, "checks_ok", mrz_checks_ok(m));
    jw_object(w, "dates");
    jw_str(w, "birth", mrz_date_word(m->birth.state));
    jw_str(w, "expiry", mrz_date_word(m->expiry.state));
    jw_object_end(w);
}

void mrz_json_members(struct json_writer *w, const struct mrz *m)
{
    static const char *const sex[] = { "unspecified", "F", "M", NULL };

    jw_str(w, "format", mrz_format_word(m->format));
    lines(w, m->zone, m->format);
    jw_str(w, "code", m->code);
    jw_str(w, "issuer", m->issuer);
    jw_str(w, "issuer_state", state_from_alpha3(span_str(m->issuer)));
    jw_str(w, "number", m->number);
    jw_str(w, "primary", m->primary);
    jw_str(w, "secondary", m->secondary);
    jw_bool(w, "name_truncated", m->name_truncated);
    jw_str(w, "nationality", m->nationality);
    jw_str(w, "nationality_state", state_from_alpha3(span_str(m->nationality)));
    date(w, "birth", m->birth);
    jw_str(w, "sex", sex[m->sex]);
    date(w, "expiry", m->expiry);
    jw_str(w, "optional1", m->optional1);
    if (m->format == MRZ_TD1)
        jw_str(w, "optional2", m->optional2);
    checks(w, m);
    jw_bool(w, "all_ok", mrz_all_ok(m));
    jw_bool(w, "specimen", m->specimen);
}

void mrz_json(struct json_writer *w, const char *key, const struct mrz *m)
{
    jw_object(w, key);
    mrz_json_members(w, m);
    jw_object_end(w);
}

void mrz_suggestion_json(struct json_writer *w, const char *key, const struct mrz_suggestion *s,
                         enum mrz_format f)
{
    jw_object(w, key);
    lines(w, s->zone, f);
    jw_int(w, "cost", s->cost);
    jw_bool(w, "ambiguous", s->ambiguous);
    jw_array(w, "changes");
    for (size_t i = 0; i < s->n_changes; i++) {
        jw_object(w, NULL);
        jw_int(w, "offset", s->change[i].offset);
        jw_text(w, "from", span_of(&s->change[i].from, 1));
        jw_text(w, "to", span_of(&s->change[i].to, 1));
        jw_bool(w, "confirmed", s->change[i].confirmed);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_object_end(w);
}

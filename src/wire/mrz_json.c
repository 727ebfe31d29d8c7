#include "wire/mrz_json.h"

#include "wire/mrz_codes.h"
#include "wire/mrz_layout.h"

static void lines(struct json_writer *w, const char *zone, enum mrz_format f)
{
    const struct mrz_layout *l = &mrz_layouts[f];

    json_array(w, "lines");
    for (size_t i = 0; i < l->lines; i++)
        json_text(w, NULL, span_of(zone + i * l->width, l->width));
    json_array_end(w);
}

static void date(struct json_writer *w, const char *key, struct mrz_date d)
{
    char text[MRZ_DATE_TEXT];

    json_str(w, key, d.state == MRZ_DATE_ILLEGAL ? NULL : mrz_date_format(d, text));
}

static void checks(struct json_writer *w, const struct mrz *m)
{
    json_object(w, "checks");
    for (size_t i = 0; i < MRZ_CHECKS; i++)
        if (m->check[i] != MRZ_CHECK_NONE)
            json_str(w, mrz_check_field_word((enum mrz_check_field)i), mrz_check_word(m->check[i]));
    json_object_end(w);
    json_bool(w, "checks_ok", mrz_checks_ok(m));
    json_object(w, "dates");
    json_str(w, "birth", mrz_date_word(m->birth.state));
    json_str(w, "expiry", mrz_date_word(m->expiry.state));
    json_object_end(w);
}

void mrz_json(struct json_writer *w, const char *key, const struct mrz *m)
{
    static const char *const sex[] = { "unspecified", "F", "M", NULL };

    json_object(w, key);
    json_str(w, "format", mrz_format_word(m->format));
    lines(w, m->zone, m->format);
    json_str(w, "code", m->code);
    json_str(w, "issuer", m->issuer);
    json_str(w, "issuer_state", state_from_alpha3(span_str(m->issuer)));
    json_str(w, "number", m->number);
    json_str(w, "primary", m->primary);
    json_str(w, "secondary", m->secondary);
    json_bool(w, "name_truncated", m->name_truncated);
    json_str(w, "nationality", m->nationality);
    json_str(w, "nationality_state", state_from_alpha3(span_str(m->nationality)));
    date(w, "birth", m->birth);
    json_str(w, "sex", sex[m->sex]);
    date(w, "expiry", m->expiry);
    json_str(w, "optional1", m->optional1);
    if (m->format == MRZ_TD1)
        json_str(w, "optional2", m->optional2);
    checks(w, m);
    json_bool(w, "all_ok", mrz_all_ok(m));
    json_bool(w, "specimen", m->specimen);
    json_object_end(w);
}

void mrz_suggestion_json(struct json_writer *w, const char *key, const struct mrz_suggestion *s,
                         enum mrz_format f)
{
    json_object(w, key);
    lines(w, s->zone, f);
    json_int(w, "cost", s->cost);
    json_bool(w, "ambiguous", s->ambiguous);
    json_array(w, "changes");
    for (size_t i = 0; i < s->n_changes; i++) {
        json_object(w, NULL);
        json_int(w, "offset", s->change[i].offset);
        json_text(w, "from", span_of(&s->change[i].from, 1));
        json_text(w, "to", span_of(&s->change[i].to, 1));
        json_bool(w, "confirmed", s->change[i].confirmed);
        json_object_end(w);
    }
    json_array_end(w);
    json_object_end(w);
}

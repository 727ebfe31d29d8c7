#include "check/fields.h"

#include "wire/json.h"

static bool read_one(const struct json *j, json_ref v, const struct request_field *f, struct arena *a)
{
    switch (f->type) {
    case FIELD_TEXT:
        return json_text_of(j, v, a, f->to);
    case FIELD_NUMBER:
        return json_int64(j, v, f->to);
    case FIELD_YES:
        return (json_boolean)(j, v, f->to);
    }
    return false;
}

bool request_fields(struct span text, const struct request_field *f, size_t n, struct arena *a, struct why *w)
{
    struct json j;

    if (!json_parse(text, a, &j, w))
        return false;
    if (!json_is(&j, JSON_ROOT, JSON_KIND_OBJECT))
        return why_set(w, "request", 0, NULL, "the request is no object");
    for (json_ref m = json_first(&j, JSON_ROOT); m != JSON_NONE; m = json_after(&j, JSON_ROOT, m)) {
        size_t i = 0;

        while (i < n && !json_text_is(&j, m, f[i].name))
            i++;
        if (i == n)
            return why_set(w, "request", json_offset(&j, m), NULL,
                           "the request has a member that is not known there");
        if (!read_one(&j, json_value_of(&j, m), &f[i], a))
            return why_set(w, "request", json_offset(&j, m), NULL, "\"%s\" is not of its type", f[i].name);
    }
    return true;
}

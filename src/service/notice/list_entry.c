#include "service/notice/list_entry.h"

#include <stdio.h>

#include "base/text.h"

struct span list_entry_first(const struct list_entry *e, const char *property)
{
    for (size_t i = 0; i < e->n; i++)
        if (span_eq_str(e->value[i].property, property))
            return e->value[i].text;
    return (struct span){ NULL, 0 };
}

struct span list_entry_caption(const struct list_entry *e)
{
    static const char *const order[] = { "name", "alias", "previousName", "weakAlias" };
    struct span s = { NULL, 0 };

    for (size_t i = 0; i < sizeof order / sizeof *order && s.n == 0; i++)
        s = list_entry_first(e, order[i]);
    return s;
}

bool list_value_name(const struct list_value *v, enum names_alias *alias)
{
    static const char *const names[] = { "name", "alias", "previousName", "weakAlias" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (span_eq_str(v->property, names[i])) {
            *alias = v->weak || i == 3 ? NAMES_WEAK : NAMES_FULL;
            return true;
        }
    return false;
}

enum names_schema list_entry_schema(const struct list_entry *e)
{
    return span_eq_str(e->schema, "Person") ? NAMES_PERSON : NAMES_ORGANIZATION;
}

/* "1968/1972": every year between, as far as there is room. */
static void put_range(struct names_about *a, struct span s)
{
    uint64_t from, to;
    char year[8];

    if (s.n != 9 || s.p[4] != '/' || !text_number(span_sub(s, 0, 4), 9999, &from) ||
        !text_number(span_sub(s, 5, 9), 9999, &to))
        return;
    for (uint64_t y = from; y <= to && y - from < NAMES_DATES; y++) {
        (void)snprintf(year, sizeof year, "%llu", (unsigned long long)y);
        names_about_dates(a, span_str(year));
    }
}

static void put_date(struct names_about *a, const struct list_value *v)
{
    uint8_t text[32] = "~";

    if (memchr(v->text.p ? v->text.p : text, '/', v->text.n)) {
        put_range(a, v->text);
    } else if (v->about && v->text.p && v->text.n && v->text.n < sizeof text - 1) {
        memcpy(text + 1, v->text.p, v->text.n);
        names_about_dates(a, span_of(text, v->text.n + 1));
    } else {
        names_about_dates(a, v->text);
    }
}

void list_entry_about(const struct list_entry *e, struct names_about *out)
{
    static const char *const countries[] = { "nationality", "citizenship", "country", "jurisdiction",
                                             "flag" };

    *out = (struct names_about){ 0 };
    for (size_t i = 0; i < e->n; i++) {
        const struct list_value *v = &e->value[i];

        if (span_eq_str(v->property, "birthDate"))
            put_date(out, v);
        else if (span_eq_str(v->property, "gender"))
            names_about_sex(out, v->text);
        for (size_t k = 0; k < sizeof countries / sizeof *countries; k++)
            if (span_eq_str(v->property, countries[k]))
                names_about_countries(out, v->text);
    }
}

/* ---- as text ---- */

void list_entry_write(struct buffer *b, const struct list_entry *e)
{
    struct json_writer j = json_to(b);

    jw_object(&j, NULL);
    jw_text(&j, "id", e->id);
    jw_text(&j, "schema", e->schema);
    jw_array(&j, "values");
    for (size_t i = 0; i < e->n; i++) {
        const struct list_value *v = &e->value[i];

        jw_object(&j, NULL);
        jw_text(&j, "p", v->property);
        jw_text(&j, "v", v->text);
        if (v->kind.n)
            jw_text(&j, "kind", v->kind);
        if (v->country.n)
            jw_text(&j, "country", v->country);
        if (v->note.n)
            jw_text(&j, "note", v->note);
        if (v->weak)
            jw_bool(&j, "weak", true);
        if (v->about)
            jw_bool(&j, "about", true);
        jw_object_end(&j);
    }
    jw_array_end(&j);
    jw_object_end(&j);
}

static bool optional(const struct json *j, json_ref v, const char *name, struct arena *a, struct span *out)
{
    json_ref m = json_member(j, v, name);

    return m == JSON_NONE || json_text_of(j, m, a, out);
}

static bool read_value(const struct json *j, json_ref v, struct arena *a, struct list_value *out)
{
    *out = (struct list_value){ 0 };
    out->weak = json_is(j, json_member(j, v, "weak"), JSON_KIND_TRUE);
    out->about = json_is(j, json_member(j, v, "about"), JSON_KIND_TRUE);
    return json_text_of(j, json_member(j, v, "p"), a, &out->property) &&
           json_text_of(j, json_member(j, v, "v"), a, &out->text) && optional(j, v, "kind", a, &out->kind) &&
           optional(j, v, "country", a, &out->country) && optional(j, v, "note", a, &out->note);
}

bool list_entry_read(struct span line, struct arena *a, struct list_entry *out, struct why *w)
{
    struct list_entry e = { 0 };
    struct list_value *value;
    struct json j;
    json_ref list;

    if (!json_parse(line, a, &j, w))
        return false;
    list = json_member(&j, JSON_ROOT, "values");
    value = arena_array(a, json_count(&j, list) + 1, sizeof *value);
    if (!value)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!json_text_of(&j, json_member(&j, JSON_ROOT, "id"), a, &e.id) ||
        !json_text_of(&j, json_member(&j, JSON_ROOT, "schema"), a, &e.schema))
        return why_set(w, "list-entry", 0, NULL, "an entry has an id and a schema");
    for (json_ref v = json_first(&j, list); v != JSON_NONE; v = json_after(&j, list, v))
        if (!read_value(&j, v, a, &value[e.n++]))
            return why_set(w, "list-entry", json_offset(&j, v), NULL, "a value has p and v");
    e.value = value;
    *out = e;
    return true;
}

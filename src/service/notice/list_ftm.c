/* FollowTheMoney entities as OpenSanctions publishes them: one JSON object a line, flat (entities.ftm.json)
 * or with what belongs to an entity inside it (targets.nested.json). */
#include <stdio.h>

#include "base/text.h"
#include "service/notice/list_reader.h"

static void put_property(struct list_draft *d, struct span name, struct span text)
{
    static const char *const dates[] = { "birthDate", "deathDate", "incorporationDate", "dissolutionDate" };
    static const char *const countries[] = { "nationality", "citizenship", "country",     "jurisdiction",
                                             "flag",        "mainCountry", "birthCountry" };
    struct list_value *v;

    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++)
        if (span_eq_str(name, dates[i])) {
            (void)list_draft_date(d, dates[i], text);
            return;
        }
    for (size_t i = 0; i < sizeof countries / sizeof *countries; i++)
        if (span_eq_str(name, countries[i])) {
            (void)list_draft_country(d, countries[i], text);
            return;
        }
    v = list_draft_put_as(d, name, text);
    v->weak = span_eq_str(name, "weakAlias");
}

static struct span first_of(const struct json *j, json_ref properties, const char *name, struct arena *a)
{
    struct span s = { NULL, 0 };
    json_ref v = json_first(j, json_member(j, properties, name));

    return v != JSON_NONE && json_text_of(j, v, a, &s) ? s : (struct span){ NULL, 0 };
}

/* What belongs to the entity and stands inside it; false: nothing that is kept. */
static bool put_nested(struct list_reader *r, const struct json *j, json_ref v)
{
    struct list_draft *d = r->draft;
    json_ref schema = json_member(j, v, "schema"), p = json_member(j, v, "properties");
    struct list_value *x;

    if (json_text_is(j, schema, "Sanction")) {
        x = list_draft_put(d, "program", first_of(j, p, "program", d->a));
        x->note = first_of(j, p, "authority", d->a);
        (void)list_draft_put(d, "listingDate", first_of(j, p, "listingDate", d->a));
        (void)list_draft_put(d, "notes", first_of(j, p, "reason", d->a));
        return true;
    }
    if (json_text_is(j, schema, "Address")) {
        x = list_draft_put(d, "address", first_of(j, p, "full", d->a));
        x->country = list_country(d->countries, first_of(j, p, "country", d->a));
        return true;
    }
    if (json_text_is(j, schema, "Passport") || json_text_is(j, schema, "Identification")) {
        bool passport = json_text_is(j, schema, "Passport");

        x = list_draft_put(d, passport ? "passportNumber" : "idNumber", first_of(j, p, "number", d->a));
        x->kind = first_of(j, p, "type", d->a);
        x->country = list_country(d->countries, first_of(j, p, "country", d->a));
        return true;
    }
    return false;
}

static bool put_properties(struct list_reader *r, const struct json *j, json_ref properties)
{
    struct span name, text;

    for (json_ref m = json_first(j, properties); m != JSON_NONE; m = json_after(j, properties, m)) {
        json_ref list = json_value_of(j, m);

        if (!json_text_of(j, m, &r->arena, &name))
            return false;
        if (json_is(j, list, JSON_KIND_STRING)) {
            if (!json_text_of(j, list, &r->arena, &text))
                return false;
            put_property(r->draft, name, text);
        }
        for (json_ref v = json_first(j, list); v != JSON_NONE; v = json_after(j, list, v)) {
            if (json_is(j, v, JSON_KIND_OBJECT) && !json_is(j, list, JSON_KIND_OBJECT))
                r->stated.beside += !put_nested(r, j, v);
            else if (json_is(j, v, JSON_KIND_STRING) && json_text_of(j, v, &r->arena, &text))
                put_property(r->draft, name, text);
        }
    }
    return true;
}

/* What stands beside the properties; when an entity was last seen says nothing of it, and changes every day.
 */
static void put_about(struct list_reader *r, const struct json *j)
{
    static const char *const lists[] = { "datasets", "referents" };
    static const char *const texts[] = { "first_seen", "last_change" };
    struct span s;

    for (size_t i = 0; i < 2; i++) {
        json_ref list = json_member(j, JSON_ROOT, lists[i]);

        for (json_ref v = json_first(j, list); v != JSON_NONE; v = json_after(j, list, v))
            if (json_text_of(j, v, &r->arena, &s))
                (void)list_draft_put(r->draft, lists[i], s);
        if (json_text_of(j, json_member(j, JSON_ROOT, texts[i]), &r->arena, &s))
            (void)list_draft_put(r->draft, texts[i], s);
    }
    if (json_is(j, json_member(j, JSON_ROOT, "target"), JSON_KIND_TRUE))
        (void)list_draft_put(r->draft, "target", SPAN("true"));
}

bool list_ftm_line(struct list_reader *r, struct span line, struct why *w)
{
    struct span none = { NULL, 0 };
    struct why why = { 0 };
    json_ref properties;
    struct json j;

    if (!json_parse(line, &r->arena, &j, &why))
        return list_reader_refuse(r, r->number, none, why.reason, why.detail, w);
    list_draft_begin(r->draft, &r->arena);
    if (!json_text_of(&j, json_member(&j, JSON_ROOT, "schema"), &r->arena, &r->draft->e.schema) ||
        !json_text_of(&j, json_member(&j, JSON_ROOT, "id"), &r->arena, &r->draft->e.id))
        return list_reader_refuse(r, r->number, none, "format", "an entity has an id and a schema", w);
    if (!list_schema_known(r->draft->e.schema)) {
        r->stated.beside++;
        return true;
    }
    properties = json_member(&j, JSON_ROOT, "properties");
    if (!json_is(&j, properties, JSON_KIND_OBJECT))
        return list_reader_refuse(r, r->number, r->draft->e.id, "format", "an entity has properties", w);
    if (!put_properties(r, &j, properties))
        return list_reader_refuse(r, r->number, r->draft->e.id, "too-large", "the entity has no room", w);
    put_about(r, &j);
    /* Some entities are known by their caption alone. */
    if (!list_entry_caption(&r->draft->e).n) {
        struct span caption = none;

        if (json_text_of(&j, json_member(&j, JSON_ROOT, "caption"), &r->arena, &caption))
            (void)list_draft_put(r->draft, "name", caption);
    }
    return list_reader_emit(r, r->number, w);
}

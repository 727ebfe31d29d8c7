/* What SHOULD be of a whole object: custom content comes by extensions (STIX 2.1 7.3, 11). */
#include "base/text.h"
#include "stix/check.h"

/* Some extension of the object says that it is of one of these kinds. */
static bool uses_extension(struct stix_check *c, json_ref v, stix_words kinds)
{
    json_ref extensions = json_member(c->json, v, "extensions");
    struct span s;

    if (!json_is(c->json, extensions, JSON_KIND_OBJECT))
        return false;
    for (json_ref i = json_first(c->json, extensions); i != JSON_NONE; i = json_after(c->json, extensions, i))
        if (stix_text(c, json_member(c->json, json_value_of(c->json, i), "extension_type"), &s) &&
            stix_word_in(kinds, s))
            return true;
    return false;
}

/* Members that no row names. */
static void custom_members(struct stix_check *c, const struct stix_table *t, json_ref v)
{
    struct span name;

    if (!json_is(c->json, v, JSON_KIND_OBJECT))
        return;
    for (json_ref i = json_first(c->json, v); i != JSON_NONE; i = json_after(c->json, v, i)) {
        if (!stix_text(c, i, &name) || stix_row_of(t, name))
            continue;
        stix_enter(c, name, SIZE_MAX);
        stix_broken(c, STIX_SHOULD, "custom", "STIX 2.1 11.1", i,
                    "a property of its own should come by an extension-definition");
        stix_leave(c);
    }
}

/* The same inside the structures of an observable or of one of its extensions. */
static void custom_inside(struct stix_check *c, const struct stix_table *t, json_ref v)
{
    struct span name;

    if (!json_is(c->json, v, JSON_KIND_OBJECT))
        return;
    for (json_ref i = json_first(c->json, v); i != JSON_NONE; i = json_after(c->json, v, i)) {
        const struct stix_property *p = stix_text(c, i, &name) ? stix_row_of(t, name) : NULL;
        json_ref x = json_value_of(c->json, i);

        if (!p || p->kind != VALUE_OBJECT || p->slot != SLOT_NONE)
            continue;
        stix_enter(c, name, SIZE_MAX);
        custom_members(c, p->table, x);
        if (json_is(c->json, x, JSON_KIND_ARRAY))
            for (json_ref k = json_first(c->json, x); k != JSON_NONE; k = json_after(c->json, x, k))
                custom_members(c, p->table, k);
        stix_leave(c);
    }
}

static void custom_extensions(struct stix_check *c, json_ref v)
{
    json_ref extensions = json_member(c->json, v, "extensions");
    bool by_definition = uses_extension(c, v, "|property-extension|");
    struct span key;

    if (!json_is(c->json, extensions, JSON_KIND_OBJECT))
        return;
    stix_enter(c, SPAN("extensions"), SIZE_MAX);
    for (json_ref i = json_first(c->json, extensions); i != JSON_NONE;
         i = json_after(c->json, extensions, i)) {
        const struct stix_table *known = NULL;
        json_ref x = json_value_of(c->json, i);

        if (!stix_text(c, i, &key))
            break;
        for (size_t k = 0; c->table->extension && k < c->table->extensions && !known; k++)
            if (span_eq_str(key, c->table->extension[k].name))
                known = &c->table->extension[k];
        stix_enter(c, key, SIZE_MAX);
        if (known) {
            custom_members(c, known, x);
            custom_inside(c, known, x);
        } else if (!by_definition && c->table->extensions) {
            stix_broken(c, STIX_SHOULD, "custom", "STIX 2.1 7.3", i,
                        "an extension of its own should have an extension-definition");
        }
        stix_leave(c);
    }
    stix_leave(c);
}

/* 4.14: keys of observed-data.objects are numbers. */
static void observable_keys(struct stix_check *c, json_ref objects)
{
    struct span key;
    uint64_t n;

    if (!json_is(c->json, objects, JSON_KIND_OBJECT))
        return;
    for (json_ref i = json_first(c->json, objects); i != JSON_NONE; i = json_after(c->json, objects, i))
        if (!stix_text(c, i, &key) || !text_number(key, UINT64_MAX, &n))
            stix_broken(c, STIX_SHOULD, "name", "STIX 2.1 4.14", i, "a key should be a number");
}

void stix_check_should(struct stix_check *c, json_ref v)
{
    if (c->v20)
        return;
    if (c->table == &stix_custom_object || c->table == &stix_custom_observable) {
        if (!uses_extension(c, v, "|new-sdo|new-sco|new-sro|"))
            stix_broken(c, STIX_SHOULD, "custom", "STIX 2.1 11.2", v,
                        "a type of its own should come by an extension-definition");
        return;
    }
    if (!uses_extension(c, v, "|toplevel-property-extension|"))
        custom_members(c, c->table, v);
    if (c->table->class == STIX_SCO) {
        custom_inside(c, c->table, v);
        custom_extensions(c, v);
    }
    if (span_eq(SPAN("observed-data"), span_of(c->table->name, c->table->name_n)))
        observable_keys(c, json_member(c->json, v, "objects"));
}

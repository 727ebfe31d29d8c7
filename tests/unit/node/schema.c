#include "schema.h"

#include <regex.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"

enum { DEPTH = 24, PLACE = 256 };

struct run {
    const json_t *api;
    char *what;
    size_t size;
    char place[PLACE];
    int depth;
};

static bool holds(struct run *r, const json_t *schema, const json_t *value);

static bool broken(struct run *r, const char *rule)
{
    (void)snprintf(r->what, r->size, "%s: %s", r->place[0] ? r->place : "(whole)", rule);
    return false;
}

static const json_t *follow(const json_t *api, const json_t *schema)
{
    const json_t *ref;

    while ((ref = json_object_get(schema, "$ref")) != NULL) {
        char path[PLACE], *save = NULL;
        const json_t *at = api;

        (void)snprintf(path, sizeof path, "%s", json_string_value(ref) + 2);
        for (char *part = strtok_r(path, "/", &save); part; part = strtok_r(NULL, "/", &save))
            at = json_object_get(at, part);
        if (!at)
            return NULL;
        schema = at;
    }
    return schema;
}

const json_t *schema_at(const json_t *api, const json_t *from, ...)
{
    const char *key;
    va_list ap;

    va_start(ap, from);
    while (from && (key = va_arg(ap, const char *)) != NULL)
        from = follow(api, json_object_get(from, key));
    va_end(ap);
    return from;
}

static bool type_fits(const char *type, const json_t *v)
{
    if (strcmp(type, "object") == 0)
        return json_is_object(v);
    if (strcmp(type, "array") == 0)
        return json_is_array(v);
    if (strcmp(type, "string") == 0)
        return json_is_string(v);
    if (strcmp(type, "integer") == 0)
        return json_is_integer(v);
    if (strcmp(type, "number") == 0)
        return json_is_number(v);
    if (strcmp(type, "boolean") == 0)
        return json_is_boolean(v);
    return strcmp(type, "null") == 0 && json_is_null(v);
}

static bool check_type(const json_t *type, const json_t *v)
{
    size_t i;
    json_t *one;

    if (json_is_string(type))
        return type_fits(json_string_value(type), v);
    json_array_foreach(type, i, one) if (type_fits(json_string_value(one), v)) return true;
    return false;
}

static bool check_pattern(const char *pattern, const char *text)
{
    regex_t re;
    bool ok;

    if (regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB) != 0)
        return false;
    ok = regexec(&re, text, 0, NULL, 0) == 0;
    regfree(&re);
    return ok;
}

static bool check_format(const char *format, const char *text)
{
    unix_time t;
    struct date d;

    if (strcmp(format, "date-time") == 0)
        return strchr(text, 'T') && time_parse(span_str(text), &t);
    if (strcmp(format, "date") == 0)
        return date_parse(span_str(text), &d);
    return false;
}

static bool step(struct run *r, const json_t *schema, const json_t *value, const char *name)
{
    size_t n = strlen(r->place);
    bool ok;

    if (++r->depth > DEPTH)
        return broken(r, "nested too deep");
    (void)snprintf(r->place + n, PLACE - n, "/%s", name);
    ok = holds(r, schema, value);
    r->place[n] = 0;
    r->depth--;
    return ok;
}

static bool check_members(struct run *r, const json_t *schema, const json_t *value)
{
    const json_t *properties = json_object_get(schema, "properties"),
                 *required = json_object_get(schema, "required");
    bool closed = json_is_false(json_object_get(schema, "additionalProperties"));
    const char *name;
    json_t *member, *one;
    size_t i;

    json_array_foreach(required, i, one) if (!json_object_get(value, json_string_value(one))) return broken(
        r, json_string_value(one));
    json_object_foreach((json_t *)(uintptr_t)value, name, member)
    {
        const json_t *sub = json_object_get(properties, name);

        if (!sub && closed)
            return broken(r, name);
        if (sub && !step(r, sub, member, name))
            return false;
    }
    return true;
}

static bool check_items(struct run *r, const json_t *schema, const json_t *value)
{
    const json_t *items = json_object_get(schema, "items"), *least = json_object_get(schema, "minItems"),
                 *most = json_object_get(schema, "maxItems");
    char name[32];

    if (least && (json_int_t)json_array_size(value) < json_integer_value(least))
        return broken(r, "minItems");
    if (most && (json_int_t)json_array_size(value) > json_integer_value(most))
        return broken(r, "maxItems");
    for (size_t i = 0; items && i < json_array_size(value); i++) {
        (void)snprintf(name, sizeof name, "%zu", i);
        if (!step(r, items, json_array_get(value, i), name))
            return false;
    }
    return true;
}

static size_t fitting(struct run *r, const json_t *list, const json_t *value)
{
    size_t n = 0, i;
    json_t *one;

    json_array_foreach(list, i, one) n += holds(r, one, value);
    return n;
}

static bool check_text(struct run *r, const char *key, const json_t *rule, const char *text)
{
    if (strcmp(key, "pattern") == 0)
        return check_pattern(json_string_value(rule), text) || broken(r, "pattern");
    if (strcmp(key, "format") == 0)
        return check_format(json_string_value(rule), text) || broken(r, "format");
    if (strcmp(key, "minLength") == 0)
        return (json_int_t)strlen(text) >= json_integer_value(rule) || broken(r, "minLength");
    return (json_int_t)strlen(text) <= json_integer_value(rule) || broken(r, "maxLength");
}

static bool check_choice(const json_t *list, const json_t *value)
{
    size_t i;
    json_t *one;

    json_array_foreach(list, i, one) if (json_equal(one, value)) return true;
    return false;
}

static bool check_rule(struct run *r, const json_t *schema, const char *key, const json_t *rule,
                       const json_t *value)
{
    static const char *const silent[] = { "description",          "default",  "required",
                                          "additionalProperties", "minItems", "maxItems",
                                          "contentEncoding",      "title",    NULL };

    for (size_t i = 0; silent[i]; i++)
        if (strcmp(key, silent[i]) == 0)
            return true;
    if (strcmp(key, "type") == 0)
        return check_type(rule, value) || broken(r, "type");
    if (strcmp(key, "properties") == 0)
        return !json_is_object(value) || check_members(r, schema, value);
    if (strcmp(key, "items") == 0)
        return !json_is_array(value) || check_items(r, schema, value);
    if (strcmp(key, "const") == 0)
        return json_equal(rule, value) || broken(r, "const");
    if (strcmp(key, "enum") == 0)
        return check_choice(rule, value) || broken(r, "enum");
    if (strcmp(key, "anyOf") == 0)
        return fitting(r, rule, value) > 0 || broken(r, "anyOf");
    if (strcmp(key, "oneOf") == 0)
        return fitting(r, rule, value) == 1 || broken(r, "oneOf");
    if (strcmp(key, "minimum") == 0)
        return !json_is_integer(value) || json_integer_value(value) >= json_integer_value(rule) ||
               broken(r, "minimum");
    if (strcmp(key, "maximum") == 0)
        return !json_is_integer(value) || json_integer_value(value) <= json_integer_value(rule) ||
               broken(r, "maximum");
    if (strcmp(key, "pattern") == 0 || strcmp(key, "format") == 0 || strcmp(key, "minLength") == 0 ||
        strcmp(key, "maxLength") == 0)
        return !json_is_string(value) || check_text(r, key, rule, json_string_value(value));
    return broken(r, "a keyword this validator does not know");
}

static bool holds(struct run *r, const json_t *schema, const json_t *value)
{
    const char *key;
    json_t *rule;

    schema = follow(r->api, schema);
    if (!json_is_object(schema))
        return broken(r, "its schema is missing");
    if (!json_object_get(schema, "properties") && json_object_get(schema, "required") &&
        !check_members(r, schema, value))
        return false;
    json_object_foreach((json_t *)(uintptr_t)schema, key,
                        rule) if (!check_rule(r, schema, key, rule, value)) return false;
    return true;
}

bool schema_holds(const json_t *api, const json_t *schema, const json_t *value, char *what, size_t size)
{
    struct run r = { .api = api, .what = what, .size = size };

    what[0] = 0;
    return holds(&r, schema, value);
}

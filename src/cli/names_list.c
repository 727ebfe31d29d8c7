#include <errno.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/arena.h"
#include "base/text.h"
#include "cli/names.h"
#include "wire/json.h"

enum { LINE = 8 << 20 };

struct list {
    const char *path;
    names_each each;
    void *ctx;
};

/* ---- tables ---- */

struct columns {
    int id, name, type, birth, country, sex, schema;
};

static int either(const struct names_table *t, const char *a, const char *b)
{
    int c = names_table_column(t, a);

    return c >= 0 ? c : names_table_column(t, b);
}

static enum names_schema schema_of(struct span s)
{
    return s.n == 0 || span_eq_str(s, "Person") ? NAMES_PERSON : NAMES_ORGANIZATION;
}

static bool row(const struct list *l, const struct names_table *t, const struct columns *c, struct why *w)
{
    struct names_entry e = { .id = names_table_value(t, c->id),
                             .name = names_table_value(t, c->name),
                             .schema = schema_of(names_table_value(t, c->schema)) };

    if (span_eq_str(names_table_value(t, c->type), "weak"))
        e.alias = NAMES_WEAK;
    names_about_dates(&e.about, names_table_value(t, c->birth));
    names_about_countries(&e.about, names_table_value(t, c->country));
    names_about_sex(&e.about, names_table_value(t, c->sex));
    return l->each(l->ctx, &e, w);
}

static bool read_table(const struct list *l, struct why *w)
{
    struct names_table *t = NULL;
    struct columns c;
    bool more, ok = false;

    if (!names_table_open(l->path, &t, w))
        return false;
    c = (struct columns){ either(t, "entity_id", "id"),        names_table_column(t, "name"),
                          names_table_column(t, "name_type"),  either(t, "birth_date", "birthDate"),
                          either(t, "country", "nationality"), either(t, "gender", "sex"),
                          names_table_column(t, "schema") };
    if (c.id < 0 || c.name < 0) {
        (void)why_set(w, "columns", WHY_NO_OFFSET, NULL,
                      "%s: the first line must name the columns entity_id (or id) and name", l->path);
        goto out;
    }
    while (names_table_next(t, &more, w)) {
        if (!more) {
            ok = true;
            break;
        }
        if (!row(l, t, &c, w))
            break;
    }
out:
    names_table_close(t);
    return ok;
}

/* ---- FollowTheMoney ---- */

/* Kinds of entities that have names of their own. */
static bool named(const struct json *j, json_ref schema, enum names_schema *out)
{
    static const char *const kinds[] = { "LegalEntity", "Organization", "Company", "PublicBody",  "Vessel",
                                         "Airplane",    "Vehicle",      "Asset",   "CryptoWallet" };

    *out = NAMES_PERSON;
    if (json_text_is(j, schema, "Person"))
        return true;
    *out = NAMES_ORGANIZATION;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (json_text_is(j, schema, kinds[i]))
            return true;
    return false;
}

static void put_about(const struct json *j, json_ref properties, struct arena *a, struct names_about *out)
{
    static const struct {
        const char *property;
        void (*put)(struct names_about *, struct span);
    } known[] = {
        { "birthDate", names_about_dates },
        { "nationality", names_about_countries },
        { "citizenship", names_about_countries },
        { "country", names_about_countries },
        { "gender", names_about_sex },
    };
    struct span s;

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        json_ref list = json_member(j, properties, known[i].property);

        for (json_ref v = json_first(j, list); v != JSON_NONE; v = json_after(j, list, v))
            if (json_text_of(j, v, a, &s))
                known[i].put(out, s);
    }
}

static bool entity(const struct list *l, struct span line, struct arena *a, struct why *w)
{
    static const char *const kinds[] = { "name", "alias", "previousName", "weakAlias" };
    struct names_entry e = { 0 };
    struct json j;
    json_ref properties;

    if (!json_parse(line, a, &j, w))
        return false;
    if (!json_text_of(&j, json_member(&j, JSON_ROOT, "id"), a, &e.id))
        return why_set(w, "json", WHY_NO_OFFSET, NULL, "an entity without an id");
    if (!named(&j, json_member(&j, JSON_ROOT, "schema"), &e.schema))
        return true;
    properties = json_member(&j, JSON_ROOT, "properties");
    put_about(&j, properties, a, &e.about);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        json_ref list = json_member(&j, properties, kinds[i]);

        e.alias = i == 3 ? NAMES_WEAK : NAMES_FULL;
        for (json_ref v = json_first(&j, list); v != JSON_NONE; v = json_after(&j, list, v))
            if (json_text_of(&j, v, a, &e.name) && !l->each(l->ctx, &e, w))
                return false;
    }
    return true;
}

static bool read_lines(const struct list *l, gzFile file, struct why *w)
{
    char *line = malloc(LINE);
    unsigned long number = 0;
    struct arena a;
    bool ok = true;

    if (!line)
        abort();
    arena_init(&a, 16 * (size_t)LINE);
    while (ok && gzgets(file, line, LINE)) {
        size_t n = strlen(line);

        number++;
        if (n + 1 == LINE)
            ok = why_set(w, "too-large", WHY_NO_OFFSET, NULL, "line %lu is longer than 8 MB", number);
        else if (n && line[0] != '\n')
            ok = entity(l, span_of(line, n), &a, w);
        arena_reset(&a);
    }
    if (!ok && w) {
        char detail[WHY_DETAIL];

        (void)snprintf(detail, sizeof detail, "%s", w->detail);
        (void)snprintf(w->detail, sizeof w->detail, "%s, line %lu: %.120s", l->path, number, detail);
    }
    arena_free(&a);
    free(line);
    return ok;
}

bool names_list_read(const char *path, names_each each, void *ctx, struct why *w)
{
    struct list l = { path, each, ctx };
    gzFile file;
    bool ok;
    int first;

    if (strcmp(path, "-") == 0)
        return read_table(&l, w);
    file = gzopen(path, "rb");
    if (!file)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot open %s: %s", path, strerror(errno));
    first = gzgetc(file);
    if (first == '{') {
        (void)gzungetc(first, file);
        ok = read_lines(&l, file, w);
    } else {
        ok = read_table(&l, w);
    }
    (void)gzclose(file);
    return ok;
}

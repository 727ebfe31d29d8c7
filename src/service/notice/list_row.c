#include "service/notice/list_row.h"

#include <stdio.h>
#include <strings.h>

#include "base/text.h"

static const struct {
    const char *word, *property;
} words[] = {
    { "name", "name" },
    { "fullname", "name" },
    { "query", "name" },
    { "alias", "alias" },
    { "weakalias", "weakAlias" },
    { "previousname", "previousName" },
    { "birthdate", "birthDate" },
    { "dateofbirth", "birthDate" },
    { "dob", "birthDate" },
    { "country", "country" },
    { "nationality", "nationality" },
    { "citizenship", "citizenship" },
    { "jurisdiction", "jurisdiction" },
    { "sex", "gender" },
    { "gender", "gender" },
    { "passport", "passportNumber" },
    { "passportnumber", "passportNumber" },
    { "idnumber", "idNumber" },
    { "registration", "registrationNumber" },
    { "registrationnumber", "registrationNumber" },
    { "tax", "taxNumber" },
    { "taxnumber", "taxNumber" },
    { "inncode", "innCode" },
    { "ogrncode", "ogrnCode" },
    { "lei", "leiCode" },
    { "leicode", "leiCode" },
    { "bic", "swiftBic" },
    { "swiftbic", "swiftBic" },
    { "imo", "imoNumber" },
    { "imonumber", "imoNumber" },
    { "mmsi", "mmsi" },
    { "callsign", "callSign" },
    { "iban", "iban" },
    { "schema", "schema" },
    { "id", "id" },
    { "queryid", "id" },
};

/* Small letters alone. */
static size_t plain(struct span word, char out[32])
{
    size_t n = 0;

    for (size_t i = 0; i < word.n && n < 31; i++)
        if (ascii_lower(word.p[i]) || ascii_upper(word.p[i]))
            out[n++] = (char)(word.p[i] | 32);
    out[n] = 0;
    return n;
}

const char *list_row_property(struct span word)
{
    char text[32];

    if (!plain(word, text))
        return NULL;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(text, words[i].word) == 0)
            return words[i].property;
    return NULL;
}

static struct span without_end(struct span s)
{
    if (span_starts(s, SPAN("\xef\xbb\xbf")))
        s = span_sub(s, 3, s.n);
    while (s.n && (s.p[s.n - 1] == '\r' || s.p[s.n - 1] == '\n'))
        s.n--;
    return s;
}

bool list_row_begin(struct span line, struct list_row_table *out, struct why *w)
{
    struct span field[LIST_CSV_FIELDS], s = without_end(line);
    struct list_row_table t = { .json = s.n && s.p[0] == '{' };
    bool name = t.json;
    struct arena a;

    arena_init(&a, 1 << 20);
    t.n = t.json ? 0 : list_csv_split(s, &a, field);
    for (size_t i = 0; i < t.n; i++) {
        const char *p = list_row_property(field[i]);

        (void)snprintf(t.property[i], sizeof t.property[i], "%s", p ? p : "");
        name = name || (p && strcmp(p, "name") == 0);
    }
    arena_free(&a);
    if (!name)
        return why_set(w, "header", 0, NULL, "the first line names at most %d columns, name among them",
                       LIST_CSV_FIELDS);
    *out = t;
    return true;
}

static void clear(struct list_question *q)
{
    q->n_name = q->n_id = 0;
    q->schema = (struct span){ NULL, 0 };
    q->about = (struct names_about){ 0 };
    q->cut = false;
}

static bool put_row(const struct list_row_table *t, struct span line, struct arena *a,
                    struct list_question *q, struct span *id, struct why *w)
{
    struct span field[LIST_CSV_FIELDS];
    size_t n = list_csv_split(line, a, field);

    if (n != t->n)
        return why_set(w, "row", WHY_NO_OFFSET, NULL, "other columns than the header");
    for (size_t i = 0; i < n; i++) {
        if (strcmp(t->property[i], "id") == 0)
            *id = field[i];
        else if (strcmp(t->property[i], "schema") == 0)
            q->schema = field[i];
        else
            list_question_put(q, span_str(t->property[i]), field[i]);
    }
    return true;
}

bool list_row_properties(const struct json *j, json_ref properties, struct arena *a, struct list_question *q,
                         struct why *w)
{
    if (!json_is(j, properties, JSON_KIND_OBJECT))
        return why_set(w, "row", json_offset(j, properties), NULL, "\"properties\" is an object");
    for (json_ref m = json_first(j, properties); m != JSON_NONE; m = json_after(j, properties, m)) {
        json_ref list = json_value_of(j, m);
        struct span name, text;

        if (!json_text_of(j, m, a, &name))
            return why_set(w, "too-large", json_offset(j, m), NULL, "no memory left for this");
        if (json_is(j, list, JSON_KIND_STRING) && json_text_of(j, list, a, &text))
            list_question_put(q, name, text);
        for (json_ref v = json_is(j, list, JSON_KIND_ARRAY) ? json_first(j, list) : JSON_NONE; v != JSON_NONE;
             v = json_after(j, list, v))
            if (json_is(j, v, JSON_KIND_STRING) && json_text_of(j, v, a, &text))
                list_question_put(q, name, text);
    }
    return true;
}

static bool put_entity(struct span line, struct arena *a, struct list_question *q, struct span *id,
                       struct why *w)
{
    struct json j;

    if (!json_parse(line, a, &j, w))
        return false;
    if (!json_text_of(&j, json_member(&j, JSON_ROOT, "id"), a, id))
        *id = (struct span){ NULL, 0 };
    if (!json_text_of(&j, json_member(&j, JSON_ROOT, "schema"), a, &q->schema))
        q->schema = (struct span){ NULL, 0 };
    return list_row_properties(&j, json_member(&j, JSON_ROOT, "properties"), a, q, w);
}

bool list_row_read(const struct list_row_table *t, struct span line, struct arena *a, struct list_question *q,
                   struct span *id, struct why *w)
{
    clear(q);
    *id = (struct span){ NULL, 0 };
    line = without_end(line);
    return t->json ? put_entity(line, a, q, id, w) : put_row(t, line, a, q, id, w);
}

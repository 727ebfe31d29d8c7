#include "stix/marking.h"

#include "base/text.h"

#define TLP_EXTENSION "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
#define LEVEL(uuid, Name, word)                                                                              \
    "marking-definition--" uuid,                                                                             \
        "{\"type\":\"marking-definition\",\"spec_version\":\"2.1\",\"id\":\"marking-definition--" uuid       \
        "\",\"created\":\"2022-10-01T00:00:00.000Z\",\"name\":\"TLP:" Name                                   \
        "\",\"extensions\":{\"" TLP_EXTENSION                                                                \
        "\":{\"extension_type\":\"property-extension\",\"tlp_2_0\":\"" word "\"}}}"

static const struct level {
    const char *spelling[4]; /* by enum tlp_spelling, as written */
    const char *id, *object; /* of TLP 2.0 */
} levels[TLP_LEVELS] = {
    { { "clear", "WHITE", "CLEAR", "tlp:clear" },
      LEVEL("94868c89-83c2-464b-929b-a1a8aa3c8487", "CLEAR", "clear") },
    { { "green", "GREEN", "GREEN", "tlp:green" },
      LEVEL("bab4a63c-aed9-4cf5-a766-dfca5abac2bb", "GREEN", "green") },
    { { "amber", "AMBER", "AMBER", "tlp:amber" },
      LEVEL("55d920b0-5e8b-4f79-9ee9-91f868d9b421", "AMBER", "amber") },
    { { "amber+strict", "RED", "AMBER+STRICT", "tlp:amber+strict" },
      LEVEL("939a9414-2ddd-4d32-a0cd-375ea402b003", "AMBER+STRICT", "amber+strict") },
    { { "red", "RED", "RED", "tlp:red" }, LEVEL("e828b379-4e03-4974-9ac4-e53a884c97c1", "RED", "red") },
};

static bool spelled(enum tlp_spelling in, struct span s, const char *word)
{
    size_t n = strlen(word);

    if (in != TLP_MISP)
        return span_eq_str(s, word);
    if (s.n != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if ((ascii_upper(s.p[i]) ? s.p[i] | 0x20 : s.p[i]) != word[i])
            return false;
    return true;
}

bool tlp_read(enum tlp_spelling in, struct span s, enum tlp *out)
{
    static const char *const white[] = { "white", NULL, NULL, "tlp:white" };

    for (int t = 0; t < TLP_LEVELS; t++) {
        if (in == TLP_CSAF_20 && t == TLP_AMBER_STRICT)
            continue; /* RED stays red */
        if (spelled(in, s, levels[t].spelling[in])) {
            *out = (enum tlp)t;
            return true;
        }
    }
    if (!white[in] || !spelled(in, s, white[in]))
        return false;
    *out = TLP_CLEAR;
    return true;
}

const char *tlp_word(enum tlp_spelling in, enum tlp t)
{
    return levels[t].spelling[in];
}

const char *stix_tlp_id(enum tlp t)
{
    return levels[t].id;
}

struct span stix_tlp_object(enum tlp t)
{
    return span_str(levels[t].object);
}

bool stix_tlp_of(const struct stix_uuid *id, enum tlp *out, unsigned *version)
{
    static const struct {
        struct stix_uuid id;
        enum tlp tlp;
        unsigned version;
    } known[] = {
        /* 7.2.1.4 */
        { { { 0x61, 0x3f, 0x2e, 0x26, 0x40, 0x7d, 0x48, 0xc7, 0x9e, 0xca, 0xb8, 0xe9, 0x1d, 0xf9, 0x9d,
              0xc9 } },
          TLP_CLEAR,
          1 },
        { { { 0x34, 0x09, 0x8f, 0xce, 0x86, 0x0f, 0x48, 0xae, 0x8e, 0x50, 0xeb, 0xd3, 0xcc, 0x5e, 0x41,
              0xda } },
          TLP_GREEN,
          1 },
        { { { 0xf8, 0x8d, 0x31, 0xf6, 0x48, 0x6f, 0x44, 0xda, 0xb3, 0x17, 0x01, 0x33, 0x3b, 0xde, 0x0b,
              0x82 } },
          TLP_AMBER,
          1 },
        { { { 0x5e, 0x57, 0xc7, 0x39, 0x39, 0x1a, 0x4e, 0xb3, 0xb6, 0xbe, 0x7d, 0x15, 0xca, 0x92, 0xd5,
              0xed } },
          TLP_RED,
          1 },
        /* TLP 2.0, by its property extension */
        { { { 0x94, 0x86, 0x8c, 0x89, 0x83, 0xc2, 0x46, 0x4b, 0x92, 0x9b, 0xa1, 0xa8, 0xaa, 0x3c, 0x84,
              0x87 } },
          TLP_CLEAR,
          2 },
        { { { 0xba, 0xb4, 0xa6, 0x3c, 0xae, 0xd9, 0x4c, 0xf5, 0xa7, 0x66, 0xdf, 0xca, 0x5a, 0xba, 0xc2,
              0xbb } },
          TLP_GREEN,
          2 },
        { { { 0x55, 0xd9, 0x20, 0xb0, 0x5e, 0x8b, 0x4f, 0x79, 0x9e, 0xe9, 0x91, 0xf8, 0x68, 0xd9, 0xb4,
              0x21 } },
          TLP_AMBER,
          2 },
        { { { 0x93, 0x9a, 0x94, 0x14, 0x2d, 0xdd, 0x4d, 0x32, 0xa0, 0xcd, 0x37, 0x5e, 0xa4, 0x02, 0xb0,
              0x03 } },
          TLP_AMBER_STRICT,
          2 },
        { { { 0xe8, 0x28, 0xb3, 0x79, 0x4e, 0x03, 0x49, 0x74, 0x9a, 0xc4, 0xe5, 0x3a, 0x88, 0x4c, 0x97,
              0xc1 } },
          TLP_RED,
          2 },
    };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (stix_uuid_eq(id, &known[i].id)) {
            *out = known[i].tlp;
            *version = known[i].version;
            return true;
        }
    return false;
}

/* What the object says it is, whatever its id. */
static bool says_tlp(const struct stix_object *o, struct arena *a, enum tlp *out, unsigned *version)
{
    const struct json *j = &o->json;
    json_ref word = json_member(j, json_member(j, o->extensions, TLP_EXTENSION), "tlp_2_0");
    struct span s;

    *version = word != JSON_NONE ? 2 : 1;
    if (word == JSON_NONE && json_text_is(j, json_member(j, o->at, "definition_type"), "tlp"))
        word = json_member(j, json_member(j, o->at, "definition"), "tlp");
    return json_text_of(j, word, a, &s) && tlp_read(TLP_STIX, s, out);
}

static bool claims_tlp(const struct stix_object *o)
{
    return json_text_is(&o->json, json_member(&o->json, o->at, "definition_type"), "tlp") ||
           json_member(&o->json, o->extensions, TLP_EXTENSION) != JSON_NONE;
}

void stix_marking_read(const struct stix_object *o, struct arena *a, struct stix_marking *out)
{
    const struct json *j = &o->json;
    enum tlp known = TLP_RED, said = TLP_RED;
    unsigned of = 0, version = 0;
    bool by_id = stix_tlp_of(&o->uuid, &known, &of);

    *out = (struct stix_marking){ .kind = STIX_MARKING_UNKNOWN, .tlp = TLP_RED };
    if (by_id || claims_tlp(o)) {
        if (!by_id || !says_tlp(o, a, &said, &version) || said != known || version != of)
            return;
        out->kind = STIX_MARKING_TLP;
        out->tlp = known;
        out->tlp_version = of;
    } else if (json_text_is(j, json_member(j, o->at, "definition_type"), "statement") &&
               json_text_of(j, json_member(j, json_member(j, o->at, "definition"), "statement"), a,
                            &out->statement)) {
        out->kind = STIX_MARKING_STATEMENT;
    }
}

/* One reference to a marking-definition. None but the nine ids is TLP, whatever an object of another says. */
static void take(const struct stix_object *o, json_ref ref, bool part, stix_marking_look look, void *ctx,
                 struct stix_marks *m)
{
    struct stix_marking known = { .kind = STIX_MARKING_UNKNOWN };
    const struct json_node *n = &o->json.node[ref];
    enum tlp tlp = TLP_RED;
    struct stix_id id;
    unsigned version;
    bool read = n->kind == JSON_KIND_STRING && !n->escaped &&
                stix_id_read(span_of(o->json.text.p + n->at, n->len), &id);

    if (!read || !stix_tlp_of(&id.uuid, &tlp, &version)) {
        if (read && look && look(ctx, &id.uuid, &known) && known.kind == STIX_MARKING_STATEMENT) {
            if (m->statements < STIX_STATEMENTS)
                m->statement[m->statements] = id.uuid;
            m->statements++;
            return;
        }
        tlp = TLP_RED;
        m->refer = true;
    }
    m->tlp = tlp_stricter(m->tlp, tlp);
    m->marked = true;
    if (part)
        m->parts = tlp_stricter(m->parts, tlp);
}

void stix_marks_of(const struct stix_object *o, stix_marking_look look, void *ctx, struct stix_marks *out)
{
    const struct json *j = &o->json;

    out->marked = out->refer = out->granular = false;
    out->tlp = out->parts = TLP_CLEAR;
    out->statements = 0;
    for (json_ref i = json_first(j, o->markings); i != JSON_NONE; i = json_after(j, o->markings, i))
        take(o, i, false, look, ctx, out);
    for (json_ref i = json_first(j, o->granular); i != JSON_NONE; i = json_after(j, o->granular, i)) {
        json_ref ref = json_member(j, i, "marking_ref");

        if (ref == JSON_NONE)
            continue; /* of a language alone */
        out->granular = true;
        take(o, ref, true, look, ctx, out);
    }
}

static bool name_is(const struct json *j, json_ref name, struct span key)
{
    char text[256];

    if (!j->node[name].escaped)
        return span_eq(span_of(j->text.p + j->node[name].at, j->node[name].len), key);
    if (key.n >= sizeof text || memchr(key.p, 0, key.n))
        return false;
    memcpy(text, key.p, key.n);
    text[key.n] = 0;
    return json_text_is(j, name, text);
}

static json_ref step(const struct json *j, json_ref v, struct span part)
{
    uint64_t index;

    if (part.n > 2 && part.p[0] == '[' && part.p[part.n - 1] == ']') {
        if (!json_is(j, v, JSON_KIND_ARRAY) ||
            !text_number(span_sub(part, 1, part.n - 1), UINT32_MAX, &index))
            return JSON_NONE;
        for (json_ref i = json_first(j, v); i != JSON_NONE; i = json_after(j, v, i))
            if (index-- == 0)
                return i;
        return JSON_NONE;
    }
    if (!json_is(j, v, JSON_KIND_OBJECT) || part.n == 0)
        return JSON_NONE;
    for (json_ref i = json_first(j, v); i != JSON_NONE; i = json_after(j, v, i))
        if (name_is(j, i, part))
            return json_value_of(j, i);
    return JSON_NONE;
}

json_ref stix_select(const struct json *j, json_ref object, struct span selector)
{
    struct span part;
    json_ref v = object;

    if (selector.n == 0 || selector.p[selector.n - 1] == '.')
        return JSON_NONE;
    while (v != JSON_NONE && text_split(&selector, '.', &part))
        v = step(j, v, part);
    return v;
}

/* One STIX object as an attribute of a MISP event: the table of types read the other way. */
#include "base/text.h"
#include "crypto/md5.h"
#include "intel/indicator.h"
#include "intel/misp_write_internal.h"

struct attribute {
    struct span type, category, value, comment;
    bool to_ids;
};

static bool is(const struct misp_kept *o, const char *type)
{
    return span_eq_str(o->name.type, type);
}

bool misp_is_attribute(const struct misp_kept *o)
{
    return is(o, "indicator") || is(o, "observed-data") || is(o, "note") || is(o, "vulnerability");
}

static struct span joined(struct misp_writer *m, struct span a, struct span b)
{
    uint8_t *p = arena_alloc(&m->a, a.n + b.n + 1);

    if (!p)
        return (struct span){ NULL, 0 };
    if (a.n)
        memcpy(p, a.p, a.n);
    p[a.n] = '|';
    if (b.n)
        memcpy(p + a.n + 1, b.p, b.n);
    return span_of(p, a.n + b.n + 1);
}

static void set_type(struct attribute *t, const char *type)
{
    if (t->type.n == 0)
        t->type = span_str(type);
}

/* Name and digest of one file, in either order. */
static bool file_pair(struct misp_writer *m, const struct pattern_part *p, struct attribute *t)
{
    size_t name = span_eq_str(p[0].path, "file:name") ? 0 : 1;
    struct intel_value v;
    enum intel_kind k;
    char type[24] = "filename|";

    if (!span_eq_str(p[name].path, "file:name"))
        return false;
    k = indicator_kind_of(&p[1 - name], &v);
    if (k < INTEL_MD5 || k > INTEL_SHA512)
        return false;
    memcpy(type + 9, intel_kind_word(k), strlen(intel_kind_word(k)) + 1);
    set_type(t, misp_type_named(span_str(type))->type);
    t->value = joined(m, p[name].value, p[1 - name].value);
    return true;
}

static bool value_pair(struct misp_writer *m, const struct pattern_part *p, struct attribute *t)
{
    static const char *const pairs[] = { "domain|ip", "ip-dst|port", "ip-src|port", "regkey|value" };

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        const struct misp_type *type = misp_type_named(span_str(pairs[i]));

        for (size_t k = 0; k < 2; k++) {
            if (!span_eq_str(p[k].path, type->path) || !span_eq_str(p[1 - k].path, type->path2))
                continue;
            set_type(t, type->type);
            t->value = joined(m, p[k].value, p[1 - k].value);
            return true;
        }
    }
    return false;
}

static bool single(const struct pattern_part *p, struct attribute *t)
{
    const struct misp_type *type = misp_type_of_path(p->path);
    struct intel_value v;
    enum intel_kind k = indicator_kind_of(p, &v);

    if (k != INTEL_NONE)
        set_type(t, misp_type_of_kind(k));
    else if (type)
        set_type(t, type->type);
    else
        return false;
    t->value = p->value;
    return true;
}

static void whole_pattern(struct attribute *t, struct span pattern)
{
    t->type = SPAN("stix2-pattern");
    t->category = (struct span){ NULL, 0 };
    t->value = pattern;
}

static void from_indicator(struct misp_writer *m, const struct misp_kept *o, struct attribute *t)
{
    struct span pattern = misp_member(m, o, "pattern"), type = misp_member(m, o, "pattern_type");
    struct pattern_part part[PATTERN_PARTS];
    bool any;
    size_t n;

    t->comment = misp_member(m, o, "description");
    if (!span_eq_str(type, "stix")) {
        set_type(t, span_eq_str(type, "pcre")       ? "filename-pattern"
                    : span_eq_str(type, "suricata") ? "snort"
                    : span_eq_str(type, "yara") || span_eq_str(type, "snort") || span_eq_str(type, "sigma")
                        ? misp_type_named(type)->type
                        : "text");
        t->value = pattern;
    } else if (span_eq_str(t->type, "stix2-pattern") ||
               !indicator_read_pattern(pattern, &m->a, part, PATTERN_PARTS, &n, &any)) {
        whole_pattern(t, pattern);
    } else if (n == 1 ? !single(part, t)
                      : n != 2 || any || !(file_pair(m, part, t) || value_pair(m, part, t))) {
        whole_pattern(t, pattern);
    }
}

/* Name of a digest in STIX as MISP calls it: "SHA-256" as "sha256". */
static struct span hash_type(struct misp_writer *m, struct span name)
{
    uint8_t *p = arena_alloc(&m->a, name.n + 1);
    size_t n = 0;

    for (size_t i = 0; p && i < name.n; i++)
        if (name.p[i] != '-')
            p[n++] = (uint8_t)(ascii_upper(name.p[i]) ? name.p[i] + 32 : name.p[i]);
    return span_of(p, n);
}

static bool from_file(struct misp_writer *m, const struct misp_kept *f, struct attribute *t)
{
    json_ref hashes = json_member(&f->json, JSON_ROOT, "hashes"), first = json_first(&f->json, hashes);
    struct span name = misp_member(m, f, "name"), hash, value;

    if (first == JSON_NONE) {
        set_type(t, "filename");
        t->value = name;
        return name.n > 0;
    }
    if (!json_text_of(&f->json, first, &m->a, &hash) ||
        !json_text_of(&f->json, json_value_of(&f->json, first), &m->a, &value))
        return false;
    if (name.n &&
        (t->type.n == 0 || memchr(t->type.p, '|', t->type.n) || span_eq_str(t->type, "malware-sample"))) {
        t->value = joined(m, name, value);
        if (t->type.n == 0)
            t->type = joined(m, SPAN("filename"), hash_type(m, hash));
        return true;
    }
    if (t->type.n == 0)
        t->type = hash_type(m, hash);
    t->value = value;
    return true;
}

static bool from_observable(struct misp_writer *m, const struct misp_kept *s, struct attribute *t)
{
    static const struct {
        const char *type, *property, *misp;
    } rows[] = {
        { "ipv4-addr", "value", "ip-dst" },   { "ipv6-addr", "value", "ip-dst" },
        { "domain-name", "value", "domain" }, { "url", "value", "url" },
        { "email-addr", "value", "email" },   { "mac-addr", "value", "mac-address" },
        { "mutex", "name", "mutex" },         { "windows-registry-key", "key", "regkey" },
    };

    if (is(s, "file"))
        return from_file(m, s, t);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!is(s, rows[i].type))
            continue;
        set_type(t, rows[i].misp);
        t->value = misp_member(m, s, rows[i].property);
        return t->value.n > 0;
    }
    return false;
}

static bool from_observed(struct misp_writer *m, const struct misp_kept *o, struct attribute *t)
{
    json_ref list = json_member(&o->json, JSON_ROOT, "object_refs"), first = json_first(&o->json, list);
    struct misp_kept *s;
    struct span id;

    t->comment = misp_member(m, o, "x_misp_comment");
    if (!json_text_of(&o->json, first, &m->a, &id) || !(s = misp_find(m, id)))
        return false;
    s->observed = true;
    return from_observable(m, s, t);
}

static bool fill(struct misp_writer *m, const struct misp_kept *o, struct attribute *t)
{
    struct span to_ids = misp_label(m, o, "misp:to_ids"), comment;

    t->type = misp_label(m, o, "misp:type");
    t->category = misp_label(m, o, "misp:category");
    t->to_ids = to_ids.n ? span_eq_str(to_ids, "True") : is(o, "indicator");
    if (is(o, "indicator")) {
        from_indicator(m, o, t);
    } else if (is(o, "observed-data")) {
        if (!from_observed(m, o, t))
            return false;
    } else if (is(o, "vulnerability")) {
        set_type(t, "vulnerability");
        t->value = misp_member(m, o, "name");
        t->comment = misp_member(m, o, "description");
    } else {
        set_type(t, "text");
        t->value = misp_member(m, o, "content");
        comment = misp_member(m, o, "abstract");
        if (!span_eq(comment, t->type))
            t->comment = comment;
    }
    if (t->category.n == 0)
        t->category = span_str(misp_type_named(t->type)->category);
    return t->value.n > 0;
}

static void put_hash(struct misp_writer *m, struct span value)
{
    uint8_t digest[MD5_SIZE];
    char uuid[STIX_UUID_TEXT];

    if (value.n == 0 || !md5_of(value, digest))
        return;
    hex_put(&m->hashes, span_of(digest, sizeof digest));
    buf_u8(&m->hashes, ',');
    buf_str(&m->hashes, stix_uuid_text(&m->uuid, uuid));
    buf_u8(&m->hashes, '\n');
}

/* A value of two parts is looked up by either. */
static void put_hashes(struct misp_writer *m, const struct attribute *t)
{
    const uint8_t *bar = memchr(t->type.p, '|', t->type.n) ? memchr(t->value.p, '|', t->value.n) : NULL;
    size_t at = bar ? (size_t)(bar - t->value.p) : t->value.n;

    put_hash(m, span_sub(t->value, 0, at));
    if (bar)
        put_hash(m, span_sub(t->value, at + 1, t->value.n));
}

static void put_sightings(struct misp_writer *m, struct json_writer *j, const struct misp_kept *o)
{
    char uuid[STIX_UUID_TEXT];

    if (!o->sighting)
        return;
    jw_array(j, "Sighting");
    for (uint32_t i = o->sighting; i; i = m->object[i - 1].next) {
        const struct misp_kept *s = &m->object[i - 1], *who;
        bool opinion = is(s, "opinion");

        jw_object(j, NULL);
        jw_str(j, "uuid", stix_uuid_text(&s->name.uuid, uuid));
        jw_str(j, "type", opinion ? "1" : "0");
        misp_put_seconds(j, "date_sighting", misp_seconds(m, s, opinion ? "created" : "last_seen"));
        who = misp_find(m, misp_member(m, s, "created_by_ref"));
        if (who) {
            jw_object(j, "Organisation");
            jw_text(j, "name", misp_member(m, who, "name"));
            jw_str(j, "uuid", stix_uuid_text(&who->name.uuid, uuid));
            jw_object_end(j);
        }
        jw_object_end(j);
    }
    jw_array_end(j);
}

static void put_time(struct misp_writer *m, struct json_writer *j, const struct misp_kept *o, const char *key,
                     const char *name)
{
    struct span s = misp_member(m, o, name);

    if (s.n)
        jw_text(j, key, s);
    else
        jw_null(j, key);
}

void misp_put_attribute(struct misp_writer *m, struct json_writer *j, struct misp_kept *o,
                        const struct misp_kept *group)
{
    struct attribute t = { .to_ids = false };
    char text[STIX_UUID_TEXT];
    struct stix_uuid uuid = o->name.uuid;
    struct span relation = misp_label(m, o, "misp:object_relation");
    bool observed = is(o, "observed-data"), marked;
    enum tlp tlp = TLP_RED;

    if (!fill(m, o, &t)) {
        m->left_out++;
        o->event = m->event;
        return;
    }
    if (o->event == m->event) /* stands in another object already: an attribute has one UUID */
        object_derive("misp-again", o->id, group ? group->id : (struct span){ NULL, 0 }, &uuid);
    o->event = m->event;
    m->attributes++;
    jw_object(j, NULL);
    jw_str(j, "uuid", stix_uuid_text(&uuid, text));
    jw_text(j, "type", t.type);
    jw_text(j, "category", t.category);
    jw_text(j, "value", t.value);
    jw_bool(j, "to_ids", t.to_ids);
    jw_text(j, "comment", t.comment);
    misp_put_seconds(j, "timestamp", misp_seconds(m, o, "modified"));
    jw_bool(j, "deleted", json_is(&o->json, json_member(&o->json, JSON_ROOT, "revoked"), JSON_KIND_TRUE));
    jw_str(j, "distribution", "5");
    if (group)
        jw_text(j, "object_relation", relation.n ? relation : t.type);
    if (observed || is(o, "indicator"))
        put_time(m, j, o, "first_seen", observed ? "first_observed" : "valid_from");
    if (observed)
        put_time(m, j, o, "last_seen", "last_observed");
    marked = misp_tlp(o, &tlp);
    jw_array(j, "Tag");
    misp_put_tags(m, j, o, marked, tlp);
    jw_array_end(j);
    put_sightings(m, j, o);
    jw_object_end(j);
    put_hashes(m, &t);
}

void misp_put_references(struct misp_writer *m, struct json_writer *j, const struct misp_kept *group)
{
    char uuid[STIX_UUID_TEXT];
    struct stix_id target;

    jw_array(j, "ObjectReference");
    for (uint32_t i = group->sighting; i; i = m->object[i - 1].next) {
        const struct misp_kept *r = &m->object[i - 1];

        if (!is(r, "relationship") || !stix_id_read(misp_member(m, r, "target_ref"), &target))
            continue;
        jw_object(j, NULL);
        jw_str(j, "uuid", stix_uuid_text(&r->name.uuid, uuid));
        jw_str(j, "referenced_uuid", stix_uuid_text(&target.uuid, uuid));
        jw_text(j, "relationship_type", misp_member(m, r, "relationship_type"));
        misp_put_seconds(j, "timestamp", misp_seconds(m, r, "modified"));
        jw_object_end(j);
    }
    jw_array_end(j);
}

/* Chains what says something of another object to that object. */
void misp_link_sightings(struct misp_writer *m)
{
    for (size_t i = m->n; i-- > 0;) {
        struct misp_kept *s = &m->object[i], *of;
        struct span id = { NULL, 0 };

        if (is(s, "sighting"))
            id = misp_member(m, s, "sighting_of_ref");
        else if (is(s, "relationship"))
            id = misp_member(m, s, "source_ref");
        else if (is(s, "opinion") &&
                 !json_text_of(&s->json,
                               json_first(&s->json, json_member(&s->json, JSON_ROOT, "object_refs")), &m->a,
                               &id))
            continue;
        of = id.n ? misp_find(m, id) : NULL;
        if (!of || (is(s, "relationship") && !is(of, "grouping")))
            continue;
        s->next = of->sighting;
        of->sighting = (uint32_t)i + 1;
    }
}

/* One attribute of a MISP event as STIX. */
#include <stdio.h>

#include "base/text.h"
#include "intel/indicator.h"
#include "intel/misp_internal.h"
#include "stix/check.h"

static bool known_name(struct span type)
{
    return span_eq_str(type, misp_type_named(type)->type);
}

static void put_path(struct buffer *b, const char *path, struct span value, bool number)
{
    buf_str(b, path);
    buf_str(b, " = ");
    if (number)
        buf_put(b, value);
    else
        indicator_put_quoted(b, value);
}

static bool is_port(struct span s)
{
    uint64_t n;

    return text_number(s, 65535, &n);
}

/* "AS64496" or "64496". */
static struct span number_of(struct span s)
{
    while (s.n && !ascii_digit(s.p[0]))
        s = span_sub(s, 1, s.n);
    return s;
}

static void put_pattern(const struct misp_attribute *t, struct buffer *b)
{
    struct span first = intel_value_span(&t->clean), second = intel_value_span(&t->second);

    switch (t->type->how) {
    case MISP_VALUE:
        indicator_put_pattern(b, t->clean.kind, first);
        return;
    case MISP_RULE:
        buf_put(b, t->value);
        return;
    case MISP_FILE:
        indicator_put_pattern(b, t->second.kind, second);
        b->n--; /* the bracket: the name stands in the same one */
        buf_str(b, " AND ");
        put_path(b, "file:name", first, false);
        break;
    case MISP_PAIR:
        buf_u8(b, '[');
        put_path(b, t->type->path, first, false);
        buf_str(b, " AND ");
        put_path(b, t->type->path2, second, is_port(second) && strstr(t->type->path2, "_port"));
        break;
    case MISP_RAW:
    case MISP_NUMBER:
        buf_u8(b, '[');
        put_path(b, t->type->path, t->type->how == MISP_NUMBER ? number_of(first) : first,
                 t->type->how == MISP_NUMBER);
        break;
    case MISP_NOTE:
    case MISP_VULNERABILITY:
        return;
    }
    buf_u8(b, ']');
}

static void raw(struct intel_value *v, struct span s)
{
    v->kind = INTEL_NONE;
    v->dirt = 0;
    v->n = s.n < INTEL_VALUE ? s.n : INTEL_VALUE;
    if (v->n)
        memcpy(v->text, s.p, v->n);
}

/* "first|second", parted at the last bar: names of files may hold one. */
static bool split_pair(struct span s, struct span *first, struct span *second)
{
    for (size_t i = s.n; i > 1; i--) {
        if (s.p[i - 1] != '|')
            continue;
        *first = text_trim(span_sub(s, 0, i - 1));
        *second = text_trim(span_sub(s, i, s.n));
        return first->n && second->n;
    }
    return false;
}

static bool read_pair(struct misp_attribute *t, struct why *w)
{
    bool port = strstr(t->type->path2, "_port") != NULL;
    struct span first, second;

    if (!split_pair(t->value, &first, &second))
        return why_set(w, "value", WHY_NO_OFFSET, NULL, "no two values with | between them");
    raw(&t->clean, first);
    raw(&t->second, second);
    if (port && !is_port(second))
        return why_set(w, "value", WHY_NO_OFFSET, NULL, "no port behind |");
    if (port)
        return intel_read_value(first, INTEL_NONE, &t->clean, w);
    if (strcmp(t->type->type, "domain|ip") == 0)
        return intel_read_value(first, INTEL_DOMAIN, &t->clean, w) &&
               intel_read_value(second, INTEL_NONE, &t->second, w);
    return true;
}

static enum intel_kind only_kind(uint32_t kinds)
{
    for (unsigned k = 1; k < INTEL_KINDS; k++)
        if (kinds == 1u << k)
            return (enum intel_kind)k;
    return INTEL_NONE;
}

/* The clean values of the attribute, by its type. */
static bool read_values(struct misp_attribute *t, struct why *w)
{
    struct span first, second;
    enum intel_kind expected = only_kind(t->type->kinds);

    if (t->value.n == 0)
        return why_set(w, "empty", WHY_NO_OFFSET, NULL, "an attribute without a value");
    if (t->value.n > INTEL_VALUE && (t->type->how == MISP_RAW || t->type->how == MISP_NUMBER))
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "a value of %zu bytes", t->value.n);
    raw(&t->clean, t->value);
    raw(&t->second, (struct span){ NULL, 0 });
    switch (t->type->how) {
    case MISP_VALUE:
        if (strcmp(t->type->type, "url") == 0)
            expected = INTEL_URL;
        else if (t->type->kinds & intel_kind_bit(INTEL_DOMAIN))
            expected = INTEL_DOMAIN;
        if (!intel_read_value(t->value, expected, &t->clean, w))
            return false;
        return (t->type->kinds & intel_kind_bit(t->clean.kind)) ||
               why_set(w, "value", WHY_NO_OFFSET, NULL, "a %s among values of type %s",
                       intel_kind_word(t->clean.kind), t->type->type);
    case MISP_FILE:
        if (!split_pair(t->value, &first, &second))
            return why_set(w, "value", WHY_NO_OFFSET, NULL, "no name and digest with | between them");
        return intel_read_value(first, INTEL_FILE_NAME, &t->clean, w) &&
               intel_read_value(second, expected, &t->second, w);
    case MISP_PAIR:
        return read_pair(t, w);
    case MISP_NUMBER:
        if (number_of(t->value).n == 0 || number_of(t->value).n > 10)
            return why_set(w, "value", WHY_NO_OFFSET, NULL, "no number");
        for (struct span n = number_of(t->value); n.n; n = span_sub(n, 1, n.n))
            if (!ascii_digit(n.p[0]))
                return why_set(w, "value", WHY_NO_OFFSET, NULL, "no number");
        return true;
    case MISP_RAW:
    case MISP_RULE:
    case MISP_NOTE:
    case MISP_VULNERABILITY:
        break;
    }
    return true;
}

/* The observable that a single value is; false: it is none, or of more than one property. */
static bool put_observable(const struct misp_attribute *t, struct json_writer *j)
{
    static const struct {
        const char *path, *property, *hash;
    } rows[] = {
        { "url:value", "value", NULL },           { "mac-addr:value", "value", NULL },
        { "mutex:name", "name", NULL },           { "windows-registry-key:key", "key", NULL },
        { "file:hashes.SSDEEP", NULL, "SSDEEP" }, { "file:hashes.TLSH", NULL, "TLSH" },
    };
    static const char *const hashes[] = { "MD5", "SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512" };
    const struct intel_value *v = t->type->how == MISP_FILE ? &t->second : &t->clean;
    struct span text = intel_value_span(v);

    if (v->kind == INTEL_FILE_NAME) {
        jw_text(j, "name", text);
        return true;
    }
    if (v->kind >= INTEL_MD5 && v->kind <= INTEL_SHA512) {
        jw_object(j, "hashes");
        jw_text(j, hashes[v->kind - INTEL_MD5], text);
        jw_object_end(j);
        if (t->type->how == MISP_FILE)
            jw_text(j, "name", intel_value_span(&t->clean));
        return true;
    }
    if (v->kind != INTEL_NONE) {
        jw_text(j, "value", text);
        return true;
    }
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (strcmp(rows[i].path, t->type->path) != 0)
            continue;
        if (rows[i].property) {
            jw_text(j, rows[i].property, text);
        } else {
            jw_object(j, "hashes");
            jw_text(j, rows[i].hash, text);
            jw_object_end(j);
        }
        return true;
    }
    return false;
}

/* Its type; NULL: it has no observable of its own. */
static const char *observable_type(const struct misp_attribute *t)
{
    static const char *const of_kind[INTEL_KINDS] = {
        [INTEL_IPV4] = "ipv4-addr",       [INTEL_IPV6] = "ipv6-addr",     [INTEL_IPV4_RANGE] = "ipv4-addr",
        [INTEL_IPV6_RANGE] = "ipv6-addr", [INTEL_DOMAIN] = "domain-name", [INTEL_URL] = "url",
        [INTEL_EMAIL] = "email-addr",     [INTEL_MD5] = "file",           [INTEL_SHA1] = "file",
        [INTEL_SHA224] = "file",          [INTEL_SHA256] = "file",        [INTEL_SHA384] = "file",
        [INTEL_SHA512] = "file",          [INTEL_FILE_NAME] = "file",
    };
    const char *path = t->type->path;

    if (t->type->how == MISP_VALUE || t->type->how == MISP_FILE)
        return of_kind[t->type->how == MISP_FILE ? t->second.kind : t->clean.kind];
    if (t->type->how != MISP_RAW)
        return NULL;
    if (strcmp(path, "url:value") == 0)
        return "url";
    if (strcmp(path, "mac-addr:value") == 0)
        return "mac-addr";
    if (strcmp(path, "mutex:name") == 0)
        return "mutex";
    if (strcmp(path, "windows-registry-key:key") == 0)
        return "windows-registry-key";
    return strcmp(path, "file:hashes.SSDEEP") == 0 || strcmp(path, "file:hashes.TLSH") == 0 ? "file" : NULL;
}

/* The observable with the id that follows from its content, to the sink; its id. */
static bool give_observable(struct misp_event *e, const struct misp_attribute *t, const struct object_head *h,
                            char id[STIX_ID_TEXT])
{
    const char *type = observable_type(t);
    struct json_writer j = json_to(&e->out);
    const struct stix_how how = { .no_sco_check = true };
    struct stix_object checked;
    struct stix_uuid uuid;
    struct json parsed;

    if (!type)
        return false;
    buf_reset(&e->out);
    object_begin_plain(&j, type, NULL, false, TLP_CLEAR);
    if (!put_observable(t, &j))
        return false;
    jw_object_end(&j);
    if (!buf_ok(&e->out) || !json_parse(buf_span(&e->out), &e->scratch, &parsed, NULL) ||
        stix_sco_id(&parsed, JSON_ROOT, span_str(type), &e->scratch, &uuid, NULL) != STIX_DERIVED)
        return false;
    object_id(type, &uuid, id);
    buf_reset(&e->out);
    j = json_to(&e->out);
    object_begin_plain(&j, type, id, h->marked, h->tlp);
    (void)put_observable(t, &j);
    jw_object_end(&j);
    /* What STIX does not take as one, as an abbreviated registry key, stays a text. */
    if (!stix_read(buf_span(&e->out), &how, &e->scratch, &checked, NULL, NULL))
        return false;
    misp_give(e);
    return true;
}

static void give_note(struct misp_event *e, const struct misp_attribute *t, struct object_head *h)
{
    struct json_writer j = json_to(&e->out);
    char report[STIX_ID_TEXT];

    buf_reset(&e->out);
    h->type = "note";
    object_begin(&j, h);
    jw_text(&j, "abstract", t->comment.n ? t->comment : t->name);
    jw_text(&j, "content", t->value);
    jw_array(&j, "object_refs");
    jw_str(&j, NULL, object_id("report", &e->uuid, report));
    jw_array_end(&j);
    if (span_eq_str(t->name, "link") && t->value.n < INTEL_VALUE) {
        jw_array(&j, "external_references");
        jw_object(&j, NULL);
        jw_str(&j, "source_name", "link");
        jw_text(&j, stix_uri(t->value) ? "url" : "description", t->value);
        jw_object_end(&j);
        jw_array_end(&j);
    }
    jw_object_end(&j);
    e->stats->notes++;
}

/* The clean value, so that it is the same whichever way it came. */
static void put_name(struct json_writer *j, const struct misp_attribute *t)
{
    uint8_t mem[2 * INTEL_VALUE + 1];
    struct buffer b;

    buf_init_fixed(&b, mem, sizeof mem);
    buf_put(&b, intel_value_span(&t->clean));
    if (t->second.n) {
        buf_u8(&b, '|');
        buf_put(&b, intel_value_span(&t->second));
    }
    jw_text(j, "name", buf_span(&b));
}

static void give_indicator(struct misp_event *e, const struct misp_attribute *t, struct object_head *h)
{
    struct json_writer j = json_to(&e->out);
    bool rule = t->type->how == MISP_RULE;
    struct buffer pattern;

    buf_init(&pattern, t->value.n * 2 + 2 * INTEL_VALUE);
    put_pattern(t, &pattern);
    buf_reset(&e->out);
    h->type = "indicator";
    object_begin(&j, h);
    if (!rule)
        put_name(&j, t);
    if (t->comment.n)
        jw_text(&j, "description", t->comment);
    jw_text(&j, "pattern", buf_span(&pattern));
    jw_str(&j, "pattern_type", rule ? t->type->path : "stix");
    if (!rule)
        jw_str(&j, "pattern_version", "2.1");
    object_time(&j, "valid_from", t->first ? t->first : h->created);
    jw_object_end(&j);
    buf_free(&pattern);
    e->stats->indicators++;
}

static void give_observed(struct misp_event *e, const struct misp_attribute *t, struct object_head *h,
                          const char *observable)
{
    struct json_writer j = json_to(&e->out);
    unix_time first = t->first ? t->first : h->modified;

    buf_reset(&e->out);
    h->type = "observed-data";
    object_begin(&j, h);
    object_time(&j, "first_observed", first);
    object_time(&j, "last_observed", t->last > first ? t->last : first);
    jw_int(&j, "number_observed", 1);
    jw_array(&j, "object_refs");
    jw_str(&j, NULL, observable);
    jw_array_end(&j);
    if (t->comment.n)
        jw_text(&j, "x_misp_comment", t->comment);
    jw_object_end(&j);
    e->stats->observed++;
}

static void give_vulnerability(struct misp_event *e, const struct misp_attribute *t, struct object_head *h)
{
    struct json_writer j = json_to(&e->out);

    buf_reset(&e->out);
    h->type = "vulnerability";
    object_begin(&j, h);
    jw_text(&j, "name", t->value);
    if (t->comment.n)
        jw_text(&j, "description", t->comment);
    if (span_starts(t->value, SPAN("CVE-"))) {
        jw_array(&j, "external_references");
        jw_object(&j, NULL);
        jw_str(&j, "source_name", "cve");
        jw_text(&j, "external_id", t->value);
        jw_object_end(&j);
        jw_array_end(&j);
    }
    jw_object_end(&j);
    e->stats->vulnerabilities++;
}

static void put_labels(const struct misp_attribute *t, struct buffer *labels)
{
    label_pair(labels, "misp:type", t->name);
    if (t->category.n)
        label_pair(labels, "misp:category", t->category);
    label_pair(labels, "misp:to_ids", span_str(t->to_ids ? "True" : "False"));
    if (t->relation.n)
        label_pair(labels, "misp:object_relation", t->relation);
}

/* Given before in this event: only its name in this object's list. */
static bool known_before(struct misp_event *e, const struct misp_attribute *t)
{
    bool value = t->type->how != MISP_NOTE;
    uint64_t at = 0;
    struct span key;
    struct buffer b;

    if (!value)
        return false;
    buf_init(&b, 4 * INTEL_VALUE + t->value.n);
    buf_put(&b, t->name);
    buf_u8(&b, 0);
    buf_put(&b, t->type->how == MISP_RULE ? t->value : intel_value_span(&t->clean));
    buf_u8(&b, 0);
    buf_put(&b, intel_value_span(&t->second));
    key = buf_span(&b);
    switch (intel_seen_add(&e->seen, 0, key, e->refs.n + (e->refs.n > 0), &at)) {
    case INTEL_KNOWN:
        e->stats->repeated++;
        if (e->in_group && at < e->refs.n) {
            struct span id = span_sub(buf_span(&e->refs), at + 1, e->refs.n);
            const uint8_t *end = id.p ? memchr(id.p, '"', id.n) : NULL;

            if (end)
                label_put(&e->group, span_sub(id, 0, (size_t)(end - id.p)));
        }
        break;
    case INTEL_FULL:
        e->stopped = !why_set(e->w, "too-large", WHY_NO_OFFSET, NULL, "more attributes than fit");
        break;
    case INTEL_NEW:
        buf_free(&b);
        return false;
    }
    buf_free(&b);
    return true;
}

static void convert(struct misp_event *e, json_ref v, struct misp_attribute *t)
{
    struct object_head h = { .uuid = &t->uuid,
                             .creator = e->has_creator ? e->creator : NULL,
                             .revoked = t->deleted,
                             .marked = e->marked,
                             .tlp = e->tlp,
                             .confidence = e->about->confidence };
    char id[STIX_ID_TEXT], observable[STIX_ID_TEXT];
    struct buffer labels;

    buf_init(&labels, 64 * 1024);
    misp_tags(e, v, &labels, &h.marked, &h.tlp, &h.confidence);
    put_labels(t, &labels);
    h.labels = buf_span(&labels);
    h.modified = t->changed ? t->changed : e->modified;
    h.created = e->date && e->date < h.modified ? e->date : h.modified;
    if (t->type->how == MISP_VULNERABILITY)
        give_vulnerability(e, t, &h);
    else if (misp_means_indicator(t->type, t->to_ids, e->marks, t->category))
        give_indicator(e, t, &h);
    else if (t->type->how != MISP_NOTE && give_observable(e, t, &h, observable))
        give_observed(e, t, &h, observable);
    else
        give_note(e, t, &h);
    misp_give(e);
    buf_free(&labels);
    misp_remember(e, object_id(h.type, &t->uuid, id), &t->uuid);
    misp_read_sightings(e, v, id);
}

void misp_read_attribute(struct misp_event *e, json_ref v)
{
    struct misp_attribute t = { 0 };
    struct why why = { 0 };

    arena_reset(&e->scratch);
    e->stats->attributes++;
    t.name = misp_text(e, v, "type");
    t.type = misp_type_named(t.name);
    t.category = misp_text(e, v, "category");
    t.value = text_trim(misp_text(e, v, "value"));
    t.comment = misp_text(e, v, "comment");
    t.relation = misp_text(e, v, "object_relation");
    t.to_ids = misp_true(e, v, "to_ids");
    t.deleted = misp_true(e, v, "deleted");
    t.first = misp_when(misp_text(e, v, "first_seen"));
    t.last = misp_when(misp_text(e, v, "last_seen"));
    t.changed = misp_when(misp_text(e, v, "timestamp"));
    e->stats->to_ids += t.to_ids;
    e->stats->deleted += t.deleted;
    if (t.name.n == 0 || !known_name(t.name))
        t.type = misp_type_named(SPAN("text"));
    if (t.category.n == 0)
        t.category = span_str(t.type->category);
    if (t.name.n == 0)
        why_set(&why, "misp", WHY_NO_OFFSET, NULL, "an attribute without a type");
    if (t.name.n == 0 || !read_values(&t, &why)) {
        misp_refuse(e, v, misp_text(e, v, "uuid"), t.value, &why);
        return;
    }
    for (unsigned i = 0; i < INTEL_DIRTS; i++)
        e->stats->dirt[i] += (t.clean.dirt | t.second.dirt) >> i & 1;
    misp_uuid(e, v, "attribute", t.value, &t.uuid);
    if (!known_before(e, &t) && !e->stopped)
        convert(e, v, &t);
}

/* STIX objects as MISP events: what an event is made of. Attributes stand in misp_write_attribute.c. */
#include "intel/misp.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "crypto/md5.h"
#include "intel/misp_write_internal.h"

struct misp_writer *misp_writer_new(const struct misp_write_about *about)
{
    struct misp_writer *m = calloc(1, sizeof *m);

    if (!m)
        abort();
    arena_init(&m->a, LIMIT_MISP_WRITER);
    intel_seen_init(&m->ids, &m->a);
    m->about = *about;
    m->about.org = arena_copy(&m->a, about->org);
    m->about.org_uuid = arena_copy(&m->a, about->org_uuid);
    m->about.info = arena_copy(&m->a, about->info);
    buf_init(&m->manifest, LIMIT_INTEL_FILE);
    buf_init(&m->hashes, LIMIT_INTEL_FILE);
    buf_init(&m->out, LIMIT_INTEL_FILE);
    return m;
}

void misp_writer_free(struct misp_writer *m)
{
    if (!m)
        return;
    buf_free(&m->out);
    buf_free(&m->hashes);
    buf_free(&m->manifest);
    arena_free(&m->a);
    free(m->object);
    free(m);
}

struct span misp_member(struct misp_writer *m, const struct misp_kept *o, const char *name)
{
    struct span s = { NULL, 0 };

    return json_text_of(&o->json, json_member(&o->json, JSON_ROOT, name), &m->a, &s)
               ? s
               : (struct span){ NULL, 0 };
}

/* Newer versions of an id take the place of older ones. */
static void replace(struct misp_writer *m, struct misp_kept *old, const struct misp_kept *new)
{
    if (span_cmp(misp_member(m, old, "modified"), misp_member(m, new, "modified")) < 0)
        *old = *new;
}

bool misp_writer_add(struct misp_writer *m, struct span stix, struct why *w)
{
    struct misp_kept o = { .event = 0 };
    struct span copy = arena_copy(&m->a, stix);
    uint64_t at = 0;

    if (stix.n && !copy.p)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more objects than fit");
    if (!json_parse(copy, &m->a, &o.json, w))
        return false;
    o.id = misp_member(m, &o, "id");
    if (!stix_id_read(o.id, &o.name))
        return why_set(w, "stix", 0, "STIX 2.1 2.9", "an object without an id");
    switch (intel_seen_add(&m->ids, 0, o.id, m->n, &at)) {
    case INTEL_KNOWN:
        replace(m, &m->object[at], &o);
        return true;
    case INTEL_FULL:
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more objects than fit");
    case INTEL_NEW:
        break;
    }
    if (m->n == m->room) {
        size_t room = m->room ? 2 * m->room : 256;
        struct misp_kept *more = realloc(m->object, room * sizeof *more);

        if (!more)
            abort();
        m->object = more;
        m->room = room;
    }
    m->object[m->n++] = o;
    return true;
}

struct misp_kept *misp_find(struct misp_writer *m, struct span id)
{
    uint64_t at = UINT64_MAX;

    if (intel_seen_add(&m->ids, 0, id, UINT64_MAX, &at) != INTEL_KNOWN || at >= m->n)
        return NULL;
    return &m->object[at];
}

unix_time misp_seconds(struct misp_writer *m, const struct misp_kept *o, const char *name)
{
    unix_time t;

    return time_parse(misp_member(m, o, name), &t) ? t : 0;
}

void misp_put_seconds(struct json_writer *j, const char *key, unix_time t)
{
    uint8_t mem[24];
    struct buffer b;

    buf_init_fixed(&b, mem, sizeof mem);
    buf_decimal(&b, t);
    jw_text(j, key, buf_span(&b));
}

bool misp_tlp(const struct misp_kept *o, enum tlp *tlp)
{
    json_ref list = json_member(&o->json, JSON_ROOT, "object_marking_refs");
    bool marked = false;

    for (json_ref i = json_first(&o->json, list); i != JSON_NONE; i = json_after(&o->json, list, i)) {
        struct span s = json_source(&o->json, i);
        struct stix_id id;
        enum tlp t;
        unsigned version;

        if (s.n < 2 || !stix_id_read(span_sub(s, 1, s.n - 1), &id) || !stix_tlp_of(&id.uuid, &t, &version))
            continue;
        *tlp = marked ? tlp_stricter(*tlp, t) : t;
        marked = true;
    }
    return marked;
}

static void put_tag(struct json_writer *j, struct span name)
{
    jw_object(j, NULL);
    jw_text(j, "name", name);
    jw_object_end(j);
}

void misp_put_tags(struct misp_writer *m, struct json_writer *j, const struct misp_kept *o, bool marked,
                   enum tlp tlp)
{
    json_ref list = json_member(&o->json, JSON_ROOT, "labels");
    struct span label;

    if (marked)
        put_tag(j, span_str(tlp_word(TLP_MISP, tlp)));
    for (json_ref i = json_first(&o->json, list); i != JSON_NONE; i = json_after(&o->json, list, i))
        if (json_text_of(&o->json, i, &m->a, &label) && !span_starts(label, SPAN("misp:")))
            put_tag(j, label);
}

struct span misp_label(struct misp_writer *m, const struct misp_kept *o, const char *name)
{
    json_ref list = json_member(&o->json, JSON_ROOT, "labels");
    struct span label, value;

    for (json_ref i = json_first(&o->json, list); i != JSON_NONE; i = json_after(&o->json, list, i))
        if (json_text_of(&o->json, i, &m->a, &label) && label_value(label, name, &value))
            return value;
    return (struct span){ NULL, 0 };
}

/* Types that become a tag with the thing's name. */
static bool named_thing(struct span type)
{
    static const char *const all[] = { "threat-actor", "intrusion-set",  "malware",         "tool",
                                       "campaign",     "attack-pattern", "course-of-action" };

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (span_eq_str(type, all[i]))
            return true;
    return false;
}

static void put_thing(struct misp_writer *m, struct json_writer *j, const struct misp_kept *o)
{
    uint8_t mem[600];
    struct buffer b;

    buf_init_fixed(&b, mem, sizeof mem);
    buf_str(&b, "misp-galaxy:");
    buf_put(&b, o->name.type);
    buf_str(&b, "=\"");
    buf_put(&b, span_sub(misp_member(m, o, "name"), 0, 400));
    buf_str(&b, "\"");
    put_tag(j, buf_span(&b));
}

/* Objects of one event: those that its report names, or all that no report did. */
struct members {
    struct misp_kept *report; /* NULL: what is left */
    json_ref at;
    size_t next;
};

static struct misp_kept *next_member(struct misp_writer *m, struct members *s)
{
    if (!s->report) {
        while (s->next < m->n && m->object[s->next].event && m->object[s->next].event != m->event)
            s->next++;
        return s->next < m->n ? &m->object[s->next++] : NULL;
    }
    for (;;) {
        const struct json *j = &s->report->json;
        json_ref list = json_member(j, JSON_ROOT, "object_refs");
        struct misp_kept *o;
        struct span id;

        s->at = s->at == JSON_NONE ? json_first(j, list) : json_after(j, list, s->at);
        if (s->at == JSON_NONE)
            return NULL;
        if (!json_text_of(j, s->at, &m->a, &id))
            continue;
        o = misp_find(m, id);
        if (o)
            return o;
        m->left_out++;
    }
}

static struct members members_of(struct misp_kept *report)
{
    return (struct members){ report, JSON_NONE, 0 };
}

static bool is(const struct misp_kept *o, const char *type)
{
    return span_eq_str(o->name.type, type);
}

static void put_creator(struct misp_writer *m, struct json_writer *j, const struct misp_kept *report)
{
    struct span id = report ? misp_member(m, report, "created_by_ref") : (struct span){ NULL, 0 };
    const struct misp_kept *creator = id.n ? misp_find(m, id) : NULL;
    char uuid[STIX_UUID_TEXT];

    jw_object(j, "Orgc");
    jw_text(j, "name", creator ? misp_member(m, creator, "name") : m->about.org);
    if (creator)
        jw_str(j, "uuid", stix_uuid_text(&creator->name.uuid, uuid));
    else
        jw_text(j, "uuid", m->about.org_uuid);
    jw_object_end(j);
}

static void put_object(struct misp_writer *m, struct json_writer *j, struct misp_kept *group)
{
    const struct json *g = &group->json;
    json_ref list = json_member(g, JSON_ROOT, "object_refs");
    struct span name = misp_label(m, group, "misp:name"), id;
    char uuid[STIX_UUID_TEXT];

    jw_object(j, NULL);
    jw_str(j, "uuid", stix_uuid_text(&group->name.uuid, uuid));
    jw_text(j, "name", name.n ? name : misp_member(m, group, "name"));
    name = misp_label(m, group, "misp:meta-category");
    jw_text(j, "meta-category", name.n ? name : SPAN("misc"));
    jw_text(j, "template_uuid", misp_label(m, group, "misp:template"));
    jw_text(j, "template_version", misp_label(m, group, "misp:template-version"));
    jw_text(j, "comment", misp_member(m, group, "description"));
    misp_put_seconds(j, "timestamp", misp_seconds(m, group, "modified"));
    jw_bool(j, "deleted", json_is(g, json_member(g, JSON_ROOT, "revoked"), JSON_KIND_TRUE));
    misp_put_references(m, j, group);
    jw_array(j, "Attribute");
    for (json_ref i = json_first(g, list); i != JSON_NONE; i = json_after(g, list, i)) {
        struct misp_kept *o = json_text_of(g, i, &m->a, &id) ? misp_find(m, id) : NULL;

        if (o && misp_is_attribute(o))
            misp_put_attribute(m, j, o, group);
        else
            m->left_out++;
    }
    jw_array_end(j);
    jw_object_end(j);
}

static void put_report(struct misp_writer *m, struct json_writer *j, const struct misp_kept *o)
{
    char uuid[STIX_UUID_TEXT];

    jw_object(j, NULL);
    jw_str(j, "uuid", stix_uuid_text(&o->name.uuid, uuid));
    jw_text(j, "name", misp_member(m, o, "abstract"));
    jw_text(j, "content", misp_member(m, o, "content"));
    misp_put_seconds(j, "timestamp", misp_seconds(m, o, "modified"));
    jw_object_end(j);
}

static bool is_event_report(struct misp_writer *m, const struct misp_kept *o)
{
    json_ref list = json_member(&o->json, JSON_ROOT, "labels");

    (void)m;
    return is(o, "note") && json_text_is(&o->json, json_first(&o->json, list), "misp:event-report");
}

/* Groups first, so that an attribute of one stands there and not beside it. */
static void put_members(struct misp_writer *m, struct json_writer *j, struct misp_kept *report)
{
    struct members s = members_of(report);
    struct misp_kept *o;

    jw_array(j, "Object");
    while ((o = next_member(m, &s)))
        if (is(o, "grouping") && o->event != m->event) {
            o->event = m->event;
            put_object(m, j, o);
        }
    jw_array_end(j);
    jw_array(j, "Attribute");
    for (s = members_of(report); (o = next_member(m, &s));)
        if (misp_is_attribute(o) && !is_event_report(m, o) && o->event != m->event)
            misp_put_attribute(m, j, o, NULL);
    jw_array_end(j);
    jw_array(j, "EventReport");
    for (s = members_of(report); (o = next_member(m, &s));)
        if (is_event_report(m, o) && o->event != m->event) {
            o->event = m->event;
            put_report(m, j, o);
        }
    jw_array_end(j);
}

static void put_event_tags(struct misp_writer *m, struct json_writer *j, struct misp_kept *report)
{
    struct members s = members_of(report);
    struct misp_kept *o;
    enum tlp tlp = TLP_RED;
    bool marked = report && misp_tlp(report, &tlp);

    jw_array(j, "Tag");
    if (report)
        misp_put_tags(m, j, report, marked, tlp);
    while ((o = next_member(m, &s)))
        if (named_thing(o->name.type) && o->event != m->event) {
            o->event = m->event;
            put_thing(m, j, o);
        }
    jw_array_end(j);
}

/* Who may have it in a MISP: red and amber+strict stay in one organisation, what is not marked in one
 * community. */
static const char *distribution(bool marked, enum tlp tlp)
{
    static const char *const of[TLP_LEVELS] = { "3", "2", "1", "0", "0" };

    return marked ? of[tlp] : "1";
}

static void put_event(struct misp_writer *m, struct misp_kept *report, struct stix_uuid *uuid,
                      struct span *info, unix_time *when)
{
    struct json_writer j = json_to(&m->out);
    char text[STIX_UUID_TEXT], day[DATE_TEXT];
    struct span level;
    enum tlp tlp = TLP_RED;
    bool marked = report && misp_tlp(report, &tlp);

    buf_reset(&m->out);
    *info = report ? misp_member(m, report, "name") : m->about.info;
    *when = report ? misp_seconds(m, report, "modified") : m->about.now;
    jw_object(&j, NULL);
    jw_object(&j, "Event");
    jw_str(&j, "uuid", stix_uuid_text(uuid, text));
    jw_text(&j, "info", *info);
    jw_str(&j, "date",
           date_format(date_of_time(report ? misp_seconds(m, report, "created") : m->about.now), day));
    misp_put_seconds(&j, "timestamp", *when);
    misp_put_seconds(&j, "publish_timestamp", report ? misp_seconds(m, report, "published") : m->about.now);
    jw_bool(&j, "published", true);
    level = report ? misp_label(m, report, "misp:threat-level") : (struct span){ NULL, 0 };
    jw_text(&j, "threat_level_id", level.n ? level : SPAN("4"));
    level = report ? misp_label(m, report, "misp:analysis") : (struct span){ NULL, 0 };
    jw_text(&j, "analysis", level.n ? level : SPAN("2"));
    jw_str(&j, "distribution", distribution(marked, tlp));
    put_creator(m, &j, report);
    put_event_tags(m, &j, report);
    put_members(m, &j, report);
    jw_object_end(&j);
    jw_object_end(&j);
}

/* A line of the manifest: as much of the event as a puller needs to decide. */
static void put_manifest(struct misp_writer *m, struct misp_kept *report, const struct stix_uuid *uuid,
                         struct span info, unix_time when)
{
    uint8_t mem[64 * 1024];
    struct buffer one;
    struct json_writer j;
    char text[STIX_UUID_TEXT], day[DATE_TEXT];
    enum tlp tlp = TLP_RED;
    bool marked = report && misp_tlp(report, &tlp);

    buf_init_fixed(&one, mem, sizeof mem);
    j = json_to(&one);
    jw_object(&j, NULL);
    put_creator(m, &j, report);
    jw_array(&j, "Tag");
    if (report)
        misp_put_tags(m, &j, report, marked, tlp);
    jw_array_end(&j);
    jw_text(&j, "info", span_sub(info, 0, 4096));
    jw_str(&j, "date",
           date_format(date_of_time(report ? misp_seconds(m, report, "created") : m->about.now), day));
    jw_str(&j, "analysis", "2");
    jw_str(&j, "threat_level_id", "4");
    misp_put_seconds(&j, "timestamp", when);
    jw_object_end(&j);
    if (!buf_ok(&one))
        return;
    if (m->manifest.n)
        buf_u8(&m->manifest, ',');
    jw_quote(&m->manifest, span_str(stix_uuid_text(uuid, text)));
    buf_u8(&m->manifest, ':');
    buf_put(&m->manifest, buf_span(&one));
}

static bool one_event(struct misp_writer *m, struct misp_kept *report,
                      bool (*event)(void *ctx, const struct misp_written *e), void *ctx, struct why *w)
{
    char text[STIX_UUID_TEXT];
    struct misp_written e;
    struct stix_uuid uuid;
    struct span info;
    unix_time when;

    if (report)
        uuid = report->name.uuid;
    else
        object_derive("misp-rest", m->about.org, m->about.info, &uuid);
    m->event++;
    m->attributes = 0;
    m->uuid = uuid;
    put_event(m, report, &uuid, &info, &when);
    if (!buf_ok(&m->out) || !buf_ok(&m->hashes))
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "an event larger than fits");
    put_manifest(m, report, &uuid, info, when);
    e = (struct misp_written){ span_str(stix_uuid_text(&uuid, text)), buf_span(&m->out), m->attributes };
    return event(ctx, &e) || why_set(w, "stopped", WHY_NO_OFFSET, NULL, "stopped");
}

/* What an event says in another way, or need not say. */
static bool said_elsewhere(const struct misp_kept *o)
{
    return is(o, "identity") || is(o, "marking-definition") || is(o, "sighting") || is(o, "opinion") ||
           is(o, "report") || is(o, "relationship") || is(o, "extension-definition");
}

bool misp_writer_events(struct misp_writer *m, bool (*event)(void *ctx, const struct misp_written *e),
                        void *ctx, size_t *left_out, struct why *w)
{
    bool rest = false;

    misp_link_sightings(m);
    for (size_t i = 0; i < m->n; i++)
        if (is(&m->object[i], "report") && !one_event(m, &m->object[i], event, ctx, w))
            return false;
    for (size_t i = 0; i < m->n && !rest; i++)
        rest = !m->object[i].event && (misp_is_attribute(&m->object[i]) || is(&m->object[i], "grouping"));
    if (rest && !one_event(m, NULL, event, ctx, w))
        return false;
    for (size_t i = 0; i < m->n; i++)
        m->left_out += !m->object[i].event && !m->object[i].observed && !said_elsewhere(&m->object[i]);
    if (left_out)
        *left_out = m->left_out;
    return true;
}

void misp_writer_manifest(const struct misp_writer *m, struct buffer *out)
{
    buf_u8(out, '{');
    buf_put(out, buf_span(&m->manifest));
    buf_u8(out, '}');
}

void misp_writer_hashes(const struct misp_writer *m, struct buffer *out)
{
    buf_put(out, buf_span(&m->hashes));
}

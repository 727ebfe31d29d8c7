/* MISP events: wrappers, the event itself, its objects. */
#include "intel/misp.h"

#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "intel/misp_internal.h"

struct span misp_text(const struct misp_event *e, json_ref obj, const char *name)
{
    json_ref v = json_member(e->j, obj, name);
    struct span s = { NULL, 0 };

    if (json_is(e->j, v, JSON_KIND_NUMBER))
        return json_source(e->j, v);
    return json_text_of(e->j, v, e->a, &s) ? s : (struct span){ NULL, 0 };
}

bool misp_true(const struct misp_event *e, json_ref obj, const char *name)
{
    json_ref v = json_member(e->j, obj, name);

    return json_is(e->j, v, JSON_KIND_TRUE) || json_text_is(e->j, v, "1") || json_text_is(e->j, v, "true") ||
           (json_is(e->j, v, JSON_KIND_NUMBER) && span_eq_str(json_source(e->j, v), "1"));
}

unix_time misp_when(struct span s)
{
    uint64_t n;
    unix_time t;

    if (text_number(s, (uint64_t)253402300799, &n))
        return (unix_time)n;
    return time_parse(s, &t) && t > 0 ? t : 0;
}

bool misp_uuid_read(struct span s, struct stix_uuid *out)
{
    char text[STIX_UUID_TEXT + 6] = "note--";
    struct stix_id id;

    if (s.n != STIX_UUID_TEXT - 1)
        return false;
    memcpy(text + 6, s.p, s.n);
    if (!stix_id_read(span_of(text, 6 + s.n), &id))
        return false;
    *out = id.uuid;
    return true;
}

void misp_uuid(const struct misp_event *e, json_ref obj, const char *what, struct span value,
               struct stix_uuid *out)
{
    if (misp_uuid_read(misp_text(e, obj, "uuid"), out))
        return;
    object_derive(what, span_of(e->uuid.b, sizeof e->uuid.b), value, out);
}

/* misp:confidence-level of the taxonomy "misp". */
static void confidence_of(struct span tag, int *confidence)
{
    static const struct {
        const char *word;
        int value;
    } rows[] = { { "completely-confident", 100 },
                 { "usually-confident", 75 },
                 { "fairly-confident", 50 },
                 { "rarely-confident", 25 },
                 { "unconfident", 0 } };
    struct span word;

    if (!label_value(tag, "misp:confidence-level", &word))
        return;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (span_eq_str(word, rows[i].word))
            *confidence = rows[i].value;
}

static void one_tag(struct span tag, struct buffer *labels, bool *marked, enum tlp *tlp, int *confidence)
{
    enum tlp t = TLP_RED; /* of a word that nobody here knows */

    if (tag.n > 4 && (tag.p[0] | 32) == 't' && (tag.p[1] | 32) == 'l' && (tag.p[2] | 32) == 'p' &&
        tag.p[3] == ':') {
        if (!tlp_read(TLP_MISP, tag, &t)) {
            t = TLP_RED;
            label_put(labels, tag);
        }
        *tlp = *marked ? tlp_stricter(*tlp, t) : t;
        *marked = true;
        return;
    }
    confidence_of(tag, confidence);
    label_put(labels, tag);
}

/* A galaxy's cluster is its name alone: the thing itself belongs to who describes it. Its tag says the same
 * and is not said twice. */
static void galaxies(const struct misp_event *e, json_ref obj, struct buffer *labels)
{
    json_ref list = json_member(e->j, obj, "Galaxy");

    for (json_ref g = json_first(e->j, list); g != JSON_NONE; g = json_after(e->j, list, g)) {
        json_ref clusters = json_member(e->j, g, "GalaxyCluster");

        for (json_ref c = json_first(e->j, clusters); c != JSON_NONE; c = json_after(e->j, clusters, c)) {
            struct span tag = misp_text(e, c, "tag_name");
            bool said = false;
            json_ref tags = json_member(e->j, obj, "Tag");

            for (json_ref t = json_first(e->j, tags); t != JSON_NONE; t = json_after(e->j, tags, t))
                said = said || span_eq(misp_text(e, t, "name"), tag);
            if (!said)
                label_put(labels, tag);
        }
    }
}

void misp_tags(const struct misp_event *e, json_ref obj, struct buffer *labels, bool *marked, enum tlp *tlp,
               int *confidence)
{
    json_ref tags = json_member(e->j, obj, "Tag");

    for (json_ref t = json_first(e->j, tags); t != JSON_NONE; t = json_after(e->j, tags, t))
        one_tag(misp_text(e, t, "name"), labels, marked, tlp, confidence);
    galaxies(e, obj, labels);
}

void misp_give(struct misp_event *e)
{
    if (!buf_ok(&e->out)) {
        e->stopped = !why_set(e->w, "too-large", WHY_NO_OFFSET, NULL, "an object larger than fits");
        return;
    }
    if (e->sink->object && !e->sink->object(e->sink->ctx, buf_span(&e->out)))
        e->stopped = !why_set(e->w, "stopped", WHY_NO_OFFSET, NULL, "stopped");
}

void misp_remember(struct misp_event *e, const char *id, const struct stix_uuid *uuid)
{
    uint64_t at = e->refs.n + (e->refs.n > 0);

    label_put(&e->refs, span_str(id));
    if (e->in_group)
        label_put(&e->group, span_str(id));
    if (!buf_ok(&e->refs) ||
        intel_seen_add(&e->ids, 0, span_of(uuid->b, sizeof uuid->b), at, NULL) == INTEL_FULL)
        e->stopped = !why_set(e->w, "too-large", WHY_NO_OFFSET, NULL, "more objects than fit");
}

void misp_refuse(struct misp_event *e, json_ref at, struct span id, struct span value, const struct why *why)
{
    struct why w = *why;
    struct intel_refused r = { .id = id, .value = span_sub(value, 0, 200), .why = &w };

    w.offset = json_offset(e->j, at);
    e->stats->refused++;
    if (e->sink->refused && !e->sink->refused(e->sink->ctx, &r))
        e->stopped = !why_set(e->w, "stopped", WHY_NO_OFFSET, NULL, "stopped");
}

void misp_read_object(struct misp_event *e, json_ref v)
{
    json_ref list = json_member(e->j, v, "Attribute");
    struct span name = misp_text(e, v, "name"), text = misp_text(e, v, "comment");
    struct json_writer j = json_to(&e->out);
    struct object_head h = { .type = "grouping",
                             .creator = e->has_creator ? e->creator : NULL,
                             .revoked = misp_true(e, v, "deleted"),
                             .marked = e->marked,
                             .tlp = e->tlp,
                             .confidence = -1 };
    struct stix_uuid uuid;
    struct buffer labels;
    char id[STIX_ID_TEXT];

    e->stats->objects++;
    buf_reset(&e->group);
    e->in_group = true;
    for (json_ref i = json_first(e->j, list); i != JSON_NONE && !e->stopped; i = json_after(e->j, list, i))
        misp_read_attribute(e, i);
    e->in_group = false;
    if (e->group.n == 0 || e->stopped)
        return;
    misp_uuid(e, v, "object", buf_span(&e->group), &uuid);
    buf_init(&labels, 64 * 1024);
    label_pair(&labels, "misp:name", name);
    label_pair(&labels, "misp:meta-category", misp_text(e, v, "meta-category"));
    label_pair(&labels, "misp:template", misp_text(e, v, "template_uuid"));
    label_pair(&labels, "misp:template-version", misp_text(e, v, "template_version"));
    h.uuid = &uuid;
    h.labels = buf_span(&labels);
    h.modified = misp_when(misp_text(e, v, "timestamp"));
    h.modified = h.modified ? h.modified : e->modified;
    h.created = e->date && e->date < h.modified ? e->date : h.modified;
    buf_reset(&e->out);
    object_begin(&j, &h);
    jw_text(&j, "name", name.n ? name : SPAN("object"));
    if (text.n)
        jw_text(&j, "description", text);
    jw_str(&j, "context", "unspecified");
    jw_array(&j, "object_refs");
    jw_raw(&j, NULL, buf_span(&e->group));
    jw_array_end(&j);
    jw_object_end(&j);
    e->stats->groupings++;
    misp_give(e);
    misp_remember(e, object_id("grouping", &uuid, id), &uuid);
    buf_free(&labels);
}

/* The organisation that made the event; one version of its identity for ever. */
static void give_creator(struct misp_event *e, json_ref v)
{
    json_ref org = json_member(e->j, v, "Orgc");
    struct object_head h = { .type = "identity", .created = INTEL_NO_TIME, .confidence = -1 };
    struct json_writer j = json_to(&e->out);
    struct span name;
    struct stix_uuid uuid;

    if (!json_is(e->j, org, JSON_KIND_OBJECT))
        org = json_member(e->j, v, "Org");
    name = misp_text(e, org, "name");
    if (name.n == 0 && e->about->source.n == 0)
        return;
    if (name.n == 0)
        name = e->about->source;
    if (!misp_uuid_read(misp_text(e, org, "uuid"), &uuid))
        object_derive("intel-source", name, (struct span){ NULL, 0 }, &uuid);
    h.uuid = &uuid;
    object_id("identity", &uuid, e->creator);
    e->has_creator = true;
    buf_reset(&e->out);
    object_begin(&j, &h);
    jw_text(&j, "name", name);
    jw_str(&j, "identity_class", "organization");
    jw_object_end(&j);
    misp_give(e);
}

static bool any_to_ids(const struct misp_event *e, json_ref list)
{
    for (json_ref i = json_first(e->j, list); i != JSON_NONE; i = json_after(e->j, list, i))
        if (misp_true(e, i, "to_ids"))
            return true;
    return false;
}

static bool event_marks(const struct misp_event *e, json_ref v)
{
    json_ref list = json_member(e->j, v, "Object");

    if (any_to_ids(e, json_member(e->j, v, "Attribute")))
        return true;
    for (json_ref o = json_first(e->j, list); o != JSON_NONE; o = json_after(e->j, list, o))
        if (any_to_ids(e, json_member(e->j, o, "Attribute")))
            return true;
    return false;
}

/* What an event says of itself: times, who, how secret. A distribution to one's own organisation or to a
 * sharing group that is not known here is red unless a tag or the caller says otherwise. */
static void begin_event(struct misp_event *e, json_ref v, struct buffer *labels)
{
    struct span distribution = misp_text(e, v, "distribution"), uuid = misp_text(e, v, "uuid");
    int confidence = -1;

    if (!misp_uuid_read(uuid, &e->uuid))
        object_derive("misp-event", misp_text(e, v, "info"), misp_text(e, v, "date"), &e->uuid);
    if (!time_parse(misp_text(e, v, "date"), &e->date))
        e->date = 0;
    e->modified = misp_when(misp_text(e, v, "timestamp"));
    e->modified = e->modified ? e->modified : e->date ? e->date : e->about->now;
    e->date = e->date ? e->date : e->modified;
    e->marked = e->about->marked;
    e->tlp = e->about->tlp;
    misp_tags(e, v, labels, &e->marked, &e->tlp, &confidence);
    if (!e->marked && (span_eq_str(distribution, "0") || span_eq_str(distribution, "4"))) {
        e->marked = true;
        e->tlp = TLP_RED;
    }
    e->marks = event_marks(e, v);
    give_creator(e, v);
}

static void give_report(struct misp_event *e, json_ref v, struct buffer *labels)
{
    struct json_writer j = json_to(&e->out);
    struct object_head h = { .type = "report",
                             .uuid = &e->uuid,
                             .creator = e->has_creator ? e->creator : NULL,
                             .created = e->date < e->modified ? e->date : e->modified,
                             .modified = e->modified,
                             .marked = e->marked,
                             .tlp = e->tlp,
                             .confidence = -1 };
    struct span info = misp_text(e, v, "info");
    unix_time published = misp_when(misp_text(e, v, "publish_timestamp"));

    if (e->refs.n == 0 && e->has_creator)
        label_put(&e->refs, span_str(e->creator));
    if (e->refs.n == 0)
        return;
    label_pair(labels, "misp:threat-level", misp_text(e, v, "threat_level_id"));
    label_pair(labels, "misp:analysis", misp_text(e, v, "analysis"));
    h.labels = buf_span(labels);
    buf_reset(&e->out);
    object_begin(&j, &h);
    jw_text(&j, "name", info.n ? info : SPAN("event"));
    jw_array(&j, "report_types");
    jw_str(&j, NULL, "threat-report");
    jw_array_end(&j);
    object_time(&j, "published", published ? published : e->modified);
    jw_array(&j, "object_refs");
    jw_raw(&j, NULL, buf_span(&e->refs));
    jw_array_end(&j);
    jw_object_end(&j);
    misp_give(e);
}

static void read_event(struct misp_event *e, json_ref v)
{
    json_ref list = json_member(e->j, v, "Attribute"), objects = json_member(e->j, v, "Object");
    struct buffer labels;

    buf_init(&labels, 1 << 20);
    e->stats->events++;
    e->has_creator = e->in_group = false;
    buf_reset(&e->refs);
    intel_seen_init(&e->seen, e->a);
    intel_seen_init(&e->ids, e->a);
    begin_event(e, v, &labels);
    for (json_ref i = json_first(e->j, list); i != JSON_NONE && !e->stopped; i = json_after(e->j, list, i))
        misp_read_attribute(e, i);
    for (json_ref o = json_first(e->j, objects); o != JSON_NONE && !e->stopped;
         o = json_after(e->j, objects, o))
        misp_read_object(e, o);
    for (json_ref o = json_first(e->j, objects); o != JSON_NONE && !e->stopped;
         o = json_after(e->j, objects, o))
        misp_read_references(e, o);
    if (!e->stopped)
        misp_read_reports(e, json_member(e->j, v, "EventReport"));
    e->stats->proposals += json_count(e->j, json_member(e->j, v, "ShadowAttribute"));
    if (!e->stopped)
        give_report(e, v, &labels);
    buf_free(&labels);
}

static bool looks_like_event(const struct json *j, json_ref v)
{
    return json_is(j, json_member(j, v, "Attribute"), JSON_KIND_ARRAY) ||
           json_is(j, json_member(j, v, "Object"), JSON_KIND_ARRAY) ||
           (json_is(j, json_member(j, v, "info"), JSON_KIND_STRING) &&
            json_is(j, json_member(j, v, "uuid"), JSON_KIND_STRING));
}

/* {"Event":…} or the event itself. */
static json_ref unwrap(const struct json *j, json_ref v)
{
    json_ref inner = json_member(j, v, "Event");

    return json_is(j, inner, JSON_KIND_OBJECT) ? inner : v;
}

static void read_item(struct misp_event *e, json_ref item, bool alone)
{
    json_ref v = unwrap(e->j, item);
    struct why why = { 0 };

    if (looks_like_event(e->j, v)) {
        read_event(e, v);
        return;
    }
    why_set(&why, "misp", json_offset(e->j, v), NULL, "no event: neither attributes nor objects");
    if (alone)
        e->stopped = !why_set(e->w, "misp", why.offset, NULL, "%s", why.detail);
    else
        misp_refuse(e, v, (struct span){ NULL, 0 }, (struct span){ NULL, 0 }, &why);
}

bool misp_read(struct span json, const struct intel_about *about, const struct intel_sink *sink,
               struct arena *a, struct misp_stats *out, struct why *w)
{
    struct misp_stats stats = { 0 };
    struct misp_event e = { .about = about, .sink = sink, .stats = &stats, .a = a, .w = w };
    json_ref list;
    struct json j;

    if (!json_parse(json, a, &j, w))
        return false;
    e.j = &j;
    arena_init(&e.scratch, 4 << 20);
    buf_init(&e.refs, LIMIT_INTEL_FILE);
    buf_init(&e.group, LIMIT_INTEL_FILE);
    buf_init(&e.out, LIMIT_INTEL_FILE);
    list = json_member(&j, JSON_ROOT, "response");
    if (json_is(&j, JSON_ROOT, JSON_KIND_ARRAY))
        list = JSON_ROOT;
    if (json_is(&j, list, JSON_KIND_ARRAY))
        for (json_ref i = json_first(&j, list); i != JSON_NONE && !e.stopped; i = json_after(&j, list, i))
            read_item(&e, i, false);
    else
        read_item(&e, list != JSON_NONE ? list : JSON_ROOT, true);
    if (!e.stopped && stats.events == 0)
        e.stopped = !why_set(w, "misp", 0, NULL, "no event in it");
    buf_free(&e.out);
    buf_free(&e.group);
    buf_free(&e.refs);
    arena_free(&e.scratch);
    if (e.stopped)
        return false;
    *out = stats;
    return true;
}

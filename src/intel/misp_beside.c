/* What stands beside attributes in an event: sightings, references, reports. */
#include "base/text.h"
#include "intel/misp_internal.h"

static void organisation(struct misp_event *e, json_ref sighting, struct object_head *h,
                         char id[STIX_ID_TEXT])
{
    json_ref org = json_member(e->j, sighting, "Organisation");
    struct span name = misp_text(e, org, "name");
    struct object_head o = { .type = "identity", .created = INTEL_NO_TIME, .confidence = -1 };
    struct json_writer j = json_to(&e->out);
    struct stix_uuid uuid;

    if (name.n == 0 || !misp_uuid_read(misp_text(e, org, "uuid"), &uuid))
        return;
    h->creator = object_id("identity", &uuid, id);
    if (e->has_creator && strcmp(id, e->creator) == 0)
        return;
    if (intel_seen_add(&e->ids, 1, span_of(uuid.b, sizeof uuid.b), 0, NULL) != INTEL_NEW)
        return;
    o.uuid = &uuid;
    buf_reset(&e->out);
    object_begin(&j, &o);
    jw_text(&j, "name", name);
    jw_str(&j, "identity_class", "organization");
    jw_object_end(&j);
    misp_give(e);
}

static void one_sighting(struct misp_event *e, json_ref v, const char *of)
{
    struct span type = misp_text(e, v, "type"), date = misp_text(e, v, "date_sighting");
    bool false_positive = span_eq_str(type, "1");
    unix_time when = misp_when(date);
    struct json_writer j = json_to(&e->out);
    struct object_head h = { .type = false_positive ? "opinion" : "sighting",
                             .creator = e->has_creator ? e->creator : NULL,
                             .created = when ? when : e->modified,
                             .marked = e->marked,
                             .tlp = e->tlp,
                             .confidence = -1 };
    char creator[STIX_ID_TEXT], id[STIX_ID_TEXT];
    struct stix_uuid uuid;

    if (span_eq_str(type, "2"))
        return; /* an end that somebody expects: neither seen nor wrong */
    misp_uuid(e, v, "sighting", date, &uuid);
    h.uuid = &uuid;
    organisation(e, v, &h, creator);
    buf_reset(&e->out);
    j = json_to(&e->out);
    object_begin(&j, &h);
    if (false_positive) {
        jw_str(&j, "explanation", "false positive");
        jw_str(&j, "opinion", "disagree");
        jw_array(&j, "object_refs");
        jw_str(&j, NULL, of);
        jw_array_end(&j);
        e->stats->opinions++;
    } else {
        object_time(&j, "first_seen", h.created);
        object_time(&j, "last_seen", h.created);
        jw_int(&j, "count", 1);
        jw_str(&j, "sighting_of_ref", of);
        e->stats->sightings++;
    }
    jw_object_end(&j);
    misp_give(e);
    misp_remember(e, object_id(h.type, &uuid, id), &uuid);
}

void misp_read_sightings(struct misp_event *e, json_ref attribute, const char *of)
{
    json_ref list = json_member(e->j, attribute, "Sighting");
    bool group = e->in_group;

    e->in_group = false; /* a sighting is no part of its object */
    for (json_ref s = json_first(e->j, list); s != JSON_NONE && !e->stopped; s = json_after(e->j, list, s))
        one_sighting(e, s, of);
    e->in_group = group;
}

/* The id that a UUID of this event became. */
static bool find(struct misp_event *e, struct span uuid, struct stix_uuid *u, struct span *id)
{
    uint64_t at = 0;
    const uint8_t *end;

    if (!stix_uuid_read(uuid, u) ||
        intel_seen_add(&e->ids, 0, span_of(u->b, sizeof u->b), UINT64_MAX, &at) != INTEL_KNOWN ||
        at >= e->refs.n)
        return false;
    *id = span_sub(buf_span(&e->refs), at + 1, e->refs.n);
    end = id->p ? memchr(id->p, '"', id->n) : NULL;
    if (!end)
        return false;
    id->n = (size_t)(end - id->p);
    return true;
}

/* Words of a relationship_type: letters, digits and hyphens in lower case (STIX 2.1 5.1). */
static struct span relation_word(struct span s, char out[64])
{
    size_t n = 0;

    for (size_t i = 0; i < s.n && n < 63; i++) {
        int c = s.p[i];

        if (ascii_upper(c))
            c += 32;
        if (ascii_lower(c) || ascii_digit(c))
            out[n++] = (char)c;
        else if (n && out[n - 1] != '-')
            out[n++] = '-';
    }
    while (n && out[n - 1] == '-')
        n--;
    return n ? span_of(out, n) : SPAN("related-to");
}

static void one_reference(struct misp_event *e, json_ref v, struct span from)
{
    struct json_writer j = json_to(&e->out);
    struct object_head h = { .type = "relationship",
                             .creator = e->has_creator ? e->creator : NULL,
                             .created = misp_when(misp_text(e, v, "timestamp")),
                             .marked = e->marked,
                             .tlp = e->tlp,
                             .confidence = -1 };
    struct stix_uuid target, uuid;
    struct span to, copy;
    char id[STIX_ID_TEXT], word[64];

    if (!find(e, misp_text(e, v, "referenced_uuid"), &target, &to)) {
        e->stats->dangling++;
        return;
    }
    from = arena_copy(e->a, from); /* refs may move */
    copy = arena_copy(e->a, to);
    if (h.created == 0)
        h.created = e->modified;
    misp_uuid(e, v, "reference", copy, &uuid);
    h.uuid = &uuid;
    buf_reset(&e->out);
    object_begin(&j, &h);
    jw_text(&j, "relationship_type", relation_word(misp_text(e, v, "relationship_type"), word));
    jw_text(&j, "source_ref", from);
    jw_text(&j, "target_ref", copy);
    jw_object_end(&j);
    e->stats->relationships++;
    misp_give(e);
    misp_remember(e, object_id("relationship", &uuid, id), &uuid);
}

void misp_read_references(struct misp_event *e, json_ref object)
{
    json_ref list = json_member(e->j, object, "ObjectReference");
    struct stix_uuid uuid;
    struct span from;

    if (json_first(e->j, list) == JSON_NONE)
        return;
    if (!find(e, misp_text(e, object, "uuid"), &uuid, &from)) {
        e->stats->dangling += json_count(e->j, list);
        return;
    }
    from = arena_copy(e->a, from);
    for (json_ref r = json_first(e->j, list); r != JSON_NONE && !e->stopped; r = json_after(e->j, list, r))
        one_reference(e, r, from);
}

void misp_read_reports(struct misp_event *e, json_ref list)
{
    for (json_ref v = json_first(e->j, list); v != JSON_NONE && !e->stopped; v = json_after(e->j, list, v)) {
        struct object_head h = { .type = "note",
                                 .creator = e->has_creator ? e->creator : NULL,
                                 .created = misp_when(misp_text(e, v, "timestamp")),
                                 .revoked = misp_true(e, v, "deleted"),
                                 .marked = e->marked,
                                 .tlp = e->tlp,
                                 .labels = SPAN("\"misp:event-report\""),
                                 .confidence = -1 };
        struct span name = misp_text(e, v, "name"), content = misp_text(e, v, "content");
        struct json_writer j = json_to(&e->out);
        char report[STIX_ID_TEXT], id[STIX_ID_TEXT];
        struct stix_uuid uuid;

        if (content.n == 0)
            continue;
        h.created = h.created ? h.created : e->modified;
        misp_uuid(e, v, "report", name, &uuid);
        h.uuid = &uuid;
        buf_reset(&e->out);
        object_begin(&j, &h);
        if (name.n)
            jw_text(&j, "abstract", name);
        jw_text(&j, "content", content);
        jw_array(&j, "object_refs");
        jw_str(&j, NULL, object_id("report", &e->uuid, report));
        jw_array_end(&j);
        jw_object_end(&j);
        e->stats->notes++;
        misp_give(e);
        misp_remember(e, object_id("note", &uuid, id), &uuid);
    }
}
